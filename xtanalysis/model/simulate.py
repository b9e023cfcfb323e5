"""Simulate paths from the prior by running its recursions, all draws at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from xtanalysis.model.prior import Layout
from xtanalysis.model.priors import Hyper

__all__ = ["simulate_prior"]

Array = NDArray[np.float64]


def simulate_prior(layout: Layout, hypers: Sequence[Hyper], cell: NDArray[np.intp], rng: np.random.Generator) -> Array:
    """Draw whole paths from the prior of each draw's cell; the law is that of ``path_mean`` and ``path_covariance``.

    Parameters
    ----------
    hypers
        The cells.
    cell
        Which of them each draw has, shape (N,).

    Returns
    -------
    Log points, shape (N, K·T); all draws of one position lie side by side in memory.
    """
    draws, size, steps = cell.size, len(layout.states), len(layout.years) - 1
    root, gap_step, lasting_root = (
        linalg.cholesky(matrix, lower=True) for matrix in (layout.correlation, layout.moving, layout.lasting)
    )
    shock = np.stack([h.shock for h in hypers])[cell]
    gap_shock = np.stack([h.mean_shock for h in hypers])[cell]
    lag = np.stack([h.lag for h in hypers])[cell]
    walk_shock = np.array([h.national_shock for h in hypers])[cell]

    law = layout.national
    long_run = law.long_run + law.long_run_spread * rng.standard_normal(draws)
    # The first value is not tied to the long run: only what follows is.
    national = law.start + law.spread * rng.standard_normal(draws)
    lasting = layout.drift + layout.drift_spread * (rng.standard_normal((draws, size)) @ lasting_root.T)
    # Stationary start of AR(1)s that share innovations but not coefficients: correlation ω/(1 − φkφl).
    gap_root = linalg.cholesky(layout.moving / (1.0 - np.outer(layout.memory, layout.memory)), lower=True)
    gap = (rng.standard_normal((draws, size)) @ gap_root.T) * gap_shock
    error = _stationary_start(layout, hypers, cell, rng) * shock

    # Draws last: what follows works position by position.
    paths = np.empty((size, steps + 1, draws))
    level = layout.start_mean + layout.start_sd * rng.standard_normal((draws, size))
    paths[:, 0] = level.T
    normal, innovation = np.empty_like(level), np.empty_like(level)
    for t in range(steps):
        if t:
            national = long_run + law.memory * (national - long_run) + walk_shock * rng.standard_normal(draws)
            for state, memory, scale, factor in (
                (gap, layout.memory, gap_shock, gap_step),
                (error, lag, shock, root),
            ):
                np.matmul(rng.standard_normal(out=normal), factor.T, out=innovation)
                innovation *= scale
                state *= memory
                state += innovation
        np.multiply(layout.loading, national[:, None], out=innovation)
        for part in (innovation, lasting, gap, error):
            level += part
        paths[:, t + 1] = level.T
    return paths.reshape(-1, draws).T


def _stationary_start(
    layout: Layout, hypers: Sequence[Hyper], cell: NDArray[np.intp], rng: np.random.Generator
) -> Array:
    """Standardised AR(1) shocks in their stationary law, shape (N, K)."""
    normal = rng.standard_normal((cell.size, len(layout.states)))
    out = np.empty_like(normal)
    for index in np.unique(cell):
        mine = cell == index
        lag = hypers[index].lag
        covariance = layout.correlation / (1.0 - np.outer(lag, lag))
        out[mine] = normal[mine] @ linalg.cholesky(covariance, lower=True).T
    return out
