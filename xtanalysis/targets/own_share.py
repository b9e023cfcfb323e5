"""Who settles a quantity's uncertainty: the region's own figures, those around it, or nobody yet.

With cells and robust weights as they are, the variance of a quantity is computed again without some of the figures.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from xtanalysis.model.likelihood import conditional_variances, covariances_of, factors_given
from xtanalysis.model.posterior import Posterior
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
    without, with_all = variances_given(posterior, rows, (others, np.ones_like(others)), cells=CELLS, keep=True)
    return np.where(without > 0.0, 1.0 - with_all / np.where(without > 0.0, without, 1.0), 0.0)


def variances_given(
    posterior: Posterior, rows: Array, subsets: tuple[Subset, ...], *, cells: int | None = None, keep: bool = False
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
    keep
        Whether the same subsets are asked for again, of other rows: what they share then stays with the posterior.
    """
    mixture, layout, evidence = posterior.mixture, posterior.layout, posterior.evidence
    heavy = np.sort(np.argsort(-mixture.weights, kind="stable")[:cells])
    some, weights = [mixture.cells[c] for c in heavy], mixture.weights[heavy] / mixture.weights[heavy].sum()

    def given(kept: Subset) -> Array:
        if kept.all():
            return np.asarray(np.diagonal(covariances_of(layout, some, rows), axis1=1, axis2=2))
        key = ("factors given", kept.tobytes(), cells)
        forms, factors = posterior.kept.get(key) or factors_given(
            layout, evidence.only(kept), mixture.robust[kept], some
        )
        if keep:
            factors = list(factors)
            posterior.kept[key] = forms, factors
        return conditional_variances(layout, forms, factors, some, rows)

    return np.stack([weights @ given(kept) for kept in subsets])
