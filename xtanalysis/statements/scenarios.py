"""Scenarios: YAML files of assumptions, with years given as such or from the origin year of the information set."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from xtanalysis.data import dictionary
from xtanalysis.data.home import shipped_home
from xtanalysis.data.paths import scenarios_dir
from xtanalysis.errors import BadInput, Contradiction, Problem
from xtanalysis.statements.assumptions import Surroundings, named_years, rows_of
from xtanalysis.statements.grammar import Reading, Statement, Update
from xtanalysis.statements.pace import last_year
from xtanalysis.statements.plans import Plan, plan_of
from xtanalysis.statements.yamlfile import Node, entry, find_file, load_yaml
from xtanalysis.text import Message, bilingual, message

__all__ = [
    "Elasticity",
    "Reason",
    "Scenario",
    "load_scenario",
    "origin_year",
    "own_horizon",
    "read_as",
    "refuse_published",
    "scenario_words",
    "shipped_scenarios",
]


CHINA = dt.timezone(dt.timedelta(hours=8))
CONTRARY = message("fixed by an earlier assumption at another number")
AHEAD = 5  # years that a file without a year of its own is looked at


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an assumption has the number that it has, and where that number comes from (a fact's id or a document)."""

    zh: str
    en: str
    source: str | None

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Reason:
        """The reason of what was told in a file."""
        zh, en = told["reason"]
        return cls(zh, en, told["source"] or None)


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


def shipped_scenarios() -> tuple[str, ...]:
    """Ids of the shipped scenarios, in the order of the reports: those that home.toml names, then any other file's."""
    order = {name: place for place, name in enumerate(shipped_home().scenarios)}
    there = sorted(path.stem for path in scenarios_dir().glob("*.yaml"))
    return tuple(sorted(there, key=lambda name: order.get(name, len(order))))


def origin_year(as_of: dt.date) -> int:
    """Return the last full calendar year before ``as_of``."""
    return as_of.year - 1


def load_scenario(
    id_or_path: str | Path,
    *,
    region: str | None = None,
    as_of: dt.date | None = None,
    to: int = 2025,
    plan: Plan | None = None,
    reading: Reading | None = None,
) -> Scenario:
    """Read a scenario, by the name of a shipped one or by the path of a file.

    Parameters
    ----------
    region
        Whom the assumptions are about, where they name no region themselves; the workspace's or the package's own if it
        is left out.
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
    place = dictionary.region(region or dictionary.default_region()).id
    plan = plan or plan_of(place)
    follows = plan if plan.targets else None
    years = {"origin": origin_year(as_of or dt.datetime.now(tz=CHINA).date()), "to": to}
    if follows is not None and follows.region == place:
        years["plan"] = last_year(follows)
    told = entry(top)
    name, why = told["id"], Reason.of(told)
    around = Surroundings(place, years, follows, told["reading"] or "observation")
    statements: list[Statement] = []
    reasons: dict[str, Reason] = {}
    nodes = told["assumptions"]
    for number, node in enumerate(nodes, start=1):
        made, given = rows_of(node, f"{name}:{number}", around)
        _refuse_contradictory(node, made, statements)
        reasons |= {s.id: Reason.of(given) for s in made}
        statements += [s for s in made if s.period.year <= to]
    elasticity = _elasticity(told["upgrading_elasticity"])
    if told["update"] == "all" and any(s.versus is not None for s in statements):
        what = message("a distance from the baseline tells nothing of the past")
        top.wrong("update", what, told["update"], "none, history")
    if top.problems:
        contrary = all(problem.what == CONTRARY for problem in top.problems)
        raise (Contradiction if contrary else BadInput)(top.problems)
    zh, en = told["title"]
    scenario = Scenario(
        id=name, zh=zh, en=en, reason_zh=why.zh, reason_en=why.en, source=why.source, update=told["update"],
        counterfactual=told["counterfactual"], assumptions=tuple(statements),
        reasons={s.id: reasons[s.id] for s in statements}, elasticity=elasticity,
        notes=_notes(nodes, statements, years),
    )  # fmt: skip
    return read_as(scenario, reading)


def _refuse_contradictory(node: Node, made: Sequence[Statement], earlier: Sequence[Statement]) -> None:
    """Refuse a row that fixes what an earlier one has fixed at another number."""
    fixed = {_quantity(s): s for s in earlier if _fixes(s)}
    for s in filter(_fixes, made):
        other = fixed.get(_quantity(s))
        if other is None or math.isclose(dictionary.convert(other.value, other.unit, s.unit), s.value, rel_tol=1e-9):
            continue
        said = message("{value:g}, as in {id}", value=dictionary.convert(other.value, other.unit, s.unit), id=other.id)
        node.wrong("value", CONTRARY, f"{s.value:g}", said)
        return


def _fixes(s: Statement) -> bool:
    return s.condition == "hard" and s.relation == "equals"


def _quantity(s: Statement) -> tuple[object, ...]:
    return s.region, s.indicator, s.measure, s.period, s.base_period, s.calibre, s.versus


def read_as(scenario: Scenario, reading: Reading | None) -> Scenario:
    """The same scenario with every assumption under one reading; as it is for ``None``."""
    if reading is None:
        return scenario
    return replace(scenario, assumptions=tuple(replace(s, reading=reading) for s in scenario.assumptions))


def scenario_words(id_or_path: str | Path) -> tuple[tuple[str, str], tuple[str, str]]:
    """Title and reason of a scenario, each in Chinese and in English, whatever region and years its rows are about.

    Raises
    ------
    BadInput
        If there is no such file, or it has no title or reason.
    """
    top = _top(id_or_path)
    title, reason = top.value("title"), top.value("reason")
    if top.problems:
        raise BadInput(top.problems)
    return title, reason


def own_horizon(id_or_path: str | Path, as_of: dt.date) -> int:
    """Last year that a scenario file names itself, or five years past the origin where it counts from there."""
    return max(
        (y for node in _top(id_or_path).value("assumptions") for y in named_years(node)),
        default=origin_year(as_of) + AHEAD,
    )


def _top(id_or_path: str | Path) -> Node:
    return load_yaml(find_file(id_or_path, scenarios_dir(), "scenario"), "scenario")


def _elasticity(node: Node) -> Elasticity | None:
    if not node.data:
        return None
    told = node.read()
    value = told["value"]
    if value is not None and not -1.0 <= value <= 0.0:
        what = message("upgrading lowers energy intensity, at most one for one")
        node.wrong("value", what, value, message("a number from -1 to 0"))
    return Elasticity(value or 0.0, Reason.of(told))


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
        if fact is not None:
            number = f"{fact.value:g} {dictionary.units()[fact.unit].zh}"
            told = message("{number}, published {day} ({id})", number=number, day=fact.published, id=fact.id)
            pattern = message("{indicator} {measure} of {period} is assumed, but it has been published")
        elif assumed.period.year <= origin_year(as_of):
            told = message("origin year {year}", year=origin_year(as_of))
            pattern = message("{indicator} {measure} of {period} is assumed, but that year is over")
        else:
            continue
        entry, word = dictionary.indicators()[assumed.indicator], dictionary.chinese_word("measure", assumed.measure)
        what = pattern.filled(
            indicator=bilingual(entry.id, entry.zh), measure=bilingual(assumed.measure, word), period=assumed.period
        )
        fix = message("Assume a later year, or mark the scenario counterfactual: true")
        problems.append(Problem(what, scenario.id, None, assumed.id, f"{assumed.value:g}", told, fix))
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
