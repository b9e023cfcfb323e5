"""Old Excel workbooks (.xls, BIFF) as text cells."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import Any

from xtanalysis.statements.readers.sheet import MOST_CELLS, MOST_ROWS, UNREADABLE, Sheet, refuse, too_many
from xtanalysis.statements.readers.shown import GENERAL, format_of, shown
from xtanalysis.text import message

__all__ = ["read_xls"]


def read_xls(raw: bytes, name: str) -> list[Sheet]:
    """Read every sheet of an old workbook.

    A formula's value as last saved is read, as Excel shows it: the format keeps no readable text of the formula.

    Raises
    ------
    BadInput
        If it is locked, no workbook (a document of the same old kind), damaged or too long.
    """
    import xlrd
    from xlrd.compdoc import CompDocError

    try:
        with xlrd.open_workbook(file_contents=raw, formatting_info=True, on_demand=True, logfile=io.StringIO()) as book:
            return list(_sheets(book, name))
    except (xlrd.XLRDError, CompDocError, struct.error, *UNREADABLE) as error:
        raise refuse(
            name,
            message("this is no readable .xls workbook, or it is locked"),
            message("Save it unlocked as .xlsx or CSV"),
        ) from error


def _sheets(book: Any, name: str) -> Iterator[Sheet]:
    import xlrd

    for index in range(book.nsheets):
        sheet = book.sheet_by_index(index)
        numbers: list[int] = []
        rows: list[list[str]] = []
        cells = 0
        for r in range(sheet.nrows):
            row = [_text(book, cell, xlrd) for cell in sheet.row(r)]
            while row and not row[-1]:
                row.pop()
            if row:
                numbers.append(r + 1)
                rows.append(row)
                cells += len(row)
            if len(rows) > MOST_ROWS + 1 or cells > MOST_CELLS:
                raise too_many(name, message("the table is too long"), r + 1, MOST_ROWS)
        merged = tuple((a + 1, c, b, d - 1) for a, b, c, d in sheet.merged_cells)
        yield Sheet(name, sheet.name, numbers, rows, {}, merged, sheet.visibility != 0)
        book.unload_sheet(index)


def _text(book: Any, cell: Any, xlrd: Any) -> str:
    if cell.ctype in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        key = book.xf_list[cell.xf_index].format_key
        code = book.format_map[key].format_str if key in book.format_map else None
        return shown(repr(cell.value), format_of(key, code) if code else GENERAL, bool(book.datemode))
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return "TRUE" if cell.value else "FALSE"
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, "#N/A"))
    return str(cell.value).strip()
