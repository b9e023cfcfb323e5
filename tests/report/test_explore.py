"""Steps of the exploring page are the projections that the saved scenario gives, on common random numbers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from xtanalysis.answers.project import project
from xtanalysis.report.explore import Base, base_of, scenario_text, step, targets_table
from xtanalysis.report.sliders import Explorer
from xtanalysis.statements.scenarios import load_scenario
from xtanalysis.study.facts import load_facts
from xtanalysis.study.study import Study

ASKED = {"plan": "xiangtan-2021-12", "as_of": "2021-05-06", "to": 2025, "draws": 400, "seed": 8}


@pytest.fixture(scope="module")
def base() -> Base:
    return base_of(Study(load_facts("湘潭市", as_of="2021-05-06"), to=2025), 400, 8)


@pytest.mark.slow
def test_a_step_is_the_projection_of_the_saved_scenario(base: Base, tmp_path: Path) -> None:
    text = scenario_text(8.0, 65.0, 3.0)
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    whole = project("湘潭市", scenario=str(path), as_of=dt.date(2021, 5, 6), to=2025, draws=400, seed=8)
    mine = {(r.target, r.reading): (r.status, r.probability) for r in step(base, text).targets}
    theirs = {(r.target, r.reading): (r.status, r.probability) for r in whole.targets}
    assert mine
    assert mine == {key: theirs[key] for key in mine}


def test_assumptions_hold_and_others_are_free(base: Base) -> None:
    now, free = step(base, scenario_text(8.0, None, None)), step(base, scenario_text(None, None, None))
    low, middle, high = now.bands["industrial_investment"]
    grown = middle[2:] / middle[1:-1]
    assert grown == pytest.approx(1.08, abs=1e-9)
    assert np.ptp(free.bands["industrial_investment"][:, -1]) > np.ptp([low[-1], high[-1]])
    assert step(base, scenario_text(8.0, None, None)).bands["energy_intensity"] == pytest.approx(
        now.bands["energy_intensity"]
    )


def test_nothing_set_is_a_scenario_without_assumptions(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(scenario_text(None, None, None), encoding="utf-8")
    assert load_scenario(path).assumptions == ()


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_widgets(tmp_path: Path, lang: str) -> None:
    explorer = Explorer("湘潭市", lang=lang, out=str(tmp_path), **ASKED)  # type: ignore[arg-type]
    before = (explorer.chart.value, explorer.table.value)
    explorer.sliders["investment"].value = 10.0
    assert (explorer.chart.value, explorer.table.value) == before, "a slider left to the model changes nothing"
    explorer.free["investment"].value = False
    assert explorer.chart.value != before[0]
    assert 'role="img" aria-label="' in explorer.chart.value
    explorer.save.click()
    saved = load_scenario(tmp_path / "own-scenario.yaml", as_of=dt.date(2021, 5, 6))
    assert {s.value for s in saved.assumptions} == {10.0}
    assert "own-scenario.yaml" in explorer.said.value


def test_the_table_follows_the_reading(base: Base) -> None:
    now = step(base, scenario_text(None, None, None))
    readings = [r.reading for r in now.targets if r.target == "value_added_growth"]
    assert len(readings) > 1
    tables = {targets_table(base, now, {"value_added_growth": r}, "zh").to_html() for r in readings}
    assert len(tables) == len(readings)
