"""Checks of statements: each by itself, then against each other. Every problem is returned, none is raised."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from xtanalysis.data.dictionary import calibres, chinese_word, indicators, regions, units
from xtanalysis.errors import both
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


def _zh(s: Statement) -> str:
    """The measure's Chinese name."""
    return chinese_word("measure", s.measure)


def _period_faults(s: Statement) -> Iterator[Fault]:
    for column, period in (("period", s.period), ("base_period", s.base_period)):
        if period is not None and not (period.first_year >= FIRST_YEAR and period.year <= LAST_YEAR):
            yield column, both("the year is out of range", "年份超出范围"), str(period), f"{FIRST_YEAR}–{LAST_YEAR}"
    if s.measure in NEED_BASE:
        if s.base_period is None:
            yield (
                "base_period", both(f"{s.measure} needs the year that it starts from", f"{_zh(s)}要写明基期"), "",
                both("a year such as 2020", "年份，例如2020"),
            )  # fmt: skip
        elif s.base_period >= s.period:
            yield (
                "base_period", both("the base is not before the period", "基期不早于时期"), str(s.base_period),
                both(f"a year before {s.period}", f"{s.period}以前的年份"),
            )  # fmt: skip
    elif s.base_period is not None:
        what = both(f"{s.measure} has no base period", f"{_zh(s)}没有基期")
        yield "base_period", what, str(s.base_period), both("an empty cell", "空单元格")
    expected = _expected_period(s)
    if expected:
        what = both(f"{s.measure} cannot be about this period", f"{_zh(s)}不能是这个时期的")
        yield "period", what, str(s.period), expected


def _expected_period(s: Statement) -> str | None:
    """Text of what the measure's period should look like, ``None`` if it does."""
    period, counted = s.period, indicators()[s.indicator].kind == "count"
    if s.measure in ("growth", "average_growth", "cumulative_change") and not period.is_year:
        return both(
            "a whole year such as 2021 (a part of a year is year_to_date_growth)", "整年，例如2021；年内用“累计增速”"
        )
    if s.measure == "level" and not (period.is_year or counted):
        return both(
            "a whole year such as 2021 (a part of a year is year_to_date_level)", "整年，例如2021；年内用“累计值”"
        )
    if s.measure.startswith("year_to_date") and (period.start[1] != 1 or period.first_year != period.year):
        return both("months from January such as 2021-01/2021-06", "从1月起，例如2021年1—6月")
    if s.measure == "month_growth" and period.months != 1:
        return both("one month such as 2021-06", "一个月，例如2021年6月")
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
        what = both(
            f"{indicator.zh} as {s.measure} cannot be in {given.zh}", f"{indicator.zh}的{_zh(s)}不能用{given.zh}"
        )
        yield "unit", what, given.zh, names
    elif s.unit == "point" and s.measure != "gap" and s.versus is None:
        what = both(
            f"{given.zh} says by how much {indicator.zh} moved, not where it is",
            f"个百分点说的是变动了多少，不是{_zh(s)}本身",
        )
        yield "unit", what, given.zh, both("% with the figure itself", f"{_zh(s)}本身，单位写%；变动多少不必填")
    if s.measure == "share" and own.dimension != "fraction":
        what = both(f"{indicator.zh} is not a share", f"{indicator.zh}不是比重")
        yield "measure", what, "share", both("level, or an indicator kept as a ratio", "水平，或比率类指标")


def _value_faults(s: Statement) -> Iterator[Fault]:
    indicator = indicators()[s.indicator]
    own, given = units()[indicator.unit], units()[s.unit]
    if s.relation == "between" and (s.value_high is None or s.value_high < s.value):
        what = both("between needs an upper end not below the lower", "区间的上限不能低于下限")
        yield "value_high", what, str(s.value_high), both(f"at least {s.value}", f"不低于{s.value}")
    if s.relation != "between" and s.value_high is not None:
        what = both(f"{s.relation} has no upper end", "这种关系没有上限")
        yield "value_high", what, str(s.value_high), both("an empty cell", "空单元格")
    if s.sd is not None and s.sd < 0:
        yield "sd", both("a standard deviation is negative", "标准差为负"), str(s.sd), both("0 or more", "0或以上")
    for column, value in (("value", s.value), ("value_high", s.value_high)):
        if value is None:
            continue
        inside = value * given.factor / own.factor
        if s.versus is None and s.measure in (*LEVELS, "share") and given.dimension == own.dimension:
            low, high = indicator.lower, indicator.upper
            if (low is not None and inside < low) or (high is not None and inside > high):
                what = both(f"{indicator.zh} is out of its bounds", f"{indicator.zh}超出可能的范围")
                yield column, what, f"{value:g} {given.zh}", f"{low} – {high} {own.zh}"
        elif s.measure in RATES and s.measure != "gap" and value * given.factor <= -1:
            yield (
                column,
                both("a change of −100 % or below", "变动不高于−100%"),
                f"{value}",
                both("more than −100 %", "高于−100%"),
            )
        elif s.measure == "rank" and (value < 1 or value != int(value)):
            yield column, both("a rank is a whole number from 1", "位次是从1起的整数"), f"{value}", "1, 2, 3 …"


def _other_faults(s: Statement) -> Iterator[Fault]:
    if s.measure in ("gap", "rank") and not s.reference:
        what = both(f"{s.measure} needs the region or group that it is measured against", f"{_zh(s)}要写明参照的地区")
        yield "reference", what, "", both("a region such as 全国", "地区，例如全国")
    if s.measure == "gap" and s.reference and s.reference not in regions():
        yield (
            "reference",
            both("unknown region", "不认识的地区"),
            s.reference,
            both("a name in regions.csv", "地区名称"),
        )
    if (s.condition is not None) != (s.role == "assumption"):
        what = both("a condition belongs to an assumption, and only there", "只有假设才有条件")
        yield "condition", what, str(s.condition), s.role
    if s.versus is not None and (s.role != "assumption" or s.relation != "equals" or s.condition != "hard"):
        what = both("a distance from the baseline is exact", "与基准的差距须为等于和硬约束")
        yield "versus", what, f"{s.relation}, {s.condition}", both("equals and hard", "等于、硬约束")
    if s.versus is not None and s.measure == "rank":
        what = both("a rank has no distance from the baseline", "位次没有与基准的差距")
        yield "versus", what, s.measure, both("growth, share, level or sum", "增速、比重、水平或合计")
    applies = calibres()[s.calibre].applies_to
    if applies and s.indicator not in applies:
        fitting = [c.id for c in calibres().values() if s.indicator in c.applies_to or not c.applies_to]
        names = "、".join(c.zh for c in calibres().values() if c.id in fitting)
        what = both(f"{s.calibre} is not a calibre of {s.indicator}", f"{indicators()[s.indicator].zh}没有这种口径")
        yield "calibre", what, s.calibre, both(", ".join(fitting), names)
    if s.published is not None and s.role in ("outcome", "estimate"):
        # A government names its estimate for the year (预计数) in that year's last days; an outcome waits for the end.
        first = month_end(*s.period.end) if s.role == "outcome" else dt.date(*s.period.start, 1)
        if s.published < first:
            what = both(f"an {s.role} published before its period ended", "发布日期早于时期的终点")
            yield "published", what, str(s.published), both(f"{first} or later", f"{first}或以后")


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
            found.append((i, ids[s.id], "id", both("this id has been used before", "编号重复")))
        ids.setdefault(s.id, i)
        amounts = seen.setdefault(_key(s), {})
        amount = _amount(s)
        other = next((j for known, (j, _) in amounts.items() if known != amount), None)
        if other is not None:
            what = both("two values for one thing, from one source", "同一来源对同一事项给出两个数")
            found.append((i, other, "value", what))
        if amount in amounts:
            j, origins = amounts[amount]
            if s.origin_id is None or s.origin_id not in origins:
                found.append((i, j, "value", both("this row says again what an earlier row said", "与前面某行重复")))
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
