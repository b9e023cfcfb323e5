"""The linear system behind the news: quantities and figures in one law per cell, conditioned on changing sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from xtanalysis.model.evidence import Evidence, build_evidence, reference
from xtanalysis.model.noise import load_errors
from xtanalysis.model.posterior import Posterior
from xtanalysis.model.prior import path_covariance, path_mean
from xtanalysis.model.rows import is_tie
from xtanalysis.statements.grammar import Statement

__all__ = ["System", "build_system"]

Array = NDArray[np.float64]

STRETCH = 12  # steps that share one large solve


@dataclass(frozen=True, slots=True)
class System:
    """Quantities, then the figures that come or go, given the figures that stay; cell by cell.

    Attributes
    ----------
    mean, covariance
        Given the figures that stay, shape (C, q + v) and (C, q + v, q + v).
    value, noise
        Of the v figures that come or go, log points and variances, shape (v,).
    active
        For each step which of the v are in use.
    count
        q.
    """

    mean: Array
    covariance: Array
    value: Array
    noise: Array
    active: tuple[NDArray[np.intp], ...]
    count: int

    def moments(self) -> list[tuple[Array, Array]]:
        """Mean and variance of the quantities after each step, shape (C, q) each."""
        out: list[tuple[Array, Array]] = []
        for first in range(0, len(self.active), STRETCH):
            part = _stretch(self, self.active[first : first + STRETCH])
            out += [part.given(step) for step in range(len(part.active))]
        return out

    def given(self, step: int) -> tuple[Array, Array]:
        """Mean and variance of the quantities after one step, shape (C, q) each."""
        q = self.count
        used = self.active[step] + q
        mean, variance = self.mean[:, :q], np.diagonal(self.covariance, axis1=1, axis2=2)[:, :q]
        if not used.size:
            return mean, variance
        inner = self.covariance[:, used[:, None], used] + np.diag(self.noise[used - q])
        cross = self.covariance[:, :q][:, :, used]
        gap = self.value[used - q] - self.mean[:, used]
        solved = np.linalg.solve(inner, np.concatenate([cross.swapaxes(1, 2), gap[:, :, None]], axis=2))
        moved = np.einsum("cqv,cv->cq", cross, solved[:, :, -1])
        return mean + moved, variance - np.einsum("cqv,cvq->cq", cross, solved[:, :, :-1])


def _stretch(system: System, active: Sequence[NDArray[np.intp]]) -> System:
    """The system of a few steps: what stays through all of them is conditioned on once."""
    sets = [set(step.tolist()) for step in active]
    always = np.array(sorted(set.intersection(*sets)), dtype=np.intp)
    sometimes = np.array(sorted(set.union(*sets) - set(always.tolist())), dtype=np.intp)
    place = {int(j): i for i, j in enumerate(sometimes)}
    q = system.count
    kept = np.concatenate([np.arange(q), sometimes + q])
    mean, covariance = system.mean[:, kept], system.covariance[:, kept[:, None], kept]
    if always.size:
        inner = system.covariance[:, always[:, None] + q, always + q] + np.diag(system.noise[always])
        cross = system.covariance[:, kept[:, None], always + q]
        gap = system.value[always] - system.mean[:, always + q]
        solved = np.linalg.solve(inner, np.concatenate([cross.swapaxes(1, 2), gap[:, :, None]], axis=2))
        mean = mean + (cross @ solved[:, :, -1:])[:, :, 0]
        covariance = covariance - cross @ solved[:, :, :-1]
    return System(
        mean, covariance, system.value[sometimes], system.noise[sometimes],
        tuple(np.array(sorted(place[j] for j in step if j in place), dtype=np.intp) for step in sets), q,
    )  # fmt: skip


def build_system(
    posterior: Posterior, rows: Array, start: Sequence[Statement], later: Sequence[Sequence[Statement]]
) -> System:
    """Condition on what is in use at every step; keep what comes or goes apart.

    Parameters
    ----------
    rows
        Of the quantities on the path vector, shape (q, K·T).
    start, later
        What is in use at the start and after each step.
    """
    definitions = [s for s in posterior.evidence.statements if is_tie(s)]
    sets = [{s.id for s in used} for used in (start, *later)]
    everything = {s.id: s for used in (start, *later) for s in used}
    evidence = _frozen(posterior, [*everything.values(), *definitions])
    names = [s.id for s in evidence.statements]
    stays = np.array([is_tie(s) or all(s.id in used for used in sets) for s in evidence.statements])
    changing = np.flatnonzero(~stays)
    place = {names[j]: i for i, j in enumerate(changing)}
    active = tuple(np.array([place[n] for n in place if n in used], dtype=np.intp) for used in sets)
    noise = evidence.sd**2 / _robust(posterior, names)
    mean, covariance = _given_what_stays(posterior, evidence, rows, (np.flatnonzero(stays), changing), noise)
    return System(mean, covariance, evidence.value[changing], noise[changing], active, len(rows))


def _frozen(posterior: Posterior, statements: Sequence[Statement]) -> Evidence:
    """Rows of all figures on the earlier posterior's layout and path, with its origin."""
    at = reference(posterior.layout, posterior.mean())
    return build_evidence(statements, posterior.layout, at, load_errors(), posterior.origin, posterior.evidence.rest)


def _robust(posterior: Posterior, names: Sequence[str]) -> Array:
    """The earlier posterior's robust weights; 1 for what it did not know."""
    known = {s.id: w for s, w in zip(posterior.evidence.statements, posterior.mixture.robust, strict=True)}
    return np.array([known.get(name, 1.0) for name in names])


def _given_what_stays(
    posterior: Posterior,
    evidence: Evidence,
    rows: Array,
    split: tuple[NDArray[np.intp], NDArray[np.intp]],
    noise: Array,
) -> tuple[Array, Array]:
    layout = posterior.layout
    stays, changing = split
    # Quantities, what comes or goes, what stays: sparse, so that a cell costs little more than its prior.
    order = np.concatenate([changing, stays])
    both = sparse.vstack([sparse.csr_array(rows), evidence.paths[order]]).tocsr()
    offsets = evidence.offsets[order].toarray() * evidence.offset_sd
    by_offset = np.zeros((both.shape[0], both.shape[0]))
    by_offset[len(rows) :, len(rows) :] = offsets @ offsets.T
    prior_mean = both @ path_mean(layout)
    size = len(rows) + changing.size
    residual = evidence.value[stays] - prior_mean[size:]
    means, covariances = [], []
    for cell in posterior.mixture.cells:
        joint = both @ np.ascontiguousarray((both @ path_covariance(layout, cell.hyper)).T) + by_offset
        inner = joint[size:, size:]
        inner[np.diag_indices_from(inner)] += noise[stays]
        factor = linalg.cholesky(inner, lower=True, check_finite=False)
        half = linalg.solve_triangular(
            factor, np.column_stack([joint[size:, :size], residual]), lower=True, check_finite=False
        )
        means.append(prior_mean[:size] + half[:, :-1].T @ half[:, -1])
        covariances.append(joint[:size, :size] - half[:, :-1].T @ half[:, :-1])
    return np.stack(means), np.stack(covariances)
