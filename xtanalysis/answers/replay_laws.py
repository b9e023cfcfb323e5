"""The engine's answers to the replay's questions, and how it thinks that they go together.

A weighted sum of growth is linear in the log states: each cell of the mixture gives a Gaussian, the law is exact. A
part of an aggregate is a log share, taken by its gradient around the posterior mean. Where an indicator is not a sum of
the posterior's states, its law is taken from draws.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from xtanalysis.answers.questions import Asked, Question
from xtanalysis.answers.scores import Mixture1D
from xtanalysis.data.dictionary import indicators, province_of
from xtanalysis.model.exactness import exact_draws
from xtanalysis.model.likelihood import covariances_of
from xtanalysis.model.paths import Paths, paths_of
from xtanalysis.model.posterior import Posterior
from xtanalysis.model.prior import SHARED
from xtanalysis.model.priors import PriorTable, correlation_of

__all__ = ["Answer", "answers_of", "linear_row"]

Array = NDArray[np.float64]

DRAWS, SEED = 2000, 12
POINTS = 199


@dataclass(frozen=True, slots=True)
class Answer:
    """The engine's law of one question's quantity.

    Attributes
    ----------
    law
        Log points.
    common
        Correlation with the same quantity of another region, 0 to 1: that with the province's where the system holds
        it; at least what the nation's and the province's paths explain, and at least that of the yearly shocks.
    with_horizons
        Correlation with the same quantity at horizons 1 to 5, shape (5,); nan where it is not asked.
    """

    law: Mixture1D
    common: float
    with_horizons: Array


def linear_row(
    posterior: Posterior, question: Question, path: Array, variance: Mapping[int, float]
) -> tuple[Array, float] | None:
    """The question's quantity as a row on the paths, shape (K·T,), and a constant; ``None`` where a state is missing.

    What grows is the difference of neighbouring years. A level or share is the last one published and the change
    since, for it comes out on the same basis.

    Parameters
    ----------
    path
        Where log shares are taken by their gradient, log points, shape (K·T,).
    variance
        Of the shares' states by place in the path vector: a log share is bent, which lowers its mean.
    """
    parts = [(factor, (question.region, state)) for factor, state in question.asked.parts]
    found = _row(posterior, parts, _differences(question.weights), path, variance)
    return None if found is None else (found[0], found[1] + question.base)


def _share_variances(posterior: Posterior, asked: Sequence[Question]) -> dict[int, float]:
    """Posterior variance of every share's state that some question looks at, by place, log points²."""
    layout = posterior.layout
    shares = {(q.region, state) for q in asked for _, state in q.asked.parts if _is_share(state)}
    years = {posterior.origin + ahead for q in asked for ahead in range(len(q.weights) + 1)}
    found = [layout.position(region, state, year) for region, state in sorted(shares) for year in sorted(years)]
    places = [place for place in found if place is not None]
    rows = np.zeros((len(places), layout.size))
    rows[np.arange(len(places)), places] = 1.0
    return dict(zip(places, np.diag(posterior.moments(rows)[1]).tolist(), strict=True)) if places else {}


def _is_share(state: str) -> bool:
    return state in indicators() and indicators()[state].is_share


def _row(
    posterior: Posterior,
    parts: Sequence[tuple[float, tuple[str, str]]],
    steps: Sequence[tuple[int, float]],
    path: Array,
    variance: Mapping[int, float],
) -> tuple[Array, float] | None:
    """Σ factor·coefficient·log-level of (region, state) parts, so many years after the origin, and what is constant."""
    row, constant = np.zeros(posterior.layout.size), 0.0
    for factor, (region, state) in parts:
        share = _is_share(state)
        for ahead, coefficient in steps:
            place = posterior.layout.position(region, state, posterior.origin + ahead)
            if place is None:
                return None
            slope = float(special.expit(-path[place] / 100.0)) if share else 1.0
            row[place] += factor * coefficient * slope
            if share:
                here = 100.0 * float(special.log_expit(path[place] / 100.0)) - slope * path[place]
                bend = 0.5 * variance.get(place, 0.0) * slope * (1.0 - slope) / 100.0
                constant += factor * coefficient * (here - bend)
    return row, constant


def _differences(weights: Sequence[float]) -> list[tuple[int, float]]:
    """Σ w[j]·(x[j] − x[j−1]) as coefficients on x."""
    padded = np.concatenate([[0.0], weights, [0.0]])
    return [(j, float(padded[j] - padded[j + 1])) for j in range(len(weights) + 1) if padded[j] != padded[j + 1]]


def _from_draws(paths: Paths, asked: Asked, question: Question, origin: int) -> Mixture1D:
    level = 100.0 * np.log(paths.of(asked.indicator))
    first = origin - int(paths.years[0])
    values = question.base + sum(c * level[:, first + ahead] for ahead, c in _differences(question.weights))
    return Mixture1D.of_points(np.quantile(values, (np.arange(POINTS) + 0.5) / POINTS))


def answers_of(posterior: Posterior, asked: Sequence[Question]) -> list[Answer]:
    """The law of every question, in their order."""
    path, variance = posterior.mean(), _share_variances(posterior, asked)
    rows = [linear_row(posterior, q, path, variance) for q in asked]
    linear = [i for i, row in enumerate(rows) if row is not None]
    out: dict[int, Answer] = {}
    if linear:
        laws, joint = _laws(posterior, [asked[i] for i in linear], [r for r in rows if r is not None])
        out |= {i: Answer(law, *joint[j]) for j, (i, law) in enumerate(zip(linear, laws, strict=True))}
    if len(linear) < len(rows):
        drawn = exact_draws(posterior, DRAWS, SEED)
        paths = paths_of(posterior.layout, posterior.region, "replay", drawn.values)
        for i, row in enumerate(rows):
            if row is None:
                law = _from_draws(paths, asked[i].asked, asked[i], posterior.origin)
                out[i] = Answer(law, 0.0, np.full(5, np.nan))
    return [out[i] for i in range(len(rows))]


def _laws(
    posterior: Posterior, asked: Sequence[Question], rows: Sequence[tuple[Array, float]]
) -> tuple[list[Mixture1D], list[tuple[float, Array]]]:
    """Laws of linear questions, with what they have in common with other regions and other horizons."""
    around = {q.weights: _around(posterior, q.weights) for q in asked}
    stacked = np.vstack([*(row for row, _ in rows), *(row for found in around.values() for row in found.values())])
    mixture = posterior.mixture
    constant = np.zeros(len(stacked))
    constant[: len(rows)] = [value for _, value in rows]
    means = np.array([stacked @ cell.mean + constant for cell in mixture.cells])
    covariances = covariances_of(posterior.layout, mixture.cells, stacked)
    extra = np.array([_widening(q) for q in asked])
    n = len(rows)
    variances = np.diagonal(covariances, axis1=1, axis2=2)[:, :n] + extra
    laws = [Mixture1D(mixture.weights, means[:, i], np.sqrt(variances[:, i])) for i in range(n)]
    centred = means - mixture.weights @ means
    covariance = np.tensordot(mixture.weights, covariances, axes=1) + (centred.T * mixture.weights) @ centred
    covariance[np.arange(n), np.arange(n)] += extra
    sd = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(sd, sd)
    first, places = n, {}
    for weights, found in around.items():
        places[weights] = {state: first + j for j, state in enumerate(found)}
        first += len(found)
    joint = []
    for i, question in enumerate(asked):
        horizons = np.full(5, np.nan)
        for j, other in enumerate(asked):
            if other.key[:2] == question.key[:2]:
                horizons[other.horizon - 1] = correlation[i, j]
        around_it = _explained(correlation, i, question, places[question.weights])
        joint.append((min(max(around_it, _shared_shocks(question, posterior.table)), 1.0), horizons))
    return laws, joint


def _around(posterior: Posterior, weights: tuple[float, ...]) -> dict[tuple[str, str], Array]:
    """The same weighted growth of every state of the regions around."""
    steps = _differences(weights)
    found = {
        state: _row(posterior, [(1.0, state)], steps, np.zeros(posterior.layout.size), {})
        for state in posterior.layout.states
        if state[0] != posterior.region and not _is_share(state[1])
    }
    return {state: row for state, (row, _) in ((s, f) for s, f in found.items() if f is not None)}


def _explained(correlation: Array, i: int, question: Question, places: Mapping[tuple[str, str], int]) -> float:
    """What the paths around explain of a question's variance, or its correlation with the province's if more."""
    others = list(places.values())
    if not others:
        return 0.0
    shared = correlation[i, others]
    explained = float(shared @ np.linalg.pinv(correlation[np.ix_(others, others)], rcond=1e-9) @ shared)
    parts = question.asked.parts
    same = places.get((province_of(question.region) or "", parts[0][1])) if len(parts) == 1 else None
    return max(explained, 0.0 if same is None else float(correlation[i, same]))


def _shared_shocks(question: Question, table: PriorTable) -> float:
    """Correlation of a quantity's yearly shocks between two regions, from the table's scales and correlations."""
    states = [state for _, state in question.asked.parts]
    pairs = [(region, state) for region in ("one", "other") for state in states]
    if any(("*", state) not in table.growth for state in states):
        return 0.0
    slope = {state: 0.5 if indicators()[state].is_share else 1.0 for state in states}  # of a log share about one half
    scale = np.array([factor * slope[state] * table.of("*", state).shock for factor, state in question.asked.parts])
    n = len(states)
    shocks = correlation_of(pairs, table.correlation, SHARED)
    return float(scale @ shocks[:n, n:] @ scale / (scale @ shocks[:n, :n] @ scale))


def _widening(question: Question) -> float:
    """Variance by which an indicator's growth may leave that of its parts, log points²."""
    weights = np.array(question.weights)
    return float(question.asked.noise**2 * (weights @ weights))
