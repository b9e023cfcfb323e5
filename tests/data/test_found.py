"""The rows found in published texts: readable, sourced, dated, and read twice."""

from __future__ import annotations

import csv

import pytest

from xtanalysis.data.paths import raw_dir
from xtanalysis.statements.facts import load_facts, sources

FOUND = {"xiangtan_found.csv": 50, "outlooks.csv": 400, "hunan_china_found.csv": 20}
"""File → fewest rows that it must hold."""


def _rows(name: str) -> list[dict[str, str]]:
    with (raw_dir() / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("name", FOUND)
def test_every_row_is_loaded_as_a_fact(name: str) -> None:
    ids = {fact.id for fact in load_facts()}
    assert {row["id"] for row in _rows(name)} <= ids


@pytest.mark.parametrize("name", FOUND)
def test_every_row_was_read_twice_and_names_a_source_and_a_date(name: str) -> None:
    rows = _rows(name)
    assert len(rows) == len({row["id"] for row in rows}) > FOUND[name]
    for row in rows:
        assert row["second_reading"]
        assert row["published"]
        assert row["trust"]
        assert row["source_id"] in sources()


def test_outlooks_and_plans_never_tell_what_happened() -> None:
    assert {row["role"] for row in _rows("outlooks.csv")} == {"outlook", "plan"}


def test_world_economic_outlook_of_april_2021_agrees_with_the_press() -> None:
    # The press of 2021-04-06 gave 8.4 and 5.6 for China (see the rows of observations.csv published that day).
    database = {row["period"]: float(row["value"]) for row in _rows("outlooks.csv") if row["vintage"] == "WEO 2021-04"}
    press = {
        str(fact.period): fact.value
        for fact in load_facts()
        if fact.role == "outlook" and fact.published and fact.published.isoformat() == "2021-04-06"
    }
    assert press
    for year, value in press.items():
        assert round(database[year], 1) == value


def test_investment_of_2014_agrees_with_the_compilation_of_city_investment() -> None:
    levels = {
        fact.source_id: fact.value
        for fact in load_facts()
        if (fact.region, fact.indicator, fact.measure, str(fact.period))
        == ("湘潭市", "fixed_asset_investment", "level", "2014")
    }
    found, compiled = levels.pop("xt_gwr_2015"), max(levels.values())
    assert abs(found - compiled) < 0.05 + 1e-9  # the report rounds to 0.1


def _growth(indicator: str, year: int, region: str = "湘潭市") -> float:
    found = [
        fact
        for fact in load_facts()
        if (fact.region, fact.indicator, fact.measure, str(fact.period)) == (region, indicator, "growth", str(year))
        and fact.role == "outcome"
    ]
    values = {fact.value for fact in found}
    assert len(values) == 1
    return values.pop()


@pytest.mark.parametrize(("indicator", "average"), [("value_added_real", 7.2), ("fixed_asset_investment", 10.4)])
def test_the_tables_of_cities_chain_to_the_average_of_the_work_report(indicator: str, average: float) -> None:
    # The work report of December 2021 gave the averages of 2017 to 2021; its last year was an estimate.
    chained = 1.0
    for year in range(2017, 2022):
        chained *= 1 + _growth(indicator, year) / 100
    assert 100 * (chained**0.2 - 1) == pytest.approx(average, abs=0.1)


def test_investment_of_2017_in_the_table_of_cities_continues_the_yearbook() -> None:
    levels = {
        str(fact.period): fact.value
        for fact in load_facts()
        if (fact.region, fact.indicator, fact.measure) == ("湘潭市", "fixed_asset_investment", "level")
        and str(fact.period) in ("2016", "2017")
    }
    # 2016 from the city yearbook, 2017 with its growth from the province's table: growth is rounded to 0.1.
    assert 100 * (levels["2017"] / levels["2016"] - 1) == pytest.approx(
        _growth("fixed_asset_investment", 2017), abs=0.06
    )


def test_energy_of_2025_agrees_with_its_value_added() -> None:
    energy, value_added = _growth("energy_use", 2025), _growth("value_added_real", 2025)
    intensity = 100 * ((1 + energy / 100) / (1 + value_added / 100) - 1)
    assert intensity == pytest.approx(_growth("energy_intensity", 2025), abs=0.1)


def test_gdp_of_the_cities_in_2025_sums_to_the_province() -> None:
    cities = sum(
        fact.value
        for fact in load_facts()
        if (fact.indicator, fact.measure, str(fact.period)) == ("gdp", "level", "2025")
        and fact.role == "outcome"
        and fact.source_id.endswith(("-communique-2025", "communique_2025"))
        and fact.region not in ("湖南省", "中国")
    )
    assert cities == pytest.approx(55308.65, rel=1e-4)
