"""What a half-year or quarter says of the whole year: a band, from how earlier years went on.

The year's growth is taken to be that to date, less two fifths of what growth moved between the same months and the end
of the year before (the base effect, as in the joint model), with an error learnt from years that have both figures:
full year less to date, in log points, over √(12/m − 1) of its m months, so that months may be pooled. A level to date
is blown up by the share that the same months had of earlier years. The region's own years count if there are enough of
them, else those of the regions beside and around it. Bands are Student's t with as many degrees of freedom as there
are years, for the regions of one year share their shocks.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Literal

import numpy as np
import pandas as pd
from scipy import special

from xtanalysis.data.dictionary import by_one_table, convert, outward, sisters
from xtanalysis.statements.grammar import Statement

__all__ = ["YearBand", "bands_of", "coverage", "part_year_frame"]

LEAST_OWN = 4  # years with both figures before a region's own are enough
LEAST_AROUND = 3  # the same of the regions beside and around it
MONTHS_OFF = 2  # a figure of so many months more or fewer may teach
TO_DATE = {"year_to_date_growth": "growth", "year_to_date_level": "level"}
BAND = 0.8
BASE_EFFECT = -0.4
"""Of last year's move between the same months and the year, with an error of the same size (docs/method.md, 2)."""

Key = tuple[str, str, str]  # region, indicator, measure of the full year
Whose = Literal["own", "around"]


@dataclass(frozen=True, slots=True)
class YearBand:
    """One part-year figure and the year that it leads to.

    Attributes
    ----------
    measure
        ``growth`` or ``level``, of the year.
    months
        How many the figure covers, from January on.
    told
        The figure, in ``unit``.
    low, median, high
        80 % band of the full year, in ``unit``.
    years
        How many earlier years taught it, and whose they are.
    outcome
        What the year came to, where that is known.
    """

    region: str
    indicator: str
    measure: str
    year: int
    months: int
    told: float
    unit: str
    low: float
    median: float
    high: float
    years: int
    whose: Whose
    outcome: float | None


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Part-year and full-year figures by region, indicator and the full year's measure, then by year (and months)."""

    parts: Mapping[Key, Mapping[tuple[int, int], Statement]]
    full: Mapping[Key, Mapping[int, Statement]]


def _shelf(facts: Iterable[Statement], as_of: dt.date) -> _Shelf:
    parts: dict[Key, dict[tuple[int, int], Statement]] = defaultdict(dict)
    full: dict[Key, dict[int, Statement]] = defaultdict(dict)
    known = [s for s in facts if s.tells_what_happened and s.known_on(as_of) and s.reference is None]
    # The best trusted and first published last: a year's first figure is what its months led to.
    for s in sorted(known, key=lambda s: (s.role == "outcome", -ord(s.trust), -(s.published or as_of).toordinal())):
        start, end = s.period.start, s.period.end
        if start[1] != 1 or start[0] != end[0] or s.relation != "equals":
            continue
        if s.measure in TO_DATE and end[1] < 12:
            parts[s.region, s.indicator, TO_DATE[s.measure]][end] = s
        elif s.period.is_year and s.measure in ("growth", "level"):
            full[s.region, s.indicator, s.measure][end[0]] = s
    return _Shelf(parts, full)


def bands_of(facts: Iterable[Statement], region: str, *, as_of: dt.date) -> tuple[YearBand, ...]:
    """Every part-year figure of a region as a band for its year, by indicator and month.

    Each is learnt from earlier years only. A figure is left out where fewer than three earlier years teach it.
    """
    return tuple(_bands(_shelf(facts, as_of), {region}))


@by_one_table
def part_year_frame(facts: Iterable[Statement], region: str, *, as_of: dt.date, latest: bool = True) -> pd.DataFrame:
    """The bands as a frame, with the columns of :class:`YearBand`.

    Parameters
    ----------
    latest
        Only the last figure of each indicator and measure, of a year whose own figure is not out.
    """
    found = bands_of(facts, region, as_of=as_of)
    if latest:
        last = {(b.indicator, b.measure): b for b in found}
        found = tuple(b for b in last.values() if b.outcome is None and b.year >= as_of.year - 1)
    return pd.DataFrame([{f.name: getattr(b, f.name) for f in fields(b)} for b in found], columns=_COLUMNS)


_COLUMNS = [f.name for f in fields(YearBand)]


def coverage(facts: Sequence[Statement], names: Iterable[str], *, as_of: dt.date) -> pd.DataFrame:
    """How often the year came out inside its band, over every region named.

    Returns
    -------
    measure, indicator (``*``: all), n, inside (share within the 80 % band), width (mean, log points).
    """
    found = [band for band in _bands(_shelf(facts, as_of), set(names)) if band.outcome is not None]
    rows = []
    for measure in ("growth", "level"):
        mine = [b for b in found if b.measure == measure]
        for name in ("*", *sorted({b.indicator for b in mine})):
            chosen = [b for b in mine if name in ("*", b.indicator)]
            if chosen:
                rows.append({"measure": measure, "indicator": name} | _covered(chosen))
    return pd.DataFrame(rows)


def _covered(chosen: Sequence[YearBand]) -> dict[str, float]:
    inside = [b.low <= b.outcome <= b.high for b in chosen if b.outcome is not None]
    widths = [_log(b.high, b.measure, b.unit) - _log(b.low, b.measure, b.unit) for b in chosen]
    return {"n": len(chosen), "inside": float(np.mean(inside)), "width": float(np.mean(widths))}


def _bands(shelf: _Shelf, names: set[str]) -> Iterator[YearBand]:
    """Every band of some regions."""
    for key in sorted(shelf.parts):
        for when in sorted(shelf.parts[key]) if key[0] in names else ():
            if (band := _band(shelf, key, when)) is not None:
                yield band


def _band(shelf: _Shelf, key: Key, when: tuple[int, int]) -> YearBand | None:
    region, indicator, measure = key
    s, (year, months) = shelf.parts[key][when], when
    whose: Whose = "own"
    lessons = _lessons(shelf, key, when, [region])
    if len({y for y, _ in lessons}) < LEAST_OWN:
        lessons, whose = _lessons(shelf, key, when, _near(region)), "around"
    years = len({y for y, _ in lessons})
    if years < LEAST_AROUND:
        return None
    errors = np.array([error for _, error in lessons])
    # Growth goes on as it is, on average; the share that some months have of a year is learnt.
    centre = 0.0 if measure == "growth" else float(np.median(errors))
    spread = math.sqrt(float(np.mean((errors - centre) ** 2)) * (1.0 + 1.0 / years))
    quantile = float(special.stdtrit(years, 0.5 + BAND / 2.0))
    reach = quantile * spread
    scale = math.sqrt(12.0 / months - 1.0)
    if measure == "growth":
        shift = BASE_EFFECT * _move_before(shelf, key, when)
        middle, half = _log(s.value, measure, s.unit) + shift, math.hypot(reach * scale, quantile * shift)
    else:
        middle, half = _log(s.value, measure, s.unit) + centre, reach
    outcome = shelf.full.get(key, {}).get(year)
    return YearBand(
        region=region, indicator=indicator, measure=measure, year=year, months=months, told=s.value, unit=s.unit,
        low=_back(middle - half, measure, s.unit), median=_back(middle, measure, s.unit),
        high=_back(middle + half, measure, s.unit), years=years, whose=whose,
        outcome=None if outcome is None else convert(outcome.value, outcome.unit, s.unit),
    )  # fmt: skip


def _lessons(shelf: _Shelf, key: Key, when: tuple[int, int], names: Iterable[str]) -> list[tuple[int, float]]:
    """(year, error) of earlier years of these regions that have both figures, one a region and year."""
    _, indicator, measure = key
    year, months = when
    off = MONTHS_OFF if measure == "growth" else 0
    calibre = shelf.parts[key][when].calibre
    out = []
    for name in names:
        full = shelf.full.get((name, indicator, measure), {})
        parts = shelf.parts.get((name, indicator, measure), {})
        for before, whole in full.items():
            near = [m for y, m in parts if y == before and abs(m - months) <= off]
            if before >= year or not near:
                continue
            month = min(near, key=lambda m: abs(m - months))
            part = parts[before, month]
            if measure == "level" and {part.calibre, whole.calibre} != {calibre}:
                continue
            told = convert(whole.value, whole.unit, part.unit)
            error = _log(told, measure, part.unit) - _log(part.value, measure, part.unit)
            if measure == "growth":
                shift = BASE_EFFECT * _move_before(shelf, (name, indicator, measure), (before, month))
                error = (error - shift) / math.sqrt(12.0 / month - 1.0)
            out.append((before, error))
    return out


def _move_before(shelf: _Shelf, key: Key, when: tuple[int, int]) -> float:
    """By how much growth moved between the same months of the year before and that year; 0 where nobody knows it.

    Of the region itself, else of those around it; of the nearest months, brought to these.
    """
    (region, indicator, measure), (year, months) = key, when
    for name in [region, *outward(region)]:
        whole = shelf.full.get((name, indicator, measure), {}).get(year - 1)
        parts = shelf.parts.get((name, indicator, measure), {})
        near = [m for y, m in parts if y == year - 1 and abs(m - months) <= MONTHS_OFF]
        if whole is not None and near:
            month = min(near, key=lambda m: abs(m - months))
            part = parts[year - 1, month]
            move = _log(whole.value, "growth", whole.unit) - _log(part.value, "growth", part.unit)
            return move * (12.0 / months - 1.0) / (12.0 / month - 1.0)
    return 0.0


def _near(region: str) -> list[str]:
    """The region, those of its kind beside it, and those around it."""
    return [*sisters(region), *outward(region)]


def _log(value: float, measure: str, unit: str) -> float:
    """Log points, of a level in its unit."""
    if measure == "growth":
        return 100.0 * math.log1p(convert(value, unit, "fraction"))
    return 100.0 * math.log(value)


def _back(points: float, measure: str, unit: str) -> float:
    if measure == "growth":
        return convert(math.expm1(points / 100.0), "fraction", unit)
    return math.exp(points / 100.0)
