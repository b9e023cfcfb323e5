"""规划倒推: what a plan's level says of its own base, through the growth that plans ask for. An alternative by name.

Whoever wrote "1,050 by 2025" knew the base and asked for some growth from it, so that the level speaks of the base,
loosely. It is circular as evidence on the plan that wrote it: no verdict, range or hinge rests on it. It stands beside
them, where a base is not published.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xtanalysis.statements.grammar import Statement
from xtanalysis.targets.curves import calibres_of, hangs_on
from xtanalysis.targets.evaluate import values_on_draws
from xtanalysis.targets.margins import Projected, first_readings, offset_probability
from xtanalysis.targets.scale import from_scale, to_scale
from xtanalysis.targets.verdicts import Verdict, Word, statement_of, word_of

__all__ = ["ASKED", "ASKED_SD", "ImpliedBase", "implied_base", "implied_bases"]

Array = NDArray[np.float64]

ASKED = 9.0
"""Growth that plans ask for, log points a year at current prices: twelve plans of fixed-asset investment on file have a
median of 9.0 %; 48 plans of real GDP one of 7.25 %, and prices add about two points."""
ASKED_SD = 6.0
"""Its spread, points a year for all years alike: fewer than thirty level targets with a published base are on file."""
KNOWN = 2.0
"""Standard deviation of a base, log points, below which nothing is implied that is not known better."""
RELATIONS = ("at_least", "equals", "about")
BAND = (0.1, 0.5, 0.9)


@dataclass(frozen=True, slots=True)
class ImpliedBase:
    """A target with 规划倒推, beside its verdict.

    Attributes
    ----------
    target, reading
        Ids.
    indicator, year, unit
        Of the base.
    asked
        (10 %, 50 %, 90 %) of the base by the plan's level alone.
    without, given
        The same by the evidence, without the plan's level and with it.
    probability, verdict
        Of the target with it, calibres weighed as in the verdict.
    """

    target: str
    reading: str
    indicator: str
    year: int
    unit: str
    asked: tuple[float, float, float]
    without: tuple[float, float, float]
    given: tuple[float, float, float]
    probability: float
    verdict: Word


def implied_bases(projection: Projected) -> tuple[ImpliedBase, ...]:
    """Every open level target of a projection whose base is not known, under its first reading."""
    found = (implied_base(projection, result) for result in first_readings(projection) if not result.decided)
    return tuple(each for each in found if each is not None)


def implied_base(projection: Projected, result: Verdict) -> ImpliedBase | None:
    """What one target's level says of its base; ``None`` where it asks for no level, or its base is known."""
    target = projection.plan.target(result.target)
    asked = statement_of(target, result.reading, projection.region)
    if asked.measure != "level" or asked.relation not in RELATIONS:
        return None
    found = hangs_on(projection, asked, target)
    if found is None:
        return None
    _, base = found
    if base.period.year < projection.paths.years[0]:
        return None
    logs = to_scale(base, values_on_draws(base, projection.paths))
    if logs.std() < KNOWN:
        return None
    mean, sd = law_of_base(asked, base)
    weights = np.exp(-0.5 * ((logs - mean) / sd) ** 2)
    weights /= weights.sum()
    reached = to_scale(asked, values_on_draws(asked, projection.paths))
    calibres = calibres_of(projection, asked, target)
    chances = [(c.weight, offset_probability(asked, reached, *c.offset(asked), weights)) for c in calibres]
    probability = sum(w * p for w, p in chances) / sum(w for w, _ in chances)
    return ImpliedBase(
        target=result.target,
        reading=result.reading,
        indicator=base.indicator,
        year=base.period.year,
        unit=base.unit,
        asked=_three(from_scale(base, mean + sd * np.array([-Z10, 0.0, Z10]))),
        without=_three(np.quantile(from_scale(base, logs), BAND)),
        given=_three(from_scale(base, _weighted(logs, weights))),
        probability=probability,
        verdict=word_of(probability)[0],
    )


Z10 = 1.2815515655446004  # of the standard normal, between 10 % and 90 %


def law_of_base(asked: Statement, base: Statement) -> tuple[float, float]:
    """Mean and standard deviation of a base's log level by the level asked for, log points."""
    years = asked.period.year - base.period.year
    level = float(to_scale(asked, np.array([asked.value]))[0])
    return level - years * ASKED, years * ASKED_SD


def _weighted(values: Array, weights: Array) -> Array:
    """Weighted quantiles at ``BAND``, each draw's mass centred on it."""
    order = np.argsort(values)
    below = np.cumsum(weights[order]) - 0.5 * weights[order]
    return np.interp(BAND, below, values[order])


def _three(values: Array) -> tuple[float, float, float]:
    low, middle, high = values
    return float(low), float(middle), float(high)
