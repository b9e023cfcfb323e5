"""Median and quantiles of short annual series: tables of many, or one."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from xtanalysis.annual.collect import Batch, collect
from xtanalysis.annual.distribution import at_levels, within_bounds
from xtanalysis.annual.features import HORIZONS, describe
from xtanalysis.annual.network import cells, load, raw_quantiles, widened
from xtanalysis.errors import BadInput, Problem, XtWarning
from xtanalysis.text import message

__all__ = ["QUANTILES", "SeriesLeftOut", "forecast_annual", "forecast_one"]

Array = NDArray[np.float64]
Bound = float | Mapping[str, float] | None

QUANTILES = (0.025, 0.1, 0.5, 0.9, 0.975)
BLOCK = 4096
STILL = 1e-12


class SeriesLeftOut(XtWarning):
    """Some series could not be forecast; the message names each and says why. ``problems`` holds them."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(p) for p in problems))


def forecast_annual(
    frame: pd.DataFrame,
    horizon: int,
    quantiles: Sequence[float] = QUANTILES,
    *,
    lower: Bound = None,
    upper: Bound = None,
) -> pd.DataFrame:
    """Forecast every annual series of a tidy table.

    Parameters
    ----------
    frame
        Columns unique_id, ds (years or dates), y; one row a year, in any order, other columns are ignored. Every
        series needs 7 values (better 10); years beyond the last 60 are not used.
    horizon
        Years ahead, 1–10.
    quantiles
        Levels in (0, 1); 0.5 is the median.
    lower, upper
        Bounds, for all series or by unique_id. Without ``lower``, series that are positive throughout stay above 0
        and the others are free. Give ``-inf`` for what may turn negative although it has not yet (a growth rate):
        such series, and those that hold a zero or a negative value, are never put on logarithms.

    Returns
    -------
    Long table with unique_id, ds, quantile, value: ids in the order in which they first appear, then years, then
    quantiles as given; ``ds`` as in the input (whole years, or dates with the month and day of the last one). A
    series that never moved is forecast by its value at every quantile.

    Raises
    ------
    BadInput
        If the table, the horizon or the quantiles cannot be used, or no series can be.

    Warns
    -----
    SeriesLeftOut
        If some series cannot be used; the others are forecast. The same problems are in ``result.attrs["problems"]``
        as text.

    Examples
    --------
    >>> years = range(2010, 2024)
    >>> table = pd.DataFrame({"unique_id": "a", "ds": years, "y": [float(2 * t - 4000) for t in years]})
    >>> forecast_annual(table, horizon=1, quantiles=[0.5])["ds"].tolist()
    [2024]
    """
    levels = _check_request(horizon, quantiles)
    batch = collect(frame)
    low, high = _bounds(batch.ids, lower, -np.inf), _bounds(batch.ids, upper, np.inf)
    if not (low < high).all():  # nor is a bound that is no number below or above anything
        one, other = next((a, b) for a, b in zip(low, high, strict=True) if not a < b)
        found = message("{low:g} to {high:g}", low=one, high=other)
        raise BadInput(Problem(message("the lower bound is not below the upper"), column="lower", found=found))
    least, most = _range(batch.values)
    signed = np.isneginf(low) if lower is not None else np.zeros(len(low), bool)
    if lower is None:
        low = np.where(least > 0, 0.0, low)
    outside = (least < low) | (most > high)
    problems = batch.problems + tuple(
        _out_of_bounds(batch.ids[i], least[i], most[i], low[i], high[i]) for i in np.flatnonzero(outside)
    )
    if outside.all():
        raise BadInput(problems)
    keep = ~outside
    value = forecast_values(batch.values[keep], horizon, levels, low[keep], high[keep], signed[keep])
    result = _long(batch, keep, value, np.asarray(quantiles, np.float64))
    if problems:
        warnings.warn(SeriesLeftOut(problems), stacklevel=2)
    result.attrs["problems"] = [str(p) for p in problems]
    return result


def forecast_one(
    values: ArrayLike,
    horizon: int,
    quantiles: Sequence[float] = QUANTILES,
    *,
    lower: float | None = None,
    upper: float | None = None,
) -> Array:
    """Forecast one series of consecutive annual values, oldest first; a few milliseconds.

    Returns
    -------
    Shape (horizon, n_quantiles), in the unit of ``values``. Bounds as in `forecast_annual`.

    Raises
    ------
    BadInput
        As `forecast_annual` does, and if the series cannot be used.
    """
    y = np.asarray(values, np.float64)
    frame = pd.DataFrame({"unique_id": "series", "ds": np.arange(len(y)), "y": y})
    table = forecast_annual(frame, horizon, quantiles, lower=lower, upper=upper)
    return table["value"].to_numpy().reshape(horizon, len(quantiles))


def forecast_values(
    values: Array, horizon: int, levels: Array, lower: Array, upper: Array, signed: NDArray[np.bool_]
) -> Array:
    """Forecast right-aligned series.

    Parameters
    ----------
    values
        Shape (n_series, MAX_POINTS), ``NaN`` before each first value and nowhere else.
    levels
        Shape (n_levels,), in (0, 1).
    lower, upper, signed
        Shape (n_series,): bounds (infinite for none), and whether logarithms are ruled out.

    Returns
    -------
    Shape (n_series, horizon, n_levels), in the unit of ``values``.
    """
    model = load()
    least, most = _range(values)
    result = np.repeat(values[:, -1], horizon * len(levels)).reshape(len(values), horizon, len(levels))
    moves = np.flatnonzero(most - least > STILL * np.maximum(np.abs(most), np.abs(least)))
    for start in range(0, len(moves), BLOCK):
        rows = moves[start : start + BLOCK]
        features = describe(values[rows], signed[rows])
        n = np.isfinite(values[rows]).sum(axis=1)
        quantiles = widened(raw_quantiles(features, model), cells(n, features.recent, features.even), model.width)
        change = at_levels(quantiles[:, :horizon], levels)
        level = features.last[:, None, None] + features.scale[:, None, None] * change
        result[rows] = within_bounds(level, lower[rows], upper[rows], least[rows], most[rows])
    return result


def _check_request(horizon: int, quantiles: Sequence[float]) -> Array:
    """Levels as an array, once horizon and quantiles are found good."""
    problems = []
    if not 1 <= horizon <= HORIZONS or int(horizon) != horizon:
        problems.append(
            Problem(
                message("the horizon cannot be forecast"),
                found=str(horizon),
                expected=message("1–{most} years", most=HORIZONS),
            )
        )
    levels = np.asarray(quantiles, np.float64)
    if levels.ndim != 1 or not len(levels) or not ((levels > 0) & (levels < 1)).all() or len(set(levels)) < len(levels):
        problems.append(
            Problem(
                message("the quantiles cannot be used"),
                found=str(list(quantiles)),
                expected=message("different numbers in (0, 1)"),
            )
        )
    if problems:
        raise BadInput(problems)
    return levels


def _bounds(ids: NDArray[np.object_], bound: Bound, free: float) -> Array:
    """One bound for each series."""
    if isinstance(bound, Mapping):
        return np.array([bound.get(name, free) for name in ids], np.float64)
    return np.full(len(ids), free if bound is None else bound, np.float64)


def _range(values: Array) -> tuple[Array, Array]:
    """Smallest and largest value of each series."""
    seen = np.isfinite(values)
    return np.where(seen, values, np.inf).min(axis=1, initial=np.inf), np.where(seen, values, -np.inf).max(
        axis=1, initial=-np.inf
    )


def _out_of_bounds(name: object, least: float, most: float, low: float, high: float) -> Problem:
    return Problem(
        message("series {name}: {what}", name=str(name), what=message("a value lies outside the bounds")),
        column="y",
        found=message("{low:g} to {high:g}", low=least, high=most),
        expected=message("{low:g} to {high:g}", low=low, high=high),
        fix=message("Correct the value or the bound"),
    )


def _long(batch: Batch, keep: NDArray[np.bool_], value: Array, levels: Array) -> pd.DataFrame:
    """Lay the forecasts out as a long table."""
    n, horizon, k = value.shape
    years = batch.last_year[keep][:, None] + np.arange(1, horizon + 1)
    ds: NDArray[np.int64] | NDArray[np.datetime64] = years.ravel()
    if batch.month_day is not None:
        month, day = (np.repeat(batch.month_day[keep][:, i], horizon) for i in (0, 1))
        leap = (month == 2) & (day == 29)
        ends = pd.to_datetime(pd.DataFrame({"year": years.ravel(), "month": month, "day": np.where(leap, 28, day)}))
        ds = ends.to_numpy()
    return pd.DataFrame(
        {
            "unique_id": np.repeat(batch.ids[keep], horizon * k),
            "ds": np.repeat(ds, k),
            "quantile": np.tile(levels, n * horizon),
            "value": value.ravel(),
        }
    )
