"""``xtanalysis schema``: what an editor completes and checks a plan, scenario, sweep or workspace file from."""

from __future__ import annotations

import json
from pathlib import Path

import click

from xtanalysis.data.file_schema import FILES, schema_of
from xtanalysis.data.writing import write_file

__all__ = ["command"]


@click.command("schema")
@click.argument("file", type=click.Choice(FILES))
@click.option("--out", type=click.Path(path_type=Path), show_default="printed", help="File to write.")
def command(file: str, out: Path | None) -> None:
    """Write the JSON schema of a FILE that you write yourself: its keys, each explained in both languages.

    An editor that is told of it completes the keys and marks what is wrong while you type.
    """
    text = json.dumps(schema_of(file), ensure_ascii=False, indent=1) + "\n"
    if out is None:
        click.echo(text, nl=False)
        return
    write_file(out, text.encode())
    click.echo(out)
