"""One statement as one row: its form on the paths, the unknown offsets that it carries, its error."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from xtanalysis.data.dictionary import indicators
from xtanalysis.errors import BadInput
from xtanalysis.model.basis import (
    HEAVY,
    References,
    corrections_since,
    first_print_noise,
    level_error,
    restated_together,
)
from xtanalysis.model.noise import ErrorTable, outlook_key, proxies, rounding_sd, statement_sd
from xtanalysis.model.prior import Layout
from xtanalysis.model.priors import NATION, TREND
from xtanalysis.model.stand_ins import proxy_offsets, rank_row, with_proxy
from xtanalysis.model.to_date import Rest
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.linear import GROWTH_LIKE, Key, LinearForm, linear_form, states_of

__all__ = ["Context", "Row", "dof_of", "is_tie", "row_of"]

PROXY_MEASURES = frozenset(
    {"level", "growth", "average_growth", "year_to_date_growth", "month_growth", "gap", "rank", "share"}
)
GAUSSIAN = 1e6  # degrees of freedom of an error without tails
NOT_HELD = "about a series or a year outside this projection"
WIDEST, FURTHEST = 1e9, 1e5  # of an error and of a value, log points: beyond lies no figure, only arithmetic


def is_tie(statement: Statement) -> bool:
    """Whether a row is a definition that ties paths to each other, not a figure."""
    return statement.id.startswith("definition:")


@dataclass(frozen=True, slots=True)
class Row:
    """A statement as a row of the system.

    Attributes
    ----------
    statement, asked
        As published, and the same of the series that a proxy stands for, the gap that a rank is, the share that a level
        beside its whole's is.
    form
        On the paths, log points.
    sd, heavy
        Of its own error, log points, and whether that has heavy tails.
    offsets
        Name, coefficient and prior standard deviation of each unknown offset that it carries.
    bounds
        Of an inequality: between which values it puts its form, log points.
    """

    statement: Statement
    asked: Statement
    form: LinearForm
    sd: float
    heavy: bool
    offsets: list[tuple[str, float, float]]
    bounds: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Context:
    """What the rows of one system have in common.

    Attributes
    ----------
    layout, table, origin, references, rest
        The states, errors, last full year, yardsticks, and how the rest of a year in progress is expected to differ.
    shares
        By a level's id the share that it is beside its whole's, and its rounding (:mod:`xtanalysis.model.parts`).
    """

    layout: Layout
    table: ErrorTable
    origin: int
    references: References
    rest: Mapping[str, Rest]
    shares: Mapping[str, tuple[Statement, float]]
    found: dict[tuple[str, str], bool] = field(default_factory=dict)

    def holds(self, region: str, indicator: str) -> bool:
        """Whether the system has the states that a region's indicator is made of; True for one that is of none."""
        key = region, indicator
        if key not in self.found:
            states = (name for name in states_of(indicator) if indicators()[name].role == "state")
            self.found[key] = all((region, name) in self.layout.states for name in states)
        return self.found[key]


def _offsets(
    statement: Statement, original: Statement, context: Context
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


def row_of(original: Statement, at: Callable[[Key], float], context: Context) -> Row | str:
    """One row, or the reason why the system cannot hold the statement.

    Parameters
    ----------
    at
        Reference path for what is not linear, log points by state key.
    """
    beside, rounded = context.shares.get(original.id, (original, 0.0))
    statement = with_proxy(beside)
    table = context.table
    if statement is not beside and statement.measure not in PROXY_MEASURES:
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
    offsets, noise, heavy = _offsets(statement, beside, context)
    sd = math.hypot(statement_sd(statement, form, table, horizon), extra, noise, abs(form.slope) * rounded)
    if statement.relation == "above":
        # "Over 8 %" is 8 and a little: the figure was rounded down by at most its last printed step.
        step = abs(form.slope) * rounding_sd(statement.value) * math.sqrt(12.0)
        form = dataclasses.replace(form, value=form.value + 0.5 * step)
    if not (sd < WIDEST and abs(form.value) < FURTHEST):
        return f"no figure of this size can be held: {original.value:g} {original.unit}, error {sd:.3g} log points"
    bounds = _bounds(statement, form) if statement.tells_what_happened else None
    return Row(original, statement, form, sd, heavy, offsets, bounds)


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


def dof_of(row: Row, table: ErrorTable) -> float:
    """Degrees of freedom of a row's error."""
    if row.bounds is not None:
        return GAUSSIAN
    return HEAVY if row.heavy else table.get("dof", "*", row.statement.trust)
