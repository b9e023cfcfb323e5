"""``xtanalysis init REGION``: a folder in which a region's plan, figures and reports live."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from xtanalysis.cli import told_language
from xtanalysis.cli.names import region_names
from xtanalysis.data.dictionary import Region
from xtanalysis.data.dictionary import region as find_region
from xtanalysis.data.writing import whole_folder
from xtanalysis.errors import BadInput, Problem
from xtanalysis.statements.days import today
from xtanalysis.statements.setup import workspace_files
from xtanalysis.text import in_language, message

__all__ = ["command"]

NEXT = message(
    "{out}: workspace of {region}. Fill in facts/填报.xlsx and plan.yaml, then go there and run:\n"
    "xtanalysis check facts && xtanalysis report"
)


@click.command("init")
@click.argument("region", shell_complete=region_names)
@click.option("--out", type=click.Path(path_type=Path), show_default="the region's name", help="Folder to make.")
@click.option("--lang", type=click.Choice(["zh", "en"]), show_default="LANG", help="Language of what is said.")
def command(region: str, out: Path | None, lang: str | None) -> None:
    """Make a workspace for REGION (any name of a prefecture-level city or province, or its code).

    It holds xtanalysis.toml, a plan with the core targets as blanks, a workbook for figures, overlays of the reference
    tables, a scenario and the notebooks. Commands run in it need no options.
    """
    place = _place(region)
    folder = (out or Path(place.id)).expanduser()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadInput(Problem(message("the folder is not empty"), str(folder), expected=message("a new name")))
    files = workspace_files(place, today())
    with whole_folder(folder) as draft:
        for name, content in files.items():
            (draft / name).parent.mkdir(parents=True, exist_ok=True)
            (draft / name).write_bytes(content)
    click.echo(in_language(NEXT, told_language(lang)).format(out=folder, region=place.id))


def _place(name: str) -> Region:
    try:
        return find_region(name)
    except BadInput as error:
        fix = message("A county, a district or a park is a row of reference/regions.csv in the workspace of its city")
        raise BadInput(replace(problem, fix=fix) for problem in error.problems) from None
