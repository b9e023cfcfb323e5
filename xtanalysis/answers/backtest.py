"""Replay: forecast from every past information set, and score what came.

What is forecast is the growth of one calendar year, ``horizon`` years after the origin, in log points: real GDP in the
revised vintage, and nominal secondary value added as first published (never across 2018→2019, where the accounts of
cities were put on another basis). The information set of origin Y is what was published by 2 October of Y + 1: the
yearbooks of Y are out, and horizon 1 is the year in progress. Cities' real growth exists only in a later compilation:
a pseudo-replay. Priors are those estimated at the origin without the scored city
(replay_priors.csv); errors of statements are learnt from the pairs known then.
"""

from __future__ import annotations

import csv
import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import repeat

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xtanalysis.answers.rivals import RIVALS, outlook_gap
from xtanalysis.answers.scores import Mixture1D, crps, pit, quantile
from xtanalysis.model import priors
from xtanalysis.model.empirical import Parameter, put
from xtanalysis.model.likelihood import covariances_of
from xtanalysis.model.noise import ErrorTable
from xtanalysis.model.posterior import PROVINCE, Posterior, fit_posterior
from xtanalysis.model.priors import NATION, PriorTable, load_priors
from xtanalysis.model.record import learnt_errors
from xtanalysis.model.select import FORWARD, information_set
from xtanalysis.statements.grammar import Statement

__all__ = ["CITIES", "HORIZONS", "INDICATORS", "ORIGINS", "growth_history", "replay", "replay_table"]

Array = NDArray[np.float64]

INDICATORS = ("gdp_real", "secondary_value_added")
ORIGINS = tuple(range(2010, 2022))
HORIZONS = (1, 2, 3, 4, 5)
CITIES = (
    "长沙市", "株洲市", "湘潭市", "衡阳市", "邵阳市", "岳阳市", "常德市", "张家界市", "益阳市", "郴州市", "永州市",
    "怀化市", "娄底市", "湘西自治州",
)  # fmt: skip
REVISED = "gdp_census4"  # calibre of the compilation of revised growth
CELLS = 16
LEAST_HISTORY = 6
EVENT_MARGIN = 1.0  # log points


@dataclass(frozen=True, slots=True)
class Case:
    """One region at one origin, with what the replay is allowed to know."""

    region: str
    origin: int
    told: tuple[Statement, ...]
    forward: tuple[Statement, ...]
    errors: ErrorTable

    @property
    def as_of(self) -> dt.date:
        """Day of the information set."""
        return _day(self.origin)


def _day(origin: int) -> dt.date:
    """Day of an origin's information set: its yearbooks are out."""
    return dt.date(origin + 1, 10, 2)


def growth_history(facts: Iterable[Statement], region: str, indicator: str) -> dict[int, float]:
    """Growth by year, log points: of the revised vintage for real GDP, between first-published levels for nominal."""
    if indicator == "gdp_real":
        return {
            s.period.year: 100.0 * math.log1p(s.value / 100.0)
            for s in facts
            if (s.region, s.indicator, s.measure, s.vintage) == (region, indicator, "growth", "revised")
            and s.calibre == REVISED
        }
    levels = {
        s.period.year: s
        for s in facts
        if (s.region, s.indicator, s.measure, s.vintage) == (region, indicator, "level", "as_published")
        and s.role == "outcome"
    }
    return {
        year: 100.0 * math.log(s.value / levels[year - 1].value)
        for year, s in sorted(levels.items())
        if year - 1 in levels and s.calibre == levels[year - 1].calibre
    }


def _national(facts: Iterable[Statement]) -> dict[int, float]:
    """China's real growth by year from the volume index, log points."""
    index = {s.period.year: s.value for s in facts if s.region == NATION and s.indicator == "gdp_index_1978"}
    return {year: 100.0 * math.log(v / index[year - 1]) for year, v in index.items() if year - 1 in index}


@cache
def _replay_rows() -> Mapping[tuple[int, str], tuple[tuple[Parameter, float], ...]]:
    rows: dict[tuple[int, str], list[tuple[Parameter, float]]] = {}
    with (priors.FOLDER / "replay_priors.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key = int(row["origin"]), row["left_out"]
            rows.setdefault(key, []).append((Parameter.parse(row["parameter"]), float(row["value"])))
    return {key: tuple(found) for key, found in rows.items()}


def replay_table(origin: int, region: str) -> PriorTable:
    """Priors as they could have been estimated at an origin without the region; else the shipped ones."""
    return put(load_priors(), dict(_replay_rows().get((origin, region), ())))


def _engine(case: Case, outlooks: bool, cells: int) -> dict[tuple[str, int], Mixture1D]:
    """The joint model's forecasts by indicator and horizon, closed form per cell."""
    facts = (*case.told, *case.forward) if outlooks else case.told
    information = information_set(facts, [case.region, PROVINCE, NATION], case.as_of)
    posterior = fit_posterior(
        case.region,
        information,
        case.origin + max(HORIZONS),
        wanted=INDICATORS,
        table=replay_table(case.origin, case.region),
        errors=case.errors,
        cells=cells,
    )
    return _growth_forecasts(posterior)


def _growth_forecasts(posterior: Posterior) -> dict[tuple[str, int], Mixture1D]:
    keys = [(indicator, horizon) for indicator in INDICATORS for horizon in HORIZONS]
    layout, mixture = posterior.layout, posterior.mixture
    rows = np.zeros((len(keys), layout.size))
    for i, (indicator, horizon) in enumerate(keys):
        for sign, year in ((1.0, posterior.origin + horizon), (-1.0, posterior.origin + horizon - 1)):
            place = layout.position(posterior.region, indicator, year)
            if place is not None:
                rows[i, place] = sign
    means = np.array([rows @ cell.mean for cell in mixture.cells])
    variances = np.diagonal(covariances_of(layout, mixture.cells, rows), axis1=1, axis2=2)
    return {key: Mixture1D(mixture.weights, means[:, i], np.sqrt(variances[:, i])) for i, key in enumerate(keys)}


def _outlook_at(case: Case) -> dict[int, float]:
    """The latest published outlook for China by year, log points."""
    used = information_set(case.forward, [NATION], case.as_of).used
    return {
        s.period.year: 100.0 * math.log1p(s.value / 100.0)
        for s in used
        if s.role == "outlook" and s.indicator == "gdp_real" and s.measure == "growth"
    }


def _benchmark(case: Case, own: Mapping[int, float], nation: Mapping[int, float]) -> dict[int, Mixture1D]:
    """The outlook and half the gap, by horizon."""
    outlook = _outlook_at(case)
    found = {h: outlook_gap(outlook, own, nation, case.origin, h) for h in HORIZONS}
    return {h: forecast for h, forecast in found.items() if forecast is not None}


def _score(
    method: str, case: Case, indicator: str, horizon: int, forecast: Mixture1D, history: Mapping[int, float]
) -> dict[str, object] | None:
    """One scored row; ``None`` where the outcome is not known."""
    outcome = history.get(case.origin + horizon)
    if outcome is None:
        return None
    last = history[max(year for year in history if year <= case.origin)]
    threshold = last - EVENT_MARGIN
    return {
        "method": method,
        "indicator": indicator,
        "region": case.region,
        "origin": case.origin,
        "horizon": horizon,
        "mean": forecast.mean,
        "sd": forecast.sd,
        "q10": quantile(forecast, 0.1),
        "q90": quantile(forecast, 0.9),
        "outcome": outcome,
        "crps": crps(forecast, outcome),
        "pit": pit(forecast, outcome),
        "probability": 1.0 - pit(forecast, threshold),
        "event": outcome >= threshold,
    }


def _replay_case(case: Case, cells: int, engine: bool) -> list[dict[str, object]]:
    """Every method's scored forecasts of one region at one origin."""
    rows: list[dict[str, object] | None] = []
    facts = case.told
    nation = _national(facts)
    runs = {"engine": _engine(case, False, cells), "engine with outlooks": _engine(case, True, cells)} if engine else {}
    for indicator in INDICATORS:
        history = growth_history(facts, case.region, indicator)
        known = np.array([value for year, value in sorted(history.items()) if year <= case.origin])
        if known.size < LEAST_HISTORY:
            continue
        for horizon in HORIZONS:
            found = {name: rule(known, horizon) for name, rule in RIVALS.items() if name != "annual" or known.size >= 7}
            found |= {name: forecasts[indicator, horizon] for name, forecasts in runs.items()}
            rows += [_score(name, case, indicator, horizon, f, history) for name, f in found.items()]
        if indicator == "gdp_real":
            rows += [
                _score("outlook + half the gap", case, indicator, horizon, forecast, history)
                for horizon, forecast in _benchmark(case, history, nation).items()
            ]
    return [row for row in rows if row is not None]


def replay(
    facts: Sequence[Statement],
    *,
    regions: Sequence[str] = CITIES,
    origins: Sequence[int] = ORIGINS,
    cells: int = CELLS,
    workers: int = 1,
    engine: bool = True,
) -> pd.DataFrame:
    """Forecast and score every region, origin, indicator and horizon.

    Parameters
    ----------
    cells
        Size of the mixture over hyperparameters.
    workers
        Processes; the result does not depend on it.
    engine
        Without it only the rivals run.

    Returns
    -------
    One row per method, indicator, region, origin and horizon: mean, sd, 10 % and 90 % quantiles and outcome in log
    points; CRPS; PIT; the probability of the event "growth at least the last known rate less one point", and the event.
    """
    told = tuple(s for s in facts if s.role not in FORWARD)
    forward = tuple(s for s in facts if s.role in FORWARD)
    errors = {origin: learnt_errors(facts, _day(origin)) for origin in origins}
    cases = [
        Case(region, origin, _about(told, region), _about(forward, region), errors[origin])
        for origin in origins
        for region in regions
    ]  # fmt: skip
    if workers == 1:
        found = [_replay_case(case, cells, engine) for case in cases]
    else:
        with ProcessPoolExecutor(workers) as pool:
            found = list(pool.map(_replay_case, cases, repeat(cells), repeat(engine), chunksize=4))
    return pd.DataFrame([row for rows in found for row in rows])


def _about(facts: Iterable[Statement], region: str) -> tuple[Statement, ...]:
    """The statements about a region and those around it."""
    return tuple(s for s in facts if s.region in (region, PROVINCE, NATION))
