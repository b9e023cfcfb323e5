"""YAML files of statements: read whole or refused, their words and names found in the dictionary."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import yaml

from xtanalysis.data import dictionary
from xtanalysis.data.file_keys import SHOWN, Key, Node, keys_of
from xtanalysis.errors import BadInput, Problem, both
from xtanalysis.statements.meaning import nominal_measure
from xtanalysis.statements.period import Period
from xtanalysis.statements.readers.files import is_file, regular_bytes

__all__ = ["Node", "entry", "find_file", "found", "load_yaml", "parse_yaml"]

YAML_FILE = both("a YAML file", "YAML文件")
LARGEST = 1_000_000
"""Largest YAML file, in bytes; a plan of 38 targets has 30,000."""

DEEPEST = 40
MOST_NODES = 100_000
MOST_ALIASES = 1_000
"""Depth of nesting, nodes and aliases of a file: far above what a person writes, far below what hangs or crashes."""

T = TypeVar("T")
FIND: dict[str, Callable[[str], Any]] = {
    "indicator": dictionary.indicator, "unit": dictionary.unit, "calibre": dictionary.calibre,
    "region": dictionary.region,
}  # fmt: skip

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
    return Problem(both(f"this is not YAML: {why}", f"不是能读的YAML：{why}"), name, row)


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
            what = both("the file is nested too deeply or too large", "文件嵌套太深或太大")
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


def load_yaml(path: Path, part: str, content: bytes | None = None) -> Node:
    """Read a YAML mapping from a file, or from its content where that is at hand.

    Parameters
    ----------
    part
        Which keys it may have: ``plan``, ``scenario``, ``sweep``.

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
        coded = both("this is not UTF-8 text", "文字编码不是UTF-8")
        raise BadInput(Problem(coded, file=path.name, expected=YAML_FILE)) from error
    if not isinstance(data, Mapping):
        said = both(f"this is not a {part}: the file does not hold keys and values", "文件里不是键与值")
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
    bare = nominal_measure(text)[0] if key.of == "measure" else text
    return _one_of(words.get(dictionary.fold(bare), bare), text, tuple(dict.fromkeys(words.values())))


def _one_of(word: str, text: str, words: tuple[str, ...]) -> str:
    if word not in words:
        raise BadInput(Problem(both("unknown word", "不认识的词"), found=text, expected=", ".join(words)))
    return word
