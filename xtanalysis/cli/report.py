"""``xtanalysis report``."""

from __future__ import annotations

import datetime as dt
import sys
import time
from itertools import chain
from pathlib import Path

import click

from xtanalysis.cli import told_language
from xtanalysis.cli.names import scenario_names
from xtanalysis.cli.options import draws_option, each_once, plan_option, refuse_file, region_option, seed_option
from xtanalysis.text import Language, say

__all__ = ["command"]


@click.command(help="Write HTML reports: every scenario in two editions, or one scenario as of one day.")
@region_option
@plan_option
@click.option(
    "--scenario",
    multiple=True,
    callback=each_once,
    shell_complete=scenario_names,
    show_default="all shipped ones",
    help="Id of a shipped scenario, or a YAML file.",
)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    show_default="both: the plan's day and today",
    help="One edition, of this day.",
)
@click.option("--to", type=int, show_default="the plan's last, or five years on", help="Last year.")
@click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    multiple=True,
    callback=each_once,
    show_default="zh",
    help="Language of the pages.",
)
@click.option(
    "--facts",
    type=click.Path(path_type=Path, exists=True),
    multiple=True,
    callback=each_once,
    help="A bureau's own figures.",
)
@draws_option
@seed_option
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("reports"), show_default=True, help="Folder to write."
)
@click.option("--workers", type=click.IntRange(min=1), show_default="processors", help="Runs at once.")
@click.option("--docx", is_flag=True, help="Also write each page as a Word document, in OUT/word.")
@click.option("--fresh", is_flag=True, help="Run also what has not changed.")
def command(
    region: str,
    plan: str,
    scenario: tuple[str, ...],
    as_of: dt.datetime | None,
    to: int | None,
    lang: tuple[Language, ...],
    facts: tuple[Path, ...],
    draws: int,
    seed: int,
    out: Path,
    workers: int | None,
    docx: bool,
    fresh: bool,
) -> None:
    """Plan the runs of the scenario page and hand them to the sweep."""
    refuse_file(out)
    if docx:
        from xtanalysis.report.word import require_word

        require_word()

    from xtanalysis.report.sweeps.pool import start_server

    language = told_language()
    click.echo(say(language, "reading figures and plan …"), err=True)
    # Where nothing has been written yet, the workers' imports go on while the plan is checked.
    context = None if (out / "manifest.json").is_file() else start_server()

    from xtanalysis.cli.batch import OutcomeDisplay, show_end
    from xtanalysis.cli.questions import ask_of_figures, tell
    from xtanalysis.report.sweeps.batch import has_to_run
    from xtanalysis.report.sweeps.editions import Request
    from xtanalysis.report.sweeps.reports import plan_reports, run_reports, scenarios_of
    from xtanalysis.statements.days import today
    from xtanalysis.statements.file_questions import plan_questions, scenario_questions
    from xtanalysis.statements.plans import load_plan

    started = time.monotonic()
    request = Request(
        region=region,
        plan=plan,
        scenarios=scenario,
        as_of=as_of.date() if as_of else None,
        to=to,
        languages=tuple(lang) or ("zh",),
        facts=facts,
        draws=draws,
        seed=seed,
        today=today(),
    )
    sweep, runs = plan_reports(request)
    asked = [scenario_questions(found, Path(name).name) for name, found in scenarios_of(request).items()]
    tell([*plan_questions(load_plan(plan)), *chain.from_iterable(asked)], language)
    if facts and (fresh or has_to_run(sweep, runs, out)):
        ask_of_figures(facts, region, language)
    with OutcomeDisplay(len(runs)) as show:
        outcomes = run_reports(sweep, runs, out, workers=workers, context=context, fresh=fresh, progress=show)
    show_end(outcomes, out, time.monotonic() - started)
    if docx:
        from xtanalysis.report.word import write_words

        write_words(out, [outcome.record.name for outcome in outcomes if outcome.how != "failed"])
    if any(outcome.how == "failed" for outcome in outcomes):
        sys.exit(1)
