"""Tables from files: CSV in three encodings and Excel, as text cells with the row numbers that a spreadsheet shows."""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from xtanalysis.errors import BadInput, Problem

__all__ = ["LARGEST", "Table", "read_table"]

LARGEST = 50_000_000
"""Largest file read, in bytes; a table of facts has some hundred rows."""

LARGEST_UNPACKED = 500_000_000
MOST_ROWS = 100_000
MOST_COLUMNS = 200
# What openpyxl and zipfile raise on damaged workbooks; ParseError is a SyntaxError, NotImplementedError a RuntimeError.
UNREADABLE = (
    zipfile.BadZipFile, zlib.error, SyntaxError, RuntimeError, OSError, EOFError, LookupError, ValueError, TypeError,
    AttributeError,
)  # fmt: skip
ENCODINGS = ("utf-8-sig", "gb18030")
UTF16 = (b"\xff\xfe", b"\xfe\xff")
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
ZIP = b"PK\x03\x04"
SIGNS = ("=", "+", "-", "@")
EXPECTED = "a table saved as CSV (UTF-8 or GB18030) or as an Excel workbook (.xlsx)"


@dataclass(frozen=True, slots=True)
class Table:
    """A header and its rows.

    Attributes
    ----------
    name
        The file's name, for messages.
    header
        Cells of row 1.
    rows
        (row number, cells), blank rows left out; every row is as long as the header.
    problems
        Formulas and rows longer than the header.
    """

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    problems: tuple[Problem, ...]


def read_table(path: Path) -> Table:
    """Read a CSV (UTF-8, with or without BOM, or GB18030) or the first sheet of an Excel workbook.

    Raises
    ------
    BadInput
        If the file is missing, empty, larger than `LARGEST`, binary, or an old or broken workbook.
    """
    name = path.name
    if not path.is_file():
        raise BadInput(Problem("no such file", file=str(path), expected=EXPECTED))
    size = path.stat().st_size
    if size == 0:
        raise BadInput(Problem("the file is empty", file=name, expected="a header row and at least one row"))
    if size > LARGEST:
        raise BadInput(
            Problem("the file is too large", file=name, found=f"{size:,} bytes", expected=f"at most {LARGEST:,} bytes")
        )
    raw = path.read_bytes()
    if raw.startswith(OLD_EXCEL):
        raise BadInput(
            Problem(
                "this is an old or locked Excel workbook",
                file=name,
                expected=EXPECTED,
                fix="Save it unlocked as .xlsx or CSV",
            )
        )
    if raw.startswith(ZIP):
        return _table(name, *_excel_cells(raw, name))
    return _table(name, *_csv_cells(raw, name))


def _csv_cells(raw: bytes, name: str) -> tuple[list[list[str]], list[Problem]]:
    if raw.startswith(UTF16):
        raise BadInput(Problem("this is UTF-16 text", file=name, expected=EXPECTED, fix="Save it as CSV UTF-8"))
    if b"\x00" in raw:
        raise BadInput(Problem("this is a binary file", file=name, expected=EXPECTED))
    for encoding in ENCODINGS:
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise BadInput(Problem("this is neither UTF-8 nor GB18030 text", file=name, expected=EXPECTED))
    try:
        return list(csv.reader(io.StringIO(text, newline=""), strict=True)), []
    except csv.Error as error:
        raise BadInput(Problem(f"this is not a well-formed CSV: {error}", file=name, expected=EXPECTED)) from error


def _excel_cells(raw: bytes, name: str) -> tuple[list[list[str]], list[Problem]]:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
        rows = _excel_rows(raw) if unpacked <= LARGEST_UNPACKED else None
    except UNREADABLE as error:
        raise BadInput(Problem("this is not a readable Excel workbook", file=name, expected=EXPECTED)) from error
    if rows is None:
        raise BadInput(Problem("the workbook is too large when unpacked", name, found=f"{unpacked:,} bytes"))
    header = [text for text, _ in rows[0]] if rows else []
    problems = [
        _formula(name, number, header[i] if i < len(header) else None, text)
        for number, row in enumerate(rows, start=1)
        for i, (text, is_formula) in enumerate(row)
        if is_formula
    ]
    return [[text for text, _ in row] for row in rows], problems


def _excel_rows(raw: bytes) -> list[list[tuple[str, bool]]]:
    """Cells of the first sheet as (text, whether it is a formula)."""
    import openpyxl  # 0.15 s; only where a workbook is read

    book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=False)
    rows = book.worksheets[0].iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS) if book.worksheets else ()
    found = [
        [
            (_excel_text(getattr(cell.value, "text", cell.value), str(getattr(cell, "number_format", ""))),
             cell.data_type == "f")
            for cell in row
        ]
        for row in rows
    ]  # fmt: skip
    book.close()
    return found


def _excel_text(value: object, number_format: str) -> str:
    """Text of a cell; a number shown as a percentage keeps its sign (0.05 shown as 5 % becomes ``5%``)."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):  # 2021-06 typed into Excel becomes a date that is shown without its day
        return value.date().isoformat() if "d" in number_format.lower() else f"{value:%Y-%m}"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 and "%" not in number_format:
        return str(int(value))
    if isinstance(value, int | float) and not isinstance(value, bool) and "%" in number_format:
        return f"{float(f'{value * 100:.12g}'):g}%"
    return str(value)


def _formula(name: str, row: int, column: str | None, text: str) -> Problem:
    return Problem(
        "a formula stands where a value should", name, row, column, text, "a plain value", "Paste the value instead"
    )


def _table(name: str, cells: list[list[str]], problems: list[Problem]) -> Table:
    numbered = [(i, [c.strip() for c in row]) for i, row in enumerate(cells, start=1) if any(c.strip() for c in row)]
    if not numbered:
        raise BadInput(Problem("the file holds only blank cells", file=name, expected="a header row and rows"))
    if len(cells) > MOST_ROWS:
        raise BadInput(
            Problem("the table is too long", file=name, found=f"{len(cells):,} rows", expected=f"at most {MOST_ROWS:,}")
        )
    first, header = numbered[0]
    while header and not header[-1]:
        header.pop()
    if len(header) == 1 and (separator := next((c for c in ";\t|" if c in header[0]), None)):
        raise BadInput(
            Problem("the cells are not separated by commas", name, first, None, separator, ",", "Save it as CSV UTF-8")
        )
    rows: list[tuple[int, tuple[str, ...]]] = []
    told = {(p.row, p.column) for p in problems}
    for number, row in numbered[1:]:
        extra = [c for c in row[len(header) :] if c]
        if extra:
            problems.append(
                Problem(
                    "the row has more cells than the header", name, number, None, extra[0], f"{len(header)} cells",
                    "Put text that holds a comma in quotation marks",
                )
            )  # fmt: skip
        padded = (row + [""] * len(header))[: len(header)]
        problems += [
            _formula(name, number, column, text)
            for column, text in zip(header, padded, strict=True)
            if text.startswith(SIGNS) and not _is_number(text) and (number, column) not in told
        ]
        rows.append((number, tuple(padded)))
    if not rows:
        raise BadInput(Problem("the file has a header and no row", file=name, row=first, expected="at least one row"))
    return Table(name, tuple(header), tuple(rows), tuple(problems))


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text.rstrip("%")))
    except ValueError:
        return False
