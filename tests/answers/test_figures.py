"""The first page's figures and progress, against hand-made statements and published arithmetic."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math

import pytest

from xtanalysis.answers.figures import chain, latest_statement
from xtanalysis.answers.latest import base_year, latest_figures
from xtanalysis.answers.progress import progress
from xtanalysis.answers.project import Projection
from xtanalysis.statements.grammar import Period, Statement


def fact(measure: str, period: str, value: float, **more: object) -> Statement:
    base = more.pop("base", None)
    given: dict[str, object] = {
        "id": f"{measure}.{period}.{value}",
        "region": "湘潭市",
        "indicator": "value_added_real",
        "measure": measure,
        "period": Period.parse(period),
        "base_period": Period.parse(str(base)) if base else None,
        "relation": "equals",
        "value": value,
        "unit": "percent",
        "role": "outcome",
        "calibre": "above_scale_20m",
        "published": dt.date(2020, 1, 1),
        "trust": "A",
    }
    return Statement(**(given | more))  # type: ignore[arg-type]


def test_growth_is_chained_from_the_base() -> None:
    rows = [fact("growth", "2021", 9.6), fact("growth", "2022", 7.3), fact("growth", "2023", 5.9)]
    found = chain(rows, "value_added_real", 2020)
    assert found.last == 2023
    assert found.change == pytest.approx(1.096 * 1.073 * 1.059 - 1, rel=1e-12)
    assert found.average == pytest.approx((1.096 * 1.073 * 1.059) ** (1 / 3) - 1, rel=1e-12)


def test_a_gap_ends_the_chain_and_an_average_bridges_it() -> None:
    rows = [fact("growth", "2021", 10.0), fact("growth", "2024", 5.0)]
    assert chain(rows, "value_added_real", 2020).last == 2021
    bridge = fact("average_growth", "2023", 4.0, base=2021)
    found = chain([*rows, bridge], "value_added_real", 2020)
    assert found.last == 2024
    assert found.change == pytest.approx(1.1 * 1.04**2 * 1.05 - 1, rel=1e-12)
    assert len(found.yearly) == 4


def test_the_finest_steps_win() -> None:
    yearly = [fact("growth", str(y), 3.0) for y in (2021, 2022)]
    found = chain([fact("cumulative_change", "2022", 50.0, base=2020), *yearly], "value_added_real", 2020)
    assert found.change == pytest.approx(1.03**2 - 1, rel=1e-12)


def test_growth_is_never_chained_across_a_break() -> None:
    rows = [fact("growth", "2021", 9.0), fact("growth", "2022", 9.0, calibre="unknown")]
    found = chain(rows, "value_added_real", 2020)
    assert (found.last, found.stopped) == (2021, "break in calibre")


@pytest.mark.parametrize(
    ("calibre", "last"), [("investment_5m_progress", 2016), ("investment_5m_expenditure", 2015), ("unknown", 2015)]
)
def test_levels_are_chained_only_where_the_calibre_allows_it(calibre: str, last: int) -> None:
    rows = [
        fact("level", str(y), v, indicator="industrial_investment", unit="100m_yuan", calibre=calibre)
        for y, v in ((2015, 100.0), (2016, 120.0))
    ]
    assert chain(rows, "industrial_investment", 2015).last == last


def test_vintages_are_not_differenced() -> None:
    rows = [
        fact("level", str(y), v, indicator="gdp", unit="100m_yuan", calibre="gdp_census4", vintage=vintage)
        for y, v, vintage in ((2018, 2161.36, "as_published"), (2019, 2257.63, "revised"))
    ]
    assert chain(rows, "gdp", 2018).last == 2018


def test_the_figure_that_reaches_furthest_is_the_latest() -> None:
    rows = [fact("growth", "2021", 9.6), fact("year_to_date_growth", "2022-01/2022-06", 7.0)]
    measures = ("growth", "year_to_date_growth")
    assert latest_statement(rows, ("value_added_real",), measures) == rows[1]
    full = fact("growth", "2022", 7.3)
    december = fact("year_to_date_growth", "2022", 7.4)
    assert latest_statement([*rows, december, full], ("value_added_real",), measures) == full
    assert latest_statement([fact("growth", "2023", 5.0, role="plan")], ("value_added_real",), measures) is None


def test_the_first_page_names_figure_source_chain_and_place(middle: Projection) -> None:
    found = latest_figures(middle)
    assert set(found) == {t.id for t in middle.plan.targets}
    growth = found["value_added_growth"]
    assert growth.figure is not None
    figure = growth.figure
    assert (figure.period, figure.value, figure.publisher.partition("（")[0]) == (
        "2022-01/2022-11",
        7.4,
        "湖南省统计局",
    )
    assert growth.chain is not None
    assert growth.chain.change == pytest.approx(0.096)
    assert {g.other for g in growth.gaps} == {"湖南省", "中国"}
    share = found["value_added_share"]
    assert share.figure is None
    assert [part.indicator for part in share.parts] == ["value_added", "gdp"]
    counted = found["chain_output"]
    assert counted.place is None
    assert "14 cities" in counted.place_reason


def test_place_counts_only_periods_with_enough_cities(middle: Projection) -> None:
    cities = ["长沙市", "株洲市", "衡阳市", "邵阳市", "岳阳市", "常德市", "益阳市"]
    rows = [fact("growth", "2021", 9.6)]
    rows += [fact("growth", "2021", 8.0 + i / 2, region=city, id=city) for i, city in enumerate(cities)]
    place = latest_figures(middle, rows)["value_added_growth"].place
    assert place is not None
    assert (place.position, place.of, place.period) == (4, 8, "2021")
    few = latest_figures(middle, rows[:-1])["value_added_growth"]
    assert few.place is None
    assert "at most 7 of 14" in few.place_reason
    others = latest_figures(middle, [*rows[1:], fact("growth", "2021", 5.0, region="怀化市", id="8")])
    assert "湘潭市 not among them" in others["value_added_growth"].place_reason


def test_an_old_comparison_is_none(middle: Projection) -> None:
    cities = ["湘潭市", "长沙市", "株洲市", "衡阳市", "邵阳市", "岳阳市", "常德市", "益阳市", "湖南省"]
    old, recent = (
        latest_figures(middle, [fact("growth", year, 5.0, region=city, id=city) for city in cities])[
            "value_added_growth"
        ]
        for year in ("2012", "2017")
    )
    assert (old.place, old.gaps) == (None, ())
    assert recent.place is not None
    assert [g.points for g in recent.gaps] == [0.0]


def test_nothing_later_than_the_day_is_read(early: Projection) -> None:
    for latest in latest_figures(early).values():
        for figure in (latest.figure, *latest.parts):
            assert figure is None or (figure.published is not None and figure.published <= early.as_of)


def test_progress_requirement_and_its_probability(middle: Projection) -> None:
    found = next(p for (name, _), p in progress(middle).items() if name == "value_added_growth")
    assert found.standing is not None
    assert found.required is not None
    assert (found.base, found.last, found.deadline) == (2020, 2021, 2025)
    assert found.standing.progress == pytest.approx(math.log(1.096) / (5 * math.log(1.05)), rel=1e-12)
    assert found.standing.time == pytest.approx(0.2)
    # What is done and what remains make the target.
    assert 1.096 * (1 + found.required) ** 4 == pytest.approx(1.05**5, rel=1e-12)
    path = middle.paths.of("value_added_real")
    first = int(middle.paths.years[0])
    remaining = (path[:, 2025 - first] / path[:, 2021 - first]) ** 0.25 - 1
    assert found.required_probability == pytest.approx((remaining >= found.required).mean(), abs=1e-12)


def test_the_year_met_is_the_first_in_which_the_whole_is_reached(middle: Projection) -> None:
    found = next(p for (name, _), p in progress(middle).items() if name == "value_added_growth")
    years, shares = zip(*found.met_by, strict=True)
    assert years == tuple(range(2021, 2027))
    assert list(shares) == sorted(shares)
    path = middle.paths.of("value_added_real")
    first = int(middle.paths.years[0])
    ever = (path[:, 2021 - first : 2025 - first] / path[:, [2020 - first]] >= 1.05**5).any(axis=1)
    assert dict(found.met_by)[2024] == pytest.approx(ever.mean(), abs=1e-12)
    assert found.first_year == next(y for y, p in found.met_by if p > 0.5)


def test_an_unsettled_base_has_no_probability_of_the_requirement(early: Projection) -> None:
    rows = {name: p for (name, _), p in progress(early).items()}
    assert rows["industrial_investment"].standing is None
    assert rows["industrial_investment"].required_probability is None
    energy = rows["energy_intensity"]
    assert energy.standing is not None
    assert energy.required == pytest.approx(0.88**0.2 - 1, rel=1e-12)
    assert energy.required_probability is None


def test_the_base_of_a_level_is_the_year_before_the_plan(early: Projection) -> None:
    assert base_year(early.plan.target("industrial_investment").read(), early.plan) == 2020


def with_facts(projection: Projection, *facts: Statement) -> Projection:
    known = projection.posterior.information
    information = dataclasses.replace(known, used=(*known.used, *facts))
    return dataclasses.replace(projection, posterior=dataclasses.replace(projection.posterior, information=information))


def test_a_level_counts_from_its_base_on_the_targets_own_calibre(middle: Projection) -> None:
    common = {"indicator": "industrial_investment", "unit": "100m_yuan"}
    own = {"calibre": "investment_5m_expenditure", **common}
    known = with_facts(
        middle,
        fact("level", "2020", 600.0, **own),
        fact("level", "2021", 690.0, **own),
        fact("level", "2022", 999.0, calibre="investment_5m_progress", **common),
    )
    standing = progress(known)["industrial_investment", "investment_reading:level_2025"].standing
    assert standing is not None
    assert standing.progress == pytest.approx(90 / 450, rel=1e-12)
    assert standing.required == pytest.approx((1050 / 690) ** 0.25 - 1, rel=1e-12)
    assert (standing.time, standing.light) == (0.2, "green")


def test_a_share_counts_in_steps(middle: Projection) -> None:
    given = {"indicator": "value_added_share", "calibre": "above_scale_unsettled"}
    known = with_facts(middle, fact("share", "2020", 30.0, **given), fact("share", "2021", 30.5, **given))
    found = progress(known)["value_added_share", ""]
    assert found.standing is not None
    assert found.standing.progress == pytest.approx(0.1, rel=1e-9)
    assert found.required == pytest.approx(0.045 / 4, rel=1e-9)
    assert found.standing.light == "yellow"
