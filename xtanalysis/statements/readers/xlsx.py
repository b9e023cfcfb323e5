"""Excel workbooks (.xlsx, .xlsm) as text cells, read as a stream: what a cell shows counts, blank cells cost nothing.

The format is ECMA-376 part 1 (SpreadsheetML). openpyxl makes an object of every formatted cell and of every row before
the last; here one expat pass keeps what holds something.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO
from xml.parsers import expat

from xtanalysis.statements.readers.sheet import (
    EXCEL_ROWS,
    LARGEST_UNPACKED,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    UNREADABLE,
    Box,
    Sheet,
    refuse,
    too_many,
)
from xtanalysis.statements.readers.shown import GENERAL, Format, format_of, shown
from xtanalysis.text import message

__all__ = ["read_xlsx"]

CHUNK = 1 << 20
TRUE = ("1", "true")
MOST_PARTS = 5_000
# A blank cell or row that says where it stands; one without its place still counts as a place.
BLANK = re.compile(rb"<(?:\w+:)?(?:c|row)\s(?:[^<>]*\s)?r=[^<>]*/>")
REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})$")
DAMAGED = (*UNREADABLE, zipfile.BadZipFile, zlib.error, expat.ExpatError)
ENTITY = "a document type in a workbook"


def read_xlsx(raw: bytes, name: str) -> list[Sheet]:
    """Read every sheet of a workbook.

    Raises
    ------
    BadInput
        If it is no workbook, damaged, locked, or beyond the limits of `sheet`; a bomb is refused by its table of
        contents, before anything is unpacked.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as parts:
            infos = parts.infolist()
            unpacked = sum(part.file_size for part in infos)
            if unpacked > LARGEST_UNPACKED or len(infos) > MOST_PARTS:
                raise too_many(
                    name, message("the workbook is too large when unpacked (bytes)"),
                    unpacked, LARGEST_UNPACKED,
                )  # fmt: skip
            return list(_sheets(parts, name))
    except DAMAGED as error:
        raise refuse(
            name,
            message("this is not a readable Excel workbook"),
            message("Open it in Excel or WPS and save it again as .xlsx"),
        ) from error


def _sheets(parts: zipfile.ZipFile, name: str) -> Iterator[Sheet]:
    book = _Book()
    _parse(parts, "xl/workbook.xml", book.start)
    targets: dict[str, str] = {}

    def relation(tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "Relationship":
            targets[attributes["Id"]] = attributes["Target"]

    _parse(parts, "xl/_rels/workbook.xml.rels", relation)
    names = set(parts.namelist())
    strings = _strings(parts, name) if "xl/sharedStrings.xml" in names else []
    formats = _formats(parts) if "xl/styles.xml" in names else []
    for title, key, hidden in book.sheets:
        target = targets[key].lstrip("/")
        path = target if target.startswith("xl/") else f"xl/{target}"
        if "chartsheet" in path:
            continue
        yield _read_sheet(parts, path, _Cells(name, title, hidden, strings, formats, book.date1904))


def _local(tag: str) -> str:
    return tag.rpartition(":")[2]


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()

    def no_entities(*_: object) -> None:
        raise ValueError(ENTITY)

    parser.StartDoctypeDeclHandler = no_entities
    parser.buffer_text = True
    return parser


def _parse(parts: zipfile.ZipFile, path: str, start: object) -> None:
    """Call ``start(tag, attributes)`` for every element of a small part."""
    parser = _parser()
    parser.StartElementHandler = lambda tag, attributes: start(_local(tag), attributes)  # type: ignore[operator]
    with parts.open(path) as stream:
        parser.ParseFile(stream)


class _Book:
    """What workbook.xml says: (title, relation, whether hidden) of each sheet, and the system of dates."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str, bool]] = []
        self.date1904 = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "workbookPr":
            self.date1904 = attributes.get("date1904") in TRUE
        elif tag == "sheet":
            key = next(value for name, value in attributes.items() if _local(name) == "id" and ":" in name)
            self.sheets.append((attributes["name"], key, attributes.get("state", "visible") != "visible"))


def _strings(parts: zipfile.ZipFile, name: str) -> list[str]:
    """The shared strings; phonetic guides left out."""
    found: list[str] = []
    text: list[str] = []
    state = {"in": False, "phonetic": False}
    parser = _parser()

    def start(tag: str, _: object) -> None:
        tag = _local(tag)
        if tag == "t":
            state["in"] = not state["phonetic"]
        elif tag == "rPh":
            state["phonetic"] = True

    def end(tag: str) -> None:
        tag = _local(tag)
        if tag == "t":
            state["in"] = False
        elif tag == "rPh":
            state["phonetic"] = False
        elif tag == "si":
            found.append("".join(text).strip())
            text.clear()
            if len(found) > MOST_CELLS:
                raise too_many(name, message("the table is too large (texts)"), len(found), MOST_CELLS)

    def characters(data: str) -> None:
        if state["in"]:
            text.append(data)

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = characters
    with parts.open("xl/sharedStrings.xml") as stream:
        parser.ParseFile(stream)
    return found


def _formats(parts: zipfile.ZipFile) -> list[Format]:
    """For each cell format, how its numbers are shown."""
    codes: dict[int, str] = {}
    found: list[Format] = []
    state = {"inside": False}

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "numFmt":
            codes[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        elif tag in ("cellXfs", "cellStyles", "dxfs"):
            state["inside"] = tag == "cellXfs"
        elif tag == "xf" and state["inside"]:
            number = int(attributes.get("numFmtId", 0))
            found.append(format_of(number, codes.get(number)))

    _parse(parts, "xl/styles.xml", start)
    return found


@dataclass(slots=True)
class _Cells:
    """Collects the cells of one sheet from expat's calls."""

    file: str
    title: str
    hidden: bool
    strings: list[str]
    formats: list[Format]
    date1904: bool

    def sheet(self, stream: IO[bytes]) -> Sheet:  # noqa: C901 (one handler a tag; apart they would cost a call a cell)
        numbers: list[int] = []
        rows: list[list[str]] = []
        formulas: dict[tuple[int, int], str] = {}
        merged: list[Box] = []
        row: list[str] = []
        text: list[str] = []
        strings, formats, date1904 = self.strings, self.formats, self.date1904
        number = column = cells = seen = 0
        kind, style, formula = "n", 0, False
        taking = False
        columns: dict[str, int] = {}
        hidden_rows: set[int] = set()
        hidden_columns: set[int] = set()

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal number, column, kind, style, formula, taking, row, seen
            tag = tag.rpartition(":")[2]
            if tag == "c":
                reference = attributes.get("r")
                if reference is None:
                    column += 1
                else:
                    letters = reference.rstrip("0123456789")
                    if letters not in columns:
                        columns[letters] = _column(letters)
                    column = columns[letters]
                kind, style, formula = attributes.get("t", "n"), int(attributes.get("s", 0)), False
                text.clear()
            elif tag in ("v", "t"):
                taking = True
            elif tag == "f":
                taking = formula = True
                text.append("=")
            elif tag == "row":
                seen += 1
                number = int(attributes.get("r", number + 1))
                if number > EXCEL_ROWS or seen > EXCEL_ROWS:
                    raise too_many(self.file, message("the table is too long"), number, MOST_ROWS)
                row, column = [], -1
                if attributes.get("hidden") in TRUE:
                    hidden_rows.add(number)
            elif tag == "col" and attributes.get("hidden") in TRUE:
                last = min(int(attributes["max"]), MOST_COLUMNS)
                hidden_columns.update(range(int(attributes["min"]) - 1, last))
            elif tag == "rPh":
                taking = False
            elif tag == "mergeCell":
                merged.append(_box(attributes["ref"]))

        def value_of(value: str) -> str:
            if kind == "s":
                return strings[int(value)]
            if kind == "n":
                return shown(value, formats[style] if style < len(formats) else GENERAL, date1904) if value else ""
            return ("TRUE" if value == "1" else "FALSE") if kind == "b" else value.strip()

        def end(tag: str) -> None:
            nonlocal taking, cells
            tag = tag.rpartition(":")[2]
            if tag in ("v", "t"):
                taking = False
            elif tag == "f":
                taking = False
                formulas[number, column] = "".join(text)
                text.clear()
            elif tag == "c":
                if not text and not formula:
                    return
                value = value_of("".join(text)) or (formulas[number, column] if formula else "")
                if value:
                    if column >= MOST_COLUMNS:
                        raise too_many(self.file, message("the table is too wide"), column, MOST_COLUMNS)
                    if column >= len(row):
                        row.extend([""] * (column + 1 - len(row)))
                    row[column] = value
                    cells += 1
            elif tag == "row" and row:
                numbers.append(number)
                rows.append(row)
                if len(rows) > MOST_ROWS + 1 or cells > MOST_CELLS:
                    raise too_many(self.file, message("the table is too long"), number, MOST_ROWS)

        def characters(data: str) -> None:
            if taking:
                text.append(data)

        parser = _parser()
        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.CharacterDataHandler = characters
        for chunk in _without_blanks(stream):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
        unseen = frozenset(hidden_rows), frozenset(hidden_columns)
        return Sheet(self.file, self.title, numbers, rows, formulas, tuple(merged), self.hidden, *unseen)


def _read_sheet(parts: zipfile.ZipFile, path: str, cells: _Cells) -> Sheet:
    with parts.open(path) as stream:
        return cells.sheet(stream)


def _without_blanks(stream: IO[bytes]) -> Iterator[bytes]:
    """The part in pieces that end behind a tag, elements without content taken out: a formatted blank cell is one."""
    rest = b""
    while piece := stream.read(CHUNK):
        piece = rest + piece
        cut = piece.rfind(b">") + 1
        rest = piece[cut:]
        if len(rest) > 8 * CHUNK:
            raise ValueError("a text without an end")
        if b"<![CDATA[" in piece:
            yield piece[:cut]
        else:
            yield BLANK.sub(b"", piece[:cut])
    yield rest


def _column(letters: str) -> int:
    if not 1 <= len(letters) <= 3 or not letters.isalpha():
        raise ValueError(letters)
    column = 0
    for letter in letters.upper():
        column = 26 * column + ord(letter) - 64
    return column - 1


def _box(reference: str) -> Box:
    first, _, last = reference.partition(":")
    ends = [REFERENCE.match(end) for end in (first, last or first)]
    if not all(ends):
        raise ValueError(reference)
    (a, b) = ((int(m[2]), _column(m[1])) for m in ends if m)
    return (*a, *b)
