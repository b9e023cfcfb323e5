"""A region beside its peers: place among the province's cities, gaps to those around it, counties and parks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from xtanalysis.data.dictionary import indicators, outward, regions, sisters
from xtanalysis.data.shown import shown, shown_names
from xtanalysis.statements.grammar import Period, Statement
from xtanalysis.statements.plans import Target
from xtanalysis.targets.book import Book, in_unit, suppressed

__all__ = [
    "Cell",
    "Leading",
    "Peers",
    "below",
    "leading_figures",
    "leading_indicators",
    "parks_of",
    "peers_of",
    "places",
    "region_cells",
]

FEWEST_PEERS = 0.7  # of its sisters, 10 of 14 cities; a place among fewer would mislead
RECENT_MONTHS = 24  # an older figure leads nothing
RATES = ("growth", "average_growth", "cumulative_change", "share", "year_to_date_growth")


def leading_indicators() -> tuple[str, ...]:
    """Those that come before investment and output.

    The project library, firms that pass the scale threshold or fall back below it, industrial electricity.
    """
    return shown_names("leading")


@dataclass(frozen=True, slots=True)
class Peers:
    """Place and gaps.

    Attributes
    ----------
    place, of
        1 is the best; among its sisters (of its kind, under its parent) that have the figure. ``None`` with too few.
    gaps
        (region around it, own figure less its, in the target's unit), from the province outward; for rates and ratios
        only.
    period
        Of the figures compared.
    among
        What its sisters are: cities, prefectures (cities and autonomous prefectures or leagues), counties, provinces.
    """

    place: int | None
    of: int
    gaps: tuple[tuple[str, float], ...]
    period: Period
    among: Literal["cities", "prefectures", "counties", "provinces"] = "prefectures"

    @property
    def gap(self) -> float | None:
        """Gap to the region next around it, ``None`` without its figure."""
        return self.gaps[0][1] if self.gaps else None


@dataclass(frozen=True, slots=True)
class Cell:
    """One region's latest figure of one indicator; ``value`` is ``None`` where it may not be shown."""

    region: str
    indicator: str
    measure: str
    period: str
    value: float | None
    unit: str
    internal: bool


@dataclass(frozen=True, slots=True)
class Leading:
    """One leading indicator: the latest figure and its growth on the same period a year earlier (fraction)."""

    indicator: str
    latest: Statement
    growth: float | None


def peers_of(target: Target, latest: Statement | None, book: Book) -> Peers | None:
    """Compare the latest figure with the same figure of the other cities and of the province; ``None`` without any.

    The same: of one indicator, measure, period and calibre, so that no revised level stands beside a first one.
    """
    falling = target.relation == "at_most" or (target.value is not None and target.value < 0)
    return None if latest is None else _compare(latest, book, falling=falling)


def places(book: Book, region: str) -> list[tuple[Statement, Peers]]:
    """Latest yearly figure of each main indicator that can be ranked, with its place."""
    found = []
    for indicator, measure, _ in shown("ranked"):
        for s in reversed(book.get(region, indicator, measure)):
            peers = _compare(s, book, falling=False) if s.period.is_year else None
            if peers is not None and peers.place is not None:
                found.append((s, peers))
                break
    return found


def _compare(latest: Statement, book: Book, *, falling: bool) -> Peers | None:
    if latest.reference is not None or latest.region not in regions():
        return None
    cities = sisters(latest.region)
    values = {city: value for city in cities if (value := _same(book, city, latest)) is not None}
    own = latest.value
    better = sum(value < own if falling else value > own for city, value in values.items() if city != latest.region)
    place = better + 1 if len(values) > 1 and len(values) >= FEWEST_PEERS * len(cities) else None
    gaps: list[tuple[str, float]] = []
    if latest.measure in RATES or indicators()[latest.indicator].kind == "ratio":
        found = ((around, _same(book, around, latest)) for around in outward(latest.region))
        gaps = [(around, own - there) for around, there in found if there is not None]
    if place is None and not gaps:
        return None
    return Peers(place, len(values), tuple(gaps), latest.period, _among(cities))


def _among(sister_regions: Sequence[str]) -> Literal["cities", "prefectures", "counties", "provinces"]:
    kind = regions()[sister_regions[0]].kind
    if kind == "city":
        return "cities" if all(name.endswith("市") for name in sister_regions) else "prefectures"
    return "provinces" if kind == "province" else "counties"


def below(region: str) -> list[str]:
    """Counties, districts and parks inside a region, in the dictionary's order."""
    inside = [r.id for r in regions().values() if r.parent == region]
    return inside + [deeper for name in inside for deeper in below(name)]


def parks_of(region: str) -> list[str]:
    """The parks right under a region, in the dictionary's order."""
    return [r.id for r in regions().values() if r.kind == "park" and r.parent == region]


def region_cells(book: Book, names: Sequence[str], chosen: Iterable[str], *, public: bool = False) -> list[Cell]:
    """Latest figure of each indicator in each region; internal ones are left out of a public table.

    A figure that rests on fewer than three firms is blanked. Where only one region's is, the smallest other one of the
    indicator goes too: else the total would give it away.
    """
    cells = []
    for indicator in chosen:
        column = [s for name in names if (s := _latest(book, name, indicator, public)) is not None]
        hidden = {s.id for s in column if suppressed(s)}
        if len(hidden) == 1 and len(column) > 1:
            hidden.add(min((s for s in column if s.id not in hidden), key=lambda s: s.value).id)
        for s in column:
            value = None if s.id in hidden else s.value
            cells.append(Cell(s.region, indicator, s.measure, str(s.period), value, s.unit, not s.public))
    return cells


def leading_figures(book: Book, region: str, *, public: bool = False) -> list[Leading]:
    """Latest figure of each leading indicator that has a recent one, with its growth on a year before."""
    found = []
    for indicator in leading_indicators():
        latest = _latest(book, region, indicator, public)
        if latest is not None and not suppressed(latest) and _months_to(book, latest) <= RECENT_MONTHS:
            found.append(Leading(indicator, latest, _growth(book, latest)))
    return found


def _months_to(book: Book, s: Statement) -> int:
    return 12 * (book.as_of.year - s.period.end[0]) + book.as_of.month - s.period.end[1]


def _growth(book: Book, latest: Statement) -> float | None:
    if latest.measure == "year_to_date_growth" or latest.measure == "growth":
        return in_unit(latest, "fraction")
    start, end = latest.period.start, latest.period.end
    for s in book.get(latest.region, latest.indicator, latest.measure):
        if s.period.start == (start[0] - 1, start[1]) and s.period.end == (end[0] - 1, end[1]) and s.value:
            return in_unit(latest, s.unit) / s.value - 1
    return None


def _latest(book: Book, region: str, indicator: str, public: bool) -> Statement | None:
    own = [s for s in book.get(region, indicator) if s.reference is None and (s.public or not public)]
    return own[-1] if own else None


def _same(book: Book, region: str, s: Statement) -> float | None:
    for other in _like(book, region, s):
        return in_unit(other, s.unit)
    return None


def _like(book: Book, region: str, s: Statement) -> Iterator[Statement]:
    for other in book.get(region, s.indicator, s.measure):
        same = (other.period, other.base_period, other.reference, other.calibre)
        if same == (s.period, s.base_period, s.reference, s.calibre):
            yield other
