"""What an assumption asks of one draw: a number of its own, or a distance from that draw's baseline."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import special

from xtanalysis.data.dictionary import convert, indicators
from xtanalysis.errors import BadInput, Problem
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.linear import GROWTH_LIKE
from xtanalysis.text import bilingual, message

__all__ = ["absolute", "is_logit", "moved", "not_held", "shifted"]

Array = NDArray[np.float64]
EDGE = 1e-6
"""A share that a distance would carry out of its bounds stops this far from them."""


def absolute(statement: Statement) -> Statement:
    """The same assumption with a number that has a linear form, where its own is a distance; only its row is of use."""
    if statement.versus is None:
        return statement
    entry = indicators()[statement.indicator]
    bounded = entry.kind == "ratio" and statement.measure not in GROWTH_LIKE and entry.upper == 1.0
    if statement.measure in GROWTH_LIKE:
        return dataclasses.replace(statement, versus=None, value=0.0, unit="fraction")
    return dataclasses.replace(statement, versus=None, value=0.5 if bounded else 1.0, unit=entry.unit)


def is_logit(statement: Statement) -> bool:
    """Whether the left-hand side is a logit (a modelled share in a year) rather than a logarithm."""
    entry = indicators()[statement.indicator]
    return entry.role == "state" and entry.kind == "ratio" and statement.measure not in (*GROWTH_LIKE, "sum")


def moved(statement: Statement, value: Array) -> Array:
    """A growth, share or level (fractions, base units) of the baseline, at the distance that a statement names.

    Percentage points are added to growth and shares; levels and sums are multiplied. Exact, except for a share that
    would leave (0, 1): it stops at the edge.

    Raises
    ------
    BadInput
        If a growth would fall to −100 % or below on a draw.
    """
    amount = convert(statement.value, statement.unit, "fraction")
    if statement.measure in GROWTH_LIKE:
        out = value + amount
        if (out <= -1.0).any():
            entry = indicators()[statement.indicator]
            raise BadInput(
                Problem(
                    message(
                        "assumption {id} would lower {indicator} to nothing on some paths",
                        id=statement.id,
                        indicator=bilingual(entry.en, entry.zh),
                    ),
                    found=message("{value:g} points", value=statement.value),
                    fix=message("name a smaller distance from the baseline"),
                )
            )
        return out
    if indicators()[statement.indicator].upper == 1.0 and statement.measure in ("share", "level"):
        return np.clip(value + amount, np.minimum(EDGE, value), np.maximum(1.0 - EDGE, value))
    return value * (1.0 + amount)


def shifted(statement: Statement, left: Array) -> Array:
    """The same on the scale of conditions: 100·ln(1 + growth), 100·ln(level) or 100·logit(share), shape (N,)."""
    if is_logit(statement):
        return np.asarray(100.0 * special.logit(moved(statement, special.expit(left / 100.0))))
    if statement.measure in GROWTH_LIKE:
        return np.asarray(100.0 * np.log1p(moved(statement, np.expm1(left / 100.0))))
    return np.asarray(100.0 * np.log(moved(statement, np.exp(left / 100.0))))


def not_held(statement: Statement, key: tuple[str, str, int], region: str, years: Sequence[int]) -> Problem:
    """An assumption about a state (region, indicator, year) that a projection of a region does not hold."""
    what = message(
        "assumption {id} speaks of {indicator} of {region} in {year}, which this projection does not hold",
        id=statement.id, indicator=bilingual(key[1], indicators()[key[1]].zh), region=key[0], year=key[2],
    )  # fmt: skip
    expected = message(
        "a modelled indicator of {region} between {first} and {last}", region=region, first=years[0], last=years[-1]
    )
    return Problem(what, expected=expected)
