"""The envelope of reliability against closed forms, and leave-one-out scores against leaving out."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

from xtanalysis.answers.leave_one_out import left_out_scores
from xtanalysis.answers.reliability import BINS, reliability, simulate_ranks
from xtanalysis.model.evidence import Evidence
from xtanalysis.model.likelihood import condition
from xtanalysis.model.posterior import Posterior, fit_posterior
from xtanalysis.model.priors import NATION
from xtanalysis.model.record import learnt_errors
from xtanalysis.model.select import information_set
from xtanalysis.statements.facts import load_facts

PROVINCE = "湖南省"
PARTS_APART = 0.01  # of a z score, by taking the law of a precision at 32 points
MONTE_CARLO = 0.05  # four standard errors of a correlation of 2,000 simulations, and of a quantile of shares of 40


def dependence(regions: list[str], origins: list[int], horizons: list[int], common: float) -> pd.DataFrame:
    rows = [
        {"quantity": "q", "indicator": "i", "method": "engine", "region": r, "origin": o, "horizon": h}
        | {"common": common}
        | {f"h{k}": 0.5 ** abs(k - h) if k in horizons else np.nan for k in range(1, 6)}
        for r in regions
        for o in origins
        for h in horizons
    ]
    return pd.DataFrame(rows)


def events(of: pd.DataFrame, said: float, happened: bool = True) -> pd.DataFrame:
    return of[["quantity", "indicator", "method", "region", "origin", "horizon"]].assign(
        event="e", probability=said, happened=happened, at_least=True
    )


def test_ranks_have_the_correlations_that_are_stated() -> None:
    held = dependence(["a", "b"], [2010, 2012, 2020], [1, 3], 0.6)
    ranks = simulate_ranks(held, np.random.default_rng(0))
    z = pd.DataFrame(special.ndtri(ranks.to_numpy()).T, columns=ranks.index).corr()
    assert z.loc[("a", 2010, 1), ("b", 2010, 1)] == pytest.approx(0.6, abs=MONTE_CARLO)
    assert z.loc[("a", 2010, 1), ("a", 2010, 3)] == pytest.approx(0.25, abs=MONTE_CARLO)
    assert z.loc[("a", 2010, 1), ("a", 2012, 1)] == pytest.approx(0.6, abs=MONTE_CARLO)  # three years of five
    assert z.loc[("a", 2010, 1), ("b", 2012, 3)] == pytest.approx(0.6 * 0.6 * 0.25, abs=MONTE_CARLO)
    assert z.loc[("a", 2010, 1), ("a", 2020, 1)] == pytest.approx(0.0, abs=MONTE_CARLO)
    assert stats.kstest(ranks.to_numpy()[0], "uniform").pvalue > 0.001


def test_independent_forecasts_have_the_binomial_envelope() -> None:
    held = dependence([f"city {i}" for i in range(40)], [2010], [5], 0.0)
    (row,) = reliability(events(held, 0.3), held).to_dict("records")
    low, high = stats.binom.ppf([0.025, 0.975], 40, 0.3) / 40
    assert (row["low95"], row["high95"]) == pytest.approx((low, high), abs=MONTE_CARLO)
    assert row["outside"]
    assert (row["n"], row["happened"], row["bin"]) == (40, 1.0, "0.2-0.4")


def test_forecasts_that_stand_and_fall_together_are_one() -> None:
    """Forty cities with one fate: anything may happen, and nothing is outside."""
    held = dependence([f"city {i}" for i in range(40)], [2010], [5], 1.0)
    (row,) = reliability(events(held, 0.3), held).to_dict("records")
    assert (row["low95"], row["high95"], row["outside"]) == (0.0, 1.0, False)


@pytest.mark.parametrize(
    ("said", "where"), [(0.1999, "0.05-0.2"), (0.2, "0.2-0.4"), (0.2001, "0.2-0.4"), (1.0, "0.95-1")]
)
def test_a_bin_begins_with_its_lower_end(said: float, where: str) -> None:
    held = dependence(["a"], [2010], [5], 0.5)
    assert reliability(events(held, said), held)["bin"].tolist() == [where]
    assert BINS[0] == 0.0


def test_at_most_is_the_complement_of_at_least() -> None:
    held = dependence([f"city {i}" for i in range(30)], [2010, 2011], [5], 0.5)
    least = reliability(events(held, 0.3), held).iloc[0]
    most = reliability(events(held, 0.7, happened=False).assign(at_least=False), held).iloc[0]
    assert most["low95"] == pytest.approx(1.0 - least["high95"], abs=1e-12)
    assert most["high95"] == pytest.approx(1.0 - least["low95"], abs=1e-12)


@pytest.fixture(scope="module")
def posterior() -> Posterior:
    day, facts = dt.date(2013, 10, 2), load_facts()
    information = information_set(facts, ["湘潭市", PROVINCE, NATION], day)
    fitted = fit_posterior(
        "湘潭市", information, 2014, wanted=("gdp_real", "gdp_price"), errors=learnt_errors(facts, day), cells=1
    )
    mixture, best = fitted.mixture, int(fitted.mixture.weights.argmax())
    one = dataclasses.replace(mixture, cells=(mixture.cells[best],), weights=np.ones(1), theta=mixture.theta[[best]])
    return dataclasses.replace(fitted, mixture=one)


def without(evidence: Evidence, kept: np.ndarray) -> Evidence:
    return dataclasses.replace(
        evidence,
        statements=tuple(evidence.statements[i] for i in kept),
        paths=evidence.paths[kept],
        offsets=evidence.offsets[kept],
        value=evidence.value[kept],
        sd=evidence.sd[kept],
        dof=evidence.dof[kept],
        linear=evidence.linear[kept],
    )


@pytest.mark.parametrize("by", ["origin", "source"])
def test_a_figure_left_out_is_predicted_from_the_others(posterior: Posterior, by: str) -> None:
    """One cell: remove the statements of one group, condition again, and predict the figure."""
    evidence, (cell,) = posterior.evidence, posterior.mixture.cells
    scores = left_out_scores(posterior, by)
    key = "origin_id" if by == "origin" else "source_id"
    picked = scores[(scores["indicator"] == "gdp") & (scores["year"] == 2008)].iloc[0]
    i = next(
        i
        for i, s in enumerate(evidence.statements)
        if (s.region, s.indicator, s.measure, s.period.year) == ("湘潭市", "gdp", picked["measure"], 2008)
    )
    group = getattr(evidence.statements[i], key)
    kept = np.array([j for j, s in enumerate(evidence.statements) if getattr(s, key) != group])
    # Offsets are shared: put them on the paths' side by predicting the figure jointly with what is kept.
    both = np.append(kept, i)
    small = without(evidence, both)
    weights = posterior.mixture.robust[both]
    weights[-1] = 1.0
    joint = condition(posterior.layout, small, cell.hyper, weights)
    whole = 1.0 / joint.inverse()[-1, -1]
    error, around = joint.weighted[-1] * whole, np.sqrt(whole - evidence.sd[i] ** 2)
    # The figure's own error is Student's t: its law is folded with the Gaussian one around it.
    law = stats.t(evidence.dof[i], scale=evidence.sd[i])
    rank = law.expect(lambda own: special.ndtr((error - own) / around))
    assert picked["z"] == pytest.approx(special.ndtri(rank), abs=PARTS_APART)
