"""`xtanalysis check PATH`: validate a table of facts, a plan, a scenario, or every one of them in a folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from unicodedata import east_asian_width

import click

from xtanalysis.cli import told_language, workspace_here
from xtanalysis.cli.names import region_names
from xtanalysis.cli.options import refuse_input, refuse_suffix
from xtanalysis.cli.questions import against_model
from xtanalysis.errors import BadInput, Problem
from xtanalysis.statements.days import today
from xtanalysis.statements.file_questions import plan_questions, scenario_questions
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.meaning import told
from xtanalysis.statements.plans import Plan, load_plan
from xtanalysis.statements.read import Reading, read_file, write_statements
from xtanalysis.statements.readers.files import SUFFIXES, passed_over
from xtanalysis.statements.scenarios import load_scenario, own_horizon
from xtanalysis.statements.validate import conflicts
from xtanalysis.statements.yamlfile import load_yaml
from xtanalysis.text import Language, Message, in_language, listed, message, nmessage, pmessage

__all__ = ["command"]

YAML = (".yaml", ".yml")
# Ends of the names of tables in data/raw that are not facts.
OTHER_TABLES = ("sources.csv", "left_out.csv", "searched.csv")
SHOWN = ("region", "indicator", "measure", "period", "relation", "value", "value_high", "unit", "role", "calibre")


@click.command("check")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--region",
    shell_complete=region_names,
    show_default="the workspace's",
    help="What 全市 means, and rows without a region.",
)
@click.option("--sheet", help="Read this sheet of the workbook only.")
@click.option("--show", is_flag=True, help="Print the long table as it was understood.")
@click.option("--save", type=click.Path(path_type=Path), help="Write the long table as CSV, which facts take as it is.")
@click.option("--accept", is_flag=True, help="Say yes to the questions about odd figures.")
@click.option("--lang", type=click.Choice(["zh", "en"]), show_default="LANG", help="Language of what is said.")
def command(
    path: Path, region: str | None, sheet: str | None, show: bool, save: Path | None, accept: bool, lang: str | None
) -> None:
    """Validate a table of facts (long or wide, CSV or Excel), a plan or a scenario (YAML), or a folder of them.

    Figures that are not public are also held against what the joint model expected before them: a second or two for
    each region with shipped facts.

    Lists every error at once, and returns 2 if there is one, or a question about an odd figure that --accept has not
    answered. What was passed over is told on standard error.
    """
    language = told_language(lang)
    if save is not None:
        refuse_suffix(save, (".csv",))
        refuse_input(save, path)
    problems: list[Problem] = []
    readings: list[tuple[str, Reading]] = []
    said: list[str] = []
    notes: list[Problem] = []
    asked: list[Problem] = []
    for file in _files(path, notes):
        try:
            if file.suffix.lower() in YAML:
                held, questions = _check_yaml(file, language)
                said.append(held)
                asked += questions
            else:
                readings.append((file.name, read_file(file, region=region, sheet=sheet)))
        except BadInput as error:
            problems += error.problems
    facts = [(name, statement) for name, reading in readings for statement in reading.statements]
    problems += _across_files(facts)
    notes += [note for _, reading in readings for note in reading.notes]
    if notes:
        click.echo("\n".join(note.text(language) for note in notes), err=True)
    asked += [question for _, reading in readings for question in reading.questions]
    if not problems:
        further, impossible = against_model(readings)
        asked += further
        problems += impossible
    asked = [] if accept else asked
    if problems or asked:
        answer = message("Correct the figure, or give --accept if it is right")
        raise BadInput([*problems, *(replace(question, fix=answer) for question in asked)])
    statements = [statement for _, statement in facts]
    if show:
        click.echo(_table(statements))
    if save is not None:
        write_statements(statements, save)
        said.append(str(save))
    if readings:
        said.append(in_language(_summary(len(readings), statements), language))
    click.echo("\n".join(said))


def _files(path: Path, notes: list[Problem]) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = []
    for file in sorted(path.iterdir()):
        if file.suffix.lower() not in (*SUFFIXES, *YAML) or file.suffix.lower() == ".txt":
            continue
        reason = passed_over(file)
        if reason is not None:
            notes.append(Problem(reason, file.name))
        elif not file.name.endswith(OTHER_TABLES):
            files.append(file)
    if not files:
        expected = message("files ending in .csv, .xlsx or .xls")
        raise BadInput(Problem(message("the folder holds no table"), file=str(path), expected=expected))
    return files


def _table(statements: list[Statement]) -> str:
    """The long table, one line a figure, in columns as wide as their texts."""
    rows = [SHOWN, *([_cell(s, column) for column in SHOWN] for s in statements)]
    widths = [max(_width(row[i]) for row in rows) for i in range(len(SHOWN))]
    return "\n".join(
        "  ".join(text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _cell(statement: Statement, column: str) -> str:
    if column == "calibre" and statement.calibre_blank:
        return "-"
    value = getattr(statement, column)
    return "" if value is None else f"{value:.10g}" if isinstance(value, float) else str(value)


def _width(text: str) -> int:
    """Columns of a terminal: a Chinese character takes two."""
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def _check_yaml(path: Path, lang: Language) -> tuple[str, list[Problem]]:
    """Load a plan (it has targets) or a scenario; say what it holds, and what is to be asked about it."""
    if not path.is_file() or "targets" in load_yaml(path, "plan").data:
        plan = load_plan(path)
        held = message(
            "{path}: plan {plan} of {region}, {count}",
            path=path.name,
            plan=plan.id,
            region=plan.region,
            count=nmessage("{count} target", "{count} targets", len(plan.targets)),
        )
        return in_language(held, lang), plan_questions(plan)
    day = today()
    to = own_horizon(path, day)
    scenario = load_scenario(path, as_of=day, to=to, plan=_plan_at_hand())
    count = len(scenario.assumptions)
    head = message(
        "{path}: scenario {scenario}, {count} to {to}",
        path=path.name,
        scenario=scenario.id,
        count=nmessage("{count} assumption", "{count} assumptions", count),
        to=to,
    )
    notes = [f"  {note.told(lang)}" for note in scenario.notes]
    told = "\n".join([in_language(head, lang), *_echo(scenario.assumptions, lang), *notes])
    return told, scenario_questions(scenario, path.name)


def _plan_at_hand() -> Plan | None:
    """The workspace's plan, which ``value: plan`` of its scenarios follows."""
    workspace = workspace_here()
    path = None if workspace is None else workspace.plan_path()
    return None if path is None else load_plan(path)


def _echo(assumptions: Sequence[Statement], lang: Language) -> list[str]:
    """Each assumption as it was understood; years of which the same is said stand together."""
    lines = []
    for _, group in groupby(assumptions, key=lambda s: (s.id.rpartition(":")[0] if ":20" in s.id else s.id, told(s))):
        run = list(group)
        first, last = run[0].period, run[-1].period
        years = (
            message("{first}: ", first=first) if first.is_year else pmessage("part of a year", "{first}: ", first=first)
        )
        if len(run) > 1:
            years = message("each year {first}–{last}: ", first=first, last=last)
        lines.append(f"  {in_language(years, lang)}{in_language(told(run[0]), lang)}")
    return lines


def _across_files(facts: list[tuple[str, Statement]]) -> list[Problem]:
    """Rows of different files that cannot stand together; those of one file have been told."""
    return [
        Problem(
            what,
            facts[later][0],
            None,
            column,
            facts[later][1].id,
            message("agreement with {facts}", facts=facts[earlier][0]),
        )
        for later, earlier, column, what in conflicts([statement for _, statement in facts])
        if facts[later][0] != facts[earlier][0]
    ]


_ROLES = {
    "outcome": message("outcome"), "estimate": message("estimate"), "plan": message("plan"),
    "outlook": message("outlook"), "assumption": message("assumption"),
}  # fmt: skip


def _summary(files: int, statements: list[Statement]) -> Message:
    counts = Counter(s.role for s in statements).most_common()
    roles = listed([message("{count} {role}", count=count, role=_ROLES[role]) for role, count in counts])
    places, subjects = len({s.region for s in statements}), len({s.indicator for s in statements})
    internal = sum(not s.public for s in statements)
    return message(
        "{files}: {rows}{roles}, {places}, {subjects}, {internal} internal",
        files=nmessage("{count} file", "{count} files", files),
        rows=nmessage("{count} statement", "{count} statements", len(statements)),
        roles=message(" ({roles})", roles=roles) if roles else "",
        places=nmessage("{count} region", "{count} regions", places),
        subjects=nmessage("{count} indicator", "{count} indicators", subjects),
        internal=internal,
    )
