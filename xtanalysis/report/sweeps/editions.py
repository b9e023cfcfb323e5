"""What `xtanalysis report` writes: the scenario page in two editions, ex ante and current, and what joins them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xtanalysis.data.dictionary import regions
from xtanalysis.data.paths import scenario_notebook
from xtanalysis.report.sweeps.sweep import Run, Sweep
from xtanalysis.report.wording import wording
from xtanalysis.statements.plans import Plan, default_days, default_horizon, load_plan
from xtanalysis.statements.scenarios import shipped_scenarios
from xtanalysis.text import bilingual, say

if TYPE_CHECKING:  # a sweep that has nothing to run needs neither pandas nor the model
    from xtanalysis.report.tables import Table
    from xtanalysis.study.history import Judgement
    from xtanalysis.text import Language

__all__ = ["Request", "movement_table", "report_sweep"]


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
        if self.as_of is not None:
            return [(self.as_of, self.to or default_horizon(plan, self.as_of))]
        last = plan.ends or 0
        return [(plan.date, self.to or last), (self.today, self.to or default_horizon(plan, self.today))]


def report_sweep(request: Request) -> Sweep:
    """The runs of the scenario page: every edition, scenario and language; beside them the days of the movement."""
    lang, plan = request.languages[0], load_plan(request.plan)
    shared: dict[str, Any] = {
        "region": request.region,
        "plan": request.plan,
        "draws": request.draws,
        "seed": request.seed,
        "facts": [str(path.resolve()) for path in request.facts],
    }
    files = [*shared["facts"], request.plan]
    told = {path: Path(path).name for path in files if Path(path).is_absolute()}
    days = default_days(plan, request.today) if request.as_of is None else ()
    # An edition's own day looks as far as its pages do, and is judged with them: one fit, one answer.
    ends = {day: max(plan.ends or 0, day.year) for day in days} | dict(request.editions)
    return Sweep(
        path=Path(scenario_notebook().name),
        notebook=scenario_notebook(),
        parameters=shared,
        grid={},
        include=[
            {"as_of": as_of.isoformat(), "to": to, "scenario": scenario, "lang": lang}
            for as_of, to in request.editions
            for scenario in request.scenarios or shipped_scenarios()
            for lang in request.languages
        ],
        name="{region}-{as_of}-{scenario}-{lang}",
        title=wording(lang).front_title(bilingual(regions()[request.region].en, request.region).told(lang)),
        beside=[Run(day.isoformat(), {**shared, "as_of": day.isoformat(), "to": ends[day]}, told) for day in days],
        front=lambda files: _front(files, plan, lang) if files else "",
    )


def _front(files: Sequence[Path], plan: Plan, lang: Language) -> str:
    from xtanalysis.study.history import read_judgements

    return movement_table(read_judgements(files), plan, lang).to_html()


def movement_table(history: Sequence[Judgement], plan: Plan, lang: Language) -> Table:
    """How the judgement of each core target moved, day by day, with nothing known later."""
    import pandas as pd

    from xtanalysis.report.tables import Table
    from xtanalysis.report.view import core_targets
    from xtanalysis.targets.verdict_words import mark_of, verdict_text
    from xtanalysis.targets.words import asks, target_name

    words = wording(lang)
    core = core_targets(plan)
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
        caption=say(lang, "How the judgement of the main targets moved"),
        marks={day: (lambda value: marks.get(value, "")) for day in days},
        note=words.MOVEMENT_NOTE,
    )
