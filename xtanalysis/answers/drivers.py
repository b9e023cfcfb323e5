"""What drives output on the model's paths: capital built by investment, the rest, and a scenario's investment effect.

Levels cancel: a stock of capital scales with investment, so its growth needs no published level of investment.
Investment is deflated by the GDP deflator of the same paths, since the city has no price index of investment.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xtanalysis.accounting.capital import (
    CAPITAL_SHARE,
    PRICE_YEAR,
    capital_stock,
    real_investment,
)
from xtanalysis.accounting.divisia import Array
from xtanalysis.answers.project import ScenarioDraws
from xtanalysis.errors import BadInput, Problem
from xtanalysis.model.paths import Paths
from xtanalysis.text import message

__all__ = ["CapitalAccounts", "capital_accounts"]

BAND = (0.1, 0.5, 0.9)


@dataclass(frozen=True, slots=True)
class CapitalAccounts:
    """Average annual growth from ``first`` to ``last`` in log points, each as 10, 50 and 90 % of the draws, shape (3,).

    Attributes
    ----------
    output, investment, capital
        Growth of real value added, real investment and the stock of capital.
    from_capital
        Capital share times the growth of capital.
    rest
        What is left: labour and total factor productivity together, which have no figures of their own here.
    """

    first: int
    last: int
    output: Array
    investment: Array
    capital: Array
    from_capital: Array
    rest: Array


def capital_accounts(projection: ScenarioDraws, first: int, last: int) -> CapitalAccounts:
    """Growth accounting of above-scale industry on every draw between two years.

    Raises
    ------
    BadInput
        If the years are not on the paths, or not in order.
    """
    years = projection.paths.years.tolist()
    if first not in years or last not in years or last <= first:
        raise BadInput(
            Problem(
                message("these years are not on the paths"),
                found=message("{first} to {last}", first=first, last=last),
                expected=message("{first} to {last}", first=years[0], last=years[-1]),
            )
        )
    investment = _real_investment(projection.paths)
    stock = capital_stock(investment)
    i, j = years.index(first), years.index(last)

    def pace(series: Array) -> Array:
        out: Array = 100 * np.log(series[:, j] / series[:, i]) / (last - first)
        return out

    output, capital = pace(projection.paths.of("value_added_real")), pace(stock)
    return CapitalAccounts(
        first=first,
        last=last,
        output=np.quantile(output, BAND),
        investment=np.quantile(pace(investment), BAND),
        capital=np.quantile(capital, BAND),
        from_capital=np.quantile(CAPITAL_SHARE.value * capital, BAND),
        rest=np.quantile(output - CAPITAL_SHARE.value * capital, BAND),
    )


def _real_investment(paths: Paths) -> Array:
    base = PRICE_YEAR - int(paths.years[0])
    return real_investment(paths.of("industrial_investment"), paths.of("gdp_price"), base)
