"""Shipped scenarios do what their names say, in the edition of the plan's day and in today's; both readings agree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from threadpoolctl import ThreadpoolController

from xtanalysis.answers import evidence_share, readings
from xtanalysis.answers.project import ScenarioDraws
from xtanalysis.answers.readings import TwoReadings, both_readings, both_ways, words_apart
from xtanalysis.errors import BadInput, Contradiction
from xtanalysis.statements.grammar import Reading
from xtanalysis.study.facts import load_facts
from xtanalysis.study.study import Study

EDITIONS = [(dt.date(2021, 5, 6), 2025), (dt.date(2026, 11, 27), 2030)]
# Scenario → indicators that its name says are lower than the baseline, and higher.
NAMES = {
    "downturn": (("industrial_investment", "value_added_real", "gdp_real"), ()),
    "green-upgrade": (("energy_intensity", "energy_use"), ("tech_upgrade_investment",)),
    "high-growth": ((), ("value_added_real", "gdp_real", "industrial_investment")),
}
DRAWS = 400


@cache
def study_of(as_of: dt.date, to: int) -> Study:
    return Study(load_facts("湘潭市", as_of=as_of), "xiangtan-2021-12", to)


@cache
def projected(scenario: str, as_of: dt.date, to: int, reading: Reading | None = None) -> ScenarioDraws:
    return study_of(as_of, to).project(scenario, draws=DRAWS, reading=reading).record


@pytest.mark.parametrize(("as_of", "to"), EDITIONS)
@pytest.mark.parametrize("scenario", NAMES)
def test_a_scenario_is_what_its_name_says_on_every_draw(scenario: str, as_of: dt.date, to: int) -> None:
    base, under = projected("baseline", as_of, to), projected(scenario, as_of, to)
    lower, higher = NAMES[scenario]
    for names, side in ((lower, -1), (higher, 1)):
        for name in names:
            for year in range(as_of.year + 2, to + 1):
                change = under.paths.at(name, year) - base.paths.at(name, year)
                assert (side * change > 0).all(), (name, year)
    assert under.warnings == base.warnings
    assert under.plausibility is not None
    assert under.plausibility[1] < 0.95


def test_the_plan_scenario_reproduces_the_plans_own_targets() -> None:
    under = projected("plan", *EDITIONS[0])
    growth = under.paths.at("value_added_real", 2025) / under.paths.at("value_added_real", 2020)
    assert growth == pytest.approx(1.05**5, rel=1e-9)
    intensity = under.paths.at("energy_intensity", 2025) / under.paths.at("energy_intensity", 2020)
    assert intensity == pytest.approx(0.88, rel=1e-9)
    for name in ("value_added_growth", "energy_intensity"):
        result = under.target(name)
        assert result.median == pytest.approx(under.plan.target(name).value, abs=1e-9)


def test_after_the_plan_its_scenario_is_the_baseline_and_says_so() -> None:
    base, under = projected("baseline", *EDITIONS[1]), projected("plan", *EDITIONS[1])
    np.testing.assert_array_equal(under.paths.values, base.paths.values)
    assert any("2025年为止" in note.told("zh") for note in under.notes)


def test_what_the_reading_decides_is_named() -> None:
    """Energy rises a little with the slump by correlation, and falls with output when it is brought about."""
    as_of, to = EDITIONS[0]
    base, slump = projected("baseline", as_of, to), projected("downturn", as_of, to)
    rows = {row.indicator: row for row in both_readings(both_ways(slump))}
    for name, row in rows.items():
        median = np.median(slump.paths.at(name, to) / base.paths.at(name, to))
        assert row.brought == pytest.approx(100 * (median - 1), abs=1e-9)
    assert rows["energy_use"].differ == (rows["energy_use"].observed > -0.05)
    assert not rows["industrial_investment"].differ
    assert both_readings(both_ways(base)) == ()
    assert not TwoReadings("x", 2025, -0.04, 0.04).differ
    assert TwoReadings("x", 2025, -0.04, 0.06).differ


def test_pages_hold_blas_to_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two for matrices of this size wait for each other: five times the processor time."""
    slump, seen = projected("downturn", *EDITIONS[0]), []

    def watched(real: Callable[..., Any]) -> Callable[..., Any]:
        def watching(*args: Any, **options: Any) -> Any:
            pools = ThreadpoolController().info()
            seen.append({pool["num_threads"] for pool in pools if pool["user_api"] == "blas"})
            return real(*args, **options)

        return watching

    monkeypatch.setattr(readings, "scenario_paths", watched(readings.scenario_paths))
    monkeypatch.setattr(evidence_share, "variances_given", watched(evidence_share.variances_given))
    with ThreadpoolController().limit(limits=2, user_api="blas"):
        both_ways(slump)
        evidence_share.evidence_shares(slump, 2024, 2020)
    assert seen == [{1}, {1}]


@pytest.mark.parametrize(("as_of", "to"), EDITIONS)
@pytest.mark.parametrize("scenario", NAMES)
def test_a_word_that_the_reading_decides_is_told(scenario: str, as_of: dt.date, to: int) -> None:
    """Every target whose word differs between the two projections, and no other."""
    seen, done = (projected(scenario, as_of, to, reading).targets for reading in ("observation", "intervention"))
    differ = {(a.target, a.reading): (a.verdict, b.verdict) for a, b in zip(seen, done, strict=True)}
    differ = {key: words for key, words in differ.items() if words[0] != words[1]}
    facts, read = study_of(as_of, to).statements, projected(scenario, as_of, to)
    told = {
        (pair.target, pair.observed.reading): (pair.observed.verdict, pair.brought.verdict)
        for pair in words_apart(read, facts, both_ways(read))
    }
    assert told == differ
    assert words_apart(projected("baseline", as_of, to), facts, both_ways(projected("baseline", as_of, to))) == ()


@pytest.mark.parametrize("scenario", NAMES)
def test_both_readings_agree_on_what_is_assumed(scenario: str) -> None:
    as_of, to = EDITIONS[0]
    seen, done = (projected(scenario, as_of, to, reading) for reading in ("observation", "intervention"))
    for s in done.scenario.assumptions:
        growth = [
            p.paths.at(s.indicator, s.period.year) / p.paths.at(s.indicator, s.period.year - 1) for p in (seen, done)
        ]
        np.testing.assert_allclose(growth[0], growth[1], rtol=1e-9)
    assert seen.plausibility == done.plausibility


def test_a_fall_of_investment_costs_output_when_it_is_brought_about() -> None:
    """By correlation alone a slump hardly shows in output; through capital it does, on nearly every draw of 2023."""
    as_of, to = EDITIONS[0]
    base, slump = projected("baseline", as_of, to), projected("downturn", as_of, to, "intervention")
    for name in ("industrial_investment", "value_added_real"):
        assert (slump.paths.at(name, 2023) < base.paths.at(name, 2023)).mean() > 0.95


OWN = """
id: {id}
title: {{zh: {zh}}}
reason: 试
reading: intervention
assumptions:
  - indicator: 单位规模以上工业增加值能耗
    measure: growth
    each: origin+1/to
    value: {value}
    versus: baseline
    unit: percent
    reason: 试
"""


@pytest.mark.parametrize(("zh", "value", "flagged"), [("绿色转型", 1.0, 2), ("绿色转型", -1.0, 0), ("自设", 1.0, 0)])
def test_a_name_that_the_numbers_contradict_is_flagged(tmp_path: Path, zh: str, value: float, flagged: int) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(OWN.format(id="own", zh=zh, value=value), encoding="utf-8")
    under = study_of(*EDITIONS[0]).project(str(path), draws=DRAWS).record
    told = [text for text in under.warnings if "the name says" in text.lower()]
    assert len(told) == flagged
    assert len([note for note in under.notes if "名实不符" in note.told("zh")]) == flagged


def test_an_intervention_on_a_year_that_is_over_is_refused_even_as_a_counterfactual(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    text = OWN.format(id="own", zh="自设", value=1.0).replace("origin+1/to", "2019/2021")
    path.write_text(text + "counterfactual: true\n", encoding="utf-8")
    with pytest.raises(BadInput, match="an intervention acts after the last full year published"):
        study_of(*EDITIONS[0]).project(str(path), draws=DRAWS)


THREE = """
id: three
title: 三者
reason: 试
assumptions:
  - {{indicator: 单位规模以上工业增加值能耗, measure: growth, each: 2021/2025, value: -4, unit: "%", reason: 试}}
  - {{indicator: {word}, measure: growth, each: 2021/2025, value: 6, unit: "%", reason: 试}}
  - {{indicator: 规模以上工业综合能源消费量, measure: growth, each: 2021/2025, value: -3, unit: "%", reason: 试}}
"""


@pytest.mark.parametrize("reading", ["observation", "intervention"])
def test_output_energy_and_intensity_that_disagree_are_refused_or_told(tmp_path: Path, reading: Reading) -> None:
    """1.06 · 0.96 is not 0.97: at constant prices they exclude each other, at current prices they imply a deflator."""
    path = tmp_path / "three.yaml"
    path.write_text(THREE.format(word="规模以上工业增加值"), encoding="utf-8")
    with pytest.raises(Contradiction, match=r"log points apart"):
        study_of(*EDITIONS[0]).project(str(path), draws=DRAWS, reading=reading)
    path.write_text(THREE.format(word="名义规模以上工业增加值"), encoding="utf-8")
    under = study_of(*EDITIONS[0]).project(str(path), draws=DRAWS, reading=reading).record
    deflator = under.paths.of("value_added") / under.paths.of("value_added_real")
    first = int(under.paths.years[0])
    assert deflator[:, 2025 - first] / deflator[:, 2020 - first] == pytest.approx((1.06 * 0.96 / 0.97) ** 5, rel=1e-8)
    assert any("缩减指数" in note.told("zh") and "95%区间" in note.told("zh") for note in under.notes)
