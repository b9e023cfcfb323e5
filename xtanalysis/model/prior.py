"""The prior over all paths: a Gaussian vector of log-levels with slowly moving growth means, in closed form.

Growth of state k in year t (log points):  g = λ_k·n_t + d_k,t + e_k,t, with
    n_t        the national growth mean: an AR(1) around an uncertain long-run rate;
    d_k,t      the state's own gap to it: a lasting part plus a slowly forgetting one (an AR(1) with coefficient ρ_k);
    e_k,t      shocks with an own-lag part (AR(1), φ_k), correlated across states.
Levels are the running sums of growth from the first year's level. (Villani 2009 for the steady-state prior; Harvey 1989
for the local level.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from xtanalysis.model.priors import Hyper, NationalMean, PriorTable, correlation_of

__all__ = [
    "Layout",
    "continuation_covariance",
    "covariances_at",
    "fixed_covariance",
    "growth_mean",
    "make_layout",
    "moving_covariance",
    "path_covariance",
    "path_mean",
    "running_kernels",
]

Array = NDArray[np.float64]
SHARED = 0.6  # correlation of one indicator's shocks in two regions where no row says more
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
    correlation, moving, lasting
        Of the shocks, of the moving gaps' innovations and of the lasting gaps, shape (K, K) each.
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
    moving: Array
    lasting: Array
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
        k = _order(self.states).get((region, indicator))
        return None if k is None else k * len(self.years) + year - self.years[0]


@lru_cache(maxsize=64)
def _order(states: tuple[tuple[str, str], ...]) -> Mapping[tuple[str, str], int]:
    return {state: k for k, state in enumerate(states)}


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
        correlation=correlation_of(states, table.correlation, SHARED),
        moving=correlation_of(states, {**table.correlation, **table.moving}, SHARED),
        lasting=correlation_of(states, table.lasting, 0.0),
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


def _start_kernel(national: NationalMean, steps: int) -> Array:
    """Cov(n_t, n_s) of the national mean without innovations: its first value and its long-run rate; shape (n, n)."""
    decay = national.memory ** np.arange(steps)
    rest = 1.0 - decay
    out: Array = national.spread**2 * np.outer(decay, decay) + national.long_run_spread**2 * np.outer(rest, rest)
    return out


def _walk_kernel(national: NationalMean, steps: int) -> Array:
    """The same of its innovations, of scale 1 and from the second year on; shape (n, n)."""
    out = np.zeros((steps, steps))
    out[1:, 1:] = _open_kernels(np.array([national.memory]), steps - 1)[0, 0]
    return out


def _cumulated(kernel: Array) -> Array:
    """Covariance of running sums from that of the steps: (…, n, n) → (…, n + 1, n + 1), zero at the start."""
    steps = kernel.shape[-1]
    out = np.zeros((*kernel.shape[:-2], steps + 1, steps + 1))
    out[..., 1:, 1:] = np.cumsum(np.cumsum(kernel, axis=-1), axis=-2)
    return out


def _stationary_kernels(lags: Array, steps: int) -> Array:
    """Cov(e_t, e'_s) of stationary AR(1)s that share unit innovations, by pair of lags: (…, U) → (…, U, U, n, n)."""
    gap = np.arange(steps)[:, None] - np.arange(steps)[None, :]
    powers = lags[..., None] ** np.arange(steps)
    ahead, behind = powers[..., np.maximum(gap, 0)], powers[..., np.maximum(-gap, 0)]
    out: Array = ahead[..., :, None, :, :] * behind[..., None, :, :, :]
    out /= (1.0 - lags[..., :, None] * lags[..., None, :])[..., None, None]
    return out


def _open_kernels(lags: Array, steps: int) -> Array:
    """The same for AR(1)s started from zero: Σ_j≤min(t,s) φ^(t−j) φ'^(s−j); shape (U, U, h, h)."""
    age = np.arange(steps)[:, None] - np.arange(steps)[None, :]
    powers = np.where(age >= 0, lags[:, None, None] ** np.maximum(age, 0), 0.0)
    out: Array = np.einsum("utj,vsj->uvts", powers, powers)
    return out


def _assemble(scale: Array, kernels: Array, place: Places) -> Array:
    """Scales ⊗ kernels: element (k·m + t, l·m + s) is ``scale[k, l] · kernels[place[k], place[l], t, s]``.

    Parameters
    ----------
    scale
        Shape (K, K).
    kernels
        Shape (U, U, m, m).
    place
        Of each state's coefficient among the U, shape (K,).

    Returns
    -------
    Shape (K, m, K, m).
    """
    # Two takes of whole rows are a third of the time of one of single blocks.
    out: Array = kernels.swapaxes(1, 2).take(place, axis=0).take(place, axis=2)
    out *= scale[:, None, :, None]
    return out


def _square(layout: Layout, blocks: Array) -> Array:
    return blocks.reshape(layout.size, layout.size)


def fixed_covariance(layout: Layout) -> Array:
    """The part of ``path_covariance`` that no hyperparameter scales: first levels, lasting gaps, national start."""
    years = np.arange(float(len(layout.years)))
    one = np.zeros(len(layout.states), dtype=np.intp)
    national = _cumulated(_start_kernel(layout.national, years.size - 1))
    levels = _assemble(np.outer(layout.loading, layout.loading), national[None, None], one)
    index = np.arange(one.size)
    gaps = layout.lasting * np.outer(layout.drift_spread, layout.drift_spread)
    levels += gaps[:, None, :, None] * np.outer(years, years)[None, :, None, :]
    levels[index, :, index, :] += (layout.start_sd**2)[:, None, None]
    return _square(layout, levels)


def moving_covariance(layout: Layout, mean_shock: Array, national_shock: float) -> Array:
    """The part of ``path_covariance`` from moving growth means: each state's gap (scales (K,)) and the nation's."""
    steps = len(layout.years) - 1
    memories, memory = np.unique(layout.memory, return_inverse=True)
    gaps = _cumulated(_stationary_kernels(memories, steps))
    levels = _assemble(layout.moving * np.outer(mean_shock, mean_shock), gaps, memory)
    walk = _cumulated(_walk_kernel(layout.national, steps))[None, None]
    levels += _assemble(national_shock**2 * np.outer(layout.loading, layout.loading), walk, np.zeros_like(memory))
    return _square(layout, levels)


def running_kernels(lags: Array, years: int) -> Array:
    """Covariance of the running sums of AR(1)s that share unit innovations, lag by lag: (…, U) → (…, U·T, U·T)."""
    kernels = _cumulated(_stationary_kernels(lags, years - 1))
    size = lags.shape[-1] * years
    return kernels.swapaxes(-3, -2).reshape(*lags.shape[:-1], size, size)


def path_covariance(layout: Layout, hyper: Hyper) -> Array:
    """Prior covariance of the path vector given one cell, shape (K·T, K·T)."""
    lags, lag = np.unique(hyper.lag, return_inverse=True)
    kernels = _cumulated(_stationary_kernels(lags, len(layout.years) - 1))
    out = _square(layout, _assemble(layout.correlation * np.outer(hyper.shock, hyper.shock), kernels, lag))
    out += moving_covariance(layout, hyper.mean_shock, hyper.national_shock)
    out += fixed_covariance(layout)
    return out


def covariances_at(
    layout: Layout, hypers: Sequence[Hyper], positions: NDArray[np.intp], others: NDArray[np.intp] | None = None
) -> Array:
    """``path_covariance`` of several cells between some positions of the path vector only.

    Parameters
    ----------
    positions, others
        Shape (m,) and (n,); the same positions unless told.

    Returns
    -------
    Shape (C, m, n).
    """
    others = positions if others is None else others
    (state, year), (other, then) = (np.divmod(some, len(layout.years)) for some in (positions, others))
    steps = len(layout.years) - 1
    pair, times = np.ix_(state, other), np.ix_(year, then)

    def between(coefficients: Array, correlation: Array) -> Array:
        distinct, place = np.unique(coefficients, return_inverse=True)
        rows, columns = place[state] * len(layout.years) + year, place[other] * len(layout.years) + then
        out: Array = running_kernels(distinct, len(layout.years)).take(rows, axis=0).take(columns, axis=1)
        out *= correlation
        return out

    def scaled(scale: Array, by: Array) -> Array:
        out = np.outer(scale[state], scale[other])
        out *= by
        return out

    correlation = layout.correlation[pair]
    gaps = between(layout.memory, layout.moving[pair])
    start, walk = (_cumulated(k(layout.national, steps))[times] for k in (_start_kernel, _walk_kernel))
    fixed = scaled(layout.loading, start) + scaled(layout.drift_spread, layout.lasting[pair] * np.outer(year, then))
    fixed += np.where(state[:, None] == other, (layout.start_sd**2)[other], 0.0)
    walk = scaled(layout.loading, walk)
    out = np.empty((len(hypers), positions.size, others.size))
    for mine, hyper in zip(out, hypers, strict=True):
        np.multiply(hyper.national_shock**2, walk, out=mine)
        mine += fixed
        mine += scaled(hyper.mean_shock, gaps)
        mine += scaled(hyper.shock, between(hyper.lag, correlation))
    return out


def continuation_covariance(layout: Layout, hyper: Hyper, origin: int) -> Array:
    """Covariance of the years after ``origin`` given every level, mean and shock up to it; shape (K·h, K·h).

    What is still open at the origin: the innovations of later years, nothing else.
    """
    steps = layout.years[-1] - origin
    lags, lag = np.unique(hyper.lag, return_inverse=True)
    memories, memory = np.unique(layout.memory, return_inverse=True)

    def from_zero(coefficients: Array) -> Array:
        return _cumulated(_open_kernels(coefficients, steps))[..., 1:, 1:]

    shocks = layout.correlation * np.outer(hyper.shock, hyper.shock)
    gaps = layout.moving * np.outer(hyper.mean_shock, hyper.mean_shock)
    national = hyper.national_shock**2 * np.outer(layout.loading, layout.loading)
    levels: Array = _assemble(shocks, from_zero(lags), lag) + _assemble(gaps, from_zero(memories), memory)
    levels += _assemble(national, from_zero(np.array([layout.national.memory])), np.zeros_like(lag))
    size = len(layout.states) * steps
    return levels.reshape(size, size)
