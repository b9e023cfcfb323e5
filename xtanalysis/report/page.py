"""What a notebook tells its page: title, language, dates, seed; and how figures of its own are stored.

Everything travels inside the notebook as output metadata, so that any engine (stock papermill too) and any exporter
keep it, and an executed notebook is all that a page needs.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from xtanalysis.data.versions import versions
from xtanalysis.errors import BadInput, Problem
from xtanalysis.report.charts.fonts import set_theme
from xtanalysis.text import Language, either, message

__all__ = ["PAGE_MIME", "TABLE_MIME", "Page", "Parts", "notebook", "start_page"]

PAGE_MIME = "application/vnd.xtanalysis.page+json"
TABLE_MIME = "application/vnd.xtanalysis.table+json"
PACKAGES = ("xtanalysis", "numpy", "pandas", "scipy", "statsmodels", "matplotlib", "seaborn", "papermill")


# A notebook's prose stands in both languages; each cell ends in a mark of its own, and JupyterLab shows one of them.
HIDING = '<style>.jp-MarkdownCell:has(span[lang="{other}"]){{display:none}}</style>'


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The head and foot of a page.

    Attributes
    ----------
    title, subtitle
        Shown at the top; the title is the document's title too: the notebook's first heading where it is empty.
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

    title: str = ""
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
        other = "en" if self.lang == "zh" else "zh"
        return {
            PAGE_MIME: {**asdict(self), "versions": versions(PACKAGES)},
            "text/html": HIDING.format(other=other),
            "text/plain": self.title or self.lang,
        }


@dataclass(frozen=True, slots=True)
class Parts:
    """Several things that one cell shows, in order, each an output of its own."""

    shown: tuple[Any, ...]

    def _ipython_display_(self) -> None:
        from IPython.display import display

        for part in self.shown:
            display(part)


def notebook(lang: Language = "zh", *, as_of: object = "", seed: int | None = None, internal: bool = False) -> None:
    """Set a notebook up: charts in the house style with Chinese glyphs, prose in one language, dates for its page.

    Parameters
    ----------
    lang
        Which prose JupyterLab and the exported page show: ``zh`` or ``en``.
    as_of, seed
        For the foot of the page.
    internal
        Whether figures went in that are not public: the page is watermarked.

    Raises
    ------
    BadInput
        For another language.
    """
    if lang not in ("zh", "en"):
        raise BadInput(Problem(message("unknown language"), column="lang", found=lang, expected=either(["zh", "en"])))
    start_page(Page(lang=lang, as_of=str(as_of), seed=seed, internal=internal))


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


def _store_figures_as_svg(shell: Any, lang: Language) -> None:
    """Make a figure of a cell's own what ours are, with its alternative text."""
    # Importing the inline backend sets its own formatter, once: ours has to come after.
    import matplotlib_inline.backend_inline  # noqa: F401
    from matplotlib.figure import Figure

    from xtanalysis.report.charts.drawing import finished  # pandas with it, which what reads a notebook does without

    shown = shell.display_formatter
    shown.formatters["image/png"].pop(Figure, None)
    shown.mimebundle_formatter.for_type(Figure, lambda figure, **_: finished(figure, lang)._repr_mimebundle_())
