"""Evidence of one cell of hyperparameters, its gradient, and robust weights; plain functions of arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from xtanalysis.model.evidence import Evidence
from xtanalysis.model.prior import Layout, path_covariance, path_mean
from xtanalysis.model.priors import Hyper

__all__ = ["Cell", "LoosenedError", "condition", "log_evidence", "robust_weights", "statement_covariance"]

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
    factor
        Lower Cholesky factor of the statements' covariance S, shape (n, n).
    weighted
        S⁻¹(value − prior mean), shape (n,).
    mean
        Posterior mean of the paths, shape (K·T,).
    log_evidence
        log p(values | cell).
    """

    hyper: Hyper
    gain: Array
    factor: Array
    weighted: Array
    mean: Array
    log_evidence: float

    def solve(self, right: Array) -> Array:
        """S⁻¹ · right."""
        out: Array = linalg.cho_solve((self.factor, True), right, check_finite=False)
        return out

    def inverse(self) -> Array:
        """S⁻¹ itself, shape (n, n), from its factor in a third of the work of solving for it."""
        lower, failed = linalg.lapack.dpotri(self.factor, lower=1)
        if failed:
            raise LoosenedError("statements' covariance has no inverse")
        out: Array = np.tril(lower) + np.tril(lower, -1).T
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


def statement_covariance(evidence: Evidence, gain: Array, weights: Array) -> Array:
    """S = H·P·H' + offsets + errors, shape (n, n); an error's variance is divided by its robust weight."""
    covariance: Array = evidence.paths @ gain
    if evidence.offset_sd.size:
        spread = (evidence.offsets * evidence.offset_sd[None, :] ** 2).tocsr()
        covariance = covariance + (spread @ evidence.offsets.T).toarray()
    covariance[np.diag_indices_from(covariance)] += evidence.sd**2 / weights
    return covariance


def condition(layout: Layout, evidence: Evidence, hyper: Hyper, weights: Array) -> Cell:
    """Condition the prior of one cell on the evidence.

    Raises
    ------
    LoosenedError
        If the statements' covariance is not positive definite to working precision.
    """
    prior_mean = path_mean(layout)
    if not len(evidence):
        empty = np.zeros((layout.size, 0))
        return Cell(hyper, empty, np.zeros((0, 0)), np.zeros(0), prior_mean, 0.0)
    gain = np.ascontiguousarray((evidence.paths @ path_covariance(layout, hyper)).T)
    covariance = statement_covariance(evidence, gain, weights)
    try:
        factor = linalg.cholesky(covariance, lower=True, check_finite=False)
    except linalg.LinAlgError as error:
        raise LoosenedError("statements' covariance is not positive definite") from error
    residual = evidence.value - evidence.paths @ prior_mean
    weighted = linalg.cho_solve((factor, True), residual, check_finite=False)
    return Cell(
        hyper=hyper,
        gain=gain,
        factor=factor,
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
