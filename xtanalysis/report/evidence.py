"""What is published about a region: coverage by indicator and year, before and after the search for evidence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from xtanalysis.data.dictionary import indicators
from xtanalysis.data.home import shipped_home
from xtanalysis.data.paths import raw_dir
from xtanalysis.data.tables import table_rows
from xtanalysis.report.charts.drawing import sheet
from xtanalysis.report.charts.plots import heat_map
from xtanalysis.report.wording import wording
from xtanalysis.statements.grammar import Statement
from xtanalysis.text import Language, name_in

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["before_search", "coverage", "coverage_figure", "coverage_stages"]

FULL_YEAR = ("level", "growth", "share", "average_growth", "cumulative_change")


def _indicator(name: str, lang: Language) -> str:
    entry = indicators()[name]
    return name_in(entry, lang)


def coverage(facts: Sequence[Statement], region: str, as_of: dt.date, *, first: int = 2010) -> pd.DataFrame:
    """How a year is known: 2 by a full-year outcome, 1 by an estimate or a part of the year; absent otherwise.

    Returns
    -------
    Rows indicator ids that the joint model uses, columns years from ``first`` to the year of ``as_of``.
    """
    years = range(first, as_of.year + 1)
    table: dict[str, dict[int, float]] = {}
    for s in facts:
        if s.region != region or not s.tells_what_happened or not s.known_on(as_of) or s.period.year not in years:
            continue
        if indicators()[s.indicator].role not in ("state", "derived"):
            continue
        whole = s.measure in FULL_YEAR and s.period.end[1] == 12 and s.role == "outcome"
        row = table.setdefault(s.indicator, {})
        row[s.period.year] = max(row.get(s.period.year, 0.0), 2.0 if whole else 1.0)
    order = [name for name in indicators() if name in table]
    return pd.DataFrame([table[name] for name in order], index=order).reindex(columns=list(years))


def before_search(facts: Sequence[Statement]) -> list[Statement]:
    """The facts without those that the search for further evidence added (docs/evidence.md)."""
    added: set[str] = set()
    for name in shipped_home().found:
        added |= {row["id"] for row in table_rows(raw_dir() / name)}
    return [s for s in facts if s.id not in added]


def coverage_stages(facts: Sequence[Statement], region: str, as_of: dt.date, lang: Language) -> dict[str, pd.DataFrame]:
    """Coverage before and after the search, by title."""
    before, after = (coverage(known, region, as_of) for known in (before_search(facts), facts))
    return dict(zip(wording(lang).COVERAGE_STAGES, (before, after), strict=True))


def coverage_figure(frames: Mapping[str, pd.DataFrame], lang: Language) -> Figure:
    """Coverage as heat maps, one below the other: dark for a full year, light for a part, blank for nothing found.

    Parameters
    ----------
    frames
        Title → a frame as :func:`coverage` gives it; all are drawn on the rows and years of the last.
    """
    last = list(frames.values())[-1]
    figure, grid = sheet(len(frames), size=(9.2, len(frames) * (0.4 * len(last) + 0.9)))
    for axes, (title, frame) in zip(grid[:, 0], frames.items(), strict=True):
        shown = frame.reindex(index=last.index, columns=last.columns)
        shown = shown.rename(index={name: _indicator(str(name), lang) for name in shown.index})
        heat_map(axes, shown, lang=lang, title=title)
    figure.supxlabel(wording(lang).COVERAGE_TITLE, fontsize=10)
    return figure
