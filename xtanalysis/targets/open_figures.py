"""Which figure of a target's indicator is missing, and whether its calibre is open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from xtanalysis.data.dictionary import calibres, indicators
from xtanalysis.model.select import InformationSet
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.linear import GROWTH_LIKE
from xtanalysis.statements.plans import Target
from xtanalysis.targets.schedule import start_year
from xtanalysis.targets.schedules import EachPeriod, Total, schedule_of

__all__ = ["calibre_is_open", "missing_figures", "wanted"]

RECENT = 3  # years back from the origin in which a growth figure still ties an indicator to the present
LEVEL_REACH = 5  # years back in which a level does


def missing_figures(information: InformationSet, region: str, target: Target, asked: Statement) -> tuple[str, ...]:
    """Indicators without a recent full-year figure that ties the target to the present.

    A change is measured on its own basis; where the plan says that the calibre is open, only figures that state theirs
    count.
    """
    facts, origin = information.used, information.origin
    change = asked.measure in GROWTH_LIKE

    def known(name: str) -> bool:
        if change:
            return _has_growth(facts, region, name, origin, settled=target.unresolved == "calibre")
        return _has_level(facts, region, name, origin)

    if known(asked.indicator):
        return ()
    factors = [name for _, name in indicators()[asked.indicator].factors]
    return tuple(name for name in factors if not known(name)) or (asked.indicator,)


def wanted(target: Target, origin: int) -> tuple[int, int | None]:
    """Year of the figure that settles a target (read under its options), and the year that a change or sum counts from.

    The asked year if it is over by ``origin``; else the last year that is, from the base on.
    """
    base, last = start_year(target), target.deadline.year
    change = target.measure in GROWTH_LIKE and target.measure != "growth"
    if change or isinstance(schedule_of(target), EachPeriod | Total):
        return min(max(origin, base + 1), last), base
    return min(max(origin, base), last), None


def calibre_is_open(information: InformationSet, region: str, target: Target, asked: Statement) -> bool:
    """Whether the plan leaves the calibre open and no recent figure states it."""
    return target.unresolved == "calibre" and bool(missing_figures(information, region, target, asked))


def _full_years(facts: Iterable[Statement], region: str, indicator: str, measures: Sequence[str]) -> list[Statement]:
    return [
        s
        for s in facts
        if s.region == region
        and s.indicator == indicator
        and s.measure in measures
        and s.tells_what_happened
        and s.period.end[1] == 12
    ]


def _has_level(facts: Sequence[Statement], region: str, indicator: str, origin: int) -> bool:
    """Whether a recent full-year level of a settled calibre is published, of itself or of all its factors."""
    own = _full_years(facts, region, indicator, ("level", "share"))
    settled = (s for s in own if s.role == "outcome" and not calibres()[s.calibre].unsettled)
    if any(s.period.year >= origin - LEVEL_REACH for s in settled):
        return True
    factors = indicators()[indicator].factors
    return bool(factors) and all(_has_level(facts, region, name, origin) for _, name in factors)


def _has_growth(facts: Sequence[Statement], region: str, indicator: str, origin: int, *, settled: bool) -> bool:
    """Whether a recent full-year change is published, of itself or of all its factors; of a stated calibre if asked."""
    own = _full_years(facts, region, indicator, ("growth", "level", "average_growth", "cumulative_change"))
    if any(s.period.year > origin - RECENT and not (settled and calibres()[s.calibre].unsettled) for s in own):
        return True
    factors = indicators()[indicator].factors
    return bool(factors) and all(_has_growth(facts, region, name, origin, settled=settled) for _, name in factors)
