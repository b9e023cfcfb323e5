"""Targets that published or reported figures settle by themselves, whatever a model says."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from xtanalysis.data.dictionary import calibres, convert, indicators
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.met import met
from xtanalysis.statements.plans import Target
from xtanalysis.targets.book import Book, in_unit
from xtanalysis.targets.chains import CHANGES, UNSETTLED, Chain, chain
from xtanalysis.targets.identities import composed, pair_of
from xtanalysis.targets.progress import Assessment, comparable, start_year
from xtanalysis.targets.schedules import MONTHS, PARTS_OF_DIRECTION, Schedule, schedule_of, stock_of

__all__ = ["CARRIED", "Decision", "decide"]

CARRIED = 3.0
"""Log points a year by which a level carried forward by growth may miss the level itself: growth is on the year's own
comparable basis, and investment's levels are corrected back without being republished (calibres.csv)."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A target settled by figures.

    Attributes
    ----------
    value
        What the figures make of the asked quantity, in the target's unit.
    settled
        Whether each of them is stated to be on the target's calibre (or one that may be chained with it).
    figures
        The figures, in order of their periods.
    """

    met: bool
    value: float
    settled: bool
    figures: tuple[Statement, ...]


def decide(target: Target, book: Book, assessment: Assessment) -> Decision | None:
    """Say whether figures settle a target (read under its options); ``None`` where they do not.

    The asked quantity of the asked year decides at once, else every change up to it, else each factor of that year,
    else a level carried forward by growth if it is clear of the number. What is asked for each year is missed with the
    first year that misses it, a total is met as soon as it is reached.
    """
    match schedule_of(target):
        case Schedule.EACH_PERIOD:
            return _each_period(target, assessment)
        case Schedule.CHANGE:
            return _change(target, book)
        case Schedule.TOTAL:
            return _total(target, assessment)
        case Schedule.PLACE | Schedule.EACH_CHAIN | Schedule.STANDING | Schedule.AGAINST:
            return _as_it_stands(target, assessment)
        case Schedule.STOCK | Schedule.DIRECTIONS:
            return _stock(target, book)
        case Schedule.LEVEL:
            return _level(target, book)


def _decision(target: Target, value: float, figures: Sequence[Statement]) -> Decision | None:
    directions = schedule_of(target) is Schedule.DIRECTIONS
    asked = PARTS_OF_DIRECTION if directions else target.value
    if asked is None:
        return None
    hit = bool(met(target.relation, value, asked, target.value_high))
    return Decision(hit, value, all(_settled(target, s) for s in figures), tuple(figures))


def _settled(target: Target, s: Statement) -> bool:
    """Whether a figure is stated to be on the target's calibre; of another indicator, whether it states one at all."""
    if s.calibre == target.calibre:
        return s.calibre != "unknown"
    if s.calibre in UNSETTLED:
        return False
    if s.indicator != target.indicator:
        return True
    return s.measure in CHANGES and s.calibre in calibres()[target.calibre].chain_by_growth


def _change(target: Target, book: Book) -> Decision | None:
    base, deadline = start_year(target), target.deadline.year
    own = [s for s in book.get(target.region, target.indicator) if s.period.year <= deadline]
    for s in own:
        asked = s.measure == target.measure and s.period == target.deadline
        if asked and (s.base_period is None or s.base_period.year == base) and _fits(target, s):
            return _decision(target, in_unit(s, target.unit), [s])
    linked = chain([s for s in own if _fits(target, s)], target.indicator, base)
    if linked.last < deadline:
        return None
    change = linked.average if target.measure == "average_growth" else linked.change
    assert change is not None
    return _decision(target, convert(change, "fraction", target.unit), linked.statements)


def _fits(target: Target, s: Statement) -> bool:
    """Whether a change may stand for one on the target's calibre: the table chains them, or one leaves it open."""
    open_ = s.calibre in UNSETTLED or target.calibre in UNSETTLED
    return open_ or s.calibre == target.calibre or s.calibre in calibres()[target.calibre].chain_by_growth


def _stock(target: Target, book: Book) -> Decision | None:
    own = book.get(target.region, stock_of(target), "level", "share")
    at_end = [s for s in own if s.period.end == (target.deadline.year, 12) and comparable(target, s)]
    return _decision(target, in_unit(at_end[-1], target.unit), [at_end[-1]]) if at_end else None


def _level(target: Target, book: Book) -> Decision | None:
    own = book.get(target.region, target.indicator, "level", "share")
    own = tuple(s for s in own if s.period.is_year and comparable(target, s))
    of_year = [s for s in own if s.period.year == target.deadline.year]
    if of_year:
        return _decision(target, in_unit(of_year[-1], target.unit), [of_year[-1]])
    return _from_factors(target, book) or _carried(target, book, own)


def _from_factors(target: Target, book: Book) -> Decision | None:
    """A ratio or product of two figures of the asked year."""
    pair = pair_of(book, target.region, target.indicator, target.deadline.year)
    return _decision(target, composed(pair, target.unit), [s for s, _ in pair]) if pair else None


def _carried(target: Target, book: Book, levels: Sequence[Statement]) -> Decision | None:
    """The latest level before the asked year, carried forward by published growth, if it is clear of the number."""
    if target.value is None or not levels or indicators()[target.indicator].kind == "ratio":
        return None
    level = levels[-1]
    years = target.deadline.year - level.period.year
    changes = book.get(target.region, target.indicator, *CHANGES)
    linked: Chain = chain([s for s in changes if _fits(target, s)], target.indicator, level.period.year)
    if level.value <= 0 or linked.change is None or linked.last != target.deadline.year:
        return None
    value = in_unit(level, target.unit) * (1.0 + linked.change)
    if abs(100.0 * math.log(value / target.value)) < CARRIED * years:
        return None
    return _decision(target, value, [level, *linked.statements])


def _each_period(target: Target, a: Assessment) -> Decision | None:
    missed = [p for p in a.past if not p.met]
    if missed:
        first, last = missed[0].period.start, missed[0].period.end
        figures = [s for s in a.used if first <= s.period.start and s.period.end <= last]
        return Decision(False, missed[0].value, _all_settled(target, figures), tuple(figures))
    years = target.deadline.year - start_year(target)
    if a.past and len(a.past) == years * 12 // MONTHS[target.frequency]:
        return Decision(True, a.past[-1].value, _all_settled(target, a.used), a.used)
    return None


def _total(target: Target, a: Assessment) -> Decision | None:
    if a.standing is None or target.value is None:
        return None
    over = a.standing.time >= 1 - 1e-9 and not a.doubt
    reached = bool(a.standing.met) and target.relation in ("at_least", "above")
    return _decision(target, a.standing.actual, a.used) if over or reached else None


def _as_it_stands(target: Target, a: Assessment) -> Decision | None:
    """What holds at any time holds now; a place, each chain or each park is decided by the year of the deadline."""
    if a.standing is None or a.standing.met is None or a.latest is None:
        return None
    if target.frequency != "standing" and a.latest.period.end < (target.deadline.year, 12):
        return None
    return Decision(a.standing.met, a.standing.actual, _all_settled(target, a.used), a.used)


def _all_settled(target: Target, figures: Sequence[Statement]) -> bool:
    return all(_settled(target, s) for s in figures)
