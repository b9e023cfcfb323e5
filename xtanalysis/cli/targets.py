"""`xtanalysis targets`: the plan's targets, as a table or JSON."""

from __future__ import annotations

import json
from typing import Any

import click

from xtanalysis.data.dictionary import units
from xtanalysis.statements.plans import Plan, Target, load_plan

__all__ = ["command"]

SIGNS = {"at_least": "≥", "at_most": "≤", "above": ">", "about": "≈", "equals": "=", "between": "="}


@click.command("targets")
@click.option(
    "--plan", "plan_name", default="xiangtan-2021-12", show_default=True, help="Shipped plan, or a YAML file."
)
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Language of the table.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with every field and reading.")
def command(plan_name: str, lang: str, as_json: bool) -> None:
    """Print the plan's targets: what, how much, by when, who leads, and who publishes the figure."""
    plan = load_plan(plan_name)
    if as_json:
        click.echo(json.dumps(_as_json(plan), ensure_ascii=False, indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    zh = lang == "zh"
    table = Table(title=f"{plan.number} {plan.zh if zh else plan.en}", title_justify="left")
    for name in ("编号", "目标", "数值", "期限", "牵头", "数据来源") if zh else (
        "id", "target", "value", "deadline", "lead", "data owner",
    ):  # fmt: skip
        table.add_column(name, overflow="fold", no_wrap=name in ("编号", "id"))
    for t in plan.targets:
        table.add_row(
            t.id, t.zh if zh else t.en, _amount(t, zh=zh), str(t.deadline), t.lead or _not_named(zh=zh), t.data_owner
        )
    Console().print(table)


def _amount(target: Target, *, zh: bool) -> str:
    if target.value is None:
        return target.note_zh if zh else target.note_en
    unit = units()[target.unit].zh if zh else units()[target.unit].en
    if unit[0].isdigit():  # 100 million yuan
        unit = f"× {unit}"
    high = "" if target.value_high is None else f"–{target.value_high:g}"
    return f"{SIGNS[target.relation]} {target.value:g}{high} {unit}"


def _not_named(*, zh: bool) -> str:
    return "文件未明确" if zh else "not named"


def _as_json(plan: Plan) -> dict[str, Any]:
    return {
        "plan": plan.id, "region": plan.region, "zh": plan.zh, "en": plan.en, "number": plan.number,
        "issuer": plan.issuer, "date": plan.date.isoformat(), "source": plan.source,
        "chains": [{"zh": c.zh, "en": c.en} for c in plan.chains],
        "targets": [_target_json(t) for t in plan.targets],
    }  # fmt: skip


def _target_json(t: Target) -> dict[str, Any]:
    inferred = t.lead_inferred
    return {
        "id": t.id, "section": t.section, "zh": t.zh, "en": t.en, "indicator": t.indicator, "kind": t.kind,
        "measure": t.measure, "relation": t.relation, "value": t.value, "value_high": t.value_high, "unit": t.unit,
        "base_period": None if t.base_period is None else str(t.base_period), "deadline": str(t.deadline),
        "frequency": t.frequency, "reference": t.reference, "calibre": t.calibre, "lead": t.lead,
        "lead_inferred": None if inferred is None else {"body": inferred.body, "zh": inferred.zh, "en": inferred.en},
        "others": list(t.others), "data_owner": t.data_owner, "unresolved": t.unresolved or None,
        "missing": {"zh": t.missing_zh, "en": t.missing_en}, "note": {"zh": t.note_zh, "en": t.note_en},
        "readings": [
            {"id": r.id, "zh": r.zh, "en": r.en, "default": r.default.id,
             "options": [{"id": o.id, "zh": o.zh, "en": o.en} for o in r.options]}
            for r in t.readings
        ],
    }  # fmt: skip
