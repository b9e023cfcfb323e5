from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from xtanalysis.data.paths import scenarios_dir
from xtanalysis.errors import BadInput
from xtanalysis.model.goals import not_held
from xtanalysis.statements.facts import load_facts
from xtanalysis.statements.file_questions import scenario_questions
from xtanalysis.statements.plans import load_plan
from xtanalysis.statements.read import parse_row
from xtanalysis.statements.scenarios import load_scenario, origin_year, refuse_published
from xtanalysis.statements.validate import faults

EX_ANTE = dt.date(2021, 5, 6)
NOW = dt.date(2026, 11, 23)
NAMES = ["baseline", "plan", "downturn", "green-upgrade", "high-growth"]
FACTS = load_facts()


def test_the_scenarios_are_shipped() -> None:
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
        assert statement.reading == "intervention"
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


def fact(name: str) -> float:
    return next(f.value for f in FACTS if f.id == name)


def test_the_sizes_of_the_scenarios_are_distances_between_published_figures() -> None:
    """Each is a difference of two figures, the one named as its source and another; in points, from the baseline."""
    news = "hn.rednet.cn-2015-12-22"
    nation = 100 * ((1 + fact("china.energy_intensity.cumulative_change.2020.tyjgjz.com-2022-07-04") / 100) ** 0.2 - 1)
    investment = fact(f"hunan.industrial_investment.year_to_date_growth.2015-01_2015-11.{news}")
    pairs = {
        ("downturn", "industrial_investment"): (None, investment),
        ("green-upgrade", "energy_intensity"): (nation, 100 * (0.88**0.2 - 1)),
        ("green-upgrade", "tech_upgrade_investment"): (None, investment),
        ("high-growth", "value_added_real"): (
            None, fact("hunan.value_added_real.average_growth.2020.scholarmate.com-2021-03-15"),
        ),
        ("high-growth", "industrial_investment"): (
            None, fact("obs-hn-fixed_asset_investment-2020-2021-01-25"),
        ),
    }  # fmt: skip
    for (name, indicator), (source, other) in pairs.items():
        scenario = load_scenario(name, as_of=EX_ANTE, to=2025)
        rows = [s for s in scenario.assumptions if s.indicator == indicator]
        assert rows
        assert {s.versus for s in rows} == {"baseline"}
        first = fact(scenario.reasons[rows[0].id].source or "") if source is None else source
        assert {round(s.value, 1) for s in rows} == {round(first - other, 1)}


@pytest.mark.parametrize(("as_of", "years"), [(EX_ANTE, range(2021, 2026)), (dt.date(2023, 2, 1), range(2023, 2026))])
def test_the_plan_is_followed_to_its_last_year_and_no_further(as_of: dt.date, years: range) -> None:
    scenario = load_scenario("plan", as_of=as_of, to=2030)
    assert sorted({s.period.year for s in scenario.assumptions}) == list(years)
    assert scenario.notes == ()
    over = load_scenario("plan", as_of=NOW, to=2030)
    assert over.assumptions == ()
    assert "2025" in over.notes[0]


PACE = """
id: mine
title: 我的
reason: {zh: 试}
assumptions:
  - {indicator: 规模工业增加值, measure: growth, each: 2021/2025, value: plan, reason: {en: Why}}
"""


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (
            "2021/2025",
            "2024/2027",
            "the plan does not speak of value_added_real in 2026; found '2026'; expected 2020–2025",
        ),
        ("2021/2025", "2020/2021", "the plan does not speak of value_added_real in 2020"),
        ("规模工业增加值", "地区生产总值", "the plan has no growth of gdp_real"),
        ("measure: growth", "measure: sum", "the plan has no sum of value_added"),
        ("value: plan", "value: plan, relation: at_least", "the plan's pace stands alone"),
        ("value: plan", "value: plan, versus: baseline", "the plan's pace stands alone"),
        ("value: plan", "value: 5, optional: true, unit: '%'", "only what the plan may leave open"),
        ("value: plan", "value: plan, region: 长沙市", "the plan is another region's"),
        ("2021/2025", "2025/2021", "the last year is before the first"),
    ],
)
def test_a_pace_that_the_plan_does_not_have_is_refused(tmp_path: Path, old: str, new: str, what: str) -> None:
    assert [s.value for s in load_scenario(scenario_file(tmp_path, PACE), as_of=EX_ANTE).assumptions] == [5.0] * 5
    with pytest.raises(BadInput) as caught:
        load_scenario(scenario_file(tmp_path, PACE.replace(old, new)), as_of=EX_ANTE, to=2030)
    assert what in str(caught.value)


def test_a_level_of_the_plan_is_for_its_deadline(tmp_path: Path) -> None:
    text = PACE.replace("规模工业增加值", "工业投资").replace(
        "measure: growth, each: 2021/2025", "measure: level, period: plan"
    )
    (row,) = load_scenario(scenario_file(tmp_path, text), as_of=EX_ANTE).assumptions
    assert (row.period.year, row.value, row.unit) == (2025, 1050.0, "100m_yuan")
    with pytest.raises(BadInput, match="does not speak of industrial_investment in 2024"):
        load_scenario(scenario_file(tmp_path, text.replace("period: plan", "period: 2024")), as_of=EX_ANTE)


def test_one_language_is_enough(tmp_path: Path) -> None:
    scenario = load_scenario(scenario_file(tmp_path, PACE), as_of=EX_ANTE)
    assert (scenario.zh, scenario.en, scenario.reason_en) == ("我的", "我的", "试")
    assert {(r.zh, r.en) for r in scenario.reasons.values()} == {("Why", "Why")}


@pytest.mark.parametrize(
    ("word", "indicator"),
    [
        ("规模以上工业增加值", "value_added_real"), ("规模工业增加值", "value_added_real"), ("GDP", "gdp_real"),
        ("地区生产总值", "gdp_real"), ("名义地区生产总值", "gdp"), ("生产总值（名义）", "gdp"), ("GDP（现价）", "gdp"),
        ("gdp", "gdp"), ("工业投资", "industrial_investment"),
    ],
)  # fmt: skip
def test_a_word_means_the_same_in_a_scenario_and_in_a_table(tmp_path: Path, word: str, indicator: str) -> None:
    scenario = load_scenario(scenario_file(tmp_path, SMALL.replace("工业投资", word)), as_of=EX_ANTE)
    assert [s.indicator for s in scenario.assumptions] == [indicator]
    row = {"region": "湘潭市", "indicator": word, "measure": "增速", "period": "2024", "value": "5", "unit": "%"}
    statement, wrong = parse_row(row, default_id="x")
    assert wrong == []
    assert statement is not None
    assert statement.indicator == indicator


def test_a_measure_can_say_nominal_too(tmp_path: Path) -> None:
    text = SMALL.replace("工业投资", "地区生产总值").replace("measure: growth", "measure: 名义增速")
    (row,) = load_scenario(scenario_file(tmp_path, text), as_of=EX_ANTE).assumptions
    assert (row.indicator, row.measure) == ("gdp", "growth")


def test_a_distance_from_the_baseline_is_exact_and_in_percent(tmp_path: Path) -> None:
    level = SMALL.replace("measure: growth", "measure: level").replace(
        "value: 5", "value: -10, versus: 基准, reading: 干预"
    )
    (row,) = load_scenario(scenario_file(tmp_path, level), as_of=EX_ANTE).assumptions
    assert (row.versus, row.reading, row.unit) == ("baseline", "intervention", "percent")
    for wrong in ("value: -10, relation: at_least", "value: -10, condition: target_distribution, sd: 1"):
        with pytest.raises(BadInput, match="a distance from the baseline is exact"):
            load_scenario(scenario_file(tmp_path, level.replace("value: -10", wrong)), as_of=EX_ANTE)
    with pytest.raises(BadInput, match="cannot be in"):
        load_scenario(scenario_file(tmp_path, level.replace('unit: "%"', "unit: 亿元")), as_of=EX_ANTE)
    with pytest.raises(BadInput, match="tells nothing of the past"):
        load_scenario(scenario_file(tmp_path, level.replace("id: mine", "id: mine\nupdate: all")), as_of=EX_ANTE)


def test_a_reading_can_be_asked_for() -> None:
    for reading in ("observation", "intervention"):
        scenario = load_scenario("downturn", as_of=EX_ANTE, to=2025, reading=reading)
        assert {s.reading for s in scenario.assumptions} == {reading}


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


def test_another_region_follows_its_own_plan() -> None:
    """Where a plan has no target for energy intensity, that row is left out; the other has its number."""
    whole = load_plan("example-zhuzhou")
    plan = replace(whole, targets=tuple(t for t in whole.targets if t.indicator != "energy_intensity"))
    scenario = load_scenario("plan", region="株洲市", as_of=EX_ANTE, to=2025, plan=plan)
    assert {(s.region, s.indicator, s.value) for s in scenario.assumptions} == {("株洲市", "value_added_real", 8.0)}
    with pytest.raises(BadInput, match="no plan to follow; found 'plan'; expected a number, or a plan of 株洲市"):
        load_scenario("plan", region="株洲市", as_of=EX_ANTE, to=2025)


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
        (", reason: {zh: 因, en: Why}", "", "assumptions[0].reason", "missing"),
        ("reason: {zh: 因, en: Why}", "reason: {fr: Pourquoi}", "assumptions[0].reason.zh", "missing"),
        ("value: 5", "value: 5, reading: dream", "assumptions[0].reading", "unknown word"),
        ("value: 5", "value: 5, versus: plan", "assumptions[0].versus", "unknown word"),
        ("id: mine", "id: mine\nupgrading_elasticity: {value: 2, reason: 试}", "upgrading_elasticity.value", "lowers"),
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


def _own(folder: Path, text: str) -> Path:
    path = folder / "mine.yaml"
    path.write_text(f"id: mine\ntitle: 情景\nreason: 理由\nassumptions:\n{text}", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("indicator: 工业投资, measure: growth, value: 0.08, unit: percent", "fraction or per cent"),
        ("indicator: 工业投资, measure: growth, value: 870, unit: percent", "rare"),
        ("indicator: 工业投资, measure: level, value: 10000000, unit: 亿元", "is the unit right"),
        ("indicator: 工业投资, measure: growth, value: 0.5, unit: percent, versus: baseline", ""),
        ("indicator: 工业投资, measure: growth, value: 8, unit: percent", ""),
    ],
)
def test_a_number_that_cannot_be_meant_is_asked_about(tmp_path: Path, row: str, what: str) -> None:
    path = _own(tmp_path, f"  - {{{row}, each: origin+1/to, reason: 理由}}\n")
    found = scenario_questions(load_scenario(path, as_of=dt.date(2026, 11, 27), to=2030), path.name)
    assert [p.column for p in found] == (["assumptions[0].value"] if what else [])
    assert what in "".join(p.what for p in found)


def test_a_question_names_its_key_whatever_the_scenario_is_called(tmp_path: Path) -> None:
    row = "measure: growth, unit: percent, each: origin+1/to, reason: 理由"
    rows = f"  - {{indicator: value_added_real, {row}, value: 150}}\n"
    rows += f"  - {{indicator: 工业投资, {row}, value: 6, sd: 30}}\n"
    path = _own(tmp_path, rows)
    path.write_text(path.read_text(encoding="utf-8").replace("id: mine", 'id: "a:b"'), encoding="utf-8")
    found = scenario_questions(load_scenario(path, as_of=dt.date(2026, 11, 27), to=2030), path.name)
    assert sorted(p.column or "" for p in found) == ["assumptions[0].value", "assumptions[1].sd"]


def test_a_missing_reason_is_told_as_missing(tmp_path: Path) -> None:
    row = "{indicator: 工业投资, measure: growth, value: 8, unit: percent, each: origin+1/to}"
    with pytest.raises(BadInput, match="this key is missing; expected a text, or zh and en"):
        load_scenario(_own(tmp_path, f"  - {row}\n"))


def test_an_assumption_about_another_city_names_it() -> None:
    (row,) = load_scenario("downturn", region="湘潭市", as_of=dt.date(2021, 5, 6), to=2021).assumptions[:1]
    told = not_held(row, ("株洲市", "industrial_investment", 2021), "湘潭市", range(2000, 2026)).text("zh")
    assert "株洲市2021年的工业投资" in told
    assert "湘潭市2000—2025年" in told
