"""The prior by running its recursions, all draws at once: simulated paths, and its covariance times vectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from xtanalysis.model.prior import Layout
from xtanalysis.model.priors import Hyper

__all__ = ["covariance_times", "simulate_prior"]

Array = NDArray[np.float64]

COLUMNS = 512  # taken at a time, so that what is worked on stays near the processor


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


def covariance_times(layout: Layout, hypers: Sequence[Hyper], cell: NDArray[np.intp], vectors: Array) -> Array:
    """The prior covariance of each column's cell times that column, shape (K·T, N).

    A path is a linear map A of independent innovations, so that P·u = A·(A'·u): the recursions backward, then forward.
    ``path_covariance`` would cost the square of K·T for each column.

    Parameters
    ----------
    hypers
        The cells.
    cell
        Which of them each column has, shape (N,).
    vectors
        Shape (K·T, N).
    """
    size, years = len(layout.states), len(layout.years)
    out = np.empty(vectors.shape)
    for start in range(0, cell.size, COLUMNS):
        part = slice(start, start + COLUMNS)
        cube = vectors[:, part].reshape(size, years, -1)
        out[:, part] = _covariance_times(layout, hypers, cell[part], cube).reshape(size * years, -1)
    return out


def _covariance_times(layout: Layout, hypers: Sequence[Hyper], cell: NDArray[np.intp], cube: Array) -> Array:
    """The same for a few columns, shape (K, T, N) in and out."""
    steps, law = len(layout.years) - 1, layout.national
    # What later levels ask of each year's growth.
    asked = np.empty((steps, cube.shape[0], cell.size))
    asked[-1] = cube[:, -1]
    for t in range(steps - 2, -1, -1):
        np.add(asked[t + 1], cube[:, t + 1], out=asked[t])
    level = (layout.start_sd**2)[:, None] * (asked[0] + cube[:, 0])
    lasting = layout.drift_spread[:, None] * asked.sum(axis=0)
    lasting = layout.drift_spread[:, None] * (layout.lasting @ lasting)
    growth = np.repeat(lasting[None], steps, axis=0)

    # The nation's mean: its start and long run, then its innovations.
    nation = layout.loading @ asked
    decay = law.memory ** np.arange(steps)
    given = law.spread**2 * np.outer(decay, decay @ nation)
    given += law.long_run_spread**2 * np.outer(1.0 - decay, (1.0 - decay) @ nation)
    for t in range(steps - 2, -1, -1):
        nation[t] += law.memory * nation[t + 1]
    walk = np.array([h.national_shock for h in hypers])[cell] ** 2
    carried = np.zeros(cell.size)
    for t in range(1, steps):
        carried = law.memory * carried + walk * nation[t]
        given[t] += carried
    growth += layout.loading[:, None] * given[:, None, :]

    still = np.broadcast_to(layout.memory[:, None], (layout.memory.size, cell.size))
    first = layout.moving / (1.0 - np.outer(layout.memory, layout.memory))
    scale = np.stack([h.mean_shock for h in hypers])[cell].T
    _moving_times(asked, growth, np.ascontiguousarray(still), scale, layout.moving, lambda x: first @ x)
    lag = np.stack([h.lag for h in hypers])[cell].T
    scale = np.stack([h.shock for h in hypers])[cell].T

    def start(x: Array) -> Array:
        found = np.empty_like(x)
        for index in np.unique(cell):
            mine, own = cell == index, hypers[index].lag
            found[:, mine] = (layout.correlation / (1.0 - np.outer(own, own))) @ x[:, mine]
        return found

    _moving_times(asked, growth, np.ascontiguousarray(lag), scale, layout.correlation, start)
    levels = np.empty((cube.shape[0], steps + 1, cell.size))
    levels[:, 0] = level
    for t in range(steps):
        level = level + growth[t]
        levels[:, t + 1] = level
    return levels


def _moving_times(
    asked: Array, growth: Array, memory: Array, scale: Array, together: Array, first: Callable[[Array], Array]
) -> None:
    """Add to growth (steps, K, N) what AR(1)s of one memory and scale each (K, N) pass on of what is asked of them.

    Parameters
    ----------
    together
        Correlation of the innovations, shape (K, K).
    first
        The same of the stationary start, as a function of (K, N).
    """
    back = np.empty_like(asked)
    back[-1] = asked[-1]
    for t in range(len(asked) - 2, -1, -1):
        np.multiply(memory, back[t + 1], out=back[t])
        back[t] += asked[t]
    state = scale * first(scale * back[0])
    growth[0] += state
    inner = np.empty_like(state)
    for t in range(1, len(asked)):
        np.multiply(scale, back[t], out=inner)
        pushed = together @ inner
        pushed *= scale
        state *= memory
        state += pushed
        growth[t] += state
