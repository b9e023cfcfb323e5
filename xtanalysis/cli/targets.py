"""`xtanalysis targets`: the plan's targets, as a table or JSON."""

from __future__ import annotations

import json
from typing import Any

import click

from xtanalysis.cli.options import plan_option
from xtanalysis.cli.questions import tell
from xtanalysis.statements.file_questions import plan_questions
from xtanalysis.statements.plans import Plan, Target, load_plan
from xtanalysis.text import Language, each_in, message, name_in, say

__all__ = ["command"]

WIDTH = 140
HEADERS = (
    message("target"),
    message("asks for"),
    message("lead"),
    message("data owner"),
    message("id"),
)


@click.command("targets")
@plan_option
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Language of the table.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with every field and reading.")
def command(plan: str, lang: Language, as_json: bool) -> None:
    """Print the plan's targets: what, how much, by when, who leads, and who publishes the figure."""
    loaded = load_plan(plan)
    tell(plan_questions(loaded), lang)
    if as_json:
        click.echo(json.dumps(_as_json(loaded), ensure_ascii=False, indent=2))
        return
    _print_table(loaded, lang)


def _print_table(plan: Plan, lang: Language) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    from xtanalysis.cli.console import wide_console
    from xtanalysis.targets.words import asks, body_name

    table = Table(title=f"{plan.number} {name_in(plan, lang)}", title_justify="left", box=SIMPLE_HEAD)
    for name in each_in(HEADERS, lang):
        table.add_column(name, overflow="fold")
    for t in plan.targets:
        lead = t.lead or say(lang, "not named")
        table.add_row(name_in(t, lang), asks(t.read(), lang), lead, body_name(t.data_owner, lang), t.id)
    wide_console(WIDTH).print(table)


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
        "id": t.id, "section": t.section, "zh": t.zh, "en": t.en, "indicator": t.indicator,
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
