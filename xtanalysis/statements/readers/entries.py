"""From a sheet and its layout to rows of text cells by the contract's columns, and what is passed over on the way."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from xtanalysis.data.dictionary import current
from xtanalysis.data.reference import fold
from xtanalysis.errors import Problem
from xtanalysis.statements.columns import COLUMN_NAMES
from xtanalysis.statements.implied import is_price_index
from xtanalysis.statements.meaning import GROWTH
from xtanalysis.statements.period import Period
from xtanalysis.statements.readers.anew import SPLIT, begins_anew, is_same_head
from xtanalysis.statements.readers.figures import is_blank, is_number, read_figure
from xtanalysis.statements.readers.labels import FALL, INDEX, PREVIOUS, Label, at_hand, read_label, units_of
from xtanalysis.statements.readers.layout import Layout
from xtanalysis.statements.readers.marks import is_note
from xtanalysis.statements.readers.sheet import MOST_ROWS, Sheet, too_many
from xtanalysis.text import Message, listed, message

__all__ = ["FORM", "RATES", "Entries", "Entry", "is_total", "read_entries"]

FORM = "填报:"
"""Ids of a blank form begin so; what is not filled in is passed over, as any row without a figure is."""

RATES = frozenset(
    ("growth", "average_growth", "cumulative_change", "year_to_date_growth", "month_growth", "share", "gap", FALL)
)
"""Measures in per cent."""

_TOTALS = frozenset(
    map(
        fold,
        ("合计", "总计", "小计", "共计", "累计", "总和", "全部合计", "total", "subtotal", "grand total", "sum", "all"),
    )
)
SHOWN = 8  # rows named in one note
LONGEST_LABEL = 60  # characters; a longer text alone in its row is a note
SIGNS = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class Entry:
    """One figure as text cells.

    Attributes
    ----------
    place
        Of its row in the sheet.
    cells
        Column of the contract → text.
    columns
        Column of the contract → the sheet's column that it was read from, where it was.
    """

    place: int
    cells: Mapping[str, str]
    columns: Mapping[str, int]


@dataclass(slots=True)
class Entries:
    """The figures of one sheet.

    Attributes
    ----------
    rows
        The figures.
    notes
        What was passed over: totals, notes, headings, blank figures.
    problems
        Cells that cannot be read.
    subject
        The indicator of the row that was read last, which 增速 in the next one is of; ``None`` where it is none of
        the dictionary's.
    """

    rows: list[Entry] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    subject: str | None = None


def is_total(text: str) -> bool:
    """Whether a label is that of a total: 合计, Total."""
    return fold(text).strip(":") in _TOTALS


def read_entries(sheet: Sheet, layout: Layout) -> Entries:
    """Read the figures of a sheet; blanks, totals, headings and notes are named and left out."""
    found = Entries(problems=list(layout.problems), notes=list(layout.passed))
    if found.problems:
        return found
    found.notes += _taken_from_the_title(sheet, layout)
    blanks: list[int] = []
    anchors = _anchors(sheet, layout)
    found.notes += _hidden(sheet, layout)
    for place in range(layout.head[1], len(sheet.rows)):
        if sheet.numbers[place] in sheet.hidden_rows:
            continue
        filled = [cell for cell in sheet.rows[place] if cell]
        if is_note(filled[0]) or (len(filled) == 1 and len(filled[0]) > LONGEST_LABEL):
            found.notes.append(_note(sheet, place, message("a note, passed over"), filled[0]))
            continue
        if len(found.rows) > MOST_ROWS:
            raise too_many(sheet.file, message("too many figures"), len(found.rows), MOST_ROWS)
        keys, columns = _keys(sheet, layout, place, anchors)
        total = next((keys[c] for c in ("region", "indicator", "period", "") if is_total(keys.get(c, ""))), None)
        if total is not None:
            found.notes.append(_note(sheet, place, message("a total, left out"), total))
        elif layout.wide and (anew := begins_anew(layout, keys, sheet.rows[place])):
            found.problems.append(sheet.problem(anew, place, None, None, filled[0], None, SPLIT))
            break
        elif layout.wide and not is_same_head(layout, sheet.rows[place]):
            _read_wide(sheet, layout, place, keys, columns, found, blanks)
        elif not layout.wide:
            _read_long(sheet, layout, place, keys, columns, found, blanks)
    if blanks:
        numbers = [str(sheet.numbers[place]) for place in dict.fromkeys(blanks)]
        rows = message("{rows}…", rows=listed(numbers[:SHOWN])) if len(numbers) > SHOWN else listed(numbers)
        what = message("{blanks} without a figure, passed over (rows {rows})", blanks=len(blanks), rows=rows)
        found.notes.append(sheet.problem(what, None, None, None))
    elif not found.rows and not found.problems:
        what = message("the file has a header and no row")
        expected = message("at least one row of figures")
        found.problems.append(sheet.problem(what, layout.head[0], None, None, None, expected))
    return found


def _hidden(sheet: Sheet, layout: Layout) -> list[Problem]:
    """Rows and columns of figures that the workbook hides, which are left out as hidden sheets are."""
    rows = [str(n) for n in sheet.numbers[layout.head[1] :] if n in sheet.hidden_rows]
    columns = [layout.headers[i] for i in layout.data if i in sheet.hidden_columns]
    notes = []
    if rows:
        shown = message("{rows}…", rows=listed(rows[:SHOWN])) if len(rows) > SHOWN else listed(rows)
        notes.append(sheet.problem(message("hidden rows, passed over: {rows}", rows=shown), None, None, None))
    if columns:
        what = message("hidden columns, passed over: {columns}", columns=listed(columns))
        notes.append(sheet.problem(what, None, None, None))
    return notes


def _taken_from_the_title(sheet: Sheet, layout: Layout) -> list[Problem]:
    """What title and sheet name say in place of a column, for the reader to check."""
    there, context = set(layout.keys.values()), layout.title.label
    said = [
        message("{column} {value}", column=COLUMN_NAMES[column], value=value)
        for column, value in (
            ("region", context.region),
            ("period", None if context.period is None else str(context.period)),
            ("period", context.part),
            ("indicator", context.indicator and current().indicators[context.indicator].zh),
        )
        if value
        and column not in there
        and (column == "region" or value == context.part or all(not getattr(h, column) for h in layout.data.values()))
    ]
    if not said:
        return []
    return [sheet.problem(message("from the title: {said}", said=listed(said)), None, None, None)]


def _read_wide(
    sheet: Sheet, layout: Layout, place: int, keys: dict[str, str], columns: dict[str, int], found: Entries,
    blanks: list[int],
) -> None:  # fmt: skip
    cells = sheet.rows[place]
    texts = {i: cells[i] for i in layout.data if i < len(cells) and cells[i] and i not in sheet.hidden_columns}
    label = _row_label(keys)
    if label.indicator is None and label.measure:  # 增速 below 工业投资
        label = label.over(Label(indicator=found.subject))
    elif keys:
        found.subject = label.indicator
    if not texts:
        if keys:
            heading = message("a heading, passed over")
            found.notes.append(_note(sheet, place, heading, next(iter(keys.values()))))
        return
    live = [
        c for c, text in keys.items() if text[0] in ("=", "@") or (sheet.numbers[place], columns[c]) in sheet.formulas
    ]
    if live:
        found.problems += [_formula(sheet, place, columns[c], layout.headers.get(columns[c]), keys[c]) for c in live]
        return
    blanks += [place] * (len(set(layout.data) - sheet.hidden_columns) - len(texts))
    for i, text in texts.items():
        header = layout.headers.get(i)
        if is_blank(text):
            blanks.append(place)
        elif (formula := sheet.formulas.get((sheet.numbers[place], i))) is not None:
            found.problems.append(_formula(sheet, place, i, header, formula))
        elif _says_its_growth(layout, i, label, texts):
            passed = message("an index beside its growth, passed over")
            found.notes.append(sheet.problem(passed, place, i, header, text))
        elif clash := _clash(layout.data[i], label):
            found.problems.append(sheet.problem(clash, place, i, header, text))
        else:
            found.rows.append(Entry(place, _figure(layout, keys, layout.data[i], label, text), columns | {"value": i}))


def _keys(
    sheet: Sheet, layout: Layout, place: int, anchors: Mapping[tuple[int, int], str]
) -> tuple[dict[str, str], dict[str, int]]:
    """Texts of the key columns, a merged cell's in every row that it covers; the row labels under the empty name."""
    cells, number = sheet.rows[place], sheet.numbers[place]
    keys: dict[str, str] = {}
    columns: dict[str, int] = {}
    places = dict(layout.keys) if layout.label is None else {**layout.keys, layout.label: ""}
    for i, column in places.items():
        text = (cells[i] if i < len(cells) else "") or (anchors.get((number, i), "") if anchors else "")
        columns[column] = i
        if text:
            keys[column] = text
    unit = keys.get("unit", "")
    if units_of(unit)[:1] == (PREVIOUS,):  # 地区生产总值指数, of which only 上年=100 says that it is a growth
        keys |= {c: f"{keys[c]}（{unit}）" for c in ("", "indicator") if keys.get(c, "").endswith(INDEX)}
    return keys, columns


def _anchors(sheet: Sheet, layout: Layout) -> dict[tuple[int, int], str]:
    """(row number, key column) below the first row of a merged cell → the text of that cell."""
    key_columns = {*layout.keys} if layout.label is None else {*layout.keys, layout.label}
    found: dict[tuple[int, int], str] = {}
    for first_row, first, last_row, last in sheet.merged:
        place = bisect_left(sheet.numbers, first_row)
        if place == len(sheet.numbers) or sheet.numbers[place] != first_row or first >= len(sheet.rows[place]):
            continue
        for column in key_columns:
            if first <= column <= last:
                for number in range(first_row + 1, min(last_row, sheet.numbers[-1]) + 1):
                    found[number, column] = sheet.rows[place][first]
                    if len(found) > MOST_ROWS:
                        raise too_many(sheet.file, message("too many merged cells"), len(found), MOST_ROWS)
    return found


def _read_long(
    sheet: Sheet, layout: Layout, place: int, keys: dict[str, str], columns: dict[str, int], found: Entries,
    blanks: list[int],
) -> None:  # fmt: skip
    if is_blank(keys.get("value", "")):
        blanks.append(place)
        return
    number = sheet.numbers[place]
    formulas = [
        (column, sheet.formulas.get((number, columns[column]), text))
        for column, text in keys.items()
        if (number, columns[column]) in sheet.formulas
        or (text[0] in SIGNS and not is_number(text) and not is_blank(text))
    ]
    if formulas:
        found.problems += [
            _formula(sheet, place, columns[column], layout.headers.get(columns[column]), text)
            for column, text in formulas
        ]
    else:
        found.rows.append(Entry(place, _with_context(layout, keys), columns))


def _with_context(layout: Layout, keys: dict[str, str]) -> dict[str, str]:
    """A long row with what the title says where the table has no such column."""
    context, there = layout.title.label, layout.keys.values()
    said = {"region": context.region, "period": None if context.period is None else str(context.period)}
    if context.indicator:
        said["indicator"] = current().indicators[context.indicator].zh
    if len(layout.title.units) == 1:
        said["unit"] = current().units[layout.title.units[0]].zh
    blank = {"region": ""} if "region" in there else {}
    cells = blank | {column: text for column, text in said.items() if text and column not in there} | keys
    named = read_label(keys.get("indicator", "")).region if "region" not in there else None
    return _at_hand(cells | {"region": named} if named else cells, context.region)


def _at_hand(cells: dict[str, str], title: str | None) -> dict[str, str]:
    """Cells with the region that 全市 or 全省 means under a title that names one."""
    place = at_hand(cells.get("region", ""), title)
    return cells if place is None else cells | {"region": place}


def _row_label(keys: Mapping[str, str]) -> Label:
    """What the key columns say of a row."""
    label = Label()
    for column in ("", "indicator", "measure", "period", "region"):
        if text := keys.get(column):
            label = label.over(read_label(text))
    return label


def _clash(head: Label, label: Label) -> Message | None:
    """Where row and column name two different things of one kind."""
    for what in ("indicator", "region", "period"):
        mine, other = getattr(head, what), getattr(label, what)
        if mine and other and mine != other:
            return message("row and column name two different {what}s", what=COLUMN_NAMES[what])
    return None


def _figure(layout: Layout, keys: Mapping[str, str], head: Label, label: Label, text: str) -> dict[str, str]:
    """Cells of one figure of a wide table: what its column says goes before its row, its row before the title."""
    reference = current()
    stranger = bool(keys.get("")) and not label.says
    planned = "plan" in (head.role, label.role)
    said = head.over(label).over(_open_context(layout, stranger, planned))
    period = _period(said, head.period or label.period)
    cells = {column: value for column, value in keys.items() if column not in ("", "id")}
    if said.part and period:
        cells["period"] = period
    entry = None if said.indicator is None else reference.indicators[said.indicator]
    if entry is None and "indicator" not in keys and "" in keys:
        cells["indicator"] = keys[""]
    units = [u for u in (head.unit, label.unit, *units_of(keys.get("unit", "")), *layout.title.units) if u]
    measure = _measure_of(head, label, said, keys)
    if measure is None and entry is not None:
        own = reference.units[entry.unit].dimension == "fraction"
        rate = text.endswith(("%", "％")) or (bool(units) and reference.units[units[0]].dimension == "fraction")
        if not (rate and entry.kind == "index"):  # the figure itself says whether it is a growth of prices or an index
            measure = "share" if own else "growth" if rate and units[:1] != [PREVIOUS] else "level"
    if measure is not None:
        cells["measure"] = measure
    if entry is not None:
        volume = measure in GROWTH or measure == FALL or (units[:1] == [PREVIOUS] and measure == "level")
        cells["indicator"] = entry.growth_of if volume and entry.growth_of and not said.nominal else entry.id
        wanted = "fraction" if measure in RATES else reference.units[entry.unit].dimension
        fitting = [u for u in units if reference.units[u].dimension == wanted]
        fitting += ["percent"] if measure in RATES and measure != "share" else []
        if chosen := (fitting or units)[:1]:
            cells["unit"] = reference.units[chosen[0]].zh
    there = set(layout.keys.values())
    more = {"period": period, "region": said.region, "calibre": said.calibre, "role": said.role}
    blank = {column: "" for column in ("indicator", "region", "period") if column in there}
    cells = blank | cells | {c: v for c, v in more.items() if v and not cells.get(c)} | {"value": text}
    return _at_hand(cells, layout.title.label.region)


def _says_its_growth(layout: Layout, column: int, label: Label, texts: Mapping[int, str]) -> bool:
    """Whether a figure is an index of prices, and its growth stands in another column of the same period."""
    head, text = layout.data[column], texts[column]
    subject = head.indicator or label.indicator or layout.title.label.indicator
    if subject is None or not is_number(text):
        return False
    if not is_price_index(current().indicators[subject], head.measure or label.measure, read_figure(text).value):
        return False
    growth = replace(head, measure="growth", unit=None, role=None)
    return any(
        replace(other, unit=None, role=None) == growth
        for i, other in layout.data.items()
        if i in texts and not is_blank(texts[i])
    )


def _measure_of(head: Label, label: Label, said: Label, keys: Mapping[str, str]) -> str | None:
    """The measure of a figure: a column of 总量 or 累计 leaves a row its own growth or share."""
    if label.measure in RATES and head.measure in ("level", "year_to_date_level"):
        to_date = head.measure != "level" and label.measure == "growth"
        return "year_to_date_growth" if to_date else label.measure
    return said.measure or keys.get("measure")


def _open_context(layout: Layout, stranger: bool, planned: bool) -> Label:
    """What the title says of all figures, save of what the table has a column for: a blank cell there is blank.

    A row whose own label is none of the dictionary's (制造业 under the title 工业投资) is not about the title's
    indicator, and a plan not of the part of a year up to which the title's figures are.
    """
    there = set(layout.keys.values())
    context = layout.title.label
    whole = context.period is None or context.period.months >= 12
    return replace(
        context,
        part=None if planned else context.part,
        period=context.period if whole or not planned else None,
        indicator=None if "indicator" in there or stranger else context.indicator,
        region=None if "region" in there else context.region,
    )


def _period(said: Label, own: Period | None) -> str | None:
    """Text of a figure's period; 1—11月 of one side gets the year of the other, or of the title.

    ``own`` is the period that column or row say.
    """
    part = said.part
    if part is None or said.period is None or said.period.is_span or (own is not None and not own.is_year):
        return part if said.period is None else str(said.period)
    return f"{said.period.year}年{part}"


def _formula(sheet: Sheet, place: int, column: int, header: str | None, text: str) -> Problem:
    return sheet.problem(
        message("a formula stands where a value should"), place, column, header, text[:80],
        message("a plain value"), message("Paste the value instead"),
    )  # fmt: skip


def _note(sheet: Sheet, place: int, what: Message, text: str) -> Problem:
    return sheet.problem(what, place, None, None, text[:40])
