"""Who settles a quantity's uncertainty: the region's own figures, those around it, or nobody yet.

With cells and robust weights as they are, the variance of a quantity is computed again without some of the figures.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from xtanalysis.model.likelihood import offset_covariance, statement_covariance
from xtanalysis.model.posterior import Posterior
from xtanalysis.model.prior import covariances_at
from xtanalysis.statements.grammar import Statement
from xtanalysis.targets.block import block_of

__all__ = ["LEAST_SHARE", "around", "own_share", "own_shares", "variances_given"]

Array = NDArray[np.float64]
Subset = NDArray[np.bool_]

LEAST_SHARE = 0.1
"""Of the variance without them: below it a verdict rests on the figures of province and nation alone."""
CELLS = 4  # the heaviest cells: a share of variance hardly differs between them


def around(posterior: Posterior) -> Subset:
    """Which statements in use are not the region's own figures of what happened (plans and outlooks are none)."""
    used = posterior.evidence.statements
    return np.array([s.region != posterior.region or not s.tells_what_happened for s in used], dtype=bool)


def own_share(posterior: Posterior, statement: Statement, first: int) -> float:
    """Share of the margin's variance without the region's own figures that those remove, 0 to 1.

    Averaged over the heaviest cells.

    Parameters
    ----------
    first
        First year of the block that the statement is a row of.
    """
    key = ("own share", statement, first)
    if key not in posterior.kept:
        block = block_of(posterior, first)
        row, _ = block.row(statement)
        posterior.kept[key] = float(own_shares(posterior, block.on_paths(row)[None, :])[0])
    return float(posterior.kept[key])


def own_shares(posterior: Posterior, rows: Array) -> Array:
    """The same of several quantities, each a row on the paths, shape (q, K·T) to (q,)."""
    others = around(posterior)
    without, with_all = variances_given(posterior, rows, (others, np.ones_like(others)), cells=CELLS)
    return np.where(without > 0.0, 1.0 - with_all / np.where(without > 0.0, without, 1.0), 0.0)


def variances_given(
    posterior: Posterior, rows: Array, subsets: tuple[Subset, ...], *, cells: int | None = None
) -> Array:
    """Variance of ``rows @ x`` given subsets of the statements, averaged over the cells; shape (subsets, q).

    Parameters
    ----------
    rows
        Shape (q, K·T).
    subsets
        Which statements are kept, each of shape (n,).
    cells
        Only so many of the heaviest cells.
    """
    out = np.zeros((len(subsets), len(rows)))
    used = np.flatnonzero(np.abs(rows).sum(axis=0))
    small = rows[:, used]
    offsets = offset_covariance(posterior.evidence)
    mixture = posterior.mixture
    chosen = np.sort(np.argsort(-mixture.weights, kind="stable")[:cells])
    weights = mixture.weights[chosen] / mixture.weights[chosen].sum()
    before = covariances_at(posterior.layout, [mixture.cells[c].hyper for c in chosen], used)
    for weight, c, spread in zip(weights, chosen, before, strict=True):
        cell = mixture.cells[c]
        prior = ((small @ spread) * small).sum(axis=1)
        gain = cell.gain[used].T @ small.T
        covariance = statement_covariance(posterior.evidence, cell.gain, mixture.robust, offsets)
        for i, kept in enumerate(subsets):
            taken = np.zeros(len(rows))
            if kept.all() and kept.size:
                half = linalg.solve_triangular(cell.factor, gain, lower=True, check_finite=False)
                taken = (half**2).sum(axis=0)
            elif kept.any():
                factor = linalg.cholesky(covariance[np.ix_(kept, kept)], lower=True, check_finite=False)
                half = linalg.solve_triangular(factor, gain[kept], lower=True, check_finite=False)
                taken = (half**2).sum(axis=0)
            out[i] += weight * (prior - taken)
    return out
