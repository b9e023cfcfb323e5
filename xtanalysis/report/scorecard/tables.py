"""Tables of the scorecard: a page for each body, an overview, the six fields, changes, what is due, the regions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import pandas as pd

from xtanalysis.data.dictionary import indicators, regions, units
from xtanalysis.report.charts.fonts import Language
from xtanalysis.report.row_words import band, chance, figure, gap, gap_text, place, remark, required
from xtanalysis.report.scorecard.words import MARKS, change_text, light_word, rule_text
from xtanalysis.report.tables import Table
from xtanalysis.statements.facts import sources
from xtanalysis.targets.book import Book
from xtanalysis.targets.due import Blank
from xtanalysis.targets.places import below, leading_figures, leading_indicators, places, region_cells
from xtanalysis.targets.rows import Row, fields
from xtanalysis.targets.scorecard import Scorecard
from xtanalysis.targets.verdict_words import basis_text
from xtanalysis.targets.words import (
    NONE,
    asks,
    body_name,
    numbers_as_text,
    percent,
    period_text,
    statement_text,
    target_name,
)

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

_COLUMNS = {
    "zh": (
        "目标", "要求", "最新数", "时期", "完成进度", "时序进度", "灯", "今后所需", "完成可能性", "依据", "预测区间",
        "省内位次", "与全省、全国差距", "来源与发布日期", "数据单位", "说明",
    ),
    "en": (
        "Target", "Asked for", "Latest", "Period", "Progress", "Time", "Light", "Required", "Probability", "Basis",
        "Band", "Place in the province", "Gap to province and nation", "Source and date", "Data owner", "Remarks",
    ),
}  # fmt: skip
_LEAD = {"zh": "牵头单位", "en": "Lead body"}
INFERRED = {"zh": "（文件未明确）", "en": " (not named in the document)"}
INTERNAL = {"zh": "〔内部〕", "en": " [internal]"}


def body_table(card: Scorecard, body: str, lang: Language = "zh") -> Table:
    """Every target that a body leads."""
    number = list(card.bodies).index(body) + 1
    name = body_name(body, lang)
    caption = f"{name}牵头的目标（{card.quarter}）" if lang == "zh" else f"Targets led by the {name} ({card.quarter})"
    return _table(card.of_body(body), lang, f"body-{number:02d}", caption)


def full_table(card: Scorecard, lang: Language = "zh") -> Table:
    """Every target of the plan with its lead body, in the document's order."""
    caption = f"全部目标（{card.quarter}）" if lang == "zh" else f"All targets ({card.quarter})"
    frame = _frame(card.rows, lang)
    leads = [body_name(row.lead, lang) + (INFERRED[lang] if row.inferred else "") for row in card.rows]
    frame.insert(1, _LEAD[lang], leads)
    return _dressed(frame, lang, "targets", caption)


def overview_table(card: Scorecard, lang: Language = "zh") -> Table:
    """One row a body: how many targets, how many of each light, how many without a figure."""
    rows = [_counts(body_name(body, lang), card, card.of_body(body), lang) for body in card.bodies]
    rows.append(_counts("合计" if lang == "zh" else "All", card, card.rows, lang))
    frame = pd.DataFrame(rows).rename(columns={"": _LEAD[lang]})
    caption = f"各牵头单位进展（{card.quarter}）" if lang == "zh" else f"Lead bodies ({card.quarter})"
    return Table(frame=frame, name="overview", caption=caption, note=rule_text(lang))


def fields_table(card: Scorecard, lang: Language = "zh") -> Table:
    """One row for each of the six fields of assessment of section 三（七）."""
    rows = []
    for field in fields():
        own = [row for row in card.rows if row.field is not None and row.field.id == field.id]
        rows.append(_counts(field.zh if lang == "zh" else field.en, card, own, lang))
    frame = pd.DataFrame(rows).rename(columns={"": "考核领域" if lang == "zh" else "Field of assessment"})
    caption = "考核六个领域（三（七））" if lang == "zh" else "The six fields of assessment"
    note = (
        "文件未列明各目标归入哪个领域，此处为拟定。"
        if lang == "zh"
        else "Which target counts to which field is a reading."
    )
    return Table(frame=frame, name="fields", caption=caption, note=note)


def changes_table(card: Scorecard, lang: Language = "zh", body: str = "") -> Table:
    """Targets that moved since the quarter before, and the statements that moved them; of one body if named."""
    names = ("目标", "上季度", "本季度", "依据") if lang == "zh" else ("Target", "Before", "Now", "Because of")
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
    caption = f"与{card.quarter.previous}相比的变化" if lang == "zh" else f"Changes since {card.quarter.previous}"
    marks = {names[1]: mark_of(lang), names[2]: mark_of(lang)}
    none = ("本季没有变化。" if lang == "zh" else "Nothing changed this quarter.") if not rows else ""
    return Table(frame=pd.DataFrame(rows, columns=list(names)), name="changes", caption=caption, marks=marks, note=none)


def due_table(blanks: Sequence[Blank], lang: Language = "zh") -> Table:
    """How many figures each body still owes, and which indicators."""
    names = ("数据单位", "待报数", "指标") if lang == "zh" else ("Data owner", "Figures due", "Indicators")
    owners = dict.fromkeys(blank.owner for blank in blanks)
    rows = []
    for owner in owners:
        own = [blank for blank in blanks if blank.owner == owner]
        words = dict.fromkeys(
            indicators()[blank.indicator].zh if lang == "zh" else indicators()[blank.indicator].en for blank in own
        )
        rows.append((body_name(owner, lang), len(own), ("、" if lang == "zh" else ", ").join(words)))
    caption = "待报数据" if lang == "zh" else "Figures that are due"
    return Table(frame=pd.DataFrame(rows, columns=list(names)), name="due", caption=caption)


def leading_table(book: Book, region: str, lang: Language = "zh", *, public: bool = False) -> Table:
    """The leading figures of a region: the project library, the register of firms, electricity."""
    zh = lang == "zh"
    names = ("先行指标", "时期", "最新数", "同比") if zh else ("Leading figure", "Period", "Latest", "On a year before")
    rows = [
        (
            indicators()[one.indicator].zh if zh else indicators()[one.indicator].en,
            period_text(one.latest.period, lang),
            statement_text(one.latest, lang),
            percent(one.growth),
        )
        for one in leading_figures(book, region, public=public)
    ]
    caption = f"{region}投资与产出的先行指标" if zh else f"Leading figures for investment and output, {region}"
    none = (
        ""
        if rows
        else ("尚未报送，空表在templates文件夹。" if zh else "Not reported yet: blank forms are in templates.")
    )
    return Table(frame=pd.DataFrame(rows, columns=list(names)), name="leading", caption=caption, note=none)


def places_table(book: Book, region: str, lang: Language = "zh") -> Table:
    """Place of a region among the cities of its province on the main figures, and its gap to the province."""
    zh = lang == "zh"
    names = (
        ("指标", "时期", "本市", "位次", "与全省差距")
        if zh
        else ("Figure", "Period", "Here", "Place", "Gap to the province")
    )
    rows = []
    for s, peers in places(book, region):
        place = NONE if peers.place is None else f"{peers.place} / {peers.of}"
        entry = indicators()[s.indicator]
        period, here = period_text(s.period, lang), statement_text(s, lang)
        rows.append((entry.zh if zh else entry.en, period, here, place, gap_text(peers.gap, s.unit, lang)))
    caption = f"{region}在全省的位次" if zh else f"{regions()[region].en} among the cities of the province"
    return Table(frame=pd.DataFrame(rows, columns=names), name="places", caption=caption)


def regions_table(
    book: Book, region: str, chosen: Iterable[str] | None = None, lang: Language = "zh", *, public: bool = False
) -> Table:
    """Counties and parks side by side: the latest figure of each indicator; what rests on too few firms is blank."""
    zh = lang == "zh"
    cells = region_cells(book, below(region), chosen or leading_indicators(), public=public)
    told = {cell.region for cell in cells}
    names = [name for name in below(region) if name in told]
    frame = pd.DataFrame({"县市区、园区" if zh else "County or park": [_region(name, lang) for name in names]})
    for indicator in dict.fromkeys(cell.indicator for cell in cells):
        own = {cell.region: cell for cell in cells if cell.indicator == indicator}
        first = next(iter(own.values()))
        entry, unit = indicators()[indicator], units()[first.unit]
        head = f"{entry.zh}（{unit.zh}）" if zh else f"{entry.en} ({unit.en})"
        hidden = "隐去" if zh else "not shown"
        frame[head] = [
            NONE
            if name not in own
            else hidden
            if own[name].value is None
            else numbers_as_text(own[name].value) + (INTERNAL[lang] if own[name].internal else "")
            for name in names
        ]
    caption = "县市区和园区" if zh else "Counties and parks"
    note = "由不足三家企业构成的数予以隐去。" if zh else "Figures that rest on fewer than three firms are not shown."
    if not cells:
        note = (
            "尚未报送，空表在templates文件夹。"
            if zh
            else "Not reported yet: the blank forms are in the folder templates."
        )
    return Table(frame=frame, name="regions", caption=caption, note=note)


def _table(rows: Sequence[Row], lang: Language, name: str, caption: str) -> Table:
    return _dressed(_frame(rows, lang), lang, name, caption)


def _dressed(frame: pd.DataFrame, lang: Language, name: str, caption: str) -> Table:
    columns = _COLUMNS[lang]
    words = frame.attrs["marks"]
    marks = {columns[6]: mark_of(lang), columns[8]: lambda text: words.get(text, "")}
    return Table(frame=frame, name=name, caption=caption, marks=marks, note=rule_text(lang))


def _frame(rows: Sequence[Row], lang: Language) -> pd.DataFrame:
    chances = [chance(row, lang) for row in rows]
    cells = [
        (
            target_name(row.target, lang) + (INTERNAL[lang] if row.internal else ""),
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
    frame = pd.DataFrame(cells, columns=list(_COLUMNS[lang]))
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
    name = known.publisher if known else (latest.source_id or ("未注明" if lang == "zh" else "not stated"))
    grade = f"（{latest.trust}级）" if lang == "zh" else f" (grade {latest.trust})"
    return f"{name}{grade}{'，' if lang == 'zh' else ', '}{latest.published}"


def _region(name: str, lang: Language) -> str:
    return name if lang == "zh" else regions()[name].en


def _counts(name: str, card: Scorecard, rows: Sequence[Row], lang: Language) -> dict[str, object]:
    lights = card.lights(rows)
    columns: dict[str, object] = {"": name, "目标数" if lang == "zh" else "Targets": len(rows)}
    for light, count in lights.items():
        columns[light_word(light, lang)] = count
    columns["无数据" if lang == "zh" else "No figure"] = sum(not row.reported for row in rows)
    return columns


def mark_of(lang: Language) -> Callable[[str], str]:
    """From the word of a light to the class that colours it."""
    words = {light_word(light, lang): mark for light, mark in MARKS.items()}
    return lambda text: words.get(text, "")


def owed_table(blanks: Sequence[Blank], owner: str, lang: Language = "zh") -> Table:
    """Every figure that one owner of data still owes."""
    zh = lang == "zh"
    names = ["指标", "时期", "对象", "单位"] if zh else ["Indicator", "Period", "Of", "Unit"]
    rows = [
        (
            indicators()[b.indicator].zh if zh else indicators()[b.indicator].en,
            period_text(b.period, lang),
            b.reference or _region(b.region, lang),
            units()[b.unit].zh if zh else units()[b.unit].en,
        )
        for b in blanks
        if b.owner == owner
    ]
    caption = f"{body_name(owner, lang)}待报的数" if zh else f"Figures due from the {body_name(owner, lang)}"
    none = "" if rows else ("没有待报的数。" if zh else "Nothing is due.")
    return Table(frame=pd.DataFrame(rows, columns=names), name="owed", caption=caption, note=none)
