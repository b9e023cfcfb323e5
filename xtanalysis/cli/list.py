"""``xtanalysis list``: the regions, scenarios, indicators and plans that other commands take by name."""

from __future__ import annotations

import json
from collections.abc import Callable

import click

from xtanalysis.cli import workspace_here
from xtanalysis.data.dictionary import indicators, regions, units
from xtanalysis.data.paths import plans_dir, scenarios_dir
from xtanalysis.statements.plans import load_plan
from xtanalysis.statements.scenarios import scenario_words
from xtanalysis.text import Language, in_language, name_in, pmessage

__all__ = ["command"]

Rows = list[dict[str, str]]
WIDTH = 140
HEADS = {
    "id": pmessage("head", "id"),
    "code": pmessage("head", "code"),
    "name": pmessage("head", "name"),
    "parent": pmessage("head", "within"),
    "kind": pmessage("head", "kind"),
    "unit": pmessage("head", "unit"),
    "role": pmessage("head", "role"),
    "reason": pmessage("head", "reason"),
    "region": pmessage("head", "region"),
    "number": pmessage("head", "number"),
    "targets": pmessage("head", "targets"),
}
_KINDS = {
    "country": pmessage("kind", "country"),
    "province": pmessage("kind", "province"),
    "city": pmessage("kind", "city"),
    "county": pmessage("kind", "county"),
    "park": pmessage("kind", "park"),
    "group": pmessage("kind", "group"),
    "state": pmessage("kind", "state"),
    "derived": pmessage("kind", "derived"),
    "evidence": pmessage("kind", "evidence"),
    "monitored": pmessage("kind", "monitored"),
}


def _kind(word: str, lang: Language) -> str:
    return in_language(_KINDS.get(word, word), lang)


def _regions(lang: Language) -> Rows:
    return [
        {"id": r.id, "code": r.code, "name": r.en, "parent": r.parent or "", "kind": _kind(r.kind, lang)}
        for r in regions().values()
    ]


def _scenarios(lang: Language) -> Rows:
    files = sorted(scenarios_dir().glob("*.yaml"))
    workspace = workspace_here()
    own = [] if workspace is None else workspace.files(workspace.scenarios)
    made = [(path.stem, scenario_words(path)) for path in files] + [(str(path), scenario_words(path)) for path in own]
    which = 0 if lang == "zh" else 1
    return [{"id": name, "name": title[which], "reason": reason[which]} for name, (title, reason) in made]


def _indicators(lang: Language) -> Rows:
    return [
        {"id": i.id, "name": name_in(i, lang), "unit": name_in(units()[i.unit], lang),
         "role": _kind(i.role, lang)}
        for i in indicators().values()
    ]  # fmt: skip


def _plans(lang: Language) -> Rows:
    names = [path.stem for path in sorted(plans_dir().glob("*.yaml"))]
    workspace = workspace_here()
    names += [own] if workspace is not None and (own := workspace.plan_path()) and own not in names else []
    plans = [(name, load_plan(name)) for name in names]
    return [
        {"id": name, "region": p.region, "name": name_in(p, lang), "number": p.number,
         "targets": str(len(p.targets))}
        for name, p in plans
    ]  # fmt: skip


KINDS: dict[str, Callable[[Language], Rows]] = {
    "regions": _regions, "scenarios": _scenarios, "indicators": _indicators, "plans": _plans,
}  # fmt: skip


@click.command("list")
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Language of the table.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(kind: str, lang: Language, as_json: bool) -> None:
    """List what other commands take by name, a workspace's own entries among them."""
    rows = KINDS[kind](lang)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    from xtanalysis.cli.console import wide_console

    table = Table(box=SIMPLE_HEAD)
    for name in rows[0]:
        table.add_column(HEADS[name].told(lang), overflow="fold", no_wrap=name == "id")
    for row in rows:
        table.add_row(*row.values())
    wide_console(WIDTH).print(table)
