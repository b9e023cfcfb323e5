"""Scenarios: YAML files of assumptions, with years given as such or from the origin year of the information set."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast, get_args

from xtanalysis.data import dictionary
from xtanalysis.data.paths import scenarios_dir
from xtanalysis.errors import BadInput, Problem
from xtanalysis.statements.assumptions import READINGS, Surroundings, named_years, rows_of, word
from xtanalysis.statements.grammar import Reading, Statement, Update
from xtanalysis.statements.pace import last_year
from xtanalysis.statements.plans import Plan, plan_of
from xtanalysis.statements.yamlfile import Node, find_file, load_yaml
from xtanalysis.text import Message, message

__all__ = [
    "SCENARIOS",
    "Elasticity",
    "Reason",
    "Scenario",
    "load_scenario",
    "origin_year",
    "own_horizon",
    "read_as",
    "refuse_published",
    "scenario_title",
]

SCENARIOS = ("baseline", "plan", "downturn", "green-upgrade", "high-growth")
"""The shipped ones, in the order of the reports."""

UPDATES = get_args(Update)
TOP_KEYS = (
    "id", "title", "reason", "source", "update", "reading", "counterfactual", "upgrading_elasticity", "assumptions",
)  # fmt: skip
CHINA = dt.timezone(dt.timedelta(hours=8))
AHEAD = 5  # years that a file without a year of its own is looked at


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an assumption has the number that it has, and where that number comes from (a fact's id or a document)."""

    zh: str
    en: str
    source: str | None


@dataclass(frozen=True, slots=True)
class Elasticity:
    """Percent by which energy intensity changes for 1 % more upgrading investment cumulated since the origin year."""

    value: float
    reason: Reason


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
    elasticity
        Of energy intensity to technical upgrading, where the user gives one.
    notes
        What a reader should know about the file itself.
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
    elasticity: Elasticity | None = None
    notes: tuple[Message, ...] = ()


def origin_year(as_of: dt.date) -> int:
    """Return the last full calendar year before ``as_of``."""
    return as_of.year - 1


def load_scenario(
    id_or_path: str | Path,
    *,
    region: str = "湘潭市",
    as_of: dt.date | None = None,
    to: int = 2025,
    plan: Plan | None = None,
    reading: Reading | None = None,
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
    plan
        What ``value: plan`` follows; the region's shipped plan if it is left out.
    reading
        ``observation`` or ``intervention`` for every assumption, whatever the file says.

    Raises
    ------
    BadInput
        With every problem in the file.
    """
    top = _top(id_or_path)
    top.only(TOP_KEYS)
    place = dictionary.region(region).id
    plan = plan or plan_of(place)
    follows = plan if plan.targets else None
    years = {"origin": origin_year(as_of or dt.datetime.now(tz=CHINA).date()), "to": to}
    if follows is not None and follows.region == place:
        years["plan"] = last_year(follows)
    (zh, en), why, name = _both(top, "title"), _reason(top), top.text("id")
    update = word(top, "update", UPDATES, default="none")
    counterfactual = top.data.get("counterfactual", False)
    if not isinstance(counterfactual, bool):
        top.wrong("counterfactual", "this is not true or false", counterfactual, "true or false")
    around = Surroundings(place, years, follows, word(top, "reading", READINGS, default="observation"))
    statements: list[Statement] = []
    reasons: dict[str, Reason] = {}
    nodes = top.nodes("assumptions", needed=top.data.get("assumptions") != [])
    for number, node in enumerate(nodes, start=1):
        made = rows_of(node, f"{name}:{number}", around)
        given = _reason(node)
        reasons |= {s.id: given for s in made}
        statements += [s for s in made if s.period.year <= to]
    elasticity = _elasticity(top)
    if update == "all" and any(s.versus is not None for s in statements):
        top.wrong("update", "a distance from the baseline tells nothing of the past", update, "none or history")
    if top.problems:
        raise BadInput(top.problems)
    scenario = Scenario(
        id=name, zh=zh, en=en, reason_zh=why.zh, reason_en=why.en, source=why.source,
        update=cast(Update, update), counterfactual=bool(counterfactual), assumptions=tuple(statements),
        reasons={s.id: reasons[s.id] for s in statements}, elasticity=elasticity,
        notes=_notes(nodes, statements, years),
    )  # fmt: skip
    return read_as(scenario, reading)


def read_as(scenario: Scenario, reading: Reading | None) -> Scenario:
    """The same scenario with every assumption under one reading; as it is for ``None``."""
    if reading is None:
        return scenario
    return replace(scenario, assumptions=tuple(replace(s, reading=reading) for s in scenario.assumptions))


def scenario_title(id_or_path: str | Path) -> tuple[str, str]:
    """Title of a scenario in Chinese and in English, whatever years its rows name.

    Raises
    ------
    BadInput
        If there is no such file, or it has no title.
    """
    top = _top(id_or_path)
    title = _both(top, "title")
    if top.problems:
        raise BadInput(top.problems)
    return title


def own_horizon(id_or_path: str | Path, as_of: dt.date) -> int:
    """Last year that a scenario file names itself, or five years past the origin where it counts from there."""
    return max(
        (y for node in _top(id_or_path).nodes("assumptions", needed=False) for y in named_years(node)),
        default=origin_year(as_of) + AHEAD,
    )


def _top(id_or_path: str | Path) -> Node:
    return load_yaml(find_file(id_or_path, scenarios_dir(), "scenario"))


def _both(node: Node, key: str) -> tuple[str, str]:
    """A text in Chinese and in English; one stands for both where the file has only that, or a bare text."""
    if isinstance(node.data.get(key), str) and node.data[key].strip():
        return node.data[key], node.data[key]
    inner = node.node(key)
    inner.only(("zh", "en"))
    zh, en = inner.text("zh", needed=False), inner.text("en", needed=False)
    if inner.data and not (zh or en):
        inner.wrong("zh", "this key is missing", expected="a text, in Chinese, English or both")
    return zh or en, en or zh


def _reason(node: Node) -> Reason:
    return Reason(*_both(node, "reason"), node.text("source", needed=False) or None)


def _elasticity(top: Node) -> Elasticity | None:
    if "upgrading_elasticity" not in top.data:
        return None
    node = top.node("upgrading_elasticity")
    node.only(("value", "reason", "source"))
    value = node.number("value", needed=True)
    if value is not None and not -1.0 <= value <= 0.0:
        node.wrong("value", "upgrading lowers energy intensity, at most one for one", value, "a number from -1 to 0")
    return Elasticity(value or 0.0, _reason(node))


def _notes(nodes: list[Node], statements: list[Statement], years: Mapping[str, int]) -> tuple[Message, ...]:
    if not nodes or statements or years.get("plan", years["to"]) > years["origin"]:
        return ()
    end = years["plan"]
    return (
        message(
            "The plan ended in {end}; no pace of its own is left to follow, so this scenario is the baseline.", end=end
        ),
    )


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
