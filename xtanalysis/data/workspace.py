"""A workspace: the folder of one region's plan, figures, scenarios and reference overlays, named by xtanalysis.toml."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from xtanalysis.data.reference import Reference
from xtanalysis.errors import BadInput, Problem
from xtanalysis.text import message

__all__ = ["NAME", "VARIABLE", "Workspace", "find_workspace", "read_workspace"]

NAME = "xtanalysis.toml"
VARIABLE = "XTANALYSIS_WORKSPACE"
"""Environment variable that names a workspace's folder, for the processes that a command starts."""

SCHEMA = 1
LARGEST = 100_000
TEXTS = ("region", "plan", "reference", "out")
LISTS = ("facts", "scenarios")


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
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        what = message("this is not TOML")
        raise BadInput(Problem(what, file=str(path), found=str(error)[:200])) from error
    problems = list(_faults(raw, path))
    if problems:
        raise BadInput(problems)
    return Workspace(
        folder.resolve(), raw["region"], raw.get("plan"), tuple(raw.get("facts", ())),
        tuple(raw.get("scenarios", ())), raw.get("reference"), raw.get("out", "reports"),
    )  # fmt: skip


def _faults(raw: Mapping[str, Any], path: Path) -> list[Problem]:
    allowed = ("schema", *TEXTS, *LISTS)
    found = [
        Problem(message("unknown key"), str(path), column=key, expected=", ".join(allowed))
        for key in raw
        if key not in allowed
    ]
    if not isinstance(raw.get("schema", 0), int) or raw.get("schema", 0) > SCHEMA:
        newer = message("written by a newer version")
        found.append(Problem(newer, str(path), column="schema", found=str(raw["schema"]), expected=f"{SCHEMA}"))
    for key in TEXTS:
        if (key in raw and not isinstance(raw[key], str)) or (key == "region" and not raw.get("region")):
            text = message("a text")
            found.append(Problem(message("a text is needed"), str(path), column=key, expected=text))
    found += [
        Problem(message("a list of patterns is needed"), str(path), column=key, expected='["facts/*.xlsx"]')
        for key in LISTS
        if not isinstance(raw.get(key, []), list) or not all(isinstance(item, str) for item in raw.get(key, []))
    ]
    return found
