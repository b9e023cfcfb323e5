"""From a tidy table to aligned annual series, and what is wrong with those that cannot be used."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xtanalysis.annual.features import MAX_POINTS, MIN_POINTS
from xtanalysis.errors import BadInput, Problem
from xtanalysis.text import Message, message

__all__ = ["Batch", "collect"]

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

LONGEST_GAP = 3
LAST_YEAR = 9999
LARGEST_SHARE_MISSING = 0.25
COLUMNS = ("unique_id", "ds", "y")
MOST_ROWS = 20  # that are told one by one
A_YEAR = message("a year such as 2015, or a day such as 2015-12-31")


@dataclass(frozen=True, slots=True)
class Batch:
    """Aligned series in the order in which their ids first appear.

    Attributes
    ----------
    ids
        Names, shape (n_series,).
    values
        Shape (n_series, MAX_POINTS): right-aligned, years that are missing inside interpolated, ``NaN`` before the
        first.
    n
        Shape (n_series,): years from first to last, at most MAX_POINTS.
    last_year
        Shape (n_series,).
    month_day
        Month and day of each series' last date, shape (n_series, 2); ``None`` where ``ds`` counts years.
    problems
        One for each thing wrong with a series that is left out; ``found`` names the series.
    """

    ids: NDArray[np.object_]
    values: Array
    n: Ints
    last_year: Ints
    month_day: Ints | None
    problems: tuple[Problem, ...]


def collect(frame: pd.DataFrame) -> Batch:
    """Align the series of a tidy table (unique_id, ds, y), one row a year, in any order.

    ``ds`` holds years (2015, "2015", or any whole number that counts years) or dates, of which the year counts. A
    ``y`` that is missing is a missing year. Up to LONGEST_GAP missing years in a row, and a quarter of all, are
    interpolated on a straight line; years before the last MAX_POINTS are not used.

    Raises
    ------
    BadInput
        If a column is missing, the table is empty, a series has no name, ``ds`` is neither, or ``y`` is not numeric.
    """
    _check_columns(frame)
    _check_ids(frame["unique_id"])
    codes, ids = pd.factorize(frame["unique_id"], use_na_sentinel=False)
    years, month_day = _years(frame["ds"])
    y = _numbers(frame["y"])
    order = np.lexsort((years, codes))
    codes, years, y = codes[order].astype(np.int64), years[order], y[order]
    problems = _row_problems(codes, years, y)
    known = ~np.isnan(y)
    codes, years, y, order = codes[known], years[known], y[known], order[known]
    last = np.full(len(ids), np.iinfo(np.int64).min)
    np.maximum.at(last, codes, years)
    place = MAX_POINTS - 1 + years - last[codes]
    kept = place >= 0
    values = np.full((len(ids), MAX_POINTS), np.nan)
    values[codes[kept], place[kept]] = y[kept]
    first = np.where(np.isfinite(values).any(axis=1), np.isfinite(values).argmax(axis=1), MAX_POINTS)
    n = MAX_POINTS - first
    inside = np.isfinite(values).sum(axis=1)  # values before the last MAX_POINTS years do not count
    for i in np.flatnonzero((inside < n) | (inside < MIN_POINTS)).tolist():
        if i not in problems:
            problem = _too_sparse(values[i], first[i], int(last[i]))
            if problem:
                problems[i] = problem
            else:
                values[i, first[i] :] = _interpolated(values[i, first[i] :])
    good = np.array([i not in problems for i in range(len(ids))], bool)
    ends = np.zeros((len(ids), 2), np.int64)
    if month_day is not None:
        final = years == last[codes]
        ends[codes[final]] = month_day[order][final]
    named = tuple(_named(problems[i], ids[i]) for i in sorted(problems))
    return Batch(
        np.asarray(ids, dtype=object)[good],
        values[good],
        n[good],
        last[good],
        ends[good] if month_day is not None else None,
        named,
    )


def _check_columns(frame: pd.DataFrame) -> None:
    missing = [name for name in COLUMNS if name not in frame.columns]
    if missing:
        found = ", ".join(map(str, frame.columns))
        raise BadInput(
            [Problem(message("a column is missing"), column=name, found=found, expected=name) for name in missing]
        )
    if frame.empty:
        raise BadInput(
            Problem(
                message("the table has no rows"), expected=message("columns unique_id, ds, y and a row for each year")
            )
        )


def _check_ids(ids: pd.Series) -> None:
    _refuse(ids, ids.isna(), message("the series has no name"), message("a name"), told=False)


def _refuse(cells: pd.Series, wrong: pd.Series, what: Message, expected: Message, *, told: bool = True) -> None:
    """Refuse a column for the cells that are wrong, the first of them one by one."""
    rows = np.flatnonzero(wrong)[:MOST_ROWS]
    if len(rows):
        raise BadInput(
            Problem(
                what, row=int(i) + 2, column=str(cells.name), found=str(cells.iloc[i]) if told else None,
                expected=expected,
            )
            for i in rows
        )  # fmt: skip


def _years(ds: pd.Series) -> tuple[Ints, Ints | None]:
    """Years of each row, and month and day where ``ds`` holds dates."""
    numbers = pd.to_numeric(ds, errors="coerce") if not pd.api.types.is_datetime64_any_dtype(ds) else None
    if numbers is not None and numbers.notna().all() and (numbers % 1 == 0).all():
        # 20101231, 201012, a spreadsheet's 40543, milliseconds.
        _refuse(ds, numbers.abs() > LAST_YEAR, message("this does not count years"), A_YEAR)
        return numbers.to_numpy(np.int64), None
    dates = pd.to_datetime(ds, errors="coerce", format=None if numbers is None else "ISO8601")
    _refuse(ds, dates.isna(), message("this is neither a year nor a day"), A_YEAR)
    month_day = np.stack([dates.dt.month.to_numpy(), dates.dt.day.to_numpy()], axis=1).astype(np.int64)
    return dates.dt.year.to_numpy().astype(np.int64), month_day


def _numbers(y: pd.Series) -> Array:
    numbers = pd.to_numeric(y, errors="coerce").astype(np.float64)
    # True and False are answers, not the numbers 1 and 0.
    answers = y.map(lambda value: isinstance(value, bool | np.bool_)) if y.dtype == object else y.dtype == bool
    _refuse(y, (numbers.isna() | answers) & y.notna(), message("this is not a number"), message("a number"))
    return numbers.to_numpy().astype(np.float64)


def _row_problems(codes: Ints, years: Ints, y: Array) -> dict[int, Problem]:
    """Series with two values for a year or an infinite one; arguments sorted by series and year."""
    problems: dict[int, Problem] = {}
    twice = np.flatnonzero((codes[1:] == codes[:-1]) & (years[1:] == years[:-1]))
    for i in twice[::-1]:
        fix = message("Keep one value a year; monthly or quarterly figures must be summed or averaged first")
        what = message("the year {year} stands there twice or more", year=int(years[i]))
        problems[int(codes[i])] = Problem(what, expected=message("one value a year"), fix=fix)
    for i in np.flatnonzero(np.isinf(y))[::-1]:
        what = message("the value of {year} is infinite", year=int(years[i]))
        fix = message("Leave the row out if the value is not known")
        problems[int(codes[i])] = Problem(what, expected=message("finite numbers"), fix=fix)
    return problems


def _too_sparse(row: Array, first: int, last_year: int) -> Problem | None:
    """Say what is missing, or nothing if a straight line may bridge it."""
    seen = np.isfinite(row[first:])
    if seen.sum() < MIN_POINTS:
        return Problem(
            message("{count} annual values are too few", count=int(seen.sum())),
            expected=message("at least {least}, better 10 or more", least=MIN_POINTS),
        )
    places = np.flatnonzero(seen)
    gaps = np.diff(places) - 1
    if gaps.max() > LONGEST_GAP or (~seen).mean() > LARGEST_SHARE_MISSING:
        worst = int(gaps.argmax())
        start = last_year - (len(seen) - 1) + int(places[worst]) + 1
        gap = f"{start}–{start + int(gaps.max()) - 1}"
        what = message(
            "{missing} of {years} years are missing, the longest gap {gap}",
            missing=int((~seen).sum()), years=len(seen), gap=gap,
        )  # fmt: skip
        expected = message(
            "at most {most} in a row and {share:.0%} of all", most=LONGEST_GAP, share=LARGEST_SHARE_MISSING
        )
        return Problem(
            what, expected=expected, fix=message("Start the series after the gap, or fill it from its source")
        )
    return None


def _interpolated(row: Array) -> Array:
    seen = np.isfinite(row)
    places = np.arange(len(row))
    return np.asarray(np.interp(places, places[seen], row[seen]), np.float64)


def _named(problem: Problem, name: object) -> Problem:
    return Problem(
        message("series {name}: {what}", name=str(name), what=problem.what),
        column="unique_id",
        found=str(name),
        expected=problem.expected,
        fix=problem.fix,
    )
