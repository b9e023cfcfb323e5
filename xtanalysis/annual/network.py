"""The shipped model: an ensemble of small dense networks that give quantiles of the change ahead, and its calibration.

The file is a NumPy archive of plain arrays (nothing in it can run code); its SHA-256 stands in ``pooled.json``
beside it, together with the data's hash, the seed and the scores on the held-back tails, and is verified on loading.
"""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xtanalysis.annual.features import HORIZONS, Features
from xtanalysis.errors import BadInput, Problem
from xtanalysis.text import message

__all__ = ["LEVELS", "Dense", "Pooled", "cells", "load", "raw_quantiles", "standardise", "widened"]

Array = NDArray[np.float64]

LEVELS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.975, 0.99)
# Series are calibrated by their length: up to 9 points, up to 12, up to 19, up to 30, longer.
LENGTHS = (9, 12, 19, 30)
# … and by the volatility of their last changes, relative to all their changes: calmer than 0.6, 1, 1.6, wilder.
VOLATILITIES = (0.6, 1.0, 1.6)
# Series of up to 30 points that grew fast and evenly have a row of their own, whatever their length and volatility.
EVEN = len(LENGTHS) + 1
WIDTHS = (EVEN + 1, len(VOLATILITIES) + 1, HORIZONS, len(LEVELS))
ROOT = np.sqrt(np.arange(1.0, HORIZONS + 1.0))
FOLDER = Path(__file__).resolve().parent
CLIP = 5.0
# How far the median moves to the mean of its partners from the third year on; half as far in the second. What was tried
# is in docs/annual.md.
SHARE = 0.3
RAMP = np.array([0.0, 0.5, *[1.0] * (HORIZONS - 2)])


@dataclass(frozen=True, slots=True)
class Dense:
    """One network: rectified layers, then a linear one.

    Attributes
    ----------
    weights, biases
        Layer by layer, shapes (inputs, outputs) and (outputs,); the last has HORIZONS × len(LEVELS) outputs.
    """

    weights: tuple[Array, ...]
    biases: tuple[Array, ...]

    def __call__(self, x: Array) -> Array:
        """Map inputs, shape (n, n_features), to outputs, shape (n, HORIZONS, len(LEVELS))."""
        for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            x = np.maximum(x @ weight + bias, 0.0)
        return (x @ self.weights[-1] + self.biases[-1]).reshape(len(x), HORIZONS, len(LEVELS))


@dataclass(frozen=True, slots=True)
class Pooled:
    """Everything that the forecaster learnt.

    Attributes
    ----------
    mean, spread
        Of each feature over the training set, shape (n_features,).
    networks
        The ensemble; its quantiles are averaged.
    width
        Shape WIDTHS: factor on each quantile's distance from the median, by length, volatility of the last changes,
        horizon and level, from outcomes that the fit had not seen.
    """

    mean: Array
    spread: Array
    networks: tuple[Dense, ...]
    width: Array


def standardise(table: Array, mean: Array, spread: Array) -> Array:
    """Centre and scale the features, and hold them within what the networks were trained on."""
    return np.clip((table - mean) / spread, -CLIP, CLIP)


def raw_quantiles(features: Features, model: Pooled) -> Array:
    """Quantiles at LEVELS before calibration, as changes from the last value in units of the mean absolute change.

    The networks' quantiles, averaged, and moved together towards the partners.

    Returns
    -------
    Shape (n_series, HORIZONS, len(LEVELS)), non-decreasing along the last axis.
    """
    x = standardise(features.table, model.mean, model.spread)
    total = np.zeros((len(x), HORIZONS, len(LEVELS)))
    for network in model.networks:
        total += network(x)
    change = np.sort(total * (ROOT / len(model.networks))[:, None] + features.anchor[:, :, None], axis=2)
    middle = change[:, :, LEVELS.index(0.5)]
    shifted: Array = change + (SHARE * RAMP * (features.partner - middle))[:, :, None]
    return shifted


def cells(n: NDArray[np.int64], recent: Array, even: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows and columns of the calibration table, by points, volatility of the last changes, fast and even growth."""
    length = np.where(even & (n <= LENGTHS[-1]), EVEN, np.searchsorted(np.array(LENGTHS), n))
    return length, np.searchsorted(np.array(VOLATILITIES), recent)


def widened(quantiles: Array, cell: tuple[NDArray[np.int64], NDArray[np.int64]], width: Array) -> Array:
    """Stretch each quantile's distance from the median by the calibration factor of the series' cell and horizon."""
    middle = quantiles[:, :, LEVELS.index(0.5)][:, :, None]
    return np.sort(middle + (quantiles - middle) * width[cell], axis=2)


@lru_cache(maxsize=1)
def load(path: Path = FOLDER / "pooled.npz") -> Pooled:
    """Read the shipped model.

    Raises
    ------
    BadInput
        If the file is not the one that ``pooled.json`` describes.
    """
    content = path.read_bytes()
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["sha256"]
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        fix = message("Install the package again, or run the training script")
        raise BadInput(
            Problem(
                message("the trained model is damaged"),
                file=path.name,
                found=found,
                expected=f"SHA-256 {expected}",
                fix=fix,
            )
        )
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        parts = {name: arrays[name].astype(np.float64) for name in arrays.files}
    networks: list[Dense] = []
    while f"weight{len(networks)}.0" in parts:
        k = len(networks)
        layers = range(sum(name.startswith(f"weight{k}.") for name in parts))
        networks.append(
            Dense(tuple(parts[f"weight{k}.{i}"] for i in layers), tuple(parts[f"bias{k}.{i}"] for i in layers))
        )
    return Pooled(parts["mean"], parts["spread"], tuple(networks), parts["width"])
