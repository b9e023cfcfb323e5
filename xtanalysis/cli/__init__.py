"""Command line: one module per command, imported only when that command runs."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xtanalysis import __version__
from xtanalysis.cli.ending import run
from xtanalysis.cli.examples import epilog
from xtanalysis.errors import BadInput, Problem
from xtanalysis.stopping import hear
from xtanalysis.text import Language, bilingual, in_language, listed, message

if TYPE_CHECKING:
    from xtanalysis.data.workspace import Workspace

__all__ = ["main", "told_language", "workspace_here"]

# Command → its one-line help. It stands here so that `--help` imports no command; the module of the same name in this
# room holds a click command called `command`.
HELP = {
    "init": "Make a workspace for a city: plan, figures, scenarios, notebooks.",
    "check": "Validate a file of facts and list every error in it.",
    "list": "List regions, scenarios, indicators or plans.",
    "schema": "Write the JSON schema of a plan, scenario, sweep or workspace file.",
    "targets": "Print the plan's targets, as a table or JSON.",
    "project": "Joint projection of one region under one scenario.",
    "report": "Write the HTML report of one scenario, or of all.",
    "batch": "Run a sweep of notebooks, in parallel, with resume.",
    "explore": "Open the explorer in the browser: sliders, charts, verdicts.",
    "notebooks": "Copy the notebooks to a folder of your own.",
    "forecast": "Calibrated quantile forecasts of short annual series.",
    "backtest": "Replay the past and score what would have been said.",
    "scorecard": "The plan's targets by responsible body, for one quarter.",
    "decompose": "LMDI decomposition of a table.",
}


class LazyGroup(click.Group):
    """A group that imports a command's module only when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the help."""
        return [*HELP]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import ``xtanalysis.cli.<name>`` and return its ``command``."""
        if name not in HELP:
            return None
        command: click.Command = importlib.import_module(f"xtanalysis.cli.{name}").command
        command.epilog = epilog(name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([*HELP.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="xtanalysis")
@click.option("--workspace", metavar="FOLDER", show_default="found from here upward", help="Folder of xtanalysis.toml.")
@click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback of an error; anywhere in the line.")
@click.pass_context
def group(ctx: click.Context, workspace: str | None) -> None:
    """From published facts to honest probabilities that a plan's targets are met."""
    from xtanalysis.data.workspace import VARIABLE, find_workspace, read_workspace

    folder = Path(workspace).expanduser() if workspace else find_workspace()
    if folder is None or ctx.invoked_subcommand == "init":
        return
    found = read_workspace(folder)
    os.environ[VARIABLE] = str(found.folder)  # for the processes that a command starts
    ctx.default_map = _defaults(found)
    asked = any(argument.startswith("--plan") for argument in sys.argv)
    if ctx.invoked_subcommand in ("report", "scorecard", "targets") and not asked:
        _check_started(found)
        if ctx.invoked_subcommand == "report" and "--facts" not in sys.argv:
            _say_what_to_enter(found)


def _say_what_to_enter(workspace: Workspace) -> None:
    """Name the figures that are needed first where nothing is known of the region itself."""
    from xtanalysis.data.dictionary import region
    from xtanalysis.statements.facts import load_facts
    from xtanalysis.statements.form import first_figures

    place = region(workspace.region)
    known = load_facts(workspace.files(workspace.facts))
    if not any(s.region == place.id and s.tells_what_happened for s in known):
        told = message(
            "Nothing is known of {place} yet: the pages rest on nation and province alone. Enter first, in "
            "facts/填报.xlsx: {figures}",
            place=bilingual(place.en, place.id), figures=listed(first_figures()),
        )  # fmt: skip
        click.echo(in_language(told, told_language(_asked_language(sys.argv))), err=True)


def workspace_here() -> Workspace | None:
    """The workspace that a command runs in, if it runs in one."""
    from xtanalysis.data.workspace import find_workspace, read_workspace

    folder = find_workspace()
    return None if folder is None else read_workspace(folder)


def _check_started(workspace: Workspace) -> None:
    """Say what to enter first where the workspace's plan still has no target."""
    from xtanalysis.statements.plans import load_plan

    plan = workspace.plan_path()
    if plan is not None and not load_plan(plan).targets:
        raise BadInput(
            Problem(
                message("the plan has no target yet"), plan,
                fix=message(
                    "First uncomment the targets in it and fill in their numbers, and put what figures you have into "
                    "the facts folder (facts/填报.xlsx)"
                ),
            )
        )  # fmt: skip


def _defaults(workspace: Workspace) -> dict[str, dict[str, object]]:
    """What a workspace says in place of options that are not given, by command."""
    from xtanalysis.data.dictionary import region

    facts = [str(path) for path in workspace.files(workspace.facts)]
    scenarios = [str(path) for path in workspace.files(workspace.scenarios)]
    plan = workspace.plan_path()
    whose = {"region": region(workspace.region).id}
    named: dict[str, object] = {} if plan is None else {"plan": plan}
    out = str(workspace.folder / workspace.out)
    return {
        "targets": dict(named),
        "project": {**whose, **named, "facts": facts},
        "explore": {**whose, **named, "facts": facts, "out": str(workspace.folder / "scenarios")},
        "report": {**whose, **named, "facts": facts, "scenario": ["baseline", *scenarios], "out": out},
        "scorecard": {**named, "facts": facts},
    }


def told_language(asked: str | None = None) -> Language:
    """The language in which problems are told: the one asked for, else that of the user's locale."""
    chosen = asked or next((os.environ[key] for key in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(key)), "")
    return "zh" if chosen.lower().startswith("zh") else "en"


def _asked_language(arguments: list[str]) -> str | None:
    """The value of ``--lang`` on a command line, if it names one language."""
    for i, argument in enumerate(arguments):
        value = argument.partition("=")[2] if argument.startswith("--lang=") else None
        if argument == "--lang" and i + 1 < len(arguments):
            value = arguments[i + 1]
        if value in ("zh", "en"):
            return value
    return None


def main() -> None:
    """Run the command line and end with its exit code (:mod:`xtanalysis.cli.ending`)."""
    hear()
    sys.exit(run(group, told_language(_asked_language(sys.argv))))
