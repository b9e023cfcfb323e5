"""What an economist may type: every usual spelling means the same; what would be misread is refused or asked about."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

import xtanalysis as xt
from xtanalysis.data import dictionary
from xtanalysis.statements.days import as_day, as_year
from xtanalysis.statements.plans import load_plan
from xtanalysis.statements.read import QuestionedFigure
from xtanalysis.study.assumption import Assumption, reading_of, scenario_of
from xtanalysis.study.facts import Facts
from xtanalysis.study.study import Study
from xtanalysis.targets.quarters import Quarter

DAY = dt.date(2021, 5, 6)


@pytest.mark.parametrize("day", ["2021年5月6日", "2021-5-6", "2021/05/06", "2021.5.6", " 20210506 ", 20210506])
def test_a_day_in_any_usual_form(day: Any) -> None:
    assert as_day(day) == DAY


@pytest.mark.parametrize("day", ["2021-02-30", "2021-05", "6 May 2021", "", None, "2021-13-01"])
def test_what_is_no_day_is_refused(day: Any) -> None:
    with pytest.raises(xt.BadInput, match="YYYY-MM-DD"):
        as_day(day)


def test_a_year_in_any_usual_form() -> None:
    assert {as_year(year) for year in (2025, "2025", "2025年", 2025.0)} == {2025}  # type: ignore[arg-type]
    for wrong in ("abc", "25", None, 2025.5):
        with pytest.raises(xt.BadInput, match="not a year"):
            as_year(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["湖南省湘潭市", "湖南湘潭", "Xiangtan City", "430300000000", "430300"])
def test_a_region_named_with_what_is_around_it(name: str) -> None:
    assert dictionary.region(name).id == "湘潭市"


@pytest.mark.parametrize("name", ["湖北省湘潭市", "湖南省湘谭市", "430399000000", "City"])
def test_a_region_that_is_not_there_is_refused(name: str) -> None:
    with pytest.raises(xt.BadInput, match="unknown region"):
        dictionary.region(name)


def test_a_code_given_as_a_number_is_a_code_and_nothing_else_is_a_name() -> None:
    assert xt.load_facts(430300, as_of=DAY).region == "湘潭市"  # type: ignore[call-overload]
    for wrong in (None, 4.5, True):
        with pytest.raises(xt.BadInput):
            dictionary.region(wrong)  # type: ignore[arg-type]


def test_a_plan_by_its_region_and_a_target_by_its_name() -> None:
    plan = load_plan("湘潭")
    assert plan.id == "xiangtan-2021-12"
    assert plan.target("工业投资").id == "industrial_investment"
    with pytest.raises(xt.BadInput, match="no such target"):
        plan.target("moon")
    with pytest.raises(xt.BadInput, match="no such plan"):
        load_plan(5)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "years",
    [
        "2022-2025",
        "2022–2025",
        "2022年-2025年",
        "2022至2025年",
        "2022..2025",
        range(2022, 2026),
        [2022, 2023, 2024, 2025],
    ],
)
def test_a_span_of_years_in_any_usual_form(years: Any) -> None:
    made = Assumption("工业投资", growth=3, years=years).statements("湘潭市")
    assert [s.period.year for s in made] == [2022, 2023, 2024, 2025]


@pytest.mark.parametrize("years", ["2025-2022", (2022, 2025), [], "十四五", "22-25", None])
def test_what_leaves_open_which_years_are_meant_is_refused(years: Any) -> None:
    with pytest.raises(xt.BadInput, match="these are not years"):
        Assumption("工业投资", growth=3, years=years)


@pytest.mark.parametrize(
    ("said", "meant"),
    [("不低于", "at_least"), (">=", "at_least"), ("≤", "at_most"), ("=", "equals"), ("at_most", "at_most")],
)
def test_a_relation_in_words_and_signs(said: Any, meant: str) -> None:
    (row,) = Assumption("工业投资", growth=3, years=2023, relation=said).statements("湘潭市")
    assert row.relation == meant


@pytest.mark.parametrize(
    "wrong", [{"relation": "beyond"}, {"growth": float("nan")}, {"growth": "3%"}, {"growth": float("inf")}]
)
def test_what_would_be_taken_for_something_else_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(xt.BadInput):
        Assumption("工业投资", **({"growth": 3, "years": 2023} | wrong))


@pytest.mark.parametrize(("value", "asked"), [(0.03, True), (0.199, True), (0.2, False), (0.0, False), (-0.05, True)])
def test_a_growth_that_looks_like_a_fraction_is_asked_about(
    value: float, asked: bool, recwarn: pytest.WarningsRecorder
) -> None:
    with pytest.warns(QuestionedFigure) if asked else pytest.MonkeyPatch.context():
        Assumption("工业投资", growth=value, years=2023)
    assert not recwarn.list or asked


@pytest.mark.parametrize("name", ["downturn", "Downturn", "下行情景", "下行"])
def test_a_shipped_scenario_by_its_title(name: str) -> None:
    made = scenario_of(name, region="湘潭市", as_of=DAY, to=2025, plan=load_plan())
    assert made.id == "downturn"


@pytest.mark.parametrize("wrong", [None, 5, [], {"工业投资": 3}, ["downturn"]])
def test_what_is_no_scenario_is_refused(wrong: Any) -> None:
    with pytest.raises(xt.BadInput, match="not a scenario"):
        scenario_of(wrong, region="湘潭市", as_of=DAY, to=2025, plan=load_plan())


def test_a_reading_has_two_words_in_either_language() -> None:
    assert (reading_of("干预"), reading_of("observation")) == ("intervention", "observation")
    for wrong in ("do", "", None):
        with pytest.raises(xt.BadInput, match="unknown reading"):
            reading_of(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("said", ["2021Q1", "2021q1", "2021-Q1", "2021年第一季度", "2021年1季度", "2021 Q1"])
def test_a_quarter_in_any_usual_form(said: str) -> None:
    assert Quarter.parse(said) == Quarter(2021, 1)


@pytest.mark.parametrize("wrong", ["2021Q5", "2021-03", "2021Q0", "2021", None, 202101])
def test_what_is_no_quarter_is_refused(wrong: Any) -> None:
    with pytest.raises(xt.BadInput, match="not a quarter"):
        Quarter.parse(wrong)


def test_a_study_refuses_what_is_no_number(facts: Facts) -> None:
    assert Study(facts, "湘潭", "2025年").to == 2025
    with pytest.raises(xt.BadInput, match="not a year"):
        Study(facts, "湘潭", "soon")
    for wrong in ({"draws": 99}, {"draws": "many"}, {"seed": -1}, {"seed": 1.5}, {"reading": "do"}):
        with pytest.raises(xt.BadInput):
            Study(facts, "湘潭").project(**wrong)  # type: ignore[arg-type]
