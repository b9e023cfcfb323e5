"""The prior over all paths: a Gaussian vector of log-levels with slowly moving growth means, in closed form.

Growth of state k in year t (log points):  g = λ_k·n_t + d_k,t + e_k,t, with
    n_t        the national growth mean: an AR(1) around an uncertain long-run rate;
    d_k,t      the state's own gap to it: a lasting part plus a slowly forgetting one (an AR(1) with coefficient ρ_k);
    e_k,t      shocks with an own-lag part (AR(1), φ_k), correlated across states.
Levels are the running sums of growth from the first year's level. (Villani 2009 for the steady-state prior; Harvey 1989
for the local level.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xtanalysis.model.priors import Hyper, NationalMean, PriorTable, shock_correlation

__all__ = ["Layout", "continuation_covariance", "growth_mean", "make_layout", "path_covariance", "path_mean"]

Array = NDArray[np.float64]
Places = NDArray[np.intp]  # of each state's coefficient among the distinct ones


@dataclass(frozen=True, slots=True)
class Layout:
    """Which series and years one system holds, and the fixed parts of its prior.

    Attributes
    ----------
    states
        (region, indicator) pairs, K of them.
    years
        Consecutive years, T of them. The vector is ordered state by state: position ``k·T + t``.
    loading, drift, drift_spread
        Shape (K,), see :class:`~xtanalysis.model.priors.Growth`.
    correlation
        Of the shocks, shape (K, K).
    start_mean, start_sd
        Level in the first year, log points, shape (K,).
    memory
        ρ, the yearly memory of each state's moving gap, shape (K,).
    national
        The law of the national growth mean.
    """

    states: tuple[tuple[str, str], ...]
    years: tuple[int, ...]
    loading: Array
    drift: Array
    drift_spread: Array
    correlation: Array
    start_mean: Array
    start_sd: Array
    memory: Array
    national: NationalMean

    @property
    def size(self) -> int:
        """Length of the path vector, K·T."""
        return len(self.states) * len(self.years)

    def position(self, region: str, indicator: str, year: int) -> int | None:
        """Place of one state in the vector, or ``None`` where it is outside."""
        if year < self.years[0] or year > self.years[-1]:
            return None
        try:
            k = self.states.index((region, indicator))
        except ValueError:
            return None
        return k * len(self.years) + year - self.years[0]


def make_layout(
    states: Sequence[tuple[str, str]],
    years: Sequence[int],
    table: PriorTable,
    start_mean: Array,
    start_sd: Array,
) -> Layout:
    """Collect the fixed parts of the prior for these series."""
    rows = [table.of(region, indicator) for region, indicator in states]
    return Layout(
        states=tuple(states),
        years=tuple(years),
        loading=np.array([row.loading for row in rows]),
        drift=np.array([row.drift for row in rows]),
        drift_spread=np.array([row.drift_spread for row in rows]),
        correlation=shock_correlation(states, table),
        start_mean=start_mean,
        start_sd=start_sd,
        memory=np.array([row.memory for row in rows]),
        national=table.national,
    )


def growth_mean(layout: Layout) -> Array:
    """Prior mean of growth from each year to the next, log points, shape (K, T − 1)."""
    decay = layout.national.memory ** np.arange(len(layout.years) - 1)
    national = layout.national.long_run + (layout.national.start - layout.national.long_run) * decay
    out: Array = layout.loading[:, None] * national + layout.drift[:, None]
    return out


def path_mean(layout: Layout) -> Array:
    """Prior mean of the path vector, shape (K·T,)."""
    mean = np.repeat(layout.start_mean[:, None], len(layout.years), axis=1)
    mean[:, 1:] += np.cumsum(growth_mean(layout), axis=1)
    return mean.ravel()


def _national_kernel(national: NationalMean, shock: float, steps: int) -> Array:
    """Cov(n_t, n_s) from the second year on: first value, long-run rate, innovations; shape (n, n)."""
    decay = national.memory ** np.arange(steps)
    rest = 1.0 - decay
    out: Array = national.spread**2 * np.outer(decay, decay) + national.long_run_spread**2 * np.outer(rest, rest)
    out[1:, 1:] += shock**2 * _open_kernels(np.array([national.memory]), steps - 1)[0, 0]
    return out


def _cumulated(kernel: Array) -> Array:
    """Covariance of running sums from that of the steps: (…, n, n) → (…, n + 1, n + 1), zero at the start."""
    steps = kernel.shape[-1]
    out = np.zeros((*kernel.shape[:-2], steps + 1, steps + 1))
    out[..., 1:, 1:] = np.cumsum(np.cumsum(kernel, axis=-1), axis=-2)
    return out


def _stationary_kernels(lags: Array, steps: int) -> Array:
    """Cov(e_t, e'_s) of stationary AR(1)s that share unit innovations, for every pair of lags; shape (U, U, n, n)."""
    gap = np.arange(steps)[:, None] - np.arange(steps)[None, :]
    ahead = lags[:, None, None] ** np.maximum(gap, 0)
    behind = lags[:, None, None] ** np.maximum(-gap, 0)
    out: Array = ahead[:, None] * behind[None, :] / (1.0 - np.multiply.outer(lags, lags))[:, :, None, None]
    return out


def _open_kernels(lags: Array, steps: int) -> Array:
    """The same for AR(1)s started from zero: Σ_j≤min(t,s) φ^(t−j) φ'^(s−j); shape (U, U, h, h)."""
    age = np.arange(steps)[:, None] - np.arange(steps)[None, :]
    powers = np.where(age >= 0, lags[:, None, None] ** np.maximum(age, 0), 0.0)
    out: Array = np.einsum("utj,vsj->uvts", powers, powers)
    return out


def _assemble(
    layout: Layout, hyper: Hyper, kernels: tuple[Array, Array, Array], places: tuple[Places, Places]
) -> Array:
    """Σ coefficients ⊗ kernels of shocks, moving gaps and the national walk; shape (K, m, K, m)."""
    shock_kernels, gap_kernels, walk_kernel = kernels
    lag, memory = places
    shocks = layout.correlation * np.outer(hyper.shock, hyper.shock)
    gaps = layout.correlation * np.outer(hyper.mean_shock, hyper.mean_shock)
    loadings = np.outer(layout.loading, layout.loading)
    blocks: Array = shock_kernels[lag[:, None], lag[None, :]] * shocks[:, :, None, None]
    blocks += gap_kernels[memory[:, None], memory[None, :]] * gaps[:, :, None, None]
    blocks += loadings[:, :, None, None] * walk_kernel
    return blocks.swapaxes(1, 2)


def path_covariance(layout: Layout, hyper: Hyper) -> Array:
    """Prior covariance of the path vector given one cell, shape (K·T, K·T)."""
    size, steps = len(layout.states), len(layout.years) - 1
    lags, lag = np.unique(hyper.lag, return_inverse=True)
    memories, memory = np.unique(layout.memory, return_inverse=True)
    walk = _national_kernel(layout.national, hyper.national_shock, steps)
    shocks, gaps = _stationary_kernels(lags, steps), _stationary_kernels(memories, steps)
    levels = _assemble(layout, hyper, (_cumulated(shocks), _cumulated(gaps), _cumulated(walk)), (lag, memory))
    index = np.arange(size)
    trend = np.multiply.outer(np.arange(steps + 1.0), np.arange(steps + 1.0))
    levels[index, :, index, :] += (layout.drift_spread**2)[:, None, None] * trend
    levels[index, :, index, :] += (layout.start_sd**2)[:, None, None]
    return levels.reshape(layout.size, layout.size)


def continuation_covariance(layout: Layout, hyper: Hyper, origin: int) -> Array:
    """Covariance of the years after ``origin`` given every level, mean and shock up to it; shape (K·h, K·h).

    What is still open at the origin: the innovations of later years, nothing else.
    """
    steps = layout.years[-1] - origin
    lags, lag = np.unique(hyper.lag, return_inverse=True)
    memories, memory = np.unique(layout.memory, return_inverse=True)
    walk = hyper.national_shock**2 * _open_kernels(np.array([layout.national.memory]), steps)[0, 0]
    shocks, gaps = _open_kernels(lags, steps), _open_kernels(memories, steps)
    levels = _assemble(layout, hyper, (_cumulated(shocks), _cumulated(gaps), _cumulated(walk)), (lag, memory))
    levels = levels[:, 1:, :, 1:]
    size = len(layout.states) * steps
    return levels.reshape(size, size)
