"""Statements from files and back: every problem in a file at once, with file, row, column, found and expected."""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from xtanalysis.data import dictionary
from xtanalysis.errors import BadInput, Problem
from xtanalysis.statements.grammar import Period, Statement
from xtanalysis.statements.meaning import meant_indicator
from xtanalysis.statements.published import RULES, by_rule, default_rule
from xtanalysis.statements.tables import Table, read_table
from xtanalysis.statements.validate import conflicts, faults

__all__ = ["COLUMNS", "FORM", "parse_row", "read_statements", "write_statements"]

COLUMNS = (
    "id", "region", "indicator", "measure", "period", "base_period", "reference", "relation", "value", "value_high",
    "unit", "role", "condition", "sd", "calibre", "vintage", "published", "published_rule", "origin_id", "source_id",
    "trust", "public", "note",
)  # fmt: skip
"""Columns of the contract, in their order."""

READERS_OWN = ("second_reading",)
"""Columns that a file may have for its readers and that no statement holds."""

REQUIRED = ("region", "indicator", "measure", "period", "value", "unit")
FORM = "填报:"
"""Ids that begin so are of a blank form: its rows without a value have not been filled in, and are passed over."""
MOST_PROBLEMS = 200
PERIODS = "2020, 2021Q2, 2021-06, 2021-01/2021-06 or 2020/2025"
DEFAULTS = {"relation": "equals", "role": "outcome", "calibre": "unknown", "trust": "B", "public": "false"}
CHINESE_PERIOD = re.compile(
    r"^(\d{4})年?(?:(\d{1,2})月|第?([一二三四1-4])季度|(上半年)|(前三季度)|1[-—至](\d{1,2})月)?$"
)
QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4}

T = TypeVar("T")


@dataclass
class _Row:
    """Cells of one row by column, and what is wrong with them."""

    cells: Mapping[str, str]
    problems: list[tuple[str, str, str, str]] = field(default_factory=list)

    def take(self, column: str, parse: Callable[[str], T], expected: str = "") -> T | None:
        """Parse a cell; an empty one is ``None``; a bad one is recorded."""
        text = self.cells.get(column, "") or DEFAULTS.get(column, "")
        if not text:
            if column in REQUIRED:
                self.problems.append((column, "the cell is empty", "", expected or "a value"))
            return None
        try:
            return parse(text)
        except BadInput as error:
            self.problems += [(column, p.what, p.found or text, p.expected or expected) for p in error.problems]
        except ValueError as error:
            self.problems.append((column, f"{error}", text, expected))
        return None


def read_statements(path: Path | str) -> list[Statement]:
    """Read a CSV or Excel file of statements.

    Headers and words may be English or Chinese. Rows without a date of publication get the documented rule
    (`published.default_rule`); rows without an id get one from the file's name and the row; a row that does not say
    whether it is public counts as internal.

    Raises
    ------
    BadInput
        With every problem in the file.
    """
    table = read_table(Path(path))
    columns = _columns(table)
    problems = list(table.problems)
    statements: list[Statement] = []
    rows: list[int] = []
    stem = Path(path).stem
    for number, cells in table.rows:
        row = {column: cells[i] for i, column in columns.items()}
        if row.get("id", "").startswith(FORM) and not row.get("value"):
            continue
        statement, wrong = parse_row(row, default_id=f"{stem}:{number}")
        told = {(p.row, p.column) for p in table.problems}
        problems += [
            Problem(what, table.name, number, column, found or None, expected or None)
            for column, what, found, expected in wrong
            if (number, table.header[_place(columns, column)] if column in columns.values() else column) not in told
        ]
        if statement is not None:
            statements.append(statement)
            rows.append(number)
    for later, earlier, column, what in conflicts(statements):
        a, b = statements[later], statements[earlier]
        problems.append(
            Problem(
                what, table.name, rows[later], column, a.id if column == "id" else f"{a.value} {a.unit}",
                f"what row {rows[earlier]} says" + ("" if column == "id" else f" ({b.value} {b.unit})"),
                "Give each its own id" if column == "id" else "Keep one, or name the different source_id or vintage",
            )
        )  # fmt: skip
    _raise_all(problems, table.name)
    return statements


def parse_row(row: Mapping[str, str], *, default_id: str) -> tuple[Statement | None, list[tuple[str, str, str, str]]]:
    """Make a statement from the text cells of one row, keyed by the contract's columns.

    Returns
    -------
    statement
        ``None`` if any cell is wrong.
    problems
        (column, what, found, expected) for each.
    """
    r = _Row(row)
    measure = r.take("measure", _word("measure"))
    values: dict[str, Any] = {
        "id": row.get("id") or default_id,
        "region": r.take("region", _region),
        "indicator": r.take("indicator", lambda text: meant_indicator(text, measure)),
        "measure": measure,
        "period": r.take("period", _period, PERIODS),
        "base_period": r.take("base_period", _period, PERIODS),
        "reference": r.take("reference", _reference),
        "relation": r.take("relation", _word("relation")),
        "unit": r.take("unit", _unit),
        "role": r.take("role", _word("role")),
        "condition": r.take("condition", _word("condition")),
        "calibre": r.take("calibre", _calibre),
        "published": r.take("published", _date, "a date such as 2021-05-06"),
        "trust": r.take("trust", _trust),
        "public": r.take("public", _word("public")) == "true",
    }
    for column in ("value", "value_high", "sd"):
        values[column] = r.take(column, lambda text: _number(text, values["unit"]))
    for column in ("vintage", "published_rule", "origin_id", "source_id"):
        values[column] = row.get(column) or None
    values["note"] = row.get("note", "")
    if r.problems:
        return None, r.problems
    statement = Statement(**values)
    if statement.published is None:
        if statement.role == "outlook":
            return None, [
                ("published", "an outlook needs the date on which it was made", "", "a date such as 2021-05-06")
            ]
        statement = _dated(statement)
    wrong = faults(statement)
    return (None if wrong else statement), wrong


def write_statements(statements: Iterable[Statement], path: Path | str) -> None:
    """Write statements as a UTF-8 CSV with the contract's columns; the file appears whole or not at all."""
    path = Path(path)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for statement in statements:
        writer.writerow([_text(getattr(statement, column)) for column in COLUMNS])
    part = path.with_name(f".{path.name}.part")
    part.write_text(text.getvalue(), encoding="utf-8", newline="")
    part.replace(path)


def _dated(s: Statement) -> Statement:
    """Set the date by the rule that the row names, else by the default one. An assumption needs no date."""
    if s.role == "assumption":
        return s
    rule = next((key for key, text in RULES.items() if s.published_rule in (key, text)), default_rule(s.period, s.role))
    return replace(s, published=by_rule(rule, s.period, role=s.role), published_rule=RULES[rule])


def _columns(table: Table) -> dict[int, str]:
    """Place in the row → column of the contract."""
    names = dictionary.header_names()
    problems: list[Problem] = []
    columns: dict[int, str] = {}
    for i, header in enumerate(table.header):
        if header.strip() in READERS_OWN:
            continue
        column = names.get(dictionary.fold(header))
        if column is None:
            problems.append(
                Problem(
                    "unknown column", table.name, 1, header or f"number {i + 1}", expected=", ".join(COLUMNS),
                    fix="Rename it, or move its text to the column note (备注)",
                )
            )  # fmt: skip
        elif column in columns.values():
            problems.append(Problem("this column stands twice", table.name, 1, header, column, "each column once"))
        else:
            columns[i] = column
    names_of = {c: [h for h, k in names.items() if k == c] for c in REQUIRED}
    problems += [
        Problem(f"column {column} is missing", table.name, 1, column, expected=" or ".join(names_of[column][:4]))
        for column in REQUIRED
        if column not in columns.values()
    ]
    _raise_all(problems, table.name)
    return columns


def _place(columns: Mapping[int, str], column: str) -> int:
    return next(i for i, name in columns.items() if name == column)


def _raise_all(problems: list[Problem], name: str) -> None:
    if not problems:
        return
    problems.sort(key=lambda p: p.row or 0)
    if len(problems) > MOST_PROBLEMS:
        rest = len(problems) - MOST_PROBLEMS
        problems = [*problems[:MOST_PROBLEMS], Problem(f"and {rest} more problems of this kind", file=name)]
    raise BadInput(problems)


def _word(kind: str) -> Callable[[str], Any]:
    def parse(text: str) -> str:
        known = dictionary.words(kind)
        word = known.get(dictionary.fold(text))
        if word is None:
            raise BadInput(Problem(f"unknown {kind}", found=text, expected=", ".join(dict.fromkeys(known.values()))))
        return word

    return parse


@lru_cache(maxsize=4096)
def _region(text: str) -> str:
    return dictionary.region(text).id


@lru_cache(maxsize=4096)
def _unit(text: str) -> str:
    return dictionary.unit(text).id


@lru_cache(maxsize=4096)
def _calibre(text: str) -> str:
    return dictionary.calibre(text).id


@lru_cache(maxsize=4096)
def _period(text: str) -> Period:
    """Read a period of the grammar, or 2021年, 2021年6月, 2021年二季度, 2021年上半年, 2021年1-6月."""
    match = CHINESE_PERIOD.match(text)
    if match is None or text.isdigit():
        return Period.parse(text)
    year, month, quarter, half, three, to = match.groups()
    if month:
        return Period.parse(f"{year}-{int(month):02d}")
    if quarter:
        return Period.parse(f"{year}Q{QUARTERS.get(quarter, quarter)}")
    if half or three or to:
        return Period.parse(f"{year}-01/{year}-{6 if half else 9 if three else int(to):02d}")
    return Period.parse(year)


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ValueError("this is not a date") from None


def _reference(text: str) -> str:
    try:
        return dictionary.region(text).id
    except BadInput:
        return text


def _trust(text: str) -> str:
    if text.upper() not in ("A", "B", "C"):
        raise BadInput(Problem("unknown trust", found=text, expected="A, B or C"))
    return text.upper()


def _number(text: str, unit: str | None) -> float:
    shown = text.removesuffix("%") if unit == "percent" else text
    try:
        value = float(shown)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or "_" in shown:
        raise BadInput(Problem("this is not a number", found=text, expected="digits such as 1050 or -12.5"))
    return value


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return str(value)
