"""What is due for a quarter and has not been reported: the rows of the blank template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from xtanalysis.data.dictionary import calibres, indicators, regions
from xtanalysis.statements.grammar import Measure, Period
from xtanalysis.statements.offices import statistics_office
from xtanalysis.statements.plans import Plan
from xtanalysis.targets.book import FLOWS, Book, tile
from xtanalysis.targets.places import below, leading_indicators
from xtanalysis.targets.progress import assess, decide
from xtanalysis.targets.quarters import Quarter
from xtanalysis.targets.schedules import Schedule, schedule_of

__all__ = ["Blank", "due_figures", "due_leading"]


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
    chains = [chain.zh for chain in plan.chains]
    for raw in plan.targets:
        target = raw.read(readings)
        if owner in (None, target.data_owner):
            schedule = schedule_of(target)
            decision = decide(target, book, assess(target, book, quarter.through, chains))
            if schedule.at_once and decision is not None and decision.settled:
                continue
            stated = target.unresolved == "calibre"
            found += [b for b in _blanks(schedule, quarter, chains) if not _there(b, book, stated=stated)]
    return found


def due_leading(region: str, book: Book, quarter: Quarter) -> list[Blank]:
    """Leading figures of a region, its counties and its parks: the project library, the register, electricity."""
    so_far = Period((quarter.year, 1), (quarter.year, 3 * quarter.number))
    owner = statistics_office(regions()[region])
    return [
        blank
        for name in (region, *below(region))
        for indicator in leading_indicators()
        if not _there(blank := _leading(owner, name, indicator, so_far), book)
    ]


def _leading(owner: str, region: str, indicator: str, so_far: Period) -> Blank:
    unit = indicators()[indicator].unit
    return Blank("", owner, owner, region, indicator, "year_to_date_level", so_far, None, unit)


def _blanks(schedule: Schedule, quarter: Quarter, chains: list[str]) -> Iterator[Blank]:
    """Everything that one target needs, reported or not."""
    target = schedule.target
    lead = target.lead or (target.lead_inferred.body if target.lead_inferred else target.data_owner)
    for due in schedule.due(quarter, chains):
        unit = "percent" if due.measure == "growth" else target.unit
        yield Blank(
            target.id, target.data_owner, lead, due.region or target.region, target.indicator, due.measure, due.period,
            due.reference, unit, target.calibre,
        )  # fmt: skip


def _there(blank: Blank, book: Book, *, stated: bool = False) -> bool:
    """Whether the book has the figure, whole or in parts that fill its period; with its calibre stated if asked."""
    own = [s for s in book.get(blank.region, blank.indicator) if s.reference == blank.reference]
    if stated:
        own = [s for s in own if s.calibre == blank.calibre or not calibres()[s.calibre].unsettled]
    if blank.measure in FLOWS:
        filled = tile(own, blank.period.start, blank.period.end)
        return sum(s.period.months for s in filled) >= blank.period.months or any(
            s.measure == "share" and s.period == blank.period for s in own
        )
    return any(s.measure == blank.measure and s.period == blank.period for s in own)
