"""How results show themselves: one line of text for a shell, a table for a notebook."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from xtanalysis.data.dictionary import indicators

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["html_block", "indicator_name", "lines"]

ROWS = 60  # of a table in a notebook; more are left out in the middle


def lines(title: str, pairs: Iterable[tuple[str, str]], note: str = "") -> str:
    """A title, aligned names with what they say, and a note."""
    rows = [(name, text) for name, text in pairs if text]
    width = max((len(name) for name, _ in rows), default=0)
    body = [f"  {name.ljust(width)}  {text}" for name, text in rows]
    return "\n".join([title, *body, *([note] if note else [])])


def html_block(text: str, *frames: pd.DataFrame, index: bool = True) -> str:
    """A text as preformatted lines, then tables."""
    tables = (frame.to_html(max_rows=ROWS, na_rep="", float_format="{:.4g}".format, index=index) for frame in frames)
    return f"<pre>{escape(text)}</pre>" + "".join(tables)


def indicator_name(name: str) -> str:
    """An indicator's two names, as a heading."""
    entry = indicators()[name]
    return f"{entry.zh} {entry.en}"
