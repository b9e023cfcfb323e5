"""Plans from YAML files; every problem of a file at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from xtanalysis.data import dictionary
from xtanalysis.data.dictionary import remembered
from xtanalysis.data.paths import plans_dir
from xtanalysis.errors import BadInput, Problem
from xtanalysis.statements.grammar import MEASURES, RELATIONS, Period
from xtanalysis.statements.targets import FREQUENCIES, Chain, Inferred, Option, Plan, Reading, Target
from xtanalysis.statements.yamlfile import Node, find_file, load_yaml
from xtanalysis.text import message

__all__ = [
    "FREQUENCIES",
    "KINDS",
    "Chain",
    "Inferred",
    "Option",
    "Plan",
    "Reading",
    "Target",
    "default_days",
    "load_plan",
    "plan_of",
]

KINDS = (
    "level", "average_growth", "growth", "share", "count", "cumulative_count", "stock_count", "range", "rank",
    "reference", "cumulative_change", "direction",
)  # fmt: skip
SETTABLE = ("measure", "deadline", "base_period", "frequency", "value")
UNRESOLVED = ("", "base", "calibre")
TARGET_KEYS = (
    "id", "section", "zh", "en", "indicator", "measure", "relation", "value", "value_high", "unit", "base_period",
    "deadline", "frequency", "kind", "reference", "calibre", "lead", "lead_inferred", "others", "data_owner",
    "readings", "unresolved", "missing", "note",
)  # fmt: skip

T = TypeVar("T")


def load_plan(id_or_path: str | Path = "xiangtan-2021-12") -> Plan:
    """Read a plan, by the id of a shipped one, by any name of a region that has one, or by the path of a file.

    Raises
    ------
    BadInput
        With every problem in the file.
    """
    given: object = id_or_path
    if not isinstance(given, str | Path):
        expected = "a plan's id, a region's name or a YAML file"
        raise BadInput(Problem(message("no such plan"), found=str(given), expected=expected))
    named = dictionary.current().ids("region", given) if isinstance(given, str) else ()
    if len(named) == 1 and (own := plan_of(named[0])).targets:
        return own
    path = find_file(id_or_path, plans_dir(), "plan")
    return _read_plan(path, path.read_bytes())


def plan_of(region: str) -> Plan:
    """Return a region's shipped plan, the latest of several; one without targets where none is shipped.

    Plans whose id begins with ``example`` illustrate the format and hold no document's numbers.
    """
    names = [path.stem for path in sorted(plans_dir().glob("*.yaml")) if not path.stem.startswith("example")]
    mine = [plan for plan in map(load_plan, names) if plan.region == region]
    return max(mine, key=lambda plan: plan.date, default=Plan.without_targets(region))


def default_days(plan: Plan, until: dt.date) -> tuple[dt.date, ...]:
    """The plan's day, each year's end after it, and ``until`` itself."""
    ends = (dt.date(year, 12, 31) for year in range(plan.date.year, until.year + 1))
    return tuple(sorted({plan.date, *(day for day in ends if plan.date < day < until), until}))


@remembered
def _read_plan(path: Path, content: bytes) -> Plan:
    """A plan is read once as long as its file stays the same."""
    top = load_yaml(path, content)
    top.only(("schema", "id", "region", "title", "number", "issuer", "date", "source", "chains", "readings", "targets"))
    title = top.node("title")
    zh, en, number, issuer = title.text("zh"), title.text("en"), top.text("number"), top.text("issuer")
    source, name = top.text("source"), top.text("id")
    region = _found(top, "region", lambda text: dictionary.region(text).id) or ""
    date = top.date("date") or dt.date.min
    chains = tuple(Chain(node.text("zh"), node.text("en")) for node in top.nodes("chains", needed=False))
    readings = {key: _reading(top.node("readings").node(key), key) for key in top.node("readings", needed=False).data}
    targets = [_target(node, region, readings, date, number) for node in top.nodes("targets")]
    seen: set[str] = set()
    for i, target in enumerate(targets):
        if target is not None and target.id in seen:
            top.wrong(f"targets[{i}].id", "this id has been used before", target.id)
        if target is not None:
            seen.add(target.id)
    if top.problems:
        raise BadInput(top.problems)
    return Plan(
        id=name, region=region, zh=zh, en=en, number=number, issuer=issuer, date=date, source=source, chains=chains,
        readings=readings, targets=tuple(t for t in targets if t is not None), file=str(path.resolve()),
    )  # fmt: skip


def _reading(node: Node, name: str) -> Reading:
    options = node.node("options")
    made = []
    for key in options.data:
        if not isinstance(key, str):  # YAML reads 2021_2025 as a number and no as false
            options.wrong(f"{key}", "this id is not a text", key, "a name, in quotation marks if need be")
        option = options.node(key)
        option.only(("zh", "en", "set"))
        made.append(Option(str(key), option.text("zh"), option.text("en"), _changes(option.node("set", needed=False))))
    if not made:
        node.wrong("options", "a reading needs at least one option")
    return Reading(name, node.text("zh"), node.text("en"), tuple(made))


def _changes(node: Node) -> dict[str, Any]:
    node.only(SETTABLE)
    changes: dict[str, Any] = {}
    for key, value in node.data.items():
        if key in ("deadline", "base_period"):
            changes[key] = None if value is None else _found(node, key, Period.parse)
        elif key == "value":
            changes[key] = node.number(key)
        elif key in ("measure", "frequency"):
            changes[key] = _one_of(node, key, MEASURES if key == "measure" else FREQUENCIES)
    return changes


def _target(node: Node, region: str, readings: Mapping[str, Reading], published: dt.date, number: str) -> Target | None:
    node.only(TARGET_KEYS)
    before = len(node.problems)
    names = node.texts("readings")
    for name in names:
        if name not in readings:
            node.wrong("readings", "unknown reading", name, ", ".join(readings))
    inferred = node.node("lead_inferred", needed=False)
    missing, note = node.node("missing", needed=False), node.node("note", needed=False)
    fields: dict[str, Any] = {
        "id": node.text("id"),
        "section": node.text("section"),
        "zh": node.text("zh"),
        "en": node.text("en"),
        "indicator": _found(node, "indicator", lambda text: dictionary.indicator(text).id),
        "measure": _one_of(node, "measure", MEASURES),
        "relation": _one_of(node, "relation", RELATIONS),
        "value": node.number("value"),
        "value_high": node.number("value_high"),
        "unit": _found(node, "unit", lambda text: dictionary.unit(text).id),
        "base_period": _found(node, "base_period", Period.parse, needed=False),
        "deadline": _found(node, "deadline", Period.parse),
        "frequency": _one_of(node, "frequency", FREQUENCIES),
        "kind": _one_of(node, "kind", KINDS),
        "reference": node.text("reference", needed=False) or None,
        "calibre": _found(node, "calibre", lambda text: dictionary.calibre(text).id, needed=False) or "unknown",
        "lead": node.text("lead", needed=False) or None,
        "lead_inferred": Inferred(*(inferred.text(k) for k in ("body", "zh", "en"))) if inferred.data else None,
        "others": node.texts("others"),
        "data_owner": node.text("data_owner"),
        "readings": tuple(readings[name] for name in names if name in readings),
        "unresolved": _one_of(node, "unresolved", UNRESOLVED, needed=False),
        "missing_zh": missing.text("zh", needed=bool(missing.data)),
        "missing_en": missing.text("en", needed=bool(missing.data)),
        "note_zh": note.text("zh", needed=bool(note.data)),
        "note_en": note.text("en", needed=bool(note.data)),
    }
    if len(node.problems) > before:
        return None
    target = Target(region=region, published=published, source_id=number, **fields)
    _cross_check(node, target)
    return target


def _cross_check(node: Node, target: Target) -> None:
    """Record what no single key shows: a change without a base, a unit that does not fit, a range upside down."""
    if target.measure in ("average_growth", "cumulative_change") and target.base_period is None:
        node.wrong("base_period", f"{target.measure} needs the year that it starts from", expected="a year")
    if target.base_period is not None and target.base_period >= target.deadline:
        node.wrong("deadline", "the deadline is not after the base", target.deadline, f"after {target.base_period}")
    if target.value is not None and target.value_high is not None and target.value_high < target.value:
        node.wrong("value_high", "the upper end is below the lower", target.value_high, f"at least {target.value}")
    units = dictionary.units()
    own = units[dictionary.indicators()[target.indicator].unit].dimension
    wanted = {"rank": "rank", "level": own, "sum": own}.get(target.measure, "fraction")
    if units[target.unit].dimension != wanted:
        fitting = ", ".join(u.id for u in units.values() if u.dimension == wanted)
        node.wrong("unit", f"{target.indicator} as {target.measure} cannot be in this unit", target.unit, fitting)
    if target.value is None and target.kind not in ("rank", "direction", "reference"):
        node.wrong("value", f"a target of kind {target.kind} needs a number", expected="a number")


def _one_of(node: Node, key: str, words: tuple[str, ...], *, needed: bool = True) -> Any:
    text = node.text(key, needed=needed)
    if text not in words and (text or needed):
        node.wrong(key, "unknown word", text, ", ".join(words))
    return text


def _found(node: Node, key: str, find: Callable[[str], T], *, needed: bool = True) -> T | None:
    text = node.text(key, needed=needed)
    if not text:
        return None
    try:
        return find(text)
    except BadInput as error:
        for p in error.problems:
            node.wrong(key, p.what, p.found, p.expected)
    except ValueError as error:
        node.wrong(key, str(error), text)
    return None
