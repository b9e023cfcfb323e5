"""One axes on a sheet, taken again for the next figure of its size: a third of a figure's time went into making both.

What is drawn on it is the picture that a new sheet gives, byte for byte (tests/report/test_drawing.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from xtanalysis.report.charts.drawing import sheet

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["one_axes"]

# By size, a sheet that is free, and the settings that it was made under.
_FREE: dict[tuple[float, float], tuple[Figure, Any]] = {}
_ROOM = ("left", "right", "bottom", "top", "wspace", "hspace")


@contextmanager
def one_axes(size: tuple[float, float]) -> Iterator[tuple[Figure, Axes]]:
    """Lend a sheet of ``size`` inches with one blank axes, to draw on and to finish within the block.

    For lines, bands, marks, words, ticks and legends; the look of ticks and spines, scales and grids must stay as the
    theme has them.
    """
    import matplotlib as mpl

    figure, made_under = _FREE.pop(size, (None, None))
    if figure is None or made_under != mpl.rcParams:
        figure, _ = sheet(size=size)
        made_under = mpl.rcParams.copy()
    yield figure, figure.axes[0]
    if figure.get_layout_engine() is None:  # it was finished
        _wipe(figure)
        _FREE[size] = figure, made_under


def _wipe(figure: Figure) -> None:
    """Take away what was drawn, and the places that were found for it."""
    import matplotlib as mpl
    from matplotlib.ticker import AutoLocator, ScalarFormatter

    (axes,) = figure.axes
    settings: dict[Any, Any] = mpl.rcParams
    for artist in (*axes.lines, *axes.collections, *axes.patches, *axes.texts, *figure.legends):
        artist.remove()
    axes.set(title="", xlabel="", ylabel="")
    axes.set_prop_cycle(None)
    axes.relim()
    axes.margins(settings["axes.xmargin"], settings["axes.ymargin"])
    axes.autoscale(enable=True)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(AutoLocator())
        axis.set_major_formatter(ScalarFormatter())
    figure.set_layout_engine("none")
    figure.subplots_adjust(**{side: settings[f"figure.subplot.{side}"] for side in _ROOM})
    figure.set_layout_engine("constrained")
