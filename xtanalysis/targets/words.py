"""Figures, periods and what a target asks for, in words, in both languages."""

from __future__ import annotations

from xtanalysis.data.dictionary import bodies, regions, units
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.offices import city_name, statistics_office
from xtanalysis.statements.plans import Target
from xtanalysis.statements.request import NATION
from xtanalysis.targets.book import in_unit
from xtanalysis.targets.numbers import amount, natural, numbers_as_text
from xtanalysis.targets.schedules import AtAllTimes, Change, EachChain, EachPeriod, Place, Total, schedule_of
from xtanalysis.text import Language, bilingual, message, pmessage, psay, say

__all__ = [
    "asks",
    "body_name",
    "printed",
    "publisher_name",
    "statement_text",
    "target_name",
]

_EVERY = {
    "each_year": message("{number} each year"),
    "each_half_year": message("{number} each half-year"),
    "each_quarter": message("{number} each quarter"),
}
_RELATION = {
    "at_least": message("at least {amount}"),
    "at_most": message("at most {amount}"),
    "above": message("more than {amount}"),
    "about": message("about {amount}"),
}


def target_name(target: Target, lang: Language) -> str:
    """A target's name where it stands alone: without the document's "of which"."""
    if lang == "zh":
        return target.zh.removeprefix("其中：")
    text = target.en.removeprefix("of which ")
    return f"{text[:1].upper()}{text[1:]}"


def body_name(body: str, lang: Language) -> str:
    """Name of a body; one that has no English name here keeps its own."""
    return body if lang == "zh" else bodies().get(body) or bodies().get(city_name(body), body)


def publisher_name(publisher: str, lang: Language) -> str:
    """Who published a figure; in English where it is an office of statistics or a body that has an English name."""
    if lang == "zh":
        return publisher
    return ", ".join(map(_english_publisher, publisher.split("、")))


def _english_publisher(name: str) -> str:
    places = {r.id: r.en for r in regions().values()}
    short = {r.id[:-1]: r.en for r in regions().values() if r.kind in ("city", "province")}  # counties share such names
    places = short | places
    national = statistics_office(regions()[NATION])
    body = name.removeprefix(national).removesuffix("调查队")
    if name == national:
        return bodies()[name]
    if name == f"{national}{body}调查队" and body in places:
        return f"survey team of the National Bureau of Statistics in {places[body]}"
    for place in sorted(places, key=len, reverse=True):
        office = bodies().get(f"市{name.removeprefix(place)}") if name.startswith(place) else None
        if office is not None:
            return f"{places[place]} {office}"
    return name


def asks(target: Target, lang: Language) -> str:
    """What a target asks for, complete: how much, of what span, how often, by when.

    Examples
    --------
    ``2021—2025年年均增长5%左右`` · ``at least 200 firms in all, 2021–2025`` · ``每条产业链1—2家（到2025年）``.
    """
    year, schedule = target.deadline.year, schedule_of(target)
    if target.value is None:
        return _without_number(target, lang)
    if isinstance(schedule, Change):
        return _change_asked(target, lang)
    number = _number_asked(target, lang)
    if target.measure == "growth" and target.value == 0:
        number = say(lang, "growth")
    if isinstance(schedule, EachPeriod):
        every = _EVERY.get(target.frequency)
        return number if every is None else every.told(lang, number=number)
    if isinstance(schedule, EachChain):
        return say(lang, "{number} in each chain by {year}", number=number, year=year)
    if isinstance(schedule, AtAllTimes):
        return say(lang, "{number} at all times", number=number)
    if isinstance(schedule, Total):
        return say(lang, "{number} in all, {first}–{year}", number=number, first=target.deadline.first_year, year=year)
    return say(lang, "{number} in {year}", number=number, year=year)


def _without_number(target: Target, lang: Language) -> str:
    year = target.deadline.year
    if isinstance(schedule_of(target), Place):
        peers = bilingual("its peers", target.reference)
        return say(lang, "a front rank among {peers} by {year}", peers=peers, year=year)
    if target.reference is not None:
        known = regions().get(target.reference)
        around = bilingual(target.reference if known is None else known.en, target.reference)
        return say(lang, "to reach and pass the average of {around} by {year}", around=around, year=year)
    note = target.note_zh if lang == "zh" else target.note_en
    return note or say(lang, "no number in the document")


def _number_asked(target: Target, lang: Language) -> str:
    """Relation and number; the lower end of a range is what must be reached, so the range says it by itself."""
    value = target.value or 0.0
    if target.value_high is not None:
        return _range(value, target.value_high, target.unit, lang)
    number, relation = amount(value, target.unit, lang), _RELATION.get(target.relation)
    return number if relation is None else relation.told(lang, amount=number)


def _range(low: float, high: float, unit: str, lang: Language) -> str:
    first = natural(low, unit)[0] if lang == "en" else low
    return psay(lang, "from low to high", "{low}–{high}", low=numbers_as_text(first), high=amount(high, unit, lang))


def _change_asked(target: Target, lang: Language) -> str:
    value = target.value or 0.0
    falls, about = value < 0, target.relation == "about"
    number = amount(abs(value), target.unit, lang)
    if target.value_high is not None:
        low, high = sorted((abs(value), abs(target.value_high)))
        number = _range(low, high, target.unit, lang)
    elif about:
        number = _RELATION["about"].told(lang, amount=number)
    elif target.relation == ("at_most" if falls else "at_least"):
        number = psay(lang, "a change", "at least {amount}", amount=number)
    by = message("fall by {number}", number=number) if falls else message("grow by {number}", number=number)
    first, last = (target.base_period or target.deadline).year + 1, target.deadline.year
    if target.measure == "average_growth":
        if first >= last:
            return psay(lang, "in one year", "{by} a year on average, {year}", by=by, year=last)
        return say(lang, "{by} a year on average, {first}–{last}", by=by, first=first, last=last)
    if first >= last:
        return psay(lang, "in one year", "{by} in all, {year}", by=by, year=last)
    return say(lang, "{by} in all, {first}–{last}", by=by, first=first, last=last)


def printed(s: Statement, percent: float) -> float:
    """A rate of a figure as a bureau prints it: of a forecast to a tenth, others to a hundredth at most."""
    return round(percent, 1 if s.role == "outlook" else 2)


def statement_text(s: Statement, lang: Language, unit: str = "") -> str:
    """One figure with its sign (growth reads 增长 or 下降), in ``unit`` where that is named and fits."""
    if s.measure in ("growth", "average_growth", "year_to_date_growth", "cumulative_change", "month_growth"):
        value = printed(s, in_unit(s, "percent"))
        return _growth(value, lang, average=s.measure == "average_growth")
    if s.measure == "rank":
        return say(lang, "rank {rank:g}", rank=s.value)
    shown = unit if unit and units()[unit].dimension == units()[s.unit].dimension else s.unit
    shown = "percent" if shown == "fraction" else shown
    return amount(in_unit(s, shown), shown, lang)


def _growth(percent: float, lang: Language, *, average: bool) -> str:
    """English has one sign for it, Chinese a word."""
    size = bilingual(numbers_as_text(percent, "+.4g"), numbers_as_text(abs(percent)))
    if average:
        told = pmessage("average fall", "{size}%") if percent < 0 else pmessage("average rise", "{size}%")
    else:
        told = pmessage("fall", "{size}%") if percent < 0 else pmessage("rise", "{size}%")
    return told.told(lang, size=size)
