"""Why things move: growth accounting and the production function on made-up paths, then on the model's."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from xtanalysis.answers.drivers import capital_accounts
from xtanalysis.errors import BadInput
from xtanalysis.model.paths import Paths
from xtanalysis.study.study import Study

YEARS = np.arange(2000, 2026)


def projection(investment: float = 0.08, output: float = 0.06, **more: object) -> SimpleNamespace:
    """Three draws that grow at constant log rates; prices rise by 2 % a year."""
    t = np.arange(len(YEARS))
    states = {"industrial_investment": (300, investment), "gdp_price": (1, 0.02), "value_added_real": (700, output)}
    values = np.stack([np.tile(level * np.exp(rate * t), (3, 1)) for level, rate in states.values()], axis=-1)
    fields = {"region": "湘潭市", "as_of": dt.date(2021, 5, 6), "to": 2025, "seed": 8, "origin": 2020} | more
    return SimpleNamespace(paths=Paths("湘潭市", "x", YEARS, tuple(states), values), **fields)


def test_growth_accounts_on_a_known_path() -> None:
    """Nominal investment 8 % less prices 2 % is 6 %. The stock is the series 10·qᵗ + g·(gᵗ − qᵗ)/(g − q)."""
    a = capital_accounts(projection(), 2020, 2025)
    np.testing.assert_allclose(a.output, 6)
    np.testing.assert_allclose(a.investment, 6)
    np.testing.assert_allclose(a.from_capital + a.rest, 6)
    g, q = np.exp(0.06), 1 - 0.096
    stock = {t: 10 * q**t + g * (g**t - q**t) / (g - q) for t in (20, 25)}
    assert a.capital[1] == pytest.approx(20 * np.log(stock[25] / stock[20]), rel=1e-12)
    assert a.rest[1] == pytest.approx(6 - 0.5 * a.capital[1])


def test_the_level_of_investment_does_not_matter() -> None:
    one = projection()
    tenfold = replace(one.paths, values=one.paths.values * [10, 1, 1])
    a, b = capital_accounts(one, 2020, 2025), capital_accounts(SimpleNamespace(paths=tenfold), 2020, 2025)
    np.testing.assert_allclose(a.capital, b.capital, rtol=1e-12)


def test_refused() -> None:
    with pytest.raises(BadInput, match="these years are not on the paths; found '2025 to 2020'; expected 2000 to 2025"):
        capital_accounts(projection(), 2025, 2020)


def test_why_the_models_paths_move(study: Study) -> None:
    """Effects add up on every draw, so their means do; capital and the rest make up output."""
    base = study.project(draws=100, seed=8)
    effects = base.effects(2020)
    index = base["energy_use"].index(2020, (0.1, 0.5, 0.9))
    np.testing.assert_allclose(effects["total"], index.loc[2020:] - 100, atol=1e-8)
    assert list(effects.columns.levels[0]) == ["activity", "intensity", "total"]
    assert set(base.effects(2020, "co2").columns.get_level_values("factor")) > {"emission_factor"}
    with pytest.raises(BadInput, match="no year to count effects from; found '2025'"):
        base.effects(2025)
    parts = base.growth_accounts(2020)
    assert list(parts.index) == ["output", "investment", "capital", "from_capital", "rest"]
    pace = 20 * np.log(
        base.paths.sel(indicator="value_added_real", year=2025)
        / base.paths.sel(indicator="value_added_real", year=2020)
    )
    np.testing.assert_allclose(parts.loc["output"], np.quantile(pace, (0.1, 0.5, 0.9)))
    with pytest.raises(BadInput, match="these years are not on the paths"):
        base.growth_accounts(2025)
