"""The second opinion: the annual forecaster on an indicator's own series, in the columns of quantiles.csv.

It knows nothing but the series: no other indicator, no outlook, no figure of part of a year. Where too few figures of
one basis follow each other it says so instead.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xtanalysis.annual.features import HORIZONS
from xtanalysis.annual.forecast import forecast_annual
from xtanalysis.answers.project import ScenarioDraws
from xtanalysis.answers.store import QUANTILES
from xtanalysis.data.dictionary import indicators
from xtanalysis.targets.own_series import FEWEST, OLDEST, Series, annual_series

__all__ = ["SecondOpinion", "second_opinions"]

Array = NDArray[np.float64]

SCENARIO = "annual"


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


def second_opinions(
    projection: ScenarioDraws, names: Sequence[str] | None = None, probabilities: tuple[float, ...] = QUANTILES
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


def _reason(series: Series | None, projection: ScenarioDraws) -> str:
    if series is None:
        return "no full-year figure"
    if series.values.size < FEWEST:
        return f"{series.values.size} consecutive full years on one basis, {FEWEST} are needed"
    if series.last < projection.origin - OLDEST:
        return f"the series ends in {series.last}"
    return "" if series.last < projection.to else "the series reaches the horizon"


def _forecast(
    projection: ScenarioDraws, usable: dict[str, Series], probabilities: tuple[float, ...]
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


def _anchored(projection: ScenarioDraws, name: str, series: Series) -> Array:
    """Levels as they are; an index scaled to the joint posterior's median in its last year."""
    if series.basis == "levels":
        return series.values
    level = float(np.median(projection.paths.at(name, series.last)))
    return np.asarray(series.values * (level / series.values[-1]))


def _contract(projection: ScenarioDraws, name: str, part: pd.DataFrame) -> pd.DataFrame:
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
