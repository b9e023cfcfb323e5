"""Statements pooled by their left-hand side say what they say one by one."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest
from scipy import linalg

from tests.model.small import Array, evidence_of, layout_of, say
from xtanalysis.model.evidence import Evidence
from xtanalysis.model.hyper import hyper_prior
from xtanalysis.model.likelihood import Cell, condition, robust_weights
from xtanalysis.model.noise import load_errors
from xtanalysis.model.prior import Layout, path_covariance, path_mean
from xtanalysis.model.priors import Hyper, load_priors
from xtanalysis.model.select import information_set
from xtanalysis.model.system import build_system
from xtanalysis.statements.facts import load_facts

DRAWS, FAR = 4000, 5.5  # standard errors that none of a hundred thousand entries exceeds
ROUNDING = 1e-7  # of a dense inverse beside errors from 0.001 to 1,000


@pytest.fixture(scope="module")
def system() -> tuple[Layout, Evidence, Hyper]:
    """One city's figures of twelve years: first and revised prints, several sources, offsets, definitions."""
    known = information_set(load_facts(), ["湘潭市", "湖南省", "中国"], dt.date(2012, 6, 1))
    layout, evidence = build_system("湘潭市", known, 2014, table=load_priors(), errors=load_errors())
    return layout, evidence, hyper_prior(layout, load_priors()).base


def one_by_one(layout: Layout, evidence: Evidence, hyper: Hyper, weights: Array) -> tuple[Array, Array, float]:
    """S⁻¹, S⁻¹·residual and the log evidence from the statements' own covariance, nothing pooled."""
    rows, spread = evidence.paths.toarray(), (evidence.offsets * evidence.offset_sd).toarray()
    covariance = rows @ path_covariance(layout, hyper) @ rows.T + spread @ spread.T + np.diag(evidence.sd**2 / weights)
    residual = evidence.value - rows @ path_mean(layout)
    inverse = np.linalg.inv(covariance)
    size = len(evidence) * np.log(2.0 * np.pi)
    weighted = inverse @ residual
    # One step of refinement: what the inverse itself rounds off differs from one BLAS to another.
    weighted += inverse @ (residual.astype(np.longdouble) - covariance.astype(np.longdouble) @ weighted).astype(float)
    density = -0.5 * (residual @ weighted + np.linalg.slogdet(covariance)[1] + size)
    return inverse, weighted, float(density)


def fitted(layout: Layout, evidence: Evidence, hyper: Hyper, weights: Array) -> Cell:
    return condition(layout, evidence, hyper, weights)


def test_pooling_loses_nothing(system: tuple[Layout, Evidence, Hyper]) -> None:
    layout, evidence, hyper = system
    weights = np.random.default_rng(1).uniform(0.3, 1.2, len(evidence))
    cell = fitted(layout, evidence, hyper, weights)
    assert len(cell.pooled) < len(evidence)
    inverse, weighted, density = one_by_one(layout, evidence, hyper, weights)
    scale = np.sqrt(np.outer(np.diag(inverse), np.diag(inverse)))
    assert np.abs((cell.inverse() - inverse) / scale).max() < ROUNDING
    assert np.abs((cell.weighted - weighted) / np.sqrt(np.diag(inverse))).max() < ROUNDING
    assert cell.log_evidence == pytest.approx(density, abs=10 * ROUNDING)  # a sum over hundreds of rows
    diagonal = cell.pooled.precision_diagonal(cell.solved.inverse())
    assert diagonal == pytest.approx(np.diag(inverse), rel=ROUNDING)
    blocks = [np.arange(0, len(evidence), 3), np.arange(5)]
    for rows, block in zip(blocks, cell.pooled.precision_blocks(cell.solved.inverse(), blocks), strict=True):
        among = np.ix_(rows, rows)
        assert np.abs((block - inverse[among]) / scale[among]).max() < ROUNDING
    mean = path_mean(layout) + path_covariance(layout, hyper) @ evidence.paths.T @ weighted
    assert cell.mean == pytest.approx(mean, abs=1e-5)
    variance = evidence.sd**2 / weights
    expected = (variance * weighted) ** 2 + variance - variance**2 * np.diag(inverse)
    step = (evidence.dof + 1.0) / (evidence.dof + np.maximum(expected, 0.0) / evidence.sd**2)
    assert robust_weights(evidence, cell.pooled, cell.solved, weights) == pytest.approx(step, rel=ROUNDING)


def test_errors_of_rows_are_drawn_from_their_covariance(system: tuple[Layout, Evidence, Hyper]) -> None:
    layout, evidence, hyper = system
    pooled = fitted(layout, evidence, hyper, np.ones(len(evidence))).pooled
    shared, between = pooled.shared.toarray(), pooled.between @ pooled.half.T
    parts = np.diag(pooled.variance) + shared @ shared.T + between @ between.T
    assert parts == pytest.approx(pooled.error, rel=1e-9, abs=1e-9)
    drawn = pooled.errors(DRAWS, np.random.default_rng(2))
    found = linalg.solve_triangular(linalg.cholesky(pooled.error, lower=True), drawn, lower=True)
    assert np.abs(found.mean(axis=1)).max() < FAR / np.sqrt(DRAWS)
    # Each entry of the covariance of standard normals has this error.
    away = (found @ found.T / DRAWS - np.eye(len(pooled))) * np.sqrt(DRAWS)
    assert np.abs(np.diag(away)).max() < FAR * np.sqrt(2.0)
    assert np.abs(away - np.diag(np.diag(away))).max() < FAR


def test_a_statement_repeated_counts_as_one_of_half_the_variance(system: tuple[Layout, Evidence, Hyper]) -> None:
    """Eight equal statements are one of an eighth of the variance, on as many rows as before."""
    layout, evidence, hyper = system
    rows = np.tile(np.arange(len(evidence)), 8)
    names = ("value", "sd", "dof", "linear", "low", "high", "rounding", "constant", "ahead")
    eight = dataclasses.replace(
        evidence,
        statements=tuple(evidence.statements[i] for i in rows),
        paths=evidence.paths[rows],
        offsets=evidence.offsets[rows],
        curved=evidence.curved * 8,
        **{name: getattr(evidence, name)[rows] for name in names},
    )
    sharp = dataclasses.replace(evidence, sd=evidence.sd / np.sqrt(8.0))
    one = fitted(layout, sharp, hyper, np.ones(len(sharp)))
    other = fitted(layout, eight, hyper, np.ones(len(eight)))
    assert len(one.pooled) == len(other.pooled)
    assert other.mean == pytest.approx(one.mean, abs=1e-6)


@pytest.mark.parametrize(
    ("value", "sd", "held"), [(1e-300, 1.0, False), (100.0, 1e300, False), (100.0, 1e7, True), (1e-20, 1e-21, True)]
)
def test_a_figure_beyond_all_sizes_is_set_aside_with_a_reason(value: float, sd: float, held: bool) -> None:
    layout = layout_of(["gdp_real"], 2012, 2016)
    evidence = evidence_of([say("gdp_real", "level", "2015", value, "100m_yuan", sd=sd)], layout, 2016)
    assert len(evidence) == held
    assert all("no figure of this size" in reason for _, reason in evidence.unusable)
