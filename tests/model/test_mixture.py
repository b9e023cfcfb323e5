"""The mixture over hyperparameters: derivatives, calibration by simulation, and a Gibbs sampler of the same law."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from scipy import linalg, stats

from tests.model.small import Array, base_prior, evidence_of, layout_of, posterior_of, quiet, say
from xtanalysis.model.evidence import Evidence
from xtanalysis.model.hyper import HyperPrior, hyper_prior
from xtanalysis.model.likelihood import condition
from xtanalysis.model.mixture import TOLERANCE, fit_mixture, fit_mode
from xtanalysis.model.noise import load_errors
from xtanalysis.model.prior import Layout, path_covariance, path_mean
from xtanalysis.model.priors import load_priors
from xtanalysis.model.seen import derivatives, gradient, information, see
from xtanalysis.model.select import information_set
from xtanalysis.model.simulate import covariance_times, simulate_prior
from xtanalysis.model.system import build_system
from xtanalysis.statements.facts import load_facts

STATES = ["gdp_real", "co2"]
ORIGIN = 2019


def small_system(last: int = 2021) -> tuple[Layout, Evidence, HyperPrior]:
    layout = layout_of(STATES, 2013, last)
    statements = [
        say("gdp_real", "level", "2013", 1200.0, "100m_yuan", sd=10.0),
        *(say("gdp_real", "growth", str(year), 7.0, sd=0.4) for year in (2014, 2015, 2017, 2018, 2019)),
        say("co2", "level", "2013", 700.0, "10k_tco2", sd=10.0),
        *(say("co2", "growth", str(year), 1.0, sd=1.0) for year in (2014, 2016, 2019)),
        say("co2", "average_growth", "2018", -1.0, base="2014", sd=0.5),
    ]
    evidence = evidence_of(statements, layout, ORIGIN)
    # Gaussian errors: robust weights stay at one and the law is the mixture's exactly.
    return layout, with_dof(evidence, 1e9), base_prior(layout)


def with_dof(evidence: Evidence, dof: float, value: Array | None = None) -> Evidence:
    import dataclasses

    out = dataclasses.replace(evidence, dof=np.full(len(evidence), dof))
    return out if value is None else dataclasses.replace(out, value=value)


def test_derivatives_of_the_evidence_agree_with_differences() -> None:
    layout, evidence, prior = small_system()
    theta = np.array([0.2, -0.3, 0.25, 0.05])
    ones = np.ones(len(evidence))
    cell = condition(layout, evidence, prior.cell(theta), ones)
    slopes = derivatives(see(layout, evidence, prior), prior, theta)
    found = gradient(cell.solved, slopes, cell.solve(np.eye(len(evidence))))
    for j in range(theta.size):
        step = np.zeros_like(theta)
        step[j] = 1e-5
        up, down = (condition(layout, evidence, prior.cell(theta + s), ones).log_evidence for s in (step, -step))
        assert found[j] == pytest.approx((up - down) / 2e-5, rel=1e-4, abs=1e-5)


def test_information_is_that_of_the_covariance_s_differences() -> None:
    """½ tr(S⁻¹S_j S⁻¹S_k), with each S_j = dS/dθ_j from two covariances of the statements."""
    layout, evidence, prior = small_system()
    theta = np.array([0.2, -0.3, 0.25, 0.05])
    ones = np.ones(len(evidence))

    def covariance(at: Array) -> Array:
        factor = condition(layout, evidence, prior.cell(at), ones).solved.factor
        return np.asarray(factor @ factor.T)

    inverse = np.linalg.inv(covariance(theta))
    steps = 1e-4 * np.eye(theta.size)
    slopes = [inverse @ (covariance(theta + s) - covariance(theta - s)) / 2e-4 for s in steps]
    direct = [[0.5 * np.trace(one @ other) for other in slopes] for one in slopes]
    found = information(derivatives(see(layout, evidence, prior), prior, theta), inverse, prior)
    assert found - np.diag(prior.sd**-2) == pytest.approx(np.array(direct), rel=1e-5, abs=1e-6)


def test_weights_add_up_and_the_mixture_is_the_same_on_every_run() -> None:
    layout, evidence, prior = small_system()
    one, other = fit_mixture(layout, evidence, prior), fit_mixture(layout, evidence, prior)
    assert one.weights.sum() == pytest.approx(1.0, abs=1e-12)
    assert one.weights.tobytes() == other.weights.tobytes()
    assert one.effective == pytest.approx(1.0 / (one.weights**2).sum(), rel=1e-12)
    assert one.effective > 40.0


@pytest.mark.parametrize("day", [dt.date(2021, 5, 6), dt.date(2026, 11, 23)])
def test_the_evidence_is_level_at_its_mode(day: dt.date) -> None:
    """By differences along each hyperparameter. Steps of the expected information alone go back and forth here."""
    information = information_set(load_facts(), ["湘潭市", "湖南省", "中国"], day)
    table = load_priors()
    layout, evidence = build_system("湘潭市", information, 2030, wanted=None, table=table, errors=load_errors())
    prior = hyper_prior(layout, table)
    mode = fit_mode(layout, evidence, prior)
    theta, weights = mode.theta, mode.weights

    def height(at: Array) -> float:
        cell = condition(layout, evidence, prior.cell(at), weights)
        return cell.log_evidence - 0.5 * float((((at - prior.mean) / prior.sd) ** 2).sum())

    # The parabola through three points around the mode has its top there, within what the climb leaves open.
    for j in range(theta.size):
        step = np.zeros_like(theta)
        step[j] = 0.1 * prior.sd[j]
        down, here, up = (height(theta + s * step) for s in (-1.0, 0.0, 1.0))
        bend = 2.0 * here - up - down
        assert bend > 0.0
        assert 0.5 * (up - down) / bend * step[j] == pytest.approx(0.0, abs=2.0 * TOLERANCE)


def _rank(
    layout: Layout, evidence: Evidence, prior: HyperPrior, row: Array, rng: np.random.Generator, cells: int
) -> float:
    """Draw hyperparameters, paths, errors; fit; where the truth lies in the fitted law of one combination."""
    theta = prior.mean + prior.sd * rng.standard_normal(prior.sd.size)
    truth = simulate_prior(layout, [prior.cell(theta)], np.zeros(1, dtype=np.intp), rng)[0]
    offsets = evidence.offset_sd * rng.standard_normal(evidence.offset_sd.size)
    value = evidence.paths @ truth + evidence.offsets @ offsets + evidence.sd * rng.standard_normal(len(evidence))
    fitted = fit_mixture(layout, with_dof(evidence, 1e9, np.asarray(value)), prior, cells=cells)
    means = np.array([row @ cell.mean for cell in fitted.cells])
    sds = np.sqrt([float(row @ cell.covariance_with(layout, row[None])[:, 0]) for cell in fitted.cells])
    return float(fitted.weights @ stats.norm.cdf((row @ truth - means) / sds))


@pytest.mark.slow
def test_simulation_based_calibration_of_a_small_system() -> None:
    """Ranks of the truth are uniform (Talts et al. 2018): the hyperparameters' uncertainty is priced right."""
    layout, evidence, prior = small_system()
    row = np.zeros(layout.size)
    row[layout.position("湘潭市", "co2", 2021)], row[layout.position("湘潭市", "co2", 2019)] = 1.0, -1.0
    rng = np.random.default_rng(11)
    ranks = [_rank(layout, evidence, prior, row, rng, 32) for _ in range(200)]
    assert stats.kstest(ranks, "uniform").pvalue > 0.01
    assert np.mean((np.array(ranks) > 0.1) & (np.array(ranks) < 0.9)) == pytest.approx(0.8, abs=0.09)


@pytest.mark.slow
def test_simulation_based_calibration_on_the_real_pattern_of_statements() -> None:
    """The same with every statement about Xiangtan's output known in May 2021, places and errors as they are."""
    facts = load_facts()
    information = information_set(facts, ["湘潭市", "湖南省", "中国"], dt.date(2021, 5, 6))
    table, wanted = load_priors(), ("gdp_real", "value_added_real")
    layout, evidence = build_system("湘潭市", information, 2025, wanted=wanted, table=table, errors=load_errors())
    prior = hyper_prior(layout, table)
    assert len(evidence) > 100
    row = np.zeros(layout.size)
    for year, sign in ((2025, 1.0), (2020, -1.0)):
        row[layout.position("湘潭市", "value_added_real", year)] = sign
    rng = np.random.default_rng(5)
    ranks = [_rank(layout, evidence, prior, row, rng, 16) for _ in range(40)]
    assert stats.kstest(ranks, "uniform").pvalue > 0.01


# --- a Gibbs sampler of the same law ---------------------------------------------------------------------------------


def _log_density(x: Array, layout: Layout, prior: HyperPrior, theta: Array) -> float:
    """Log p(x, θ): paths given hyperparameters, and their prior."""
    factor = linalg.cholesky(path_covariance(layout, prior.cell(theta)), lower=True)
    z = linalg.solve_triangular(factor, x - path_mean(layout), lower=True)
    return float(-0.5 * z @ z - np.log(np.diag(factor)).sum() - 0.5 * (((theta - prior.mean) / prior.sd) ** 2).sum())


def _step_theta(
    x: Array, layout: Layout, prior: HyperPrior, theta: Array, width: float, rng: np.random.Generator
) -> Array:
    """One random-walk Metropolis step for all hyperparameters given the paths."""
    proposal = theta + width * prior.sd * rng.standard_normal(theta.size)
    gain = _log_density(x, layout, prior, proposal) - _log_density(x, layout, prior, theta)
    return proposal if np.log(rng.random()) < gain else theta


def _step_paths(evidence: Evidence, layout: Layout, prior: HyperPrior, theta: Array, rng: np.random.Generator) -> Array:
    """Paths given hyperparameters and values: a draw of the prior moved onto the values."""
    cell = condition(layout, evidence, prior.cell(theta), np.ones(len(evidence)))
    start = simulate_prior(layout, [cell.hyper], np.zeros(1, dtype=np.intp), rng)[0]
    gap = evidence.value - evidence.paths @ start - evidence.sd * rng.standard_normal(len(evidence))
    taken = evidence.paths.T @ (cell.inverse() @ gap)
    return np.asarray(start + covariance_times(layout, [cell.hyper], np.zeros(1, dtype=np.intp), taken[:, None])[:, 0])


def _batch_error(chain: Array, batches: int = 40) -> Array:
    """Standard error of a chain's mean from batch means, shape of one draw."""
    means = chain[: len(chain) // batches * batches].reshape(batches, -1, *chain.shape[1:]).mean(axis=1)
    return np.asarray(means.std(axis=0, ddof=1) / np.sqrt(batches))


@pytest.mark.slow
def test_gibbs_sampler_and_mixture_agree() -> None:
    """Means within 0.1 standard deviations, standard deviations within 10 %."""
    layout, evidence, prior = small_system()
    mixture = fit_mixture(layout, evidence, prior)
    posterior = posterior_of(layout, evidence, mixture, ORIGIN)
    mean, covariance = posterior.moments(np.eye(layout.size))
    sd = np.sqrt(np.diag(covariance))
    rng = np.random.default_rng(2)
    theta, chain = prior.mean.copy(), []
    for i in range(6_000):
        x = _step_paths(evidence, layout, prior, theta, rng)
        for width in (0.3, 0.8):
            theta = _step_theta(x, layout, prior, theta, width, rng)
        if i >= 500:
            chain.append(x)
    drawn = np.array(chain)
    assert (np.abs(drawn.mean(axis=0) - mean) < 0.1 * sd).all()
    assert drawn.std(axis=0) == pytest.approx(sd, rel=0.1)


@pytest.mark.slow
def test_geweke_joint_distribution() -> None:
    """Alternating values | paths with the sampler's steps must keep the prior, else a step is wrong (Geweke 2004)."""
    layout, evidence, prior = small_system(2016)
    evidence = _first_rows(evidence, layout, 4)
    prior = quiet(prior, 0.3)
    rng = np.random.default_rng(8)
    theta = prior.mean + prior.sd * rng.standard_normal(prior.sd.size)
    x = simulate_prior(layout, [prior.cell(theta)], np.zeros(1, dtype=np.intp), rng)[0]
    thetas, paths = [], []
    for _ in range(6_000):
        value = evidence.paths @ x + evidence.sd * rng.standard_normal(len(evidence))
        now = with_dof(evidence, 1e9, np.asarray(value))
        x = _step_paths(now, layout, prior, theta, rng)
        theta = _step_theta(x, layout, prior, theta, 1.0, rng)
        thetas.append(theta)
        paths.append(np.diff(x.reshape(len(STATES), -1), axis=1).ravel())
    first = np.array(thetas) - prior.mean
    second = first**2
    assert (np.abs(first.mean(axis=0)) < 4.0 * _batch_error(first)).all()
    assert (np.abs(second.mean(axis=0) - prior.sd**2) < 4.0 * _batch_error(second)).all()
    growth = np.array(paths)
    expected = np.diff(path_mean(layout).reshape(len(STATES), -1), axis=1).ravel()
    assert (np.abs(growth.mean(axis=0) - expected) < 4.5 * _batch_error(growth)).all()


def _first_rows(evidence: Evidence, layout: Layout, count: int) -> Evidence:
    return evidence_of(list(evidence.statements[:count]), layout, 2016)
