"""From a long table to an array of factors, with every reason why that cannot be done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from xtanalysis.accounting.divisia import Array
from xtanalysis.errors import BadInput, Problem
from xtanalysis.statements.period import Period
from xtanalysis.text import bilingual, listed, message

__all__ = ["ALL", "Columns", "Label", "Panel", "identity", "panels"]

Label = str | int
ALL = "all"
NAME_THEM = message("Name the columns to use as factors or levels")


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of the key columns; ``sector`` and ``region`` are ``None`` where the table has none."""

    period: str = "year"
    sector: str | None = None
    region: str | None = None

    @classmethod
    def found_in(cls, frame: pd.DataFrame) -> Columns:
        """Read the usual names: ``year`` or ``period``, ``sector``, ``region``."""
        period = "period" if "period" in frame and "year" not in frame else "year"
        return cls(period, *(name if name in frame else None for name in ("sector", "region")))

    @property
    def keys(self) -> list[str]:
        """The key columns present, region first."""
        return [name for name in (self.region, self.period, self.sector) if name]


@dataclass(frozen=True, slots=True)
class Panel:
    """One region's factors.

    Attributes
    ----------
    region
        Its name, ``None`` where the table has no region.
    periods, sectors
        Labels of the second and third axis, sorted.
    x
        Factors, shape (factors, periods, sectors); NaN only where the sector's value is zero anyway.
    """

    region: str | None
    periods: list[Label]
    sectors: list[str]
    x: Array


def identity(frame: pd.DataFrame, levels: Sequence[str], columns: Columns) -> tuple[pd.DataFrame, list[str]]:
    """Turn levels into the factors of the index-decomposition identity.

    ``levels`` is a chain such as activity, energy, co2. The factors are the total of the first (``activity``), its
    ``structure`` by sector (where there are sectors), then each level over the one before (``energy_per_activity``, …).
    Their product is the last level in every row.

    Returns
    -------
    A new frame with the keys and the factors, and the factors' names.

    Raises
    ------
    BadInput
        If a level is not a number, or is not zero where the level before it is zero.
    """
    _require(frame, [*columns.keys, *levels])
    numbers = _numbers(frame, levels)
    problems = [
        Problem(
            message("{b} is not zero where {a} is zero, so {b} per {a} has no value", b=b, a=a),
            row=int(row) + 2,
            column=b,
            found=str(numbers[b].iloc[row]),
            fix=message("Correct one of the two, or merge the sector with one that has {a}", a=a),
        )
        for a, b in pairwise(levels)
        for row in np.flatnonzero((numbers[a] == 0) & (numbers[b] != 0))
    ]
    if problems:
        raise BadInput(problems)
    out = frame[columns.keys].copy()
    first = levels[0]
    groups = [name for name in (columns.region, columns.period) if name]
    out[first] = numbers[first].groupby([frame[name] for name in groups]).transform("sum")
    if columns.sector:
        out["structure"] = _ratio(numbers[first], out[first])
    for a, b in pairwise(levels):
        out[f"{b}_per_{a}"] = _ratio(numbers[b], numbers[a])
    return out, [name for name in out.columns if name not in columns.keys]


def panels(frame: pd.DataFrame, factors: Sequence[str], columns: Columns) -> Iterator[Panel]:
    """Yield one balanced array per region.

    Raises
    ------
    BadInput
        Naming every row at fault: a column is missing, a value is not a number, a key occurs twice, or a sector has no
        row in a period.
    """
    if not factors:
        what = message("there are no factors to decompose into")
        raise BadInput(Problem(what, expected=message("at least one column of numbers"), fix=NAME_THEM))
    _require(frame, [*columns.keys, *factors])
    numbers = _numbers(frame, factors, undefined_where_zero=True)
    data = pd.concat([frame[columns.keys], numbers], axis=1)
    problems = _repeats(data, columns)
    if problems:
        raise BadInput(problems)
    groups = data.groupby(columns.region, sort=True) if columns.region else [(None, data)]
    for region, part in groups:
        yield _panel(None if region is None else str(region), part, factors, columns)


def _panel(region: str | None, part: pd.DataFrame, factors: Sequence[str], columns: Columns) -> Panel:
    sectors = sorted(part[columns.sector].astype(str).unique()) if columns.sector else [ALL]
    periods = _in_order(part[columns.period].unique().tolist())
    labels = part[columns.sector].astype(str) if columns.sector else pd.Series(ALL, index=part.index)
    keys = pd.MultiIndex.from_arrays([part[columns.period], labels])
    full = pd.MultiIndex.from_product([periods, sectors])
    missing = full.difference(keys)
    if len(missing):
        where = f" in {region}" if region else ""
        raise BadInput(
            Problem(
                message(
                    "sector {sector} has no row for {period}{where}",
                    sector=sector,
                    period=period,
                    where=bilingual(where, region or ""),
                ),
                fix=message("Add the row; write 0 if there was none"),
            )
            for period, sector in missing
        )
    values = part[list(factors)].set_axis(keys).reindex(full).to_numpy(float)
    x = values.T.reshape(len(factors), len(periods), len(sectors))
    return Panel(region, list(periods), sectors, x)


def _in_order(labels: list[Label]) -> list[Label]:
    """Years by number; texts that name periods (十一五, 2015年) by their time; other texts as they first appear."""
    if all(isinstance(label, int | float) for label in labels):
        return sorted(labels)
    try:
        return sorted(labels, key=lambda label: Period.parse(str(label)))
    except ValueError:
        return labels


def _require(frame: pd.DataFrame, names: Sequence[str]) -> None:
    if twice := [name for name in dict.fromkeys(names) if list(names).count(name) > 1]:
        what, once = message("this column is named twice"), message("each once")
        raise BadInput(Problem(what, column=name, expected=once) for name in twice)
    missing = [name for name in names if name not in frame]
    if missing:
        raise BadInput(
            Problem(message("there is no such column"), column=name, expected=f"{', '.join(map(str, frame))}")
            for name in missing
        )


def _numbers(frame: pd.DataFrame, names: Sequence[str], undefined_where_zero: bool = False) -> pd.DataFrame:
    numbers: pd.DataFrame = frame[list(names)].apply(pd.to_numeric, errors="coerce").astype(float)
    bad = ~np.isfinite(numbers.to_numpy())
    if undefined_where_zero:
        blank = frame[list(names)].isna().to_numpy()
        bad &= ~(blank & (numbers == 0).any(axis=1).to_numpy()[:, None])
    words = bad.all(axis=0)
    problems = [
        Problem(
            message("the column holds no number"),
            column=names[col],
            found=str(frame[names[col]].iloc[0]),
            fix=NAME_THEM,
        )
        for col in np.flatnonzero(words).tolist()
    ]
    problems += [
        _no_number(int(row) + 2, names[col], frame[names[col]].iloc[row]) for row, col in np.argwhere(bad & ~words)
    ]
    if problems:
        raise BadInput(problems)
    return numbers


def _no_number(row: int, column: str, found: float | str | None) -> Problem:
    if pd.isna(found):
        what = message("the cell is empty")
        return Problem(what, row=row, column=column, expected=message("a number; 0 if there was none"))
    return Problem(message("not a number"), row=row, column=column, found=str(found))


def _repeats(data: pd.DataFrame, columns: Columns) -> list[Problem]:
    repeated = data.duplicated(columns.keys)
    return [
        Problem(
            message("a second row for the same {keys}", keys=listed(columns.keys)),
            row=int(row) + 2,
            found=", ".join(str(value) for value in data[columns.keys].iloc[row]),
            fix=message("Keep one row"),
        )
        for row in np.flatnonzero(repeated)
    ]


def _ratio(top: pd.Series[float], bottom: pd.Series[float]) -> pd.Series[float]:
    """Top over bottom; NaN (undefined) where both are zero."""
    return top / bottom.where(bottom != 0)
