"""Published changes of one indicator, chained from a base year on under the calibre table."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xtanalysis.data.dictionary import calibres, convert, units
from xtanalysis.statements.grammar import Statement

__all__ = ["CHANGES", "Chain", "chain", "merit", "short_publisher"]

CHANGES = ("growth", "average_growth", "cumulative_change")


@dataclass(frozen=True, slots=True)
class Chain:
    """Growth chained from a base year as far as it is published without a gap.

    Attributes
    ----------
    base, last
        First and last year; equal if nothing is chained.
    yearly
        Change of each year after the base, fractions; a change over several years is spread evenly.
    statements
        The figures used.
    stopped
        Why the chain ends: ``not published`` or ``break in calibre``.
    """

    base: int
    last: int
    yearly: tuple[float, ...]
    statements: tuple[Statement, ...]
    stopped: str

    @property
    def change(self) -> float | None:
        """Cumulative change since the base, a fraction."""
        return math.expm1(sum(map(math.log1p, self.yearly))) if self.yearly else None

    @property
    def average(self) -> float | None:
        """Average growth a year, a fraction."""
        return math.expm1(sum(map(math.log1p, self.yearly)) / len(self.yearly)) if self.yearly else None

    @property
    def settled(self) -> bool:
        """Whether every figure states its calibre."""
        return not any(calibres()[s.calibre].unsettled for s in self.statements)


def merit(s: Statement) -> tuple[bool, str, int]:
    """Sort key of reports of one figure: outcomes first, then trust, then the latest."""
    return s.role != "outcome", s.trust, -(s.published or dt.date.min).toordinal()


def short_publisher(publisher: str) -> str:
    """A publisher without the remark on where its text was read: sources.csv keeps that."""
    return publisher.split(" (")[0].split(",")[0]


@dataclass(frozen=True, slots=True)
class _Step:
    start: int
    end: int
    log: float
    calibre: str
    statement: Statement


def chain(facts: Iterable[Statement], indicator: str, base: int, *, stated: bool = False) -> Chain:
    """Chain the published changes of an indicator from a base year on.

    Changes of one year, averages and cumulative changes are steps; where several lead to a year, the finest steps win.
    Two levels are a step where their calibre may be chained by level and their vintage is the same. A step follows
    another only where the calibre table allows growth to be chained between the two.

    Parameters
    ----------
    stated
        Refuse a step that does not state its calibre beside another; else it may stand beside any
        (``Chain.settled`` says whether one does).
    """
    facts = [s for s in facts if s.indicator == indicator and s.tells_what_happened and s.period.end[1] == 12]
    steps = sorted([*_changes(facts), *_level_ratios(facts)], key=lambda step: (step.end, merit(step.statement)))
    best: dict[int, tuple[_Step, ...]] = {base: ()}
    broken = False
    for step in steps:
        before = best.get(step.start)
        if before is None or step.end <= base:
            continue
        if before and not _may_follow(step.calibre, before[-1].calibre, stated=stated):
            broken = True
            continue
        if step.end not in best or len(before) + 1 > len(best[step.end]):
            best[step.end] = (*before, step)
    last = max(best)
    taken = best[last]
    spread = [math.expm1(s.log / (s.end - s.start)) for s in taken for _ in range(s.end - s.start)]
    reason = (
        "break in calibre" if broken and not any(s.end > last and s.start in best for s in taken) else "not published"
    )
    return Chain(base, last, tuple(spread), tuple(s.statement for s in taken), reason)


def _may_follow(calibre: str, before: str, *, stated: bool) -> bool:
    if not stated and (calibres()[calibre].unsettled or calibres()[before].unsettled):
        return True
    return calibre in calibres()[before].chain_by_growth


def _changes(facts: Sequence[Statement]) -> list[_Step]:
    out = []
    for s in facts:
        change = convert(s.value, s.unit, "fraction") if units()[s.unit].dimension == "fraction" else None
        if change is None or change <= -1.0:
            continue
        if s.measure == "growth" and s.period.is_year:
            out.append(_Step(s.period.year - 1, s.period.year, math.log1p(change), s.calibre, s))
        elif s.measure in ("average_growth", "cumulative_change") and s.base_period is not None:
            start, end = s.base_period.year, s.period.year
            times = end - start if s.measure == "average_growth" else 1
            out.append(_Step(start, end, times * math.log1p(change), s.calibre, s))
    return out


def _level_ratios(facts: Sequence[Statement]) -> list[_Step]:
    """Steps between two levels of one calibre and vintage, where that calibre's levels may be chained."""
    groups: dict[tuple[str, str | None], dict[int, Statement]] = {}
    for s in sorted(facts, key=merit):
        if (
            s.measure == "level"
            and s.period.is_year
            and s.value > 0
            and s.calibre in calibres()[s.calibre].chain_by_level
        ):
            groups.setdefault((s.calibre, s.vintage), {}).setdefault(s.period.year, s)
    out = []
    for (calibre, _), levels in groups.items():
        years = sorted(levels)
        for start, end in itertools.pairwise(years):
            before, after = levels[start], levels[end]
            ratio = convert(after.value, after.unit, before.unit) / before.value
            out.append(_Step(start, end, math.log(ratio), calibre, after))
    return out
