"""How much of a target's uncertainty the region's own figures remove."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from xtanalysis.model.likelihood import conditional_variances
from xtanalysis.model.posterior import Posterior
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
    rows, evidence = block.on_paths(row)[None], posterior.evidence
    around = np.array(
        [s.region != posterior.region or not s.tells_what_happened for s in evidence.statements], dtype=bool
    )
    mixture = posterior.mixture
    heavy = np.argsort(-mixture.weights, kind="stable")[:CELLS]
    some, weights = [mixture.cells[c] for c in heavy], mixture.weights[heavy] / mixture.weights[heavy].sum()

    def given(kept: NDArray[np.bool_]) -> float:
        found = conditional_variances(posterior.layout, evidence.only(kept), mixture.robust[kept], some, rows)
        return float(weights @ found[:, 0])

    without, with_all = given(around), given(np.ones_like(around))
    return 1.0 - with_all / without if without > 0.0 else 0.0
