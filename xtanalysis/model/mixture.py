"""The posterior over hyperparameters as a mixture of cells: low-discrepancy points around the evidence's mode."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, stats
from scipy.stats import qmc

from xtanalysis.model.evidence import Evidence
from xtanalysis.model.likelihood import Cell, condition, robust_weights
from xtanalysis.model.prior import Layout, path_covariance
from xtanalysis.model.priors import Hyper, PriorTable

__all__ = ["HyperPrior", "Mixture", "find_mode", "fit_mixture", "hyper_prior"]

Array = NDArray[np.float64]

CELLS = 80
SHOCK_SPREAD = 0.4  # of a log scale across Hunan's cities to 2010: 0.43 for secondary value added, 0.5 for GDP
SCORING_STEPS = 12
TOLERANCE = 0.03  # of a scoring step, in log scale: a tenth of the mode's own uncertainty
LAG_RANGE = (-0.3, 0.9)
STEP = 1e-3  # of the differences that give the derivatives of S


@dataclass(frozen=True, slots=True)
class HyperPrior:
    """Prior of the hyperparameters θ: (log shock scale by group, log mean-shock scale, shift of the lag).

    Attributes
    ----------
    base
        The cell at θ = 0.
    group
        Group of each state, shape (K,): the first region's states each have their own scale, those of the regions
        around it move together, for their scales are known from the panel.
    mean, sd
        Prior means and standard deviations, shape (G + 2,).
    """

    base: Hyper
    group: NDArray[np.intp]
    mean: Array
    sd: Array

    def cell(self, theta: Array) -> Hyper:
        """The hyperparameters at θ."""
        return Hyper(
            shock=self.base.shock * np.exp(theta[self.group]),
            mean_shock=self.base.mean_shock * np.exp(theta[-2]),
            lag=np.clip(self.base.lag + theta[-1], *LAG_RANGE),
            national_shock=float(self.base.national_shock * np.exp(theta[-2])),
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
        Points, shape (C, G + 2).
    """

    cells: tuple[Cell, ...]
    weights: Array
    robust: Array
    effective: float
    theta: Array


def hyper_prior(layout: Layout, table: PriorTable, shock_spread: float = SHOCK_SPREAD) -> HyperPrior:
    """The prior over cells for these series; ``shock_spread`` is the sd of a log shock scale across cities.

    The table's scales were estimated as if common to all cities: they are root mean squares, and the median of a city's
    own scale lies below by exp(−spread²).
    """
    rows = [table.of(region, indicator) for region, indicator in layout.states]
    base = Hyper(
        shock=np.array([row.shock for row in rows]),
        mean_shock=np.array([row.mean_shock for row in rows]),
        lag=np.array([row.lag for row in rows]),
        national_shock=table.national.shock,
    )
    first = layout.states[0][0]
    own = sum(region == first for region, _ in layout.states)
    group = np.minimum(np.arange(len(rows)), own)
    sd = np.concatenate([np.full(group.max() + 1, shock_spread), [0.4, 0.12]])
    mean = np.zeros_like(sd)
    mean[:own] = -(shock_spread**2)
    return HyperPrior(base, group, mean, sd)


def _derivatives(layout: Layout, evidence: Evidence, prior: HyperPrior, theta: Array) -> Array:
    """dS/dθ, shape (G + 2, n, n); the last by central difference.

    Shocks enter S through σ_k·σ_l·C_kl, so the derivative to ln σ_k is the rows and columns of state k.
    """
    size, n = len(layout.states), len(evidence)
    hyper = prior.cell(theta)
    still = dataclasses.replace(hyper, mean_shock=np.zeros(size), national_shock=0.0)
    quiet = dataclasses.replace(still, shock=np.zeros(size))
    fixed = path_covariance(layout, quiet)
    shocks = path_covariance(layout, still) - fixed
    moving = path_covariance(layout, dataclasses.replace(hyper, shock=np.zeros(size))) - fixed
    out = np.zeros((theta.size, n, n))
    gain = evidence.paths @ shocks
    span = len(layout.years)
    columns = evidence.paths.tocsc()
    for k in range(size):
        block = slice(k * span, (k + 1) * span)
        part = columns[:, block] @ gain[:, block].T
        out[prior.group[k]] += part + part.T
    out[-2] = 2.0 * (evidence.paths @ (evidence.paths @ moving).T)
    step = np.zeros_like(theta)
    step[-1] = STEP
    upper = path_covariance(layout, prior.cell(theta + step))
    difference = (upper - path_covariance(layout, prior.cell(theta - step))) / (2.0 * STEP)
    out[-1] = evidence.paths @ (evidence.paths @ difference).T
    return out


def _gradient(cell: Cell, slopes: Array, inverse: Array) -> Array:
    """D log p(values)/dθ = ½(α'·S_j·α − tr S⁻¹S_j), α = S⁻¹·residual."""
    quadratic = (slopes @ cell.weighted) @ cell.weighted
    out: Array = 0.5 * (quadratic - np.einsum("ab,jab->j", inverse, slopes, optimize=True))
    return out


def _information(slopes: Array, inverse: Array, prior: HyperPrior) -> Array:
    """Expected information ½ tr(S⁻¹S_j S⁻¹S_k), plus the prior's."""
    whitened = inverse @ slopes
    count = len(slopes)
    out: Array = 0.5 * whitened.reshape(count, -1) @ whitened.swapaxes(1, 2).reshape(count, -1).T
    return out + np.diag(prior.sd**-2)


def find_mode(layout: Layout, evidence: Evidence, prior: HyperPrior) -> tuple[Array, Array, Array]:
    """Mode of the hyperparameters by Fisher scoring, the robust weights there, and the information matrix.

    The information is computed at the start and at the end; the steps between use the first.

    Returns
    -------
    theta, shape (G + 2,); robust weights, shape (n,); information (prior included), shape (G + 2, G + 2).
    """
    theta = prior.mean.copy()
    weights = np.ones(len(evidence))
    information: Array | None = None
    for _ in range(SCORING_STEPS):
        cell = condition(layout, evidence, prior.cell(theta), weights)
        slopes, inverse = _derivatives(layout, evidence, prior, theta), cell.inverse()
        if information is None:
            information = _information(slopes, inverse, prior)
        gradient = _gradient(cell, slopes, inverse) - (theta - prior.mean) / prior.sd**2
        step = linalg.solve(information, gradient, assume_a="pos")
        theta = theta + np.clip(step, -0.5, 0.5)
        before, weights = weights, robust_weights(evidence, cell, weights, inverse)
        if np.abs(step).max() < TOLERANCE and np.abs(np.log(weights / before)).max() < TOLERANCE:
            break
    cell = condition(layout, evidence, prior.cell(theta), weights)
    return theta, weights, _information(_derivatives(layout, evidence, prior, theta), cell.inverse(), prior)


def fit_mixture(layout: Layout, evidence: Evidence, prior: HyperPrior, cells: int = CELLS) -> Mixture:
    """Spread cells around the mode and weigh each by evidence × prior ÷ proposal.

    The proposal is the Gaussian of the information matrix, widened; points are scrambled Halton with a fixed seed,
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
    log_weight += -0.5 * (((points - prior.mean) / prior.sd) ** 2).sum(axis=1) + 0.5 * (normal**2).sum(axis=1)
    share = np.exp(log_weight - log_weight.max())
    share /= share.sum()
    return Mixture(fitted, share, weights, float(1.0 / (share**2).sum()), points)
