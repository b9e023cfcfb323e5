"""From statements to rows of one linear system: coefficients on paths, unknown offsets, errors."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from xtanalysis.data.dictionary import indicators
from xtanalysis.errors import BadInput
from xtanalysis.model.basis import (
    HEAVY,
    References,
    corrections_since,
    first_print_noise,
    level_error,
    references_of,
    restated_together,
)
from xtanalysis.model.noise import ErrorTable, outlook_key, proxies, rounding_sd, statement_sd
from xtanalysis.model.nonlinear import Compiled, compile_statement
from xtanalysis.model.prior import Layout
from xtanalysis.model.priors import NATION, TREND
from xtanalysis.model.stand_ins import proxy_offsets, rank_row, with_proxy
from xtanalysis.model.to_date import Rest
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.linear import GROWTH_LIKE, Key, LinearForm, linear_form, states_of

__all__ = [
    "Evidence",
    "build_evidence",
    "reference",
    "relinearise",
]

Array = NDArray[np.float64]

PROXY_MEASURES = frozenset(
    {"level", "growth", "average_growth", "year_to_date_growth", "month_growth", "gap", "rank", "share"}
)
SILENT = 1e4  # sd of an inequality before anything is known of it, log points
GAUSSIAN = 1e6  # degrees of freedom of an error without tails
NOT_HELD = "about a series or a year outside this projection"
WIDEST, FURTHEST = 1e9, 1e5  # of an error and of a value, log points: beyond lies no figure, only arithmetic


@dataclass(frozen=True, slots=True)
class Evidence:
    """n statements as ``paths @ x + offsets @ o + error = value``.

    Attributes
    ----------
    statements
        In the order of the rows.
    paths
        Sparse, shape (n, K·T).
    offsets
        Sparse, shape (n, J), on unknown offsets (vintage, calibre, part of the year, drift of a proxy, common error).
    offset_names, offset_sd
        Names and prior standard deviations (mean zero), shape (J,).
    value, sd
        Log points, shape (n,).
    dof
        Degrees of freedom of the robust error, shape (n,).
    linear
        Whether each row's form is exact, shape (n,).
    unusable
        Statements that the system cannot hold, with the reason.
    low, high
        Of facts that are inequalities, log points, infinite where open, nan for all others, shape (n,).
    rounding
        Standard deviation of what was stated, before any site, shape (n,).
    references
        The yardsticks that levels were held against.
    rest
        Of growth to date, by id: how the rest of the year is expected to differ.
    curved
        Of the rows that are not linear, in their order: the exact form.
    constant
        What linearising has taken off each value, log points, shape (n,).
    """

    statements: tuple[Statement, ...]
    paths: sparse.csr_array
    offsets: sparse.csr_array
    offset_names: tuple[str, ...]
    offset_sd: Array
    value: Array
    sd: Array
    dof: Array
    linear: NDArray[np.bool_]
    unusable: tuple[tuple[Statement, str], ...]
    low: Array
    high: Array
    rounding: Array
    references: References
    curved: tuple[Compiled, ...]
    constant: Array
    rest: Mapping[str, Rest] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.statements)

    @property
    def bounded(self) -> NDArray[np.intp]:
        """Rows of facts that are inequalities; value and sd are those of a site (:mod:`xtanalysis.model.bounds`)."""
        return np.flatnonzero(np.isfinite(self.low) | np.isfinite(self.high))

    def taken_as(self, data: Array, constant: Array) -> Evidence:
        """The same with other coefficients on the paths, and what linearising takes off each value, shape (n,)."""
        moved = self.constant - constant
        return dataclasses.replace(
            self,
            paths=sparse.csr_array((data, self.paths.indices, self.paths.indptr), shape=self.paths.shape),
            # A site stays where it was until the next look.
            value=self.value + np.where(np.isnan(self.low), moved, 0.0),
            low=self.low + moved,
            high=self.high + moved,
            constant=constant,
        )

    def only(self, kept: NDArray[np.bool_]) -> Evidence:
        """Some of the statements, kept of shape (n,)."""
        rows = np.flatnonzero(kept)
        names = ("value", "sd", "dof", "linear", "low", "high", "rounding", "constant")
        curved = kept[~self.linear]
        return dataclasses.replace(
            self,
            statements=tuple(self.statements[i] for i in rows),
            paths=self.paths[rows],
            offsets=self.offsets[rows],
            curved=tuple(form for form, stays in zip(self.curved, curved, strict=True) if stays),
            **{name: getattr(self, name)[rows] for name in names},
        )


@dataclass(frozen=True, slots=True)
class _Row:
    statement: Statement
    asked: Statement  # the same of the series that a proxy stands for, of the gap that a rank is
    form: LinearForm
    sd: float
    offsets: list[tuple[str, float, float]]  # name, coefficient, prior sd
    heavy: bool
    bounds: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class _Context:
    """What the rows of one system have in common."""

    layout: Layout
    table: ErrorTable
    origin: int
    references: References
    rest: Mapping[str, Rest]
    found: dict[tuple[str, str], bool] = field(default_factory=dict)

    def holds(self, region: str, indicator: str) -> bool:
        """Whether the system has the states that a region's indicator is made of; True for one that is of none."""
        key = region, indicator
        if key not in self.found:
            states = (name for name in states_of(indicator) if indicators()[name].role == "state")
            self.found[key] = all((region, name) in self.layout.states for name in states)
        return self.found[key]


def _offsets(
    statement: Statement, original: Statement, context: _Context
) -> tuple[list[tuple[str, float, float]], float, bool]:
    """Unknown offsets of a statement (name, coefficient, prior sd in log points), the noise beside, if heavy."""
    out: list[tuple[str, float, float]] = []
    table = context.table
    noise, heavy = first_print_noise(original, statement.indicator, context.references, table)
    together = restated_together(original, statement.indicator, context.references, table)
    out += [together] if together else []
    stands_in = original.indicator in proxies()
    out += proxy_offsets(original) if stands_in else []
    level = None if stands_in and original.measure != "share" else level_error(original, context.references, table)
    if level is not None:
        out += [level.offset] if level.offset else []
        noise, heavy = math.hypot(noise, level.noise), heavy or level.heavy
    out += [(f"correction {e.id}", -1.0, e.step[1]) for e in corrections_since(original, context.origin)]
    if statement.measure == "year_to_date_level":
        rest = math.sqrt(12.0 / statement.period.months - 1.0)
        name = f"part of the year {statement.region}|{original.indicator}|{statement.period.months}"
        out.append((name, 1.0, table.get("year_share", statement.indicator) * rest))
    if statement.measure == "share" and statement.period.months < 12:
        noise = math.hypot(noise, table.get("season", "*") * math.sqrt(12.0 / statement.period.months - 1.0))
    if statement.role == "outlook":
        name = f"outlook {statement.region}|{statement.source_id}|{statement.published}"
        out.append((name, 1.0, table.get("outlook_common", statement.indicator)))
    if statement.role == "plan":
        name = f"plan {statement.indicator}"
        out.append((name, _years_of_change(statement), table.get("plan_common", statement.indicator)))
    return out, noise, heavy


def _years_of_change(statement: Statement) -> float:
    """Over how many years a plan's yearly bias adds up in what it states."""
    if statement.measure == "cumulative_change" and statement.base_period is not None:
        return float(statement.period.year - statement.base_period.year)
    return 1.0


def _bias(statement: Statement, table: ErrorTable, horizon: int) -> float:
    """What is to be taken off a plan or outlook, so many years ahead, before it is believed, log points."""
    if (statement.role, statement.region, statement.indicator) == ("outlook", NATION, "gdp_real"):
        return table.get("outlook_bias", "*", outlook_key(horizon))
    if statement.role == "plan" and statement.measure in GROWTH_LIKE:
        return table.get("plan_bias", statement.indicator) * _years_of_change(statement)
    return 0.0


def _on_trend(form: LinearForm, layout: Layout) -> LinearForm:
    """An outlook for a coming year is an expectation: it tells of the growth mean, not of that year's shock."""
    if (NATION, TREND) not in layout.states:
        return form
    moved = {
        (region, TREND if (region, name) == (NATION, "gdp_real") else name, year): coefficient
        for (region, name, year), coefficient in form.coefficients.items()
    }
    return dataclasses.replace(form, coefficients=moved)


def _row(original: Statement, at: Callable[[Key], float], context: _Context) -> _Row | str:
    """One row, or the reason why the system cannot hold the statement."""
    statement = with_proxy(original)
    table = context.table
    if statement is not original and statement.measure not in PROXY_MEASURES:
        return "a proxy speaks only through its growth, shares or full-year levels"
    extra = 0.0
    if statement.measure == "rank":
        statement, extra = rank_row(statement, table)
    if not context.holds(statement.region, statement.indicator):  # most of what is known, where few are wanted
        return NOT_HELD
    try:
        form = linear_form(statement, at)
    except BadInput as error:
        return error.problems[0].what
    if statement.role == "outlook" and statement.period.year > context.origin + 1:
        form = _on_trend(form, context.layout)
    if any(context.layout.position(*key) is None for key in form.coefficients):
        return NOT_HELD
    if statement.measure == "year_to_date_level":
        months = statement.period.months
        share = 100.0 * math.log(months / 12.0)
        share += table.get("year_share_mean", statement.indicator) * math.sqrt(12.0 / months - 1.0)
        form = dataclasses.replace(form, value=form.value - share)
    if original.indicator in proxies() and original.measure == "share":
        form = dataclasses.replace(form, value=form.value - proxies()[original.indicator].level)
    if (rest := context.rest.get(original.id)) is not None and statement.measure == "year_to_date_growth":
        form, extra = dataclasses.replace(form, value=form.value + rest.move), math.hypot(extra, rest.sd)
    step = sum(event.step[0] for event in corrections_since(original, context.origin))
    form = dataclasses.replace(form, value=form.value + step)
    horizon = statement.period.year - context.origin
    form = dataclasses.replace(form, value=form.value - _bias(statement, table, horizon))
    offsets, noise, heavy = _offsets(statement, original, context)
    sd = math.hypot(statement_sd(statement, form, table, horizon), extra, noise)
    if statement.relation == "above":
        # "Over 8 %" is 8 and a little: the figure was rounded down by at most its last printed step.
        step = abs(form.slope) * rounding_sd(statement.value) * math.sqrt(12.0)
        form = dataclasses.replace(form, value=form.value + 0.5 * step)
    if not (sd < WIDEST and abs(form.value) < FURTHEST):
        return f"no figure of this size can be held: {original.value:g} {original.unit}, error {sd:.3g} log points"
    bounds = _bounds(statement, form) if statement.tells_what_happened else None
    return _Row(original, statement, form, sd, offsets, heavy, bounds)


def _bounds(statement: Statement, form: LinearForm) -> tuple[float, float] | None:
    """Between which values a fact that is an inequality puts its combination, log points; ``None`` for the others."""
    match statement.relation:
        case "at_least":
            return form.value, math.inf
        case "at_most":
            return -math.inf, form.value
        case "between" if form.value_high is not None:
            return form.value, form.value_high
    return None


def _dof(row: _Row, table: ErrorTable) -> float:
    if row.bounds is not None:
        return GAUSSIAN
    return HEAVY if row.heavy else table.get("dof", "*", row.statement.trust)


def build_evidence(
    statements: Sequence[Statement],
    layout: Layout,
    at: Callable[[Key], float],
    table: ErrorTable,
    origin: int,
    rest: Mapping[str, Rest] | None = None,
) -> Evidence:
    """Rows of the statements that this system can hold.

    Parameters
    ----------
    at
        Reference path for what is not linear, log points by state key.
    origin
        Last full calendar year before the information set's day.
    rest
        Of growth to date, by id: how the rest of the year is expected to differ.
    """
    rest = rest or {}
    context = _Context(layout, table, origin, references_of(statements, table), rest)
    rows: list[_Row] = []
    unusable: list[tuple[Statement, str]] = []
    for statement in statements:
        row = _row(statement, at, context)
        if isinstance(row, str):
            unusable.append((statement, row))
        else:
            rows.append(row)
    names = sorted({name for row in rows for name, _, _ in row.offsets})
    place = {name: j for j, name in enumerate(names)}
    spread = np.zeros(len(names))
    for row in rows:
        for name, _, sd in row.offsets:
            spread[place[name]] = sd
    curved = {i: compile_statement(row.asked, layout) for i, row in enumerate(rows) if not row.form.linear}
    around = np.array([at((*state, year)) for state in layout.states for year in layout.years])
    constant = np.zeros(len(rows))
    spoken: list[Sequence[tuple[int, float]]] = []
    for i, row in enumerate(rows):
        if i in curved:
            slope, constant[i] = curved[i].at(around)
            spoken.append(list(zip(curved[i].positions.tolist(), slope.tolist(), strict=True)))
        else:
            spoken.append(_places(row.form, layout))
    shifted = [[(place[name], coefficient) for name, coefficient, _ in row.offsets] for row in rows]
    return Evidence(
        statements=tuple(row.statement for row in rows),
        paths=_sparse(spoken, layout.size),
        offsets=_sparse(shifted, len(names)),
        offset_names=tuple(names),
        offset_sd=spread,
        value=np.array([row.form.value for row in rows]),
        sd=np.array([row.sd if row.bounds is None else SILENT for row in rows]),
        dof=np.array([_dof(row, table) for row in rows]),
        linear=np.array([row.form.linear for row in rows], dtype=bool),
        unusable=tuple(unusable),
        low=np.array([math.nan if row.bounds is None else row.bounds[0] for row in rows]),
        high=np.array([math.nan if row.bounds is None else row.bounds[1] for row in rows]),
        rounding=np.array([row.sd for row in rows]),
        references=context.references,
        curved=tuple(curved.values()),
        constant=constant,
        rest=rest,
    )


def _sparse(rows: Sequence[Sequence[tuple[int, float]]], width: int) -> sparse.csr_array:
    """Rows of (column, coefficient) as a sparse array, in the order given."""
    ends = np.cumsum([0, *(len(row) for row in rows)])
    columns = np.array([column for row in rows for column, _ in row], dtype=np.intp)
    data = np.array([coefficient for row in rows for _, coefficient in row], dtype=float)
    return sparse.csr_array((data, columns, ends), shape=(len(rows), width))


def reference(layout: Layout, path: Array) -> Callable[[Key], float]:
    """Look a state up on a path (log points, shape (K·T,)); what the layout does not hold is 0."""

    def at(key: Key) -> float:
        position = layout.position(*key)
        return 0.0 if position is None else float(path[position])

    return at


def relinearise(evidence: Evidence, path: Array) -> Evidence:
    """The same statements, with their forms taken around another path (log points, shape (K·T,))."""
    paths, constant = evidence.paths, evidence.constant.copy()
    data = paths.data.copy()
    for i, form in zip(np.flatnonzero(~evidence.linear), evidence.curved, strict=True):
        data[paths.indptr[i] : paths.indptr[i + 1]], constant[i] = form.at(path)
    return evidence.taken_as(data, constant)


def _places(form: LinearForm, layout: Layout) -> list[tuple[int, float]]:
    """Positions of the path vector that a form speaks of, with their coefficients."""
    found = ((layout.position(*key), coefficient) for key, coefficient in form.coefficients.items())
    return [(position, coefficient) for position, coefficient in found if position is not None]
