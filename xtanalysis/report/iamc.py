"""The projection in IAMC long format (model, scenario, region, variable, unit, year, value), which pyam reads."""

from __future__ import annotations

import csv
import io
from functools import cache

from xtanalysis import __version__
from xtanalysis.data import dictionary
from xtanalysis.data.writing import inert

__all__ = ["COLUMNS", "iamc_csv"]

COLUMNS = ("model", "scenario", "region", "variable", "unit", "year", "value", "caution")

NO_CAUTION = "none"
"""An empty cell would be a missing value to readers of the format."""


def iamc_csv(quantiles: str) -> str:
    """Translate the text of a ``quantiles.csv`` (docs/contract.md).

    Each quantile becomes a variable under the indicator's English name, as ``Energy use of …|10th Percentile``; the
    median is the indicator itself, as the databases of the IAMC have it. The column ``caution`` is one of ours.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    model = f"xtanalysis {__version__}"
    safe, variable, unit = cache(inert), cache(_variable), cache(_unit)  # few, and each on a thousand rows
    for row in csv.DictReader(io.StringIO(quantiles)):
        scenario = f"{row['scenario']} ({row['as_of']})" if row.get("as_of") else row["scenario"]
        told = (variable(row["indicator"], row["quantile"]), unit(row["unit"]))
        known = (row["year"], row["value"], row.get("caution") or NO_CAUTION)
        writer.writerow((model, safe(scenario), safe(row["region"]), *told, *known))
    return buffer.getvalue()


def _variable(name: str, quantile: str) -> str:
    indicator = dictionary.indicators().get(name)
    return (indicator.en if indicator else name).replace("|", "/") + _suffix(float(quantile))


def _unit(name: str) -> str:
    unit = dictionary.units().get(name)
    return unit.en if unit else name


def _suffix(quantile: float) -> str:
    if quantile == 0.5:
        return ""
    percent = round(100 * quantile, 6)
    text = f"{percent:g}"
    ending = (
        "th"
        if not percent.is_integer() or 10 < percent % 100 < 20
        else {1: "st", 2: "nd", 3: "rd"}.get(int(percent % 10), "th")
    )
    return f"|{text}{ending} Percentile"
