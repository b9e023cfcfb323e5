"""The posterior over hyperparameters as a mixture of cells: low-discrepancy points around the evidence's mode."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, special

from xtanalysis.model.evidence import Evidence
from xtanalysis.model.halton import halton
from xtanalysis.model.hyper import HyperPrior
from xtanalysis.model.likelihood import Cell, Solved, means_of, robust_weights
from xtanalysis.model.pooling import Pooled, pool
from xtanalysis.model.prior import Layout
from xtanalysis.model.seen import Seen, Weighed, derivatives, gradient, information, see, shocks_of, solve, solve_all

__all__ = ["Mixture", "Mode", "cells_at", "fit_mixture", "fit_mode"]

Array = NDArray[np.float64]

CELLS = 64
FEWEST_CELLS = 20.0  # effective ones, below which the proposal is matched to the cells found
HEAVIEST_CELL = 0.25
ADAPTIVE_STEPS = 4
LEAST_WEIGHT = 0.05  # of an even share: cells below it are left out where there are several proposals
WIDENED = 1.1  # of a proposal, so that its tails are not too thin
SCORING_STEPS = 12
LEAST_FALL = 0.2  # of the gradient along a step, of what was expected: less is taken for noise of the robust weights
TOLERANCE = 0.03  # of a scoring step, in log scale: a tenth of the mode's own uncertainty


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


class Mode(NamedTuple):
    """Mode of the hyperparameters.

    Attributes
    ----------
    theta
        Shape (G + 2,).
    weights
        Robust weights of the statements there, shape (n,).
    known
        Information matrix as the climb has corrected it, shape (G + 2, G + 2).
    """

    theta: Array
    weights: Array
    known: Array


def _climb(
    evidence: Evidence, prior: HyperPrior, seen: Seen, start: Mode | None = None, tolerance: float = TOLERANCE
) -> Mode:
    """Mode of the hyperparameters by Fisher scoring with secant updates, and the robust weights there.

    The first step takes the expected information at the prior's mean, or that of a nearby mode where one is known.
    Where the likelihood bends more than expected such steps go back and forth for ever, so that later ones correct it
    by how the gradient changed (damped BFGS; Powell 1978).
    """
    theta, weights, known = (prior.mean.copy(), np.ones(len(evidence)), None) if start is None else start
    step: Array | None = None
    above = np.zeros_like(theta)
    for _ in range(SCORING_STEPS):
        pooled, shocks = pool(evidence, seen.groups, weights), shocks_of(seen, prior, theta)
        solved = solve(Weighed.of(seen, pooled), theta, shocks)
        slopes, inverse = derivatives(seen, prior, theta, shocks), solved.inverse()
        uphill = gradient(solved, slopes, inverse) - (theta - prior.mean) / prior.sd**2
        if known is None:
            known = information(slopes, inverse, prior)
        elif step is not None:
            known = _corrected(known, step, above - uphill)
        step, above = np.clip(linalg.solve(known, uphill, assume_a="pos"), -0.5, 0.5), uphill
        theta = theta + step
        before, weights = weights, robust_weights(evidence, pooled, solved, weights, inverse)
        if np.abs(step).max() < tolerance and np.abs(np.log(weights / before)).max(initial=0.0) < tolerance:
            break
    assert known is not None  # the first step has asked for it
    return Mode(theta, weights, known)


def _corrected(known: Array, step: Array, fall: Array) -> Array:
    """An information matrix that explains by how much the gradient fell along the last step, still positive."""
    expected = known @ step
    along, told = float(step @ expected), float(step @ fall)
    if not along:
        return known
    if told < LEAST_FALL * along:
        trusted = (1.0 - LEAST_FALL) * along / (along - told)
        fall, told = trusted * fall + (1.0 - trusted) * expected, LEAST_FALL * along
    return np.asarray(known + np.outer(fall, fall) / told - np.outer(expected, expected) / along)


def fit_mode(layout: Layout, evidence: Evidence, prior: HyperPrior, *, tolerance: float = TOLERANCE) -> Mode:
    """The mode of the hyperparameters of a set of statements, to start from at one nearby.

    Parameters
    ----------
    tolerance
        Of the last step, in log scale.
    """
    return _climb(evidence, prior, see(layout, evidence, prior), tolerance=tolerance)


@dataclass(frozen=True, slots=True)
class _Proposal:
    """A Gaussian law that points of θ are taken from: mean (G + 2,) and a root of its covariance (G + 2, G + 2)."""

    centre: Array
    root: Array

    def points(self, count: int, turn: int) -> Array:
        """Scrambled Halton points, shape (count, G + 2); another scrambling each turn."""
        uniform = halton(count, self.centre.size, 20210506 + turn)
        normal = special.ndtri(np.clip(uniform, 1e-6, 1.0 - 1e-6))
        out: Array = self.centre + normal @ self.root.T
        return out

    def log_density(self, points: Array) -> Array:
        """Log density at points (n, G + 2), up to a constant that all proposals share."""
        normal = linalg.solve_triangular(self.root, (points - self.centre).T, lower=True)
        out: Array = -0.5 * (normal**2).sum(axis=0) - np.log(np.diag(self.root)).sum()
        return out


def fit_mixture(
    layout: Layout, evidence: Evidence, prior: HyperPrior, cells: int = CELLS, start: Mode | None = None
) -> Mixture:
    """Spread cells around the mode and weigh each by evidence × prior ÷ proposal.

    The proposal is the Gaussian of the information matrix at the mode, widened; where its cells carry too unequal a
    weight, one of their own mean and spread takes its place (adaptive importance sampling; Cappé, Guillin, Marin &
    Robert 2004). Points are scrambled Halton with a fixed seed, so the same statements give the same mixture on
    any machine of one kind.

    Parameters
    ----------
    start
        A mode nearby (:func:`fit_mode` of the same figures), from which the climb is short.
    """
    seen = see(layout, evidence, prior)
    mode = _climb(evidence, prior, seen, start)
    theta, weights = mode.theta, mode.weights
    weighed, shocks = Weighed.of(seen, pool(evidence, seen.groups, weights)), shocks_of(seen, prior, theta)
    inverse = solve(weighed, theta, shocks).inverse()
    spread = linalg.inv(information(derivatives(seen, prior, theta, shocks), inverse, prior))
    tried = _Tried(layout, prior, weighed, weights, cells)
    tried.add(_Proposal(theta, linalg.cholesky(spread, lower=True) * WIDENED))
    for _ in range(ADAPTIVE_STEPS):
        mixture = tried.mixture()
        if mixture.effective >= FEWEST_CELLS and mixture.weights.max() <= HEAVIEST_CELL:
            break
        centre = mixture.weights @ mixture.theta
        around = mixture.theta - centre
        # Few cells say little of the spread: the first one keeps it from collapsing.
        trusted = mixture.effective / (mixture.effective + theta.size)
        matched = trusted * (around * mixture.weights[:, None]).T @ around + (1.0 - trusted) * spread
        tried.add(_Proposal(centre, linalg.cholesky(matched, lower=True) * WIDENED))
    return tried.mixture()


@dataclass(slots=True)
class _Tried:
    """Cells from one proposal after another, each weighed by evidence × prior ÷ the mean density of all proposals.

    (Deterministic mixture weights: Veach & Guibas 1995; Cornuet, Marin, Mira & Robert 2012.)
    """

    layout: Layout
    prior: HyperPrior
    weighed: Weighed
    weights: Array
    count: int
    proposals: list[_Proposal] = field(default_factory=list)
    solved: list[Solved] = field(default_factory=list)
    theta: list[Array] = field(default_factory=list)

    def add(self, proposal: _Proposal) -> None:
        """Compute the cells at the points of one more proposal."""
        points = proposal.points(self.count, len(self.proposals))
        self.proposals.append(proposal)
        self.theta.append(points)
        self.solved += solve_all(self.weighed, self.prior, points)

    def mixture(self) -> Mixture:
        """The cells that carry weight."""
        theta = np.vstack(self.theta)
        density = special.logsumexp([proposal.log_density(theta) for proposal in self.proposals], axis=0)
        log_weight = np.array([solved.log_evidence for solved in self.solved]) - density
        log_weight -= 0.5 * (((theta - self.prior.mean) / self.prior.sd) ** 2).sum(axis=1)
        share = np.exp(log_weight - log_weight.max())
        share /= share.sum()
        kept = np.flatnonzero(share > LEAST_WEIGHT / share.size) if len(self.proposals) > 1 else np.arange(share.size)
        share = share[kept] / share[kept].sum()
        cells = _cells(self.layout, self.weighed, self.prior, theta[kept], [self.solved[i] for i in kept])
        return Mixture(cells, share, self.weights, float(1.0 / (share**2).sum()), theta[kept])


def cells_at(layout: Layout, evidence: Evidence, prior: HyperPrior, pooled: Pooled, theta: Array) -> tuple[Cell, ...]:
    """Condition the prior on the evidence at points of θ, shape (C, G + 2).

    Parameters
    ----------
    pooled
        The evidence with its robust weights.
    """
    weighed = Weighed.of(see(layout, evidence, prior), pooled)
    return _cells(layout, weighed, prior, theta, solve_all(weighed, prior, theta))


def _cells(
    layout: Layout, weighed: Weighed, prior: HyperPrior, theta: Array, solved: Sequence[Solved]
) -> tuple[Cell, ...]:
    """What was solved at points of θ, with the posterior means of the paths."""
    hypers, pooled = [prior.cell(point) for point in theta], weighed.pooled
    means = means_of(layout, weighed.seen.mean, pooled, hypers, np.stack([each.weighted for each in solved]))
    return tuple(Cell(h, pooled, s, mean) for h, s, mean in zip(hypers, solved, means, strict=True))
