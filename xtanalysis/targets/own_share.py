"""How much of a target's uncertainty the region's own figures remove."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from xtanalysis.model.likelihood import offset_covariance, statement_covariance
from xtanalysis.model.posterior import Posterior
from xtanalysis.model.prior import covariances_at
from xtanalysis.statements.grammar import Statement
from xtanalysis.targets.block import block_of

__all__ = ["LEAST_SHARE", "own_share"]

Array = NDArray[np.float64]

LEAST_SHARE = 0.1
"""Of the variance without them: below it a verdict rests on the figures of province and nation alone."""
CELLS = 4  # the heaviest cells: a share of variance hardly differs between them


def own_share(posterior: Posterior, statement: Statement, first: int) -> float:
    """Share of the margin's variance without the region's own figures that those remove, 0 to 1.

    Averaged over the heaviest cells. Plans and outlooks are no figures of what happened.

    Parameters
    ----------
    first
        First year of the block that the statement is a row of.
    """
    key = ("own share", statement, first)
    if key not in posterior.kept:
        posterior.kept[key] = _own_share(posterior, statement, first)
    return float(posterior.kept[key])


def _own_share(posterior: Posterior, statement: Statement, first: int) -> float:
    block = block_of(posterior, first)
    row, _ = block.row(statement)
    whole = block.on_paths(row)
    used = np.flatnonzero(whole)
    small = whole[used]
    around = np.array(
        [s.region != posterior.region or not s.tells_what_happened for s in posterior.evidence.statements], dtype=bool
    )
    mixture = posterior.mixture
    heavy = np.argsort(-mixture.weights, kind="stable")[:CELLS]
    offsets = offset_covariance(posterior.evidence)
    before = covariances_at(posterior.layout, [mixture.cells[c].hyper for c in heavy], used)
    without, with_all, total = 0.0, 0.0, float(mixture.weights[heavy].sum())
    for weight, c, spread in zip(mixture.weights[heavy] / total, heavy, before, strict=True):
        cell = mixture.cells[c]
        prior = float(small @ spread @ small)
        gain = cell.gain[used].T @ small
        covariance = statement_covariance(posterior.evidence, cell.gain, mixture.robust, offsets)
        without += weight * (prior - _taken(covariance[np.ix_(around, around)], gain[around]))
        with_all += weight * (prior - _taken(covariance, gain))
    return 1.0 - with_all / without if without > 0.0 else 0.0


def _taken(covariance: Array, gain: Array) -> float:
    if not gain.size:
        return 0.0
    factor = linalg.cholesky(covariance, lower=True, check_finite=False)
    half = linalg.solve_triangular(factor, gain, lower=True, check_finite=False)
    return float(half @ half)
