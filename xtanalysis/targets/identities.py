"""Ratios and products of published figures: which two figures of one year make up a third by the dictionary's forms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from xtanalysis.data.dictionary import indicators, remembered, units
from xtanalysis.statements.grammar import Statement
from xtanalysis.targets.book import Book

__all__ = ["atoms", "composed", "pair_of"]

Atoms = Mapping[str, float]


@remembered
def atoms(indicator: str) -> Atoms:
    """What an indicator is made of, down to what has no form of its own: id → power."""
    found: Counter[str] = Counter()
    for power, name in indicators()[indicator].factors:
        for atom, exponent in atoms(name).items():
            found[atom] += power * exponent  # type: ignore[assignment]
    return {name: power for name, power in found.items() if power} or {indicator: 1.0}


def pair_of(book: Book, region: str, indicator: str, year: int) -> tuple[tuple[Statement, float], ...]:
    """Two figures of a year, with their powers (1 or −1), whose product or quotient is the indicator; empty if none."""
    wanted = atoms(indicator)
    figures = [
        found[-1]
        for name in sorted(name for place, name in book.entries if place == region)
        if name != indicator and indicators()[name].role in ("state", "derived")
        if (found := [s for s in book.get(region, name, "level", "share") if s.period.is_year and s.value > 0])
        and (found := [s for s in found if s.period.year == year])
    ]
    for i, first in enumerate(figures):
        for j, second in enumerate(figures):
            for power in (1.0, -1.0) if i < j else (-1.0,):
                if i != j and _combined(first.indicator, second.indicator, power) == wanted:
                    return (first, 1.0), (second, power)
    return ()


@remembered
def _combined(first: str, second: str, power: float) -> Atoms:
    found = dict(atoms(first))
    for name, exponent in atoms(second).items():
        found[name] = found.get(name, 0.0) + power * exponent
    return {name: exponent for name, exponent in found.items() if exponent}


def composed(pair: tuple[tuple[Statement, float], ...], unit: str) -> float:
    """The value that two figures make up, in a unit."""
    value = 1.0
    for s, power in pair:
        value *= (s.value * units()[s.unit].factor) ** power
    return value / units()[unit].factor
