"""Draws of Gaussians inside a box, jointly, all at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

__all__ = ["inside_box", "truncated_normal"]

Array = NDArray[np.float64]

SWEEPS = 20


def truncated_normal(a: Array, b: Array, u: Array) -> Array:
    """Standard normal on [a, b] at rank u, by inversion in the tail where it is accurate (log scale)."""
    flip = a > 0
    low, high = np.where(flip, -b, a), np.where(flip, -a, b)
    rank = np.where(flip, 1.0 - u, u)
    log_low, log_high = special.log_ndtr(low), special.log_ndtr(high)
    log_rank = log_high + np.log(rank + (1.0 - rank) * np.exp(log_low - log_high))
    value = special.ndtri_exp(np.minimum(log_rank, 0.0))
    out: Array = np.where(flip, -value, value)
    return out


def inside_box(
    centre: Array, precision: Array, start: Array, box: tuple[Array, Array], rng: np.random.Generator
) -> Array:
    """Gibbs draws of jointly truncated Gaussians, one chain a draw from where the draw already is.

    Geweke (1991); the chain mixes fast because few conditions are truncated at once.

    Parameters
    ----------
    centre, start
        Shape (N, m).
    precision
        Of each draw's law, shape (N, m, m).
    box
        Lower and upper ends, shape (m,) each, infinite where open.
    """
    low, high = box
    out = np.clip(start, low, high)
    for _ in range(SWEEPS):
        for j in range(out.shape[1]):
            own = precision[:, j, j]
            pull = np.einsum("nk,nk->n", out - centre, precision[:, j]) - (out[:, j] - centre[:, j]) * own
            middle = centre[:, j] - pull / own
            spread = 1.0 / np.sqrt(own)
            a, b = (low[j] - middle) / spread, (high[j] - middle) / spread
            out[:, j] = middle + spread * truncated_normal(a, b, rng.random(len(out)))
    return np.clip(out, low, high)
