"""YAML files of statements: one reader that names the file and the key of everything it cannot use."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from xtanalysis.errors import BadInput, Problem
from xtanalysis.statements.readers.files import is_file, regular_bytes
from xtanalysis.text import message

__all__ = ["Node", "find_file", "load_yaml", "parse_yaml"]

YAML_FILE = message("a YAML file")
LARGEST = 1_000_000
"""Largest YAML file, in bytes; a plan of 38 targets has 30,000."""

DEEPEST = 40
MOST_NODES = 100_000
MOST_ALIASES = 1_000
"""Depth of nesting, nodes and aliases of a file: far above what a person writes, far below what hangs or crashes."""

SHOWN = 200  # characters of an offending value that a message shows


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
        shown = None if found is None else _shown(found)
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
        text = str(value)
        if needed and not text.strip():
            self.wrong(key, "this key is empty", expected="a text")
        return text

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


def _shown(found: object) -> str:
    """A value in a message: short, however large it is (an alias may stand for millions of nodes)."""
    if isinstance(found, Mapping | list | tuple | set):
        return f"{type(found).__name__} of {len(found)}"
    try:
        return str(found)[:SHOWN]
    except ValueError:  # an integer of thousands of digits
        return type(found).__name__


if TYPE_CHECKING:
    _Safe = yaml.SafeLoader
else:
    _Safe = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Safe):
    """The safe loader, which refuses a key that stands twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.tag != "tag:yaml.org,2002:merge":
                if key.value in seen:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"the key {key.value[:SHOWN]!r} stands twice", key.start_mark
                    )
                seen.add(key.value)
        return super().construct_mapping(node, deep)


def parse_yaml(text: str, name: str) -> Any:
    """The data of a YAML text.

    Raises
    ------
    BadInput
        If it is not YAML, a key stands twice, a date or number in it cannot be one, or it is beyond the limits on
        depth, nodes and aliases; before anything is built from it.
    """
    try:
        _check_size(text, name)
        return yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        row = None if mark is None else mark.line + 1
        raise BadInput(_not_yaml(name, row, str(getattr(error, "problem", None) or error))) from error
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError, OverflowError) as error:
        raise BadInput(_not_yaml(name, None, str(error)[:SHOWN])) from error


def _not_yaml(name: str, row: int | None, why: str) -> Problem:
    return Problem(message("this is not YAML: {why}", why=why), name, row)


def _check_size(text: str, name: str) -> None:
    """Go over the events, which nests nothing and expands nothing."""
    depth = aliases = 0
    for nodes, event in enumerate(yaml.parse(text, Loader=_Safe)):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.AliasEvent):
            aliases += 1
        if depth > DEEPEST or nodes > MOST_NODES or aliases > MOST_ALIASES:
            what = message("the file is nested too deeply or too large")
            limits = f"{DEEPEST} levels, {MOST_NODES:,} nodes, {MOST_ALIASES:,} aliases"
            raise BadInput(
                Problem(
                    what,
                    name,
                    None if event.start_mark is None else event.start_mark.line + 1,
                    expected=f"at most {limits}",
                )
            )


def find_file(id_or_path: str | Path, folder: Path, what: str) -> Path:
    """Return a file by its path, or by the name that it has in a shipped folder.

    Raises
    ------
    BadInput
        If there is no such file; the message lists the shipped ones.
    """
    path = Path(id_or_path)
    if path.suffix in (".yaml", ".yml"):
        if is_file(path):
            return path
    elif path.name == str(id_or_path) and is_file(shipped := folder / f"{id_or_path}.yaml"):
        return shipped
    names = ", ".join(sorted(p.stem for p in folder.glob("*.yaml")))
    raise BadInput(
        Problem(f"no such {what}", found=str(id_or_path)[:SHOWN], expected=f"{names}, or the path of a .yaml file")
    )


def load_yaml(path: Path, content: bytes | None = None) -> Node:
    """Read a YAML mapping from a file, or from its content where that is at hand.

    Raises
    ------
    BadInput
        If the file is not a regular one, beyond the limits, not UTF-8, not YAML, or not a mapping, or if a key stands
        twice.
    """
    try:
        raw = regular_bytes(path, YAML_FILE, LARGEST) if content is None else content
        data = parse_yaml(raw.decode("utf-8"), path.name)
    except UnicodeDecodeError as error:
        what = message("this is not UTF-8 text")
        raise BadInput(Problem(what, file=path.name, expected=YAML_FILE)) from error
    if not isinstance(data, Mapping):
        raise BadInput(Problem("the file does not hold keys and values", file=path.name, expected="id: …"))
    return Node(data, path.name)
