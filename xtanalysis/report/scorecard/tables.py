"""Tables of the scorecard: a page for each body, an overview, the six fields, changes, what is due, the regions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import pandas as pd

from xtanalysis.data.dictionary import indicators, regions, units
from xtanalysis.report.row_words import band, chance, figure, gap, gap_text, place, remark, required
from xtanalysis.report.scorecard.words import MARKS, change_text, light_word, rule_text
from xtanalysis.report.tables import Table
from xtanalysis.statements.facts import sources
from xtanalysis.targets.book import Book
from xtanalysis.targets.due import Blank
from xtanalysis.targets.numbers import NONE, numbers_as_text, percent, period_text
from xtanalysis.targets.places import below, leading_figures, leading_indicators, places, region_cells
from xtanalysis.targets.rows import Row, fields
from xtanalysis.targets.scorecard import Scorecard
from xtanalysis.targets.verdict_words import basis_text
from xtanalysis.targets.words import asks, body_name, statement_text, target_name
from xtanalysis.text import Language, bilingual, each_in, message, name_in, psay, say

__all__ = [
    "INFERRED",
    "INTERNAL",
    "body_table",
    "changes_table",
    "due_table",
    "fields_table",
    "full_table",
    "leading_table",
    "mark_of",
    "overview_table",
    "owed_table",
    "places_table",
    "regions_table",
    "source_text",
]

_COLUMNS = (
    message("Target"),
    message("Asked for"),
    message("Latest"),
    message("Period"),
    message("Progress"),
    message("Time"),
    message("Light"),
    message("Required"),
    message("Probability"),
    message("Basis"),
    message("Band"),
    message("Place in the province"),
    message("Gap to province and nation"),
    message("Source and date"),
    message("Data owner"),
    message("Remarks"),
)
_LEAD = message("Lead body")
INFERRED = message(" (not named in the document)")
INTERNAL = message(" [internal]")


def body_table(card: Scorecard, body: str, lang: Language = "zh") -> Table:
    """Every target that a body leads."""
    number = list(card.bodies).index(body) + 1
    name = body_name(body, lang)
    caption = say(lang, "Targets led by the {name} ({quarter})", name=name, quarter=card.quarter)
    return _table(card.of_body(body), lang, f"body-{number:02d}", caption)


def full_table(card: Scorecard, lang: Language = "zh") -> Table:
    """Every target of the plan with its lead body, in the document's order."""
    caption = say(lang, "All targets ({quarter})", quarter=card.quarter)
    frame = _frame(card.rows, lang)
    leads = [body_name(row.lead, lang) + (INFERRED.told(lang) if row.inferred else "") for row in card.rows]
    frame.insert(1, _LEAD.told(lang), leads)
    return _dressed(frame, lang, "targets", caption)


def overview_table(card: Scorecard, lang: Language = "zh") -> Table:
    """One row a body: how many targets, how many of each light, how many without a figure."""
    rows = [_counts(body_name(body, lang), card, card.of_body(body), lang) for body in card.bodies]
    rows.append(_counts(psay(lang, "sum of a column", "All"), card, card.rows, lang))
    frame = pd.DataFrame(rows).rename(columns={"": _LEAD.told(lang)})
    caption = say(lang, "Lead bodies ({quarter})", quarter=card.quarter)
    return Table(frame=frame, name="overview", caption=caption, note=rule_text(lang))


def fields_table(card: Scorecard, lang: Language = "zh") -> Table:
    """One row for each of the six fields of assessment of section 三（七）."""
    rows = []
    for field in fields():
        own = [row for row in card.rows if row.field is not None and row.field.id == field.id]
        rows.append(_counts(name_in(field, lang), card, own, lang))
    frame = pd.DataFrame(rows).rename(columns={"": say(lang, "Field of assessment")})
    caption = say(lang, "The six fields of assessment")
    note = say(lang, "Which target counts to which field is a reading.")
    return Table(frame=frame, name="fields", caption=caption, note=note)


def changes_table(card: Scorecard, lang: Language = "zh", body: str = "") -> Table:
    """Targets that moved since the quarter before, and the statements that moved them; of one body if named."""
    names = (say(lang, "Target"), say(lang, "Before"), say(lang, "Now"), say(lang, "Because of"))
    by_id = {row.target.id: row.target for row in (card.of_body(body) if body else card.rows)}
    rows = [
        (
            target_name(by_id[c.target], lang),
            light_word(c.before, lang),
            light_word(c.after, lang),
            change_text(c, by_id[c.target].unit, lang),
        )
        for c in card.changes
        if c.target in by_id
    ]
    caption = say(lang, "Changes since {previous}", previous=card.quarter.previous)
    marks = {names[1]: mark_of(lang), names[2]: mark_of(lang)}
    none = say(lang, "Nothing changed this quarter.") if not rows else ""
    return Table(frame=pd.DataFrame(rows, columns=list(names)), name="changes", caption=caption, marks=marks, note=none)


def due_table(blanks: Sequence[Blank], lang: Language = "zh") -> Table:
    """How many figures each body still owes, and which indicators."""
    names = (say(lang, "Data owner"), say(lang, "Figures due"), say(lang, "Indicators"))
    owners = dict.fromkeys(blank.owner for blank in blanks)
    rows = []
    for owner in owners:
        own = [blank for blank in blanks if blank.owner == owner]
        words = dict.fromkeys(name_in(indicators()[blank.indicator], lang) for blank in own)
        rows.append((body_name(owner, lang), len(own), say(lang, ", ").join(words)))
    caption = say(lang, "Figures that are due")
    return Table(frame=pd.DataFrame(rows, columns=list(names)), name="due", caption=caption)


def leading_table(book: Book, region: str, lang: Language = "zh", *, public: bool = False) -> Table:
    """The leading figures of a region: the project library, the register of firms, electricity."""
    names = (say(lang, "Leading figure"), say(lang, "Period"), say(lang, "Latest"), say(lang, "On a year before"))
    rows = [
        (
            name_in(indicators()[one.indicator], lang),
            period_text(one.latest.period, lang),
            statement_text(one.latest, lang),
            percent(one.growth),
        )
        for one in leading_figures(book, region, public=public)
    ]
    caption = say(lang, "Leading figures for investment and output, {region}", region=region)
    none = "" if rows else say(lang, "Not reported yet: blank forms are in templates.")
    return Table(frame=pd.DataFrame(rows, columns=list(names)), name="leading", caption=caption, note=none)


def places_table(book: Book, region: str, lang: Language = "zh") -> Table:
    """Place of a region among the cities of its province on the main figures, and its gap to the province."""
    names = (
        psay(lang, "an indicator", "Figure"),
        say(lang, "Period"),
        say(lang, "Here"),
        say(lang, "Place"),
        say(lang, "Gap to the province"),
    )
    rows = []
    for s, peers in places(book, region):
        place = NONE if peers.place is None else f"{peers.place} / {peers.of}"
        entry = indicators()[s.indicator]
        period, here = period_text(s.period, lang), statement_text(s, lang)
        rows.append((name_in(entry, lang), period, here, place, gap_text(peers.gap, s.unit, lang)))
    caption = say(lang, "{region} among the cities of the province", region=bilingual(regions()[region].en, region))
    return Table(frame=pd.DataFrame(rows, columns=names), name="places", caption=caption)


def regions_table(
    book: Book, region: str, chosen: Iterable[str] | None = None, lang: Language = "zh", *, public: bool = False
) -> Table:
    """Counties and parks side by side: the latest figure of each indicator; what rests on too few firms is blank."""
    cells = region_cells(book, below(region), chosen or leading_indicators(), public=public)
    told = {cell.region for cell in cells}
    names = [name for name in below(region) if name in told]
    frame = pd.DataFrame({say(lang, "County or park"): [_region(name, lang) for name in names]})
    for indicator in dict.fromkeys(cell.indicator for cell in cells):
        own = {cell.region: cell for cell in cells if cell.indicator == indicator}
        first = next(iter(own.values()))
        entry, unit = indicators()[indicator], units()[first.unit]
        head = say(lang, "{entry} ({unit})", entry=bilingual(entry.en, entry.zh), unit=bilingual(unit.en, unit.zh))
        hidden = say(lang, "not shown")
        frame[head] = [
            NONE
            if name not in own
            else hidden
            if own[name].value is None
            else numbers_as_text(own[name].value) + (INTERNAL.told(lang) if own[name].internal else "")
            for name in names
        ]
    caption = say(lang, "Counties and parks")
    note = say(lang, "Figures that rest on fewer than three firms are not shown.")
    if not cells:
        note = say(lang, "Not reported yet: the blank forms are in the folder templates.")
    return Table(frame=frame, name="regions", caption=caption, note=note)


def _table(rows: Sequence[Row], lang: Language, name: str, caption: str) -> Table:
    return _dressed(_frame(rows, lang), lang, name, caption)


def _dressed(frame: pd.DataFrame, lang: Language, name: str, caption: str) -> Table:
    columns = each_in(_COLUMNS, lang)
    words = frame.attrs["marks"]
    marks = {columns[6]: mark_of(lang), columns[8]: lambda text: words.get(text, "")}
    return Table(frame=frame, name=name, caption=caption, marks=marks, note=rule_text(lang))


def _frame(rows: Sequence[Row], lang: Language) -> pd.DataFrame:
    chances = [chance(row, lang) for row in rows]
    cells = [
        (
            target_name(row.target, lang) + (INTERNAL.told(lang) if row.internal else ""),
            asks(row.target, lang),
            figure(row, lang),
            NONE if row.assessment.latest is None else period_text(row.assessment.latest.period, lang),
            _progress(row),
            _time(row),
            light_word(row.light, lang),
            required(row, lang),
            word,
            basis_text(row.verdict, lang),
            band(row, lang),
            place(row, lang),
            gap(row, lang),
            source_text(row, lang),
            body_name(row.target.data_owner, lang),
            remark(row, lang),
        )
        for row, (word, _) in zip(rows, chances, strict=True)
    ]
    frame = pd.DataFrame(cells, columns=list(each_in(_COLUMNS, lang)))
    frame.attrs["marks"] = dict(chances)
    return frame


def _progress(row: Row) -> str:
    s = row.assessment.standing
    return NONE if s is None or row.hidden or row.assessment.doubt == "calibre" else percent(s.progress)


def _time(row: Row) -> str:
    s = row.assessment.standing
    return NONE if s is None else percent(s.time, 0)


def source_text(row: Row, lang: Language) -> str:
    """Who published the latest figure, its grade, and when."""
    latest = row.assessment.latest
    if latest is None:
        return NONE
    known = sources().get(latest.source_id or "")
    name = known.publisher if known else (latest.source_id or say(lang, "not stated"))
    grade = say(lang, " (grade {trust})", trust=latest.trust)
    return say(lang, "{name}{grade}, {day}", name=name, grade=grade, day=latest.published)


def _region(name: str, lang: Language) -> str:
    return bilingual(regions()[name].en, name).told(lang)


def _counts(name: str, card: Scorecard, rows: Sequence[Row], lang: Language) -> dict[str, object]:
    lights = card.lights(rows)
    columns: dict[str, object] = {"": name, say(lang, "Targets"): len(rows)}
    for light, count in lights.items():
        columns[light_word(light, lang)] = count
    columns[say(lang, "No figure")] = sum(not row.reported for row in rows)
    return columns


def mark_of(lang: Language) -> Callable[[str], str]:
    """From the word of a light to the class that colours it."""
    words = {light_word(light, lang): mark for light, mark in MARKS.items()}
    return lambda text: words.get(text, "")


def owed_table(blanks: Sequence[Blank], owner: str, lang: Language = "zh") -> Table:
    """Every figure that one owner of data still owes."""
    names = [say(lang, "Indicator"), say(lang, "Period"), say(lang, "Of"), say(lang, "Unit")]
    rows = [
        (
            name_in(indicators()[b.indicator], lang),
            period_text(b.period, lang),
            b.reference or _region(b.region, lang),
            name_in(units()[b.unit], lang),
        )
        for b in blanks
        if b.owner == owner
    ]
    caption = say(lang, "Figures due from the {owner}", owner=body_name(owner, lang))
    none = "" if rows else say(lang, "Nothing is due.")
    return Table(frame=pd.DataFrame(rows, columns=names), name="owed", caption=caption, note=none)
