"""The targets of a projection as rows of the joint posterior: margin = row · paths − threshold, log points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import special

from xtanalysis.model.paths import Paths
from xtanalysis.model.posterior import Posterior
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.met import met
from xtanalysis.statements.plans import Plan
from xtanalysis.statements.scenarios import Scenario
from xtanalysis.targets.block import Block, block_of
from xtanalysis.targets.evaluate import answerable
from xtanalysis.targets.scale import from_scale, to_scale
from xtanalysis.targets.schedule import start_year
from xtanalysis.targets.verdicts import Verdict, statement_of

__all__ = [
    "Margin",
    "Projected",
    "first_readings",
    "first_year",
    "margin_block",
    "margins",
    "met_probability",
    "offset_probability",
    "open_targets",
]

Array = NDArray[np.float64]


class Projected(Protocol):
    """What questions about a plan's targets need of a projection."""

    @property
    def region(self) -> str:
        """Whose paths."""
        ...

    @property
    def plan(self) -> Plan:
        """Whose targets."""
        ...

    @property
    def posterior(self) -> Posterior:
        """Before the scenario."""
        ...

    @property
    def scenario(self) -> Scenario:
        """What moved the paths."""
        ...

    @property
    def paths(self) -> Paths:
        """Draws under the scenario."""
        ...

    @property
    def targets(self) -> tuple[Verdict, ...]:
        """Verdicts."""
        ...


@dataclass(frozen=True, slots=True)
class Margin:
    """One target, linearised.

    Attributes
    ----------
    row
        On the block, shape (m,).
    threshold
        Where ``row @ paths`` meets the target, log points (logit points for a modelled share).
    threshold_high
        Upper end of ``between``.
    linear
        Whether the form is exact.
    """

    result: Verdict
    statement: Statement
    row: Array
    threshold: float
    threshold_high: float | None
    linear: bool


def margin_block(projection: Projected) -> Block:
    """The block that every question about a projection's targets shares: from the year before the earliest base on."""
    return block_of(projection.posterior, first_year(projection))


def first_year(projection: Projected) -> int:
    """The first year of that block."""
    bases = [start_year(target.read()) for target in projection.plan.targets]
    return min([*bases, projection.posterior.origin]) - 1


def margins(projection: Projected, results: Sequence[Verdict]) -> tuple[Margin, ...]:
    """The margins of these targets."""
    block = margin_block(projection)
    out = []
    for result in results:
        statement = statement_of(projection.plan.target(result.target), result.reading, projection.region)
        row, form = block.row(statement)
        out.append(Margin(result, statement, row, form.value, form.value_high, form.linear))
    return tuple(out)


def met_probability(statement: Statement, mean: Array, sd: Array, threshold: float, high: float | None = None) -> Array:
    """Probability that a Gaussian quantity meets a target, elementwise; "about" is judged as ``met`` judges it.

    Parameters
    ----------
    mean, sd
        Of ``row @ paths``, log points, any shape.
    threshold, high
        On the same scale.
    """
    if statement.relation == "between" and high is not None:
        return np.asarray(special.ndtr((high - mean) / sd) - special.ndtr((threshold - mean) / sd))
    if statement.relation == "at_most" or (statement.relation == "about" and statement.value < 0):
        return np.asarray(special.ndtr((threshold - mean) / sd))
    return np.asarray(special.ndtr((mean - threshold) / sd))


def offset_probability(
    statement: Statement, logs: Array, shift: float, sd: float, weights: Array | None = None
) -> float:
    """Share of draws that meet a target if what it measures is off from them by N(shift, sd²), log points.

    Parameters
    ----------
    logs
        What the target measures on each draw, on the scale of its linear form, shape (N,).
    weights
        Of the draws, adding up to 1, shape (N,); alike by default.
    """
    if shift == 0.0 and sd == 0.0:
        values = from_scale(statement, logs)
        chances = met(statement.relation, values, statement.value, statement.value_high).astype(np.float64)
    else:
        ends = [statement.value] if statement.value_high is None else [statement.value, statement.value_high]
        threshold, *high = to_scale(statement, np.array(ends)).tolist()
        spread = np.full(logs.shape, max(sd, 1e-9))
        chances = met_probability(statement, logs + shift, spread, threshold, high[0] if high else None)
    return float(chances.mean() if weights is None else weights @ chances)


def first_readings(projection: Projected) -> tuple[Verdict, ...]:
    """Every target that has paths or that figures decide, under its first reading."""
    seen: dict[str, Verdict] = {}
    held = {target.id for target in projection.plan.targets if answerable(target.indicator)}
    for result in projection.targets:
        if result.median is not None and (result.decided or result.target in held):
            seen.setdefault(result.target, result)
    return tuple(seen.values())


def open_targets(projection: Projected) -> tuple[Verdict, ...]:
    """Those of the first readings that figures have not decided yet."""
    return tuple(r for r in first_readings(projection) if not r.decided)
