from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from xtanalysis.data.paths import scenarios_dir
from xtanalysis.errors import BadInput
from xtanalysis.statements.facts import load_facts
from xtanalysis.statements.plans import load_plan
from xtanalysis.statements.scenarios import load_scenario, origin_year, refuse_published
from xtanalysis.statements.validate import faults

EX_ANTE = dt.date(2021, 5, 6)
NOW = dt.date(2026, 11, 23)
NAMES = ["baseline", "plan", "downturn", "green-upgrade"]
FACTS = load_facts()


def test_the_four_scenarios_are_shipped() -> None:
    assert {p.stem for p in scenarios_dir().glob("*.yaml")} >= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("as_of", "to"), [(EX_ANTE, 2025), (EX_ANTE, 2030), (NOW, 2030)])
def test_a_shipped_scenario_works_for_any_information_set(name: str, as_of: dt.date, to: int) -> None:
    scenario = load_scenario(name, as_of=as_of, to=to)
    assert scenario.zh
    assert scenario.en
    assert (scenario.update, scenario.counterfactual) == ("none", False)
    for statement in scenario.assumptions:
        assert faults(statement) == []
        assert origin_year(as_of) < statement.period.year <= to
        assert scenario.reasons[statement.id].zh
        assert scenario.reasons[statement.id].en
        assert scenario.reasons[statement.id].source
    refuse_published(scenario, FACTS, as_of)


def test_baseline_assumes_nothing() -> None:
    assert load_scenario("baseline").assumptions == ()


def test_the_plan_scenario_is_the_plans_own_path() -> None:
    plan = load_plan("xiangtan-2021-12")
    scenario = load_scenario("plan", as_of=EX_ANTE, to=2025)
    growth = [s.value for s in scenario.assumptions if s.indicator == "value_added_real"]
    assert growth == [plan.target("value_added_growth").value] * 5
    intensity = 1.0
    for s in scenario.assumptions:
        if s.indicator == "energy_intensity":
            intensity *= 1 + s.value / 100
    assert 100 * (intensity - 1) == pytest.approx(plan.target("energy_intensity").value, abs=1e-8)


def test_the_slump_has_the_size_of_the_deepest_one_published_for_the_province() -> None:
    scenario = load_scenario("downturn", as_of=EX_ANTE, to=2025)
    assert [(s.indicator, s.period.year) for s in scenario.assumptions] == [
        ("industrial_investment", 2021),
        ("industrial_investment", 2022),
    ]
    changes = [
        f for f in FACTS if f.region == "湖南省" and f.indicator == "industrial_investment" and "growth" in f.measure
    ]
    deepest = min(changes, key=lambda f: f.value)
    assert {s.value for s in scenario.assumptions} == {deepest.value}
    assert {r.source for r in scenario.reasons.values()} == {deepest.id}
    assert deepest.known_on(EX_ANTE)


def test_the_green_scenario_is_above_what_was_published_and_at_the_nations_pace() -> None:
    scenario = load_scenario("green-upgrade", as_of=EX_ANTE, to=2025)
    by_id = {f.id: f for f in FACTS}
    for s in scenario.assumptions:
        fact = by_id[scenario.reasons[s.id].source or ""]
        if s.indicator == "tech_upgrade_share":
            assert s.value > max(f.value for f in FACTS if f.indicator == "tech_upgrade_share")
        else:
            assert 100 * ((1 + s.value / 100) ** 5 - 1) == pytest.approx(fact.value, abs=1e-8)
            assert s.value < 100 * (0.88**0.2 - 1)


def test_an_assumption_about_a_published_year_is_refused_naming_the_fact() -> None:
    scenario = load_scenario("plan", as_of=EX_ANTE, to=2025)
    with pytest.raises(BadInput) as caught:
        refuse_published(scenario, FACTS, dt.date(2023, 6, 1))
    text = str(caught.value)
    assert "value_added_real growth of 2021 is assumed, but it has been published" in text
    assert "9.6 %, published 2022-03-25 (xiangtan.value_added_real.growth.2021" in text
    assert "energy_intensity growth of 2021 is assumed, but that year is over" in text
    assert "of 2023 is assumed" not in text


def test_a_counterfactual_may_speak_against_what_happened() -> None:
    scenario = replace(load_scenario("plan", as_of=EX_ANTE, to=2025), counterfactual=True)
    refuse_published(scenario, FACTS, dt.date(2023, 6, 1))


def test_what_is_not_yet_published_may_be_assumed() -> None:
    scenario = load_scenario("plan", as_of=dt.date(2022, 1, 10), to=2025)
    assert {s.period.year for s in scenario.assumptions} == {2022, 2023, 2024, 2025}
    refuse_published(scenario, FACTS, dt.date(2022, 1, 10))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("year", range(2021, 2026))
def test_a_shipped_scenario_can_be_replayed_from_each_years_end(name: str, year: int) -> None:
    day = dt.date(year, 12, 31)
    refuse_published(load_scenario(name, as_of=day, to=2030), FACTS, day)


def test_an_average_that_ends_in_the_year_does_not_publish_its_growth() -> None:
    day = dt.date(2021, 12, 31)  # a day after the mayor gave the average of 2017 to 2021
    averages = [f for f in FACTS if f.indicator == "value_added_real" and f.measure == "average_growth"]
    assert any(f.known_on(day) and f.period.year == 2021 and f.region == "湘潭市" for f in averages)
    scenario = load_scenario("plan", as_of=day, to=2025)
    refuse_published(scenario, FACTS, day)
    again = replace(scenario.assumptions[0], measure="average_growth", base_period=averages[0].period.parse("2016"))
    with pytest.raises(BadInput, match="average_growth of 2021 is assumed, but it has been published"):
        refuse_published(replace(scenario, assumptions=(again,)), FACTS, day)


def test_a_plan_for_the_year_does_not_forbid_assuming_it() -> None:
    scenario = load_scenario("plan", as_of=dt.date(2025, 3, 1), to=2025)
    refuse_published(scenario, FACTS, dt.date(2025, 3, 1))  # the work report's target of 8 for 2025 is no outcome


def test_another_region_can_be_named() -> None:
    scenario = load_scenario("plan", region="株洲市", as_of=EX_ANTE, to=2025)
    assert {s.region for s in scenario.assumptions} == {"株洲市"}


SMALL = """
id: mine
title: {zh: 我的, en: Mine}
reason: {zh: 试, en: Trial}
assumptions:
  - {indicator: 工业投资, measure: growth, period: origin+1, value: 5, unit: "%", reason: {zh: 因, en: Why}}
"""


def scenario_file(folder: Path, text: str) -> Path:
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("years", "expected"),
    [
        ("period: 2023", ["2023"]),
        ("period: origin+2", ["2022"]),
        ("period: to", ["2025"]),
        ("each: 2022/to", ["2022", "2023", "2024", "2025"]),
        ("each: origin+1/origin+2", ["2021", "2022"]),
        ("period: origin+9", []),
        ("period: to - 1", ["2024"]),
    ],
)
def test_years_absolute_and_relative(tmp_path: Path, years: str, expected: list[str]) -> None:
    path = scenario_file(tmp_path, SMALL.replace("period: origin+1", years))
    scenario = load_scenario(path, as_of=EX_ANTE, to=2025)
    assert [str(s.period) for s in scenario.assumptions] == expected
    assert set(scenario.reasons) == {s.id for s in scenario.assumptions}


@pytest.mark.parametrize(
    ("old", "new", "where", "what"),
    [
        ("工业投资", "工业投入", "assumptions[0].indicator", "unknown indicator"),
        ("measure: growth", "measure: speed", "assumptions[0].measure", "unknown word"),
        ("period: origin+1", "period: soon", "assumptions[0].period", "not a year"),
        ("period: origin+1, ", "", "assumptions[0].period", "either period or each"),
        ("value: 5", "value: five", "assumptions[0].value", "not a number"),
        ("value: 5, ", "", "assumptions[0].value", "missing"),
        ('unit: "%"', "unit: 亿元", "assumptions[0].unit", "cannot be in"),
        (", reason: {zh: 因, en: Why}", "", "assumptions[0].reason", "mapping"),
        ("value: 5", "value: 5, why: x", "assumptions[0].why", "unknown key"),
        ("value: 5", "value: 5, condition: firm", "assumptions[0].condition", "unknown word"),
        ("id: mine", "id: mine\nupdate: some", "update", "unknown word"),
        ("id: mine", "id: mine\ncounterfactual: maybe", "counterfactual", "not true or false"),
        ("assumptions:", "assumption:", "assumptions", "list of mappings"),
    ],
)
def test_a_bad_scenario_names_file_and_key(tmp_path: Path, old: str, new: str, where: str, what: str) -> None:
    assert old in SMALL
    with pytest.raises(BadInput) as caught:
        load_scenario(scenario_file(tmp_path, SMALL.replace(old, new)), as_of=EX_ANTE)
    assert [p for p in caught.value.problems if p.file == "mine.yaml" and p.column == where and what in p.what], str(
        caught.value
    )


def test_an_unknown_scenario_lists_the_shipped_ones() -> None:
    with pytest.raises(BadInput, match=r"no such scenario; found 'boom'; expected baseline, .*plan"):
        load_scenario("boom")
