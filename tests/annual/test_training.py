"""What the training may and may not see."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from xtanalysis.annual.features import HORIZONS, MAX_POINTS
from xtanalysis.annual.network import EVEN, LEVELS, raw_quantiles

SCRIPTS = Path(__file__).parents[2] / "scripts"


@pytest.fixture
def modules(monkeypatch: pytest.MonkeyPatch) -> tuple[ModuleType, ModuleType, ModuleType]:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    return tuple(importlib.import_module(name) for name in ("annual_fit", "annual_cities", "annual_eras"))  # type: ignore[return-value]


def test_nothing_of_the_held_back_tail_is_seen(modules: tuple[ModuleType, ...]) -> None:
    fit, _, _ = modules
    rng = np.random.default_rng(5)
    series = [100.0 * i + rng.normal(0.0, 3.0, 40).cumsum() for i in range(1, 4)]
    changed = [np.concatenate([y[:-6], rng.normal(0.0, 9.0, 6)]) for y in series]
    known, other = (fit.before(fit.cut(part, np.random.default_rng(0)), 6) for part in (series, changed))
    for name in fit.Cuts.__slots__:
        np.testing.assert_array_equal(getattr(known, name), getattr(other, name))
    assert known.left.max() == fit.BACK
    assert known.left.min() == 1
    np.testing.assert_allclose(np.bincount(known.series, known.weight), 1.0, rtol=1e-6)
    weight = {int(left): w for left, w in zip(known.left, known.weight, strict=True)}
    assert weight[1 + int(fit.HALF_LIFE)] / weight[1] == pytest.approx(0.5, rel=1e-6)


def test_outcomes_follow_each_history_at_once(modules: tuple[ModuleType, ...]) -> None:
    fit, _, _ = modules
    y = 50.0 + np.arange(30.0) ** 1.5
    cuts = fit.before(fit.cut([y], np.random.default_rng(0)), 0)
    for change, left, relative in zip(cuts.change, cuts.left, cuts.relative, strict=True):
        last = len(y) - left - 1
        ahead = y[last + 1 :][:HORIZONS]
        assert np.isfinite(change).sum() == len(ahead)
        # Histories that were cut short differ in their scale alone.
        scale = relative * y[last]
        assert scale == pytest.approx((y[last] - y[last - 6]) / 6, rel=0.6)
        np.testing.assert_allclose(np.abs(change[: len(ahead)]) * scale, ahead - y[last], rtol=1e-4)


def test_the_home_province_and_recent_years_of_cities_are_never_learnt(modules: tuple[ModuleType, ...]) -> None:
    _, cities, _ = modules
    y = np.arange(1.0, 25.0)
    panel = [
        cities.City("gdp_real", "湖南省", "湘潭市", y),
        cities.City("gdp_real", "江西省", "南昌市", y),
        cities.City("co2", "江西省", "南昌市", y),
    ]
    learnt = cities.learnable(panel)
    assert [c.city for c in learnt] == ["南昌市"]
    assert len(learnt[0].y) == 2015 - 2000


def missed(eras: ModuleType, stretch: np.ndarray, age: int, volatility: int = 0, length: int = 0) -> Any:
    """Cases of one cell with the same stretch at each horizon and band."""
    n = len(stretch)
    known = np.arange(eras.TAIL) < age  # outcomes later than the end are not known
    by_horizon = np.where(known[:, None], np.tile(stretch[:, None, None], (1, eras.TAIL, eras.MIDDLE)), np.nan)
    return eras.Misses(by_horizon, np.full(n, length), np.full(n, volatility), np.full(n, age))


def test_a_band_is_stretched_to_its_share_of_what_was_known(modules: tuple[ModuleType, ...]) -> None:
    _, _, eras = modules
    eighty = LEVELS.index(0.1)
    early = missed(eras, np.arange(1.0, 1001.0) / 100, age=12)
    late = missed(eras, np.arange(1.0, 1001.0) / 10, age=3)
    city = missed(eras, np.ones(9), age=8, length=EVEN)
    width = eras.calibrate([early, late], [city], now=6)
    # At 6 before the end the later misses are not known, and the 80 % band needs the 800th of 1,000 stretches; the sum
    # of the weights rounds by one case.
    one_case = 0.0101
    np.testing.assert_allclose(width[0, 0, :, eighty], 8.0, atol=one_case)
    np.testing.assert_array_equal(width[:, :, :, eighty], width[:, :, :, -1 - eighty])
    assert (width[:, :, :, eras.MIDDLE] == 1).all()
    # At the end they are, for the horizons whose outcomes exist; beyond these the earlier rule.
    width = eras.calibrate([early, late], [city], now=0)
    assert (width[0, 0, : late.age[0], eighty] > 16).all()
    np.testing.assert_allclose(width[0, 0, late.age[0] :, eighty], 8.0, atol=one_case)


def test_late_misses_weigh_more_and_small_cells_are_drawn_to_their_length(modules: tuple[ModuleType, ...]) -> None:
    _, _, eras = modules
    eighty, half = LEVELS.index(0.1), int(eras.HALF_LIFE)
    calm, wild = np.full(1000, 1.5), np.full(1000, 2.5)
    city = [missed(eras, np.ones(9), 8, length=EVEN)]
    # Of equal numbers, the later by one half-life weigh two thirds: more than the fifth that an 80 % band leaves out.
    assert eras.calibrate([missed(eras, calm, 6 + half), missed(eras, wild, 6)], city, 0)[0, 0, 0, eighty] == 2.5
    # Three half-lives earlier they would weigh a ninth: less than that fifth.
    assert eras.calibrate([missed(eras, wild, 6 + 3 * half), missed(eras, calm, 6)], city, 0)[0, 0, 0, eighty] == 1.5
    few = missed(eras, np.full(int(eras.SHRINK), 3.0), 6, volatility=2)
    width = eras.calibrate([missed(eras, np.full(100_000, 1.0), 6), few], city, 0)
    assert width[0, 2, 0, eighty] == pytest.approx((3.0 + 1.0) / 2)
    assert width[4, 3, 0, eighty] == 1.0
    # A band that held too much is left as it was fitted.
    assert (eras.calibrate([missed(eras, np.full(1000, 0.7), 6)], city, 0) == 1.0).all()


def test_fast_and_even_growth_takes_the_factor_of_cities_even_if_it_narrows(modules: tuple[ModuleType, ...]) -> None:
    _, _, eras = modules
    m4 = [missed(eras, np.full(1000, 1.5), 6), missed(eras, np.full(1000, 3.0), 6, length=EVEN)]
    calm, other = missed(eras, np.full(9, 0.7), 8, volatility=2, length=EVEN), missed(eras, np.full(9, 5.0), 8)
    width = eras.calibrate(m4, [calm, other], 0)
    np.testing.assert_array_equal(np.delete(width[EVEN], eras.MIDDLE, axis=2), 0.7)
    assert (np.delete(width[:EVEN], eras.MIDDLE, axis=3) >= 1.5).all()


def test_stretches_reach_the_outcome_on_either_side(modules: tuple[ModuleType, ...]) -> None:
    _, _, eras = modules
    quantiles = np.tile(np.linspace(-6.0, 12.0, len(LEVELS)), (1, HORIZONS, 1))
    middle = quantiles[0, 0, eras.MIDDLE]
    lower = middle - quantiles[0, 0, 3]
    actual = np.full((1, eras.TAIL), 100.0 + 2.0 * (middle - 2.0 * lower))
    one, zero = np.ones(1), np.zeros(1, int)
    era = eras.Era(actual, quantiles, 100.0 * one, 2.0 * one, one, 9 * one.astype(int), (zero, zero))
    np.testing.assert_allclose(eras._stretches(era)[0, :, 3], 2.0)


def test_training_is_repeatable_and_finds_the_quantiles_of_noise(
    modules: tuple[ModuleType, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    fit, _, eras = modules
    monkeypatch.setattr(fit, "STEPS", 300)
    rng = np.random.default_rng(1)
    series = [500.0 + rng.normal(0.0, 10.0, 30).cumsum() for _ in range(600)]
    cuts = fit.before(fit.cut(series, np.random.default_rng(2)), 6)
    model = fit.fit(cuts, 3, 1)
    again = fit.fit(cuts, 3, 1)
    np.testing.assert_array_equal(model.networks[0].weights[-1], again.networks[0].weights[-1])
    known, actual = eras.tail(series, 6)
    era = eras.replay(known, actual, model)
    assert era.quantiles.shape == (600, HORIZONS, len(LEVELS))
    # A random walk with unit-variance steps: the 80 % band of the change h ahead is ±1.2816·√h standard deviations, and
    # the mean absolute step is √(2/π) of one.
    half = (era.quantiles[:, :6, LEVELS.index(0.9)] - era.quantiles[:, :6, LEVELS.index(0.1)]).mean(axis=0) / 2
    expected = 1.2816 * np.sqrt(np.arange(1.0, 7.0)) / np.sqrt(2 / np.pi)
    np.testing.assert_allclose(half, expected, rtol=0.15)
    # The origin 6 points before the end, of which all is known at the end: the factors' own sample.
    width = eras.calibrate([eras.misses(series, 6, model)], [missed(eras, np.ones(9), 8, length=EVEN)], 0)
    inside = eras.in_units(era, width)
    covered = ((actual >= inside[0.1]) & (actual <= inside[0.9])).mean()
    assert covered == pytest.approx(0.8, abs=0.02)
    values = np.pad(known[0], (MAX_POINTS - len(known[0]), 0), constant_values=np.nan)[None]
    alone = raw_quantiles(fit.batched(values, np.zeros(1, bool)), model)
    np.testing.assert_allclose(alone[0], era.quantiles[0], rtol=1e-9)
