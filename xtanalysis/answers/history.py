"""How the judgement of each target moved: as of the plan's day and of each year's end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from xtanalysis.answers.project import project
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.plans import load_plan
from xtanalysis.targets.margins import first_readings
from xtanalysis.targets.verdicts import Verdict, shown_probability

__all__ = ["Judgement", "default_days", "judgement_history"]

DRAWS = 4000  # a share of draws is then known to 0.8 points; it is shown to 5


@dataclass(frozen=True, slots=True)
class Judgement:
    """One target as of one day, under its first reading; fields as in ``Verdict``.

    Attributes
    ----------
    changed
        Whether the word or the probability as shown differs from the day before it in the list.
    """

    day: dt.date
    target: str
    reading: str
    status: str
    probability: float | None
    low: float | None
    median: float | None
    high: float | None
    unit: str
    changed: bool
    verdict: Verdict


def default_days(plan: str, until: dt.date) -> tuple[dt.date, ...]:
    """The plan's day, each year's end after it, and ``until`` itself."""
    first = load_plan(plan).date
    ends = (dt.date(year, 12, 31) for year in range(first.year, until.year + 1))
    return tuple(sorted({first, *(day for day in ends if first < day < until), until}))


def judgement_history(
    region: str = "湘潭市",
    plan: str = "xiangtan-2021-12",
    days: Sequence[dt.date] | None = None,
    *,
    to: int | None = None,
    draws: int = DRAWS,
    seed: int = 8,
    facts: Sequence[Statement] | None = None,
) -> tuple[Judgement, ...]:
    """The baseline's judgement of every target that has paths, day by day.

    Parameters
    ----------
    days
        By default the plan's day, each year's end since and today.
    to
        Last year; by default the last deadline among the plan's targets, or the year of the day where that is later.

    Raises
    ------
    BadInput
        As :func:`~xtanalysis.answers.project.project` does.
    """
    chosen = load_plan(plan)
    days = default_days(plan, dt.datetime.now(tz=dt.UTC).date()) if days is None else sorted(days)
    last = max(target.deadline.year for target in chosen.targets) if to is None else to
    out: list[Judgement] = []
    before: dict[str, tuple[str, float | None]] = {}
    for day in days:
        projection = project(region, plan=plan, as_of=day, to=max(last, day.year), draws=draws, seed=seed, facts=facts)
        for r in first_readings(projection):
            now = (r.verdict, shown_probability(r.probability, r.status))
            changed = r.target in before and before[r.target] != now
            before[r.target] = now
            out.append(
                Judgement(
                    day, r.target, r.reading, r.status, r.probability, r.low, r.median, r.high, r.unit, changed, r
                )
            )
    return tuple(out)
