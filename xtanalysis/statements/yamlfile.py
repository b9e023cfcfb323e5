"""YAML files of statements: read whole or refused, their words and names found in the dictionary."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import yaml

from xtanalysis.data import dictionary
from xtanalysis.data.encoding import text_of
from xtanalysis.data.file_keys import FILE_NAMES, SHOWN, Key, Node, keys_of
from xtanalysis.errors import BadInput, Problem
from xtanalysis.statements.meaning import nominal_measure
from xtanalysis.statements.period import Period
from xtanalysis.statements.readers.files import is_file, regular_bytes
from xtanalysis.text import bilingual, in_language, message

__all__ = ["Node", "entry", "find_file", "found", "load_yaml", "parse_yaml", "read_yaml"]

YAML_FILE = message("a YAML file")
LARGEST = 1_000_000
"""Largest YAML file, in bytes; a plan of 38 targets has 30,000."""

DEEPEST = 40
LONGEST_NUMBER = 300  # digits of an integer that a float still holds
MOST_NODES = 100_000
MOST_ALIASES = 1_000
"""Depth of nesting, nodes and aliases of a file: far above what a person writes, far below what hangs or crashes."""

MERGE = "tag:yaml.org,2002:merge"

T = TypeVar("T")
FIND: dict[str, Callable[[str], Any]] = {
    "indicator": dictionary.indicator, "unit": dictionary.unit, "calibre": dictionary.calibre,
    "region": dictionary.region,
}  # fmt: skip

if TYPE_CHECKING:
    _Safe = yaml.SafeLoader
else:
    _Safe = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


# What PyYAML says most, in its own words; a sign of placeholders has a name.
LIBRARY = {
    str(said): said
    for said in (
        message("mapping values are not allowed in this context"), message("could not find expected ':'"),
        message("found undefined alias"), message("found unhashable key"), message("did not find expected key"),
        message("did not find expected '-' indicator"), message("did not find expected ',' or ']'"),
        message("did not find expected ',' or a brace"), message("found unexpected end of stream"),
        message("but found another document"), message("found a tab character that violates indentation"),
        message("found character that cannot start any token"), message("found unknown escape character"),
        message("block sequence entries are not allowed in this context"),
        message("control characters are not allowed"),
    )
}  # fmt: skip


class _Loader(_Safe):
    """The safe loader, which refuses a key that stands twice and a number that is not what it looks like."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        own = [key for key, _ in node.value if isinstance(key, yaml.ScalarNode) and key.tag != MERGE]
        made = super().construct_mapping(node, deep)
        seen: set[Any] = set()
        for key in own:
            forms = {key.value, self.construct_object(key)}  # 1 and 01, yes and true are one key too
            if forms & seen:
                what = message("the key {key!r} stands twice", key=key.value[:SHOWN])
                raise _refused(key, what)
            seen |= forms
        return made

    def as_written(self, node: yaml.ScalarNode) -> int | float:
        """A number that means what it looks like; YAML 1.1 takes 010 for 8 and 12:30 for 750."""
        if ":" in node.value or re.match(r"[-+]?0_*[0-9]+$", node.value):
            text = node.value[:SHOWN]
            raise _refused(
                node,
                message(
                    "{text} is another number in YAML than it looks; put it in quotation marks if it is a text",
                    text=text,
                ),
            )
        if node.tag.endswith("float"):
            return self.construct_yaml_float(node)
        if len(node.value) > LONGEST_NUMBER:
            raise _refused(node, message("no quantity has a number of so many digits"))
        return self.construct_yaml_int(node)

    def day(self, node: yaml.ScalarNode) -> dt.date:
        """A day of the calendar."""
        try:
            return self.construct_yaml_timestamp(node)
        except ValueError:
            raise _refused(node, message("there is no such day: {text}", text=node.value[:SHOWN])) from None


def _refused(node: yaml.Node, why: str) -> yaml.YAMLError:
    return yaml.constructor.ConstructorError(None, None, why, node.start_mark)


for _tag in ("int", "float"):
    _Loader.add_constructor(f"tag:yaml.org,2002:{_tag}", _Loader.as_written)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.day)


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
        why = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
        raise BadInput(_not_yaml(name, row, LIBRARY.get(why.replace("'}'", "a brace"), why))) from error
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError, OverflowError) as error:
        raise BadInput(_not_yaml(name, None, str(error)[:SHOWN])) from error


def _not_yaml(name: str, row: int | None, why: str) -> Problem:
    return Problem(message("this is not YAML: {why}", why=bilingual(why, in_language(why, "zh"))), name, row)


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
            raise BadInput(
                Problem(
                    what,
                    name,
                    None if event.start_mark is None else event.start_mark.line + 1,
                    expected=message(
                        "at most {levels} levels, {nodes:,} nodes, {aliases:,} aliases",
                        levels=DEEPEST,
                        nodes=MOST_NODES,
                        aliases=MOST_ALIASES,
                    ),
                )
            )


def read_yaml(path: Path, content: bytes | None = None) -> Any:
    """The data of a YAML file in any encoding of `text_of`, or of its content where that is at hand.

    Raises
    ------
    BadInput
        As `parse_yaml`, and if the file is not a regular one, too large, or no text.
    """
    raw = regular_bytes(path, YAML_FILE, LARGEST) if content is None else content
    try:
        text = text_of(raw)
    except UnicodeError as error:
        what = message("this is neither UTF-8 nor GB18030 text")
        raise BadInput(Problem(what, file=path.name, expected=YAML_FILE)) from error
    return parse_yaml(text, path.name)


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
        Problem(
            message("no such {what}", what=FILE_NAMES[what]),
            found=str(id_or_path)[:SHOWN],
            expected=message("{names}, or the path of a .yaml file", names=names),
        )
    )


def load_yaml(path: Path, part: str, content: bytes | None = None) -> Node:
    """Read a YAML mapping from a file, or from its content where that is at hand.

    Parameters
    ----------
    part
        Which keys it may have: ``plan``, ``scenario``, ``sweep``.

    Raises
    ------
    BadInput
        As `read_yaml`, and if the file does not hold a mapping.
    """
    data = read_yaml(path, content)
    if not isinstance(data, Mapping):
        said = message("this is not a {part}: the file does not hold keys and values", part=FILE_NAMES[part])
        raise BadInput(Problem(said, file=path.name, expected=f"{next(iter(keys_of(part)))}: …"))
    return Node(data, path.name, part)


def entry(node: Node) -> dict[str, Any]:
    """Every key of a node, as `Node.read` has it, with words, names and periods found; ``None`` where there is none."""
    values = node.read()
    for name, key in keys_of(node.part).items():
        if key.type in ("name", "word", "choice", "period"):
            text = values[name]
            values[name] = found(node, name, partial(_meaning, key, text)) if text else None
    return values


def found(node: Node, key: str, find: Callable[[], T]) -> T | None:
    """What a text stands for; ``None`` where it cannot be found, which is recorded at its key."""
    try:
        return find()
    except BadInput as error:
        for p in error.problems:
            node.wrong(key, p.what, p.found, p.expected)
    except ValueError as error:
        node.wrong(key, error.args[0], node.data.get(key))
    return None


def _meaning(key: Key, text: str) -> Any:
    """What a text means at its key: an id, one of the grammar's words in English or Chinese, a period."""
    if key.type == "name":
        return FIND[key.of](text).id
    if key.type == "period":
        return Period.parse(text)
    if key.type == "choice":
        return _one_of(text, text, key.choices)
    words = dictionary.words(key.of)
    names = tuple(dict.fromkeys(words.values()))
    told = bilingual(", ".join(names), ", ".join(dictionary.chinese_word(key.of, name) for name in names))
    bare = nominal_measure(text)[0] if key.of == "measure" else text
    return _one_of(words.get(dictionary.fold(bare), bare), text, names, told)


def _one_of(word: str, text: str, words: tuple[str, ...], told: str = "") -> str:
    if word not in words:
        raise BadInput(Problem(message("unknown word"), found=text, expected=told or ", ".join(words)))
    return word
