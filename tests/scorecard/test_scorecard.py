"""The whole scorecard: rows, changes with their statements, peers, public and internal, suppression."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from xtanalysis.data.dictionary import indicators
from xtanalysis.statements.facts import load_facts
from xtanalysis.targets.book import Book
from xtanalysis.targets.judge import judge_by_figures
from xtanalysis.targets.places import below, leading_figures, leading_indicators, places, region_cells
from xtanalysis.targets.quarters import Quarter
from xtanalysis.targets.related import related_indicators
from xtanalysis.targets.rows import fields
from xtanalysis.targets.scorecard import scorecard
from xtanalysis.targets.verdicts import Verdict

Q3, DAY = Quarter(2025, 3), dt.date(2025, 10, 31)


def row_of(card, name):
    return next(row for row in card.rows if row.target.id == name)


def test_all_38_targets_with_the_shipped_figures(plan) -> None:
    """One row a target, a lead for each, inferred for the eleven of section 一; growth of value added is on time."""
    card = scorecard(plan, load_facts(), Q3)
    assert len(card.rows) == 38
    assert sum(row.inferred for row in card.rows) == 11
    assert {row.target.section for row in card.rows if row.inferred} == {"一"}
    assert sum(len(card.of_body(body)) for body in card.bodies) == 38
    assert sum(card.lights().values()) == 38
    assert row_of(card, "value_added_growth").light == "green"
    assert not card.internal


def test_the_six_fields_hold_known_targets_once(plan) -> None:
    names = [name for field in fields() for name in field.targets]
    assert len(fields()) == 6
    assert len(names) == len(set(names))
    assert set(names) <= {target.id for target in plan.targets}
    assert {t.id for t in plan.targets} - set(names) == {"value_added_growth", "value_added_share"}


def test_changes_name_the_new_figure_and_the_correction(plan, fact) -> None:
    old = fact("hightech_firms", "2024", 55, "firms", published=dt.date(2025, 1, 20))
    mended = fact("hightech_firms", "2024", 45, "firms", published=dt.date(2025, 9, 20), vintage="更正1")
    fresh = fact("roadshows", "2025-01/2025-09", 7, "count", measure="year_to_date_level")
    card = scorecard(plan, [old, mended, fresh], Q3)
    by_target = {change.target: change for change in card.changes}
    assert set(by_target) == {"hightech_firms", "roadshows"}
    assert by_target["hightech_firms"].corrected == ((old, mended),)
    assert (by_target["hightech_firms"].before, by_target["hightech_firms"].after) == ("green", "red")
    assert (by_target["roadshows"].new, by_target["roadshows"].before) == ((fresh,), "grey")
    # One quarter on, nothing has changed any more.
    assert scorecard(plan, [old, mended, fresh], Quarter(2025, 4)).changes == ()


def test_the_same_value_again_is_no_news(plan, fact) -> None:
    first = fact("hightech_firms", "2024", 55, "firms", published=dt.date(2025, 1, 20))
    again = fact("hightech_firms", "2024", 55, "firms", published=dt.date(2025, 9, 20), vintage="年鉴")
    assert scorecard(plan, [first, again], Q3).changes == ()


def test_a_part_year_figure_is_news_too(plan, fact) -> None:
    news = fact("value_added_real", "2025-01/2025-09", 8, "percent", measure="year_to_date_growth")
    (change,) = scorecard(plan, [news], Q3).changes
    assert (change.target, change.new) == ("value_added_growth", (news,))


def test_public_leaves_internal_rows_out(plan, fact) -> None:
    open_row = fact("roadshows", "2024", 7, "count")
    closed = fact("hightech_firms", "2024", 55, "firms", public=False)
    everything = scorecard(plan, [open_row, closed], Q3)
    assert everything.internal
    assert row_of(everything, "hightech_firms").internal
    card = scorecard(plan, [open_row, closed], Q3, public=True)
    assert (len(card.rows), card.left_out, card.internal) == (37, 1, False)
    assert "hightech_firms" not in {row.target.id for row in card.rows}


def test_an_internal_part_year_figure_marks_the_row_and_leaves_the_public_page(plan, fact) -> None:
    year = fact("value_added_real", "2021", 7, "percent", measure="growth")
    part = fact("value_added_real", "2025-01/2025-09", 8, "percent", measure="year_to_date_growth", public=False)
    assert row_of(scorecard(plan, [year, part], Q3), "value_added_growth").internal
    assert row_of(scorecard(plan, [year, part], Q3, public=True), "value_added_growth").assessment.running is None


def test_the_verdict_of_the_same_reading_is_taken(plan) -> None:
    def verdict(value: float, probability: float) -> Verdict:
        option = "five" if value == 5.0 else "four_and_half"
        return Verdict(target="value_added_growth", reading=f"about_five:{option}", verdict="likely", basis="robust",
                       probability=probability, value=value)  # fmt: skip

    rest = judge_by_figures(plan, [], DAY)
    both = (verdict(5.0, 0.7), verdict(4.5, 0.8))
    every = (*both, *(v for v in rest if v.target != "value_added_growth"))
    assert row_of(scorecard(plan, [], Q3, verdicts=every), "value_added_growth").verdict == both[0]
    other = scorecard(plan, [], Q3, verdicts=every, readings={"about_five": "four_and_half"})
    assert row_of(other, "value_added_growth").verdict == both[1]


def test_place_and_gap(plan, fact) -> None:
    """Third of eleven cities, 1.5 points above the province; nine cities are too few for a place."""
    cities = ["长沙市", "株洲市", "衡阳市", "邵阳市", "岳阳市", "常德市", "益阳市", "郴州市", "永州市", "怀化市"]
    growth = dict(zip(cities, (8, 9, 1, 2, 3, 4, 5, 5.5, 6, 6.5), strict=True)) | {"湘潭市": 7, "湖南省": 5.5}
    facts = [fact("value_added_real", "2021", v, "percent", measure="growth", region=r) for r, v in growth.items()]
    peers = row_of(scorecard(plan, facts, Q3), "value_added_growth").peers
    assert (peers.place, peers.of, peers.gap, str(peers.period)) == (3, 11, pytest.approx(1.5), "2021")
    few = [s for s in facts if s.region not in cities[:2]]
    assert row_of(scorecard(plan, few, Q3), "value_added_growth").peers.place is None


def test_another_calibre_is_not_compared(plan, fact) -> None:
    own = fact("value_added_real", "2021", 7, "percent", measure="growth", calibre="above_scale_20m")
    province = fact("value_added_real", "2021", 6, "percent", measure="growth", region="湖南省")
    assert row_of(scorecard(plan, [own, province], Q3), "value_added_growth").peers is None


def test_lower_is_better_for_a_decline(plan, fact) -> None:
    cities = ["长沙市", "株洲市", "衡阳市", "邵阳市", "岳阳市", "常德市", "益阳市", "郴州市", "永州市", "湘潭市"]
    facts = [fact("energy_intensity", "2021", -v, "percent", measure="growth", region=c) for v, c in enumerate(cities)]
    assert row_of(scorecard(plan, facts, Q3), "energy_intensity").peers.place == 1


def test_places_of_the_shipped_figures() -> None:
    """GDP of 2023 in Hunan's communiqués of that year, before the census: Xiangtan's 2,741.8 is seventh of fourteen."""
    found = {s.indicator: (s.period.year, p.place, p.of) for s, p in places(Book.of(load_facts(), DAY), "湘潭市")}
    assert found["gdp"] == (2023, 7, 14)


def test_related_figures_stand_beside_and_do_not_count(plan, fact) -> None:
    """The stock of little giants beside the target of new ones; nothing from before the plan."""
    now = fact("national_little_giants_stock", "2024", 35, "firms")
    old = fact("fixed_asset_investment", "2019", 2000, "100m_yuan")
    card = scorecard(plan, [now, old], Q3)
    assert row_of(card, "national_little_giants").related == (now,)
    assert row_of(card, "national_little_giants").light == "grey"
    assert row_of(card, "industrial_investment").related == ()
    assert set(related_indicators()) <= {target.id for target in plan.targets}
    assert {name for names in related_indicators().values() for name in names} <= set(indicators())


def test_counties_and_parks_are_regions(fact) -> None:
    names = below("湘潭市")
    assert {"湘潭县", "韶山市", "湘潭高新区", "湘潭天易经开区"} <= set(names)
    facts = [fact("planned_investment", "2024", v, "100m_yuan", region=r) for r, v in (("湘潭县", 80), ("韶山市", 30))]
    cells = region_cells(Book.of(facts, DAY), names, leading_indicators())
    assert {(c.region, c.value) for c in cells} == {("湘潭县", 80), ("韶山市", 30)}


def test_few_firms_are_hidden_and_cannot_be_found_by_subtraction(fact) -> None:
    """One cell on two firms: it goes, and so does the smallest other; a count of firms stays; internal cells leave."""
    names = below("湘潭市")
    some = [fact("planned_investment", "2024", v, "100m_yuan", region=r)
            for r, v in (("湘潭县", 80), ("湘乡市", 20), ("岳塘区", 50))]  # fmt: skip
    two = fact("planned_investment", "2024", 30, "100m_yuan", region="韶山市", note="企业数=2")
    count = fact("above_scale_firms_new", "2024", 2, "firms", region="韶山市", note="企业数=2")
    cells = {
        (c.region, c.indicator): c.value
        for c in region_cells(Book.of([*some, two, count], DAY), names, leading_indicators())
    }
    hidden = {region for (region, indicator), v in cells.items() if v is None}
    assert hidden == {"韶山市", "湘乡市"}
    assert cells["韶山市", "above_scale_firms_new"] == 2
    closed = [replace(s, public=False) for s in some]
    assert region_cells(Book.of(closed, DAY), names, leading_indicators(), public=True) == []


def test_a_hidden_figure_marks_its_row(plan, fact) -> None:
    card = scorecard(plan, [fact("chain_output", "2024", 3000, "100m_yuan", note="企业数=2")], Q3)
    assert row_of(card, "chain_output").hidden


def test_leading_figures_grow_on_the_same_months(fact) -> None:
    facts = [
        fact("planned_investment", f"{y}-01/{y}-09", v, "100m_yuan", measure="year_to_date_level")
        for y, v in ((2024, 400), (2025, 460))
    ]
    (one,) = leading_figures(Book.of(facts, DAY), "湘潭市")
    assert one.growth == pytest.approx(0.15)
    share = fact("industrial_electricity_use", "2025-01/2025-09", 6, "percent", measure="year_to_date_growth")
    assert leading_figures(Book.of([share], DAY), "湘潭市")[0].growth == pytest.approx(0.06)
    assert leading_figures(Book.of(facts[1:], DAY), "湘潭市")[0].growth is None
    assert leading_figures(Book.of(facts[:1], dt.date(2026, 10, 31)), "湘潭市") == []
