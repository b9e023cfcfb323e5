"""Options of several commands; those that cannot be used are named as they are typed, and told all together."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import click

from xtanalysis.cli.names import plan_names, region_names
from xtanalysis.errors import BadInput, Problem
from xtanalysis.text import either, message

__all__ = [
    "Options",
    "as_of_option",
    "draws_option",
    "each_once",
    "facts_option",
    "own_plan_option",
    "plan_option",
    "refuse_file",
    "refuse_input",
    "refuse_suffix",
    "region_option",
    "seed_option",
]

T = TypeVar("T")


def _home() -> str:
    from xtanalysis.data.dictionary import default_region

    return default_region()


def _plan_of_home() -> str:
    from xtanalysis.statements.plans import load_plan

    return load_plan().id


def each_once(ctx: click.Context, param: click.Parameter, values: tuple[T, ...]) -> tuple[T, ...]:
    """Take what an option is given twice once."""
    return tuple(dict.fromkeys(values))


region_option = click.option(
    "--region", default=_home, show_default="the package's own", shell_complete=region_names, help="Any name of it."
)
plan_option = click.option(
    "--plan",
    default=_plan_of_home,
    show_default="that of the package's own region",
    shell_complete=plan_names,
    help="Id of a shipped plan, or a YAML file.",
)
own_plan_option = click.option(
    "--plan",
    shell_complete=plan_names,
    show_default="the region's own, if one is shipped",
    help="Id of a shipped plan, or a YAML file.",
)
as_of_option = click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    show_default="today",
    help="Use only what was published by this day.",
)
facts_option = click.option(
    "--facts",
    type=click.Path(path_type=Path),
    multiple=True,
    callback=each_once,
    help="Your own figures (CSV or Excel).",
)
draws_option = click.option("--draws", type=int, default=4000, show_default=True, help="Number of paths.")
seed_option = click.option("--seed", type=int, default=8, show_default=True, help="Of the random streams.")


class Options:
    """Look at one option after the other and keep what is wrong with them."""

    def __init__(self) -> None:
        self._problems: list[Problem] = []

    def take(self, option: str, read: Callable[[], T]) -> T | None:
        """What an option stands for; ``None`` where it cannot be used, which is told later."""
        try:
            return read()
        except BadInput as error:
            self._problems += [_named(option, problem) for problem in error.problems]
            return None

    def refuse(self) -> None:
        """Tell everything that is wrong.

        Raises
        ------
        BadInput
            If anything is.
        """
        if self._problems:
            raise BadInput(list(dict.fromkeys(self._problems)))


def _named(option: str, problem: Problem) -> Problem:
    """A problem that stands in no file, with the option before it; a field of the request is an option itself."""
    if problem.file is not None or problem.row is not None:
        return problem
    own = f"--{problem.column.replace('_', '-')}" if problem.column else option
    return dataclasses.replace(problem, file=own, column=None)


def refuse_suffix(out: Path, known: Sequence[str]) -> None:
    """Refuse a name of a table whose ending is none of the kinds that are written; ``-`` is standard output."""
    if out.suffix.lower() not in known and str(out) != "-":
        expected = message("a name in {endings}", endings=either(list(known)))
        raise BadInput(Problem(message("the kind of table is not known"), file=str(out), expected=expected))


def refuse_input(out: Path, read: Path) -> None:
    """Refuse to write over the file that is read."""
    if out.exists() and read.exists() and out.samefile(read):
        what, fix = message("this file is read, and would be written over"), message("Choose another name")
        raise BadInput(Problem(what, file=str(out), fix=fix))


def refuse_file(out: Path) -> None:
    """Refuse a file where a folder is to be written."""
    if out.exists() and not out.is_dir():
        raise BadInput(Problem(message("this is not a folder"), file=str(out), fix=message("Choose another name")))
