"""`xtanalysis check PATH`: validate a file of facts, or every table in a folder."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from xtanalysis.errors import BadInput, Problem
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.read import read_statements

__all__ = ["command"]

SUFFIXES = (".csv", ".xlsx", ".xlsm")
# Ends of the names of tables in data/raw that are not facts.
OTHER_TABLES = ("sources.csv", "left_out.csv")


@click.command("check")
@click.argument("path", type=click.Path(path_type=Path))
def command(path: Path) -> None:
    """Validate a file of facts (CSV or Excel), or every one in a folder, and list every error at once."""
    files = _tables(path)
    problems: list[Problem] = []
    statements: list[Statement] = []
    for file in files:
        try:
            statements += read_statements(file)
        except BadInput as error:
            problems += error.problems
    if problems:
        raise BadInput(problems)
    click.echo(_summary(files, statements))


def _tables(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = sorted(p for p in path.iterdir() if p.suffix.lower() in SUFFIXES and not p.name.endswith(OTHER_TABLES))
    if not files:
        raise BadInput(Problem("the folder holds no table", file=str(path), expected="files ending in .csv or .xlsx"))
    return files


def _summary(files: list[Path], statements: list[Statement]) -> str:
    roles = ", ".join(f"{count} {role}" for role, count in Counter(s.role for s in statements).most_common())
    internal = sum(not s.public for s in statements)
    return (
        f"{len(files)} file{'s' * (len(files) > 1)}: {len(statements)} statements ({roles}), "
        f"{len({s.region for s in statements})} regions, {len({s.indicator for s in statements})} indicators, "
        f"{internal} internal"
    )
