"""Cut histories out of series and fit the ensemble of quantile networks to them, in NumPy alone."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xtanalysis.annual.features import HORIZONS, MAX_POINTS, MIN_POINTS, Features, describe
from xtanalysis.annual.network import LEVELS, ROOT, WIDTHS, Dense, Pooled, standardise

__all__ = ["SEED", "Cuts", "batched", "before", "cut", "cut_cities", "fit", "joined", "read"]

Array = NDArray[np.float64]
Floats = NDArray[np.float32]

SEED = 20
# The members differ in size and in what their loss is relative to: the mean absolute change or the last value.
SIZES = ((64, 64), (96, 96), (128, 64))
RELATIVE = (False, True)
STEPS = 2400
BATCH = 512
RATE = 8e-3
DECAY = 1e-2
BACK = 24  # how far before the end of what is known an origin may lie
REACH = 48  # how far before the end of the data histories are cut, so that earlier fits find theirs
HALF_LIFE = 2.0  # an origin weighs half as much as one this many years later: what comes resembles the last years
SHORT = 0.3  # share of histories cut to 7–25 points, so that short series are learnt
SIGNED = 0.1  # share seen without logs and with a random sign, so that series that cross zero are learnt
CITIES = 0.2  # weight of the cities' series, relative to all M4 series together
BLOCK = 8192


@dataclass(frozen=True, slots=True)
class Cuts:
    """Histories as the networks see them, and what followed.

    Attributes
    ----------
    table
        Shape (n, n_features): the features.
    anchor, change
        Shape (n, HORIZONS): mean of the reference forecasts, and outcomes (``NaN`` where not known), both as changes
        from the last value in units of the mean absolute change.
    relative
        Shape (n,): mean absolute change over the last value, at most 1.
    left
        Shape (n,): points of the series after the history.
    series
        Shape (n,): which series.
    weight
        Shape (n,).
    """

    table: Floats
    anchor: Floats
    change: Floats
    relative: Floats
    left: NDArray[np.int64]
    series: NDArray[np.int64]
    weight: Floats


def read(path: Path) -> list[Array]:
    """Read the series, each in order of time."""
    frame = pd.read_parquet(path).sort_values(["unique_id", "t"], kind="stable")
    ids = frame["unique_id"].to_numpy()
    return np.split(frame["y"].to_numpy(np.float64), np.flatnonzero(ids[1:] != ids[:-1]) + 1)


def cut(series: list[Array], rng: np.random.Generator) -> Cuts:
    """Cut a history at every origin among the last REACH points of each series."""
    parts, rows = [], []
    for i, y in enumerate(series):
        for origin in range(max(MIN_POINTS, len(y) - REACH), len(y)):
            start = origin - int(rng.integers(MIN_POINTS, 26)) if rng.random() < SHORT else 0
            turn = rng.random() < SIGNED
            sign = -1.0 if turn and rng.random() < 0.5 else 1.0
            rows.append((i, max(start, origin - MAX_POINTS, 0), origin, turn, sign))
            if len(rows) == BLOCK:
                parts.append(_described(series, rows))
                rows = []
    return joined(*parts, _described(series, rows))


def _described(series: list[Array], rows: list[tuple[int, int, int, bool, float]]) -> Cuts:
    """Describe the histories given by series, start, origin, whether seen without logs, and sign."""
    values, future = np.full((len(rows), MAX_POINTS), np.nan), np.full((len(rows), HORIZONS), np.nan)
    for row, (i, start, origin, _, sign) in enumerate(rows):
        ahead = series[i][origin : origin + HORIZONS]
        values[row, MAX_POINTS - origin + start :] = sign * series[i][start:origin]
        future[row, : len(ahead)] = sign * ahead
    moves = np.nanmax(values, axis=1) > np.nanmin(values, axis=1)
    signed = np.array([row[3] for row in rows], bool)[moves]
    left = np.array([len(series[row[0]]) - row[2] for row in rows])[moves]
    which = np.array([row[0] for row in rows])[moves]
    features = describe(values[moves], signed)
    change = (future[moves] - features.last[:, None]) / features.scale[:, None]
    relative = features.scale / np.maximum(np.abs(features.last), features.scale)
    single = (part.astype(np.float32) for part in (features.table, features.anchor, change, relative))
    return Cuts(*single, left, which, np.ones(len(left), np.float32))


def before(cuts: Cuts, drop: int) -> Cuts:
    """Those cuts, and of their outcomes those, that were known ``drop`` points before the end.

    Each series weighs 1, its later cuts more than its earlier.
    """
    rows = (cuts.left > drop) & (cuts.left <= drop + BACK)
    left, series = cuts.left[rows] - drop, cuts.series[rows]
    change = np.where(np.arange(HORIZONS) < left[:, None], cuts.change[rows], np.float32(np.nan))
    recency = 0.5 ** ((left - 1) / HALF_LIFE)
    weight = (recency / np.bincount(series, recency)[series]).astype(np.float32)
    return Cuts(cuts.table[rows], cuts.anchor[rows], change, cuts.relative[rows], left, series, weight)


def cut_cities(cities: list[Array], weight: float) -> Cuts:
    """Cut city series at every origin with MIN_POINTS years before it; ``weight`` is their total."""
    rows = [(i, 0, origin, False, 1.0) for i, y in enumerate(cities) for origin in range(MIN_POINTS, len(y))]
    cuts = _described(cities, rows)
    cuts.weight[:] = weight / len(cuts.weight)
    return cuts


def joined(*parts: Cuts) -> Cuts:
    """Put sets of cuts together."""
    return Cuts(*(np.concatenate([getattr(part, name) for part in parts]) for name in Cuts.__slots__))


def batched(values: Array, signed: NDArray[np.bool_]) -> Features:
    """Describe in blocks, so that memory stays small."""
    blocks = [describe(values[i : i + BLOCK], signed[i : i + BLOCK]) for i in range(0, len(values), BLOCK)]
    return Features(*(np.concatenate([getattr(b, name) for b in blocks]) for name in Features.__slots__))


def fit(cuts: Cuts, seed: int, networks: int) -> Pooled:
    """Fit the ensemble to cuts; no calibration yet."""
    mean = cuts.table.mean(axis=0, dtype=np.float64)
    spread = cuts.table.std(axis=0, dtype=np.float64) + 1e-3
    x = standardise(cuts.table, mean.astype(np.float32), spread.astype(np.float32))
    root = ROOT.astype(np.float32)
    target = (cuts.change - cuts.anchor) / root
    known = np.isfinite(target)
    target = np.nan_to_num(target)
    fitted = []
    for k in range(networks):
        weight = known * root * cuts.weight[:, None]
        if RELATIVE[k % len(RELATIVE)]:
            weight *= cuts.relative[:, None]
        weight /= weight.mean()
        fitted.append(train(x, target, weight, SIZES[k % len(SIZES)], seed + k))
    return Pooled(mean, spread, tuple(fitted), np.ones(WIDTHS))


def train(x: Floats, target: Floats, weight: Floats, hidden: tuple[int, ...], seed: int) -> Dense:
    """Minimise the pinball loss at all levels and horizons with Adam, decoupled weight decay and a cosine schedule."""
    rng = np.random.default_rng(seed)
    sizes = (x.shape[1], *hidden, HORIZONS * len(LEVELS))
    weights = [rng.normal(0.0, np.sqrt(2.0 / a), (a, b)).astype(np.float32) for a, b in pairwise(sizes)]
    biases = [np.zeros(b, np.float32) for b in sizes[1:]]
    weights[-1] *= 0.1
    parameters = [*weights, *biases]
    first = [np.zeros_like(p) for p in parameters]
    second = [np.zeros_like(p) for p in parameters]
    levels = np.array(LEVELS, np.float32)
    for step in range(1, STEPS + 1):
        rows = rng.integers(0, len(x), BATCH)
        gradients = _gradients(x[rows], target[rows], weight[rows], weights, biases, levels)
        rate = RATE * 0.5 * (1.0 + np.cos(np.pi * step / STEPS)) * min(1.0, step / 200)
        for p, g, m, v in zip(parameters, gradients, first, second, strict=True):
            m += 0.1 * (g - m)
            v += 0.001 * (g * g - v)
            p -= rate * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8)
            if p.ndim == 2:
                p -= rate * DECAY * p
    return Dense(tuple(w.astype(np.float64) for w in weights), tuple(b.astype(np.float64) for b in biases))


def _gradients(
    x: Floats,
    target: Floats,
    weight: Floats,
    weights: list[Floats],
    biases: list[Floats],
    levels: Floats,
) -> list[Floats]:
    """Gradients of the mean weighted pinball loss: those of the weights, then those of the biases."""
    layers = [x]
    for w, b in zip(weights[:-1], biases[:-1], strict=True):
        layers.append(np.maximum(layers[-1] @ w + b, 0.0))
    out = (layers[-1] @ weights[-1] + biases[-1]).reshape(len(x), HORIZONS, len(LEVELS))
    slope = ((out > target[:, :, None]) - levels) * weight[:, :, None]
    back = (slope.reshape(len(x), -1) / len(x)).astype(np.float32)
    by_weight, by_bias = [], []
    for i in reversed(range(len(weights))):
        by_weight.append(layers[i].T @ back)
        by_bias.append(back.sum(axis=0))
        back = (back @ weights[i].T) * (layers[i] > 0)
    return [*reversed(by_weight), *reversed(by_bias)]
