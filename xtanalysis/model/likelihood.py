"""Evidence of one cell of hyperparameters and robust weights; plain functions of arrays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from xtanalysis.model.evidence import Evidence
from xtanalysis.model.pooling import Pooled, groups_of, pool
from xtanalysis.model.prior import Layout, covariances_at, path_mean
from xtanalysis.model.priors import Hyper
from xtanalysis.model.simulate import covariance_times

__all__ = [
    "Cell",
    "LoosenedError",
    "Solved",
    "condition",
    "conditional_variances",
    "covariance_at",
    "covariances_of",
    "covariances_of_places",
    "factors_given",
    "log_evidence",
    "means_of",
    "pooled_covariance",
    "robust_weights",
    "seen_of",
    "solve_rows",
    "spoken_of",
]

Array = NDArray[np.float64]


AT_ONCE = 2048  # columns of a product with the prior covariance: larger ones are handed back to the system each time


class LoosenedError(ArithmeticError):
    """The statements' covariance is not positive definite."""


@dataclass(frozen=True, slots=True)
class Solved:
    """The pooled rows' covariance S in one cell, factorised.

    Attributes
    ----------
    packed
        Lower Cholesky factor of S, column by column without its upper half, shape (m·(m + 1)/2,): a mixture holds
        dozens of them.
    residual
        Value less prior mean, shape (m,).
    weighted
        S⁻¹ · residual, shape (m,).
    log_evidence
        log p(values | cell).
    """

    packed: Array
    residual: Array
    weighted: Array
    log_evidence: float

    @property
    def factor(self) -> Array:
        """The factor itself, shape (m, m), laid out as LAPACK wants it; made anew at each call."""
        if not self.weighted.size:
            return np.zeros((0, 0))
        out: Array = linalg.lapack.dtpttr(self.weighted.size, self.packed, uplo="L")[0]
        return out

    def inverse(self) -> Array:
        """S⁻¹ itself, shape (m, m), from its factor in a third of the work of solving for it."""
        if not self.weighted.size:
            return np.zeros((0, 0))
        lower, failed = linalg.lapack.dpotri(self.factor, lower=1)
        if failed:
            raise LoosenedError("statements' covariance has no inverse")
        # The factor's upper half is zero, and LAPACK leaves it alone.
        out: Array = lower + lower.T
        out[np.diag_indices_from(out)] *= 0.5
        return out


@dataclass(frozen=True, slots=True)
class Cell:
    """The Gaussian posterior of the paths given one cell of hyperparameters.

    Attributes
    ----------
    hyper
        The cell.
    pooled
        The statements, pooled; all cells of a mixture share them.
    solved
        Their covariance in this cell.
    mean
        Posterior mean of the paths, shape (K·T,).
    """

    hyper: Hyper
    pooled: Pooled
    solved: Solved
    mean: Array

    @property
    def log_evidence(self) -> float:
        """Log p(values | cell)."""
        return self.solved.log_evidence

    @property
    def weighted(self) -> Array:
        """S⁻¹(value − prior mean) by statement, shape (n,)."""
        return self.pooled.weighted(self.solved.weighted)

    def solve(self, right: Array) -> Array:
        """S⁻¹ · right for the pooled rows, shape (m, …)."""
        out: Array = linalg.cho_solve((self.solved.factor, True), right, check_finite=False)
        return out

    def inverse(self) -> Array:
        """S⁻¹ by statement, shape (n, n)."""
        n = self.pooled.groups.place.size
        return self.pooled.precision_rows(self.solved.inverse(), np.arange(n))

    def covariance_with(self, layout: Layout, rows: Array) -> Array:
        """Posterior covariance of the paths with linear combinations of them: V·rows', shape (K·T, q).

        Parameters
        ----------
        rows
            Shape (q, K·T).
        """
        which, forms = np.zeros(len(rows), dtype=np.intp), self.pooled.groups.forms
        prior = covariance_times(layout, [self.hyper], which, rows.T)
        return prior - covariance_times(layout, [self.hyper], which, forms.T @ self.solve(forms @ prior))


def _prior_times(layout: Layout, cells: Sequence[Cell], rows: Array) -> Array:
    """Prior covariance of the paths with combinations of them (q, K·T), cell after cell, shape (K·T, C·q)."""
    which = np.repeat(np.arange(len(cells)), len(rows))
    return covariance_times(layout, [cell.hyper for cell in cells], which, np.tile(rows.T, (1, len(cells))))


def seen_of(layout: Layout, cells: Sequence[Cell], rows: Array) -> tuple[Array, Array]:
    """Prior covariance of combinations of the paths in each cell, and of the pooled rows with them.

    Parameters
    ----------
    rows
        Shape (q, K·T).

    Returns
    -------
    Shapes (C, q, q) and (C, m, q).
    """
    count, width = len(cells), len(rows)
    spread, forms = _prior_times(layout, cells, rows), cells[0].pooled.groups.forms
    return tuple((left @ spread).reshape(-1, count, width).swapaxes(0, 1) for left in (rows, forms))  # type: ignore[return-value]


def covariances_of(layout: Layout, cells: Sequence[Cell], rows: Array) -> Array:
    """Posterior covariance of linear combinations of the paths in each cell, rows·V·rows', shape (C, q, q).

    Parameters
    ----------
    rows
        Shape (q, K·T).
    """
    out = np.empty((len(cells), len(rows), len(rows)))
    step = max(1, AT_ONCE // max(1, len(rows)))
    for start in range(0, len(cells), step):
        some = cells[start : start + step]
        prior, seen = seen_of(layout, some, rows)
        out[start : start + step] = prior
        for mine, cell, cross in zip(out[start : start + step], some, seen, strict=True):
            # V = P − G·S⁻¹·G' = P − A'A with A = L⁻¹·G'.
            half = linalg.solve_triangular(cell.solved.factor, cross, lower=True, check_finite=False)
            mine -= half.T @ half
    return out


def covariances_of_places(layout: Layout, cells: Sequence[Cell], places: NDArray[np.intp]) -> Array:
    """:func:`covariances_of` positions of the path vector themselves, in closed form, shape (C, q, q).

    Parameters
    ----------
    places
        Shape (q,).
    """
    groups = cells[0].pooled.groups
    spoken = np.unique(groups.forms.indices).astype(np.intp)
    forms, both = groups.among(spoken), np.union1d(spoken, places)
    heard, asked = np.searchsorted(both, spoken), np.searchsorted(both, places)
    out = np.empty((len(cells), places.size, places.size))
    step = max(1, AT_ONCE // max(1, places.size))
    for start in range(0, len(cells), step):
        some = cells[start : start + step]
        priors = covariances_at(layout, [cell.hyper for cell in some], both, places)
        for mine, cell, prior in zip(out[start : start + step], some, priors, strict=True):
            half = linalg.solve_triangular(cell.solved.factor, forms @ prior[heard], lower=True, check_finite=False)
            np.subtract(prior[asked], half.T @ half, out=mine)
    return out


def covariance_at(cell: Cell, spoken: NDArray[np.intp], prior: Array, some: NDArray[np.intp]) -> Array:
    """Posterior covariance in one cell between some of the positions that its statements speak of, shape (q, q).

    Parameters
    ----------
    spoken, prior
        All these positions, and the prior covariance between them, shape (P, P).
    some
        Places among them, shape (q,).
    """
    columns = prior[:, some]
    seen = cell.pooled.groups.among(spoken) @ columns
    half = linalg.solve_triangular(cell.solved.factor, seen, lower=True, check_finite=False)
    out: Array = columns[some] - half.T @ half
    return out


def means_of(layout: Layout, prior_mean: Array, pooled: Pooled, hypers: Sequence[Hyper], weighted: Array) -> Array:
    """Posterior mean of the paths in each cell, shape (C, K·T).

    Parameters
    ----------
    weighted
        S⁻¹ · residual of each cell, shape (C, m).
    """
    spread = covariance_times(layout, hypers, np.arange(len(hypers)), pooled.groups.forms.T @ weighted.T)
    out: Array = np.ascontiguousarray(prior_mean + spread.T)
    return out


def spoken_of(evidence: Evidence) -> NDArray[np.intp]:
    """Positions of the path vector that some statement speaks of, shape (P,)."""
    return np.unique(evidence.paths.indices).astype(np.intp)


def pooled_covariance(pooled: Pooled, spoken: NDArray[np.intp], prior: Array) -> Array:
    """Covariance of the pooled rows in one cell, S = F·P·F' + errors, shape (m, m).

    Parameters
    ----------
    spoken, prior
        Positions that the statements speak of, and the prior covariance between them, shape (P, P).
    """
    small = pooled.groups.among(spoken)
    out: Array = small @ np.ascontiguousarray((small @ prior).T) + pooled.error
    return out


def condition(
    layout: Layout,
    evidence: Evidence,
    hyper: Hyper,
    weights: Array,
    pooled: Pooled | None = None,
    prior: Array | None = None,
) -> Cell:
    """Condition the prior of one cell on the evidence.

    Parameters
    ----------
    pooled
        The evidence with these weights, where it is at hand.
    prior
        The cell's prior covariance between the positions that are spoken of, where it is at hand, shape (P, P).

    Raises
    ------
    LoosenedError
        If the statements' covariance is not positive definite to working precision.
    """
    pooled, mean = pooled or pool(evidence, groups_of(evidence), weights), path_mean(layout)
    spoken = spoken_of(evidence)
    prior = covariances_at(layout, [hyper], spoken)[0] if prior is None else prior
    covariance = pooled_covariance(pooled, spoken, prior)
    solved = solve_rows(covariance, pooled, pooled.value - pooled.groups.forms @ mean)
    if len(evidence):
        mean = means_of(layout, mean, pooled, [hyper], solved.weighted[None])[0]
    return Cell(hyper, pooled, solved, mean)


def solve_rows(covariance: Array, pooled: Pooled, residual: Array) -> Solved:
    """Factorise the pooled rows' covariance, which is overwritten, and solve for the residual.

    Raises
    ------
    LoosenedError
        If it is not positive definite to working precision.
    """
    if not residual.size:
        return Solved(np.zeros(0), residual, residual, 0.0)
    # The transpose of a symmetric matrix is laid out as LAPACK wants it, so that nothing is copied.
    factor, failed = linalg.lapack.dpotrf(covariance.T, lower=1, overwrite_a=1)
    if failed:
        raise LoosenedError("statements' covariance is not positive definite")
    weighted, _ = linalg.lapack.dpotrs(factor, residual, lower=1)
    packed = linalg.lapack.dtrttp(factor, uplo="L")[0]
    return Solved(packed, residual, weighted, log_evidence(factor, residual, weighted) + pooled.constant)


def log_evidence(factor: Array, residual: Array, weighted: Array) -> float:
    """Log N(residual; 0, S) from S's Cholesky factor and S⁻¹·residual."""
    return float(-0.5 * residual @ weighted - np.log(np.diag(factor)).sum() - 0.5 * residual.size * np.log(2.0 * np.pi))


def robust_weights(
    evidence: Evidence, pooled: Pooled, solved: Solved, weights: Array, inverse: Array | None = None
) -> Array:
    """One EM step for Student-t errors: w = (ν + 1)/(ν + E[r²]/R), r the error of a statement given all of them.

    Lange, Little & Taylor (1989). The expectation takes the posterior of the paths into account, so a statement that
    alone determines a path keeps weight near 1.

    Parameters
    ----------
    inverse
        S⁻¹ of the pooled rows where it is at hand.

    Returns
    -------
    Weights, shape (n,), in (0, 1 + 1/ν].
    """
    variance = evidence.sd**2 / weights
    diagonal = pooled.precision_diagonal(solved.inverse() if inverse is None else inverse)
    expected = (variance * pooled.weighted(solved.weighted)) ** 2 + variance - variance**2 * diagonal
    ratio = np.maximum(expected, 0.0) / evidence.sd**2
    out: Array = (evidence.dof + 1.0) / (evidence.dof + ratio)
    return out


def factors_given(
    layout: Layout, evidence: Evidence, weights: Array, cells: Sequence[Cell]
) -> tuple[sparse.csr_array, Iterator[Array]]:
    """Some statements as pooled rows (m, K·T), and the Cholesky factor of their covariance in one cell after another.

    Parameters
    ----------
    evidence, weights
        The statements that count and their robust weights.
    """
    pooled = pool(evidence, groups_of(evidence), weights)
    spoken = spoken_of(evidence)
    priors = (covariances_at(layout, [cell.hyper], spoken)[0] for cell in cells)
    factors = (
        linalg.cholesky(pooled_covariance(pooled, spoken, prior), lower=True, check_finite=False)
        for prior in (priors if len(pooled) else ())
    )
    return pooled.groups.forms, factors


def conditional_variances(
    layout: Layout, forms: sparse.csr_array, factors: Iterable[Array], cells: Sequence[Cell], rows: Array
) -> Array:
    """Variance of combinations of the paths given some statements only, in each cell, shape (C, q).

    Parameters
    ----------
    forms, factors
        Of the statements that count (:func:`factors_given`).
    rows
        Shape (q, K·T).
    """
    count, spread = len(cells), _prior_times(layout, cells, rows)
    prior = np.einsum("qp,pcq->cq", rows, spread.reshape(-1, count, len(rows)))
    seen = (forms @ spread).reshape(-1, count, len(rows))
    for c, factor in enumerate(factors):  # none where no statement counts
        half = linalg.solve_triangular(factor, seen[:, c], lower=True, check_finite=False)
        prior[c] -= (half**2).sum(axis=0)
    return np.asarray(prior)
