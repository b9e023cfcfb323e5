"""What a reader is told goes through the catalogue: errors, problems, warnings, and what commands print."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "xtanalysis"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.parent.name != "text")
CATALOGUE = {"bilingual", "message", "nmessage", "nsay", "pmessage", "psay", "say"}
# Classes of what is told, and functions that print; their arguments of these names are no sentences.
TELLS = {
    "BadInput", "CannotWrite", "Contradiction", "NotYetKnown", "Problem", "QuestionedFigure", "RunFailed", "XtError",
    "XtWarning", "echo",
}  # fmt: skip
NO_SENTENCES = {"column", "err", "file", "nl", "row", "sheet"}
WORD = re.compile(r"[A-Za-z]{3,}")
# What has no Chinese: by its text, with the reason.
THE_SAME = {
    'pip install "xtanalysis[explore]"': "a command",
    "pip install 'xtanalysis[word]'": "a command",
    "YYYY-MM-DD": "a form",
    "tcp://host:port": "a form",
    "(draws, years[, sectors])": "a form",
    "targets[{}].value": "a place in a file",
    "targets[{}].{}": "a place in a file",
    "assumptions[{}].{}": "a place in a file",
    "{}/corrections.csv": "a file",
    "SHA-256 {}": "a hash",
    ", relation: at_most": "a key and its word in a file",
    "Facts": "a class",
    "JSON": "a format",
    "Python": "a language",
}
# Words of the code that stand as arguments by place: columns and the like.
KEYS = re.compile(r"[a-z_]+")


def name_of(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def english(node: ast.expr, known: dict[str, list[ast.expr]]) -> Iterator[tuple[int, str]]:
    """Sentences in an argument that no catalogue holds; a name stands for what its function puts into it."""
    match node:
        case ast.Constant(value=str(text)) if WORD.search(text):
            yield node.lineno, text
        case ast.JoinedStr(values=parts):
            text = "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in parts)
            if WORD.search(text):
                yield node.lineno, text
        case ast.IfExp(body=one, orelse=other) | ast.BinOp(left=one, op=ast.Add(), right=other):
            yield from english(one, known)
            yield from english(other, known)
        case ast.BoolOp(values=values):
            for value in values:
                yield from english(value, known)
        case ast.Name(id=name):
            for value in known.get(name, ()):
                yield from english(value, {})


def put_in(function: ast.AST) -> dict[str, list[ast.expr]]:
    """What names of a function stand for, where one value or several in a row are put into them."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(function):
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            pairs = (
                zip(target.elts, node.value.elts, strict=False)
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
                else [(target, node.value)]
            )
            for name, value in pairs:
                if isinstance(name, ast.Name):
                    found.setdefault(name.id, []).append(value)
    return found


def untold(tree: ast.AST) -> list[tuple[int, str]]:
    """Line and text of what is told in English alone."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    inside = {id(call): function for function in functions for call in ast.walk(function)}  # the innermost comes last
    found = []
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and name_of(call.func) in TELLS:
            known = put_in(inside[id(call)]) if id(call) in inside else {}
            given = [*call.args, *(k.value for k in call.keywords if k.arg not in NO_SENTENCES)]
            found += [said for argument in given for said in english(argument, known)]
    return [(line, text) for line, text in found if text not in THE_SAME and not KEYS.fullmatch(text)]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_what_is_told_has_its_chinese(path: Path) -> None:
    assert not untold(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("code", "seen"),
    [
        ("raise BadInput('no such thing')", True),
        ("raise BadInput(message('no such thing'))", False),
        ("Problem(what, found=f'{n} of them')", True),
        ("Problem(what, found=f'{n}', column='no such thing')", False),
        ("Problem(what, expected='a thing' if x else y)", True),
        ("def f():\n what, fix = message('no such thing'), 'Take another'\n raise Problem(what, fix=fix)", True),
        ("def f():\n fix = message('Take another')\n raise Problem(what, fix=fix)", False),
        ("click.echo('all is done')", True),
        ("click.echo(f'{path}: {said}')", False),
        ("warnings.warn(NotYetKnown(f'{x} is not known'))", True),
        ("Problem(what, 'region')", False),
    ],
)
def test_it_is_seen(code: str, seen: bool) -> None:
    assert bool(untold(ast.parse(code))) is seen


def test_no_reason_is_left_over() -> None:
    told = {text for path in MODULES for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Constant | ast.JoinedStr) for _, text in english(node, {})}  # fmt: skip
    assert not set(THE_SAME) - told
