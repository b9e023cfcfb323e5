"""Figures, periods and what a target asks for, in words, in both languages."""

from __future__ import annotations

from xtanalysis.answers.book import in_unit
from xtanalysis.data.dictionary import units
from xtanalysis.report.charts.fonts import Language
from xtanalysis.report.tables import numbers_as_text
from xtanalysis.statements.grammar import Period, Statement
from xtanalysis.statements.plans import Target

__all__ = [
    "BODIES",
    "EVERY",
    "NONE",
    "amount",
    "asked",
    "body_name",
    "one_of",
    "percent",
    "period_text",
    "points_word",
    "statement_text",
    "unit_word",
]

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
EVERY = {
    "each_year": ("每年", "each year "),
    "each_half_year": ("每半年", "each half-year "),
    "each_quarter": ("每季度", "each quarter "),
    "per_chain": ("每条产业链", "each chain "),
}
_RELATION = {
    "at_least": ("不低于", "at least "),
    "at_most": ("不高于", "at most "),
    "above": ("超过", "more than "),
    "equals": ("", ""),
    "about": ("", "about "),
    "between": ("", ""),
}


def one_of(pair: tuple[str, str], lang: Language) -> str:
    """The Chinese or the English of a pair."""
    return pair[0] if lang == "zh" else pair[1]


def body_name(body: str, lang: Language) -> str:
    """Name of a body; one that has no English name here keeps its own."""
    return body if lang == "zh" else BODIES.get(body, body)


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
    """A number with its unit; Chinese sets them together."""
    if lang == "en" and unit == "100m_yuan":
        return f"{numbers_as_text(value / 10)} billion yuan"
    word = unit_word(unit, lang)
    return f"{numbers_as_text(value)}{'' if lang == 'zh' or word in ('%', '') else ' '}{word}"


def percent(fraction: float | None, digits: int = 1) -> str:
    """A fraction as a percentage."""
    return NONE if fraction is None else numbers_as_text(100 * fraction, f".{digits}f") + "%"


def period_text(period: Period, lang: Language) -> str:
    """2023年 · 2025年1—9月 · 2025年三季度; in English the grammar's own form."""
    if lang == "en":
        return str(period)
    if period.is_year:
        return f"{period.year}年"
    if period.is_span:
        return f"{period.first_year}—{period.year}年"
    if period.start[1] == 1:
        return f"{period.year}年上半年" if period.end[1] == 6 else f"{period.year}年1—{period.end[1]}月"
    if period.months == 3:
        return f"{period.year}年{'一二三四'[period.end[1] // 3 - 1]}季度"
    return f"{period.year}年下半年" if period.months == 6 else str(period)


def asked(target: Target, lang: Language) -> str:
    """What the target asks for."""
    every = one_of(EVERY[target.frequency], lang) if target.frequency in EVERY else ""
    if target.kind == "rank":
        return "居同类地区前列" if lang == "zh" else "front rank among like regions"
    if target.kind == "reference":
        return "达到并超过全省平均水平" if lang == "zh" else "reach and pass the provincial average"
    if target.kind == "direction":
        return "五项全部实现" if lang == "zh" else "all five directions"
    value = target.value or 0.0
    if target.measure == "growth" and value == 0:
        return f"{every}增长" if lang == "zh" else f"grow {every.strip()}"
    number = amount(abs(value), target.unit, lang)
    if target.measure in ("average_growth", "cumulative_change"):
        return _change_asked(target, number, lang)
    if target.value_high is not None:
        number = f"{numbers_as_text(value)}—{amount(target.value_high, target.unit, lang)}"
        return every + number
    until = "" if every or target.frequency == "standing" else f"{target.deadline.year}年"
    head = every or (until if lang == "zh" else "")
    tail = "" if every or lang == "zh" or not until else f" in {target.deadline.year}"
    if target.measure == "sum":
        head = f"{target.deadline.first_year}—{target.deadline.year}年累计" if lang == "zh" else "in all "
        tail = "" if lang == "zh" else f" in {target.deadline.first_year}–{target.deadline.year}"
    return f"{head}{one_of(_RELATION[target.relation], lang)}{number}{tail}"


def _change_asked(target: Target, number: str, lang: Language) -> str:
    falls = (target.value or 0.0) < 0
    about = target.relation == "about"
    if lang == "zh":
        kind = "年均" if target.measure == "average_growth" else "累计"
        return f"{kind}{'下降' if falls else '增长'}{number}{'左右' if about else ''}"
    verb = "fall by" if falls else "grow by"
    tail = " a year on average" if target.measure == "average_growth" else " in all"
    return f"{verb} {'about ' if about else ''}{number}{tail}"


def statement_text(s: Statement, lang: Language, unit: str = "") -> str:
    """One figure with its sign (growth reads 增长 or 下降), in ``unit`` where that is named and fits."""
    if s.measure in ("growth", "average_growth", "year_to_date_growth", "cumulative_change", "month_growth"):
        value = in_unit(s, "percent")
        if lang == "en":
            return f"{numbers_as_text(value, '+.3g')}%"
        average = "年均" if s.measure == "average_growth" else ""
        return f"{average}{'下降' if value < 0 else '增长'}{numbers_as_text(abs(value))}%"
    if s.measure == "rank":
        return f"第{s.value:g}位" if lang == "zh" else f"rank {s.value:g}"
    shown = unit if unit and units()[unit].dimension == units()[s.unit].dimension else s.unit
    return amount(in_unit(s, shown), shown, lang)
