"""Paths drawn from the mixture: their law in each cell, and that they come in pairs around its mean."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from tests.model.small import base_prior, evidence_of, layout_of, posterior_of, say
from xtanalysis.model.mixture import fit_mixture
from xtanalysis.model.posterior import Posterior, fit_posterior
from xtanalysis.model.select import information_set

STATES = ["gdp_real", "co2"]


@pytest.fixture(scope="module")
def posterior() -> Posterior:
    layout = layout_of(STATES, 2013, 2021)
    statements = [
        say("gdp_real", "level", "2013", 1200.0, "100m_yuan", sd=10.0),
        *(say("gdp_real", "growth", str(year), 7.0, sd=0.4) for year in (2014, 2015, 2017, 2018, 2019)),
        say("co2", "level", "2013", 700.0, "10k_tco2", sd=10.0),
        say("co2", "growth", "2014", 1.0, sd=1.0),
    ]
    evidence = evidence_of(statements, layout, 2019)
    return posterior_of(layout, evidence, fit_mixture(layout, evidence, base_prior(layout)), 2019)


@pytest.mark.parametrize("draws", [1, 2, 79, 80, 81, 1001])
def test_every_second_path_of_a_cell_mirrors_the_one_before(posterior: Posterior, draws: int) -> None:
    drawn = posterior.draw(draws, 3)
    assert drawn.values.shape == (draws, posterior.layout.size)
    assert (np.diff(drawn.cell) >= 0).all()
    for index in np.unique(drawn.cell):
        mine = drawn.values[drawn.cell == index]
        pairs = len(mine) // 2
        middle = (mine[0 : 2 * pairs : 2] + mine[1 : 2 * pairs : 2]) / 2.0
        expected = np.broadcast_to(posterior.mixture.cells[index].mean, middle.shape)
        assert middle == pytest.approx(expected, abs=1e-9)


def test_each_of_a_pair_has_the_law_of_its_cell(posterior: Posterior) -> None:
    """Paths of one cell, first ones and mirror images apart: mean and covariance of the closed form."""
    drawn = posterior.draw(400_000, 5)
    index = int(posterior.mixture.weights.argmax())
    cell = posterior.mixture.cells[index]
    covariance = cell.covariance_with(posterior.layout, np.eye(posterior.layout.size))
    sd = np.sqrt(np.diag(covariance))
    mine = drawn.values[drawn.cell == index]
    for half in (mine[0::2], mine[1::2]):
        error = 1.0 / np.sqrt(len(half))
        assert (half.mean(axis=0) - cell.mean) / sd == pytest.approx(np.zeros(sd.size), abs=5.0 * error)
        found = np.cov(half, rowvar=False) / np.outer(sd, sd)
        assert found == pytest.approx(covariance / np.outer(sd, sd), abs=8.0 * error)


def test_nothing_known_leaves_the_prior() -> None:
    information = information_set([], ["湘潭市", "湖南省", "中国"], dt.date(2021, 5, 6))
    fitted = fit_posterior("湘潭市", information, 2025, wanted=("gdp_real",))
    assert len(fitted.evidence) == 0
    growth = np.diff(fitted.draw(4000, 1).values[:, : len(fitted.layout.years)], axis=1)
    assert np.diff(fitted.mean()[: len(fitted.layout.years)]) == pytest.approx(growth.mean(axis=0), abs=0.3)
