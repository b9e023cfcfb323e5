"""Checks of statements: each by itself, then against each other. Every problem is returned, none is raised."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from xtanalysis.data.dictionary import calibres, chinese_word, indicators, regions, units
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.published import month_end
from xtanalysis.text import bilingual, listed, message

__all__ = ["FIRST_YEAR", "LAST_YEAR", "conflicts", "faults"]

FIRST_YEAR, LAST_YEAR = 1949, 2060
LEVELS = ("level", "sum", "year_to_date_level")
RATES = ("growth", "average_growth", "cumulative_change", "year_to_date_growth", "month_growth", "share", "gap")
NEED_BASE = ("average_growth", "cumulative_change")

Fault = tuple[str, str, str, str]
"""(column, what is wrong, found, expected)."""


def faults(statement: Statement) -> list[Fault]:
    """Everything wrong with one statement by itself."""
    return [*_period_faults(statement), *_unit_faults(statement), *_value_faults(statement), *_other_faults(statement)]


def _zh(s: Statement) -> str:
    """The measure's Chinese name."""
    return chinese_word("measure", s.measure)


def _period_faults(s: Statement) -> Iterator[Fault]:
    for column, period in (("period", s.period), ("base_period", s.base_period)):
        if period is not None and not (period.first_year >= FIRST_YEAR and period.year <= LAST_YEAR):
            yield column, message("the year is out of range"), str(period), f"{FIRST_YEAR}–{LAST_YEAR}"
    if s.measure in NEED_BASE:
        if s.base_period is None:
            yield (
                "base_period",
                message("{measure} needs the year that it starts from", measure=bilingual(s.measure, _zh(s))), "",
                message("a year such as 2020"),
            )  # fmt: skip
        elif s.base_period >= s.period:
            yield (
                "base_period", message("the base is not before the period"), str(s.base_period),
                message("a year before {period}", period=s.period),
            )  # fmt: skip
    elif s.base_period is not None:
        what = message("{measure} has no base period", measure=bilingual(s.measure, _zh(s)))
        yield "base_period", what, str(s.base_period), message("an empty cell")
    expected = _expected_period(s)
    if expected:
        what = message("{measure} cannot be about this period", measure=bilingual(s.measure, _zh(s)))
        yield "period", what, str(s.period), expected


def _expected_period(s: Statement) -> str | None:
    """Text of what the measure's period should look like, ``None`` if it does."""
    period, counted = s.period, indicators()[s.indicator].kind == "count"
    if s.measure in ("growth", "average_growth", "cumulative_change") and not period.is_year:
        return message("a whole year such as 2021 (a part of a year is year_to_date_growth)")
    if s.measure == "level" and not (period.is_year or counted):
        return message("a whole year such as 2021 (a part of a year is year_to_date_level)")
    if s.measure.startswith("year_to_date") and (period.start[1] != 1 or period.first_year != period.year):
        return message("months from January such as 2021-01/2021-06")
    if s.measure == "month_growth" and period.months != 1:
        return message("one month such as 2021-06")
    return None


def _unit_faults(s: Statement) -> Iterator[Fault]:
    indicator = indicators()[s.indicator]
    own, given = units()[indicator.unit], units()[s.unit]
    if s.measure in RATES or s.versus is not None:
        wanted = "fraction"
    elif s.measure == "rank":
        wanted = "rank"
    else:
        wanted = own.dimension
    if given.dimension != wanted:
        names = ", ".join(u.zh for u in units().values() if u.dimension == wanted)
        what = message(
            "{indicator} as {measure} cannot be in {given}",
            indicator=indicator.zh,
            measure=bilingual(s.measure, _zh(s)),
            given=given.zh,
        )
        yield "unit", what, given.zh, names
    elif s.unit == "point" and s.measure != "gap" and s.versus is None:
        what = message(
            "{unit} says by how much {series} moved, not where it is",
            unit=given.zh, series=bilingual(indicator.zh, _zh(s)),
        )  # fmt: skip
        yield "unit", what, given.zh, message("% with {figure} itself", figure=bilingual("the figure", _zh(s)))
    if s.measure == "share" and own.dimension != "fraction":
        what = message("{indicator} is not a share", indicator=indicator.zh)
        yield "measure", what, "share", message("level, or an indicator kept as a ratio")


def _value_faults(s: Statement) -> Iterator[Fault]:
    indicator = indicators()[s.indicator]
    own, given = units()[indicator.unit], units()[s.unit]
    if s.relation == "between" and (s.value_high is None or s.value_high < s.value):
        what = message("between needs an upper end not below the lower")
        yield "value_high", what, str(s.value_high), message("at least {s}", s=s.value)
    if s.relation != "between" and s.value_high is not None:
        what = message(
            "{relation} has no upper end", relation=bilingual(s.relation, chinese_word("relation", s.relation))
        )
        yield "value_high", what, str(s.value_high), message("an empty cell")
    if s.sd is not None and s.sd < 0:
        yield "sd", message("a standard deviation is negative"), str(s.sd), message("0 or more")
    for column, value in (("value", s.value), ("value_high", s.value_high)):
        if value is None:
            continue
        inside = value * given.factor / own.factor
        if s.versus is None and s.measure in (*LEVELS, "share") and given.dimension == own.dimension:
            low, high = indicator.lower, indicator.upper
            if (low is not None and inside < low) or (high is not None and inside > high):
                what = message("{indicator} is out of its bounds", indicator=indicator.zh)
                scale = own.factor / given.factor
                ends = [None if end is None else f"{end * scale:.6g}" for end in (low, high)]
                bounds = f"{ends[0]} – {ends[1]}" if None not in ends else f"≥ {ends[0]}" if ends[0] else f"≤ {ends[1]}"
                yield column, what, f"{value:g} {given.zh}", f"{bounds} {given.zh}"
        elif s.measure in RATES and s.measure != "gap" and value * given.factor <= -1:
            yield (
                column,
                message("a change of −100 % or below"),
                f"{value}",
                message("more than −100 %"),
            )
        elif s.measure == "rank" and (value < 1 or value != int(value)):
            yield column, message("a rank is a whole number from 1"), f"{value}", "1, 2, 3 …"


def _other_faults(s: Statement) -> Iterator[Fault]:
    if s.measure in ("gap", "rank") and not s.reference:
        what = message(
            "{measure} needs the region or group that it is measured against", measure=bilingual(s.measure, _zh(s))
        )
        yield "reference", what, "", message("a region such as 全国")
    if s.measure == "gap" and s.reference and s.reference not in regions():
        yield (
            "reference",
            message("unknown region"),
            s.reference,
            message("a name in regions.csv"),
        )
    if (s.condition is not None) != (s.role == "assumption"):
        what = message("a condition belongs to an assumption, and only there")
        yield "condition", what, str(s.condition), s.role
    if s.versus is not None and (s.role != "assumption" or s.relation != "equals" or s.condition != "hard"):
        what = message("a distance from the baseline is exact")
        yield "versus", what, f"{s.relation}, {s.condition}", message("equals and hard")
    if s.versus is not None and s.measure == "rank":
        what = message("a rank has no distance from the baseline")
        yield "versus", what, s.measure, message("growth, share, level or sum")
    applies = calibres()[s.calibre].applies_to
    if applies and s.indicator not in applies:
        fitting = [c.id for c in calibres().values() if s.indicator in c.applies_to or not c.applies_to]
        what = message(
            "{calibre} is not a calibre of {indicator}",
            calibre=bilingual(s.calibre, calibres()[s.calibre].zh),
            indicator=bilingual(s.indicator, indicators()[s.indicator].zh),
        )  # fmt: skip
        yield "calibre", what, s.calibre, listed([bilingual(c, calibres()[c].zh) for c in fitting])
    if s.published is not None and s.role in ("outcome", "estimate"):
        # A government names its estimate for the year (预计数) in that year's last days; an outcome waits for the end.
        first = month_end(*s.period.end) if s.role == "outcome" else dt.date(*s.period.start, 1)
        if s.published < first:
            what = (
                message("an outcome published before its period ended")
                if s.role == "outcome"
                else message("an estimate published before its period ended")
            )
            yield "published", what, str(s.published), message("{first} or later", first=first)


Key = tuple[object, ...]


def conflicts(statements: Sequence[Statement]) -> list[tuple[int, int, str, str]]:
    """Pairs that cannot stand together: same id, a repeated row, or another value from the same source.

    Returns
    -------
    list of (index of the later row, index of the earlier row, column, what is wrong)
    """
    found: list[tuple[int, int, str, str]] = []
    ids: dict[str, int] = {}
    # Key → amounts said of it → the first row that said so, and its origins: linear in rows, however often one is said.
    seen: dict[Key, dict[object, tuple[int, set[str | None]]]] = {}
    for i, s in enumerate(statements):
        if s.id in ids:
            found.append((i, ids[s.id], "id", message("this id has been used before")))
        ids.setdefault(s.id, i)
        amounts = seen.setdefault(_key(s), {})
        amount = _amount(s)
        other = next((j for known, (j, _) in amounts.items() if known != amount), None)
        if other is not None:
            what = message("two values for one thing, from one source")
            found.append((i, other, "value", what))
        if amount in amounts:
            j, origins = amounts[amount]
            if s.origin_id is None or s.origin_id not in origins:
                found.append((i, j, "value", message("this row says again what an earlier row said")))
            origins.add(s.origin_id)
        elif len(amounts) < 2:
            amounts[amount] = (i, {s.origin_id})
    return found


def _amount(s: Statement) -> tuple[float, float]:
    """The amount in the dimension's base unit, to 9 digits: 1 亿元 is 10,000 万元."""
    factor = units()[s.unit].factor
    low, high = (float(f"{value * factor:.9g}") for value in (s.value, s.value_high or 0.0))
    return low, high


def _key(s: Statement) -> Key:
    return (
        s.region, s.indicator, s.measure, s.period, s.base_period, s.reference, s.relation, s.role, s.calibre,
        s.vintage, s.source_id,
    )  # fmt: skip
