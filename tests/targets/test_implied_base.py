"""规划倒推: what a plan's level says of its base, beside the verdict, and held against bases that are known."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from pathlib import Path

import numpy as np
import pytest
from scipy import special

from xtanalysis.statements.facts import load_facts as every_fact
from xtanalysis.statements.grammar import Period, Statement
from xtanalysis.study.facts import load_facts
from xtanalysis.study.study import Study
from xtanalysis.targets.implied_base import ASKED, ASKED_SD, implied_base, law_of_base

GDP_PLAN = """
id: gdp-2015
region: 湘潭市
title: {zh: 检验, en: Test}
number: 检验
issuer: 检验
date: 2011-02-16
source: 湘潭市政府工作报告（2011年）
targets:
  - id: gdp
    section: 一
    zh: 地区生产总值
    en: GDP
    indicator: gdp
    measure: level
    relation: at_least
    value: 1600
    unit: 亿元
    base_period: 2010
    deadline: 2015
    frequency: by_deadline
    kind: level
    calibre: gdp_before_census4
    lead: 市发改委
    data_owner: 市统计局
"""
SAMPLING = 3.0  # log points: two thousand draws of a law of 40


def _at(statement: Statement, year: int, value: float) -> Statement:
    return dataclasses.replace(
        statement, measure="level", period=Period.parse(str(year)), value=value, base_period=None
    )


def test_the_law_of_a_base_is_the_level_less_the_growth_that_plans_ask_for() -> None:
    """By hand: 1,050 in 2025 of a base in 2020."""
    asked = next(s for s in every_fact() if s.role == "plan" and s.measure == "level" and s.indicator == "gdp")
    mean, sd = law_of_base(_at(asked, 2025, 1050.0), _at(asked, 2020, 1.0))
    assert mean - 100.0 * math.log(1050.0) == pytest.approx(-5 * 9.0 + 100.0 * math.log(_scale(asked)), abs=1e-9)
    assert (ASKED, sd) == (9.0, 5 * ASKED_SD)


def _scale(statement: Statement) -> float:
    """Base units in one of the statement's unit."""
    from xtanalysis.data.dictionary import units

    return float(units()[statement.unit].factor)


def test_published_bases_lie_inside_what_their_plans_imply() -> None:
    """Every level that a plan on file asks for and whose base was published: 850 for 1,600 in 2015, 2,957 for 3,000."""
    facts = every_fact()
    levels = {
        (s.region, s.indicator, s.period.year): s
        for s in facts
        if s.measure == "level" and s.period.is_year and s.tells_what_happened
    }
    found = []
    for s in facts:
        if s.role != "plan" or s.measure != "level" or s.published is None:
            continue
        base = levels.get((s.region, s.indicator, s.published.year - 1))
        if base is not None:
            mean, sd = law_of_base(s, _at(s, s.published.year - 1, 1.0))
            found.append(float(special.ndtr((100.0 * math.log(base.value * _scale(base)) - mean) / sd)))
    assert len(found) >= 2
    assert all(0.05 < pit < 0.95 for pit in found), found


@pytest.fixture(scope="module")
def withheld(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The city in June 2011 without any level of its GDP since 2006, and the plan of that February."""
    plan = tmp_path_factory.mktemp("plan") / "gdp.yaml"
    Path(plan).write_text(GDP_PLAN, encoding="utf-8")
    facts = load_facts("湘潭市", as_of=dt.date(2011, 6, 1))

    def told(s: Statement) -> bool:
        level = s.indicator == "gdp" and s.measure in ("level", "year_to_date_level")
        return not (s.region == "湘潭市" and s.period.year >= 2006 and (level or s.role == "plan"))

    kept = dataclasses.replace(facts, statements=tuple(s for s in facts.statements if told(s)))
    return Study(kept, plan, to=2015)


def test_a_base_that_is_withheld_lies_inside_what_evidence_and_plan_say(withheld: Study) -> None:
    """894.0 as first published, 870.9 revised."""
    projection = withheld.project(draws=20_000)
    (row,) = projection.implied_bases().itertuples()
    assert (row.target, row.base_indicator, row.base_year) == ("gdp", "gdp", 2010)
    # From the 10 and 90 % quantiles to 5 and 95 %, by the normal law on logs.
    low, high = (row.both_median * (end / row.both_median) ** (1.645 / 1.282) for end in (row.both_low, row.both_high))
    for base in (894.0, 870.9):
        assert low < base < high
    assert row.both_high / row.both_low < row.evidence_high / row.evidence_low


def test_evidence_and_plan_meet_where_their_precisions_say(withheld: Study) -> None:
    """The product of two nearly normal laws, in closed form."""
    record = withheld.project(draws=2000).record
    found = implied_base(record, record.target("gdp"))
    assert found is not None
    logs = 100.0 * np.log(record.paths.at("gdp", 2010))
    asked, spread = np.log(found.asked), 5 * ASKED_SD
    weight = spread**-2 / (spread**-2 + float(logs.std()) ** -2)
    middle = weight * 100.0 * asked[1] + (1.0 - weight) * 100.0 * math.log(found.without[1])
    assert 100.0 * math.log(found.given[1]) == pytest.approx(middle, abs=SAMPLING)


def test_it_stands_beside_the_verdict_and_moves_nothing(study: Study) -> None:
    projection = study.project(draws=400)
    before = projection.targets.copy()
    rows = projection.implied_bases().set_index("target")
    assert {"industrial_investment", "tech_upgrade_investment"} <= set(rows.index)
    assert "value_added_growth" not in rows.index
    assert (rows["plan_high"] > rows["plan_median"]).all()
    assert before.equals(projection.targets)
    verdict = projection.record.target("industrial_investment")
    if verdict.hinge_year == rows.loc["industrial_investment", "base_year"]:
        evidence = rows.loc["industrial_investment", ["evidence_low", "evidence_high"]]
        assert evidence.to_list() == pytest.approx([verdict.hinge_low, verdict.hinge_high], rel=1e-4)
