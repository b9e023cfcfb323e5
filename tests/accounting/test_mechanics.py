"""Progress, required path and traffic light of every kind of target."""

from __future__ import annotations

import math

import pytest

from xtanalysis.accounting import mechanics as m


def test_cumulative_decline_published() -> None:
    """青海省统计局's published example: target −17 %, three years of +1.51, −2.20 and −4.18 % are 26.8 % of the way."""
    standing = m.cumulative_change([0.0151, -0.0220, -0.0418], -0.17, 5)
    assert round(100 * standing.progress, 1) == 26.8
    assert standing.time == pytest.approx(0.6)
    assert standing.light == "red"
    # The two years that remain must close it: (1 + actual)(1 + required)² = 0.83.
    assert (1 + standing.actual) * (1 + standing.required) ** 2 == pytest.approx(0.83, rel=1e-12)
    assert standing.required == pytest.approx(-0.0659, abs=5e-5)


def test_the_ratio_of_percentages_is_not_the_progress() -> None:
    """−4.87 % over −17 % would be 28.7 %, the common mistake."""
    standing = m.cumulative_change([0.0151, -0.0220, -0.0418], -0.17, 5)
    assert standing.actual / -0.17 == pytest.approx(0.287, abs=5e-4)


def test_even_decline_is_exactly_on_time() -> None:
    """−12 % over five years in equal steps: after two, two fifths of the way, green, and the same step is required."""
    step = 0.88**0.2 - 1
    standing = m.cumulative_change([step, step], -0.12, 5)
    assert standing.progress == pytest.approx(0.4, rel=1e-12)
    assert standing.light == "green"
    assert standing.required == pytest.approx(step, rel=1e-9)


def test_average_growth_by_hand() -> None:
    """5 % for five years after 7 and 3 %: required (1.05⁵/1.1021)^(1/3) − 1; progress ln 1.1021/(5 ln 1.05)."""
    standing = m.average_growth([0.07, 0.03], 0.05, 5)
    assert standing.actual == pytest.approx(math.sqrt(1.07 * 1.03) - 1, rel=1e-12)
    assert standing.progress == pytest.approx(math.log(1.1021) / (5 * math.log(1.05)), rel=1e-12)
    assert standing.required == pytest.approx((1.05**5 / 1.1021) ** (1 / 3) - 1, rel=1e-12)
    assert standing.light == "yellow"


@pytest.mark.parametrize(
    ("last", "light", "reached"), [(0.049, "red", False), (0.05, "green", True), (0.051, "green", True)]
)
def test_average_growth_below_at_above(last: float, light: str, reached: bool) -> None:
    standing = m.average_growth([0.05, 0.05, 0.05, 0.05, last], 0.05, 5)
    assert (standing.light, standing.met, standing.required) == (light, reached, None)


def test_no_figure_is_grey() -> None:
    for standing in (m.average_growth([], 0.05, 5, time=1.0), m.cumulative_change([], -0.12, 5)):
        assert (standing.light, standing.progress, standing.met) == ("grey", None, None)
    assert m.cumulative_change([], -0.12, 5).required == pytest.approx(0.88**0.2 - 1)


def test_level_by_hand() -> None:
    """From 500 to 1050 with 720 after two of five years: on time; required (1050/720)^(1/3) − 1 = 13.40 %."""
    standing = m.level(720, 1050, base=500, passed=2, years=5)
    assert (standing.progress, standing.light) == (pytest.approx(0.4), "green")
    assert standing.required == pytest.approx(0.134015, abs=5e-6)


def test_level_without_a_base_has_no_progress() -> None:
    assert m.level(1000, 1050, passed=2, years=5).light == "grey"
    assert m.level(1060, 1050, passed=2, years=5).light == "green"
    assert m.level(1000, 1050, passed=5, years=5).light == "red"


def test_above_is_strict() -> None:
    assert m.level(4000, 4000, relation="above", passed=5, years=5).light == "red"
    assert m.level(4000, 4000, relation="at_least", passed=5, years=5).light == "green"


def test_level_that_has_no_growth_rate() -> None:
    standing = m.level(-2, 3, base=-5, passed=1, years=2)
    assert (standing.required, standing.required_as, standing.progress) == (3, "value", pytest.approx(3 / 8))


def test_share_by_hand() -> None:
    """30 → 35 %, at 32 % after two of five years: two fifths, and one point a year to go."""
    standing = m.share(0.32, 0.35, base=0.30, passed=2, years=5)
    assert (standing.progress, standing.required) == (pytest.approx(0.4), pytest.approx(0.01))
    assert standing.required_as == "step"


@pytest.mark.parametrize(("done", "light"), [(50, "green"), (40, "green"), (39, "yellow"), (20, "yellow"), (19, "red")])
def test_total_and_the_edges_of_the_light(done: float, light: str) -> None:
    """200 firms over five years, two passed: 40 % of the time is 80 firms; exactly 10 points behind (60) is yellow."""
    standing = m.total([done, 40], 200, passed=2, years=5)
    assert standing.light == light
    assert standing.required == pytest.approx((160 - done) / 3)


def test_total_beyond_the_target_requires_nothing() -> None:
    standing = m.total([250], 200, passed=2, years=5)
    assert (standing.required, standing.progress, standing.light) == (0, 1.25, "green")


def test_yearly_count() -> None:
    """50 a year: 30 at mid-year is on time and 20 are left; 30 at the year's end is short."""
    half = m.yearly(30, 50, passed=0.5)
    assert (half.light, half.required, half.progress) == ("green", 20, 0.6)
    over = m.yearly(30, 50)
    assert (over.light, over.required, over.met) == ("red", None, False)


def test_a_range_is_met_from_its_lower_bound() -> None:
    """2–3 centres a year: 2 is met, 4 is met too (the upper end informs), 1 is not."""
    assert [m.yearly(n, 2, target_high=3, relation="between").met for n in (1, 2, 4)] == [False, True, True]


def test_parts_name_the_ones_behind() -> None:
    """One leading firm for each of three chains: two have it; the third, and a chain without a count, are named."""
    standing, behind = m.parts(
        {"风电": 2, "钢材": 1, "军工": 0}, 1, ["风电", "钢材", "军工", "汽车"], passed=4, years=5
    )
    assert behind == ["军工", "汽车"]
    assert (standing.actual, standing.progress, standing.required, standing.light) == (2, 0.5, 2, "red")
    full, none = m.parts({"风电": 1}, 1, ["风电"], passed=1, years=5)
    assert (full.met, none) == (True, [])


def test_rank() -> None:
    """5th of 14 with the target 3rd: 9/11 of the way; without a number a place and no light."""
    standing = m.rank(5, 14, 3, passed=4, years=5)
    assert (standing.progress, standing.light, standing.required) == (pytest.approx(9 / 11), "green", 3)
    assert m.rank(3, 14, 3, passed=5, years=5).light == "green"
    assert m.rank(4, 14, 3, passed=5, years=5).light == "red"
    assert m.rank(5, 14, None, passed=4, years=5).light == "grey"


def test_every_light_has_its_rule_in_both_languages() -> None:
    assert set(m.RULES) == {"green", "yellow", "red", "grey"}
    assert all(rule.told("zh") != rule for rule in m.RULES.values())
