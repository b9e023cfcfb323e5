"""Imports point down only; modules stay small; the public names resolve."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "xtanalysis"
# Lowest first; rooms in one tuple may not import each other.
LAYERS = [
    ("text", "stopping"),
    ("errors",),
    ("data",),
    ("statements",),
    ("accounting", "annual"),
    ("model",),
    ("targets",),
    ("answers",),
    ("study",),
    ("report",),
    ("plot",),
    ("cli",),
]
# What a study offers to show is made above it: imported inside the method, when it is asked for.
SHOWN_ABOVE = {("study/study.py", "report")}
RANK = {room: i for i, layer in enumerate(LAYERS) for room in layer}
# Rooms inside report/, lowest first; what stands in report/ itself is with the first.
INNER = ["", "charts", "sweeps", "scorecard", "exploring"]
LONGEST = 400
FILES = sorted(PACKAGE.rglob("*.py"))


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Every node of a module."""
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def imported(path: Path) -> Iterator[str]:
    for node in nodes(path):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == PACKAGE.name:
            tail = (node.module or "").split(".")[1:]
            yield from tail[:1] or [alias.name for alias in node.names]
        elif isinstance(node, ast.Import):
            yield from (a.name.split(".")[1] for a in node.names if a.name.startswith(f"{PACKAGE.name}."))


def test_every_room_has_a_rank() -> None:
    rooms = {room(path) for path in FILES} - {"__init__", "__main__"}
    assert rooms <= set(RANK), rooms - set(RANK)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    mine = room(path)
    if mine not in RANK:
        return
    where = path.relative_to(PACKAGE).as_posix()
    above = [name for name in imported(path) if name in RANK and name != mine and RANK[name] >= RANK[mine]]
    wrong = [name for name in above if (where, name) not in SHOWN_ABOVE]
    assert not wrong, f"{path.relative_to(PACKAGE)} ({mine}) imports {wrong}, which stand beside or above it"


def inner(module: str) -> str:
    """The room inside report/ of a dotted name or a path's parts joined by dots; empty for report/ itself."""
    parts = module.split(".")
    return parts[2] if len(parts) > 2 and parts[2] in INNER else ""


@pytest.mark.parametrize("path", sorted((PACKAGE / "report").rglob("*.py")), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_inside_report_point_down(path: Path) -> None:
    mine = INNER.index(inner(".".join(path.relative_to(PACKAGE.parent).parts)))
    found = [node for node in nodes(path) if isinstance(node, ast.ImportFrom)]
    named = [f"{node.module}.{alias.name}" for node in found for alias in node.names if node.module]
    # Charts and pages are one floor: plots write numbers as tables do, pages show plots.
    wrong = [n for n in named if n.startswith("xtanalysis.report") and INNER.index(inner(n)) > max(mine, 1)]
    assert not wrong, f"{path.relative_to(PACKAGE)} imports {wrong} from a room above it"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_modules_stay_small(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST, f"{path.relative_to(PACKAGE)} has {lines} lines; split it by what it does"


def calls(path: Path) -> Iterator[tuple[int, str, ast.Call]]:
    for node in nodes(path):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func), node


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_nothing_is_printed_and_warnings_have_a_class(path: Path) -> None:
    """What users are told goes through click, the log ``xtanalysis`` or a warning of this package's own class."""
    wrong = []
    for line, name, call in calls(path):
        if name == "print":
            wrong.append(f"line {line} prints")
        if (
            name in ("warnings.warn", "warn")
            and len(call.args) < 2
            and not any(k.arg == "category" for k in call.keywords)
        ):
            first = call.args[0]
            if not (isinstance(first, ast.Call) and ast.unparse(first.func)[0].isupper()):
                wrong.append(f"line {line} warns without a class")
        if name == "logging.getLogger" and ast.unparse(call.args[0]) not in ("'xtanalysis'", "__name__"):
            wrong.append(f"line {line} logs under another name")
    assert not wrong, f"{path.relative_to(PACKAGE)}: {'; '.join(wrong)}"
