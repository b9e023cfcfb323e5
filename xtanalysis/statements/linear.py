"""The linear form of a statement on log-paths.

A state is the log of an indicator's level in hundredths (100·ln); a share is held as 100·logit. A statement about any
indicator of the dictionary, measured in any way, is a linear combination of states around a reference path; where the
statement is not linear (a sum over years, the log of a share) the form is its gradient there and is iterated.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from xtanalysis.data.dictionary import convert, indicators, units
from xtanalysis.errors import BadInput, Problem
from xtanalysis.statements.grammar import Statement
from xtanalysis.text import message

__all__ = ["Key", "LinearForm", "base_year", "canonical_value", "linear_form", "log_value", "states_of", "terms_of"]

# (region, state indicator, year)
Key = tuple[str, str, int]
Reference = Callable[[Key], float]

GROWTH_LIKE = frozenset({"growth", "average_growth", "cumulative_change", "year_to_date_growth", "month_growth", "gap"})
LEVEL_LIKE = frozenset({"level", "share", "year_to_date_level"})


@dataclass(frozen=True, slots=True)
class LinearForm:
    """``sum(coefficients · states) + constant`` compared with ``value``, all in log points (hundredths of a log).

    Attributes
    ----------
    coefficients
        State key → coefficient.
    value
        The stated value on the same scale, the constant of the linearisation taken off.
    value_high
        The upper end of ``between``, else ``None``.
    slope
        d(log points)/d(stated unit) at the value: turns a standard deviation in the unit into log points.
    linear
        Whether the form is exact (no iteration needed).
    """

    coefficients: Mapping[Key, float]
    value: float
    value_high: float | None = None
    slope: float = 1.0
    linear: bool = True


@dataclass(slots=True)
class _Sum:
    """A linear combination being built: coefficients, the constant left over, and whether it is exact."""

    coefficients: dict[Key, float] = field(default_factory=dict)
    constant: float = 0.0
    linear: bool = True

    def add(self, other: _Sum, factor: float) -> None:
        for key, coefficient in other.coefficients.items():
            self.coefficients[key] = self.coefficients.get(key, 0.0) + factor * coefficient
        self.constant += factor * other.constant
        self.linear = self.linear and other.linear


def _log_share(key: Key, at: Reference) -> _Sum:
    """100·ln(share) around the reference, the state being 100·logit(share)."""
    logit = at(key) / 100.0
    value = -100.0 * math.log1p(math.exp(-logit))
    slope = 1.0 / (1.0 + math.exp(logit))
    return _Sum({key: slope}, value - slope * at(key), linear=False)


def states_of(indicator: str) -> tuple[str, ...]:
    """The states that a statement about an indicator speaks of."""
    entry = indicators()[indicator]
    found = tuple(name for _, factor in entry.factors for name in states_of(factor)) or (indicator,)
    return tuple(dict.fromkeys(found))


def terms_of(region: str, indicator: str, year: int, at: Reference) -> _Sum:
    """100·ln of an indicator's level as a combination of states; a state itself is one term.

    Raises
    ------
    BadInput
        If the indicator is neither a state nor derived from states.
    """
    entry = indicators()[indicator]
    if entry.role == "state":
        key = (region, indicator, year)
        return _log_share(key, at) if entry.is_share else _Sum({key: 1.0})
    if not entry.form:
        raise BadInput(
            Problem(
                message("this indicator is not part of the joint model"),
                found=indicator,
                expected=message("a state or a derived indicator (indicators.csv, column role)"),
            )
        )
    total = _Sum()
    for factor, name in entry.factors:
        total.add(terms_of(region, name, year, at), factor)
    return total


def canonical_value(statement: Statement, value: float) -> float:
    """The stated value in base units: a fraction for growth and shares, the dimension's base unit for levels.

    Raises
    ------
    BadInput
        If the unit does not fit the measure or the indicator.
    """
    if statement.measure in GROWTH_LIKE:
        return convert(value, statement.unit, "fraction")
    if statement.measure == "rank":
        return convert(value, statement.unit, "rank")
    unit = indicators()[statement.indicator].unit
    return convert(value, statement.unit, unit) * units()[unit].factor


def log_value(statement: Statement, value: float) -> float:
    """The stated value in log points: 100·ln(1 + growth) for changes, 100·ln(level) for levels.

    Raises
    ------
    BadInput
        If the value has no logarithm (a level of zero or less, a fall of 100 % or more).
    """
    amount = canonical_value(statement, value)
    inside = 1.0 + amount if statement.measure in GROWTH_LIKE else amount
    if inside <= 0.0:
        raise BadInput(
            Problem(
                message("statement {id}: the value has no logarithm", id=statement.id),
                found=f"{value:g} {statement.unit}",
                expected=message("a level above 0, or a change above −100 %"),
            )
        )
    return 100.0 * math.log(inside)


def _slope(statement: Statement) -> float:
    """Log points per stated unit, at the stated value."""
    amount = canonical_value(statement, statement.value)
    per_unit = canonical_value(statement, 1.0)
    inside = 1.0 + amount if statement.measure in GROWTH_LIKE else amount
    return 100.0 * per_unit / inside


def _combination(statement: Statement, at: Reference) -> _Sum:
    """The left-hand side of a statement: what is compared with its value."""
    region, indicator, year = statement.region, statement.indicator, statement.period.year
    total = _Sum()
    match statement.measure:
        case "level" | "share" | "year_to_date_level":
            entry = indicators()[indicator]
            if entry.role == "state" and entry.is_share:
                return _Sum({(region, indicator, year): 1.0})
            total.add(terms_of(region, indicator, year, at), 1.0)
        case "growth" | "year_to_date_growth" | "month_growth":
            total.add(terms_of(region, indicator, year, at), 1.0)
            total.add(terms_of(region, indicator, year - 1, at), -1.0)
        case "average_growth" | "cumulative_change":
            start = base_year(statement)
            span = year - start if statement.measure == "average_growth" else 1
            total.add(terms_of(region, indicator, year, at), 1.0 / span)
            total.add(terms_of(region, indicator, start, at), -1.0 / span)
        case "gap":
            for name, sign in ((region, 1.0), (str(statement.reference), -1.0)):
                total.add(terms_of(name, indicator, year, at), sign)
                total.add(terms_of(name, indicator, year - 1, at), -sign)
        case "sum":
            _add_sum(total, statement, at)
        case _:
            raise BadInput(
                Problem(
                    message("statement {id}: this measure has no linear form", id=statement.id), found=statement.measure
                )
            )
    return total


def base_year(statement: Statement) -> int:
    """The year that a multi-year change starts from.

    Raises
    ------
    BadInput
        If none is given or it is not before the period.
    """
    base = statement.base_period.year if statement.base_period else None
    if base is None or base >= statement.period.year:
        raise BadInput(
            Problem(
                message("statement {id}: a change over several years needs a base before its period", id=statement.id),
                column="base_period",
                found=str(base),
                expected=message("a year before {year}", year=statement.period.year),
            )
        )
    return base


def _add_sum(total: _Sum, statement: Statement, at: Reference) -> None:
    """100·ln of the sum of levels over the years, linearised: each year weighs as its share of the sum."""
    years = range(statement.period.first_year, statement.period.year + 1)
    parts = [terms_of(statement.region, statement.indicator, year, at) for year in years]
    logs = [(part.constant + sum(c * at(k) for k, c in part.coefficients.items())) / 100.0 for part in parts]
    top = max(logs)
    weights = [math.exp(value - top) for value in logs]
    scale = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        total.add(part, weight / scale)
    here = 100.0 * (top + math.log(scale))
    total.constant += here - sum(w / scale * 100.0 * value for w, value in zip(weights, logs, strict=True))
    total.linear = False


def linear_form(statement: Statement, at: Reference) -> LinearForm:
    """The statement's linear form around the path ``at``.

    Parameters
    ----------
    statement
        Any measure but ``rank`` (which needs the other regions' distribution).
    at
        Gives the reference value of a state, in log points.

    Raises
    ------
    BadInput
        If the unit or value does not fit, the base year is missing, or the indicator is not modelled.
    """
    total = _combination(statement, at)
    state_share = (
        indicators()[statement.indicator].role == "state"
        and indicators()[statement.indicator].is_share
        and statement.measure in LEVEL_LIKE
    )

    def scale(value: float) -> float:
        if state_share:
            share = canonical_value(statement, value)
            if not 0.0 < share < 1.0:
                raise BadInput(
                    Problem(
                        message("statement {id}: a share lies strictly between 0 and 1", id=statement.id),
                        found=f"{value:g} {statement.unit}",
                    )
                )
            return 100.0 * math.log(share / (1.0 - share))
        return log_value(statement, value)

    value = scale(statement.value)
    if state_share:
        share = canonical_value(statement, statement.value)
        slope = 100.0 * canonical_value(statement, 1.0) / (share * (1.0 - share))
    else:
        slope = _slope(statement)
    return LinearForm(
        coefficients={key: c for key, c in total.coefficients.items() if c != 0.0},
        value=value - total.constant,
        value_high=None if statement.value_high is None else scale(statement.value_high) - total.constant,
        slope=slope,
        linear=total.linear,
    )
