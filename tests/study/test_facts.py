"""Facts: what was known on a day, one's own figures beside them, and a table by year."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from xtanalysis.errors import BadInput, NotYetKnown
from xtanalysis.study.facts import Facts, load_facts

OWN = {"region": "湘潭", "indicator": "工业投资", "measure": "水平", "period": "2020", "value": 715, "unit": "亿元",
       "source_id": "市统计局"}  # fmt: skip


@pytest.mark.parametrize("name", ["湘潭市", "湘潭", "Xiangtan", "430300"])
@pytest.mark.parametrize("day", ["2021-05-06", dt.date(2021, 5, 6), pd.Timestamp("2021-05-06 08:00")])
def test_any_name_and_any_kind_of_day_are_the_same_facts(name: str, day: str | dt.date, facts: Facts) -> None:
    found = load_facts(name, as_of=day)
    assert (found.region, found.as_of) == ("湘潭市", dt.date(2021, 5, 6))
    assert len(found) == len(facts)


def test_nothing_published_later_is_known(facts: Facts) -> None:
    assert all(s.published is not None and s.published <= facts.as_of for s in facts)
    assert len(facts.on("2016-05-06")) < len(facts)
    assert {s.region for s in facts} <= {"湘潭市", "湖南省", "中国"}


def test_what_is_wrong_names_near_names(facts: Facts) -> None:
    with pytest.raises(BadInput, match="湘潭市"):
        load_facts("湘谭市")
    with pytest.raises(BadInput, match="YYYY-MM-DD"):
        load_facts("湘潭", as_of="6 May 2021")
    with pytest.raises(BadInput, match="工业投资"):
        facts.add({**OWN, "indicator": "工业投姿"})


@pytest.mark.parametrize("form", ["mapping", "frame", "file", "statement"])
def test_own_figures_come_in_any_form_and_leave_the_table_as_it_was(form: str, facts: Facts, tmp_path: Path) -> None:
    pd.DataFrame([OWN]).to_csv(tmp_path / "own.csv", index=False)
    statement = facts.add(OWN).added[0]
    given = {"mapping": OWN, "frame": pd.DataFrame([OWN]), "file": tmp_path / "own.csv", "statement": statement}[form]
    before = len(facts)
    more = facts.add(given)
    assert (len(more), len(facts)) == (before + 1, before)
    assert (more.added[0].value, more.added[0].indicator, more.added[0].public) == (
        715.0,
        "industrial_investment",
        False,
    )
    assert len(more.public()) == before


def test_all_problems_of_all_forms_come_at_once(facts: Facts) -> None:
    with pytest.raises(BadInput) as raised:
        facts.add([{**OWN, "value": "many"}, {**OWN, "unit": "公里"}])
    assert len(raised.value.problems) == 2


def test_a_figure_that_is_not_out_yet_is_told(facts: Facts) -> None:
    with pytest.warns(NotYetKnown, match="2021-05-06"):
        more = facts.add({**OWN, "period": "2022"})
    assert len(more) == len(facts)
    assert len(more.on("2023-05-06")) == len(facts.on("2023-05-06")) + 1


def test_what_was_searched_for_is_told_also_of_an_indicator_without_any_figure() -> None:
    late = load_facts("湘潭", as_of="2026-11-23").by_year()
    told = late.loc["tax_per_mu", 2010:2025]
    assert set(told) == {"searched"}
    # The rows of docs/evidence.md: ten full years and an estimate of above-scale growth, one of investment.
    assert list(late.loc["value_added_real"][late.loc["value_added_real"] == "full year"].index) == [
        2014,
        *range(2017, 2026),
    ]
    full = late.loc["industrial_investment"] == "full year"
    assert list(late.loc["industrial_investment"][full & (full.index >= 2010)].index) == [2025]
    assert "searched" not in set(load_facts("株洲", as_of="2026-11-23").by_year().to_numpy().ravel())


def test_by_year_tells_full_years_parts_and_gaps(facts: Facts) -> None:
    table = facts.by_year()
    assert table.loc["gdp_real", 2020] == "full year"
    assert table.loc["value_added_real", 2021] == "in part"  # January to March
    assert table.loc["industrial_investment", 2020] == "searched"
    assert table.loc["industrial_investment", 2021] == ""  # not over yet
    assert table.loc["industrial_investment", 2005] == ""  # nobody looked
    assert facts.add(OWN).by_year().loc["industrial_investment", 2020] == "full year"
    assert len(facts.to_frame()) == len(facts)
