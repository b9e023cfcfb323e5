"""The chance that a target is met, read off draws: under one calibre, weighed or not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from xtanalysis.statements.grammar import Statement
from xtanalysis.targets.declared import Calibre
from xtanalysis.targets.evaluate import met_on_draws
from xtanalysis.targets.margins import met_probability
from xtanalysis.targets.scale import to_scale

__all__ = ["chance_on_draws"]

Array = NDArray[np.float64]
LEAST_SD = 1e-9


def chance_on_draws(statement: Statement, values: Array, calibre: Calibre, weights: Array | None = None) -> float:
    """P(met) where figures are on a calibre.

    Parameters
    ----------
    values
        What the target measures on each draw, in its own unit, shape (N,).
    weights
        Of the draws, adding up to 1, shape (N,); alike by default.
    """
    shift, sd = calibre.offset(statement)
    if shift == 0.0 and sd == 0.0:
        chances = met_on_draws(statement, values).astype(np.float64)
    else:
        logs = to_scale(statement, values) + shift
        threshold = float(to_scale(statement, np.array([statement.value]))[0])
        high = None if statement.value_high is None else float(to_scale(statement, np.array([statement.value_high]))[0])
        chances = met_probability(statement, logs, np.full(logs.shape, max(sd, LEAST_SD)), threshold, high)
    return float(chances.mean() if weights is None else weights @ chances)
