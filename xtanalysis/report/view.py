"""What one scenario page is made from: the projection, the other scenarios beside it, and the language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from xtanalysis.answers.changes import Change, changes_frame, changes_of
from xtanalysis.answers.project import ScenarioDraws
from xtanalysis.answers.second import SecondOpinion, second_opinions
from xtanalysis.answers.store import write_projection
from xtanalysis.data.dictionary import calibres, indicators, regions, units
from xtanalysis.data.shown import shown_names
from xtanalysis.errors import BadInput, Problem
from xtanalysis.report.prepared import once, projected, studied
from xtanalysis.report.series import BASE
from xtanalysis.statements.days import today
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.plans import Plan, Target
from xtanalysis.statements.readers.files import named_files
from xtanalysis.statements.scenarios import shipped_scenarios
from xtanalysis.study.study import Study
from xtanalysis.targets.book import Book
from xtanalysis.targets.curves import Curve, curve
from xtanalysis.targets.evaluate import answerable
from xtanalysis.targets.numbers import rounded_amount
from xtanalysis.targets.owners import with_own_calibres
from xtanalysis.targets.quarters import months_ended
from xtanalysis.targets.rows import Row, rows_of, with_verdicts
from xtanalysis.targets.verdicts import CURVED, Verdict
from xtanalysis.targets.words import target_name
from xtanalysis.text import Language, bilingual, either, message, name_in

__all__ = ["View", "category", "core_targets", "make_view", "target_name"]

# Indicators on which the annual forecaster is heard too.
SECOND = shown_names("single_series")
Category = Literal["done", "missed", "likely", "unsure", "unlikely", "awaiting"]
CATEGORIES: dict[str, Category] = {
    "met": "done", "missed": "missed", "on_course": "likely", "likely": "likely", "uncertain": "unsure",
    "doubtful": "unlikely", "unlikely": "unlikely", "not_judged": "awaiting",
}  # fmt: skip


@dataclass(frozen=True)
class View:
    """One page's material; what several sections ask of it is computed once.

    Attributes
    ----------
    projection
        Of the scenario that the page is about.
    others
        Scenario id to projection, the shipped ones in order; the page's own among them.
    facts
        Every statement that could be used.
    study
        What the projections were asked of.
    lang
        ``zh`` or ``en``.
    changes
        What the owner's own figures changed, one entry a figure; empty where none were given.
    """

    projection: ScenarioDraws
    others: Mapping[str, ScenarioDraws]
    facts: tuple[Statement, ...]
    study: Study
    lang: Language
    changes: tuple[Change, ...] = ()

    @cached_property
    def rows(self) -> Mapping[str, Row]:
        """Where every target stands, by its id (``targets.rows``); figures are the same under every scenario."""
        rows = once(self._rows, "rows", of=self.shared)
        return {row.target.id: row for row in with_verdicts(rows, self.projection.targets)}

    def _rows(self) -> tuple[Row, ...]:
        projection = self.projection
        facts = with_own_calibres(self.facts, projection.plan)
        book, through = Book.of(facts, projection.as_of), months_ended(projection.as_of)
        return rows_of(projection.plan, book, through, projection.targets)

    @property
    def shared(self) -> list[ScenarioDraws]:
        """What tells this page's region and day from others', where something is the same under every scenario."""
        return list(self.others.values())[:1]

    @cached_property
    def open_curves(self) -> Sequence[tuple[Target, Curve]]:
        """Core targets whose verdict hinges on something, with their probability against it (``targets.curves``)."""
        open_ = [(target, result) for target, result in self.core() if result.hinge_kind in CURVED]
        found = ((target, curve(self.projection, result)) for target, result in open_)
        return [(target, one) for target, one in found if one is not None]

    @cached_property
    def second_opinions(self) -> Mapping[str, SecondOpinion]:
        """The annual forecaster's opinion of what it can judge, by indicator (``answers.second``)."""
        return {o.indicator: o for o in second_opinions(self.projection, SECOND)}

    @property
    def scenario_name(self) -> str:
        """The scenario's title in the page's language."""
        scenario = self.projection.scenario
        return name_in(scenario, self.lang)

    @property
    def region_name(self) -> str:
        """The region's name in the page's language."""
        region = self.projection.region
        return bilingual(regions()[region].en, region).told(self.lang)

    @property
    def plan_ends(self) -> int:
        """Last deadline of the plan."""
        return max(target.deadline.year for target in self.projection.plan.targets)

    def name(self, target: Target) -> str:
        """A target's name in the page's language."""
        return target_name(target, self.lang)

    def indicator(self, name: str) -> str:
        """An indicator's name in the page's language."""
        entry = indicators()[name]
        return name_in(entry, self.lang)

    def calibre(self, name: str) -> str:
        """A calibre in the page's language."""
        entry = calibres()[name]
        return name_in(entry, self.lang)

    def amount(self, value: float, unit: str) -> str:
        """A value with its unit as the page writes it; fractions in per cent."""
        scale, shown = (100.0, "percent") if unit == "fraction" else (1.0, unit)
        return rounded_amount(value * scale, shown, self.lang)

    def unit(self, name: str) -> str:
        """A unit in the page's language."""
        return name_in(units()[name], self.lang)

    def core(self) -> list[tuple[Target, Verdict]]:
        """The plan's core targets, each under its first reading."""
        return [(target, self.projection.target(target.id)) for target in core_targets(self.projection.plan)]

    def judged(self) -> list[tuple[Target, Verdict]]:
        """The core targets and those that their own annual series carries, each under its first reading."""
        core = {target.id for target, _ in self.core()}
        every = [(target, self.projection.target(target.id)) for target in self.projection.plan.targets]
        return [(t, r) for t, r in every if t.id in core or (r.median is not None and not r.decided)]

    @property
    def base(self) -> int:
        """The year from which the plan counts its changes, that of an index; 2020 where no core target names one."""
        bases = (target.base_period for target in core_targets(self.projection.plan))
        return next((period.year for period in bases if period is not None), BASE)


def core_targets(plan: Plan) -> list[Target]:
    """Return the targets of which the joint model has paths, in the order of the document."""
    return [target for target in plan.targets if target.value is not None and answerable(target.indicator)]


def category(result: Verdict) -> Category:
    """Where a target stands, by its word."""
    return CATEGORIES[result.verdict]


def make_view(
    region: str,
    *,
    plan: str,
    scenario: str,
    as_of: str,
    to: int,
    draws: int,
    seed: int,
    lang: Language,
    facts: Sequence[str | Path] | str = (),
    out: str = "",
    compare: Sequence[str] | None = None,
) -> View:
    """Project the scenario and those to compare it with; write the projection's folder if ``out`` is given.

    Raises
    ------
    BadInput
        For anything that cannot be projected.
    """
    if lang not in ("zh", "en"):
        raise BadInput(Problem(message("unknown language"), column="lang", found=lang, expected=either(["zh", "en"])))
    study = studied(region, plan=plan, as_of=as_of or today(), to=to, facts=named_files(facts))
    own, named = projected(study, scenario, draws=draws, seed=seed), shipped_scenarios() if compare is None else compare
    others = {n: own if n == own.scenario.id else projected(study, n, draws=draws, seed=seed) for n in named}
    others.setdefault(own.scenario.id, own)
    changes: tuple[Change, ...] = ()
    if study.own:
        before = projected(study.without_own, scenario, draws=draws, seed=seed)
        changes = changes_of(before, own, study.own, study.statements)
    if out:
        write_projection(own, Path(out), draws=False, changes=changes_frame(changes) if changes else None)
    return View(own, others, study.facts.statements, study, lang, changes)
