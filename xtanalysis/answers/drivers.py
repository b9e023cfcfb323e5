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
    capital_effect,
    capital_stock,
    real_investment,
)
from xtanalysis.accounting.channels import draw_parameters
from xtanalysis.accounting.divisia import Array
from xtanalysis.answers.project import Projection
from xtanalysis.errors import BadInput, Problem
from xtanalysis.model.paths import Paths
from xtanalysis.model.posterior import stream

__all__ = ["CapitalAccounts", "ScenarioEffect", "capital_accounts", "scenario_effect"]

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
    rest_range
        Median of the rest with the highest and with the lowest published capital share.
    """

    first: int
    last: int
    output: Array
    investment: Array
    capital: Array
    from_capital: Array
    rest: Array
    rest_range: tuple[float, float]


@dataclass(frozen=True, slots=True)
class ScenarioEffect:
    """What a scenario does to value added, read twice.

    Attributes
    ----------
    years
        From the origin to the horizon.
    investment
        Median change of real investment against the baseline, log points, shape (years,).
    correlation
        Change of real value added on paired draws: 10, 50 and 90 %, log points, shape (3, years). From history's
        correlation and the scenario's other assumptions, not from a cause.
    channel
        The production function's reading of the same investment on the same draws, parameters drawn from their
        published ranges (channels.csv): 10, 50 and 90 %, log points, shape (3, years).
    """

    years: tuple[int, ...]
    investment: Array
    correlation: Array
    channel: Array


def capital_accounts(projection: Projection, first: int, last: int) -> CapitalAccounts:
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
                "these years are not on the paths", found=f"{first} to {last}", expected=f"{years[0]} to {years[-1]}"
            )
        )
    investment = _real_investment(projection.paths)
    stock = capital_stock(investment)
    i, j = years.index(first), years.index(last)

    def pace(series: Array) -> Array:
        out: Array = 100 * np.log(series[:, j] / series[:, i]) / (last - first)
        return out

    output, capital = pace(projection.paths.of("value_added_real")), pace(stock)
    rest = {share: output - share * capital for share in (CAPITAL_SHARE.low, CAPITAL_SHARE.value, CAPITAL_SHARE.high)}
    return CapitalAccounts(
        first=first,
        last=last,
        output=np.quantile(output, BAND),
        investment=np.quantile(pace(investment), BAND),
        capital=np.quantile(capital, BAND),
        from_capital=np.quantile(CAPITAL_SHARE.value * capital, BAND),
        rest=np.quantile(rest[CAPITAL_SHARE.value], BAND),
        rest_range=(float(np.median(rest[CAPITAL_SHARE.high])), float(np.median(rest[CAPITAL_SHARE.low]))),
    )


def scenario_effect(baseline: Projection, scenario: Projection) -> ScenarioEffect:
    """Set the production function's reading of a scenario beside the posterior's.

    Both projections need the same region, day, horizon, draws and seed: draw i of one belongs to draw i of the other.

    Raises
    ------
    BadInput
        If they do not share these.
    """
    for name in ("region", "as_of", "to", "seed"):
        a, b = getattr(baseline, name), getattr(scenario, name)
        if a != b:
            raise BadInput(Problem(f"the projections differ in {name}", column=name, found=str(b), expected=str(a)))
    if baseline.paths.values.shape != scenario.paths.values.shape:
        raise BadInput(Problem("the projections differ in their draws", column="draws"))
    years = np.asarray(baseline.paths.years)
    shown = years >= baseline.origin
    before, after = (_real_investment(p.paths) for p in (baseline, scenario))
    output = [p.paths.of("value_added_real")[:, shown] for p in (baseline, scenario)]
    ratio = np.median(np.log(after / before), axis=0)
    parameters = draw_parameters(stream(baseline.seed, baseline.region, "channels"), len(before))
    channel = capital_effect(before[:, shown], after[:, shown], output=output[0][:, 0], parameters=parameters)
    return ScenarioEffect(
        tuple(years[shown].tolist()),
        100 * ratio[shown],
        np.quantile(100 * np.log(output[1] / output[0]), BAND, axis=0),
        np.quantile(100 * np.log(channel), BAND, axis=0),
    )


def _real_investment(paths: Paths) -> Array:
    base = PRICE_YEAR - int(paths.years[0])
    return real_investment(paths.of("industrial_investment"), paths.of("gdp_price"), base)
