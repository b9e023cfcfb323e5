"""What a scenario changes: conditions give a law to linear combinations of the paths, and every draw moves onto it.

``update="none"`` leaves history and cells alone: a draw keeps its states up to the origin and only later innovations
move. ``"history"`` lets the past move too, cells kept. ``"all"`` treats the conditions as facts (see
:func:`xtanalysis.model.posterior.fit_posterior`). Waggoner & Zha (1999); Bańbura, Giannone & Lenza (2015);
Antolín-Díaz, Petrella & Rubio-Ramírez (2021) for conditions that are laws rather than numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, special, stats

from xtanalysis.errors import Contradiction, Problem
from xtanalysis.model.posterior import Draws, Posterior
from xtanalysis.model.prior import continuation_covariance
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.linear import Key, LinearForm, linear_form

__all__ = ["Conditions", "apply_conditions", "build_conditions", "distance"]

Array = NDArray[np.float64]

SWEEPS = 40  # of the Gibbs sampler for jointly truncated conditions
RANK_TOLERANCE = 1e-9  # of a pivot against the largest: below it a condition says nothing new
NEWTON_STEPS = 12
EXACT = 1e-9  # log points


@dataclass(frozen=True, slots=True)
class Conditions:
    """m conditions as ``rows @ x`` against their values.

    Attributes
    ----------
    statements
        In order.
    rows
        Shape (m, K·T), at the reference path.
    value, high
        Log points, shape (m,); ``high`` is nan unless the condition is two-sided.
    kind
        ``hard``, ``target_distribution``, ``noisy_observation`` or ``interval`` for each.
    sd
        Log points, shape (m,), of the soft ones.
    linear
        Whether every form is exact.
    """

    statements: tuple[Statement, ...]
    rows: Array
    value: Array
    high: Array
    kind: tuple[str, ...]
    sd: Array
    linear: bool


def _form(statement: Statement, posterior: Posterior, path: Array) -> tuple[LinearForm, Array]:
    """One statement's form around a path, and its dense row."""
    layout = posterior.layout

    def at(key: Key) -> float:
        place = layout.position(*key)
        return 0.0 if place is None else float(path[place])

    form = linear_form(statement, at)
    row = np.zeros(layout.size)
    for key, coefficient in form.coefficients.items():
        place = layout.position(*key)
        if place is None:
            raise Contradiction(
                Problem(
                    f"assumption {statement.id} speaks of {key[1]} in {key[2]}, which this projection does not hold",
                    expected=f"a modelled indicator between {layout.years[0]} and {layout.years[-1]}",
                )
            )
        row[place] = coefficient
    return form, row


def build_conditions(posterior: Posterior, statements: Sequence[Statement]) -> Conditions:
    """Rows of a scenario's assumptions around the posterior mean.

    Raises
    ------
    Contradiction
        If an assumption speaks of a year or indicator that the projection does not hold.
    """
    path = posterior.mean()
    rows, value, high, sd, kinds, linear = [], [], [], [], [], True
    for statement in statements:
        form, row = _form(statement, posterior, path)
        rows.append(row)
        linear = linear and form.linear
        kind = statement.condition or "hard"
        low, upper = form.value, np.nan
        if statement.relation == "between" and form.value_high is not None:
            kind, upper = "interval", form.value_high
        elif statement.relation in ("at_least", "above"):
            kind, upper = "interval", np.inf
        elif statement.relation == "at_most":
            kind, low, upper = "interval", -np.inf, form.value
        value.append(low)
        high.append(upper)
        kinds.append(kind)
        sd.append(abs(form.slope) * statement.sd if statement.sd else 0.0)
    return Conditions(
        tuple(statements),
        np.array(rows).reshape(len(rows), posterior.layout.size),
        np.array(value),
        np.array(high),
        tuple(kinds),
        np.array(sd),
        linear,
    )


def _future(posterior: Posterior) -> NDArray[np.intp]:
    """Positions of the years after the origin, state by state."""
    years = np.array(posterior.layout.years)
    later = np.flatnonzero(years > posterior.origin)
    return (np.arange(len(posterior.layout.states))[:, None] * years.size + later).ravel()


def _covariance(posterior: Posterior, index: int, rows: Array, update: str) -> Array:
    """Cov(x, rows·x) in one cell, shape (K·T, m): of what the update leaves open."""
    cell = posterior.mixture.cells[index]
    if update != "none":
        return cell.covariance_with(posterior.layout, rows)
    future = _future(posterior)
    open_part = continuation_covariance(posterior.layout, cell.hyper, posterior.origin)
    ahead = posterior.evidence.paths.tocsc()[:, future].tocsr()
    speaks = np.flatnonzero(np.diff(ahead.indptr))
    if speaks.size:
        # Statements about years after the origin (growth to date, outlooks) have already settled part of what was open.
        ahead = ahead[speaks]
        spread = posterior.evidence.offsets[speaks].toarray() * posterior.evidence.offset_sd
        noise = posterior.evidence.sd[speaks] ** 2 / posterior.mixture.robust[speaks]
        gain = (ahead @ open_part).T
        covariance = ahead @ gain + spread @ spread.T + np.diag(noise)
        open_part = open_part - gain @ linalg.solve(covariance, gain.T, assume_a="pos")
    out = np.zeros((posterior.layout.size, len(rows)))
    out[future] = open_part @ rows[:, future].T
    return out


def _independent(covariance: Array, conditions: Conditions) -> NDArray[np.intp]:
    """Rows that say something new, by pivoted Cholesky; the others follow from them."""
    matrix = covariance.copy()
    scale = np.sqrt(np.maximum(np.diag(matrix), 0.0))
    if (scale <= 0.0).any():
        fixed = int(np.flatnonzero(scale <= 0.0)[0])
        raise Contradiction(
            Problem(
                f"assumption {conditions.statements[fixed].id} is about something already settled",
                fix="leave it out, or let history move (update: history)",
            )
        )
    matrix /= np.outer(scale, scale)
    chosen: list[int] = []
    residual = np.diag(matrix).copy()
    factor = np.zeros_like(matrix)
    for step in range(len(matrix)):
        pivot = int(np.argmax(residual))
        if residual[pivot] < RANK_TOLERANCE:
            break
        root = np.sqrt(residual[pivot])
        factor[:, step] = (matrix[:, pivot] - factor[:, :step] @ factor[pivot, :step]) / root
        residual -= factor[:, step] ** 2
        residual[pivot] = -np.inf
        chosen.append(pivot)
    return np.array(sorted(chosen), dtype=np.intp)


def _truncated(
    mean: Array, precision: Array, start: Array, box: tuple[Array, Array], rng: np.random.Generator
) -> Array:
    """Gibbs draws of jointly truncated Gaussians, one chain a draw; shapes (N, m), (m, m), (N, m), (m,) each."""
    low, high = box
    out = np.clip(start, low, high)
    for _ in range(SWEEPS):
        for j in range(out.shape[1]):
            spread = 1.0 / np.sqrt(precision[j, j])
            centre = mean[:, j] - (out - mean) @ precision[:, j] / precision[j, j] + (out[:, j] - mean[:, j])
            a, b = (low[j] - centre) / spread, (high[j] - centre) / spread
            out[:, j] = centre + spread * _truncated_normal(a, b, rng.random(len(out)))
    return np.clip(out, low, high)


def _truncated_normal(a: Array, b: Array, u: Array) -> Array:
    """Standard normal on [a, b] by inversion in the tail where it is accurate (log scale)."""
    flip = a > 0
    low, high = np.where(flip, -b, a), np.where(flip, -a, b)
    log_low, log_high = special.log_ndtr(low), special.log_ndtr(high)
    log_u = log_high + np.log(u + (1.0 - u) * np.exp(log_low - log_high))
    value = special.ndtri_exp(np.minimum(log_u, 0.0))
    out: Array = np.where(flip, -value, value)
    return out


def apply_conditions(
    posterior: Posterior, draws: Draws, conditions: Conditions, update: str, rng: np.random.Generator
) -> Array:
    """Move every draw onto the conditions' law; new paths in log points, shape (N, K·T).

    Raises
    ------
    Contradiction
        If hard conditions exclude each other or what is settled; the message names them and how far apart they are.
    """
    out = draws.values.copy()
    if not conditions.statements:
        return out
    normal = rng.standard_normal((len(out), len(conditions.statements)))
    for index in np.unique(draws.cell):
        mine = np.flatnonzero(draws.cell == index)
        spread = _covariance(posterior, int(index), conditions.rows, update)
        inner = conditions.rows @ spread
        keep = _independent(inner, conditions)
        root = linalg.cho_factor(inner[np.ix_(keep, keep)], lower=True)
        now = out[mine] @ conditions.rows.T
        wanted = _law(conditions, now, inner, normal[mine])
        _truncate(posterior, int(index), conditions, wanted, rng)
        out[mine] += linalg.cho_solve(root, (wanted - now)[:, keep].T).T @ spread[:, keep].T
        _check_redundant(conditions, out[mine], wanted, keep)
    if not conditions.linear:
        _newton(posterior, draws, conditions, out, update)
    return out


def _law(conditions: Conditions, now: Array, inner: Array, normal: Array) -> Array:
    """Where each draw's combinations should go, shape (N, m), given where they are now; intervals come after."""
    kinds = np.array(conditions.kind)
    wanted = now.copy()
    noisy = np.flatnonzero(kinds == "noisy_observation")
    if noisy.size:
        variance = inner[np.ix_(noisy, noisy)] + np.diag(conditions.sd[noisy] ** 2)
        gap = conditions.value[noisy] + conditions.sd[noisy] * normal[:, noisy] - now[:, noisy]
        wanted += linalg.solve(variance, gap.T, assume_a="pos").T @ inner[noisy]
    for kind in ("hard", "target_distribution"):
        rows = np.flatnonzero(kinds == kind)
        wanted[:, rows] = conditions.value[rows]
        if kind == "target_distribution":
            wanted[:, rows] += conditions.sd[rows] * normal[:, rows]
    return wanted


def _truncate(
    posterior: Posterior, index: int, conditions: Conditions, wanted: Array, rng: np.random.Generator
) -> None:
    """Draw what has an interval from its cell's law, truncated jointly, given the others; in place."""
    kinds = np.array(conditions.kind)
    boxed = np.flatnonzero(kinds == "interval")
    if not boxed.size:
        return
    given = np.flatnonzero(kinds != "interval")
    cell = posterior.mixture.cells[index]
    mean = conditions.rows @ cell.mean
    covariance = conditions.rows @ cell.covariance_with(posterior.layout, conditions.rows)
    inverse = np.linalg.pinv(covariance[np.ix_(given, given)], rcond=RANK_TOLERANCE, hermitian=True)
    slope = covariance[np.ix_(boxed, given)] @ inverse
    centre = mean[boxed] + (wanted[:, given] - mean[given]) @ slope.T
    spread = covariance[np.ix_(boxed, boxed)] - slope @ covariance[np.ix_(given, boxed)]
    precision = np.asarray(np.linalg.pinv(spread, rcond=RANK_TOLERANCE, hermitian=True), dtype=np.float64)
    box = (conditions.value[boxed], conditions.high[boxed])
    wanted[:, boxed] = _truncated(centre, precision, wanted[:, boxed], box, rng)


def _check_redundant(conditions: Conditions, paths: Array, wanted: Array, keep: NDArray[np.intp]) -> None:
    """Rows left out as redundant must already hold."""
    missed = np.abs(paths @ conditions.rows.T - wanted).max(axis=0)
    wrong = [j for j in range(len(missed)) if j not in keep and missed[j] > 1e-6 * (1.0 + abs(conditions.value[j]))]
    if wrong:
        raise Contradiction(
            [
                Problem(
                    f"assumption {conditions.statements[j].id} cannot hold together with "
                    + ", ".join(conditions.statements[i].id for i in keep),
                    found=f"{missed[j]:.3g} log points apart",
                    fix="change or remove one of them",
                )
                for j in wrong
            ]
        )


def _newton(posterior: Posterior, draws: Draws, conditions: Conditions, out: Array, update: str) -> None:
    """Newton steps for hard conditions that are not linear, draw by draw, in place: they hold exactly at the end."""
    hard = [j for j, kind in enumerate(conditions.kind) if kind == "hard"]
    for i, path in enumerate(out):
        for _ in range(NEWTON_STEPS):
            forms = [_form(conditions.statements[j], posterior, path) for j in hard]
            rows = np.array([row for _, row in forms])
            gap = np.array([form.value for form, _ in forms]) - rows @ path
            if np.abs(gap).max() < EXACT:
                break
            spread = _covariance(posterior, int(draws.cell[i]), rows, update)
            path += spread @ np.linalg.lstsq(rows @ spread, gap, rcond=RANK_TOLERANCE)[0]


def distance(posterior: Posterior, conditions: Conditions) -> tuple[float, float]:
    """How far the conditions lie from the baseline: Mahalanobis distance, and its percentile in the χ² law.

    An interval counts from its nearest end.
    """
    mean, covariance = posterior.moments(conditions.rows)
    target = conditions.value.copy()
    for j, kind in enumerate(conditions.kind):
        if kind == "interval":
            target[j] = min(max(mean[j], conditions.value[j]), conditions.high[j])
    gap = target - mean
    inverse = np.linalg.pinv(covariance, rcond=RANK_TOLERANCE, hermitian=True)
    squared = float(gap @ inverse @ gap)
    return squared**0.5, float(stats.chi2.cdf(squared, np.linalg.matrix_rank(covariance)))
