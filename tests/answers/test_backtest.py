"""The replay: no leak, scores against closed forms and other packages, tables that add up."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from scipy import integrate, stats
from statsmodels.regression.linear_model import OLS
from statsmodels.tsa.ar_model import AutoReg

from xtanalysis.answers import rivals
from xtanalysis.answers.backtest import CITIES, ORIGINS, growth_history, replay, replay_table
from xtanalysis.answers.scores import Mixture1D, block_error, brier, crps, pit, quantile
from xtanalysis.answers.skill import comparisons, pit_table, scores_by, write_scores
from xtanalysis.cli.backtest import command
from xtanalysis.model.priors import load_priors
from xtanalysis.statements.facts import load_facts

TWO = Mixture1D(np.array([0.3, 0.7]), np.array([-1.0, 2.0]), np.array([0.5, 1.5]))
HISTORY = np.array([9.0, 10.5, 12.0, 11.0, 14.0, 13.0, 9.5, 10.0, 12.5, 15.0])


@pytest.mark.parametrize("outcome", [-3.0, 0.4, 2.0, 6.0])
def test_crps_of_a_mixture_is_the_integral_of_its_definition(outcome: float) -> None:
    """Gneiting & Raftery (2007): ∫(F(x) − 1[x ≥ y])² dx."""
    below = integrate.quad(lambda x: pit(TWO, x) ** 2, -15.0, outcome, limit=200)[0]
    above = integrate.quad(lambda x: (1.0 - pit(TWO, x)) ** 2, outcome, 20.0, limit=200)[0]
    assert crps(TWO, outcome) == pytest.approx(below + above, abs=1e-7)


def test_crps_of_a_standard_normal_at_its_mean() -> None:
    """(√2 − 1)/√π, Gneiting & Raftery (2007)."""
    assert crps(Mixture1D.normal(0.0, 1.0), 0.0) == pytest.approx((np.sqrt(2.0) - 1.0) / np.sqrt(np.pi), abs=1e-12)


def test_moments_and_quantiles_of_a_mixture() -> None:
    assert TWO.mean == pytest.approx(1.1, abs=1e-12)
    draws = stats.norm.rvs(TWO.means[[0] * 3 + [1] * 7], TWO.sds[[0] * 3 + [1] * 7], size=(20_000, 10), random_state=1)
    assert draws.std() == pytest.approx(TWO.sd, rel=0.01)
    for level in (0.05, 0.5, 0.9):
        assert pit(TWO, quantile(TWO, level)) == pytest.approx(level, abs=1e-9)


def test_block_error_is_that_of_the_block_means() -> None:
    """Blocks of one size: the standard error of their means, exactly."""
    values = np.array([1.0, 2.0, 3.0, 5.0, 8.0, 9.0])
    blocks = np.array([1, 1, 2, 2, 3, 3])
    means = values.reshape(3, 2).mean(axis=1)
    assert block_error(values, blocks) == pytest.approx(means.std(ddof=1) / np.sqrt(3), rel=1e-12)
    # With overlap, statsmodels' Newey-West variance of the mean of the block means.
    hac = OLS(means, np.ones(3)).fit(cov_type="HAC", cov_kwds={"maxlags": 1})
    assert block_error(values, blocks, 1) == pytest.approx(float(hac.bse[0]) * np.sqrt(3 / 2), rel=1e-9)
    assert np.isnan(block_error(values, np.ones(6, dtype=int)))
    assert brier(np.array([1.0, 0.0, 0.5]), np.array([True, False, True])) == pytest.approx(0.25 / 3)


def test_ar1_is_that_of_statsmodels() -> None:
    fitted = AutoReg(HISTORY, lags=1).fit()
    forecast = fitted.get_prediction(start=10, end=12)
    for horizon in (1, 2, 3):
        ours = rivals.ar1(HISTORY, horizon)
        assert ours.mean == pytest.approx(forecast.predicted_mean[horizon - 1], rel=1e-9)
        # statsmodels divides by n, least squares here by n − 2.
        scale = np.sqrt(9 / 7)
        assert ours.sd == pytest.approx(scale * np.sqrt(forecast.var_pred_mean[horizon - 1]), rel=1e-6)


def test_rivals_by_hand() -> None:
    naive, drift = rivals.naive(HISTORY, 4), rivals.drift(HISTORY, 4)
    assert (naive.mean, naive.sd) == pytest.approx((15.0, 2.0 * np.sqrt(np.mean(np.diff(HISTORY) ** 2))))
    assert (drift.mean, drift.sd) == pytest.approx((11.65, HISTORY.std(ddof=1) * np.sqrt(1.1)))
    assert rivals.ets(HISTORY, 3).sd >= rivals.ets(HISTORY, 1).sd
    annual = rivals.annual(HISTORY, 2)
    assert annual.weights.sum() == pytest.approx(1.0)
    own, nation = dict.fromkeys(range(2018, 2021), 9.0), dict.fromkeys(range(2018, 2021), 7.0)
    rule = rivals.outlook_gap({2021: 6.0}, own, nation, 2020, 1)
    assert rule is not None
    assert (rule.mean, rule.sd) == pytest.approx((7.0, 1.0))
    assert rivals.outlook_gap({2021: 6.0}, own, nation, 2020, 2) is None
    assert rivals.outlook_gap({2021: 6.0}, {2020: 9.0}, nation, 2020, 1) is None


def test_growth_never_crosses_the_change_of_basis() -> None:
    facts = load_facts()
    nominal = growth_history(facts, "湘潭市", "secondary_value_added")
    assert 2018 in nominal
    assert 2019 not in nominal
    assert 2020 in nominal
    real = growth_history(facts, "湘潭市", "gdp_real")
    assert real[2019] == pytest.approx(100 * np.log(1.076), abs=1e-9)


def test_priors_of_the_replay_leave_the_city_out_and_cover_every_origin() -> None:
    shipped = load_priors()
    tables = {(origin, city): replay_table(origin, city) for origin in ORIGINS for city in CITIES[:13]}
    shocks = {key: table.growth["*", "gdp_real"].shock for key, table in tables.items()}
    assert len({shocks[2015, city] for city in CITIES[:13]}) > 5
    assert len({shocks[origin, "湘潭市"] for origin in ORIGINS}) > 5
    assert replay_table(1999, "湘潭市").growth == shipped.growth


@pytest.fixture(scope="module")
def scored() -> pd.DataFrame:
    return replay(load_facts(), regions=["湘潭市", "岳阳市"], origins=[2012, 2016], cells=4)


def test_nothing_published_later_changes_a_forecast(scored: pd.DataFrame) -> None:
    """Double every figure published after the origin's day: forecasts stay as they were, to the last bit."""
    day = dt.date(2013, 10, 2)
    facts = load_facts()
    changed = [
        dataclasses.replace(s, value=2.0 * s.value) if s.published is None or s.published > day else s for s in facts
    ]
    again = replay(changed, regions=["湘潭市"], origins=[2012], cells=4)
    before = scored[(scored["region"] == "湘潭市") & (scored["origin"] == 2012)].reset_index(drop=True)
    columns = ["method", "indicator", "horizon", "mean", "sd", "q10", "q90", "probability"]
    pd.testing.assert_frame_equal(again[columns], before[columns], check_exact=True)
    assert (again["outcome"] != before["outcome"]).any()


def test_every_method_is_scored_on_the_same_cases(scored: pd.DataFrame) -> None:
    counts = scored[scored["indicator"] == "secondary_value_added"].groupby("method").size()
    assert counts.min() == counts.max()
    assert set(counts.index) == {"engine", "engine with outlooks", *rivals.RIVALS}
    # 2012 and 2016 of two cities, five years each; 2019 is never an outcome.
    assert counts.iloc[0] == 2 * (5 + 4)
    assert not (scored["origin"] + scored["horizon"] == 2019)[scored["indicator"] == "secondary_value_added"].any()
    assert scored["pit"].between(0.0, 1.0).all()
    assert (scored["q10"] < scored["q90"]).all()


def test_tables_add_up(scored: pd.DataFrame, tmp_path: Path) -> None:
    table = scores_by(scored)
    row = table[(table["method"] == "engine") & (table["indicator"] == "gdp_real")].iloc[0]
    mine = scored[(scored["method"] == "engine") & (scored["indicator"] == "gdp_real")]
    assert row["crps"] == pytest.approx(mine["crps"].mean())
    assert row["coverage_80"] == pytest.approx(mine["pit"].between(0.1, 0.9).mean())
    shares = pit_table(scored)[list(range(10))].to_numpy()
    assert shares.sum(axis=1) == pytest.approx(np.ones(len(shares)))
    pair = comparisons(scored)
    same = pair[(pair["method"] == "engine") & (pair["reference"] == "ar1") & (pair["indicator"] == "gdp_real")].iloc[0]
    rival = scored[(scored["method"] == "ar1") & (scored["indicator"] == "gdp_real")]
    assert same["ratio"] == pytest.approx(mine["crps"].mean() / rival["crps"].mean())
    written = write_scores(scored, tmp_path / "scores")
    assert {path.stem for path in (tmp_path / "scores").iterdir()} == set(written)


def test_command_writes_the_tables(tmp_path: Path) -> None:
    options = ["--out", str(tmp_path), "--region", "湘潭市", "--from", "2015", "--until", "2015", "--cells", "2"]
    result = CliRunner().invoke(command, options, catch_exceptions=False)
    assert result.exit_code == 0
    assert "engine with outlooks" in result.output
    frame = pd.read_csv(tmp_path / "forecasts.csv")
    assert set(frame["origin"]) == {2015}


@pytest.mark.slow
def test_the_engine_beats_its_rivals_where_it_claims_to() -> None:
    """Three cities at every third origin: the claims of docs/method.md, with room for the smaller sample."""
    frame = replay(load_facts(), regions=CITIES[1:13:4], origins=ORIGINS[::3], cells=6)
    pair = comparisons(frame).set_index(["indicator", "method", "reference"])["ratio"]
    assert pair["secondary_value_added", "engine", "ar1"] < 0.9
    assert pair["gdp_real", "engine with outlooks", "outlook + half the gap"] < 1.15
    table = scores_by(frame).set_index(["indicator", "method"])
    for indicator in ("gdp_real", "secondary_value_added"):
        assert 0.6 < table.loc[(indicator, "engine"), "coverage_80"] < 0.98
