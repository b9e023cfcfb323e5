"""What a notebook tells its page: title, language, dates, seed; and how its figures are stored.

Everything travels inside the notebook as output metadata, so that any engine (stock papermill too) and any exporter
keep it, and an executed notebook is all that a page needs.
"""

from __future__ import annotations

import base64
import io
from dataclasses import asdict, dataclass, field
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from xtanalysis.report.alt import alt_text
from xtanalysis.report.fonts import Language, set_theme

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["PAGE_MIME", "TABLE_MIME", "Page", "figure_data", "start_page"]

PAGE_MIME = "application/vnd.xtanalysis.page+json"
TABLE_MIME = "application/vnd.xtanalysis.table+json"
_VERSIONS = ("xtanalysis", "numpy", "pandas", "scipy", "statsmodels", "matplotlib", "seaborn", "papermill")
_PNG_FROM = 120_000  # bytes of SVG from which a PNG (2x) is drawn as well; the exporter keeps the smaller


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The head and foot of a page.

    Attributes
    ----------
    title, subtitle
        Shown at the top; the title is the document's title too.
    lang
        ``zh`` or ``en``.
    lead
        One line under the title, e.g. that the figures are model results and not statistics.
    data_until
        The latest day or period that the data reach.
    as_of
        The information set's date.
    seed
        Of every random draw.
    internal
        Whether internal figures went in: the page is watermarked 内部.
    command
        The command that makes this page again; from the parameters where empty.
    notes
        Further rows of the foot, name to text.
    """

    title: str
    lang: Language = "zh"
    subtitle: str = ""
    lead: str = ""
    data_until: str = ""
    as_of: str = ""
    seed: int | None = None
    internal: bool = False
    command: str = ""
    notes: dict[str, str] = field(default_factory=dict)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        versions = {name: version(name) for name in _VERSIONS}
        return {PAGE_MIME: {**asdict(self), "versions": versions}, "text/plain": self.title}


def start_page(page: Page) -> None:
    """Open a report: set fonts and colours, make figures carry their alt text, and tell the exporter of the page.

    Call it in the first cell after the parameters; call it again if ``internal`` or a note is only known later.
    """
    from IPython import get_ipython
    from IPython.display import display

    set_theme()
    shell = get_ipython()
    if shell is not None:
        _store_figures_as_svg(shell, page.lang)
    display(page)


def figure_data(figure: Figure, kind: Literal["svg", "png"]) -> bytes:
    """Render a figure; equal figures give equal bytes (no date, one hash salt)."""
    from xtanalysis.report.layout import lay_out

    lay_out(figure)
    buffer = io.BytesIO()
    if kind == "svg":
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    else:
        figure.savefig(buffer, format="png", dpi=192, metadata={"Software": None})
    return buffer.getvalue()


def _store_figures_as_svg(shell: Any, lang: Language) -> None:
    # Importing the inline backend sets its own formatter, once: ours has to come after.
    import matplotlib_inline.backend_inline  # noqa: F401
    from matplotlib.figure import Figure

    formatters = shell.display_formatter.formatters
    formatters["image/svg+xml"].for_type(Figure, partial(_svg, lang=lang))
    formatters["image/png"].for_type(Figure, partial(_png, lang=lang))


def _svg(figure: Figure, lang: Language) -> tuple[str, dict[str, str]]:
    return figure_data(figure, "svg").decode(), {"alt": alt_text(figure, lang)}


def _png(figure: Figure, lang: Language) -> tuple[str, dict[str, str]] | None:
    if _marks(figure) * 40 < _PNG_FROM:
        return None
    data = base64.b64encode(figure_data(figure, "png")).decode()
    return data, {"alt": alt_text(figure, lang)}


def _marks(figure: Figure) -> int:
    """Count the vertices drawn, roughly: about forty bytes of SVG each."""
    total = 0
    for axes in figure.axes:
        total += sum(np.size(line.get_xdata()) for line in axes.get_lines()) + 5 * len(axes.patches)
        for cloud in axes.collections:
            total += max(sum(np.size(path.vertices) for path in cloud.get_paths()), np.size(cloud.get_offsets())) // 2
    return total
