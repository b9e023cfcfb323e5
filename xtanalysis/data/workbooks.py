"""Workbooks as bytes: texts that never run as formulas, names that a sheet may have, equal tables in equal bytes."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openpyxl import Workbook

__all__ = ["book_bytes", "cell_value", "is_plain", "put", "sheet_name"]

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip file can hold
LONGEST_NAME = 31  # of a sheet, by the format
LONGEST_TEXT = 32_767  # of a cell, by the format
# Characters that XML 1.0 cannot hold, and halves of pairs.
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPECIAL = frozenset("=+-@#")  # a formula, a number or an error where a text begins so
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


def cell_value(value: Any) -> Any:
    """A value as a cell can hold it: NumPy's as Python's, texts without what XML refuses."""
    if isinstance(value, str):
        return _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", value)[:LONGEST_TEXT]
    return value.item() if hasattr(value, "item") else value


def is_plain(value: Any) -> bool:
    """Whether a cell takes a value as it stands: a number, or a text that no program would read as something else."""
    if not isinstance(value, str):
        return True
    return value[:1] not in _SPECIAL and len(value) <= LONGEST_TEXT and not _ILLEGAL.search(value)


def put(cell: Any, value: Any) -> Any:
    """Put a value into a cell; a text stays a text, whatever it begins with, also after it has been edited."""
    value = cell_value(value)
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
        if value.startswith(("=", "+", "-", "@")):
            cell.quotePrefix = True
    return cell


def sheet_name(name: str, taken: set[str]) -> str:
    """At most 31 allowed characters, unlike any other in the book; ``taken`` takes note of it."""
    base = _FORBIDDEN.sub("_", cell_value(name)).strip("'")[:LONGEST_NAME] or "table"
    found, n = base, 1
    while found.casefold() in taken:
        n += 1
        found = f"{base[: LONGEST_NAME - 1 - len(str(n))]}-{n}"
    taken.add(found.casefold())
    return found


def book_bytes(book: Workbook) -> bytes:
    """The file (.xlsx) with one fixed time: Excel's format is a zip file, and zip files carry clocks."""
    from openpyxl.writer.excel import ExcelWriter

    book.properties.creator = "xtanalysis"
    book.properties.created = book.properties.modified = dt.datetime(*EPOCH)  # noqa: DTZ001  # openpyxl wants it naive
    buffer = io.BytesIO()
    # Not Workbook.save, which writes the time of day and compresses what is packed once more.
    ExcelWriter(book, zipfile.ZipFile(buffer, "w")).save()
    packed = io.BytesIO()
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for item in source.infolist():
            info = zipfile.ZipInfo(item.filename, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            target.writestr(info, source.read(item))
    return packed.getvalue()
