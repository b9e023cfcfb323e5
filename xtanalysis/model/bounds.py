"""Facts that are inequalities: each becomes a Gaussian site that gives the truncated moments (expectation propagation).

"More than 8,500" says nothing where the path is surely above, and cuts it off where it might be below. The site of one
bound is the Gaussian that turns what all other figures say of the quantity into the mean and variance of that law cut
at the bound (Minka 2001; Rasmussen & Williams 2006, section 3.6).
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray
from scipy import special

from xtanalysis.model.evidence import SILENT, Evidence
from xtanalysis.model.likelihood import Cell

__all__ = ["place_bounds", "truncated_moments"]

Array = NDArray[np.float64]


def truncated_moments(mean: Array, sd: Array, low: Array, high: Array) -> tuple[Array, Array]:
    """Mean and variance of a normal law cut to [low, high], element by element.

    Where almost nothing is left inside, the law piles up at the nearer end: an exponential tail.
    """
    a, b = (low - mean) / sd, (high - mean) / sd
    flip = a + b > 0.0  # work where the mass is, below the mean
    a, b = np.where(flip, -b, a), np.where(flip, -a, b)
    # log of Φ(b) − Φ(a), and the densities at the ends over it.
    top, bottom = special.log_ndtr(b), special.log_ndtr(a)
    with np.errstate(divide="ignore", invalid="ignore"):
        inside = top + np.log1p(-np.exp(np.minimum(bottom - top, 0.0)))
        density = [
            np.where(np.isfinite(end), np.exp(-0.5 * end**2 - 0.5 * np.log(2.0 * np.pi) - inside), 0.0)
            for end in (a, b)
        ]
        ends = [np.where(np.isfinite(end), end, 0.0) * d for end, d in zip((a, b), density, strict=True)]
    shift = density[0] - density[1]
    variance = np.clip(1.0 + ends[0] - ends[1] - shift**2, 1e-6, 1.0)
    return mean + sd * np.where(flip, -shift, shift), sd**2 * variance


def place_bounds(evidence: Evidence, cell: Cell, weights: Array) -> Evidence:
    """The evidence with each inequality's site set from what all other figures say, in one cell."""
    rows = evidence.bounded
    if not rows.size:
        return evidence
    precision = cell.pooled.precision_diagonal(cell.solved.inverse())[rows]
    # What the others say of value + error: leave-one-out of a Gaussian system.
    mean = evidence.value[rows] - cell.weighted[rows] / precision
    variance = 1.0 / precision - evidence.sd[rows] ** 2 / weights[rows] + evidence.rounding[rows] ** 2
    cut, left = truncated_moments(mean, np.sqrt(variance), evidence.low[rows], evidence.high[rows])
    gained = 1.0 / left - 1.0 / variance
    speaks = gained > SILENT**-2
    site = np.where(speaks, (cut / left - mean / variance) / np.where(speaks, gained, 1.0), mean)
    spread = np.sqrt(np.where(speaks, 1.0 / np.where(speaks, gained, 1.0), SILENT**2))
    value, sd = evidence.value.copy(), evidence.sd.copy()
    value[rows], sd[rows] = site, np.hypot(spread, evidence.rounding[rows])
    return dataclasses.replace(evidence, value=value, sd=sd)
