"""The projection in IAMC long format (model, scenario, region, variable, unit, year, value), which pyam reads."""

from __future__ import annotations

import csv
import io

from xtanalysis import __version__
from xtanalysis.data import dictionary

__all__ = ["COLUMNS", "iamc_csv"]

COLUMNS = ("model", "scenario", "region", "variable", "unit", "year", "value")


def iamc_csv(quantiles: str) -> str:
    """Translate the text of a ``quantiles.csv`` (docs/contract.md).

    Each quantile becomes a variable under the indicator's English name, as ``Energy use of …|10th Percentile``; the
    median is the indicator itself, as the databases of the IAMC have it.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in csv.DictReader(io.StringIO(quantiles)):
        indicator = dictionary.indicators().get(row["indicator"])
        unit = dictionary.units().get(row["unit"])
        name = indicator.en if indicator else row["indicator"]
        variable = name.replace("|", "/") + _suffix(float(row["quantile"]))
        scenario = f"{row['scenario']} ({row['as_of']})" if row.get("as_of") else row["scenario"]
        model = f"xtanalysis {__version__}"
        writer.writerow(
            [model, scenario, row["region"], variable, unit.en if unit else row["unit"], row["year"], row["value"]]
        )
    return buffer.getvalue()


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
