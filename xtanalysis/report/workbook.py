"""Workbooks with one sheet a table, units in the headers, panes frozen; equal tables give equal bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xtanalysis.data.workbooks import book_bytes, is_plain, put, sheet_name

__all__ = ["Sheet", "workbook_bytes"]

_WIDEST = 46


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: sheet name, caption (first row), column names with units, rows of raw values, a note below."""

    name: str
    caption: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Any]]
    note: str = ""


def workbook_bytes(sheets: Sequence[Sheet]) -> bytes:
    """Return an .xlsx file; text that looks like a formula stays text."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font

    book = Workbook(write_only=True)
    taken: set[str] = set()
    for sheet in sheets:
        page = book.create_sheet(sheet_name(sheet.name, taken))
        page.freeze_panes = "B3"
        for letter, width in _widths(sheet):
            page.column_dimensions[letter].width = width

        def cell(value: Any, font: Any = None, alignment: Any = None, page: Any = page) -> Any:
            made = put(WriteOnlyCell(page), value)
            if font is not None:
                made.font = font
            if alignment is not None:
                made.alignment = alignment
            return made

        page.append([cell(sheet.caption, Font(bold=True, size=12))])
        page.append([cell(name, Font(bold=True), Alignment(wrap_text=True, vertical="top")) for name in sheet.columns])
        for row in sheet.rows:
            page.append([value if is_plain(value) else cell(value) for value in row])
        if sheet.note:
            page.append([])
            page.append([cell(sheet.note, Font(italic=True))])
    return book_bytes(book)


def _widths(sheet: Sheet) -> list[tuple[str, float]]:
    from openpyxl.utils import get_column_letter

    widths = []
    for i, name in enumerate(sheet.columns):
        longest = max([_length(name) * 0.7, *(_length(row[i]) for row in sheet.rows[:200] if i < len(row))])
        widths.append((get_column_letter(i + 1), min(_WIDEST, max(9.0, longest + 2))))
    return widths


def _length(value: Any) -> float:
    """Width in Latin characters; a Chinese one takes two."""
    text = f"{value:.4g}" if isinstance(value, float) else str(value if value is not None else "")
    return float(sum(2 if ord(c) > 0x2E80 else 1 for c in text))
