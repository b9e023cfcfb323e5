"""One scenario read both ways: as seen to happen, and as brought about; what that changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xtanalysis.answers.project import Projection
from xtanalysis.errors import BadInput
from xtanalysis.model.levels import holds
from xtanalysis.model.paths import Paths, paths_of
from xtanalysis.model.scenario import scenario_paths
from xtanalysis.statements.grammar import Reading
from xtanalysis.statements.scenarios import read_as

__all__ = ["TwoReadings", "both_readings"]

SHOWN = ("industrial_investment", "value_added_real", "gdp_real", "energy_intensity", "energy_use")
NOTHING = 0.05  # %: shown as 0.0


@dataclass(frozen=True, slots=True)
class TwoReadings:
    """Median change of an indicator in the last year against the baseline, on paired draws, %.

    Attributes
    ----------
    observed
        By past correlation with what is assumed.
    brought
        Through the documented channels.
    """

    indicator: str
    year: int
    observed: float
    brought: float

    @property
    def differ(self) -> bool:
        """Whether the readings have different signs, none counting as one."""
        return _sign(self.observed) != _sign(self.brought)


def both_readings(projection: Projection) -> tuple[TwoReadings, ...]:
    """Both readings of a projection's scenario; empty for the baseline and where it cannot be brought about.

    Draws and random numbers are the projection's own.
    """
    scenario, posterior, drawn = projection.scenario, projection.posterior, projection.drawn
    if not scenario.assumptions:
        return ()
    baseline = paths_of(posterior.layout, projection.region, "", drawn.values)

    def under(reading: Reading) -> Paths:
        if all(s.reading == reading for s in scenario.assumptions):
            return projection.paths
        return scenario_paths(posterior, drawn, baseline, read_as(scenario, reading)).paths

    try:
        seen, done = under("observation"), under("intervention")
    except BadInput:  # no channel starts from what it assumes
        return ()
    year = int(baseline.years[-1])
    names = [name for name in SHOWN if holds(baseline, name)]
    return tuple(TwoReadings(n, year, _change(baseline, seen, n), _change(baseline, done, n)) for n in names)


def _change(before: Paths, after: Paths, indicator: str) -> float:
    last = int(before.years[-1])
    return 100.0 * (float(np.median(after.at(indicator, last) / before.at(indicator, last))) - 1.0)


def _sign(change: float) -> int:
    return 0 if abs(change) < NOTHING else 1 if change > 0 else -1
