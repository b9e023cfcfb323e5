"""Plans from YAML files; every problem of a file at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from xtanalysis.data import dictionary
from xtanalysis.data.dictionary import remembered
from xtanalysis.data.paths import plans_dir
from xtanalysis.errors import BadInput, Problem
from xtanalysis.statements.plausible import LEVELS
from xtanalysis.statements.targets import Chain, Inferred, Option, Plan, Reading, Target
from xtanalysis.statements.validate import LAST_YEAR
from xtanalysis.statements.yamlfile import Node, entry, find_file, load_yaml
from xtanalysis.text import bilingual, listed, message, pmessage

__all__ = [
    "BEYOND",
    "Chain",
    "Inferred",
    "Option",
    "Plan",
    "Reading",
    "Target",
    "default_days",
    "default_horizon",
    "load_plan",
    "plan_of",
]


BEYOND = 5
"""Years that are looked past a plan that is over: those of the next one."""


def load_plan(id_or_path: str | Path | None = None) -> Plan:
    """Read a plan, by the id of a shipped one, by any name of a region that has one, or by the path of a file.

    Without any, the plan of the workspace's region or of the package's own.

    Raises
    ------
    BadInput
        With every problem in the file.
    """
    given: object = id_or_path or dictionary.default_region()
    if not isinstance(given, str | Path):
        expected = message("a plan's id, a region's name or a YAML file")
        raise BadInput(Problem(message("no such plan"), found=str(given), expected=expected))
    named = dictionary.current().ids("region", given) if isinstance(given, str) else ()
    if len(named) == 1 and (own := plan_of(named[0])).targets:
        return own
    path = find_file(given, plans_dir(), "plan")
    return _read_plan(path, path.read_bytes())


def plan_of(region: str) -> Plan:
    """Return a region's shipped plan, the latest of several; one without targets where none is shipped.

    Plans whose id begins with ``example`` illustrate the format and hold no document's numbers.
    """
    names = [path.stem for path in sorted(plans_dir().glob("*.yaml")) if not path.stem.startswith("example")]
    mine = [plan for plan in map(load_plan, names) if plan.region == region]
    return max(mine, key=lambda plan: plan.date, default=Plan.without_targets(region))


def default_horizon(plan: Plan, day: dt.date) -> int:
    """The last year to look at on a day: the plan's while it runs, then five years past it; next year at least."""
    last = plan.ends or 0
    return max(last if day.year <= last else last + BEYOND, day.year + 1)


def default_days(plan: Plan, until: dt.date) -> tuple[dt.date, ...]:
    """The plan's day, each year's end after it, and ``until`` itself."""
    ends = (dt.date(year, 12, 31) for year in range(plan.date.year, until.year + 1))
    return tuple(sorted({plan.date, *(day for day in ends if plan.date < day < until), until}))


@remembered
def _read_plan(path: Path, content: bytes) -> Plan:
    """A plan is read once as long as its file stays the same."""
    top = load_yaml(path, "plan", content)
    told = entry(top)
    title = told["title"].read()
    readings = {name: _reading(node, name) for name, node in told["readings"].items()}
    chains = tuple(Chain(**node.read()) for node in told["chains"])
    region, date, number = told["region"] or "", told["date"] or dt.date.min, told["number"]
    targets = [_target(node, region, readings, date, number) for node in told["targets"]]
    seen: set[str] = set()
    for i, target in enumerate(targets):
        if target is not None and target.id in seen:
            top.wrong(f"targets[{i}].id", pmessage("plans", "this id has been used before"), target.id)
        if target is not None:
            seen.add(target.id)
    if top.problems:
        raise BadInput(top.problems)
    return Plan(
        id=told["id"], region=region, **title, number=number, issuer=told["issuer"], date=date, source=told["source"],
        chains=chains, readings=readings, targets=tuple(t for t in targets if t is not None), file=str(path.resolve()),
    )  # fmt: skip


def _reading(node: Node, name: str) -> Reading:
    told = node.read()
    options = []
    for key, below in told["options"].items():
        option = below.read()
        changes = entry(option["set"])
        options.append(
            Option(key, option["zh"], option["en"], {k: changes[k] for k in option["set"].data if k in changes})
        )
    if not options:
        node.wrong("options", message("a reading needs at least one option"))
    return Reading(name, told["zh"], told["en"], tuple(options))


def _target(node: Node, region: str, readings: Mapping[str, Reading], published: dt.date, number: str) -> Target | None:
    before = len(node.problems)
    told = entry(node)
    for name in told["readings"]:
        if name not in readings:
            node.wrong("readings", pmessage("plans", "unknown reading"), name, ", ".join(readings))
    lead, missing, note = ((n.read() if n.data else {}) for n in map(told.pop, ("lead_inferred", "missing", "note")))
    if len(node.problems) > before:
        return None
    del told["kind"]
    told |= {key: told[key] or None for key in ("reference", "lead")}
    told |= {"readings": tuple(readings[name] for name in told["readings"]), "unresolved": told["unresolved"] or ""}
    target = Target(
        region=region, published=published, source_id=number, lead_inferred=Inferred(**lead) if lead else None,
        **{f"missing_{lang}": missing.get(lang, "") for lang in ("zh", "en")},
        **{f"note_{lang}": note.get(lang, "") for lang in ("zh", "en")}, **told,
    )  # fmt: skip
    _cross_check(node, target, published)
    return target


def _cross_check(node: Node, target: Target, published: dt.date) -> None:
    """Record what no single key shows: a change without a base, a unit that does not fit, a range upside down."""
    if target.measure in ("average_growth", "cumulative_change") and target.base_period is None:
        what = pmessage("plans", "{measure} needs the year that it starts from", measure=target.measure)
        node.wrong("base_period", what, expected=message("a year"))
    if target.base_period is not None and target.base_period >= target.deadline:
        what = message("the deadline is not after the base")
        node.wrong("deadline", what, target.deadline, message("after {base_period}", base_period=target.base_period))
    first = published.year - 1  # what is signed in spring may set a target for the year that is just over
    if not first <= target.deadline.year <= LAST_YEAR:
        what = message("the deadline lies before the plan or too far off")
        node.wrong("deadline", what, target.deadline, f"{first}–{LAST_YEAR}")
    if target.value is not None and target.value_high is not None and target.value_high < target.value:
        what, least = message("the upper end is below the lower"), target.value
        node.wrong("value_high", what, target.value_high, message("at least {least}", least=least))
    units = dictionary.units()
    own = units[dictionary.indicators()[target.indicator].unit].dimension
    wanted = "rank" if target.measure == "rank" else own if target.measure in LEVELS else "fraction"
    if units[target.unit].dimension != wanted:
        fitting = [bilingual(u.id, u.zh) for u in units.values() if u.dimension == wanted]
        what = message(
            "{indicator} as {measure} cannot be in this unit",
            indicator=bilingual(target.indicator, dictionary.indicators()[target.indicator].zh),
            measure=bilingual(target.measure, dictionary.chinese_word("measure", target.measure)),
        )
        node.wrong("unit", what, bilingual(target.unit, units[target.unit].zh), listed(fitting))
    if target.value is None and target.measure != "rank" and target.reference is None and target.relation != "equals":
        what = message(
            "a target needs a number, unless it asks for a place, names a region or group to be measured "
            "against, or equals directions without one"
        )
        node.wrong("value", what, expected=message("a number"))
