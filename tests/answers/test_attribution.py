"""Attributed gaps add up on the log scale; the tornado's bars are the scenario's own draws."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from xtanalysis.answers.attribution import attribute
from xtanalysis.answers.project import Projection
from xtanalysis.answers.tornado import tornado
from xtanalysis.study.study import Study
from xtanalysis.targets.margins import first_readings


@pytest.fixture(scope="module")
def green(study: Study) -> Projection:
    return study.project("green-upgrade", draws=4000).record


def test_parts_add_up_to_the_gap(early: Projection) -> None:
    for result in first_readings(early):
        found = attribute(early, result)
        assert found is not None
        for parts in (found.indicators, found.years):
            assert sum(p.mean for p in parts) == pytest.approx(found.gap.mean, abs=1e-9)
        assert found.gap.low <= found.gap.mean <= found.gap.high


def test_a_gap_has_the_sign_of_the_distance_to_the_target(early: Projection) -> None:
    for result in first_readings(early):
        found = attribute(early, result)
        assert found is not None
        assert result.low is not None
        assert result.high is not None
        assert (found.gap.low > 0) == (result.low > result.value)
        assert (found.gap.high > 0) == (result.high > result.value)


def test_an_intensity_splits_into_energy_and_output(early: Projection) -> None:
    found = attribute(early, early.target("energy_intensity"))
    assert found is not None
    parts = {p.name: p.mean for p in found.indicators}
    assert set(parts) == {"target", "energy_use", "value_added_real"}
    assert parts["target"] == pytest.approx(-100 * np.log(0.88), rel=1e-12)
    energy = early.paths
    growth = 100 * np.log(energy.at("energy_use", 2025) / energy.at("energy_use", 2020)).mean()
    assert parts["energy_use"] == pytest.approx(growth, rel=1e-12)


def test_a_growth_target_splits_into_years_at_its_pace(early: Projection) -> None:
    found = attribute(early, early.target("value_added_growth"))
    assert found is not None
    assert found.pace == pytest.approx(100 * np.log(1.05), rel=1e-12)
    assert [p.name for p in found.years] == ["2021", "2022", "2023", "2024", "2025"]


def test_sums_are_not_attributed(early: Projection) -> None:
    result = early.target("industrial_investment", "investment_reading:sum_2021_2025")
    assert attribute(early, result) is None


def test_a_baseline_has_no_tornado(early: Projection) -> None:
    assert tornado(early) == ()


def test_the_tornado_shows_each_assumption_against_none(early: Projection, green: Projection) -> None:
    bars = tornado(green)
    names = {"tech_upgrade_investment.growth", "energy_intensity.growth", "all"}
    assert {b.assumption for b in bars} == names
    mine = {b.assumption: b for b in bars if b.target == "tech_upgrade_investment" and "level" in b.reading}
    base = early.target("tech_upgrade_investment").median
    assert base is not None
    # Same seed, same draws: without the scenario the numbers are the baseline's own, and with all of it the scenario's.
    assert all(b.median_without == pytest.approx(base, rel=1e-12) for b in mine.values())
    assert mine["all"].median_with == pytest.approx(green.target("tech_upgrade_investment").median, rel=1e-12)
    assert mine["tech_upgrade_investment.growth"].change > 0
    assert mine["energy_intensity.growth"].years == (2021, 2025)
    energy = {b.assumption: b for b in bars if b.target == "energy_intensity"}
    assert energy["energy_intensity.growth"].change < -3.0
    # Without a coefficient of the user's, upgrading saves no energy.
    assert energy["tech_upgrade_investment.growth"].change == pytest.approx(0.0, abs=1e-12)


def test_one_assumption_alone_is_the_whole_scenario(green: Projection) -> None:
    single = [s for s in green.scenario.assumptions if s.indicator == "tech_upgrade_investment"]
    scenario = dataclasses.replace(green.scenario, assumptions=tuple(single))
    bars = tornado(dataclasses.replace(green, scenario=scenario))
    assert {b.assumption for b in bars} == {"tech_upgrade_investment.growth", "all"}
