"""English sentences: the conclusion first, then what it rests on; figures with period and definition."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from xtanalysis.data.dictionary import units
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.plans import Target
from xtanalysis.statements.scenarios import Scenario

PROBABILITY_TITLE = "Probability that the main targets are met"
MOVEMENT_TITLE = "How the judgement of the main targets moved"
RELATIONS = {
    "at_least": "at least {v}",
    "at_most": "at most {v}",
    "above": "more than {v}",
    "about": "about {v}",
    "equals": "{v}",
    "between": "{v} to {h}",
}
SCALES = {"growth": "growth on the year before", "index": "index", "level": "share"}
SCALE_UNITS = {"growth": "%", "index": "2020 = 100", "level": "%"}
CATEGORIES = {
    "done": "met",
    "missed": "missed",
    "likely": "on course or likely",
    "unsure": "uncertain",
    "unlikely": "doubtful or unlikely",
    "unjudged": "cannot be judged",
    "awaiting": "awaiting figures",
}
STATUS = {
    "base_uncertain": "base not settled",
    "calibre_uncertain": "definition not settled",
    "no_data": "no figure",
    "computed": "computed",
    "decided": "decided",
}


def number(value: float, digits: int = 1) -> str:
    """One decimal as a rule, none for whole numbers."""
    text = f"{value:,.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text.replace("-", "−")


def day(value: dt.date) -> str:
    """A date."""
    return f"{value.day} {value:%B %Y}"


def with_unit(value: float, unit: str) -> str:
    """A number with its unit."""
    return f"{number(value)} {units()[unit].en}"


def asked(target: Target) -> str:
    """What a target asks for."""
    if target.value is None:
        return target.note_en or "no number in the document"
    low = with_unit(target.value, target.unit)
    high = with_unit(target.value_high, target.unit) if target.value_high is not None else ""
    text = RELATIONS[target.relation].format(v=low, h=high)
    if target.measure == "average_growth":
        return f"{text} a year"
    if target.measure == "cumulative_change":
        sign = "down" if target.value < 0 else "up"
        return f"{sign} {with_unit(abs(target.value), target.unit)} in all"
    return text


def target_label(target: Target) -> str:
    """A target's name in a figure."""
    name = target.en.removeprefix("of which ")
    return f"{name[:1].upper()}{name[1:]}\n{asked(target)}"


def target_flag(target: Target) -> str:
    """The label of a target's mark in a figure."""
    return f"target: {asked(target)}"


def chart_title(name: str, scale: str) -> str:
    """Title of a chart."""
    return f"{name}: {SCALES[scale]}"


def scale_unit(scale: str) -> str:
    """Unit of the vertical axis."""
    return SCALE_UNITS[scale]


def scenario_title(scenario: Scenario) -> str:
    """A scenario's title."""
    return scenario.en


def page_title(region: str, plan: str, scenario: str) -> str:
    """Title of the page."""
    return f"{region}: will the industrial targets be met? {scenario}"


def subtitle(number_: str, until: int) -> str:
    """Line under the title."""
    return f"{number_}, projected to {until}"


def lead(as_of: dt.date) -> str:
    """The caution under the title."""
    return f"Data as of {day(as_of)}. Results of a model, not official statistics."


def counts(total: int, by_category: Mapping[str, int]) -> str:
    """First sentence: the targets by where they stand."""
    judged = [("likely", "on course or likely"), ("unsure", "uncertain"), ("unlikely", "doubtful or unlikely")]
    parts = [f"{by_category.get('done', 0)} met", f"{by_category.get('missed', 0)} missed"]
    parts += [f"{by_category[name]} {text}" for name, text in judged if by_category.get(name)]
    parts += [
        f"{by_category.get('awaiting', 0)} awaiting figures",
        f"{by_category.get('unjudged', 0)} that cannot be judged",
    ]
    return f"Of the document's {total} targets: {', '.join(parts)}."


def scenario_reason(scenario: Scenario) -> str:
    """What a scenario is."""
    return scenario.reason_en


def assumption(statement: Statement, name: str) -> str:
    """One assumption."""
    return f"{statement.period}: {name}, {MEASURES[statement.measure]} {with_unit(statement.value, statement.unit)}"


MEASURES = {
    "level": "level",
    "share": "share",
    "growth": "change on the year before",
    "average_growth": "yearly average",
    "cumulative_change": "change in all",
    "sum": "total",
    "year_to_date_level": "to date",
    "year_to_date_growth": "growth to date",
    "month_growth": "growth in the month",
    "gap": "gap",
    "rank": "rank",
}


def plausibility(percentile: float) -> str:
    """How far a scenario is from the baseline."""
    far = "close to the baseline" if percentile < 0.5 else "away from the baseline, but ordinary"
    far = far if percentile < 0.9 else "far from the baseline, and rare"
    return (
        f"These assumptions are {far} (percentile {100 * percentile:.0f} of the model's own distribution; the higher, "
        "the rarer)."
    )


def joined(parts: Sequence[str]) -> str:
    """Commas between parts."""
    return ", ".join(parts)


LEAD_NOT_STATED = "not named in the document"
MISSING_COLUMNS = ("Target", "Asks for", "Why not judged", "Missing figure", "Lead body", "Who publishes it")
MISSING_CAPTION = "Targets without a probability: which figure is missing, and whom to ask"
COVERAGE_TITLE = "Coverage: 2 a full year, 1 an estimate or part of the year, blank nothing found"
FACT_COLUMNS = ("Indicator", "Period", "Measure", "Value", "Unit", "Role", "Trust", "Published", "Source")
SOURCE_COLUMNS = ("Title", "Publisher", "Trust", "Address")
SOURCE_CAPTION = "Sources of the figures used"
REASON = "Why it is not used"
STAGE = "What is known"
STAGES = ("The country and the province", "With the city's other indicators", "With this indicator")
BAND_WIDTH = "Width of the 80 % band in the last year"
ROLE_NAMES = {
    "outcome": "outcome",
    "estimate": "estimate",
    "plan": "official target",
    "outlook": "outlook",
    "assumption": "assumption",
}
MEASURE_NAMES = {
    "level": "level",
    "growth": "growth",
    "average_growth": "average growth",
    "cumulative_change": "change in all",
    "share": "share",
    "sum": "sum",
    "year_to_date_level": "level to date",
    "year_to_date_growth": "growth to date",
    "month_growth": "growth in the month",
    "gap": "gap",
    "rank": "rank",
}


def because(reason: str) -> str:
    """A reason."""
    return f". {reason}"


def reason_aside(why: str) -> str:
    """Why a figure is not used."""
    return why


def used_caption(n: int) -> str:
    """Caption."""
    return f"The region's figures that the model uses: {n}, newest first"


def aside_caption(n: int) -> str:
    """Caption."""
    return f"Known figures that are not used: {n}"


def foot(statements: int, effective: float) -> dict[str, str]:
    """Rows of the page's foot."""
    return {
        "Statements used": f"{statements}",
        "Effective hyperparameter cells": f"{effective:.0f}",
    }


def evidence_title(region: str) -> str:
    """Title of the page."""
    return f"{region}: which figures were found"


def as_of_line(as_of: dt.date) -> str:
    """The day of the information."""
    return f"Data as of {day(as_of)}"
