"""``xtanalysis report``."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import click

__all__ = ["command"]


@click.command(help="Write HTML reports: every scenario in two editions, or one scenario as of one day.")
@click.option("--all", "everything", is_flag=True, help="All scenarios, ex ante and current, with an index page.")
@click.option("--region", default="湘潭市", show_default=True, help="Name as published.")
@click.option("--plan", default="xiangtan-2021-12", show_default=True, help="Id of a shipped plan, or a YAML file.")
@click.option("--scenario", multiple=True, help="Id of a shipped scenario, or a YAML file.  [all shipped ones]")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Only what was published by this day  [today]")
@click.option("--to", type=int, help="Last year  [the plan's last, or five years on]")
@click.option("--lang", type=click.Choice(["zh", "en"]), multiple=True, help="Language of the pages  [zh]")
@click.option("--facts", type=click.Path(path_type=Path, exists=True), multiple=True, help="A bureau's own figures.")
@click.option("--draws", type=int, default=10_000, show_default=True)
@click.option("--seed", type=int, default=8, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), default=Path("reports"), show_default=True)
@click.option("--workers", type=click.IntRange(min=1), help="Runs at once  [processors]")
@click.option("--fresh", is_flag=True, help="Run also what has not changed.")
def command(
    everything: bool,
    region: str,
    plan: str,
    scenario: tuple[str, ...],
    as_of: dt.datetime | None,
    to: int | None,
    lang: tuple[str, ...],
    facts: tuple[Path, ...],
    draws: int,
    seed: int,
    out: Path,
    workers: int | None,
    fresh: bool,
) -> None:
    """Plan the runs of the scenario page and hand them to the sweep."""
    from xtanalysis.report.pool import start_server

    context = start_server()  # its imports go on while the plan is checked

    from xtanalysis.report.editions import Request, report_sweep, write_front_page
    from xtanalysis.report.sweep import plan_runs
    from xtanalysis.report.terminal import run_and_tell

    request = Request(
        region=region,
        plan=plan,
        scenarios=scenario,
        as_of=as_of.date() if as_of else None,
        to=to,
        languages=lang or ("zh",),
        facts=facts,
        draws=draws,
        seed=seed,
        both_editions=everything or as_of is None,
    )
    sweep = report_sweep(request)
    runs = plan_runs(sweep)
    failed = run_and_tell(sweep, runs, out, workers=workers, context=context, fresh=fresh)
    write_front_page(request, out)
    click.echo(f"{out / 'index.html'}")
    sys.exit(1 if failed else 0)
