"""One scenario read both ways: as seen to happen, and as brought about; what that changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from xtanalysis.answers.project import ScenarioDraws
from xtanalysis.data.dictionary import by_one_table
from xtanalysis.data.shown import shown_names
from xtanalysis.errors import BadInput
from xtanalysis.model.paths import Paths, held
from xtanalysis.model.scenario import scenario_paths
from xtanalysis.model.threads import one_thread
from xtanalysis.statements.grammar import Reading, Statement
from xtanalysis.statements.scenarios import Scenario, read_as
from xtanalysis.targets.judge import judge
from xtanalysis.targets.verdicts import Verdict

__all__ = ["BothWays", "TwoReadings", "TwoWords", "both_readings", "both_ways", "words_apart"]

SHOWN = shown_names("both_readings")
NOTHING = 0.05  # %: shown as 0.0


@dataclass(frozen=True, slots=True)
class BothWays:
    """A projection's scenario, read both ways on its draws.

    Attributes
    ----------
    baseline
        The paths before any scenario.
    observed, brought
        The scenario and its paths, as an observation and as an intervention.
    """

    baseline: Paths
    observed: tuple[Scenario, Paths]
    brought: tuple[Scenario, Paths]


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


@dataclass(frozen=True, slots=True)
class TwoWords:
    """A target whose word the reading decides.

    Attributes
    ----------
    observed, brought
        Its verdicts where the scenario is seen to happen, and where it is brought about.
    """

    observed: Verdict
    brought: Verdict

    @property
    def target(self) -> str:
        """Id."""
        return self.observed.target


def both_readings(found: BothWays | None) -> tuple[TwoReadings, ...]:
    """What both readings make of a scenario; empty where there are not two (:func:`both_ways`)."""
    if found is None:
        return ()
    baseline, (_, seen), (_, done) = found.baseline, found.observed, found.brought
    year = int(baseline.years[-1])
    names = [name for name in SHOWN if held(name, baseline.states)]
    return tuple(TwoReadings(n, year, _change(baseline, seen, n), _change(baseline, done, n)) for n in names)


@by_one_table
@one_thread()
def words_apart(projection: ScenarioDraws, facts: Sequence[Statement], found: BothWays | None) -> tuple[TwoWords, ...]:
    """Targets, under each way to read their text, that get another word when the scenario is read the other way.

    The projection's own verdicts are those of the way that it is read. The other way is judged on the same draws,
    calibres weighed in; the range over priors, which no word rests on, is left out.

    Parameters
    ----------
    facts
        Every statement that could be used (``Study.statements``).
    found
        The projection's scenario read both ways (:func:`both_ways`).
    """
    if found is None:
        return ()
    seen, done = (
        projection.targets
        if scenario is projection.scenario
        else judge(
            projection.plan, projection.region, facts, projection.as_of, projection.posterior, paths,
            scenario=scenario, seed=projection.seed, priors=False,
        ).verdicts
        for scenario, paths in (found.observed, found.brought)
    )  # fmt: skip
    pairs = (TwoWords(a, b) for a, b in zip(seen, done, strict=True))
    return tuple(pair for pair in pairs if pair.observed.verdict != pair.brought.verdict)


@one_thread()
def both_ways(projection: ScenarioDraws) -> BothWays | None:
    """Read a projection's scenario both ways; ``None`` for the baseline and where it cannot be brought about.

    Draws and random numbers are the projection's own.
    """
    told = projection.scenario
    if not told.assumptions:
        return None
    baseline = projection.undisturbed

    def under(reading: Reading) -> tuple[Scenario, Paths]:
        if all(s.reading == reading for s in told.assumptions):
            return told, projection.paths
        other = read_as(told, reading)
        return other, scenario_paths(projection.posterior, projection.drawn, baseline, other).paths

    try:
        return BothWays(baseline, under("observation"), under("intervention"))
    except BadInput:  # no channel starts from what it assumes
        return None


def _change(before: Paths, after: Paths, indicator: str) -> float:
    last = int(before.years[-1])
    return 100.0 * (float(np.median(after.at(indicator, last) / before.at(indicator, last))) - 1.0)


def _sign(change: float) -> int:
    return 0 if abs(change) < NOTHING else 1 if change > 0 else -1
