"""Keys of the files that users write (plan, scenario, sweep, workspace): one table reads, checks and explains them."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from xtanalysis.data.tables import table_rows
from xtanalysis.errors import Problem
from xtanalysis.text import Message, message, nmessage, pmessage

__all__ = ["SCHEMA", "Key", "Node", "keys_of"]

SCHEMA = 1
"""Newest version of the files that this package reads."""

TABLE = Path(__file__).with_name("file_keys.csv")
SHOWN = 200  # characters of an offending value that a message shows
MISSING = message("this key is missing")
TEXT = message("a text")


@dataclass(frozen=True, slots=True)
class Key:
    """One row of file_keys.csv.

    Attributes
    ----------
    name
        As the file has it.
    type
        One of `WRONG`, or of `TEXTS`, which are texts that mean something.
    of
        For a part its name; for a word or name its kind in the dictionary; for a choice its words.
    needed
        ``yes``, ``one`` or ``either`` (at least one, exactly one of the keys so marked), or empty.
    default
        What stands for a missing one.
    example, en, zh
        For the reader.
    """

    name: str
    type: str
    of: str
    needed: str
    default: str
    example: str
    en: str
    zh: str

    @property
    def choices(self) -> tuple[str, ...]:
        """The words of a choice."""
        return tuple(self.of.split("|")) if self.type in ("choice", "seconds") else ()


@cache
def keys_of(part: str) -> Mapping[str, Key]:
    """The keys of a file or of a part of one (``plan.target``), in the order of the table."""
    rows = (row for row in table_rows(TABLE) if row["part"] == part)
    return {row["key"]: Key(row["key"], *(row[c] for c in list(row)[2:])) for row in rows}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _holds(kind: type) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(isinstance(item, kind) for item in value)


MAPPING = message("this should be a mapping")
SHAPE = message("has the wrong shape")
# Type → whether a value is of it, what is said if not, what is expected.
WRONG: dict[str, tuple[Callable[[Any], bool], Message, str]] = {
    "text": (
        lambda v: not isinstance(v, Mapping | list | bool),
        message("this should be a text"),
        message("a text, in quotation marks if need be"),
    ),
    "string": (lambda v: isinstance(v, str), message("a text is needed"), TEXT),
    "number": (
        _is_number, message("this is not a number"),
        message("digits such as 1050 or -12.5"),
    ),
    "date": (
        lambda v: isinstance(v, dt.date) and not isinstance(v, dt.datetime),
        message("this is not a date"), pmessage("file_keys", "a date such as 2021-05-06"),
    ),
    "flag": (lambda v: isinstance(v, bool), message("this is not true or false"), "true, false"),
    "version": (
        lambda v: v == SCHEMA and type(v) is int,
        message("written by another version"), f"{SCHEMA}",
    ),
    "part": (lambda v: isinstance(v, Mapping), MAPPING, message("keys and values")),
    "named": (lambda v: isinstance(v, Mapping), MAPPING, message("keys and values")),
    "parts": (
        _holds(Mapping), message("this should be a list of mappings"),
        message("- key: value"),
    ),
    "texts": (lambda v: isinstance(v, list), message("this should be a list"), message("[one, two]")),
    "patterns": (_holds(str), message("a list of patterns is needed"), '["facts/*.xlsx"]'),
    "notebook": (lambda v: isinstance(v, str), message("names no notebook"), message("a path")),
    "mapping": (lambda v: isinstance(v, Mapping), SHAPE, message("a mapping of names to values")),
    "values": (lambda v: isinstance(v, Mapping), SHAPE, message("a mapping of names to lists")),
    "mappings": (lambda v: isinstance(v, list), SHAPE, message("a list of mappings")),
    "seconds": (
        lambda v: isinstance(v, Mapping), SHAPE,
        message("a mapping with `cell` and `run`, in seconds"),
    ),
}  # fmt: skip
TEXTS = ("choice", "word", "name", "meant", "period", "years")
"""Types that are written as a text and mean something: what, is found by `xtanalysis.statements.yamlfile.entry`."""
AT_ITS_PLACE = ("date", "part", "named", "parts", "notebook", "string")
"""Types whose absence is told in their own words."""
FILE_NAMES = {
    "plan": pmessage("file", "plan"), "scenario": pmessage("file", "scenario"), "sweep": pmessage("file", "sweep"),
    "workspace": pmessage("file", "workspace"),
}  # fmt: skip
FOLLOWS = {"plan": "plan", "规划": "plan"}
"""Words that stand in place of an amount."""


@dataclass(frozen=True, slots=True)
class Node:
    """One mapping of a file, which remembers where it stands and collects what is wrong.

    Attributes
    ----------
    part
        Which keys it may have (`keys_of`).
    where
        Path of keys from the top, such as ``targets[3]``; empty at the top.
    problems
        Shared by every node of the file.
    """

    data: Mapping[Any, Any]
    file: str
    part: str
    where: str = ""
    problems: list[Problem] = field(default_factory=list)

    def place(self, key: str) -> str:
        """Return the full path of a key."""
        return f"{self.where}.{key}" if self.where else key

    def wrong(
        self, key: str, what: str, found: object = None, expected: str | None = None, fix: str | None = None
    ) -> None:
        """Record a problem at a key."""
        shown = None if found is None else _shown(found)
        self.problems.append(Problem(what, self.file, None, self.place(key), shown, expected, fix))

    def read(self) -> dict[str, Any]:
        """Every key's value, checked: texts, numbers, nodes below; what is missing or wrong as `value` has it."""
        known = keys_of(self.part)
        for key in self.data:
            if key not in known:
                near = get_close_matches(str(key), known, n=1)
                fix = message("Did you mean {near!r}?", near=near[0]) if near else None
                self.wrong(str(key), message("unknown key"), key, ", ".join(known), fix)
        return {name: self.value(name) for name in known}

    def value(self, name: str) -> Any:
        """One key's value; where it is missing or wrong its default, or what is empty of its type."""
        key = keys_of(self.part)[name]
        value = self.data.get(name)
        if value is None:
            return self._missing(key)
        if key.type == "said":
            return self._said(key, value)
        if key.type == "amount":
            return (
                FOLLOWS.get(value) if isinstance(value, str) and value in FOLLOWS else self._plain("number", key, value)
            )
        return self._plain("text" if key.type in TEXTS else key.type, key, value)

    def _missing(self, key: Key) -> Any:
        if key.needed == "yes":
            if key.type == "said":
                self.wrong(key.name, MISSING, expected=message("a text, or zh and en with one each"))
            elif key.type in AT_ITS_PLACE:
                _, what, expected = WRONG[key.type]
                self.wrong(key.name, what, expected=expected)
            else:
                self.wrong(
                    key.name, MISSING, expected=message("a number") if key.type in ("number", "amount") else TEXT
                )
        return self._empty(key)

    def _empty(self, key: Key) -> Any:
        empty: dict[str, Any] = {
            "number": None, "amount": None, "date": None, "version": None, "flag": False, "parts": [], "mappings": [],
            "named": {}, "mapping": {}, "values": {}, "seconds": {}, "texts": (), "patterns": (), "said": ("", ""),
        }  # fmt: skip
        if key.type == "part":
            return Node({}, self.file, key.of, self.place(key.name), self.problems)
        return empty.get(key.type, key.default)

    def _plain(self, kind: str, key: Key, value: Any) -> Any:
        fits, what, expected = WRONG[kind]
        if not fits(value):
            self.wrong(key.name, what, value, expected)
            return self._empty(key)
        match kind:
            case "number":
                return float(value)
            case "text" | "string" | "notebook":
                text = str(value)
                if key.needed == "yes" and not text.strip():
                    self.wrong(key.name, message("this key is empty"), expected=TEXT)
                return text
            case "part":
                return Node(value, self.file, key.of, self.place(key.name), self.problems)
            case "parts":
                return [
                    Node(item, self.file, key.of, f"{self.place(key.name)}[{i}]", self.problems)
                    for i, item in enumerate(value)
                ]
            case "named":
                return {str(name): self._named(key, name, item) for name, item in value.items()}
            case "texts" | "patterns":
                return tuple(map(str, value))
            case "values" | "mappings" | "seconds":
                self._look_into(key, value)
        return value

    def _named(self, key: Key, name: object, item: object) -> Node:
        """The part under a name of the user's own."""
        place = f"{key.name}.{name}"
        if not isinstance(name, str):  # YAML reads 2021_2025 as a number and no as false
            expected = message("a name, in quotation marks if need be")
            self.wrong(place, message("this id is not a text"), name, expected)
        if not isinstance(item, Mapping):
            self.wrong(place, MAPPING, item, WRONG["part"][2])
            item = {}
        return Node(item, self.file, key.of, self.place(place), self.problems)

    def _look_into(self, key: Key, value: Any) -> None:
        """What a sweep holds below its keys: lists of values, mappings, numbers of seconds."""
        if key.type == "values":
            for name, values in value.items():
                if not isinstance(values, list) or not values:
                    self.wrong(f"{key.name}.{name}", message("is no list"), values, "[a, b, …]")
        elif key.type == "mappings":
            for item in value:
                if not isinstance(item, Mapping):
                    self.wrong(key.name, message("is no mapping"), item, WRONG["mappings"][2])
        else:
            for name, seconds in value.items():
                if name not in key.choices or not _is_number(seconds) or not seconds > 0:
                    expected = message("cell or run: seconds")
                    self.wrong(key.name, message("is no time-out"), f"{name}: {seconds}", expected)

    def _said(self, key: Key, value: Any) -> tuple[str, str]:
        """A text in Chinese and in English; one stands for both where the file has only that, or a bare text."""
        if isinstance(value, str) and value.strip():
            return value, value
        if not isinstance(value, Mapping):
            self.wrong(key.name, MAPPING, value, WRONG["part"][2])
            return "", ""
        inner = Node(value, self.file, key.of, self.place(key.name), self.problems)
        said = inner.read()
        if not (said["zh"] or said["en"]):
            expected = message("a text, in Chinese, English or both")
            inner.wrong("zh", MISSING, expected=expected)
        return said["zh"] or said["en"], said["en"] or said["zh"]


def _shown(found: object) -> str:
    """A value in a message: short, however large it is (an alias may stand for millions of nodes)."""
    if isinstance(found, Mapping | list | tuple | set):
        if isinstance(found, Mapping):
            return nmessage("{count} key with its value", "{count} keys with their values", len(found))
        return nmessage("a list of {count} entry", "a list of {count} entries", len(found))
    try:
        return str(found)[:SHOWN]
    except ValueError:  # an integer of thousands of digits
        return type(found).__name__
