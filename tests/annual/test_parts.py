"""The parts of the forecaster against other packages, closed forms and hand-worked numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import least_squares
from scipy.stats import norm
from statsmodels.tsa.holtwinters import Holt, SimpleExpSmoothing

from xtanalysis.annual import network, scores, smoothing
from xtanalysis.annual.distribution import at_levels, within_bounds
from xtanalysis.annual.features import HORIZONS, MAX_POINTS, describe
from xtanalysis.annual.network import LENGTHS, LEVELS, VOLATILITIES, WIDTHS
from xtanalysis.errors import BadInput

Y = np.array([3.1, 3.4, 3.0, 3.9, 4.2, 4.1, 4.8, 5.5, 5.2, 6.0])
# Both sides run the same recursion in double precision.
RTOL = 1e-10


def aligned(*series: np.ndarray) -> np.ndarray:
    return np.array([np.pad(y, (MAX_POINTS - len(y), 0), constant_values=np.nan) for y in series])


def test_theta_is_the_mean_of_the_trend_line_and_smoothing_of_the_doubled_curvature(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(smoothing, "ALPHAS", (0.4,))
    t = np.arange(len(Y))
    slope, start = np.polyfit(t, Y, 1)
    curved = 2 * Y - (start + slope * t)
    model = SimpleExpSmoothing(curved[1:], initialization_method="known", initial_level=curved[0])
    smooth = model.fit(smoothing_level=0.4, optimized=False).forecast(1)[0]
    expected = 0.5 * (smooth + start + slope * (len(Y) - 1 + np.arange(1, 5)))
    forecasts, alpha = smoothing.theta(aligned(Y), 4, MAX_POINTS)
    np.testing.assert_allclose(forecasts[0], expected, rtol=RTOL)
    assert alpha[0] == pytest.approx(0.4)


def test_optimised_theta_is_the_least_squares_of_level_and_drift(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smoothing, "ALPHAS", (0.4,))
    forecasts, drift = smoothing.optimised_theta(aligned(Y[3:], Y), 4)
    for y, found, slope in zip((Y[3:], Y), forecasts, drift, strict=True):

        def fitted(start: np.ndarray, y: np.ndarray = y) -> Any:
            # Holt's method whose trend is never smoothed is exponential smoothing with a drift.
            model = Holt(y, initialization_method="known", initial_level=start[0], initial_trend=start[1])
            return model.fit(smoothing_level=0.4, smoothing_trend=0.0, optimized=False)

        best = least_squares(lambda start, model=fitted: model(start).resid, [y[0], 0.1], xtol=1e-14, ftol=1e-14)
        np.testing.assert_allclose(found, fitted(best.x).forecast(4), rtol=1e-6)
        assert slope == pytest.approx(best.x[1], rel=1e-6)


def test_optimised_theta_follows_a_line() -> None:
    line = 7.0 + 3.0 * np.arange(9.0)
    forecasts, drift = smoothing.optimised_theta(aligned(line), 3)
    np.testing.assert_allclose(forecasts[0], [34.0, 37.0, 40.0], rtol=RTOL)
    assert drift[0] == pytest.approx(3.0)


def test_damped_trend_agrees_with_statsmodels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smoothing, "DAMPED", ((0.5, 0.3, 0.9),))
    trend = (Y[4] - Y[0]) / 4
    model = Holt(Y[1:], damped_trend=True, initialization_method="known", initial_level=Y[0], initial_trend=trend)
    fit = model.fit(smoothing_level=0.5, smoothing_trend=0.3, damping_trend=0.9, optimized=False)
    forecasts, spread = smoothing.damped_trend(aligned(Y), 5)
    np.testing.assert_allclose(forecasts[0], fit.forecast(5), rtol=RTOL)
    assert spread[0] == pytest.approx(np.sqrt(np.mean(fit.resid**2)))


def test_trend_line_agrees_with_polyfit() -> None:
    slope, end, spread = smoothing.trend_line(aligned(Y, Y[3:]), 6)
    t = np.arange(6)
    line = np.polyfit(t, Y[-6:], 1)
    np.testing.assert_allclose([slope[0], end[0]], [line[0], np.polyval(line, 5)], rtol=RTOL)
    assert spread[1] == pytest.approx(np.sqrt(((Y[-6:] - np.polyval(line, t)) ** 2).sum() / 4))


def test_smoothing_starts_where_each_series_starts() -> None:
    both, _ = smoothing.damped_trend(aligned(Y, Y[2:]), 3)
    alone, _ = smoothing.damped_trend(aligned(Y[2:]), 3)
    np.testing.assert_allclose(both[1], alone[0], rtol=RTOL)


def test_scores_of_a_worked_example() -> None:
    actual, low, high = np.array([[10.0, 20.0]]), np.array([[8.0, 21.0]]), np.array([[12.0, 25.0]])
    forecast, scale, last = np.array([[12.0, 20.0]]), np.array([2.0]), np.array([5.0])
    assert scores.smape(actual, forecast) == pytest.approx(100 * 2 * (2 / 22) / 2)
    assert scores.mase(actual, forecast, scale) == pytest.approx((2 + 0) / 2 / 2)
    # Widths 4 and 4, one miss of 1 at 2/0.05 = 40.
    assert scores.msis(actual, low, high, scale) == pytest.approx((4 + 4 + 40) / 2 / 2)
    naive = np.array([[5.0, 5.0]])
    expected = 0.5 * (
        scores.smape(actual, forecast) / scores.smape(actual, naive)
        + scores.mase(actual, forecast, scale) / scores.mase(actual, naive, scale)
    )
    assert scores.owa(actual, forecast, scale, last) == pytest.approx(expected)
    assert scores.owa(actual, naive, scale, last) == pytest.approx(1.0)
    np.testing.assert_array_equal(scores.coverage(actual, low, high), [100.0, 0.0])
    # At 0.1 the first outcome lies 2 above and costs 0.2, the second 1 below and costs 0.9; at 0.5 half the errors.
    assert scores.wql(actual, {0.1: low, 0.5: forecast}) == pytest.approx(2 * ((0.2 + 0.9) + (1.0 + 0.0)) / 2 / 30)


def test_quantiles_of_a_normal_law_come_back_at_every_level() -> None:
    known = norm(3.0, 2.0).ppf(np.array(LEVELS))
    levels = np.array([0.0005, 0.004, 0.025, 0.13, 0.5, 0.77, 0.993, 0.9999])
    np.testing.assert_allclose(at_levels(known[None], levels)[0], norm(3.0, 2.0).ppf(levels), rtol=1e-9)


def test_bounds_bend_without_a_step_and_keep_order() -> None:
    value = np.linspace(-300.0, 300.0, 2001)[None, None, :]
    one = np.ones(1)
    bent = within_bounds(value, 0.0 * one, 100.0 * one, 20.0 * one, 90.0 * one)[0, 0]
    assert 0 < bent.min() < bent.max() <= 100
    assert (np.diff(bent) >= 0).all()
    assert np.diff(bent).max() < 0.31
    inside = (value[0, 0] >= 10) & (value[0, 0] <= 95)
    np.testing.assert_array_equal(bent[inside], value[0, 0][inside])


def test_a_series_that_touched_its_bound_is_cut_there() -> None:
    one = np.ones(1)
    bent = within_bounds(np.array([[[-5.0, 0.0, 5.0]]]), 0.0 * one, np.inf * one, 0.0 * one, 9.0 * one)
    assert bent.tolist() == [[[0.0, 0.0, 5.0]]]


def test_widths_stretch_about_the_median_by_length_and_volatility() -> None:
    quantiles = np.tile(np.linspace(-6.0, 6.0, len(LEVELS)), (4, HORIZONS, 1)) + 1.0
    width = np.ones(WIDTHS)
    width[0], width[1, 1] = 2.0, 3.0
    n, recent = LENGTHS[0] + np.array([0, 1, 1, 1]), VOLATILITIES[0] + np.array([0.0, 0.0, 0.01, 9.0])
    cell = network.cells(n, recent, np.zeros(4, bool))
    short, calm, wilder, wildest = network.widened(quantiles, cell, width)
    np.testing.assert_allclose(short[0], np.linspace(-12.0, 12.0, len(LEVELS)) + 1.0)
    np.testing.assert_allclose(calm, quantiles[1])
    np.testing.assert_allclose(wilder[0], np.linspace(-18.0, 18.0, len(LEVELS)) + 1.0)
    np.testing.assert_allclose(wildest, quantiles[1])


def test_fast_and_even_growth_has_a_row_of_its_own_up_to_thirty_points() -> None:
    n, recent = np.array([7, LENGTHS[-1], LENGTHS[-1] + 1, 7]), np.ones(4)
    rows, _ = network.cells(n, recent, np.array([True, True, True, False]))
    assert rows.tolist() == [network.EVEN, network.EVEN, len(LENGTHS), 0]


def growing(pace: float, spread: float) -> np.ndarray:
    """Twelve values whose growth on logs has that mean and standard deviation."""
    return 50.0 * np.exp(np.append(0.0, np.cumsum(pace + spread * np.array([1.0, -1.0] * 5 + [0.0]) * np.sqrt(1.1))))


@pytest.mark.parametrize(
    ("pace", "spread", "even"),
    [
        (0.0601, 0.01, True), (0.0599, 0.01, False), (0.1999, 0.01, True), (0.2001, 0.01, False),
        (0.1, 0.0399, True), (0.1, 0.0401, False), (-0.1, 0.01, False),
    ],
)  # fmt: skip
def test_growth_of_six_to_twenty_percent_with_a_spread_below_four_is_fast_and_even(
    pace: float, spread: float, even: bool
) -> None:
    y = growing(pace, spread)
    assert np.diff(np.log(y)).std() == pytest.approx(spread)
    assert describe(aligned(y, 7.0 * y)).even.tolist() == [even, even]
    assert not describe(aligned(y), np.ones(1, bool)).even[0]  # never on logarithms


def test_autoregression_is_least_squares_of_the_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smoothing, "MEMORIES", (0.4,))
    forecasts, memory = smoothing.autoregression(aligned(Y, Y[3:]), 3)
    assert memory[0] == pytest.approx(0.4)
    for y, found in zip((Y, Y[3:]), forecasts, strict=True):
        change = np.diff(y)
        drift = (change[1:] - 0.4 * change[:-1]).mean()
        first = drift + 0.4 * change[-1]
        second = drift + 0.4 * first
        np.testing.assert_allclose(found, np.cumsum([first, second, drift + 0.4 * second]), rtol=RTOL)


def test_autoregression_finds_the_memory_of_changes() -> None:
    change = 0.8 ** np.arange(12.0)
    y = np.append(0.0, np.cumsum(5.0 * change)) + 2.0
    forecasts, memory = smoothing.autoregression(aligned(y, 7.0 + 3.0 * np.arange(13.0)), 4)
    assert memory[0] == pytest.approx(0.8)
    np.testing.assert_allclose(forecasts[0], np.cumsum(5.0 * 0.8 ** np.arange(12.0, 16.0)), rtol=1e-6)
    np.testing.assert_allclose(forecasts[1], 3.0 * np.arange(1, 5), rtol=RTOL)


def test_volatility_of_the_last_changes_is_relative_to_all() -> None:
    y = np.array([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 9.0, 6.0, 9.0])
    plain = describe(aligned(y + 50.0, 7.0 * (y + 50.0)))
    np.testing.assert_allclose(plain.recent, 3.0 / (15.0 / 9.0))


def test_features_have_no_unit_and_growth_on_logs_cannot_explode() -> None:
    rocket = 2.0 ** np.arange(12.0)
    plain, scaled = describe(aligned(rocket)), describe(aligned(1000 * rocket))
    np.testing.assert_allclose(plain.table, scaled.table, atol=1e-9)
    assert np.isfinite(plain.table).all()
    fastest = np.diff(rocket).max() / plain.scale[0]
    assert plain.anchor[0, -1] <= 3 * HORIZONS * fastest


def test_the_model_is_small_plain_and_verified(tmp_path: Path) -> None:
    shipped = network.FOLDER / "pooled.npz"
    assert shipped.stat().st_size < 3e6
    with np.load(shipped, allow_pickle=False) as arrays:
        assert {arrays[name].dtype for name in arrays.files} == {np.dtype(np.float32)}
    damaged = tmp_path / "pooled.npz"
    damaged.write_bytes(shipped.read_bytes()[:-1] + b"x")
    (tmp_path / "pooled.json").write_text(shipped.with_suffix(".json").read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(BadInput, match="trained model is damaged"):
        network.load(damaged)


def test_the_scores_beside_the_model_are_those_of_tails_it_had_not_seen() -> None:
    facts = json.loads((network.FOLDER / "pooled.json").read_text(encoding="utf-8"))
    eras = [v for k, v in facts["tails"].items() if k.endswith("widths from before")]
    assert len(eras) == 3
    # The promise is 94–96 and 78–82 % on average over eras and at each horizon 77–83; one era may drift by more.
    assert np.mean([e["coverage95"] for e in eras]) == pytest.approx(95, abs=1)
    assert np.mean([e["coverage80"] for e in eras]) == pytest.approx(80, abs=2)
    np.testing.assert_allclose(np.mean([e["coverage80_by_horizon"] for e in eras], axis=0), 80, atol=3)
    np.testing.assert_allclose(np.mean([e["coverage95_by_horizon"] for e in eras], axis=0), 95, atol=1.5)
