"""Progress against time (时序进度), what the remaining years must bring and how probable that is, first year met."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from xtanalysis.accounting import mechanics
from xtanalysis.accounting.mechanics import Standing
from xtanalysis.answers.evaluate import answerable
from xtanalysis.answers.figures import Chain, chain
from xtanalysis.answers.latest import base_year
from xtanalysis.answers.project import Projection
from xtanalysis.answers.targets import TargetResult, statement_of
from xtanalysis.data.dictionary import convert, indicators
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.met import met

__all__ = ["Progress", "progress"]

JUDGED = ("computed", "decided")


@dataclass(frozen=True, slots=True)
class Progress:
    """Where one target stands on what is published, and what is left to do.

    Attributes
    ----------
    target, reading
        Ids.
    base, deadline, last
        Years: counted from, due, and the last that is published (``base`` if none is).
    standing
        Progress, time, requirement and traffic light (:class:`xtanalysis.accounting.mechanics.Standing`); ``None``
        for a level or share of which nothing is published since the base.
    required
        Change a year (a fraction; for a share, the step a year) of the years that remain; ``None`` if none remains or
        nothing is published to count from.
    required_probability
        Share of the paths on which the remaining years bring at least that; ``None`` where the target has no
        probability.
    met_by
        (year, probability that the whole target has been met by the end of that year), from the first year after the
        base to the horizon; empty without a settled base.
    first_year
        First year in which more than half of the paths have met it; ``None`` if none.
    reason
        Why a part is missing; empty otherwise.
    """

    target: str
    reading: str
    base: int
    deadline: int
    last: int
    standing: Standing | None
    required: float | None
    required_probability: float | None
    met_by: tuple[tuple[int, float], ...]
    first_year: int | None
    reason: str


def progress(projection: Projection) -> Mapping[tuple[str, str], Progress]:
    """Progress of every target that the model has paths of, by (target, reading)."""
    out = {}
    for result in projection.targets:
        target = projection.plan.target(result.target).read()
        if result.median is None or not answerable(target.indicator):
            continue
        statement = statement_of(projection.plan.target(result.target), result.reading, projection.region)
        out[result.target, result.reading] = _progress(projection, result, statement)
    return out


def _progress(projection: Projection, result: TargetResult, statement: Statement) -> Progress:
    base = base_year(projection.plan.target(result.target), projection.plan)
    deadline = statement.period.year
    standing, last, reason = _standing(projection, statement, base)
    required = None if standing is None else standing.required
    judged = result.status in JUDGED
    probability = _probability(projection, statement, last, required) if judged and required is not None else None
    by_year = _met_by(projection, statement, base) if judged else ()
    return Progress(
        target=result.target,
        reading=result.reading,
        base=base,
        deadline=deadline,
        last=last,
        standing=standing,
        required=required,
        required_probability=probability,
        met_by=by_year,
        first_year=next((year for year, probability in by_year if probability > 0.5), None),
        reason=reason,
    )


def _standing(projection: Projection, statement: Statement, base: int) -> tuple[Standing | None, int, str]:
    """The standing on published figures, the year that they reach, and why there is none."""
    mine = [s for s in projection.information.used if s.region == projection.region]
    years = statement.period.year - base
    if statement.measure in ("average_growth", "cumulative_change", "growth"):
        linked = chain(mine, statement.indicator, base)
        reason = "" if linked.yearly else f"no change published since {base}: {linked.stopped}"
        return _changing(linked, statement, years), min(linked.last, statement.period.year), reason
    level = _level(mine, statement, base)
    if level is None:
        return None, base, f"no level published since {base} on the target's own basis"
    value, last, at_base = level
    target = statement.value
    if statement.measure == "share":
        scale = convert(1.0, statement.unit, "fraction")
        standing = mechanics.share(
            value * scale, target * scale, relation=statement.relation,
            base=None if at_base is None else at_base * scale, passed=last - base, years=years,
        )  # fmt: skip
    else:
        standing = mechanics.level(
            value, target, relation=statement.relation, base=at_base, passed=last - base, years=years
        )
    return standing, last, ""


def _changing(linked: Chain, statement: Statement, years: int) -> Standing:
    goal = convert(statement.value, statement.unit, "fraction")
    done = linked.yearly[:years]
    if statement.measure == "average_growth":
        return mechanics.average_growth(done, goal, years, relation=statement.relation)
    return mechanics.cumulative_change(done, goal, years, relation=statement.relation)


def _level(mine: list[Statement], statement: Statement, base: int) -> tuple[float, int, float | None] | None:
    """(latest value, its year, value in the base year) in the target's unit, of the target's own calibre."""
    values = {
        s.period.year: convert(s.value, s.unit, statement.unit)
        for s in mine
        if s.indicator == statement.indicator
        and s.measure in ("level", "share")
        and s.tells_what_happened
        and s.period.is_year
        and s.calibre == statement.calibre
        and base <= s.period.year <= statement.period.year
    }
    if statement.measure == "sum" or not values:
        return None
    last = max(values)
    return values[last], last, values.get(base)


def _probability(projection: Projection, statement: Statement, last: int, required: float) -> float:
    """Share of paths on which the years after ``last`` bring the required change, judged by the target's relation."""
    paths = projection.paths
    remaining = statement.period.year - last
    now, then = paths.at(statement.indicator, last), paths.at(statement.indicator, statement.period.year)
    if statement.measure == "share":
        change = (then - now) / remaining * convert(1.0, indicators()[statement.indicator].unit, "fraction")
    else:
        change = (then / now) ** (1.0 / remaining) - 1.0
    # "About" is judged by the sign of what the target asks for, not by that of what is left of it.
    relation = statement.relation
    if relation == "about":
        relation = "at_least" if statement.value >= 0 else "at_most"
    return float(met(relation, change, required).mean())


def _met_by(projection: Projection, statement: Statement, base: int) -> tuple[tuple[int, float], ...]:
    """Probability by year that the whole of the target has been reached in that year or an earlier one."""
    paths = projection.paths
    years = [int(y) for y in paths.years if y > base]
    of = paths.of(statement.indicator)
    start = int(paths.years[0])
    relation, goal = statement.relation, statement.value
    if statement.measure == "sum":
        reached = np.cumsum(of[:, base + 1 - start :], axis=1)
        goal = convert(goal, statement.unit, indicators()[statement.indicator].unit)
    elif statement.measure in ("level", "share"):
        reached = of[:, base + 1 - start :]
        goal = convert(goal, statement.unit, indicators()[statement.indicator].unit)
    else:
        reached = of[:, base + 1 - start :] / of[:, [base - start]] - 1.0
        goal = convert(goal, statement.unit, "fraction")
        if statement.measure == "average_growth":
            goal = math.expm1((statement.period.year - base) * math.log1p(goal))
    hits = np.maximum.accumulate(met(relation, reached, goal, statement.value_high), axis=1)
    return tuple(zip(years, hits.mean(axis=0).tolist(), strict=True))
