"""A sheet of text cells, the limits on files, and the refusals that every kind of file shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from xtanalysis.errors import BadInput, Problem
from xtanalysis.text import Message, message

__all__ = [
    "EXCEL_ROWS",
    "LARGEST", "LARGEST_UNPACKED", "MOST_CELLS", "MOST_COLUMNS", "MOST_ROWS", "UNREADABLE", "Box", "Sheet", "address",
    "refuse", "too_many",
]  # fmt: skip

LARGEST = 50_000_000
"""Largest file read, in bytes; a table of facts has some hundred rows."""

LARGEST_UNPACKED = 200_000_000
"""Largest size of a workbook's parts when unpacked, in bytes: 100,000 rows of ten cells take a third of it."""

MOST_ROWS = 100_000
EXCEL_ROWS = 1_048_576
MOST_COLUMNS = 16_384
MOST_CELLS = 3_000_000
"""Rows and cells that hold something; blank ones do not count. The columns are those of a spreadsheet."""

EXPECTED = message("a table saved as CSV (UTF-8, UTF-16 or GB18030) or as an Excel workbook (.xlsx, .xls)")

# What damaged files raise in zipfile, expat (ExpatError is an Exception of its own, added there) and xlrd.
UNREADABLE = (
    SyntaxError, RuntimeError, OSError, EOFError, LookupError, ValueError, TypeError, AttributeError, AssertionError,
    ArithmeticError, MemoryError,
)  # fmt: skip

Box = tuple[int, int, int, int]
"""First row, first column, last row, last column, counted from 0, both ends included."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of one sheet, or of a text file.

    Attributes
    ----------
    file
        The file's name, for messages.
    name
        The sheet's name; empty for a text file.
    numbers
        Row numbers as a spreadsheet shows them, of the rows that hold something.
    rows
        Their cells as text, outer blanks removed; rows differ in length.
    formulas
        (row number, column from 0) → the formula that stands there.
    merged
        Merged cells: boxes of row numbers and columns from 0.
    hidden
        Whether the workbook hides it.
    hidden_rows, hidden_columns
        Row numbers, and columns from 0, that the workbook hides.
    """

    file: str
    name: str
    numbers: Sequence[int]
    rows: Sequence[list[str]]
    formulas: Mapping[tuple[int, int], str] = field(default_factory=dict)
    merged: Sequence[Box] = ()
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()

    def problem(
        self, what: str, place: int | None, column: int | None, header: str | None, found: str | None = None,
        expected: str | None = None, fix: str | None = None,
    ) -> Problem:  # fmt: skip
        """A problem at a row (its place in `rows`) and a column, with the cell's address."""
        row = None if place is None else self.numbers[place]
        cell = None if row is None or column is None else address(row, column)
        return Problem(what, self.file, row, header, found, expected, fix, self.name or None, cell)


def address(row: int, column: int) -> str:
    """A cell's address as a spreadsheet writes it; ``row`` counts from 1, ``column`` from 0.

    Examples
    --------
    >>> address(5, 3), address(1, 26)
    ('D5', 'AA1')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def refuse(name: str, what: Message, fix: Message | None = None, found: str | None = None) -> BadInput:
    """The refusal of a whole file."""
    return BadInput(Problem(what, name, found=found, expected=EXPECTED, fix=fix))


def too_many(name: str, what: Message, found: int, most: int) -> BadInput:
    """The refusal of a table beyond a limit."""
    return BadInput(Problem(what, name, found=f"{found:,}", expected=message("at most {most:,}", most=most)))
