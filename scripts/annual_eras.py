"""Replay a fit on what it has not seen, and learn from its misses how wide its bands must be."""

from __future__ import annotations

from dataclasses import dataclass

import annual_fit
import numpy as np
from numpy.typing import NDArray

from xtanalysis.annual.distribution import at_levels
from xtanalysis.annual.features import MAX_POINTS, MIN_POINTS
from xtanalysis.annual.network import EVEN, LEVELS, WIDTHS, Pooled, cells, raw_quantiles, widened
from xtanalysis.annual.scores import DECILES

__all__ = ["SCORED", "TAIL", "Era", "Misses", "calibrate", "in_units", "misses", "replay", "tail"]

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

TAIL = 6
MIDDLE = LEVELS.index(0.5)
SCORED = (0.025, *DECILES, 0.975)
# A miss counts half as much as one of HALF_LIFE years later: neighbouring years resemble each other. At the origins 12
# to 1 before the end of M4, each with widths from what was known there, coverage of the 80 % band is off by 1.93, 1.94,
# 2.02 and 2.11 points for half-lives of 1.5, 3, 6 and 12 years; the shortest rests on few years.
HALF_LIFE = 3.0
# A cell's factor is drawn towards that of its length as by this many cases, and that of a length towards that of all.
SHRINK = 500.0


@dataclass(frozen=True, slots=True)
class Era:
    """Cases and the forecasts of a fit that had not seen their outcomes.

    Attributes
    ----------
    actual
        Shape (n, horizon), ``NaN`` where not known.
    quantiles
        Shape (n, HORIZONS, len(LEVELS)), as changes from the last value in units of the mean absolute change.
    last, scale, mad
        Shape (n,); ``scale`` is that of the features, ``mad`` that of the scores (the whole history).
    n
        Length of each history, at most MAX_POINTS.
    cell
        Row and column of each history in the calibration table, shapes (n,).
    """

    actual: Array
    quantiles: Array
    last: Array
    scale: Array
    mad: Array
    n: Ints
    cell: tuple[Ints, Ints]


@dataclass(frozen=True, slots=True)
class Misses:
    """How far each band must stretch about its median to hold the outcome.

    Attributes
    ----------
    stretch
        Shape (n, TAIL, MIDDLE): by horizon and band (levels k and −1−k), ``NaN`` where the outcome is not known.
    length, volatility
        Shape (n,): rows and columns of the calibration table.
    age
        Shape (n,): points between the origin and the end of the data.
    """

    stretch: Array
    length: Ints
    volatility: Ints
    age: Ints


def replay(known: list[Array], actual: Array, model: Pooled) -> Era:
    """Forecast what followed the histories ``known``; those that never moved are left out."""
    moves = np.array([np.ptp(y[-MAX_POINTS:]) > 0 for y in known])
    known, actual = [y for y, m in zip(known, moves, strict=True) if m], actual[moves]
    recent = [y[-MAX_POINTS:] for y in known]
    values = np.array([np.pad(y, (MAX_POINTS - len(y), 0), constant_values=np.nan) for y in recent])
    features = annual_fit.batched(values, np.zeros(len(values), bool))
    mad = np.array([np.abs(np.diff(y)).mean() for y in known])
    n = np.minimum([len(y) for y in known], MAX_POINTS)
    cell = cells(n, features.recent, features.even)
    return Era(actual, raw_quantiles(features, model), features.last, features.scale, mad, n, cell)


def tail(series: list[Array], drop: int) -> tuple[list[Array], Array]:
    """Histories that end ``drop`` points before the end of each series, and the TAIL points that follow."""
    long = [y for y in series if len(y) - drop >= MIN_POINTS]
    following = [y[len(y) - drop :][:TAIL] for y in long]
    actual = [np.pad(y, (0, TAIL - len(y)), constant_values=np.nan) for y in following]
    return [y[: len(y) - drop] for y in long], np.array(actual)


def misses(series: list[Array], drop: int, model: Pooled, origins: int = TAIL) -> Misses:
    """Misses at the ``origins`` origins from ``drop`` points before the end on, of a fit that has not seen them."""
    parts = [(age, replay(*tail(series, age), model)) for age in range(drop, drop - origins, -1)]
    return Misses(
        np.concatenate([_stretches(era) for _, era in parts]),
        np.concatenate([era.cell[0] for _, era in parts]),
        np.concatenate([era.cell[1] for _, era in parts]),
        np.concatenate([np.full(len(era.last), age) for age, era in parts]),
    )


def _stretches(era: Era) -> Array:
    """Stretch of each band that its outcome asks for; both sides alike."""
    middle = era.quantiles[:, :TAIL, MIDDLE]
    outcome = (era.actual - era.last[:, None]) / era.scale[:, None] - middle
    below, above = era.quantiles[:, :TAIL, :MIDDLE], era.quantiles[:, :TAIL, : -1 - MIDDLE : -1]
    side = np.where(outcome[:, :, None] < 0, middle[:, :, None] - below, above - middle[:, :, None])
    stretch: Array = np.abs(outcome)[:, :, None] / np.maximum(side, 1e-6)
    return stretch


def calibrate(parts: list[Misses], cities: list[Misses], now: int) -> Array:
    """Find the factors that give each central band its nominal coverage, shape WIDTHS.

    Split conformal (Vovk, Gammerman & Shafer 2005), by length, volatility of the last changes and horizon, weighted by
    recency (Barber, Candès, Ramdas & Tibshirani 2023). A band's two sides share one factor, because an era's drift to
    one side says little about the next's. None is narrowed: that an era was calm does not say that the next will be.
    Outcomes later than ``now`` points before the end of the data are not used.

    Series that grew fast and evenly take the factor of those among ``cities``, which may narrow: cities kept their
    pace in years in which such series of M4 lost it.
    """
    width = np.ones(WIDTHS)
    even = [_rows(part, part.length == EVEN) for part in cities]
    for h in range(TAIL):
        stretch, weight, used = _known(parts, h, now)
        groups = tuple(np.concatenate([getattr(p, name) for p in parts])[used] for name in ("length", "volatility"))
        steady, steady_weight, _ = _known(even, h, 0)
        for k in range(MIDDLE):
            share = 1.0 - 2.0 * LEVELS[k]
            factor = np.maximum(_factors(stretch[:, k], weight, groups, share), 1.0)
            factor[EVEN] = _quantile(steady[:, k], steady_weight, share)
            width[:, :, h:, k] = width[:, :, h:, -1 - k] = factor[:, :, None]
    return width


def _known(parts: list[Misses], h: int, now: int) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Stretches at a horizon whose outcome was known ``now`` points before the end, their weights, which they are."""
    stretch = np.concatenate([p.stretch[:, h] for p in parts])
    since = np.concatenate([p.age for p in parts]) - (h + 1) - now
    used = (since >= 0) & np.isfinite(stretch[:, 0])
    return stretch[used], 0.5 ** (since[used] / HALF_LIFE), used


def _rows(misses: Misses, rows: NDArray[np.bool_]) -> Misses:
    return Misses(*(getattr(misses, name)[rows] for name in Misses.__slots__))


def _factors(stretch: Array, weight: Array, groups: tuple[Ints, Ints], share: float) -> Array:
    """Weighted quantile of the stretches in each cell, drawn towards wider groups where there are few."""
    whole = _quantile(stretch, weight, share)
    result = np.empty(WIDTHS[:2])
    for i in range(WIDTHS[0]):
        rows = groups[0] == i
        by_length = _drawn(stretch[rows], weight[rows], share, whole)
        for j in range(WIDTHS[1]):
            cell = rows & (groups[1] == j)
            result[i, j] = _drawn(stretch[cell], weight[cell], share, by_length)
    return result


def _drawn(stretch: Array, weight: Array, share: float, towards: float) -> float:
    """Weighted quantile, averaged with ``towards`` as if that rested on SHRINK cases."""
    if not len(stretch):
        return towards
    return (len(stretch) * _quantile(stretch, weight, share) + SHRINK * towards) / (len(stretch) + SHRINK)


def _quantile(values: Array, weight: Array, share: float) -> float:
    """Smallest value at or below which lies a ``share`` of the weight."""
    order = np.argsort(values, kind="stable")
    total = np.cumsum(weight[order])
    return float(values[order][np.searchsorted(total, share * total[-1])])


def in_units(era: Era, width: Array) -> dict[float, Array]:
    """Calibrated forecasts of an era at the scored levels, in the series' own units."""
    quantiles = widened(era.quantiles, era.cell, width)[:, : era.actual.shape[1]]
    level = era.last[:, None, None] + era.scale[:, None, None] * at_levels(quantiles, np.array(SCORED))
    return {q: level[:, :, i] for i, q in enumerate(SCORED)}
