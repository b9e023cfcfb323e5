"""Scenarios: YAML files of assumptions, with years given as such or from the origin year of the information set."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from xtanalysis.data import dictionary
from xtanalysis.data.paths import scenarios_dir
from xtanalysis.errors import BadInput, Problem
from xtanalysis.statements.grammar import CONDITIONS, MEASURES, RELATIONS, Period, Statement, Update
from xtanalysis.statements.validate import faults
from xtanalysis.statements.yamlfile import Node, find_file, load_yaml

__all__ = ["Reason", "Scenario", "load_scenario", "origin_year", "refuse_published"]

Named = dictionary.Region | dictionary.Indicator | dictionary.Unit | dictionary.Calibre
UPDATES = get_args(Update)
TOP_KEYS = ("id", "title", "reason", "source", "update", "counterfactual", "assumptions")
KEYS = (
    "region", "indicator", "measure", "each", "period", "base_period", "relation", "value", "value_high", "unit",
    "condition", "sd", "calibre", "reason", "source",
)  # fmt: skip
CHINA = dt.timezone(dt.timedelta(hours=8))
YEAR = re.compile(r"^(?:(\d{4})|(origin|to)(?:\s*([+-])\s*(\d{1,2}))?)$")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an assumption has the number that it has, and where that number comes from (a fact's id or a document)."""

    zh: str
    en: str
    source: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A named set of assumptions for one region and information set.

    Attributes
    ----------
    update
        What the assumptions may change: ``none`` leaves history and parameters, ``history`` the parameters, ``all`` is
        the same as a fact.
    counterfactual
        Whether assumptions may speak against what has been published.
    assumptions
        With absolute years; those after the horizon are left out.
    reasons
        Id of an assumption → its reason.
    """

    id: str
    zh: str
    en: str
    reason_zh: str
    reason_en: str
    source: str | None
    update: Update
    counterfactual: bool
    assumptions: tuple[Statement, ...]
    reasons: Mapping[str, Reason]


def origin_year(as_of: dt.date) -> int:
    """Return the last full calendar year before ``as_of``."""
    return as_of.year - 1


def load_scenario(
    id_or_path: str | Path, *, region: str = "湘潭市", as_of: dt.date | None = None, to: int = 2025
) -> Scenario:
    """Read a scenario, by the name of a shipped one or by the path of a file.

    Parameters
    ----------
    region
        Whom the assumptions are about, where they name no region themselves.
    as_of
        Sets the origin year that ``origin+1`` counts from; today if it is left out.
    to
        Last year of the projection: what ``to`` stands for; assumptions about later years are left out.

    Raises
    ------
    BadInput
        With every problem in the file.
    """
    top = load_yaml(find_file(id_or_path, scenarios_dir(), "scenario"))
    top.only(TOP_KEYS)
    years = {"origin": origin_year(as_of or dt.datetime.now(tz=CHINA).date()), "to": to}
    title, reason, name = top.node("title"), top.node("reason"), top.text("id")
    zh, en, why_zh, why_en = title.text("zh"), title.text("en"), reason.text("zh"), reason.text("en")
    update = top.text("update", needed=False) or "none"
    if update not in UPDATES:
        top.wrong("update", "unknown word", update, ", ".join(UPDATES))
    counterfactual = top.data.get("counterfactual", False)
    if not isinstance(counterfactual, bool):
        top.wrong("counterfactual", "this is not true or false", counterfactual, "true or false")
    statements: list[Statement] = []
    reasons: dict[str, Reason] = {}
    place = dictionary.region(region).id
    for number, node in enumerate(top.nodes("assumptions", needed=top.data.get("assumptions") != []), start=1):
        made = _assumptions(node, f"{name}:{number}", place, years)
        why = node.node("reason")
        given = Reason(why.text("zh"), why.text("en"), node.text("source", needed=False) or None)
        reasons |= {s.id: given for s in made}
        statements += [s for s in made if s.period.year <= to]
    if top.problems:
        raise BadInput(top.problems)
    return Scenario(
        id=name, zh=zh, en=en, reason_zh=why_zh, reason_en=why_en, source=top.text("source", needed=False) or None,
        update=_update(update), counterfactual=bool(counterfactual), assumptions=tuple(statements),
        reasons={s.id: reasons[s.id] for s in statements},
    )  # fmt: skip


def refuse_published(scenario: Scenario, facts: Iterable[Statement], as_of: dt.date) -> None:
    """Refuse assumptions about a year that has been published, unless the scenario is marked counterfactual.

    Raises
    ------
    BadInput
        Naming, for each such assumption, the fact published about it, or the origin year if there is none.
    """
    if scenario.counterfactual:
        return
    years = {assumed.period.year for assumed in scenario.assumptions}
    evidence = [f for f in facts if f.period.year in years and f.tells_what_happened and f.known_on(as_of)]
    problems = []
    for assumed in scenario.assumptions:
        fact = next((f for f in evidence if _same_thing(f, assumed)), None)
        what = f"{assumed.indicator} {assumed.measure} of {assumed.period} is assumed, but "
        if fact is not None:
            told = f"{fact.value:g} {dictionary.units()[fact.unit].zh}, published {fact.published} ({fact.id})"
            what += "it has been published"
        elif assumed.period.year <= origin_year(as_of):
            told = f"origin year {origin_year(as_of)}"
            what += "that year is over"
        else:
            continue
        problems.append(
            Problem(
                what, scenario.id, None, assumed.id, f"{assumed.value:g}", told,
                "Assume a later year, or mark the scenario counterfactual: true",
            )
        )  # fmt: skip
    if problems:
        raise BadInput(problems)


def _same_thing(fact: Statement, assumed: Statement) -> bool:
    """Whether a fact is about the whole year that the assumption ends in, for the same indicator or its volume."""
    entries = dictionary.indicators()
    return (
        fact.region == assumed.region
        and fact.period.is_year
        and fact.period.year == assumed.period.year
        and (fact.measure in ("level", "growth", "share") or _same_span(fact, assumed))
        and (
            fact.indicator in (assumed.indicator, entries[assumed.indicator].growth_of)
            or entries[fact.indicator].growth_of == assumed.indicator
        )
    )


def _same_span(fact: Statement, assumed: Statement) -> bool:
    return (fact.measure, fact.base_period) == (assumed.measure, assumed.base_period)


def _update(text: str) -> Update:
    words: dict[str, Update] = {"none": "none", "history": "history", "all": "all"}
    return words.get(text, "none")


def _assumptions(node: Node, name: str, region: str, years: Mapping[str, int]) -> list[Statement]:
    """One statement, or one for each year of ``each``."""
    node.only(KEYS)
    before = len(node.problems)
    periods = _periods(node, years)
    common: dict[str, Any] = {
        "region": _name(node, "region", dictionary.region) or region,
        "indicator": _name(node, "indicator", dictionary.indicator, needed=True),
        "unit": _name(node, "unit", dictionary.unit, needed=True),
        "calibre": _name(node, "calibre", dictionary.calibre) or "unknown",
        "measure": _word(node, "measure", MEASURES),
        "relation": _word(node, "relation", RELATIONS, default="equals"),
        "condition": _word(node, "condition", CONDITIONS, default="hard"),
        "value": node.number("value", needed=True),
        "value_high": node.number("value_high"),
        "sd": node.number("sd"),
        "base_period": None,
    }
    if node.data.get("base_period") is not None:
        common["base_period"] = _period(node, "base_period", years)
    if len(node.problems) > before:
        return []
    made = [
        Statement(id=f"{name}:{period}" if "each" in node.data else name, period=period, role="assumption", **common)
        for period in periods
    ]
    for statement in made[:1]:
        for column, what, found, expected in faults(statement):
            node.wrong(column, what, found or None, expected or None)
    return made


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
    ends = [_year(node, "each", text, years) for text in (first, last)]
    if None in ends:
        return []
    return [Period((year, 1), (year, 12)) for year in range(ends[0] or 0, (ends[1] or 0) + 1)]


def _period(node: Node, key: str, years: Mapping[str, int]) -> Period | None:
    """Read a year or a span of years, each given as such, as origin+n or as to."""
    ends = [_year(node, key, text, years) for text in str(node.data[key]).split("/")]
    if None in ends or len(ends) > 2:
        return None
    return Period((ends[0] or 0, 1), (ends[-1] or 0, 12))


def _year(node: Node, key: str, text: str, years: Mapping[str, int]) -> int | None:
    match = YEAR.match(text.strip())
    if match is None:
        node.wrong(key, "this is not a year", text, "2025, origin+1 or to")
        return None
    number, anchor, sign, offset = match.groups()
    if number:
        return int(number)
    return years[anchor] + int(offset or 0) * (-1 if sign == "-" else 1)


def _name(node: Node, key: str, find: Callable[[str], Named], *, needed: bool = False) -> str:
    text = node.text(key, needed=needed)
    if not text:
        return ""
    try:
        return find(text).id
    except BadInput as error:
        for p in error.problems:
            node.wrong(key, p.what, p.found, p.expected)
    return ""


def _word(node: Node, key: str, words: tuple[str, ...], *, default: str = "") -> str:
    text = node.text(key, needed=not default) or default
    if text not in words:
        node.wrong(key, "unknown word", text, ", ".join(words))
    return text
