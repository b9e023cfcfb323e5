"""A page as a Word document, for comments: the same text, tables and figures, in the order of the page.

It is made from the finished page, so that it cannot say anything else. Needs the extra ``word`` (python-docx writes the
document, resvg draws its figures).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xtanalysis.errors import BadInput, Problem
from xtanalysis.text import listed, message

if TYPE_CHECKING:
    from bs4 import Tag
    from docx.document import Document

__all__ = ["require_word", "word_bytes", "write_word", "write_words"]

HEADINGS = {"h2": 1, "h3": 2, "h4": 3}
SKIPPED = {"script", "style", "nav", "template", "button", "input", "label"}
MARKS = {"good": "E2F0E4", "bad": "F8E1DE", "unsure": "FBF0D9"}  # fills of the verdicts, as on the light page
HEAD_FILL = "EEF1F4"
TEXT_WIDTH = 16.0  # centimetres between the margins of A4
PIXELS = 1900  # across the text: about 300 dots an inch
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest day that an archive can hold, for equal bytes


def require_word() -> None:
    """Refuse, before anything runs, where the extra is not installed.

    Raises
    ------
    BadInput
        Naming what is missing and how to install it.
    """
    import importlib.util

    missing = [name for name in ("docx", "resvg_py", "bs4") if importlib.util.find_spec(name) is None]
    if missing:
        raise BadInput(
            Problem(
                message("a Word document needs the extra “word”"),
                column="--docx",
                found=message("not installed: {missing}", missing=listed(missing)),
                fix="pip install 'xtanalysis[word]'",
            )
        )


def write_word(run: Path, target: Path) -> None:
    """Write the page of a run's folder (``report.html``, ``figures/``) as a Word document."""
    from xtanalysis.data.writing import write_file

    figures = [path.read_bytes() for path in sorted((run / "figures").glob("figure-*"))]
    write_file(target, word_bytes((run / "report.html").read_text(encoding="utf-8"), figures))


def write_words(out: Path, runs: Sequence[str]) -> None:
    """Write the pages of these runs of a folder of reports, each as ``word/NAME.docx`` in it."""
    folder = out / "word"
    folder.mkdir(exist_ok=True)
    for name in runs:
        write_word(out / "runs" / name, folder / f"{name}.docx")


def word_bytes(page: str, figures: Sequence[bytes]) -> bytes:
    """Return a page as a Word document.

    Parameters
    ----------
    page
        A finished page.
    figures
        Its figures in their order, each an SVG document or a PNG picture.
    """
    from bs4 import BeautifulSoup
    from docx import Document

    soup = BeautifulSoup(page, "html.parser")
    document = Document()
    _set_up(document, lang=str(soup.html.get("lang") if soup.html else "zh"))
    pictures = iter(figures)
    if head := soup.find("header"):
        for name, style in (("h1", "Title"), ("p", "Subtitle")):
            for element in head.find_all(name):
                _runs(document.add_paragraph(style=style), element)
    if main := soup.find(id="main"):
        _blocks(document, main, pictures)
    if foot := soup.find("footer"):
        _blocks(document, foot, pictures)
    return _packed(document)


def _set_up(document: Document, lang: str) -> None:
    """A4, margins of a letter, and fonts that every office has, for Latin and for Chinese text."""
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    section: Any = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm((21.0 - TEXT_WIDTH) / 2)
    section.top_margin = section.bottom_margin = Cm(2.5)
    styles: Any = document.styles
    for name, chinese, size in (
        ("Normal", "宋体", 10.5), ("Title", "黑体", 18), ("Subtitle", "宋体", 10.5), ("Heading 1", "黑体", 15),
        ("Heading 2", "黑体", 12), ("Heading 3", "黑体", 10.5), ("Caption", "黑体", 9),
    ):  # fmt: skip
        style = styles[name]
        style.font.size, style.font.name, style.font.italic = Pt(size), "Calibri", False
        style.font.color.rgb = RGBColor(0x1F, 0x29, 0x33)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in [key for key in fonts.attrib if "Theme" in key]:
            del fonts.attrib[theme]
        fonts.set(qn("w:eastAsia"), chinese)
    language = styles["Normal"].element.get_or_add_rPr().makeelement(qn("w:lang"), {})
    language.set(qn("w:val"), "en-GB")
    language.set(qn("w:eastAsia"), "zh-CN")
    styles["Normal"].element.get_or_add_rPr().append(language)
    document.core_properties.language = "zh-CN" if lang.startswith("zh") else "en-GB"


def _blocks(document: Document, parent: Tag, pictures: Iterator[bytes]) -> None:
    """Add what an element holds, block by block."""
    from bs4 import Tag

    for child in parent.children:
        if isinstance(child, Tag):
            if child.name not in SKIPPED and not {"source", "sprite"} & set(child.get("class") or ()):
                _block(document, child, pictures)
        elif text := " ".join(str(child).split()):
            document.add_paragraph(text)


def _block(document: Document, element: Tag, pictures: Iterator[bytes]) -> None:
    name = element.name
    if name in HEADINGS:
        document.add_heading(element.get_text(" ", strip=True), HEADINGS[name])
    elif name == "table":
        _table(document, element)
    elif name == "figure" or "panels" in (element.get("class") or ()):
        _row_of_figures(document, [element] if name == "figure" else element.find_all("figure"), pictures)
    elif name in ("ul", "ol"):
        _list(document, element)
    elif name == "dl":
        for term, told in zip(element.find_all("dt"), element.find_all("dd"), strict=True):
            paragraph = document.add_paragraph()
            _runs(paragraph, term, bold=True)
            paragraph.add_run("  ")
            _runs(paragraph, told)
    elif name in ("p", "summary", "pre", "blockquote"):
        _runs(document.add_paragraph(), element)
    else:
        _blocks(document, element, pictures)


def _list(document: Document, element: Tag, depth: int = 0) -> None:
    style = "List Number" if element.name == "ol" else "List Bullet"
    for item in element.find_all("li", recursive=False):
        inner = [part.extract() for part in item.find_all(["ul", "ol"], recursive=False)]
        _runs(document.add_paragraph(style=style if depth == 0 else f"{style} {min(depth + 1, 3)}"), item)
        for part in inner:
            _list(document, part, depth + 1)


def _runs(paragraph: Any, element: Tag, *, bold: bool = False) -> None:
    """Add the text of an element, keeping bold type and line breaks."""
    from bs4 import Tag
    from bs4.element import NavigableString

    for child in element.children:
        if isinstance(child, Tag):
            if child.name == "br":
                paragraph.add_run().add_break()
            elif child.name not in SKIPPED and child.name != "svg":
                _runs(paragraph, child, bold=bold or child.name in ("strong", "b", "th"))
        elif type(child) is NavigableString and (text := _spaced(str(child))):
            paragraph.add_run(text).bold = bold or None


def _spaced(text: str) -> str:
    """Fold white space as a browser does."""
    folded = " ".join(text.split())
    if not folded:
        return " " if text and "\n" not in text else ""
    return f"{' ' * text[0].isspace()}{folded}{' ' * text[-1].isspace()}"


def _table(document: Document, table: Tag) -> None:
    rows = table.find_all("tr")
    width = max((sum(_span(c) for c in row.find_all(["th", "td"])) for row in rows), default=0)
    if not width:
        return
    if caption := table.find("caption"):
        _runs(document.add_paragraph(style="Caption"), caption)
        document.paragraphs[-1].paragraph_format.keep_with_next = True
    made: Any = document.add_table(rows=0, cols=width, style="Table Grid")
    for row in rows:
        cells = made.add_row().cells
        column = 0
        for cell in row.find_all(["th", "td"]):
            span = _span(cell)
            target = cells[column] if span == 1 else cells[column].merge(cells[column + span - 1])
            column += span
            is_head = row.find_parent("thead") is not None
            _runs(target.paragraphs[0], cell, bold=is_head)
            _small(target.paragraphs[0])
            fill = HEAD_FILL if is_head else next((MARKS[c] for c in cell.get("class") or () if c in MARKS), "")
            if fill:
                _shade(target, fill)
        _keep_together(made.rows[-1], repeat=row.find_parent("thead") is not None)
    _widths(made)
    document.add_paragraph()


def _span(cell: Tag) -> int:
    return int(str(cell.get("colspan") or 1))


def _widths(table: Any) -> None:
    """Give columns room by their longest text, none less than a word and none more than a few lines' worth."""
    from docx.shared import Cm

    table.autofit = False
    columns = [list(column.cells) for column in table.columns]
    longest = [min(max(max(len(cell.text) for cell in cells), 5), 24) for cells in columns]
    for cells, length in zip(columns, longest, strict=True):
        for cell in cells:
            cell.width = Cm(TEXT_WIDTH * length / sum(longest))


def _small(paragraph: Any) -> None:
    from docx.shared import Pt

    paragraph.paragraph_format.space_after = Pt(0)
    for run in paragraph.runs:
        run.font.size = Pt(9)


def _shade(cell: Any, fill: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    shade = OxmlElement("w:shd")
    for key, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", fill)):
        shade.set(qn(key), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _keep_together(row: Any, *, repeat: bool) -> None:
    """Break no row between two sheets; show a head row again on each sheet that its table runs over."""
    from docx.oxml import OxmlElement

    marks = row._tr.get_or_add_trPr()
    marks.append(OxmlElement("w:cantSplit"))
    if repeat:
        marks.append(OxmlElement("w:tblHeader"))


def _row_of_figures(document: Document, figures: Sequence[Tag], pictures: Iterator[bytes]) -> None:
    """Set figures side by side, at most three in a row, each with what is said below it."""
    from docx.shared import Cm

    for start in range(0, len(figures), 3):
        some = figures[start : start + 3]
        wide = TEXT_WIDTH / len(some)
        row: Any = document.add_table(rows=1, cols=len(some)).rows[0]
        for cell, figure in zip(row.cells, some, strict=True):
            cell.width = Cm(wide)
            shown = (
                cell.paragraphs[0]
                .add_run()
                .add_picture(io.BytesIO(_png(next(pictures), PIXELS // len(some))), width=Cm(wide - 0.4))
            )
            drawn = figure.find(["svg", "img"])
            told = str(drawn.get("aria-label") or drawn.get("alt") or "") if drawn is not None else ""
            shown._inline.docPr.set("descr", told)
            if caption := figure.find("figcaption"):
                _runs(cell.add_paragraph(), caption)
                _small(cell.paragraphs[-1])
    document.add_paragraph()


def _png(picture: bytes, pixels: int) -> bytes:
    """Draw an SVG at a width in pixels; a PNG stays as it is."""
    if picture.startswith(b"\x89PNG"):
        return picture
    import resvg_py

    # Its letters are outlines: no font is looked for. Sizes in points need a number of dots per inch.
    drawn = resvg_py.svg_to_bytes(
        svg_string=picture.decode(), width=pixels, dpi=72.0, background="white", skip_system_fonts=True
    )
    return bytes(drawn)


def _packed(document: Document) -> bytes:
    """Save without the time of day: equal pages give equal bytes."""
    import datetime as dt

    properties = document.core_properties
    properties.author = properties.last_modified_by = "xtanalysis"
    properties.comments = ""
    properties.created = properties.modified = dt.datetime(*EPOCH)  # noqa: DTZ001 (the format has no zone)
    raw = io.BytesIO()
    document.save(raw)
    packed = io.BytesIO()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, EPOCH), source.read(name), zipfile.ZIP_DEFLATED)
    return packed.getvalue()
