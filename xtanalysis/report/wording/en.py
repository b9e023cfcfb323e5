"""English sentences: the conclusion first, then what it rests on; figures with period and definition."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from xtanalysis.data.dictionary import regions as _regions
from xtanalysis.data.dictionary import units
from xtanalysis.model.priors import LearntFrom
from xtanalysis.report.wording import en_terms as terms
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.meaning import GROWTH
from xtanalysis.statements.scenarios import Scenario
from xtanalysis.targets.words import natural as _natural

SETTLES = 0.985  # share of uncertainty removed from which a figure settles
WHOLE_FROM = 100.0  # from here on without decimals


def number(value: float, digits: int = 1) -> str:
    """One decimal as a rule, none for whole numbers."""
    text = f"{value:,.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text.replace("-", "−")


def day(value: dt.date) -> str:
    """A date."""
    return f"{value.day} {value:%B %Y}"


def with_unit(value: float, unit: str) -> str:
    """A computed number with its unit: rates to one decimal, from a hundred on none; yuan in billions."""
    shown, name = _natural(value, unit)
    whole = abs(shown) >= WHOLE_FROM and units()[unit].dimension != "fraction"
    return f"{shown:,.{0 if whole else 1}f}".replace("-", "−") + name


def given(value: float, unit: str) -> str:
    """A published or assumed number as it is; hundreds of millions of yuan as billions."""
    shown, name = _natural(value, unit)
    return f"{number(shown, 2)}{name}"


def chart_title(name: str, scale: str) -> str:
    """Title of a chart."""
    return f"{name}: {terms.SCALES[scale]}"


def scale_unit(scale: str) -> str:
    """Unit of the vertical axis."""
    return terms.SCALE_UNITS[scale]


def scenario_title(scenario: Scenario) -> str:
    """A scenario's title."""
    return scenario.en


def page_title(region: str, scenario: str) -> str:
    """Title of the page."""
    return f"{region}: will the industrial targets be met? {scenario}"


def subtitle(number_: str, until: int) -> str:
    """Line under the title."""
    return f"{number_}, projected to {until}"


def lead(as_of: dt.date, newest: str, region: str) -> str:
    """The caution under the title."""
    place = _regions()[region].en
    return f"Newest figures of {place}: {newest}; known by {day(as_of)}. Results of a model, not official statistics."


def newest(when: str, published: dt.date | None) -> str:
    """The newest period and the month in which it came out."""
    return f"{when} ({published:%B %Y})" if published is not None else when


def counts(total: int, by_category: Mapping[str, int]) -> str:
    """First sentence: the targets by where they stand."""
    judged = [("likely", "on course or likely"), ("unsure", "uncertain"), ("unlikely", "doubtful or unlikely")]
    parts = [f"{by_category.get('done', 0)} met", f"{by_category.get('missed', 0)} missed"]
    parts += [f"{by_category[name]} {text}" for name, text in judged if by_category.get(name)]
    parts += [f"{by_category['awaiting']} awaiting figures"] if by_category.get("awaiting") else []
    return f"Of the document's {total} targets: {', '.join(parts)}."


def scenario_reason(scenario: Scenario) -> str:
    """What a scenario is."""
    return scenario.reason_en


def assumption(years: tuple[int, int], statement: Statement, name: str) -> str:
    """One assumption, about one year or several in a row."""
    first, last = years
    when = f"{first}" if first == last else f"each year from {first} to {last}"
    if statement.versus is not None:
        points = statement.measure in (*GROWTH, "share")
        far = f"{number(abs(statement.value))} {'points' if points else '%'}"
        side = "above" if statement.value >= 0 else "below"
        return f"{name}, {when}: {terms.MEASURES[statement.measure]} {far} {side} the baseline's"
    return f"{name}, {when}: {terms.MEASURES[statement.measure]} {given(statement.value, statement.unit)}"


def plausibility(percentile: float) -> str:
    """How far a scenario is from the baseline."""
    far = "close to the baseline" if percentile < 0.5 else "away from the baseline, but ordinary"
    far = far if percentile < 0.9 else "far from the baseline, and rare"
    return (
        f"These assumptions are {far} (percentile {100 * percentile:.0f} of the model's own distribution; the higher, "
        "the rarer)."
    )


def two_readings(name: str, observed: float, brought: float) -> str:
    """An indicator under both readings."""
    return f"{name} {observed:+.1f}% and {brought:+.1f}%".replace("-", "−")


def readings_lead(year: int, told: Sequence[str]) -> str:
    """Indicators whose direction the reading decides."""
    return (
        f"The two readings differ in direction ({year} against the baseline; first as an observation, then as an "
        f"intervention): {', '.join(told)}."
    )


def implied_base(name: str, year: int, low: str, high: str, word: str, chance: str) -> str:
    """A target judged as if its level spoke of its base."""
    return f"{name}: base of {year} {low} to {high} (80%), {word} ({chance})"


def implied_lead(told: Sequence[str]) -> str:
    """规划倒推 beside the verdicts."""
    return (
        "Working back from the plan (no verdict above rests on it): if a level that is asked for speaks of its base "
        f"through the growth that plans ask for, 9 ± 6 points a year, then {'; '.join(told)}."
    )


def two_words(name: str, observed: str, brought: str) -> str:
    """A target's word under both readings."""
    return f"{name}: {observed}, {brought}"


def words_lead(told: Sequence[str]) -> str:
    """Targets whose word the reading decides."""
    return f"The reading changes a verdict (first as an observation, then as an intervention): {'; '.join(told)}."


def joined(parts: Sequence[str]) -> str:
    """Commas between parts."""
    return ", ".join(parts)


def because(reason: str) -> str:
    """A reason."""
    return f". {reason}"


def foot(statements: int, effective: float) -> dict[str, str]:
    """Rows of the page's foot."""
    return {
        "Statements used": f"{statements}",
        "Effective hyperparameter cells": f"{effective:.0f}",
    }


def missing(what: str, owner: str) -> str:
    """The missing figure and who has it."""
    return f"{what}; {owner}"


def lacking(what: str) -> str:
    """The missing figure."""
    return f"missing: {what}"


def growth_so_far(base: int, last: int, change: float, average: float) -> str:
    """Growth since the base."""
    years = f"{base + 1}" if last == base + 1 else f"{base + 1}–{last}"
    verb = "grew" if change >= 0 else "fell"
    tail = "" if last == base + 1 else f" in all, {number(abs(100 * average))}% a year"
    return f"it {verb} by {number(abs(100 * change))}% in {years}{tail}"


def still_needed(first: int, last: int, rate: float) -> str:
    """Growth that the remaining years need."""
    years = f"{first}" if first == last else f"{first}–{last}"
    each = "" if first == last else " a year"
    if rate <= 0:
        return f"even a fall of {number(abs(100 * rate))}%{each} in {years} would still meet it"
    return f"{years} must bring {number(100 * rate)}%{each}"


def aside(text: str, told: str) -> str:
    """A remark after a text."""
    return f"{text} ({told})"


def counted_as(calibre: str) -> str:
    """What a figure covers."""
    return f"coverage: {calibre[:1].lower()}{calibre[1:]}"


def overall(name: str, ask: str, said: str, grounds: Sequence[str]) -> str:
    """One line of the overall judgement: the conclusion, then its grounds."""
    tail = "; ".join(part for part in grounds if part)
    head = f"<strong>{name[:1].upper()}{name[1:]} ({ask}): {said}.</strong>"
    return head + (f" {tail[:1].upper()}{tail[1:]}." if tail else "")


def told(value: float, unit: str, changes: bool) -> str:
    """A change with its sign."""
    return f"{'+' if changes and value > 0 else ''}{with_unit(value, unit)}"


def band(median: float, low: float, high: float, unit: str, changes: bool) -> str:
    """The forecast band."""
    middle, low_, high_ = (told(value, unit, changes) for value in (median, low, high))
    return f"the model's median is {middle}, with 80% between {low_} and {high_}"


def joint(
    names: Sequence[str], all_met: float, product: float, tilt: float, at_least: Sequence[tuple[int, float]]
) -> str:
    """Several targets at once."""
    more = "; ".join(f"at least {k} met: about {number(100 * p, 0)}%" for k, p in at_least)
    how = "they move together" if tilt > 0 else "they pull apart"
    how = how if abs(tilt) > 0.005 else "they hardly depend on one another"
    return (
        f"All {len(names)} that can be computed ({', '.join(names)}) are met together with about "
        f"{number(100 * all_met, 0)}%; independent, it would be {number(100 * product, 0)}%, so {how}. "
        f"{more[:1].upper()}{more[1:]}."
    )


def ask_one(rank_: int, what: str, target: str, removed: float, owner: str) -> str:
    """One figure to ask for."""
    part = f"removes {number(100 * removed, 0)}% of the uncertainty about"
    gain = f"{'settles' if removed >= SETTLES else part} “{target}”"
    return f"{rank_}. <strong>{what}</strong>, from {owner}: {gain}."


def latest_line(text: str) -> str:
    """The latest figure."""
    return f"Latest: {text}"


def place_line(text: str) -> str:
    """The comparison with others."""
    return f"Compared: {text}"


def related_line(text: str) -> str:
    """Figures near it."""
    return f"Near it, not used for this verdict by itself: {text}"


def other_reading(text: str, said: str) -> str:
    """The judgement under another reading."""
    return f"Read as “{text}”: {said}"


def front_title(region: str) -> str:
    """Title of the front page."""
    return f"{region}: will the industrial targets be met?"


def evidence_title_of(base: int, year: int) -> str:
    """Title of the chart."""
    return f"Growth {base + 1}–{year}: how much of the uncertainty each kind of figure removes"


def against(kind: str, year: int, since: int | None) -> str:
    """The horizontal axis of a curve."""
    if kind == "cumulative_change" and since is not None:
        return f"change in {year}" if since + 1 == year else f"change in all, {since + 1}–{year}"
    return f"{'share' if kind == 'share' else 'actual level'} in {year}"


def even(value: float) -> str:
    """Where it breaks even."""
    return "break-even " + f"{value:,.{0 if abs(value) >= WHOLE_FROM else 1}f}".replace("-", "−")


def turns(name: str, what: str, needed: float, low: float, high: float, unit: str, below: bool) -> str:
    """A target that turns on one number alone."""
    side = "at most" if below else "at least"
    return (
        f"{name}: met if the {what} is {side} {with_unit(needed, unit)}; the evidence puts it between "
        f"{with_unit(low, unit)} and {with_unit(high, unit)} (80% band)."
    )


def poor_case(name: str, value: float, unit: str, above: bool, changes: bool) -> str:
    """The poor tenth."""
    return f"{name}: one chance in ten of {'more' if above else 'less'} than {told(value, unit, changes)}."


def worst_scenario(name: str, scenario: str, said: str) -> str:
    """The worst of the scenarios."""
    return f"{name}: lowest under {scenario.lower()}, {said}."


def doubted(figure_: str, weight: float) -> str:
    """A figure out of line with the others."""
    return f"{figure_}: out of line with the other figures, used at {number(100 * weight, 0)}% of its weight; check it."


def windows(n: int) -> str:
    """How much history there is."""
    return (
        f"There are only {n} separate five-year spans since 2000, so no five-year forecast can be very sure; "
        "probabilities are rounded to 5 points."
    )


def priors_from(found: LearntFrom) -> str:
    """Where the priors come from."""
    own = f"{found.own} of them in this province" if found.own > 1 else "none of them in this province"
    own = "this city among them" if found.own == 1 else own
    industry = f"{found.industry} cities of {'this' if found.at_home else 'another'} province"
    panel = f"figures of {found.cities} cities of {found.provinces} provinces in {found.first} to {found.last}"
    learnt = f"figures of {found.own} cities of this province (beside {panel})" if found.alone else f"{panel} ({own})"
    return (
        f"Priors: how much growth swings, and together, is estimated from {learnt}; for above-scale value added and "
        f"investment only {industry} could be used, for energy and long-run growth national figures and the "
        "literature. The more figures of its own a region has, the less priors matter."
    )


def span(low: str, high: str) -> str:
    """A band."""
    return f"{low} to {high}"


def exceeds(whole: str) -> str:
    """A figure larger than the whole that it is a part of."""
    return f"larger than {whole}; not used"
