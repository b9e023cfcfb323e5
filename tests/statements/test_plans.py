from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from xtanalysis.data.dictionary import indicators
from xtanalysis.data.paths import plans_dir
from xtanalysis.errors import BadInput
from xtanalysis.statements.file_questions import plan_questions
from xtanalysis.statements.grammar import Period
from xtanalysis.statements.plans import default_horizon, load_plan

PLAN = load_plan("xiangtan-2021-12")

# The document's targets: id → (relation, value, upper end, unit, base, deadline, how often, who leads).
DOCUMENT: dict[str, tuple[str, float | None, float | None, str, str | None, str, str, str | None]] = {
    "industrial_investment": ("at_least", 1050, None, "100m_yuan", None, "2025", "by_deadline", None),
    "tech_upgrade_investment": ("at_least", 680, None, "100m_yuan", None, "2025", "by_deadline", None),
    "value_added_growth": ("about", 5, None, "percent", "2020", "2025", "by_deadline", None),
    "value_added_share": ("at_least", 35, None, "percent", None, "2025", "by_deadline", None),
    "chain_output": ("above", 4000, None, "100m_yuan", None, "2025", "by_deadline", None),
    "chain_output_share": ("at_least", 80, None, "percent", None, "2025", "by_deadline", None),
    "intelligent_renovation": ("at_least", 200, None, "firms", None, "2021/2025", "by_deadline", None),
    "integration_standard_firms": ("at_least", 50, None, "firms", None, "2025", "by_deadline", None),
    "rd_intensity": ("at_least", 3, None, "percent", None, "2025", "by_deadline", None),
    "hightech_firms": ("at_least", 50, None, "firms", None, "2021/2025", "each_year", None),
    "invention_patents": ("at_most", None, None, "rank", None, "2025", "by_deadline", None),
    "roadshows": ("at_least", 6, None, "events", None, "2021/2025", "each_year", "市工信局"),
    "tech_transfer_projects": ("at_least", 60, None, "projects", None, "2021/2025", "each_year", "市工信局"),
    "incubators": ("at_least", 10, None, "count", None, "2021/2025", "each_year", "市工信局"),
    "provincial_tech_centres": ("at_least", 2, 3, "count", None, "2021/2025", "each_year", "市工信局"),
    "city_tech_centres": ("at_least", 3, 5, "count", None, "2021/2025", "each_year", "市工信局"),
    "smart_pilots": ("at_least", 50, None, "projects", None, "2021/2025", "each_year", "市工信局"),
    "operating_margin": ("at_least", 3, None, "percent", None, "2025", "by_deadline", "市工信局"),
    "energy_intensity": ("at_most", -12, None, "percent", "2020", "2025", "by_deadline", "市工信局"),
    "tax_per_mu": ("above", None, None, "10k_yuan_per_mu", None, "2025", "by_deadline", "市工信局"),
    "national_little_giants": ("at_least", 10, None, "firms", None, "2021/2025", "by_deadline", "市工信局"),
    "provincial_little_giants": ("at_least", 100, None, "firms", None, "2021/2025", "by_deadline", "市工信局"),
    "chain_leaders": ("at_least", 1, 2, "firms", None, "2025", "per_chain", "市工信局"),
    "chain_core_suppliers": ("at_least", 5, 8, "firms", None, "2025", "per_chain", "市工信局"),
    "listings": ("at_least", 30, 40, "firms", None, "2021/2025", "by_deadline", "市经研金融办"),
    "entrepreneur_meeting": ("at_least", 1, None, "times", None, "2021/2025", "each_year", "市工商联"),
    "entrepreneur_lectures": ("at_least", 1, None, "times", None, "2021/2025", "each_half_year", "市工商联"),
    "leading_group_meetings": ("at_least", 1, None, "times", None, "2021/2025", "each_quarter", "市工信局"),
    "contact_firms": ("at_least", 300, None, "firms", None, "2025", "standing", "市工信局"),
    "industrial_project_count_share": ("at_least", 50, None, "percent", None, "2021/2025", "each_year", "市商务局"),
    "industrial_project_value_share": ("at_least", 50, None, "percent", None, "2021/2025", "each_year", "市商务局"),
    "manager_training": ("at_least", 1, None, "issues", None, "2021/2025", "each_year", "市委组织部"),
    "promotion_conference": ("at_least", 1, None, "times", None, "2021/2025", "each_year", "市工信局"),
    "supervision_rounds": ("at_least", 1, None, "times", None, "2021/2025", "each_quarter", "市委督查室"),
    "indicators_two_up_three_down": ("equals", None, None, "count", None, "2025", "by_deadline", "市工信局"),
    "special_funds_growth": ("above", 0, None, "percent", None, "2021/2025", "each_year", "市财政局"),
    "entrepreneur_magazine": ("at_least", 12, None, "issues", None, "2021/2025", "each_year", "市工商联"),
    "service_five_ones": ("at_least", 5, None, "count", None, "2025", "standing", "市工信局"),
}


def test_the_plan_holds_the_documents_38_targets() -> None:
    assert len(DOCUMENT) == 38
    held = {
        t.id: (
            t.relation, t.value, t.value_high, t.unit, t.base_period and str(t.base_period), str(t.deadline),
            t.frequency, t.lead,
        )
        for t in PLAN.targets
    }  # fmt: skip
    assert held == DOCUMENT


def test_the_document_is_named() -> None:
    assert (PLAN.number, PLAN.issuer, PLAN.date) == (
        "潭政办发〔2021〕12号",
        "湘潭市人民政府办公室",
        dt.date(2021, 5, 6),
    )
    assert len(PLAN.chains) == 11
    assert len(PLAN.readings) == 9


def test_section_one_names_no_lead_and_the_inferred_one_has_its_reason() -> None:
    for target in PLAN.targets:
        if target.section == "一":
            assert target.lead is None
            assert target.lead_inferred is not None
            assert target.lead_inferred.zh
            assert target.lead_inferred.en
        else:
            assert target.lead
            assert target.lead_inferred is None


def test_every_target_says_what_figure_is_missing_and_who_has_it() -> None:
    for target in PLAN.targets:
        assert target.data_owner
        assert target.missing_zh
        assert target.missing_en
        assert target.indicator in indicators()


def test_no_probability_where_base_or_calibre_is_open() -> None:
    open_ones = {t.id: t.unresolved for t in PLAN.targets if t.unresolved}
    assert open_ones == {
        "industrial_investment": "base",
        "tech_upgrade_investment": "base",
        "value_added_share": "calibre",
        "energy_intensity": "calibre",
    }


def test_a_target_is_a_statement_of_the_grammar() -> None:
    statement = PLAN.target("energy_intensity").statement()
    assert (statement.measure, statement.relation, statement.value) == ("cumulative_change", "at_most", -12)
    assert (statement.period, statement.base_period) == (Period.parse("2025"), Period.parse("2020"))
    assert statement.role == "plan"
    assert not statement.tells_what_happened
    assert statement.published == PLAN.date


def test_a_range_is_judged_at_its_lower_end() -> None:
    statement = PLAN.target("listings").statement()
    assert (statement.relation, statement.value, statement.value_high) == ("at_least", 30, None)


def test_readings_switch_what_the_text_leaves_open() -> None:
    investment = PLAN.target("industrial_investment")
    assert investment.statement().measure == "level"
    as_sum = investment.statement({"investment_reading": "sum_2021_2025"})
    assert (as_sum.measure, str(as_sum.period)) == ("sum", "2021/2025")
    growth = PLAN.target("value_added_growth")
    assert (growth.statement().value, growth.statement({"about_five": "four_and_half"}).value) == (5.0, 4.5)
    centres = PLAN.target("city_tech_centres").read({"yearly_reach": "by_2025"})
    assert (centres.frequency, centres.measure) == ("by_deadline", "sum")
    assert PLAN.target("national_little_giants").statement({"new_or_stock": "stock"}).measure == "level"


def test_unknown_names_list_what_there_is() -> None:
    with pytest.raises(BadInput, match=r"no such plan.*xiangtan-2021-12"):
        load_plan("changsha")
    with pytest.raises(BadInput, match=r"no such target.*industrial_investment"):
        PLAN.target("investment")
    with pytest.raises(BadInput, match=r"unknown option.*level_2025, sum_2021_2025"):
        PLAN.target("industrial_investment").statement({"investment_reading": "sum"})
    with pytest.raises(BadInput, match="has no number"):
        PLAN.target("invention_patents").statement()


@pytest.mark.parametrize("path", sorted(plans_dir().glob("*.yaml")), ids=lambda p: p.stem)
def test_every_shipped_plan_loads_under_its_name(path: Path) -> None:
    assert load_plan(path.stem).id == path.stem


def test_ids_of_options_are_texts() -> None:
    options = [o.id for r in PLAN.readings.values() for o in r.options]
    assert "2021_2025" in options
    assert all(option.isidentifier() or option == "2021_2025" for option in options)


SMALL = """
id: small
region: 株洲市
title: {zh: 小规划, en: Small plan}
number: 〔2021〕1号
issuer: 株洲市人民政府
date: 2021-03-01
source: 株洲市人民政府
targets:
  - {id: a, section: 一, zh: 增速, en: Growth, indicator: value_added_real, measure: average_growth, relation: at_least,
     value: 6, unit: percent, base_period: 2020, deadline: 2025, frequency: by_deadline, kind: average_growth,
     data_owner: 市统计局}
"""


def plan_file(folder: Path, text: str) -> Path:
    path = folder / "small.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_another_citys_plan_is_another_file(tmp_path: Path) -> None:
    plan = load_plan(plan_file(tmp_path, SMALL))
    assert plan.target("a").statement().region == "株洲市"


@pytest.mark.parametrize(
    ("old", "new", "where", "what"),
    [
        ("株洲市\ntitle", "株州\ntitle", "region", "unknown region"),
        ("value: 6", "value: six", "targets[0].value", "not a number"),
        ("unit: percent", "unit: 100m_yuan", "targets[0].unit", "cannot be in this unit"),
        ("base_period: 2020, ", "", "targets[0].base_period", "needs the year"),
        ("base_period: 2020", "base_period: 2025", "targets[0].deadline", "not after the base"),
        ("deadline: 2025", "deadline: soon", "targets[0].deadline", "none of"),
        ("relation: at_least", "relation: over", "targets[0].relation", "unknown word"),
        ("value: 6, ", "", "targets[0].value", "needs a number"),
        ("data_owner: 市统计局", "owner: 市统计局", "targets[0].owner", "unknown key"),
        ("kind: average_growth,", "kind: average_growth, readings: [x],", "targets[0].readings", "unknown reading"),
        ("date: 2021-03-01", "date: spring", "date", "not a date"),
        ("id: small", "id: no", "id", "should be a text"),
        (
            "targets:",
            "readings: {r: {zh: 一, en: r, options: {2021_2025: {zh: 一, en: x}}}}\ntargets:",
            "readings.r.options.20212025",
            "not a text",
        ),
        ("targets:", "chains:", "targets", "list of mappings"),
    ],
)
def test_a_bad_plan_names_file_and_key(tmp_path: Path, old: str, new: str, where: str, what: str) -> None:
    assert old in SMALL
    with pytest.raises(BadInput) as caught:
        load_plan(plan_file(tmp_path, SMALL.replace(old, new)))
    assert [p for p in caught.value.problems if p.file == "small.yaml" and p.column == where and what in p.what], str(
        caught.value
    )


def test_all_problems_of_a_plan_are_told_together(tmp_path: Path) -> None:
    text = SMALL.replace("value: 6", "value: six").replace("date: 2021-03-01", "date: spring")
    with pytest.raises(BadInput) as caught:
        load_plan(plan_file(tmp_path, text))
    assert {p.column for p in caught.value.problems} >= {"date", "targets[0].value"}


@pytest.mark.parametrize(("text", "what"), [("a: [1", "not YAML"), ("- a", "keys and values"), ("", "keys and values")])
def test_a_file_that_is_no_mapping(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(BadInput, match=what):
        load_plan(plan_file(tmp_path, text))


@pytest.mark.parametrize(
    ("year", "to"), [(2021, 2025), (2024, 2025), (2025, 2026), (2026, 2030), (2029, 2030), (2030, 2031)]
)
def test_a_plan_that_is_over_is_looked_past(year: int, to: int) -> None:
    """The plan of 2021-2025 on New Year's Eve; the page and the command look equally far."""
    assert default_horizon(load_plan("xiangtan-2021-12"), dt.date(year, 12, 31)) == to


def _written(folder: Path, *changes: tuple[str, str]) -> Path:
    """The example plan with other words."""
    text = (plans_dir() / "example-zhuzhou.yaml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("change", "what", "expected"),
    [
        (("value: 2000", "value: 20000000"), "is the unit right", "万元"),
        (("value: -14", "value: 14"), "is a rise or a fall meant", "-14"),
        (("relation: at_most\n    value: -14", "relation: at_least\n    value: 14"), "a rise or a fall", "at_most"),
        (("relation: at_most\n    value: -14", "relation: at_least\n    value: -14"), "no more than this", "at_most"),
        (("value: 8", "value: 0.08"), "is this a fraction or per cent", "8%"),
    ],
)
def test_a_number_that_cannot_be_meant_is_asked_about(
    tmp_path: Path, change: tuple[str, str], what: str, expected: str
) -> None:
    (problem,) = plan_questions(load_plan(_written(tmp_path, change)))
    assert what in problem.what
    assert expected in problem.text("zh")


def test_patents_for_a_unit_of_money_may_rise(tmp_path: Path) -> None:
    change = ("indicator: energy_intensity", "indicator: invention_patents")
    assert plan_questions(load_plan(_written(tmp_path, change, ("value: -14", "value: 30")))) == []


def test_a_plan_of_spring_may_hold_targets_of_the_year_before(tmp_path: Path) -> None:
    dated = ("date: 2021-01-01", "date: 2026-03-01")
    assert load_plan(_written(tmp_path, dated)).ends == 2025


def test_shipped_plans_raise_no_question() -> None:
    assert [plan_questions(load_plan(path.stem)) for path in plans_dir().glob("*.yaml")] == [[], []]


@pytest.mark.parametrize("deadline", ["2019", "2130"])
def test_a_deadline_lies_between_the_plan_and_what_can_be_seen(tmp_path: Path, deadline: str) -> None:
    with pytest.raises(BadInput, match="before the plan or too far off"):
        load_plan(_written(tmp_path, ("deadline: 2025", f"deadline: {deadline}")))


def test_words_of_a_plan_are_told_in_both_languages(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        load_plan(_written(tmp_path, ("relation: at_least", "relation: 力争")))
    assert "不低于" in caught.value.text("zh")
    assert "at_least" in caught.value.text("en")
