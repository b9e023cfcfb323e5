"""What is believed about growth before a region's own figures, read from priors.csv and correlations.csv."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from xtanalysis.data.dictionary import province_of
from xtanalysis.data.tables import made_of, table_rows
from xtanalysis.statements.request import NATION

__all__ = [
    "NATION",
    "TREND",
    "Growth",
    "Hyper",
    "LearntFrom",
    "NationalMean",
    "Parameter",
    "PriorTable",
    "correlation_of",
    "get",
    "learnt_from",
    "load_priors",
    "priors_of",
    "put",
]

TREND = "gdp_trend"  # the path that the national growth mean alone would give: what outlooks beyond this year speak of
FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Growth:
    """Prior of one indicator's growth, in log points a year.

    Attributes
    ----------
    loading
        Weight of the national growth mean in the indicator's own mean.
    drift, drift_spread
        Mean and standard deviation, across cities, of the indicator's lasting gap to that.
    mean_shock, memory
        Standard deviation of the yearly innovation of the slowly moving gap, and how much of the gap a year keeps.
    shock
        Standard deviation of the yearly shock to growth.
    lag
        Autoregressive coefficient of the shock.
    anchor, anchor_log, anchor_sd
        What the starting level is compared with (``gdp_real``, or its own first figure), the mean log ratio, and
        its standard deviation in log points.
    """

    loading: float
    drift: float
    drift_spread: float
    mean_shock: float
    memory: float
    shock: float
    lag: float
    anchor: str
    anchor_log: float | None
    anchor_sd: float


@dataclass(frozen=True, slots=True)
class NationalMean:
    """The national growth mean: it moves, and returns slowly to a long-run rate, log points a year.

    Attributes
    ----------
    start, spread
        Mean and standard deviation in the second year of a layout.
    shock
        Standard deviation of the yearly innovation.
    memory
        How much of the distance to the long run a year keeps.
    long_run, long_run_spread
        Mean and standard deviation of the long-run rate.
    """

    start: float
    spread: float
    shock: float
    memory: float
    long_run: float
    long_run_spread: float


@dataclass(frozen=True, slots=True)
class PriorTable:
    """All priors, by (region or ``*``, indicator), and correlations by indicator pair.

    Attributes
    ----------
    growth, national
        Rows of priors.csv.
    correlation
        Of the yearly shocks.
    moving, lasting
        Of the moving gaps' innovations and of the lasting gaps. Where industry is a share s of output, GDP's gap to the
        national mean is s times industry's plus the rest's: the two are correlated by s·sd(industry)/sd(GDP) or more.
    """

    growth: Mapping[tuple[str, str], Growth]
    national: NationalMean
    correlation: Mapping[frozenset[str], float]
    moving: Mapping[frozenset[str], float] = field(default_factory=dict)
    lasting: Mapping[frozenset[str], float] = field(default_factory=dict)

    def of(self, region: str, indicator: str) -> Growth:
        """Prior of one series; a region's own row goes before the general one."""
        return self.growth.get((region, indicator)) or self.growth[("*", indicator)]


@dataclass(frozen=True, slots=True)
class Hyper:
    """One cell of hyperparameters, relative to the prior table.

    Attributes
    ----------
    shock, mean_shock
        Standard deviations by state, shape (K,).
    lag
        Autoregressive coefficients by state, shape (K,).
    national_shock
        Innovation of the national growth mean.
    """

    shock: NDArray[np.float64]
    mean_shock: NDArray[np.float64]
    lag: NDArray[np.float64]
    national_shock: float


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of a prior table: a field of a series' growth or of the national mean, or a pair's correlation.

    Attributes
    ----------
    region, indicator
        A row of priors.csv; ``growth_mean`` is the national mean. For a correlation the two indicators.
    field
        Column, or ``correlation``.
    """

    region: str
    indicator: str
    field: Literal["shock", "mean_shock", "drift", "drift_spread", "lag", "correlation", "memory"]

    def __str__(self) -> str:
        return f"{self.region}:{self.indicator}:{self.field}"

    @classmethod
    def parse(cls, text: str) -> Parameter:
        """Read what ``str`` wrote."""
        region, indicator, field = text.split(":")
        return cls(region, indicator, field)  # type: ignore[arg-type]


@cache
def load_priors(folder: Path = FOLDER) -> PriorTable:
    """Read priors.csv and correlations.csv of a folder (the shipped ones by default)."""
    growth: dict[tuple[str, str], Growth] = {}
    national: NationalMean | None = None
    for row in table_rows(folder / "priors.csv"):
        if row["indicator"] == "growth_mean":
            # In the columns of a gap: long-run rate and its spread, innovation, memory; start in the anchor's.
            renamed = {
                "start": "anchor_log", "spread": "anchor_sd", "shock": "mean_shock", "memory": "memory",
                "long_run": "drift", "long_run_spread": "drift_spread",
            }  # fmt: skip
            national = NationalMean(**{name: float(row[column]) for name, column in renamed.items()})
        else:
            growth[row["region"], row["indicator"]] = made_of(row, Growth)
    correlation: dict[frozenset[str], float] = {}
    moving: dict[frozenset[str], float] = {}
    lasting: dict[frozenset[str], float] = {}
    for row in table_rows(folder / "correlations.csv"):
        pair = frozenset((row["a"], row["b"]))
        for column, table in (("correlation", correlation), ("moving", moving), ("lasting", lasting)):
            if row[column]:
                table[pair] = float(row[column])
    if national is None:
        raise ValueError("priors.csv has no row growth_mean")
    return PriorTable(growth, national, correlation, moving, lasting)


def get(table: PriorTable, parameter: Parameter) -> float:
    """Read one number of a table."""
    if parameter.field == "correlation":
        return table.correlation[frozenset((parameter.region, parameter.indicator))]
    if parameter.indicator == "growth_mean":
        return table.national.shock
    return float(getattr(table.growth[parameter.region, parameter.indicator], parameter.field))


def put(table: PriorTable, values: dict[Parameter, float]) -> PriorTable:
    """Return a table with these numbers in place."""
    growth, correlation, national = dict(table.growth), dict(table.correlation), table.national
    for parameter, value in values.items():
        key = parameter.region, parameter.indicator
        if parameter.field == "correlation":
            correlation[frozenset(key)] = value
        elif parameter.indicator == "growth_mean":
            national = dataclasses.replace(national, shock=value)
        else:
            growth[key] = dataclasses.replace(growth[key], **{str(parameter.field): value})  # type: ignore[arg-type]
    return dataclasses.replace(table, growth=growth, national=national, correlation=correlation)


@cache
def _of_provinces() -> Mapping[str, Mapping[Parameter, float]]:
    found: dict[str, dict[Parameter, float]] = {}
    for row in table_rows(FOLDER / "province_priors.csv"):
        found.setdefault(row["province"], {})[Parameter.parse(row["parameter"])] = float(row["value"])
    return found


def priors_of(region: str) -> PriorTable:
    """The shipped priors of a region: its province's own where its cities' figures ship, else the mean of provinces."""
    return _with_own(province_of(region) or region)


@cache
def _with_own(province: str) -> PriorTable:
    return put(load_priors(), dict(_of_provinces().get(province, {})))


@dataclass(frozen=True, slots=True)
class LearntFrom:
    """What the estimated priors rest on, beside a region.

    Attributes
    ----------
    provinces, cities
        How many of each taught the laws of output, prices, the secondary share and CO₂.
    first, last
        Years of their figures.
    own
        Cities of the region's own province among them.
    industry
        Cities that taught value added above scale and investment: those of the one province whose facts ship.
    at_home
        Whether that is the region's own province.
    alone
        Whether the laws of output are those of the own province's cities alone, as their figures ship.
    """

    provinces: int
    cities: int
    first: int
    last: int
    own: int
    industry: int
    at_home: bool
    alone: bool


@cache
def learnt_from(region: str) -> LearntFrom:
    """Count what the priors of a region were learnt from (panel_provinces.csv, by scripts/estimate_priors.py)."""
    rows = table_rows(FOLDER / "panel_provinces.csv")
    cities = {row["province"]: int(row["cities"]) for row in rows}
    home, province = next(row["province"] for row in rows if row["facts"] == "shipped"), province_of(region)
    return LearntFrom(
        provinces=len(rows),
        cities=sum(cities.values()),
        first=min(int(row["first"]) for row in rows),
        last=max(int(row["last"]) for row in rows),
        own=cities.get(province or "", 0),
        industry=cities[home],
        at_home=province == home,
        alone=province in _of_provinces(),
    )


def correlation_of(
    states: Sequence[tuple[str, str]], pairs: Mapping[frozenset[str], float], shared_by_default: float
) -> NDArray[np.float64]:
    """A correlation matrix of the states, shape (K, K), made positive definite by clipping its eigenvalues at 0.02.

    A pair of one indicator in two regions is looked up as the indicator with itself; a pair across regions and
    indicators is the product of the two steps.

    Parameters
    ----------
    pairs
        By unordered pair of indicators; those not named are uncorrelated.
    shared_by_default
        Of one indicator in two regions where the pair is not named.
    """
    size = len(states)
    matrix = np.eye(size)
    for i, (region_i, a) in enumerate(states):
        for j in range(i):
            region_j, b = states[j]
            within = 1.0 if a == b else pairs.get(frozenset((a, b)), 0.0)
            shared = [max(pairs.get(frozenset((name,)), shared_by_default), 0.0) for name in (a, b)]
            across = 1.0 if region_i == region_j else math.sqrt(shared[0] * shared[1])
            matrix[i, j] = matrix[j, i] = within * across
    values, vectors = np.linalg.eigh(matrix)
    fixed = (vectors * np.maximum(values, 0.02)) @ vectors.T
    scale = np.sqrt(np.diag(fixed))
    out: NDArray[np.float64] = fixed / np.outer(scale, scale)
    return out
