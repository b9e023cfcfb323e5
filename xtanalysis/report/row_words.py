"""Where a target stands, in words, in both languages: the one writer of every page, table and command."""

from __future__ import annotations

import math

from xtanalysis.accounting.mechanics import Standing
from xtanalysis.data.dictionary import convert, indicators, regions, units
from xtanalysis.report.charts.fonts import Language
from xtanalysis.report.wording import wording
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.plans import Target
from xtanalysis.targets.chains import Chain
from xtanalysis.targets.owners import TAKEN
from xtanalysis.targets.rows import Row
from xtanalysis.targets.schedule import start_year
from xtanalysis.targets.schedules import Against, Change, EachChain, EachPeriod, schedule_of
from xtanalysis.targets.verdict_words import hinge_text, mark_of, verdict_text
from xtanalysis.targets.words import (
    NONE,
    amount,
    body_name,
    numbers_as_text,
    one_of,
    percent,
    period_text,
    statement_text,
    unit_word,
)

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
    "cities": ("市", "cities"),
    "prefectures": ("市州", "cities"),
    "counties": ("县市区", "counties"),
    "provinces": ("省份", "provinces"),
}
"""What regions that are ranked are called; a province with an autonomous prefecture or a league has 市州."""
HIDDEN = ("不足三家，隐去", "fewer than three firms, not shown")
"""In place of an amount that rests on fewer than three firms."""


def latest(row: Row, lang: Language) -> str:
    """The latest figure with its period; that of its factors where it has none of its own."""
    a = row.assessment
    if a.latest is not None:
        period, text = period_text(a.latest.period, lang), figure(row, lang)
        if not row.hidden and text.startswith(statement_text(a.latest, lang, row.target.unit)):
            return f"{period}{text}" if lang == "zh" else f"{period}: {text}"
        return f"{text}（{period}）" if lang == "zh" else f"{text} ({period})"
    return ("；" if lang == "zh" else "; ").join(figure_named(s, lang) for s in a.parts) or NONE


def figure(row: Row, lang: Language) -> str:
    """The latest figure as it was published, then what it adds up to: an average, a total, parts that are there."""
    latest = row.assessment.latest
    if latest is None:
        return NONE
    if row.hidden:
        return one_of(HIDDEN, lang)
    together = _together(row, lang)
    return together if together else statement_text(latest, lang, row.target.unit)


def _together(row: Row, lang: Language) -> str:
    s, target, latest, zh = row.assessment.standing, row.target, row.assessment.latest, lang == "zh"
    if s is None or latest is None:
        return ""
    if isinstance(schedule_of(target), EachChain) or row.assessment.behind:
        return f"{s.target:g}个中{s.actual:g}个达标" if zh else f"{s.actual:g} of {s.target:g} there"
    if target.measure == "sum":
        return f"累计{amount(s.actual, target.unit, lang)}" if zh else f"{amount(s.actual, target.unit, lang)} in all"
    if target.measure in ("average_growth", "cumulative_change"):
        size = percent(abs(s.actual) if zh else s.actual)
        up = "增长" if s.actual >= 0 else "下降"
        average = target.measure == "average_growth"
        first, last = start_year(target) + 1, latest.period.year
        if first >= last:
            return statement_text(latest, lang)
        if zh:
            return f"{statement_text(latest, lang)}，{first}—{last}年{'年均' if average else '累计'}{up}{size}"
        return f"{statement_text(latest, lang)}; {size} {'a year' if average else 'in all'}, {first}–{last}"
    return ""


def progress(row: Row, lang: Language) -> str:
    """What has come against what was due by then; share of the way against share of the time where that has no rate."""
    s, growth = row.assessment.standing, row.assessment.growth
    if s is None or s.progress is None or row.hidden or row.assessment.doubt == "calibre":
        return NONE
    if growth is not None and growth.change is not None and isinstance(schedule_of(row.target), Change):
        return _change_against_time(row.target, growth, lang)
    done, time = percent(s.progress), percent(s.time, 0)
    return f"完成{done}，时序{time}" if lang == "zh" else f"{done} of the way, {time} of the time"


def _change_against_time(target: Target, growth: Chain, lang: Language) -> str:
    """The change so far beside the one that the target's own pace makes of the same years."""
    whole = math.log1p(convert(target.value or 0.0, target.unit, "fraction"))
    years = target.deadline.year - growth.base
    yearly = whole if target.measure == "average_growth" else whole / years
    due, done = math.expm1(yearly * (growth.last - growth.base)), growth.change or 0.0
    if lang == "en":
        return f"{percent(done)} in all; the target's pace gives {percent(due)}"
    verb, asked = ("增长" if x >= 0 else "下降" for x in (done, due))
    if verb != asked:
        return f"累计{verb}{percent(abs(done))}，目标折算为{asked}{percent(abs(due))}"
    further = abs(done) - abs(due)
    side = "等于" if abs(further) < SAME else "高于" if further > 0 else "低于"
    return f"累计{verb}{percent(abs(done))}，{side}目标折算的{percent(abs(due))}"


def required(row: Row, lang: Language) -> str:
    """What each remaining year (or the rest of this period) must bring."""
    s = row.assessment.standing
    if s is None or row.hidden or row.assessment.doubt in ("old", "calibre"):
        return NONE
    if s.met:
        return "已达到" if lang == "zh" else "reached"
    if s.required is None:
        return "期满未达" if lang == "zh" else "period over, not reached"
    return _required(s, row.target, lang)


def _required(s: Standing, target: Target, lang: Language) -> str:
    assert s.required is not None
    value = s.required
    if s.required_as == "rate":
        size = percent(abs(value))
        if lang == "en":
            return f"{'fall' if value < 0 else 'grow'} by {size} a year"
        return f"今后年均需{'下降' if value < 0 else '增长'}{size}"
    if s.required_as == "step":
        points = target.unit == "percent"
        text = numbers_as_text(value, ".2f")
        unit = unit_word(target.unit, lang)
        if lang == "en":
            return f"{text} {'points' if points else unit} a year"
        return f"今后每年需提高{text}{'个百分点' if points else unit}"
    if s.required_as == "count":
        return _required_count(value, target, lang)
    return amount(value, target.unit, lang)


def _required_count(value: float, target: Target, lang: Language) -> str:
    whole = numbers_as_text(value, ".1f").removesuffix(".0")
    schedule = schedule_of(target)
    if isinstance(schedule, EachChain | Against):
        zh, en = ("条产业链", "chains") if isinstance(schedule, EachChain) else ("个园区", "parks")
        return f"今后每年需新增{whole}{zh}达标" if lang == "zh" else f"{whole} more {en} a year"
    unit = unit_word(target.unit, lang)
    if isinstance(schedule, EachPeriod):
        return f"本期还需{whole}{unit}" if lang == "zh" else f"{whole} more in this period"
    return f"今后每年需{whole}{unit}" if lang == "zh" else f"{whole} a year"


def chance(row: Row, lang: Language) -> tuple[str, str]:
    """The verdict in words, and its mark."""
    return verdict_text(row.verdict, lang), mark_of(row.verdict)


def band(row: Row, lang: Language) -> str:
    """The model's 80 % band and median of what the target measures; nothing where figures decide."""
    v = row.verdict
    if v.decided or v.low is None or v.median is None or v.high is None:
        return NONE
    joint = "至" if lang == "zh" else " to "
    middle = "中位" if lang == "zh" else "median "
    low, median, high = (numbers_as_text(x, ".3g" if abs(x) < 100 else ".0f") for x in (v.low, v.median, v.high))
    unit = unit_word(v.unit, lang)
    if lang == "zh":
        return f"{low}{joint}{high}{unit}（{middle}{median}）"
    return f"{low}{joint}{high}{' ' if unit not in ('%', '') else ''}{unit} ({middle}{median})"


def place(row: Row, lang: Language) -> str:
    """Place among the cities of the province."""
    p = row.peers
    if p is None or p.place is None:
        return NONE
    when = period_text(p.period, lang)
    if lang == "zh":
        return f"{when}居{p.of}个{AMONG[p.among][0]}第{p.place}位"
    return f"{p.place} of {p.of} {AMONG[p.among][1]} ({when})"


def gap(row: Row, lang: Language) -> str:
    """Gaps to the province and the nation: points for rates and shares."""
    if row.peers is None or row.assessment.latest is None or row.hidden or not row.peers.gaps:
        return NONE
    unit = row.assessment.latest.unit
    if lang == "zh":
        return "，".join(_against(name, value, unit) for name, value in row.peers.gaps)
    return ", ".join(f"{gap_text(value, unit, lang)} against {regions()[name].en}" for name, value in row.peers.gaps)


def _against(name: str, value: float | None, unit: str) -> str:
    place, text = wording("zh").region_word(name), gap_text(value, unit, "zh")
    return f"{text[0]}于{place}{text[1:]}" if text[:1] in ("高", "低") else f"与{place}{text}"


def gap_text(value: float | None, unit: str, lang: Language) -> str:
    """A gap in words: above or below by so much."""
    if value is None:
        return NONE
    rate = units()[unit].dimension == "fraction"
    if rate:
        value = convert(value, unit, "percent")
    if abs(value) < SMALLEST_GAP:
        return "持平" if lang == "zh" else "level with it"
    size = numbers_as_text(abs(value), ".2g" if abs(value) < 10 else ".3g")
    name = ("个百分点" if lang == "zh" else " points") if rate else amount(0, unit, lang)[1:]
    if lang == "en":
        return f"{'+' if value >= 0 else '−'}{size}{name}"
    return f"{'高' if value >= 0 else '低'}{size}{name}"


def remark(row: Row, lang: Language) -> str:
    """What else a reader must know: doubt, parts behind, the running figure, past periods, what is missing."""
    a, target = row.assessment, row.target
    parts = [text] if (text := hinge_text(row.verdict, lang)) else []
    if any(TAKEN in s.note for s in a.used):
        parts.append("口径未填，按目标口径" if lang == "zh" else "coverage not stated, taken as the target's")
    if not row.verdict.decided and (a.latest is None or a.doubt == "old"):
        owner = body_name(target.data_owner, lang)
        missing = target.missing_zh if lang == "zh" else target.missing_en
        parts.append(f"待{owner}报送：{missing}" if lang == "zh" else f"due from the {owner}: {missing}")
    elif a.stale and a.latest is not None:
        since = a.latest.period.year
        parts.append(f"{since}年以后的数尚未公布" if lang == "zh" else f"no figure after {since} is out")
    parts += [conflict_text(own, other, lang) for own, other in row.conflicts]
    if a.doubt == "calibre":
        parts.append("最新数口径未注明" if lang == "zh" else "coverage of the figure not stated")
    if a.doubt == "gap":
        parts.append("期内有缺报" if lang == "zh" else "a stretch has no figure")
    if a.past:
        kept = sum(p.met for p in a.past)
        parts.append(
            f"已满{len(a.past)}期，达到{kept}期" if lang == "zh" else f"{kept} of {len(a.past)} periods reached"
        )
    if a.behind:
        names = "、".join(a.behind)
        parts.append(f"未达：{names}" if lang == "zh" else f"not there yet: {names}")
    if a.running is not None and not row.hidden:
        period, value = period_text(a.running.period, lang), statement_text(a.running, lang)
        parts.append(f"{period}{value}" if lang == "zh" else f"{period}: {value}")
    if row.related:
        said = ("，" if lang == "zh" else ", ").join(figure_named(s, lang) for s in row.related)
        parts.append(f"相关数（不计入）：{said}" if lang == "zh" else f"near it (not counted): {said}")
    return ("；" if lang == "zh" else "; ").join(parts)


def conflict_text(own: Statement, published: Statement, lang: Language) -> str:
    """An owner's figure and the published one that says otherwise."""
    when, mine = period_text(own.period, lang), statement_text(own, lang)
    theirs = statement_text(published, lang, own.unit)
    if lang == "zh":
        return f"{when}所报{mine}与公布的{theirs}不一致，按所报数计"
    return f"{when}: reported {mine}, published {theirs}; the reported figure counts"


def figure_named(s: Statement, lang: Language, *, hidden: bool = False) -> str:
    """A figure with its indicator and the years that it speaks of: an average counts from the year after its base."""
    entry, when = indicators()[s.indicator], period_text(s.period, lang)
    if s.base_period is not None and s.base_period.year + 1 < s.period.year:
        first = s.base_period.year + 1
        when = f"{first}—{s.period.year}年" if lang == "zh" else f"{first}–{s.period.year}"
    value = one_of(HIDDEN, lang) if hidden else statement_text(s, lang)
    return f"{entry.zh}{when}{value}" if lang == "zh" else f"{entry.en}, {when}: {value}"
