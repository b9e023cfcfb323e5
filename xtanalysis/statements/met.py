"""When a target counts as met: written once, for one value or for many draws."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from xtanalysis.errors import BadInput, Problem
from xtanalysis.statements.grammar import RELATIONS
from xtanalysis.text import message

__all__ = ["TOLERANCE", "met"]

TOLERANCE = 1e-9
"""Relative to the target's size: a value that differs by floating-point error only counts as exactly on it."""


def met(relation: str, value: npt.ArrayLike, target: float, target_high: float | None = None) -> npt.NDArray[np.bool_]:
    """Say whether values meet a target.

    ``at_least`` and ``at_most`` include the target itself, ``above`` does not, ``between`` includes both ends,
    ``equals`` asks for the target. ``about`` (左右) is judged at the number named, from the side that is wanted: at
    least a target of zero or more, at most a negative one, such as a fall of 12 %.

    Parameters
    ----------
    value
        Any shape, in the target's unit.
    target, target_high
        Threshold; ``target_high`` closes ``between`` and is informational elsewhere (2～3家).

    Returns
    -------
    ndarray of bool
        Of the shape of ``value``; a missing value (NaN) has not met anything.

    Raises
    ------
    BadInput
        If the relation is unknown or ``between`` has no upper end.

    Examples
    --------
    >>> bool(met("at_most", -12.0, -12)), bool(met("above", 4000.0, 4000))
    (True, False)
    """
    x = np.asarray(value, dtype=float)
    slack = TOLERANCE * max(abs(target), TOLERANCE)
    if relation == "about":
        relation = "at_least" if target >= 0 else "at_most"
    if relation == "at_least":
        return np.asarray(x >= target - slack)
    if relation == "at_most":
        return np.asarray(x <= target + slack)
    if relation == "above":
        return np.asarray(x > target + slack)
    if relation == "equals":
        return np.asarray(np.abs(x - target) <= slack)
    if relation == "between" and target_high is not None:
        high_slack = TOLERANCE * max(abs(target_high), TOLERANCE)
        return np.asarray((x >= target - slack) & (x <= target_high + high_slack))
    raise BadInput(Problem(message("a target cannot be judged"), found=relation, expected=", ".join(RELATIONS)))
