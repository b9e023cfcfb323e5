"""Where a target stands, in words, in both languages: the one writer of every page, table and command."""

from __future__ import annotations

import math

from xtanalysis.accounting.mechanics import Standing
from xtanalysis.data.dictionary import convert, indicators, regions, units
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.plans import Target
from xtanalysis.targets.chains import Chain
from xtanalysis.targets.numbers import NONE, amount, numbers_as_text, percent, period_text, region_text, unit_word
from xtanalysis.targets.owners import TAKEN
from xtanalysis.targets.rows import Row
from xtanalysis.targets.schedule import start_year
from xtanalysis.targets.schedules import Against, Change, EachChain, EachPeriod, schedule_of
from xtanalysis.targets.verdict_words import hinge_text, mark_of, verdict_text
from xtanalysis.targets.words import body_name, statement_text
from xtanalysis.text import Language, bilingual, listed, message, name_in, pmessage, psay, say

__all__ = [
    "HIDDEN",
    "band",
    "chance",
    "conflict_text",
    "figure",
    "figure_named",
    "gap",
    "gap_text",
    "latest",
    "place",
    "progress",
    "remark",
    "required",
]

SMALLEST_GAP = 5e-3
SAME = 5e-4  # half of the last printed place of a percentage
AMONG = {
    "cities": message("{place} of {count} cities ({when})"),
    "prefectures": pmessage("with prefectures", "{place} of {count} cities ({when})"),
    "counties": message("{place} of {count} counties ({when})"),
    "provinces": message("{place} of {count} provinces ({when})"),
}
"""A place among the regions that are ranked; a province with an autonomous prefecture or a league has 市州."""
HIDDEN = message("fewer than three firms, not shown")
"""In place of an amount that rests on fewer than three firms."""


def latest(row: Row, lang: Language) -> str:
    """The latest figure with its period; that of its factors where it has none of its own."""
    a = row.assessment
    if a.latest is not None:
        period, text = period_text(a.latest.period, lang), figure(row, lang)
        if not row.hidden and text.startswith(statement_text(a.latest, lang, row.target.unit)):
            return say(lang, "{period}: {figure}", period=period, figure=text)
        return say(lang, "{figure} ({period})", figure=text, period=period)
    return say(lang, "; ").join(figure_named(s, lang) for s in a.parts) or NONE


def figure(row: Row, lang: Language) -> str:
    """The latest figure as it was published, then what it adds up to: an average, a total, parts that are there."""
    latest = row.assessment.latest
    if latest is None:
        return NONE
    if row.hidden:
        return HIDDEN.told(lang)
    together = _together(row, lang)
    return together if together else statement_text(latest, lang, row.target.unit)


def _together(row: Row, lang: Language) -> str:
    s, target, latest = row.assessment.standing, row.target, row.assessment.latest
    if s is None or latest is None:
        return ""
    if isinstance(schedule_of(target), EachChain) or row.assessment.behind:
        return say(lang, "{there:g} of {all:g} there", there=s.actual, all=s.target)
    if target.measure == "sum":
        return say(lang, "{amount} in all", amount=amount(s.actual, target.unit, lang))
    if target.measure in ("average_growth", "cumulative_change"):
        first, last, told = start_year(target) + 1, latest.period.year, statement_text(latest, lang)
        if first >= last:
            return told
        size = bilingual(percent(s.actual), f"{_verb(s.actual)}{percent(abs(s.actual))}")
        if target.measure == "average_growth":
            return say(lang, "{latest}; {size} a year, {first}–{last}", latest=told, size=size, first=first, last=last)
        return say(lang, "{latest}; {size} in all, {first}–{last}", latest=told, size=size, first=first, last=last)
    return ""


def _verb(change: float) -> str:
    """Chinese says by a word what English says by a sign."""
    return psay("zh", "a change", "rise") if change >= 0 else psay("zh", "a change", "fall")


def progress(row: Row, lang: Language) -> str:
    """What has come against what was due by then; share of the way against share of the time where that has no rate."""
    s, growth = row.assessment.standing, row.assessment.growth
    if s is None or s.progress is None or row.hidden or row.assessment.doubt == "calibre":
        return NONE
    if growth is not None and growth.change is not None and isinstance(schedule_of(row.target), Change):
        return _change_against_time(row.target, growth, lang)
    done, time = percent(s.progress), percent(s.time, 0)
    return say(lang, "{done} of the way, {time} of the time", done=done, time=time)


def _change_against_time(target: Target, growth: Chain, lang: Language) -> str:
    """The change so far beside the one that the target's own pace makes of the same years."""
    whole = math.log1p(convert(target.value or 0.0, target.unit, "fraction"))
    years = target.deadline.year - growth.base
    yearly = whole if target.measure == "average_growth" else whole / years
    due, done = math.expm1(yearly * (growth.last - growth.base)), growth.change or 0.0
    far = bilingual(percent(done), f"{_verb(done)}{percent(abs(done))}")
    pace, further = bilingual(percent(due), percent(abs(due))), abs(done) - abs(due)
    if (done >= 0) != (due >= 0):
        pace = bilingual(percent(due), f"{_verb(due)}{percent(abs(due))}")
        gives = pmessage("the other way", "{done} in all; the target's pace gives {due}")
    elif abs(further) < SAME:
        gives = pmessage("as fast", "{done} in all; the target's pace gives {due}")
    elif further > 0:
        gives = pmessage("faster", "{done} in all; the target's pace gives {due}")
    else:
        gives = pmessage("slower", "{done} in all; the target's pace gives {due}")
    return gives.told(lang, done=far, due=pace)


def required(row: Row, lang: Language) -> str:
    """What each remaining year (or the rest of this period) must bring."""
    s = row.assessment.standing
    if s is None or row.hidden or row.assessment.doubt in ("old", "calibre"):
        return NONE
    if s.met:
        return say(lang, "reached")
    if s.required is None:
        return say(lang, "period over, not reached")
    return _required(s, row.target, lang)


def _required(s: Standing, target: Target, lang: Language) -> str:
    assert s.required is not None
    value = s.required
    if s.required_as == "rate":
        need = message("fall by {size} a year") if value < 0 else message("grow by {size} a year")
        return need.told(lang, size=percent(abs(value)))
    if s.required_as == "step":
        text = numbers_as_text(value, ".2f")
        if target.unit == "percent":
            return say(lang, "{step} points a year", step=text)
        return say(lang, "{step} {unit} a year", step=text, unit=unit_word(target.unit, lang))
    if s.required_as == "count":
        return _required_count(value, target, lang)
    return amount(value, target.unit, lang)


def _required_count(value: float, target: Target, lang: Language) -> str:
    whole = numbers_as_text(value, ".1f").removesuffix(".0")
    schedule = schedule_of(target)
    if isinstance(schedule, EachChain):
        return say(lang, "{count} more chains a year", count=whole)
    if isinstance(schedule, Against):
        return say(lang, "{count} more parks a year", count=whole)
    number = bilingual(whole, f"{whole}{unit_word(target.unit, 'zh')}")
    if isinstance(schedule, EachPeriod):
        return say(lang, "{number} more in this period", number=number)
    return say(lang, "{number} a year", number=number)


def chance(row: Row, lang: Language) -> tuple[str, str]:
    """The verdict in words, and its mark."""
    return verdict_text(row.verdict, lang), mark_of(row.verdict)


def band(row: Row, lang: Language) -> str:
    """The model's 80 % band and median of what the target measures; nothing where figures decide."""
    v = row.verdict
    if v.decided or v.low is None or v.median is None or v.high is None:
        return NONE
    low, median, high = (numbers_as_text(x, ".3g" if abs(x) < 100 else ".0f") for x in (v.low, v.median, v.high))
    unit = unit_word(v.unit, lang)
    if lang == "en" and unit not in ("%", ""):
        unit = f" {unit}"
    return say(lang, "{low} to {high}{unit} (median {median})", low=low, high=high, unit=unit, median=median)


def place(row: Row, lang: Language) -> str:
    """Place among the cities of the province."""
    p = row.peers
    if p is None or p.place is None:
        return NONE
    return AMONG[p.among].told(lang, place=p.place, count=p.of, when=period_text(p.period, lang))


def gap(row: Row, lang: Language) -> str:
    """Gaps to the province and the nation: points for rates and shares."""
    if row.peers is None or row.assessment.latest is None or row.hidden or not row.peers.gaps:
        return NONE
    unit = row.assessment.latest.unit
    said = [_against(name, value, unit, lang) for name, value in row.peers.gaps]
    return psay(lang, "between clauses", ", ").join(said)


def _against(name: str, value: float | None, unit: str, lang: Language) -> str:
    """A gap to a region; Chinese names the region inside it."""
    region = bilingual(regions()[name].en, region_text(name, "zh"))
    if value is None:
        return pmessage("no gap", "{gap} against {region}").told(lang, gap=NONE, region=region)
    size, points = _gap_size(value, unit, lang)
    if size is None:
        return say(lang, "level with it against {region}", region=region)
    above = message("+{size} against {region}") if points >= 0 else message("−{size} against {region}")
    return above.told(lang, size=size, region=region)


def gap_text(value: float | None, unit: str, lang: Language) -> str:
    """A gap in words: above or below by so much."""
    if value is None:
        return NONE
    size, far = _gap_size(value, unit, lang)
    if size is None:
        return say(lang, "level with it")
    return (message("+{size}") if far >= 0 else message("−{size}")).told(lang, size=size)


def _gap_size(value: float, unit: str, lang: Language) -> tuple[str | None, float]:
    """How large a gap is, without its sign, ``None`` for none worth telling; and the gap itself."""
    rate = units()[unit].dimension == "fraction"
    far = convert(value, unit, "percent") if rate else value
    if abs(far) < SMALLEST_GAP:
        return None, far
    size = numbers_as_text(abs(far), ".2g" if abs(far) < 10 else ".3g")
    return (say(lang, "{size} points", size=size) if rate else f"{size}{amount(0, unit, lang)[1:]}"), far


def remark(row: Row, lang: Language) -> str:
    """What else a reader must know: doubt, parts behind, the running figure, past periods, what is missing."""
    a, target = row.assessment, row.target
    parts = [text] if (text := hinge_text(row.verdict, lang)) else []
    if any(TAKEN in s.note for s in a.used):
        parts.append(say(lang, "coverage not stated, taken as the target's"))
    if not row.verdict.decided and (a.latest is None or a.doubt == "old"):
        owner = body_name(target.data_owner, lang)
        missing = target.missing_zh if lang == "zh" else target.missing_en
        parts.append(say(lang, "due from the {owner}: {missing}", owner=owner, missing=missing))
    elif a.stale and a.latest is not None:
        parts.append(say(lang, "no figure after {year} is out", year=a.latest.period.year))
    parts += [conflict_text(own, other, lang) for own, other in row.conflicts]
    if a.doubt == "calibre":
        parts.append(say(lang, "coverage of the figure not stated"))
    if a.doubt == "gap":
        parts.append(say(lang, "a stretch has no figure"))
    if a.past:
        kept = sum(p.met for p in a.past)
        parts.append(say(lang, "{kept} of {past} periods reached", kept=kept, past=len(a.past)))
    if a.behind:
        parts.append(say(lang, "not there yet: {names}", names=listed(a.behind).told("zh")))
    if a.running is not None and not row.hidden:
        period, value = period_text(a.running.period, lang), statement_text(a.running, lang)
        parts.append(say(lang, "{period}: {figure}", period=period, figure=value))
    if row.related:
        said = psay(lang, "between clauses", ", ").join(figure_named(s, lang) for s in row.related)
        parts.append(say(lang, "near it (not counted): {figures}", figures=said))
    return say(lang, "; ").join(parts)


def conflict_text(own: Statement, published: Statement, lang: Language) -> str:
    """An owner's figure and the published one that says otherwise."""
    when, mine = period_text(own.period, lang), statement_text(own, lang)
    theirs = statement_text(published, lang, own.unit)
    told = message("{when}: reported {own}, published {published}; the reported figure counts")
    return told.told(lang, when=when, own=mine, published=theirs)


def figure_named(s: Statement, lang: Language, *, hidden: bool = False) -> str:
    """A figure with its indicator and the years that it speaks of: an average counts from the year after its base."""
    entry, when = indicators()[s.indicator], period_text(s.period, lang)
    if s.base_period is not None and s.base_period.year + 1 < s.period.year:
        first = s.base_period.year + 1
        when = say(lang, "{first}–{last}", first=first, last=s.period.year)
    value = HIDDEN.told(lang) if hidden else statement_text(s, lang)
    return say(lang, "{name}, {when}: {figure}", name=name_in(entry, lang), when=when, figure=value)
