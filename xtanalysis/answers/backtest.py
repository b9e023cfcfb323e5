"""Replay: forecast from every past information set what plans ask for, and score what came.

The information set of origin Y is what was published by 2 October of Y + 1: the yearbooks of Y are out, and the first
year ahead is the year in progress. What is asked stands in :mod:`xtanalysis.answers.questions`. Priors are those
estimated at the origin without the scored city (replay_priors.csv); errors of statements, spreads of
the outlook rule and climatology are learnt from what was known then.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xtanalysis.answers.histories import History, histories
from xtanalysis.answers.questions import Event, Question, events_of, questions
from xtanalysis.answers.replay_laws import Answer, answers_of
from xtanalysis.answers.rivals import LEAST, LEAST_ANNUAL, RULES, annual, climatology, half_gap, learnt_spread
from xtanalysis.answers.scores import LEVELS, Mixture1D, crps, pit, quantiles
from xtanalysis.answers.workers import worked
from xtanalysis.data.dictionary import province_of, sisters
from xtanalysis.data.home import shipped_home
from xtanalysis.data.shown import shown_names
from xtanalysis.data.tables import table_rows
from xtanalysis.model import priors
from xtanalysis.model.noise import ErrorTable
from xtanalysis.model.posterior import Posterior, fit_posterior
from xtanalysis.model.priors import NATION, Parameter, PriorTable, load_priors, put
from xtanalysis.model.record import index_growth, learnt_errors
from xtanalysis.model.select import FORWARD, information_set
from xtanalysis.model.threads import one_thread
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.request import lineage

__all__ = [
    "ENGINES",
    "ORIGINS",
    "Day",
    "Replay",
    "cities",
    "fit_at",
    "replay",
    "replay_table",
    "replayed",
    "tables_of_cases",
]

Array = NDArray[np.float64]
Key = tuple[str, str, int]  # of a question: quantity, indicator, horizon

ORIGINS = tuple(range(2010, 2022))
FIRST_PAST = 2003  # earliest origin whose outcomes teach a rival
ENGINES = ("engine", "engine_outlooks")
CELLS = 16
AHEAD = 5
OUTLOOK_FOR = shown_names("outlook")  # real growth, which an outlook for the nation speaks of
LEAST_ANOMALIES = 5
ALL = "*"  # stands in replay_priors.csv for: no province left out
NONE: Array = np.zeros(0)


@dataclass(frozen=True, slots=True)
class Replay:
    """What every method said, and what came.

    Attributes
    ----------
    forecasts
        One row per quantity, indicator, region, origin, horizon and method: mean, sd, 19 quantiles q05 … q95 and
        outcome in log points; CRPS; PIT.
    events
        One row per forecast and event: probability, and whether it happened.
    dependence
        One row per forecast of the engine: share of variance in common with other regions, and
        correlation with horizons 1 to 5 (h1 … h5).
    """

    forecasts: pd.DataFrame
    events: pd.DataFrame
    dependence: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Day:
    """What all regions have in common at one origin.

    Attributes
    ----------
    origin
        Last full year.
    facts
        What was known on the day.
    errors
        Of statements, learnt by the day.
    anomalies
        Outcome less reference of earlier origins, by the question's key.
    points
        The outlook rule's forecast by region and the question's key.
    spread
        Of the outlook rule, by the question's key.
    """

    origin: int
    facts: tuple[Statement, ...]
    errors: ErrorTable
    anomalies: Mapping[Key, Array]
    points: Mapping[tuple[str, Key], float]
    spread: Mapping[Key, float]

    def climatology(self, question: Question) -> Mixture1D | None:
        """Climatology's law of a question; ``None`` with too few earlier outcomes or without a reference."""
        anomalies = self.anomalies.get(question.key, NONE)
        if anomalies.size < LEAST_ANOMALIES or question.reference is None:
            return None
        return climatology(question.reference, anomalies)


def cities() -> tuple[str, ...]:
    """The cities that are replayed: the package's own and its sisters."""
    return sisters(shipped_home().region)


def replayed() -> tuple[str, ...]:
    """The regions of the replay: the cities, their province and the nation."""
    return (*cities(), *filter(None, [province_of(shipped_home().region)]), NATION)


def day_of(origin: int) -> dt.date:
    """Day of an origin's information set: its yearbooks are out."""
    return dt.date(origin + 1, 10, 2)


def _outlook(facts: Iterable[Statement], day: dt.date) -> dict[int, float]:
    """The latest published outlook for China by year, log points."""
    used = information_set([s for s in facts if s.role in FORWARD], [NATION], day).used
    return {
        s.period.year: 100.0 * math.log1p(s.value / 100.0)
        for s in used
        if s.role == "outlook" and s.indicator == "gdp_real" and s.measure == "growth"
    }


@cache
def _replay_rows() -> Mapping[tuple[int, str], tuple[tuple[Parameter, float], ...]]:
    rows: dict[tuple[int, str], list[tuple[Parameter, float]]] = {}
    for row in table_rows(priors.FOLDER / "replay_priors.csv"):
        key = int(row["origin"]), row["region"]
        rows.setdefault(key, []).append((Parameter.parse(row["parameter"]), float(row["value"])))
    return {key: tuple(found) for key, found in rows.items()}


def replay_table(origin: int, region: str) -> PriorTable:
    """Priors as they could have been estimated at an origin, without the region's own figures.

    A city whose sisters' figures ship takes what these gave that day; another takes the mean of the provinces but its
    own. Before the first origin they are the shipped ones. Only scales of GDP, its national mean and secondary value
    added are estimated at each origin: those of other indicators are the shipped ones, which have seen all years.
    """
    rows = _replay_rows()
    keys = [(origin, place) for place in (region, province_of(region), ALL) if place]
    return put(load_priors(), dict(next((rows[key] for key in keys if key in rows), ())))


def fit_at(
    region: str, origin: int, facts: Sequence[Statement], errors: ErrorTable, *, outlooks: bool, cells: int
) -> Posterior:
    """The joint model of a region as it could have been fitted at an origin, with or without plans and outlooks."""
    around = lineage(region)
    mine = [s for s in facts if s.region in around and (outlooks or s.role not in FORWARD)]
    information = information_set(mine, around, day_of(origin))
    table = replay_table(origin, region)
    return fit_posterior(region, information, origin + AHEAD, table=table, errors=errors, cells=cells)


@dataclass(frozen=True, slots=True)
class _Past:
    """Earlier questions whose outcomes were known on a day, by key: anomalies, and errors of the outlook rule."""

    anomalies: Mapping[Key, Array]
    errors: Mapping[Key, Mapping[int, Sequence[float]]]


def _past(
    found: Mapping[str, Mapping[str, History]], origin: int, points: Mapping[tuple[str, int, Key], float]
) -> _Past:
    """What earlier origins teach: every region's questions of earlier origins with outcomes by ``origin``."""
    anomalies: dict[Key, list[float]] = defaultdict(list)
    errors: dict[Key, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for region, series in found.items():
        for earlier in range(FIRST_PAST, origin):
            for q in questions(series, series, region, earlier):
                if q.outcome is None or q.reference is None or q.origin + q.horizon > origin:
                    continue
                anomalies[q.key].append(q.outcome - q.reference)
                if earlier >= ORIGINS[0] and (point := points.get((region, earlier, q.key))) is not None:
                    errors[q.key][earlier].append(q.outcome - q.base - point)
    return _Past({key: np.array(values) for key, values in anomalies.items()}, errors)


def _points(facts: Sequence[Statement], origins: Iterable[int]) -> dict[tuple[str, int, Key], float]:
    """The outlook rule's forecast by region, origin and question, each from what was known on its day."""
    out: dict[tuple[str, int, Key], float] = {}
    for origin in origins:
        day = day_of(origin)
        known = [s for s in facts if s.known_on(day)]
        outlook, nation = _outlook(known, day), index_growth(known)
        for region in cities():
            series = histories(known, region)
            for q in questions(series, series, region, origin):
                if q.asked.indicator in OUTLOOK_FOR and q.base == 0.0:
                    own = series[q.asked.indicator].growth
                    point = half_gap(outlook, own, nation, origin, np.array(q.weights))
                    if point is not None:
                        out[region, origin, q.key] = point
    return out


def _days(facts: Sequence[Statement], origins: Sequence[int]) -> dict[int, Day]:
    """What was known at each origin, and what it teaches."""
    points = _points(facts, range(ORIGINS[0], max(origins) + 1))
    out = {}
    for origin in origins:
        day = day_of(origin)
        known = tuple(s for s in facts if s.known_on(day))
        past = _past({region: histories(known, region) for region in cities()}, origin, points)
        out[origin] = Day(
            origin=origin,
            facts=known,
            errors=learnt_errors(facts, day),
            anomalies=past.anomalies,
            points={(region, key): point for (region, at, key), point in points.items() if at == origin},
            spread={key: learnt_spread(errors) for key, errors in past.errors.items()},
        )
    return out


def _rivals(asked: Sequence[Question], known: Mapping[str, History], day: Day) -> list[dict[str, Mixture1D]]:
    """Every rule's law of each question."""
    histories_of = [known[q.asked.indicator].until(q.origin) if q.reference is not None else NONE for q in asked]
    weights = [np.array(q.weights) for q in asked]
    found: list[dict[str, Mixture1D]] = []
    for q, history, each in zip(asked, histories_of, weights, strict=True):
        laws = {name: rule(history, each).moved(q.base) for name, rule in RULES.items() if history.size >= LEAST}
        if (usual := day.climatology(q)) is not None:
            laws["climatology"] = usual
        point = day.points.get((q.region, q.key))
        if point is not None:
            laws["outlook_half_gap"] = Mixture1D.normal(point, day.spread.get(q.key, learnt_spread({})))
        found.append(laws)
    long = [i for i, history in enumerate(histories_of) if history.size >= LEAST_ANNUAL]
    for i, law in zip(long, annual([(histories_of[i], weights[i]) for i in long]), strict=True):
        found[i]["annual"] = law.moved(asked[i].base)
    return found


def _place(question: Question, method: str) -> dict[str, object]:
    return question.place | {"horizon": question.horizon, "method": method}


def _forecast_row(question: Question, method: str, law: Mixture1D, outcome: float) -> dict[str, object]:
    row = _place(question, method) | {"mean": law.mean, "sd": law.sd}
    row |= {f"q{100 * level:02.0f}": value for level, value in zip(LEVELS, quantiles(law, LEVELS), strict=True)}
    return row | {"outcome": outcome, "crps": crps(law, outcome), "pit": pit(law, outcome)}


def _event_rows(
    question: Question, events: Sequence[Event], method: str, law: Mixture1D, outcome: float
) -> list[dict[str, object]]:
    return [
        _place(question, method)
        | {
            "event": event.name,
            "probability": event.chance(law),
            "happened": event.happened(outcome),
            "at_least": event.at_least,
        }
        for event in events
    ]


def _dependence_row(question: Question, method: str, answer: Answer) -> dict[str, object]:
    horizons = {f"h{h}": value for h, value in enumerate(answer.with_horizons, start=1)}
    return _place(question, method) | {"common": answer.common} | horizons


Rows = tuple[list[dict[str, object]], list[dict[str, object]], list[dict[str, object]]]


@one_thread()
def _replay_region(region: str, later: Mapping[str, History], day: Day, cells: int, engine: bool) -> Rows:
    """Every method's forecasts of one region at one origin: forecasts, events, dependence."""
    known = histories(day.facts, region)
    asked = [q for q in questions(known, later, region, day.origin) if q.outcome is not None]
    forecasts: list[dict[str, object]] = []
    events: list[dict[str, object]] = []
    dependence: list[dict[str, object]] = []
    laws = _rivals(asked, known, day)
    for name in ENGINES if engine and asked else ():
        posterior = fit_at(region, day.origin, day.facts, day.errors, outlooks=name == "engine_outlooks", cells=cells)
        for q, found, answer in zip(asked, laws, answers_of(posterior, asked), strict=True):
            found[name] = answer.law
            dependence.append(_dependence_row(q, name, answer))
    for q, found in zip(asked, laws, strict=True):
        assert q.outcome is not None
        asked_events = events_of(q, known[q.asked.indicator])
        for name, law in found.items():
            forecasts.append(_forecast_row(q, name, law, q.outcome))
            events += _event_rows(q, asked_events, name, law, q.outcome)
    return forecasts, events, dependence


def replay(
    facts: Sequence[Statement],
    *,
    regions: Sequence[str] | None = None,
    origins: Sequence[int] = ORIGINS,
    cells: int = CELLS,
    workers: int = 1,
    engine: bool = True,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Replay:
    """Forecast and score everything that is asked of every region and origin.

    Parameters
    ----------
    regions
        Those of `replayed` unless told.
    cells
        Size of the mixture over hyperparameters.
    workers
        Processes; the result does not depend on it.
    engine
        Without it only the rivals run.
    progress
        Told how many regions and origins are done, of how many: at the start and after each.
    """
    work = partial(_replay_region, cells=cells, engine=engine)
    return Replay(*tables_of_cases(work, facts, regions, origins, workers=workers, progress=progress))


@one_thread()
def tables_of_cases(
    work: Callable[[str, Mapping[str, History], Day], Rows],
    facts: Sequence[Statement],
    regions: Sequence[str] | None,
    origins: Sequence[int],
    *,
    workers: int,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> list[pd.DataFrame]:
    """The rows that every region and origin gives, put together: one frame for each list of rows.

    Parameters
    ----------
    work
        Of a region, its series as known later, and the day of the origin.
    """
    days = _days(facts, origins)
    chosen = replayed() if regions is None else regions
    later = {region: histories(facts, region) for region in chosen}
    cases = [(region, later[region], days[origin]) for origin in origins for region in chosen]
    found: list[Rows] = []
    with closing(worked(work, cases, workers)) as answers:
        progress(0, len(cases))
        for one in answers:
            found.append(one)
            progress(len(found), len(cases))
    return [pd.DataFrame(list(itertools.chain(*part))) for part in zip(*found, strict=True)]
