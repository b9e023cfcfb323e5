"""A finished figure: an SVG with its alternative text, drawn once, without pyplot.

pyplot would draw every figure a second time when its cell ends, and could not hand one on to the other pages of a sweep
that show the same.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from xtanalysis.report.charts.alt import alt_text
from xtanalysis.report.charts.numbers import figure_csv
from xtanalysis.report.charts.svg import slim
from xtanalysis.text import Language

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["Drawing", "Panels", "figure_data", "finished", "sheet"]

_PNG_FROM = 120_000  # bytes of SVG from which a PNG (2x) is drawn as well; the exporter keeps the smaller


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure as a notebook keeps it; shown by Jupyter where a cell ends with it.

    Attributes
    ----------
    svg
        The document.
    png
        At twice the size, only of a figure whose SVG is large; else empty.
    alt
        What it shows, in words.
    caption
        A sentence below it on a page; what stands on a line before it is its title.
    csv
        The numbers that it shows, as CSV without a byte order mark; empty where there are none.
    """

    svg: str
    png: bytes
    alt: str
    caption: str = ""
    csv: str = ""

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
        data = {"image/svg+xml": self.svg, "text/plain": self.alt}
        if self.png:
            data["image/png"] = base64.b64encode(self.png).decode()
        told = {"alt": self.alt, "caption": self.caption, "csv": self.csv}
        about = {name: text for name, text in told.items() if text}
        return data, {kind: about for kind in data if kind != "text/plain"}


@dataclass(frozen=True, slots=True)
class Panels:
    """Figures that stand side by side where there is room for it, and below one another on a phone.

    Each is an output of its own, so that any exporter shows it; ours sets those of one cell in a row. ``note`` stands
    below all of them.
    """

    drawings: tuple[Drawing, ...]
    note: str = ""

    def _ipython_display_(self) -> None:
        from IPython.display import HTML, display

        for drawing in self.drawings:
            display(drawing)
        if self.note:
            display(HTML(f'<p class="note">{escape(self.note)}</p>'))


def sheet(rows: int = 1, columns: int = 1, *, size: tuple[float, float]) -> tuple[Figure, NDArray[Any]]:
    """Return a figure of ``size`` inches and its axes, shape (rows, columns); ``set_theme`` comes first."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, layout="constrained")
    FigureCanvasAgg(figure)
    grid: NDArray[Any] = figure.subplots(rows, columns, squeeze=False)
    return figure, grid


def finished(figure: Figure, lang: Language) -> Drawing:
    """Lay out and render a figure; a dollar in a name is a dollar, not the start of a formula."""
    for text in _names(figure):
        text.set_parse_math(False)
    svg = slim(_svg(figure))
    png = figure_data(figure, "png") if _marks(figure) * 40 >= _PNG_FROM else b""
    return Drawing(svg, png, alt_text(figure, lang), csv=figure_csv(figure, lang))


def _names(figure: Figure) -> Iterator[Any]:
    """Texts that may come from files: all but the tick labels that matplotlib writes itself."""
    from matplotlib.ticker import FixedFormatter, FuncFormatter

    yield from figure.texts
    for axes in figure.axes:
        legend = axes.get_legend()
        yield from (axes.title, *axes.texts, *(legend.get_texts() if legend else ()))
        for axis in (axes.xaxis, axes.yaxis):
            yield axis.label
            if isinstance(axis.get_major_formatter(), FixedFormatter | FuncFormatter):
                yield from axis.get_ticklabels()


def figure_data(figure: Figure, kind: Literal["svg", "png"]) -> bytes:
    """Render a figure; equal figures give equal bytes (no date, one hash salt)."""
    from xtanalysis.report.charts.layout import lay_out

    if kind == "svg":
        return _svg(figure).encode()
    lay_out(figure, figure.canvas.get_renderer())  # type: ignore[attr-defined]
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=192, metadata={"Software": None})
    return buffer.getvalue()


def _svg(figure: Figure) -> str:
    """Do what ``savefig`` does, with one renderer to lay out and to draw."""
    from matplotlib.backends.backend_svg import RendererSVG

    from xtanalysis.report.charts.layout import lay_out
    from xtanalysis.report.charts.letters import Letters

    dpi, figure.dpi = figure.dpi, 72  # points, the unit of the document
    buffer = io.StringIO()
    width, height = figure.bbox.size
    make: Any = RendererSVG  # it has no types
    renderer = make(width, height, buffer, image_dpi=dpi, metadata={"Date": None, "Creator": None})
    renderer._text2path = Letters()  # it has no public name
    lay_out(figure, renderer)
    figure.draw(renderer)
    renderer.finalize()
    figure.dpi = dpi
    return buffer.getvalue()


def _marks(figure: Figure) -> int:
    """Count the vertices drawn, roughly: about forty bytes of SVG each."""
    total = 0
    for axes in figure.axes:
        total += sum(np.size(line.get_xdata()) for line in axes.get_lines()) + 5 * len(axes.patches)
        for cloud in axes.collections:
            total += max(sum(np.size(path.vertices) for path in cloud.get_paths()), np.size(cloud.get_offsets())) // 2
    return total
