"""A target's answer in plain words: what it is, which figures decide it, which figure would settle more."""

from __future__ import annotations

from typing import Literal

from xtanalysis.answers.influence import Influence, influences
from xtanalysis.answers.project import Projection
from xtanalysis.answers.value_of_information import Information, value_of_information
from xtanalysis.data.dictionary import indicators, regions, units
from xtanalysis.statements.facts import sources
from xtanalysis.statements.grammar import Period, Statement
from xtanalysis.targets.chains import short_publisher
from xtanalysis.targets.margins import first_readings
from xtanalysis.targets.verdict_words import caution, decided_by, verdict_text
from xtanalysis.targets.verdicts import Verdict, options_of
from xtanalysis.targets.words import asks, printed

__all__ = ["describe", "explain"]

Lang = Literal["zh", "en"]

FIGURES = 5
MEASURES = {
    "zh": {
        "level": "", "share": "", "growth": "增速", "average_growth": "年均增速", "cumulative_change": "累计变化",
        "sum": "合计", "year_to_date_level": "累计", "year_to_date_growth": "同比增速", "month_growth": "当月同比",
        "gap": "与{other}之差", "rank": "在{other}的位次",
    },
    "en": {
        "level": "", "share": "", "growth": "growth", "average_growth": "average growth",
        "cumulative_change": "change", "sum": "total", "year_to_date_level": "to date",
        "year_to_date_growth": "growth to date", "month_growth": "growth in the month", "gap": "gap to {other}",
        "rank": "rank in {other}",
    },
}  # fmt: skip
ROLES = {
    "zh": {"outcome": "实际数", "estimate": "预计数", "plan": "计划数", "outlook": "预测数"},
    "en": {"outcome": "published", "estimate": "preliminary", "plan": "planned", "outlook": "outlook"},
}
WORDS = {
    "zh": {
        "verdict": "目标“{name}”（{wanted}）：{verdict}。{more}。",
        "range": "中位数{median}，80%区间{low}至{high}（{unit}）。",
        "figures": "所依据的数：",
        "deciding": "以下公布的数最起作用（逐组拿掉，其余不变，重新测算）：",
        "deciding_open": "已公布的数中，以下最能缩小这一目标的测算区间（逐组拿掉，其余不变，重新测算）：",
        "row": "{i}. {figure}。据此区间收窄{narrower}",
        "several": "{latest}，连同同一指标的另外{more}个数",
        "moved": "，可能性由{before}变为{after}",
        "none": "没有一个公布的数使区间收窄1%以上：这一目标的测算主要来自模型。",
        "ask": "尚未公布的数中，最能减少不确定性的是{figure}（{owner}）：可消去这一目标{share}的方差。",
        "stop": "。",
    },
    "en": {
        "verdict": "Target “{name}” ({wanted}): {verdict}; {more}.",
        "range": "Median {median}, 80 % band {low} to {high} ({unit}).",
        "figures": "The figures that it rests on:",
        "deciding": "The figures that decide most (each group left out in turn, all else as it is):",
        "deciding_open": "The published figures that narrow this target's band most (each group left out in turn):",
        "row": "{i}. {figure}. The band is {narrower} narrower for it",
        "several": "{latest}, with {more} more about the same indicator",
        "moved": "; the probability goes from {before} to {after}",
        "none": "No published figure narrows the band by more than 1 %: this answer comes mainly from the model.",
        "ask": "Not yet published, and worth most: {figure} ({owner}); it would remove {share} of the variance.",
        "stop": ".",
    },
}
RELATIONS = {
    "zh": {"equals": "", "about": "左右", "at_least": "及以上", "at_most": "及以下", "above": "以上", "between": ""},
    "en": {
        "equals": "", "about": "about ", "at_least": "at least ", "at_most": "at most ", "above": "above ",
        "between": "",
    },
}  # fmt: skip


def explain(projection: Projection, target_id: str, lang: Lang = "zh") -> str:
    """Say in plain words which figures decide a target, whether or not the model has paths of it.

    Raises
    ------
    BadInput
        If the plan has no such target.
    """
    result = projection.target(target_id)
    words = WORDS[lang]
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
        share = _percent(asked.removed[result.target])
        lines.append(words["ask"].format(figure=_wanted_figure(asked, lang), owner=asked.owner, share=share))
    return "\n".join(lines)


def describe(statement: Statement, lang: Lang = "zh") -> str:
    """A published figure in words, with its source and day."""
    entry, source = indicators()[statement.indicator], sources().get(statement.source_id or "")
    other = _region(statement.reference, lang) if statement.reference in regions() else statement.reference or ""
    measure = MEASURES[lang][statement.measure].format(other=other)
    unit = _unit(statement.unit, lang)
    value = printed(statement, statement.value) if statement.unit == "percent" else statement.value
    number = f"{value:g}{'' if lang == 'zh' or unit == '%' else ' '}{unit}"
    number = (
        f"{number}{RELATIONS[lang][statement.relation]}"
        if lang == "zh"
        else f"{RELATIONS[lang][statement.relation]}{number}"
    )
    period = _period(statement.period, lang)
    if statement.base_period is not None:
        first = statement.base_period.year + 1
        period = f"{first}—{statement.period.year}年" if lang == "zh" else f"{first} to {statement.period.year}"
    origin = [
        ROLES[lang].get(statement.role, statement.role),
        short_publisher(source.publisher) if source else "",
        str(statement.published or ""),
    ]
    if lang == "zh":
        return (
            f"{_region(statement.region, lang)}{period}{entry.zh}{measure}{number}（{'，'.join(filter(None, origin))}）"
        )
    what = " ".join(filter(None, (entry.en, measure)))
    return f"{_region(statement.region, lang)}, {what}, {period}: {number} ({', '.join(filter(None, origin))})"


def _verdict(projection: Projection, result: Verdict, lang: Lang) -> str:
    words = WORDS[lang]
    target = projection.plan.target(result.target)
    name = target.zh if lang == "zh" else target.en
    wanted = asks(target.read(options_of(result.reading)), lang)
    more = decided_by(result, lang) if result.decided else caution(result, lang)
    return words["verdict"].format(name=name, wanted=wanted, verdict=verdict_text(result, lang, short=True), more=more)


def _row(place: int, influence: Influence, judged: bool, lang: Lang) -> str:
    words = WORDS[lang]
    figure = describe(influence.statements[-1], lang)
    if len(influence.statements) > 1:
        figure = words["several"].format(latest=figure, more=len(influence.statements) - 1)
    text = words["row"].format(i=place, figure=figure, narrower=_percent(influence.narrower))
    before, after = _percent(influence.probability_without), _percent(influence.probability_with)
    if judged and before != after:
        text += words["moved"].format(before=before, after=after)
    return text + words["stop"]


def _asked(projection: Projection, result: Verdict) -> Information | None:
    """The figure about a year that is over that says most about the target."""
    figures = [f for f in value_of_information(projection) if f.exists and f.removed.get(result.target, 0.0) > 0.01]
    return max(figures, key=lambda f: f.removed[result.target], default=None)


def _wanted_figure(figure: Information, lang: Lang) -> str:
    entry = indicators()[figure.indicator]
    measure = MEASURES[lang][figure.measure]
    if lang == "zh":
        period = f"{figure.year}年" if figure.base is None else f"{figure.base + 1}—{figure.year}年"
        return f"{period}{entry.zh}{measure or '总量' if entry.kind == 'level' else measure}"
    period = str(figure.year) if figure.base is None else f"{figure.base + 1} to {figure.year}"
    return " ".join(filter(None, (entry.en, measure, "in", period)))


def _period(period: Period, lang: Lang) -> str:
    if lang == "en":
        return str(period)
    if period.is_year:
        return f"{period.year}年"
    if period.is_span:
        return f"{period.first_year}—{period.year}年"
    first, last = period.start[1], period.end[1]
    return f"{period.year}年{last}月" if first == last else f"{period.year}年{first}—{last}月"


def _region(name: str | None, lang: Lang) -> str:
    return (name or "") if lang == "zh" else regions()[name or ""].en


def _unit(name: str, lang: Lang) -> str:
    return units()[name].zh if lang == "zh" else units()[name].en


def _number(value: float) -> str:
    return f"{value:.1f}" if abs(value) < 1000.0 else f"{value:.0f}"


def _percent(share: float) -> str:
    return f"{100.0 * share:.0f}%"
