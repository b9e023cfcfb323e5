"""A study: what was known of a region on a day, a plan and a horizon, fitted once. Everything else asks it."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from xtanalysis.answers.news import news
from xtanalysis.answers.project import project_scenario, undisturbed_paths
from xtanalysis.answers.second import second_opinions
from xtanalysis.answers.store import QUANTILES
from xtanalysis.answers.value_of_information import ask_for
from xtanalysis.data.dictionary import Reference, by_own_tables, using
from xtanalysis.data.dictionary import indicator as find_indicator
from xtanalysis.errors import BadInput, Problem
from xtanalysis.model.contradictions import contradictions
from xtanalysis.model.exactness import exact_draws
from xtanalysis.model.paths import Paths
from xtanalysis.model.posterior import Draws, Posterior, fit_posterior
from xtanalysis.model.select import InformationSet, information_set
from xtanalysis.model.threads import one_thread
from xtanalysis.statements.days import Day, as_day, as_year
from xtanalysis.statements.grammar import Reading, Statement
from xtanalysis.statements.plans import Plan, default_days, load_plan, plan_of
from xtanalysis.statements.request import DRAWS, check_request, lineage
from xtanalysis.statements.scenarios import refuse_published
from xtanalysis.study.assumption import ScenarioLike, reading_of, scenario_of
from xtanalysis.study.facts import Facts
from xtanalysis.study.frames import benchmark_frame, history_frame, missing_frame, news_frame, statement_frame
from xtanalysis.study.projection import Projection
from xtanalysis.study.shown import html_block, lines
from xtanalysis.targets.owners import with_own_calibres
from xtanalysis.text import message

if TYPE_CHECKING:
    from xtanalysis.report.scorecard.files import Made

__all__ = ["SEED", "Study"]

SEED = 8
DOUBTED = 0.5  # of a figure's robust weight: below it the other figures speak against it
log = logging.getLogger("xtanalysis")


class Study:
    """A region's facts as of a day, a plan and a horizon, fitted once.

    It owns what it rests on: facts, posterior, draws. They go when it goes; nothing of it is kept elsewhere.

    Parameters
    ----------
    facts
        What was known, from :func:`~xtanalysis.study.facts.load_facts`.
    plan
        A plan, or what :func:`~xtanalysis.statements.plans.load_plan` takes; the region's own unless told, none where
        it has none.
    to
        Last year; the plan's last deadline, or the year after ``as_of`` if that is later.

    Raises
    ------
    BadInput
        For a plan of another region (naming both), or a horizon or day out of range.

    Examples
    --------
    >>> import xtanalysis as xt
    >>> study = xt.Study(xt.load_facts("湘潭", as_of="2021-05-06"), "xiangtan-2021-12", to=2025)
    >>> study.project().targets.columns[3]
    'target'
    """

    def __init__(self, facts: Facts, plan: Plan | str | Path | None = None, to: int | str | None = None) -> None:
        given: object = facts
        if not isinstance(given, Facts):
            found, fix = type(given).__name__, message("Take xtanalysis.load_facts(region, as_of=…).")
            raise BadInput(
                Problem(message("a study needs facts"), column="facts", found=found, expected="Facts", fix=fix)
            )
        self.facts = facts
        with using(facts.reference):
            chosen = plan_of(facts.region) if plan is None else plan if isinstance(plan, Plan) else load_plan(plan)
        self.plan: Plan = chosen
        self.to = max(chosen.ends or 0, facts.as_of.year + 1) if to is None else as_year(to)
        check_request(facts.region, chosen, facts.as_of, self.to)
        self._last: tuple[tuple[int, int], Draws, Paths] | None = None

    @property
    def region(self) -> str:
        """Name as published."""
        return self.facts.region

    @property
    def reference(self) -> Reference:
        """Indicators, units, calibres and regions, as the facts were read by; whatever is asked goes by these."""
        return self.facts.reference

    @property
    def as_of(self) -> dt.date:
        """Only what was published by this day is used."""
        return self.facts.as_of

    @cached_property
    @by_own_tables
    def statements(self) -> tuple[Statement, ...]:
        """Every statement that could be used; the owner's own figures on the calibre of the target they speak of."""
        return tuple(with_own_calibres(self.facts.statements, self.plan))

    @cached_property
    @by_own_tables
    def information(self) -> InformationSet:
        """The statements used and those set aside."""
        around = lineage(self.region)
        return information_set([s for s in self.statements if s.region in around], around, self.as_of)

    @cached_property
    @by_own_tables
    def posterior(self) -> Posterior:
        """The joint posterior, fitted when first asked for."""
        log.info("fitting %s as of %s to %d", self.region, self.as_of, self.to)
        return fit_posterior(self.region, self.information, self.to)

    @cached_property
    def without_own(self) -> Study:
        """The study before the user's own figures, fitted when first asked; the study itself where there are none."""
        return Study(self.facts.public(), self.plan, self.to) if self.facts.own else self

    @property
    def own(self) -> tuple[Statement, ...]:
        """The user's own figures, on the calibre of the target that they speak of."""
        ids = {s.id for s in self.facts.own}
        return tuple(s for s in self.statements if s.id in ids)

    @by_own_tables
    def project(
        self,
        scenario: ScenarioLike = "baseline",
        *,
        reading: Reading | None = None,
        draws: int = DRAWS,
        seed: int = SEED,
    ) -> Projection:
        """Project under a scenario.

        Parameters
        ----------
        scenario
            Id of a shipped one, a YAML file, a loaded one, an :class:`~xtanalysis.study.assumption.Assumption` or
            several.
        reading
            ``observation``: if this is what happens; ``intervention``: if this is what is done.
            As the scenario says unless told.
        draws, seed
            Number of paths and the seed of their random streams. Scenarios of one study share them: draw i of one is
            comparable with draw i of another.

        Raises
        ------
        BadInput
            For an unknown scenario or reading, too few draws, or an assumption about a published year.
        Contradiction
            For assumptions that cannot hold together.
        """
        check_request(self.region, self.plan, self.as_of, self.to, draws, seed)
        how = None if reading is None else reading_of(reading)
        chosen = scenario_of(scenario, region=self.region, as_of=self.as_of, to=self.to, plan=self.plan)
        refuse_published(chosen, self.facts.relevant, self.as_of)
        drawn, undisturbed = self._drawn(draws, seed)
        record = project_scenario(
            self.plan, chosen, self.posterior, drawn, undisturbed, self.statements, to=self.to, reading=how
        )
        return Projection(self, record)

    def _drawn(self, draws: int, seed: int) -> tuple[Draws, Paths]:
        """The posterior's draws and their paths, kept for the last number and seed."""
        if self._last is None or self._last[0] != (draws, seed):
            self._last = None  # let the old ones go first
            drawn = exact_draws(self.posterior, draws, seed)
            self._last = ((draws, seed), drawn, undisturbed_paths(self.posterior, drawn))
        return self._last[1:]

    @property
    def used(self) -> pd.DataFrame:
        """The figures that the posterior rests on, one a row."""
        return statement_frame(self.information.used)

    @property
    def set_aside(self) -> pd.DataFrame:
        """The figures known and not used, with the reason."""
        aside = self.information.set_aside
        return statement_frame([s for s, _ in aside], reason=[why for _, why in aside])

    @property
    def doubted(self) -> pd.DataFrame:
        """The figures that the others speak against, with the weight (0 to 1) that is left to them."""
        weights = self.posterior.mixture.robust
        low: list[tuple[float, Statement]] = sorted(
            ((float(w), s) for w, s in zip(weights, self.posterior.evidence.statements, strict=True) if w < DOUBTED),
            key=lambda pair: pair[0],
        )
        return statement_frame([s for _, s in low], weight=[w for w, _ in low])

    @property
    def contradicted(self) -> pd.DataFrame:
        """The figures over 3.5 standard errors from what all others say, the worst first, and what speaks against each.

        Returns
        -------
        The columns of `used` and errors (how far, in standard errors, with sign), log_points (the same; of a share's
        logit where the figure is one, or the level of a part beside its whole's), weight (what is left to the figure)
        and against (id of the figure whose error goes most with its own).
        """
        found = contradictions(self.posterior)
        told: dict[str, list[Any]] = {
            "errors": [one.z for one in found], "log_points": [one.gap for one in found],
            "weight": [one.weight for one in found], "against": [one.against.id for one in found],
        }  # fmt: skip
        return statement_frame([one.statement for one in found], **told)

    @by_own_tables
    @one_thread()
    def missing_figures(self, n: int = 3, *, existing: bool = True) -> pd.DataFrame:
        """The ``n`` figures that together would settle most of the plan's open targets, best first, and whom to ask.

        Parameters
        ----------
        existing
            Only figures about years that are over, which can be asked for.

        Returns
        -------
        Columns indicator, name, measure, year, base, owner, gain (weighted sum over targets of the share of variance
        that it removes beyond those above it), then one column a target: the share that it removes alone.
        """
        return missing_frame(ask_for(self.project().record, n, existing=existing))

    @by_own_tables
    def news(self, since: Day, *, levels: bool = False) -> pd.DataFrame:
        """What moved each forecast since an earlier day, figure by figure; the rows of a quantity add up.

        Parameters
        ----------
        since
            The earlier day.
        levels
            Also the levels of every indicator in the last deadline's year, beside the targets.

        Returns
        -------
        Columns step, kind (start · figure · time · re-estimation · end), published, figure, id, quantity, unit,
        median, probability. ``start`` and ``end`` are forecasts, the rows between them changes.
        """
        day = as_day(since, "since")
        if day >= self.as_of:
            expected = message("a day before {day}", day=self.as_of)
            raise BadInput(
                Problem(message("the day is not earlier"), column="since", found=str(day), expected=expected)
            )
        before = Study(self.facts.on(day), self.plan, self.to).project()
        with one_thread():
            return news_frame(news(before.record, self.project().record), levels=levels)

    @by_own_tables
    def changes(self, scenario: ScenarioLike = "baseline", *, draws: int = DRAWS, seed: int = SEED) -> pd.DataFrame:
        """What the user's own figures changed: what was expected before each, and the verdicts that they moved.

        Takes one more fit, without them.

        Returns
        -------
        Columns of changes.csv (docs/contract.md); empty where no own figures were given.
        """
        return self.project(scenario, draws=draws, seed=seed).changes()

    @by_own_tables
    def history(self, days: Sequence[Day] | None = None, *, draws: int = DRAWS, seed: int = SEED) -> pd.DataFrame:
        """How the baseline's judgement of each target moved, with nothing known later; one fit a day.

        Parameters
        ----------
        days
            The plan's day, each year's end and the study's own day unless told.

        Returns
        -------
        One row a day and target that has paths: day, target, verdict, probability, probability_low, probability_high,
        median, changed (whether word or shown probability differs from the day before).
        """
        from xtanalysis.study.history import judgement_history

        chosen = default_days(self.plan, self.as_of) if days is None else [as_day(day) for day in days]
        return history_frame(judgement_history(self.facts, self.plan, chosen, draws=draws, seed=seed))

    @by_own_tables
    def benchmark(self, indicator: str, quantiles: Sequence[float] = QUANTILES) -> pd.DataFrame:
        """The univariate annual forecast of an indicator beside the joint one.

        Returns
        -------
        Index years after the last full figure; columns (method, quantile), methods ``joint`` and ``univariate``, in
        the indicator's unit. Where the series is too short, ``attrs["reason"]`` says so and the univariate columns
        are empty.
        """
        name, projection = find_indicator(indicator).id, self.project()
        (opinion,) = second_opinions(projection.record, [name], tuple(quantiles))
        return benchmark_frame(projection[name].levels(quantiles), opinion)

    @by_own_tables
    def scorecard(self, quarter: str, *, public: bool = False, draws: int = DRAWS, seed: int = SEED) -> Made:
        """The plan's targets by responsible body for one quarter, by what was known on the study's day.

        Parameters
        ----------
        quarter
            Such as ``2025Q3``.
        public
            Leave out what rests on figures that are not public.
        draws
            Paths of the joint model, 0 to leave its verdicts out.
        """
        from xtanalysis.report.scorecard.files import scorecard_of

        return scorecard_of(self, quarter, public=public, draws=draws, seed=seed)

    @by_own_tables
    def __repr__(self) -> str:
        plan = f"{self.plan.id} ({len(self.plan)} targets)" if len(self.plan) else "none"
        used, aside = len(self.information.used), len(self.information.set_aside)
        fitted = "posterior" in self.__dict__
        weights = self.posterior.mixture.robust if fitted else np.ones(1)
        return lines(
            f"Study of {self.region} as of {self.as_of}, to {self.to}",
            [
                ("plan", plan),
                ("used", f"{used} figures (.used)"),
                ("set aside", f"{aside} figures (.set_aside)"),
                ("doubted", f"{int((weights < DOUBTED).sum())} figures (.doubted)" if fitted else "not fitted yet"),
            ],
            "  .project(scenario) projects; .missing_figures(3) says what to ask for",
        )

    @by_own_tables
    def _repr_html_(self) -> str:
        counts = self.used.groupby("indicator").agg(
            figures=("id", "size"), first=("period", "min"), last=("period", "max")
        )
        return html_block(repr(self), counts)
