"""From quantiles at a few levels to any quantile, within the bounds of the indicator."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from xtanalysis.annual.network import LEVELS

__all__ = ["at_levels", "within_bounds"]

Array = NDArray[np.float64]

KNEE = 0.5
LEAST_EXPONENT = -30.0  # so that a level above 0 does not underflow to 0


def at_levels(quantiles: Array, levels: Array) -> Array:
    """Evaluate the quantile function at any levels in (0, 1).

    Monotone cubic interpolation (Fritsch & Carlson 1980) against normal scores, straight lines in the normal score
    beyond the outermost levels: normal tails of the outermost slope, which cannot explode.

    Parameters
    ----------
    quantiles
        Shape (..., len(LEVELS)), non-decreasing along the last axis.
    levels
        Shape (n_levels,).

    Returns
    -------
    Shape (..., n_levels), non-decreasing where ``levels`` rises.
    """
    known, wanted = ndtri(np.array(LEVELS)), ndtri(levels)
    inside = np.clip(wanted, known[0], known[-1])
    values: Array
    if np.isin(levels, LEVELS).all():
        values = quantiles[..., [LEVELS.index(float(level)) for level in levels]]
    else:
        from scipy.interpolate import PchipInterpolator  # half a second to import, seldom needed

        values = np.asarray(PchipInterpolator(known, quantiles, axis=-1)(inside), np.float64)
    beyond = wanted - inside
    low = (quantiles[..., 1] - quantiles[..., 0]) / (known[1] - known[0])
    high = (quantiles[..., -1] - quantiles[..., -2]) / (known[-1] - known[-2])
    tails: Array = low[..., None] * np.minimum(beyond, 0.0) + high[..., None] * np.maximum(beyond, 0.0)
    return values + tails


def within_bounds(values: Array, lower: Array, upper: Array, least: Array, most: Array) -> Array:
    """Bend forecasts back before they meet a bound; order is kept and nothing changes well inside.

    Nearer to a bound than ``KNEE`` times the nearest that the series itself came to it, the remaining distance shrinks
    exponentially, so a level stays above zero instead of piling up on it.

    Parameters
    ----------
    values
        Shape (n_series, n_horizons, n_levels).
    lower, upper
        Shape (n_series,); infinite where there is no bound.
    least, most
        Shape (n_series,): smallest and largest value of each series.
    """
    values = _above(values, lower, least)
    return -_above(-values, -upper, -most)


def _above(values: Array, bound: Array, nearest: Array) -> Array:
    """Keep ``values`` above ``bound``; ``nearest`` is how near the series came."""
    bounded = np.isfinite(bound)
    if not bounded.any():
        return values
    floor = np.where(bounded, bound, 0.0)[:, None, None]
    knee = np.where(bounded, KNEE * (nearest - np.where(bounded, bound, 0.0)), 0.0)[:, None, None]
    room = values - floor
    with np.errstate(divide="ignore", invalid="ignore"):
        bent = np.where(knee > 0, knee * np.exp(np.clip(room / knee - 1.0, LEAST_EXPONENT, 0.0)), 0.0)
    return np.where(bounded[:, None, None] & (room < knee), floor + bent, values)
