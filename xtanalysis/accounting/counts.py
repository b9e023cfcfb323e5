"""Posterior of counts: so many events a year (Poisson–gamma) and years that reach a number (beta–binomial).

Closed forms: Gelman et al. (2013) Bayesian Data Analysis, third edition, sections 2.4 and 2.6. The default priors are
Jeffreys': Gamma(1/2, 0) for a rate, Beta(1/2, 1/2) for a share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from xtanalysis.errors import BadInput, Problem
from xtanalysis.text import message

__all__ = ["CountRate", "count_rate"]

QUADRATURE = 200


@dataclass(frozen=True, slots=True)
class CountRate:
    """Gamma posterior of a Poisson rate, events a year.

    Attributes
    ----------
    shape, rate
        Of the gamma law; the mean is ``shape / rate``.
    years
        Years of evidence behind it (a half-year counts one half).
    """

    shape: float
    rate: float
    years: float

    @property
    def mean(self) -> float:
        """Expected events a year."""
        return self.shape / self.rate

    def interval(self, level: float = 0.8) -> tuple[float, float]:
        """Central interval of the rate, events a year."""
        low, high = (
            float(stats.gamma.ppf((1 + sign * level) / 2, self.shape, scale=1 / self.rate)) for sign in (-1, 1)
        )
        return low, high

    def predictive(self, years: float) -> tuple[float, float]:
        """(n, p) of the negative binomial law of the events in ``years`` more years (as in scipy.stats)."""
        return self.shape, self.rate / (self.rate + years)

    def quantiles(self, years: float, levels: Sequence[float] = (0.1, 0.5, 0.9)) -> list[int]:
        """Quantiles of the events in ``years`` more years."""
        if years == 0:
            return [0 for _ in levels]
        return [int(stats.nbinom.ppf(level, *self.predictive(years))) for level in levels]

    def reaches(self, target: float, *, done: float = 0, years: float) -> float:
        """Probability that ``done`` and the events of ``years`` more years together are at least ``target``."""
        missing = int(np.ceil(target - done - 1e-9))
        if missing <= 0:
            return 1.0
        if years == 0:
            return 0.0
        return float(stats.nbinom.sf(missing - 1, *self.predictive(years)))

    def reaches_every_year(self, target: float, years: int, *, done: float = 0.0, left: float = 0.0) -> float:
        """Probability that each of ``years`` more years has at least ``target`` events, at one common unknown rate.

        With ``left`` > 0 the year that runs must reach it too: ``done`` events so far, ``left`` of the year to go.
        """
        need = int(np.ceil(target - 1e-9))
        if need <= 0:
            return 1.0
        missing = int(np.ceil(target - done - 1e-9)) if left > 0 else 0
        if years == 0:
            return self.reaches(missing, years=left)
        # No closed form beyond one year: Gauss–Legendre over the quantiles of the rate.
        nodes, weights = special.roots_legendre(QUADRATURE)
        rates = stats.gamma.ppf((nodes + 1) / 2, self.shape, scale=1 / self.rate)
        survival = stats.poisson.sf(need - 1, rates) ** years * stats.poisson.sf(missing - 1, rates * left)
        return float(np.sum(weights * survival) / 2)


def count_rate(
    counts: Sequence[float], exposure: Sequence[float] | None = None, *, prior: tuple[float, float] = (0.5, 0.0)
) -> CountRate:
    """Posterior rate after ``counts`` in periods of ``exposure`` years each (one year each unless told).

    Raises
    ------
    BadInput
        If there is no evidence and the prior is improper, a count is negative, or an exposure is not positive.
    """
    lengths = [1.0] * len(counts) if exposure is None else list(exposure)
    problems = [
        Problem(message("a count is a number of events, zero or more"), row=i + 2, found=f"{n:g}")
        for i, n in enumerate(counts)
        if not (np.isfinite(n) and n >= 0)
    ]
    if len(lengths) != len(counts) or any(not length > 0 for length in lengths):
        problems.append(Problem(message("exposure is years, positive, one for each count"), found=str(lengths)))
    if not counts and prior[1] <= 0:
        problems.append(
            Problem(
                message("no count is known and the prior alone says nothing"), fix=message("Enter at least one year.")
            )
        )
    if problems:
        raise BadInput(problems)
    return CountRate(prior[0] + sum(counts), prior[1] + sum(lengths), sum(lengths))
