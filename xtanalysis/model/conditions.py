"""What a scenario changes: conditions give a law to linear combinations of the paths, and every draw moves onto it.

``update="none"`` leaves history and cells alone: a draw keeps its states up to the origin and only later innovations
move. ``"history"`` lets the past move too, cells kept. ``"all"`` treats the conditions as facts (see
:func:`xtanalysis.model.posterior.fit_posterior`). Waggoner & Zha (1999); Bańbura, Giannone & Lenza (2015);
Antolín-Díaz, Petrella & Rubio-Ramírez (2021) for conditions that are laws rather than numbers.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, special

from xtanalysis.errors import Contradiction, Problem
from xtanalysis.model.evidence import reference
from xtanalysis.model.exactness import exact_draws
from xtanalysis.model.goals import absolute, not_held, shifted
from xtanalysis.model.likelihood import covariances_of
from xtanalysis.model.nonlinear import Compiled, compile_statement
from xtanalysis.model.openness import open_covariance
from xtanalysis.model.posterior import Draws, Posterior
from xtanalysis.model.truncated import inside_box, truncated_normal
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.linear import LinearForm, linear_form
from xtanalysis.text import listed, message

__all__ = ["Conditions", "apply_conditions", "build_conditions", "reweigh"]

Array = NDArray[np.float64]

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
        Whether each form is exact, shape (m,).
    compiled, target
        Each condition's left-hand side as arrays, and the value that it is given, log points, shape (m,).
    relative
        Whether the value is a distance from each draw's own baseline, shape (m,); ``value`` and ``target`` are then
        those of the posterior mean.
    """

    statements: tuple[Statement, ...]
    rows: Array
    value: Array
    high: Array
    kind: tuple[str, ...]
    sd: Array
    linear: NDArray[np.bool_]
    compiled: tuple[Compiled, ...]
    target: Array
    relative: NDArray[np.bool_]

    def goals(self, baseline: Array) -> tuple[Array, Array]:
        """What each draw's ``rows @ x`` and left-hand sides should be, log points, shape (N, m) each.

        ``baseline`` are the draws before the scenario, shape (N, K·T).
        """
        ends = np.tile(self.target, (len(baseline), 1))
        for j in np.flatnonzero(self.relative):
            ends[:, j] = shifted(self.statements[j], self.compiled[j](baseline)[0])
        return ends + (self.value - self.target), ends

    @property
    def error(self) -> Array:
        """Standard deviation beside the value, log points, shape (m,): 0 for what is hard or an interval."""
        return np.where(np.isin(self.kind, ("hard", "interval")), 0.0, self.sd)

    def of_kind(self, *kinds: str) -> NDArray[np.intp]:
        """Places of the conditions of these kinds."""
        return np.flatnonzero(np.isin(self.kind, kinds))


def _form(statement: Statement, posterior: Posterior, path: Array) -> tuple[LinearForm, Array]:
    """One statement's form around a path, and its dense row."""
    layout = posterior.layout
    form = linear_form(statement, reference(layout, path))
    row = np.zeros(layout.size)
    for key, coefficient in form.coefficients.items():
        place = layout.position(*key)
        if place is None:
            raise Contradiction(not_held(statement, key, posterior.region, layout.years))
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
    rows, value, high, sd, kinds, linear, compiled, target = [], [], [], [], [], [], [], []
    for statement in statements:
        form, row = _form(absolute(statement), posterior, path)
        rows.append(row)
        linear.append(form.linear)
        kind = statement.condition or "hard"
        low, upper = form.value, np.nan
        if statement.relation == "between" and form.value_high is not None:
            kind, upper = "interval", form.value_high
        elif statement.relation in ("at_least", "above"):
            kind, upper = "interval", np.inf
        elif statement.relation == "at_most":
            kind, low, upper = "interval", -np.inf, form.value
        compiled.append(compile_statement(statement, posterior.layout))
        # What the linear form left out is the same at the reference path for value and left-hand side.
        here = float(compiled[-1](path[None])[0][0])
        left_out = here - float(row @ path)
        if statement.versus is not None:
            low = float(shifted(statement, np.array([here]))[0]) - left_out
        value.append(low)
        high.append(upper)
        kinds.append(kind)
        sd.append(abs(form.slope) * statement.sd if statement.sd else 0.0)
        target.append((form.value if statement.versus is None else low) + left_out)
    return Conditions(
        tuple(statements),
        np.array(rows).reshape(len(rows), posterior.layout.size),
        np.array(value),
        np.array(high),
        tuple(kinds),
        np.array(sd),
        np.array(linear, dtype=bool),
        tuple(compiled),
        np.array(target),
        np.array([s.versus is not None for s in statements], dtype=bool),
    )


def _independent(covariance: Array, conditions: Conditions, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Rows among these that say something new, by pivoted Cholesky; the others follow from them."""
    matrix = covariance[np.ix_(rows, rows)]
    scale = np.sqrt(np.maximum(np.diag(matrix), 0.0))
    if (scale <= 0.0).any():
        fixed = int(rows[np.flatnonzero(scale <= 0.0)[0]])
        raise Contradiction(
            Problem(
                message("assumption {id} is about something already settled", id=conditions.statements[fixed].id),
                fix=message("leave it out, or let history move (update: history)"),
            )
        )
    matrix = matrix / np.outer(scale, scale)
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
    return rows[sorted(chosen)]


def apply_conditions(
    posterior: Posterior, draws: Draws, conditions: Conditions, update: str, rng: np.random.Generator
) -> Array:
    """Move every draw onto the conditions' law; new paths in log points, shape (N, K·T).

    Raises
    ------
    Contradiction
        If hard conditions exclude each other or what is settled; the message names them and how far apart they are.
    """
    if not conditions.statements:
        return draws.values.copy()
    if update == "all":
        posterior = reweigh(posterior, conditions)
        draws = exact_draws(posterior, len(draws.cell), draws.seed)
    normal = rng.standard_normal((len(draws.cell), len(conditions.statements)))
    moves = _moves(posterior, draws, conditions, update)
    wanted = np.empty_like(normal)
    now = draws.values @ conditions.rows.T
    goals, ends = conditions.goals(draws.values)
    for move in moves:
        mine = goals[move.draws] + conditions.error * normal[move.draws]
        wanted[move.draws] = _law(conditions, now[move.draws], move.inner, mine)
    _truncate(posterior, moves, conditions, now, wanted, rng)
    out = draws.values.copy(order="K")
    for move in moves:
        paths = out[move.draws]
        gap = (wanted - now)[move.draws][:, move.keep]
        root = linalg.cho_factor(move.inner[np.ix_(move.keep, move.keep)], lower=True)
        open_ = np.flatnonzero(move.spread.any(axis=1))
        paths.T[open_] += move.spread[np.ix_(open_, move.keep)] @ linalg.cho_solve(root, gap.T)
        _check_redundant(conditions, move, paths, wanted[move.draws])
        if not conditions.linear.all():
            _newton(posterior, move, conditions, paths, ends[move.draws], update)
    return out


@dataclass(frozen=True, slots=True)
class _Move:
    """How the draws of one cell move: their places, Cov(x, s) (K·T, m), Cov(s) (m, m), rows that say something new."""

    cell: int
    draws: slice
    spread: Array
    inner: Array
    keep: NDArray[np.intp]


def _moves(posterior: Posterior, draws: Draws, conditions: Conditions, update: str) -> list[_Move]:
    """One move for each cell that has draws."""
    out = []
    everything = np.arange(len(conditions.statements))
    for index in np.unique(draws.cell):
        first, last = np.searchsorted(draws.cell, [index, index + 1])
        spread = open_covariance(posterior, int(index), conditions.rows, update)
        inner = conditions.rows @ spread
        keep = _independent(inner, conditions, everything)
        out.append(_Move(int(index), slice(int(first), int(last)), spread, inner, keep))
    return out


def reweigh(posterior: Posterior, conditions: Conditions) -> Posterior:
    """Weigh the cells again as if hard and noisy conditions were facts, and intervals known to hold.

    A target distribution says what the law is, not what was seen: it leaves the cells alone.
    """
    rows = conditions.of_kind("hard", "noisy_observation")
    boxed = conditions.of_kind("interval")
    cells = posterior.mixture.cells
    log_weight = np.log(np.maximum(posterior.mixture.weights, np.finfo(float).tiny))
    for i, covariance in enumerate(covariances_of(posterior.layout, cells, conditions.rows)):
        mean = conditions.rows @ cells[i].mean
        if rows.size:
            inner = covariance[np.ix_(rows, rows)] + np.diag(
                np.where(np.isin(rows, boxed), 0.0, conditions.sd[rows] ** 2)
            )
            keep = _independent(covariance, conditions, rows)
            place = np.searchsorted(rows, keep)
            factor = linalg.cho_factor(inner[np.ix_(place, place)], lower=True)
            gap = conditions.value[keep] - mean[keep]
            log_weight[i] -= 0.5 * float(gap @ linalg.cho_solve(factor, gap)) + float(np.log(np.diag(factor[0])).sum())
        for j in boxed:
            ends = (np.array([conditions.value[j], conditions.high[j]]) - mean[j]) / np.sqrt(covariance[j, j])
            log_weight[i] += float(
                np.log(np.maximum(special.ndtr(ends[1]) - special.ndtr(ends[0]), np.finfo(float).tiny))
            )
    weights = np.exp(log_weight - log_weight.max())
    weights /= weights.sum()
    mixture = dataclasses.replace(posterior.mixture, weights=weights, effective=float(1.0 / (weights**2).sum()))
    return dataclasses.replace(posterior, mixture=mixture, kept={})


def _law(conditions: Conditions, now: Array, inner: Array, goal: Array) -> Array:
    """Where each draw's combinations should go, shape (N, m), given where they are now; intervals come after.

    Noisy observations and what is given move jointly (Matheron's rule on the combinations).
    """
    wanted = now.copy()
    given = conditions.of_kind("hard", "target_distribution")
    noisy = conditions.of_kind("noisy_observation")
    if noisy.size:
        independent = _independent(inner, conditions, given) if given.size else given
        rows = np.concatenate([independent, noisy])
        variance = inner[np.ix_(rows, rows)] + np.diag(np.where(np.isin(rows, noisy), conditions.error[rows] ** 2, 0.0))
        wanted += linalg.solve(variance, (goal - now)[:, rows].T, assume_a="pos").T @ inner[rows]
    wanted[:, given] = goal[:, given]
    return wanted


def _truncate(
    posterior: Posterior,
    moves: Sequence[_Move],
    conditions: Conditions,
    now: Array,
    wanted: Array,
    rng: np.random.Generator,
) -> None:
    """Draw what has an interval from its cell's law, truncated jointly, given the others; in place.

    One interval keeps each draw's own rank, so that scenarios stay comparable draw by draw.
    """
    boxed = conditions.of_kind("interval")
    if not boxed.size:
        return
    given = np.setdiff1d(np.arange(wanted.shape[1]), boxed)
    centre, own = np.empty((2, len(wanted), boxed.size))
    spread = np.empty((len(wanted), boxed.size, boxed.size))
    cells = [posterior.mixture.cells[move.cell] for move in moves]
    covariances = covariances_of(posterior.layout, cells, conditions.rows)
    for move, cell, covariance in zip(moves, cells, covariances, strict=True):
        mean = conditions.rows @ cell.mean
        inverse = np.linalg.pinv(covariance[np.ix_(given, given)], rcond=RANK_TOLERANCE, hermitian=True)
        slope = covariance[np.ix_(boxed, given)] @ inverse
        centre[move.draws] = mean[boxed] + (wanted[move.draws][:, given] - mean[given]) @ slope.T
        # What is the draw's own: its distance from where the others would put it.
        own[move.draws] = now[move.draws][:, boxed] - mean[boxed] - (now[move.draws][:, given] - mean[given]) @ slope.T
        spread[move.draws] = covariance[np.ix_(boxed, boxed)] - slope @ covariance[np.ix_(given, boxed)]
    low, high = conditions.value[boxed], conditions.high[boxed]
    if boxed.size > 1:
        precision = np.asarray(np.linalg.pinv(spread, rcond=RANK_TOLERANCE, hermitian=True), dtype=np.float64)
        wanted[:, boxed] = inside_box(centre, precision, centre + own, (low, high), rng)
        return
    sd = np.sqrt(spread[:, 0, 0])
    rank = special.ndtr(own[:, 0] / sd)
    a, b = (low[0] - centre[:, 0]) / sd, (high[0] - centre[:, 0]) / sd
    wanted[:, boxed[0]] = np.clip(centre[:, 0] + sd * truncated_normal(a, b, rank), low[0], high[0])


def _check_redundant(conditions: Conditions, move: _Move, paths: Array, wanted: Array) -> None:
    """Rows left out as redundant must already hold; name those that they follow from, and the distance."""
    inner, keep = move.inner, move.keep
    left = np.setdiff1d(np.arange(len(inner)), keep)
    if not left.size:
        return
    missed = np.abs(paths @ conditions.rows[left].T - wanted[:, left]).max(axis=0)
    problems = []
    for j, distance_apart in zip(left, missed, strict=True):
        if distance_apart <= 1e-6 * (1.0 + abs(conditions.value[j])):
            continue
        part = linalg.lstsq(inner[np.ix_(keep, keep)], inner[keep, j])[0]
        others = [conditions.statements[i].id for i, share in zip(keep, part, strict=True) if abs(share) > 1e-8]
        problems.append(
            Problem(
                message(
                    "assumption {id} cannot hold together with {names}",
                    id=conditions.statements[j].id,
                    names=listed(others),
                ),
                found=message("{distance:.3g} log points apart", distance=distance_apart),
                fix=message("change or remove one of them"),
            )
        )
    if problems:
        raise Contradiction(problems)


def _newton(posterior: Posterior, move: _Move, conditions: Conditions, paths: Array, ends: Array, update: str) -> None:
    """Newton steps for hard conditions when some are not linear, all draws of a cell at once, in place."""
    hard = conditions.of_kind("hard")
    compiled = [conditions.compiled[j] for j in hard]
    if not any(not conditions.linear[j] for j in hard):
        return
    places = np.unique(np.concatenate([c.positions for c in compiled]))
    unit = np.zeros((places.size, paths.shape[1]))
    unit[np.arange(places.size), places] = 1.0
    spread = open_covariance(posterior, move.cell, unit, update)
    inner = spread[places]
    keep = np.searchsorted(hard, _independent(move.inner, conditions, hard))
    for _ in range(NEWTON_STEPS):
        gradient = np.zeros((len(paths), hard.size, places.size))
        gap = np.empty((len(paths), hard.size))
        for j, function in enumerate(compiled):
            value, slope = function(paths)
            gap[:, j] = ends[:, hard[j]] - value
            gradient[:, j, np.searchsorted(places, function.positions)] = slope
        if np.abs(gap).max() < EXACT:
            return
        gradient, gap = gradient[:, keep], gap[:, keep]
        weighted = gradient @ inner
        step = np.linalg.solve(weighted @ gradient.swapaxes(1, 2), gap[:, :, None])[:, :, 0]
        paths += np.einsum("nj,njp->np", step, gradient) @ spread.T
    raise Contradiction(
        Problem(
            message(
                "these assumptions cannot be met together on every path: {names}",
                names=listed([conditions.statements[j].id for j in hard]),
            ),
            found=message("{distance:.3g} log points left", distance=np.abs(gap).max()),
            fix=message("change or remove one of them"),
        )
    )
