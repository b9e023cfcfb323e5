"""Figures that stand for others: proxies for their indicator, a rank for a gap.

A proxy's growth is that of what it stands for, a lasting difference (drift) and one of the year (noise). The latter
belongs to the year, not to the report: all that is published of one proxy and year shares it, and levels add it up.
Of some proxies the next year keeps a part of it (memory): construction runs ahead of industry or behind it for years.
"""

from __future__ import annotations

import dataclasses
import math
from collections import Counter

from scipy import special

from xtanalysis.data.dictionary import convert, indicators, province_of, sisters
from xtanalysis.model.noise import ErrorTable, proxies
from xtanalysis.statements.grammar import Statement

__all__ = ["FREE", "proxy_offsets", "rank_row", "with_proxy"]

FREE = 1000.0  # sd of an offset of which nothing is known, log points
FIRST_YEAR = 2010  # drift and noise of a proxy's level are counted from here; its free offset takes up the rest


def with_proxy(statement: Statement) -> Statement:
    """The statement about the indicator that a proxy stands for; unchanged if it is no proxy."""
    proxy = proxies().get(statement.indicator)
    if proxy is None:
        return statement
    if statement.measure != "level":
        return dataclasses.replace(statement, indicator=proxy.stands_for)
    # A level of another kind (kilowatt-hours, an index): its free offset takes up the scale.
    own, theirs = indicators()[statement.indicator].unit, indicators()[proxy.stands_for].unit
    value = convert(statement.value, statement.unit, own)
    return dataclasses.replace(statement, indicator=proxy.stands_for, value=value, unit=theirs)


def proxy_offsets(statement: Statement) -> list[tuple[str, float, float]]:
    """How a proxy differs from what it stands for: unknown offsets (name, coefficient, prior sd in log points).

    Parameters
    ----------
    statement
        As published, about the proxy.
    """
    proxy, year = proxies()[statement.indicator], statement.period.year
    series = f"{statement.region}|{statement.indicator}"
    if statement.measure == "share":
        return [(f"proxy share {series}|{year}", 1.0, proxy.noise)]
    years, each = [year], 1.0
    out = []
    if statement.measure == "level":
        out.append((f"proxy level {series}|{statement.calibre}|{statement.vintage}", 1.0, FREE))
        years = list(range(min(year, FIRST_YEAR) + 1, max(year, FIRST_YEAR) + 1))
        each = 1.0 if year > FIRST_YEAR else -1.0
    elif statement.measure == "average_growth" and statement.base_period is not None:
        years = list(range(statement.base_period.year + 1, year + 1))
        each = 1.0 / len(years)
    if proxy.drift and years:
        out.append((f"proxy {series}", each * len(years), proxy.drift))
    parts: Counter[int] = Counter()
    for at in years if proxy.noise else ():
        parts.update({part: each * share for part, share in _parts(at, proxy.memory).items()})
    fresh = proxy.noise * math.sqrt(1.0 - proxy.memory**2)
    out += [
        (f"proxy year {series}|{part}", share, proxy.noise if part == FIRST_YEAR else fresh)
        for part, share in parts.items()
    ]
    return out


def _parts(year: int, memory: float) -> dict[int, float]:
    """A year's difference as what each year since, or until, the first has brought: an autoregression of order one.

    It looks the same forwards and backwards, so that it may be counted from any year.
    """
    if not memory:
        return {year: 1.0}
    step = 1 if year >= FIRST_YEAR else -1
    return {part: memory ** abs(year - part) for part in range(FIRST_YEAR, year + step, step)}


def rank_row(statement: Statement, table: ErrorTable) -> tuple[Statement, float]:
    """A rank among the cities as a gap to the province: the expected normal score of that place, and its error."""
    spread = table.get("rank_spread", statement.indicator)
    province, cities = province_of(statement.region), max(len(sisters(statement.region)), 1)
    place = min(max((statement.value - 0.5) / cities, 0.5 / cities), 1.0 - 0.5 / cities)
    score = float(special.ndtri(1.0 - place)) * spread
    gap = dataclasses.replace(
        statement, measure="gap", reference=province, value=round(score, 6), unit="point", relation="equals"
    )
    return gap, 0.4 * spread
