"""Statements from files and back: every problem in a file at once, with file, cell, what was found and expected."""

from __future__ import annotations

import csv
import io
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from xtanalysis.data import dictionary
from xtanalysis.data.reference import fold
from xtanalysis.data.writing import inert, write_file
from xtanalysis.errors import BadInput, Problem, XtWarning
from xtanalysis.statements.columns import COLUMN_NAMES
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.plausible import Question, questions
from xtanalysis.statements.readers.entries import FORM, Entries, Entry, read_entries
from xtanalysis.statements.readers.files import read_sheets
from xtanalysis.statements.readers.labels import HOME, PROVINCE, read_label, vintage_stage
from xtanalysis.statements.readers.layout import COLUMNS, Layout, find_layout
from xtanalysis.statements.readers.sheet import Sheet, address, refuse
from xtanalysis.statements.rows import RowReader, parse_row
from xtanalysis.statements.validate import conflicts
from xtanalysis.text import Message, bilingual, listed, message

__all__ = [
    "COLUMNS",
    "FORM",
    "QuestionedFigure",
    "Reading",
    "as_csv",
    "asked_of",
    "parse_row",
    "read_file",
    "read_statements",
    "write_statements",
]

MOST_PROBLEMS = 200
STRANGE = {
    "indicator": message("not in the dictionary, passed over"),
    "region": message("no region of the tables, passed over; reference/regions.csv takes places of your own"),
}
"""Columns of which a wide table may name what is not in the dictionary: the row is passed over, with a word."""

Place = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says.

    Attributes
    ----------
    statements
        Its figures.
    places
        (sheet, row number, address of the cell) of each.
    notes
        What was passed over, and which sheets were read: for the reader, in one line each.
    questions
        Figures outside what their indicator can be, for the person who typed them to say yes to.
    """

    statements: tuple[Statement, ...]
    places: tuple[Place, ...]
    notes: tuple[Problem, ...]
    questions: tuple[Problem, ...] = ()


class QuestionedFigure(XtWarning):
    """A figure outside what its indicator can be was read as it stands."""


def read_statements(path: Path | str, *, home: str | None = None) -> list[Statement]:
    """Read a table of figures, long or wide, CSV or Excel; see `read_file`.

    Warns
    -----
    QuestionedFigure
        Of each figure outside what its indicator can be.
    """
    reading = read_file(path, home=home)
    for question in reading.questions:
        warnings.warn(QuestionedFigure(question), stacklevel=2)
    return list(reading.statements)


@dictionary.by_one_table
def read_file(
    path: Path | str, *, region: str | None = None, home: str | None = None, sheet: str | None = None
) -> Reading:
    """Read a table of figures: long or wide, CSV or Excel, headers and words in English or Chinese.

    Rows without a date of publication get the documented rule (`published.default_rule`); rows without an id get one
    from the file's name and the cell; a row that does not say whether it is public counts as internal.

    Parameters
    ----------
    region
        Whose figures these are where the file does not say, and what 全市 means; any name of a region.
    home
        The same where nobody was asked, by default the workspace's: a title that names a place that no table of regions
        has, or several, is refused then.
    sheet
        The sheet of a workbook that is read; every visible one that holds a table if it is not named.

    Raises
    ------
    BadInput
        With every problem in the file.
    """
    path = Path(path)
    given = region or home
    sheets, notes = _chosen(read_sheets(path), path.name, sheet)
    reader = RowReader(dictionary.home() if given is None else dictionary.region(given).id)
    problems: list[Problem] = []
    statements: list[Statement] = []
    places: list[Place] = []
    strangers: dict[tuple[str, int], tuple[str, Problem]] = {}
    for one, layout in sheets:
        entries = read_entries(one, layout)
        if region is None:
            problems += _whose(one, layout, entries)
        notes += entries.notes
        problems += entries.problems
        told: set[tuple[int, str]] = set()
        stem = path.stem if len(sheets) == 1 else f"{path.stem}:{one.name}"
        for entry in entries.rows:
            statement, wrong = reader.read(entry.cells, _default_id(stem, one, layout, entry))
            if statement is not None:
                statements.append(statement)
                number = one.numbers[entry.place]
                places.append((one.name, number, address(number, entry.columns["value"])))
            stranger = next((w for w in wrong if layout.wide and w[0] in STRANGE and w[2]), None)
            if stranger is not None:
                problem = _problem(one, layout, entry, *stranger)
                strangers.setdefault((one.name, entry.place), (stranger[0], problem))
                continue
            for column, what, found, expected in wrong:
                # What a whole column or row lacks is told once.
                missing = column not in entry.columns and column not in entry.cells
                key = (0 if missing else entry.place, column)
                if key not in told or column == "value":
                    told.add(key)
                    problems.append(_problem(one, layout, entry, column, what, found, expected))
            if len(problems) > MOST_PROBLEMS:
                break
    for column, problem in strangers.values():
        # A row of another subject in a bureau's table is named and passed over; a likely slip of the pen is not.
        if statements and not _resembles(column, problem.found or ""):
            notes.append(replace(problem, what=STRANGE[column], expected=None))
        else:
            problems.append(replace(problem, fix=message("Write such a name, or take the row out")))
    problems += _conflicts(path.name, statements, places)
    asked = questions(statements)
    told_questions = tuple(asked_of(path.name, places, q) for q in asked)
    if problems or any(q.refused for q in asked):
        problems += told_questions
    _raise_all(problems, path.name)
    return Reading(tuple(_joined(statements)), tuple(places), tuple(notes), told_questions)


def write_statements(statements: Iterable[Statement], path: Path | str) -> None:
    """Write statements as a UTF-8 CSV with the contract's columns; the file appears whole or not at all."""
    write_file(path, as_csv(statements).encode())


def as_csv(statements: Iterable[Statement]) -> str:
    """The long table of statements as CSV text, with the contract's columns."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for statement in statements:
        blank = {"calibre"} if statement.calibre_blank else set()
        writer.writerow(["" if c in blank else inert(_text(getattr(statement, c))) for c in COLUMNS])
    return text.getvalue()


def _chosen(sheets: Sequence[Sheet], file: str, wanted: str | None) -> tuple[list[tuple[Sheet, Layout]], list[Problem]]:
    """The sheets that hold a table, with their layouts, and what is said of the others."""
    filled = [sheet for sheet in sheets if sheet.rows]
    if wanted is not None:
        filled = [sheet for sheet in filled if sheet.name == wanted]
        if not filled:
            names = ", ".join(sheet.name for sheet in sheets)
            raise BadInput(Problem(message("no such sheet with cells"), file, found=wanted, expected=names))
    if not filled:
        raise refuse(file, message("the file holds only blank cells"))
    found: list[tuple[Sheet, Layout]] = []
    notes: list[Problem] = []
    for sheet in filled:
        if sheet.hidden and wanted is None:
            notes.append(_said(sheet, message("a hidden sheet, passed over")))
        elif (layout := find_layout(sheet)) is None:
            notes.append(_said(sheet, message("a sheet without a table, passed over")))
        else:
            found.append((sheet, layout))
    if not found:
        raise _no_table(filled, file)
    if any(layout.complete for _, layout in found):
        without = message("a sheet without a column of figures, passed over")
        notes += [_said(sheet, without) for sheet, layout in found if not layout.complete]
        found = [(sheet, layout) for sheet, layout in found if layout.complete]
    if len(found) > 1:
        notes = [_said(sheet, message("read")) for sheet, _ in found] + notes
    return found, notes


def _resembles(column: str, found: str) -> bool:
    """Whether a name that is found is much like one of the dictionary's, and none that bureaus use beside it."""
    tables, name = dictionary.current(), fold(found)
    if column == "region":
        return bool(tables.near("region", name, cutoff=0.65))
    others = tables.words["subject"]
    return not name.startswith(tuple(others)) and bool(tables.near("indicator", name, cutoff=0.75))


def _whose(sheet: Sheet, layout: Layout, entries: Entries) -> list[Problem]:
    """A title that names several regions, or a place that no table knows, where nothing else says whose a figure is."""
    title = layout.title
    if not (title.several or title.unknown) or not _by_title(layout, entries):
        return []
    what = message("whose figures are these? the title names several regions")
    if not title.several:
        what = message("whose figures are these? the title names a place that is not in the tables of regions")
    found = title.unknown or listed(title.several)
    fix = message(
        "Add a column 地区, which check --region R --save FILE does; places of your own go to reference/regions.csv"
    )
    return [sheet.problem(what, None, None, COLUMN_NAMES["region"], found, None, fix)]


def _by_title(layout: Layout, entries: Entries) -> bool:
    """Whether the title alone says whose some figure is: neither column nor head nor row names another region."""
    if "region" in layout.keys.values():
        return False
    own = (e.cells.get("region") or read_label(e.cells.get("indicator", "")).region for e in entries.rows)
    return any(r in (None, layout.title.label.region) or fold(r) in HOME | PROVINCE for r in own)


def _said(sheet: Sheet, what: Message) -> Problem:
    return Problem(what, sheet.file, sheet=sheet.name)


def _no_table(sheets: Sequence[Sheet], file: str) -> BadInput:
    """Say what was looked for, and what the fullest sheet begins with."""
    sheet = max(sheets, key=lambda s: len(s.rows))
    first = " | ".join(cell for cell in sheet.rows[0] if cell)[:120]
    problem = Problem(
        message("no table of figures is found"), file, sheet.numbers[0], found=first,
        expected=message(
            "a head such as 地区 指标 度量 时期 数值 单位, or 指标 单位 2023年 2024年, and figures below it"
        ),
        sheet=sheet.name or None,
    )  # fmt: skip
    return BadInput(problem)


def _default_id(stem: str, sheet: Sheet, layout: Layout, entry: Entry) -> str:
    number = sheet.numbers[entry.place]
    return f"{stem}:{address(number, entry.columns['value']) if layout.wide else number}"


def _problem(sheet: Sheet, layout: Layout, entry: Entry, column: str, what: str, found: str, expected: str) -> Problem:
    place = entry.columns.get(column)
    shown = entry.columns.get("value") if place is None and layout.wide else place
    name = COLUMN_NAMES.get(column, column)
    return sheet.problem(what, entry.place, shown, name, found or None, expected or None)


def _conflicts(file: str, statements: Sequence[Statement], places: Sequence[Place]) -> list[Problem]:
    found = []
    several = len({sheet for sheet, _, _ in places}) > 1
    for later, earlier, column, what in conflicts(statements)[: MOST_PROBLEMS + 1]:
        a, b = statements[later], statements[earlier]
        sheet, row, cell = places[later]
        other_sheet, other, _ = places[earlier]
        same = column == "id"
        agreement = message(
            "what {sheet}row {row} says{values}",
            sheet="" if other_sheet == sheet else message("{sheet} ", sheet=other_sheet),
            row=other,
            values="" if same else message(" ({value})", value=bilingual(f"{b.value} {b.unit}", f"{b.value:g}")),
        )
        fix = (
            message("Give each its own id") if same else message("Keep one, or name the different source_id or vintage")
        )
        unit = dictionary.units()[a.unit].zh
        shown = a.id if same else message("{value} {unit}", value=a.value, unit=bilingual(a.unit, unit))
        place = sheet if several else None
        name = COLUMN_NAMES[column]
        found.append(Problem(what, file, row, name, shown, agreement, fix, place, cell))
    return found


def asked_of(file: str, places: Sequence[Place], question: Question) -> Problem:
    """A question with the place of its figure in the file (`Reading.places`)."""
    sheet, row, cell = places[question.index]
    column = COLUMN_NAMES[question.column]
    shown = cell if question.column == "value" else None
    return Problem(question.what, file, row, column, question.found, question.expected, None, sheet or None, shown)


def _joined(statements: Sequence[Statement]) -> list[Statement]:
    """Give a preliminary figure and the final one of the same thing one origin, so that the final one replaces it."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for i, s in enumerate(statements):
        if s.origin_id is None and vintage_stage(s.vintage) is not None:
            key = (s.region, s.indicator, s.measure, s.period, s.base_period, s.reference, s.calibre)
            groups.setdefault(key, []).append(i)
    out = list(statements)
    for places in groups.values():
        if len({vintage_stage(statements[i].vintage) for i in places}) > 1:
            for i in places:
                out[i] = replace(out[i], origin_id=statements[places[0]].id)
    return out


def _raise_all(problems: list[Problem], name: str) -> None:
    if not problems:
        return
    problems.sort(key=lambda p: p.row or 0)
    if len(problems) > MOST_PROBLEMS:
        more = Problem(message("and more problems; these come first"), file=name)
        problems = [*problems[:MOST_PROBLEMS], more]
    raise BadInput(problems)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return str(value)
