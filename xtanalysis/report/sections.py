"""The sections of the scenario page, in order: each takes the view and returns what its cell shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from xtanalysis.answers.figures import short_publisher
from xtanalysis.answers.latest import Latest
from xtanalysis.answers.margins import first_readings
from xtanalysis.answers.progress import Progress
from xtanalysis.answers.readings import both_readings
from xtanalysis.answers.targets import TargetResult, joint_probabilities, shown_probability
from xtanalysis.report.page import Page
from xtanalysis.report.tables import Table
from xtanalysis.report.view import View, category
from xtanalysis.report.wording import wording
from xtanalysis.report.words import judgement
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.plans import Target

if TYPE_CHECKING:
    from IPython.display import Markdown

__all__ = [
    "as_markdown",
    "counts",
    "glance",
    "head",
    "joint",
    "overall",
    "said",
    "scenario",
    "scenario_table",
    "standing",
]

NO_CALIBRE = ("unknown", "not_applicable")


def as_markdown(text: str) -> Markdown:
    """Text as a displayable."""
    from IPython.display import Markdown

    return Markdown(text)


def head(view: View) -> Page:
    """Title, caution, dates, and what the foot of the page says."""
    projection, words = view.projection, wording(view.lang)
    latest = max(s.period for s in projection.information.used if s.tells_what_happened)
    return Page(
        title=words.page_title(view.region_name, view.scenario_name),
        subtitle=words.subtitle(projection.plan.number, projection.to),
        lang=view.lang,
        lead=words.lead(projection.as_of),
        data_until=words.period(str(latest)),
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


def said(view: View, result: TargetResult, *, short: bool = False) -> str:
    """The judgement of one target in words, with its probability as shown."""
    words = wording(view.lang)
    shown = shown_probability(result.probability, result.status)
    write = words.short_verdict if short else words.verdict
    return str(write(judgement(shown, view.lang)[0], shown, result.status))


def _latest(view: View, known: Latest) -> str:
    """The latest figure in words, or that of its parts."""
    words = wording(view.lang)
    figures = [known.figure] if known.figure is not None else list(known.parts)
    parts = []
    for f in figures:
        calibre = "" if f.calibre in NO_CALIBRE else view.calibre(f.calibre)
        parts.append(
            words.figure(
                "" if f.indicator == known.indicator else view.indicator(f.indicator),
                f.measure, f.value, f.unit, f.period, calibre, short_publisher(f.publisher), f.role == "estimate",
            )
        )  # fmt: skip
    return words.SEMICOLON.join(parts) or str(words.NOTHING_FOUND)


def _place(view: View, known: Latest) -> str:
    words = wording(view.lang)
    parts = [words.rank(known.place.position, known.place.of, known.place.period)] if known.place else []
    parts += [words.gap(g.other, g.points, g.period) for g in known.gaps if g.points is not None]
    return words.SEMICOLON.join(parts) or str(words.NOT_COMPARABLE)


def _missing(view: View, target: Target, result: TargetResult) -> str:
    words = wording(view.lang)
    if result.status in ("computed", "decided"):
        return str(words.NOTHING_MISSING)
    own = target.missing_zh if view.lang == "zh" else target.missing_en
    names = words.joined([view.indicator(name) for name in result.missing_figure.split("|") if name])
    return str(words.missing(own or names, target.data_owner))


def glance(view: View) -> Table:
    """The first page's table: a core target's latest figure, place, progress, judgement, and what is missing."""
    words = wording(view.lang)
    latest, going = view.latest(), view.progress()
    rows = []
    for target, result in view.core():
        standing_ = going[result.target, result.reading].standing if (result.target, result.reading) in going else None
        done = standing_.progress if standing_ is not None else None
        rows.append(
            (
                f"{view.name(target)}{words.COLON}{words.asked(target)}",
                _latest(view, latest[target.id]),
                _place(view, latest[target.id]),
                words.NO_PROGRESS if standing_ is None or done is None else words.progress(done, standing_.time),
                said(view, result),
                _missing(view, target, result),
            )
        )
    colour = {said(view, result): judgement(result.probability, view.lang)[1] for _, result in view.core()}
    frame = pd.DataFrame(rows, columns=list(words.GLANCE_COLUMNS))
    column = words.GLANCE_COLUMNS[4]
    return Table(frame=frame, name="targets", caption=words.GLANCE_CAPTION, marks={column: lambda v: colour.get(v, "")})


def _grounds(view: View, target: Target, result: TargetResult, known: Latest, going: Progress | None) -> list[str]:
    """What a judgement rests on: growth so far, what is still needed, the band; or what is missing."""
    words = wording(view.lang)
    out: list[str] = []
    if known.chain is not None and known.chain.change is not None and known.chain.average is not None:
        out.append(words.growth_so_far(known.chain.base, known.chain.last, known.chain.change, known.chain.average))
    if result.probability is None:
        own = target.missing_zh if view.lang == "zh" else target.missing_en
        found = view.curve(result)
        if found is not None and found.needed is not None:
            about = words.against(found.against, found.year, found.since)
            out.append(words.base_needed(about, view.amount(found.needed, found.unit)))
        return [*out, words.not_judged(own or view.indicator(result.missing_figure.split("|")[0]))]
    if going is not None and going.required is not None and target.measure == "average_growth":
        chance = shown_probability(going.required_probability, result.status)
        out.append(words.still_needed(going.last + 1, going.deadline, going.required, chance))
    if result.status == "computed" and None not in (result.low, result.median, result.high):
        out.append(words.band(result.median, result.low, result.high, result.unit))
    return out


def overall(view: View) -> Markdown:
    """One paragraph a core target: the conclusion, then its grounds."""
    words = wording(view.lang)
    latest, going = view.latest(), view.progress()
    lines = []
    for target, result in view.core():
        grounds = _grounds(view, target, result, latest[target.id], going.get((result.target, result.reading)))
        lines.append(words.overall(view.name(target), words.asked(target), said(view, result), grounds))
    return as_markdown("\n\n".join(lines))


def standing(view: View, name: str) -> Markdown:
    """One target on its own: latest figure, the other readings of its number, progress, place."""
    words, projection = wording(view.lang), view.projection
    target = projection.plan.target(name)
    known = view.latest()[name]
    lines = [words.latest_line(_latest(view, known))]
    place = _place(view, known)
    if place != words.NOT_COMPARABLE:
        lines.append(words.place_line(place))
    for result in [r for r in projection.targets if r.target == name][1:]:
        option = result.reading.split(":")[-1]
        chosen = next(r.option(option) for r in target.readings if result.reading.startswith(r.id))
        text = chosen.zh if view.lang == "zh" else chosen.en
        lines.append(words.other_reading(text, said(view, result)))
    note = target.note_zh if view.lang == "zh" else target.note_en
    lines += [note] if note else []
    return as_markdown("\n".join(f"- {line}" for line in lines))


def joint(view: View) -> Markdown:
    """Several targets at once, and what moving together adds; those that figures have decided are left out."""
    words, projection = wording(view.lang), view.projection
    chosen = [r.target for r in first_readings(projection) if r.status == "computed"]
    keys = [next(key for key in projection.hits if key.split("|")[0] == name) for name in chosen]
    together = joint_probabilities(projection.hits, keys)
    if together is None:
        return as_markdown(words.JOINT_FEW)
    names = [view.name(projection.plan.target(name)) for name in chosen]
    all_met, product, *at_least = (
        shown_probability(p, "computed") for p in (together.all_met, together.product, *together.at_least[1:-1])
    )
    tilt = together.all_met - together.product
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
    lines = [words.scenario_reason(projection.scenario)]
    for run in _runs(projection.scenario.assumptions):
        reason = projection.scenario.reasons[run[0].id]
        why = reason.zh if view.lang == "zh" else reason.en
        years = (run[0].period.year, run[-1].period.year)
        line = words.assumption(years, run[0], view.indicator(run[0].indicator))
        lines.append(f"- {line}{words.because(why)}")
    if projection.plausibility is not None:
        lines.append("\n" + words.plausibility(projection.plausibility[1]))
    lines += ["\n" + (note.zh if view.lang == "zh" else note.en) for note in projection.notes]
    differ = [row for row in both_readings(projection) if row.differ]
    if differ:
        told = [words.two_readings(view.indicator(row.indicator), row.observed, row.brought) for row in differ]
        lines.append("\n" + words.readings_lead(differ[0].year, told))
    return as_markdown("\n".join(lines))


def scenario_table(view: View) -> Table:
    """Probability of each core target under each scenario."""
    words = wording(view.lang)
    titles = {name: words.scenario_title(p.scenario) for name, p in view.others.items()}
    rows, marks = [], {}
    for target, _ in view.core():
        cells = []
        for projection in view.others.values():
            result = projection.target(target.id)
            text = said(view, result, short=True)
            marks[text] = judgement(result.probability, view.lang)[1]
            cells.append(text)
        rows.append((f"{view.name(target)}{words.COLON}{words.asked(target)}", *cells))
    frame = pd.DataFrame(rows, columns=[words.GLANCE_COLUMNS[0], *titles.values()])
    colour = {title: (lambda value: marks.get(value, "")) for title in titles.values()}
    return Table(frame=frame, name="scenarios", caption=words.SCENARIO_CAPTION, marks=colour)
