"""The packages that a notebook's outputs depend on: this package's requirements, and what the cells import."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions
from pathlib import Path

from xtanalysis.report.sweeps.parameters import read_notebook

__all__ = ["packages_of"]

_NAME = re.compile(r"[\w.-]+")
_MAGIC = re.compile(r"(?m)^\s*[%!?].*$")


def packages_of(notebook: Path) -> list[str]:
    """``name==version`` of this package's requirements and of what the notebook imports, with all that these need."""
    waiting = ["xtanalysis", *_imported(notebook)]
    found: dict[str, str] = {}
    while waiting:
        name = _normal(waiting.pop())
        if name in found:
            continue
        try:
            there = distribution(name)
        except PackageNotFoundError:  # an optional one
            found[name] = ""
            continue
        found[name] = there.version
        waiting += [m[0] for line in there.requires or () if "extra ==" not in line and (m := _NAME.match(line))]
    return sorted(f"{name}=={version}" for name, version in found.items() if version)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _imported(notebook: Path) -> Iterator[str]:
    """Distributions of the modules that the cells import."""
    modules: set[str] = set()
    for cell in read_notebook(notebook)["cells"]:
        if cell.get("cell_type") == "code":
            modules |= set(_modules(_MAGIC.sub("pass", "".join(cell.get("source", "")))))
    known = packages_distributions() if modules else {}
    for module in sorted(modules):
        yield from known.get(module, ())


def _modules(source: str) -> Iterator[str]:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]
