"""Forecasts without the model that the replay compares it with.

Every rule forecasts a weighted sum of growth in the coming years, Σ w[j]·g[origin + j]: one year ahead h is w = e_h, an
average over five years is w = 1/5 each, a cumulative change or a later level is w = 1 each. A rule that holds a path's
law thus answers all of them with one and the same law.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from statsmodels.tools.sm_exceptions import ConvergenceWarning
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from xtanalysis.annual.forecast import forecast_annual
from xtanalysis.answers.scores import Mixture1D

__all__ = [
    "LEAST",
    "LEAST_ANNUAL",
    "RULES",
    "annual",
    "ar1",
    "climatology",
    "drift",
    "ets",
    "half_gap",
    "learnt_spread",
    "naive",
]

Array = NDArray[np.float64]

HALF = 0.5
GAP_YEARS = 3
LEVELS = 19
SPREAD_CENTRE = 1.0  # log points: the spread of the outlook rule before it has a record
CENTRE_ORIGINS = 1.0  # origins that the centre counts for
LEAST_SPREAD = 1e-6
SAME = 1e-12
AHEAD = 5
MOST_POINTS = 39  # of a climatology


def _weighted(mean: float, coefficients: Array, sd: float) -> Mixture1D:
    """A sum of independent innovations of one sd."""
    return Mixture1D.normal(mean, max(sd * math.sqrt(float(coefficients @ coefficients)), LEAST_SPREAD))


def naive(history: Array, weights: Array) -> Mixture1D:
    """Keep the last growth rate; growth is a random walk."""
    reach = np.cumsum(weights[::-1])[::-1]  # an innovation of year i stays in every later year
    sd = math.sqrt(float(np.mean(np.diff(history) ** 2)))
    return _weighted(float(history[-1]) * float(weights.sum()), reach, sd)


def drift(history: Array, weights: Array) -> Mixture1D:
    """Take the mean growth of the past: the level is a random walk with drift, the drift's own error included."""
    total = float(weights.sum())
    spread = float(history.std(ddof=1)) * math.sqrt(float(weights @ weights) + total**2 / history.size)
    return Mixture1D.normal(float(history.mean()) * total, max(spread, LEAST_SPREAD))


def ar1(history: Array, weights: Array) -> Mixture1D:
    """First-order autoregression by least squares, forecasts iterated; a root outside ±0.99 is drawn in."""
    before, after = history[:-1], history[1:]
    design = np.column_stack([np.ones_like(before), before])
    (constant, slope), *_ = np.linalg.lstsq(design, after, rcond=None)
    residual = after - design @ np.array([constant, slope])
    variance = float(residual @ residual) / max(after.size - 2, 1)
    inside = abs(slope) < 0.99
    lag = float(slope) if inside else math.copysign(0.99, float(slope))
    centre = float(constant / (1.0 - slope)) if inside else float(history.mean())
    age = np.arange(weights.size)
    mean = float(weights @ (centre + lag ** (age + 1.0) * (float(history[-1]) - centre)))
    reach = np.array([weights[i:] @ lag ** age[: weights.size - i] for i in age])
    return _weighted(mean, reach, math.sqrt(variance))


@lru_cache(maxsize=256)
def _smoothed(history: tuple[float, ...]) -> tuple[float, float, float]:
    """Last level, smoothing and error variance; the same series is asked about many horizons."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = ETSModel(np.array(history), error="add", trend=None, initialization_method="estimated")
        fitted = model.fit(disp=False)
    return float(fitted.forecast(1)[0]), float(fitted.params[0]), float(fitted.mse)


def ets(history: Array, weights: Array) -> Mixture1D:
    """Exponential smoothing with additive errors and no trend on growth (statsmodels ETSModel)."""
    level, smoothing, variance = _smoothed(tuple(history))
    after = np.cumsum(weights[::-1])[::-1] - weights
    return _weighted(level * float(weights.sum()), weights + smoothing * after, math.sqrt(variance))


def annual(cases: Sequence[tuple[Array, Array]]) -> list[Mixture1D]:
    """Read the pooled forecaster's quantiles as equal masses, each spread over half its neighbourhood.

    One year is forecast from the series of growth; equal weights on years 1 to h from the series of log levels, for
    quantiles of single years do not add up. All series go through the networks at once.

    Parameters
    ----------
    cases
        (history, weights) of each forecast.

    Raises
    ------
    ValueError
        If the weights are neither.
    """
    series = [_series(history, weights) for history, weights in cases]
    distinct = list(dict.fromkeys(series))
    if not distinct:
        return []
    frame = pd.concat(
        [pd.DataFrame({"unique_id": str(i), "ds": range(len(y)), "y": y}) for i, y in enumerate(distinct)]
    )
    levels = tuple((np.arange(LEVELS) + 0.5) / LEVELS)
    table = forecast_annual(frame, AHEAD, levels, lower=-math.inf)
    points = dict(zip(distinct, np.sort(table["value"].to_numpy().reshape(-1, AHEAD, LEVELS), axis=2), strict=True))
    return [
        Mixture1D.of_points(weights[-1] * (points[y][weights.size - 1] - (0.0 if _single(weights) else y[-1])))
        for (_, weights), y in zip(cases, series, strict=True)
    ]


def _single(weights: Array) -> bool:
    return bool(np.count_nonzero(weights) == 1 and weights[-1] != 0.0)


def _series(history: Array, weights: Array) -> tuple[float, ...]:
    """What is forecast: growth for one year, else log levels from 0."""
    if _single(weights):
        return tuple(history)
    if np.ptp(weights) > SAME:
        raise ValueError(f"weights {weights.tolist()}: one year, or equal weights on years 1 to h")
    return (0.0, *np.cumsum(history))


RULES = {"naive": naive, "drift": drift, "ar1": ar1, "ets": ets}
LEAST, LEAST_ANNUAL = 6, 7  # values of history that the rules need, and the pooled forecaster


def half_gap(
    outlook: Mapping[int, float],
    own: Mapping[int, float],
    nation: Mapping[int, float],
    origin: int,
    weights: Array,
) -> float | None:
    """The dated national outlook plus half the region's mean gap of the last three years, weighted; no model.

    Parameters
    ----------
    outlook, own, nation
        Growth by year, log points.

    Returns
    -------
    ``None`` where a year of the outlook or of the gap is not known.
    """
    years = range(origin - GAP_YEARS + 1, origin + 1)
    asked = [origin + 1 + int(j) for j in np.flatnonzero(weights)]
    if any(year not in outlook for year in asked) or any(year not in own or year not in nation for year in years):
        return None
    gap = sum(own[year] - nation[year] for year in years) / GAP_YEARS
    return float(sum(weights[year - origin - 1] * (outlook[year] + HALF * gap) for year in asked))


def learnt_spread(errors: Mapping[int, Sequence[float]]) -> float:
    """The spread of a rule as its own earlier errors show it: the root mean square over origins, drawn toward ± 1.

    Parameters
    ----------
    errors
        By origin, the errors of all regions whose outcome was known by the day, log points.

    Notes
    -----
    The record begins with the replay's first origin: with the errors of 2007 to 2009, up to 6 points, the rule is far
    too wide for a decade and scores worse (CRPS of five-year averages 0.58 against 0.41).
    """
    squares = [float(np.mean(np.square(found))) for found in errors.values()]
    return math.sqrt((CENTRE_ORIGINS * SPREAD_CENTRE**2 + sum(squares)) / (CENTRE_ORIGINS + len(squares)))


def climatology(reference: float, anomalies: Array) -> Mixture1D:
    """What came after earlier origins, as distances from the rate of the five years before, laid on today's rate.

    A probability "at least the last five years' mean less k" is then how often that happened so far. Points are
    smoothed by a Gaussian kernel of Silverman's width (1986, eq. 3.28), and 0.25 at least.
    """
    width = max(1.06 * float(anomalies.std(ddof=1)) * anomalies.size ** (-0.2), 0.25)
    many = anomalies.size > MOST_POINTS
    points = np.quantile(anomalies, (np.arange(MOST_POINTS) + 0.5) / MOST_POINTS) if many else anomalies
    size = points.size
    return Mixture1D(np.full(size, 1.0 / size), reference + points, np.full(size, width))
