"""Why things move: growth accounting and the production function on made-up paths, then the page on the model's."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from xtanalysis.answers.drivers import capital_accounts, scenario_effect
from xtanalysis.errors import BadInput
from xtanalysis.model.paths import Paths
from xtanalysis.report import drivers

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
    assert a.rest_range == pytest.approx((6 - 0.6 * a.capital[1], 6 - 0.4 * a.capital[1]))


def test_the_level_of_investment_does_not_matter() -> None:
    one = projection()
    tenfold = replace(one.paths, values=one.paths.values * [10, 1, 1])
    a, b = capital_accounts(one, 2020, 2025), capital_accounts(SimpleNamespace(paths=tenfold), 2020, 2025)
    np.testing.assert_allclose(a.capital, b.capital, rtol=1e-12)


def test_a_scenario_read_twice() -> None:
    """Output 1 % higher a year after the origin; investment 10 % higher in 2021 alone raises capital and then fades."""
    base, more = projection(), projection()
    values = more.paths.values.copy()
    values[:, 21:, 2] *= np.exp(0.01 * np.arange(1, 6))
    values[:, 21, 0] *= 1.1
    effect = scenario_effect(base, SimpleNamespace(**{**vars(more), "paths": replace(more.paths, values=values)}))
    np.testing.assert_allclose(effect.correlation, np.tile(np.arange(6.0), (3, 1)), atol=1e-9)
    np.testing.assert_allclose(effect.investment, [0, 100 * np.log(1.1), 0, 0, 0, 0], atol=1e-9)
    channel = effect.channel
    assert (channel[:, 0] == 0).all()
    assert channel[1, 1] == max(channel[1]) > channel[1, 5] > 0
    assert (np.diff(channel, axis=0)[:, 1:] > 0).all()


def test_refused() -> None:
    with pytest.raises(BadInput, match="these years are not on the paths; found '2025 to 2020'; expected 2000 to 2025"):
        capital_accounts(projection(), 2025, 2020)
    with pytest.raises(BadInput, match="column seed: the projections differ in seed; found '9'; expected 8"):
        scenario_effect(projection(), projection(seed=9))
    fewer = projection()
    fewer.paths = replace(fewer.paths, values=fewer.paths.values[:2])
    with pytest.raises(BadInput, match="differ in their draws"):
        scenario_effect(projection(), fewer)
    common = {"plan": "xiangtan-2021-12", "scenario": "downturn", "to": 2025, "draws": 100, "seed": 8}
    with pytest.raises(BadInput, match="not a day; found '2021'"):
        drivers.make_drivers("湘潭市", first=2020, as_of="2021", **common)
    with pytest.raises(BadInput, match="first year is not before the last; found '2025'"):
        drivers.make_drivers("湘潭市", first=2025, as_of="2021-05-06", **common)


@pytest.mark.slow
def test_the_page_on_the_models_paths() -> None:
    """Effects add up on every draw; a fall of investment lowers output in both readings; CO2 is marked as modelled."""
    made = drivers.make_drivers(
        "湘潭市",
        plan="xiangtan-2021-12",
        scenario="downturn",
        first=2020,
        as_of="2021-05-06",
        to=2025,
        draws=100,
        seed=8,
    )
    result = drivers.energy_index(made)
    np.testing.assert_allclose(result.effects[:-1].sum(axis=0), made.index("energy_use") - 100, atol=1e-8)
    assert drivers.emission_index(made).modelled
    for lang, mark in (("zh", "模型测算，不是统计数"), ("en", "modelled, not a statistic")):
        assert drivers.effects_table(made, lang).frame.iloc[:, 0].str.contains(mark).sum() == 4
        assert len(drivers.capital_table(made, lang).frame) == 5
        table = drivers.scenario_table(made, lang).frame
        assert table.iloc[-1, 1] < table.iloc[-1, 2] < 0
        assert table.iloc[-1, 4] < 0
        assert drivers.head(made, lang).title
