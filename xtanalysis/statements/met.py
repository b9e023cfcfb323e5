"""The one definition of "met": whether a value keeps a target's relation."""

from __future__ import annotations

from typing import overload

import numpy as np
from numpy.typing import NDArray

from xtanalysis.statements.grammar import Relation

__all__ = ["TOLERANCE", "met"]

TOLERANCE = 1e-9


@overload
def met(relation: Relation, value: float, target: float, target_high: float | None = None) -> bool: ...


@overload
def met(
    relation: Relation, value: NDArray[np.float64], target: float, target_high: float | None = None
) -> NDArray[np.bool_]: ...


def met(
    relation: Relation, value: float | NDArray[np.float64], target: float, target_high: float | None = None
) -> bool | NDArray[np.bool_]:
    """Whether ``value`` meets the target; a number or an array of draws, in the target's unit.

    Exactly on target is met, to a relative tolerance of 1e-9, except by ``above`` (突破), which is strict. ``about``
    (左右) is met from the number upwards. ``between`` is closed at both ends. What is not a number meets nothing.
    """
    v = np.asarray(value, float)
    slack = TOLERANCE * abs(target)
    if relation in ("at_least", "about"):
        out = v >= target - slack
    elif relation == "at_most":
        out = v <= target + slack
    elif relation == "above":
        out = v > target + slack
    elif relation == "equals":
        out = np.abs(v - target) <= slack
    elif target_high is None:
        raise ValueError("between needs target_high")
    else:
        out = (v >= target - slack) & (v <= target_high + TOLERANCE * abs(target_high))
    return bool(out) if np.ndim(value) == 0 else out
