"""`xtanalysis check PATH`: validate a table of facts, a plan, a scenario, or every one of them in a folder."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import click

from xtanalysis.errors import BadInput, Problem
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.meaning import told
from xtanalysis.statements.plans import load_plan
from xtanalysis.statements.read import read_statements
from xtanalysis.statements.scenarios import load_scenario, own_horizon
from xtanalysis.statements.validate import conflicts
from xtanalysis.statements.yamlfile import load_yaml

__all__ = ["command"]

TABLES = (".csv", ".xlsx", ".xlsm")
YAML = (".yaml", ".yml")
# Ends of the names of tables in data/raw that are not facts.
OTHER_TABLES = ("sources.csv", "left_out.csv")


@click.command("check")
@click.argument("path", type=click.Path(path_type=Path))
def command(path: Path) -> None:
    """Validate a table of facts (CSV or Excel), a plan or a scenario (YAML), or a folder of them.

    Lists every error at once, and returns 2 if there is one.
    """
    problems: list[Problem] = []
    facts: list[tuple[str, Statement]] = []
    told: list[str] = []
    for file in _files(path):
        try:
            if file.suffix.lower() in YAML:
                told.append(_check_yaml(file))
            else:
                facts += [(file.name, statement) for statement in read_statements(file)]
        except BadInput as error:
            problems += error.problems
    problems += _across_files(facts)
    if problems:
        raise BadInput(problems)
    if facts:
        told.append(_summary(facts))
    click.echo("\n".join(told))


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = sorted(
        p for p in path.iterdir() if p.suffix.lower() in (*TABLES, *YAML) and not p.name.endswith(OTHER_TABLES)
    )
    if not files:
        raise BadInput(Problem("the folder holds no table", file=str(path), expected="files ending in .csv or .xlsx"))
    return files


def _check_yaml(path: Path) -> str:
    """Load a plan (it has targets) or a scenario, and count what it holds."""
    if not path.is_file() or "targets" in load_yaml(path).data:
        plan = load_plan(path)
        return f"{path.name}: plan {plan.id} of {plan.region}, {len(plan.targets)} targets"
    today = dt.datetime.now(tz=dt.UTC).date()
    to = own_horizon(path, today)
    scenario = load_scenario(path, as_of=today, to=to)
    count = _count(len(scenario.assumptions), "assumption")
    lines = [f"{path.name}: scenario {scenario.id}, {count} to {to}", *_echo(scenario.assumptions)]
    return "\n".join([*lines, *(f"  {note.en}" for note in scenario.notes)])


def _echo(assumptions: Sequence[Statement]) -> list[str]:
    """Each assumption as it was understood; years of which the same is said stand together."""
    lines = []
    for _, group in groupby(assumptions, key=lambda s: (s.id.rpartition(":")[0] if ":20" in s.id else s.id, told(s))):
        run = list(group)
        years = f"{run[0].period}" if len(run) == 1 else f"each year {run[0].period}–{run[-1].period}"
        lines.append(f"  {years}: {told(run[0])}")
    return lines


def _across_files(facts: list[tuple[str, Statement]]) -> list[Problem]:
    """Rows of different files that cannot stand together; those of one file have been told."""
    return [
        Problem(what, facts[later][0], None, column, facts[later][1].id, f"agreement with {facts[earlier][0]}")
        for later, earlier, column, what in conflicts([statement for _, statement in facts])
        if facts[later][0] != facts[earlier][0]
    ]


def _summary(facts: list[tuple[str, Statement]]) -> str:
    statements = [statement for _, statement in facts]
    files = len({name for name, _ in facts})
    roles = ", ".join(f"{count} {role}" for role, count in Counter(s.role for s in statements).most_common())
    return (
        f"{_count(files, 'file')}: {_count(len(statements), 'statement')} ({roles}), "
        f"{_count(len({s.region for s in statements}), 'region')}, "
        f"{_count(len({s.indicator for s in statements}), 'indicator')}, "
        f"{sum(not s.public for s in statements)} internal"
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + "s" * (number != 1)
