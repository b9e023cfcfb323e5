"""What is due for a quarter and has not been reported: the rows of the blank template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from xtanalysis.data.dictionary import indicators, regions
from xtanalysis.statements.grammar import Measure, Period
from xtanalysis.statements.plans import Plan, Target
from xtanalysis.targets.book import FLOWS, Book, tile
from xtanalysis.targets.chains import UNSETTLED
from xtanalysis.targets.decide import decide
from xtanalysis.targets.places import below, leading_indicators
from xtanalysis.targets.progress import assess, start_year
from xtanalysis.targets.quarters import Quarter
from xtanalysis.targets.schedules import MONTHS, Schedule, schedule_of

__all__ = ["Blank", "due_figures", "due_leading"]

AT_ONCE = (Schedule.CHANGE, Schedule.LEVEL, Schedule.STOCK, Schedule.DIRECTIONS)
"""Once settled, no further figure is asked for."""


@dataclass(frozen=True, slots=True)
class Blank:
    """One figure that is due.

    Attributes
    ----------
    target
        Id, empty for a leading figure.
    owner, lead
        Body that has the figure, and the one that answers for the target.
    region, indicator, measure, period, reference, unit
        As the fact will have them; ``reference`` names the chain or group.
    calibre
        The target's, which a figure that states none is taken to be on; empty for a leading figure.
    """

    target: str
    owner: str
    lead: str
    region: str
    indicator: str
    measure: Measure
    period: Period
    reference: str | None
    unit: str
    calibre: str = ""

    @property
    def key(self) -> str:
        """Stable name of what is asked for."""
        parts = (self.target or "leading", self.region, self.indicator, self.measure, str(self.period), self.reference)
        return ".".join(part for part in parts if part)


def due_figures(
    plan: Plan, book: Book, quarter: Quarter, *, owner: str | None = None, readings: Mapping[str, str] | None = None
) -> list[Blank]:
    """Figures that the plan's targets need by the end of the quarter and the book lacks; of one data owner if named."""
    found = []
    for raw in plan.targets:
        target = raw.read(readings)
        if owner in (None, target.data_owner):
            assessment = assess(target, book, quarter.through, [chain.zh for chain in plan.chains])
            decision = decide(target, book, assessment)
            if schedule_of(target) in AT_ONCE and decision is not None and decision.settled:
                continue
            stated = target.unresolved == "calibre"
            found += [blank for blank in _blanks(target, quarter, plan) if not _there(blank, book, stated=stated)]
    return found


def due_leading(region: str, book: Book, quarter: Quarter) -> list[Blank]:
    """Leading figures of a region, its counties and its parks: the project library, the register, electricity."""
    so_far = Period((quarter.year, 1), (quarter.year, 3 * quarter.number))
    return [
        blank
        for name in (region, *below(region))
        for indicator in leading_indicators()
        if not _there(blank := _leading(name, indicator, so_far), book)
    ]


def _leading(region: str, indicator: str, so_far: Period) -> Blank:
    unit = indicators()[indicator].unit
    return Blank("", "市统计局", "市统计局", region, indicator, "year_to_date_level", so_far, None, unit)


def _blanks(target: Target, quarter: Quarter, plan: Plan) -> Iterator[Blank]:
    """Everything that one target needs, reported or not."""
    lead = target.lead or (target.lead_inferred.body if target.lead_inferred else target.data_owner)

    def blank(measure: Measure, period: Period, region: str = target.region, reference: str | None = None) -> Blank:
        unit = "percent" if measure == "growth" else target.unit
        asked = (region, target.indicator, measure, period, reference, unit)
        return Blank(target.id, target.data_owner, lead, *asked, target.calibre)

    years = [Period((y, 1), (y, 12)) for y in _complete_years(target, quarter)]
    match schedule_of(target):
        case Schedule.EACH_CHAIN:
            yield from (blank("level", p, reference=chain.zh) for p in years[-1:] for chain in plan.chains)
        case Schedule.CHANGE:
            yield from (blank("growth", p) for p in years)
        case Schedule.PLACE:
            yield from (blank("rank", p, reference=target.reference) for p in years[-1:])
        case Schedule.AGAINST:
            parks = [r.id for r in regions().values() if r.kind == "park" and r.parent == target.region]
            yield from (blank("level", p, name) for p in years[-1:] for name in (target.reference or "", *parks))
        case Schedule.EACH_PERIOD if target.measure == "level":
            yield from (blank("level", p) for p in _periods(target, quarter, MONTHS[target.frequency]))
            if MONTHS[target.frequency] == 12:
                yield from (blank("year_to_date_level", p) for p in _running(target, quarter))
        case Schedule.EACH_PERIOD:
            yield from (blank(target.measure, p) for p in years)
        case Schedule.TOTAL:
            yield from (blank("level", p) for p in years)
            yield from (blank("year_to_date_level", p) for p in _running(target, quarter))
        case Schedule.STANDING:
            yield from (blank("level", p) for p in years[-1:])
        case Schedule.LEVEL | Schedule.STOCK | Schedule.DIRECTIONS:
            measure: Measure = "share" if target.measure == "share" else "level"
            base = start_year(target)
            yield from (blank(measure, p) for p in (Period((base, 1), (base, 12)), *years[-1:]))


def _complete_years(target: Target, quarter: Quarter) -> range:
    last = quarter.year if quarter.number == 4 else quarter.year - 1
    return range(start_year(target) + 1, min(last, target.deadline.year) + 1)


def _periods(target: Target, quarter: Quarter, length: int) -> Iterator[Period]:
    """Every period of the target that is complete by the end of the quarter."""
    for year in range(start_year(target) + 1, target.deadline.year + 1):
        for month in range(1, 13, length):
            if (year, month + length - 1) <= (quarter.year, 3 * quarter.number):
                yield Period((year, month), (year, month + length - 1))


def _running(target: Target, quarter: Quarter) -> Iterator[Period]:
    if quarter.number < 4 and start_year(target) < quarter.year <= target.deadline.year:
        yield Period((quarter.year, 1), (quarter.year, 3 * quarter.number))


def _there(blank: Blank, book: Book, *, stated: bool = False) -> bool:
    """Whether the book has the figure, whole or in parts that fill its period; with its calibre stated if asked."""
    own = [s for s in book.get(blank.region, blank.indicator) if s.reference == blank.reference]
    if stated:
        own = [s for s in own if s.calibre == blank.calibre or s.calibre not in UNSETTLED]
    if blank.measure in FLOWS:
        filled = tile(own, blank.period.start, blank.period.end)
        return sum(s.period.months for s in filled) >= blank.period.months or any(
            s.measure == "share" and s.period == blank.period for s in own
        )
    return any(s.measure == blank.measure and s.period == blank.period for s in own)
