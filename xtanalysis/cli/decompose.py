"""``xtanalysis decompose``: LMDI of a table in a file."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import click
import pandas as pd

from xtanalysis.accounting.divisia import FORMS, METHODS, Form, Method
from xtanalysis.accounting.lmdi import LMDI, compare_regions, decompose
from xtanalysis.accounting.tables import Columns
from xtanalysis.errors import BadInput, Problem

__all__ = ["command"]

CHAIN = ("activity", "energy", "co2")


def _names(ctx: click.Context, param: click.Parameter, value: str | None) -> list[str] | None:
    return [name.strip() for name in value.split(",") if name.strip()] if value else None


def _read(path: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(path, encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise BadInput(Problem("the table cannot be read as CSV", file=str(path), found=str(error))) from error


def _write(table: pd.DataFrame, path: Path) -> None:
    """Write beside and rename, so that a failure leaves nothing half-written."""
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".csv")
    os.close(handle)
    try:
        table.to_csv(name, index=False, lineterminator="\n")
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


@click.command(short_help="LMDI decomposition of a table.")
@click.argument("table", metavar="INPUT.csv", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--method", type=click.Choice(METHODS), default="lmdi-i", show_default=True)
@click.option("--form", type=click.Choice(FORMS), default="additive", show_default=True)
@click.option(
    "--chained/--base-year", default=True, show_default=True, help="Link years, or compare each with the base."
)
@click.option("--factors", callback=_names, help="Columns that multiply to the aggregate, comma-separated.")
@click.option("--levels", callback=_names, help="A chain of levels instead, for example activity,energy,co2.")
@click.option("--base", type=int, help="Year from which effects count (default: the first).")
@click.option("--between", is_flag=True, help="Compare regions instead of years.")
@click.option("--reference", help="With --between: the region to compare with (default: the mean of all).")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="CSV to write.")
def command(
    table: Path,
    method: Method,
    form: Form,
    chained: bool,
    factors: list[str] | None,
    levels: list[str] | None,
    base: int | None,
    between: bool,
    reference: str | None,
    out: Path,
) -> None:
    """Decompose an aggregate into the effects of its factors.

    The table has one row per year (and `sector`, `region` where it has them). Without --factors or --levels, the
    columns `activity`, `energy` and `co2` are read as a chain of levels if two of them are there; else every other
    column is a factor.
    """
    frame = _read(table)
    columns = Columns.found_in(frame)
    spec = LMDI(method, form, chained)
    if factors is None and levels is None:
        present = [name for name in CHAIN if name in frame]
        levels = present if len(present) > 1 else None
        factors = None if levels else [name for name in frame.columns if name not in columns.keys]
    if between:
        if levels is None:
            raise BadInput(
                Problem("a comparison of regions needs levels", fix="Give --levels, for example activity,energy.")
            )
        result = compare_regions(frame, levels=levels, reference=reference, spec=spec, columns=columns)
    else:
        result = decompose(frame, factors=factors, levels=levels, spec=spec, columns=columns, base=base)
    _write(result.effects, out)
    click.echo(f"{out}: {len(result.effects)} rows; largest residual {result.residual:.1e}", err=True)
