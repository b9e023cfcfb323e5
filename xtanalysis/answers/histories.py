"""The series that the replay scores: growth by year of one region, never across a change of calibre or vintage.

Real growth of cities is the revised compilation (a pseudo-replay, for it came later); nominal series are as first
published, within one basis of the accounts; investment is published growth, else levels within one threshold.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xtanalysis.data.dictionary import units
from xtanalysis.data.shown import shown_names
from xtanalysis.statements.grammar import Statement

__all__ = ["YEARS", "History", "histories"]

Array = NDArray[np.float64]

YEARS = 5
REVISED = "gdp_census4"  # calibre of the compilation of revised growth
TOLD = shown_names("scored_as_told")


@dataclass(frozen=True, slots=True)
class History:
    """One series of a region.

    Attributes
    ----------
    growth
        By year, log points.
    level
        100·ln of the level by year, in base units; empty where the series has growth only.
    change
        Published changes over the five years to a year, log points, used where a year of growth is missing.
    """

    growth: Mapping[int, float]
    level: Mapping[int, float]
    change: Mapping[int, float]

    def until(self, year: int) -> Array:
        """Growth up to a year, oldest first, shape (n,)."""
        return np.array([value for at, value in sorted(self.growth.items()) if at <= year])


def _log_growth(statement: Statement) -> float:
    return 100.0 * math.log1p(statement.value / 100.0)


def _log_level(statement: Statement) -> float:
    return 100.0 * math.log(statement.value * units()[statement.unit].factor)


class _Shelf:
    """Statements about what happened, by region, indicator and measure, the first published of the best trust first."""

    def __init__(self, facts: Iterable[Statement]) -> None:
        self._found: dict[tuple[str, str, str], list[Statement]] = defaultdict(list)
        for s in facts:
            if s.role == "outcome" and s.period.is_year:
                self._found[s.region, s.indicator, s.measure].append(s)
        for rows in self._found.values():
            rows.sort(key=lambda s: (s.trust, str(s.published), s.id))

    def of(self, region: str, indicator: str, measure: str) -> dict[int, Statement]:
        """One statement by year."""
        return {s.period.year: s for s in reversed(self._found[region, indicator, measure])}

    def where(
        self, region: str, indicator: str, measure: str, vintage: str, calibre: str | None = None
    ) -> dict[int, Statement]:
        """The same of one vintage, and of one calibre."""
        rows = self._found[region, indicator, measure]
        return {s.period.year: s for s in reversed(rows) if s.vintage == vintage and calibre in (None, s.calibre)}


def _within_basis(levels: Mapping[int, Statement]) -> dict[int, float]:
    """Growth between levels of one calibre, log points."""
    return {
        year: _log_level(s) - _log_level(levels[year - 1])
        for year, s in sorted(levels.items())
        if year - 1 in levels and s.calibre == levels[year - 1].calibre
    }


def _real_gdp(shelf: _Shelf, region: str) -> History:
    rows = shelf.where(region, "gdp_real", "growth", "revised", REVISED)
    return History({year: _log_growth(s) for year, s in sorted(rows.items())}, {}, {})


def _nominal(shelf: _Shelf, region: str, indicator: str) -> History:
    levels = shelf.where(region, indicator, "level", "as_published")
    return History(_within_basis(levels), {year: _log_level(s) for year, s in levels.items()}, {})


def _told(shelf: _Shelf, region: str, indicator: str) -> History:
    """Published growth, and published averages and changes over five years."""
    growth = {year: _log_growth(s) for year, s in sorted(shelf.of(region, indicator, "growth").items())}
    change = {
        year: years * _log_growth(s)
        for measure, years in (("average_growth", float(YEARS)), ("cumulative_change", 1.0))
        for year, s in shelf.of(region, indicator, measure).items()
        if s.base_period is not None and s.base_period.year == year - YEARS
    }
    return History(growth, {}, change)


def _investment(shelf: _Shelf, region: str) -> History:
    """Published growth, else that between levels of one calibre."""
    told = _told(shelf, region, "fixed_asset_investment")
    between = _within_basis(shelf.of(region, "fixed_asset_investment", "level"))
    return History(dict(sorted((between | dict(told.growth)).items())), {}, told.change)


def _ratio(upper: History, lower: History) -> History:
    years = upper.growth.keys() & lower.growth.keys()
    levels = upper.level.keys() & lower.level.keys()
    return History(
        {year: upper.growth[year] - lower.growth[year] for year in sorted(years)},
        {year: upper.level[year] - lower.level[year] for year in levels},
        {},
    )


def histories(facts: Iterable[Statement], region: str) -> dict[str, History]:
    """Every scored series of a region by indicator.

    Parameters
    ----------
    facts
        All that may be used: of a past day only what was known then.
    """
    shelf = _Shelf(s for s in facts if s.region == region)
    gdp, real = _nominal(shelf, region, "gdp"), _real_gdp(shelf, region)
    secondary = _nominal(shelf, region, "secondary_value_added")
    carbon = _within_basis(shelf.of(region, "co2", "level"))
    return {name: _told(shelf, region, name) for name in TOLD} | {
        "gdp_real": real,
        "gdp": gdp,
        "secondary_value_added": secondary,
        "secondary_share_of_gdp": _ratio(secondary, gdp),
        "fixed_asset_investment": _investment(shelf, region),
        "co2_per_gdp": _ratio(History(carbon, {}, {}), real),
    }
