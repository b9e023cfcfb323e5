"""Checks of statements: each by itself, then against each other. Every problem is returned, none is raised."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence

from xtanalysis.data.dictionary import calibres, indicators, regions, units
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.published import month_end

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


def _period_faults(s: Statement) -> Iterator[Fault]:
    for column, period in (("period", s.period), ("base_period", s.base_period)):
        if period is not None and not (period.first_year >= FIRST_YEAR and period.year <= LAST_YEAR):
            yield column, "the year is out of range", str(period), f"{FIRST_YEAR} to {LAST_YEAR}"
    if s.measure in NEED_BASE:
        if s.base_period is None:
            yield "base_period", f"{s.measure} needs the year that it starts from", "", "a year such as 2020"
        elif s.base_period >= s.period:
            yield "base_period", "the base is not before the period", str(s.base_period), f"a year before {s.period}"
    elif s.base_period is not None:
        yield "base_period", f"{s.measure} has no base period", str(s.base_period), "an empty cell"
    expected = _expected_period(s)
    if expected:
        yield "period", f"{s.measure} cannot be about this period", str(s.period), expected


def _expected_period(s: Statement) -> str | None:
    """Text of what the measure's period should look like, ``None`` if it does."""
    period, counted = s.period, indicators()[s.indicator].kind == "count"
    if s.measure in ("growth", "average_growth", "cumulative_change") and not period.is_year:
        return "a whole year such as 2021 (a part of a year is year_to_date_growth)"
    if s.measure == "level" and not (period.is_year or counted):
        return "a whole year such as 2021 (a part of a year is year_to_date_level)"
    if s.measure.startswith("year_to_date") and (period.start[1] != 1 or period.first_year != period.year):
        return "months from January such as 2021-01/2021-06"
    if s.measure == "month_growth" and period.months != 1:
        return "one month such as 2021-06"
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
        yield "unit", f"{indicator.zh} as {s.measure} cannot be in {given.zh}", given.zh, names
    if s.measure == "share" and own.dimension != "fraction":
        yield "measure", f"{indicator.zh} is not a share", "share", "level, or an indicator kept as a ratio"


def _value_faults(s: Statement) -> Iterator[Fault]:
    indicator = indicators()[s.indicator]
    own, given = units()[indicator.unit], units()[s.unit]
    if s.relation == "between" and (s.value_high is None or s.value_high < s.value):
        yield "value_high", "between needs an upper end not below the lower", str(s.value_high), f"at least {s.value}"
    if s.relation != "between" and s.value_high is not None:
        yield "value_high", f"{s.relation} has no upper end", str(s.value_high), "an empty cell"
    if s.sd is not None and s.sd < 0:
        yield "sd", "a standard deviation is negative", str(s.sd), "0 or more"
    for column, value in (("value", s.value), ("value_high", s.value_high)):
        if value is None:
            continue
        inside = value * given.factor / own.factor
        if s.versus is None and s.measure in (*LEVELS, "share") and given.dimension == own.dimension:
            low, high = indicator.lower, indicator.upper
            if (low is not None and inside < low) or (high is not None and inside > high):
                yield column, f"{indicator.zh} is out of its bounds", f"{value}", f"{low} to {high} {own.zh}"
        elif s.measure in RATES and s.measure != "gap" and value * given.factor <= -1:
            yield column, "a change of −100 % or below", f"{value}", "more than −100 %"
        elif s.measure == "rank" and (value < 1 or value != int(value)):
            yield column, "a rank is a whole number from 1", f"{value}", "1, 2, 3 …"


def _other_faults(s: Statement) -> Iterator[Fault]:
    if s.measure in ("gap", "rank") and not s.reference:
        yield "reference", f"{s.measure} needs the region or group that it is measured against", "", "湖南省 …"
    if s.measure == "gap" and s.reference and s.reference not in regions():
        yield "reference", "unknown region", s.reference, "a name in regions.csv"
    if (s.condition is not None) != (s.role == "assumption"):
        yield "condition", "a condition belongs to an assumption, and only there", str(s.condition), s.role
    if s.versus is not None and (s.role != "assumption" or s.relation != "equals" or s.condition != "hard"):
        yield "versus", "a distance from the baseline is exact", f"{s.relation}, {s.condition}", "equals and hard"
    if s.versus is not None and s.measure == "rank":
        yield "versus", "a rank has no distance from the baseline", s.measure, "growth, share, level or sum"
    applies = calibres()[s.calibre].applies_to
    if applies and s.indicator not in applies:
        fitting = [c.id for c in calibres().values() if s.indicator in c.applies_to or not c.applies_to]
        yield "calibre", f"{s.calibre} is not a calibre of {s.indicator}", s.calibre, ", ".join(fitting)
    if s.published is not None and s.role in ("outcome", "estimate"):
        # A government names its estimate for the year (预计数) in that year's last days; an outcome waits for the end.
        first = month_end(*s.period.end) if s.role == "outcome" else dt.date(*s.period.start, 1)
        if s.published < first:
            yield "published", f"an {s.role} published before its period ended", str(s.published), f"{first} or later"


Key = tuple[object, ...]


def conflicts(statements: Sequence[Statement]) -> list[tuple[int, int, str, str]]:
    """Pairs that cannot stand together: same id, a repeated row, or another value from the same source.

    Returns
    -------
    list of (index of the later row, index of the earlier row, column, what is wrong)
    """
    found: list[tuple[int, int, str, str]] = []
    ids: dict[str, int] = {}
    seen: dict[Key, list[int]] = {}
    for i, s in enumerate(statements):
        if s.id in ids:
            found.append((i, ids[s.id], "id", "this id has been used before"))
        ids.setdefault(s.id, i)
        for j in seen.get(_key(s), ()):
            other = statements[j]
            if _same_value(s, other):
                if s.origin_id is None or s.origin_id != other.origin_id:
                    found.append((i, j, "value", "this row says again what an earlier row said"))
            else:
                found.append((i, j, "value", "two values for one thing, from one source"))
        seen.setdefault(_key(s), []).append(i)
    return found


def _same_value(a: Statement, b: Statement) -> bool:
    """Whether two statements give one amount, be it in different units (1 亿元 is 10,000 万元)."""
    first, second = (units()[x.unit].factor for x in (a, b))
    ends = ((a.value, b.value), (a.value_high or 0, b.value_high or 0))
    return all(math.isclose(x * first, y * second, rel_tol=1e-9) for x, y in ends)


def _key(s: Statement) -> Key:
    return (
        s.region, s.indicator, s.measure, s.period, s.base_period, s.reference, s.relation, s.role, s.calibre,
        s.vintage, s.source_id,
    )  # fmt: skip
