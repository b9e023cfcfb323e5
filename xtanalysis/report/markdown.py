"""Markdown as HTML: headings with anchors for the table of contents, formulas as MathML, no script needed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import Any

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from xtanalysis.report.inert import harmless_html

__all__ = ["Contents", "Heading", "accessible_tables"]

_TAG = re.compile(r"<[^>]+>")
_TABLE = re.compile(r"<table\b[^>]*>(.*?)</table>", re.DOTALL)
_HEAD = re.compile(r"<thead\b.*?</thead>", re.DOTALL)
_SCOPED = re.compile(r"<style[^>]*>.*?</style>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Heading:
    """One line of the table of contents; ``level`` is 2 or 3."""

    level: int
    text: str
    anchor: str


class Contents:
    """Renders the Markdown of one page in order and collects its headings (levels 2 and 3)."""

    def __init__(self) -> None:
        self.headings: list[Heading] = []
        self._seen: dict[str, int] = {}

    def render(self, source: str, attachments: dict[str, Any] | None = None) -> str:
        """Return the HTML of ``source``; its headings join ``headings``."""
        renderer = _Renderer(escape=False, exclude_anchor_links=True, attachments=attachments, contents=self)
        return accessible_tables(harmless_html(str(MarkdownWithMath(renderer=renderer).render(source))))

    def add(self, html: str, level: int) -> str:
        """Return the anchor of a heading and note it."""
        text = _TAG.sub("", html).strip()
        slug = re.sub(r"[^\w]+", "-", text).strip("-").lower() or "section"
        n = self._seen[slug] = self._seen.get(slug, 0) + 1
        anchor = slug if n == 1 else f"{slug}-{n}"
        if level in (2, 3):
            self.headings.append(Heading(level, text, anchor))
        return anchor


class _Renderer(IPythonRenderer):
    def __init__(self, *, contents: Contents, **options: Any) -> None:
        super().__init__(**options)
        self._contents = contents

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        # The page's title is the only h1: a notebook's own top heading becomes h2.
        level = max(level, 2)
        return f'<h{level} id="{self._contents.add(text, level)}">{text}</h{level}>\n'

    def inline_math(self, body: str) -> str:
        return _mathml(body, "inline")

    def block_math(self, body: str) -> str:
        return _mathml(body, "block")

    def latex_environment(self, name: str, body: str) -> str:
        return _mathml(rf"\begin{{{name}}}{body}\end{{{name}}}", "block")


def _mathml(latex: str, display: str) -> str:
    from latex2mathml.converter import convert

    latex = latex.strip()
    try:
        mathml: str = convert(latex, display=display)
    except Exception as error:  # noqa: BLE001  # the converter has errors of every kind; one formula is not the page
        why = f"{type(error).__name__}: {error}".removesuffix(": ")
        return f'<code class="formula" title="{escape(why)}">{escape(latex)}</code>'
    # The source is the element's name for readers whose browser speaks no MathML.
    return mathml.replace("<math ", f'<math aria-label="{escape(latex)}" ', 1)


def accessible_tables(html: str) -> str:
    """Give plain tables (pandas', Markdown's) scoped headers and a box that scrolls; ours have both already."""
    if "<table" not in html or 'class="scroll"' in html:
        return html
    return _TABLE.sub(_accessible, _SCOPED.sub("", html))


def _accessible(match: re.Match[str]) -> str:
    inner = _HEAD.sub(lambda head: _cells(head[0], "col"), match[1])
    head_end = inner.find("</thead>") + 1
    inner = inner[:head_end] + _cells(inner[head_end:], "row")
    first = _TAG.sub(" ", inner[:400]).split()
    label = escape(" ".join(first[:4]))
    return f'<div class="scroll" role="group" tabindex="0" aria-label="{label}"><table>{inner}</table></div>'


def _cells(html: str, scope: str) -> str:
    html = re.sub(r"<th[^>]*>\s*</th>", "<td></td>", html)  # an empty header names nothing
    return re.sub(r"<th(?![^>]*scope=)(?=[\s>])", f'<th scope="{scope}"', html)
