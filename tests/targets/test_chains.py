"""Growth chained from a base year under the calibre table, against published arithmetic."""

from __future__ import annotations

import datetime as dt

import pytest

from xtanalysis.statements.grammar import Period, Statement
from xtanalysis.targets.chains import chain


def fact(measure: str, period: str, value: float, **more: object) -> Statement:
    base = more.pop("base", None)
    given: dict[str, object] = {
        "id": f"{measure}.{period}.{value}",
        "region": "湘潭市",
        "indicator": "value_added_real",
        "measure": measure,
        "period": Period.parse(period),
        "base_period": Period.parse(str(base)) if base else None,
        "relation": "equals",
        "value": value,
        "unit": "percent",
        "role": "outcome",
        "calibre": "above_scale_20m",
        "published": dt.date(2020, 1, 1),
        "trust": "A",
    }
    return Statement(**(given | more))  # type: ignore[arg-type]


def test_growth_is_chained_from_the_base() -> None:
    rows = [fact("growth", "2021", 9.6), fact("growth", "2022", 7.3), fact("growth", "2023", 5.9)]
    found = chain(rows, "value_added_real", 2020)
    assert found.last == 2023
    assert found.change == pytest.approx(1.096 * 1.073 * 1.059 - 1, rel=1e-12)
    assert found.average == pytest.approx((1.096 * 1.073 * 1.059) ** (1 / 3) - 1, rel=1e-12)


def test_a_gap_ends_the_chain_and_an_average_bridges_it() -> None:
    rows = [fact("growth", "2021", 10.0), fact("growth", "2024", 5.0)]
    assert chain(rows, "value_added_real", 2020).last == 2021
    bridge = fact("average_growth", "2023", 4.0, base=2021)
    found = chain([*rows, bridge], "value_added_real", 2020)
    assert found.last == 2024
    assert found.change == pytest.approx(1.1 * 1.04**2 * 1.05 - 1, rel=1e-12)
    assert len(found.yearly) == 4


def test_the_finest_steps_win() -> None:
    yearly = [fact("growth", str(y), 3.0) for y in (2021, 2022)]
    found = chain([fact("cumulative_change", "2022", 50.0, base=2020), *yearly], "value_added_real", 2020)
    assert found.change == pytest.approx(1.03**2 - 1, rel=1e-12)


def test_growth_is_never_chained_across_a_break() -> None:
    rows = [fact("growth", "2021", 9.0), fact("growth", "2022", 9.0, calibre="unknown")]
    found = chain(rows, "value_added_real", 2020, stated=True)
    assert (found.last, found.stopped) == (2021, "break in calibre")
    loose = chain(rows, "value_added_real", 2020)
    assert (loose.last, loose.settled) == (2022, False)
    broken = [rows[0], fact("growth", "2022", 9.0, calibre="energy_above_scale_net")]
    assert chain(broken, "value_added_real", 2020).last == 2021


@pytest.mark.parametrize(
    ("calibre", "last"), [("investment_5m_progress", 2016), ("investment_5m_expenditure", 2015), ("unknown", 2015)]
)
def test_levels_are_chained_only_where_the_calibre_allows_it(calibre: str, last: int) -> None:
    rows = [
        fact("level", str(y), v, indicator="industrial_investment", unit="100m_yuan", calibre=calibre)
        for y, v in ((2015, 100.0), (2016, 120.0))
    ]
    assert chain(rows, "industrial_investment", 2015).last == last


def test_vintages_are_not_differenced() -> None:
    rows = [
        fact("level", str(y), v, indicator="gdp", unit="100m_yuan", calibre="gdp_census4", vintage=vintage)
        for y, v, vintage in ((2018, 2161.36, "as_published"), (2019, 2257.63, "revised"))
    ]
    assert chain(rows, "gdp", 2018).last == 2018
