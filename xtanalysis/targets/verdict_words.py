"""Verdicts in words, in both languages: the word, its range, what it rests on and what it hinges on."""

from __future__ import annotations

from xtanalysis.data.dictionary import indicators, units
from xtanalysis.statements.linear import GROWTH_LIKE
from xtanalysis.targets.declared import declared_set
from xtanalysis.targets.verdicts import Basis, Verdict, Word, shown_probability, word_of
from xtanalysis.targets.words import (
    Language,
    amount,
    body_name,
    numbers_as_text,
    one_of,
    period_text,
    statement_text,
    unit_word,
)

__all__ = [
    "MARKS",
    "basis_text",
    "caution",
    "decided_by",
    "hinge_text",
    "mark_of",
    "missing_text",
    "range_text",
    "release_text",
    "verdict_text",
    "word_text",
]

MARKS: dict[Word, str] = {
    "met": "good", "on_course": "good", "likely": "fair", "uncertain": "unsure", "doubtful": "poor", "unlikely": "bad",
    "missed": "bad", "not_judged": "none",
}  # fmt: skip
"""Class of the style sheet."""
_WORDS: dict[Word, tuple[str, str]] = {
    "met": ("已完成", "met"),
    "missed": ("未完成", "missed"),
    "on_course": ("预计可完成", "on course"),
    "likely": ("有望完成", "likely"),
    "uncertain": ("不确定", "uncertain"),
    "doubtful": ("有难度", "doubtful"),
    "unlikely": ("难以完成", "unlikely"),
    "not_judged": ("暂不能判断", "cannot be judged yet"),
}
_BASES: dict[Basis, tuple[str, str]] = {
    "published": ("按公布数", "by published figures"),
    "reported": ("按所报数，口径未注明", "by the figures reported, their coverage not stated"),
    "robust": ("换口径、换先验判断不变", "the same under every coverage and prior tried"),
    "conditional": ("结论取决于口径、基数或先验", "depends on coverage, base or priors"),
    "prior_only": ("仅凭全国全省规律", "by the rule of nation and province alone"),
    "no_figure": ("无数据", "no figure"),
}


_RELEASES: dict[str, tuple[str, str]] = {
    "estimate": ("以预计数计", "estimates"),
    "preliminary": ("以初步数计", "preliminary figures"),
    "annual": ("以年报数计", "figures of the annual report"),
    "census": ("以普查后修订数计", "figures revised after the census"),
    "not_stated": ("未注明初步数或年报数", "not said whether preliminary or of the annual report"),
}

_UNDECIDED = ("换口径、换先验均不足以定论", "settled under none of the coverages and priors tried")


def word_text(word: Word, lang: Language) -> str:
    """The word of docs/contract.md."""
    return one_of(_WORDS[word], lang)


def mark_of(verdict: Verdict) -> str:
    """Class of the style sheet that colours it."""
    return MARKS[verdict.verdict]


def range_text(verdict: Verdict, lang: Language) -> str:
    """The probability to 5 points, with its range where that is wider: ``65%，55%—75%``; empty if decided."""
    if verdict.decided or verdict.probability is None:
        return ""
    low, middle, high = (
        f"{100.0 * (shown_probability(p) or 0.0):.0f}%"
        for p in (verdict.probability_low, verdict.probability, verdict.probability_high)
    )
    if low == high:
        return middle
    return f"{middle}，{low}—{high}" if lang == "zh" else f"{middle}, {low}–{high}"


def verdict_text(verdict: Verdict, lang: Language, *, short: bool = False) -> str:
    """The word, then its probability with the range, then what a reader must know of its basis.

    Parameters
    ----------
    short
        Leave out the basis and the missing figure: what a cell of a table holds.
    """
    word = word_text(verdict.verdict, lang)
    inside = [range_text(verdict, lang)]
    if verdict.basis in ("reported", "prior_only") and not short:
        inside.append(basis_text(verdict, lang))
    if verdict.basis == "no_figure" and not short:
        inside.append(_missing(verdict, lang))
    told = ("，" if lang == "zh" else "; ").join(filter(None, inside))
    if not told:
        return word
    return f"{word}（{told}）" if lang == "zh" else f"{word} ({told})"


def basis_text(verdict: Verdict, lang: Language) -> str:
    """What a verdict rests on; of an uncertain one that no coverage and no prior settles: that they do not."""
    if verdict.basis == "robust" and verdict.verdict == "uncertain":
        return one_of(_UNDECIDED, lang)
    return one_of(_BASES[verdict.basis], lang)


def decided_by(verdict: Verdict, lang: Language) -> str:
    """The figures that decide, such as 按2024年900亿元和2025年增长3.3%推算; empty where none do."""
    if not verdict.decided or not verdict.figures:
        return ""
    joint = "" if lang == "zh" else " "
    told = [f"{period_text(s.period, lang)}{joint}{statement_text(s, lang)}" for s in verdict.figures]
    alone = len(told) == 1 and verdict.figures[0].measure not in GROWTH_LIKE
    if lang == "zh":
        by = f"按{told[0]}" if alone else f"按{'、'.join(told[:-1])}{'和' if told[:-1] else ''}{told[-1]}推算"
    else:
        by = f"by {' and '.join(told)}" if len(told) < 3 else f"by {', '.join(told[:-1])} and {told[-1]}"
    return ("，" if lang == "zh" else ", ").join(filter(None, [by, release_text(verdict, lang)]))


def release_text(verdict: Verdict, lang: Language) -> str:
    """The release that settles a decided target, and the one before it where that said otherwise; else empty."""
    if not verdict.decided or not verdict.release:
        return ""
    told = one_of(_RELEASES[verdict.release], lang)
    if not verdict.earlier_verdict or verdict.earlier_value is None:
        return told
    before, word = _RELEASES[verdict.earlier_release], word_text(_word(verdict.earlier_verdict), lang)
    value = amount(round(verdict.earlier_value, 1), verdict.unit, lang)
    if lang == "zh":
        return f"{told}；{before[0].removeprefix('以').removesuffix('计')}为{value}，当时为{word}"
    return f"{told}; {before[1]} gave {value}, {word} then"


def _word(text: str) -> Word:
    return "met" if text == "met" else "missed"


def hinge_text(verdict: Verdict, lang: Language, *, beside: str = "") -> str:
    """What the word hangs on, beside what the evidence makes of it; empty without a hinge.

    Parameters
    ----------
    beside
        The target's indicator, where a table names it in the same row: then short, and it is not named again.
    """
    if verdict.hinge_kind in ("calibre", "prior"):
        return _turned_by(verdict, lang, short=bool(beside))
    if not verdict.hinge or verdict.hinge_threshold is None:
        return ""
    entry = indicators()[verdict.hinge]
    name, year = (entry.zh if lang == "zh" else entry.en), verdict.hinge_year
    changes = units()[verdict.hinge_unit].dimension == "fraction" and not entry.is_share
    at, low, high = (
        _hinge_amount(value, verdict.hinge_unit, lang)
        for value in (verdict.hinge_threshold, verdict.hinge_low, verdict.hinge_high)
    )
    joint, own = "至" if changes else "—", verdict.hinge == beside
    least = low.split(" ")[0] if lang == "en" else low.removesuffix(unit_word(verdict.hinge_unit, lang))
    if lang == "zh":
        if beside:
            what = f"到{year}年累计变化" if changes else f"{year}年{'实际数' if own else name}"
            return f"{what}：临界值{at}，推断{least}{joint}{high}"
        what = f"到{year}年{name}的累计变化" if changes else f"{year}年{name}"
        return f"取决于{what}：临界值{at}，公开数据推断为{low}{joint}{high}"
    if beside:
        what = f"change to {year}" if changes else f"{year} figure" if own else f"{name}, {year}"
        return f"{what} turns at {at.split(' ')[0]}; evidence {least} to {high}"
    what = f"the change of {name} to {year}" if changes else f"{name}, {year}"
    return f"hinges on {what}: it turns at {at}; the evidence puts it between {low} and {high}"


def _turned_by(verdict: Verdict, lang: Language, *, short: bool) -> str:
    """The calibre or the priors under which the word would be another, and how far the probability goes then."""
    low, high = verdict.probability_low, verdict.probability_high
    if verdict.probability is None or low is None or high is None:
        return ""
    falls = word_of(low)[0] != word_of(verdict.probability)[0]
    at = f"{100.0 * (shown_probability(low if falls else high) or 0.0):.0f}%"
    member = next((c for c in declared_set().calibres if c.id == verdict.hinge_member), None)
    if lang == "zh":
        reason = f"若{member.zh}" if member is not None else "若今后几年更难或差距消退快慢不同"
        told = f"{reason}，可能性{'低' if falls else '高'}至{at}"
        return told if short else f"取决于{'口径' if member is not None else '先验'}：{told}"
    reason = f"if {member.en}" if member is not None else "if years ahead are harder or gaps fade otherwise"
    told = f"{reason}: the probability {'falls' if falls else 'rises'} to {at}"
    return told if short else f"hinges on {'coverage' if member is not None else 'the priors'}: {told}"


def _hinge_amount(value: float | None, unit: str, lang: Language) -> str:
    """A percentage with one decimal throughout, so that those of one line agree; else from a hundred on none."""
    if value is None:
        return "—"
    shown = 100.0 * value if unit == "fraction" else value
    if units()[unit].dimension == "fraction":
        return f"{numbers_as_text(shown, '.1f')}%"
    return amount(round(shown, 0 if abs(shown) >= 100 else 1), unit, lang)


def caution(verdict: Verdict, lang: Language) -> str:
    """What a number must not be read without: basis, range, hinge, missing figure; empty where figures settle it."""
    if verdict.basis == "published":
        return ""
    near = "概率在抽样误差内临近分界" if lang == "zh" else "within sampling error of the bound of its word"
    parts = [basis_text(verdict, lang), near if verdict.close else "", hinge_text(verdict, lang)]
    if verdict.missing_figure:
        parts.append(_missing(verdict, lang))
    return ("；" if lang == "zh" else "; ").join(filter(None, parts))


def missing_text(verdict: Verdict, lang: Language) -> str:
    """The figure that would settle it, with its year, such as 2025年工业投资; empty where none is missing."""
    if not verdict.missing_figure:
        return ""
    known, since, year = indicators(), verdict.missing_since, verdict.missing_year
    entry = known.get(verdict.missing_figure)
    name = (entry.zh if lang == "zh" else entry.en) if entry else verdict.missing_figure
    if year is None:
        return name
    calibre = verdict.hinge_kind == "calibre"
    change = entry is not None and _is_rate(verdict.unit) and not _is_rate(entry.unit)
    if lang == "zh":
        after = "（注明口径）" if calibre else ""
        if since is None or (since + 1 == year and not change):
            return f"{year}年{name}{after}"
        if since + 1 == year:
            return f"{year}年{name}变化{after}"
        each = "" if name.startswith("每年") else "各年"  # the name says it already
        return f"{since + 1}—{year}年{name}累计变化{after}" if change else f"{since + 1}—{year}年{each}{name}{after}"
    after = ", with its coverage" if calibre else ""
    if since is None or (since + 1 == year and not change):
        return f"{name}, {year}{after}"
    if since + 1 == year:
        return f"change of {name} in {year}{after}"
    span = f"from {since} to {year}" if change else f"each year {since + 1} to {year}"
    return f"change of {name} {span}{after}" if change else f"{name}, {span}{after}"


def _is_rate(unit: str) -> bool:
    return units()[unit].dimension == "fraction"


def _missing(verdict: Verdict, lang: Language) -> str:
    told, owner = missing_text(verdict, lang), body_name(verdict.data_owner, lang)
    if lang == "zh":
        return f"缺{told}，由{owner}提供" if owner else f"缺{told}"
    return f"missing: {told}" + (f", from the {owner}" if owner else "")
