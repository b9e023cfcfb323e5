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

__all__ = ["LEVELS", "Dense", "Pooled", "length_group", "load", "raw_quantiles", "standardise", "widened"]

Array = NDArray[np.float64]

LEVELS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.975, 0.99)
# Series are calibrated by their length: up to 9 points, up to 12, up to 19, up to 30, longer.
LENGTHS = (9, 12, 19, 30)
ROOT = np.sqrt(np.arange(1.0, HORIZONS + 1.0))
FOLDER = Path(__file__).resolve().parent
CLIP = 5.0
# How far the median moves to Theta: cost 0.004 and 0.002 of OWA in the two latest eras of M4, gained 0.007 before them.
THETA_SHARE = 0.15


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
        Shape (len(LENGTHS) + 1, HORIZONS, len(LEVELS)): factor on each quantile's distance from the median, from tails
        that the fit had not seen.
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

    The networks' quantiles, averaged, and moved together so that their median meets Theta by THETA_SHARE.

    Returns
    -------
    Shape (n_series, HORIZONS, len(LEVELS)), non-decreasing along the last axis.
    """
    x = standardise(features.table, model.mean, model.spread)
    total = np.zeros((len(x), HORIZONS, len(LEVELS)))
    for network in model.networks:
        total += network(x)
    change = np.sort(total * (ROOT / len(model.networks))[:, None] + features.anchor[:, :, None], axis=2)
    aside = THETA_SHARE * (features.theta - change[:, :, LEVELS.index(0.5)])
    shifted: Array = change + aside[:, :, None]
    return shifted


def length_group(n: NDArray[np.int64]) -> NDArray[np.int64]:
    """Row of the calibration table that a series of ``n`` points uses."""
    return np.searchsorted(np.array(LENGTHS), n, side="left")


def widened(quantiles: Array, n: NDArray[np.int64], width: Array) -> Array:
    """Stretch each quantile's distance from the median by the calibration factor of the series' length and horizon."""
    middle = quantiles[:, :, LEVELS.index(0.5)][:, :, None]
    return np.sort(middle + (quantiles - middle) * width[length_group(n)], axis=2)


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
        fix = "Install the package again, or run the training script"
        raise BadInput(
            Problem(
                "the trained model is damaged", file=path.name, found=found, expected=f"SHA-256 {expected}", fix=fix
            )
        )
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        parts = {name: arrays[name].astype(np.float64) for name in arrays.files}
    layers = sum(name.startswith("weight") for name in parts)
    networks = tuple(
        Dense(
            tuple(parts[f"weight{i}"][k] for i in range(layers)),
            tuple(parts[f"bias{i}"][k] for i in range(layers)),
        )
        for k in range(len(parts["weight0"]))
    )
    return Pooled(parts["mean"], parts["spread"], networks, parts["width"])
