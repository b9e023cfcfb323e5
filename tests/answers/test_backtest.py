"""The replay: no leak, scores against closed forms and other packages, tables that add up."""

from __future__ import annotations

import dataclasses
import datetime as dt
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from scipy import integrate, linalg, stats
from statsmodels.regression.linear_model import OLS
from statsmodels.tsa.ar_model import AutoReg
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from threadpoolctl import threadpool_limits

from xtanalysis.annual.forecast import forecast_one
from xtanalysis.answers import rivals
from xtanalysis.answers.backtest import ENGINES, ORIGINS, Replay, cities, fit_at, replay, replay_table
from xtanalysis.answers.histories import histories
from xtanalysis.answers.leave_one_out import left_out_table
from xtanalysis.answers.questions import ASKED, Event, events_of, questions
from xtanalysis.answers.replay_laws import answers_of
from xtanalysis.answers.replay_verdicts import replay_verdicts
from xtanalysis.answers.scores import Mixture1D, block_error, brier, crps, pit, quantiles
from xtanalysis.answers.skill import comparisons, scores_by, tables_of, write_tables
from xtanalysis.answers.word_scores import word_tables
from xtanalysis.cli.backtest import command
from xtanalysis.errors import BadInput
from xtanalysis.model import exactness
from xtanalysis.model.exactness import exact_draws
from xtanalysis.model.paths import paths_of
from xtanalysis.model.posterior import Posterior
from xtanalysis.model.priors import load_priors
from xtanalysis.model.record import learnt_errors
from xtanalysis.statements.facts import load_facts

TWO = Mixture1D(np.array([0.3, 0.7]), np.array([-1.0, 2.0]), np.array([0.5, 1.5]))
HISTORY = np.array([9.0, 10.5, 12.0, 11.0, 14.0, 13.0, 9.5, 10.0, 12.5, 15.0])


@pytest.mark.parametrize("outcome", [-3.0, 0.4, 2.0, 6.0])
def test_crps_of_a_mixture_is_the_integral_of_its_definition(outcome: float) -> None:
    """Gneiting & Raftery (2007): ∫(F(x) − 1[x ≥ y])² dx."""
    below = integrate.quad(lambda x: pit(TWO, x) ** 2, -15.0, outcome, limit=200)[0]
    above = integrate.quad(lambda x: (1.0 - pit(TWO, x)) ** 2, outcome, 20.0, limit=200)[0]
    assert crps(TWO, outcome) == pytest.approx(below + above, abs=1e-7)


GDP = ("*", "gdp_real")


def test_crps_of_a_standard_normal_at_its_mean() -> None:
    """(√2 − 1)/√π, Gneiting & Raftery (2007)."""
    assert crps(Mixture1D.normal(0.0, 1.0), 0.0) == pytest.approx((np.sqrt(2.0) - 1.0) / np.sqrt(np.pi), abs=1e-12)


def test_moments_and_quantiles_of_a_mixture() -> None:
    assert TWO.mean == pytest.approx(1.1, abs=1e-12)
    draws = stats.norm.rvs(TWO.means[[0] * 3 + [1] * 7], TWO.sds[[0] * 3 + [1] * 7], size=(20_000, 10), random_state=1)
    assert draws.std() == pytest.approx(TWO.sd, rel=0.01)
    levels = np.array([0.001, 0.05, 0.5, 0.9, 0.999])
    assert [pit(TWO, point) for point in quantiles(TWO, levels)] == pytest.approx(levels, abs=1e-9)
    apart = Mixture1D(np.array([0.5, 0.5]), np.array([-100.0, 100.0]), np.array([0.01, 0.01]))
    assert [pit(apart, point) for point in quantiles(apart, levels)] == pytest.approx(levels, abs=1e-9)
    assert TWO.moved(3.0).mean == pytest.approx(4.1, abs=1e-12)


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


FIVE = np.full(5, 0.2)


def year(horizon: int) -> np.ndarray:
    """Weights of one year."""
    return np.eye(horizon)[horizon - 1]


def test_ar1_is_that_of_statsmodels() -> None:
    fitted = AutoReg(HISTORY, lags=1).fit()
    forecast = fitted.get_prediction(start=10, end=14)
    # statsmodels divides by n, least squares here by n − 2.
    scale = np.sqrt(9 / 7)
    for horizon in (1, 2, 3):
        ours = rivals.ar1(HISTORY, year(horizon))
        assert ours.mean == pytest.approx(forecast.predicted_mean[horizon - 1], rel=1e-9)
        assert ours.sd == pytest.approx(scale * np.sqrt(forecast.var_pred_mean[horizon - 1]), rel=1e-6)
    # An average of five years: the same path's errors, one after the other.
    lag = fitted.params[1]
    reach = linalg.toeplitz(lag ** np.arange(5), np.zeros(5))
    mean = rivals.ar1(HISTORY, FIVE)
    assert mean.mean == pytest.approx(forecast.predicted_mean.mean(), rel=1e-9)
    assert mean.sd == pytest.approx(scale * np.sqrt(fitted.sigma2) * np.linalg.norm(FIVE @ reach), rel=1e-6)


def test_smoothing_is_that_of_statsmodels() -> None:
    fitted = ETSModel(pd.Series(HISTORY), error="add", trend=None, initialization_method="estimated").fit(disp=False)
    predicted = fitted.get_prediction(start=10, end=12)
    for horizon in (1, 2, 3):
        ours = rivals.ets(HISTORY, year(horizon))
        assert ours.mean == pytest.approx(predicted.predicted_mean.iloc[horizon - 1], rel=1e-6)
        assert ours.sd == pytest.approx(np.sqrt(predicted.forecast_variance[horizon - 1]), rel=1e-6)


def test_rivals_by_hand() -> None:
    naive, drift = rivals.naive(HISTORY, year(4)), rivals.drift(HISTORY, year(4))
    step = np.sqrt(np.mean(np.diff(HISTORY) ** 2))
    assert (naive.mean, naive.sd) == pytest.approx((15.0, 2.0 * step))
    assert (drift.mean, drift.sd) == pytest.approx((11.65, HISTORY.std(ddof=1) * np.sqrt(1.1)))
    # A random walk's average of five years: innovations stay for 5, 4, 3, 2 and 1 of them.
    assert rivals.naive(HISTORY, FIVE).sd == pytest.approx(step * np.sqrt(55.0) / 5.0)
    assert rivals.drift(HISTORY, FIVE).sd == pytest.approx(HISTORY.std(ddof=1) * np.sqrt(1 / 5 + 1 / 10))


def test_the_annual_forecaster_is_asked_for_years_and_for_levels() -> None:
    single, change, mean = rivals.annual([(HISTORY, year(2)), (HISTORY, np.ones(5)), (HISTORY, FIVE)])
    assert change.mean == pytest.approx(5.0 * mean.mean)
    levels = tuple((np.arange(19) + 0.5) / 19)
    assert single.means == pytest.approx(np.sort(forecast_one(HISTORY, 5, levels, lower=-np.inf)[1]))
    path = np.append(0.0, np.cumsum(HISTORY))
    assert change.means == pytest.approx(np.sort(forecast_one(path, 5, levels, lower=-np.inf)[4]) - path[-1])
    assert rivals.annual([]) == []
    with pytest.raises(ValueError, match="one year, or equal weights"):
        rivals.annual([(HISTORY, np.array([1.0, 2.0]))])


def test_the_outlook_rule_by_hand() -> None:
    own, nation = dict.fromkeys(range(2018, 2021), 9.0), dict.fromkeys(range(2018, 2021), 7.0)
    outlook = {2021: 6.0, 2022: 5.0}
    assert rivals.half_gap(outlook, own, nation, 2020, year(1)) == pytest.approx(7.0)
    assert rivals.half_gap(outlook, own, nation, 2020, np.array([0.5, 0.5])) == pytest.approx(6.5)
    assert rivals.half_gap(outlook, own, nation, 2020, year(3)) is None
    assert rivals.half_gap(outlook, {2020: 9.0}, nation, 2020, year(1)) is None
    assert rivals.learnt_spread({}) == 1.0
    assert rivals.learnt_spread({2010: [2.0, -2.0], 2011: [0.0]}) == pytest.approx(np.sqrt((1.0 + 4.0) / 3.0))


def test_climatology_says_how_often_it_happened_so_far() -> None:
    law = rivals.climatology(10.0, np.array([-9.0, -8.0, -7.0, 8.0, 9.0]))
    assert law.mean == pytest.approx(10.0 - 7.0 / 5.0, abs=1e-9)
    sharp = rivals.climatology(10.0, np.repeat([-9.0, 9.0], 40) + np.linspace(-0.01, 0.01, 80))
    assert 1.0 - pit(sharp, 10.0) == pytest.approx(0.5, abs=0.05)


def test_growth_never_crosses_the_change_of_basis() -> None:
    found = histories(load_facts(), "湘潭市")
    nominal = found["secondary_value_added"].growth
    assert 2018 in nominal
    assert 2019 not in nominal
    assert 2020 in nominal
    assert 2011 not in found["fixed_asset_investment"].growth  # the threshold rose to five million yuan
    assert found["gdp_real"].growth[2019] == pytest.approx(100 * np.log(1.076), abs=1e-9)


def test_outcomes_are_the_published_figures() -> None:
    found = histories(load_facts(), "岳阳市")
    asked = {(q.asked.quantity, q.asked.indicator, q.horizon): q for q in questions(found, found, "岳阳市", 2015)}
    growth = found["gdp_real"].growth
    mean = asked["growth_5y_average", "gdp_real", 5]
    assert mean.outcome == pytest.approx(np.mean([growth[y] for y in range(2016, 2021)]))
    assert mean.reference == pytest.approx(np.mean([growth[y] for y in range(2011, 2016)]))
    assert [event.threshold for event in events_of(mean, found["gdp_real"])] == pytest.approx(
        mean.reference - np.arange(5.0)
    )
    share = asked["share_5y", "secondary_share_of_gdp", 5]
    assert share.outcome is None  # 2020 is on another basis than 2015
    assert found["value_added_real"].until(2010).size == 0
    # The average of 2011 to 2015 was published (12.8 %), its years were not.
    early = {q.key: q for q in questions(found, found, "岳阳市", 2010)}
    assert early["growth_5y_average", "value_added_real", 5].outcome == pytest.approx(100 * np.log(1.128))
    assert early["growth_5y_average", "value_added_real", 5].reference is None
    assert events_of(early["growth_5y_average", "value_added_real", 5], found["value_added_real"]) == ()
    level = early["level_5y", "gdp", 5]
    assert level.outcome == pytest.approx(found["gdp"].level[2015])
    share = early["share_5y", "secondary_share_of_gdp", 5]
    assert share.outcome == pytest.approx(found["secondary_value_added"].level[2015] - found["gdp"].level[2015])


@pytest.mark.parametrize(("outcome", "least", "most"), [(4.9, False, True), (5.0, True, True), (5.1, True, False)])
def test_a_threshold_counts_on_both_sides(outcome: float, least: bool, most: bool) -> None:
    assert Event("", 5.0).happened(outcome) is least
    assert Event("", 5.0, at_least=False).happened(outcome) is most


def test_priors_of_the_replay_leave_the_scored_city_out_and_cover_every_origin() -> None:
    shipped = load_priors()
    names = ("长沙市", "湘潭市", "合肥市", "成都市", "广州市", "中国")
    shock = {(o, r): replay_table(o, r).growth["*", "gdp_real"].shock for o in ORIGINS for r in names}
    for origin in ORIGINS:
        home = replay_table(origin, "湖南省").growth[GDP].shock
        assert len({home, *(shock[origin, city] for city in ("长沙市", "湘潭市", "合肥市", "成都市"))}) == 5
        assert replay_table(origin, "湘西自治州").growth[GDP].shock == home, "it is not among those that teach"
        assert shock[origin, "广州市"] == shock[origin, "中国"], "no city of Guangdong is in the panel"
    assert len({shock[origin, "湘潭市"] for origin in ORIGINS}) > 5
    assert replay_table(1999, "湘潭市").growth == shipped.growth


@pytest.fixture(scope="module")
def posterior() -> Posterior:
    facts = load_facts()
    day = dt.date(2013, 10, 2)
    known = [s for s in facts if s.known_on(day)]
    return fit_at("湘潭市", 2012, known, learnt_errors(facts, day), outlooks=True, cells=4)


def test_the_law_of_an_answer_is_that_of_the_draws(posterior: Posterior, monkeypatch: pytest.MonkeyPatch) -> None:
    """Closed forms of every kind of question against draws; a law taken from draws is the same law."""
    found = histories(load_facts(), "湘潭市")
    asked = questions(found, found, "湘潭市", 2012)
    drawn = paths_of(posterior.layout, "湘潭市", "", posterior.draw(4000, 1).values)
    level = {name: 100.0 * np.log(drawn.of(name)) for name in ("gdp_real", "gdp", "secondary_share_of_gdp")}
    first = 2012 - int(drawn.years[0])
    expected = {
        ("growth_1y", "gdp_real", 3): np.diff(level["gdp_real"])[:, first + 2],
        ("growth_5y_average", "gdp_real", 5): (level["gdp_real"][:, first + 5] - level["gdp_real"][:, first]) / 5.0,
    }
    for quantity, name in (("level_5y", "gdp"), ("share_5y", "secondary_share_of_gdp")):
        change = level[name][:, first + 5] - level[name][:, first]
        expected[quantity, name, 5] = found[name].level[2012] + change  # on the basis of the last one published
    laws = {q.key: answer.law for q, answer in zip(asked, answers_of(posterior, asked), strict=True)}
    for key, values in expected.items():
        assert laws[key].mean == pytest.approx(values.mean(), abs=4.0 * values.std() / np.sqrt(4000))
        assert laws[key].sd == pytest.approx(values.std(), rel=0.05)
    # States that the system does not hold: the indicator is looked up on draws.
    other = [dataclasses.replace(q, asked=dataclasses.replace(q.asked, parts=((1.0, "no such state"),))) for q in asked]
    drawn_too = [q for q in other if q.asked.indicator in ("gdp_real", "gdp", "secondary_share_of_gdp")]
    with monkeypatch.context() as patch:
        patch.setattr(exactness, "TRUSTED", -np.inf)  # draws stay those of the linearised posterior
        for q, answer in zip(drawn_too, answers_of(posterior, drawn_too), strict=True):
            assert answer.law.mean == pytest.approx(laws[q.key].mean, abs=0.15 * laws[q.key].sd)
            assert answer.law.sd == pytest.approx(laws[q.key].sd, rel=0.08)
    exact = paths_of(posterior.layout, "湘潭市", "", exact_draws(posterior, 4000, 1).values)
    for q, answer in zip(drawn_too, answers_of(posterior, drawn_too), strict=True):
        values = 100.0 * np.log(exact.of(q.asked.indicator))
        wanted = q.base + np.diff(values)[:, first : first + len(q.weights)] @ np.array(q.weights)
        assert answer.law.mean == pytest.approx(wanted.mean(), abs=0.15 * wanted.std())
        assert answer.law.sd == pytest.approx(wanted.std(), rel=0.08)


@pytest.fixture(scope="module")
def scored() -> Replay:
    return replay(load_facts(), regions=["湘潭市", "岳阳市"], origins=[2012, 2016], cells=4)


@pytest.fixture(scope="module")
def scored_tables(scored: Replay) -> dict[str, pd.DataFrame]:
    return tables_of(scored)


def test_threads_of_blas_move_no_byte() -> None:
    found = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            found.append(replay(load_facts(), regions=["湘潭市"], origins=[2014], cells=1).forecasts)
    pd.testing.assert_frame_equal(*found, check_exact=True)


def test_nothing_published_later_changes_a_forecast(scored: Replay) -> None:
    """Double every figure published after the origin's day: forecasts stay as they were, to the last bit."""
    day = dt.date(2013, 10, 2)
    facts = load_facts()
    changed = [
        dataclasses.replace(s, value=2.0 * s.value) if s.published is None or s.published > day else s for s in facts
    ]
    again = replay(changed, regions=["湘潭市"], origins=[2012], cells=4)

    def mine(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[(frame["region"] == "湘潭市") & (frame["origin"] == 2012)].reset_index(drop=True)

    came = ["outcome", "crps", "pit"]
    pd.testing.assert_frame_equal(
        again.forecasts.drop(columns=came), mine(scored.forecasts).drop(columns=came), check_exact=True
    )
    pd.testing.assert_frame_equal(
        again.events.drop(columns="happened"), mine(scored.events).drop(columns="happened"), check_exact=True
    )
    pd.testing.assert_frame_equal(again.dependence, mine(scored.dependence), check_exact=True)
    assert (again.forecasts["outcome"] != mine(scored.forecasts)["outcome"]).any()


def test_every_kind_of_target_is_scored(scored: Replay) -> None:
    frame = scored.forecasts
    asked = set(zip(frame["quantity"], frame["indicator"], strict=True))
    assert {(a.quantity, a.indicator) for a in ASKED if not a.around} <= asked
    assert set(frame["method"]) == {*ENGINES, "outlook_half_gap", "climatology", "annual", *rivals.RULES}
    counts = frame[(frame["indicator"] == "gdp_real") & (frame["quantity"] == "growth_1y")].groupby("method").size()
    assert set(counts) == {20}
    nominal = frame[frame["indicator"] == "secondary_value_added"]
    assert not (nominal["origin"] + nominal["horizon"] == 2019).any()
    assert frame["pit"].between(0.0, 1.0).all()
    spread = frame[[f"q{level:02d}" for level in range(5, 100, 5)]].to_numpy()
    assert (np.diff(spread, axis=1) > 0.0).all()
    # Thresholds are known at the origin, so that every method speaks of the same events.
    events = scored.events.groupby(["quantity", "indicator", "region", "origin", "horizon", "event"])
    assert (events["happened"].min() == events["happened"].max()).all()


def test_tables_add_up(scored: Replay, scored_tables: dict[str, pd.DataFrame]) -> None:
    frame = scored.forecasts
    key = {"quantity": "growth_5y_average", "indicator": "gdp_real"}

    def of(source: pd.DataFrame, method: str) -> pd.DataFrame:
        return source[(source[list(key)] == pd.Series(key)).all(axis=1) & (source["method"] == method)]

    row, mine, rival = of(scored_tables["scores"], "engine").iloc[0], of(frame, "engine"), of(frame, "ar1")
    assert row["crps"] == pytest.approx(mine["crps"].mean())
    assert row["cover80"] == pytest.approx(mine["pit"].between(0.1, 0.9).mean())
    shares = scored_tables["pit"][list(range(10))].to_numpy()
    assert shares.sum(axis=1) == pytest.approx(np.ones(len(shares)))
    pair = of(scored_tables["relative"], "engine")
    same = pair[pair["rival"] == "ar1"].iloc[0]
    assert same["ratio"] == pytest.approx(mine["crps"].mean() / rival["crps"].mean())
    said, other = of(scored.events, "engine"), of(scored.events, "ar1")
    scores = [brier(e["probability"].to_numpy(), e["happened"].to_numpy(dtype=bool)) for e in (said, other)]
    assert same["brier_ratio"] == pytest.approx(scores[0] / scores[1])
    known = of(scored_tables["brier"], "engine").iloc[0]
    assert known["brier"] == pytest.approx(scores[0])
    assert known["base_rate"] == pytest.approx(said["happened"].mean())


COLUMNS = {
    "scores": ("quantity", "indicator", "method", "n", "crps", "crps_se", "bias", "cover50", "cover80", "cover95"),
    "by_horizon": ("quantity", "indicator", "method", "horizon"),
    "relative": ("quantity", "indicator", "method", "rival", "ratio", "low90", "high90"),
    "events": ("quantity", "indicator", "method", "event", "probability", "happened", "region", "origin"),
    "reliability": ("quantity", "indicator", "method", "bin", "n", "said", "happened", "low95", "high95"),
    "leave_one_out": ("indicator", "measure", "n", "cover50", "cover80", "cover95", "z_sd", "low95", "high95"),
    "densities": ("quantity", "indicator", "region", "origin", "horizon", "method", "q05", "q50", "q95", "outcome"),
    "forecasts": ("variable", "source", "date", "value"),
    "outturns": ("variable", "date", "value"),
    "verdicts": ("quantity", "indicator", "region", "origin", "event", "word", "basis", "probability", "happened"),
    "words": ("quantity", "indicator", "word", "n", "said", "happened", "low95", "high95", "outside"),
    "words_by_chance": ("bins", "outside", "chance"),
    "hidden_calibre": ("quantity", "indicator", "event", "full", "hidden", "low", "high", "climatology", "happened"),
    "hidden_scores": ("quantity", "indicator", "n", "inside", "width", "brier_full", "brier_hidden"),
}


def test_command_writes_the_tables(tmp_path: Path) -> None:
    options = ["--out", str(tmp_path), "--region", "湘潭市", "--from", "2013", "--until", "2015", "--quick"]
    result = CliRunner().invoke(command, options, catch_exceptions=False)
    assert result.exit_code == 0
    assert "engine_outlooks" in result.output
    for name, columns in COLUMNS.items():
        frame = pd.read_csv(tmp_path / f"{name}.csv")
        assert set(columns) <= set(frame.columns), name
        assert len(frame)
    plain = pd.read_csv(tmp_path / "forecasts.csv")
    assert set(plain["date"]) == {2014, 2015, 2016, 2017, 2018}
    assert not pd.read_csv(tmp_path / "outturns.csv").duplicated(["variable", "date"]).any()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--from", "2015", "--until", "2014"], "the first origin comes after the last"),
        (["--region", "岳塘区", "--from", "2015", "--until", "2015"], "nothing to score"),
    ],
)
def test_command_refuses_what_cannot_be_scored(options: list[str], message: str, tmp_path: Path) -> None:
    out = tmp_path / "replay"
    with pytest.raises(BadInput, match=message):
        CliRunner().invoke(command, ["--out", str(out), *options], catch_exceptions=False)
    assert not out.exists()


def script(name: str) -> ModuleType:
    path = Path(__file__).parents[2] / "scripts" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_scripts_read_the_tables(scored_tables: dict[str, pd.DataFrame], tmp_path: Path) -> None:
    """What judges the engine and what writes the docs, on two cities and two origins."""
    facts = load_facts()
    said = replay_verdicts(facts, regions=["湘潭市"], origins=[2012], cells=2)
    tables = scored_tables | word_tables(said)
    tables["leave_one_out"] = left_out_table(facts, regions=["湘潭市"], cells=2)
    judge, writer = script("judge_engine"), script("write_replay")
    rows = [*judge.five_years(tables), *judge.reliability_rows(tables), *judge.other_rows(tables)]
    rows += judge.left_out_rows(tables)
    found = {row.what.strip(): row for row in rows}
    pair = scored_tables["relative"].set_index(["quantity", "indicator", "method", "rival"])["ratio"]
    ratio = pair["growth_5y_average", "gdp_real", "engine_outlooks", "outlook_half_gap"]
    first = found["five-year GDP: CRPS with outlooks over the rule"]
    assert first.found.startswith(f"{ratio:.2f} (")
    assert first.met == (ratio <= 1.05)
    shares = tables["leave_one_out"].query("left_out == 'origin' and indicator == '*' and measure == 'share'").iloc[0]
    assert found["left out by origin, sd of z: nested shares"].found.startswith(f"{shares['z_sd']:.2f} (")
    write_tables(tables, tmp_path)
    text = writer.section(writer.read(tmp_path))
    assert text == writer.section({**tables})
    assert "outlook + half the gap" in text
    page = (writer.DOCS / "method.md").read_text(encoding="utf-8")
    assert page.count(writer.BEGIN) == page.count(writer.END) == 1


@pytest.mark.slow
def test_the_engine_beats_its_rivals_where_it_claims_to() -> None:
    """Three cities at every third origin: the claims of docs/method.md, with room for the smaller sample."""
    found = replay(load_facts(), regions=cities()[1:13:4], origins=ORIGINS[::3], cells=6)
    pair = comparisons(found).set_index(["quantity", "indicator", "method", "rival"])["ratio"]
    assert pair["growth_1y", "secondary_value_added", "engine", "ar1"] < 0.9
    assert pair["growth_1y", "gdp_real", "engine_outlooks", "outlook_half_gap"] < 1.15
    assert pair["growth_5y_average", "gdp_real", "engine_outlooks", "naive"] < 0.7
    table = scores_by(found.forecasts).set_index(["quantity", "indicator", "method"])
    for indicator in ("gdp_real", "secondary_value_added"):
        assert 0.6 < table.loc[("growth_1y", indicator, "engine"), "cover80"] < 0.98
