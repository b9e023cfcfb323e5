"""Texts from files inside Markdown and HTML: shown, and never run, fetched or followed."""

from __future__ import annotations

import re

__all__ = ["harmless_html", "literal", "without_markup"]

# What a page of ours never holds: it runs, fetches, sends, embeds or leads elsewhere.
_REFUSED = "script|meta|base|form|iframe|frame|frameset|object|embed|applet|link|portal|fencedframe|marquee"
_BLOCK = re.compile(r"<(script|iframe|object|applet)\b[^>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(rf"<(?=/?(?:{_REFUSED})\b)", re.IGNORECASE)
_ANY = re.compile(rf"<(?:{_REFUSED})\b", re.IGNORECASE)
# Entities, not backslashes: they are shown alike inside and outside of formulas, tables and links.
_LIVE = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&#36;", "[": "&#91;", "]": "&#93;", "`": "&#96;", "\\": "&#92;"}
_MARKS = {"*": "&#42;", "_": "&#95;", "#": "&#35;", "|": "&#124;", "~": "&#126;"}
_TO_LIVE = str.maketrans(_LIVE)
_TO_LITERAL = str.maketrans({**_LIVE, **_MARKS, "\n": " ", "\r": " "})
# Marks of our own sentences: two asterisks beside Chinese punctuation are not read as emphasis.
_PLAIN = re.compile(r"&lt;(/?(?:strong|code))&gt;")
# GitHub's Markdown makes links of bare addresses too.
_ADDRESS = re.compile(r"(?i)\b(https?|ftp|mailto|www)(?=[:.])")


def literal(text: str) -> str:
    """A text from a file for use inside Markdown: every character is shown as it stands, on one line."""
    return _ADDRESS.sub(r"\1&#8203;", text.translate(_TO_LITERAL))


def without_markup(text: str) -> str:
    """Markdown that may hold texts from files: emphasis, code, lists, headings; no other HTML, link or picture."""
    quoted = re.sub(r"(?m)^&gt; ", "> ", text.translate(_TO_LIVE))
    quoted = _PLAIN.sub(r"<\1>", quoted)
    return _ADDRESS.sub(r"\1&#8203;", quoted)


def harmless_html(html: str, note: str = "") -> str:
    """HTML without elements that run, fetch, send or lead elsewhere; ``note`` stands where one was.

    A tag begins with its name in the bytes of the page, so what is looked for is found, in whatever it hides; what is
    left of it is shown as text. The page's policy stops what this does not know.
    """
    if not _ANY.search(html):
        return html
    return _TAG.sub("&lt;", _BLOCK.sub(lambda _: note, html))
