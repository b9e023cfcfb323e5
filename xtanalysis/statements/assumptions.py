"""Rows of a scenario file: words, years, numbers, and distances from the baseline or from the plan."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from xtanalysis.data import dictionary
from xtanalysis.errors import BadInput
from xtanalysis.statements.grammar import CONDITIONS, MEASURES, RELATIONS, Period, Reading, Statement, Versus
from xtanalysis.statements.meaning import meant_indicator, nominal_measure
from xtanalysis.statements.pace import asks, pace
from xtanalysis.statements.plans import Plan
from xtanalysis.statements.validate import faults
from xtanalysis.statements.yamlfile import Node

__all__ = ["READINGS", "Surroundings", "named_years", "rows_of", "word"]

READINGS: tuple[str, ...] = get_args(Reading)
VERSUS: tuple[str, ...] = get_args(Versus)
PLAN = ("plan", "规划")
KEYS = (
    "region", "indicator", "measure", "each", "period", "base_period", "relation", "value", "value_high", "unit",
    "condition", "sd", "calibre", "versus", "reading", "optional", "reason", "source",
)  # fmt: skip
YEAR = re.compile(r"^(?:(\d{4})年?|(origin|to|plan)(?:\s*([+-])\s*(\d{1,2}))?)$")
Named = dictionary.Region | dictionary.Unit | dictionary.Calibre


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the rows of a file rest on.

    Attributes
    ----------
    region
        Whom rows are about that name no region.
    years
        What ``origin``, ``to`` and, where there is a plan, ``plan`` stand for.
    plan
        What ``value: plan`` follows.
    reading
        Of rows that name none.
    """

    region: str
    years: Mapping[str, int]
    plan: Plan | None
    reading: str


def rows_of(node: Node, name: str, around: Surroundings) -> list[Statement]:
    """One statement, or one for each year of ``each``; problems are recorded at the node.

    Raises
    ------
    Nothing: an empty list stands for a row with problems, or one whose years are over.
    """
    node.only(KEYS)
    before = len(node.problems)
    periods = _periods(node, around.years)
    measure = word(node, "measure", MEASURES)
    common: dict[str, Any] = {
        "region": _name(node, "region", dictionary.region) or around.region,
        "indicator": _indicator(node, measure),
        "calibre": _name(node, "calibre", dictionary.calibre) or "unknown",
        "measure": measure,
        "relation": word(node, "relation", RELATIONS, default="equals"),
        "condition": word(node, "condition", CONDITIONS, default="hard"),
        "reading": word(node, "reading", READINGS, default=around.reading),
        "versus": word(node, "versus", VERSUS) if "versus" in node.data else None,
        "value_high": node.number("value_high"),
        "sd": node.number("sd"),
        "base_period": None,
    }
    if node.data.get("base_period") is not None:
        common["base_period"] = _period(node, "base_period", around.years)
    if _left_out(node, common, around.plan) and len(node.problems) == before:
        return []
    amounts = _amounts(node, common, periods, around.plan)
    if len(node.problems) > before:
        return []
    made = [
        Statement(
            id=f"{name}:{period}" if "each" in node.data else name,
            period=period, role="assumption", value=value, unit=unit, **common,
        )
        for period, (value, unit) in zip(periods, amounts, strict=True)
    ]  # fmt: skip
    for statement in made[:1]:
        for column, what, found, expected in faults(statement):
            node.wrong(column, what, found or None, expected or None)
    return made


def named_years(node: Node) -> list[int]:
    """The years that a row names in figures."""
    texts = (str(node.data.get(key, "")) for key in ("each", "period"))
    return [int(m[1]) for text in texts for part in text.split("/") if (m := YEAR.match(part.strip())) and m[1]]


def word(node: Node, key: str, words: tuple[str, ...], *, default: str = "") -> str:
    """One of the words, in English or Chinese."""
    text = node.text(key, needed=not default) or default
    text = nominal_measure(text)[0] if key == "measure" else text
    text = dictionary.words(key).get(dictionary.fold(text), text)
    if text not in words:
        node.wrong(key, "unknown word", text, ", ".join(words))
    return text


def _left_out(node: Node, common: Mapping[str, Any], plan: Plan | None) -> bool:
    """Whether a row is optional and the plan has no number for it."""
    optional = node.data.get("optional", False)
    if not isinstance(optional, bool):
        node.wrong("optional", "this is not true or false", optional, "true or false")
        return False
    follows = node.data.get("value") in PLAN
    if optional and not follows:
        node.wrong(
            "optional", "only what the plan may leave open can be left out", node.data.get("value"), "value: plan"
        )
    return optional and follows and plan is not None and not asks(plan, common["indicator"], common["measure"])


def _amounts(
    node: Node, common: Mapping[str, Any], periods: list[Period], plan: Plan | None
) -> list[tuple[float, str]]:
    """(value, unit) for each period; what ``value: plan`` stands for is looked up in the plan."""
    if node.data.get("value") not in PLAN:
        value, unit = node.number("value", needed=True), _name(node, "unit", dictionary.unit, needed=True)
        return [] if value is None else [(value, unit)] * len(periods)
    if common["versus"] is not None or common["value_high"] is not None or common["relation"] != "equals":
        node.wrong("value", "the plan's pace stands alone", PLAN[0], "no versus, value_high or relation beside it")
        return []
    if plan is None:
        node.wrong("value", "no plan to follow", PLAN[0], f"a number, or a plan of {common['region']}")
        return []
    out = []
    for period in periods:
        try:
            out.append(pace(plan, common["region"], common["indicator"], common["measure"], period))
        except BadInput as error:
            for p in error.problems:
                node.wrong("value", p.what, p.found, p.expected)
            break
    return out


def _periods(node: Node, years: Mapping[str, int]) -> list[Period]:
    if ("each" in node.data) == ("period" in node.data):
        node.wrong(
            "period", "an assumption needs either period or each", expected="period: origin+1, or each: origin+1/to"
        )
        return []
    if "period" in node.data:
        period = _period(node, "period", years)
        return [] if period is None else [period]
    first, _, last = str(node.data["each"]).partition("/")
    ends = [_year(node, "each", text, years) for text in (first, last or first)]
    if None in ends:
        return []
    if (ends[0] or 0) > (ends[1] or 0) and first[:1].isdigit() and last[:1].isdigit():
        node.wrong("each", "the last year is before the first", node.data["each"], f"{last}/{first}")
    return [Period((year, 1), (year, 12)) for year in range(ends[0] or 0, (ends[1] or 0) + 1)]


def _period(node: Node, key: str, years: Mapping[str, int]) -> Period | None:
    """Read a year or a span of years, each given as such, as origin+n, as to or as plan."""
    ends = [_year(node, key, text, years) for text in str(node.data[key]).split("/")]
    if None in ends or len(ends) > 2:
        return None
    if (ends[0] or 0) > (ends[-1] or 0):
        node.wrong(key, "the last year is before the first", node.data[key], f"{ends[-1]}/{ends[0]}")
        return None
    return Period((ends[0] or 0, 1), (ends[-1] or 0, 12))


def _year(node: Node, key: str, text: str, years: Mapping[str, int]) -> int | None:
    match = YEAR.match(text.strip())
    if match is None:
        node.wrong(key, "this is not a year", text, "2025, origin+1, to or plan (the plan's last year)")
        return None
    number, anchor, sign, offset = match.groups()
    if number:
        return int(number)
    if anchor not in years:
        node.wrong(key, "no plan whose last year this could be", text, "2025, origin+1 or to")
        return None
    return years[anchor] + int(offset or 0) * (-1 if sign == "-" else 1)


def _indicator(node: Node, measure: str) -> str:
    text = node.text("indicator")
    nominal = nominal_measure(str(node.data.get("measure", "")))[1]
    return _found(node, "indicator", lambda: meant_indicator(text, measure, nominal=nominal)) if text else ""


def _name(node: Node, key: str, find: Callable[[str], Named], *, needed: bool = False) -> str:
    text = node.text(key, needed=needed)
    return _found(node, key, lambda: find(text).id) if text else ""


def _found(node: Node, key: str, find: Callable[[], str]) -> str:
    try:
        return find()
    except BadInput as error:
        for p in error.problems:
            node.wrong(key, p.what, p.found, p.expected)
    return ""
