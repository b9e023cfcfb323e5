"""From figures to a standing: one case by hand for every kind of target."""

from __future__ import annotations

import datetime as dt

import pytest
from scipy import stats

from xtanalysis.errors import BadInput
from xtanalysis.statements.grammar import Period
from xtanalysis.targets.book import Book, firms_behind, suppressed, tile
from xtanalysis.targets.progress import assess
from xtanalysis.targets.quarters import Quarter
from xtanalysis.targets.schedule import Assessment, start_year

DAY, Q3 = dt.date(2025, 10, 31), Quarter(2025, 3)


def look(plan, name, facts, quarter=Q3, **readings) -> Assessment:
    chains = [chain.zh for chain in plan.chains]
    return assess(plan.target(name).read(readings), Book.of(facts, DAY), quarter.through, chains)


def test_quarters() -> None:
    """The end, the day by which the figures are out, the one before; the last that had ended on a day."""
    assert (str(Q3), Q3.end, Q3.known) == ("2025Q3", dt.date(2025, 9, 30), dt.date(2025, 10, 31))
    assert Quarter(2025, 4).known == dt.date(2026, 1, 31)
    assert [str(Quarter(2025, n).previous) for n in (1, 4)] == ["2024Q4", "2025Q3"]
    assert str(Quarter.before(dt.date(2025, 9, 29))) == "2025Q2"
    assert str(Quarter.before(dt.date(2025, 9, 30))) == "2025Q3"
    assert str(Quarter.before(dt.date(2025, 1, 1))) == "2024Q4"
    with pytest.raises(BadInput, match="not a quarter; found '2025-3'; expected such as 2025Q3"):
        Quarter.parse("2025-3")


def test_average_growth(plan, fact) -> None:
    """7.4, 9.5 and 5.9 % of five years at 5 %: ln(1.074·1.095·1.059) over 5 ln 1.05; year-to-date 10 % beside it."""
    rates = {"2021": 7.4, "2022": 9.5, "2023": 5.9}
    facts = [fact("value_added_real", y, v, "percent", measure="growth") for y, v in rates.items()]
    facts.append(fact("value_added_real", "2025-01/2025-05", 10, "percent", measure="year_to_date_growth"))
    a = look(plan, "value_added_growth", facts)
    assert a.standing.progress == pytest.approx(0.89965, abs=5e-5)
    assert a.standing.required == pytest.approx((1.05**5 / (1.074 * 1.095 * 1.059)) ** 0.5 - 1)
    assert (a.light, a.latest.period.year, a.running.value, len(a.used)) == ("green", 2023, 10, 3)
    assert (a.stale, look(plan, "value_added_growth", facts, Quarter(2025, 1)).stale) == (True, False)


def test_a_missing_year_stops_the_run_and_a_published_average_bridges_it(plan, fact) -> None:
    facts = [fact("value_added_real", y, 5, "percent", measure="growth") for y in ("2021", "2023")]
    assert look(plan, "value_added_growth", facts).latest.period.year == 2021
    average = fact("value_added_real", "2023", 6, "percent", measure="average_growth", base_period=Period.parse("2020"))
    a = look(plan, "value_added_growth", [*facts[1:], average])
    assert (a.latest, a.standing.actual, a.standing.time) == (average, pytest.approx(0.06), pytest.approx(0.6))


def test_cumulative_decline(plan, fact) -> None:
    """−12 % in five years; −3 % a year for three: ln 0.97³ / ln 0.88 = 71.5 %; not judged on an unknown calibre."""
    facts = [fact("energy_intensity", str(y), -3, "percent", measure="growth") for y in (2021, 2022, 2023)]
    a = look(plan, "energy_intensity", facts)
    assert a.standing.progress == pytest.approx(0.7148, abs=5e-5)
    assert (a.doubt, a.light, a.standing.light) == ("calibre", "grey", "green")
    settled = [fact("energy_intensity", str(y), -3, "percent", measure="growth", calibre="energy_above_scale_net")
               for y in (2021, 2022)]  # fmt: skip
    assert look(plan, "energy_intensity", settled).light == "green"


def test_level_with_and_without_its_base(plan, fact) -> None:
    """From 600 in 2020 to 1,050: 780 in 2023 is 40 % of the way at 60 % of the time: red. Without 2020 no light."""
    last = fact("industrial_investment", "2023", 780, "100m_yuan")
    base = fact("industrial_investment", "2020", 600, "100m_yuan")
    a = look(plan, "industrial_investment", [base, last])
    assert (a.standing.progress, a.standing.time, a.light) == (pytest.approx(0.4), pytest.approx(0.6), "red")
    assert a.standing.required == pytest.approx((1050 / 780) ** 0.5 - 1)
    assert look(plan, "industrial_investment", [last]).light == "grey"
    old = look(plan, "industrial_investment", [fact("industrial_investment", "2016", 900, "100m_yuan")])
    assert (old.doubt, old.standing, old.light) == ("old", None, "grey")


def test_another_calibre_is_no_base(plan, fact) -> None:
    base = fact("industrial_investment", "2020", 600, "100m_yuan", calibre="investment_5m_progress")
    last = fact("industrial_investment", "2023", 780, "100m_yuan", calibre="investment_5m_expenditure")
    assert look(plan, "industrial_investment", [base, last]).standing.progress is None


def test_reading_as_a_sum(plan, fact) -> None:
    """Read as the sum of 2021–2025, 500 and 600 exceed 1,050."""
    facts = [fact("industrial_investment", str(y), v, "100m_yuan") for y, v in ((2021, 500), (2022, 600))]
    a = look(plan, "industrial_investment", facts, investment_reading="sum_2021_2025")
    assert (a.standing.actual, a.light) == (1100, "green")


def test_share_in_another_unit(plan, fact) -> None:
    """0.026 in 2023 from 0.024 in 2020 to 3 %: a third of the way, 0.2 points a year to go."""
    facts = [fact("rd_intensity", y, v, "fraction", measure="share") for y, v in (("2020", 0.024), ("2023", 0.026))]
    a = look(plan, "rd_intensity", facts)
    assert (a.standing.progress, a.standing.required) == (pytest.approx(1 / 3), pytest.approx(0.2))


def test_cumulative_count_from_years_and_quarters(plan, fact) -> None:
    """40 a year for four years and 30 to September: 190 of 200 at 95 % of the time; 10 are left in all."""
    facts = [fact("intelligent_renovation", str(y), 40, "firms") for y in range(2021, 2025)]
    facts.append(fact("intelligent_renovation", "2025-01/2025-09", 30, "firms", measure="year_to_date_level"))
    a = look(plan, "intelligent_renovation", facts)
    assert (a.standing.actual, a.standing.time, a.standing.required) == (190, pytest.approx(0.95), 10)
    # Posterior rate Gamma(190.5, 4.75), a quarter of a year left: P(N ≥ 10) of the negative binomial.
    assert a.chance == pytest.approx(stats.nbinom.sf(9, 190.5, 4.75 / 5), rel=1e-12)
    assert look(plan, "intelligent_renovation", facts[1:]).doubt == "gap"


def test_each_year_with_the_year_that_runs(plan, fact) -> None:
    """60, 45 and 55 of 50 a year, 40 by September: two of three years reached, 10 left in this one."""
    facts = [fact("hightech_firms", y, v, "firms") for y, v in (("2022", 60), ("2023", 45), ("2024", 55))]
    facts += [fact("hightech_firms", f"2025Q{q}", v, "firms") for q, v in ((1, 5), (2, 15), (3, 20))]
    a = look(plan, "hightech_firms", facts)
    assert ([p.met for p in a.past], a.standing.actual, a.standing.required) == ([True, False, True], 40, 10)
    assert (a.standing.time, a.light) == (pytest.approx(0.75), "green")
    assert 0 < a.chance < 1
    # The third quarter is not looked at on the second quarter's page.
    assert look(plan, "hightech_firms", facts, Quarter(2025, 2)).standing.actual == 20


def test_half_years_and_quarters(plan, fact) -> None:
    lectures = [fact("entrepreneur_lectures", p, 1, "count") for p in ("2024-01/2024-06", "2025-01/2025-06")]
    a = look(plan, "entrepreneur_lectures", lectures)
    assert (len(a.past), a.light, a.standing.met) == (2, "green", True)
    rounds = [fact("supervision_rounds", "2025Q2", 1, "count"), fact("supervision_rounds", "2025Q3", 0, "count")]
    assert look(plan, "supervision_rounds", rounds).light == "red"


def test_share_of_each_year(plan, fact) -> None:
    facts = [
        fact("industrial_project_count_share", y, v, "percent", measure="share")
        for y, v in (("2023", 52), ("2024", 48))
    ]
    a = look(plan, "industrial_project_count_share", facts)
    assert ([p.met for p in a.past], a.light, a.chance) == ([True, False], "red", None)


def test_growth_of_each_year_is_strict(plan, fact) -> None:
    for value, light in ((0.0, "red"), (0.1, "green")):
        a = look(plan, "special_funds_growth", [fact("special_funds", "2024", value, "percent", measure="growth")])
        assert a.light == light


def test_each_chain(plan, fact) -> None:
    names = [chain.zh for chain in plan.chains]
    facts = [fact("chain_leaders", "2024", n, "firms", reference=c) for c, n in zip(names[:3], (1, 2, 0), strict=True)]
    a = look(plan, "chain_leaders", facts)
    assert (a.standing.actual, a.standing.target, len(a.behind), a.behind[0]) == (2, 11, 9, names[2])


def test_each_park_against_the_province(plan, fact) -> None:
    facts = [
        fact("tax_per_mu", "2024", v, "10k_yuan_per_mu", region=r)
        for r, v in (("湖南省", 15), ("湘潭高新区", 20), ("湘潭经开区", 15))
    ]
    a = look(plan, "tax_per_mu", facts)
    assert a.standing.actual == 1
    assert a.behind == ("湘潭经开区", "湘潭综保区")
    city = look(plan, "tax_per_mu", [facts[0], fact("tax_per_mu", "2024", 16, "10k_yuan_per_mu")])
    assert (city.light, city.standing.target) == ("green", 15)


def test_standing_counts_ranks_and_directions(plan, fact) -> None:
    assert look(plan, "contact_firms", [fact("contact_firms", "2025Q3", 299, "firms")]).light == "red"
    assert look(plan, "contact_firms", [fact("contact_firms", "2025Q3", 300, "firms")]).light == "green"
    stock = look(plan, "integration_standard_firms", [fact("integration_standard_firms", "2023", 32, "firms")])
    assert (stock.standing.progress, stock.light, stock.standing.required) == (pytest.approx(0.64), "green", 9)
    place = look(plan, "invention_patents",
                 [fact("invention_patents", "2024", 4, "rank", measure="rank", reference="同类地区")])  # fmt: skip
    assert (place.standing.actual, place.light) == (4, "grey")
    assert look(plan, "indicators_two_up_three_down", [fact("two_up_three_down", "2024", 5, "count")]).light == "green"


def test_read_as_a_stock(plan, fact) -> None:
    """Ten national little giants as new ones since 2020, or as the stock at the end of 2025: 35 are there."""
    stock = fact("national_little_giants_stock", "2024", 35, "firms")
    assert look(plan, "national_little_giants", [stock]).standing is None
    read = look(plan, "national_little_giants", [stock], new_or_stock="stock")
    assert (read.standing.actual, read.light) == (35, "green")


def test_a_growth_is_shown_where_a_level_is_asked(plan, fact) -> None:
    growth = fact("industrial_investment", "2024", 3.3, "percent", measure="growth")
    a = look(plan, "industrial_investment", [growth])
    assert (a.latest, a.standing, a.light, a.doubt) == (growth, None, "grey", "old")


def test_no_figure(plan) -> None:
    for target in plan.targets:
        a = look(plan, target.id, [])
        assert (a.standing, a.latest, a.light) == (None, None, "grey")
        assert start_year(target) == 2020


def test_a_correction_is_taken_from_its_day_on(fact) -> None:
    first = fact("hightech_firms", "2024", 55, "firms", published=dt.date(2025, 1, 20))
    second = fact("hightech_firms", "2024", 52, "firms", published=dt.date(2025, 7, 20), vintage="更正1")
    for day, value in ((dt.date(2025, 2, 1), 55), (dt.date(2025, 8, 1), 52)):
        (found,) = Book.of([second, first], day).get("湘潭市", "hightech_firms")
        assert found.value == value
    estimate = fact("hightech_firms", "2024", 60, "firms", published=dt.date(2025, 9, 1), role="estimate")
    assert Book.of([first, estimate], DAY).get("湘潭市", "hightech_firms")[0].value == 55


def test_tiles_do_not_overlap(fact) -> None:
    """A year before its quarters, the longer year-to-date before the shorter; nothing beyond the end."""
    some = [fact("hightech_firms", p, 1, "firms") for p in ("2023", "2023Q1", "2024Q1", "2024Q2", "2025")]
    some.append(fact("hightech_firms", "2024-01/2024-09", 3, "firms", measure="year_to_date_level"))
    chosen = tile(some, (2021, 1), (2024, 12))
    assert [str(s.period) for s in chosen] == ["2023", "2024-01/2024-09"]


@pytest.mark.parametrize(("note", "firms"), [("企业数=2", 2), ("企业数：3家", 3), ("firms = 1; x", 1), ("三家", None)])
def test_firms_behind_a_figure(fact, note: str, firms: int | None) -> None:
    amount = fact("chain_output", "2024", 5, "100m_yuan", note=note)
    assert firms_behind(amount) == firms
    assert suppressed(amount) == (firms is not None and firms < 3)
    assert not suppressed(fact("chain_leaders", "2024", 2, "firms", note=note))
