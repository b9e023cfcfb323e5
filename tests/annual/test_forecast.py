"""The forecaster's promises: equivariance, order, bounds, and a defined answer or a named error for every series."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xtanalysis.annual import QUANTILES, SeriesLeftOut, forecast_annual, forecast_one
from xtanalysis.errors import BadInput

# Multiplying by a constant rounds every input once more; the smoothing recursions pass that on at the size of rounding.
RTOL = 1e-6
SERIES = [410.0, 455.0, 470.0, 522.0, 560.0, 640.0, 688.0, 731.0, 742.0, 801.0, 870.0, 915.0]

steps = st.lists(st.integers(-300, 400).map(lambda x: x / 10), min_size=8, max_size=40).filter(
    lambda d: max(d) - min(d) > 1.0
)


def table(**series: list[float]) -> pd.DataFrame:
    return pd.concat(
        [pd.DataFrame({"unique_id": name, "ds": range(2000, 2000 + len(y)), "y": y}) for name, y in series.items()],
        ignore_index=True,
    )


@settings(deadline=None, max_examples=40)
@given(steps, st.sampled_from([1e-6, 0.37, 1000.0, 1e9]))
def test_multiplying_a_series_multiplies_its_forecasts(changes: list[float], factor: float) -> None:
    y = 2000.0 + np.cumsum(changes)
    scale = np.abs(np.diff(y)).mean()
    np.testing.assert_allclose(forecast_one(y * factor, 6) / factor, forecast_one(y, 6), rtol=RTOL, atol=RTOL * scale)


@settings(deadline=None, max_examples=40)
@given(steps, st.sampled_from([-500.0, -37.0, 64.0, 1200.0]))
def test_shifting_a_series_that_may_be_negative_shifts_its_forecasts(changes: list[float], shift: float) -> None:
    y = np.cumsum(changes)
    scale = np.abs(np.diff(y)).mean()
    moved = forecast_one(y + shift, 6, lower=-np.inf)
    np.testing.assert_allclose(moved - shift, forecast_one(y, 6, lower=-np.inf), atol=RTOL * (scale + abs(shift)))


@settings(deadline=None, max_examples=40)
@given(steps, st.lists(st.floats(0.001, 0.999), min_size=2, max_size=6, unique=True))
def test_quantiles_never_cross_and_levels_stay_above_zero(changes: list[float], levels: list[float]) -> None:
    y = np.cumsum(changes) - min(np.cumsum(changes)) + 1.0
    value = forecast_one(y, 10, sorted(levels))
    assert (np.diff(value, axis=1) >= -1e-9 * np.abs(value[:, :-1])).all()
    assert (value > 0).all()
    assert np.isfinite(value).all()


def test_a_quantile_does_not_depend_on_which_others_are_asked_for() -> None:
    np.testing.assert_allclose(
        forecast_one(SERIES, 4, [0.5])[:, 0], forecast_one(SERIES, 4, [0.33, 0.5])[:, 1], rtol=1e-9
    )


def test_a_series_does_not_depend_on_its_neighbours() -> None:
    alone = forecast_annual(table(a=SERIES), 3)["value"].to_numpy()
    crowd = forecast_annual(table(z=SERIES[::-1], a=SERIES, b=[y**0.5 for y in SERIES]), 3)
    np.testing.assert_allclose(crowd.loc[crowd["unique_id"] == "a", "value"], alone, rtol=1e-12)


def test_rows_come_by_id_as_first_seen_then_year_then_quantile() -> None:
    frame = table(b=SERIES, a=SERIES[::-1])
    shuffled = pd.concat([frame.iloc[[3]], frame.drop(index=3).sample(frac=1, random_state=4)])
    result = forecast_annual(shuffled, 2, [0.9, 0.1])
    assert list(result.columns) == ["unique_id", "ds", "quantile", "value"]
    assert result["unique_id"].tolist() == ["b"] * 4 + ["a"] * 4
    assert result["ds"].tolist() == [2012, 2012, 2013, 2013] * 2
    assert result["quantile"].tolist() == [0.9, 0.1] * 4
    pd.testing.assert_frame_equal(result, forecast_annual(frame, 2, [0.9, 0.1]))


@pytest.mark.parametrize(
    ("last", "expected"), [("2011-12-31", "2012-12-31"), ("2012-02-29", "2013-02-28"), ("2011-01-01", "2012-01-01")]
)
def test_dates_keep_month_and_day(last: str, expected: str) -> None:
    ends = [pd.Timestamp(last) - pd.DateOffset(years=k) for k in range(len(SERIES))][::-1]
    for ds in (ends, [str(d.date()) for d in ends]):
        result = forecast_annual(pd.DataFrame({"unique_id": "a", "ds": ds, "y": SERIES}), 1, [0.5])
        assert result["ds"].tolist() == [pd.Timestamp(expected)]


def test_bounds_hold_and_a_growth_rate_may_turn_negative() -> None:
    share = [62.0, 70.0, 77.0, 83.0, 88.0, 92.0, 95.0, 97.0, 98.0]
    value = forecast_one(share, 10, [0.01, 0.5, 0.99], lower=0, upper=100)
    assert value.min() >= 0
    assert value.max() <= 100
    growth = [9.0, 4.0, 11.0, 2.0, 8.0, 1.0, 6.0, 0.5, 3.0, 0.4]
    assert forecast_one(growth, 5, [0.025])[-1, 0] > 0
    assert forecast_one(growth, 5, [0.025], lower=-np.inf)[-1, 0] < 0


def test_a_positive_series_that_swings_wildly_stays_above_zero_at_every_quantile() -> None:
    value = forecast_one([1e-9, 1e9] * 6, 10, [0.001, 0.5, 0.999])
    assert (value > 0).all()
    assert np.isfinite(value).all()


def test_bounds_by_id() -> None:
    fast = [20.0, 30.0, 38.0, 50.0, 61.0, 70.0, 79.0, 90.0, 99.0]
    result = forecast_annual(table(share=fast, level=fast), 5, [0.5], upper={"share": 100.0})
    last = result.groupby("unique_id")["value"].last()
    assert last["share"] <= 100 < last["level"]


def test_a_series_that_never_moved_is_forecast_by_its_value() -> None:
    assert (forecast_one([5.0] * 9, 3) == 5.0).all()


def test_one_jump_gives_finite_ordered_quantiles() -> None:
    value = forecast_one([100.0] * 10 + [250.0] * 6, 5)
    assert np.isfinite(value).all()
    assert (np.diff(value, axis=1) >= 0).all()


def test_a_year_missing_inside_lies_on_the_line_between_its_neighbours() -> None:
    full = table(a=SERIES)
    full.loc[5, "y"] = (SERIES[4] + SERIES[6]) / 2
    expected = forecast_annual(full, 3)
    pd.testing.assert_frame_equal(forecast_annual(full.drop(index=5), 3), expected)
    full.loc[5, "y"] = np.nan
    pd.testing.assert_frame_equal(forecast_annual(full, 3), expected)


BAD = {
    "short": (SERIES[:6], "6 annual values are too few"),
    "infinite": ([*SERIES[:5], np.inf, *SERIES[6:]], "the value of 2005 is infinite"),
    "gap": ([*SERIES[:4], *[np.nan] * 4, *SERIES], "the longest gap 2004–2007"),
    "empty": ([np.nan] * 9, "0 annual values are too few"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_series_is_named_and_the_others_are_forecast(kind: str) -> None:
    y, message = BAD[kind]
    with pytest.warns(SeriesLeftOut, match=f"series {kind}: .*{message}"):
        result = forecast_annual(table(good=SERIES, **{kind: y}, also=SERIES[::-1]), 2)
    assert result["unique_id"].unique().tolist() == ["good", "also"]
    assert len(result.attrs["problems"]) == 1
    alone = forecast_annual(table(good=SERIES, also=SERIES[::-1]), 2)
    np.testing.assert_allclose(result["value"], alone["value"], rtol=1e-12)
    with pytest.raises(BadInput, match=message):
        forecast_annual(table(**{kind: y}), 2)


def test_a_year_given_twice_is_named() -> None:
    frame = pd.concat([table(twice=SERIES, good=SERIES), table(twice=[1.0])])
    with pytest.warns(SeriesLeftOut, match="series twice: the year 2000 stands there twice"):
        assert forecast_annual(frame, 1)["unique_id"].unique().tolist() == ["good"]


def test_a_value_outside_the_bounds_is_named() -> None:
    with pytest.warns(SeriesLeftOut, match="series big: a value lies outside the bounds; found '410 to 915'"):
        forecast_annual(table(big=SERIES, small=[y / 10 for y in SERIES]), 1, upper=100)


@pytest.mark.parametrize(
    ("frame", "horizon", "quantiles", "message"),
    [
        (table(a=SERIES), 0, QUANTILES, "1–10 years"),
        (table(a=SERIES), 11, QUANTILES, "1–10 years"),
        (table(a=SERIES), 1, [0.5, 1.0], "different numbers in"),
        (table(a=SERIES), 1, [0.5, 0.5], "different numbers in"),
        (table(a=SERIES), 1, [], "different numbers in"),
        (table(a=SERIES).drop(columns="ds"), 1, QUANTILES, "column ds: a column is missing"),
        (table(a=SERIES).iloc[:0], 1, QUANTILES, "has no rows"),
        (table(a=SERIES).assign(ds="spring"), 1, QUANTILES, "this is neither a year nor a day"),
        (table(a=SERIES).assign(y="much"), 1, QUANTILES, "not a number"),
    ],
)
def test_a_request_that_cannot_be_met_says_why(
    frame: pd.DataFrame, horizon: int, quantiles: list[float], message: str
) -> None:
    with pytest.raises(BadInput, match=message):
        forecast_annual(frame, horizon, quantiles)
