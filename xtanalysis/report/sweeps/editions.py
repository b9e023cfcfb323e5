"""What `xtanalysis report` writes: the scenario page in two editions, ex ante and current, and what joins them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from xtanalysis.answers.history import default_days, judgement_history
from xtanalysis.data.paths import scenario_notebook
from xtanalysis.report.charts.fonts import Language
from xtanalysis.report.sweeps.sweep import Sweep
from xtanalysis.report.tables import Table
from xtanalysis.report.view import CORE, SCENARIOS
from xtanalysis.report.wording import wording
from xtanalysis.statements.facts import load_facts
from xtanalysis.statements.plans import Plan, load_plan
from xtanalysis.targets.verdict_words import mark_of, verdict_text
from xtanalysis.targets.words import asks, target_name

__all__ = ["Request", "movement_table", "report_sweep"]

BEYOND = 5  # years that the current edition looks past the plan's last


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the user asked for.

    Attributes
    ----------
    scenarios
        Ids or files; all shipped ones if empty.
    as_of
        One day, or ``None`` for both editions: the day of the plan and ``today``.
    to
        Last year; by edition if ``None``.
    """

    region: str
    plan: str
    scenarios: tuple[str, ...]
    as_of: dt.date | None
    to: int | None
    languages: tuple[Language, ...]
    facts: tuple[Path, ...]
    draws: int
    seed: int
    today: dt.date

    @property
    def editions(self) -> list[tuple[dt.date, int]]:
        """(as_of, to) of each edition."""
        plan = load_plan(self.plan)
        last = plan_ends(plan)
        if self.as_of is not None:
            return [(self.as_of, self.to or max(last, self.as_of.year + 1))]
        return [(plan.date, self.to or last), (self.today, self.to or max(last + BEYOND, self.today.year + 1))]


def plan_ends(plan: Plan) -> int:
    """Last deadline of a plan."""
    return max(target.deadline.year for target in plan.targets)


def report_sweep(request: Request) -> Sweep:
    """The runs of the scenario page: every edition, scenario and language."""
    front = movement_table(request, request.languages[0]).to_html() if request.as_of is None else ""
    return Sweep(
        path=Path(scenario_notebook().name),
        notebook=scenario_notebook(),
        parameters={
            "region": request.region,
            "plan": request.plan,
            "draws": request.draws,
            "seed": request.seed,
            "facts": ";".join(str(path.resolve()) for path in request.facts),
        },
        grid={},
        include=[
            {"as_of": as_of.isoformat(), "to": to, "scenario": scenario, "lang": lang}
            for as_of, to in request.editions
            for scenario in request.scenarios or SCENARIOS
            for lang in request.languages
        ],
        name="{region}-{as_of}-{scenario}-{lang}",
        title=wording(request.languages[0]).front_title(request.region),
        front=front,
    )


def movement_table(request: Request, lang: Language) -> Table:
    """How the judgement of each core target moved, year's end by year's end, with nothing known later."""
    words, plan = wording(lang), load_plan(request.plan)
    known = {target.id: target for target in plan.targets}
    core = [known[name] for name in CORE if name in known]
    history = judgement_history(
        request.region,
        request.plan,
        default_days(request.plan, request.today),
        draws=request.draws,
        seed=request.seed,
        facts=load_facts(request.facts),
    )
    said: dict[tuple[str, str], str] = {}
    marks: dict[str, str] = {}
    for item in history:
        text = verdict_text(item.verdict, lang, short=True)
        marks[text] = mark_of(item.verdict)
        said[item.target, item.day.isoformat()] = text
    days = sorted({item.day.isoformat() for item in history})
    names = [f"{target_name(target, lang)}{words.COLON}{asks(target.read(), lang)}" for target in core]
    columns = {day: [said[target.id, day] for target in core] for day in days}
    return Table(
        frame=pd.DataFrame({words.GLANCE_COLUMNS[0]: names, **columns}),
        name="movement",
        caption=words.MOVEMENT_TITLE,
        marks={day: (lambda value: marks.get(value, "")) for day in days},
        note=words.MOVEMENT_NOTE,
    )
