"""Targets on an indicator that the joint model does not hold: judged by the indicator's own annual series."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest

from xtanalysis.annual.forecast import forecast_one
from xtanalysis.statements.grammar import Period, Statement
from xtanalysis.statements.plans import Plan, load_plan
from xtanalysis.statements.targets import Target
from xtanalysis.targets.alone import LEVELS, judge_alone
from xtanalysis.targets.judge import has_scale
from xtanalysis.targets.verdicts import Verdict

VALUES = (41.0, 46.5, 50.2, 57.1, 60.8, 68.0, 74.9, 80.2, 88.7, 95.3)  # 2014 to 2023
PART = 1.0 / len(LEVELS)


@pytest.fixture(scope="module")
def target() -> Target:
    plan: Plan = load_plan()
    some = next(t for t in plan.targets if t.value is not None and t.measure == "level" and not t.readings)
    return dataclasses.replace(
        some, indicator="chain_output", measure="level", relation="at_least", value=110.0, unit="100m_yuan",
        base_period=None, deadline=Period.parse("2025"), region="合肥市",
    )  # fmt: skip


def series(count: int = len(VALUES), last: int = 2023) -> list[Statement]:
    years = range(last - count + 1, last + 1)
    return [
        Statement(
            id=f"s{year}", region="合肥市", indicator="chain_output", measure="level", period=Period.parse(str(year)),
            relation="equals", value=value, unit="100m_yuan", role="outcome", published=dt.date(year + 1, 4, 1),
        )
        for year, value in zip(years, VALUES[-count:], strict=True)
    ]  # fmt: skip


def judged(target: Target, facts: list[Statement], origin: int = 2024) -> Verdict:
    draft = Verdict(
        target=target.id, reading="", verdict="not_judged", basis="no_figure", missing_figure="chain_output"
    )
    return judge_alone(draft, target, facts, "合肥市", origin)


def test_the_probability_and_the_band_are_those_of_the_annual_forecaster(target: Target) -> None:
    """Against a call of the forecaster itself: two years ahead, and three from the series of a year earlier."""
    now = forecast_one(VALUES, 2, tuple(LEVELS))[1]
    before = forecast_one(VALUES[:-1], 3, tuple(LEVELS))[2]
    found = judged(target, series())
    chances = [float((law >= 110.0).mean()) for law in (now, before)]
    assert found.probability == pytest.approx(chances[0], abs=1e-12)
    assert (found.probability_low, found.probability_high) == pytest.approx((min(chances), max(chances)))
    assert (found.low, found.median, found.high) == pytest.approx(tuple(np.quantile(now, (0.1, 0.5, 0.9))))
    assert (found.basis, found.hinge, found.hinge_year) == ("conditional", "chain_output", 2025)


def test_other_relations_and_measures_say_the_same_of_the_same_law(target: Target) -> None:
    facts, level = series(), judged(target, series())
    below = judged(dataclasses.replace(target, relation="at_most"), facts)
    assert below.probability == pytest.approx(1.0 - float(level.probability or 0.0), abs=PART)
    change = {"base_period": Period.parse("2020"), "unit": "percent"}
    grown = 100.0 * (110.0 / 74.9 - 1.0)
    average = 100.0 * ((110.0 / 74.9) ** 0.2 - 1.0)
    for measure, value in (("cumulative_change", grown), ("average_growth", average)):
        same = judged(dataclasses.replace(target, measure=measure, value=value, **change), facts)  # type: ignore[arg-type]
        assert same.probability == pytest.approx(level.probability, abs=PART)


@pytest.mark.parametrize(("value", "word"), [(60.0, "likely"), (300.0, "doubtful")])
def test_what_is_as_good_as_sure_is_said_a_step_weaker(target: Target, value: float, word: str) -> None:
    found = judged(dataclasses.replace(target, value=value), series())
    assert found.verdict == word
    assert found.probability == (1.0 if value < 100 else 0.0)


@pytest.mark.parametrize(
    ("count", "last", "speaks"), [(8, 2023, True), (7, 2023, False), (8, 2021, True), (8, 2020, False)]
)
def test_eight_years_that_end_within_three_are_needed(target: Target, count: int, last: int, speaks: bool) -> None:
    assert (judged(target, series(count, last)).probability is not None) is speaks


@pytest.mark.parametrize(
    ("indicator", "measure", "unit"),
    [("industrial_investment", "level", "100m_yuan"), ("gdp", "sum", "100m_yuan"), ("energy_use", "level", "10k_tce")],
)
def test_growth_alone_says_nothing_of_an_amount(target: Target, indicator: str, measure: str, unit: str) -> None:
    asked = dataclasses.replace(target, indicator=indicator, measure=measure, unit=unit)  # type: ignore[arg-type]
    (level,) = series(1)
    growth = dataclasses.replace(level, indicator="gdp_real", measure="growth", value=6.0, unit="percent")
    elsewhere = dataclasses.replace(level, region="芜湖市")
    planned = dataclasses.replace(level, role="plan")
    assert not has_scale(asked, "合肥市", [growth, elsewhere, planned])
    assert has_scale(asked, "合肥市", [growth, level])
    share = dataclasses.replace(target, indicator="value_added_share", measure="share", unit="percent")
    rate = dataclasses.replace(asked, measure="average_growth", unit="percent")
    assert all(has_scale(one, "合肥市", [growth]) for one in (share, rate))


def test_a_sum_and_a_base_outside_the_series_are_left_open(target: Target) -> None:
    facts = series()
    total = dataclasses.replace(target, measure="sum", deadline=Period.parse("2021/2025"))
    early = dataclasses.replace(target, measure="cumulative_change", base_period=Period.parse("2010"), unit="percent")
    for open_ in (total, early):
        found = judged(open_, facts)
        assert (found.verdict, found.probability, found.missing_figure) == ("not_judged", None, "chain_output")
