"""Figures, periods and what a target asks for, in words, in both languages."""

from __future__ import annotations

from typing import Any, Literal

from xtanalysis.data.dictionary import regions, units
from xtanalysis.statements.grammar import Period, Statement
from xtanalysis.statements.plans import Target
from xtanalysis.targets.book import in_unit
from xtanalysis.targets.schedules import Schedule, schedule_of

__all__ = [
    "BODIES",
    "NONE",
    "amount",
    "asks",
    "body_name",
    "natural",
    "numbers_as_text",
    "one_of",
    "percent",
    "period_text",
    "points_word",
    "printed",
    "publisher_name",
    "statement_text",
    "target_name",
    "unit_word",
]

Language = Literal["zh", "en"]

NONE = "—"
BODIES = {
    "市工信局": "Bureau of Industry and Information Technology",
    "市科技局": "Bureau of Science and Technology",
    "市市场监管局": "Administration for Market Regulation",
    "市经研金融办": "Office of Economic Research and Finance",
    "市工商联": "Federation of Industry and Commerce",
    "市商务局": "Bureau of Commerce",
    "市委组织部": "Organisation Department of the Party Committee",
    "市委督查室": "Supervision Office of the Party Committee",
    "市财政局": "Bureau of Finance",
    "市统计局": "Bureau of Statistics",
    "市税务局": "Tax Bureau",
    "市发改委": "Development and Reform Commission",
}
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_EVERY = {
    "each_year": ("每年", " each year"),
    "each_half_year": ("每半年", " each half-year"),
    "each_quarter": ("每季度", " each quarter"),
}
_RELATION = {
    "at_least": ("不低于", "at least "),
    "at_most": ("不高于", "at most "),
    "above": ("超过", "more than "),
    "equals": ("", ""),
    "about": ("", "about "),
    "between": ("", ""),
}
_SINGLE = {"firms": "firm", "events": "event", "projects": "project", "issues": "issue", "persons": "person"}


def numbers_as_text(value: Any, spec: str = "") -> str:
    """Format one value: numbers by ``spec`` or to 4 significant digits, with a real minus sign; others as they are."""
    if not hasattr(value, "__float__") or isinstance(value, bool) or value != value:  # NaN is not itself
        return str(value)
    if spec:
        return format(value, spec).replace("-", "−")
    if float(value).is_integer() and abs(value) < 1e15:
        return f"{int(value)}".replace("-", "−")
    return f"{value:.4g}".replace("-", "−")


def target_name(target: Target, lang: Language) -> str:
    """A target's name where it stands alone: without the document's "of which"."""
    if lang == "zh":
        return target.zh.removeprefix("其中：")
    text = target.en.removeprefix("of which ")
    return f"{text[:1].upper()}{text[1:]}"


def one_of(pair: tuple[str, str], lang: Language) -> str:
    """The Chinese or the English of a pair."""
    return pair[0] if lang == "zh" else pair[1]


def body_name(body: str, lang: Language) -> str:
    """Name of a body; one that has no English name here keeps its own."""
    return body if lang == "zh" else BODIES.get(body, body)


def publisher_name(publisher: str, lang: Language) -> str:
    """Who published a figure; in English where it is an office of statistics or a body that has an English name."""
    if lang == "zh":
        return publisher
    return ", ".join(map(_english_publisher, publisher.split("、")))


def _english_publisher(name: str) -> str:
    places = {r.id: r.en for r in regions().values()}
    short = {r.id[:-1]: r.en for r in regions().values() if r.kind in ("city", "province")}  # counties share such names
    places = short | places
    body = name.removeprefix("国家统计局").removesuffix("调查队")
    if name == "国家统计局":
        return "National Bureau of Statistics"
    if name == f"国家统计局{body}调查队" and body in places:
        return f"survey team of the National Bureau of Statistics in {places[body]}"
    for place in sorted(places, key=len, reverse=True):
        office = BODIES.get(f"市{name.removeprefix(place)}") if name.startswith(place) else None
        if office is not None:
            return f"{places[place]} {office}"
    return name


def unit_word(unit: str, lang: Language) -> str:
    """A unit in words; % for percent."""
    if unit == "count" and lang == "en":
        return ""
    entry = units()[unit]
    return (entry.zh if lang == "zh" else entry.en) if unit != "percent" else "%"


def points_word(unit: str, lang: Language) -> str:
    """The unit of a difference: points where the values are percentages."""
    if units()[unit].dimension == "fraction":
        return "个百分点" if lang == "zh" else "points"
    return unit_word(unit, lang)


def amount(value: float, unit: str, lang: Language) -> str:
    """A number with its unit; Chinese sets them together, English tells large units in natural ones."""
    if lang == "en":
        return _english(value, unit)
    return f"{numbers_as_text(value)}{unit_word(unit, lang)}"


_NATURAL = {"100m_yuan": (0.1, "billion yuan"), "10k_yuan": (0.01, "million yuan"),
            "10k_tce": (0.01, "million tonnes of coal equivalent"), "10k_tco2": (0.01, "million tonnes of CO2"),
            "10k_persons": (10.0, "thousand persons")}  # fmt: skip


def natural(value: float, unit: str) -> tuple[float, str]:
    """A value in the unit in which English tells it, and that unit's word with the space before it, if any."""
    factor, word = _NATURAL.get(unit, (1.0, unit_word(unit, "en")))
    word = _SINGLE.get(unit, word) if value == 1 else word
    return value * factor, f"{'' if word in ('%', '') else ' '}{word}"


def _english(value: float, unit: str) -> str:
    if unit == "times":
        return {1: "once", 2: "twice"}.get(int(value) if value in (1, 2) else 0, f"{numbers_as_text(value)} times")
    shown, word = natural(value, unit)
    return f"{numbers_as_text(shown)}{word}"


def percent(fraction: float | None, digits: int = 1) -> str:
    """A fraction as a percentage."""
    return NONE if fraction is None else numbers_as_text(100 * fraction, f".{digits}f") + "%"


def period_text(period: Period, lang: Language) -> str:
    """2023年 · 2025年1—9月 · 2025年三季度; 2023 · January–September 2025 · third quarter of 2025."""
    zh = lang == "zh"
    if period.is_year:
        return f"{period.year}年" if zh else f"{period.year}"
    if period.is_span:
        return f"{period.first_year}—{period.year}年" if zh else f"{period.first_year}–{period.year}"
    first, last, year = period.start[1], period.end[1], period.year
    half = {(1, 6): ("上半年", "first half"), (7, 12): ("下半年", "second half")}.get((first, last))
    if half is not None:
        return f"{year}年{half[0]}" if zh else f"{half[1]} of {year}"
    if first != 1 and last - first == 2 and last % 3 == 0:
        which = last // 3 - 1
        return (
            f"{year}年{'一二三四'[which]}季度"
            if zh
            else f"{('first', 'second', 'third', 'fourth')[which]} quarter of {year}"
        )
    if first == last:
        return f"{year}年{last}月" if zh else f"{MONTHS[last - 1]} {year}"
    return f"{year}年{first}—{last}月" if zh else f"{MONTHS[first - 1]}–{MONTHS[last - 1]} {year}"


def asks(target: Target, lang: Language) -> str:
    """What a target asks for, complete: how much, of what span, how often, by when.

    Examples
    --------
    ``2021—2025年年均增长5%左右`` · ``at least 200 firms in all, 2021–2025`` · ``每条产业链1—2家（到2025年）``.
    """
    year, schedule = target.deadline.year, schedule_of(target)
    if target.value is None:
        return _without_number(target, lang)
    if schedule is Schedule.CHANGE:
        return _change_asked(target, lang)
    every = _EVERY.get(target.frequency, ("", ""))
    number = _number_asked(target, lang)
    if target.measure == "growth" and target.value == 0:
        number = "增长" if lang == "zh" else "growth"
    zh, en = {
        Schedule.EACH_PERIOD: (f"{every[0]}{number}", f"{number}{every[1]}"),
        Schedule.EACH_CHAIN: (f"每条产业链{number}（到{year}年）", f"{number} in each chain by {year}"),
        Schedule.STANDING: (f"常年{number}", f"{number} at all times"),
        Schedule.TOTAL: (
            f"{target.deadline.first_year}—{year}年累计{number}",
            f"{number} in all, {target.deadline.first_year}–{year}",
        ),
    }.get(schedule, (f"{year}年{number}", f"{number} in {year}"))
    return zh if lang == "zh" else en


def _without_number(target: Target, lang: Language) -> str:
    year = target.deadline.year
    if schedule_of(target) is Schedule.PLACE:
        return f"到{year}年居{target.reference}前列" if lang == "zh" else f"a front rank among its peers by {year}"
    if target.reference is not None:
        around = regions()[target.reference].en if target.reference in regions() else target.reference
        if lang == "zh":
            return f"到{year}年达到并超过{target.reference}平均水平"
        return f"to reach and pass the average of {around} by {year}"
    note = target.note_zh if lang == "zh" else target.note_en
    return note or ("文件未给出数值" if lang == "zh" else "no number in the document")


def _number_asked(target: Target, lang: Language) -> str:
    """Relation and number; the lower end of a range is what must be reached, so the range says it by itself."""
    value = target.value or 0.0
    if target.value_high is not None:
        high = amount(target.value_high, target.unit, lang)
        return f"{numbers_as_text(value)}{'—' if lang == 'zh' else '–'}{high}"
    tail = "左右" if target.relation == "about" and lang == "zh" else ""
    return f"{one_of(_RELATION[target.relation], lang)}{amount(value, target.unit, lang)}{tail}"


def _change_asked(target: Target, lang: Language) -> str:
    value = target.value or 0.0
    falls, about, average = value < 0, target.relation == "about", target.measure == "average_growth"
    least = target.value_high is None and target.relation == ("at_most" if falls else "at_least")
    number = amount(abs(value), target.unit, lang)
    if target.value_high is not None:
        low, high = sorted((abs(value), abs(target.value_high)))
        number = f"{numbers_as_text(low)}{'—' if lang == 'zh' else '–'}{amount(high, target.unit, lang)}"
    first, last = (target.base_period or target.deadline).year + 1, target.deadline.year
    if lang == "zh":
        years = f"{last}年" if first >= last else f"{first}—{last}年"
        kind = "" if first >= last else "年均" if average else "累计"
        return f"{years}{kind}{'下降' if falls else '增长'}{number}{'左右' if about else '以上' if least else ''}"
    years = f"{last}" if first >= last else f"{first}–{last}"
    verb, kind = "fall by" if falls else "grow by", "a year on average" if average else "in all"
    return f"{verb} {'about ' if about else 'at least ' if least else ''}{number} {kind}, {years}"


def printed(s: Statement, percent: float) -> float:
    """A rate of a figure as a bureau prints it: of a forecast to a tenth, others to a hundredth at most."""
    return round(percent, 1 if s.role == "outlook" else 2)


def statement_text(s: Statement, lang: Language, unit: str = "") -> str:
    """One figure with its sign (growth reads 增长 or 下降), in ``unit`` where that is named and fits."""
    if s.measure in ("growth", "average_growth", "year_to_date_growth", "cumulative_change", "month_growth"):
        value = printed(s, in_unit(s, "percent"))
        if lang == "en":
            return f"{numbers_as_text(value, '+.4g')}%"
        average = "年均" if s.measure == "average_growth" else ""
        return f"{average}{'下降' if value < 0 else '增长'}{numbers_as_text(abs(value))}%"
    if s.measure == "rank":
        return f"第{s.value:g}位" if lang == "zh" else f"rank {s.value:g}"
    shown = unit if unit and units()[unit].dimension == units()[s.unit].dimension else s.unit
    shown = "percent" if shown == "fraction" else shown
    return amount(in_unit(s, shown), shown, lang)
