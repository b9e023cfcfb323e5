"""Which assumption of a scenario does what: each alone against none, on the same posterior and random numbers."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from xtanalysis.answers.project import Projection
from xtanalysis.model.paths import Paths, paths_of
from xtanalysis.model.scenario import scenario_paths
from xtanalysis.statements.grammar import Statement
from xtanalysis.targets.evaluate import met_on_draws, values_on_draws
from xtanalysis.targets.verdicts import statement_of

__all__ = ["Bar", "tornado"]


@dataclass(frozen=True, slots=True)
class Bar:
    """What one assumption changes about one target.

    Attributes
    ----------
    assumption
        The indicator and measure that it speaks of, as ``indicator.measure``; ``all`` for the whole scenario.
    years
        First and last year that it speaks of.
    median_without, median_with
        What the target measures, in its unit.
    probability_without, probability_with
        Share of the paths that meet it.
    """

    assumption: str
    years: tuple[int, int]
    target: str
    reading: str
    unit: str
    median_without: float
    median_with: float
    probability_without: float
    probability_with: float

    @property
    def change(self) -> float:
        """Of the median."""
        return self.median_with - self.median_without


def tornado(projection: Projection) -> tuple[Bar, ...]:
    """Bars for every assumption by itself and for all together, the widest of each target first.

    An assumption about several years is one bar. Empty for the baseline.
    """
    groups: dict[str, list[Statement]] = {}
    for s in projection.scenario.assumptions:
        groups.setdefault(f"{s.indicator}.{s.measure}", []).append(s)
    if not groups:
        return ()
    without = _results(projection, _untouched(projection))
    bars: list[Bar] = []
    alone = {name: _results(projection, _under(projection, rows)) for name, rows in groups.items()}
    together = _results(projection, projection.paths)
    for name, results in {**alone, "all": together}.items():
        rows = groups.get(name, list(projection.scenario.assumptions))
        years = min(s.period.first_year for s in rows), max(s.period.year for s in rows)
        for key, before in without.items():
            after = results[key]
            bars.append(
                Bar(
                    assumption=name, years=years, target=key[0], reading=key[1], unit=before.unit,
                    median_without=before.median, median_with=after.median,
                    probability_without=before.probability, probability_with=after.probability,
                )
            )  # fmt: skip
    order = {key: i for i, key in enumerate(without)}
    return tuple(sorted(bars, key=lambda b: (order[b.target, b.reading], b.assumption == "all", -abs(b.change))))


def _under(projection: Projection, assumptions: list[Statement]) -> Paths:
    alone = dataclasses.replace(projection.scenario, assumptions=tuple(assumptions), elasticity=None)
    return scenario_paths(projection.posterior, projection.drawn, _untouched(projection), alone).paths


def _untouched(projection: Projection) -> Paths:
    return paths_of(projection.posterior.layout, projection.region, projection.scenario.id, projection.drawn.values)


@dataclass(frozen=True, slots=True)
class _Result:
    unit: str
    median: float
    probability: float


def _results(projection: Projection, paths: Paths) -> Mapping[tuple[str, str], _Result]:
    """What every target with paths measures on these, and the share of them that meet it."""
    out = {}
    for result in projection.targets:
        if f"{result.target}|{result.reading}" not in projection.hits and result.target not in projection.hits:
            continue
        statement = statement_of(projection.plan.target(result.target), result.reading, projection.region)
        values = values_on_draws(statement, paths)
        share = float(met_on_draws(statement, values).mean())
        out[result.target, result.reading] = _Result(statement.unit, float(np.median(values)), share)
    return out
