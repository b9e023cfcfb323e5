"""The prior of the hyperparameters: scales of shocks by state, of the moving growth means, and the shocks' own lag."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xtanalysis.model.prior import Layout
from xtanalysis.model.priors import Hyper, PriorTable

__all__ = ["HyperPrior", "hyper_prior"]

Array = NDArray[np.float64]

SHOCK_SPREAD = 0.4  # of a log scale across Hunan's cities to 2010: 0.43 for secondary value added, 0.5 for GDP
LAG_RANGE = (-0.3, 0.9)


@dataclass(frozen=True, slots=True)
class HyperPrior:
    """Prior of the hyperparameters θ: (log shock scale by group, log mean-shock scale, shift of the lag).

    Attributes
    ----------
    base
        The cell at θ = 0.
    group
        Group of each state, shape (K,): the first region's states each have their own scale, those of the regions
        around it move together, for their scales are known from the panel.
    mean, sd
        Prior means and standard deviations, shape (G + 2,).
    """

    base: Hyper
    group: NDArray[np.intp]
    mean: Array
    sd: Array

    def shock(self, theta: Array) -> Array:
        """Scales of the shocks by state at θ, shape (K,)."""
        return self.base.shock * np.exp(theta[self.group])

    def lag(self, base: Array, theta: Array) -> Array:
        """What lags of the base cell are at θ, same shape."""
        out: Array = np.clip(base + theta[-1], *LAG_RANGE)
        return out

    def cell(self, theta: Array) -> Hyper:
        """The hyperparameters at θ."""
        return Hyper(
            shock=self.shock(theta),
            mean_shock=self.base.mean_shock * np.exp(theta[-2]),
            lag=self.lag(self.base.lag, theta),
            national_shock=float(self.base.national_shock * np.exp(theta[-2])),
        )


def hyper_prior(layout: Layout, table: PriorTable, shock_spread: float = SHOCK_SPREAD) -> HyperPrior:
    """The prior over cells for these series; ``shock_spread`` is the sd of a log shock scale across cities.

    The table's scales were estimated as if common to all cities: they are root mean squares, and the median of a city's
    own scale lies below by exp(−spread²).
    """
    rows = [table.of(region, indicator) for region, indicator in layout.states]
    base = Hyper(
        shock=np.array([row.shock for row in rows]),
        mean_shock=np.array([row.mean_shock for row in rows]),
        lag=np.array([row.lag for row in rows]),
        national_shock=table.national.shock,
    )
    first = layout.states[0][0]
    own = sum(region == first for region, _ in layout.states)
    group = np.minimum(np.arange(len(rows)), own)
    sd = np.concatenate([np.full(group.max() + 1, shock_spread), [0.4, 0.12]])
    mean = np.zeros_like(sd)
    mean[:own] = -(shock_spread**2)
    return HyperPrior(base, group, mean, sd)
