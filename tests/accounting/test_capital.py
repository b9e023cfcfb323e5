"""Perpetual inventory and what investment does through capital."""

from __future__ import annotations

import numpy as np
import pytest

from xtanalysis.accounting.capital import (
    CAPITAL_SHARE,
    DEPRECIATION,
    InitialStock,
    capital_effect,
    capital_stock,
    real_investment,
)
from xtanalysis.errors import BadInput


def geometric_depreciation(life: float) -> float:
    """Rate a year that leaves 4 % of an asset at the end of its life."""
    return float(1.0 - 0.04 ** (1.0 / life))


@pytest.mark.parametrize(("life", "published"), [(45, 0.069), (20, 0.149), (25, 0.121)])
def test_depreciation_of_each_kind_of_asset(life: float, published: float) -> None:
    """Zhang, Wu & Zhang (2004), section on depreciation: 45, 20 and 25 years, 4 % left, to the printed digit."""
    assert round(geometric_depreciation(life), 3) == published


def test_default_depreciation_is_the_published_average() -> None:
    """Their weights 63, 29 and 8 % on the three rates give 9.6 %."""
    rates = [geometric_depreciation(life) for life in (45, 20, 25)]
    assert round(float(np.dot(rates, [0.63, 0.29, 0.08])), 3) == DEPRECIATION.value == 0.096


def test_three_years_by_hand() -> None:
    """I = 10, 20, 30, δ = 10 %, K_0 = 10/0.10 = 100: 0.9·100 + 20 = 110, 0.9·110 + 30 = 129."""
    np.testing.assert_allclose(capital_stock(np.array([10.0, 20, 30]), depreciation=0.1), [100, 110, 129], rtol=1e-15)


def test_initial_rules_by_hand() -> None:
    """First investment 12, δ = 10 %: given 50; over 8 % = 150; g = 2 %: 12·1.02/0.12 = 102; 2.5 × output 40 = 100."""
    investment, output = np.array([12.0, 12.24]), np.array([40.0, 41])
    for rule, value, expected in (
        ("given", 50, 50),
        ("flow_ratio", 0.08, 150),
        ("steady_state", 0.02, 102),
        ("steady_state", None, 102),
        ("capital_output", 2.5, 100),
    ):
        stock = capital_stock(investment, depreciation=0.1, initial=InitialStock(rule, value), output=output)
        assert stock[0] == pytest.approx(expected, rel=1e-12)


def test_the_steady_state_stays_steady() -> None:
    """Investment growing at g from a steady-state start: capital grows at g for ever (OECD 2009, initial stock)."""
    investment = 100 * 1.07 ** np.arange(30)
    stock = capital_stock(investment, initial=InitialStock("steady_state", None))
    np.testing.assert_allclose(stock[1:] / stock[:-1], 1.07, rtol=1e-12)


def test_the_initial_stock_is_forgotten() -> None:
    """Two starts differ by (1 − δ)^t of their first difference: 9.6 % forgets 98 % in 40 years."""
    investment = np.full(41, 10.0)
    a, b = (capital_stock(investment, initial=InitialStock("given", k)) for k in (50.0, 150.0))
    np.testing.assert_allclose(b - a, 100 * (1 - 0.096) ** np.arange(41), rtol=1e-10)


def test_many_draws_at_once() -> None:
    paths = np.random.default_rng(1).uniform(5, 10, (4, 3, 12))
    np.testing.assert_allclose(capital_stock(paths)[2, 1], capital_stock(paths[2, 1]), rtol=1e-15)


def test_real_investment_by_hand() -> None:
    """110 at a price 10 % above the base is 100."""
    np.testing.assert_allclose(real_investment(np.array([100.0, 110]), np.array([50.0, 55])), [100, 100])
    np.testing.assert_allclose(real_investment(np.array([100.0, 110]), np.array([50.0, 55]), base=1), [110, 110])


def test_channel_by_hand() -> None:
    """I = 10, 10 against 10, 21 from a stock of 2·50; α and δ at the table's value and at both ends, two paths of each.

    K = 100.4 and 111.4 with δ = 9.6 %: half of ln(111.4/100.4) = 5.1983 points. δ = 5 % gives 105 and 116, 10.96 %
    gives 99.04 and 110.04. With half of investment becoming capital, 95.4 and 100.9.
    """
    before, after = np.tile([10.0, 10], (4, 1)), np.tile([10.0, 21], (4, 1))
    parameters = {
        "capital_share": np.array([0.5, 0.4, 0.6, 0.5]),
        "depreciation": np.array([0.096, 0.05, 0.1096, 0.096]),
        "capital_output_ratio": np.full(4, 2.0),
        "capital_formation": np.array([1, 1, 1, 0.5]),
    }
    points = 100 * np.log(capital_effect(before, after, output=np.full(4, 50.0), parameters=parameters))
    expected = [
        50 * np.log(111.4 / 100.4),
        40 * np.log(116 / 105),
        60 * np.log(110.04 / 99.04),
        50 * np.log(100.9 / 95.4),
    ]
    np.testing.assert_allclose(points[:, 1], expected, rtol=1e-12)
    assert points[0, 1] == pytest.approx(5.1983, abs=5e-5)
    assert not points[:, 0].any()
    assert (capital_effect(before, before, output=np.full(4, 50.0), parameters=parameters) == 1.0).all()


def test_parameters_hold_their_sources() -> None:
    for parameter in (DEPRECIATION, CAPITAL_SHARE):
        assert parameter.low <= parameter.value <= parameter.high
        assert all(f"{value:g}" in parameter.source for value in (parameter.value, parameter.low, parameter.high))


def test_refused() -> None:
    ok = np.array([1.0, 2])
    for message, call in {
        "depreciation is a rate a year; found '9.6'": lambda: capital_stock(ok, depreciation=9.6),
        "investment is negative or missing": lambda: capital_stock(np.array([1, np.nan])),
        "unknown rule for the initial stock; found 'guess'": lambda: capital_stock(ok, initial=InitialStock("guess")),
        "flow_ratio needs a positive value; found 'None'": lambda: capital_stock(ok, initial=InitialStock(value=None)),
        "capital_output needs output": lambda: capital_stock(ok, initial=InitialStock("capital_output", 2)),
        "growth and depreciation together": lambda: capital_stock(ok, initial=InitialStock("steady_state", -0.5)),
        "investment at both ends is not positive": lambda: capital_stock(
            ok * 0, initial=InitialStock("steady_state", None)
        ),
        "investment price is not positive; found '0'": lambda: real_investment(ok, ok * 0),
        "depreciation is a rate a year; found '1'": lambda: capital_stock(ok, depreciation=np.array([0.1, 1.0])),
    }.items():
        with pytest.raises(BadInput, match=message):
            call()
