"""``xtanalysis notebooks``: copies of the shipped notebooks, to work in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from xtanalysis.data.paths import notebooks_dir
from xtanalysis.data.writing import write_file
from xtanalysis.errors import BadInput, Problem
from xtanalysis.statements.setup import notebook_file
from xtanalysis.text import message

__all__ = ["command", "in_language"]


@click.command("notebooks")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write.")
@click.option("--only", multiple=True, show_default="all", help="Those whose names begin so, such as 00 or 80.")
@click.option("--lang", type=click.Choice(["zh", "en"]), show_default="both", help="Prose in one language only.")
@click.option("--force", is_flag=True, help="Write over notebooks of the same names.")
def command(out: Path, only: tuple[str, ...], lang: str | None, force: bool) -> None:
    """Copy the notebooks to a folder of your own; an upgrade of the package leaves the copies alone."""
    out = out.expanduser()
    every = sorted(notebooks_dir().glob("*.ipynb"))
    chosen = [path for path in every if not only or path.name.startswith(only)]
    problems = [
        Problem(message("no such notebook"), column="--only", found=start,
                expected=", ".join(path.stem for path in every))
        for start in only
        if not any(path.name.startswith(start) for path in every)
    ]  # fmt: skip
    fix = message("Give another folder, or --force to write over it")
    problems += [
        Problem(message("there already"), str(out / path.name), fix=fix)
        for path in chosen
        if (out / path.name).exists() and not force
    ]
    if problems:
        raise BadInput(problems)
    _make_folder(out)
    for path in chosen:
        write_file(out / path.name, path.read_bytes() if lang is None else _in_language(path, lang))
        click.echo(out / path.name)


def _make_folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = message("the folder cannot be made")
        raise BadInput(Problem(why, str(out), found=str(error))) from error


def in_language(cells: Sequence[Any], lang: str) -> list[Any]:
    """The cells without the prose of other languages."""
    tagged = ((cell, {t for t in cell["metadata"].get("tags", ()) if t.startswith("lang-")}) for cell in cells)
    return [cell for cell, tags in tagged if not tags or f"lang-{lang}" in tags]


def _in_language(path: Path, lang: str) -> bytes:
    """A notebook with its prose, and the default of its charts, in one language."""
    book = json.loads(path.read_text(encoding="utf-8"))
    book["cells"] = in_language(book["cells"], lang)
    return notebook_file(book, {"lang": f'"{lang}"'})
