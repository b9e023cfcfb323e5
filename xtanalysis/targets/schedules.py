"""How a target falls due: one schedule by what it measures and when; progress, decision and forms turn on it."""

from __future__ import annotations

from enum import Enum, auto

from xtanalysis.data.dictionary import indicators
from xtanalysis.statements.plans import Target

__all__ = ["MONTHS", "PARTS_OF_DIRECTION", "Schedule", "schedule_of", "stock_of"]

MONTHS = {"each_year": 12, "each_half_year": 6, "each_quarter": 3}
"""Months of one period of what is asked for each."""
PARTS_OF_DIRECTION = 5
"""Directions that a target without a number names."""


class Schedule(Enum):
    """Where a target is held against its figures.

    Attributes
    ----------
    CHANGE
        A growth, an average growth or a cumulative change up to the deadline.
    LEVEL
        A level or share in the year of the deadline, counted from its base.
    STOCK
        Firms or instruments there at the deadline, counted up from none.
    DIRECTIONS
        Directions without a number, all of which must hold.
    TOTAL
        A sum or a cumulative count over the span.
    EACH_PERIOD
        A number for each year, half-year or quarter of the span.
    EACH_CHAIN
        A number for each industry chain.
    AGAINST
        As high as another region.
    PLACE
        A place among regions.
    STANDING
        A number that holds at any time.
    """

    CHANGE = auto()
    LEVEL = auto()
    STOCK = auto()
    DIRECTIONS = auto()
    TOTAL = auto()
    EACH_PERIOD = auto()
    EACH_CHAIN = auto()
    AGAINST = auto()
    PLACE = auto()
    STANDING = auto()


_BY_FREQUENCY = {
    "per_chain": Schedule.EACH_CHAIN,
    "standing": Schedule.STANDING,
    **dict.fromkeys(MONTHS, Schedule.EACH_PERIOD),
}
_BY_MEASURE = {
    "rank": Schedule.PLACE,
    "sum": Schedule.TOTAL,
    **dict.fromkeys(("growth", "average_growth", "cumulative_change"), Schedule.CHANGE),
}


def schedule_of(target: Target) -> Schedule:
    """The schedule of a target, read under its options."""
    if target.frequency in _BY_FREQUENCY:
        return _BY_FREQUENCY[target.frequency]
    if target.measure in _BY_MEASURE:
        return _BY_MEASURE[target.measure]
    if target.reference is not None:
        return Schedule.AGAINST
    if indicators()[target.indicator].kind != "count":
        return Schedule.LEVEL
    return Schedule.STOCK if target.value is not None else Schedule.DIRECTIONS


def stock_of(target: Target) -> str:
    """Id of the indicator that holds the stock, where the dictionary keeps one beside what is added."""
    stock = f"{target.indicator}_stock"
    return stock if schedule_of(target) is Schedule.STOCK and stock in indicators() else target.indicator
