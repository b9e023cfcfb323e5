"""Whether a baseline stays near what the nation and the province last did; if not, which figures take it away.

A median growth to the horizon more than two points outside [least, greatest] growth of the nation and the province in
the last five years may be right, but it needs a reason that can be read: the group of figures in use without which it
would move back most.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xtanalysis.answers.influence import figures_by, left_out
from xtanalysis.answers.outlook import HEADLINES, outlook
from xtanalysis.answers.project import ScenarioDraws
from xtanalysis.data.dictionary import convert
from xtanalysis.data.shown import shown_names
from xtanalysis.model.likelihood import covariances_of
from xtanalysis.model.paths import held
from xtanalysis.model.threads import one_thread
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.request import lineage

__all__ = ["MARGIN", "YEARS", "Departure", "departures"]

Array = NDArray[np.float64]

YEARS = 5
MARGIN = 2.0
"""Points a year beyond the least and the greatest that still count as near."""
FEWEST = 3
"""Figures of the regions around from which what they did is a range; one year of the nation's is none."""
LEAST = 0.2
"""Points a year by which figures must move growth to count as its reason."""
HALF = 0.5
ASKED = (*(name for name, _ in HEADLINES), *shown_names("growth"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """One indicator whose median leaves the record of the regions around.

    Attributes
    ----------
    indicator
        Id.
    median
        Of average growth a year from the origin to the horizon, %.
    least, greatest
        Growth a year of the regions around in the last five years, %.
    drives
        The newest of the figures that take it away; ``None`` where the prior alone does.
    count
        How many figures of that region and indicator are in use.
    without
        The median without them, % a year.
    """

    indicator: str
    median: float
    least: float
    greatest: float
    drives: Statement | None
    count: int
    without: float


@one_thread()
def departures(projection: ScenarioDraws) -> tuple[Departure, ...]:
    """The headline indicators of a baseline outside the record of the regions around; nothing under a scenario."""
    if projection.scenario.assumptions or projection.to <= projection.origin:
        return ()
    found = (_departure(projection, name) for name in ASKED if held(name, projection.paths.states))
    return tuple(each for each in found if each is not None)


def _departure(projection: ScenarioDraws, indicator: str) -> Departure | None:
    record = record_of(projection, indicator)
    if len(record) < FEWEST:
        return None
    median = outlook(projection, indicator).growth[1]
    if min(record) - MARGIN <= median <= max(record) + MARGIN:
        return None
    middle, kept = 0.5 * (min(record) + max(record)), projection.posterior.kept
    key = ("departure", indicator, projection.to, middle)
    if key not in kept:  # a scenario that assumes nothing of the years left is a baseline too
        kept[key] = _driver(projection, indicator, middle)
    drives, count, moved = kept[key]
    return Departure(
        indicator=indicator, median=median, least=min(record), greatest=max(record), drives=drives, count=count,
        without=median + moved,
    )  # fmt: skip


def record_of(projection: ScenarioDraws, indicator: str) -> list[float]:
    """Growth of full years of the regions around in the five years up to the origin, %, final figures only."""
    around = lineage(projection.region)[1:]
    information = projection.information
    known = {
        (s.region, s.period.year): convert(s.value, s.unit, "percent")
        for s in (*(s for s, _ in information.set_aside), *information.used)
        if (s.indicator, s.measure) == (indicator, "growth")
        and s.region in around
        and s.role == "outcome"
        and s.period.is_year
        and projection.origin - YEARS < s.period.year <= projection.origin
    }
    return list(known.values())


def _driver(projection: ScenarioDraws, indicator: str, middle: float) -> tuple[Statement | None, int, float]:
    """The figures of one region and indicator that keep growth away from the middle, and what leaving them out adds."""
    posterior = projection.posterior
    layout, mixture = posterior.layout, posterior.mixture
    years = projection.to - projection.origin
    row = np.zeros(layout.size)
    for year, sign in ((projection.to, 1.0), (projection.origin, -1.0)):
        place = layout.position(projection.region, indicator, year)
        row[0 if place is None else place] += sign / years
    groups = figures_by(posterior.evidence.statements, lambda s: (s.region, s.indicator))
    places = list(groups.values())
    variance = covariances_of(layout, mixture.cells, row[None])[:, 0, 0]
    means, _ = left_out(projection, row, variance, places)
    growth = 100.0 * np.expm1(mixture.weights @ means / 100.0)
    back = np.sign(middle - growth[-1]) * (growth - growth[-1])
    most = int(np.argmax(back))
    itself = (projection.region, indicator)
    own = list(groups).index(itself) if itself in groups else most
    most = own if back[own] >= HALF * back[most] else most  # what is said of the indicator itself reads best
    if back[most] < LEAST:
        return None, 0, 0.0
    found = [posterior.evidence.statements[i] for i in places[most]]
    return max(found, key=lambda s: (s.period.end, s.id)), len(found), float(growth[most] - growth[-1])
