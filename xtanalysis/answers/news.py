"""News: what changed each forecast between two days, figure by figure, adding up exactly.

Cells, their weights and the robust weights stay as of the earlier day; the figures published since then condition the
paths one after another in order of publication, each taking out of use what it replaces. What is left to the later
projection is one row, re-estimation. (Bańbura & Modugno 2014 for news of a state-space model.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from xtanalysis.answers.news_system import build_system
from xtanalysis.answers.project import ScenarioDraws
from xtanalysis.data.dictionary import indicators
from xtanalysis.errors import BadInput, Problem
from xtanalysis.model.paths import held_indicators
from xtanalysis.model.select import information_set
from xtanalysis.model.stand_ins import with_proxy
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.linear import LinearForm
from xtanalysis.statements.request import lineage
from xtanalysis.targets.block import level_statement
from xtanalysis.targets.margins import first_readings, margin_block, met_probability
from xtanalysis.targets.scale import from_scale, to_scale
from xtanalysis.targets.verdicts import statement_of
from xtanalysis.text import message

__all__ = ["News", "NewsStep", "Quantity", "mixture_medians", "news"]

Array = NDArray[np.float64]

HALVINGS = 50  # of an interval of 20 standard deviations: below 2e-14 of one


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a forecast is of.

    Attributes
    ----------
    name
        A target's id, or an indicator's id and year.
    statement
        Its measure, year and unit; for a target also the threshold.
    is_target
        Whether it has a probability.
    """

    name: str
    statement: Statement
    is_target: bool


@dataclass(frozen=True, slots=True)
class NewsStep:
    """One row: a figure, the passing of time, or re-estimation.

    Attributes
    ----------
    kind
        ``figure`` · ``time`` (figures set aside because a year is over) · ``re-estimation``.
    statement
        The figure, ``None`` for the other kinds.
    set_aside
        Ids of what goes out of use with it.
    median, probability
        Change of each quantity's median (its unit) and of each target's probability (nan elsewhere), shape (q,).
    """

    kind: str
    statement: Statement | None
    set_aside: tuple[str, ...]
    median: Array
    probability: Array


@dataclass(frozen=True, slots=True)
class News:
    """All rows between two projections; the steps of each quantity add up to ``end − start``.

    Attributes
    ----------
    start_median, start_probability, end_median, end_probability
        In closed form, shape (q,); a target that is not linear on the log-paths is linearised.
    """

    quantities: tuple[Quantity, ...]
    start_median: Array
    start_probability: Array
    end_median: Array
    end_probability: Array
    steps: tuple[NewsStep, ...]

    def of(self, name: str) -> tuple[tuple[NewsStep, float, float], ...]:
        """(step, change of the median, change of the probability) of one quantity.

        Raises
        ------
        BadInput
            If there is no such quantity.
        """
        names = [q.name for q in self.quantities]
        if name not in names:
            raise BadInput(Problem(message("no such forecast"), found=name, expected=", ".join(names)))
        i = names.index(name)
        return tuple((step, float(step.median[i]), float(step.probability[i])) for step in self.steps)


def news(before: ScenarioDraws, after: ScenarioDraws) -> News:
    """What changed between two projections of one region, plan and horizon.

    Raises
    ------
    BadInput
        If they differ in more than the day, or ``after`` is not later.
    """
    _comparable(before, after)
    quantities = _quantities(before)
    rows = _rows(before, quantities)
    sequence = _sequence(before, after)
    system = build_system(before.posterior, rows.paths, sequence[0][2], [used for _, _, used in sequence[1:]])
    weights = before.posterior.mixture.weights
    frozen = [_forecast(quantities, rows, weights, *moments) for moments in system.moments()]
    start = _direct(before, quantities)
    end = _direct(after, quantities)
    steps = [
        NewsStep(kind, statement, _gone(earlier, used), *(now - then for now, then in zip(late, soon, strict=True)))
        for (kind, statement, used), (_, _, earlier), late, soon in zip(
            sequence[1:], sequence, frozen[1:], frozen, strict=False
        )
    ]
    rest = [
        last - first - sum((getattr(step, name) for step in steps), np.zeros(len(quantities)))
        for first, last, name in zip(start, end, ("median", "probability"), strict=True)
    ]
    steps.append(NewsStep("re-estimation", None, (), *rest))
    return News(quantities, start[0], start[1], end[0], end[1], tuple(steps))


def _comparable(before: ScenarioDraws, after: ScenarioDraws) -> None:
    problems = [
        Problem(message("the two projections differ in {name}", name=name), found=str(second), expected=str(first))
        for name, first, second in (
            (message("region"), before.region, after.region),
            (message("plan"), before.plan.id, after.plan.id),
            (message("last year"), before.to, after.to),
        )
        if first != second
    ]
    if after.as_of <= before.as_of:
        problems.append(Problem(message("the second projection is not later"), found=str(after.as_of)))
    if problems:
        raise BadInput(problems)


def _quantities(projection: ScenarioDraws) -> tuple[Quantity, ...]:
    """The targets under their first readings, then every state and derived indicator in the last deadline's year."""
    results = first_readings(projection)
    targets = [
        Quantity(r.target, statement_of(projection.plan.target(r.target), r.reading, projection.region), True)
        for r in results
    ]
    year = max([q.statement.period.year for q in targets], default=projection.to)
    states = {name for region, name in projection.posterior.layout.states if region == projection.region}
    levels = [
        Quantity(f"{name} {year}", level_statement(projection.region, name, year), False)
        for name in held_indicators(states)
    ]
    return (*targets, *levels)


@dataclass(frozen=True, slots=True)
class _Rows:
    """The quantities' linear forms: rows on the block and on the path vector, thresholds, and constants left over."""

    block: Array
    paths: Array
    forms: tuple[LinearForm, ...]
    constants: Array


def _rows(projection: ScenarioDraws, quantities: Sequence[Quantity]) -> _Rows:
    block = margin_block(projection)
    found = [block.row(q.statement) for q in quantities]
    small = np.array([row for row, _ in found])
    # What to add to row·x so that it is on the statement's own scale: zero for forms that are linear.
    scaled = [to_scale(q.statement, np.array([q.statement.value]))[0] for q in quantities]
    forms = tuple(form for _, form in found)
    return _Rows(
        small,
        np.stack([block.on_paths(row) for row in small]),
        forms,
        np.array(scaled) - np.array([form.value for form in forms]),
    )


def _sequence(before: ScenarioDraws, after: ScenarioDraws) -> list[tuple[str, Statement | None, tuple[Statement, ...]]]:
    """(kind, figure, what is in use after it), from what was in use at the earlier day."""
    pool = [*after.information.used, *(s for s, _ in after.information.set_aside)]
    pool = _modelled(pool)
    known = [s for s in pool if s.known_on(before.as_of)]
    fresh = [(s.published, s.id, s) for s in pool if s.published is not None and not s.known_on(before.as_of)]
    in_use = {s.id: s for s in _modelled(before.information.used)}
    out: list[tuple[str, Statement | None, tuple[Statement, ...]]] = [("start", None, tuple(in_use.values()))]
    around, year = lineage(before.region), before.as_of.year
    for day, _, statement in sorted(fresh, key=lambda row: row[:2]):
        if day.year > year:
            in_use = {s.id: s for s in information_set(known, around, day).used}
            out.append(("time", None, tuple(in_use.values())))
            year = day.year
        known.append(statement)
        # What is in use of one region's indicator hangs on the figures about it alone.
        family = [s for s in known if _family(s) == _family(statement)]
        in_use = {i: s for i, s in in_use.items() if _family(s) != _family(statement)}
        in_use |= {s.id: s for s in information_set(family, around, day).used}
        out.append(("figure", statement, tuple(in_use.values())))
    out.append(("time", None, tuple(_modelled(after.information.used))))
    # A figure that changes nothing in use (a repetition, a superseded report) is no news.
    ids = [frozenset(s.id for s in used) for _, _, used in out]
    return [row for i, row in enumerate(out) if i == 0 or ids[i] != ids[i - 1]]


def _modelled(statements: Sequence[Statement]) -> list[Statement]:
    """Those that speak of the joint model's indicators, themselves or as a proxy."""
    return [s for s in statements if indicators()[with_proxy(s).indicator].role in ("state", "derived")]


def _family(statement: Statement) -> tuple[str, str]:
    """A region's indicator; one at current prices counts with its volume."""
    return statement.region, indicators()[statement.indicator].growth_of or statement.indicator


def _gone(earlier: Sequence[Statement], later: Sequence[Statement]) -> tuple[str, ...]:
    kept = {s.id for s in later}
    return tuple(s.id for s in earlier if s.id not in kept)


def _direct(projection: ScenarioDraws, quantities: Sequence[Quantity]) -> tuple[Array, Array]:
    """The projection's own forecasts, in closed form."""
    block, rows = margin_block(projection), _rows(projection, quantities)
    means = block.means @ rows.block.T
    variances = np.einsum("qi,cij,qj->cq", rows.block, block.covariances, rows.block, optimize=True)
    return _forecast(quantities, rows, block.weights, means, variances)


def _forecast(
    quantities: Sequence[Quantity], rows: _Rows, weights: Array, means: Array, variances: Array
) -> tuple[Array, Array]:
    """Median in natural units and probability of each quantity, shape (q,) each."""
    sd = np.sqrt(np.maximum(variances, 1e-18))
    middle = mixture_medians(weights, means, sd) + rows.constants
    medians = np.array([from_scale(q.statement, np.array([m]))[0] for q, m in zip(quantities, middle, strict=True)])
    chances = np.full(len(quantities), np.nan)
    for i, (quantity, form) in enumerate(zip(quantities, rows.forms, strict=True)):
        if quantity.is_target:
            chance = met_probability(quantity.statement, means[:, i], sd[:, i], form.value, form.value_high)
            chances[i] = weights @ chance
    return medians, chances


def mixture_medians(weights: Array, means: Array, sd: Array) -> Array:
    """Medians of mixtures of normals by bisection; weights (C,), means and sd (C, q); shape (q,)."""
    low, high = (means - 10.0 * sd).min(axis=0), (means + 10.0 * sd).max(axis=0)
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        below = weights @ special.ndtr((middle - means) / sd) < 0.5
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.asarray(0.5 * (low + high))
