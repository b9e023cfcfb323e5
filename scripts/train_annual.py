"""Train the pooled forecaster of short annual series, score it on tails it has not seen, write the artefact.

    python scripts/train_annual.py M4_YEARLY_TRAIN.parquet

The data are the training split of M4 Yearly (columns unique_id, t, y). For each era (the last 6 points of every series,
the 6 before, the 6 before those) a fit on what came earlier is scored on the era; the misses give the calibration. The
artefact's own fit then uses every point.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import sys
import time
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xtanalysis.annual.features import HORIZONS, MAX_POINTS, MIN_POINTS, Features, describe
from xtanalysis.annual.network import (
    FOLDER,
    LENGTHS,
    LEVELS,
    ROOT,
    Dense,
    Pooled,
    length_group,
    raw_quantiles,
    standardise,
    widened,
)
from xtanalysis.annual.scores import coverage, score

Array = NDArray[np.float64]

SEED = 20
NETWORKS = 6
HIDDEN = (64, 64)
EPOCHS = 12
BATCH = 512
RATE = 2e-3
DECAY = 1e-2
ORIGINS = 8  # cut origins per series
BACK = 24  # how far before the end of the data an origin may lie
SHORT = 0.3  # share of histories cut to 7–25 points, so that short series are learnt
SIGNED = 0.1  # share seen without logs and with a random sign, so that series that cross zero are learnt
TAIL = 6
ERAS = (TAIL, 2 * TAIL, 3 * TAIL)
MIDDLE = LEVELS.index(0.5)


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


@dataclass(frozen=True, slots=True)
class Era:
    """One era's cases and the forecasts of a fit that ended before it.

    Attributes
    ----------
    actual
        Shape (n, TAIL).
    quantiles
        Shape (n, HORIZONS, len(LEVELS)), as changes from the last value in units of the mean absolute change.
    last, scale, mad
        Shape (n,); ``scale`` is that of the features, ``mad`` that of the scores (the whole history).
    n
        Length of each history.
    """

    actual: Array
    quantiles: Array
    last: Array
    scale: Array
    mad: Array
    n: NDArray[np.int64]


def replay(series: list[Array], drop: int, model: Pooled) -> Era:
    """Forecast the era that begins ``drop`` points before the end of each series that is long enough."""
    known = [y[: len(y) - drop] for y in series if len(y) - drop >= MIN_POINTS]
    actual = np.array([y[len(y) - drop :][:TAIL] for y in series if len(y) - drop >= MIN_POINTS])
    moves = np.array([(y != y[0]).any() for y in known])
    known, actual = [y for y, m in zip(known, moves, strict=True) if m], actual[moves]
    values = np.array(
        [np.pad(y[-MAX_POINTS:], (max(MAX_POINTS - len(y), 0), 0), constant_values=np.nan) for y in known]
    )
    features = batched(values, np.zeros(len(values), bool))
    mad = np.array([np.abs(np.diff(y)).mean() for y in known])
    n = np.array([len(y) for y in known])
    return Era(actual, raw_quantiles(features, model), features.last, features.scale, mad, n)


def calibrate(eras: list[Era]) -> Array:
    """Find the factors that give each central band its nominal coverage, by length and horizon, eras pooled.

    Split conformal: the score of a case is how far the band must stretch about the median to hold the outcome. A
    band's two sides share one factor, because an era's drift to one side says little about the next era's.
    """
    width = np.ones((len(LENGTHS) + 1, HORIZONS, len(LEVELS)))
    for group in range(len(LENGTHS) + 1):
        for k in range(MIDDLE):
            factors = np.array([_factor(eras, group, h, k) for h in range(TAIL)])
            line = np.polynomial.Polynomial.fit(np.arange(TAIL), factors, 1)(np.minimum(np.arange(HORIZONS), TAIL - 1))
            width[group, :, k] = width[group, :, -1 - k] = line
    return width


def _factor(eras: list[Era], group: int, h: int, k: int) -> float:
    """Stretch of the band between levels k and −1−k at one horizon that covers its nominal share."""
    stretches = []
    for era in eras:
        rows = length_group(era.n) == group
        q = era.quantiles[rows, h]
        outcome = (era.actual[rows, h] - era.last[rows]) / era.scale[rows] - q[:, MIDDLE]
        side = np.where(outcome < 0, q[:, MIDDLE] - q[:, k], q[:, -1 - k] - q[:, MIDDLE])
        stretches.append(np.abs(outcome) / np.maximum(side, 1e-6))
    return float(np.quantile(np.concatenate(stretches), 1.0 - 2.0 * LEVELS[k]))


def report(name: str, era: Era, width: Array, least: int = MIN_POINTS) -> dict[str, object]:
    """Score one era and print a line."""
    rows = era.n >= least
    change = widened(era.quantiles[rows], era.n[rows], width)[:, :TAIL]
    level = era.last[rows, None, None] + era.scale[rows, None, None] * change
    by_level = {q: level[:, :, i] for i, q in enumerate(LEVELS)}
    actual = era.actual[rows]
    result = score(actual, by_level, era.mad[rows], era.last[rows])
    by_horizon = coverage(actual, by_level[0.025], by_level[0.975]).round(1).tolist()
    print(f"{name:32s} {len(actual):6d} series", {k: round(v, 4) for k, v in asdict(result).items()}, by_horizon)
    return {
        "series": len(actual),
        **{k: round(v, 4) for k, v in asdict(result).items()},
        "coverage95_by_horizon": by_horizon,
    }


def write(model: Pooled, facts: dict[str, object], folder: Path) -> None:
    """Write pooled.npz and pooled.json."""
    layers = range(len(model.networks[0].weights))
    arrays = {"mean": model.mean.astype(np.float32), "spread": model.spread.astype(np.float32)}
    arrays["width"] = model.width.astype(np.float32)
    arrays |= {f"weight{i}": np.stack([n.weights[i] for n in model.networks]).astype(np.float32) for i in layers}
    arrays |= {f"bias{i}": np.stack([n.biases[i] for n in model.networks]).astype(np.float32) for i in layers}
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    facts["sha256"] = hashlib.sha256(buffer.getvalue()).hexdigest()
    for name, content in (
        ("pooled.npz", buffer.getvalue()),
        ("pooled.json", (json.dumps(facts, indent=1, ensure_ascii=False) + "\n").encode()),
    ):
        part = folder / f"{name}.part"
        part.write_bytes(content)
        part.replace(folder / name)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="training split of M4 Yearly (Parquet: unique_id, t, y)")
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder of pooled.npz and pooled.json")
    parser.add_argument("--networks", type=int, default=NETWORKS)
    options = parser.parse_args()
    began = time.perf_counter()
    series = read(options.data)
    eras, fits = [], []
    for drop in ERAS:
        fits.append(fit(cut(series, drop, np.random.default_rng(SEED)), SEED, max(2, options.networks // 2)))
        eras.append(replay(series, drop, fits[-1]))
        print(f"fit before the last {drop} points: {time.perf_counter() - began:.0f} s", flush=True)
    none = np.ones((len(LENGTHS) + 1, HORIZONS, len(LEVELS)))
    tails: dict[str, object] = {}
    for drop, era in zip(ERAS, eras, strict=True):
        others = [other for other in eras if other is not era]
        tails[f"last {drop}, uncalibrated"] = report(f"last {drop}, uncalibrated", era, none)
        tails[f"last {drop}"] = report(f"last {drop}, widths of other eras", era, calibrate(others))
    width = calibrate(eras)
    final = fit(cut(series, 0, np.random.default_rng(SEED)), SEED, options.networks)
    final = Pooled(final.mean, final.spread, final.networks, width)
    facts = {
        "data": options.data.name,
        "data_sha256": hashlib.sha256(options.data.read_bytes()).hexdigest(),
        "seed": SEED,
        "numpy": np.__version__,
        "tails": tails,
    }
    write(final, facts, options.out)
    print(f"done in {time.perf_counter() - began:.0f} s, python {sys.version.split()[0]}")


if __name__ == "__main__":
    main()
