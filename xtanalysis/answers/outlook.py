"""Where an indicator goes in the years after the origin: its yearly growth, where it ends, and what that asks of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xtanalysis.answers.project import ScenarioDraws
from xtanalysis.data.dictionary import convert, indicators, outward
from xtanalysis.data.shown import shown
from xtanalysis.targets.book import Book
from xtanalysis.text import message

__all__ = ["CHANCES", "HEADLINES", "NOT_CARRIED", "Outlook", "Reach", "around", "outlook"]

Array = NDArray[np.float64]

HEADLINES = tuple((row.indicator, row.rises) for row in shown("headline"))
"""The indicators of the first page, and whether more is better."""
NOT_CARRIED = message(
    "Carbon per value added is not modelled: no city publishes what fuels its above-scale firms "
    "burn. At a constant fuel mix it changes as energy per value added does; control moves from "
    "energy to carbon from 2026."
)
"""What the desk beside these indicators must say it lacks."""
CHANCES = (0.8, 0.5, 0.2)
BAND = (0.1, 0.5, 0.9)
SETTLED = 0.02
"""Greatest relative width of the 80 % band of a level in the origin year that counts as known: a published figure."""


@dataclass(frozen=True, slots=True)
class Reach:
    """A value that is reached or bettered with a given chance, and the yearly growth (%) that it takes to get there."""

    chance: float
    value: float
    pace: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """One indicator from the origin to the horizon.

    Attributes
    ----------
    indicator, origin, horizon
        Growth is from the year ``origin`` to the year ``horizon``.
    rises
        Whether more of it is better.
    settled
        Whether the level of the origin year is known; if not, ``ends`` and ``reaches`` are an index, origin = 100.
    growth
        Average growth a year, %: 10 %, 50 % and 90 % of the draws.
    change
        Growth over all the years, %: the same quantiles.
    ends
        Level, in the indicator's unit, or index of the horizon year: the same quantiles.
    reaches
        For each of ``CHANCES``.
    better
        Probability that the horizon year is better than the origin.
    """

    indicator: str
    origin: int
    horizon: int
    rises: bool
    settled: bool
    growth: tuple[float, float, float]
    change: tuple[float, float, float]
    ends: tuple[float, float, float]
    reaches: tuple[Reach, ...]
    better: float


def outlook(projection: ScenarioDraws, indicator: str, *, rises: bool = True) -> Outlook:
    """Read an indicator's way from the origin to the horizon off the draws.

    Raises
    ------
    BadInput
        If the paths do not hold the indicator.
    """
    origin, horizon = projection.origin, projection.to
    start, end = projection.paths.at(indicator, origin), projection.paths.at(indicator, horizon)
    ratio: Array = end / start
    low, middle, high = np.quantile(start, BAND)
    settled = bool((high - low) / middle <= SETTLED)
    values: Array = end if settled else 100.0 * ratio
    pace: Array = 100.0 * (ratio ** (1.0 / (horizon - origin)) - 1.0)
    reaches = []
    for chance in CHANCES:
        at = 1.0 - chance if rises else chance
        reaches.append(Reach(chance, float(np.quantile(values, at)), float(np.quantile(pace, at))))
    return Outlook(
        indicator=indicator,
        origin=origin,
        horizon=horizon,
        rises=rises,
        settled=settled,
        growth=_three(pace),
        change=_three(100.0 * (ratio - 1.0)),
        ends=_three(values),
        reaches=tuple(reaches),
        better=float((ratio > 1.0).mean() if rises else (ratio < 1.0).mean()),
    )


def _three(values: Array) -> tuple[float, float, float]:
    low, middle, high = np.quantile(values, BAND)
    return float(low), float(middle), float(high)


def around(book: Book, region: str, indicator: str) -> list[tuple[str, int, float]]:
    """(region, year, growth in %) of the last full year known: the region itself, then those around it outward.

    Nothing for an indicator at current prices: what is published as its growth is that of its volume.
    """
    found: list[tuple[str, int, float]] = []
    for where in (region, *outward(region)) if indicators()[indicator].growth_of is None else ():
        known = [s for s in book.get(where, indicator, "growth") if s.period.is_year]
        if known:
            found.append((where, known[-1].period.year, convert(known[-1].value, known[-1].unit, "percent")))
    return found
