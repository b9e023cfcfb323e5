"""Evidence of one cell of hyperparameters, its gradient, and robust weights; plain functions of arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from xtanalysis.model.evidence import Evidence
from xtanalysis.model.prior import Layout, covariances_at, path_covariance, path_mean
from xtanalysis.model.priors import Hyper

__all__ = [
    "Cell",
    "LoosenedError",
    "condition",
    "condition_on",
    "covariances_of",
    "log_evidence",
    "offset_covariance",
    "prior_gain",
    "robust_weights",
    "statement_covariance",
]

Array = NDArray[np.float64]


class LoosenedError(ArithmeticError):
    """The statements' covariance is not positive definite."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The Gaussian posterior of the paths given one cell of hyperparameters.

    Attributes
    ----------
    hyper
        The cell.
    gain
        Prior covariance between paths and statements, P·H', shape (K·T, n).
    packed
        Lower Cholesky factor of the statements' covariance S, column by column without its upper half, shape
        (n·(n + 1)/2,): a mixture holds a hundred of them.
    weighted
        S⁻¹(value − prior mean), shape (n,).
    mean
        Posterior mean of the paths, shape (K·T,).
    log_evidence
        log p(values | cell).
    """

    hyper: Hyper
    gain: Array
    packed: Array
    weighted: Array
    mean: Array
    log_evidence: float

    @property
    def factor(self) -> Array:
        """The factor itself, shape (n, n), laid out as LAPACK wants it; made anew at each call."""
        if not self.weighted.size:
            return np.zeros((0, 0))
        out: Array = linalg.lapack.dtpttr(self.weighted.size, self.packed, uplo="L")[0]
        return out

    def solve(self, right: Array) -> Array:
        """S⁻¹ · right."""
        out: Array = linalg.cho_solve((self.factor, True), right, check_finite=False)
        return out

    def inverse(self) -> Array:
        """S⁻¹ itself, shape (n, n), from its factor in a third of the work of solving for it."""
        lower, failed = linalg.lapack.dpotri(self.factor, lower=1)
        if failed:
            raise LoosenedError("statements' covariance has no inverse")
        # The factor's upper half is zero, and LAPACK leaves it alone.
        out: Array = lower + lower.T
        out[np.diag_indices_from(out)] *= 0.5
        return out

    def covariance_with(self, layout: Layout, rows: Array) -> Array:
        """Posterior covariance of the paths with linear combinations of them: V·rows', shape (K·T, m).

        Parameters
        ----------
        rows
            Shape (m, K·T).
        """
        prior = path_covariance(layout, self.hyper) @ rows.T
        return prior - self.gain @ self.solve(self.gain.T @ rows.T)


def covariances_of(layout: Layout, cells: Sequence[Cell], rows: Array) -> Array:
    """Posterior covariance of linear combinations of the paths in each cell, rows·V·rows', shape (C, m, m).

    Parameters
    ----------
    rows
        Shape (m, K·T); only the positions that they speak of are looked at.
    """
    spoken = np.flatnonzero(np.abs(rows).sum(axis=0))
    small = rows[:, spoken]
    out: Array = small @ covariances_at(layout, [cell.hyper for cell in cells], spoken) @ small.T
    for mine, cell in zip(out, cells, strict=True):
        # V = P − G·S⁻¹·G' = P − A'A with A = L⁻¹·G'.
        half = linalg.solve_triangular(cell.factor, cell.gain[spoken].T @ small.T, lower=True, check_finite=False)
        mine -= half.T @ half
    return out


def offset_covariance(evidence: Evidence) -> Array:
    """Covariance of the statements through the offsets that they share, shape (n, n)."""
    if not evidence.offset_sd.size:
        return np.zeros((len(evidence), len(evidence)))
    spread = (evidence.offsets * evidence.offset_sd[None, :] ** 2).tocsr()
    out: Array = (spread @ evidence.offsets.T).toarray()
    return out


def statement_covariance(evidence: Evidence, gain: Array, weights: Array, offsets: Array | None = None) -> Array:
    """S = H·P·H' + offsets + errors, shape (n, n); an error's variance is divided by its robust weight.

    Parameters
    ----------
    offsets
        ``offset_covariance`` of the evidence, where it is at hand.
    """
    covariance: Array = evidence.paths @ gain
    covariance += offset_covariance(evidence) if offsets is None else offsets
    covariance[np.diag_indices_from(covariance)] += evidence.sd**2 / weights
    return covariance


def prior_gain(evidence: Evidence, covariance: Array) -> Array:
    """Prior covariance between paths and statements, P·H', shape (K·T, n), from that of the paths."""
    return np.ascontiguousarray((evidence.paths @ covariance).T)


def condition(layout: Layout, evidence: Evidence, hyper: Hyper, weights: Array) -> Cell:
    """Condition the prior of one cell on the evidence.

    Raises
    ------
    LoosenedError
        If the statements' covariance is not positive definite to working precision.
    """
    gain = prior_gain(evidence, path_covariance(layout, hyper))
    return condition_on(path_mean(layout), gain, evidence, hyper, weights)


def condition_on(
    prior_mean: Array, gain: Array, evidence: Evidence, hyper: Hyper, weights: Array, offsets: Array | None = None
) -> Cell:
    """The same where the prior's mean (K·T,) and its gain (K·T, n) are at hand.

    Raises
    ------
    LoosenedError
        If the statements' covariance is not positive definite to working precision.
    """
    if not len(evidence):
        return Cell(hyper, gain, np.zeros(0), np.zeros(0), prior_mean, 0.0)
    covariance = statement_covariance(evidence, gain, weights, offsets)
    try:
        # The transpose of a symmetric matrix is laid out as LAPACK wants it, so that nothing is copied.
        factor = linalg.cholesky(covariance.T, lower=True, overwrite_a=True, check_finite=False)
    except linalg.LinAlgError as error:
        raise LoosenedError("statements' covariance is not positive definite") from error
    residual = evidence.value - evidence.paths @ prior_mean
    weighted = linalg.cho_solve((factor, True), residual, check_finite=False)
    return Cell(
        hyper=hyper,
        gain=gain,
        packed=linalg.lapack.dtrttp(factor, uplo="L")[0],
        weighted=weighted,
        mean=prior_mean + gain @ weighted,
        log_evidence=log_evidence(factor, residual, weighted),
    )


def log_evidence(factor: Array, residual: Array, weighted: Array) -> float:
    """Log N(residual; 0, S) from S's Cholesky factor and S⁻¹·residual."""
    return float(-0.5 * residual @ weighted - np.log(np.diag(factor)).sum() - 0.5 * residual.size * np.log(2.0 * np.pi))


def robust_weights(evidence: Evidence, cell: Cell, weights: Array, inverse: Array | None = None) -> Array:
    """One EM step for Student-t errors: w = (ν + 1)/(ν + E[r²]/R), r the error of a statement given all of them.

    Lange, Little & Taylor (1989). The expectation takes the posterior of the paths into account, so a statement that
    alone determines a path keeps weight near 1.

    Parameters
    ----------
    inverse
        S⁻¹ of the cell where it is at hand.

    Returns
    -------
    Weights, shape (n,), in (0, 1 + 1/ν].
    """
    variance = evidence.sd**2 / weights
    inverse = cell.inverse() if inverse is None else inverse
    expected = (variance * cell.weighted) ** 2 + variance - variance**2 * np.diag(inverse)
    ratio = np.maximum(expected, 0.0) / evidence.sd**2
    out: Array = (evidence.dof + 1.0) / (evidence.dof + ratio)
    return out
