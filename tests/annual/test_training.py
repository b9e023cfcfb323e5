"""What the training may and may not see."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from xtanalysis.annual.features import HORIZONS, MAX_POINTS
from xtanalysis.annual.network import LEVELS, raw_quantiles

SCRIPTS = Path(__file__).parents[2] / "scripts"


@pytest.fixture
def modules(monkeypatch: pytest.MonkeyPatch) -> tuple[ModuleType, ModuleType, ModuleType]:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    return tuple(importlib.import_module(name) for name in ("annual_fit", "annual_cities", "train_annual"))  # type: ignore[return-value]


def test_nothing_of_the_held_back_tail_is_seen(modules: tuple[ModuleType, ...]) -> None:
    fit, _, _ = modules
    series = [np.arange(100.0 * i, 100.0 * i + 40.0) + np.arange(40.0) ** 1.5 for i in range(1, 4)]
    samples = fit.cut(series, 6, np.random.default_rng(0))
    tails = np.concatenate([y[-6:] for y in series])
    positive = ~samples.signed
    assert not np.isin(tails, np.abs(samples.values)).any()
    assert not np.isin(tails, np.abs(samples.future)).any()
    # Each sample's outcomes follow its history at once.
    first = samples.future[positive, 0]
    last = samples.values[positive, -1]
    for a, b in zip(last, first, strict=True):
        y = next(y for y in series if a in y)
        assert y[np.flatnonzero(y == a)[0] + 1] == b
    np.testing.assert_allclose(samples.weight.sum(), len(series))


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


@pytest.mark.slow
def test_training_is_repeatable_and_finds_the_quantiles_of_noise(
    modules: tuple[ModuleType, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    fit, _, train = modules
    monkeypatch.setattr(fit, "EPOCHS", 20)
    rng = np.random.default_rng(1)
    series = [500.0 + rng.normal(0.0, 10.0, 30).cumsum() for _ in range(900)]
    samples = fit.cut(series, 6, np.random.default_rng(2))
    model = fit.fit(samples, 3, 1)
    again = fit.fit(samples, 3, 1)
    np.testing.assert_array_equal(model.networks[0].weights[-1], again.networks[0].weights[-1])
    known, actual = train.tail(series, 6)
    era = train.replay(known, actual, model)
    assert era.quantiles.shape == (900, HORIZONS, len(LEVELS))
    # A random walk with unit-variance steps: the 80 % band of the change h ahead is ±1.2816·√h standard deviations, and
    # the mean absolute step is √(2/π) of one.
    half = (era.quantiles[:, :6, LEVELS.index(0.9)] - era.quantiles[:, :6, LEVELS.index(0.1)]).mean(axis=0) / 2
    expected = 1.2816 * np.sqrt(np.arange(1.0, 7.0)) / np.sqrt(2 / np.pi)
    np.testing.assert_allclose(half, expected, rtol=0.15)
    width = train.calibrate([era])
    inside = train.in_units(era, width)
    covered = ((actual >= inside[0.1]) & (actual <= inside[0.9])).mean()
    assert covered == pytest.approx(0.8, abs=0.02)
    values = np.pad(known[0], (MAX_POINTS - len(known[0]), 0), constant_values=np.nan)[None]
    alone = raw_quantiles(fit.batched(values, np.zeros(1, bool)), model)
    np.testing.assert_allclose(alone[0], era.quantiles[0], rtol=1e-9)
