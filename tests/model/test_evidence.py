"""From facts to rows: offsets of calibre and vintage, proxies, parts of a year, contradictions, random systems."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.model.small import CITY, base_prior, evidence_of, layout_of, posterior_of, say
from xtanalysis.data.dictionary import corrections, shipped, using
from xtanalysis.errors import BadInput, Contradiction, XtError
from xtanalysis.model.basis import HEAVY, references_of, restated_together
from xtanalysis.model.contradictions import contradictions
from xtanalysis.model.exact import refuse_exact
from xtanalysis.model.likelihood import LoosenedError, condition
from xtanalysis.model.mixture import fit_mixture
from xtanalysis.model.noise import load_errors, proxies, rounding_sd
from xtanalysis.model.posterior import fit_posterior
from xtanalysis.model.prior import path_covariance
from xtanalysis.model.priors import NATION, TREND
from xtanalysis.model.select import information_set
from xtanalysis.model.stand_ins import FIRST_YEAR, proxy_offsets, with_proxy
from xtanalysis.statements.facts import load_facts
from xtanalysis.statements.grammar import Statement

PROVINCE = "湖南省"
SURE = 1e-5  # of a figure, in its unit: all that is left open is the proxy
NEARLY = 0.02  # a little of the levels is known before they are told


def offsets_of(*statements: Statement) -> dict[str, list[str]]:
    """Names of the offsets of each statement, by id."""
    layout = layout_of(
        ["gdp_real", "gdp_price", "fixed_asset_investment", "energy_intensity", "value_added_real"], 2005, 2022
    )
    evidence = evidence_of(list(statements), layout, 2021)
    assert not evidence.unusable, evidence.unusable
    rows = evidence.offsets.toarray()
    return {
        s.id: [evidence.offset_names[j] for j in np.flatnonzero(row)]
        for s, row in zip(evidence.statements, rows, strict=True)
    }


def test_levels_on_one_calibre_share_no_offset_and_another_calibre_has_one() -> None:
    old = [
        say("fixed_asset_investment", "level", str(y), 500.0, "100m_yuan", calibre="investment_500k")
        for y in (2009, 2010)
    ]
    new = [
        say("fixed_asset_investment", "level", str(y), 700.0, "100m_yuan", calibre="investment_5m_progress")
        for y in (2016, 2017)
    ]
    found = offsets_of(*old, *new)
    assert [found[s.id] for s in new] == [[], []]
    assert found[old[0].id] == found[old[1].id] != []
    assert found[old[0].id][0].startswith("calibre ")


def test_levels_of_a_calibre_that_may_not_be_differenced_stand_each_alone() -> None:
    levels = [
        say("fixed_asset_investment", "level", str(y), 900.0, "100m_yuan", calibre="investment_5m_expenditure")
        for y in (2019, 2020)
    ]
    assert list(offsets_of(*levels).values()) == [[], []]
    layout = layout_of(["fixed_asset_investment"], 2015, 2022)
    evidence = evidence_of(levels, layout, 2021)
    spread = load_errors().get("calibre", "fixed_asset_investment")
    assert evidence.sd == pytest.approx(np.hypot(spread, 0.5 * 100 / 900), rel=1e-9)
    assert (evidence.dof == HEAVY).all()


def nominal(year: int, base: int, level: float, calibre: str) -> Statement:
    """A published level that grows by 5 % a year from a base."""
    value = level * 1.05 ** (year - base)
    more = {"calibre": calibre, "vintage": "as_published", "sd": 1.0}
    return say("gdp", "level", str(year), value, "100m_yuan", **more)


def test_a_level_across_a_forbidden_break_tells_little_about_growth() -> None:
    """Published 2018 and 2019 on two bases: their difference must not become the growth of 2019."""
    layout = layout_of(["gdp_real", "gdp_price"], 2012, 2021)
    levels = [nominal(year, 2014, 800.0, "gdp_before_census4") for year in range(2014, 2019)]
    levels += [nominal(year, 2019, 800.0, "gdp_census4") for year in (2019, 2020, 2021)]
    evidence = evidence_of(levels, layout, 2021)
    cell = condition(layout, evidence, base_prior(layout).base, np.ones(len(evidence)))
    growth = np.tile(np.diff(np.eye(len(layout.years)), axis=0), 2)  # of volume and of price
    sd = np.sqrt(np.diag(growth @ cell.covariance_with(layout, growth)))
    assert (growth @ cell.mean)[[3, 8]] == pytest.approx([100 * np.log(1.05)] * 2, abs=0.3)
    # The published level falls by 19 log points in 2019: the basis takes up what the prior's own yearly moves (4.5 of
    # the price, 1.6 of the volume, over 18 provinces) leave it, nearly half, and the rest stays open.
    assert (growth @ cell.mean)[6] > -12.0
    assert sd[[3, 8]].max() < 0.5
    assert sd[6] > 0.5 * load_errors().get("calibre", "gdp")


def test_first_published_and_revised_levels_differ_by_an_offset_after_each_census() -> None:
    revised = [
        say("gdp", "level", str(y), 900.0, "100m_yuan", calibre="gdp_census4", vintage="revised") for y in (2010, 2014)
    ]
    first = [
        say("gdp", "level", str(y), 950.0, "100m_yuan", calibre="gdp_before_census4", vintage="as_published")
        for y in (2010, 2012, 2014)
    ]
    found = offsets_of(*revised, *first)
    assert [found[s.id] for s in revised] == [[], []]
    assert found[first[0].id] == found[first[1].id] != found[first[2].id]


def test_a_part_of_a_year_has_its_learnt_share() -> None:
    layout = layout_of(["fixed_asset_investment"], 2015, 2020)
    half = say("fixed_asset_investment", "year_to_date_level", "2019-01/2019-06", 300.0, "100m_yuan", sd=None)
    evidence = evidence_of([half], layout, 2020)
    months = -100.0 * np.log(0.5) - load_errors().get("year_share_mean")
    from xtanalysis.statements.linear import log_value

    assert evidence.value[0] == pytest.approx(log_value(half, 300.0) + months, abs=1e-9)
    assert any(name.startswith("part of the year") for name in evidence.offset_names)


def test_growth_to_date_is_surer_the_more_of_the_year_it_covers() -> None:
    layout = layout_of(["value_added_real"], 2015, 2020)
    spans = ("2019-01/2019-03", "2019-01/2019-06", "2019-01/2019-11", "2019-01/2019-12")
    rows = [say("value_added_real", "year_to_date_growth", span, 8.0, sd=None) for span in spans]
    sd = evidence_of(rows, layout, 2020).sd
    assert (np.diff(sd) < 0).all()
    assert sd[-1] == pytest.approx(
        np.hypot(rounding_sd(8.0) * 100 / 108, load_errors().get("floor", "*", "A")), rel=1e-9
    )


def test_every_proxy_stands_for_something_modelled() -> None:
    for name, proxy in proxies().items():
        statement = say(name, "growth", "2019", 5.0)
        assert with_proxy(statement).indicator == proxy.stands_for
        assert proxy.drift >= 0.0
        assert proxy.noise >= 0.0


def test_a_proxys_difference_has_the_law_of_an_autoregression() -> None:
    """From whichever year it is counted: stationary, and the next year keeps what its memory says."""
    name = "secondary_index_1978"
    proxy, years = proxies()[name], [*range(FIRST_YEAR - 4, FIRST_YEAR + 5)]
    parts = [proxy_offsets(say(name, "growth", str(year), 5.0)) for year in years]
    columns = sorted({part for row in parts for part, _, _ in row if part.startswith("proxy year")})
    loads = np.zeros((len(years), len(columns)))
    for i, row in enumerate(parts):
        for part, share, sd in row:
            if part in columns:
                loads[i, columns.index(part)] = share * sd
    lags = np.abs(np.subtract.outer(years, years))
    assert 0.0 < proxy.memory < 1.0
    assert loads @ loads.T == pytest.approx(proxy.noise**2 * proxy.memory**lags, rel=1e-12)


def test_reports_of_one_proxy_and_year_share_what_the_proxy_is_off_by() -> None:
    """However many say it, growth of a proxy leaves drift and noise of its series open; levels say as much."""
    layout = layout_of(["energy_intensity"], 2014, 2020)
    proxy = proxies()["energy_per_gdp"]

    def left(rows: list[Statement]) -> float:
        evidence = evidence_of(rows, layout, 2020)
        prior = base_prior(layout).base
        cell = condition(layout, evidence, prior, np.ones(len(evidence)))
        row = np.zeros((1, layout.size))
        row[0, layout.position(CITY, "energy_intensity", 2018)] = 1.0
        row[0, layout.position(CITY, "energy_intensity", 2017)] = -1.0
        before = float((row @ path_covariance(layout, prior) @ row.T)[0, 0])
        after = float((row @ cell.covariance_with(layout, row))[0, 0])
        return before * after / (before - after)  # the error that one figure of it would need

    told = [say("energy_per_gdp", "growth", "2018", -3.0, sd=SURE, id=f"r{i}") for i in range(5)]
    series = proxy.drift**2 + proxy.noise**2
    assert left(told[:1]) == pytest.approx(series, rel=NEARLY)
    assert left(told) == pytest.approx(series, rel=NEARLY)
    levels = [
        say("energy_per_gdp", "level", str(year), value, "tce_per_10k_yuan", sd=SURE)
        for year, value in ((2017, 1.0), (2018, 0.97))
    ]
    assert left(levels) == pytest.approx(series, rel=NEARLY)


def test_a_proxy_s_levels_tell_growth_whatever_their_unit() -> None:
    layout = layout_of(["value_added_real", "energy_intensity"], 2010, 2020)
    levels = [
        say(
            "industrial_electricity_use", "level", str(y), 100.0 * 1.06 ** (y - 2014), "100m_kwh", calibre="electricity"
        )
        for y in range(2014, 2021)
    ]
    evidence = evidence_of(levels, layout, 2020)
    before = base_prior(layout).base
    cell = condition(layout, evidence, before, np.ones(len(evidence)))
    row = np.zeros((1, layout.size))
    row[0, [10, 21]], row[0, [4, 15]] = 1.0, -1.0  # energy is output times intensity
    prior = float((row @ path_covariance(layout, before) @ row.T)[0, 0])
    after = float((row @ cell.covariance_with(layout, row))[0, 0])
    assert after < 0.6 * prior
    assert float(row[0] @ cell.mean) > 6 * 2.0


def test_outlooks_beyond_the_year_in_progress_speak_of_the_growth_mean() -> None:
    layout = layout_of([(CITY, "gdp_real"), (NATION, "gdp_real"), (NATION, TREND)], 2010, 2025)
    outlooks = [say("gdp_real", "growth", str(y), 5.0, region=NATION, role="outlook", sd=None) for y in (2021, 2022)]
    evidence = evidence_of(outlooks, layout, 2020)
    states = [layout.states[p // len(layout.years)] for p in evidence.paths.tocsr().indices]
    assert states[:2] == [(NATION, "gdp_real")] * 2
    assert states[2:] == [(NATION, TREND)] * 2


def test_a_planted_error_is_named_with_its_distance() -> None:
    layout = layout_of(["gdp_real"], 2012, 2020)
    good = [say("gdp_real", "growth", str(y), 7.0, sd=0.2, origin_id=f"o{y}") for y in range(2013, 2021)]
    bad = say("gdp_real", "average_growth", "2020", 9.0, base="2012", sd=0.2, id="bad")
    evidence = evidence_of([*good, bad], layout, 2020)
    posterior = posterior_of(layout, evidence, fit_mixture(layout, evidence, base_prior(layout), cells=8), 2020)
    found = contradictions(posterior, bound=3.0)
    assert found[0].statement.id == "bad"
    # 2 points apart; its own error 0.2/1.09 and the mean's of eight errors of 0.2/1.07.
    expected = 100 * np.log(1.09 / 1.07) / np.hypot(0.2 / 1.09, 0.2 / 1.07 / np.sqrt(8)) * 100 / 100
    assert found[0].z == pytest.approx(expected, rel=0.15)
    assert found[0].against.measure == "growth"
    clean = evidence_of(good, layout, 2020)
    assert not contradictions(
        posterior_of(layout, clean, fit_mixture(layout, clean, base_prior(layout), cells=8), 2020)
    )


def test_exact_figures_that_exclude_each_other_are_refused_and_named() -> None:
    layout = layout_of(["gdp_real"], 2015, 2020)
    exact = [
        say("gdp_real", "growth", "2018", 5.0, sd=0.0, id="a"),
        say("gdp_real", "growth", "2019", 5.0, sd=0.0, id="b"),
        say("gdp_real", "cumulative_change", "2019", 10.25, base="2017", sd=0.0, id="c"),
    ]
    hyper = base_prior(layout).base
    refuse_exact(layout, evidence_of(exact, layout, 2020), hyper)
    wrong = [*exact[:2], dataclasses.replace(exact[2], value=11.0)]
    with pytest.raises(Contradiction, match=r"figure c cannot be true together with a, b.*standard errors"):
        refuse_exact(layout, evidence_of(wrong, layout, 2020), hyper)


MEASURES = st.sampled_from(["level", "growth", "average_growth", "cumulative_change", "sum"])


@st.composite
def sentences(draw: st.DrawFn) -> Statement:
    indicator = draw(st.sampled_from(["gdp_real", "energy_use", "value_added_real", "energy_intensity"]))
    measure, year = draw(MEASURES), draw(st.integers(2014, 2022))
    if measure in ("level", "sum"):
        unit = {"energy_use": "10k_tce", "energy_intensity": "tce_per_10k_yuan"}.get(indicator, "100m_yuan")
        value = draw(st.floats(0.1, 5000.0))
        period = str(year) if measure == "level" else f"{year - 2}/{year}"
        return say(indicator, measure, period, value, unit, sd=draw(st.floats(0.0, 50.0)))
    base = str(year - draw(st.integers(1, 3))) if measure != "growth" else None
    value = draw(st.floats(-60.0, 80.0))
    return say(indicator, measure, str(year), value, sd=draw(st.one_of(st.none(), st.floats(0.0, 10.0))), base=base)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(sentences(), max_size=25))
def test_any_system_of_sentences_is_solved_or_refused_by_name(statements: list[Statement]) -> None:
    layout = layout_of(["gdp_real", "value_added_real", "energy_intensity"], 2012, 2023)
    try:
        evidence = evidence_of(statements, layout, 2022)
        refuse_exact(layout, evidence, base_prior(layout).base)
        cell = condition(layout, evidence, base_prior(layout).base, np.ones(len(evidence)))
    except (XtError, LoosenedError):
        return  # refused by name: what else may be raised is a crash
    assert len(evidence) + len(evidence.unusable) == len(statements)
    assert np.isfinite(cell.mean).all()
    assert np.isfinite(cell.log_evidence)
    covariance = cell.covariance_with(layout, np.eye(layout.size))
    assert np.linalg.eigvalsh((covariance + covariance.T) / 2).min() > -1e-6 * np.abs(covariance).max()


def test_nothing_published_later_is_used_and_every_origin_counts_once() -> None:
    facts = load_facts()
    day = dt.date(2021, 5, 6)
    information = information_set(facts, [CITY, PROVINCE, NATION], day)
    assert information.origin == 2020
    assert all(s.published is not None and s.published <= day for s in information.used)
    taken = [
        (s.region, s.indicator, s.measure, s.period, s.base_period, s.vintage, s.calibre, s.role, s.origin_id)
        for s in information.used
        if s.origin_id
    ]
    assert len(taken) == len(set(taken))
    later = [s for s in facts if s.published is None or s.published > day]
    again = information_set([s for s in facts if s not in later], [CITY, PROVINCE, NATION], day)
    assert again.used == information.used


def test_the_real_posterior_rests_on_enough_cells_and_is_the_same_on_every_run() -> None:
    information = information_set(load_facts(), [CITY, PROVINCE, NATION], dt.date(2021, 5, 6))
    posterior = fit_posterior(CITY, information, 2025)
    assert posterior.mixture.effective >= 20.0
    assert posterior.mixture.robust.min() > 0.0
    again = fit_posterior(CITY, information, 2025)
    assert again.mean().tobytes() == posterior.mean().tobytes()
    place = posterior.layout.position
    growth = np.array(
        [
            posterior.mean()[place(CITY, "gdp_real", y)] - posterior.mean()[place(CITY, "gdp_real", y - 1)]
            for y in (2018, 2019)
        ]
    )
    # The revised growth of 2018 and 2019 as published: 8.1 and 7.6 %.
    published = {
        s.period.year: s.value
        for s in information.used
        if s.region == CITY and s.indicator == "gdp_real" and s.vintage == "revised"
    }
    assert growth == pytest.approx([100 * np.log1p(published[y] / 100) for y in (2018, 2019)], abs=0.1)


PRINTED = {"calibre": "investment_5m_progress", "sd": None}


def test_levels_of_investment_stray_from_their_own_growth_and_the_owners_do_not() -> None:
    """Growth is published on the later year's coverage; what pairs of both show is each level's own, heavy-tailed."""
    layout = layout_of(["fixed_asset_investment"], 2010, 2020)
    level = say("fixed_asset_investment", "level", "2014", 1503.0, "100m_yuan", **PRINTED)
    growth = say("fixed_asset_investment", "growth", "2014", 23.7, **PRINTED)
    own = say("fixed_asset_investment", "level", "2015", 1805.0, "100m_yuan", public=False, **PRINTED)
    evidence = evidence_of([level, growth, own], layout, 2020)
    coverage = load_errors().get("coverage", "fixed_asset_investment")
    other = np.hypot(load_errors().get("floor_level", "*", "A"), 100.0 * rounding_sd(1503.0) / 1503.0)
    assert evidence.sd[0] == pytest.approx(np.hypot(coverage, other), rel=1e-9)
    assert evidence.dof[0] == HEAVY
    assert evidence.sd[1:].max() < 0.1
    assert evidence.dof[1:].min() > HEAVY


def test_a_dated_correction_moves_the_levels_before_it_and_only_once_it_is_known() -> None:
    """Xiangtan's investment of 2016 stands 5 to 8 % below the basis of the years before (corrections.csv)."""
    layout = layout_of(["fixed_asset_investment"], 2010, 2020)
    levels = [
        say("fixed_asset_investment", "level", str(year), 1000.0, "100m_yuan", **PRINTED) for year in (2014, 2015, 2016)
    ]
    growth = say("fixed_asset_investment", "growth", "2015", 20.0, **PRINTED)
    known, before = (evidence_of([*levels, growth], layout, origin) for origin in (2016, 2015))
    (event,) = corrections()["湘潭市", "fixed_asset_investment"]
    step, sd = 50.0 * np.log(0.92 * 0.95), 100.0 * np.log(0.95 / 0.92) / (2.0 * 1.959964)
    assert event.step == pytest.approx((step, sd), rel=1e-6)
    assert known.value[:2] - before.value[:2] == pytest.approx([step, step], abs=1e-9)
    assert known.value[2:] == pytest.approx(before.value[2:], abs=0.0)
    name = f"correction {event.id}"
    assert name not in before.offset_names
    column = known.offset_names.index(name)
    assert known.offsets.toarray()[:, column].tolist() == [-1.0, -1.0, 0.0, 0.0]
    assert known.offset_sd[column] == pytest.approx(sd, rel=1e-6)


def test_a_workspace_lays_its_own_corrections_over_the_shipped_ones(tmp_path: Path) -> None:
    head = "id,region,indicator,year,kind,low,high,source\n"
    own = head + "my-gdp-2023,湘潭市,gdp,2023,correction,-6,-2,our own review\n"
    (tmp_path / "corrections.csv").write_text(own, encoding="utf-8")
    layout = layout_of(["gdp_real", "gdp_price"], 2015, 2025)
    level = say("gdp", "level", "2022", 2700.0, "100m_yuan", calibre="gdp_census4", sd=1.0)
    plain = evidence_of([level], layout, 2024)
    with using(shipped().overlaid(tmp_path)) as tables:
        assert len(tables.corrections) == len(shipped().corrections) + 1
        moved = evidence_of([level], layout, 2024)
    assert moved.value[0] - plain.value[0] == pytest.approx(50.0 * np.log(0.94 * 0.98), abs=1e-9)
    for row, what in (
        ("x,湘潭市,gdp,2023,correction,2,-6,s\n", "from low to high"),
        ("x,湘潭县城,gdp,2023,correction,-6,-2,s\n", "region of x is not in the tables"),
        ("x,湘潭市,gdp,2023,correction,some,-2,s\n", "not a number"),
    ):
        (tmp_path / "corrections.csv").write_text(head + row, encoding="utf-8")
        with pytest.raises(BadInput, match=what):
            shipped().overlaid(tmp_path)


def test_growth_restated_between_two_censuses_shares_an_offset() -> None:
    """First prints of years that a revised index tells of, by census stretch; revised growth and other regions none."""
    index = [
        say("gdp_index_1978", "level", str(year), 1000.0 + year, "index_1978", region="中国", vintage="revised")
        for year in range(2005, 2011)
    ]
    references, table = references_of(index, load_errors()), load_errors()
    shared = table.get("restatement_common", "中国")

    def of(year: int, **more: object) -> tuple[str, float, float] | None:
        growth = say("gdp_real", "growth", str(year), 8.0, **({"region": "中国"} | more))
        return restated_together(growth, "gdp_real", references, table)

    assert shared > table.get("restatement", "中国") > 0.0
    assert of(2007) == ("restated 中国|gdp_real|1", 1.0, shared)
    assert of(2008) == of(2010) == ("restated 中国|gdp_real|2", 1.0, shared)
    assert of(2004) is None  # the index does not tell of it
    assert of(2007, vintage="revised") is None
    assert of(2007, region="湖南省") is None
