from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from xtanalysis.data.dictionary import calibres, indicators, regions
from xtanalysis.errors import BadInput
from xtanalysis.statements.facts import count_once, known, load_facts, sources
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.published import by_rule, month_end
from xtanalysis.statements.validate import conflicts, faults

FACTS = load_facts()
HEADER = "region,indicator,measure,period,value,unit,source_id,public\n"


def of(indicator: str, measure: str, region: str = "湘潭市", **more: object) -> list[Statement]:
    return [
        f
        for f in FACTS
        if (f.region, f.indicator, f.measure) == (region, indicator, measure)
        and all(getattr(f, k) == v for k, v in more.items())
    ]


def level(year: int, vintage: str, indicator: str = "gdp", region: str = "湘潭市") -> float:
    """The yearbook compilations' level: they hold every year in both vintages."""
    (fact,) = [
        f
        for f in of(indicator, "level", region, vintage=vintage)
        if f.period.year == year and str(f.source_id).startswith("yearbook")
    ]
    return fact.value


def growth(year: int, indicator: str = "gdp_real") -> float:
    (fact,) = count_once([f for f in of(indicator, "growth") if f.period.year == year and f.tells_what_happened])
    return fact.value


def test_every_shipped_row_is_sound() -> None:
    assert [f.id for f in FACTS if faults(f)] == []
    assert conflicts(FACTS) == []
    assert all(f.public and f.published and f.source_id in sources() for f in FACTS)


def test_every_calibre_is_used_in_its_years() -> None:
    for f in FACTS:
        calibre = calibres()[f.calibre]
        if f.tells_what_happened and f.period.is_year and not calibre.id.startswith("gdp_"):
            assert (calibre.valid_from or 0) <= f.period.year <= (calibre.valid_to or 9999), (f.id, f.calibre)


# A plan or an outlook is never an outcome


def test_a_plan_or_outlook_never_tells_what_happened() -> None:
    looking_ahead = [f for f in FACTS if f.role in ("plan", "outlook")]
    assert len(looking_ahead) > 20
    assert not any(f.tells_what_happened for f in looking_ahead)


def test_no_outcome_was_published_before_its_period_ended() -> None:
    outcomes = [f for f in FACTS if f.role == "outcome"]
    assert [f.id for f in outcomes if f.published is None or f.published < month_end(*f.period.end)] == []


def test_what_was_said_ahead_of_the_year_is_a_plan_or_an_outlook() -> None:
    ahead = [f for f in FACTS if f.published and f.published < dt.date(*f.period.start, 1)]
    assert {f.role for f in ahead} == {"plan", "outlook"}


def test_the_targets_of_2019_and_2025_are_plans_and_judged_as_worded() -> None:
    targets = {
        (f.indicator, f.period.year): (f.relation, f.value)
        for f in FACTS
        if f.region == "湘潭市" and f.measure == "growth" and f.role == "plan" and f.period.year in (2019, 2025)
    }
    assert targets["gdp_real", 2019] == ("about", 8)
    assert targets["fixed_asset_investment", 2019] == ("at_least", 10)
    assert targets["energy_per_gdp", 2019] == ("at_most", -3.6)
    assert targets["value_added_real", 2025] == ("at_least", 8)


# What the figures say: published tables and identities


def test_the_two_vintages_of_gdp_are_kept_apart() -> None:
    assert (level(2010, "as_published"), level(2010, "revised")) == (894.01, 870.85)
    assert (level(2018, "as_published"), level(2018, "revised")) == (2161.36, 2082.52)
    assert {f.calibre for f in of("gdp", "level", vintage="revised") if f.period.year <= 2020} == {"gdp_census4"}
    assert {f.value for f in of("gdp", "level", calibre="gdp_census5", vintage="revised")} == {
        2518.23, 2634.05, 2788.38, 2952.52,
    }  # fmt: skip
    before = [f for f in of("gdp", "level", vintage="as_published") if f.period.year <= 2018]
    assert {f.calibre for f in before} == {"gdp_before_census4"}


def test_growth_across_vintages_would_be_wrong() -> None:
    mixed = 100 * (level(2019, "as_published") / level(2018, "as_published") - 1)
    within = 100 * (level(2019, "revised") / level(2018, "revised") - 1)
    assert mixed == pytest.approx(4.5, abs=0.05)
    assert within == pytest.approx(8.3, abs=0.05)


def test_yearly_growth_agrees_with_the_published_five_year_average() -> None:
    chained = 1.0
    for year in range(2016, 2021):
        chained *= 1 + growth(year) / 100
    (average,) = of("gdp_real", "average_growth", published=dt.date(2021, 3, 4))
    # Each rate and the average are rounded to 0.1: the average is good to 0.05, the chain to about as much.
    assert 100 * (chained**0.2 - 1) == pytest.approx(average.value, abs=0.1)


@pytest.mark.parametrize(("year", "tolerance"), [(2021, 1e-3), (2022, 5e-6)])
def test_the_cities_sum_to_the_province(year: int, tolerance: float) -> None:
    # City accounts are unified by the province: 2022 sums but for rounding, 2021 was revised after.
    levels = [f for f in FACTS if (f.indicator, f.measure, str(f.period)) == ("gdp", "level", str(year))]
    cities = count_once(
        [
            f
            for f in levels
            if regions()[f.region].kind == "city" and f.vintage == "as_published" and f.role == "outcome"
        ]
    )
    (province, *_) = count_once([f for f in levels if f.region == "湖南省"])
    assert len(cities) == 14
    assert sum(f.value for f in cities) == pytest.approx(province.value, rel=tolerance)


def test_estimates_gave_way_to_outcomes() -> None:
    assert growth(2022, "value_added_real") == 7.3
    gdp_2021 = [f for f in of("gdp", "level") if f.period.year == 2021]
    before = [f for f in gdp_2021 if f.calibre == "gdp_census4"]
    assert {f.value for f in before} == {2580.0, 2548.35}
    assert {f.value for f in count_once(before)} == {2548.35}


def test_the_level_of_value_added_in_2020_is_not_settled() -> None:
    (fact,) = [f for f in of("value_added", "level") if f.period.year == 2020]
    assert (fact.value, fact.calibre, fact.trust) == (1040.0, "above_scale_unsettled", "C")
    assert fact.calibre not in calibres()[fact.calibre].chain_by_level


def test_hunan_has_both_vintages_for_its_cities() -> None:
    for city in (
        r.id for r in regions().values() if r.parent == "湖南省" and r.kind == "city" and r.id != "湘西自治州"
    ):
        assert {f.period.year for f in of("gdp", "level", city, vintage="as_published")} >= set(range(2000, 2024))
        assert {f.period.year for f in of("gdp_real", "growth", city, vintage="revised")} >= set(range(2001, 2024))
        assert {f.period.year for f in of("secondary_value_added", "level", city)} >= set(range(2000, 2024))


def test_the_modelled_co2_is_a_proxy() -> None:
    co2 = [f for f in FACTS if f.indicator == "co2"]
    assert len(co2) == 13 * 24
    assert {(f.trust, f.calibre) for f in co2} == {("C", "edgar_v8")}


def test_investment_changes_its_calibre_in_2011() -> None:
    by_year = {
        f.period.year: f.calibre for f in of("fixed_asset_investment", "level", source_id="city-investment-2004-2014")
    }
    assert by_year[2010] == "investment_500k"
    assert by_year[2011] == "investment_5m_progress"


# Information sets


def test_nothing_is_known_before_it_was_published() -> None:
    day = dt.date(2021, 5, 6)
    then = known(FACTS, day)
    assert all(f.published is not None and f.published <= day for f in then)
    assert {f.id for f in FACTS} - {f.id for f in then} == {f.id for f in FACTS if f.published and f.published > day}
    gdp = [f.value for f in then if (f.region, f.indicator, str(f.period)) == ("湘潭市", "gdp", "2020")]
    assert gdp == [2343.15]  # the survey of March 2021; the yearbook came later
    assert not [f for f in then if f.indicator == "value_added" and f.period.year == 2020]


def test_a_figure_counts_once_however_often_it_is_reported() -> None:
    gdp_2010 = [f for f in of("gdp", "level", vintage="as_published") if f.period.year == 2010]
    assert {894.0, 894.01, 894.1} <= {f.value for f in gdp_2010}
    once = count_once([f for f in gdp_2010 if f.value > 890])
    assert [f.value for f in once] == [894.01]


def test_real_growth_is_one_figure_in_whatever_vintage_it_stands() -> None:
    once = count_once(f for f in of("gdp_real", "growth") if f.tells_what_happened)
    years = [f.period.year for f in once]
    assert len(years) == len(set(years)) >= 23


def test_two_values_that_disagree_stay_two() -> None:
    values = sorted(f.value for f in count_once(of("value_added", "level")) if f.period.year == 2015)
    assert {840.0, 848.0} <= set(values)


def test_counting_once_prefers_outcome_then_trust_then_the_later() -> None:
    first = replace(FACTS[0], id="a", origin_id="o", role="estimate", trust="A", published=dt.date(2021, 1, 1))
    outcome = replace(first, id="b", role="outcome", trust="C")
    better = replace(outcome, id="c", trust="B")
    later = replace(better, id="d", published=dt.date(2021, 2, 1))
    assert [f.id for f in count_once([first, outcome])] == ["b"]
    assert [f.id for f in count_once([later, outcome, better, first])] == ["d"]


@pytest.mark.parametrize(
    ("rule", "text", "date"),
    [
        ("communique", "2020", "2021-03-15"),
        ("yearbook", "2020", "2021-10-01"),
        ("compilation", "2020", "2021-10-01"),
        ("monthly", "2021-01/2021-06", "2021-07-25"),
        ("monthly", "2021-12", "2022-01-25"),
        ("work_report", "2020", "2021-01-31"),
    ],
)
def test_rules_of_publication(rule: str, text: str, date: str) -> None:
    period = FACTS[0].period.parse(text)
    assert by_rule(rule, period) == dt.date.fromisoformat(date)
    assert by_rule(rule, period) > month_end(*period.end)


# The user's own files


def test_a_users_row_is_added_and_keeps_its_mark(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(f"{HEADER}湘潭市,工业投资,水平,2024,900,亿元,快报,否\n", encoding="utf-8")
    facts = load_facts([path])
    assert facts[:-1] == FACTS
    assert (facts[-1].id, facts[-1].value, facts[-1].public) == ("mine:2", 900.0, False)
    assert load_facts() == FACTS


def test_problems_of_all_files_are_told_together(tmp_path: Path) -> None:
    a, b = tmp_path / "a.csv", tmp_path / "b.csv"
    a.write_text(f"{HEADER}湘潭市,工业投资,水平,2024,九百,亿元,快报,否\n", encoding="utf-8")
    text = f"{HEADER.strip()},role,condition\n湘潭市,工业投资,水平,2026,900,亿元,我,否,假设,hard\n"
    b.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=r"(?s)a\.csv, row 2, column value.*b\.csv.*an assumption is not a fact"):
        load_facts([a, b])


def test_a_users_row_may_not_take_a_shipped_id_or_contradict_its_source(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    shipped = of("value_added_real", "growth", source_id="xiangtan.gov.cn-2023-03-15")[0]
    row = f"湘潭市,value_added_real,growth,2022,9.9,percent,{shipped.source_id},true,{shipped.calibre},{shipped.id}\n"
    path.write_text(HEADER.strip() + ",calibre,id\n" + row, encoding="utf-8")
    with pytest.raises(BadInput, match=r"(?s)this id has been used before.*two values for one thing"):
        load_facts([path])


def test_every_indicator_of_a_fact_is_in_the_dictionary_with_a_unit_that_fits() -> None:
    used = {f.indicator for f in FACTS}
    assert used <= set(indicators())
    assert len(used) > 60
