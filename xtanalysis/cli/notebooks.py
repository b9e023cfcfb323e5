"""``xtanalysis notebooks``: copies of the shipped notebooks, to work in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from xtanalysis.data.paths import notebooks_dir
from xtanalysis.data.writing import write_file
from xtanalysis.errors import BadInput, Problem, both
from xtanalysis.statements.setup import notebook_file

__all__ = ["command", "in_language"]


@click.command("notebooks")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write.")
@click.option("--only", multiple=True, show_default="all", help="Those whose names begin so, such as 00 or 80.")
@click.option("--lang", type=click.Choice(["zh", "en"]), show_default="both", help="Prose in one language only.")
@click.option("--force", is_flag=True, help="Write over notebooks of the same names.")
def command(out: Path, only: tuple[str, ...], lang: str | None, force: bool) -> None:
    """Copy the notebooks to a folder of your own; an upgrade of the package leaves the copies alone."""
    every = sorted(notebooks_dir().glob("*.ipynb"))
    chosen = [path for path in every if not only or path.name.startswith(only)]
    problems = [
        Problem(both("no such notebook", "没有这个笔记本"), column="--only", found=start,
                expected=", ".join(path.stem for path in every))
        for start in only
        if not any(path.name.startswith(start) for path in every)
    ]  # fmt: skip
    fix = both("Give another folder, or --force to write over it", "请换一个文件夹，或用--force覆盖")
    problems += [
        Problem(both("there already", "已存在"), str(out / path.name), fix=fix)
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
        out.expanduser().mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = both("the folder cannot be made", "无法新建文件夹")
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
