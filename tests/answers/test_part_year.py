"""Half-years and quarters as bands for the year: by hand, on facts at hand, and no look ahead."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math

import pytest
from scipy import stats

from xtanalysis.answers.backtest import replayed
from xtanalysis.answers.part_year import YearBand, bands_of, coverage, part_year_frame
from xtanalysis.statements.facts import load_facts
from xtanalysis.statements.grammar import Measure, Period, Statement

CITY, DAY = "湘潭市", dt.date(2026, 11, 27)
NEAR = 0.11  # of 84 figures of eight years: two standard errors of a share of .8 with some 50 independent ones


def fact(measure: Measure, year: int, month: int, value: float, unit: str = "percent", region: str = CITY) -> Statement:
    name = "gdp_real" if unit == "percent" else "gdp"
    return Statement(
        id=f"{region}{measure}{year}{month}{name}", region=region, indicator=name, measure=measure,
        period=Period((year, 1), (year, month)), relation="equals", value=value, unit=unit, role="outcome", trust="A",
        calibre="gdp_census5", published=dt.date(year, month, 28),
    )  # fmt: skip


def years(moves: dict[int, float], now: float = 6.0, region: str = CITY) -> list[Statement]:
    """Half-years at 5 %, years at 5 % moved by log points, and this year's half."""
    out = [fact("year_to_date_growth", year, 6, 5.0, region=region) for year in moves]
    grown = {year: 100.0 * math.expm1(math.log(1.05) + move / 100.0) for year, move in moves.items()}
    out += [fact("growth", year, 12, value, region=region) for year, value in grown.items()]
    return [*out, fact("year_to_date_growth", 2026, 6, now, region=CITY)]


def band(*facts: Statement) -> YearBand:
    return bands_of(facts, CITY, as_of=DAY)[-1]


def test_growth_goes_on_with_the_learnt_error() -> None:
    """Moves of ±1 log point in alternate years, 3 apart: no year knows the one before, so there is no base effect."""
    found = band(*years({2014: 1.0, 2017: -1.0, 2020: 1.0, 2023: -1.0}))
    half = stats.t.ppf(0.9, 4) * math.sqrt(1.0 * (1 + 1 / 4))
    assert (found.whose, found.years, found.months, found.outcome) == ("own", 4, 6, None)
    assert found.median == pytest.approx(6.0)
    assert 100 * math.log1p(found.high / 100) == pytest.approx(100 * math.log1p(0.06) + half, abs=1e-9)
    assert 100 * math.log1p(found.low / 100) == pytest.approx(100 * math.log1p(0.06) - half, abs=1e-9)


def test_last_years_move_turns_back_by_two_fifths() -> None:
    calm = {2014: 0.0, 2017: 0.0, 2020: 0.0}
    found = band(*years(calm | {2025: 5.0}))
    error = math.sqrt(5.0**2 / 4 * (1 + 1 / 4))
    assert 100 * math.log1p(found.median / 100) == pytest.approx(100 * math.log1p(0.06) - 2.0, abs=1e-9)
    half = stats.t.ppf(0.9, 4) * math.hypot(error, 2.0)
    assert 100 * math.log1p(found.high / 100) == pytest.approx(100 * math.log1p(0.06) - 2.0 + half, abs=1e-9)


@pytest.mark.parametrize(("own", "whose", "taught"), [(4, "own", 4), (3, "around", 3)])
def test_too_few_own_years_ask_the_regions_around(own: int, whose: str, taught: int) -> None:
    moves = {2014 + 3 * i: 1.0 for i in range(own)}
    beside = [s for s in years(moves, region="株洲市") if s.region == "株洲市"]
    found = band(*beside, *years(moves))
    assert (found.whose, found.years) == (whose, taught)


def test_two_years_teach_nothing() -> None:
    assert bands_of(years({2014: 1.0, 2017: 1.0}), CITY, as_of=DAY) == ()


def test_a_level_is_blown_up_by_the_share_of_earlier_years() -> None:
    whole = [fact("level", year, 12, 100.0, "100m_yuan") for year in range(2020, 2025)]
    half = [fact("year_to_date_level", year, 6, 40.0, "100m_yuan") for year in range(2020, 2025)]
    found = band(*whole, *half, fact("year_to_date_level", 2026, 6, 44.0, "100m_yuan"))
    assert (found.low, found.median, found.high) == pytest.approx((110.0, 110.0, 110.0))
    # Another calibre's share of the year says nothing.
    other = [dataclasses.replace(s, calibre="gdp_census4") for s in half]
    assert not [b for b in bands_of([*whole, *other], CITY, as_of=DAY) if b.year == 2026]


def test_bands_cover_the_years_at_hand_and_see_no_later_figure() -> None:
    facts = load_facts()
    found = coverage(facts, replayed(), as_of=DAY)
    every = found[(found["measure"] == "growth") & (found["indicator"] == "*")].iloc[0]
    assert every["n"] >= 80
    assert abs(every["inside"] - 0.8) < NEAR
    whole = {(b.indicator, b.year, b.months): b for b in bands_of(facts, CITY, as_of=DAY) if b.year <= 2022}
    then = [s for s in facts if s.period.year <= 2022]
    assert {(b.indicator, b.year, b.months): b for b in bands_of(then, CITY, as_of=DAY)} == whole


def test_the_frame_shows_the_latest_figure_of_a_year_that_is_open() -> None:
    facts = years({2014: 1.0, 2017: -1.0, 2020: 1.0, 2023: -1.0})
    frame = part_year_frame(facts, CITY, as_of=DAY)
    assert list(frame["year"]) == [2026]
    every = part_year_frame(facts, CITY, as_of=DAY, latest=False)
    assert every[["year", "outcome"]].dropna()["year"].tolist() == [2023]  # the first with three years before it
    assert part_year_frame(facts, CITY, as_of=dt.date(2029, 1, 1)).empty  # long over, though its figure never came
