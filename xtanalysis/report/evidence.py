"""What is published about a region: coverage by indicator and year, the figures used, and those set aside."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import matplotlib.pyplot as plt
import pandas as pd

from xtanalysis.answers.project import lineage
from xtanalysis.data.dictionary import indicators, regions, units
from xtanalysis.model.select import InformationSet, information_set
from xtanalysis.report.fonts import Language
from xtanalysis.report.page import Page
from xtanalysis.report.plots import heat_map
from xtanalysis.report.tables import Table
from xtanalysis.report.wording import wording
from xtanalysis.statements.facts import sources
from xtanalysis.statements.grammar import Statement

__all__ = ["aside_table", "coverage", "draw_coverage", "head", "knowledge", "source_table", "used_table"]

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


def draw_coverage(frame: pd.DataFrame, lang: Language) -> None:
    """The coverage as a heat map: dark for a full year, light for a part of it, blank for nothing found."""
    words = wording(lang)
    shown = frame.rename(index={name: _indicator(str(name), lang) for name in frame.index})
    _, axes = plt.subplots(figsize=(9.2, 0.42 * len(frame) + 1.1), layout="constrained")
    heat_map(axes, shown, lang=lang, title=words.COVERAGE_TITLE)


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
