"""The rows found for Xiangtan: readable, sourced, dated, and read twice."""

from __future__ import annotations

import csv

from xtanalysis.data.paths import raw_dir
from xtanalysis.statements.facts import load_facts, sources

FOUND = "xiangtan_found.csv"


def _rows() -> list[dict[str, str]]:
    with (raw_dir() / FOUND).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_row_is_loaded_as_a_fact() -> None:
    ids = {fact.id for fact in load_facts()}
    assert {row["id"] for row in _rows()} <= ids


def test_every_row_was_read_twice_and_names_a_source_and_a_date() -> None:
    rows = _rows()
    assert len(rows) == len({row["id"] for row in rows}) > 50
    for row in rows:
        assert row["second_reading"]
        assert row["published"]
        assert row["trust"]
        assert row["source_id"] in sources()


def test_investment_of_2014_agrees_with_the_compilation_of_city_investment() -> None:
    levels = {
        fact.source_id: fact.value
        for fact in load_facts()
        if (fact.region, fact.indicator, fact.measure, str(fact.period))
        == ("湘潭市", "fixed_asset_investment", "level", "2014")
    }
    found, compiled = levels.pop("xt_gwr_2015"), max(levels.values())
    assert abs(found - compiled) < 0.05 + 1e-9  # the report rounds to 0.1
