"""Conditioning on statements: closed forms, invariances, another package."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from statsmodels.tsa.statespace.kalman_smoother import KalmanSmoother

from tests.model.small import CITY, TABLE, base_prior, evidence_of, layout_of, prior_by_recursion, say
from xtanalysis.model.likelihood import (
    Cell,
    condition,
    covariances_of,
    covariances_of_places,
    log_evidence,
    robust_weights,
)
from xtanalysis.model.prior import Layout, path_covariance, path_mean
from xtanalysis.model.priors import NATION, Hyper
from xtanalysis.statements.grammar import Statement

TWO = ["gdp_real", "co2"]
THREE_SENTENCES = [
    say("gdp_real", "level", "2016", 1100.0, "100m_yuan", sd=5.0),
    say("gdp_real", "growth", "2018", 7.5, sd=0.2),
    say("energy_intensity", "cumulative_change", "2019", -10.0, base="2016", sd=1.0),
]


def fitted(layout: Layout, statements: list[Statement], hyper: Hyper) -> Cell:
    evidence = evidence_of(statements, layout, layout.years[-1])
    assert not evidence.unusable
    return condition(layout, evidence, hyper, np.ones(len(evidence)))


def full_covariance(layout: Layout, cell: Cell) -> np.ndarray:
    return cell.covariance_with(layout, np.eye(layout.size))


def test_two_indicators_four_years_three_sentences_by_hand() -> None:
    """Every coefficient and error written out; the prior built by recursion; textbook Gaussian conditioning."""
    layout = layout_of(TWO, 2016, 2019)
    hyper = base_prior(layout).base
    mean, covariance = prior_by_recursion(layout, hyper)
    rows = np.array(
        [
            [1, 0, 0, 0, 0, 0, 0, 0],  # ln GDP 2016
            [0, -1, 1, 0, 0, 0, 0, 0],  # its growth in 2018
            [0, 0, 0, 0, -1, 0, 0, 1],  # energy from 2016 to 2019
        ],
        dtype=float,
    )
    statements = [*THREE_SENTENCES[:2], say("co2", "cumulative_change", "2019", -10.0, base="2016", sd=1.0)]
    value = 100 * np.log([1100 * unit_of("gdp_real"), 1.075, 0.9])
    # d(100·ln x)/dx · sd for the level, d(100·ln(1 + g))/dg · sd for changes.
    error = np.array([100 / 1100 * 5.0, 0.2 / 1.075, 1.0 / 0.9])
    inner = rows @ covariance @ rows.T + np.diag(error**2)
    gain = covariance @ rows.T @ np.linalg.inv(inner)
    cell = fitted(layout, statements, hyper)
    assert cell.mean == pytest.approx(mean + gain @ (value - rows @ mean), abs=1e-8)
    assert full_covariance(layout, cell) == pytest.approx(covariance - gain @ rows @ covariance, abs=1e-8)


def unit_of(indicator: str) -> float:
    from xtanalysis.data.dictionary import indicators, units

    return units()[indicators()[indicator].unit].factor


@pytest.fixture(scope="module")
def layout() -> Layout:
    return layout_of(["gdp_real", "value_added_real", "energy_intensity", "co2"], 2012, 2020)


@pytest.fixture(scope="module")
def sentences() -> list[Statement]:
    return [
        *THREE_SENTENCES,
        say("co2", "level", "2015", 700.0, "10k_tco2", sd=30.0),
        say("value_added_real", "average_growth", "2017", 8.0, base="2012", sd=0.3),
        say("value_added_real", "growth", "2020", 3.4, sd=0.1),
        say("value_added_real", "level", "2014", 870.0, "100m_yuan", sd=40.0),
    ]


def test_the_covariance_of_places_is_that_of_the_recursion() -> None:
    """Positions that some sentence speaks of and others, in closed form and by rows, cell by cell."""
    layout = layout_of(TWO, 2016, 2019)
    base = base_prior(layout).base
    cells = [fitted(layout, THREE_SENTENCES[:2], dataclasses.replace(base, shock=k * base.shock)) for k in (1.0, 2.0)]
    places = np.array([6, 0, 2, 3])
    direct = covariances_of(layout, cells, np.eye(layout.size)[places])
    assert covariances_of_places(layout, cells, places) == pytest.approx(direct, rel=1e-9, abs=1e-9)


def test_order_does_not_matter(layout: Layout, sentences: list[Statement]) -> None:
    hyper = base_prior(layout).base
    one, other = fitted(layout, sentences, hyper), fitted(layout, sentences[::-1], hyper)
    assert one.mean == pytest.approx(other.mean, abs=1e-10)
    assert full_covariance(layout, one) == pytest.approx(full_covariance(layout, other), abs=1e-10)
    assert one.log_evidence == pytest.approx(other.log_evidence, abs=1e-10)


def test_taking_sentences_in_two_steps_is_taking_them_at_once(layout: Layout, sentences: list[Statement]) -> None:
    hyper = base_prior(layout).base
    whole, first = fitted(layout, sentences, hyper), fitted(layout, sentences[:4], hyper)
    later = evidence_of(sentences[4:], layout, 2020)
    covariance = full_covariance(layout, first)
    inner = later.paths @ (later.paths @ covariance).T + np.diag(later.sd**2)
    gain = (later.paths @ covariance).T @ np.linalg.inv(inner)
    residual = later.value - later.paths @ first.mean
    assert first.mean + gain @ residual == pytest.approx(whole.mean, abs=1e-10)
    assert covariance - gain @ (later.paths @ covariance) == pytest.approx(full_covariance(layout, whole), abs=1e-10)
    factor = np.linalg.cholesky(inner)
    chain = first.log_evidence + log_evidence(factor, residual, np.linalg.solve(inner, residual))
    assert chain == pytest.approx(whole.log_evidence, abs=1e-9)


def test_a_second_report_of_another_origin_halves_the_variance(layout: Layout, sentences: list[Statement]) -> None:
    hyper = base_prior(layout).base
    twice = [*sentences, dataclasses.replace(sentences[0], id="again", origin_id="another")]
    sharper = [dataclasses.replace(sentences[0], sd=sentences[0].sd / np.sqrt(2.0)), *sentences[1:]]
    one, other = fitted(layout, twice, hyper), fitted(layout, sharper, hyper)
    assert one.mean == pytest.approx(other.mean, abs=1e-9)
    assert full_covariance(layout, one) == pytest.approx(full_covariance(layout, other), abs=1e-9)


def test_a_sentence_with_an_enormous_error_changes_nothing(layout: Layout, sentences: list[Statement]) -> None:
    hyper = base_prior(layout).base
    vague = say("gdp_real", "growth", "2017", 40.0, sd=1e7)
    one, other = fitted(layout, sentences, hyper), fitted(layout, [*sentences, vague], hyper)
    assert one.mean == pytest.approx(other.mean, abs=1e-9)
    assert full_covariance(layout, one) == pytest.approx(full_covariance(layout, other), abs=1e-9)


def test_the_unit_changes_nothing(layout: Layout, sentences: list[Statement]) -> None:
    hyper = base_prior(layout).base
    level = sentences[0]
    other_unit = dataclasses.replace(level, value=level.value * 1e4, sd=level.sd * 1e4, unit="10k_yuan")
    fraction = dataclasses.replace(sentences[1], value=0.075, sd=0.002, unit="fraction")
    one, other = (fitted(layout, s, hyper) for s in (sentences, [other_unit, fraction, *sentences[2:]]))
    assert one.mean == pytest.approx(other.mean, abs=1e-10)


def test_precision_and_covariance_forms_agree(layout: Layout, sentences: list[Statement]) -> None:
    hyper = base_prior(layout).base
    cell = fitted(layout, sentences, hyper)
    evidence = evidence_of(sentences, layout, 2020)
    rows, weight = evidence.paths.toarray(), np.diag(evidence.sd**-2)
    prior = np.linalg.inv(path_covariance(layout, hyper))
    covariance = np.linalg.inv(prior + rows.T @ weight @ rows)
    mean = covariance @ (prior @ path_mean(layout) + rows.T @ weight @ evidence.value)
    assert cell.mean == pytest.approx(mean, abs=1e-9 * np.abs(mean).max())
    assert full_covariance(layout, cell) == pytest.approx(covariance, abs=1e-9 * np.abs(covariance).max())


def test_kalman_smoother_of_statsmodels() -> None:
    """The same model of one city and the nation's mean as a state space, smoothed by another package."""
    layout = layout_of(["gdp_real"], 2008, 2020)
    hyper = base_prior(layout).base
    statements = [
        say("gdp_real", "level", "2008", 1000.0, "100m_yuan", sd=10.0),
        say("gdp_real", "level", "2013", 1400.0, "100m_yuan", sd=5.0),
        *(
            say("gdp_real", "growth", str(year), rate, sd=0.3)
            for year, rate in ((2010, 12.0), (2011, 9.0), (2017, 6.5))
        ),
    ]
    cell = fitted(layout, statements, hyper)
    evidence = evidence_of(statements, layout, 2020)
    law, steps = layout.national, len(layout.years)
    # state: level, level a year before, national mean, long run, lasting gap, moving gap, shock
    transition = np.zeros((7, 7))
    rho, memory, lag, loading = law.memory, layout.memory[0], hyper.lag[0], layout.loading[0]
    transition[2, 2:4] = rho, 1 - rho
    transition[3, 3] = transition[4, 4] = 1.0
    transition[5, 5], transition[6, 6] = memory, lag
    transition[0] = loading * transition[2] + transition[4] + transition[5] + transition[6]
    transition[0, 0] += 1.0
    transition[1, 0] = 1.0
    selection = np.zeros((7, 3))
    selection[2, 0] = selection[5, 1] = selection[6, 2] = 1.0
    selection[0] = loading, 1.0, 1.0
    scales = np.diag([hyper.national_shock**2, hyper.mean_shock[0] ** 2, hyper.shock[0] ** 2])
    # The second year's state is where the closed form's recursion starts: its first growth is in the level already.
    second = np.zeros((7, 7))
    variances = [
        layout.start_sd[0] ** 2, law.spread**2, law.long_run_spread**2, layout.drift_spread[0] ** 2,
        hyper.mean_shock[0] ** 2 / (1 - memory**2), hyper.shock[0] ** 2 / (1 - lag**2),
    ]  # fmt: skip
    load = np.zeros((7, 6))
    load[0] = 1.0, loading, 0.0, 1.0, 1.0, 1.0
    load[1, 0] = load[2, 1] = load[3, 2] = load[4, 3] = load[5, 4] = load[6, 5] = 1.0
    second = load @ np.diag(variances) @ load.T
    first = np.array([layout.start_mean[0] + loading * law.start + layout.drift[0], layout.start_mean[0], law.start,
                      law.long_run, layout.drift[0], 0.0, 0.0])  # fmt: skip

    observed = np.full((3, steps - 1), np.nan)  # level, growth, level of the year before (for the first year)
    noise = np.full((3, steps - 1), 1.0)
    for statement, value, sd in zip(statements, evidence.value, evidence.sd, strict=True):
        t = statement.period.year - 2009
        kind = 1 if statement.measure == "growth" else (0 if t >= 0 else 2)
        observed[kind, max(t, 0)], noise[kind, max(t, 0)] = value, sd**2
    design = np.array([[1.0, 0, 0, 0, 0, 0, 0], [1.0, -1, 0, 0, 0, 0, 0], [0, 1.0, 0, 0, 0, 0, 0]])
    model = KalmanSmoother(k_endog=3, k_states=7, k_posdef=3)
    model.bind(np.asfortranarray(observed))
    model["design"], model["transition"], model["selection"], model["state_cov"] = design, transition, selection, scales
    model["obs_cov"] = np.stack([np.diag(noise[:, t]) for t in range(steps - 1)], axis=2)
    model.initialize_known(first, second)
    result = model.smooth()
    assert result.smoothed_state[0] == pytest.approx(cell.mean[1:], abs=1e-8)
    assert result.smoothed_state[1, 0] == pytest.approx(cell.mean[0], abs=1e-8)
    variance = np.diag(full_covariance(layout, cell))
    assert result.smoothed_state_cov[0, 0] == pytest.approx(variance[1:], abs=1e-8)
    assert result.llf == pytest.approx(cell.log_evidence, abs=1e-7)


def test_robust_weights_are_low_for_the_figure_that_the_others_contradict() -> None:
    layout = layout_of(["gdp_real"], 2012, 2020)
    hyper = base_prior(layout).base
    good = [say("gdp_real", "growth", str(year), 7.0, sd=None, trust="C") for year in range(2013, 2021)]
    bad = say("gdp_real", "average_growth", "2020", 15.0, base="2012", sd=None, trust="C")
    evidence = evidence_of([*good, bad], layout, 2020)
    weights = np.ones(len(evidence))
    for _ in range(8):
        cell = condition(layout, evidence, hyper, weights)
        weights = robust_weights(evidence, cell.pooled, cell.solved, weights)
    assert weights[-1] < 0.05
    assert weights[:-1].min() > 0.5
    # (ν + 1)/ν bounds what an exactly expected figure can gain: Student-t with ν = 4 for trust C.
    assert weights.max() <= 1.25 + 1e-12


def test_no_evidence_leaves_the_prior() -> None:
    layout = layout_of([(CITY, "gdp_real"), (NATION, "gdp_real")], 2015, 2020)
    cell = fitted(layout, [], base_prior(layout).base)
    assert cell.mean == pytest.approx(path_mean(layout), abs=0.0)
    assert cell.log_evidence == 0.0
    assert TABLE.of(CITY, "gdp_real").shock == base_prior(layout).base.shock[0]
