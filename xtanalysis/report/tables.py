"""A data frame as a table that can be read aloud, scrolled on a phone, and saved as CSV or a sheet."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

from xtanalysis.report.page import TABLE_MIME
from xtanalysis.targets.numbers import numbers_as_text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MARKS", "Table"]

# Classes that the style sheet colours; always beside words, never instead of them.
MARKS = ("good", "fair", "unsure", "poor", "bad", "none")
SHORT = 8  # characters up to which a cell is not broken over lines
BESIDE = 4  # columns that a phone shows beside one another
ACROSS = 90  # letters of the longest cells of all columns, up to which they read well on a phone
LONG = 24  # characters beyond which a column is kept wide enough to read on a phone


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table of a report; the last expression of a cell shows it.

    Attributes
    ----------
    frame
        Rows as shown, index not shown. The first column names the row.
    name
        Its file name (``tables/<name>.csv``) and sheet: letters, digits, ``_`` and ``-``.
    caption
        What the table says, in the page's language.
    units
        Column to unit, in the header.
    formats
        Column to format specification (``.1f``, ``,.0f``, ``.0%``); numbers without one are shown to 4 digits.
    marks
        Column to a function from its value (``None`` if absent) to one of ``MARKS`` or ``""``: the cell's colour.
    note
        A line under the table, e.g. its source.
    missing
        Shown for an absent value.
    fits
        Whether it is set to fit a phone's width: few columns, their text broken over lines, nothing to scroll to.
    """

    frame: pd.DataFrame
    name: str
    caption: str
    units: Mapping[str, str] = field(default_factory=dict)
    formats: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)
    note: str = ""
    missing: str = "—"
    fits: bool = False

    def __post_init__(self) -> None:
        if not self.name or not all(c.isalnum() or c in "_-" for c in self.name):
            raise ValueError(f"a table's name is made of letters, digits, _ and -; found {self.name!r}")
        for what in (self.units, self.formats, self.marks):
            unknown = set(what) - {str(c) for c in self.frame.columns}
            if unknown:
                raise ValueError(f"table {self.name} has no column {', '.join(sorted(unknown))}")

    def to_html(self) -> str:
        """Return the accessible HTML: caption, scoped headers, numbers to the right."""
        columns = [str(c) for c in self.frame.columns]
        numeric = {c: all(_is_number(v) or _missing(v) for v in self.frame[c]) for c in columns}
        head = "".join(
            f'<th scope="col"{_class("num") if numeric[c] else ""}>{escape(c)}{self._unit(c)}</th>' for c in columns
        )
        broad = self._is_broad(columns)
        body = "".join(self._row(columns, numeric, row, broad) for row in self.frame.itertuples(index=False, name=None))
        note = f'<p class="note">{escape(self.note)}</p>' if self.note else ""
        caption = escape(self.caption)
        kind = "table" + " fits" * self.fits + " stack" * broad
        return (
            f'<div class="{kind}" id="table-{self.name}"><div class="scroll" role="group" tabindex="0" '
            f'aria-label="{escape(self.caption)}"><table><caption>{caption}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{note}</div>"
        )

    def to_record(self) -> dict[str, Any]:
        """Return the raw values for CSV and workbook: name, caption, columns, units, rows, note."""
        columns = [str(c) for c in self.frame.columns]
        rows = [[_plain(v) for v in row] for row in self.frame.itertuples(index=False, name=None)]
        units = [self.units.get(c, "") for c in columns]
        record = {"name": self.name, "caption": self.caption, "columns": columns, "units": units, "rows": rows}
        return {**record, "note": self.note}

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {"text/html": self.to_html(), TABLE_MIME: self.to_record(), "text/plain": self.caption}

    def _is_broad(self, columns: list[str]) -> bool:
        """Whether a phone is too narrow for it: each row becomes a list there."""
        longest = (max((len(str(value)) for value in self.frame[column]), default=0) for column in columns)
        return len(columns) > BESIDE or sum(longest) > ACROSS

    def _unit(self, column: str) -> str:
        unit = self.units.get(column, "")
        return f' <span class="unit">{escape(unit)}</span>' if unit else ""

    def _row(self, columns: list[str], numeric: Mapping[str, bool], row: tuple[Any, ...], broad: bool) -> str:
        cells = []
        for i, (column, value) in enumerate(zip(columns, row, strict=True)):
            text = self.missing if _missing(value) else escape(numbers_as_text(value, self.formats.get(column, "")))
            if i == 0:
                cells.append(f'<th scope="row">{text}</th>')
                continue
            mark = self.marks[column](None if _missing(value) else value) if column in self.marks else ""
            size = "short" if len(text) <= SHORT else "long" if len(text) > LONG else ""
            wanted = ("num" if numeric[column] else size, f"mark {mark}" if mark else "")
            names = " ".join(n for n in wanted if n)
            told = f' data-label="{escape(column)}"' if broad else ""
            cells.append(f"<td{_class(names)}{told}>{text}</td>")
        return f"<tr>{''.join(cells)}</tr>"


def _class(names: str) -> str:
    return f' class="{names}"' if names else ""


def _is_number(value: Any) -> bool:
    return hasattr(value, "__float__") and not isinstance(value, bool) and not _missing(value)


def _missing(value: Any) -> bool:
    return value is None or value != value  # NaN and NaT are not themselves


def _plain(value: Any) -> Any:
    """Return a JSON value: dates as text, NumPy numbers as Python's, absent and infinite ones as ``None``."""
    if _missing(value):
        return None
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, bool | str):
        return value
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and math.isinf(value):
        return None
    return value if isinstance(value, int | float) else str(value)
