"""An indicator's own annual series: full years of one basis that follow each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xtanalysis.data.dictionary import calibres, convert, indicators
from xtanalysis.statements.grammar import Statement
from xtanalysis.targets.chains import chain, merit

__all__ = ["FEWEST", "OLDEST", "Series", "annual_series"]

Array = NDArray[np.float64]

FEWEST = 8
OLDEST = 3  # years between the end of a series and the origin: after that it says nothing about today


@dataclass(frozen=True, slots=True)
class Series:
    """Consecutive full-year figures of one basis.

    Attributes
    ----------
    first
        Year of the first value.
    values
        In the indicator's unit, shape (n,); for chained growth an index, 1 in the first year.
    basis
        ``levels`` or ``chained growth``.
    calibre
        Of the last figure.
    """

    first: int
    values: Array
    basis: str
    calibre: str

    @property
    def last(self) -> int:
        """Year of the last value."""
        return self.first + self.values.size - 1


def annual_series(facts: Iterable[Statement], indicator: str) -> Series | None:
    """The run of consecutive full years that reaches furthest, then the longest; ``None`` without any figure."""
    mine = [
        s
        for s in facts
        if s.indicator == indicator
        and s.tells_what_happened
        and s.period.is_year
        and s.measure in ("level", "share", "growth")
    ]
    runs = [*_level_runs(mine, indicator), *_growth_runs(mine, indicator)]
    return max(runs, key=lambda run: (run.values.size >= FEWEST, run.last, run.values.size), default=None)


def _level_runs(mine: Sequence[Statement], indicator: str) -> list[Series]:
    """Runs of levels or shares, each of one calibre (that may be chained by level) and one vintage."""
    unit = indicators()[indicator].unit
    groups: dict[tuple[str, str | None], dict[int, float]] = {}
    for s in sorted(mine, key=merit):
        if s.measure != "growth" and s.calibre in calibres()[s.calibre].chain_by_level:
            groups.setdefault((s.calibre, s.vintage), {}).setdefault(s.period.year, convert(s.value, s.unit, unit))
    return [
        Series(run[0], np.array([values[year] for year in run]), "levels", calibre)
        for (calibre, _), values in groups.items()
        for run in _consecutive(values)
    ]


def _growth_runs(mine: Sequence[Statement], indicator: str) -> list[Series]:
    """Runs of yearly growth, chained as far as the calibre table allows."""
    growth = [s for s in mine if s.measure == "growth"]
    out = []
    for run in _consecutive({s.period.year for s in growth}):
        base = run[0] - 1
        while base < run[-1]:
            linked = chain(growth, indicator, base, stated=True)
            if linked.last == base:
                break
            steps = np.log1p(linked.yearly)
            last = linked.statements[-1]
            out.append(Series(base, np.exp(np.concatenate([[0.0], np.cumsum(steps)])), "chained growth", last.calibre))
            base = linked.last
    return out


def _consecutive(years: Iterable[int]) -> list[list[int]]:
    out: list[list[int]] = []
    for year in sorted(years):
        if out and year == out[-1][-1] + 1:
            out[-1].append(year)
        else:
            out.append([year])
    return out
