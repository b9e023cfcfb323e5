"""``xtanalysis batch``: run a sweep of notebooks."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from xtanalysis.cli import told_language
from xtanalysis.text import message, nmessage, psay, say

if TYPE_CHECKING:
    from xtanalysis.report.sweeps.batch import Outcome
    from xtanalysis.report.sweeps.sweep import Run, Sweep

__all__ = ["OutcomeDisplay", "brief", "command", "show_end"]

HOW = {"done": message("done"), "cached": message("cached"), "failed": message("failed")}
PAGES = {"done": message("{count} done"), "cached": message("{count} cached"), "failed": message("{count} failed")}


@click.command()
@click.argument("sweep", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--out", type=click.Path(file_okay=False), required=True, help="Folder of the reports, or an address (s3://…)."
)
@click.option("--workers", type=click.IntRange(min=1), show_default="processors", help="Runs at once.")
@click.option("--fresh", is_flag=True, help="Run also what has not changed since the last sweep.")
@click.option("--dry-run", is_flag=True, help="Check and show the plan, then stop.")
@click.option(
    "--engine",
    type=click.Choice(["warm", "stock"]),
    default="warm",
    show_default=True,
    help="Keep a kernel for shipped notebooks, or start one for every run.",
)
@click.option("--cluster", default=None, help="Run on the dask.distributed scheduler at this address (tcp://…).")
@click.option("--pdf", is_flag=True, help="Print every page to PDF too (needs Chromium).")
def command(
    sweep: Path,
    out: str,
    workers: int | None,
    fresh: bool,
    dry_run: bool,
    engine: str,
    cluster: str | None,
    pdf: bool,
) -> None:
    """Run every combination that SWEEP (YAML) asks for; unchanged ones are kept, a failure does not stop the rest."""
    from xtanalysis.report.sweeps.cluster import run_on_cluster
    from xtanalysis.report.sweeps.sweep import load_sweep, plan_runs

    loaded = load_sweep(sweep)
    runs = plan_runs(loaded)
    _show_plan(loaded.notebook, runs)
    if dry_run:
        return
    if pdf:
        from xtanalysis.report.pdf import find_chromium

        find_chromium()  # say at once if there is none
    count = min(workers or os.cpu_count() or 1, len(runs))
    started = time.monotonic()
    with OutcomeDisplay(len(runs)) as show:
        try:
            options: dict[str, Any] = {"fresh": fresh, "warm": engine == "warm", "workers": count}
            if cluster is not None:
                options["execute"] = partial(run_on_cluster, address=cluster)
            outcomes = _run(loaded, runs, out, show, pdf, options)
        except KeyboardInterrupt:
            said = say(told_language(), "Stopped. What is done is kept; the same command completes the rest.")
            click.echo(said, err=True)
            sys.exit(130)
    show_end(outcomes, out, time.monotonic() - started)
    if any(outcome.how == "failed" for outcome in outcomes):
        sys.exit(1)


def _run(
    sweep: Sweep, runs: Sequence[Run], out: str, show: Callable[[Outcome], None], pdf: bool, options: dict[str, Any]
) -> tuple[Outcome, ...]:
    from xtanalysis.report.sweeps.batch import inputs_of, run_batch
    from xtanalysis.report.sweeps.publish import place_of

    with place_of(out, {} if options["fresh"] else inputs_of(sweep, runs)) as (folder, send):

        def progress(outcome: Outcome) -> None:
            if outcome.how != "cached":
                send(outcome.record.name)
            show(outcome)

        outcomes = run_batch(sweep, runs, folder, progress=progress, **options)
        if pdf:
            from xtanalysis.report.pdf import print_pages

            print_pages([folder / "runs" / o.record.name / "report.html" for o in outcomes if o.how == "done"])
    return outcomes


def _show_plan(notebook: Path, runs: Sequence[Run]) -> None:
    count = nmessage("{count} run", "{count} runs", len(runs))
    click.echo(say(told_language(), "{notebook}: {count}", notebook=notebook.name, count=count))
    names = list(dict.fromkeys(name for run in runs for name in run.parameters))
    for name in names:
        values = list(dict.fromkeys(str(run.parameters[name]) for run in runs if name in run.parameters))
        more = f", … ({len(values)})" if len(values) > 8 else ""
        click.echo(f"  {name}: {', '.join(values[:8])}{more}")


def show_end(outcomes: Sequence[Outcome], out: Path | str, seconds: float) -> None:
    """Say how many runs ended how, and list the failures."""
    counts = {how: sum(o.how == how for o in outcomes) for how in ("done", "cached", "failed")}
    lang = told_language()
    said = psay(lang, "between clauses", ", ").join(PAGES[how].told(lang, count=n) for how, n in counts.items() if n)
    click.echo(say(lang, "{pages} in {seconds:.1f} s: {out}/index.html", pages=said, seconds=seconds, out=out))
    failures = [o.record for o in outcomes if o.how == "failed"]
    if failures:
        from rich.console import Console
        from rich.table import Table

        table = Table(title=say(lang, "Failures"), title_justify="left")
        for head in (say(lang, "run"), say(lang, "cell"), say(lang, "error"), say(lang, "cause")):
            table.add_column(head, overflow="fold")
        for record in failures:
            table.add_row(record.name, str(record.cell or ""), record.error, brief(record.cause))
        Console(stderr=True).print(table)


def brief(cause: str, most: int = 160) -> str:
    """The first line of a cause; of a long one both ends, since a path opens it and what was found closes it."""
    line = next(iter(cause.strip().splitlines()), "")
    return line if len(line) <= most else f"{line[: most // 3]} … {line[-(2 * most // 3) :]}"


class OutcomeDisplay:
    """Shows outcomes as they come: a bar with rate and time left on a terminal, plain lines elsewhere."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._count = 0
        self._bar: Any = None

    def __enter__(self) -> Any:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[rate]}"),
            )
            self._bar = Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True))
            self._bar.start()
            self._task = self._bar.add_task(say(told_language(), "reports"), total=self._total, rate="")
        else:
            click.echo(say(told_language(), "[0/{total}] running …", total=self._total), err=True)
        self._started = time.monotonic()
        return self.show

    def __exit__(self, *error: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def show(self, outcome: Outcome) -> None:
        """Take note of one outcome."""
        self._count += 1
        if self._bar is not None:
            rate = f"{self._count / max(time.monotonic() - self._started, 1e-3):.1f}/s"
            self._bar.update(self._task, advance=1, rate=rate, description=outcome.record.name[:40])
            if outcome.how == "failed":
                failed = HOW["failed"].told(told_language())
                self._bar.console.print(f"[red]{failed}[/red] {outcome.record.name}: {outcome.record.error}")
            return
        lang = told_language()
        how = HOW[outcome.how].told(lang)
        tail = say(lang, " {seconds:.1f} s", seconds=outcome.seconds) if outcome.how != "cached" else ""
        cause = f" {outcome.record.error}: {brief(outcome.record.cause)}" if outcome.how == "failed" else ""
        click.echo(f"[{self._count}/{self._total}] {how} {outcome.record.name}{tail}{cause}", err=True)
