"""Figures that cannot be meant: levels, growth, shares and errors outside what an indicator of such a region can be.

A question is for the person who typed the figure (a unit or a percentage slips easily) and may be answered with yes;
what lies beyond a factor of `BEYOND` is refused.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xtanalysis.data.dictionary import Indicator, indicators, regions, units
from xtanalysis.statements.days import today
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.published import month_end
from xtanalysis.text import Message, bilingual, message, pmessage

__all__ = ["BEYOND", "Expected", "Question", "questions", "questions_of_model"]

BEYOND = 1000.0
"""Factor off the expected size from which a level is refused; a rate of change is from `BEYOND` per cent."""

LEVELS = ("level", "year_to_date_level", "sum")
RATES = ("growth", "average_growth", "cumulative_change", "year_to_date_growth", "month_growth")
# A region's size against a prefecture-level city's: the nation is some 340 of them, a province 14, a county a tenth.
LOWER = {"country": 20.0, "province": 1.0, "group": 1.0, "city": 1.0, "county": 0.005, "park": 0.002}
UPPER = {"country": 200.0, "province": 15.0, "group": 8.0, "city": 1.0, "county": 0.5, "park": 0.5}
# Change in per cent outside which a figure is asked about: volumes of output, and everything else.
VOLUMES = (-35.0, 60.0)
OTHERS = (-75.0, 200.0)
LONG = 4.0  # a change over several years may be that many times as large
INDEXLIKE = 20.0  # a change that many points or less from 100 % may be an index of the year before
USUAL = message("what is usual")
MODEL = message("what the model expected")
WIDE_RATIO, WIDE_BANDS, WIDE_POINTS = 3.0, 3.0, 10.0
"""Against a model's band: a level is asked about from this ratio and this many half-bands on, a rate from this many
half-bands and points."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a figure was expected to be before it: median and ends of an 80 % band, in ``unit``."""

    median: float
    low: float
    high: float
    unit: str


@dataclass(frozen=True, slots=True)
class Question:
    """One figure that is asked about.

    Attributes
    ----------
    index
        Place of the statement in the list.
    column
        Column of the contract.
    what
        The question.
    found, expected
        The figure, and what was expected.
    refused
        Whether it is beyond `BEYOND` and cannot be accepted.
    """

    index: int
    column: str
    what: Message
    found: Message
    expected: Message
    refused: bool = False


def questions(statements: Sequence[Statement]) -> list[Question]:
    """Ask about every figure outside what its indicator can be in such a region.

    Levels are held against the range of the dictionary (``city_low``, ``city_high``), scaled to the kind of region;
    changes against `VOLUMES` and `OTHERS`; a percentage below one with two decimals or more, and a plan's share below
    one, against itself times 100 where the indicator can be so large; a change near 100 % of what cannot double in a
    year against one that is 100 smaller; a period against today.
    A row that is marked public was typed all the same, and is asked about like any other.
    """
    return [question for i, s in enumerate(statements) for question in _asked(i, s)]


def questions_of_model(statements: Sequence[Statement], expected: Sequence[Expected | None]) -> list[Question]:
    """Ask about every figure far outside what a model expected of it.

    Parameters
    ----------
    expected
        Of each statement in turn: median and 80 % band before the figure was known; ``None`` is not asked about.
    """
    found = []
    for i, (s, band) in enumerate(zip(statements, expected, strict=True)):
        if band is None:
            continue
        scale = units()[band.unit].factor / units()[s.unit].factor
        median, low, high = (end * scale for end in (band.median, band.low, band.high))
        if s.measure in LEVELS and s.value > 0 and low > 0:
            off = math.log(s.value / median)
            half = max(math.log(high / median), math.log(median / low))
            if abs(off) > max(math.log(WIDE_RATIO), WIDE_BANDS * half):
                found.append(_level(i, s, "value", median, (low, high), abs(off) > math.log(BEYOND), MODEL))
            continue
        points = WIDE_POINTS * units()["percent"].factor / units()[s.unit].factor
        if s.measure not in LEVELS and abs(s.value - median) > max(points, WIDE_BANDS * (high - low) / 2):
            what = message("far from what the model expected")
            found.append(_question(i, s, "value", what, _range(low, high, s.unit)))
    return found


def _asked(i: int, s: Statement) -> Iterator[Question]:
    yield from _of_time(i, s)
    entry = indicators()[s.indicator]
    for column in ("value", "value_high") if s.value_high is not None else ("value",):
        if s.measure in LEVELS:
            yield from _of_level(i, s, entry, column)
        elif s.measure in (*RATES, "share"):
            yield from _of_rate(i, s, entry, column)
    if s.sd is not None:
        yield from _of_sd(i, s)


def _of_time(i: int, s: Statement) -> Iterator[Question]:
    """Ask about a figure of what is not over, and about one that no reader may know yet."""
    day = today()
    first, last = dt.date(*s.period.start, 1), month_end(*s.period.end)
    ahead = (s.role == "outcome" and last > day) or (s.role == "estimate" and first > day)
    if ahead or (s.role in ("outcome", "estimate") and s.published is not None and s.published > day):
        column, found = ("period", str(s.period)) if ahead else ("published", str(s.published))
        what = message("a figure of what is not over") if ahead else message("this day is yet to come")
        meant = (
            message("a period that is over; or the role estimate (预计), plan (目标) or outlook (预测)")
            if ahead
            else message("a day until {day}; before its day a figure is not used", day=day)
        )
        yield Question(i, column, what, bilingual(found, found), meant)


def _of_level(i: int, s: Statement, entry: Indicator, column: str) -> Iterator[Question]:
    own, given = units()[entry.unit], units()[s.unit]
    inside = _number(s, column) * given.factor / own.factor
    if entry.city_low is None or entry.city_high is None:
        # No figure of a Chinese region is a million times the nation's product, or a trillionth of anything's unit.
        if own.dimension == "money" and inside != 0 and not 1e-6 < abs(inside) < 1e7:
            size = message("a level of such a size")
            yield _question(i, s, column, message("this cannot be meant"), size, refused=True)
        return
    kind = regions()[s.region].kind
    months = s.period.months if s.measure != "level" else 12
    low, high = (
        end * factor * share
        for end, factor, share in (
            (entry.city_low, LOWER.get(kind, 1.0), months / 12 / 3 if months < 12 else 1.0),
            (entry.city_high, UPPER.get(kind, 1.0), max(1.0, months / 12)),
        )
    )
    if entry.kind == "ratio":  # an intensity does not grow with the region
        low, high = entry.city_low, entry.city_high
    if not low <= inside <= high:
        middle = math.sqrt(low * high)
        refused = inside <= 0 or max(inside / middle, middle / inside) > BEYOND
        scale = own.factor / given.factor
        yield _level(i, s, column, middle * scale, (low * scale, high * scale), refused)


def _of_rate(i: int, s: Statement, entry: Indicator, column: str) -> Iterator[Question]:
    value = _number(s, column)
    percent = value * units()[s.unit].factor * 100.0
    if s.measure != "share" and entry.kind != "count":
        low, high = VOLUMES if entry.price_basis.startswith("constant") and entry.kind == "level" else OTHERS
        if regions()[s.region].kind in ("county", "park"):
            low, high = OTHERS
        if s.measure == "cumulative_change":
            low, high = max(low * LONG, -95.0), high * LONG
        if not low <= percent <= high:
            refused = percent > BEYOND
            what = (
                message("a change of this size is rare")
                if not refused
                else pmessage("of a change", "this cannot be meant")
            )
            yield _question(i, s, column, what, message("{low:g} to {high:g} %", low=low, high=high), refused)
            return
    if s.measure in ("growth", "average_growth") and abs(percent - 100.0) <= INDEXLIKE and not _may_double(entry):
        meant = message(
            "{growth:g} % where {index:g} is an index of the year before", growth=percent - 100, index=percent
        )
        yield _question(i, s, column, message("is this an index or a growth?"), meant)
        return
    planned = (s.measure, s.role) == ("share", "plan")
    if 0 < abs(percent) < _largest(s, entry) and (planned or round(percent, 1) != round(percent, 9)):
        shown = f"{value * 100:.6g}"
        what = message("is this a fraction or per cent?")
        meant = message("{shown} where {shown} % is meant", shown=shown)
        yield _question(i, s, column, what, meant)


def _may_double(entry: Indicator) -> bool:
    """Whether a year may double it: no volume or price can, no aggregate that has one, no quantity of a whole region.

    Investment, profit, firms and single branches may.
    """
    whole = entry.price_basis == "not priced" and entry.kind == "level" and entry.city_high is not None
    return not (entry.price_basis.startswith(("constant", "index")) or entry.growth_of or whole)


def _largest(s: Statement, entry: Indicator) -> float:
    """The largest number of per cent that may be a fraction instead: a share cannot be more than its indicator can."""
    ends = [end for end in (entry.upper, entry.city_high) if end is not None]
    return min([1.0, *ends]) if s.measure == "share" else 1.0


def _of_sd(i: int, s: Statement) -> Iterator[Question]:
    assert s.sd is not None
    size = abs(s.value) if s.measure in LEVELS else 20.0 * 0.01 / units()[s.unit].factor
    if s.measure in (*LEVELS, *RATES, "share") and s.sd > size:
        refused = s.sd > BEYOND * max(size, 1e-300)
        shown = message("at most {size:g}", size=size)
        yield _question(i, s, "sd", message("the standard deviation is very large"), shown, refused)


def _level(
    i: int,
    s: Statement,
    column: str,
    middle: float,
    band: tuple[float, float],
    refused: bool,
    yardstick: Message = USUAL,
) -> Question:
    value = _number(s, column)
    ratio = value / middle if middle else math.inf
    times = (
        message("{ratio:,.0f} times", ratio=ratio)
        if ratio >= 1
        else message("1/{part:,.0f} of", part=1 / ratio)
        if ratio > 0
        else message("0 times")
    )
    what = message("about {times} {yardstick}; is the unit right?", times=times, yardstick=yardstick)
    other = _other_unit(s.unit, value, middle)
    expected = _range(*band, s.unit)
    if other is not None:
        expected = message(
            "{expected}; or is {s} {other} meant?",
            expected=expected,
            s=bilingual(f"{value:g}", _figures(value)),
            other=other,
        )
    return _question(i, s, column, what, expected, refused)


def _other_unit(named: str, value: float, middle: float) -> str | None:
    """The unit of the same kind in which the number would be of the expected size."""
    given = units()[named]
    for unit in units().values():
        if unit.dimension == given.dimension and unit.id != given.id and value > 0:
            inside = value * unit.factor / given.factor
            if 1 / 30 < inside / middle < 30:
                return unit.zh
    return None


def _range(low: float, high: float, unit: str) -> Message:
    zh = units()[unit].zh
    return message("{low} to {high} {zh}", low=_figures(low), high=_figures(high), zh=zh)


def _figures(value: float) -> str:
    return f"{float(f'{value:.3g}'):,.10g}"


def _number(s: Statement, column: str) -> float:
    """The number that a statement has in one of its columns value, value_high and sd."""
    return float(getattr(s, column))


def _question(i: int, s: Statement, column: str, what: Message, expected: Message, refused: bool = False) -> Question:
    shown = _number(s, column)
    found = message("{shown} {unit}", shown=bilingual(f"{shown:g}", _figures(shown)), unit=units()[s.unit].zh)
    return Question(i, column, what, found, expected, refused)
