"""A workspace: the folder of one region's plan, figures, scenarios and reference overlays, named by xtanalysis.toml."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

from xtanalysis.data.encoding import text_of
from xtanalysis.data.file_keys import Node
from xtanalysis.data.reference import Reference
from xtanalysis.errors import BadInput, Problem
from xtanalysis.text import message

__all__ = ["NAME", "VARIABLE", "Workspace", "find_workspace", "read_workspace"]

NAME = "xtanalysis.toml"
VARIABLE = "XTANALYSIS_WORKSPACE"
"""Environment variable that names a workspace's folder, for the processes that a command starts."""

LARGEST = 100_000


@dataclass(frozen=True, slots=True)
class Workspace:
    """What xtanalysis.toml says.

    Attributes
    ----------
    folder
        Where it lies; every path in it is meant from there.
    region
        Any name of a region of the overlaid tables.
    plan
        Id of a shipped plan, or the path of a YAML file; ``None`` where there is none.
    facts, scenarios
        Patterns of files.
    reference
        Folder of overlays, with the columns of the shipped tables.
    out
        Folder of the reports.
    """

    folder: Path
    region: str
    plan: str | None
    facts: tuple[str, ...]
    scenarios: tuple[str, ...]
    reference: str | None
    out: str

    def files(self, patterns: tuple[str, ...]) -> list[Path]:
        """The files that match, in order of name; hidden and lock files left out."""
        found = {path for pattern in patterns for path in self.folder.glob(pattern)}
        return sorted(path for path in found if path.is_file() and not path.name.startswith((".", "~$")))

    def overlaid(self, shipped: Reference) -> Reference:
        """The shipped tables with the workspace's rows over them; raises `BadInput` for a faulty overlay."""
        tables = shipped if self.reference is None else shipped.overlaid(self.folder / self.reference)
        return replace(tables, home=self.region)

    def plan_path(self) -> str | None:
        """The plan as a command takes it: an id as it stands, a path from the workspace's folder."""
        if self.plan is None or not self.plan.endswith((".yaml", ".yml")):
            return self.plan
        return str(self.folder / self.plan)


def find_workspace(start: Path | None = None) -> Path | None:
    """The folder that the environment names, else the nearest one from ``start`` upward that holds xtanalysis.toml."""
    if start is None and (named := os.environ.get(VARIABLE)):
        return Path(named)
    here = (start or Path.cwd()).resolve()
    return next((folder for folder in (here, *here.parents) if (folder / NAME).is_file()), None)


def read_workspace(folder: Path) -> Workspace:
    """Read a workspace's xtanalysis.toml.

    Raises
    ------
    BadInput
        With every problem: no such file, not TOML, unknown keys, values of the wrong kind, a newer schema.
    """
    path = folder / NAME
    try:
        if not path.is_file() or path.stat().st_size > LARGEST:
            raise BadInput(Problem(message("no workspace here"), file=str(folder), expected=NAME))
        raw = tomllib.loads(text_of(path.read_bytes()))
    except (OSError, UnicodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        what = message("this is not TOML")
        raise BadInput(Problem(what, file=str(path), found=str(error)[:200])) from error
    top = Node(raw, str(path), "workspace")
    told = top.read()
    if top.problems:
        raise BadInput(top.problems)
    return Workspace(
        folder.resolve(), told["region"], told["plan"] or None, told["facts"], told["scenarios"],
        told["reference"] or None, told["out"],
    )  # fmt: skip
