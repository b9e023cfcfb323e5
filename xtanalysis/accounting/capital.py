"""Capital stock by perpetual inventory, real investment, growth accounting, and what investment does through capital.

张军、吴桂英、张吉鹏（2004）《中国省际物质资本存量估算：1952—2000》，经济研究 (10), 35–44: depreciation 9.6 %,
initial stock = investment over 10 %. OECD (2009) Measuring Capital, second edition: perpetual inventory, initial stock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from xtanalysis.accounting.channels import Sourced, channel_parameters
from xtanalysis.accounting.divisia import Array
from xtanalysis.errors import BadInput, Problem
from xtanalysis.text import message

__all__ = [
    "CAPITAL_SHARE",
    "DEPRECIATION",
    "INITIAL_RULES",
    "PRICE_YEAR",
    "InitialStock",
    "Sourced",
    "capital_effect",
    "capital_stock",
    "real_investment",
]

InitialRule = Literal["given", "flow_ratio", "steady_state", "capital_output"]
PRICE_YEAR = 2020
"""Year of the constant prices of real value added and GDP (indicators.csv), at which capital is counted beside them."""
INITIAL_RULES: tuple[str, ...] = get_args(InitialRule)


DEPRECIATION = channel_parameters()["depreciation"]
CAPITAL_SHARE = channel_parameters()["capital_share"]


@dataclass(frozen=True, slots=True)
class InitialStock:
    """How the stock at the start of the first year is set.

    Attributes
    ----------
    rule
        ``given``: ``value`` is the stock. ``flow_ratio``: first investment over ``value`` (Zhang 2004: 0.10).
        ``steady_state``: first investment over (``value`` + depreciation), ``value`` being the growth of investment
        before the start (Harberger 1978; Hall & Jones 1999); ``None`` takes the mean log growth of the series itself.
        ``capital_output``: ``value`` times the first output.
    value
        See ``rule``.
    """

    rule: InitialRule = "flow_ratio"
    value: float | Array | None = 0.10


def real_investment(nominal: Array, price: Array, base: int = 0) -> Array:
    """Deflate to the prices of year ``base``: nominal over the price index scaled to one there; shape (…, years).

    ``price`` is a level index (any base); with an index of the previous year = 100 chain it first with ``cumprod``.
    """
    nominal, price = np.asarray(nominal, float), np.asarray(price, float)
    _refuse_not_positive({"investment price": price})
    out: Array = nominal / (price / price[..., [base]])
    return out


def capital_stock(
    investment: Array,
    *,
    depreciation: float | Array = DEPRECIATION.value,
    initial: InitialStock | None = None,
    output: Array | None = None,
) -> Array:
    """Capital at the end of each year by perpetual inventory, K_t = (1 − δ) K_(t−1) + I_t.

    Parameters
    ----------
    investment
        Real investment (see :func:`real_investment`), shape (…, years): one path or many draws.
    depreciation
        Geometric rate δ a year, in [0, 1): one, or one for each path, of the shape of a year.
    initial
        Rule for K_0, the stock at the end of the first year (investment over 10 % unless told); later years add to it.
    output
        Real output, same shape; only the rule ``capital_output`` reads it.

    Returns
    -------
    Same shape, in the unit of investment, at the prices of investment.

    Raises
    ------
    BadInput
        If a rate or an initial stock has no meaning, or investment is negative or not finite.
    """
    investment = np.asarray(investment, float)
    rates = np.asarray(depreciation, float)
    if not ((rates >= 0) & (rates < 1)).all():
        wrong = f"{float(rates[~((rates >= 0) & (rates < 1))][0]):g}"
        raise BadInput(Problem(message("depreciation is a rate a year"), found=wrong, expected="0 ≤ δ < 1"))
    if not (np.isfinite(investment).all() and (investment >= 0).all()):
        raise BadInput(
            Problem(
                message("investment is negative or missing"), fix=message("Fill the year or start the series after it.")
            )
        )
    stock = np.empty_like(investment)
    stock[..., 0] = _initial(investment, rates, initial or InitialStock(), output)
    for t in range(1, investment.shape[-1]):
        stock[..., t] = (1 - rates) * stock[..., t - 1] + investment[..., t]
    return stock


def _initial(investment: Array, depreciation: Array, initial: InitialStock, output: Array | None) -> Array:
    value, first = initial.value, investment[..., 0]
    if initial.rule not in INITIAL_RULES:
        raise BadInput(
            Problem(
                message("unknown rule for the initial stock"), found=initial.rule, expected=" · ".join(INITIAL_RULES)
            )
        )
    if initial.rule == "steady_state":
        growth = _mean_growth(investment) if value is None else np.full_like(first, np.log1p(value))
        divisor = np.expm1(growth) + depreciation
        if not (divisor > 0).all():
            raise BadInput(
                Problem(
                    message("growth and depreciation together are not positive"), fix=message("Choose another rule.")
                )
            )
        stock: Array = first * (1 + np.expm1(growth)) / divisor
        return stock
    if value is None or not (np.asarray(value) > 0).all():
        raise BadInput(Problem(message("the rule {rule} needs a positive value", rule=initial.rule), found=str(value)))
    if initial.rule == "given":
        return np.full_like(first, value)
    if initial.rule == "flow_ratio":
        ratio: Array = first / value
        return ratio
    if output is None:
        raise BadInput(
            Problem(
                message("the rule capital_output needs output"), fix=message("Pass output, or choose another rule.")
            )
        )
    multiple: Array = value * np.asarray(output, float)[..., 0]
    return multiple


def _mean_growth(investment: Array) -> Array:
    _refuse_not_positive({"investment at both ends": investment[..., [0, -1]]})
    years = max(investment.shape[-1] - 1, 1)
    growth: Array = np.log(investment[..., -1] / investment[..., 0]) / years
    return growth


def capital_effect(before: Array, after: Array, *, output: Array, parameters: Mapping[str, Array]) -> Array:
    """Ratio of output after to output before that investment makes through the stock of capital alone: (K′/K)^α.

    From one stock K_0 = κ·Y_0, ln Y′_t − ln Y_t = α·ln(1 + φ·Σ_s (1 − δ)^(t−s)·(I′_s − I_s) / K_t); labour and
    productivity stay.

    Parameters
    ----------
    before, after
        Real investment (see :func:`real_investment`), shape (paths, years), equal in the first year.
    output
        Real output of the first year at the prices of investment, shape (paths,).
    parameters
        ``capital_share`` α, ``depreciation`` δ, ``capital_output_ratio`` κ and ``capital_formation`` φ of each path
        (:func:`~xtanalysis.accounting.channels.draw_parameters`), shape (paths,).
    """
    start = InitialStock("given", parameters["capital_output_ratio"] * output)
    formed = parameters["capital_formation"][:, None]
    stocks = [
        capital_stock(formed * flow, depreciation=parameters["depreciation"], initial=start) for flow in (after, before)
    ]
    out: Array = (stocks[0] / stocks[1]) ** parameters["capital_share"][:, None]
    return out


def _refuse_not_positive(series: dict[str, Array]) -> None:
    problems = [
        Problem(
            message("{name} is not positive", name=name),
            found=f"{np.nanmin(value):g}",
            fix=message("Give levels, not growth rates."),
        )
        for name, value in series.items()
        if not (np.isfinite(value).all() and (np.asarray(value) > 0).all())
    ]
    if problems:
        raise BadInput(problems)
