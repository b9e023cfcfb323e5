"""`xtanalysis forecast INPUT --out OUT`: calibrated quantile forecasts of short annual series."""

from __future__ import annotations

import datetime as dt
import io
import math
import sys
import warnings
from pathlib import Path

import click
import numpy as np
import pandas as pd

from xtanalysis.annual.forecast import QUANTILES, SeriesLeftOut, forecast_annual
from xtanalysis.cli import told_language
from xtanalysis.cli.names import indicator_names
from xtanalysis.cli.options import refuse_input, refuse_suffix
from xtanalysis.data.dictionary import indicator
from xtanalysis.data.writing import csv_bytes, write_file
from xtanalysis.errors import BadInput, Problem
from xtanalysis.statements.readers.series import read_points
from xtanalysis.text import message, nsay, say

__all__ = ["command"]

SUFFIXES = (".csv", ".parquet")
SHOWN = 20


@click.command("forecast")
@click.argument("path", metavar="INPUT", type=click.Path(path_type=Path))
@click.option("--horizon", type=int, required=True, help="Years ahead, 1–10.")
@click.option(
    "--quantiles", default=",".join(map(str, QUANTILES)), show_default=True, help="Levels in (0, 1), comma-separated."
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Table to write, CSV or Parquet by suffix.")
@click.option(
    "--indicator",
    "indicator_id",
    shell_complete=indicator_names,
    help="Take the bounds from this indicator of the dictionary.",
)
@click.option("--lower", type=float, help="Bound below; -inf for what may turn negative, such as a growth rate.")
@click.option("--upper", type=float, help="Bound above, such as 100 for a share in percent.")
@click.option("--sheet", help="The sheet of a workbook that has several.")
def command(
    path: Path,
    horizon: int,
    quantiles: str,
    out: Path,
    indicator_id: str | None,
    lower: float | None,
    upper: float | None,
    sheet: str | None,
) -> None:
    """Forecast every annual series of INPUT: columns unique_id, ds, y, or a table with the years across.

    INPUT is CSV (any encoding), Excel or Parquet; exports of the national bureau, the World Bank and FRED are read.

    Series that cannot be used are named on standard error and the exit code is 1; the others are written.
    """
    levels = _levels(quantiles)
    refuse_suffix(out, SUFFIXES)
    refuse_input(out, path)
    if indicator_id is not None:
        bounds = indicator(indicator_id)
        lower = bounds.lower if lower is None else lower
        upper = bounds.upper if upper is None else upper
    frame = _read(path, sheet)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", SeriesLeftOut)
        table = forecast_annual(frame, horizon, levels, lower=lower, upper=upper)
    _write(table, out)
    lang = told_language()
    said = say(
        lang, "{series} series, {rows} rows: {out}", series=table["unique_id"].nunique(), rows=len(table), out=out
    )
    click.echo(said, err=str(out) == "-")
    problems = [p for w in caught if isinstance(w.message, SeriesLeftOut) for p in w.message.problems]
    if problems:
        lines = [p.text(lang) for p in problems[:SHOWN]]
        more = [say(lang, "… and {count} more", count=len(problems) - SHOWN)] if len(problems) > SHOWN else []
        head = nsay(lang, "{count} series left out:", "{count} series left out:", len(problems))
        click.echo("\n".join([head, *lines, *more]), err=True)
        sys.exit(1)


def _levels(text: str) -> list[float]:
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        problem = Problem(
            message("the quantiles cannot be read"),
            found=text,
            expected=message("numbers in (0, 1), such as 0.1,0.5,0.9"),
        )
        raise BadInput(problem) from None


def _read(path: Path, sheet: str | None) -> pd.DataFrame:
    """Read the series as a tidy frame, from Parquet or any table that the readers know."""
    if path.suffix.lower() != ".parquet":
        found = read_points(path, sheet)
        for note in found.notes:
            click.echo(note.text(told_language(None)), err=True)
        days = any(isinstance(point.when, dt.date) for point in found.points)
        # A year beside days is its last day.
        whens = [dt.date(p.when, 12, 31) if days and not isinstance(p.when, dt.date) else p.when for p in found.points]
        frame = pd.DataFrame({"unique_id": [p.series for p in found.points], "ds": whens})
        frame["y"] = np.array([math.nan if p.value is None else p.value for p in found.points])
        return frame.assign(ds=pd.to_datetime(frame["ds"])) if days else frame
    if not path.is_file():
        raise BadInput(
            Problem(message("no such file"), file=str(path), expected=message("a CSV, Excel or Parquet file"))
        )
    try:
        return pd.read_parquet(path)
    except (ValueError, OSError) as error:
        raise BadInput(Problem(message("the table cannot be read"), file=str(path), found=str(error)[:200])) from error


def _write(table: pd.DataFrame, out: Path) -> None:
    if out.suffix.lower() == ".parquet":
        stream = io.BytesIO()
        table.assign(unique_id=table["unique_id"].astype(str)).to_parquet(stream, index=False)
        write_file(out, stream.getvalue())
    else:
        write_file(out, csv_bytes(table))
