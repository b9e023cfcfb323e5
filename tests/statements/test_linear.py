"""The linear form of every measure, against the definition evaluated on a path."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xtanalysis.data.dictionary import indicators, units
from xtanalysis.errors import BadInput
from xtanalysis.statements.grammar import Period, Statement
from xtanalysis.statements.linear import Key, linear_form, log_value

CITY, PROVINCE = "湘潭市", "湖南省"


def say(indicator: str, measure: str, period: str, value: float, unit: str = "percent", **more: object) -> Statement:
    base = more.pop("base", None)
    return Statement(
        id="s", region=CITY, indicator=indicator, measure=measure, period=Period.parse(period),  # type: ignore[arg-type]
        base_period=Period.parse(str(base)) if base else None, relation="equals", value=value, unit=unit,
        role="outcome", **more,  # type: ignore[arg-type]
    )  # fmt: skip


def path(key: Key) -> float:
    """Some path, different for every state and year."""
    region, indicator, year = key
    level = {"gdp_real": 780.0, "gdp_price": 460.0, "value_added_real": 690.0, "energy_intensity": -35.0,
             "industrial_investment": 620.0, "tech_upgrade_share": -20.0}[indicator]  # fmt: skip
    return level + 6.0 * (year - 2020) + 0.3 * (year - 2020) ** 2 + (5.0 if region == PROVINCE else 0.0)


def level(indicator: str, year: int, region: str = CITY) -> float:
    """The level in the indicator's own unit, straight from the definition of the states."""
    entry = indicators()[indicator]
    if entry.factors:
        out = math.prod((level(n, year, region) * units()[indicators()[n].unit].factor) ** p for p, n in entry.factors)
        return out / units()[entry.unit].factor
    value = path((region, indicator, year)) / 100.0
    plain = 1.0 / (1.0 + math.exp(-value)) if entry.is_share else math.exp(value)
    return plain / units()[entry.unit].factor


def residual(statement: Statement) -> float:
    form = linear_form(statement, path)
    return sum(c * path(k) for k, c in form.coefficients.items()) - form.value


@pytest.mark.parametrize(
    "indicator", ["gdp_real", "gdp", "energy_intensity", "energy_use", "tech_upgrade_investment", "tech_upgrade_share"]
)
def test_a_level_that_the_path_has_leaves_no_residual(indicator: str) -> None:
    unit = indicators()[indicator].unit
    assert residual(say(indicator, "level", "2022", level(indicator, 2022), unit)) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("indicator", ["gdp_real", "gdp", "energy_use", "tech_upgrade_investment"])
@pytest.mark.parametrize(
    ("measure", "base", "power"), [("growth", None, 1), ("cumulative_change", "2018", 1), ("average_growth", "2018", 4)]
)
def test_a_change_that_the_path_has_leaves_no_residual(
    indicator: str, measure: str, base: str | None, power: int
) -> None:
    start = int(base) if base else 2021
    ratio = (level(indicator, 2022) / level(indicator, start)) ** (1.0 / power)
    statement = say(indicator, measure, "2022", 100.0 * (ratio - 1.0), base=base)
    assert residual(statement) == pytest.approx(0.0, abs=1e-9)


def test_a_sum_over_five_years() -> None:
    total = sum(level("industrial_investment", year) for year in range(2018, 2023))
    statement = say("industrial_investment", "sum", "2018/2022", total, "100m_yuan")
    assert residual(statement) == pytest.approx(0.0, abs=1e-9)
    form = linear_form(statement, path)
    assert not form.linear
    # Each year weighs as its share of the sum.
    assert sum(form.coefficients.values()) == pytest.approx(1.0, abs=1e-12)


def test_a_gap_to_the_province() -> None:
    own = level("gdp_real", 2022) / level("gdp_real", 2021)
    other = level("gdp_real", 2022, PROVINCE) / level("gdp_real", 2021, PROVINCE)
    form = linear_form(say("gdp_real", "gap", "2022", 1.0, "point", reference=PROVINCE), path)
    assert sum(c * path(k) for k, c in form.coefficients.items()) == pytest.approx(
        100 * math.log(own / other), abs=1e-9
    )
    assert set(form.coefficients.values()) == {1.0, -1.0}


@given(value=st.floats(-90.0, 300.0), step=st.floats(-1e-4, 1e-4))
def test_the_slope_is_the_derivative_of_the_log_value(value: float, step: float) -> None:
    statement = say("gdp_real", "growth", "2022", value)
    form = linear_form(statement, path)
    assert log_value(statement, value + step) - log_value(statement, value) == pytest.approx(
        form.slope * step, abs=1e-6
    )


@given(st.sampled_from(["gdp", "energy_use", "tech_upgrade_investment"]), st.integers(2019, 2024))
def test_coefficients_are_the_gradient(indicator: str, year: int) -> None:
    form = linear_form(say(indicator, "level", str(year), 100.0, indicators()[indicator].unit), path)
    for key, coefficient in form.coefficients.items():
        moved = linear_form(
            say(indicator, "level", str(year), 100.0, indicators()[indicator].unit),
            lambda k, key=key: path(k) + (1e-4 if k == key else 0.0),
        )
        before = sum(c * path(k) for k, c in form.coefficients.items()) - form.value
        after = sum(c * (path(k) + (1e-4 if k == key else 0.0)) for k, c in moved.coefficients.items()) - moved.value
        assert (after - before) / 1e-4 == pytest.approx(coefficient, abs=1e-4)


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (say("gdp_real", "growth", "2022", -100.0), "has no logarithm"),
        (say("gdp_real", "level", "2022", 0.0, "100m_yuan"), "has no logarithm"),
        (say("tech_upgrade_share", "share", "2022", 100.0), "strictly between 0 and 1"),
        (say("gdp_real", "average_growth", "2022", 5.0), "needs a base before its period"),
        (say("gdp_real", "average_growth", "2022", 5.0, base="2022"), "needs a base before its period"),
        (say("profit", "level", "2022", 5.0, "100m_yuan"), "not part of the joint model"),
        (say("gdp_real", "level", "2022", 5.0, "percent"), "cannot be given in"),
        (say("gdp_real", "rank", "2022", 5.0, "rank"), "no linear form"),
    ],
)
def test_what_has_no_linear_form_is_refused_with_the_reason(statement: Statement, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        linear_form(statement, path)


def test_the_vectorised_form_agrees_with_the_linear_one() -> None:
    from xtanalysis.model.nonlinear import compile_statement
    from xtanalysis.model.prior import make_layout
    from xtanalysis.model.priors import load_priors

    names = [
        "gdp_real",
        "gdp_price",
        "value_added_real",
        "energy_intensity",
        "industrial_investment",
        "tech_upgrade_share",
    ]
    layout = make_layout([(CITY, n) for n in names], range(2015, 2026), load_priors(), np.zeros(6), np.ones(6))
    values = np.array([[path((CITY, n, year)) for n in names for year in layout.years]])
    for statement in (
        say("tech_upgrade_investment", "level", "2022", 300.0, "100m_yuan"),
        say("tech_upgrade_investment", "sum", "2018/2022", 900.0, "100m_yuan"),
        say("energy_intensity", "cumulative_change", "2022", -12.0, base="2018"),
        say("gdp", "average_growth", "2022", 8.0, base="2018"),
        say("tech_upgrade_share", "level", "2022", 40.0),
    ):
        compiled = compile_statement(statement, layout)
        value, gradient = compiled(values)
        form = linear_form(statement, path)
        row = np.zeros(layout.size)
        for key, coefficient in form.coefficients.items():
            row[layout.position(*key)] = coefficient
        assert gradient[0] == pytest.approx(row[compiled.positions], abs=1e-10)
        constant = value[0] - row @ values[0]
        assert form.value + constant == pytest.approx(target_of(statement), abs=1e-9)


def target_of(statement: Statement) -> float:
    """The stated value on the scale of the left-hand side."""
    if statement.indicator == "tech_upgrade_share":
        share = statement.value / 100.0
        return 100.0 * math.log(share / (1.0 - share))
    return log_value(statement, statement.value)
