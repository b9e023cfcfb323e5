"""How far linearised figures are from exact: the exact likelihood as importance weights on the draws.

Statements about sums and about parts of an aggregate are not linear in the paths and enter as their gradients. Each
draw's weight is the exact likelihood of those statements over the linearised one; where the weights hardly vary, the
draws are those of the exact posterior. Judged by the tail index of the weights (Vehtari, Simpson, Gelman, Yao &
Gabry 2024, with the fit of Zhang & Stephens 2009) and by their effective share.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from xtanalysis.model.bend import bend
from xtanalysis.model.posterior import Draws, Posterior

__all__ = ["Exactness", "exactness", "log_weights", "smoothed"]

Array = NDArray[np.float64]

FEWEST_IN_TAIL = 5


@dataclass(frozen=True, slots=True)
class Exactness:
    """How well linearised statements stand for the exact ones.

    Attributes
    ----------
    rows
        Statements that are not linear.
    pareto_k
        Tail index of the weights; below 0.7 they can be trusted.
    effective_share
        1/(N·Σw²) of the normalised, Pareto-smoothed weights: 1 where linearising changes nothing.
    """

    rows: int
    pareto_k: float
    effective_share: float


def log_weights(posterior: Posterior, draws: Draws) -> Array:
    """Log of exact over linearised likelihood of each draw, up to a constant, shape (N,)."""
    evidence = posterior.evidence
    rows = np.flatnonzero(~evidence.linear)
    if not rows.size:
        return np.zeros(len(draws.cell))
    bent = bend(evidence, draws.values)
    residual = evidence.value[rows] - draws.values @ evidence.paths[rows].T
    spread = (evidence.offsets[rows] * evidence.offset_sd[None, :]).toarray()
    error = spread @ spread.T + np.diag(evidence.sd[rows] ** 2 / posterior.mixture.robust[rows])
    root = linalg.cholesky(error, lower=True)
    whole = linalg.solve_triangular(root, (residual - bent).T, lower=True)
    flat = linalg.solve_triangular(root, residual.T, lower=True)
    out: Array = 0.5 * ((flat**2).sum(axis=0) - (whole**2).sum(axis=0))
    return out


def smoothed(log_weight: Array) -> tuple[Array, float]:
    """Weights up to a constant with their tail smoothed, shape (N,), and its index k.

    Pareto-smoothed importance sampling: the min(N/5, 3√N) largest are put at the quantiles of the generalised Pareto
    law that fits them (the posterior mean of Zhang & Stephens 2009), none above the largest that was seen. k is −∞
    where all weights are alike.
    """
    size = log_weight.size
    tail = int(min(size // 5, 3 * np.sqrt(size)))
    weight = np.exp(log_weight - log_weight.max())
    order = np.argsort(weight)
    cut = weight[order[-tail - 1]]
    excess = weight[order[-tail:]] - cut
    if (excess > 0.0).sum() < FEWEST_IN_TAIL:
        return weight, float("-inf")
    grid = 30 + int(np.sqrt(tail))
    quartile = excess[int(tail / 4 + 0.5) - 1]
    inverse = 1.0 / excess[-1] + (1.0 - np.sqrt(grid / (np.arange(1, grid + 1) - 0.5))) / (3.0 * max(quartile, 1e-300))
    shape = np.log1p(-inverse[:, None] * excess).mean(axis=1)
    score = tail * (np.log(-inverse / shape) - shape - 1.0)
    share = 1.0 / np.exp(score[None, :] - score[:, None]).sum(axis=1)
    best = float((inverse * share).sum() / share.sum())
    found = float(np.log1p(-best * excess).mean())
    scale = -found / best
    # A weak prior of ten tail values around one half keeps short tails from wandering.
    k = (tail * found + 10.0 * 0.5) / (tail + 10.0)
    level = (np.arange(1, tail + 1) - 0.5) / tail
    weight[order[-tail:]] = np.minimum(cut + scale * np.expm1(-k * np.log1p(-level)) / k, 1.0)
    return weight, k


def exactness(posterior: Posterior, draws: Draws) -> Exactness:
    """Judge a posterior's linearised statements on its draws."""
    weight, k = smoothed(log_weights(posterior, draws))
    share = float(weight.sum() ** 2 / (weight**2).sum() / weight.size)
    return Exactness(int((~posterior.evidence.linear).sum()), k, share)
