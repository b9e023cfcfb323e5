"""Draws of the exact posterior: those of the linearised one, resampled by the exact likelihood.

Statements about sums and about parts of an aggregate are not linear in the paths and enter by their mean gradient. A
draw's weight is the exact likelihood of those statements over the linearised one. Systematic resampling (Kitagawa 1996)
by these weights makes draws of the exact law, skewness of shares near their bound included; where the weights hardly
vary it leaves nearly all as they are. Weights are judged by their tail index (Vehtari, Simpson, Gelman, Yao & Gabry
2024, with the fit of Zhang & Stephens 2009) and by their effective share: where either falls short, more draws are
weighed, and where that does not help (a city without figures of its own), they move nothing.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from xtanalysis.model.nonlinear import values_of
from xtanalysis.model.posterior import Draws, Posterior, stream
from xtanalysis.model.threads import one_thread

__all__ = ["LEAST_EFFECTIVE", "TRUSTED", "exact_draws", "log_weights", "smoothed"]

Array = NDArray[np.float64]

FEWEST_IN_TAIL = 5
TRUSTED = 0.7  # tail index below which weights can be trusted
LEAST_EFFECTIVE = 0.5  # of the draws asked for, that resampling has to leave effective
MORE = 4  # times as many draws where that is not so
WORTH_MORE = 0.25  # effective share from which they are tried: of many draws it is lower than of few


@one_thread()
def exact_draws(posterior: Posterior, draws: int, seed: int) -> Draws:
    """Draws of a posterior on which figures that are not linear count by their exact form.

    Where that is out of reach even with ``MORE`` draws for each (tail index of ``TRUSTED`` or more, fewer than
    ``LEAST_EFFECTIVE`` of the draws effective) they are those of the linearised posterior; the draws say both. In order
    of their cells, some more than once.
    """
    plain, weight = _weighed(posterior, draws, seed)
    drawn = plain
    if not _enough(plain, draws) and plain.effective_share >= WORTH_MORE:
        drawn, weight = _weighed(posterior, MORE * draws, seed)
    if not _enough(drawn, draws):
        return dataclasses.replace(plain, pareto_k=drawn.pareto_k, effective_share=drawn.effective_share)
    if not np.isfinite(drawn.pareto_k):
        return drawn
    edges = np.cumsum(weight)
    steps = (np.arange(draws) + stream(seed, posterior.region, "exact").random()) / draws
    taken = np.minimum(np.searchsorted(edges / edges[-1], steps, side="right"), weight.size - 1)
    values = np.empty((posterior.layout.size, draws))
    for one, all_of_it in zip(values, drawn.values.T, strict=True):  # each lies side by side in memory
        all_of_it.take(taken, out=one)
    return dataclasses.replace(drawn, values=values.T, cell=drawn.cell[taken])


def _enough(drawn: Draws, asked: int) -> bool:
    """Whether the weights of draws can be trusted, and leave enough of them for so many."""
    return drawn.pareto_k < TRUSTED and drawn.effective_share * len(drawn.cell) >= LEAST_EFFECTIVE * asked


def _weighed(posterior: Posterior, draws: int, seed: int) -> tuple[Draws, Array]:
    """Draws of the linearised posterior that say how well their weights, shape (N,), can be trusted."""
    drawn = posterior.draw(draws, seed)
    weight, k = smoothed(log_weights(posterior, drawn))
    share = float(weight.sum() ** 2 / (weight**2).sum() / weight.size)
    return dataclasses.replace(drawn, pareto_k=k, effective_share=share), weight


def log_weights(posterior: Posterior, draws: Draws) -> Array:
    """Log of exact over linearised likelihood of each draw, up to a constant, shape (N,)."""
    evidence, paths = posterior.evidence, draws.values
    rows, forms = evidence.exact
    if not rows.size:
        return np.zeros(len(draws.cell))
    spread = (evidence.offsets[rows] * evidence.offset_sd[None, :]).toarray()
    error = spread @ spread.T + np.diag(evidence.sd[rows] ** 2 / posterior.mixture.robust[rows])
    root, value = linalg.cholesky(error, lower=True), evidence.value[rows][:, None]
    linear = value - evidence.paths[rows] @ paths.T
    exact = value + evidence.constant[rows][:, None] - values_of(forms, paths)
    flat, whole = (linalg.solve_triangular(root, left, lower=True, check_finite=False) for left in (linear, exact))
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
