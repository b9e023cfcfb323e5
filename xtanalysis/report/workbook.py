"""Workbooks with one sheet a table, units in the headers, panes frozen; equal tables give equal bytes."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Sheet", "workbook_bytes"]

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip file can hold
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
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
    from openpyxl.writer.excel import ExcelWriter

    book = Workbook(write_only=True)
    book.properties.creator = "xtanalysis"
    book.properties.created = book.properties.modified = dt.datetime(*_EPOCH)  # noqa: DTZ001  # openpyxl wants it naive
    taken: set[str] = set()
    for sheet in sheets:
        page = book.create_sheet(_sheet_name(sheet.name, taken))
        page.freeze_panes = "B3"
        for letter, width in _widths(sheet):
            page.column_dimensions[letter].width = width

        def cell(value: Any, font: Any = None, alignment: Any = None, page: Any = page) -> Any:
            made = WriteOnlyCell(page, value=value)
            if isinstance(value, str):
                made.data_type = "s"
            if font is not None:
                made.font = font
            if alignment is not None:
                made.alignment = alignment
            return made

        page.append([cell(sheet.caption, Font(bold=True, size=12))])
        page.append([cell(name, Font(bold=True), Alignment(wrap_text=True, vertical="top")) for name in sheet.columns])
        for row in sheet.rows:
            page.append([cell(value) if isinstance(value, str) and value.startswith("=") else value for value in row])
        if sheet.note:
            page.append([])
            page.append([cell(sheet.note, Font(italic=True))])
    buffer = io.BytesIO()
    # Not Workbook.save, which writes the time of day and compresses what is packed once more.
    ExcelWriter(book, zipfile.ZipFile(buffer, "w")).save()
    return _without_times(buffer.getvalue())


def _sheet_name(name: str, taken: set[str]) -> str:
    """Return at most 31 allowed characters, unlike any other in the book."""
    base = _FORBIDDEN.sub("_", name)[:31] or "table"
    found, n = base, 1
    while found.casefold() in taken:
        n += 1
        found = f"{base[: 30 - len(str(n))]}-{n}"
    taken.add(found.casefold())
    return found


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


def _without_times(data: bytes) -> bytes:
    """Pack the workbook again with one fixed time: Excel's format is a zip file, and zip files carry clocks."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for item in source.infolist():
            info = zipfile.ZipInfo(item.filename, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            target.writestr(info, source.read(item))
    return packed.getvalue()
