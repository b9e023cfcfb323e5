"""A target's gap attributed to indicators and to years, on every draw, adding up exactly on the log scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xtanalysis.answers.project import Projection
from xtanalysis.data.dictionary import convert, indicators
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.linear import GROWTH_LIKE
from xtanalysis.targets.schedule import start_year
from xtanalysis.targets.verdicts import Verdict, statement_of

__all__ = ["Attribution", "Part", "attribute"]

Array = NDArray[np.float64]

BAND = (0.1, 0.9)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a gap, log points (about percent).

    Attributes
    ----------
    name
        An indicator's id, a year, ``start`` (where the base year stands against a level) or ``target``.
    mean, low, high
        Over the draws: mean, 10 % and 90 %. Means add up, quantiles do not.
    """

    name: str
    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Attribution:
    """Where a target's gap comes from.

    Attributes
    ----------
    gap
        Value against the target at the deadline, log points; above 0 is beyond the number, whatever side is wanted.
    base, deadline
        Years between which the changes are counted.
    pace
        Change a year that would just close the gap from the base, log points (0 for levels: the start holds the gap).
    indicators
        ``start``, ``target`` (what a target of change asks for, with the sign turned) and each factor's change; their
        means add up to the gap's.
    years
        Start and each year's change less the pace; their means add up to the gap's too.
    """

    target: str
    reading: str
    gap: Part
    base: int
    deadline: int
    pace: float
    indicators: tuple[Part, ...]
    years: tuple[Part, ...]


def attribute(projection: Projection, result: Verdict) -> Attribution | None:
    """Attribute one target's gap; ``None`` for a sum, whose parts do not multiply.

    A share's gap splits into numerator and denominator, an intensity's into energy and output, a growth target's into
    its years.
    """
    target = projection.plan.target(result.target)
    statement = statement_of(target, result.reading, projection.region)
    if statement.measure == "sum":
        return None
    base, deadline = start_year(target.read()), statement.period.year
    path = projection.paths.of(statement.indicator)
    place = base - int(projection.paths.years[0])
    steps = 100.0 * np.diff(np.log(path[:, place : deadline - int(projection.paths.years[0]) + 1]), axis=1)
    start, pace = _start(projection, statement, deadline - base)
    whole = start + steps.sum(axis=1) - pace * steps.shape[1]
    parts = {"start": start} if start.any() else {}
    if pace:
        parts["target"] = np.full(len(path), -pace * steps.shape[1])
    factors = _factors(statement.indicator)
    for power, name in factors:
        of = projection.paths
        parts[name] = parts.get(name, 0.0) + power * 100.0 * np.log(of.at(name, deadline) / of.at(name, base))
    by_year = {"start": start} if start.any() else {}
    by_year |= {str(base + 1 + t): steps[:, t] - pace for t in range(steps.shape[1])}
    return Attribution(
        target=result.target,
        reading=result.reading,
        gap=_part("gap", whole),
        base=base,
        deadline=deadline,
        pace=pace,
        indicators=tuple(_part(name, values) for name, values in parts.items()),
        years=tuple(_part(name, values) for name, values in by_year.items()),
    )


def _factors(indicator: str) -> tuple[tuple[float, str], ...]:
    """The dictionary's form; for a ratio that is itself modelled, the product that it makes over its other factor."""
    if own := indicators()[indicator].factors:
        return own
    ratio = indicators()[indicator].kind == "ratio"
    for entry in indicators().values() if ratio else ():
        rest = [name for _, name in entry.factors if name != indicator]
        if entry.role == "derived" and (len(rest), len(entry.factors)) == (1, 2):
            return (1.0, entry.id), (-1.0, rest[0])
    return ((1.0, indicator),)


def _start(projection: Projection, statement: Statement, years: int) -> tuple[Array, float]:
    """Where the base year stands against a level (log points, per draw), and the yearly pace of a change."""
    count = len(projection.paths.values)
    if statement.measure in GROWTH_LIKE:
        log = 100.0 * float(np.log1p(convert(statement.value, statement.unit, "fraction")))
        return np.zeros(count), log if statement.measure == "average_growth" else log / years
    unit = indicators()[statement.indicator].unit
    path = projection.paths.at(statement.indicator, statement.period.year - years)
    return 100.0 * np.log(path / convert(statement.value, statement.unit, unit)), 0.0


def _part(name: str, values: Array) -> Part:
    low, high = np.quantile(values, BAND)
    return Part(name, float(values.mean()), float(low), float(high))
