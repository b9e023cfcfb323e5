"""Where a sheet's table is: its head, its key columns, its data columns, and what its title and unit lines say."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from xtanalysis.data.dictionary import current
from xtanalysis.data.reference import fold
from xtanalysis.errors import Problem
from xtanalysis.statements.columns import COLUMN_NAMES
from xtanalysis.statements.period import Period
from xtanalysis.statements.readers.figures import is_number
from xtanalysis.statements.readers.labels import LAST_YEAR, Label, read_label
from xtanalysis.statements.readers.marks import without_marks
from xtanalysis.statements.readers.sheet import Sheet, address
from xtanalysis.statements.readers.titles import Title, title_of, unit_line
from xtanalysis.text import bilingual, listed, message

__all__ = ["COLUMNS", "IGNORED", "Layout", "find_layout", "named_columns"]

IGNORED = frozenset(
    map(
        fold,
        (
            "second_reading",
            "序号",
            "序",
            "no.",
            "no",
            "country code",
            "indicator code",
            "series code",
            "列1",
            "unnamed: 0",
            "填报人",
            "填表人",
            "审核人",
            "联系人",
            "联系电话",
            "电话",
            "填报单位",
            "填报日期",
        ),
    )
)
"""Headers of columns that say nothing of a figure."""

PASSED_OVER = frozenset(
    map(
        fold,
        (
            "本月",
            "当月",
            "本月数",
            "当月数",
            "本月完成",
            "上年",
            "去年",
            "上年数",
            "同期数",
            "上年同期数",
            "同期累计",
            "上年同期",
            "去年同期",
            "上年同期累计",
            "去年同期累计",
            "位次",
            "排名",
            "名次",
            "完成率",
            "完成进度",
            "完成比例",
            "完成目标",
            "占年度目标",
            "环比",
            "环比增长",
            "环比增速",
            "环比增减",
            "增减额",
            "增减量",
            "增加额",
        ),
    )
)
"""Columns beside the figures that hold none of the grammar's measures for a year or to date; told, and left out."""

PASSED_ENDS = tuple(map(fold, ("当月", "本月", "环比增长", "环比", "位次", "排名", "名次", "完成率", "同期")))
_BEHIND = re.compile(r"[(（][^()（）]*[)）]|[%％±+\-－]+$")

SEARCHED = 60  # rows in which a head is looked for
DEEPEST = 4  # rows of a head
WIDEST_MERGE = 512
WIDEST = 1000  # cells of a head
COLUMNS = (
    "id", "region", "indicator", "measure", "period", "base_period", "reference", "relation", "value", "value_high",
    "unit", "role", "condition", "sd", "calibre", "vintage", "published", "published_rule", "origin_id", "source_id",
    "trust", "public", "note",
)  # fmt: skip
"""Columns of the contract, in their order."""

_DIGIT = re.compile(r"\d|^#")


@dataclass(frozen=True, slots=True)
class Layout:
    """How a sheet is to be read.

    Attributes
    ----------
    head
        Place of the head's first row, and of the first row of data.
    keys
        Column → the contract's column that it holds for every row.
    data
        Column → what its head says of the figures below; empty for a long table.
    headers
        Column → the text of its head.
    label
        The column of row labels that has no known head, if any.
    title
        What title, sheet name and unit lines say of all figures.
    problems
        Columns that cannot be read.
    passed
        Columns that are left out.
    """

    head: tuple[int, int]
    keys: Mapping[int, str]
    data: Mapping[int, Label]
    headers: Mapping[int, str]
    label: int | None = None
    title: Title = field(default_factory=Title)
    problems: tuple[Problem, ...] = ()
    passed: tuple[Problem, ...] = ()

    @property
    def wide(self) -> bool:
        """Whether a row holds several figures."""
        return bool(self.data)

    @property
    def complete(self) -> bool:
        """Whether there is a column of figures."""
        return self.wide or "value" in self.keys.values()


def named_columns(cells: Sequence[str]) -> dict[int, str]:
    """Place → column of the contract, for the cells that are its headers."""
    headers = current().headers
    return {i: headers[key] for i, cell in enumerate(cells) if cell and (key := fold(cell)) in headers}


def find_layout(sheet: Sheet) -> Layout | None:
    """The layout of a sheet; ``None`` if it holds no table of figures."""
    for place in range(min(len(sheet.rows), SEARCHED)):
        if len(sheet.rows[place]) > WIDEST:
            continue
        cells = _filled(sheet, place)
        if len({cell for cell in cells if cell}) < 2:
            continue
        named = named_columns(cells)
        heads = {i: label for i, cell in enumerate(cells) if i not in named and (label := read_label(cell)).says}
        columns = set(named.values())
        if "value" in columns and not (heads and "period" not in columns):
            return _long(sheet, place, cells, named)
        if _is_wide(cells, named, heads) and _figures_below(sheet, place, heads):
            return _wide(sheet, place, cells, named)
        if len(columns) > 2:
            return _long(sheet, place, cells, named)
    return None


def _is_wide(cells: Sequence[str], named: Mapping[int, str], heads: Mapping[int, Label]) -> bool:
    """Whether a row is the head of a wide table: heads beside a key column, or two heads of one kind and no more."""
    others = [cell for i, cell in enumerate(cells) if cell and i not in named and i not in heads]
    if not heads or any(is_number(cell) for cell in others):
        return False
    if named:
        return True
    kinds = Counter(
        "period" if label.period else "indicator" if label.indicator else "region" for label in heads.values()
    )
    return max(kinds.values()) > 1 and len(others) < 2


def _figures_below(sheet: Sheet, place: int, heads: Mapping[int, Label]) -> bool:
    below = sheet.rows[place + 1 : place + 1 + 5 * DEEPEST]
    return any(i < len(row) and (is_number(row[i]) or _DIGIT.search(row[i])) for row in below for i in heads)


def _filled(sheet: Sheet, place: int) -> list[str]:
    """A row's cells; a merged cell's text stands in every cell that it covers."""
    cells = list(sheet.rows[place])
    number = sheet.numbers[place]
    for first_row, first, last_row, last in sheet.merged:
        if first_row <= number <= last_row and last - first < WIDEST_MERGE:
            text = _at(sheet, first_row, first)
            if text:
                cells.extend([""] * (last + 1 - len(cells)))
                for column in range(first, last + 1):
                    cells[column] = cells[column] or text
    return list(map(without_marks, cells))


def _at(sheet: Sheet, number: int, column: int) -> str:
    """A cell's text by its row number."""
    place = bisect_left(sheet.numbers, number)
    if place == len(sheet.numbers) or sheet.numbers[place] != number or column >= len(sheet.rows[place]):
        return ""
    return sheet.rows[place][column]


def _long(sheet: Sheet, place: int, cells: Sequence[str], named: Mapping[int, str]) -> Layout:
    problems: list[Problem] = []
    passed: list[Problem] = []
    keys: dict[int, str] = {}
    used = _used(sheet, place + 1)
    for i, cell in enumerate(cells):
        column = named.get(i)
        if column is None and cell and _is_beside(cell):
            passed.append(sheet.problem(message("a column that is left out"), place, i, cell))
        elif column is None:
            if fold(cell) not in IGNORED and (cell or i in used):
                problems.append(_unknown(sheet, place, i, cell, listed([COLUMN_NAMES[c] for c in COLUMNS])))
        elif column in keys.values():
            what = message("this column stands twice")
            once = message("each column once")
            problems.append(sheet.problem(what, place, i, cell, column, once))
        else:
            keys[i] = column
    title = title_of(sheet, place)
    there = {"indicator": title.label.indicator, "period": title.label.period, "value": None}
    problems += [
        sheet.problem(
            message("column {column} is missing", column=term), place, None, None, None,
            message("a column {column}", column=bilingual(f"{column} or {term.told('zh')}", term.told("zh"))),
        )
        for column, term in ((c, COLUMN_NAMES[c]) for c in ("indicator", "period", "value"))
        if column not in keys.values() and there[column] is None
    ]  # fmt: skip
    problems += _overlong(sheet, place, len(cells))
    return Layout((place, place + 1), keys, {}, dict(enumerate(cells)), None, title, tuple(problems), tuple(passed))


def _overlong(sheet: Sheet, place: int, width: int) -> list[Problem]:
    """The first row that goes beyond the head."""
    for at in range(place + 1, len(sheet.rows)):
        if len(sheet.rows[at]) > width:
            what = message("the row has more cells than the header")
            fix = message("Put text that holds a comma in quotation marks")
            return [sheet.problem(what, at, width, None, sheet.rows[at][width] or sheet.rows[at][-1], None, fix)]
    return []


def _unknown(sheet: Sheet, place: int, column: int, text: str, expected: str) -> Problem:
    return sheet.problem(
        message("unknown column"), place, column, text or f"number {column + 1}", None, expected,
        message("Rename it, or move its text to the column note (备注)"),
    )  # fmt: skip


def _used(sheet: Sheet, start: int) -> frozenset[int]:
    """The columns in which something stands from a place on."""
    return frozenset(i for row in sheet.rows[start:] for i, cell in enumerate(row) if cell)


def _wide(sheet: Sheet, place: int, head: list[str], named: Mapping[int, str]) -> Layout:
    rows = [head]
    while len(rows) < DEEPEST and place + len(rows) < len(sheet.rows):
        below = _filled(sheet, place + len(rows))
        if not _continues(rows[-1], below, named):
            break
        rows.append(below)
    for upper, lower in pairwise(rows):  # a head merged over several columns, saved as text: only the first is filled
        upper.extend([""] * (len(lower) - len(upper)))
        for i in range(1, len(upper)):
            if not upper[i] and i < len(lower) and lower[i] and upper[i - 1] and i - 1 not in named:
                upper[i] = upper[i - 1]
    width = max(map(len, rows))
    stacks = [list(dict.fromkeys(row[i] for row in rows if i < len(row) and row[i])) for i in range(width)]
    first = place + len(rows)
    left_out = [i for i, stack in enumerate(stacks) if stack and _is_beside(stack[-1])]
    passed = tuple(sheet.problem(message("a column that is left out"), place, i, " ".join(stacks[i])) for i in left_out)
    headers = {i: " ".join(stack) for i, stack in enumerate(stacks)}
    keys, data, problems, label = _columns(
        sheet, place, first, [[] if i in left_out else stack for i, stack in enumerate(stacks)], named
    )
    title = title_of(sheet, place)
    while first < len(sheet.rows) and (line := unit_line(sheet.rows[first])):
        title, first = replace(title, units=tuple(dict.fromkeys((*title.units, *line)))), first + 1
    months = [i for i, head in data.items() if _is_month(head)] if any(map(_is_to_date, data.values())) else []
    passed += tuple(sheet.problem(message("a column that is left out"), place, i, headers[i]) for i in months)
    data = {i: head for i, head in data.items() if i not in months}
    if not _part_is_of_years(title.label, data.values()):
        title = replace(title, label=replace(title.label, part=None))
    problems += _overlong(sheet, first - 1, width)
    problems = [p for p in problems if p.cell not in {address(sheet.numbers[place], i) for i in left_out}]
    return Layout((place, first), keys, data, headers, label, title, tuple(problems), passed)


def _is_beside(head: str) -> bool:
    """Whether a head is that of a column that is left out: 位次, 完成率（%）, 2025年11月当月, 增减（百分点）."""
    bare = fold(_BEHIND.sub("", head))
    said = read_label(head)
    unread = bare.endswith(PASSED_ENDS) and not (said.measure or said.indicator)
    points = said.unit == "point" and said.measure == "growth"
    return bare in PASSED_OVER or unread or points or said.measure == "rank"


def _span_of(head: Label) -> tuple[int, int]:
    """First month and number of months of the part of a year that a head names; (0, 0) where it names none."""
    period = head.period
    if head.part and (period is None or period.is_year):
        try:
            period = Period.parse(f"{LAST_YEAR}年{head.part}")
        except ValueError:
            return 0, 0
    return (0, 0) if period is None or period.months >= 12 else (period.start[1], period.months)


def _is_month(head: Label) -> bool:
    """Whether a head is that of one month, whose own figures the grammar does not hold beside those to date."""
    return _span_of(head)[1] == 1 and head.measure in (None, "level", "growth") and _span_of(head)[0] > 1


def _is_to_date(head: Label) -> bool:
    first, months = _span_of(head)
    return first == 1 and months > 1


def _part_is_of_years(title: Label, heads: Collection[Label]) -> bool:
    """Whether the part of a year in a title is that of the years across: 2025年1—11月 above 2024年 and 2025年."""
    periods = [head.period for head in heads if head.period]
    if any(head.part for head in heads) or not all(period.is_year for period in periods):
        return False
    return title.period is None or title.period.year in {period.year for period in periods}


def _continues(above: Sequence[str], below: Sequence[str], named: Mapping[int, str]) -> bool:
    """Whether a row belongs to the head: all that is new in it are labels or units, none of it under a key column."""
    news = [(i, cell) for i, cell in enumerate(below) if cell and (i >= len(above) or cell != above[i])]
    if news and current().headers.get(fold(news[0][1])) == "unit":  # a row of units: 单位, 亿元, %
        news = news[1:]
    if not news or any(i in named for i, _ in news) or (0 not in named and news[0][0] == 0):
        return False
    return all((label := read_label(cell)).says or label.unit or _is_beside(cell) for _, cell in news)


def _columns(
    sheet: Sheet, place: int, first: int, stacks: Sequence[Sequence[str]], named: Mapping[int, str]
) -> tuple[dict[int, str], dict[int, Label], list[Problem], int | None]:
    """Key columns, data columns, problems, and the column of row labels."""
    keys: dict[int, str] = {}
    data: dict[int, Label] = {}
    problems: list[Problem] = []
    label: int | None = None
    last = Label()
    lent: set[int] = set()
    used = _used(sheet, first)
    for i, stack in enumerate(stacks):
        column = named.get(i)
        if column is not None and column != "value" and column not in keys.values():
            keys[i] = column
            continue
        says = Label()
        for text in reversed(stack):
            says = says.over(Label() if fold(text) in current().headers else read_label(text))
        alone = not (says.indicator or says.period or says.region or says.part)
        if alone and says.measure and not (last.role == "plan" and says.measure in ("level", "year_to_date_level")):
            # 增速(%) behind 工业投资, or behind 2024年: of the figure on its left; 累计完成 behind 2025年目标 is not.
            says = says.over(replace(last, measure=None, unit=None, nominal=False))
            lent.add(i)
        if says.says or says.role or column == "value":
            data[i] = last = says
        elif fold(" ".join(stack)) in IGNORED or i not in used:
            continue
        elif label is None and not data and not {"indicator", "region", "period"} & set(keys.values()):
            label = i
        else:
            expected = message("a year, an indicator, a region, a measure or a unit")
            problems.append(_unknown(sheet, place, i, " ".join(stack), expected))
    # Growth behind 2024年完成 and 2024年目标 is that of what was done.
    done = {_subject(head): head.role for i, head in data.items() if i not in lent and head.role != "plan"}
    for i in lent & data.keys():
        if data[i].role == "plan" and _subject(data[i]) in done:
            data[i] = replace(data[i], role=done[_subject(data[i])])
    return keys, data, problems, label


def _subject(head: Label) -> tuple[object, ...]:
    return head.indicator, head.region, head.period, head.part
