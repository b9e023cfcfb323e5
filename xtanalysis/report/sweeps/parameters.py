"""A notebook's parameters, read from its tagged cell and checked before anything runs.

papermill only warns about an unknown parameter and checks no type, so a typing mistake runs with the default.
"""

from __future__ import annotations

import ast
import datetime as dt
import io
import json
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from xtanalysis.errors import BadInput, Problem
from xtanalysis.statements.readers.files import is_file
from xtanalysis.text import either, message

__all__ = ["Parameter", "check_parameters", "problems_with", "read_notebook", "read_parameters"]

ASSIGNED = message("a name that the cell tagged `parameters` assigns")
PYTHON = ("python", "python2", "python3", "ipython", "ipython3")
_PLAIN: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (int, float),
    "str": (str,),
    "bool": (bool,),
    "list": (list, tuple),
    "dict": (dict,),
    "None": (type(None),),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a notebook.

    Attributes
    ----------
    name
        As assigned in the cell tagged ``parameters``.
    type
        Its annotation as written, else the type of the default; ``Any`` if that is ``None`` or computed.
    default
        The value in the cell (``None`` where it is computed).
    help
        The comment behind it.
    choices
        From a comment that ends with ``one of: zh, en``; empty where anything of the type is accepted.
    """

    name: str
    type: str
    default: Any
    help: str
    choices: tuple[str, ...] = ()


def read_notebook(path: Path) -> dict[str, Any]:
    """Read a notebook as JSON, quickly (nothing of Jupyter is imported).

    Raises
    ------
    BadInput
        If the file is missing, or is not a notebook of format 4.
    """
    if not is_file(path):
        raise BadInput(Problem(message("there is no such notebook"), file=str(path), fix=message("Check the path")))
    try:
        notebook: Any = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:  # JSONDecodeError and UnicodeDecodeError are ValueErrors
        raise BadInput(
            Problem(message("is not a notebook"), file=str(path), found=str(error), expected="JSON")
        ) from error
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    sound = isinstance(notebook, dict) and isinstance(cells, list) and all(_is_cell(cell) for cell in cells)
    if not sound or notebook.get("nbformat") != 4 or not _is_metadata(notebook.get("metadata", {})):
        raise BadInput(
            Problem(
                message("is not a notebook of format 4"), file=str(path), fix=message("Open and save it in JupyterLab")
            )
        )
    return dict(notebook)


def _is_metadata(metadata: Any) -> bool:
    """Whether a notebook's metadata have the shape that all who read them count on."""
    parts = ("kernelspec", "language_info")
    return isinstance(metadata, dict) and all(isinstance(metadata.get(part) or {}, dict) for part in parts)


def _is_cell(cell: Any) -> bool:
    """Whether a cell has the shape that all who read it count on."""
    if not isinstance(cell, dict) or not isinstance(cell.get("metadata") or {}, dict):
        return False
    source, tags = cell.get("source"), (cell.get("metadata") or {}).get("tags") or []
    lines = isinstance(source, list) and all(isinstance(line, str) for line in source)
    return (lines or isinstance(source, str)) and isinstance(tags, list) and all(isinstance(tag, str) for tag in tags)


def read_parameters(path: Path) -> dict[str, Parameter]:
    """Return the parameters of the notebook at ``path``, by name, in their order.

    Raises
    ------
    BadInput
        If it is no notebook, is in a language whose kernel is not installed, or has no cell tagged ``parameters``; if
        that cell is not Python; if a later cell so tagged assigns one of its names again.
    """
    made = read_notebook(path)
    _refuse_language(made, path)
    tagged = [cell for cell in made["cells"] if "parameters" in ((cell.get("metadata") or {}).get("tags") or ())]
    if not tagged:
        fix = message("Tag the cell that assigns the defaults with `parameters`")
        raise BadInput(Problem(message("has no cell tagged `parameters`"), file=str(path), fix=fix))
    try:
        known, *later = [{p.name: p for p in _declared("".join(cell["source"]))} for cell in tagged]
    except SyntaxError as error:
        what = message("the parameters cell is not Python: {error}", error=error)
        raise BadInput(Problem(what, file=str(path))) from error
    # What is given goes behind the first: a later one would put its defaults over it.
    again = [name for name in known if any(name in cell for cell in later)]
    if again:
        what = message("several cells tagged `parameters` assign the same name")
        fix = message("Tag only the first of them with `parameters`, and assign the name nowhere else")
        raise BadInput(Problem(what, file=str(path), found=", ".join(again), fix=fix))
    return known


def _refuse_language(made: Mapping[str, Any], path: Path) -> None:
    """Refuse a notebook in another language whose kernel is not there: Python would run it as what it is not."""
    metadata = made.get("metadata") or {}
    spec, info = metadata.get("kernelspec") or {}, metadata.get("language_info") or {}
    language = str(spec.get("language") or info.get("name") or "python")
    if language.lower() in PYTHON:
        return
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        KernelSpecManager().get_kernel_spec(str(spec.get("name")))
    except NoSuchKernel:
        what = message("the notebook is in {language}, and its kernel is not installed", language=language)
        raise BadInput(Problem(what, file=str(path), found=str(spec.get("name")), expected="Python")) from None


def check_parameters(path: Path, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``given`` ready for papermill (dates as text), or refuse it with every problem at once.

    Raises
    ------
    BadInput
        If a name is not a parameter of the notebook at ``path``, or a value has the wrong type.
    """
    ready = {name: _plain(value) for name, value in given.items()}
    problems = problems_with(read_parameters(path), ready, path.name)
    if problems:
        raise BadInput(problems)
    return ready


def problems_with(known: Mapping[str, Parameter], given: Mapping[str, Any], file: str) -> list[Problem]:
    """List unknown names and wrong types of ``given`` against the parameters of the notebook called ``file``."""
    problems = []
    for name, value in given.items():
        if name not in known:
            near = get_close_matches(name, known, n=1)
            fix = message("Did you mean {near!r}?", near=near[0]) if near else None
            what = message("unknown parameter")
            problems.append(Problem(what, file, found=name, expected=either(list(known)) or ASSIGNED, fix=fix))
        elif not _fits(value, ast.parse(known[name].type, mode="eval").body):
            found = f"{value!r} ({type(value).__name__})"
            what = message("parameter {name} has the wrong type", name=name)
            problems.append(Problem(what, file, found=found, expected=known[name].type))
        elif known[name].choices and str(value) not in known[name].choices:
            what = message("parameter {name} is none of its choices", name=name)
            problems.append(Problem(what, file, found=str(value), expected=either(known[name].choices)))
    return problems


def _plain(value: Any) -> Any:
    """Dates (YAML reads 2021-05-06 as one) and paths become text, as papermill can only carry JSON."""
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value) if isinstance(value, Path) else value


def _declared(source: str) -> list[Parameter]:
    tree = ast.parse(source)  # first, as its error is the clearer one
    comments = {
        token.start[0]: token.string.lstrip("# ").rstrip()
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    found = []
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            name, annotation = node.target.id, ast.unparse(node.annotation)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name, annotation = node.targets[0].id, ""
        else:
            continue
        try:
            default = ast.literal_eval(node.value) if node.value else None
        except ValueError:
            default = None
        kind = annotation or ("Any" if default is None else type(default).__name__)
        comment = comments.get(node.end_lineno or 0, "")
        choices = tuple(c.strip() for c in comment.partition("one of:")[2].split(",") if c.strip())
        found.append(Parameter(name, kind, default, comment, choices))
    return found


def _fits(value: Any, annotation: ast.expr) -> bool:
    """Whether ``value`` is of the annotated type; an annotation that is not understood accepts anything."""
    match annotation:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _fits(value, left) or _fits(value, right)
        case ast.Subscript(value=ast.Name(id="list"), slice=item):
            return isinstance(value, list | tuple) and all(_fits(v, item) for v in value)
        case ast.Subscript(value=ast.Name(id="dict")):
            return isinstance(value, dict)
        case ast.Constant(value=None):
            return value is None
        case ast.Name(id=name) if name in _PLAIN:
            return isinstance(value, _PLAIN[name]) and (name == "bool" or not isinstance(value, bool))
    return True
