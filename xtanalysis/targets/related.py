"""Published figures that stand near a target without being its own: shown beside it, never counted for it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from xtanalysis.data.tables import table_rows
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.plans import Target
from xtanalysis.targets.book import Book
from xtanalysis.targets.schedule import start_year

__all__ = ["related_figures", "related_indicators"]


@cache
def related_indicators() -> dict[str, tuple[str, ...]]:
    """Indicator → those near it, the nearest first (related_indicators.csv).

    A stock is no addition, and a share of another total no share of this one.
    """
    found: dict[str, tuple[str, ...]] = {}
    for row in table_rows(Path(__file__).with_name("related_indicators.csv")):
        found[row["indicator"]] = (*found.get(row["indicator"], ()), row["related"])
    return found


def related_figures(target: Target, book: Book) -> tuple[Statement, ...]:
    """Latest figure of each related indicator since the plan began."""
    found = []
    for indicator in related_indicators().get(target.indicator, ()):
        own = [s for s in book.get(target.region, indicator) if s.period.year > start_year(target) and not s.reference]
        found += own[-1:]
    return tuple(found)
