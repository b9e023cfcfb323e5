"""``xtanalysis decompose``: LMDI of a table in a file."""

from __future__ import annotations

import math
from pathlib import Path

import click
import pandas as pd

from xtanalysis.accounting.divisia import FORMS, METHODS, Form, Method
from xtanalysis.accounting.lmdi import LMDI, compare_regions, decompose
from xtanalysis.accounting.tables import Columns
from xtanalysis.data.writing import csv_bytes, write_file
from xtanalysis.errors import BadInput, Problem
from xtanalysis.statements.period import normal
from xtanalysis.statements.readers.entries import is_total
from xtanalysis.statements.readers.figures import is_blank, is_number, read_figure
from xtanalysis.statements.readers.series import plain_table
from xtanalysis.text import message

__all__ = ["command"]

CHAIN = ("activity", "energy", "co2")
KEYS = ("year", "period", "sector", "region")


def _names(ctx: click.Context, param: click.Parameter, value: str | None) -> list[str] | None:
    return [name.strip() for name in value.split(",") if name.strip()] if value else None


def _read(path: Path, sheet: str | None) -> pd.DataFrame:
    """The table with keys as they are written (NA is a name) and every other column as numbers."""
    header, rows, numbers = plain_table(path, sheet)
    total = [i for i, row in enumerate(rows) if any(is_total(row[j]) for j, name in enumerate(header) if name in KEYS)]
    for i in total:
        click.echo(f"{path.name}, row {numbers[i]}: a total, left out", err=True)
    kept = [row for i, row in enumerate(rows) if i not in set(total)]
    problems = [
        Problem(message("the cell is empty"), path.name, numbers[i], name)
        for i, row in enumerate(rows)
        for j, name in enumerate(header)
        if name in KEYS and not row[j]
    ]
    if not kept:
        expected = message("a row for each year and sector")
        problems.append(Problem(message("the table has no rows"), path.name, expected=expected))
    if problems:
        raise BadInput(problems)
    return pd.DataFrame({name: _column(name, [row[j] for row in kept]) for j, name in enumerate(header)})


def _column(name: str, texts: list[str]) -> list[object]:
    """Years and whole numbers as such, other keys as text; elsewhere numbers, and what is none as it stands."""
    if name in KEYS:
        years = [normal(text).removesuffix("年").removesuffix(".0") for text in texts]
        whole = name in ("year", "period") and all(year.isdigit() for year in years)
        return [int(year) for year in years] if whole else list(texts)
    return [math.nan if is_blank(text) else read_figure(text).value if is_number(text) else text for text in texts]


@click.command(short_help="LMDI decomposition of a table.")
@click.argument("table", metavar="INPUT.csv", type=click.Path(path_type=Path))
@click.option("--method", type=click.Choice(METHODS), default="lmdi-i", show_default=True, help="Which LMDI.")
@click.option("--form", type=click.Choice(FORMS), default="additive", show_default=True, help="Differences or ratios.")
@click.option(
    "--chained/--base-year", default=True, show_default=True, help="Link years, or compare each with the base."
)
@click.option("--factors", callback=_names, help="Columns that multiply to the aggregate, comma-separated.")
@click.option("--levels", callback=_names, help="A chain of levels instead, for example activity,energy,co2.")
@click.option("--base", type=int, show_default="the first", help="Year from which effects count.")
@click.option("--between", is_flag=True, help="Compare regions instead of years.")
@click.option("--reference", show_default="the mean of all", help="With --between: the region to compare with.")
@click.option("--sheet", help="The sheet of a workbook that has several.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="CSV to write; - for standard output.")
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
    sheet: str | None,
    out: Path,
) -> None:
    """Decompose an aggregate into the effects of its factors.

    The table has one row per year (and `sector`, `region` where it has them). Without --factors or --levels, the
    columns `activity`, `energy` and `co2` are read as a chain of levels if two of them are there; else every other
    column is a factor.
    """
    frame = _read(table, sheet)
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
    write_file(out, csv_bytes(result.effects))
    click.echo(f"{out}: {len(result.effects)} rows; largest residual {result.residual:.1e}", err=True)
