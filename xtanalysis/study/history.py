"""How the judgement of each target moved: as of the plan's day and of each year's end."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from xtanalysis.answers.project import ScenarioDraws
from xtanalysis.data.writing import write_file
from xtanalysis.statements.plans import Plan
from xtanalysis.statements.request import DRAWS
from xtanalysis.study.facts import Facts
from xtanalysis.study.study import SEED, Study
from xtanalysis.targets.margins import first_readings
from xtanalysis.targets.verdicts import COLUMNS, Verdict, shown_probability

__all__ = [
    "Judgement",
    "judged",
    "judgement_history",
    "judgements",
    "read_judgements",
    "study_of_day",
    "with_changes",
    "write_judgements",
]

KEPT = (*COLUMNS, "close")
"""Of a verdict, in a day's file: all but the figures behind it."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one target as of one day, under its first reading.

    Attributes
    ----------
    changed
        Whether the word or the probability as shown differs from the day before it in the list.
    """

    day: dt.date
    verdict: Verdict
    changed: bool = False

    @property
    def target(self) -> str:
        """Id of the target."""
        return self.verdict.target


def judgements(study: Study, *, draws: int = DRAWS, seed: int = SEED) -> tuple[Judgement, ...]:
    """The baseline's judgement of every target that has paths, as of the study's day."""
    return judged(study.project(draws=draws, seed=seed).record)


def judged(baseline: ScenarioDraws) -> tuple[Judgement, ...]:
    """A baseline's judgement of every target that has paths, as of its day."""
    return tuple(Judgement(baseline.as_of, verdict) for verdict in first_readings(baseline))


def with_changes(found: Iterable[Judgement]) -> tuple[Judgement, ...]:
    """The same, in order of days, each marked where it differs from the day before it."""
    before: dict[str, tuple[str, float | None]] = {}
    out: list[Judgement] = []
    for one in sorted(found, key=lambda j: j.day):
        now = (one.verdict.verdict, shown_probability(one.verdict.probability, one.verdict.status))
        out.append(replace(one, changed=before.get(one.target, now) != now))
        before[one.target] = now
    return tuple(out)


def judgement_history(
    facts: Facts,
    plan: Plan,
    days: Sequence[dt.date],
    *,
    to: int | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
) -> tuple[Judgement, ...]:
    """The baseline's judgement of every target that has paths, day by day; one day's study is in memory at a time.

    Parameters
    ----------
    days
        Such as :func:`~xtanalysis.statements.plans.default_days` gives them.
    to
        Last year; by default the last deadline among the plan's targets, or the year of the day where that is later.

    Raises
    ------
    BadInput
        As :class:`~xtanalysis.study.study.Study` does.
    """
    return with_changes(
        one for day in days for one in judgements(study_of_day(facts, plan, day, to), draws=draws, seed=seed)
    )


def study_of_day(facts: Facts, plan: Plan, day: dt.date, to: int | None = None) -> Study:
    """The study of one day of a history."""
    last = (plan.ends or 0) if to is None else to
    return Study(facts.on(day), plan, max(last, day.year))


def write_judgements(found: Sequence[Judgement], path: Path) -> None:
    """Write one day's judgements as JSON."""
    rows = [{"day": one.day.isoformat(), **{name: getattr(one.verdict, name) for name in KEPT}} for one in found]
    write_file(path, json.dumps(rows, ensure_ascii=False, indent=1) + "\n")


def read_judgements(paths: Iterable[Path]) -> tuple[Judgement, ...]:
    """Read what :func:`write_judgements` wrote, day by day, and mark the changes."""
    rows = [row for path in paths for row in json.loads(path.read_text(encoding="utf-8"))]
    return with_changes(
        Judgement(dt.date.fromisoformat(row["day"]), Verdict(**{name: row[name] for name in KEPT})) for row in rows
    )
