"""Rows of a scenario file: words, years, numbers, and distances from the baseline or from the plan."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from itertools import takewhile
from typing import Any

from xtanalysis.statements.grammar import Period, Statement
from xtanalysis.statements.meaning import meant_indicator, nominal_measure
from xtanalysis.statements.pace import asks, pace
from xtanalysis.statements.plans import Plan
from xtanalysis.statements.validate import faults
from xtanalysis.statements.yamlfile import Node, entry, found
from xtanalysis.text import message

__all__ = ["Surroundings", "named_years", "rows_of"]

PLAN = "plan"
BACKWARDS = message("the last year is before the first")
YEAR = re.compile(r"^(?:(\d{4})年?|(origin|to|plan)(?:\s*([+-])\s*(\d{1,2}))?)$")


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


def rows_of(node: Node, name: str, around: Surroundings) -> tuple[list[Statement], Mapping[str, Any]]:
    """One statement, or one for each year of ``each``, and the row as it was told; problems are recorded at the node.

    No statement stands for a row with problems, or one whose years are over.
    """
    before = len(node.problems)
    told = entry(node)
    periods = _periods(node, told, around.years)
    nominal = nominal_measure(f"{node.data.get('measure', '')}")[1]
    text = told["indicator"]
    of_file = {"region": told["region"] or around.region, "reading": told["reading"] or around.reading}
    common: dict[str, Any] = {
        **{key: told[key] for key in ("calibre", "measure", "relation", "condition", "versus", "value_high", "sd")},
        **of_file,
        "indicator": found(node, "indicator", lambda: meant_indicator(text, told["measure"], nominal=nominal))
        if text
        else None,
        "base_period": _period(node, "base_period", told["base_period"], around.years) if told["base_period"] else None,
    }
    if _left_out(node, told, common, around.plan) and len(node.problems) == before:
        return [], told
    amounts = _amounts(node, told, common, periods, around.plan)
    if len(node.problems) > before:
        return [], told
    made = [
        Statement(
            id=f"{name}:{period}" if told["each"] else name,
            period=period, role="assumption", value=value, unit=unit, **common,
        )
        for period, (value, unit) in zip(periods, amounts, strict=True)
    ]  # fmt: skip
    for statement in dict.fromkeys((*made[:1], *made[-1:])):
        for column, what, wrong, expected in faults(statement):
            node.wrong(column, what, wrong or None, expected or None)
    return made, told


def named_years(node: Node) -> list[int]:
    """The years that a row names in figures."""
    texts = (str(node.data.get(key, "")) for key in ("each", "period"))
    return [int(m[1]) for text in texts for part in text.split("/") if (m := YEAR.match(part.strip())) and m[1]]


def _left_out(node: Node, told: Mapping[str, Any], common: Mapping[str, Any], plan: Plan | None) -> bool:
    """Whether a row is optional and the plan has no number for it."""
    follows = told["value"] == PLAN
    if told["optional"] and not follows:
        what = message("only what the plan may leave open can be left out")
        node.wrong("optional", what, node.data.get("value"), "value: plan")
    return told["optional"] and follows and plan is not None and not asks(plan, common["indicator"], common["measure"])


def _amounts(
    node: Node, told: Mapping[str, Any], common: Mapping[str, Any], periods: list[Period], plan: Plan | None
) -> list[tuple[float, str]]:
    """(value, unit) for each period; what ``value: plan`` stands for is looked up in the plan."""
    value, unit = told["value"], told["unit"]
    if value != PLAN:
        if unit is None and not node.data.get("unit"):
            node.wrong("unit", message("this key is missing"), expected=message("a unit"))
        return [] if value is None or unit is None else [(value, unit)] * len(periods)
    if common["versus"] is not None or common["value_high"] is not None or common["relation"] != "equals":
        what = message("the plan's pace stands alone")
        alone = message("no versus, value_high or relation beside it")
        node.wrong("value", what, PLAN, alone)
        return []
    if plan is None:
        what, place = message("no plan to follow"), common["region"]
        node.wrong("value", what, PLAN, message("a number, or a plan of {place}", place=place))
        return []
    asked = (plan, common["region"], common["indicator"], common["measure"])
    paces = (found(node, "value", partial(pace, *asked, period)) for period in periods)
    return [pair for pair in takewhile(bool, paces) if pair]


def _periods(node: Node, told: Mapping[str, Any], years: Mapping[str, int]) -> list[Period]:
    if bool(told["each"]) == bool(told["period"]):
        what = message("an assumption needs either period or each")
        node.wrong(
            "period",
            what,
            expected=message("period: origin+1, or each: origin+1/to"),
        )
        return []
    if told["period"]:
        period = _period(node, "period", told["period"], years)
        return [] if period is None else [period]
    first, _, last = told["each"].partition("/")
    ends = [_year(node, "each", text, years) for text in (first, last or first)]
    if None in ends:
        return []
    if (ends[0] or 0) > (ends[1] or 0) and first[:1].isdigit() and last[:1].isdigit():
        node.wrong("each", BACKWARDS, told["each"], f"{last}/{first}")
    return [Period((year, 1), (year, 12)) for year in range(ends[0] or 0, (ends[1] or 0) + 1)]


def _period(node: Node, key: str, text: str, years: Mapping[str, int]) -> Period | None:
    """Read a year or a span of years, each given as such, as origin+n, as to or as plan."""
    ends = [_year(node, key, part, years) for part in text.split("/")]
    if None in ends or len(ends) > 2:
        return None
    if (ends[0] or 0) > (ends[-1] or 0):
        node.wrong(key, BACKWARDS, text, f"{ends[-1]}/{ends[0]}")
        return None
    return Period((ends[0] or 0, 1), (ends[-1] or 0, 12))


def _year(node: Node, key: str, text: str, years: Mapping[str, int]) -> int | None:
    match = YEAR.match(text.strip())
    if match is None:
        expected = message("2025, origin+1, to or plan (the plan's last year)")
        node.wrong(key, message("this is not a year"), text, expected)
        return None
    number, anchor, sign, offset = match.groups()
    if number:
        return int(number)
    if anchor not in years:
        what = message("no plan whose last year this could be")
        node.wrong(key, what, text, message("2025, origin+1 or to"))
        return None
    return years[anchor] + int(offset or 0) * (-1 if sign == "-" else 1)
