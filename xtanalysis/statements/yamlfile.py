"""YAML files of statements: one reader that names the file and the key of everything it cannot use."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from xtanalysis.errors import BadInput, Problem

__all__ = ["Node", "find_file", "load_yaml"]

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Node:
    """One mapping of a YAML file, which remembers where it stands and collects what is wrong.

    Attributes
    ----------
    where
        Path of keys from the top, such as ``targets[3]``; empty at the top.
    problems
        Shared by every node of the file.
    """

    data: Mapping[Any, Any]
    file: str
    where: str = ""
    problems: list[Problem] = field(default_factory=list)

    def place(self, key: str) -> str:
        """Return the full path of a key."""
        return f"{self.where}.{key}" if self.where else key

    def wrong(self, key: str, what: str, found: object = None, expected: str | None = None) -> None:
        """Record a problem at a key."""
        shown = None if found is None else f"{found}"
        self.problems.append(Problem(what, self.file, None, self.place(key), shown, expected))

    def text(self, key: str, *, needed: bool = True) -> str:
        """Return a text; an empty one where it is missing."""
        value = self.data.get(key)
        if value is None:
            if needed:
                self.wrong(key, "this key is missing", expected="a text")
            return ""
        if isinstance(value, Mapping | list | bool):
            self.wrong(key, "this should be a text", value, "a text, in quotation marks if need be")
            return ""
        return str(value)

    def number(self, key: str, *, needed: bool = False) -> float | None:
        """Return a finite number, ``None`` where it is missing."""
        value = self.data.get(key)
        if value is None:
            if needed:
                self.wrong(key, "this key is missing", expected="a number")
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self.wrong(key, "this is not a number", value, "digits such as 1050 or -12.5")
            return None
        return float(value)

    def date(self, key: str) -> dt.date | None:
        """Return a date."""
        value = self.data.get(key)
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return value
        self.wrong(key, "this is not a date", value, "a date such as 2021-05-06")
        return None

    def node(self, key: str, *, needed: bool = True) -> Node:
        """Return a mapping below this one; an empty one where it is missing."""
        value = self.data.get(key)
        if isinstance(value, Mapping):
            return Node(value, self.file, self.place(key), self.problems)
        if value is not None or needed:
            self.wrong(key, "this should be a mapping", value, "keys and values")
        return Node({}, self.file, self.place(key), self.problems)

    def nodes(self, key: str, *, needed: bool = True) -> list[Node]:
        """Return the mappings of a list."""
        value = self.data.get(key)
        if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
            if value is not None or needed:
                self.wrong(key, "this should be a list of mappings", value, "- key: value")
            return []
        return [Node(item, self.file, f"{self.place(key)}[{i}]", self.problems) for i, item in enumerate(value)]

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; an empty one where it is missing."""
        value = self.data.get(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.wrong(key, "this should be a list", value, "[one, two]")
            return ()
        return tuple(str(item) for item in value)

    def only(self, allowed: Sequence[str]) -> None:
        """Record every key that is not among the allowed ones."""
        for key in self.data:
            if key not in allowed:
                self.wrong(str(key), "unknown key", key, ", ".join(allowed))


def find_file(id_or_path: str | Path, folder: Path, what: str) -> Path:
    """Return a file by its path, or by the name that it has in a shipped folder.

    Raises
    ------
    BadInput
        If there is no such file; the message lists the shipped ones.
    """
    path = Path(id_or_path)
    if path.suffix in (".yaml", ".yml"):
        if path.is_file():
            return path
    elif (shipped := folder / f"{id_or_path}.yaml").is_file() and path.name == str(id_or_path):
        return shipped
    names = ", ".join(sorted(p.stem for p in folder.glob("*.yaml")))
    raise BadInput(Problem(f"no such {what}", found=str(id_or_path), expected=f"{names}, or the path of a .yaml file"))


def load_yaml(path: Path, content: bytes | None = None) -> Node:
    """Read a YAML mapping from a file, or from its content where that is at hand.

    Raises
    ------
    BadInput
        If the file is not UTF-8, not YAML, or not a mapping.
    """
    try:
        data = yaml.load((path.read_bytes() if content is None else content).decode("utf-8"), Loader=Loader)
    except UnicodeDecodeError as error:
        raise BadInput(Problem("this is not UTF-8 text", file=path.name, expected="a YAML file")) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        row = None if mark is None else mark.line + 1
        raise BadInput(Problem(f"this is not YAML: {getattr(error, 'problem', error)}", path.name, row)) from error
    if not isinstance(data, Mapping):
        raise BadInput(Problem("the file does not hold keys and values", file=path.name, expected="id: …"))
    return Node(data, path.name)
