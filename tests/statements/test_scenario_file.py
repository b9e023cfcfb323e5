"""A scenario written as a file reads as it: every shipped one, and assumptions typed in Python."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.plans import load_plan
from xtanalysis.statements.scenario_file import scenario_text
from xtanalysis.statements.scenarios import Elasticity, Reason, Scenario, load_scenario, read_as, shipped_scenarios
from xtanalysis.study.assumption import Assumption, scenario_of

DAY, TO = dt.date(2021, 5, 6), 2025


def again(scenario: Scenario, folder: Path) -> Scenario:
    path = folder / "again.yaml"
    path.write_text(scenario_text(scenario), encoding="utf-8")
    return load_scenario(path, region="湘潭市", as_of=DAY, to=TO, plan=load_plan())


def without_ids(scenario: Scenario) -> tuple[Statement, ...]:
    return tuple(replace(s, id="") for s in scenario.assumptions)


@pytest.mark.parametrize("name", shipped_scenarios())
@pytest.mark.parametrize("reading", [None, "observation", "intervention"])
def test_a_shipped_scenario_reads_as_it_was(name: str, reading: None, tmp_path: Path) -> None:
    made = read_as(load_scenario(name, region="湘潭市", as_of=DAY, to=TO), reading)
    found = again(made, tmp_path)
    assert without_ids(found) == without_ids(made)
    assert [found.reasons[s.id] for s in found.assumptions] == [made.reasons[s.id] for s in made.assumptions]
    assert (found.id, found.zh, found.en, found.update, found.counterfactual) == (
        made.id, made.zh, made.en, made.update, made.counterfactual,
    )  # fmt: skip


def test_typed_assumptions_read_as_they_were(tmp_path: Path) -> None:
    typed = [
        Assumption("工业投资", growth=3, years="2022-2025", because="订单回落"),
        Assumption("energy_intensity", growth=-2.5, years=2023, relation="at_most"),
        Assumption("技改投资占工业投资比重", share=40, years="2024"),
        Assumption("GDP", level=2500, years=2025, unit="亿元", relation="at_least", because="规划"),
    ]
    made = scenario_of(typed, region="湘潭市", as_of=DAY, to=TO, plan=load_plan())
    made = replace(made, elasticity=Elasticity(-0.2, Reason("本地测算", "own estimate", None)))
    found = again(made, tmp_path)
    # A file says how each row is read; typed ones leave it open, which means seen to happen.
    assert without_ids(found) == without_ids(read_as(made, "observation"))
    assert found.elasticity == made.elasticity
    assert [found.reasons[s.id].zh for s in found.assumptions][:1] == ["订单回落"]
