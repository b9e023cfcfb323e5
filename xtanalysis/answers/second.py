"""The second opinion: the annual forecaster on an indicator's own series, in the columns of quantiles.csv.

It knows nothing but the series: no other indicator, no outlook, no figure of part of a year. Where too few figures of
one basis follow each other it says so instead.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xtanalysis.annual.features import HORIZONS
from xtanalysis.annual.forecast import forecast_annual
from xtanalysis.answers.project import Projection
from xtanalysis.answers.store import QUANTILES
from xtanalysis.data.dictionary import calibres, convert, indicators
from xtanalysis.statements.grammar import Statement
from xtanalysis.targets.chains import chain, merit

__all__ = ["FEWEST", "SecondOpinion", "Series", "annual_series", "second_opinions"]

Array = NDArray[np.float64]

FEWEST = 8
OLDEST = 3  # years between the end of a series and the origin: after that it says nothing about today
SCENARIO = "annual"


@dataclass(frozen=True, slots=True)
class Series:
    """Consecutive full-year figures of one basis.

    Attributes
    ----------
    first
        Year of the first value.
    values
        In the indicator's unit, shape (n,); for chained growth an index, 1 in the first year.
    basis
        ``levels`` or ``chained growth``.
    calibre
        Of the last figure.
    """

    first: int
    values: Array
    basis: str
    calibre: str

    @property
    def last(self) -> int:
        """Year of the last value."""
        return self.first + self.values.size - 1


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """The annual forecaster's quantiles of one indicator, or why there are none.

    Attributes
    ----------
    series
        The longest run found, ``None`` if there is no figure.
    quantiles
        Columns of quantiles.csv with scenario ``annual``, from the year after the series to the horizon; ``None`` where
        the series is too short. Chained growth starts from the joint posterior's median level in its last year.
    reason
        Empty where there are quantiles.
    """

    indicator: str
    series: Series | None
    quantiles: pd.DataFrame | None
    reason: str


def annual_series(facts: Iterable[Statement], indicator: str) -> Series | None:
    """The run of consecutive full years that reaches furthest, then the longest; ``None`` without any figure."""
    mine = [
        s
        for s in facts
        if s.indicator == indicator
        and s.tells_what_happened
        and s.period.is_year
        and s.measure in ("level", "share", "growth")
    ]
    runs = [*_level_runs(mine, indicator), *_growth_runs(mine, indicator)]
    return max(runs, key=lambda run: (run.values.size >= FEWEST, run.last, run.values.size), default=None)


def second_opinions(
    projection: Projection, names: Sequence[str] | None = None, probabilities: tuple[float, ...] = QUANTILES
) -> tuple[SecondOpinion, ...]:
    """The annual forecaster's opinion of every state and derived indicator, or of those named.

    One call for all series; only figures known on the projection's day are used.
    """
    mine = [s for s in projection.information.used if s.region == projection.region]
    if names is None:
        names = [name for name, entry in indicators().items() if entry.role in ("state", "derived")]
    found = {name: annual_series(mine, name) for name in names}
    reasons = {name: _reason(series, projection) for name, series in found.items()}
    usable = {name: series for name, series in found.items() if series is not None and not reasons[name]}
    frames = _forecast(projection, usable, probabilities) if usable else {}
    return tuple(SecondOpinion(name, found[name], frames.get(name), reasons[name]) for name in names)


def _reason(series: Series | None, projection: Projection) -> str:
    if series is None:
        return "no full-year figure"
    if series.values.size < FEWEST:
        return f"{series.values.size} consecutive full years on one basis, {FEWEST} are needed"
    if series.last < projection.origin - OLDEST:
        return f"the series ends in {series.last}"
    return "" if series.last < projection.to else "the series reaches the horizon"


def _level_runs(mine: Sequence[Statement], indicator: str) -> list[Series]:
    """Runs of levels or shares, each of one calibre (that may be chained by level) and one vintage."""
    unit = indicators()[indicator].unit
    groups: dict[tuple[str, str | None], dict[int, float]] = {}
    for s in sorted(mine, key=merit):
        if s.measure != "growth" and s.calibre in calibres()[s.calibre].chain_by_level:
            groups.setdefault((s.calibre, s.vintage), {}).setdefault(s.period.year, convert(s.value, s.unit, unit))
    return [
        Series(run[0], np.array([values[year] for year in run]), "levels", calibre)
        for (calibre, _), values in groups.items()
        for run in _consecutive(values)
    ]


def _growth_runs(mine: Sequence[Statement], indicator: str) -> list[Series]:
    """Runs of yearly growth, chained as far as the calibre table allows."""
    growth = [s for s in mine if s.measure == "growth"]
    out = []
    for run in _consecutive({s.period.year for s in growth}):
        base = run[0] - 1
        while base < run[-1]:
            linked = chain(growth, indicator, base, stated=True)
            if linked.last == base:
                break
            steps = np.log1p(linked.yearly)
            last = linked.statements[-1]
            out.append(Series(base, np.exp(np.concatenate([[0.0], np.cumsum(steps)])), "chained growth", last.calibre))
            base = linked.last
    return out


def _consecutive(years: Iterable[int]) -> list[list[int]]:
    out: list[list[int]] = []
    for year in sorted(years):
        if out and year == out[-1][-1] + 1:
            out[-1].append(year)
        else:
            out.append([year])
    return out


def _forecast(
    projection: Projection, usable: dict[str, Series], probabilities: tuple[float, ...]
) -> dict[str, pd.DataFrame]:
    table = pd.concat(
        [
            pd.DataFrame(
                {
                    "unique_id": name,
                    "ds": series.first + np.arange(series.values.size),
                    "y": _anchored(projection, name, series),
                }
            )
            for name, series in usable.items()
        ]
    )
    furthest = min(max(projection.to - series.last for series in usable.values()), HORIZONS)
    upper = {name: e.upper if e.upper is not None else math.inf for name in usable for e in (indicators()[name],)}
    result = forecast_annual(table, furthest, probabilities, upper=upper)
    result = result[result["ds"] <= projection.to]
    return {str(name): _contract(projection, str(name), part) for name, part in result.groupby("unique_id", sort=False)}


def _anchored(projection: Projection, name: str, series: Series) -> Array:
    """Levels as they are; an index scaled to the joint posterior's median in its last year."""
    if series.basis == "levels":
        return series.values
    level = float(np.median(projection.paths.at(name, series.last)))
    return np.asarray(series.values * (level / series.values[-1]))


def _contract(projection: Projection, name: str, part: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "region": projection.region,
            "scenario": SCENARIO,
            "as_of": projection.as_of.isoformat(),
            "indicator": name,
            "year": part["ds"].to_numpy(),
            "quantile": part["quantile"].to_numpy(),
            "value": part["value"].to_numpy(),
            "unit": indicators()[name].unit,
        }
    )
