"""Cut histories out of series and fit the ensemble of quantile networks to them, in NumPy alone."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xtanalysis.annual.features import HORIZONS, MAX_POINTS, MIN_POINTS, Features, describe
from xtanalysis.annual.network import LENGTHS, LEVELS, ROOT, Dense, Pooled, standardise

__all__ = ["SEED", "Samples", "batched", "cut", "cut_cities", "fit", "joined", "read"]

Array = NDArray[np.float64]

SEED = 20
HIDDEN = (64, 64)
EPOCHS = 8
BATCH = 512
RATE = 2e-3
DECAY = 1e-2
ORIGINS = 8  # cut origins per series
BACK = 24  # how far before the end of the data an origin may lie
SHORT = 0.3  # share of histories cut to 7–25 points, so that short series are learnt
SIGNED = 0.1  # share seen without logs and with a random sign, so that series that cross zero are learnt
CITIES = 0.2  # weight of the cities' series, relative to all M4 series together


@dataclass(frozen=True, slots=True)
class Samples:
    """Histories and what followed.

    Attributes
    ----------
    values
        Shape (n, MAX_POINTS), right-aligned.
    future
        Shape (n, HORIZONS), ``NaN`` where not known.
    signed
        Shape (n,): seen without logs.
    weight
        Shape (n,): one over the number of samples of the same series.
    """

    values: Array
    future: Array
    signed: NDArray[np.bool_]
    weight: Array


def read(path: Path) -> list[Array]:
    """Read the series, each in order of time."""
    frame = pd.read_parquet(path).sort_values(["unique_id", "t"], kind="stable")
    ids = frame["unique_id"].to_numpy()
    return np.split(frame["y"].to_numpy(np.float64), np.flatnonzero(ids[1:] != ids[:-1]) + 1)


def cut(series: list[Array], drop: int, rng: np.random.Generator) -> Samples:
    """Cut histories at several origins of each series, after leaving out its last ``drop`` points."""
    histories, futures, weights, signed = [], [], [], []
    for whole in series:
        y = whole[: len(whole) - drop]
        origins = np.arange(max(MIN_POINTS, len(y) - BACK), len(y) - 2)
        chosen = rng.permutation(origins)[:ORIGINS]
        for origin in chosen:
            start = origin - rng.integers(MIN_POINTS, 26) if rng.random() < SHORT else 0
            history = y[max(start, origin - MAX_POINTS, 0) : origin]
            ahead = y[origin : origin + HORIZONS]
            if (history == history[0]).all():
                continue
            turn = rng.random() < SIGNED
            sign = -1.0 if turn and rng.random() < 0.5 else 1.0
            histories.append(sign * np.pad(history, (MAX_POINTS - len(history), 0), constant_values=np.nan))
            futures.append(sign * np.pad(ahead, (0, HORIZONS - len(ahead)), constant_values=np.nan))
            weights.append(1.0 / len(chosen))
            signed.append(turn)
    return Samples(np.array(histories), np.array(futures), np.array(signed), np.array(weights))


def cut_cities(cities: list[Array], weight: float) -> Samples:
    """Cut city series at every origin with MIN_POINTS years before and three after; ``weight`` is their total."""
    histories, futures = [], []
    for y in cities:
        for origin in range(MIN_POINTS, len(y) - 2):
            ahead = y[origin : origin + HORIZONS]
            histories.append(np.pad(y[:origin], (MAX_POINTS - origin, 0), constant_values=np.nan))
            futures.append(np.pad(ahead, (0, HORIZONS - len(ahead)), constant_values=np.nan))
    n = len(histories)
    return Samples(np.array(histories), np.array(futures), np.zeros(n, bool), np.full(n, weight / n))


def joined(first: Samples, second: Samples) -> Samples:
    """Put two sets of samples together."""
    return Samples(*(np.concatenate([getattr(first, k), getattr(second, k)]) for k in Samples.__slots__))


def batched(values: Array, signed: NDArray[np.bool_]) -> Features:
    """Describe in blocks, so that memory stays small."""
    blocks = [describe(values[i : i + 8192], signed[i : i + 8192]) for i in range(0, len(values), 8192)]
    return Features(*(np.concatenate([getattr(b, name) for b in blocks]) for name in Features.__slots__))


def fit(samples: Samples, seed: int, networks: int) -> Pooled:
    """Fit the ensemble to samples; no calibration yet."""
    features = batched(samples.values, samples.signed)
    mean = features.table.mean(axis=0)
    spread = features.table.std(axis=0) + 1e-3
    x = standardise(features.table, mean, spread).astype(np.float32)
    change = (samples.future - features.last[:, None]) / features.scale[:, None]
    target = ((change - features.anchor) / ROOT).astype(np.float32)
    weight = (np.isfinite(target) * ROOT * samples.weight[:, None]).astype(np.float32)
    weight /= weight.mean()
    fitted = tuple(train(x, np.nan_to_num(target), weight, seed + k) for k in range(networks))
    return Pooled(mean, spread, fitted, np.ones((len(LENGTHS) + 1, HORIZONS, len(LEVELS))))


def train(x: NDArray[np.float32], target: NDArray[np.float32], weight: NDArray[np.float32], seed: int) -> Dense:
    """Minimise the pinball loss at all levels and horizons with Adam, decoupled weight decay and a cosine schedule."""
    rng = np.random.default_rng(seed)
    sizes = (x.shape[1], *HIDDEN, HORIZONS * len(LEVELS))
    weights = [rng.normal(0.0, np.sqrt(2.0 / a), (a, b)).astype(np.float32) for a, b in pairwise(sizes)]
    biases = [np.zeros(b, np.float32) for b in sizes[1:]]
    weights[-1] *= 0.1
    parameters = [*weights, *biases]
    first = [np.zeros_like(p) for p in parameters]
    second = [np.zeros_like(p) for p in parameters]
    levels = np.array(LEVELS, np.float32)
    steps_per_epoch = len(x) // BATCH
    steps, step = EPOCHS * steps_per_epoch, 0
    for _ in range(EPOCHS):
        order = rng.permutation(len(x))
        for k in range(steps_per_epoch):
            rows = order[k * BATCH : (k + 1) * BATCH]
            gradients = _gradients(x[rows], target[rows], weight[rows], weights, biases, levels)
            step += 1
            rate = RATE * 0.5 * (1.0 + np.cos(np.pi * step / steps)) * min(1.0, step / 200)
            for p, g, m, v in zip(parameters, gradients, first, second, strict=True):
                m += 0.1 * (g - m)
                v += 0.001 * (g * g - v)
                p -= rate * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8)
                if p.ndim == 2:
                    p -= rate * DECAY * p
    return Dense(tuple(w.astype(np.float64) for w in weights), tuple(b.astype(np.float64) for b in biases))


def _gradients(
    x: NDArray[np.float32],
    target: NDArray[np.float32],
    weight: NDArray[np.float32],
    weights: list[NDArray[np.float32]],
    biases: list[NDArray[np.float32]],
    levels: NDArray[np.float32],
) -> list[NDArray[np.float32]]:
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
