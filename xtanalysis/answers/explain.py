"""A target's answer in plain words: what it is, which figures decide it, which figure would settle more."""

from __future__ import annotations

from xtanalysis.answers.influence import Influence, influences
from xtanalysis.answers.project import ScenarioDraws
from xtanalysis.answers.value_of_information import Information, value_of_information
from xtanalysis.data.dictionary import indicators, regions, units
from xtanalysis.statements.facts import sources
from xtanalysis.statements.grammar import Period, Statement
from xtanalysis.targets.chains import short_publisher
from xtanalysis.targets.margins import first_readings
from xtanalysis.targets.numbers import percent, period_text
from xtanalysis.targets.verdict_words import caution, decided_by, verdict_text
from xtanalysis.targets.verdicts import Verdict, options_of
from xtanalysis.targets.words import asks, printed
from xtanalysis.text import Language, all_in, bilingual, in_language, message, name_in, pmessage, psay, say

__all__ = ["describe", "explain"]

FIGURES = 5
MEASURES = {
    "level": "", "share": "", "growth": pmessage("a measure", "growth"),
    "average_growth": pmessage("a measure", "average growth"), "cumulative_change": pmessage("a measure", "change"),
    "sum": pmessage("a measure", "total"), "year_to_date_level": pmessage("a measure", "to date"),
    "year_to_date_growth": pmessage("a measure", "growth to date"),
    "month_growth": pmessage("a measure", "growth in the month"), "gap": pmessage("a measure", "gap to {other}"),
    "rank": pmessage("a measure", "rank in {other}"),
}  # fmt: skip
ROLES = {
    "outcome": pmessage("a role", "published"),
    "estimate": pmessage("a role", "preliminary"),
    "plan": pmessage("a role", "planned"),
    "outlook": pmessage("a role", "outlook"),
}
WORDS = {
    "verdict": message("Target “{name}” ({wanted}): {verdict}; {more}."),
    "range": message("Median {median}, 80 % band {low} to {high} ({unit})."),
    "figures": message("The figures that it rests on:"),
    "deciding": message("The figures that decide most (each group left out in turn, all else as it is):"),
    "deciding_open": message(
        "The published figures that narrow this target's band most (each group left out in turn):"
    ),
    "row": message("{i}. {figure}. The band is {narrower} narrower for it"),
    "several": message("{latest}, with {more} more about the same indicator"),
    "moved": message("; the probability goes from {before} to {after}"),
    "none": message("No published figure narrows the band by more than 1 %: this answer comes mainly from the model."),
    "ask": message("Not yet published, and worth most: {figure} ({owner}); it would remove {share} of the variance."),
    "stop": message("."),
}
RELATIONS = {
    "about": pmessage("a figure", "about {number}"),
    "at_least": pmessage("a figure", "at least {number}"),
    "at_most": pmessage("a figure", "at most {number}"),
    "above": pmessage("a figure", "above {number}"),
}


def explain(projection: ScenarioDraws, target_id: str, lang: Language = "zh") -> str:
    """Say in plain words which figures decide a target, whether or not the model has paths of it.

    Raises
    ------
    BadInput
        If the plan has no such target.
    """
    result = projection.target(target_id)
    words = all_in(WORDS, lang)
    alone = result.target not in {r.target for r in first_readings(projection)}  # judged without paths
    if result.median is None or result.decided or alone:
        lines = [_verdict(projection, result, lang)]
        if result.figures:
            lines.append(words["figures"])
            lines += [f"{n}. {describe(s, lang)}{words['stop']}" for n, s in enumerate(result.figures, 1)]
        return "\n".join(lines)
    unit = _unit(result.unit, lang)
    lines = [_verdict(projection, result, lang)]
    numbers = {"median": result.median, "low": result.low or 0.0, "high": result.high or 0.0}
    lines.append(words["range"].format(**{k: _number(v) for k, v in numbers.items()}, unit=unit))
    judged = result.probability is not None
    telling = [i for i in influences(projection, result)[:FIGURES] if i.narrower >= 0.01]
    lines.append(words["deciding" if judged else "deciding_open"] if telling else words["none"])
    lines += [_row(n, influence, judged, lang) for n, influence in enumerate(telling, 1)]
    asked = _asked(projection, result)
    if asked is not None:
        share = percent(asked.removed[result.target], 0)
        lines.append(words["ask"].format(figure=_wanted_figure(asked, lang), owner=asked.owner, share=share))
    return "\n".join(lines)


def describe(statement: Statement, lang: Language = "zh") -> str:
    """A published figure in words, with its source and day."""
    entry, source = indicators()[statement.indicator], sources().get(statement.source_id or "")
    other = _region(statement.reference, lang) if statement.reference in regions() else statement.reference or ""
    measure = in_language(MEASURES[statement.measure], lang).format(other=other)
    unit = _unit(statement.unit, lang)
    value = printed(statement, statement.value) if statement.unit == "percent" else statement.value
    number = f"{value:g}{'' if lang == 'zh' or unit == '%' else ' '}{unit}"
    if statement.relation in RELATIONS:
        number = RELATIONS[statement.relation].told(lang, number=number)
    period = _period(statement.period, lang)
    if statement.base_period is not None:
        first = statement.base_period.year + 1
        period = say(lang, "{first} to {year}", first=first, year=statement.period.year)
    origin = [
        in_language(ROLES.get(statement.role, statement.role), lang),
        short_publisher(source.publisher) if source else "",
        str(statement.published or ""),
    ]
    what = bilingual(" ".join(filter(None, (entry.en, measure))), f"{entry.zh}{measure}")
    return say(
        lang, "{region}, {what}, {period}: {number} ({origin})", region=_region(statement.region, lang), what=what,
        period=period, number=number, origin=psay(lang, "between clauses", ", ").join(filter(None, origin)),
    )  # fmt: skip


def _verdict(projection: ScenarioDraws, result: Verdict, lang: Language) -> str:
    words = all_in(WORDS, lang)
    target = projection.plan.target(result.target)
    name = name_in(target, lang)
    wanted = asks(target.read(options_of(result.reading)), lang)
    more = decided_by(result, lang) if result.decided else caution(result, lang)
    return words["verdict"].format(name=name, wanted=wanted, verdict=verdict_text(result, lang, short=True), more=more)


def _row(place: int, influence: Influence, judged: bool, lang: Language) -> str:
    words = all_in(WORDS, lang)
    figure = describe(influence.statements[-1], lang)
    if len(influence.statements) > 1:
        figure = words["several"].format(latest=figure, more=len(influence.statements) - 1)
    text = words["row"].format(i=place, figure=figure, narrower=percent(influence.narrower, 0))
    before, after = percent(influence.probability_without, 0), percent(influence.probability_with, 0)
    if judged and before != after:
        text += words["moved"].format(before=before, after=after)
    return text + words["stop"]


def _asked(projection: ScenarioDraws, result: Verdict) -> Information | None:
    """The figure about a year that is over that says most about the target."""
    figures = [f for f in value_of_information(projection) if f.exists and f.removed.get(result.target, 0.0) > 0.01]
    return max(figures, key=lambda f: f.removed[result.target], default=None)


def _wanted_figure(figure: Information, lang: Language) -> str:
    entry = indicators()[figure.indicator]
    measure = in_language(MEASURES[figure.measure], lang)
    whole = "" if measure or entry.kind != "level" else psay("zh", "a measure", "the whole")
    what = bilingual(" ".join(filter(None, (entry.en, measure))), f"{entry.zh}{measure or whole}")
    if figure.base is None:
        return say(lang, "{what} in {year}", what=what, year=figure.year)
    return say(lang, "{what} in {first} to {year}", what=what, first=figure.base + 1, year=figure.year)


def _period(period: Period, lang: Language) -> str:
    """A period as figures are listed: in English as files write it."""
    if period.is_span or (not period.is_year and period.start[1] != period.end[1]):
        return bilingual(period, _span(period)).told(lang)
    return bilingual(period, period_text(period, "zh")).told(lang)


def _span(period: Period) -> str:
    if period.is_span:
        return period_text(period, "zh")
    since, until = period.start[1], period.end[1]
    return say("zh", "{since}–{until} {year}", since=since, until=until, year=period.year)


def _region(name: str | None, lang: Language) -> str:
    return bilingual(regions()[name or ""].en, name or "").told(lang)


def _unit(name: str, lang: Language) -> str:
    return name_in(units()[name], lang)


def _number(value: float) -> str:
    return f"{value:.1f}" if abs(value) < 1000.0 else f"{value:.0f}"
