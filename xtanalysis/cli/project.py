"""``xtanalysis project``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Literal

import click

from xtanalysis.cli.names import plan_names, region_names, scenario_names, target_names

__all__ = ["command"]


@click.command(help="Joint projection of one region under one scenario; writes quantiles, targets, draws and a record.")
@click.option("--region", default="湘潭市", show_default=True, shell_complete=region_names, help="Any name of it.")
@click.option(
    "--plan",
    shell_complete=plan_names,
    show_default="the region's own, if one is shipped",
    help="Id of a shipped plan, or a YAML file.",
)
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
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    show_default="today",
    help="Use only what was published by this day.",
)
@click.option("--to", type=int, show_default="the plan's last, or next year if that is later", help="Last year.")
@click.option("--draws", type=int, default=4000, show_default=True, help="Number of paths.")
@click.option("--seed", type=int, default=8, show_default=True, help="Of the random streams.")
@click.option("--facts", type=click.Path(path_type=Path), multiple=True, help="A bureau's own figures (CSV or Excel).")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write.")
@click.option(
    "--explain",
    metavar="TARGET",
    shell_complete=target_names,
    help="Say in words which figures decide this target's probability.",
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
    lang: Literal["zh", "en"],
) -> None:
    """Project, write the folder, print the targets that have a probability."""
    from xtanalysis.answers.changes import moved_words
    from xtanalysis.statements.days import today
    from xtanalysis.study.facts import load_facts
    from xtanalysis.study.study import Study
    from xtanalysis.targets.verdict_words import verdict_text

    known = load_facts(region, as_of=as_of.date() if as_of else today(), extra=facts)
    projection = Study(known, plan, to).project(scenario, reading=reading, draws=draws, seed=seed)
    words = projection.explain(explain, lang) if explain else ""  # an unknown target is refused before writing
    projection.write(out)
    for result in projection.record.targets:
        if result.probability is not None:
            told = verdict_text(result, lang)
            click.echo(f"{result.target} {result.reading}  {told}  ({result.met_definition})")
    moved = moved_words(projection.changed, lang)
    if moved:
        click.echo("own figures changed:" if lang == "en" else "内部数改变的判断：")
        click.echo("\n".join(f"  {line}" for line in moved))
    for note in projection.record.notes:
        click.echo(note.zh if lang == "zh" else note.en)
    if words:
        click.echo(words)
    click.echo(f"written to {out}")
