"""``xtanalysis list``: the regions, scenarios, indicators and plans that other commands take by name."""

from __future__ import annotations

import json
from collections.abc import Callable

import click

from xtanalysis.cli import workspace_here
from xtanalysis.data.dictionary import indicators, regions, units
from xtanalysis.data.paths import plans_dir, scenarios_dir
from xtanalysis.statements.plans import load_plan
from xtanalysis.statements.scenarios import load_scenario
from xtanalysis.text import Language

__all__ = ["command"]

Rows = list[dict[str, str]]
WIDTH = 140
HEADS = {
    "id": ("编号", "id"), "code": ("代码", "code"), "name": ("名称", "name"), "parent": ("上级", "within"),
    "kind": ("类别", "kind"), "unit": ("单位", "unit"), "role": ("作用", "role"), "reason": ("理由", "reason"),
    "region": ("地区", "region"), "number": ("文号", "number"), "targets": ("目标数", "targets"),
}  # fmt: skip
KINDS_ZH = {
    "country": "国家", "province": "省级", "city": "地级", "county": "县级", "park": "园区", "group": "合计",
    "state": "模型变量", "derived": "由恒等式推出", "evidence": "公布的佐证", "monitored": "规划计数",
}  # fmt: skip


def _kind(word: str, lang: Language) -> str:
    return KINDS_ZH.get(word, word) if lang == "zh" else word


def _regions(lang: Language) -> Rows:
    return [
        {"id": r.id, "code": r.code, "name": r.en, "parent": r.parent or "", "kind": _kind(r.kind, lang)}
        for r in regions().values()
    ]


def _scenarios(lang: Language) -> Rows:
    files = sorted(scenarios_dir().glob("*.yaml"))
    workspace = workspace_here()
    own = [] if workspace is None else workspace.files(workspace.scenarios)
    made = [(path.stem, load_scenario(path)) for path in files] + [(str(path), load_scenario(path)) for path in own]
    zh = lang == "zh"
    return [
        {"id": name, "name": s.zh if zh else s.en, "reason": s.reason_zh if zh else s.reason_en} for name, s in made
    ]


def _indicators(lang: Language) -> Rows:
    zh = lang == "zh"
    return [
        {"id": i.id, "name": i.zh if zh else i.en, "unit": units()[i.unit].zh if zh else units()[i.unit].en,
         "role": _kind(i.role, lang)}
        for i in indicators().values()
    ]  # fmt: skip


def _plans(lang: Language) -> Rows:
    names = [path.stem for path in sorted(plans_dir().glob("*.yaml"))]
    workspace = workspace_here()
    names += [own] if workspace is not None and (own := workspace.plan_path()) and own not in names else []
    plans = [(name, load_plan(name)) for name in names]
    return [
        {"id": name, "region": p.region, "name": p.zh if lang == "zh" else p.en, "number": p.number,
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
        table.add_column(HEADS[name][0 if lang == "zh" else 1], overflow="fold", no_wrap=name == "id")
    for row in rows:
        table.add_row(*row.values())
    wide_console(WIDTH).print(table)
