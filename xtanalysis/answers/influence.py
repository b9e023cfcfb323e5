"""Which figures decide a target: what its band and its probability would be without them.

With S the statements' covariance, c their prior covariance with the margin, B = S⁻¹ and b = Bc, leaving a group G of
statements out adds b_G'·(B_GG)⁻¹·b_G to the margin's variance and takes b_G'·(B_GG)⁻¹·(B·residual)_G off its mean (Cook
& Weisberg 1982). Cells, their weights and the robust weights stay as they are. Figures are taken out in groups, those
of one region about one indicator, since one of several like it is hardly missed by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xtanalysis.answers.project import ScenarioDraws
from xtanalysis.model.likelihood import seen_of
from xtanalysis.model.rows import is_tie
from xtanalysis.statements.grammar import Statement
from xtanalysis.targets.margins import margin_block, margins, met_probability
from xtanalysis.targets.verdicts import Verdict

__all__ = ["Influence", "figures_by", "influences", "left_out"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Influence:
    """The part of a group of figures in one target.

    Attributes
    ----------
    statements
        Of one region and indicator, outlooks and plans apart from outcomes, in order of period.
    removed
        Share of the margin's variance without them that they remove, 0 to 1.
    narrower
        How much narrower the band is for them, 1 − sd with / sd without.
    probability_without, probability_with
        In closed form, before the scenario.
    """

    statements: tuple[Statement, ...]
    removed: float
    narrower: float
    probability_without: float
    probability_with: float


def influences(projection: ScenarioDraws, result: Verdict) -> tuple[Influence, ...]:
    """Every group of figures in use, those that remove most of the target's variance first."""
    (margin,) = margins(projection, (result,))
    block = margin_block(projection)
    statements = projection.posterior.evidence.statements
    places = list(figures_by(statements, lambda s: (s.region, s.indicator, s.tells_what_happened)).values())
    means, variances = left_out(
        projection, block.on_paths(margin.row), block.covariances @ margin.row @ margin.row, places
    )
    weights = projection.posterior.mixture.weights
    spread = _total(weights, means, variances)
    sd = np.sqrt(variances)
    chance = weights @ met_probability(margin.statement, means, sd, margin.threshold, margin.threshold_high)
    return tuple(
        Influence(
            statements=tuple(sorted((statements[i] for i in places[g]), key=lambda s: (s.period.end, s.id))),
            removed=float(1.0 - spread[-1] / spread[g]),
            narrower=float(1.0 - np.sqrt(spread[-1] / spread[g])),
            probability_without=float(chance[g]),
            probability_with=float(chance[-1]),
        )
        for g in np.argsort(-spread[:-1], kind="stable")
    )


def figures_by(
    statements: Sequence[Statement], key: Callable[[Statement], Hashable]
) -> dict[Hashable, NDArray[np.intp]]:
    """Places of the figures among the statements in use, by what they have in common; definitions are none."""
    groups: dict[Hashable, list[int]] = {}
    for i, s in enumerate(statements):
        if not is_tie(s):
            groups.setdefault(key(s), []).append(i)
    return {name: np.array(group) for name, group in groups.items()}


def left_out(
    projection: ScenarioDraws, row: Array, variance: Array, groups: Sequence[NDArray[np.intp]]
) -> tuple[Array, Array]:
    """Mean and variance of ``row @ x`` in each cell without each group of statements, and last with all of them.

    Parameters
    ----------
    row
        Shape (K·T,).
    variance
        With all statements, shape (C,).
    groups
        Places of the statements that are left out together.

    Returns
    -------
    Shape (C, groups + 1) each, log points.
    """
    cells = projection.posterior.mixture.cells
    means, variances = np.empty((len(cells), len(groups) + 1)), np.empty((len(cells), len(groups) + 1))
    _, seen = seen_of(projection.posterior.layout, cells, row[None])
    for c, cell in enumerate(cells):
        inner = cell.solved.inverse()
        blocks = cell.pooled.precision_blocks(inner, groups)
        weight, weighted = cell.pooled.spread_out(inner @ seen[c, :, 0]), cell.weighted
        means[c], variances[c] = row @ cell.mean, variance[c]
        for g, (group, block) in enumerate(zip(groups, blocks, strict=True)):
            solved = np.linalg.solve(block, weight[group])
            means[c, g] -= solved @ weighted[group]
            variances[c, g] += solved @ weight[group]
    return means, variances


def _total(weights: Array, means: Array, variances: Array) -> Array:
    """Variance over the mixture, shape (groups + 1,)."""
    mean = weights @ means
    return np.asarray(weights @ (variances + (means - mean) ** 2))
