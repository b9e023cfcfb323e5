"""Figures that stand for others: proxies for their indicator, a rank for a gap."""

from __future__ import annotations

import dataclasses

from scipy import special

from xtanalysis.data.dictionary import convert, indicators, province_of, sisters
from xtanalysis.model.noise import ErrorTable, proxies
from xtanalysis.statements.grammar import Statement

__all__ = ["rank_row", "with_proxy"]


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
