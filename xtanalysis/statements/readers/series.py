"""Annual series and plain tables from any file: what the forecaster and the decomposition read."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from xtanalysis.data.dictionary import current
from xtanalysis.data.reference import fold
from xtanalysis.errors import BadInput, Problem
from xtanalysis.statements.period import Period
from xtanalysis.statements.readers.anew import SPLIT, begins_anew, is_same_head
from xtanalysis.statements.readers.entries import is_total
from xtanalysis.statements.readers.figures import is_blank, is_number, read_figure
from xtanalysis.statements.readers.files import read_sheets
from xtanalysis.statements.readers.labels import qualified
from xtanalysis.statements.readers.layout import IGNORED, Layout, find_layout
from xtanalysis.statements.readers.marks import is_note, without_marks
from xtanalysis.statements.readers.sheet import Sheet, refuse
from xtanalysis.text import Message, message

__all__ = [
    "A_NUMBER", "OTHER_UNIT", "Point", "Points", "one_number", "plain_table", "read_points", "same_unit", "year_or_day",
]  # fmt: skip

TIDY = {
    "unique_id": ("unique_id", "series_id", "序列"),
    "ds": ("ds", "年份", "年度", "时期", "year", "date", "日期"),
    "y": ("y", "value", "数值", "值"),
}
MOST_ROWS = 3_000_000
"""Rows of a tidy table of series: a hundred thousand series of thirty years."""

MOST_PROBLEMS = 20
AHEAD = ("plan", "outlook")
"""Roles of a period (2030年（目标）) whose figures a series of observations leaves out."""
_DAY = re.compile(
    r"(?:(\d{4})([-/.])(\d{1,2})\2(\d{1,2})|(\d{4})年(\d{1,2})月(\d{1,2})日|((?:1[5-9]|2[01])\d\d)(\d\d)(\d\d))"
    r"(?:[ T]\d\d?:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[-+]\d\d:?\d\d)?)?"
)
_FISCAL = re.compile(r"(\d{4})[-/](\d\d)")
_COUNTED = re.compile(r"(\d{5}|\d{9,10}|\d{12,13})(?:\.\d+)?")
A_NUMBER = message("one number, such as 1050 or 约900")
OTHER_UNIT = message("the unit is another than in the rows above")
A_YEAR = message("a year such as 2015, or a day such as 2015-12-31")


@dataclass(frozen=True, slots=True)
class Point:
    """One value of one series; ``when`` is a year (or another whole number that counts years) or a day."""

    series: str
    when: int | dt.date
    value: float | None


@dataclass(frozen=True, slots=True)
class Points:
    """All values of a table, and what was passed over."""

    points: tuple[Point, ...]
    notes: tuple[Problem, ...]


def year_or_day(text: str) -> int | dt.date:
    """A year (2023, 2023年, １９９８, or a small whole number that counts years) or a day (20101231, 2010-12-31).

    Raises
    ------
    ValueError
        If the text is neither, such as a spreadsheet's day number or a part of a year.
    """
    core, _ = qualified(text)
    plain = re.sub(r"(?<=^\d{4})\.0+$", "", core.strip())
    if re.fullmatch(r"-?\d{1,4}", plain) and plain.isascii():
        return int(plain)
    if day := _DAY.fullmatch(plain):
        year, month, number = (int(part) for part in day.groups() if part and part.isdigit())
        try:
            return dt.date(year, month, number)
        except ValueError:
            raise ValueError(message("there is no such day")) from None
    try:
        period = Period.parse(core)
    except ValueError:
        raise ValueError(_no_year(plain)) from None
    if period.is_year:
        return period.year
    if period.months == 1:
        return dt.date(*period.start, 1)
    raise ValueError(message("a year or a day is needed, not a part of a year"))


def one_number(text: str) -> tuple[float, str]:
    """A cell's number, and the unit behind it as plain text; about (约) is taken for the number.

    Raises
    ------
    BadInput
        If there is no number, or a bound or a range, which is none of a series.
    """
    figure = read_figure(text)
    if figure.relation not in (None, "about"):
        raise BadInput(Problem(message("a bound or a range is no figure of a series"), found=text, expected=A_NUMBER))
    return figure.value, figure.unit


def same_unit(one: str, other: str) -> bool:
    """Whether two texts name one unit, each by any name of it."""
    if one == other:
        return True
    ids = current().ids
    return bool(one and other) and (ids("unit", one) or fold(one)) == (ids("unit", other) or fold(other))


def _no_year(text: str) -> Message:
    """What a text is that is neither a year nor a day, where that can be told."""
    if counted := _COUNTED.fullmatch(text):
        number, size = int(counted[1]), len(counted[1])
        day = dt.date(1899, 12, 30) + dt.timedelta(days=number) if size == 5 else None
        if day is None:
            seconds = number if size < 12 else number // 1000
            day = dt.date(1970, 1, 1) + dt.timedelta(days=seconds // 86_400)
            return message("this counts seconds or milliseconds; write the day ({day})", day=day)
        return message("this is how a spreadsheet counts days; format the column as a date ({day})", day=day)
    return message("this is neither a year nor a day")


def read_points(path: Path, sheet: str | None = None) -> Points:
    """Read annual series: tidy (unique_id, ds, y), the facts' long form, years across, or a column a series.

    Raises
    ------
    BadInput
        If no table of series is found, or with the cells that cannot be read.
    """
    found = _sheet(path, sheet)
    layout = None if _tidy(found) else find_layout(found)
    notes: list[Problem] = []
    problems: list[Problem] = []
    points: list[Point] = []
    cells = _tidy_cells(found) if layout is None else _table_cells(found, layout, notes)
    whens: dict[str, int | dt.date] = {}
    units: dict[str, str] = {}
    for place, series, (when, when_at), (value, value_at), unit in cells:
        try:
            if qualified(without_marks(when))[1] in AHEAD:
                notes.append(
                    _cell(
                        found,
                        place,
                        when_at,
                        message("a target or an outlook is no observation; passed over"),
                        when,
                        None,
                    )
                )
                continue
            if when not in whens:
                whens[when] = year_or_day(without_marks(when))
            number, own = (None, "") if is_blank(value) else one_number(value)
            if number is not None and not same_unit(units.setdefault(series, own or unit), own or unit):
                wanted = units[series] or message("a number without a unit")
                problems.append(_cell(found, place, value_at, OTHER_UNIT, own or unit or value, wanted))
        except BadInput as error:
            problems += [_cell(found, place, value_at, p.what, value, p.expected) for p in error.problems]
        except ValueError as error:
            problems.append(_cell(found, place, when_at, error.args[0], when, A_YEAR))
        else:
            points.append(Point(series, whens[when], number))
        if len(problems) >= MOST_PROBLEMS:
            break
    if problems:
        raise BadInput(problems)
    if not points:
        raise refuse(path.name, message("the table has no rows"))
    if _are_fiscal(whens):
        what = message("these are fiscal years, not months")
        fix = message("Give the year in which each ends, such as 2011 for 2010/11")
        raise BadInput(Problem(what, path.name, found=", ".join(list(whens)[:3]), expected=A_YEAR, fix=fix))
    return Points(tuple(points), tuple(notes))


def _are_fiscal(texts: Iterable[str]) -> bool:
    """Whether every text is a year and the last digits of the next: 2010/11, 2011/12."""
    found = [_FISCAL.fullmatch(text) for text in texts]
    return len(found) > 1 and all(m and (int(m[1]) + 1) % 100 == int(m[2]) for m in found)


def plain_table(path: Path, sheet: str | None = None) -> tuple[list[str], list[list[str]], list[int]]:
    """Header, rows of text and their row numbers, of a table with one head row; titles above and notes below left out.

    Raises
    ------
    BadInput
        If a head stands twice or a row is longer than it.
    """
    found = _sheet(path, sheet)
    width = max(len(row) for row in found.rows[:50])
    start = next((i for i, row in enumerate(found.rows) if len([c for c in row if c]) >= min(width, 2)), 0)
    header = found.rows[start]
    twice = [name for name in dict.fromkeys(header) if header.count(name) > 1]
    if twice:
        what = message("this column stands twice")
        raise BadInput(found.problem(what, start, header.index(name), name) for name in twice)
    rows: list[list[str]] = []
    numbers: list[int] = []
    for place in range(start + 1, len(found.rows)):
        row = found.rows[place]
        if is_note(row[0]) and not any(row[1:]):
            continue
        if len(row) > len(header):
            what = message("the row has more cells than the header")
            raise BadInput(found.problem(what, place, len(header), None, row[-1]))
        rows.append(row + [""] * (len(header) - len(row)))
        numbers.append(found.numbers[place])
    return header, rows, numbers


def _sheet(path: Path, name: str | None) -> Sheet:
    sheets = [s for s in read_sheets(path, rows=MOST_ROWS) if s.rows and (s.name == name if name else not s.hidden)]
    if not sheets:
        raise refuse(path.name, message("no sheet with cells"), None, name)
    if len(sheets) > 1:
        fitting = [s for s in sheets if _tidy(s) or find_layout(s) is not None]
        if len(fitting) != 1:
            names = "、".join(s.name for s in sheets)
            raise refuse(
                path.name,
                message("which sheet is meant? name it with --sheet"),
                None,
                names,
            )
        sheets = fitting
    return sheets[0]


Cells = Iterator[tuple[int, str, tuple[str, int], tuple[str, int], str]]
"""(place of the row, series, (text of the year, its column), (text of the value, its column), the row's unit)."""


def _columns(sheet: Sheet) -> dict[str, int]:
    head = [fold(cell) for cell in sheet.rows[0]]
    return {name: next((head.index(n) for n in names if n in head), -1) for name, names in TIDY.items()}


def _tidy(sheet: Sheet) -> bool:
    return _columns(sheet)["unique_id"] >= 0


def _tidy_cells(sheet: Sheet) -> Cells:
    """Cells of a tidy table, or of one with a year first and a column for each series (as FRED writes)."""
    columns = _columns(sheet)
    if columns["unique_id"] >= 0:
        missing = [name for name, place in columns.items() if place < 0]
        if missing:
            found = ", ".join(sheet.rows[0])
            raise BadInput(
                Problem(message("a column is missing"), sheet.file, 1, name, found, name) for name in missing
            )
        head = [fold(cell) for cell in sheet.rows[0]]
        if twice := [i for i, name in enumerate(head) if head.index(name) in columns.values() and head.index(name) < i]:
            what = message("this column stands twice")
            raise BadInput(sheet.problem(what, 0, i, None, sheet.rows[0][i]) for i in twice)
        a, b, c = (columns[name] for name in TIDY)
        for place in range(1, len(sheet.rows)):
            row = sheet.rows[place]
            row = row + [""] * (1 + max(a, b, c) - len(row))
            if not row[a]:
                what = message("the series has no name")
                raise BadInput(_cell(sheet, place, a, what, None, None))
            yield place, row[a], (row[b], b), (row[c], c), ""
        return
    start = next(
        (i for i in range(min(30, len(sheet.rows) - 1)) if _dated(sheet.rows[i + 1]) and len(sheet.rows[i]) > 1), None
    )
    if start is None:
        raise refuse(
            sheet.file, message("no table of series is found"),
            message("Give columns unique_id, ds, y, or years across"),
        )  # fmt: skip
    head = sheet.rows[start]
    for place in range(start + 1, len(sheet.rows)):
        row = sheet.rows[place]
        if is_note(row[0]) or is_total(row[0]):
            continue
        for i in range(1, len(head)):
            if head[i]:
                yield place, head[i], (row[0], 0), (row[i] if i < len(row) else "", i), ""


def _dated(row: Sequence[str]) -> bool:
    try:
        year_or_day(row[0])
    except ValueError:
        return False
    return all(is_blank(cell) or is_number(cell) for cell in row[1:])


def _table_cells(sheet: Sheet, layout: Layout, notes: list[Problem]) -> Cells:
    """Cells of a table of figures; a series is named by the texts that tell its rows and columns apart."""
    keys = dict(layout.keys) if layout.label is None else {**layout.keys, layout.label: ""}
    naming = [i for i, c in keys.items() if c in ("", "region", "indicator", "measure", "reference")]
    period = next((i for i, c in keys.items() if c == "period"), None)
    value = next((i for i, c in keys.items() if c == "value"), None)
    units = next((i for i, c in keys.items() if c == "unit"), len(layout.headers))
    for place in range(layout.head[1], len(sheet.rows)):
        row = sheet.rows[place]
        names = [row[i] for i in naming if i < len(row) and row[i] and fold(layout.headers.get(i, "")) not in IGNORED]
        if is_note(row[0]) or any(is_total(name) for name in names):
            notes.append(_cell(sheet, place, 0, message("passed over"), next(filter(None, row)), None))
            continue
        there = {column: row[i] for i, column in keys.items() if i < len(row) and row[i]}
        if layout.wide and (anew := begins_anew(layout, there, row)):
            raise BadInput(sheet.problem(anew, place, None, None, next(filter(None, row)), None, SPLIT))
        if layout.wide and is_same_head(layout, row):
            continue
        when = row[period] if period is not None and period < len(row) else ""
        if value is not None and not layout.wide:
            told = row[value] if value < len(row) else ""
            unit = row[units] if units < len(row) else ""
            yield place, " ".join(names), (when, period or 0), (told, value), unit
            continue
        for i, head in layout.data.items():
            text = row[i] if i < len(row) else ""
            if head.period is not None:
                other = [] if head.measure is None else [head.measure]
                if any(row[j : j + 1] != [""] for j in layout.data):
                    yield place, " ".join([*names, *other]), (str(head.period), i), (text, i), ""
            elif when or names:
                said = when or names[0]
                yield (
                    place,
                    " ".join([*(names if when else names[1:]), layout.headers[i]]),
                    (said, period or 0),
                    (text, i),
                    "",
                )


def _cell(sheet: Sheet, place: int, column: int, what: str, found: str | None, expected: str | None) -> Problem:
    return sheet.problem(what, place, column, None, found or None, expected)
