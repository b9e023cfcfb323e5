"""A scenario on the draws: what is observed conditions them, then what is brought about changes them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from xtanalysis.accounting.channels import draw_parameters
from xtanalysis.model.claims import broken_promises
from xtanalysis.model.conditions import Conditions, apply_conditions, build_conditions
from xtanalysis.model.interventions import Intervention, intervene
from xtanalysis.model.paths import Paths, paths_of
from xtanalysis.model.posterior import Draws, Posterior, stream
from xtanalysis.model.told import implied_deflator, notes_of
from xtanalysis.statements.scenarios import Scenario
from xtanalysis.text import Message

__all__ = ["Outcome", "scenario_paths"]


THREE = {"value_added", "energy_use", "energy_intensity"}
"""Two of these fix the third, but for the deflator of the first."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A scenario's paths and what is to be said of it.

    Attributes
    ----------
    conditions
        Rows of the observations, ``None`` without one.
    notes
        For the reader: what the channels moved, what they leave out, what does not fit.
    flags
        What the scenario's name says and its numbers contradict.
    """

    paths: Paths
    conditions: Conditions | None
    notes: tuple[Message, ...]
    flags: tuple[Message, ...]


def scenario_paths(posterior: Posterior, drawn: Draws, baseline: Paths, scenario: Scenario) -> Outcome:
    """Move the baseline's draws by a scenario, draw by draw.

    Observations condition by correlation (:mod:`~xtanalysis.model.conditions`); interventions then act on each draw's
    own path after the origin (:mod:`~xtanalysis.model.interventions`). Streams are keyed by seed and region, so that
    scenarios share the channels' parameters.

    Parameters
    ----------
    drawn, baseline
        The draws before the scenario, in log points and as paths; scenarios of one seed share all random numbers.

    Raises
    ------
    BadInput
        For an intervention that no channel starts from, or about a year that is over.
    Contradiction
        For assumptions that cannot hold together.
    """
    region, rows, seed = baseline.region, scenario.assumptions, drawn.seed
    brought = tuple(s for s in rows if s.reading == "intervention")
    observed = tuple(s for s in rows if s.reading != "intervention")
    paths, conditions = dataclasses.replace(baseline, scenario=scenario.id), None
    notes = list(scenario.notes)
    if observed:
        conditions = build_conditions(posterior, observed)
        values = apply_conditions(posterior, drawn, conditions, scenario.update, stream(seed, region, "conditions"))
        paths = paths_of(posterior.layout, region, scenario.id, values)
        if {s.indicator for s in observed} >= THREE:
            notes += implied_deflator(baseline, paths)
    if brought:
        count = len(baseline.values)
        normal = stream(seed, region, "interventions")
        task = Intervention(
            brought,
            baseline,
            draw_parameters(stream(seed, region, "channels"), count),
            {s.id: normal.standard_normal(count) for s in brought},
            0.0 if scenario.elasticity is None else scenario.elasticity.value,
        )
        before, paths = paths, intervene(paths, posterior.origin, task)
        notes += notes_of(before, paths, brought, posterior.information)
    if rows and (scenario.update == "none" or not observed):
        paths = dataclasses.replace(paths, history=(baseline, posterior.origin))
    return Outcome(paths, conditions, tuple(notes), broken_promises(scenario, baseline, paths))
