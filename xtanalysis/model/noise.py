"""How sure a statement is: its standard deviation in log points, from rounding, trust, role, part-year and horizon."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from xtanalysis.data.tables import made_of, table_rows
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.linear import LinearForm

__all__ = ["LEAST_SD", "ErrorTable", "Proxy", "load_errors", "outlook_key", "proxies", "rounding_sd", "statement_sd"]

FOLDER = Path(__file__).parent
ErrorKey = tuple[str, str, str]
LAST_HORIZON = 5
LEAST_SD = 1e-3  # log points: a smaller error would only make the arithmetic worse


@dataclass(frozen=True, slots=True)
class ErrorTable:
    """Standard deviations in log points by (kind, indicator or ``*``, key); the tables say where each is from."""

    values: Mapping[ErrorKey, float]

    def get(self, kind: str, indicator: str = "*", key: str = "") -> float:
        """The indicator's own entry, else the general one."""
        own = self.values.get((kind, indicator, key))
        return self.values[kind, "*", key] if own is None else own


@cache
def set_errors(folder: Path = FOLDER) -> Mapping[ErrorKey, tuple[float, str]]:
    """What no pair of figures tells, (kind, indicator or ``*``, key) → value and reason: set_errors.csv."""
    return _errors_of(folder / "set_errors.csv")


@cache
def load_errors(folder: Path = FOLDER) -> ErrorTable:
    """Read what is set, and what has been learnt: errors.csv."""
    rows = {**set_errors(folder), **_errors_of(folder / "errors.csv")}
    return ErrorTable({key: value for key, (value, _) in rows.items()})


def _errors_of(file: Path) -> dict[ErrorKey, tuple[float, str]]:
    return {
        (row["kind"], row["indicator"], row["horizon"]): (float(row["value"]), row["source"])
        for row in table_rows(file)
    }


@dataclass(frozen=True, slots=True)
class Proxy:
    """One row of proxies.csv: what the series stands for, and how its growth differs from that, log points a year.

    Attributes
    ----------
    drift
        Standard deviation of the lasting difference.
    noise
        Standard deviation of the yearly difference around it.
    memory
        How much of the yearly difference the next year keeps.
    level
        Of a share: its log over that of the share it stands for, log points.
    """

    stands_for: str
    drift: float
    noise: float
    memory: float
    level: float


@cache
def proxies(folder: Path = FOLDER) -> Mapping[str, Proxy]:
    """Proxy indicator → what it stands for and how well."""
    rows = table_rows(folder / "proxies.csv")
    return {row["indicator"]: made_of(row, Proxy) for row in rows}


def rounding_sd(value: float) -> float:
    """Standard deviation of rounding to the last printed decimal: a uniform law, unit/√12.

    Examples
    --------
    >>> round(rounding_sd(3.4), 4)
    0.0289
    """
    text = f"{value:.10g}"
    decimals = len(text.partition(".")[2]) if "e" not in text else 0
    return float(10.0**-decimals / math.sqrt(12.0))


def outlook_key(horizon: int) -> str:
    """Which entry of an outlook's record holds so many years after the origin: 1, the year in progress, is ``0``."""
    return str(min(max(horizon - 1, 0), LAST_HORIZON))


def statement_sd(statement: Statement, form: LinearForm, table: ErrorTable, horizon: int) -> float:
    """Standard deviation of a statement's error, log points.

    Parameters
    ----------
    horizon
        Years from the origin year to the statement's, for outlooks.
    """
    if statement.sd is not None:
        return max(abs(form.slope) * statement.sd, LEAST_SD)
    is_level = statement.measure in ("level", "share", "year_to_date_level", "sum")
    indicator = statement.indicator
    terms = [abs(form.slope) * rounding_sd(statement.value)]
    terms.append(table.get("floor_level" if is_level else "floor", indicator, statement.trust))
    span = 1
    if statement.base_period is not None and statement.measure == "average_growth":
        span = statement.period.year - statement.base_period.year
    if statement.role == "estimate":
        terms.append(table.get("estimate_level" if is_level else "estimate_growth", indicator) / span)
    elif statement.role == "plan":
        terms.append(table.get("plan", indicator) / math.sqrt(span))
    elif statement.role == "outlook":
        terms.append(table.get("outlook", indicator, outlook_key(horizon)))
    if statement.relation == "about":
        terms.append(abs(form.slope) * 10.0 * rounding_sd(statement.value))
    if statement.measure in ("year_to_date_growth", "month_growth"):
        months = 1 if statement.measure == "month_growth" else statement.period.months
        # The unseen part of the year: sd × √(12/m − 1) is zero for the whole year and equals the table at six months.
        terms.append(table.get("to_date", indicator) * math.sqrt(12.0 / months - 1.0))
    return math.sqrt(sum(term * term for term in terms))
