"""Questions about odd figures: below, at and above each limit, and none about what was published."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest

from xtanalysis.statements.facts import load_facts
from xtanalysis.statements.grammar import Period, Statement
from xtanalysis.statements.plausible import Expected, questions, questions_of_model


def say(indicator: str, measure: str, value: float, unit: str, **more: Any) -> Statement:
    given = {"id": "x", "region": "湘潭市", "period": Period.parse("2024"), "relation": "equals", "role": "outcome"}
    given |= {"public": False}
    return Statement(
        **(given | {"published": dt.date(2025, 3, 1)} | more),
        indicator=indicator,
        measure=measure,
        value=value,
        unit=unit,
    )  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("statement", "asked", "refused"),
    [
        (say("industrial_investment", "level", 2.0, "100m_yuan"), 0, 0),  # the dictionary's range of a city is 2–10,000
        (say("industrial_investment", "level", 1.99, "100m_yuan"), 1, 0),
        (say("industrial_investment", "level", 10_000.0, "100m_yuan"), 0, 0),
        (say("industrial_investment", "level", 10_001.0, "100m_yuan"), 1, 0),
        (say("industrial_investment", "level", 900.0, "10k_yuan"), 1, 1),
        (say("value_added", "level", 10_400_000.0, "100m_yuan"), 1, 1),
        (say("energy_use", "level", 900.0, "tce"), 1, 1),
        (say("gdp", "level", 0.0, "100m_yuan"), 1, 1),
        (say("gdp", "level", 1e308, "100m_yuan"), 1, 1),
        (say("gdp", "level", 1_300_000.0, "100m_yuan", region="中国"), 0, 0),
        (say("chain_output", "level", 1e9, "100m_yuan"), 1, 1),
        (say("value_added_real", "growth", 60.0, "percent"), 0, 0),
        (say("value_added_real", "growth", 60.1, "percent"), 1, 0),
        (say("value_added_real", "growth", -35.1, "percent"), 1, 0),
        (say("value_added_real", "growth", 870.0, "percent"), 1, 0),
        (say("value_added_real", "growth", 1000.1, "percent"), 1, 1),
        (say("value_added_real", "growth", 0.087, "percent"), 1, 0),
        (say("value_added_real", "growth", 0.1, "percent"), 0, 0),
        (say("value_added_real", "growth", 0.087, "fraction"), 0, 0),
        (say("value_added_share", "share", 0.331, "percent"), 1, 0),
        (say("hightech_firms", "growth", 400.0, "percent"), 0, 0),
        (say("rd_to_revenue", "share", 0.9, "percent", role="plan"), 0, 0),  # 90 % of revenue cannot be
        (say("rd_intensity", "share", 0.95, "percent", role="plan"), 0, 0),
        (say("technology_contracts_share", "share", 0.8, "percent", role="plan"), 0, 0),
        (say("operating_margin", "share", 0.8, "percent", role="plan"), 0, 0),
        (say("rd_intensity", "share", 0.03, "percent", role="plan"), 1, 0),
        (say("value_added_share", "share", 0.9, "percent", role="plan"), 1, 0),
        (say("profit", "growth", 95.0, "percent"), 0, 0),
        (say("profit", "average_growth", 110.0, "percent"), 0, 0),
        (say("industrial_investment", "growth", 100.0, "percent", role="plan"), 0, 0),
        (say("hightech_firms", "growth", 100.0, "percent"), 0, 0),
        (say("gdp_price", "growth", 103.0, "percent"), 1, 0),
        (say("gdp", "growth", 108.0, "percent"), 1, 0),
        (say("electricity_use", "growth", 104.0, "percent"), 1, 0),
        (say("value_added_real", "growth", 5.0, "percent", sd=20.0), 0, 0),
        (say("value_added_real", "growth", 5.0, "percent", sd=20.1), 1, 0),
        (say("value_added_real", "growth", 5.0, "percent", sd=1e300), 1, 1),
        (say("energy_use", "year_to_date_level", 5.0, "10k_tce", period=Period.parse("2024-01/2024-03")), 0, 0),
    ],
)  # fmt: skip
def test_limits(statement: Statement, asked: int, refused: int) -> None:
    found = questions([statement])
    assert (len(found), sum(q.refused for q in found)) == (asked, refused)


def test_the_upper_end_is_asked_about_with_its_own_number() -> None:
    for row in (
        say("value_added_real", "growth", 6.0, "percent", value_high=70.0, relation="between", role="plan"),
        say("industrial_investment", "level", 900.0, "100m_yuan", value_high=70_000.0, relation="between", role="plan"),
    ):
        (question,) = questions([row])
        assert question.column == "value_high"
        assert question.found.startswith("70")


def test_the_other_unit_is_proposed() -> None:
    (question,) = questions([say("industrial_investment", "level", 900.0, "10k_yuan")])
    assert "是否应为900亿元" in question.expected.told("zh")
    assert "1/1,571" in question.what.told("zh")  # 900万元 is 0.09亿元; the middle of 2–10,000 is √20,000 = 141.4


def test_published_figures_raise_hardly_any_question_and_a_slip_is_asked_about_whoever_may_see_it() -> None:
    facts = load_facts()
    asked = questions(facts)
    assert not any(q.refused for q in asked)
    assert len(asked) < 0.001 * len(facts)
    slip = say("value_added_real", "growth", 0.087, "percent")
    for public in (True, False):
        (question,) = questions([dataclasses.replace(slip, public=public)])
        assert "若为8.7%" in question.expected.told("zh")


def test_far_from_what_a_model_expected() -> None:
    def asked(measure: str, value: float, unit: str) -> int:
        indicator = "industrial_investment" if measure == "level" else "value_added_real"
        return len(questions_of_model([say(indicator, measure, value, unit)], [expected[measure]]))

    expected = {"level": Expected(900.0, 700.0, 1150.0, "100m_yuan"), "growth": Expected(6.0, 4.0, 8.0, "percent")}
    for value, found in [(900.0, 0), (2699.0, 0), (2701.0, 1), (299.0, 1), (0.09, 1)]:
        assert asked("level", value, "100m_yuan") == found
    for value, found in [(15.9, 0), (16.1, 1), (-4.1, 1)]:
        assert asked("growth", value, "percent") == found
        assert asked("growth", value / 100, "fraction") == found
    row = say("industrial_investment", "level", 900.0, "10k_yuan")
    (wrong,) = questions_of_model([row], [expected["level"]])
    assert (wrong.refused, "1/10,000" in wrong.what.told("zh"), "900亿元" in wrong.expected.told("zh")) == (
        True,
        True,
        True,
    )
    assert questions_of_model([row], [None]) == []
