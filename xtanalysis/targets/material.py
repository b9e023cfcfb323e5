"""What a target's verdict is read off: a posterior under a scenario, and the same under other priors."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from xtanalysis.model.exactness import exact_draws
from xtanalysis.model.paths import Paths, paths_of
from xtanalysis.model.posterior import Posterior
from xtanalysis.model.scenario import scenario_paths
from xtanalysis.statements.plans import Plan
from xtanalysis.statements.scenarios import Scenario
from xtanalysis.targets.verdicts import Verdict

__all__ = ["Material", "Restated"]

DRAWS = 2000  # of the paths under each further prior, where there is no closed form


@dataclass(frozen=True, slots=True)
class Material:
    """One posterior's answer material (a :class:`xtanalysis.targets.margins.Projected`)."""

    region: str
    plan: Plan
    posterior: Posterior
    paths: Paths
    scenario: Scenario
    targets: tuple[Verdict, ...] = ()


@dataclass(frozen=True)
class Restated:
    """The same questions to the posterior under other priors; drawn only where a question has no closed form."""

    region: str
    plan: Plan
    posterior: Posterior
    scenario: Scenario
    seed: int
    targets: tuple[Verdict, ...] = ()

    @cached_property
    def paths(self) -> Paths:
        """Draws of its own, which the posterior's scenarios share, under the scenario."""
        key = ("judged on", self.seed)
        if key not in self.posterior.kept:
            drawn = exact_draws(self.posterior, DRAWS, self.seed)
            self.posterior.kept[key] = drawn, paths_of(self.posterior.layout, self.region, "", drawn.values)
        drawn, baseline = self.posterior.kept[key]
        return scenario_paths(self.posterior, drawn, baseline, self.scenario).paths
