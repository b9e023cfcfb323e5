"""The posterior over hyperparameters as a mixture of cells: low-discrepancy points around the evidence's mode."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse, special

from xtanalysis.model.evidence import Evidence
from xtanalysis.model.halton import halton
from xtanalysis.model.likelihood import Cell, Solved, means_of, robust_weights, solve_rows, spoken_of
from xtanalysis.model.pooling import Groups, Pooled, groups_of, pool
from xtanalysis.model.prior import (
    Layout,
    fixed_covariance,
    moving_covariance,
    path_mean,
    shock_covariance,
    shock_difference,
)
from xtanalysis.model.priors import Hyper, PriorTable

__all__ = ["HyperPrior", "Mixture", "Mode", "fit_mixture", "fit_mode", "hyper_prior"]

Array = NDArray[np.float64]

CELLS = 80
FEWEST_CELLS = 20.0  # effective ones, below which the proposal is matched to the cells found
HEAVIEST_CELL = 0.25
ADAPTIVE_STEPS = 4
LEAST_WEIGHT = 0.05  # of an even share: cells below it are left out where there are several proposals
WIDENED = 1.1  # of a proposal, so that its tails are not too thin
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


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one set of statements sees of the prior, apart from the shocks; computed once for all cells.

    Attributes
    ----------
    mean
        Of the paths, shape (K·T,).
    groups
        Statements with the same left-hand side, m of them.
    residual
        What the left-hand sides are before any value, F·mean, shape (m,).
    fixed, moving
        F·P·F' of the parts that hyperparameters leave alone, and of the moving growth means at their base scale, shape
        (m, m) each.
    moves
        P·F' of the latter where some statement speaks, shape (P, m).
    spoken
        Positions of the path vector that some statement speaks of, shape (P,).
    forms
        F there: sparse, shape (m, P).
    speaks
        Its transpose.
    """

    mean: Array
    groups: Groups
    residual: Array
    fixed: Array
    moving: Array
    moves: Array
    spoken: NDArray[np.intp]
    forms: sparse.csr_array
    speaks: sparse.csr_array


def _see(layout: Layout, evidence: Evidence, prior: HyperPrior) -> _Seen:
    groups, mean = groups_of(evidence), path_mean(layout)
    spoken = spoken_of(evidence)
    forms = groups.forms.tocsc()[:, spoken].tocsr()
    pairs = np.ix_(spoken, spoken)
    moves = _across(forms, moving_covariance(layout, prior.base.mean_shock, prior.base.national_shock)[pairs])
    return _Seen(
        mean=mean,
        groups=groups,
        residual=groups.forms @ mean,
        fixed=forms @ _across(forms, fixed_covariance(layout)[pairs]),
        moving=forms @ moves,
        moves=moves,
        spoken=spoken,
        forms=forms,
        speaks=forms.T.tocsr(),
    )


def _across(forms: sparse.csr_array, covariance: Array) -> Array:
    """P·F' of a symmetric P, shape (P, m)."""
    return np.ascontiguousarray((forms @ covariance).T)


def _solve(layout: Layout, prior: HyperPrior, theta: Array, pooled: Pooled, seen: _Seen) -> Solved:
    """The statements at θ."""
    hyper = prior.cell(theta)
    covariance: Array = seen.forms @ _across(seen.forms, shock_covariance(layout, hyper.shock, hyper.lag, seen.spoken))
    covariance += seen.fixed
    covariance += np.exp(2.0 * theta[-2]) * seen.moving
    covariance += pooled.error
    return solve_rows(covariance, pooled, pooled.value - seen.residual)


@dataclass(frozen=True, slots=True)
class _Slopes:
    """dS/dθ, not as matrices (m, m) but by what they are made of: S_j = F·X_j + X_j'·F' with few rows in each X_j.

    Shocks enter S through σ_k·σ_l·C_kl, so the derivative to ln σ_k takes the rows of state k. Positions of the path
    vector that no statement speaks of are left out.

    Attributes
    ----------
    speaks
        F', sparse, shape (P, m).
    group
        Group of each position, shape (P,).
    groups
        How many there are, G: some may have no position that is spoken of.
    shocks, moving, lag
        X of all log shock scales together, of the log mean-shock scale, of the shift of the lag; shape (P, m) each.
    """

    speaks: sparse.csr_array
    group: NDArray[np.intp]
    groups: int
    shocks: Array
    moving: Array
    lag: Array

    def product(self, other: Array) -> Array:
        """Σ X_j ∘ other for each parameter, shape (G + 2,); ½·tr(M·S_j) where other is F'·M of a symmetric M."""
        shocks, moving, lag = (np.einsum("pn,pn->p", x, other) for x in (self.shocks, self.moving, self.lag))
        return np.append(np.bincount(self.group, weights=shocks, minlength=self.groups), [moving.sum(), lag.sum()])


def _derivatives(layout: Layout, prior: HyperPrior, theta: Array, seen: _Seen) -> _Slopes:
    """dS/dθ at θ; by the lag's shift as a central difference."""
    hyper = prior.cell(theta)
    step = np.zeros_like(theta)
    step[-1] = STEP
    up, down = (prior.cell(theta + s).lag for s in (step, -step))
    return _Slopes(
        speaks=seen.speaks,
        group=prior.group[seen.spoken // len(layout.years)],
        groups=int(prior.group.max()) + 1,
        shocks=_across(seen.forms, shock_covariance(layout, hyper.shock, hyper.lag, seen.spoken)),
        moving=np.exp(2.0 * theta[-2]) * seen.moves,
        # S changes by F·P'·F' as a whole, by half of it with each of the two terms.
        lag=_across(seen.forms, shock_difference(layout, hyper.shock, (up, down), seen.spoken)) / (4.0 * STEP),
    )


def _gradient(solved: Solved, slopes: _Slopes, inverse: Array) -> Array:
    """D log p(values)/dθ = ½(α'·S_j·α − tr S⁻¹S_j), α = S⁻¹·residual."""
    return slopes.product(np.outer(slopes.speaks @ solved.weighted, solved.weighted) - slopes.speaks @ inverse)


def _information(slopes: _Slopes, inverse: Array, prior: HyperPrior) -> Array:
    """Expected information ½ tr(S⁻¹S_j S⁻¹S_k), plus the prior's."""
    count = prior.group.max() + 1
    out = np.empty((count + 2, count + 2))
    # Between shocks, position by position: (x_p'S⁻¹h_q)(x_q'S⁻¹h_p) + (x_p'S⁻¹x_q)(h_p'S⁻¹h_q).
    right = slopes.shocks @ inverse
    across = (slopes.speaks @ right.T).T
    pairs = across * across.T + (right @ slopes.shocks.T) * (slopes.speaks @ (slopes.speaks @ inverse).T)
    member = (slopes.group == np.arange(count)[:, None]).astype(float)
    out[:count, :count] = member @ pairs @ member.T
    for place, x in ((count, slopes.moving), (count + 1, slopes.lag)):
        slope = slopes.speaks.T @ x
        out[place] = out[:, place] = slopes.product(slopes.speaks @ (inverse @ (slope + slope.T) @ inverse))
    return out + np.diag(prior.sd**-2)


Mode = tuple[Array, Array]  # of the hyperparameters, shape (G + 2,), and the robust weights there, shape (n,)


def _climb(layout: Layout, evidence: Evidence, prior: HyperPrior, seen: _Seen, start: Mode | None = None) -> Mode:
    """Mode of the hyperparameters by Fisher scoring, and the robust weights there.

    The steps use the information at the start: the prior's mean unless a nearby mode is known.
    """
    theta, weights = (prior.mean.copy(), np.ones(len(evidence))) if start is None else start
    information: Array | None = None
    for _ in range(SCORING_STEPS):
        pooled = pool(evidence, seen.groups, weights)
        solved = _solve(layout, prior, theta, pooled, seen)
        slopes, inverse = _derivatives(layout, prior, theta, seen), solved.inverse()
        if information is None:
            information = _information(slopes, inverse, prior)
        gradient = _gradient(solved, slopes, inverse) - (theta - prior.mean) / prior.sd**2
        step = linalg.solve(information, gradient, assume_a="pos")
        theta = theta + np.clip(step, -0.5, 0.5)
        before, weights = weights, robust_weights(evidence, pooled, solved, weights, inverse)
        if np.abs(step).max() < TOLERANCE and np.abs(np.log(weights / before)).max() < TOLERANCE:
            break
    return theta, weights


def fit_mode(layout: Layout, evidence: Evidence, prior: HyperPrior) -> Mode:
    """The mode of the hyperparameters θ, shape (G + 2,), and the robust weights there, shape (n,)."""
    return _climb(layout, evidence, prior, _see(layout, evidence, prior))


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
    seen = _see(layout, evidence, prior)
    theta, weights = _climb(layout, evidence, prior, seen, start)
    pooled = pool(evidence, seen.groups, weights)
    inverse = _solve(layout, prior, theta, pooled, seen).inverse()
    information = _information(_derivatives(layout, prior, theta, seen), inverse, prior)
    spread = linalg.inv(information)
    tried = _Tried(layout, prior, seen, pooled, weights, cells)
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
    seen: _Seen
    pooled: Pooled
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
        self.solved += [_solve(self.layout, self.prior, point, self.pooled, self.seen) for point in points]

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
        solved, hypers = [self.solved[i] for i in kept], [self.prior.cell(point) for point in theta[kept]]
        weighted = np.stack([each.weighted for each in solved])
        means = means_of(self.layout, self.seen.mean, self.pooled, hypers, weighted)
        cells = tuple(Cell(h, self.pooled, s, mean) for h, s, mean in zip(hypers, solved, means, strict=True))
        return Mixture(cells, share, self.weights, float(1.0 / (share**2).sum()), theta[kept])
