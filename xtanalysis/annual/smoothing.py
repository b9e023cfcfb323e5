"""Theta, damped-trend and autoregressive forecasts of many series at once.

Every function takes right-aligned matrices: row i holds one series, its last value in the last column, ``NaN``
before its first. All run as one loop over columns, so a hundred thousand series cost a few hundred vector operations.

References
----------
Assimakopoulos & Nikolopoulos (2000), "The theta model", Int. J. Forecasting 16: the average of an extrapolated trend
line and exponential smoothing of the series with doubled curvature.
Hyndman & Billah (2003), "Unmasking the Theta method", Int. J. Forecasting 19: Theta is exponential smoothing with a
drift of half the trend's slope; here the drift is estimated.
Gardner & McKenzie (1985), "Forecasting trends in time series", Management Science 31: damped trend.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["autoregression", "damped_trend", "optimised_theta", "theta", "trend_line"]

Array = NDArray[np.float64]

ALPHAS = (0.05, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95, 1.0)
# (alpha, beta, phi) of the damped trend: level, trend and damping.
DAMPED = tuple((a, b, p) for a in (0.3, 0.6, 0.8, 1.0) for b in (0.05, 0.2, 0.4, 0.7) for p in (0.8, 0.9, 0.98))
MEMORIES = (-0.3, 0.0, 0.2, 0.4, 0.6, 0.8, 0.95)
TINY = 1e-300
ROUNDING = 1e-12


def trend_line(values: Array, window: int) -> tuple[Array, Array, Array]:
    """Least-squares line through the last ``window`` values of each row.

    Returns
    -------
    slope, end, spread
        Each of shape (n_series,): slope per step, the line's value at the last column, standard deviation of the
        residuals.
    """
    y = values[:, -window:]
    seen = np.isfinite(y)
    n = seen.sum(axis=1)
    t = np.arange(y.shape[1]) - (y.shape[1] - 1.0)
    mean_t = (seen * t).sum(axis=1) / n
    filled = np.where(seen, y, 0.0)
    mean_y = filled.sum(axis=1) / n
    dt = np.where(seen, t - mean_t[:, None], 0.0)
    dy = np.where(seen, y - mean_y[:, None], 0.0)
    slope = (dt * dy).sum(axis=1) / np.maximum((dt * dt).sum(axis=1), TINY)
    rest = np.where(seen, dy - slope[:, None] * dt, 0.0)
    spread = np.sqrt((rest * rest).sum(axis=1) / np.maximum(n - 2, 1))
    return slope, mean_y - slope * mean_t, spread


def theta(values: Array, horizon: int, window: int) -> tuple[Array, Array]:
    """Forecast with the two-line Theta method on the last ``window`` values.

    Smoothing constants are weighted by their likelihood (Gaussian, one-step errors) instead of chosen.

    Returns
    -------
    forecasts, alpha
        Shapes (n_series, horizon) and (n_series,): the forecasts and the mean smoothing constant.
    """
    y = values[:, -window:]
    slope, end, _ = trend_line(values, window)
    t = np.arange(y.shape[1]) - (y.shape[1] - 1.0)
    curved = 2.0 * y - (end[:, None] + slope[:, None] * t)
    start = np.isfinite(curved).argmax(axis=1)
    alphas = np.array(ALPHAS)[:, None]
    level = np.broadcast_to(curved[np.arange(len(y)), start], (len(alphas), len(y))).copy()
    errors = np.zeros_like(level)
    for column in range(1, y.shape[1]):
        step = np.where(start < column, curved[:, column] - level, 0.0)
        errors += step * step
        level += alphas * step
    weight = _likelihood_weights(errors, np.isfinite(curved).sum(axis=1))
    smooth = (weight * level).sum(axis=0)
    ahead = np.arange(1, horizon + 1)
    line = end[:, None] + slope[:, None] * ahead
    return 0.5 * (smooth[:, None] + line), (weight * alphas).sum(axis=0)


def optimised_theta(values: Array, horizon: int) -> tuple[Array, Array]:
    """Forecast with exponential smoothing and a drift, both from the series: Theta without its fixed half slope.

    For each smoothing constant the first level and the drift are those of least squares of the one-step errors, in
    closed form: the errors are linear in both. The constants are weighted by their likelihood (Gaussian).

    Returns
    -------
    forecasts, drift
        Shapes (n_series, horizon) and (n_series,).
    """
    alphas = np.array(ALPHAS)[:, None]
    shape = (len(alphas), len(values))
    start = np.isfinite(values).argmax(axis=1)
    # The level is path + first · by_first + drift · by_drift; so is each one-step forecast, one drift further.
    path, by_drift, by_first = np.zeros(shape), np.zeros(shape), np.ones(shape)
    first_first, first_drift, drift_drift, first_y, drift_y, yy = (np.zeros(shape) for _ in range(6))
    for column in range(values.shape[1]):
        live = start <= column
        rest = np.where(live, values[:, column], 0.0) - path
        a, b, rest = by_first * live, (by_drift + 1.0) * live, rest * live
        first_first += a * a
        first_drift += a * b
        drift_drift += b * b
        first_y += a * rest
        drift_y += b * rest
        yy += rest * rest
        keep = 1.0 - alphas * live
        path += alphas * rest
        by_first *= keep
        by_drift = np.where(live, keep * (by_drift + 1.0), 0.0)
    determinant = np.maximum(first_first * drift_drift - first_drift**2, TINY)
    first = (drift_drift * first_y - first_drift * drift_y) / determinant
    drift = (first_first * drift_y - first_drift * first_y) / determinant
    errors = np.maximum(yy - first * first_y - drift * drift_y, 0.0)
    weight = _likelihood_weights(errors, np.isfinite(values).sum(axis=1))
    level = (weight * (path + first * by_first + drift * by_drift)).sum(axis=0)
    slope = (weight * drift).sum(axis=0)
    return level[:, None] + slope[:, None] * np.arange(1, horizon + 1), slope


def damped_trend(values: Array, horizon: int) -> tuple[Array, Array]:
    """Forecast with additive damped-trend smoothing, averaged over a grid of constants by likelihood.

    Returns
    -------
    forecasts, spread
        Shapes (n_series, horizon) and (n_series,): the forecasts and the root mean squared one-step error.
    """
    alpha, beta, phi = (np.array(part)[:, None] for part in zip(*DAMPED, strict=True))
    start = np.isfinite(values).argmax(axis=1)
    rows = np.arange(len(values))
    first = values[rows, start]
    level = np.broadcast_to(first, (len(alpha), len(values))).copy()
    early = np.minimum(start + 4, values.shape[1] - 1)
    slope0 = (values[rows, early] - first) / np.maximum(early - start, 1)
    trend = np.broadcast_to(slope0, level.shape).copy()
    errors = np.zeros_like(level)
    for column in range(1, values.shape[1]):
        live = start < column
        drift = phi * trend
        step = np.where(live, values[:, column] - level - drift, 0.0)
        errors += step * step
        level += np.where(live, drift + alpha * step, 0.0)
        trend = np.where(live, drift + alpha * beta * step, trend)
    n = np.isfinite(values).sum(axis=1)
    weight = _likelihood_weights(errors, n)
    ahead = np.cumsum(phi[:, :, None] ** np.arange(1, horizon + 1), axis=2)
    paths = level[:, :, None] + trend[:, :, None] * ahead
    spread = np.sqrt((weight * errors).sum(axis=0) / np.maximum(n - 1, 1))
    return (weight[:, :, None] * paths).sum(axis=0), spread


def autoregression(values: Array, horizon: int) -> tuple[Array, Array]:
    """Forecast changes by a first-order autoregression, its memory averaged over a grid by likelihood.

    For each memory the intercept is that of least squares; the likelihood is conditional on the first change.

    Returns
    -------
    forecasts, memory
        Shapes (n_series, horizon) and (n_series,).
    """
    change = np.diff(values, axis=1)
    pairs = np.isfinite(change[:, :-1])  # right-aligned: the change after a known one is known
    after, earlier = np.where(pairs, change[:, 1:], 0.0), np.where(pairs, change[:, :-1], 0.0)
    n = pairs.sum(axis=1)
    least = ROUNDING * (after * after).sum(axis=1)  # where every memory fits, none is told from another by rounding
    errors, paths = np.empty((len(MEMORIES), len(values))), np.empty((len(MEMORIES), len(values), horizon))
    for k, memory in enumerate(MEMORIES):
        rest = after - memory * earlier
        drift = rest.sum(axis=1) / n
        rest = np.where(pairs, rest - drift[:, None], 0.0)
        errors[k] = (rest * rest).sum(axis=1) + least
        step = change[:, -1]
        for h in range(horizon):
            step = drift + memory * step
            paths[k, :, h] = step
    weight = _likelihood_weights(errors, n + 1)
    mean: Array = (weight[:, :, None] * paths.cumsum(axis=2)).sum(axis=0)
    return mean, (weight * np.array(MEMORIES)[:, None]).sum(axis=0)


def _likelihood_weights(errors: Array, n: NDArray[np.int64]) -> Array:
    """Weights over the first axis, proportional to the concentrated Gaussian likelihood (sum of squares)^(−n/2)."""
    best = errors.min(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        loss = 0.5 * (n - 1) * (np.log(np.maximum(errors, TINY)) - np.log(np.maximum(best, TINY)))
    weight = np.exp(-loss)
    shares: Array = weight / weight.sum(axis=0)
    return shares
