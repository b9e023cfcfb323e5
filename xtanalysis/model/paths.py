"""Paths in natural units: draws × years × indicators, identities computed on every draw."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from xtanalysis.data.dictionary import indicators, units
from xtanalysis.errors import BadInput, Problem
from xtanalysis.model.prior import Layout
from xtanalysis.text import message

__all__ = ["Paths", "held", "held_indicators", "paths_of"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Paths:
    """Draws of a region's modelled indicators.

    Attributes
    ----------
    region, scenario
        Whose paths, under which assumptions.
    years
        Shape (T,).
    states
        Ids of the modelled indicators, K of them.
    values
        In the indicators' units of the dictionary, shape (N, T, K).
    history
        Paths that are the same up to a year, and that year: those of the baseline, where a scenario leaves the past
        alone. Their quantiles there are taken over.
    kept
        Derived indicators and quantiles, computed once; not to be written to.
    """

    region: str
    scenario: str
    years: NDArray[np.int_]
    states: tuple[str, ...]
    values: Array
    history: tuple[Paths, int] | None = field(default=None, compare=False, repr=False)
    kept: dict[tuple[str, tuple[float, ...]], Array] = field(default_factory=dict, compare=False, repr=False)

    def of(self, indicator: str) -> Array:
        """An indicator on every draw, shape (N, T): a state as drawn, a derived one by its identity. Not to be changed.

        Raises
        ------
        BadInput
            If the indicator is neither.
        """
        if indicator in self.states:
            return self.values[:, :, self.states.index(indicator)]
        entry = indicators().get(indicator)
        if entry is None or not entry.factors:
            raise BadInput(
                Problem(message("no path of this indicator"), found=indicator, expected=", ".join(self.states))
            )
        if (indicator, ()) not in self.kept:
            # Each factor in base units, so that the identity holds whatever the units in which they are kept.
            parts = [
                (self.of(name) * units()[indicators()[name].unit].factor) ** power for power, name in entry.factors
            ]
            self.kept[indicator, ()] = _fixed(math.prod(parts[1:], start=parts[0]) / units()[entry.unit].factor)
        return self.kept[indicator, ()]

    def at(self, indicator: str, year: int) -> Array:
        """One year of an indicator, shape (N,)."""
        return self.of(indicator)[:, int(year) - int(self.years[0])]

    def quantiles(self, indicator: str, probabilities: Sequence[float]) -> Array:
        """Quantiles by year, shape (len(probabilities), T). Not to be changed."""
        key = (indicator, tuple(probabilities))
        if key not in self.kept:
            other, last = self.history or (self, int(self.years[0]) - 1)
            known = last + 1 - int(self.years[0])
            found = np.quantile(self.of(indicator)[:, known:], probabilities, axis=0)
            if known:
                found = np.hstack([other.quantiles(indicator, probabilities)[:, :known], found])
            self.kept[key] = _fixed(found)
        return self.kept[key]


def _fixed(array: Array) -> Array:
    array.flags.writeable = False
    return array


def held(name: str, states: Collection[str]) -> bool:
    """Whether paths of these states hold an indicator: as a state, or by an identity of what they hold."""
    entry = indicators().get(name)
    factors = entry.factors if entry else ()
    return name in states or (bool(factors) and all(held(factor, states) for _, factor in factors))


def held_indicators(states: Collection[str]) -> list[str]:
    """Every indicator that paths of these states hold, in the dictionary's order."""
    return [name for name in indicators() if held(name, states)]


def paths_of(layout: Layout, region: str, scenario: str, log_paths: Array) -> Paths:
    """Turn log points into natural units: exp for levels, the logistic function for shares.

    Parameters
    ----------
    log_paths
        Shape (N, K·T), in the layout's order; series of other regions are left out.
    """
    cube = log_paths.T.reshape(len(layout.states), len(layout.years), len(log_paths))
    mine = [k for k, (name, _) in enumerate(layout.states) if name == region]
    names = tuple(layout.states[k][1] for k in mine)
    values = np.empty((len(mine), *cube.shape[1:]))
    for level, k, name in zip(values, mine, names, strict=True):
        entry = indicators()[name]
        ratio = entry.is_share
        np.exp(np.divide(cube[k], -100.0 if ratio else 100.0, out=level), out=level)
        if ratio:
            np.divide(1.0, 1.0 + level, out=level)
        level /= units()[entry.unit].factor
    return Paths(region, scenario, np.array(layout.years), names, values.transpose(2, 1, 0))
