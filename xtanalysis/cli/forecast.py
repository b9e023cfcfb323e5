"""`xtanalysis forecast INPUT --out OUT`: calibrated quantile forecasts of short annual series."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import click
import pandas as pd

from xtanalysis.annual.forecast import QUANTILES, SeriesLeftOut, forecast_annual
from xtanalysis.data.dictionary import indicator
from xtanalysis.errors import BadInput, Problem

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
@click.option("--indicator", "indicator_id", help="Take the bounds from this indicator of the dictionary.")
@click.option("--lower", type=float, help="Bound below; -inf for what may turn negative, such as a growth rate.")
@click.option("--upper", type=float, help="Bound above, such as 100 for a share in percent.")
def command(
    path: Path,
    horizon: int,
    quantiles: str,
    out: Path,
    indicator_id: str | None,
    lower: float | None,
    upper: float | None,
) -> None:
    """Forecast every annual series of INPUT (columns unique_id, ds, y; CSV or Parquet).

    Series that cannot be used are named on standard error and the exit code is 1; the others are written.
    """
    levels = _levels(quantiles)
    _suffix(path)
    _suffix(out)
    if indicator_id is not None:
        bounds = indicator(indicator_id)
        lower = bounds.lower if lower is None else lower
        upper = bounds.upper if upper is None else upper
    frame = _read(path)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", SeriesLeftOut)
        table = forecast_annual(frame, horizon, levels, lower=lower, upper=upper)
    _write(table, out)
    click.echo(f"{table['unique_id'].nunique()} series, {len(table)} rows: {out}")
    problems = [p for w in caught if isinstance(w.message, SeriesLeftOut) for p in w.message.problems]
    if problems:
        lines = [str(p) for p in problems[:SHOWN]]
        more = [f"… and {len(problems) - SHOWN} more"] if len(problems) > SHOWN else []
        click.echo("\n".join([f"{len(problems)} series left out:", *lines, *more]), err=True)
        sys.exit(1)


def _levels(text: str) -> list[float]:
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        problem = Problem("the quantiles cannot be read", found=text, expected="numbers in (0, 1), such as 0.1,0.5,0.9")
        raise BadInput(problem) from None


def _suffix(path: Path) -> None:
    if path.suffix.lower() not in SUFFIXES:
        raise BadInput(Problem("the kind of table is not known", file=str(path), expected="a name in .csv or .parquet"))


def _read(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise BadInput(Problem("the table does not exist", file=str(path), expected="a CSV or Parquet file"))
    try:
        if path.suffix.lower() == ".csv":
            return pd.read_csv(path, dtype={"unique_id": str})
        return pd.read_parquet(path)
    except (ValueError, OSError) as error:
        raise BadInput(Problem("the table cannot be read", file=str(path), found=str(error)[:200])) from error


def _write(table: pd.DataFrame, out: Path) -> None:
    """Write beside the target and rename, so that nothing half-written stays."""
    part = out.with_name(f".{out.name}.part")
    try:
        if out.suffix.lower() == ".csv":
            table.to_csv(part, index=False)
        else:
            table.assign(unique_id=table["unique_id"].astype(str)).to_parquet(part, index=False)
        part.replace(out)
    except OSError as error:
        raise BadInput(Problem("the table cannot be written", file=str(out), found=str(error))) from error
    finally:
        part.unlink(missing_ok=True)
