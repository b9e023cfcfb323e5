"""Targets' mechanics: from figures to progress, the path that is still required, and a traffic light.

Every kind of target has one function that returns a :class:`Standing`. Progress (完成进度) is the share of the way
covered, time (时序进度) the share of the period that has passed; rates are fractions a year, changes are fractions.

Progress towards a cumulative change is ln(1 + actual) / ln(1 + target), as statistical bureaus compute it: Qinghai's
target of −17 % stands at 26.8 % after +1.51, −2.20 and −4.18 %.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from xtanalysis.statements.grammar import Relation
from xtanalysis.statements.met import met
from xtanalysis.text import Message, message

__all__ = [
    "BEHIND",
    "RULES",
    "Light",
    "Standing",
    "average_growth",
    "cumulative_change",
    "level",
    "parts",
    "rank",
    "share",
    "total",
    "yearly",
]

Light = Literal["green", "yellow", "red", "grey"]
BEHIND = 0.10

RULES: dict[Light, Message] = {
    "green": message("met, or progress is not behind time"),
    "yellow": message("behind time by no more than 10 points"),
    "red": message("behind time by more than 10 points, or the period ended unmet"),
    "grey": message("no figure, no base, or a target without a number"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a target stands.

    Attributes
    ----------
    actual, target
        In the target's own measure (an average growth, a cumulative change, a level, a count …).
    progress
        Share of the way covered; below 0 if the figure moved away, above 1 beyond the target; ``None`` where it cannot
        be measured: no figure yet, a level without its base, a rank without a number.
    time
        Share of the period that has passed, 0 to 1.
    required
        What each remaining year must bring, read as ``required_as`` says (what is left in all, where less than a year
        remains); ``None`` once the period is over.
    required_as
        ``rate`` (fraction a year) · ``step`` (units a year) · ``count`` (events a year) · ``value`` (the level itself).
    met
        Whether the figure keeps the target's relation (:func:`xtanalysis.statements.met.met`); ``None`` without one.
    light
        Traffic light; :data:`RULES` says each in words.
    """

    actual: float
    target: float
    progress: float | None
    time: float
    required: float | None
    required_as: Literal["rate", "step", "count", "value"]
    met: bool | None
    light: Light


def average_growth(
    growths: Sequence[float], target: float, years: int, *, relation: Relation = "about", time: float | None = None
) -> Standing:
    """Mean annual growth over ``years``, after the ``growths`` of the first of them (fractions).

    Progress is Σ ln(1 + g) / (years · ln(1 + target)); required is the constant growth of the years that remain.
    """
    done, n = sum(map(math.log1p, growths)), len(growths)
    whole = years * math.log1p(target)
    actual = math.expm1(done / n) if n else math.nan
    required = math.expm1((whole - done) / (years - n)) if n < years else None
    reached = _met(relation, math.expm1(done / years), target) if n else None
    return _standing(actual, target, done / whole if n else None, _time(n, years, time), required, "rate", reached)


def cumulative_change(
    changes: Sequence[float], target: float, years: int, *, relation: Relation = "at_most", time: float | None = None
) -> Standing:
    """Cumulative change over ``years``, after the yearly ``changes`` (fractions; a decline is negative).

    Progress is ln Π(1 + change) / ln(1 + target); required is the constant yearly change of the years that remain.
    """
    done, n = sum(map(math.log1p, changes)), len(changes)
    whole = math.log1p(target)
    actual = math.expm1(done) if n else math.nan
    required = math.expm1((whole - done) / (years - n)) if n < years else None
    reached = _met(relation, actual, target) if n else None
    return _standing(actual, target, done / whole if n else None, _time(n, years, time), required, "rate", reached)


def level(
    value: float,
    target: float,
    *,
    relation: Relation = "at_least",
    target_high: float | None = None,
    base: float | None = None,
    passed: float,
    years: float,
) -> Standing:
    """Measure a level (or a stock of firms) to reach by the deadline; ``passed`` of ``years`` are over.

    Progress is (value − base)/(target − base). Without a base there is none: value/target of something that starts near
    the target says nothing about time. Required is the growth a year from here, (target/value)^(1/remaining) − 1; where
    that has no meaning, the target itself.
    """
    remaining = years - passed
    rises = value > 0 and target > 0
    required = None
    if remaining > 1e-9:
        required = (target / value) ** (1 / max(remaining, 1.0)) - 1 if rises else target
    kind: Literal["rate", "value"] = "rate" if rises else "value"
    reached = _met(relation, value, target, target_high)
    return _standing(value, target, _way(value, target, base), passed / years, required, kind, reached)


def share(
    value: float,
    target: float,
    *,
    relation: Relation = "at_least",
    base: float | None = None,
    passed: float,
    years: float,
) -> Standing:
    """Measure a share to reach by the deadline (fractions); required is the step in share a year."""
    remaining = years - passed
    progress = _way(value, target, base)
    required = (target - value) / max(remaining, 1.0) if remaining > 1e-9 else None
    return _standing(value, target, progress, passed / years, required, "step", _met(relation, value, target))


def total(
    amounts: Sequence[float],
    target: float,
    *,
    relation: Relation = "at_least",
    target_high: float | None = None,
    passed: float,
    years: float,
) -> Standing:
    """Measure a sum or a cumulative count over the period; required is what is missing, a year (never below 0)."""
    done, remaining = float(np.sum(amounts)), years - passed
    required = max(target - done, 0.0) / max(remaining, 1.0) if remaining > 1e-9 else None
    reached = _met(relation, done, target, target_high)
    return _standing(done, target, done / target, passed / years, required, "count", reached)


def yearly(
    count: float,
    target: float,
    *,
    relation: Relation = "at_least",
    target_high: float | None = None,
    passed: float = 1.0,
) -> Standing:
    """Measure a number for each year (or half-year, quarter), with the share of this one that has ``passed``.

    Required is what the rest of the period must still bring.
    """
    required = None if passed >= 1 else max(target - count, 0.0)
    reached = _met("at_least", count, target) if target_high is not None else _met(relation, count, target)
    progress = count / target if target else None
    return _standing(count, target, progress, passed, required, "count", reached)


def parts(
    counts: Mapping[str, float],
    target: float,
    names: Sequence[str],
    *,
    passed: float,
    years: float,
) -> tuple[Standing, list[str]]:
    """Measure a number for each part (chain, park): the share of parts that have it, and the parts that have not.

    The lower bound of a range is the target; a part without a count has not reached it.
    """
    behind = [name for name in names if not _met("at_least", counts.get(name, math.nan), target)]
    done, remaining = len(names) - len(behind), years - passed
    required = len(behind) / max(remaining, 1.0) if remaining > 1e-9 else None
    standing = _standing(
        float(done), float(len(names)), done / len(names), passed / years, required, "count", not behind
    )
    return standing, behind


def rank(position: int, of: int, target: int | None, *, passed: float, years: float) -> Standing:
    """Measure a place among regions, 1 the best. Without a numbered target there is a place and no light.

    Progress is (of − position)/(of − target).
    """
    if target is None:
        return _standing(float(position), math.nan, None, passed / years, None, "value", None)
    progress = (of - position) / (of - target) if of > target else float(position <= target)
    required = float(target) if passed < years else None
    return _standing(
        float(position), float(target), progress, passed / years, required, "value", _met("at_most", position, target)
    )


def _met(relation: str, value: float, target: float, target_high: float | None = None) -> bool:
    return bool(met(relation, value, target, target_high))


def _way(value: float, target: float, base: float | None) -> float | None:
    return None if base is None or target == base else (value - base) / (target - base)


def _time(done: int, years: int, time: float | None) -> float:
    return done / years if time is None else time


def _standing(
    actual: float,
    target: float,
    progress: float | None,
    time: float,
    required: float | None,
    required_as: Literal["rate", "step", "count", "value"],
    reached: bool | None,
) -> Standing:
    time = min(max(time, 0.0), 1.0)
    return Standing(actual, target, progress, time, required, required_as, reached, _light(progress, time, reached))


def _light(progress: float | None, time: float, reached: bool | None) -> Light:
    """Apply :data:`RULES`: a figure exactly on time is green, exactly 10 points behind is yellow."""
    if reached:
        return "green"
    if reached is not None and time >= 1 - 1e-9:
        return "red"
    if progress is None:
        return "grey"
    gap = time - progress
    if gap <= 1e-9:
        return "green"
    return "yellow" if gap <= BEHIND + 1e-9 else "red"
