"""Targets on paths: the value that a target speaks of, draw by draw, and whether it is met."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from xtanalysis.data.dictionary import convert, indicators
from xtanalysis.errors import BadInput, Problem
from xtanalysis.model.paths import Paths
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.met import met
from xtanalysis.text import message

__all__ = ["answerable", "met_on_draws", "values_on_draws"]

Array = NDArray[np.float64]


def answerable(indicator: str) -> bool:
    """Whether the joint model has paths of this indicator."""
    return indicators()[indicator].role in ("state", "derived")


def values_on_draws(target: Statement, paths: Paths) -> Array:
    """What the target measures, in its own unit, shape (N,).

    Raises
    ------
    BadInput
        If the target's years are outside the paths, or its measure is not one that paths can answer.
    """
    first = target.base_period.year if target.base_period else target.period.first_year
    if first < paths.years[0] or target.period.year > paths.years[-1]:
        raise BadInput(
            Problem(
                message("target {id} speaks of {first} to {year}", id=target.id, first=first, year=target.period.year),
                expected=message("years between {first} and {last}", first=paths.years[0], last=paths.years[-1]),
                fix=message("project further (to)"),
            )
        )
    path = paths.of(target.indicator)
    place = target.period.year - int(paths.years[0])
    kept_in = indicators()[target.indicator].unit
    match target.measure:
        case "level" | "share":
            return np.asarray(convert(1.0, kept_in, target.unit) * path[:, place])
        case "sum":
            start = target.period.first_year - int(paths.years[0])
            return np.asarray(convert(1.0, kept_in, target.unit) * path[:, start : place + 1].sum(axis=1))
        case "growth":
            ratio = path[:, place] / path[:, place - 1]
        case "average_growth" | "cumulative_change":
            base = first - int(paths.years[0])
            span = place - base if target.measure == "average_growth" else 1
            ratio = (path[:, place] / path[:, base]) ** (1.0 / span)
        case _:
            raise BadInput(
                Problem(message("target {id}: paths cannot answer this measure", id=target.id), found=target.measure)
            )
    out: Array = convert(1.0, "fraction", target.unit) * (ratio - 1.0)
    return out


def met_on_draws(target: Statement, values: Array) -> NDArray[np.bool_]:
    """Whether each draw meets the target, shape (N,); the one definition is :func:`xtanalysis.statements.met.met`."""
    return met(target.relation, values, target.value, target.value_high)
