"""What a set of statements sees of the prior in each cell of hyperparameters, and how that changes with them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from xtanalysis.model.evidence import Evidence
from xtanalysis.model.hyper import HyperPrior
from xtanalysis.model.likelihood import Solved, solve_rows, spoken_of
from xtanalysis.model.pooling import Groups, Pooled, groups_of
from xtanalysis.model.prior import Layout, fixed_covariance, moving_covariance, path_mean, running_kernels

__all__ = [
    "Seen",
    "Slopes",
    "Weighed",
    "derivatives",
    "gradient",
    "information",
    "see",
    "shocks_of",
    "solve",
    "solve_all",
]

Array = NDArray[np.float64]

Shocks = tuple[sparse.csr_array, Array]  # F·σ, shape (m, P), and C∘K·(F·σ)', shape (P, m)
STEP = 1e-3  # of the differences that give the derivatives of S


@dataclass(frozen=True, slots=True)
class Seen:
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
    forms
        F where some statement speaks: sparse, shape (m, P).
    speaks
        Its transpose.
    state
        State of each position that some statement speaks of, shape (P,).
    alike
        Correlation of the shocks between these, shape (P, P).
    lags, kernel
        The different lags of the base cell, shape (U,), and each position's row of their kernels, shape (P,).
    years
        How many the layout has, T.
    """

    mean: Array
    groups: Groups
    residual: Array
    fixed: Array
    moving: Array
    moves: Array
    forms: sparse.csr_array
    speaks: sparse.csr_array
    state: NDArray[np.intp]
    alike: Array
    lags: Array
    kernel: NDArray[np.intp]
    years: int

    def through(self, lag_kernels: Array, shock: Array) -> Shocks:
        """F·σ, and the shocks' covariance times F' with each state's own scale left out on the left."""
        between = lag_kernels.take(self.kernel, axis=0).take(self.kernel, axis=1)
        between *= self.alike
        forms = self.forms
        data = forms.data * shock[self.state[forms.indices]]
        scaled = sparse.csr_array((data, forms.indices, forms.indptr), shape=forms.shape)
        return scaled, _across(scaled, between)


@dataclass(frozen=True, slots=True)
class Weighed:
    """The same with the statements' robust weights.

    Attributes
    ----------
    pooled
        The statements.
    fixed
        ``seen.fixed`` and the errors' covariance, shape (m, m).
    residual
        Value less prior mean, shape (m,).
    """

    seen: Seen
    pooled: Pooled
    fixed: Array
    residual: Array

    @classmethod
    def of(cls, seen: Seen, pooled: Pooled) -> Weighed:
        """Put both together."""
        return cls(seen, pooled, seen.fixed + pooled.error, pooled.value - seen.residual)


def see(layout: Layout, evidence: Evidence, prior: HyperPrior) -> Seen:
    """Compute what all cells share."""
    groups, mean = groups_of(evidence), path_mean(layout)
    spoken = spoken_of(evidence)
    forms = groups.among(spoken)
    pairs = np.ix_(spoken, spoken)
    moves = _across(forms, moving_covariance(layout, prior.base.mean_shock, prior.base.national_shock)[pairs])
    state, year = np.divmod(spoken, len(layout.years))
    lags, place = np.unique(prior.base.lag, return_inverse=True)
    return Seen(
        mean=mean,
        groups=groups,
        residual=groups.forms @ mean,
        fixed=forms @ _across(forms, fixed_covariance(layout)[pairs]),
        moving=forms @ moves,
        moves=moves,
        forms=forms,
        speaks=forms.T.tocsr(),
        state=state,
        alike=layout.correlation[np.ix_(state, state)],
        lags=lags,
        kernel=place[state] * len(layout.years) + year,
        years=len(layout.years),
    )


def _across(forms: sparse.csr_array, covariance: Array) -> Array:
    """P·F' of a symmetric P, shape (P, m)."""
    return np.ascontiguousarray((forms @ covariance).T)


def shocks_of(seen: Seen, prior: HyperPrior, theta: Array) -> Shocks:
    """What F sees of the shocks at θ."""
    return seen.through(running_kernels(prior.lag(seen.lags, theta), seen.years), prior.shock(theta))


def solve_all(weighed: Weighed, prior: HyperPrior, points: Array) -> list[Solved]:
    """The statements at each of some points of θ, shape (C, G + 2)."""
    seen = weighed.seen
    kernels = running_kernels(np.stack([prior.lag(seen.lags, theta) for theta in points]), seen.years)
    return [
        solve(weighed, theta, seen.through(between, prior.shock(theta)))
        for theta, between in zip(points, kernels, strict=True)
    ]


def solve(weighed: Weighed, theta: Array, shocks: Shocks) -> Solved:
    """The statements at θ, given what they see of the shocks there."""
    scaled, shaken = shocks
    covariance: Array = scaled @ shaken
    covariance += weighed.fixed
    covariance += np.exp(2.0 * theta[-2]) * weighed.seen.moving
    return solve_rows(covariance, weighed.pooled, weighed.residual)


@dataclass(frozen=True, slots=True)
class Slopes:
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

    def by_parameter(self, shocks: Array, moving: float, lag: float) -> Array:
        """One number a parameter from one a position (P,) of the shocks and the two others, shape (G + 2,)."""
        return np.append(np.bincount(self.group, weights=shocks, minlength=self.groups), [moving, lag])


def derivatives(seen: Seen, prior: HyperPrior, theta: Array, shocks: Shocks | None = None) -> Slopes:
    """dS/dθ at θ; by the lag's shift as a central difference.

    Parameters
    ----------
    shocks
        :func:`shocks_of` there, where it is at hand.
    """
    shock = prior.shock(theta)
    _, shaken = shocks_of(seen, prior, theta) if shocks is None else shocks
    step = np.zeros_like(theta)
    step[-1] = STEP
    up, down = (running_kernels(prior.lag(seen.lags, theta + s), seen.years) for s in (step, -step))
    scale = shock[seen.state][:, None]
    return Slopes(
        speaks=seen.speaks,
        group=prior.group[seen.state],
        groups=int(prior.group.max()) + 1,
        shocks=scale * shaken,
        moving=np.exp(2.0 * theta[-2]) * seen.moves,
        # S changes by F·P'·F' as a whole, by half of it with each of the two terms.
        lag=seen.through(up - down, shock)[1] * (scale / (4.0 * STEP)),
    )


def gradient(solved: Solved, slopes: Slopes, inverse: Array) -> Array:
    """D log p(values)/dθ = ½(α'·S_j·α − tr S⁻¹S_j), α = S⁻¹·residual."""
    weighted, seen = slopes.speaks @ solved.weighted, slopes.speaks @ inverse
    shocks, moving, lag = (
        weighted * (x @ solved.weighted) - np.einsum("pn,pn->p", x, seen)
        for x in (slopes.shocks, slopes.moving, slopes.lag)
    )
    return slopes.by_parameter(shocks, moving.sum(), lag.sum())


def information(slopes: Slopes, inverse: Array, prior: HyperPrior) -> Array:
    """Expected information ½ tr(S⁻¹S_j S⁻¹S_k), plus the prior's."""
    count = slopes.groups
    out = np.empty((count + 2, count + 2))
    # Between shocks, position by position: (x_p'S⁻¹h_q)(x_q'S⁻¹h_p) + (x_p'S⁻¹x_q)(h_p'S⁻¹h_q).
    right, seen = slopes.shocks @ inverse, slopes.speaks @ inverse
    across = _across(slopes.speaks, right.T)
    pairs = right @ slopes.shocks.T
    pairs *= _across(slopes.speaks, seen.T)
    pairs += across * across.T
    member = (slopes.group == np.arange(count)[:, None]).astype(float)
    out[:count, :count] = member @ pairs @ member.T
    # The two others change S as a whole: B = S⁻¹S_j.
    wholes = [inverse @ (slope + slope.T) for slope in (slopes.speaks.T @ x for x in (slopes.moving, slopes.lag))]
    for place, one in enumerate(wholes, start=count):
        with_shocks = np.einsum("pn,pn->p", right, slopes.speaks @ one)
        others = [0.5 * float(np.vdot(one, other.T)) for other in wholes]
        out[place] = out[:, place] = slopes.by_parameter(with_shocks, *others)
    return out + np.diag(prior.sd**-2)
