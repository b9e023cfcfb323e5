"""``xtanalysis backtest``."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["command"]


@click.command(help="Replay the past: forecast from every old information set, score what came, write the tables.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder to write.")
@click.option("--region", "regions", multiple=True, help="Only these cities  [all fourteen]")
@click.option("--from", "first", type=int, default=2010, show_default=True, help="First origin year.")
@click.option("--until", "last", type=int, default=2021, show_default=True, help="Last origin year.")
@click.option("--cells", type=click.IntRange(1), default=16, show_default=True, help="Cells of hyperparameters.")
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True, help="Processes.")
def command(out: Path, regions: tuple[str, ...], first: int, last: int, cells: int, workers: int) -> None:
    """Run the replay and print the scores."""
    from xtanalysis.answers.backtest import CITIES, replay
    from xtanalysis.answers.skill import write_scores
    from xtanalysis.data.dictionary import region
    from xtanalysis.errors import BadInput, Problem
    from xtanalysis.statements.facts import load_facts

    if first > last:
        raise BadInput(Problem("the first origin comes after the last", found=f"{first} and {last}"))
    chosen = [region(name).id for name in regions] or list(CITIES)
    frame = replay(load_facts(), regions=chosen, origins=range(first, last + 1), cells=cells, workers=workers)
    if frame.empty:
        raise BadInput(Problem("nothing to score: these regions have no history of growth", found=", ".join(chosen)))
    tables = write_scores(frame, out)
    columns = [
        "indicator",
        "method",
        "n",
        "crps",
        "crps_se",
        "coverage_50",
        "coverage_80",
        "coverage_80_se",
        "coverage_95",
    ]
    click.echo(tables["scores"][columns].to_string(index=False, float_format="%.3f"))
    click.echo(f"wrote {len(tables)} tables to {out}")
