"""Verdicts in words, in both languages: the word, its range, what it rests on and what it hinges on."""

from __future__ import annotations

from xtanalysis.data.dictionary import indicators, units
from xtanalysis.statements.linear import GROWTH_LIKE
from xtanalysis.targets.declared import declared_set
from xtanalysis.targets.numbers import amount, numbers_as_text, period_text, unit_word
from xtanalysis.targets.verdicts import Basis, Verdict, Word, shown_percent, word_of
from xtanalysis.targets.words import body_name, statement_text
from xtanalysis.text import Language, Message, bilingual, listed, message, name_in, pmessage, psay, say

__all__ = [
    "MARKS",
    "basis_text",
    "caution",
    "decided_by",
    "hinge_in_brief",
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
_WORDS: dict[Word, Message] = {
    "met": pmessage("verdict", "met"),
    "missed": pmessage("verdict", "missed"),
    "on_course": pmessage("verdict", "on course"),
    "likely": pmessage("verdict", "likely"),
    "uncertain": pmessage("verdict", "uncertain"),
    "doubtful": pmessage("verdict", "doubtful"),
    "unlikely": pmessage("verdict", "unlikely"),
    "not_judged": pmessage("verdict", "cannot be judged yet"),
}
_BASES: dict[Basis, Message] = {
    "published": message("by published figures"),
    "reported": message("by the figures reported, their coverage not stated"),
    "robust": message("the same under every coverage and prior tried"),
    "conditional": message("depends on coverage, base or priors"),
    "prior_only": message("by the rule of nation and province alone"),
    "no_figure": message("no figure"),
}
_RELEASES = {
    "estimate": message("estimates"),
    "preliminary": message("preliminary figures"),
    "annual": message("figures of the annual report"),
    "census": message("figures revised after the census"),
    "not_stated": message("not said whether preliminary or of the annual report"),
}
_GAVE = {
    "estimate": message("estimates gave {value}, {word} then"),
    "preliminary": message("preliminary figures gave {value}, {word} then"),
    "annual": message("figures of the annual report gave {value}, {word} then"),
    "census": message("figures revised after the census gave {value}, {word} then"),
    "not_stated": message("not said whether preliminary or of the annual report gave {value}, {word} then"),
}
_UNDECIDED = message("settled under none of the coverages and priors tried")
_EACH_YEAR = pmessage("before a name", "each year")


def word_text(word: Word, lang: Language) -> str:
    """The word of docs/contract.md."""
    return _WORDS[word].told(lang)


def mark_of(verdict: Verdict) -> str:
    """Class of the style sheet that colours it."""
    return MARKS[verdict.verdict]


def range_text(verdict: Verdict, lang: Language) -> str:
    """The probability to 5 points, with its range where that is wider: ``65%，55%—75%``; empty if decided."""
    if verdict.decided or verdict.probability is None:
        return ""
    low, middle, high = (
        shown_percent(p) for p in (verdict.probability_low, verdict.probability, verdict.probability_high)
    )
    if low == high:
        return middle
    return say(lang, "{middle}, {low}–{high}", middle=middle, low=low, high=high)


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
    told = psay(lang, "of a verdict", "; ").join(filter(None, inside))
    return say(lang, "{word} ({told})", word=word, told=told) if told else word


def basis_text(verdict: Verdict, lang: Language) -> str:
    """What a verdict rests on; of an uncertain one that no coverage and no prior settles: that they do not."""
    if verdict.basis == "robust" and verdict.verdict == "uncertain":
        return _UNDECIDED.told(lang)
    return _BASES[verdict.basis].told(lang)


def decided_by(verdict: Verdict, lang: Language) -> str:
    """The figures that decide, such as 按2024年900亿元和2025年增长3.3%推算; empty where none do."""
    if not verdict.decided or not verdict.figures:
        return ""
    told = [
        say(lang, "{period} {figure}", period=period_text(s.period, lang), figure=statement_text(s, lang))
        for s in verdict.figures
    ]
    alone = len(told) == 1 and verdict.figures[0].measure not in GROWTH_LIKE
    figures = told[0]
    if len(told) > 1:
        figures = say(lang, "{figures} and {last}", figures=listed(told[:-1]), last=told[-1])
    by = pmessage("a figure itself", "by {figures}") if alone else message("by {figures}")
    told = [by.told(lang, figures=figures), release_text(verdict, lang)]
    return psay(lang, "between clauses", ", ").join(filter(None, told))


def release_text(verdict: Verdict, lang: Language) -> str:
    """The release that settles a decided target, and the one before it where that said otherwise; else empty."""
    if not verdict.decided or not verdict.release:
        return ""
    told = _RELEASES[verdict.release].told(lang)
    if not verdict.earlier_verdict or verdict.earlier_value is None:
        return told
    word = word_text(_word(verdict.earlier_verdict), lang)
    value = amount(round(verdict.earlier_value, 1), verdict.unit, lang)
    before = _GAVE[verdict.earlier_release].told(lang, value=value, word=word)
    return say(lang, "{release}; {before}", release=told, before=before)


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
    name, year = name_in(entry, lang), verdict.hinge_year
    changes = units()[verdict.hinge_unit].dimension == "fraction" and not entry.is_share
    at, low, high = (
        _hinge_amount(value, verdict.hinge_unit, lang)
        for value in (verdict.hinge_threshold, verdict.hinge_low, verdict.hinge_high)
    )
    if beside:
        least = bilingual(low.split(" ")[0], low.removesuffix(unit_word(verdict.hinge_unit, lang)))
        at = at.split(" ")[0]
        if changes:
            what = say(lang, "change to {year}", year=year)
            turns = pmessage("a change", "{what} turns at {at}; evidence {low} to {high}")
        else:
            own = verdict.hinge == beside
            what = say(lang, "{year} figure", year=year) if own else say(lang, "{name}, {year}", name=name, year=year)
            turns = message("{what} turns at {at}; evidence {low} to {high}")
        return turns.told(lang, what=what, at=at, low=least, high=high)
    if changes:
        what = say(lang, "the change of {name} to {year}", name=name, year=year)
        return psay(
            lang, "a change", "hinges on {what}: it turns at {at}; the evidence puts it between {low} and {high}",
            what=what, at=at, low=low, high=high,
        )  # fmt: skip
    what = say(lang, "{name}, {year}", name=name, year=year)
    return say(
        lang, "hinges on {what}: it turns at {at}; the evidence puts it between {low} and {high}",
        what=what, at=at, low=low, high=high,
    )  # fmt: skip


def hinge_in_brief(verdict: Verdict, lang: Language, beside: str) -> str:
    """The same as one can say in half a line: without the evidence, and of another quantity its name alone."""
    if verdict.hinge_kind in ("calibre", "prior"):
        return _turning_reason(verdict, lang)
    if not verdict.hinge or verdict.hinge_threshold is None:
        return ""
    entry, year = indicators()[verdict.hinge], verdict.hinge_year
    changes = units()[verdict.hinge_unit].dimension == "fraction" and not entry.is_share
    at = _hinge_amount(verdict.hinge_threshold, verdict.hinge_unit, lang)
    if changes:
        return say(lang, "change to {year} turns at {at}", year=year, at=at)
    if verdict.hinge == beside:
        return say(lang, "{year} figure turns at {at}", year=year, at=at)
    return name_in(entry, lang)


def _turned_by(verdict: Verdict, lang: Language, *, short: bool) -> str:
    """The calibre or the priors under which the word would be another, and how far the probability goes then."""
    low, high = verdict.probability_low, verdict.probability_high
    if verdict.probability is None or low is None or high is None:
        return ""
    falls = word_of(low)[0] != word_of(verdict.probability)[0]
    at = shown_percent(low if falls else high)
    reason = _turning_reason(verdict, lang)
    told = (
        say(lang, "{reason}: the probability falls to {at}", reason=reason, at=at)
        if falls
        else say(lang, "{reason}: the probability rises to {at}", reason=reason, at=at)
    )
    if short:
        return told
    if verdict.hinge_kind == "calibre":
        return say(lang, "hinges on coverage: {told}", told=told)
    return say(lang, "hinges on the priors: {told}", told=told)


def _turning_reason(verdict: Verdict, lang: Language) -> str:
    """The calibre, or what of the priors, under which the word would be another."""
    member = next((c for c in declared_set().calibres if c.id == verdict.hinge_member), None)
    if member is None:
        return say(lang, "if years ahead are harder or gaps fade otherwise")
    return say(lang, "if {reason}", reason=bilingual(member.en, member.zh))


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
    near = say(lang, "within sampling error of the bound of its word")
    parts = [basis_text(verdict, lang), near if verdict.close else "", hinge_text(verdict, lang)]
    if verdict.missing_figure:
        parts.append(_missing(verdict, lang))
    return say(lang, "; ").join(filter(None, parts))


def missing_text(verdict: Verdict, lang: Language) -> str:
    """The figure that would settle it, with its year, such as 2025年工业投资; empty where none is missing."""
    if not verdict.missing_figure:
        return ""
    known, since, year = indicators(), verdict.missing_since, verdict.missing_year
    entry = known.get(verdict.missing_figure)
    name = name_in(entry, lang) if entry else verdict.missing_figure
    if year is None:
        return name
    told = say(lang, "{name}, {year}", name=name, year=year)
    change = entry is not None and _is_rate(verdict.unit) and not _is_rate(entry.unit)
    if since is not None and since + 1 == year and change:
        told = say(lang, "change of {name} in {year}", name=name, year=year)
    elif since is not None and since + 1 != year and change:
        first = bilingual(since, since + 1)
        told = say(lang, "change of {name} from {first} to {year}", name=name, first=first, year=year)
    elif since is not None and since + 1 != year:
        span = message("{name}, each year {first} to {year}")
        if name.startswith(_EACH_YEAR.told(lang)):
            span = pmessage("the name says each year", "{name}, each year {first} to {year}")
        told = span.told(lang, name=name, first=since + 1, year=year)
    return say(lang, "{figure}, with its coverage", figure=told) if verdict.hinge_kind == "calibre" else told


def _is_rate(unit: str) -> bool:
    return units()[unit].dimension == "fraction"


def _missing(verdict: Verdict, lang: Language) -> str:
    told, owner = missing_text(verdict, lang), body_name(verdict.data_owner, lang)
    if owner:
        return say(lang, "missing: {figure}, from the {owner}", figure=told, owner=owner)
    return say(lang, "missing: {figure}", figure=told)
