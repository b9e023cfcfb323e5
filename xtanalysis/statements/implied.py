"""What a row of figures means beyond its words: its measure by the unit, an index as a growth, months to date."""

from __future__ import annotations

from dataclasses import replace

from xtanalysis.data.dictionary import Indicator, Reference
from xtanalysis.statements.period import Period
from xtanalysis.statements.readers.figures import Figure
from xtanalysis.statements.readers.labels import PREVIOUS

__all__ = ["TO_DATE", "as_growth", "implied_measure", "is_plan_term", "is_price_index", "to_date"]

INDEX_RANGE = (50.0, 200.0)  # of prices against those of the year before

TO_DATE = ("year_to_date_level", "year_to_date_growth")


def implied_measure(reference: Reference, indicator: str, unit: str) -> str:
    """The measure of a row that names none: what its unit can only mean."""
    own, given = reference.units[reference.indicators[indicator].unit].dimension, reference.units[unit].dimension
    if given == "fraction":
        return "share" if own == "fraction" else "growth"
    return "rank" if given == "rank" and own != "rank" else "level"


def is_price_index(entry: Indicator, measure: str | None, value: float) -> bool:
    """Whether a figure of prices in per cent that names no rate is an index, rather than a growth, which is smaller."""
    least, most = INDEX_RANGE
    return entry.kind == "index" and measure in (None, "level", "year_to_date_level") and least < value < most


def as_growth(
    entry: Indicator | None, measure: str | None, unit: str | None, figure: Figure | None
) -> tuple[str | None, str | None, Figure | None]:
    """Measure, unit and figure, where the figure is an index of the year before: 105.4 is a growth of 5.4 %.

    A price index in per cent is one too.
    """
    if entry is None or figure is None:
        return measure, unit, figure
    of_prices = unit == "percent" and is_price_index(entry, measure, figure.value)
    if entry.unit == PREVIOUS:  # its levels are such indices
        return ("level", PREVIOUS, figure) if of_prices else (measure, unit, figure)
    if not of_prices and (unit != PREVIOUS or measure not in (None, "level", "growth")):
        return measure, unit, figure
    ends = (None if end is None else round(end - 100.0, figure.decimals) for end in (figure.value, figure.high))
    value, high = ends
    return "growth", "percent", replace(figure, value=value or 0.0, high=high)


def to_date(measure: str | None, period: Period | None, entry: Indicator | None) -> str | None:
    """The measure, to date where the period is a part of a year that begins in January."""
    if measure not in ("growth", "level") or period is None or entry is None:
        return measure
    part = period.start == (period.year, 1) and 1 < period.months < 12
    if not part or (measure == "level" and entry.kind == "count"):
        return measure
    return f"year_to_date_{measure}"


def is_plan_term(period: Period) -> bool:
    """Whether a span is that of a five-year plan (2021/2025), whose average and total change count from 2020."""
    return period.is_span and period.months == 60 and period.first_year % 5 == 1
