"""Past the plan's last year: how the plan ended, and what the years to the horizon bring and ask."""

from __future__ import annotations

import base64
from collections.abc import Hashable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, get_args

import pandas as pd

from xtanalysis.answers.outlook import HEADLINES, NOT_CARRIED, Outlook, around, outlook
from xtanalysis.answers.part_year import part_year_frame
from xtanalysis.answers.recent import YEARS, Departure, departures
from xtanalysis.data.dictionary import indicators, outward, regions
from xtanalysis.data.shown import shown
from xtanalysis.model.paths import held
from xtanalysis.report.prepared import once
from xtanalysis.report.sections import as_markdown
from xtanalysis.report.tables import Table
from xtanalysis.report.view import View
from xtanalysis.report.wording import wording
from xtanalysis.statements.grammar import Period
from xtanalysis.statements.setup import blank_plan, next_base
from xtanalysis.targets.book import Book
from xtanalysis.targets.numbers import NONE, period_text, region_text, signed_percent, told_amount
from xtanalysis.targets.verdict_words import word_text
from xtanalysis.targets.verdicts import Word
from xtanalysis.targets.words import statement_text
from xtanalysis.text import in_language, say

if TYPE_CHECKING:
    from IPython.display import Markdown

__all__ = ["assessment", "growth_table", "part_year", "reach_table", "scenario_growth"]

SHOWN = (*HEADLINES, *((row.indicator, row.rises) for row in shown("economy")))
PLAN_LINK = "\N{OBJECT REPLACEMENT CHARACTER}"  # stands for the link in the sentence


def assessment(view: View) -> Markdown | None:
    """Heading of the section and, once the plan is over, its targets by the word of their verdicts."""
    if not _goes_beyond(view):
        return None
    words, projection = wording(view.lang), view.projection
    lines = [f"## {words.desk_heading(projection.origin + 1, projection.to)}"]
    if view.plan_ends <= projection.origin:
        core = view.judged()
        by_word = [
            (word_text(word, view.lang), [view.name(target) for target, result in core if result.verdict == word])
            for word in get_args(Word)
        ]
        told = [(word, names) for word, names in by_word if names]
        lines.append(words.assessed(view.plan_ends, told, len(projection.plan.targets) - len(core)))
    link, sentence = _blank(view)
    return as_markdown("\n\n".join([*lines, sentence]), {PLAN_LINK: link})


def _blank(view: View) -> tuple[str, str]:
    """The next plan as a file to fill in, inside the page, and a sentence on what then to run."""
    words, region = wording(view.lang), regions()[view.projection.region]
    base = next_base(view.projection.origin, view.plan_ends)
    name = f"plan-{base + 1}-{base + 5}.yaml"
    data = base64.b64encode(blank_plan(region, base).encode()).decode()
    link = f'<a download="{name}" href="data:text/yaml;charset=utf-8;base64,{data}">{words.BLANK_PLAN}</a>'
    return link, words.fill_in(PLAN_LINK, f"xtanalysis report --region {region.id} --plan {name}", region.id)


def growth_table(view: View) -> Table | None:
    """Growth a year to the horizon and where it ends, beside what region, province and nation last grew by."""
    if not _goes_beyond(view):
        return None
    words, book = wording(view.lang), Book.of(view.facts, view.projection.as_of)
    found = _outlooks(view)
    known = [
        {where: words.grew(rate, year) for where, year, rate in around(book, view.projection.region, one.indicator)}
        for one in found
    ]
    places = [where for where in _lineage(view) if any(where in here for here in known)]
    rows = [
        (_name(view, one.indicator), words.a_year(one.growth), _end(view, one), *(here.get(p, NONE) for p in places))
        for one, here in zip(found, known, strict=True)
    ]
    first, last = view.projection.origin + 1, view.projection.to
    names = [region_text(where, view.lang) for where in places]
    columns = [words.DESK_INDICATOR, words.growth_column(first, last), say(view.lang, "{last} (80%)", last=last)]
    frame = pd.DataFrame(rows, columns=[*columns, *(words.last_growth(name) for name in names)])
    caption = say(view.lang, "Where {first}–{last} leads", first=first, last=last)
    note = "".join([words.index_note(view.projection.origin), *_away(view)])
    return Table(frame=frame, name="outlook", caption=caption, note=note, fits=True)


def _away(view: View) -> list[str]:
    """A sentence for each indicator whose median leaves the record of the regions around, with what takes it there."""
    words = wording(view.lang)
    return [
        words.away_from_record(
            view.indicator(one.indicator), one.median, one.least, one.greatest, YEARS,
            _driven_by(view, one),
        )
        for one in departures(view.projection)
    ]  # fmt: skip


def _driven_by(view: View, one: Departure) -> str:
    s, words = one.drives, wording(view.lang)
    if s is None:
        return say(view.lang, "by no one series: by what is assumed of cities in general")
    told = words.driven_by(
        region_text(s.region, view.lang), view.indicator(s.indicator), statement_text(s, view.lang),
        period_text(s.period, view.lang), one.without, ahead=not s.tells_what_happened,
    )  # fmt: skip
    return str(told)


def reach_table(view: View) -> Table | None:
    """The value of the horizon year that is reached with 80, 50 and 20 %, and the yearly pace that it takes."""
    if not _goes_beyond(view):
        return None
    words, found = wording(view.lang), _outlooks(view)
    rows = [
        (
            _name(view, one.indicator),
            *(words.reached(_shown(view, one, reach.value), reach.pace) for reach in one.reaches),
        )
        for one in found
    ]
    columns = [words.DESK_INDICATOR, *(words.chance_column(reach.chance) for reach in found[0].reaches)]
    caption = say(view.lang, "What {last} can reach, and the pace that it needs", last=view.projection.to)
    frame = pd.DataFrame(rows, columns=columns)
    note = f"{words.REACH_NOTE}{in_language(NOT_CARRIED, view.lang)}"
    return Table(frame=frame, name="reached", caption=caption, note=note, fits=True)


def part_year(view: View) -> Table | None:
    """What the months published of a year under way say of the whole year; nothing where there are none."""
    words, rows = wording(view.lang), []
    for where in _lineage(view):
        found = once(partial(_part_year, view, where), "part year", where, of=view.shared)
        for band in found:
            changes, year = band["measure"] == "growth", int(band["year"])
            told, low, middle, high = (
                told_amount(float(band[name]), str(band["unit"]), view.lang, changes=changes)
                for name in ("told", "low", "median", "high")
            )
            months = period_text(Period((year, 1), (year, int(band["months"]))), view.lang)
            series = view.indicator(band["indicator"])
            rows.append((
                series if where == view.projection.region else words.of_region(where, series),
                f"{months}{words.COLON}{told}",
                say(view.lang, "{year}: {amount}", year=year, amount=words.middle_and_band(middle, low, high)),
                words.learnt_from(int(band["years"]), band["whose"] == "own"),
            ))  # fmt: skip
    if not rows:
        return None
    frame = pd.DataFrame(rows, columns=list(words.PART_YEAR_COLUMNS))
    caption, note = say(view.lang, "What the year to date says of the whole year"), words.PART_YEAR_NOTE
    return Table(frame=frame, name="part_year", caption=caption, note=note, fits=True)


def _part_year(view: View, where: str) -> list[dict[Hashable, Any]]:
    return part_year_frame(view.facts, where, as_of=view.projection.as_of).to_dict("records")


def scenario_growth(view: View) -> Table | None:
    """Median growth a year to the horizon under each scenario."""
    if len(view.others) < 2 or view.projection.to <= view.projection.origin:
        return None
    words, states = wording(view.lang), view.projection.paths.states
    rows = [
        (view.indicator(name), *(signed_percent(outlook(p, name, rises=rises).growth[1]) for p in view.others.values()))
        for name, rises in (*HEADLINES, *((row.indicator, row.rises) for row in shown("growth")))
        if held(name, states)
    ]
    titles = [words.scenario_title(p.scenario) for p in view.others.values()]
    caption = words.scenario_growth_caption(view.projection.origin + 1, view.projection.to)
    frame = pd.DataFrame(rows, columns=[words.DESK_INDICATOR, *titles])
    return Table(frame=frame, name="scenario_growth", caption=caption, fits=True)


def _name(view: View, indicator: str) -> str:
    """An indicator's name; at current prices where it has a counterpart at constant ones."""
    current = indicators()[indicator].growth_of is not None
    return f"{view.indicator(indicator)}{wording(view.lang).CURRENT_PRICES if current else ''}"


def _goes_beyond(view: View) -> bool:
    return view.projection.to > max(view.plan_ends, view.projection.origin)


def _outlooks(view: View) -> Sequence[Outlook]:
    states = view.projection.paths.states
    return [outlook(view.projection, name, rises=rises) for name, rises in SHOWN if held(name, states)]


def _lineage(view: View) -> list[str]:
    return [view.projection.region, *outward(view.projection.region)]


def _end(view: View, one: Outlook) -> str:
    low, middle, high = (_shown(view, one, value) for value in one.ends)
    return str(wording(view.lang).middle_and_band(middle, low, high))


def _shown(view: View, one: Outlook, value: float) -> str:
    """A level with its unit, an index with one decimal."""
    return view.amount(value, indicators()[one.indicator].unit) if one.settled else f"{value:.1f}"
