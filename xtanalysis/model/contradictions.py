"""Figures that speak against all the others, by leave-one-out scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xtanalysis.model.posterior import Posterior
from xtanalysis.statements.grammar import Statement

__all__ = ["Conflict", "contradictions"]

Array = NDArray[np.float64]

BOUND = 3.5  # standard errors: with 400 figures, one Gaussian figure in five sets would pass it by chance


@dataclass(frozen=True, slots=True)
class Conflict:
    """A figure and what speaks against it.

    Attributes
    ----------
    statement, against
        The figure, and the one whose error goes most with its own given all others.
    z
        How far the figure is from what all others say, in standard errors (its own and theirs), with sign.
    gap
        The same in log points; of a share's logit where the row speaks of one.
    weight
        The robust weight that the posterior gives it.
    """

    statement: Statement
    against: Statement
    z: float
    gap: float
    weight: float


def contradictions(posterior: Posterior, bound: float = BOUND) -> list[Conflict]:
    """Every figure further than ``bound`` standard errors from what all the others say, the worst first.

    Scores are averaged over the cells; a figure's own robust weight is not used against it, the others' are.
    """
    evidence, mixture = posterior.evidence, posterior.mixture
    n = len(evidence)
    if n < 2:
        return []
    z, gap, precisions = np.zeros(n), np.zeros(n), []
    for weight, cell in zip(mixture.weights, mixture.cells, strict=True):
        precision = cell.pooled.precision_diagonal(cell.solved.inverse())
        precisions.append(precision)
        left_out = cell.weighted / precision
        spread = np.sqrt(np.maximum(1.0 / precision - evidence.sd**2 / mixture.robust + evidence.sd**2, 1e-18))
        z += weight * left_out / spread
        gap += weight * left_out
    worst = np.array([i for i in np.argsort(-np.abs(z)) if abs(z[i]) > bound], dtype=np.intp)
    link = np.zeros((worst.size, n))
    for weight, cell, precision in zip(mixture.weights, mixture.cells, precisions, strict=True):
        rows = cell.pooled.precision_rows(cell.solved.inverse(), worst)
        link += weight * np.abs(rows) / np.sqrt(np.outer(precision[worst], precision))
    link[np.arange(worst.size), worst] = 0.0
    return [
        Conflict(
            statement=evidence.statements[i],
            against=evidence.statements[int(np.argmax(link[place]))],
            z=float(z[i]),
            gap=float(gap[i]),
            weight=float(mixture.robust[i]),
        )
        for place, i in enumerate(worst)
    ]
