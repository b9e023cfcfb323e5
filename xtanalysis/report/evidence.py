"""What is published about a region: coverage by indicator and year, the figures used, and those set aside."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from xtanalysis.data.dictionary import indicators, regions, units
from xtanalysis.data.paths import raw_dir
from xtanalysis.model.select import InformationSet, information_set
from xtanalysis.report.charts.drawing import Drawing, finished, sheet
from xtanalysis.report.charts.fonts import Language
from xtanalysis.report.charts.plots import heat_map
from xtanalysis.report.page import Page
from xtanalysis.report.tables import Table
from xtanalysis.report.wording import wording
from xtanalysis.statements.facts import sources
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.request import lineage

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "aside_table",
    "before_search",
    "coverage",
    "coverage_figure",
    "coverage_stages",
    "draw_coverage",
    "head",
    "knowledge",
    "source_table",
    "used_table",
]

SEARCHED = ("xiangtan_found.csv", "hunan_china_found.csv", "outlooks.csv")
FULL_YEAR = ("level", "growth", "share", "average_growth", "cumulative_change")


def knowledge(facts: Sequence[Statement], region: str, as_of: dt.date) -> InformationSet:
    """What was known on a day about a region and those around it."""
    return information_set(facts, lineage(region), as_of)


def _indicator(name: str, lang: Language) -> str:
    entry = indicators()[name]
    return entry.zh if lang == "zh" else entry.en


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
    for name in SEARCHED:
        with (raw_dir() / name).open(encoding="utf-8", newline="") as file:
            added |= {row["id"] for row in csv.DictReader(file)}
    return [s for s in facts if s.id not in added]


def coverage_stages(facts: Sequence[Statement], region: str, as_of: dt.date, lang: Language) -> dict[str, pd.DataFrame]:
    """Coverage before and after the search, by title."""
    before, after = (coverage(known, region, as_of) for known in (before_search(facts), facts))
    return dict(zip(wording(lang).COVERAGE_STAGES, (before, after), strict=True))


def draw_coverage(frames: Mapping[str, pd.DataFrame], lang: Language) -> Drawing:
    """Coverage as heat maps, one below the other: dark for a full year, light for a part, blank for nothing found.

    Parameters
    ----------
    frames
        Title → a frame as :func:`coverage` gives it; all are drawn on the rows and years of the last.
    """
    return finished(coverage_figure(frames, lang), lang)


def coverage_figure(frames: Mapping[str, pd.DataFrame], lang: Language) -> Figure:
    """Draw what :func:`draw_coverage` finishes."""
    last = list(frames.values())[-1]
    figure, grid = sheet(len(frames), size=(9.2, len(frames) * (0.4 * len(last) + 0.9)))
    for axes, (title, frame) in zip(grid[:, 0], frames.items(), strict=True):
        shown = frame.reindex(index=last.index, columns=last.columns)
        shown = shown.rename(index={name: _indicator(str(name), lang) for name in shown.index})
        heat_map(axes, shown, lang=lang, title=title)
    figure.supxlabel(wording(lang).COVERAGE_TITLE, fontsize=10)
    return figure


def _row(s: Statement, lang: Language) -> tuple[object, ...]:
    source = sources().get(s.source_id or "")
    unit = units()[s.unit]
    return (
        _indicator(s.indicator, lang),
        str(s.period),
        wording(lang).MEASURE_NAMES[s.measure],
        s.value,
        unit.zh if lang == "zh" else unit.en,
        wording(lang).ROLE_NAMES[s.role],
        s.trust,
        str(s.published),
        source.publisher if source else s.source_id,
    )


def used_table(information: InformationSet, region: str, lang: Language) -> Table:
    """The region's figures that an information set uses, newest first."""
    words = wording(lang)
    rows = [_row(s, lang) for s in reversed(information.used) if s.region == region]
    frame = pd.DataFrame(rows, columns=list(words.FACT_COLUMNS))
    return Table(frame=frame, name="figures_used", caption=words.used_caption(len(rows)))


def aside_table(information: InformationSet, region: str, lang: Language) -> Table:
    """The region's figures that were known and are not used, with the reason."""
    words = wording(lang)
    rows = [(*_row(s, lang), words.reason_aside(why)) for s, why in information.set_aside if s.region == region]
    frame = pd.DataFrame(rows, columns=[*words.FACT_COLUMNS, words.REASON])
    return Table(frame=frame, name="figures_set_aside", caption=words.aside_caption(len(rows)))


def source_table(information: InformationSet, region: str, lang: Language) -> Table:
    """Where the used figures come from."""
    words = wording(lang)
    ids = sorted({s.source_id for s in information.used if s.region == region and s.source_id})
    known = [sources()[name] for name in ids if name in sources()]
    rows = [(s.title, s.publisher, s.trust, s.address) for s in known]
    frame = pd.DataFrame(rows, columns=list(words.SOURCE_COLUMNS))
    return Table(frame=frame, name="sources", caption=words.SOURCE_CAPTION)


def head(information: InformationSet, region: str, lang: Language) -> Page:
    """Title and dates of the evidence page."""
    words = wording(lang)
    name = region if lang == "zh" else regions()[region].en
    return Page(
        title=words.evidence_title(name),
        lang=lang,
        subtitle=words.as_of_line(information.as_of),
        as_of=information.as_of.isoformat(),
        internal=any(not s.public for s in information.used),
    )
