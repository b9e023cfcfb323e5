"""Room for labels in a grid of axes, found in one pass.

matplotlib's constrained layout measures every text in two passes and draws the figure once more: most of the time of a
page. A plain grid needs one measurement; anything else is left to the figure's own engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.legend import Legend
from matplotlib.text import Text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure
    from matplotlib.gridspec import GridSpec
    from numpy.typing import NDArray

__all__ = ["lay_out"]


def lay_out(figure: Figure, renderer: Any) -> None:
    """Place the axes of a figure that has a layout engine, then take the engine away: its work is done.

    ``renderer`` measures the texts.
    """
    engine = figure.get_layout_engine()
    if engine is None:
        return
    grid = _plain_grid(figure)
    if grid is None:
        engine.execute(figure)
    with mpl.rc_context({"figure.constrained_layout.use": False, "figure.autolayout": False}):
        figure.set_layout_engine(None)
    if grid is not None:
        _adjust(figure, grid, renderer)


def _plain_grid(figure: Figure) -> GridSpec | None:
    """Return the one grid that all axes stand in, if its rows and columns are equal and nothing else needs room."""
    specs = [axes.get_subplotspec() for axes in figure.axes]
    if not specs or any(spec is None for spec in specs):
        return None
    grid: Any = specs[0].get_gridspec() if specs[0] else None
    alike = all(spec is not None and spec.get_gridspec() is grid for spec in specs)
    ratios = (*grid.get_width_ratios(), *grid.get_height_ratios())
    around = figure.get_suptitle() or figure.get_supxlabel() or figure.get_supylabel() or figure.subfigs
    return grid if alike and len(set(ratios)) == 1 and not around else None


def _adjust(figure: Figure, grid: GridSpec, renderer: Any) -> None:
    rows, columns = grid.get_geometry()
    left, right = np.zeros(columns), np.zeros(columns)
    top, bottom = np.zeros(rows), np.zeros(rows)
    for axes in figure.axes:
        spec = axes.get_subplotspec()
        assert spec is not None  # _plain_grid has looked
        x0, y0, x1, y1 = _extent(axes, renderer)
        for side, i, room in (
            (left, spec.colspan.start, axes.bbox.x0 - x0),
            (right, spec.colspan.stop - 1, x1 - axes.bbox.x1),
            (top, spec.rowspan.start, y1 - axes.bbox.y1),
            (bottom, spec.rowspan.stop - 1, axes.bbox.y0 - y0),
        ):
            side[i] = max(side[i], room / figure.dpi)
    width, height = figure.get_size_inches()
    w_pad, h_pad = mpl.rcParams["figure.constrained_layout.w_pad"], mpl.rcParams["figure.constrained_layout.h_pad"]
    below, above = _outside_legends(figure, renderer)
    x0, x1, wspace = _share(width, left, right, w_pad)
    y0, y1, hspace = _share(height - below - above, bottom[::-1], top[::-1], h_pad)
    figure.subplots_adjust(
        left=x0 / width,
        right=x1 / width,
        bottom=(below + y0) / height,
        top=(below + y1) / height,
        wspace=wspace,
        hspace=hspace,
    )


def _share(
    length: float, before: NDArray[np.float64], after: NDArray[np.float64], pad: float
) -> tuple[float, float, float]:
    """Return start and end of the axes along ``length`` (inches) and the gap between two, in units of one axes."""
    n = len(before)
    gap = max((after[i] + before[i + 1] for i in range(n - 1)), default=0.0) + 2 * pad
    start, end = before[0] + pad, length - after[-1] - pad
    each = max((end - start - gap * (n - 1)) / n, 0.1)
    return start, max(end, start + 0.1), gap / each


def _outside_legends(figure: Figure, renderer: Any) -> tuple[float, float]:
    """Return the room that legends of the whole figure take below and above the axes, in inches."""
    below = above = 0.0
    for legend in figure.legends:
        size = legend.get_window_extent(renderer).height / figure.dpi
        place = getattr(legend, "_outside_loc", None)
        below = max(below, size) if place == "lower" else below
        above = max(above, size) if place == "upper" else above
    return below, above


def _extent(axes: Axes, renderer: Any) -> tuple[float, float, float, float]:
    """Return what axes and their writing cover, in pixels, with each text measured once.

    ``Axes.get_tightbbox`` goes over the ticks three times.
    """
    ticks = [_tick_labels(axis) for axis in (axes.xaxis, axes.yaxis)]
    own = [child for child in axes.get_children() if isinstance(child, (Text, Legend)) and child.get_visible()]
    texts = [*ticks[0], *ticks[1], *(child for child in own if not isinstance(child, Text) or child.get_text())]
    boxes = [axes.bbox.extents, *(text.get_window_extent(renderer).extents for text in texts)]
    x0, y0, x1, y1 = (find(edge) for find, edge in zip((min, min, max, max), zip(*boxes, strict=True), strict=True))
    # The axes' own labels find their place, beside the tick labels, only when they are drawn.
    point = axes.figure.dpi / 72
    if axes.get_ylabel():
        x0 -= axes.yaxis.label.get_window_extent(renderer).width + axes.yaxis.labelpad * point
    if axes.get_xlabel():
        y0 -= axes.xaxis.label.get_window_extent(renderer).height + axes.xaxis.labelpad * point
    return x0, y0, x1, y1


def _tick_labels(axis: Axis) -> list[Text]:
    """Return the labels of the ticks in view; a locator may give others."""
    low, high = sorted(axis.get_view_interval())
    slack = 1e-9 * (high - low)
    pairs = zip(axis.get_majorticklabels(), axis.get_majorticklocs(), strict=False)
    return [label for label, at in pairs if low - slack <= at <= high + slack and label.get_visible()]
