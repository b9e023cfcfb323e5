"""``xtanalysis project``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from xtanalysis.cli import told_language
from xtanalysis.cli.names import scenario_names, target_names
from xtanalysis.cli.options import (
    Options,
    as_of_option,
    draws_option,
    facts_option,
    own_plan_option,
    region_option,
    seed_option,
)
from xtanalysis.text import Language, each_in, message, say

if TYPE_CHECKING:
    from xtanalysis.statements.plans import Plan
    from xtanalysis.statements.scenarios import Scenario
    from xtanalysis.study.study import Study
    from xtanalysis.targets.verdicts import Verdict

__all__ = ["command"]

ALL = "all"
WIDTH = 160
HEADERS = (
    message("target"),
    message("asks for"),
    message("verdict"),
    message("probability"),
    message("by what"),
)


@click.command(help="Joint projection of one region under one scenario; writes quantiles, targets, draws and a record.")
@region_option
@own_plan_option
@click.option(
    "--scenario",
    default="baseline",
    show_default=True,
    shell_complete=scenario_names,
    help="Id of a shipped scenario, or a YAML file.",
)
@click.option(
    "--reading",
    type=click.Choice(["observation", "intervention"]),
    show_default="as the scenario says",
    help="Whether assumptions are seen to happen or brought about.",
)
@as_of_option
@click.option("--to", type=int, show_default="the plan's last, or five years on when it is over", help="Last year.")
@draws_option
@seed_option
@facts_option
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write.")
@click.option(
    "--explain",
    metavar="TARGET",
    shell_complete=target_names,
    help="Say in words which figures decide this target; all for every one.",
)
@click.option(
    "--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Of the explanation and notes."
)
def command(
    region: str,
    plan: str | None,
    scenario: str,
    reading: Literal["observation", "intervention"] | None,
    as_of: dt.datetime | None,
    to: int | None,
    draws: int,
    seed: int,
    facts: tuple[Path, ...],
    out: Path,
    explain: str | None,
    lang: Language,
) -> None:
    """Project, write the folder, print every target with its verdict."""
    from xtanalysis.answers.changes import moved_words
    from xtanalysis.answers.explain import explain as explained

    study, assumed = _asked(region, plan, scenario, as_of.date() if as_of else None, to, draws, seed, facts, explain)
    projection = study.project(assumed, reading=reading, draws=draws, seed=seed)
    named = [] if not explain else [t.id for t in study.plan.targets] if explain == ALL else [explain]
    words = [explained(projection.record, name, lang) for name in named]
    projection.write(out)
    _show(projection.record.plan, projection.record.targets, lang)
    moved = moved_words(projection.changed, study.plan, lang)
    if moved:
        click.echo(say(lang, "own figures changed:"))
        click.echo("\n".join(f"  {line}" for line in moved))
    for note in projection.record.notes:
        click.echo(note.told(lang))
    if words:
        click.echo("\n\n".join(words))
    click.echo(say(lang, "written to {out}", out=out))


def _asked(
    region: str,
    plan: str | None,
    scenario: str,
    as_of: dt.date | None,
    to: int | None,
    draws: int,
    seed: int,
    facts: tuple[Path, ...],
    explain: str | None,
) -> tuple[Study, Scenario]:
    """The study and the scenario that the options ask for; everything wrong with them at once."""
    from xtanalysis.cli.questions import ask_of_figures, tell
    from xtanalysis.data.dictionary import default_region
    from xtanalysis.data.dictionary import region as region_named
    from xtanalysis.statements.days import today
    from xtanalysis.statements.file_questions import plan_questions, scenario_questions
    from xtanalysis.statements.plans import default_horizon, load_plan, plan_of
    from xtanalysis.statements.request import check_request
    from xtanalysis.statements.scenarios import load_scenario
    from xtanalysis.study.facts import load_facts
    from xtanalysis.study.study import Study

    options, day = Options(), as_of or today()
    whose = options.take("--region", lambda: region_named(region).id)
    chosen = options.take("--plan", lambda: load_plan(plan) if plan else plan_of(whose or default_region()))
    asked = chosen or plan_of(whose or default_region())
    last = default_horizon(asked, day) if to is None else to
    place = whose or asked.region
    ahead = max(last, day.year)  # so that a wrong --to hides no wrong --scenario
    own = asked if chosen and whose else plan_of(place)
    options.take("--to", lambda: check_request(place, own, day, last, draws, seed))
    assumed = options.take("--scenario", lambda: load_scenario(scenario, region=place, as_of=day, to=ahead, plan=asked))
    if explain and explain != ALL and chosen:
        options.take("--explain", lambda: asked.target(explain))
    known = options.take("--facts", lambda: load_facts(place, as_of=day, extra=facts))
    options.refuse()
    assert known is not None
    assert assumed is not None
    tell([*plan_questions(asked), *scenario_questions(assumed, assumed.id)], told_language())
    ask_of_figures(facts, place, told_language())
    return Study(known, asked, last), assumed


def _show(plan: Plan, verdicts: Iterable[Verdict], lang: Language) -> None:
    """Every target under its first reading, and under others where the word is another."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    from xtanalysis.cli.console import wide_console
    from xtanalysis.targets.verdict_words import caution, decided_by, range_text, word_text
    from xtanalysis.targets.verdicts import options_of
    from xtanalysis.targets.words import asks, target_name

    table = Table(box=SIMPLE_HEAD)
    for number, heading in enumerate(each_in(HEADERS, lang)):
        table.add_column(heading, overflow="fold", no_wrap=number in (2, 3))
    told: set[tuple[str, str]] = set()
    for verdict in verdicts:
        if (verdict.target, verdict.verdict) in told:
            continue
        told.add((verdict.target, verdict.verdict))
        target = plan.target(verdict.target)
        wanted = asks(target.read(options_of(verdict.reading)), lang)
        why = decided_by(verdict, lang) if verdict.decided else caution(verdict, lang)
        word, chance = word_text(verdict.verdict, lang), range_text(verdict, lang)
        table.add_row(target_name(target, lang), wanted, word, chance, why)
    wide_console(WIDTH).print(table)
