"""Scores of forecasts that are Gaussian mixtures: CRPS, coverage, PIT, Brier, and standard errors by origin block."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

__all__ = ["LEVELS", "Mixture1D", "block_error", "brier", "crps", "pit", "quantiles"]

Array = NDArray[np.float64]

LEVELS = np.arange(1, 20) / 20.0  # of the quantiles that are kept of every forecast


@dataclass(frozen=True, slots=True)
class Mixture1D:
    """A mixture of Gaussians on the line.

    Attributes
    ----------
    weights, means, sds
        Shape (C,); weights add up to 1.
    """

    weights: Array
    means: Array
    sds: Array

    @classmethod
    def normal(cls, mean: float, sd: float) -> Mixture1D:
        """One Gaussian."""
        return cls(np.ones(1), np.array([mean]), np.array([sd]))

    @classmethod
    def of_points(cls, points: Array) -> Mixture1D:
        """Equal masses at ordered points, each spread over half its neighbourhood."""
        spread = np.maximum(0.5 * np.gradient(points), 1e-3)
        return cls(np.full(points.size, 1.0 / points.size), points, spread)

    def moved(self, by: float) -> Mixture1D:
        """The same law, shifted."""
        return Mixture1D(self.weights, self.means + by, self.sds)

    @property
    def mean(self) -> float:
        """Expectation."""
        return float(self.weights @ self.means)

    @property
    def sd(self) -> float:
        """Standard deviation."""
        second = float(self.weights @ (self.sds**2 + self.means**2))
        return math.sqrt(max(second - self.mean**2, 0.0))


def _absolute(mean: Array, sd: Array) -> Array:
    """E|X| of a Gaussian."""
    z = mean / sd
    density = np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi)
    out: Array = mean * (2.0 * special.ndtr(z) - 1.0) + 2.0 * sd * density
    return out


def crps(forecast: Mixture1D, outcome: float) -> float:
    """Continuous ranked probability score, E|X − y| − ½E|X − X'|, in closed form.

    Grimit, Gneiting, Berrocal & Johnson (2006), The continuous ranked probability score for circular variables.
    """
    near = forecast.weights @ _absolute(outcome - forecast.means, forecast.sds)
    gaps = forecast.means[:, None] - forecast.means[None, :]
    sds = np.hypot(forecast.sds[:, None], forecast.sds[None, :])
    spread = forecast.weights @ _absolute(gaps, sds) @ forecast.weights
    return float(near - 0.5 * spread)


def pit(forecast: Mixture1D, outcome: float) -> float:
    """Probability that the forecast gave to values up to the outcome."""
    return float(forecast.weights @ special.ndtr((outcome - forecast.means) / forecast.sds))


def quantiles(forecast: Mixture1D, levels: Array) -> Array:
    """Quantiles of the mixture by Newton steps kept inside a shrinking bracket, to 1e-10 of its range."""
    reach = special.ndtri(levels)
    if forecast.means.size == 1:
        return np.asarray(forecast.means + reach * forecast.sds)
    ends = forecast.means + np.multiply.outer(reach, forecast.sds)
    low, high = ends.min(axis=1), ends.max(axis=1)
    tolerance = 1e-10 * max(float(np.ptp(ends)), 1.0)
    point = np.clip(forecast.mean + reach * forecast.sd, low, high)
    for _ in range(60):
        z = (point[:, None] - forecast.means) / forecast.sds
        above = special.ndtr(z) @ forecast.weights - levels
        slope = np.exp(-0.5 * z * z) @ (forecast.weights / (forecast.sds * math.sqrt(2.0 * math.pi)))
        low, high = np.where(above < 0.0, point, low), np.where(above < 0.0, high, point)
        newton = point - above / np.maximum(slope, 1e-300)
        after = np.where((newton >= low) & (newton <= high), newton, 0.5 * (low + high))
        if float(np.abs(after - point).max()) < tolerance:
            return np.asarray(after)
        point = after
    return np.asarray(point)


def brier(probability: Array, event: NDArray[np.bool_]) -> float:
    """Mean squared difference between the probability and what happened."""
    return float(np.mean((probability - event) ** 2))


def block_error(values: Array, blocks: NDArray[np.int_], overlap: int = 0) -> float:
    """Standard error of a mean whose terms go together within an origin, and between origins that overlap.

    Cities of one origin share their shocks, and forecasts h years ahead from neighbouring origins share h − 1 years.
    Sums by origin, Bartlett weights up to ``overlap`` origins apart (Newey & West 1987; Diebold & Mariano 1995), with
    the small-sample factor n/(n − 1). Without overlap it is the standard error of the origins' means.

    Parameters
    ----------
    blocks
        Origin year of each value.
    overlap
        Distance in years up to which origins share outcomes.
    """
    names, place = np.unique(blocks, return_inverse=True)
    if names.size < 2:
        return float("nan")
    parts = np.bincount(place, weights=values - values.mean()) / values.size
    gap = np.abs(names[:, None] - names[None, :])
    weights = np.maximum(1.0 - gap / (overlap + 1.0), 0.0)
    return float(np.sqrt(parts @ weights @ parts * names.size / (names.size - 1)))
