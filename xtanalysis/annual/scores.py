"""Accuracy of point and interval forecasts, with the definitions of the M4 competition.

Reference: Makridakis, Spiliotis & Assimakopoulos (2020), "The M4 Competition: 100,000 time series and 61 forecasting
methods", Int. J. Forecasting 36. Annual data have no season, so its benchmark Naive2 is the last value. The weighted
quantile loss is that of the tables of foundation models (Ansari et al. 2024, "Chronos", Trans. Machine Learning Res.).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["DECILES", "Scores", "coverage", "mase", "msis", "owa", "score", "smape", "wql"]

Array = NDArray[np.float64]

DECILES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of one method on one set of series.

    Attributes
    ----------
    smape
        Percent, 0–200.
    mase, msis, owa
        In units of the one-step naive error within the sample; OWA relative to the last value (1 is as good).
    wql
        Pinball loss at the deciles, over the mean absolute outcome.
    coverage80, coverage95
        Percent of outcomes inside the central bands.
    """

    smape: float
    mase: float
    owa: float
    msis: float
    wql: float
    coverage80: float
    coverage95: float


def smape(actual: Array, forecast: Array) -> float:
    """Symmetric mean absolute percentage error, 0–200; both arguments (n_series, horizon)."""
    return float(np.mean(200.0 * np.abs(actual - forecast) / (np.abs(actual) + np.abs(forecast))))


def mase(actual: Array, forecast: Array, scale: Array) -> float:
    """Mean absolute error over ``scale``, the mean absolute change within the sample, shape (n_series,)."""
    return float(np.mean(np.abs(actual - forecast).mean(axis=1) / scale))


def owa(actual: Array, forecast: Array, scale: Array, last: Array) -> float:
    """Overall weighted average: mean of sMAPE and MASE, each over that of the last value."""
    naive = np.broadcast_to(last[:, None], actual.shape)
    relative = (
        smape(actual, forecast) / smape(actual, naive),
        mase(actual, forecast, scale) / mase(actual, naive, scale),
    )
    return 0.5 * (relative[0] + relative[1])


def msis(actual: Array, low: Array, high: Array, scale: Array, alpha: float = 0.05) -> float:
    """Mean scaled interval score of the central band that leaves out ``alpha``."""
    missed = np.maximum(low - actual, 0.0) + np.maximum(actual - high, 0.0)
    return float(np.mean((high - low + 2.0 / alpha * missed).mean(axis=1) / scale))


def wql(actual: Array, quantiles: dict[float, Array]) -> float:
    """Weighted quantile loss: mean over levels of twice the pinball loss, over the mean absolute outcome."""
    losses = [np.maximum(level * (actual - q), (level - 1.0) * (actual - q)).sum() for level, q in quantiles.items()]
    return float(2.0 * np.mean(losses) / np.abs(actual).sum())


def coverage(actual: Array, low: Array, high: Array) -> Array:
    """Percent of outcomes within the band, ends included, per horizon: shape (horizon,)."""
    inside: Array = 100.0 * ((low <= actual) & (actual <= high)).mean(axis=0)
    return inside


def score(actual: Array, quantiles: dict[float, Array], scale: Array, last: Array) -> Scores:
    """Score forecasts given at the DECILES, 0.025 and 0.975, each of shape (n_series, horizon)."""
    low, middle, high = quantiles[0.025], quantiles[0.5], quantiles[0.975]
    return Scores(
        smape=smape(actual, middle),
        mase=mase(actual, middle, scale),
        owa=owa(actual, middle, scale, last),
        msis=msis(actual, low, high, scale),
        wql=wql(actual, {level: quantiles[level] for level in DECILES}),
        coverage80=float(coverage(actual, quantiles[0.1], quantiles[0.9]).mean()),
        coverage95=float(coverage(actual, low, high).mean()),
    )
