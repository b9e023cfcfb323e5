"""Statements from rows of text cells: each cell by its column, then what they say together."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from xtanalysis.data import dictionary
from xtanalysis.data.dictionary import Reference
from xtanalysis.data.reference import fold
from xtanalysis.errors import BadInput, Problem
from xtanalysis.statements.columns import COLUMN_NAMES
from xtanalysis.statements.days import today
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.implied import TO_DATE, as_growth, implied_measure, is_plan_term, to_date
from xtanalysis.statements.meaning import GROWTH, meant_series
from xtanalysis.statements.period import PERIODS, Period, normal
from xtanalysis.statements.published import RULES, by_rule, default_rule, month_end
from xtanalysis.statements.readers.entries import RATES
from xtanalysis.statements.readers.figures import Figure, is_blank, read_figure
from xtanalysis.statements.readers.labels import (
    FALL,
    HOME,
    PROVINCE,
    Label,
    at_hand,
    measure_of,
    qualified,
    read_label,
    vintage_role,
)
from xtanalysis.statements.readers.layout import COLUMNS
from xtanalysis.statements.readers.marks import without_marks
from xtanalysis.statements.validate import NEED_BASE, faults
from xtanalysis.text import bilingual, listed, message, pmessage

__all__ = ["RowReader", "parse_row"]

OWN_CALIBRE = frozenset(map(fold, ("同目标", "与目标相同", "与目标同口径", "同目标口径", "目标口径", "same as target")))
# A fall of at least 6 is a growth of at most −6.
TURNED = {"at_least": "at_most", "at_most": "at_least", "above": "at_most"}
DATE = message("a date such as 2021-05-06")

Wrong = tuple[str, str, str, str]
"""(column, what is wrong, found, expected)."""

T = TypeVar("T")


def parse_row(
    row: Mapping[str, str], *, default_id: str, home: str | None = None
) -> tuple[Statement | None, list[Wrong]]:
    """Make a statement from the text cells of one row, keyed by the contract's columns.

    Parameters
    ----------
    home
        Id of the region that 全市 means, and that a row without a region is about.

    Returns
    -------
    statement
        ``None`` if any cell is wrong.
    problems
        (column, what, found, expected) for each.
    """
    return RowReader(home).read(row, default_id)


class RowReader:
    """Reads rows; remembers what each text of a column meant, since tables repeat them."""

    def __init__(self, home: str | None = None) -> None:
        self.home = home
        self.reference: Reference = dictionary.current()
        self._known: dict[tuple[str, str], Any] = {}

    def read(self, row: Mapping[str, str], default_id: str) -> tuple[Statement | None, list[Wrong]]:
        """A statement, or what is wrong with the row; see `parse_row`."""
        r = _Row(row, self._known)
        label = r.take("indicator", self._label)
        measure, nominal, falls = self._measure(r, label)
        period, role = self._period(r, label)
        figure = r.take("value", read_figure)
        unit = self._unit(r, label, measure, figure)
        entry = None if label is None else self.reference.indicators[label.indicator or ""]
        measure, unit, figure = as_growth(entry, measure, unit, figure)
        if entry is not None and measure is None and unit is not None:
            measure = implied_measure(self.reference, entry.id, unit)
        named = nominal or (entry is not None and row.get("indicator", "") == entry.id)
        indicator = None if entry is None else meant_series(entry, measure, nominal=named)
        measure = to_date(measure, period, entry)
        if period is not None and measure in TO_DATE and period.months == 1:  # 累计 of 2025年11月 is from January on
            period = Period((period.year, 1), period.end)
        base = r.take("base_period", Period.parse, PERIODS)
        if base is None and measure in NEED_BASE and period is not None and is_plan_term(period):
            base, period = Period.parse(f"{period.first_year - 1}"), Period.parse(f"{period.year}")
        values: dict[str, Any] = {
            "id": row.get("id") or default_id, "region": self._region(r, label), "indicator": indicator,
            "measure": measure, "period": period, "unit": unit,
            "base_period": base,
            "reference": r.take("reference", self._reference),
            "condition": r.take("condition", self._word("condition")),
            "published": r.take("published", read_date, DATE), "trust": r.take("trust", _trust) or "B",
            "public": r.take("public", self._word("public")) == "true", "note": row.get("note", ""),
            **{column: row.get(column) or None for column in ("vintage", "published_rule", "origin_id", "source_id")},
        }  # fmt: skip
        values |= self._amounts(r, figure, measure, unit, falls)
        values["role"] = self._role(r, role, label)
        values |= self._calibre(r, label, indicator, period)
        if r.problems or measure is None:
            return None, sorted(r.problems, key=lambda wrong: COLUMNS.index(wrong[0]))
        if values["published"] is None:
            if values["role"] == "outlook":
                what = message("an outlook needs the date on which it was made")
                return None, [("published", what, "", DATE)]
            values |= _dated(values)
        statement = Statement(**values)
        wrong = faults(statement)
        return (None if wrong else statement), wrong

    def _label(self, text: str) -> Label:
        label = read_label(text)
        return label if label.indicator else Label(indicator=self.reference.find("indicator", text).id)

    def _region(self, r: _Row, label: Label | None) -> str | None:
        if not r.cells.get("region"):
            if "region" in r.cells and not (label and label.region):  # there is a column, and this row is left open
                r.wrong("region", message("the cell is empty"), "", message("a region"))
                return None
            if label and label.region:
                return r.read("region", label.region, self._named_region)
            if self.home is None:
                r.wrong(
                    "region", message("the region is not said"), "",
                    pmessage("rows", "a column 地区, or the option --region"),
                )  # fmt: skip
            return self.home
        return r.take("region", self._named_region)

    def _named_region(self, text: str) -> str:
        if fold(text) not in HOME | PROVINCE:
            found: str = self.reference.find("region", text).id
            return found
        place = at_hand(text, self.home)
        if place is None:
            raise ValueError(message("it is not said which region this is; name it, or give --region"))
        return place

    def _measure(self, r: _Row, label: Label | None) -> tuple[str | None, bool, bool]:
        """Measure (``None`` where the unit has to tell), whether nominal, and whether falls count as positive."""
        said = label.measure if label else None
        cell = r.take("measure", self._measure_word) if r.cells.get("measure") else None
        falls = FALL in (said, cell and cell[0])
        nominal = bool((label and label.nominal) or (cell and cell[1]))
        measure = cell[0] if cell and cell[0] != FALL else None if said == FALL else said
        if cell and said and measure not in (None, said) and said not in (FALL, "growth") and cell[0] != FALL:
            what = message("the indicator's name says another measure")
            r.wrong("measure", what, r.cells["measure"], said)
        if said == "growth" and measure is not None and measure not in GROWTH:
            r.wrong(
                "measure", message("the indicator's name says growth"), r.cells["measure"],
                message("growth (增速)"),
            )  # fmt: skip
        return ("growth" if falls and measure is None else measure), nominal, falls

    def _measure_word(self, text: str) -> tuple[str, bool]:
        found = measure_of(text)
        return found if found is not None else (self._word("measure")(text), False)

    def _period(self, r: _Row, label: Label | None) -> tuple[Period | None, str | None]:
        if not r.cells.get("period") and label is not None and label.period is not None:
            return label.period, None
        found = r.take("period", _qualified_period, PERIODS)
        return found if found is not None else (None, None)

    def _unit(self, r: _Row, label: Label | None, measure: str | None, figure: Figure | None) -> str | None:
        """Unit of the cell, else of the name, else behind the number; a rate without one is in per cent."""
        behind = None
        if figure is not None and figure.unit:
            ids = self.reference.ids("unit", figure.unit)
            if not ids:
                r.wrong(
                    "value",
                    message("unknown unit behind the number"),
                    r.cells["value"],
                    "亿元, % …",
                )
            behind = ids[0] if ids else None
        stated = r.take("unit", lambda text: self.reference.find("unit", text).id) if r.cells.get("unit") else None
        stated = stated or (label and label.unit)
        if behind and stated and behind != stated:
            r.wrong(
                "value", message("the unit behind the number is not that of the row"),
                r.cells["value"], self.reference.units[stated].zh,
            )  # fmt: skip
        unit = stated or behind or ("percent" if measure in RATES and measure != "share" else None)
        if unit is None and label is not None and not r.cells.get("unit"):
            r.wrong(
                "unit",
                pmessage("unit", "the cell is empty"),
                "",
                message("a unit such as 亿元 or %"),
            )
        return unit

    def _amounts(
        self, r: _Row, figure: Figure | None, measure: str | None, unit: str | None, falls: bool
    ) -> dict[str, Any]:
        """Value, upper end, relation and sd."""
        relation = r.take("relation", self._word("relation")) if r.cells.get("relation") else None
        high, sd = (
            r.take(column, lambda text: read_figure(text).value) if not is_blank(r.cells.get(column, "")) else None
            for column in ("value_high", "sd")
        )
        if figure is None:
            return {}
        if figure.relation and relation not in (None, figure.relation):
            what = message("value and relation say two things")
            r.wrong("relation", what, r.cells["relation"], figure.relation)
        relation = relation or figure.relation or "equals"
        value, top = figure.value, high if high is not None else figure.high
        if figure.turn and measure is not None and measure not in RATES:
            what = message("a rise or fall stands where a level should")
            r.wrong("value", what, r.cells["value"], message("the level"))
        if falls:
            if figure.turn > 0 or (value < 0 and not figure.turn):
                what = message("is this a rise or a fall?")
                r.wrong("value", what, r.cells["value"], message("6.2 for a fall of 6.2"))
            if not figure.turn:
                value, top = (-value, None) if top is None else (-top, -value)
                relation = TURNED.get(relation, relation)
        return {"value": value, "value_high": top, "sd": sd, "relation": relation}

    def _role(self, r: _Row, period_role: str | None, label: Label | None) -> str:
        said = period_role or (label.role if label else None)
        cell = r.take("role", self._role_word) if r.cells.get("role") else None
        if cell and said and cell != said:
            what = message("period or name say another role")
            r.wrong("role", what, r.cells["role"], said)
        return cell or said or vintage_role(r.cells.get("vintage")) or "outcome"

    def _role_word(self, text: str) -> str:
        return vintage_role(text) or self._word("role")(text)

    def _calibre(self, r: _Row, label: Label | None, indicator: str | None, period: Period | None) -> dict[str, Any]:
        text = r.cells.get("calibre", "")
        text = text or (label.calibre if label and label.calibre else "")
        if not text or fold(text) in OWN_CALIBRE:
            return {"calibre": "unknown", "calibre_blank": True}
        try:
            calibre = self.reference.calibre_of(text, indicator, period.year if period else None)
        except BadInput as error:
            for p in error.problems:
                r.wrong("calibre", p.what, text, p.expected or "")
            return {}
        return {"calibre": calibre.id, "calibre_blank": False}

    def _word(self, kind: str) -> Callable[[str], str]:
        known = self.reference.words[kind]

        def parse(text: str) -> str:
            word = known.get(fold(text))
            if word is None:
                names = [r["zh"] for r in self.reference.tables["words.csv"] if r["kind"] == kind]
                expected = bilingual(listed(list(dict.fromkeys(known.values()))), listed(names).told("zh"))
                raise BadInput(
                    Problem(message("unknown {kind}", kind=COLUMN_NAMES[kind]), found=text, expected=expected)
                )
            return word

        return parse

    def _reference(self, text: str) -> str:
        ids = self.reference.ids("region", text)
        return ids[0] if len(ids) == 1 else text


@dataclass
class _Row:
    """Cells of one row by column, and what is wrong with them."""

    cells: Mapping[str, str]
    known: dict[tuple[str, str], Any]
    problems: list[Wrong] = field(default_factory=list)

    def wrong(self, column: str, what: str, found: str, expected: str) -> None:
        """Record a problem."""
        self.problems.append((column, what, found, expected))

    def take(self, column: str, parse: Callable[[str], T], expected: str = "") -> T | None:
        """Parse a cell; an empty one is ``None``, a needed one that is empty or a bad one is recorded."""
        text = self.cells.get(column, "")
        if not text:
            if column in ("indicator", "period", "value"):
                name = COLUMN_NAMES[column]
                what = message("the {column} is empty", column=name)
                self.wrong(column, what, "", expected or bilingual("a text", name.told("zh")))
            return None
        return self.read(column, text, parse, expected)

    def read(self, column: str, text: str, parse: Callable[[str], T], expected: str = "") -> T | None:
        """Parse a text, once for all rows that repeat it; a bad one is recorded."""
        key = (column, text)
        if key in self.known:
            found: T = self.known[key]
            return found
        try:
            made = parse(without_marks(text))
        except BadInput as error:
            self.problems += [(column, p.what, p.found or text, _expected(p, expected)) for p in error.problems]
            return None
        except ValueError as error:
            self.problems.append((column, error.args[0], text, expected))
            return None
        self.known[key] = made
        return made


def _expected(problem: Problem, otherwise: str) -> str:
    """What was expected, and how to mend it."""
    said, fix = problem.expected or otherwise, problem.fix
    if fix is None:
        return said
    return message("{said}. {fix}", said=said, fix=fix)


def _qualified_period(text: str) -> tuple[Period, str | None]:
    core, role = qualified(text)
    return Period.parse(core), role


_DAY = re.compile(r"(\d{4})(?:年|[-/.])(\d{1,2})(?:月|[-/.])(\d{1,2})日?(?:T?00:00(?::00)?)?|(\d{4})(\d{2})(\d{2})")


def read_date(text: str) -> dt.date:
    """A day: 2021-05-06, 2021/5/6, 2021.5.6, 2021年5月6日, 20210506; ``ValueError`` for anything else."""
    match = _DAY.fullmatch(normal(text))
    try:
        return dt.date(*(int(part) for part in match.groups() if part)) if match else dt.date.fromisoformat(text)
    except ValueError:
        raise ValueError(message("this is not a date")) from None


def _dated(values: Mapping[str, Any]) -> dict[str, Any]:
    """The date by the rule that the row names, else by the default one. An assumption needs no date."""
    period, role, said = values["period"], values["role"], values["published_rule"]
    if role == "assumption":
        return {}
    rule = _RULE_OF.get(said) or default_rule(period, role)
    day = by_rule(rule, period, role=role)
    begun = dt.date(period.start[0], period.start[1], 1) <= today()
    if said is None and (month_end(*period.end) < today() or (role == "estimate" and begun)):
        day = min(day, today())  # who has a figure in hand knows it today, whenever such figures are released
    return {"published": day, "published_rule": RULES[rule]}


_RULE_OF = {name: key for key, text in RULES.items() for name in (key, text)}


def _trust(text: str) -> str:
    if text.upper() not in ("A", "B", "C"):
        expected = message("A, B or C")
        raise BadInput(Problem(message("unknown trust"), found=text, expected=expected))
    return text.upper()
