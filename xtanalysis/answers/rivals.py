"""Forecasts without the model that the replay compares it with; each gives a Gaussian for growth h years ahead."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from statsmodels.tools.sm_exceptions import ConvergenceWarning
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from xtanalysis.annual.forecast import forecast_one
from xtanalysis.answers.scores import Mixture1D

__all__ = ["RIVALS", "annual", "ar1", "drift", "ets", "naive", "outlook_gap"]

Array = NDArray[np.float64]

HALF = 0.5
GAP_YEARS = 3
LEVELS = 19
OUTLOOK_SD = 1.0  # of the outlook benchmark, log points: sharper than its own past errors, and it scores better so


def naive(history: Array, horizon: int) -> Mixture1D:
    """Keep the last growth rate; errors of a random walk."""
    spread = math.sqrt(float(np.mean(np.diff(history) ** 2)) * horizon)
    return Mixture1D.normal(float(history[-1]), max(spread, 1e-6))


def drift(history: Array, horizon: int) -> Mixture1D:
    """Take the mean growth of the past: the level is a random walk with drift."""
    del horizon
    spread = float(history.std(ddof=1)) * math.sqrt(1.0 + 1.0 / history.size)
    return Mixture1D.normal(float(history.mean()), spread)


def ar1(history: Array, horizon: int) -> Mixture1D:
    """First-order autoregression by least squares, forecasts iterated; a root outside ±0.99 is drawn in."""
    before, after = history[:-1], history[1:]
    design = np.column_stack([np.ones_like(before), before])
    (constant, slope), *_ = np.linalg.lstsq(design, after, rcond=None)
    residual = after - design @ np.array([constant, slope])
    variance = float(residual @ residual) / max(after.size - 2, 1)
    inside = abs(slope) < 0.99
    lag = float(slope) if inside else math.copysign(0.99, float(slope))
    centre = float(constant / (1.0 - slope)) if inside else float(history.mean())
    mean = centre + lag**horizon * (float(history[-1]) - centre)
    return Mixture1D.normal(mean, math.sqrt(variance * sum(lag ** (2 * j) for j in range(horizon))))


def ets(history: Array, horizon: int) -> Mixture1D:
    """Exponential smoothing with additive errors and no trend on growth (statsmodels ETSModel)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        fitted = ETSModel(history, error="add", trend=None, initialization_method="estimated").fit(disp=False)
    smoothing = float(fitted.params[0])
    variance = float(fitted.mse) * (1.0 + (horizon - 1) * smoothing**2)
    return Mixture1D.normal(float(fitted.forecast(1)[0]), math.sqrt(variance))


def annual(history: Array, horizon: int) -> Mixture1D:
    """Read the pooled quantile forecaster's quantiles as equal masses, each spread over half its neighbourhood."""
    levels = (np.arange(LEVELS) + 0.5) / LEVELS
    points = np.sort(forecast_one(history, horizon, tuple(levels), lower=-math.inf)[-1])
    spread = np.maximum(0.5 * np.gradient(points), 1e-3)
    return Mixture1D(np.full(LEVELS, 1.0 / LEVELS), points, spread)


RIVALS = {"naive": naive, "drift": drift, "ar1": ar1, "ets": ets, "annual": annual}


def outlook_gap(
    outlook: Mapping[int, float], own: Mapping[int, float], nation: Mapping[int, float], origin: int, horizon: int
) -> Mixture1D | None:
    """Return the dated national outlook plus half the region's mean gap of the last three years, ± 1 point; no model.

    Parameters
    ----------
    outlook, own, nation
        Growth by year, log points.
    """
    years = range(origin - GAP_YEARS + 1, origin + 1)
    if origin + horizon not in outlook or any(year not in own or year not in nation for year in years):
        return None
    gap = sum(own[year] - nation[year] for year in years) / GAP_YEARS
    return Mixture1D.normal(outlook[origin + horizon] + HALF * gap, OUTLOOK_SD)
