"""What is evidence and what is model: how far each indicator's uncertainty is settled, and by whose figures.

With cells and robust weights as they are, the variance of a quantity is computed three times: on the prior alone, on
the figures of the regions around, and on all figures. The differences are shares of the prior's variance.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from xtanalysis.answers.project import ScenarioDraws
from xtanalysis.data.shown import shown_names
from xtanalysis.model.paths import held_indicators
from xtanalysis.model.threads import one_thread
from xtanalysis.targets.block import level_statement
from xtanalysis.targets.margins import margin_block
from xtanalysis.targets.own_share import around, variances_given

__all__ = ["EvidenceShare", "evidence_shares"]


CELLS = 16  # the heaviest cells: shares are within 1.3 points of those of all 80, in a fifth of the time


@dataclass(frozen=True, slots=True)
class EvidenceShare:
    """One indicator in one year.

    Attributes
    ----------
    quantity
        ``level`` (of the year) or ``growth`` (a year, since the base year).
    own, parents, model
        Shares of the prior's variance that the region's own figures remove, that those around remove, and that
        remains; they add up to 1.
    figures
        Number of the region's own figures in use about this indicator.
    """

    indicator: str
    year: int
    quantity: str
    own: float
    parents: float
    model: float
    figures: int


@one_thread()
def evidence_shares(projection: ScenarioDraws, year: int, base: int) -> tuple[EvidenceShare, ...]:
    """Shares of every modelled and derived indicator: its level in ``year`` and its growth a year since ``base``.

    Raises
    ------
    BadInput
        If a year is not between the year before the plan's base and the horizon.
    """
    posterior, block = projection.posterior, margin_block(projection)
    states = {name for region, name in posterior.layout.states if region == posterior.region}
    names = [name for name in held_indicators(states) if name not in shown_names("not_published")]
    then, now = (
        np.stack([block.on_paths(block.row(level_statement(posterior.region, name, y))[0]) for name in names])
        for y in (base, year)
    )
    rows = np.concatenate([now, (now - then) / (year - base)])
    others = around(posterior)
    key = ("evidence_shares", 10_000 * year + base)
    if key not in posterior.kept:
        subsets = (np.zeros_like(others), others, np.ones_like(others))
        posterior.kept[key] = variances_given(posterior, rows, subsets, cells=CELLS)
    prior, parents, everything = posterior.kept[key]
    own = Counter(s.indicator for s in posterior.information.used if s.region == posterior.region)
    return tuple(
        EvidenceShare(
            indicator=name,
            year=year,
            quantity=quantity,
            own=float((parents[i] - everything[i]) / prior[i]),
            parents=float((prior[i] - parents[i]) / prior[i]),
            model=float(everything[i] / prior[i]),
            figures=own[name],
        )
        for q, quantity in enumerate(("level", "growth"))
        for j, name in enumerate(names)
        for i in (q * len(names) + j,)
    )
