"""The posterior over hyperparameters as a mixture of cells: low-discrepancy points around the evidence's mode."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, stats
from scipy.stats import qmc

from xtanalysis.model.evidence import Evidence
from xtanalysis.model.likelihood import Cell, condition, robust_weights
from xtanalysis.model.prior import Layout
from xtanalysis.model.priors import Hyper, PriorTable

__all__ = ["HyperPrior", "Mixture", "find_mode", "fit_mixture", "hyper_prior"]

Array = NDArray[np.float64]

CELLS = 80
SCORING_STEPS = 6
LAG_RANGE = (-0.3, 0.9)
STEP = 1e-3  # of the differences that give the derivatives of S


@dataclass(frozen=True, slots=True)
class HyperPrior:
    """Prior of the hyperparameters θ: (log shock scale by state, log mean-shock scale, shift of the lag).

    Attributes
    ----------
    base
        The cell at θ = 0.
    sd
        Prior standard deviations, shape (K + 2,); means are zero.
    """

    base: Hyper
    sd: Array

    def cell(self, theta: Array) -> Hyper:
        """The hyperparameters at θ."""
        size = self.base.shock.size
        return Hyper(
            shock=self.base.shock * np.exp(theta[:size]),
            mean_shock=self.base.mean_shock * np.exp(theta[size]),
            lag=np.clip(self.base.lag + theta[size + 1], *LAG_RANGE),
            national_shock=float(self.base.national_shock * np.exp(theta[size])),
        )


@dataclass(frozen=True, slots=True)
class Mixture:
    """Cells and their posterior weights.

    Attributes
    ----------
    cells
        C of them.
    weights
        Shape (C,), adding up to 1.
    robust
        Robust weights of the statements, frozen for the information set, shape (n,).
    effective
        1/Σw²: how many cells carry the mixture.
    theta
        Points, shape (C, K + 2).
    """

    cells: tuple[Cell, ...]
    weights: Array
    robust: Array
    effective: float
    theta: Array


def hyper_prior(layout: Layout, table: PriorTable, shock_spread: float = 0.35) -> HyperPrior:
    """The prior over cells for these series; ``shock_spread`` is the sd of a log shock scale across cities."""
    rows = [table.of(region, indicator) for region, indicator in layout.states]
    base = Hyper(
        shock=np.array([row.shock for row in rows]),
        mean_shock=np.array([row.mean_shock for row in rows]),
        lag=np.array([row.lag for row in rows]),
        national_shock=table.national.shock,
    )
    sd = np.concatenate([np.full(len(rows), shock_spread), [0.4, 0.12]])
    return HyperPrior(base, sd)


def _derivatives(layout: Layout, evidence: Evidence, prior: HyperPrior, theta: Array, weights: Array) -> Array:
    """dS/dθ by central differences of the paths' part, shape (K + 2, n, n)."""
    out = np.empty((theta.size, len(evidence), len(evidence)))
    from xtanalysis.model.prior import path_covariance

    for j in range(theta.size):
        shift = np.zeros_like(theta)
        shift[j] = STEP
        upper = path_covariance(layout, prior.cell(theta + shift))
        lower = path_covariance(layout, prior.cell(theta - shift))
        difference = (upper - lower) / (2.0 * STEP)
        out[j] = evidence.paths @ (evidence.paths @ difference).T
    return out


def find_mode(
    layout: Layout, evidence: Evidence, prior: HyperPrior
) -> tuple[Array, Array, Array]:
    """Mode of the hyperparameters by Fisher scoring, the robust weights there, and the information matrix.

    Returns
    -------
    theta, shape (K + 2,); robust weights, shape (n,); information (prior included), shape (K + 2, K + 2).
    """
    theta = np.zeros_like(prior.sd)
    weights = np.ones(len(evidence))
    information = np.diag(prior.sd**-2)
    for _ in range(SCORING_STEPS):
        cell = condition(layout, evidence, prior.cell(theta), weights)
        weights = robust_weights(evidence, cell, weights)
        cell = condition(layout, evidence, prior.cell(theta), weights)
        slopes = _derivatives(layout, evidence, prior, theta, weights)
        inverse = cell.solve(np.eye(len(evidence)))
        whitened = np.einsum("ab,jbc->jac", inverse, slopes)
        gradient = 0.5 * (
            np.einsum("a,jab,b->j", cell.weighted, slopes, cell.weighted) - np.einsum("jaa->j", whitened)
        )
        gradient -= theta / prior.sd**2
        flat = whitened.reshape(theta.size, -1)
        information = 0.5 * flat @ np.swapaxes(whitened, 1, 2).reshape(theta.size, -1).T + np.diag(prior.sd**-2)
        step = linalg.solve(information, gradient, assume_a="pos")
        theta = theta + np.clip(step, -0.5, 0.5)
        if np.abs(step).max() < 0.02:
            break
    return theta, weights, information


def fit_mixture(layout: Layout, evidence: Evidence, prior: HyperPrior, cells: int = CELLS) -> Mixture:
    """Spread cells around the mode and weigh each by evidence × prior ÷ proposal.

    The proposal is the Gaussian of the information matrix, widened by 1.1; points are scrambled Halton with a fixed seed,
    so the same statements give the same mixture on any machine of one kind.
    """
    theta, weights, information = find_mode(layout, evidence, prior)
    root = linalg.cholesky(linalg.inv(information), lower=True) * 1.1
    if cells == 1:
        points = theta[None, :]
        normal = np.zeros_like(points)
    else:
        uniform = qmc.Halton(theta.size, scramble=True, rng=np.random.default_rng(20210506)).random(cells)
        normal = stats.norm.ppf(np.clip(uniform, 1e-6, 1.0 - 1e-6))
        points = theta + normal @ root.T
    fitted = tuple(condition(layout, evidence, prior.cell(point), weights) for point in points)
    log_weight = np.array([cell.log_evidence for cell in fitted])
    log_weight += -0.5 * ((points / prior.sd) ** 2).sum(axis=1) + 0.5 * (normal**2).sum(axis=1)
    share = np.exp(log_weight - log_weight.max())
    share /= share.sum()
    return Mixture(fitted, share, weights, float(1.0 / (share**2).sum()), points)
