"""What the pooled models see of a series: its recent movement in units of its own mean absolute change.

All features are free of the series' unit: multiplying a series by a constant leaves them as they are. Where a series is
not positive throughout, the features that need logarithms are replaced by their level versions, and adding a constant
leaves the features as they are, too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xtanalysis.annual.smoothing import autoregression, damped_trend, optimised_theta, theta, trend_line

__all__ = ["HORIZONS", "MAX_POINTS", "MIN_POINTS", "Features", "describe"]

Array = NDArray[np.float64]

HORIZONS = 10
MIN_POINTS = 7
MAX_POINTS = 60
ANCHORS = (0, 2, 5)  # Theta on logs, damped trend on logs, Theta on levels; of the references below
# Optimised Theta on logs, autoregression on levels, Theta on the last 12 values, damped trend on levels: their shares.
PARTNERS = {3: 1 / 3, 8: 1 / 3, 1: 1 / 6, 6: 1 / 6}
# What marks series that grow fast and evenly, as the real output of cities does: mean growth, and its spread, a year.
EVEN_GROWTH = (0.06, 0.2)
EVEN_SPREAD = 0.04
LAGS = 8
SPANS = (2, 3, 5, 10, 20)
RECENT = 3
TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Features:
    """Batch of series described for the pooled models.

    Attributes
    ----------
    table
        Shape (n_series, n_features), free of units, finite; inverse hyperbolic sine of each feature.
    anchor
        Shape (n_series, HORIZONS): mean of the reference forecasts, as changes from the last value in units of
        ``scale``.
    partner
        Shape (n_series, HORIZONS): weighted mean of the references in PARTNERS, in the same unit.
    last, scale
        Shape (n_series,): last value and mean absolute change, in the series' unit.
    recent
        Shape (n_series,): mean absolute change of the last RECENT years, in units of ``scale``.
    even
        Shape (n_series,): whether growth was fast and even.
    """

    table: Array
    anchor: Array
    partner: Array
    last: Array
    scale: Array
    recent: Array
    even: NDArray[np.bool_]


def describe(values: Array, signed: NDArray[np.bool_] | None = None) -> Features:
    """Describe right-aligned series, shape (n_series, MAX_POINTS), ``NaN`` before each first value.

    Every series needs ``MIN_POINTS`` values, two of which differ; the caller sees to it. ``signed`` marks those that
    may be negative and so are never put on logs; series with a value at or below zero never are either.
    """
    last = values[:, -1]
    seen = np.isfinite(values)
    n = seen.sum(axis=1)
    diffs = np.diff(values, axis=1)
    scale = np.nanmean(np.abs(diffs), axis=1)
    unit = (values - last[:, None]) / scale[:, None]  # last value at 0, mean absolute change 1
    positive = np.nanmin(values, axis=1) > 0
    if signed is not None:
        positive &= ~signed
    logs = np.where(positive[:, None], np.log(np.where(seen & positive[:, None], values, 1.0)), 0.0)
    growth_scale = np.where(positive, scale / np.where(positive, last, 1.0), 1.0)
    # In the unit of one mean absolute change at the end of the series; where logs do not exist, the level stands in.
    bent = np.where(positive[:, None], (logs - logs[:, -1:]) / growth_scale[:, None], unit)
    bent = np.where(seen, bent, np.nan)
    ahead, extra = _references(unit, bent, growth_scale, positive)
    columns = [*_movement(unit, n), *_movement_bent(bent, n), *extra, *_at(ahead)]
    columns += [np.log(n), np.where(positive, np.log(np.maximum(last, TINY) / scale), 0.0), positive * 1.0]
    table = np.stack(columns, axis=1)
    table = np.clip(np.nan_to_num(table, nan=0.0, posinf=1e3, neginf=-1e3), -1e3, 1e3)
    anchor = ahead[:, :, list(ANCHORS)].mean(axis=2)
    recent = np.abs(diffs[:, -RECENT:]).mean(axis=1) / scale
    partner: Array = np.sum([share * ahead[:, :, k] for k, share in PARTNERS.items()], axis=0)
    growth = np.diff(bent, axis=1) * growth_scale[:, None]
    mean = np.nanmean(growth, axis=1)
    even = positive & (mean > EVEN_GROWTH[0]) & (mean < EVEN_GROWTH[1]) & (np.nanstd(growth, axis=1) < EVEN_SPREAD)
    return Features(np.arcsinh(table), anchor, partner, last, scale, recent, even)


def _at(ahead: Array) -> list[Array]:
    """Return the reference forecasts at a few horizons, per step."""
    return [ahead[:, h - 1, k] / h for h in (1, 3, 6, 10) for k in range(ahead.shape[2])]


def _unbend(bent: Array, growth_scale: Array, positive: NDArray[np.bool_]) -> Array:
    """Turn log changes (in units of growth_scale) into changes of the level (in units of scale)."""
    room = np.clip(bent * growth_scale[:, None], -5.0, 5.0)
    return np.where(positive[:, None], np.expm1(room) / growth_scale[:, None], bent)


def _references(
    unit: Array, bent: Array, growth_scale: Array, positive: NDArray[np.bool_]
) -> tuple[Array, list[Array]]:
    """Reference forecasts and what smoothing tells about the series besides."""
    theta_log, alpha_log = theta(bent, HORIZONS, MAX_POINTS)
    theta_short, _ = theta(bent, HORIZONS, 12)
    damped_log, spread_log = damped_trend(bent, HORIZONS)
    free_log, drift_log = optimised_theta(bent, HORIZONS)
    chained_log, memory_log = autoregression(bent, HORIZONS)
    theta_level, alpha = theta(unit, HORIZONS, MAX_POINTS)
    damped_level, spread = damped_trend(unit, HORIZONS)
    free_level, drift = optimised_theta(unit, HORIZONS)
    chained_level, memory = autoregression(unit, HORIZONS)
    on_logs = (theta_log, theta_short, damped_log, free_log, chained_log)
    on_levels = (theta_level, damped_level, free_level, chained_level)
    ahead = np.stack([*(_unbend(part, growth_scale, positive) for part in on_logs), *on_levels], axis=2)
    extra = [alpha_log, alpha, spread_log, spread, drift_log, drift, memory_log, memory]
    # Growth extrapolated on logs explodes for a few series: no reference leaves three times the fastest year's pace.
    pace = 3.0 * np.nanmax(np.abs(np.diff(unit, axis=1)), axis=1)[:, None, None] * np.arange(1, HORIZONS + 1)[:, None]
    return np.clip(ahead, -pace, pace), extra


def _movement(unit: Array, n: NDArray[np.int64]) -> list[Array]:
    """Recent changes, slopes, volatility and position of the level."""
    diffs = np.diff(unit, axis=1)
    columns = [np.where(n > k, diffs[:, -k], 0.0) for k in range(1, LAGS + 1)]
    columns += [-unit[:, -1 - k] / k for k in SPANS]
    for window in (4, 8, 16, MAX_POINTS):
        slope, end, spread = trend_line(unit, window)
        columns += [slope, end, spread]
    absolute = np.abs(diffs)
    rises = np.where(np.isfinite(diffs), diffs > 0, np.nan)
    for window in (3, 6, 12):
        columns.append(np.nanmean(absolute[:, -window:], axis=1))
    columns += [np.nanmean(rises[:, -5:], axis=1), np.nanmean(rises, axis=1), np.nanmax(absolute, axis=1)]
    columns += [np.nanmean(1.0 / (1.0 + (20.0 * absolute) ** 2), axis=1), _autocorrelation(diffs)]
    low, high = np.nanmin(unit, axis=1), np.nanmax(unit, axis=1)
    columns += [-low, high, np.nanmean(unit, axis=1), np.nanstd(unit, axis=1)]
    return columns


def _movement_bent(bent: Array, n: NDArray[np.int64]) -> list[Array]:
    """Growth rates, their drift and volatility, in units of the last mean absolute growth."""
    growth = np.diff(bent, axis=1)
    columns = [np.nanmean(growth[:, -window:], axis=1) for window in (1, 2, 4, 8, 16, MAX_POINTS)]
    columns += [np.nanstd(growth[:, -window:], axis=1) for window in (5, 10, MAX_POINTS)]
    columns += [_autocorrelation(growth)]
    half = np.nanmean(growth[:, -4:], axis=1) - np.nanmean(np.where(n[:, None] >= 9, growth[:, -8:-4], 0.0), axis=1)
    return [*columns, half]


def _autocorrelation(changes: Array) -> Array:
    """First autocorrelation of each row."""
    centred = np.nan_to_num(changes - np.nanmean(changes, axis=1, keepdims=True))
    both = (centred[:, 1:] * centred[:, :-1]).sum(axis=1)
    result: Array = both / np.maximum((centred * centred).sum(axis=1), TINY)
    return result
