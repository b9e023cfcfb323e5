"""Between a statement's own unit and the scale of its linear form: log points, logit points for a modelled share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from xtanalysis.data.dictionary import convert, indicators
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.linear import GROWTH_LIKE, log_value

__all__ = ["from_scale", "to_scale"]

Array = NDArray[np.float64]


def to_scale(statement: Statement, values: Array) -> Array:
    """Values in the statement's unit as log points, any shape."""
    if _is_logit(statement):
        share = convert(1.0, statement.unit, "fraction") * values
        return np.asarray(100.0 * np.log(share / (1.0 - share)))
    if statement.measure in GROWTH_LIKE:
        return np.asarray(100.0 * np.log1p(convert(1.0, statement.unit, "fraction") * values))
    return np.asarray(100.0 * np.log(values) + log_value(statement, 1.0))


def from_scale(statement: Statement, points: Array) -> Array:
    """Log points in the statement's unit, any shape; the inverse of :func:`to_scale`."""
    if _is_logit(statement):
        return np.asarray(convert(1.0, "fraction", statement.unit) / (1.0 + np.exp(-points / 100.0)))
    if statement.measure in GROWTH_LIKE:
        return np.asarray(convert(1.0, "fraction", statement.unit) * np.expm1(points / 100.0))
    return np.asarray(np.exp((points - log_value(statement, 1.0)) / 100.0))


def _is_logit(statement: Statement) -> bool:
    entry = indicators()[statement.indicator]
    return entry.role == "state" and entry.is_share and statement.measure in ("level", "share")
