"""The chain that the posterior is held against, on a law small enough for a grid."""

from __future__ import annotations

import numpy as np

from scripts.check_exact_law import LEVELS, Law, chain
from xtanalysis.model.nonlinear import Compiled

NEAR = 0.06  # standard deviations: four errors of a quantile of 16 chains of 3,000 steps


def test_the_chain_reaches_the_exact_law_of_a_share_near_its_bound() -> None:
    """One state, a logit; two cells; the log of its share is told. Quantiles beside those of a grid, cells summed."""
    share = Compiled(np.array([0]), np.array([[1.0]]), np.array([True]))
    slope, constant = share.at(np.array([200.0]))
    law = Law(
        means=np.array([[180.0], [260.0]]),
        roots=np.array([[[45.0]], [[30.0]]]),
        weights=np.array([0.6, 0.4]),
        forms=(share,),
        slopes=slope[None],
        value=np.array([-12.0 - constant]),
        constant=np.array([constant]),
        linear=np.array([[1.0 / 8.0]]),
        exact=np.array([[1.0 / 8.0]]),
    )
    found, taken = chain(law, [share], 3000, 16, seed=3)
    assert 0.1 < taken < 1.0
    x = np.linspace(-400.0, 900.0, 200_001)
    cells = law.weights / law.roots[:, 0, 0] * np.exp(-0.5 * ((x[:, None] - law.means[:, 0]) / law.roots[:, 0, 0]) ** 2)
    # Exact over linear likelihood, written out: the told log share is −12 with an error of 8.
    told = 100.0 * -np.log1p(np.exp(-x / 100.0))
    density = cells.sum(axis=1) * np.exp(
        -0.5 * ((-12.0 - told) / 8.0) ** 2 + 0.5 * ((-12.0 - constant - slope[0] * x) / 8.0) ** 2
    )
    rank = np.cumsum(density) / density.sum()
    exact = told[np.searchsorted(rank, LEVELS)]
    sd = np.sqrt(np.average(told**2, weights=density) - np.average(told, weights=density) ** 2)
    assert np.abs(np.quantile(found[:, :, 0], LEVELS) - exact).max() < NEAR * sd
