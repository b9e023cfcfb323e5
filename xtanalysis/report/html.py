"""Executed notebook → one HTML file that needs nothing else: no script, no font of the reader's, no request.

The preprocessor does the work and the template prints it, so that ``jupyter nbconvert --to html --template xtanalysis``
gives the same page as ``export_page``.
"""

from __future__ import annotations

import base64
import json
import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

from nbconvert.exporters import HTMLExporter
from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters import strip_ansi
from nbconvert.preprocessors import Preprocessor

from xtanalysis import __version__
from xtanalysis.report.charts.svg import Sprite
from xtanalysis.report.inert import harmless_html
from xtanalysis.report.markdown import Contents, Heading, accessible_tables
from xtanalysis.report.page import PAGE_MIME, TABLE_MIME
from xtanalysis.report.style import TEMPLATES, page_css
from xtanalysis.report.webfont import face
from xtanalysis.report.words import PAGE_WORDS
from xtanalysis.text import all_in

__all__ = ["PagePreprocessor", "ReportExporter", "export_page", "page_of"]

THIRD = 290.0  # points: a figure no wider than this can stand three in a row
LONGEST_NAME = 60  # letters of a file's name
UNSEEN = ("css", "sprite")  # of a page's parts
_MARK = re.compile(r"<[^>]+>")
_HIDDEN_TAGS = {"papermill-error-cell-tag", "remove_cell", "remove-cell"}
_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
# Kinds of output that have their own place, or stand beside what is shown.
_SHOWN = {"text/plain", "application/vnd.jupyter.widget-view+json", TABLE_MIME, PAGE_MIME}
_LANGUAGE_TAGS = {"lang-zh": "zh", "lang-en": "en"}
_LANGUAGE_MARK = re.compile(r'\s*<span lang="(zh|en)"></span>\s*$')  # for JupyterLab (report.page)


@dataclass(frozen=True, slots=True)
class _Making:
    """What is gathered while a page's parts are made."""

    contents: Contents
    sprite: Sprite
    words: Mapping[str, str]


class PagePreprocessor(Preprocessor):
    """Turns cells into the parts of a page, in ``resources["page"]``; the template only prints them."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Render ``nb``; the notebook itself is left as it is."""
        record = page_of(nb)
        lang = record["lang"]
        words = all_in(PAGE_WORDS, lang)
        made = _Making(Contents(), Sprite(), words)
        failure = _failure(nb)
        parts = [
            _cell_html(cell, made, failed=failure is not None and cell is failure["cell"])
            for cell in _in_force(nb.cells)
            if _shown(cell, lang)
        ]
        resources["page"] = {
            **record,
            "words": words,
            "html_lang": {"zh": "zh-CN"}.get(lang, lang),
            "version": __version__,
            "css": page_css(),
            "parts": [part for part in parts if part],
            "toc": made.contents.headings,
            "sprite": made.sprite.html,
            "has_code": any(cell.cell_type == "code" for cell in nb.cells),
            "failure": failure,
            "parameters": _parameters(nb),
            "home": resources.get("home"),
            "foot": _foot(record, nb, words),
            "command": record["command"] or _command(nb),
        }
        resources["page"]["font"] = face("".join(_texts(resources["page"])))
        return nb, resources


class ReportExporter(HTMLExporter):
    """nbconvert's exporter ``xtanalysis``: the template of this package, wherever it was installed."""

    export_from_notebook = "HTML (xtanalysis)"

    def _template_name_default(self) -> str:
        return "xtanalysis"

    def _default_extra_template_basedirs(self) -> list[str]:
        return [str(TEMPLATES)]

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> Any:
        """Convert; without HTMLExporter's last pass, which parses the page again only to add missing alt texts."""
        html, resources = TemplateExporter.from_notebook_node(self, nb, resources, **kw)
        return html, resources


@cache
def _exporter() -> ReportExporter:
    # conf.json names our preprocessor; the others of nbconvert's defaults are not needed.
    return ReportExporter(  # type: ignore[no-untyped-call]
        extra_template_basedirs=[str(TEMPLATES)], default_preprocessors=[]
    )


def export_page(notebook: Any, *, home: str | None = None) -> str:
    """Return the page of an executed notebook (an nbformat node); ``home`` links back to an index."""
    html, _ = _exporter().from_notebook_node(notebook, {"home": home})
    return str(html)


def page_of(nb: Any) -> dict[str, Any]:
    """Merge what the notebook said of its page, the last word winning; defaults where it said nothing."""
    record: dict[str, Any] = {
        "title": "", "subtitle": "", "lead": "", "lang": "", "data_until": "", "as_of": "", "seed": None,
        "internal": False, "command": "", "notes": {}, "versions": {},
    }  # fmt: skip
    for cell in nb.cells:
        for output in cell.get("outputs", ()):
            said = output.get("data", {}).get(PAGE_MIME)
            if said:
                internal, notes = record["internal"] or said["internal"], {**record["notes"], **said["notes"]}
                record |= {k: v for k, v in said.items() if v not in ("", None)}
                record |= {"internal": internal, "notes": notes}
    given = nb.metadata.get("papermill", {}).get("parameters", {})
    record["lang"] = record["lang"] or (given.get("lang") if given.get("lang") in ("zh", "en") else "zh")
    record["title"] = record["title"] or nb.metadata.get("title") or _first_heading(nb, record["lang"]) or "xtanalysis"
    return record


def _texts(page: Any) -> Iterator[str]:
    """All that a page shows, without its marks."""
    if isinstance(page, str):
        yield _MARK.sub("", page)
    elif isinstance(page, dict):
        yield from (text for name in page if name not in UNSEEN for text in _texts(page[name]))
    elif isinstance(page, list | tuple):
        yield from (text for part in page for text in _texts(part))
    elif isinstance(page, Heading):
        yield page.text


def _first_heading(nb: Any, lang: str) -> str:
    for cell in nb.cells:
        match = cell.cell_type == "markdown" and _shown(cell, lang) and re.match(r"#\s+(.+)", cell.source)
        if match:
            return str(match[1])
    return ""


def _in_force(cells: Sequence[Any]) -> list[Any]:
    """The cells without the default parameters where others were given: those name another region and day."""
    tags = [set(cell.metadata.get("tags") or ()) for cell in cells]
    given = any("injected-parameters" in mine for mine in tags)
    return [cell for cell, mine in zip(cells, tags, strict=True) if not (given and "parameters" in mine)]


def _shown(cell: Any, lang: str) -> bool:
    tags = set(cell.metadata.get("tags") or ())
    languages = {_LANGUAGE_TAGS[tag] for tag in tags & set(_LANGUAGE_TAGS)}
    return not tags & _HIDDEN_TAGS and (not languages or lang in languages)


def _cell_html(cell: Any, made: _Making, *, failed: bool) -> str:
    if cell.cell_type == "markdown":
        source = _LANGUAGE_MARK.sub("", cell.source)
        html = _or_note(lambda: made.contents.render(source, cell.get("attachments")), made.words)
        return f"<section>{html}</section>" if html.strip() else ""
    if cell.cell_type != "code" or not cell.source.strip():
        return ""
    shown = [
        _or_note(lambda output=output: _output_html(output, made, failed=failed), made.words)  # type: ignore[misc]
        for output in cell.get("outputs", ())
    ]
    outputs = _in_rows(shown)
    anchor = ' id="failed"' if failed else ""
    return f"<section{anchor}>{_source_html(cell.source)}{outputs}</section>"


def _in_rows(parts: list[str]) -> str:
    """Join outputs; figures that follow one another in a cell stand side by side where there is room."""
    out = []
    for is_figure, run in groupby(filter(None, parts), key=lambda part: part.startswith("<figure")):
        together = list(run)
        html = "".join(together)
        out.append(f'<div class="panels{_breadth(html)}">{html}</div>' if is_figure and len(together) > 1 else html)
    return "".join(out)


def _breadth(html: str) -> str:
    """The class that gives two figures a row: of those that would be too small to read three in a row."""
    widths = [float(width) for width in re.findall(r'viewBox="0 0 ([\d.]+)', html)]
    return " two" if widths and max(widths) > THIRD else ""


@lru_cache(maxsize=256)
def _source_html(source: str) -> str:
    """Colour code; the runs of a sweep differ in one cell only."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    code = highlight(source, PythonLexer(), HtmlFormatter(nowrap=True)).rstrip()
    return f'<pre class="source" tabindex="0"><code>{code}</code></pre>'


def _output_html(output: Any, made: _Making, *, failed: bool) -> str:
    if output.output_type == "error":
        return _pre(strip_ansi("\n".join(output.traceback)) or f"{output.ename}: {output.evalue}")
    if output.output_type == "stream":
        # Warnings and logs belong to the notebook; a page shows what was printed on purpose, and why a cell failed.
        return _pre(strip_ansi(output.text)) if output.name == "stdout" or failed else ""
    data, metadata = output.data, output.metadata
    if PAGE_MIME in data:
        return ""
    figure = _figure_html(data, metadata, made)
    if figure:
        return figure
    if "text/markdown" in data:
        return made.contents.render(data["text/markdown"])
    if "text/html" in data:
        return accessible_tables(harmless_html(data["text/html"], _note(made.words["no_script"])))
    if "text/latex" in data:
        return made.contents.render(data["text/latex"])
    unknown = [mime for mime in data if mime not in _SHOWN]
    note = _note(made.words["no_output"].format(kind=", ".join(unknown))) if unknown else ""
    return note + (_pre(data["text/plain"]) if "text/plain" in data else "")


def _or_note(render: Callable[[], str], words: Mapping[str, str]) -> str:
    """What ``render`` makes, or why it cannot: one bad picture or table is not the page."""
    try:
        return render()
    except Exception as error:  # noqa: BLE001  # outputs come from any library
        return _note(words["bad_output"].format(error=f"{type(error).__name__}: {error}"[:300]))


def _note(text: str) -> str:
    return f'<p class="muted">{escape(text)}</p>'


def _figure_html(data: Any, metadata: Any, made: _Making) -> str:
    """Return SVG or PNG, whichever takes fewer bytes in the page."""
    svg = data.get("image/svg+xml")
    mime = next((kind for kind in _PICTURES if kind in data), "")
    png = data.get(mime)
    if svg and (not png or len(svg) <= len(png)):
        told = _caption(metadata, "image/svg+xml", made.words)
        drawn = made.sprite.figure(harmless_html(svg), _alt(metadata, "image/svg+xml"))
        return f'<figure tabindex="0">{drawn}{told}</figure>'
    if png:
        image = f'<img src="data:{mime};base64,{escape(png.strip())}" alt="{escape(_alt(metadata, mime))}">'
        return f'<figure tabindex="0">{image}{_caption(metadata, mime, made.words)}</figure>'
    return ""


def _alt(metadata: Any, mime: str) -> str:
    return metadata.get(mime, {}).get("alt") or metadata.get("alt") or ""


def _caption(metadata: Any, mime: str, words: Mapping[str, str]) -> str:
    """What stands below a figure: title, sentence, and a link that saves its numbers from inside the page."""
    told = metadata.get(mime, {})
    title, _, rest = escape(told.get("caption", "")).rpartition("\n")
    parts = [f"<strong>{title}</strong><br>" if title else "", rest]
    if told.get("csv"):
        name = title or escape(re.split("[。.;；]", _alt(metadata, mime))[0][:LONGEST_NAME].strip())
        # With its mark, without which a Chinese Excel reads UTF-8 as GB18030.
        data = base64.b64encode(told["csv"].encode("utf-8-sig")).decode()
        label = f"{words['csv']}{words['colon']}{name}"
        parts.append(
            f' <a class="data" download="{name}.csv" aria-label="{label}" '
            f'href="data:text/csv;charset=utf-8;base64,{data}">{words["data"]}</a>'
        )
    text = "".join(parts)
    return f"<figcaption>{text}</figcaption>" if text else ""


def _pre(text: str) -> str:
    return f'<pre tabindex="0">{escape(text.rstrip())}</pre>' if text.strip() else ""


def _failure(nb: Any) -> dict[str, Any] | None:
    for cell in nb.cells:
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                return {"cell": cell, "name": output.ename, "text": strip_ansi(output.evalue)}
    return None


def _parameters(nb: Any) -> list[tuple[str, str]]:
    given = nb.metadata.get("papermill", {}).get("parameters", {})
    return [
        (name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        for name, value in given.items()
    ]


def _foot(record: dict[str, Any], nb: Any, words: dict[str, str]) -> list[tuple[str, str]]:
    rows = [
        (words["data_until"], record["data_until"]),
        (words["as_of"], record["as_of"]),
        (words["seed"], "" if record["seed"] is None else str(record["seed"])),
        *record["notes"].items(),
        (words["parameters"], "; ".join(f"{name} = {value}" for name, value in _parameters(nb))),
        (words["versions"], ", ".join(f"{name} {number}" for name, number in record["versions"].items())),
    ]
    return [(name, value) for name, value in rows if value]


def _command(nb: Any) -> str:
    """Return the papermill command of a notebook run by papermill that named no command of its own."""
    papermill = nb.metadata.get("papermill", {})
    if "parameters" not in papermill:
        return ""
    name = Path(papermill.get("input_path") or "notebook.ipynb").name
    given = (f"-p {key} {shlex.quote(value)}" for key, value in _parameters(nb))
    return " ".join(["papermill", shlex.quote(name), shlex.quote(f"{Path(name).stem}-out.ipynb"), *given])
