"""The decisions about the gathered figures: complete, and without the sentences that they were read from."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from xtanalysis.data.paths import raw_dir
from xtanalysis.statements.facts import sources
from xtanalysis.statements.read import COLUMNS, read_statements

SCRIPTS = Path(__file__).parents[2] / "scripts"
OURS = ("observations.csv", "hunan_cities.csv", "city_investment.csv", "co2.csv")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_xiangtan_figure_has_a_decision_and_stands_where_it_says() -> None:
    decisions = [r for r in rows(SCRIPTS / "curation.csv") if r["region"] == "湘潭市"]
    assert len(decisions) == 135
    kept = [f for f in read_statements(raw_dir() / "observations.csv") if f.region == "湘潭市"]
    left = [r for r in rows(raw_dir() / "left_out.csv") if r["region"] == "湘潭市"]
    assert len(kept) == sum(r["decision"] == "keep" for r in decisions)
    assert len(left) == sum(r["decision"] == "leave_out" for r in decisions)
    assert {r["decision"] for r in decisions} == {"keep", "leave_out"}


def test_what_was_left_out_has_its_reason() -> None:
    left = rows(raw_dir() / "left_out.csv")
    assert left
    assert all(r["reason"].endswith(".") for r in left)


@pytest.mark.parametrize("name", OURS)
def test_shipped_facts_hold_the_contracts_columns_and_no_sentences(name: str) -> None:
    with (raw_dir() / name).open(encoding="utf-8", newline="") as stream:
        assert next(csv.reader(stream)) == list(COLUMNS)
    for row in rows(raw_dir() / name):
        assert "quote" not in row
        assert len(row["note"]) < 250, row["id"]


def test_every_source_says_who_where_when_and_on_what_terms() -> None:
    for source in sources().values():
        assert source.publisher, source.id
        assert source.title, source.id
        assert source.retrieved, source.id
        assert source.terms, source.id
        assert source.trust in {"A", "B", "C"}, source.id


def test_nothing_commercial_is_shipped() -> None:
    told = " ".join(f"{s.title} {s.publisher} {s.address}" for s in sources().values())
    for name in ("CSMAR", "Wind数据", "中经网", "CEIC", "GPL"):
        assert name not in told
