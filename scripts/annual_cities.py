"""Series of Chinese cities that the pooled forecaster may learn from, and the replay that judges it on cities."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xtanalysis.annual.scores import coverage, msis

__all__ = ["COLUMNS", "JUDGED", "LEFT_OUT", "City", "cases", "judge", "learnable", "read_cities"]

Array = NDArray[np.float64]

LEFT_OUT = "湖南省"  # the province whose cities the package is for: never learnt from
LEARN_BEFORE = 2015  # neither an origin nor an outcome from this year on is learnt from
FIRST, LAST = 2000, 2023
LEARNT = "gdp_real"
HORIZON = 5
COLUMNS = {
    "gdp_real": ("city_gdp_revised_real_2000_2023.csv", "gdp_real_2000p_100m", LAST),
    # As published: levels do not cross the census of 2018.
    "gdp": ("city_gdp_structure_2000_2023.csv", "gdp_100m_yuan", 2018),
    "secondary": ("city_gdp_structure_2000_2023.csv", "secondary_va_100m", 2018),
    "co2": ("city_co2_edgar_2000_2023.csv", "co2_tonnes_edgar8", LAST),
}
JUDGED = {
    "gdp_real": (2008, 2010, 2013, 2015, 2018),
    "gdp": (2008, 2010, 2013),
    "secondary": (2008, 2010, 2013),
    "co2": (2010, 2015, 2018),
}


@dataclass(frozen=True, slots=True)
class City:
    """One indicator of one city: ``y`` holds consecutive years from FIRST, all known and positive."""

    indicator: str
    province: str
    city: str
    y: Array


def read_cities(folder: Path) -> list[City]:
    """Read every series of the panel that has no gap."""
    cities = []
    for indicator, (file, column, last) in COLUMNS.items():
        frame = pd.read_csv(folder / file)
        for (province, city), rows in frame.groupby(["province", "city"], sort=True):
            y = rows.set_index("year")[column].reindex(range(FIRST, last + 1)).to_numpy(np.float64)
            if np.isfinite(y).all() and (y > 0).all():
                cities.append(City(indicator, str(province), str(city), y))
    return cities


def learnable(cities: list[City]) -> list[City]:
    """Real GDP before LEARN_BEFORE, without the province that the package is for.

    Real GDP alone, because nominal series carry the prices of their decade: learning them narrowed the bands of
    secondary value added below what the years after covered.
    """
    chosen = (c for c in cities if c.indicator == LEARNT and c.province != LEFT_OUT)
    return [City(c.indicator, c.province, c.city, c.y[: LEARN_BEFORE - FIRST]) for c in chosen]


def cases(cities: list[City], indicator: str, origin: int) -> tuple[list[Array], Array]:
    """Histories to ``origin`` and the outcomes of the HORIZON years after it."""
    known = origin - FIRST + 1
    chosen = [c.y for c in cities if c.indicator == indicator and len(c.y) >= known + HORIZON]
    return [y[:known] for y in chosen], np.array([y[known : known + HORIZON] for y in chosen])


def judge(actual: Array, histories: list[Array], quantiles: dict[float, Array]) -> dict[str, float]:
    """MSIS of the 95 % band; percent within the 80 and 95 % bands and above the median."""
    scale = np.array([np.abs(np.diff(y)).mean() for y in histories])
    return {
        "msis": msis(actual, quantiles[0.025], quantiles[0.975], scale),
        "coverage80": float(coverage(actual, quantiles[0.1], quantiles[0.9]).mean()),
        "coverage95": float(coverage(actual, quantiles[0.025], quantiles[0.975]).mean()),
        "above_median": float(100.0 * (actual > quantiles[0.5]).mean()),
    }
