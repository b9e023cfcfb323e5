"""The prior in closed form against the model's equations run forward, and against draws."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest

from tests.model.small import CITY, TABLE, base_prior, layout_of, prior_by_recursion, say
from xtanalysis.model.noise import load_errors
from xtanalysis.model.prior import (
    continuation_covariance,
    covariances_at,
    path_covariance,
    path_mean,
    running_kernels,
)
from xtanalysis.model.priors import NATION, TREND, correlation_of
from xtanalysis.model.select import information_set
from xtanalysis.model.simulate import covariance_times, simulate_prior
from xtanalysis.model.system import build_system

ANCHORED = ("energy_intensity", "secondary_share_of_gdp", "value_added_real", "industrial_investment", "co2")
STATES = [(CITY, "gdp_real"), (CITY, "co2"), (NATION, "gdp_real"), (NATION, TREND)]


def test_closed_form_agrees_with_the_recursion() -> None:
    layout = layout_of(STATES, 2010, 2019)
    hyper = base_prior(layout).base
    mean, covariance = prior_by_recursion(layout, hyper)
    assert path_mean(layout) == pytest.approx(mean, abs=1e-10)
    assert path_covariance(layout, hyper) == pytest.approx(covariance, abs=1e-8)


def test_some_positions_of_several_cells_are_those_of_the_whole() -> None:
    layout = layout_of(STATES, 2010, 2019)
    base = base_prior(layout).base
    other = dataclasses.replace(base, shock=2.0 * base.shock, lag=base.lag + 0.1, national_shock=0.3)
    positions = np.array([31, 0, 7, 12, 25, 26, 39])
    found = covariances_at(layout, [base, other], positions)
    for covariance, hyper in zip(found, (base, other), strict=True):
        whole = path_covariance(layout, hyper)[np.ix_(positions, positions)]
        assert covariance == pytest.approx(whole, rel=1e-12, abs=1e-10)


def test_some_positions_with_others_are_those_of_the_whole() -> None:
    layout = layout_of(STATES, 2010, 2019)
    base = base_prior(layout).base
    rows, columns = np.array([31, 0, 7, 12]), np.array([2, 7, 39])
    found = covariances_at(layout, [base], rows, columns)[0]
    assert found == pytest.approx(path_covariance(layout, base)[np.ix_(rows, columns)], rel=1e-12, abs=1e-10)


def test_kernels_of_several_cells_at_once_are_those_of_each() -> None:
    lags = np.array([[0.1, 0.5], [-0.2, 0.9]])
    for found, own in zip(running_kernels(lags, 6), lags, strict=True):
        assert found == pytest.approx(running_kernels(own, 6), rel=1e-14)


def test_the_covariance_times_a_vector_is_that_of_the_closed_form() -> None:
    layout = layout_of(STATES, 2010, 2019)
    base = base_prior(layout).base
    hypers = [base, dataclasses.replace(base, shock=2.0 * base.shock, lag=base.lag + 0.1, national_shock=0.3)]
    cell = np.array([0, 1, 1, 0, 1])
    vectors = np.random.default_rng(3).standard_normal((layout.size, cell.size))
    found = covariance_times(layout, hypers, cell, vectors)
    for column, index in enumerate(cell):
        whole = path_covariance(layout, hypers[index]) @ vectors[:, column]
        assert found[:, column] == pytest.approx(whole, abs=1e-12 * np.abs(whole).max())


def test_draws_have_the_closed_form_s_moments() -> None:
    layout = layout_of(STATES[:3], 2010, 2016)
    hyper = base_prior(layout).base
    draws = simulate_prior(layout, [hyper], np.zeros(60_000, dtype=np.intp), np.random.default_rng(1))
    covariance = path_covariance(layout, hyper)
    sd = np.sqrt(np.diag(covariance))
    # 60,000 draws: a mean is off by 4/√60000 sd at most, a correlation by about the same.
    assert np.abs((draws.mean(axis=0) - path_mean(layout)) / sd).max() < 0.017
    assert np.abs((np.cov(draws.T) - covariance) / np.outer(sd, sd)).max() < 0.025


def test_what_is_open_at_the_origin_is_the_variance_that_later_shocks_bring() -> None:
    """One state without lag, gap or moving mean: the open variance h years ahead is h·σ²."""
    layout = layout_of(["gdp_real"], 2010, 2020)
    base = base_prior(layout).base
    hyper = dataclasses.replace(base, lag=np.zeros(1), mean_shock=np.zeros(1), national_shock=0.0)
    variance = np.diag(continuation_covariance(layout, hyper, 2015))
    assert variance == pytest.approx(base.shock[0] ** 2 * np.arange(1, 6), rel=1e-12)


def test_a_correlation_of_shocks_is_symmetric_positive_definite_with_unit_diagonal() -> None:
    names = [(region, name) for region in (CITY, NATION) for name in ("gdp_real", "value_added_real", "co2")]
    matrix = correlation_of(names, TABLE.correlation, 0.6)
    assert matrix == pytest.approx(matrix.T, abs=1e-15)
    assert np.diag(matrix) == pytest.approx(np.ones(6), abs=1e-12)
    assert np.linalg.eigvalsh(matrix).min() > 0.0
    assert matrix[0, 3] == pytest.approx(TABLE.correlation[frozenset(("gdp_real",))], abs=0.05)


def test_levels_start_where_the_table_says_with_no_figure_of_their_own() -> None:
    """A level of its own kind is not measured against GDP: energy per value added is tonnes a ten thousand yuan."""
    known = [say("gdp", "level", "2000", 500.0, "100m_yuan", published=dt.date(2018, 1, 1))]
    information = information_set(known, [CITY], dt.date(2019, 6, 1))
    layout, _ = build_system(CITY, information, 2020, table=TABLE, errors=load_errors())
    start = dict(zip((name for region, name in layout.states if region == CITY), layout.start_mean, strict=False))
    for name in ANCHORED:
        prior = TABLE.of(CITY, name)
        below = 100.0 * np.log(500.0) if prior.anchor == "gdp_real" else 0.0
        assert start[name] == pytest.approx(below + 100.0 * (prior.anchor_log or 0.0))
    assert 0.5 < np.exp(start["energy_intensity"] / 100.0) < 5.0


def test_an_own_level_goes_back_to_the_first_year_by_its_own_growth() -> None:
    known = [say("energy_intensity", "level", "2010", 2.0, "tce_per_10k_yuan", published=dt.date(2018, 1, 1))]
    information = information_set(known, [CITY], dt.date(2019, 6, 1))
    layout, _ = build_system(CITY, information, 2020, table=TABLE, errors=load_errors())
    place = layout.states.index((CITY, "energy_intensity"))
    drift = TABLE.of(CITY, "energy_intensity").drift
    assert layout.start_mean[place] == pytest.approx(100.0 * np.log(2.0) - 10.0 * drift)
