"""A scenario as the YAML file that reads as it: for assumptions typed in Python that pages are to be made of."""

from __future__ import annotations

from typing import Any

import yaml

from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.scenarios import Reason, Scenario

__all__ = ["scenario_text"]

PLAIN = ("region", "indicator", "measure", "relation", "value", "value_high", "unit", "condition", "sd", "versus")


def scenario_text(scenario: Scenario) -> str:
    """A scenario's file; read for the same region and day it has the same assumptions, with ids of the file.

    Years are written as years, so that the file means the same on another day. A title stands in for a reason that
    nobody gave, since a file needs one.
    """
    top: dict[str, Any] = {
        "id": scenario.id,
        "title": {"zh": scenario.zh, "en": scenario.en},
        "reason": {"zh": scenario.reason_zh or scenario.zh, "en": scenario.reason_en or scenario.en},
        "update": scenario.update,
        "counterfactual": scenario.counterfactual,
        "assumptions": [_row(s, scenario) for s in scenario.assumptions],
    }
    if scenario.source:
        top["source"] = scenario.source
    if scenario.elasticity is not None:
        why = _reason(scenario.elasticity.reason, scenario)
        top["upgrading_elasticity"] = {"value": scenario.elasticity.value, **why}
    return str(yaml.safe_dump(top, allow_unicode=True, sort_keys=False, width=1000))


def _row(s: Statement, scenario: Scenario) -> dict[str, Any]:
    given = {name: getattr(s, name) for name in (*PLAIN, "reading")}
    row = {name: value for name, value in given.items() if value is not None}
    row["period"] = _years(s)
    if s.base_period is not None:
        row["base_period"] = str(s.base_period.year)
    if not s.calibre_blank and s.calibre != "unknown":
        row["calibre"] = s.calibre
    return row | _reason(scenario.reasons.get(s.id, Reason("", "", None)), scenario)


def _years(s: Statement) -> str:
    first, last = s.period.first_year, s.period.year
    return str(last) if first == last else f"{first}/{last}"


def _reason(why: Reason, scenario: Scenario) -> dict[str, Any]:
    zh, en = why.zh or scenario.reason_zh or scenario.zh, why.en or scenario.reason_en or scenario.en
    return {"reason": {"zh": zh, "en": en}, **({"source": why.source} if why.source else {})}
