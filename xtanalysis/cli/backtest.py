"""``xtanalysis backtest``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from xtanalysis.cli import told_language
from xtanalysis.cli.names import region_names
from xtanalysis.cli.options import each_once
from xtanalysis.cli.progress import Steps
from xtanalysis.text import message, say

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["command"]

WIDTH = 100
COLUMNS = {
    "method": "method", "n": "n", "crps": "CRPS", "crps_se": "±", "bias": "bias", "cover50": "50 %", "cover80": "80 %",
    "cover95": "95 %", "brier": "Brier",
}  # fmt: skip
WORD_HEADS = (message("n"), message("said"), message("happened"), message("95 % envelope"))
FORMATS = {"crps": "{:.2f}", "crps_se": "{:.2f}", "bias": "{:+.2f}", "brier": "{:.3f}"} | {
    f"cover{band}": "{:.0%}" for band in (50, 80, 95)
}


@click.command(help="Replay the past: forecast from every old information set, score what came, write the tables.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder to write.")
@click.option(
    "--region",
    "regions",
    multiple=True,
    callback=each_once,
    shell_complete=region_names,
    show_default="the cities that figures are shipped of, their province, the nation",
    help="Only these regions.",
)
@click.option("--from", "first", type=int, default=2010, show_default=True, help="First origin year.")
@click.option("--until", "last", type=int, default=2021, show_default=True, help="Last origin year.")
@click.option("--cells", type=click.IntRange(1), default=16, show_default=True, help="Cells of hyperparameters.")
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True, help="Processes.")
@click.option("--quick", is_flag=True, help="Every fourth origin, every fourth city, 4 cells: a look, not a record.")
def command(out: Path, regions: tuple[str, ...], first: int, last: int, cells: int, workers: int, quick: bool) -> None:
    """Run the replay and print the scores."""
    from xtanalysis.answers.backtest import cities, replayed
    from xtanalysis.answers.leave_one_out import left_out_table
    from xtanalysis.answers.replay_verdicts import replay_verdicts
    from xtanalysis.answers.skill import write_tables
    from xtanalysis.answers.word_scores import word_tables
    from xtanalysis.data.dictionary import region
    from xtanalysis.errors import BadInput, Problem
    from xtanalysis.statements.facts import load_facts
    from xtanalysis.study.record import backtest

    if first > last:
        raise BadInput(
            Problem(
                message("the first origin comes after the last"),
                found=message("{first} and {last}", first=first, last=last),
            )
        )
    step, cells = (4, 4) if quick else (1, cells)
    chosen = [region(name).id for name in regions] or [*cities()[::step], *replayed()[len(cities()) :]]
    facts, origins = load_facts(), range(first, last + 1, step)
    lang = told_language()
    with Steps(say(lang, "replay")) as show:
        tables = backtest(chosen, origins=origins, cells=cells, workers=workers, progress=show.done)
        show.say(say(lang, "leave one out"))
        tables["leave_one_out"] = left_out_table(facts, regions=chosen, cells=cells)
        show.say(say(lang, "verdicts"))
        tables |= word_tables(replay_verdicts(facts, regions=chosen, origins=origins, cells=cells, workers=workers))
    write_tables(tables, out)
    _show(tables["scores"], tables["brier"])
    _show_words(tables["words"])
    click.echo(say(lang, "{count} tables written to {out}", count=len(tables), out=out))


def _show_words(words: pd.DataFrame) -> None:
    """How often what each word was said of happened, of all questions."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    lang = told_language()
    table = Table(box=SIMPLE_HEAD, title=say(lang, "words on events of five years"), title_justify="left")
    table.add_column(say(lang, "word"))
    for heading in WORD_HEADS:
        table.add_column(heading.told(lang), justify="right")
    for row in words[words["quantity"] == "*"].itertuples() if len(words) else ():
        envelope = f"{row.low95:.0%}–{row.high95:.0%}"
        table.add_row(str(row.word), str(row.n), f"{row.said:.0%}", f"{row.happened:.0%}", envelope)
    Console().print(table)


def _show(scores: pd.DataFrame, brier: pd.DataFrame) -> None:
    """The scores as tables, one for each quantity and indicator."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    from xtanalysis.cli.console import wide_console

    key = ["quantity", "indicator", "method"]
    console = wide_console(WIDTH)
    for (quantity, indicator), group in scores.merge(brier[[*key, "brier"]], on=key).groupby(key[:2]):
        table = Table(box=SIMPLE_HEAD, title=f"{quantity!s} · {indicator!s}", title_justify="left")
        for heading in COLUMNS.values():
            table.add_column(heading, justify="left" if heading == "method" else "right")
        shown = group.sort_values("crps")
        columns = [shown[name].map(FORMATS.get(name, "{}").format).replace("nan", "–") for name in COLUMNS]
        for cells in zip(*columns, strict=True):
            table.add_row(*cells)
        console.print(table)
