"""The sections of the scenario page, in order: each takes the view and returns what its cell shows."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from xtanalysis.answers.readings import both_readings, both_ways, words_apart
from xtanalysis.report.inert import without_markup
from xtanalysis.report.page import Page
from xtanalysis.report.row_words import figure_named, gap, latest, place, progress
from xtanalysis.report.tables import Table
from xtanalysis.report.view import View, category
from xtanalysis.report.wording import wording
from xtanalysis.statements.facts import sources
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.plans import Target
from xtanalysis.targets.chains import CHANGES, short_publisher
from xtanalysis.targets.curves import Curve
from xtanalysis.targets.evaluate import answerable
from xtanalysis.targets.implied_base import implied_bases
from xtanalysis.targets.joint import joint_probabilities
from xtanalysis.targets.margins import first_readings
from xtanalysis.targets.numbers import NONE, period_text
from xtanalysis.targets.rows import Row
from xtanalysis.targets.verdict_words import decided_by, hinge_text, mark_of, missing_text, verdict_text, word_text
from xtanalysis.targets.verdicts import Verdict, shown_percent, shown_probability
from xtanalysis.targets.words import asks, body_name, publisher_name, statement_text
from xtanalysis.text import bilingual, listed, name_in, say

if TYPE_CHECKING:
    from IPython.display import Markdown

__all__ = [
    "as_markdown",
    "axis_of",
    "counts",
    "glance",
    "head",
    "hinges",
    "joint",
    "overall",
    "said",
    "scenario",
    "scenario_table",
    "standing",
    "turns_at_once",
]

CERTAIN = 0.02  # a probability nearer to 0 or 1 than this counts as settled
STEP = 3  # points of a curve between, up to which it is a step
NO_CALIBRE = ("unknown", "not_applicable")


def as_markdown(text: str, own: Mapping[str, str] | None = None) -> Markdown:
    """Text with emphasis, lists and headings as a displayable; texts from files in it are shown, never run.

    ``own`` is HTML of ours by the letters that stand for it in the text.
    """
    from IPython.display import Markdown

    shown = without_markup(text)
    for letters, html in (own or {}).items():
        shown = shown.replace(letters, html)
    return Markdown(shown)


def head(view: View) -> Page:
    """Title, caution, dates, and what the foot of the page says."""
    projection, words = view.projection, wording(view.lang)
    own = [s for s in projection.information.used if s.region == projection.region and s.tells_what_happened]
    last = max(own, key=lambda s: (s.period.end, s.published or dt.date.min), default=None)
    newest = (
        words.newest(period_text(last.period, view.lang), last.published) if last is not None else words.NOTHING_FOUND
    )
    return Page(
        title=words.page_title(view.region_name, view.scenario_name),
        subtitle=say(view.lang, "{number}, projected to {until}", number=projection.plan.number, until=projection.to),
        lang=view.lang,
        lead=words.lead(projection.as_of, newest, projection.region),
        data_until=newest,
        as_of=projection.as_of.isoformat(),
        seed=projection.seed,
        internal=projection.internal,
        notes=words.foot(len(projection.posterior.evidence), projection.posterior.mixture.effective),
    )


def counts(view: View) -> Markdown:
    """How many targets are met, missed, open, without figures, or cannot be judged."""
    seen: dict[str, str] = {}
    for result in view.projection.targets:
        seen.setdefault(result.target, category(result))
    return as_markdown(wording(view.lang).counts(len(seen), Counter(seen.values())))


def said(view: View, result: Verdict, *, short: bool = False) -> str:
    """The verdict on one target in words."""
    return verdict_text(result, view.lang, short=short)


def _latest(view: View, row: Row) -> str:
    """The latest figure in words with its calibre and source, then what has come out since for part of a year."""
    words = wording(view.lang)
    a = row.assessment
    if a.latest is None and not a.parts and a.running is None:
        return str(words.NOTHING_FOUND)
    inside = []
    if a.latest is not None:
        source = sources().get(a.latest.source_id or "")
        inside = [
            "" if a.latest.calibre in NO_CALIBRE else words.counted_as(view.calibre(a.latest.calibre)),
            words.ROLE_NAMES["estimate"] if a.latest.role == "estimate" else "",
            publisher_name(short_publisher(source.publisher), view.lang) if source else "",
        ]
    text = latest(row, view.lang) if a.latest is not None or a.parts else ""
    told = words.SEMICOLON.join(part for part in inside if part)
    text = words.aside(text, told) if told else text
    if a.running is not None:
        period, value = period_text(a.running.period, view.lang), statement_text(a.running, view.lang)
        running = say(view.lang, "{period}: {figure}", period=period, figure=value)
        text = words.SEMICOLON.join(filter(None, (text, running)))
    return text


def _place(view: View, row: Row) -> str:
    parts = [part for part in (place(row, view.lang), gap(row, view.lang)) if part != NONE]
    return str(wording(view.lang).SEMICOLON.join(parts))


def _missing(view: View, target: Target, result: Verdict) -> str:
    words = wording(view.lang)
    if result.decided or not result.missing_figure:
        return NONE
    return str(words.missing(missing_text(result, view.lang), body_name(target.data_owner, view.lang)))


def glance(view: View) -> Table:
    """A core target's latest figure with its source, its progress and place, and the judgement."""
    words = wording(view.lang)
    standings, rows = view.rows, []
    for target, result in view.judged():
        row = standings[target.id]
        so_far = [part for part in (progress(row, view.lang), _place(view, row)) if part not in (NONE, "")]
        rows.append((
            f"{view.name(target)}{words.COLON}{asks(row.target, view.lang)}",
            _latest(view, row),
            words.SEMICOLON.join(so_far) or NONE,
            said(view, result),
        ))  # fmt: skip
    colour = {said(view, result): mark_of(result) for _, result in view.judged()}
    frame = pd.DataFrame(rows, columns=list(words.GLANCE_COLUMNS))
    marks = {words.GLANCE_COLUMNS[-1]: lambda value: colour.get(value, "")}
    return Table(frame=frame, name="targets", caption=words.GLANCE_CAPTION, marks=marks, fits=True)


def _grounds(view: View, target: Target, result: Verdict, row: Row) -> list[str]:
    """What a judgement rests on: growth so far, what is still needed, the band; or what is missing."""
    words = wording(view.lang)
    out: list[str] = []
    growth, standing_ = row.assessment.growth, row.assessment.standing
    if growth is not None and growth.change is not None and growth.average is not None:
        out.append(words.growth_so_far(growth.base, growth.last, growth.change, growth.average))
    if result.decided:
        return [*out, decided_by(result, view.lang)]
    required = standing_.required if standing_ is not None and target.measure == "average_growth" else None
    if growth is not None and required is not None:
        out.append(words.still_needed(growth.last + 1, target.deadline.year, required))
    if result.low is not None and result.median is not None and result.high is not None:
        changes = target.measure in CHANGES
        out.append(words.band(result.median, result.low, result.high, result.unit, changes))
    out.append(hinge_text(result, view.lang))
    if result.missing_figure:
        out.append(words.lacking(_missing(view, target, result)))
    return [part for part in out if part]


def overall(view: View) -> Markdown:
    """One paragraph a core target: the conclusion, then its grounds."""
    words = wording(view.lang)
    lines = []
    for target, result in view.judged():
        row = view.rows[target.id]
        grounds = _grounds(view, target, result, row)
        if not result.decided and not answerable(target.indicator):
            grounds.append(words.ALONE)
        lines.append(words.overall(view.name(target), asks(row.target, view.lang), said(view, result), grounds))
    return as_markdown("\n\n".join(lines))


def standing(view: View, name: str) -> Markdown:
    """One target on its own: its name, latest figure, the other readings of its number, place."""
    projection = view.projection
    target = projection.plan.target(name)
    row = view.rows[name]
    lines = [say(view.lang, "Latest: {text}", text=_latest(view, row))]
    if beside := _place(view, row):
        lines.append(say(view.lang, "Compared: {text}", text=beside))
    for result in [r for r in projection.targets if r.target == name][1:]:
        option = result.reading.split(":")[-1]
        chosen = next(r.option(option) for r in target.readings if result.reading.startswith(r.id))
        text = name_in(chosen, view.lang)
        lines.append(say(view.lang, "Read as “{text}”: {said}", text=text, said=said(view, result)))
    if row.related:
        near = listed([figure_named(s, view.lang) for s in row.related]).told(view.lang)
        lines.append(say(view.lang, "Near it, not used for this verdict by itself: {text}", text=near))
    note = target.note_zh if view.lang == "zh" else target.note_en
    lines += [note] if note else []
    told = "\n".join(f"- {line}" for line in lines)
    return as_markdown(f"### {view.name(target)}\n\n{told}")


def axis_of(view: View, found: Curve) -> str:
    """What a curve is against, in words: a share that makes up the target's own is named."""
    words = wording(view.lang)
    told = str(words.against(found.against, found.year, found.since))
    return f"{view.indicator(found.indicator)}{words.COLON}{told}" if found.kind == "factor" else told


def turns_at_once(found: Curve) -> bool:
    """Whether a curve is a step: what is still open is that one quantity alone, and a sentence says all of it."""
    between = (found.probabilities > CERTAIN) & (found.probabilities < 1.0 - CERTAIN)
    return found.needed is not None and int(between.sum()) <= STEP


def hinges(view: View) -> Markdown | None:
    """Heading of the curves of what the open targets hinge on, and a sentence for each that is a step."""
    words, open_ = wording(view.lang), view.open_curves
    if not open_:
        return None
    lines = [f"### {words.HINGES_HEADING}"]
    for target, found in open_:
        if turns_at_once(found) and found.needed is not None:
            share = 100.0 if found.unit == "fraction" else 1.0
            needed, low, high = (share * value for value in (found.needed, found.low, found.high))
            unit = "percent" if found.unit == "fraction" else found.unit
            what = axis_of(view, found)
            lines.append(words.turns(view.name(target), what, needed, low, high, unit, target.relation == "at_most"))
    core = {target.id: view.name(target) for target, _ in view.core()}
    told = [
        words.implied_base(
            core[each.target], each.year, view.amount(each.given[0], each.unit), view.amount(each.given[2], each.unit),
            word_text(each.verdict, view.lang), shown_percent(each.probability),
        )
        for each in implied_bases(view.projection)
        if each.target in core
    ]  # fmt: skip
    if told:
        lines.append(words.implied_lead(told))
    return as_markdown("\n\n".join(lines))


def joint(view: View) -> Markdown | None:
    """Several open targets at once, and what moving together adds; nothing if fewer than two are open."""
    words, projection = wording(view.lang), view.projection
    chosen = [r.target for r in first_readings(projection) if not r.decided]
    keys = [next(key for key in projection.hits if key.split("|")[0] == name) for name in chosen]
    together = joint_probabilities(projection.hits, keys)
    if together is None:
        return None
    names = [view.name(projection.plan.target(name)) for name in chosen]
    all_met, product, *at_least = (
        shown_probability(p, "computed") or 0.0 for p in (together.all_met, together.product, *together.at_least[1:-1])
    )
    both = (together.all_met, together.product)
    # Beyond what is shown (5 to 95 %) the two cannot be told apart.
    tilt = None if max(both) < 0.05 or min(both) > 0.95 else together.all_met - together.product
    return as_markdown(words.joint(names, all_met, product, tilt, list(enumerate(at_least, 1))))


def _runs(statements: Sequence[Statement]) -> list[list[Statement]]:
    """Assumptions that say the same of consecutive years, together."""
    out: list[list[Statement]] = []
    for s in statements:
        last = out[-1][-1] if out else None
        same = last is not None and (last.indicator, last.measure, last.value, last.unit) == (
            s.indicator, s.measure, s.value, s.unit,
        )  # fmt: skip
        if same and last is not None and s.period.year == last.period.year + 1:
            out[-1].append(s)
        else:
            out.append([s])
    return out


def scenario(view: View) -> Markdown:
    """What the scenario assumes, why, and how far that is from the baseline."""
    projection, words = view.projection, wording(view.lang)
    lines = [bilingual(projection.scenario.reason_en, projection.scenario.reason_zh).told(view.lang)]
    for run in _runs(projection.scenario.assumptions):
        reason = projection.scenario.reasons[run[0].id]
        why = name_in(reason, view.lang)
        years = (run[0].period.year, run[-1].period.year)
        line = words.assumption(years, run[0], view.indicator(run[0].indicator))
        lines.append(f"- {line}{words.because(why)}")
    if projection.plausibility is not None:
        lines.append("\n" + words.plausibility(projection.plausibility[1]))
    lines += ["\n" + note.told(view.lang) for note in projection.notes]
    ways = both_ways(projection)
    differ = [row for row in both_readings(ways) if row.differ]
    if differ:
        told = [words.two_readings(view.indicator(row.indicator), row.observed, row.brought) for row in differ]
        lines.append("\n" + words.readings_lead(differ[0].year, told))
    core = {target.id: view.name(target) for target, _ in view.core()}
    apart = [pair for pair in words_apart(projection, view.study.statements, ways) if pair.target in core]
    if apart:
        told = [
            words.two_words(core[p.target], *(word_text(v.verdict, view.lang) for v in (p.observed, p.brought)))
            for p in {p.target: p for p in reversed(apart)}.values()
        ]
        lines.append("\n" + words.words_lead(told))
    return as_markdown("\n".join(lines))


def scenario_table(view: View) -> Table | None:
    """Probability of each core target under each scenario; of those that a scenario can still move."""
    words = wording(view.lang)
    titles = {name: words.scenario_title(p.scenario) for name, p in view.others.items()}
    rows, marks = [], {}
    for target, shown in view.core():
        if shown.decided or target.deadline.year <= view.projection.origin:
            continue
        cells = []
        for projection in view.others.values():
            result = projection.target(target.id)
            text = said(view, result, short=True)
            marks[text] = mark_of(result)
            cells.append(text)
        rows.append((f"{view.name(target)}{words.COLON}{asks(target.read(), view.lang)}", *cells))
    if not rows:
        return None
    frame = pd.DataFrame(rows, columns=[words.GLANCE_COLUMNS[0], *titles.values()])
    colour = {title: (lambda value: marks.get(value, "")) for title in titles.values()}
    return Table(frame=frame, name="scenarios", caption=words.SCENARIO_CAPTION, marks=colour)
