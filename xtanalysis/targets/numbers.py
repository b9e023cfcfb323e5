"""Numbers, units, days, periods and regions as readers are told them, in both languages."""

from __future__ import annotations

import datetime as dt
from calendar import month_name
from typing import Any

from xtanalysis.data.dictionary import regions, units
from xtanalysis.statements.grammar import Period
from xtanalysis.statements.request import NATION
from xtanalysis.text import Language, bilingual, name_in, pmessage, psay, say

__all__ = [
    "NONE",
    "amount",
    "day_text",
    "given_amount",
    "natural",
    "number_text",
    "numbers_as_text",
    "percent",
    "period_text",
    "points_word",
    "region_text",
    "rounded_amount",
    "rounded_text",
    "signed_percent",
    "significant",
    "told_amount",
    "unit_word",
]

NONE = "—"
WHOLE_FROM = 100.0  # from here on without decimals
_QUARTERS = (
    pmessage("quarter", "first"), pmessage("quarter", "second"), pmessage("quarter", "third"),
    pmessage("quarter", "fourth"),
)  # fmt: skip
_SINGLE = {"firms": "firm", "events": "event", "projects": "project", "issues": "issue", "persons": "person"}


def numbers_as_text(value: Any, spec: str = "") -> str:
    """Format one value: numbers by ``spec`` or to 4 significant digits, with a real minus sign; others as they are."""
    if not hasattr(value, "__float__") or isinstance(value, bool) or value != value:  # NaN is not itself
        return str(value)
    if spec:
        return format(value, spec).replace("-", "−")
    whole = abs(value) < 1e15 and (float(value).is_integer() or abs(value) >= 1000)
    return f"{value:{'.0f' if whole else '.4g'}}".replace("-", "−")


def unit_word(unit: str, lang: Language) -> str:
    """A unit in words; % for percent."""
    if unit == "count" and lang == "en":
        return ""
    return name_in(units()[unit], lang) if unit != "percent" else "%"


def points_word(unit: str, lang: Language) -> str:
    """The unit of a difference: points where the values are percentages."""
    if units()[unit].dimension == "fraction":
        return say(lang, "points")
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
    if period.is_year:
        return say(lang, "{year}", year=period.year)
    if period.is_span:
        return say(lang, "{first}–{last}", first=period.first_year, last=period.year)
    first, last, year = period.start[1], period.end[1], period.year
    if (first, last) == (1, 6):
        return say(lang, "first half of {year}", year=year)
    if (first, last) == (7, 12):
        return say(lang, "second half of {year}", year=year)
    if first != 1 and last - first == 2 and last % 3 == 0:
        return say(lang, "{which} quarter of {year}", which=_QUARTERS[last // 3 - 1], year=year)
    until = bilingual(month_name[last], last)
    if first == last:
        return say(lang, "{month} {year}", month=until, year=year)
    since = bilingual(month_name[first], first)
    return say(lang, "{since}–{until} {year}", since=since, until=until, year=year)


def number_text(value: float, lang: Language, digits: int = 1) -> str:
    """One decimal as a rule, none for whole numbers; English sets commas."""
    text = f"{value:,.{digits}f}" if lang == "en" else f"{value:.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text.replace("-", "−")


def significant(value: float, digits: int) -> float:
    """A value to so many significant digits."""
    return float(f"{value:.{digits}g}")


def signed_percent(value: float) -> str:
    """A percentage with its sign."""
    return f"{value:+.1f}%".replace("-", "−")


def rounded_text(value: float, lang: Language, *, whole: bool | None = None) -> str:
    """A computed number: one decimal, from a hundred on none; English sets commas."""
    none = abs(value) >= WHOLE_FROM if whole is None else whole
    return f"{value:{',' if lang == 'en' else ''}.{0 if none else 1}f}".replace("-", "−")


def rounded_amount(value: float, unit: str, lang: Language) -> str:
    """A computed number with its unit, a percentage with one decimal throughout; in English yuan in billions."""
    shown, name = natural(value, unit) if lang == "en" else (value, units()[unit].zh)
    return rounded_text(shown, lang, whole=False if units()[unit].dimension == "fraction" else None) + name


def given_amount(value: float, unit: str, lang: Language) -> str:
    """A published or assumed number as it is; English has hundreds of millions of yuan as billions."""
    if lang == "zh":
        return f"{number_text(value, lang)}{units()[unit].zh}"
    shown, name = natural(value, unit)
    return f"{number_text(shown, lang, 2)}{name}"


def told_amount(value: float, unit: str, lang: Language, *, changes: bool) -> str:
    """A computed change with its sign, in Chinese by a word; anything else as it is."""
    if not changes:
        return rounded_amount(value, unit, lang)
    sign = "+" if value > 0 else ""
    size = bilingual(f"{sign}{rounded_amount(value, unit, lang)}", rounded_amount(abs(value), unit, lang))
    return (pmessage("rise", "{size}") if value >= 0 else pmessage("fall", "{size}")).told(lang, size=size)


def day_text(value: dt.date, lang: Language) -> str:
    """A date."""
    return say(lang, "{day.day} {day:%B %Y}", day=value)


def region_text(region: str, lang: Language) -> str:
    """A region by name; Chinese offices call the country 全国."""
    nation = psay("zh", "as a whole", "China") if region == NATION else region
    return bilingual(regions()[region].en, nation).told(lang)
