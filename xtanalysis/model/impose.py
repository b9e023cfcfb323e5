"""Put assumptions onto a path, draw by draw: the years that a row speaks of change, a draw's own shocks stay."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import special

from xtanalysis.data.dictionary import convert, indicators, units
from xtanalysis.errors import BadInput, Contradiction, Problem
from xtanalysis.model.goals import moved
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.linear import GROWTH_LIKE, base_year, canonical_value
from xtanalysis.text import listed, message

__all__ = ["MEASURES", "TOLERANCE", "imposed", "measured", "missed", "wanted"]

Array = NDArray[np.float64]
MEASURES = ("level", "share", "sum", "growth", "average_growth", "cumulative_change")
TOLERANCE = 1e-9


def measured(statement: Statement, path: Array, first: int) -> Array:
    """What a statement speaks of on each path: a growth as a fraction, a level in the indicator's unit, shape (N,).

    Parameters
    ----------
    path
        Shape (N, T), from the year ``first``.
    """
    last = statement.period.year - first
    if statement.measure == "sum":
        return np.asarray(path[:, statement.period.first_year - first : last + 1].sum(axis=1))
    if statement.measure not in GROWTH_LIKE:
        return np.asarray(path[:, last])
    start = last - 1 if statement.measure == "growth" else base_year(statement) - first
    span = last - start if statement.measure == "average_growth" else 1
    return np.asarray((path[:, last] / path[:, start]) ** (1.0 / span) - 1.0)


def wanted(statement: Statement, now: Array, baseline: Array, normal: Array) -> Array:
    """What a statement asks for on each path, given what is there, the baseline's and a standard normal; shape (N,)."""
    if statement.versus is not None:
        return moved(statement, baseline)
    scale = 1.0 if statement.measure in GROWTH_LIKE else units()[indicators()[statement.indicator].unit].factor
    ends = [canonical_value(statement, v) / scale for v in (statement.value, statement.value_high) if v is not None]
    if statement.relation == "between":
        return np.clip(now, ends[0], ends[1])
    if statement.relation in ("at_least", "above"):
        return np.maximum(now, ends[0])
    if statement.relation == "at_most":
        return np.minimum(now, ends[0])
    sd = statement.sd if statement.condition == "target_distribution" else None
    target = "fraction" if statement.measure in GROWTH_LIKE else indicators()[statement.indicator].unit
    spread = convert(sd, statement.unit, target) if sd else 0.0
    return ends[0] + spread * normal


def imposed(
    statements: Sequence[Statement], path: Array, baseline: Array, years: tuple[int, int], normal: dict[str, Array]
) -> Array:
    """The path with every statement true on every draw.

    A yearly growth moves its year, and later levels with it. A level, share or change over years is reached in equal
    steps (log points; logits for a share) over the years after the origin that no other row has settled; after it the
    path keeps its own growth. A sum scales its open years.

    Parameters
    ----------
    path, baseline
        Shape (N, T): what to change, and what distances count from.
    years
        First year of the path, and the origin.
    normal
        A standard normal for each draw of each statement, shape (N,).

    Raises
    ------
    Contradiction
        If the statements cannot hold together.
    """
    first, origin = years
    out, settled = path.copy(), set[int]()
    ordered = sorted(statements, key=lambda s: (s.measure != "growth", s.period.year))
    for s in ordered:
        now = measured(s, out, first)
        goal = wanted(s, now, measured(s, baseline, first), normal[s.id])
        last = s.period.year - first
        if s.measure == "growth":
            out[:, last:] *= ((1.0 + goal) / (1.0 + now))[:, None]
            settled.add(last)
        elif s.measure == "sum":
            start = max(s.period.first_year, origin + 1) - first
            open_ = out[:, start : last + 1].sum(axis=1)
            ratio = (goal - (now - open_)) / open_
            _refuse_not_positive(s, ratio)
            out[:, start:] *= ratio[:, None]
            settled.update(range(start, last + 1))
        else:
            since = max(base_year(s) if s.measure in GROWTH_LIKE else origin, origin) - first
            _ramp(s, out, last, now, goal, [t for t in range(since + 1, last + 1) if t not in settled])
            settled.update(range(since + 1, last + 1))
    wrong = missed(ordered, out, baseline, first, normal)
    if wrong:
        names = listed([s.id for s in ordered])
        raise Contradiction(
            Problem(message("these assumptions cannot be met together: {names}", names=names), found=", ".join(wrong))
        )
    return out


def missed(
    statements: Sequence[Statement], path: Array, baseline: Array, first: int, normal: dict[str, Array]
) -> list[str]:
    """Ids of the statements that do not hold on every path."""
    out = []
    for s in statements:
        now = measured(s, path, first)
        goal = wanted(s, now, measured(s, baseline, first), normal[s.id])
        if not np.allclose(now, goal, rtol=TOLERANCE, atol=TOLERANCE):
            out.append(s.id)
    return out


def _ramp(s: Statement, out: Array, last: int, now: Array, goal: Array, free: list[int]) -> None:
    """Reach a level at a year in equal steps over the free years, in place."""
    if not free:
        return
    level = goal if s.measure not in GROWTH_LIKE else out[:, last] * _ratio(s, last, goal, now, len(free))
    _refuse_not_positive(s, level)
    part = np.zeros(out.shape[1])
    part[free] = 1.0 / len(free)
    part = np.cumsum(part)
    entry = indicators()[s.indicator]
    if entry.kind == "ratio" and entry.upper == 1.0:
        if (level >= 1.0).any():
            raise BadInput(
                Problem(message("assumption {id}: a share lies between 0 and 1", id=s.id), found=f"{level.max():.3g}")
            )
        gap = special.logit(level) - special.logit(out[:, last])
        out[:, free[0] :] = special.expit(special.logit(out[:, free[0] :]) + gap[:, None] * part[free[0] :])
        return
    gap = np.log(level / out[:, last])
    out[:, free[0] :] *= np.exp(gap[:, None] * part[free[0] :])


def _ratio(s: Statement, last: int, goal: Array, now: Array, free: int) -> Array:
    """Level asked for over the level that is there, where a change over years is asked for."""
    span = s.period.year - base_year(s) if s.measure == "average_growth" else 1
    return np.asarray(((1.0 + goal) / (1.0 + now)) ** span)


def _refuse_not_positive(s: Statement, value: Array) -> None:
    if not (value > 0.0).all():
        raise BadInput(
            Problem(
                message(
                    "assumption {id} leaves nothing for the years still open on {share:.0%} of the paths",
                    id=s.id,
                    share=np.mean(value <= 0),
                ),
                found=f"{s.value:g}",
                fix=message("assume more, or fewer years"),
            )
        )
