"""Posteriors of counts against their closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import integrate, stats

from xtanalysis.accounting.counts import CountRate, count_rate
from xtanalysis.errors import BadInput


def test_posterior_by_hand() -> None:
    """Counts 52, 61, 48 in three years, Jeffreys' prior: Gamma(161.5, 3), mean 53.83."""
    rate = count_rate([52, 61, 48])
    assert (rate.shape, rate.rate, rate.years) == (161.5, 3, 3)
    assert rate.mean == pytest.approx(53.8333, abs=5e-5)


def test_a_half_year_counts_half() -> None:
    assert count_rate([50, 30], [1, 0.5]).mean == pytest.approx(80.5 / 1.5)


def test_predictive_by_hand() -> None:
    """Gamma(1, 1) and one more year: P(N = n) = 2^−(n+1), so P(N ≥ 3) = 1/8; with 2 done, P(total ≥ 3) = 1/2."""
    rate = CountRate(1.0, 1.0, 1.0)
    assert rate.reaches(3, years=1) == pytest.approx(1 / 8, rel=1e-12)
    assert rate.reaches(3, done=2, years=1) == pytest.approx(1 / 2, rel=1e-12)
    assert rate.quantiles(1, (0.4, 0.6, 0.9)) == [0, 1, 3]


@pytest.mark.parametrize(("done", "years", "target"), [(0, 1, 55), (110, 2, 200), (161, 1.5, 250)])
def test_cumulative_target_is_the_mixture_over_rates(done: float, years: float, target: float) -> None:
    """The negative binomial tail equals the Poisson tail integrated over the gamma posterior, to 1e-9."""
    rate = count_rate([52, 61, 48])

    def density(x: float) -> float:
        return float(
            stats.poisson.sf(target - done - 1, x * years) * stats.gamma.pdf(x, rate.shape, scale=1 / rate.rate)
        )

    value, _ = integrate.quad(density, 20, 120, epsabs=1e-12)
    assert rate.reaches(target, done=done, years=years) == pytest.approx(value, abs=1e-9)


def test_decided_already() -> None:
    rate = count_rate([10])
    assert rate.reaches(10, done=10, years=0) == 1
    assert rate.reaches(10, done=9, years=0) == 0
    assert rate.reaches(0.1 + 0.2, done=0.3, years=0) == 1
    assert rate.quantiles(0) == [0, 0, 0]
    assert rate.reaches_every_year(50, 0) == 1


@pytest.mark.parametrize(("rate", "need"), [(CountRate(1.0, 1.0, 1.0), 3), (count_rate([52, 61, 48]), 50)])
def test_every_year(rate: CountRate, need: int) -> None:
    """One year is the closed form; two years of Gamma(1, 1) by hand: E[(1 − e^−λ)²] = 1 − 2/2 + 1/3 = 1/3."""
    assert rate.reaches_every_year(need, 1) == pytest.approx(rate.reaches(need, years=1), abs=2e-6)
    assert CountRate(1.0, 1.0, 1.0).reaches_every_year(1, 2) == pytest.approx(1 / 3, abs=2e-6)
    # The year that runs, half of it left and none of it done, is one more year's half at the same rate.
    half = CountRate(1.0, 1.0, 1.0).reaches_every_year(1, 1, done=0, left=0.5)
    assert half == pytest.approx(1 - 1 / 2 - 1 / 1.5 + 1 / 2.5, abs=2e-6)
    assert rate.reaches_every_year(need, 0, done=need - 1, left=0.5) == pytest.approx(rate.reaches(1, years=0.5))
    assert rate.reaches_every_year(need, 3) < rate.reaches_every_year(need, 2) < rate.reaches_every_year(need, 1)


def test_interval_holds_its_level() -> None:
    rate = count_rate([52, 61, 48])
    low, high = rate.interval(0.8)
    assert np.diff(stats.gamma.cdf([low, high], rate.shape, scale=1 / rate.rate))[0] == pytest.approx(0.8)


def test_refused() -> None:
    for message, call in {
        "row 3: a count is a number of events, zero or more; found '-1'": lambda: count_rate([1, -1]),
        "found 'nan'": lambda: count_rate([math.nan]),
        "exposure is years": lambda: count_rate([1, 2], [1]),
        "no count is known": lambda: count_rate([]),
    }.items():
        with pytest.raises(BadInput, match=message):
            call()
    assert count_rate([], prior=(2, 1)).mean == 2
