"""Which schedule a target has, by what it measures and when it falls due."""

from __future__ import annotations

from xtanalysis.data.dictionary import indicators
from xtanalysis.statements.plans import Target
from xtanalysis.targets.by_deadline import Change, Directions, Level, Stock, Total
from xtanalysis.targets.by_part import MONTHS, Against, AtAllTimes, EachChain, EachPeriod, Place
from xtanalysis.targets.schedule import Schedule

__all__ = [
    "Against",
    "AtAllTimes",
    "Change",
    "Directions",
    "EachChain",
    "EachPeriod",
    "Level",
    "Place",
    "Schedule",
    "Stock",
    "Total",
    "schedule_of",
]

BY_FREQUENCY: dict[str, type[Schedule]] = {
    "per_chain": EachChain, "standing": AtAllTimes, **dict.fromkeys(MONTHS, EachPeriod),
}  # fmt: skip
BY_MEASURE: dict[str, type[Schedule]] = {
    "rank": Place, "sum": Total, **dict.fromkeys(("growth", "average_growth", "cumulative_change"), Change),
}  # fmt: skip


def schedule_of(target: Target) -> Schedule:
    """The schedule of a target, read under its options."""
    named = BY_FREQUENCY.get(target.frequency) or BY_MEASURE.get(target.measure)
    if named is not None:
        return named(target)
    if target.reference is not None:
        return Against(target)
    if indicators()[target.indicator].kind != "count":
        return Level(target)
    return Stock(target) if target.value is not None else Directions(target)
