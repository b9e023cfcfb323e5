"""Frames for the figures: quantiles of growth and of an index, and the published figures beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xtanalysis.answers.project import ScenarioDraws
from xtanalysis.data.dictionary import convert, indicators
from xtanalysis.statements.facts import count_once
from xtanalysis.statements.grammar import Statement

__all__ = ["BASE", "INDEX_PROBABILITIES", "Scale", "fact_points", "path_values", "quantile_frame"]

Array = NDArray[np.float64]
Scale = Literal["growth", "index", "level"]
PROBABILITIES = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
# An index multiplies years of growth: its outermost quantiles would press everything else to the axis.
INDEX_PROBABILITIES = PROBABILITIES[1:-1]
BASE = 2020


def path_values(projection: ScenarioDraws, indicator: str, scale: Scale, base: int = BASE) -> tuple[Array, Array]:
    """Years (T,) and draws (N, T) of an indicator: its growth in %, an index (base year = 100), or its level.

    A share's level is in %; growth starts a year later than the paths.
    """
    paths = projection.paths
    years, values = paths.years.astype(float), paths.of(indicator)
    if scale == "growth":
        return years[1:], 100.0 * (values[:, 1:] / values[:, :-1] - 1.0)
    if scale == "index":
        return years, 100.0 * values / values[:, [base - int(years[0])]]
    unit = indicators()[indicator].unit
    return years, values * (100.0 if unit == "fraction" else 1.0)


def quantile_frame(
    projection: ScenarioDraws,
    indicator: str,
    scale: Scale,
    *,
    first: int,
    base: int = BASE,
    probabilities: Sequence[float] | None = None,
) -> pd.DataFrame:
    """Quantiles by year from ``first`` on, with columns scenario, year, quantile, value."""
    probabilities = probabilities or (INDEX_PROBABILITIES if scale == "index" else PROBABILITIES)
    years, draws = path_values(projection, indicator, scale, base)
    keep = years >= first
    values = np.quantile(draws[:, keep], probabilities, axis=0)
    kept = years[keep].astype(int)
    return pd.DataFrame(
        {
            "scenario": projection.scenario.id,
            "year": np.repeat(kept, len(probabilities)),
            "quantile": np.tile(probabilities, len(kept)),
            "value": values.T.ravel(),
        }
    )


def _kind(statement: Statement) -> str:
    return "to_date" if statement.measure == "year_to_date_growth" else statement.role


def fact_points(
    projection: ScenarioDraws, facts: Sequence[Statement], indicator: str, scale: Scale, *, first: int, base: int = BASE
) -> pd.DataFrame:
    """Published figures known on the day, as points of the same scale: columns year, value, kind, trust.

    On the index scale they are chained growth, from the base year on, as far as every year is published.
    """
    entry = indicators()[indicator]
    known = [
        s for s in facts if s.region == projection.region and s.indicator == indicator and s.known_on(projection.as_of)
    ]
    rows: list[tuple[int, float, str, str]] = []
    if scale == "level":
        rows = [
            (
                s.period.year,
                convert(s.value, s.unit, "percent" if entry.unit == "fraction" else entry.unit),
                s.role,
                s.trust,
            )
            for s in known
            if s.measure in ("level", "share") and s.period.is_year
        ]
    else:
        growth = _current(s for s in known if s.measure in ("growth", "year_to_date_growth"))
        rows = [(s.period.year, convert(s.value, s.unit, "percent"), _kind(s), s.trust) for s in growth]
    if scale == "index":
        rows = _chain(rows, base)
    frame = pd.DataFrame(rows, columns=["year", "value", "kind", "trust"])
    return frame[frame["year"] >= first].drop_duplicates(["year", "value", "kind"]).reset_index(drop=True)


def _current(growth: Iterable[Statement]) -> list[Statement]:
    """Each original figure once; of growth to date only the latest month of a year whose full year is not out."""
    once = count_once(growth)
    full = {s.period.year for s in once if s.measure == "growth" and s.tells_what_happened}
    latest: dict[int, Statement] = {}
    for s in once:
        year = s.period.year
        if s.measure != "growth" and (year not in latest or s.period.end > latest[year].period.end):
            latest[year] = s
    return [s for s in once if s.measure == "growth"] + [s for year, s in latest.items() if year not in full]


def _chain(growth: Sequence[tuple[int, float, str, str]], base: int) -> list[tuple[int, float, str, str]]:
    """Index points from full-year growth: outcomes before estimates, stopping at the first year without either."""
    best: dict[int, tuple[int, float, str, str]] = {}
    for row in growth:
        year, _, kind, _ = row
        if kind in ("outcome", "estimate") and (year not in best or best[year][2] == "estimate"):
            best[year] = row
    level, out = 100.0, []
    year = base + 1
    while year in best:
        level *= 1.0 + best[year][1] / 100.0
        out.append((year, level, best[year][2], best[year][3]))
        year += 1
    return out
