"""What growth to date leaves out: how the rest of the year is expected to differ from its first months.

Growth of the first months of a year is a poor guide to the year where those months were odd a year before (a slump
makes a high base effect), and where the aggregate around the series has already slowed. Two regularities, from the
pairs of Hunan and its cities (figures to 2024; 82 pairs of above-scale value added, 62 of fixed-asset investment):

- the aggregate around it: a city's value added moves between its first months and the year as its province's does,
  times 0.92 (22 pairs, correlation .85), fixed-asset investment times 0.63 (8 pairs, .72);
- the base: where last year's growth rose by d after the same months, this year's falls by 0.36 to 0.42 of d (39 and
  38 pairs).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from xtanalysis.data.tables import table_rows
from xtanalysis.errors import BadInput
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.linear import log_value

__all__ = ["Rest", "rest_of_year"]

AROUND = 0.8  # of the aggregate's move between the first months and the year
BASE = 0.4  # of last year's move, with its sign turned
WIDEST_RATIO = 3.0  # by how much more than its aggregate a series may swing
UNSURE = 0.4  # sd of the expected move, as a part of it
FILE = Path(__file__).parent / "aggregates.csv"

Series = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Rest:
    """The year's growth less that of its first months as expected, and the error of that expectation, log points."""

    move: float
    sd: float


@cache
def _parents() -> Mapping[str, str]:
    return {row["indicator"]: row["parent"] for row in table_rows(FILE)}


def _around(series: Series, lineage: Sequence[str]) -> list[Series]:
    """The aggregates around a series, nearest first: of the same region, then of the regions around it."""
    region, indicator = series
    parent = _parents().get(indicator)
    near = [(region, parent)] if parent else []
    wider = lineage[lineage.index(region) + 1 :] if region in lineage else ()
    return near + [(name, indicator) for name in wider]


@dataclass(frozen=True, slots=True)
class _Known:
    """Growth of full years and of first months, log points."""

    year: Mapping[tuple[Series, int], float]
    months: Mapping[tuple[Series, int, int], float]
    lineage: Sequence[str]

    def move(self, series: Series, year: int, months: int) -> float | None:
        """Growth of the year less that of its first months."""
        whole, part = self.year.get((series, year)), self.months.get((series, year, months))
        return None if whole is None or part is None else whole - part

    def expected(self, series: Series, year: int, months: int) -> float | None:
        """The move that the aggregates around it, or the base, let expect; ``None`` where nothing is known."""
        mine = self.months.get((series, year, months))
        for other in _around(series, self.lineage):
            moved, theirs = self.move(other, year, months), self.months.get((other, year, months))
            if moved is not None and mine is not None and theirs:
                return AROUND * moved * min(max(mine / theirs, 1.0), WIDEST_RATIO)
        for other in (series, *_around(series, self.lineage)):
            if (before := self.move(other, year - 1, months)) is not None:
                return -BASE * before
        return None


def _growth(statement: Statement) -> float | None:
    try:
        return log_value(statement, statement.value)
    except BadInput:
        return None


def rest_of_year(used: Iterable[Statement], known: Iterable[Statement], lineage: Sequence[str]) -> dict[str, Rest]:
    """Expected moves between the first months and the year, by id of the growth to date among ``used``.

    Parameters
    ----------
    known
        All that was known on the day, figures set aside for later ones included.
    lineage
        The region and those around it, from within.
    """
    year: dict[tuple[Series, int], float] = {}
    months: dict[tuple[Series, int, int], float] = {}
    for s in known:
        if not s.tells_what_happened or s.measure not in ("growth", "year_to_date_growth"):
            continue
        if (value := _growth(s)) is None:
            continue
        series = s.region, s.indicator
        if s.measure == "growth" and s.period.is_year:
            year[series, s.period.year] = value
        elif s.measure == "year_to_date_growth":
            months[series, s.period.year, s.period.months] = value
    table = _Known(year, months, lineage)
    out = {}
    for s in used:
        if s.measure == "year_to_date_growth" and s.tells_what_happened and s.period.months < 12:
            move = table.expected((s.region, s.indicator), s.period.year, s.period.months)
            if move is not None:
                out[s.id] = Rest(move, UNSURE * abs(move))
    return out
