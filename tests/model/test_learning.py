"""What is learnt: scales of growth from many regions, errors from pairs of figures."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from tests.model.small import TABLE, evidence_of, layout_of, say
from xtanalysis.model.empirical import Panel, Parameter, System, estimate, get, maximise, put
from xtanalysis.model.likelihood import condition
from xtanalysis.model.mixture import hyper_prior
from xtanalysis.model.noise import load_errors
from xtanalysis.model.prior import make_layout
from xtanalysis.model.priors import NATION, PriorTable
from xtanalysis.model.record import learn, learnt_errors
from xtanalysis.model.simulate import simulate_prior
from xtanalysis.statements.facts import load_facts

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
    panel = Panel(simulated(put(BASE, {SHOCK: 2.5}), 30))
    found = maximise(panel, BASE, [SHOCK])
    assert get(found, SHOCK) == pytest.approx(2.5, rel=0.08)
    assert panel.log_evidence(found).sum() > panel.log_evidence(BASE).sum()


def test_a_panel_judges_each_region_as_it_is_judged_alone() -> None:
    """One covariance for the regions of a panel, against one for each; some figures are less sure than others."""
    systems = simulated(put(BASE, {SHOCK: 2.5}), 3)
    weights = np.linspace(0.2, 1.0, len(systems[0].evidence))
    systems[1] = System(systems[1].layout, systems[1].evidence, weights)
    changed = put(BASE, {SHOCK: 1.7})
    alone = []
    for system in systems:
        layout = system.layout
        layout = make_layout(layout.states, layout.years, changed, layout.start_mean, layout.start_sd)
        cell = condition(layout, system.evidence, hyper_prior(layout, changed).base, system.robust)
        alone.append(cell.log_evidence)
    np.testing.assert_allclose(Panel(systems).log_evidence(changed), alone, rtol=1e-12)


def test_groups_are_estimated_alone_and_averaged() -> None:
    """The mean, its error and the mean without a group, against the logs of each group's own maximum."""
    panels = {f"group {scale}": Panel(simulated(put(BASE, {SHOCK: scale}), 10)) for scale in (1.0, 2.0, 3.0)}
    found, alone = estimate(panels, BASE, [SHOCK])
    logs = np.log([get(maximise(panel, BASE, [SHOCK]), SHOCK) for panel in panels.values()])
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

    for name in ("priors.csv", "correlations.csv", "errors.csv", "proxies.csv"):
        with (FOLDER / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                assert len(row["source"]) > 10, (name, row)
