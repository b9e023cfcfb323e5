"""The answer to the main question: a region's paths under a scenario, and what they say about a plan's targets.

:class:`xtanalysis.study.study.Study` asks it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from xtanalysis.data.dictionary import current, default_region, using
from xtanalysis.data.dictionary import region as find_region
from xtanalysis.errors import BadInput, Problem
from xtanalysis.model.conditions import Conditions, build_conditions
from xtanalysis.model.exactness import exact_draws
from xtanalysis.model.paths import Paths, paths_of
from xtanalysis.model.plausibility import distance
from xtanalysis.model.posterior import Draws, Posterior, fit_posterior
from xtanalysis.model.scenario import scenario_paths
from xtanalysis.model.select import InformationSet, information_set
from xtanalysis.model.threads import one_thread
from xtanalysis.statements.facts import load_facts
from xtanalysis.statements.grammar import Reading, Statement
from xtanalysis.statements.plans import Plan, load_plan, plan_of
from xtanalysis.statements.request import DRAWS, check_request, lineage
from xtanalysis.statements.scenarios import Scenario, load_scenario, read_as, refuse_published
from xtanalysis.targets.joint import Joint, joint_probabilities
from xtanalysis.targets.judge import Judged, judge
from xtanalysis.targets.owners import with_own_calibres
from xtanalysis.targets.verdicts import Verdict
from xtanalysis.text import Message, message

__all__ = [
    "ScenarioDraws",
    "data_hash",
    "project",
    "project_scenario",
    "undisturbed_paths",
]

FEWEST_CELLS = 20


@dataclass(frozen=True)
class ScenarioDraws:
    """Draws of a region's paths under a scenario, as of a day, with the verdict on every target.

    The verdicts are made when they are first asked for: they take longer than the paths.

    Attributes
    ----------
    region, plan, scenario, as_of, to, seed
        What was asked.
    paths
        Draws in natural units, shape (N, T, K).
    plausibility
        (Mahalanobis distance of the scenario from the baseline, its percentile), ``None`` for the baseline.
    posterior, drawn, undisturbed
        Before the scenario: the posterior, its draws and their paths, which every scenario with the same seed shares.
    conditions
        Rows of the scenario's observations, ``None`` without one.
    internal
        Whether a figure that is not public went in.
    warnings
        What a reader should know about the run.
    notes
        What a reader should know about the scenario, in both languages.
    """

    region: str
    plan: Plan
    scenario: Scenario
    as_of: dt.date
    to: int
    seed: int
    paths: Paths
    plausibility: tuple[float, float] | None
    posterior: Posterior
    drawn: Draws
    undisturbed: Paths
    conditions: Conditions | None
    internal: bool
    warnings: tuple[str, ...]
    notes: tuple[Message, ...]
    judging: Callable[[], Judged] = field(repr=False, compare=False)

    @cached_property
    def judged(self) -> Judged:
        """Verdicts and hits, made once."""
        return self.judging()

    @property
    def targets(self) -> tuple[Verdict, ...]:
        """Every target under every reading, in the plan's order."""
        return self.judged.verdicts

    @property
    def hits(self) -> Mapping[str, NDArray[np.bool_]]:
        """Which draws meet each target that has a probability."""
        return self.judged.hits

    @cached_property
    def joint(self) -> Joint | None:
        """Several targets at once, ``None`` if fewer than two have a probability."""
        return joint_probabilities(self.hits)

    @property
    def information(self) -> InformationSet:
        """What was known."""
        return self.posterior.information

    @property
    def origin(self) -> int:
        """Last full calendar year before ``as_of``."""
        return self.posterior.origin

    def target(self, name: str, reading: str | None = None) -> Verdict:
        """One target's result, by any name of it (``Plan.target``); its first reading unless one is named."""
        name = self.plan.target(name).id
        rows = [r for r in self.targets if r.target == name and reading in (None, r.reading)]
        if not rows:
            raise BadInput(
                Problem(message("no such target"), found=name, expected=", ".join(t.id for t in self.plan.targets))
            )
        return rows[0]


def data_hash(facts: Sequence[Statement]) -> str:
    """Hash of every statement that could have been used, in order of id."""
    digest = hashlib.sha256()
    for fact in sorted(facts, key=lambda s: s.id):
        digest.update(repr(fact).encode())
    return digest.hexdigest()[:16]


@one_thread()
def project(
    region: str | None = None,
    *,
    plan: str | None = None,
    scenario: str = "baseline",
    as_of: dt.date,
    to: int = 2025,
    draws: int = DRAWS,
    seed: int = 8,
    facts: Sequence[Statement] | None = None,
    reading: Reading | None = None,
) -> ScenarioDraws:
    """Joint projection of a region under one scenario, fitted anew at each call.

    Kept for one release as ``xtanalysis.project``; a :class:`~xtanalysis.study.study.Study` is fitted once.

    Parameters
    ----------
    region
        Any name of the region; the workspace's or the package's own unless told.
    plan, scenario
        Id of a shipped file, or the path of one; the region's own plan unless told.
    as_of
        Only what was published by this day is used.
    to
        Last year.
    draws, seed
        Number of paths and the seed of their random streams; scenarios share them.
    facts
        All shipped facts by default.
    reading
        ``observation`` or ``intervention`` for every assumption; the scenario's own by default.

    Raises
    ------
    BadInput
        For an unknown region, plan or scenario, a year out of range, or an assumption about a published year.
    Contradiction
        For assumptions that cannot hold together.
    """
    name = find_region(region or default_region()).id
    chosen = plan_of(name) if plan is None else load_plan(plan)
    check_request(name, chosen, as_of, to, draws)
    under = load_scenario(scenario, region=name, as_of=as_of, to=to, plan=chosen, reading=reading)
    around = lineage(name)
    everything = with_own_calibres(load_facts() if facts is None else facts, chosen)
    relevant = [s for s in everything if s.region in around]
    refuse_published(under, relevant, as_of)
    posterior = fit_posterior(name, information_set(relevant, around, as_of), to)
    drawn = exact_draws(posterior, draws, seed)
    return project_scenario(chosen, under, posterior, drawn, undisturbed_paths(posterior, drawn), everything, to=to)


def undisturbed_paths(posterior: Posterior, drawn: Draws) -> Paths:
    """The paths before any scenario, which every one that leaves history alone shares up to the origin."""
    drawn.values.flags.writeable = False
    return paths_of(posterior.layout, posterior.region, "", drawn.values)


@one_thread()
def project_scenario(
    plan: Plan,
    scenario: Scenario,
    posterior: Posterior,
    drawn: Draws,
    undisturbed: Paths,
    facts: Sequence[Statement],
    *,
    to: int,
    reading: Reading | None = None,
) -> ScenarioDraws:
    """A region's paths under one scenario, from a posterior and its draws; the verdicts follow when they are asked for.

    Parameters
    ----------
    drawn, undisturbed
        The posterior's draws and their paths (:func:`undisturbed_paths`), shared by all scenarios.
    facts
        Every statement that could be used: what settles a target, and other regions' for its place.
    reading
        How every assumption is read; as the scenario says unless told.

    Raises
    ------
    Contradiction
        For assumptions that cannot hold together.
    """
    region = posterior.region
    under = read_as(scenario, reading)
    outcome = scenario_paths(posterior, drawn, undisturbed, under)
    rows, day, tables = under.assumptions, posterior.information.as_of, current()

    def judging() -> Judged:
        with using(tables), one_thread():
            return judge(plan, region, facts, day, posterior, outcome.paths, scenario=under, seed=drawn.seed)

    return ScenarioDraws(
        region=region,
        plan=plan,
        scenario=under,
        as_of=day,
        to=to,
        seed=drawn.seed,
        paths=outcome.paths,
        plausibility=distance(posterior, build_conditions(posterior, rows)) if rows else None,
        posterior=posterior,
        drawn=drawn,
        undisturbed=undisturbed,
        conditions=outcome.conditions,
        internal=any(not s.public for s in posterior.evidence.statements),
        warnings=(*_warnings(posterior), *map(str, outcome.flags)),
        notes=(*outcome.flags, *outcome.notes),
        judging=judging,
    )


def _warnings(posterior: Posterior) -> tuple[str, ...]:
    if posterior.mixture.effective >= FEWEST_CELLS:
        return ()
    return (f"few hyperparameter cells carry the mixture: effective number {posterior.mixture.effective:.1f}",)
