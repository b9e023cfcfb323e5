"""Text files: encoding and separator found, cells read."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable

from xtanalysis.data.encoding import UTF16, text_of
from xtanalysis.statements.readers.sheet import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, Sheet, refuse, too_many
from xtanalysis.text import message

__all__ = ["read_delimited"]

SEPARATORS = (",", "\t", ";", "|", "，")
SNIFFED = 200  # lines that decide the separator


def read_delimited(raw: bytes, name: str, most: int = MOST_ROWS) -> Sheet:
    """Read a text table: UTF-8 (with or without a mark), UTF-16 or GB18030; comma, tab, semicolon or bar.

    Raises
    ------
    BadInput
        If it is a web page, a document or binary, is in none of these encodings, has a quotation mark that is never
        closed, or is too long.
    """
    text = _decode(raw, name)
    start = text[:500].lstrip().lower()
    if start.startswith(("<!doctype html", "<html", "<table", "<?xml", "<meta")):
        raise refuse(
            name,
            message("this is a web page or XML, whatever its name says"),
            message("Open it in Excel or WPS and save it as .xlsx"),
        )
    if text[:4].lower() == "sep=" and len(text) > 4:  # how Excel is told the separator
        text = text[4] + text[5:] if text[5:6] not in "\r\n" else text[5:]
        text = "\n" + text.lstrip("\r\n")
    separator = _separator(text)
    try:
        found = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        return _sheet(name, found, most)
    except csv.Error as error:
        raise refuse(
            name,
            message("this is not a well-formed CSV: {error}", error=error),
            message("Open it in a spreadsheet and save it again"),
        ) from error


def _sheet(name: str, found: Iterable[list[str]], most: int) -> Sheet:
    numbers: list[int] = []
    rows: list[list[str]] = []
    cells = 0
    for number, row in enumerate(found, start=1):
        stripped = [_plain(cell.strip()) for cell in row]
        while stripped and not stripped[-1]:
            stripped.pop()
        if not stripped:
            continue
        numbers.append(number)
        rows.append(stripped)
        cells += len(stripped)
        if len(rows) > most + 1:
            raise too_many(name, message("the table is too long"), number, most)
        if len(stripped) > MOST_COLUMNS or cells > max(MOST_CELLS, 4 * most):
            raise too_many(name, message("the table is too large (cells)"), cells, MOST_CELLS)
    return Sheet(name, "", numbers, rows)


def _plain(cell: str) -> str:
    """The cell without the apostrophe by which a spreadsheet keeps a text from being a formula."""
    return cell[1:] if cell[:2] in ("'+", "'-", "'@") else cell


def _decode(raw: bytes, name: str) -> str:
    try:
        return text_of(raw)
    except UnicodeError as error:
        if 0 in raw[:4000] and not raw.startswith(UTF16):
            raise refuse(name, message("this is a binary file")) from error
        raise refuse(
            name,
            message("this is neither UTF-8 nor GB18030 text"),
            message("Save it as CSV UTF-8"),
        ) from error


def _separator(text: str) -> str:
    """The separator that gives the most lines of one width; a comma where none gives two cells."""
    lines = [line for line in text[:200_000].splitlines()[:SNIFFED] if line.strip()]
    best, score = ",", (0, 0)
    for separator in SEPARATORS:
        try:
            widths = Counter(len(row) for row in csv.reader(lines, delimiter=separator) if len(row) > 1)
        except csv.Error:
            continue
        if widths:
            width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
            if (count, width) > score:
                best, score = separator, (count, width)
    return best
