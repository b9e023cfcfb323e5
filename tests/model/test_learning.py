"""What is learnt: scales of growth from many regions, errors from pairs of figures."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest

from tests.model.small import TABLE, evidence_of, layout_of, say
from xtanalysis.model.empirical import System, estimate, maximise
from xtanalysis.model.hyper import hyper_prior
from xtanalysis.model.noise import load_errors
from xtanalysis.model.priors import NATION, Parameter, PriorTable, get, put
from xtanalysis.model.record import LEAST, learn, learnt_errors
from xtanalysis.model.simulate import simulate_prior
from xtanalysis.statements.facts import load_facts
from xtanalysis.statements.grammar import Statement

SHOCK = Parameter("*", "gdp_real", "shock")
ALIKE = Parameter("gdp_real", "co2", "correlation")
# A moving gap small beside the shock, whatever the shipped estimate is: the two scales are told apart.
BASE = put(TABLE, {SHOCK: 0.9, Parameter("*", "gdp_real", "mean_shock"): 0.75})


def test_a_parameter_is_read_and_written_in_its_place() -> None:
    changed = put(TABLE, {SHOCK: 3.0, ALIKE: 0.1, Parameter(NATION, "growth_mean", "mean_shock"): 0.5})
    assert get(changed, SHOCK) == 3.0
    assert get(changed, ALIKE) == 0.1
    assert changed.national.shock == 0.5
    assert changed.growth["*", "co2"] == TABLE.growth["*", "co2"]
    for parameter in (SHOCK, ALIKE):
        assert Parameter.parse(str(parameter)) == parameter


def simulated(truth: PriorTable, regions: int) -> list[System]:
    """Regions whose growth of twenty years is published almost without error."""
    layout = layout_of(["gdp_real"], 2000, 2019, truth)
    rng = np.random.default_rng(4)
    paths = simulate_prior(layout, [hyper_prior(layout, truth).base], np.zeros(regions, dtype=np.intp), rng)
    systems = []
    for path in paths:
        growth = 100.0 * np.expm1(np.diff(path) / 100.0)
        rows = [
            say("gdp_real", "growth", str(year), float(g), sd=0.1)
            for year, g in zip(range(2001, 2020), growth, strict=True)
        ]
        evidence = evidence_of(rows, layout, 2019)
        systems.append(System(layout, evidence, np.ones(len(evidence))))
    return systems


def test_the_scale_that_made_the_figures_is_found_again() -> None:
    """Thirty simulated regions with a shock of 2.5 where the table says 0.9."""
    systems = simulated(put(BASE, {SHOCK: 2.5}), 30)
    found = maximise(systems, BASE, [SHOCK])
    assert get(found, SHOCK) == pytest.approx(2.5, rel=0.08)
    assert sum(one.log_evidence(found) for one in systems) > sum(one.log_evidence(BASE) for one in systems)


def test_groups_are_estimated_alone_and_averaged() -> None:
    """The mean, its error and the mean without a group, against the logs of each group's own maximum."""
    groups = {f"group {scale}": simulated(put(BASE, {SHOCK: scale}), 10) for scale in (1.0, 2.0, 3.0)}
    found, alone = estimate(groups, BASE, [SHOCK])
    logs = np.log([get(maximise(systems, BASE, [SHOCK]), SHOCK) for systems in groups.values()])
    np.testing.assert_allclose([get(table, SHOCK) for table in alone.values()], np.exp(logs), rtol=1e-9)
    assert get(found.table, SHOCK) == pytest.approx(np.exp(logs.mean()), rel=1e-9)
    assert found.spread[SHOCK] == pytest.approx(logs.std(ddof=1), rel=1e-9)
    # The delta method: a scale's error is the scale times that of its log, to second order.
    assert found.error[SHOCK] == pytest.approx(np.exp(logs.mean()) * logs.std(ddof=1) / np.sqrt(3.0), rel=0.05)
    assert get(found.without["group 1.0"], SHOCK) == pytest.approx(np.exp(logs[1:].mean()), rel=1e-9)


def test_errors_are_the_root_mean_square_of_pairs_drawn_to_the_centre() -> None:
    def publish(s, day: str):  # type: ignore[no-untyped-def]
        import dataclasses

        return dataclasses.replace(s, published=dt.date.fromisoformat(day))

    facts = []
    for year in range(2010, 2020):
        facts.append(publish(say("value_added_real", "growth", str(year), 8.0, id=f"f{year}"), f"{year + 1}-03-15"))
        half = say("value_added_real", "year_to_date_growth", f"{year}-01/{year}-06", 10.0, id=f"h{year}")
        facts.append(publish(half, f"{year}-07-25"))
    found = learn(facts, dt.date(2030, 1, 1))
    gap = 100.0 * np.log(1.10 / 1.08)
    value, source = found["to_date", "value_added_real", ""]
    assert value == pytest.approx(np.sqrt((4 * 1.5**2 + 10 * gap**2) / 14), rel=1e-12)
    assert source.startswith("learnt: 10 pairs")
    # By mid-2015 five years are complete.
    assert learn(facts, dt.date(2015, 8, 1))["to_date", "value_added_real", ""][1].startswith("learnt: 5 pairs")
    assert learnt_errors(facts, dt.date(2000, 1, 1)).get("to_date", "value_added_real") == pytest.approx(1.5)


def test_reports_of_one_figure_teach_a_scale_with_heavy_tails() -> None:
    """Nine mirrors agree to the digit, one is off by half: the scale solves the likelihood equation of a t(4)."""
    facts = []
    for year in range(2010, 2020):
        facts.append(say("gdp", "level", str(year), 1000.0, "100m_yuan", id=f"a{year}"))
        copied = 1500.0 if year == 2015 else 1000.0
        facts.append(say("gdp", "level", str(year), copied, "100m_yuan", id=f"c{year}", trust="C"))
    facts = [_published(s, f"{s.period.year + 1}-10-01") for s in facts]
    value, source = learn(facts, dt.date(2030, 1, 1))["floor_level", "*", "C"]
    far, dof = 100.0 * np.log(1.5), 4.0
    squares = np.array([0.6**2] * 4 + [far**2])
    weight = (dof + 1.0) / (dof + squares / value**2)  # the centre's four pairs are of the same law
    assert value**2 == pytest.approx(weight @ squares / 14, rel=1e-9)
    assert LEAST < value < 0.6 < far
    assert source.startswith("learnt: 10 pairs")
    # A figure of another calibre is another figure.
    facts = [dataclasses.replace(s, calibre="gdp_census4") if s.trust == "C" else s for s in facts]
    assert learn(facts, dt.date(2030, 1, 1))["floor_level", "*", "C"][0] == pytest.approx(0.6)


@pytest.mark.parametrize(("years", "least"), [(8, False), (15, False), (16, True), (40, True)])
def test_many_pairs_that_agree_outweigh_the_centre_down_to_what_official_texts_leave(years: int, least: bool) -> None:
    """Four pairs of a t(4) at 0.6 hold the scale among n of no difference up at 0.3·√((16 − n)/(4 + n))."""
    facts = [
        _published(say("gdp", "level", str(year), 1000.0, "100m_yuan", id=f"{trust}{year}", trust=trust), "2024-10-01")
        for year in range(1980, 1980 + years)
        for trust in "AC"
    ]
    value, _ = learn(facts, dt.date(2030, 1, 1))["floor_level", "*", "C"]
    assert (value == LEAST) == least


def test_growth_that_a_census_restates_is_learnt_by_the_years_between_two() -> None:
    """First growth 2 points below in 2005-2007, 0.4 below in 2008-2012: what is shared, and what strays around it."""
    gap = {2005: 2.2, 2006: 2.0, 2007: 1.8, **dict.fromkeys(range(2008, 2013), 0.4)}
    index = 100.0 * np.exp(np.cumsum([0.0, *(0.08 + g / 100.0 for g in gap.values())]))
    first = 100.0 * np.expm1(0.08)
    facts = [
        say("gdp_index_1978", "level", str(year), float(value), "index_1978", id=f"i{year}", region="中国",
            vintage="revised")
        for year, value in zip(range(2004, 2013), index, strict=True)
    ] + [say("gdp_real", "growth", str(year), first, id=f"g{year}", region="中国") for year in gap]  # fmt: skip
    found = learn([_published(s, "2013-10-01") for s in facts], dt.date(2030, 1, 1))
    shared, source = found["restatement_common", "中国", ""]
    assert shared == pytest.approx(np.sqrt((4 * 0.6**2 + 2.0**2 + 0.4**2) / 6), rel=1e-6)
    assert source.startswith("learnt: 2 pairs")
    own, source = found["restatement", "中国", ""]
    squares = np.array([0.3**2] * 4 + [0.2**2] * 2)
    weight = 5.0 / (4.0 + squares / own**2)
    assert own**2 == pytest.approx(weight @ squares / 12, rel=1e-6)
    assert source.startswith("learnt: 8 pairs")
    assert found["restatement_common", "*", ""][0] == 0.0


def _published(s: Statement, day: str) -> Statement:
    return dataclasses.replace(s, published=dt.date.fromisoformat(day))


def test_outlooks_lean_as_their_record_before_the_day_says_one_pair_a_year() -> None:
    """Said 7 and 9 where 6 came, three years running: the mean miss of each year, later years weighing more."""
    facts = []
    for year in (2010, 2011, 2012):
        outcome = say("gdp_real", "growth", str(year), 6.0, id=f"f{year}", region=NATION)
        facts.append(_published(outcome, f"{year + 1}-01-20"))
        for said in (7.0, 9.0):
            ahead = say("gdp_real", "growth", str(year), said, id=f"o{year}.{said}", region=NATION, role="outlook")
            facts.append(_published(ahead, f"{year}-04-15"))
    miss = 100.0 * (0.5 * np.log(1.07 * 1.09) - np.log(1.06))
    weights = 0.5 ** (np.array([2.0, 1.0, 0.0]) / 2.0)
    value, source = learn(facts, dt.date(2013, 6, 1))["outlook_bias", "*", "0"]
    assert value == pytest.approx(miss * weights.sum() / (weights.sum() + 4.0), rel=1e-12)
    assert source.startswith("learnt: 3 years")
    # By mid-2012 only two outcomes are known, by 2010 none.
    assert learn(facts, dt.date(2012, 6, 1))["outlook_bias", "*", "0"][0] == pytest.approx(
        miss * weights[1:].sum() / (weights[1:].sum() + 4.0), rel=1e-12
    )
    assert learn(facts, dt.date(2010, 6, 1))["outlook_bias", "*", "0"][0] == 0.0


def test_the_lean_of_outlooks_is_taken_off_before_they_are_believed() -> None:
    layout = layout_of([(NATION, "gdp_real")], 2015, 2028)
    errors = load_errors()
    for year, key in ((2024, "0"), (2026, "2"), (2028, "4")):
        said = say("gdp_real", "growth", str(year), 5.0, region=NATION, role="outlook")
        plain = say("gdp_real", "growth", str(year), 5.0, region=NATION)
        lean = evidence_of([plain], layout, 2023).value[0] - evidence_of([said], layout, 2023).value[0]
        assert lean == pytest.approx(errors.get("outlook_bias", "*", key), abs=1e-12)


def test_levels_of_investment_stray_by_what_their_growth_leaves_open() -> None:
    """Two levels share the miss between growth as published and growth by levels; revised levels do not count."""
    levels = {2013: 100.0, 2014: 130.0, 2015: 143.0}
    facts = [
        _published(say("fixed_asset_investment", "level", str(y), v, "100m_yuan", id=f"l{y}"), f"{y + 1}-10-01")
        for y, v in levels.items()
    ]
    for year, growth in ((2014, 25.0), (2015, 10.0)):
        facts.append(
            _published(say("fixed_asset_investment", "growth", str(year), growth, id=f"g{year}"), f"{year + 1}-03-01")
        )
    miss = 100.0 * np.log(1.25 / 1.30) / np.sqrt(2.0)
    value, source = learn(facts, dt.date(2020, 1, 1))["coverage", "fixed_asset_investment", ""]
    assert value == pytest.approx(np.sqrt((4 * 3.0**2 + miss**2) / 6), rel=1e-12)
    assert source.startswith("learnt: 2 pairs")


def test_the_shipped_errors_are_those_of_the_shipped_facts() -> None:
    found = learn(load_facts(), dt.date.max)
    shipped = load_errors().values
    assert set(shipped) == set(found)
    for key, (value, _) in found.items():
        # A new figure among the shipped ones moves an error a little before the table is made again.
        assert shipped[key] == pytest.approx(value, rel=0.25), key


def test_every_number_of_the_priors_has_a_source() -> None:
    import csv

    from xtanalysis.model.priors import FOLDER

    for name in ("priors.csv", "correlations.csv", "errors.csv", "proxies.csv", "set_errors.csv"):
        with (FOLDER / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                assert len(row["source"]) > 10, (name, row)
