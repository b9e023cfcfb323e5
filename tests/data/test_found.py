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
