"""The second opinion: runs of one basis, the forecaster's own numbers, reasons where there is none."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from xtanalysis.annual.forecast import forecast_annual
from xtanalysis.answers.project import ScenarioDraws
from xtanalysis.answers.second import second_opinions
from xtanalysis.answers.store import QUANTILES, quantile_table
from xtanalysis.statements.grammar import Period, Statement
from xtanalysis.targets.own_series import annual_series


def fact(measure: str, year: int, value: float, calibre: str, vintage: str | None = None) -> Statement:
    return Statement(
        id=f"{measure}{year}{calibre}{vintage}", region="湘潭市", indicator="gdp", measure=measure,  # type: ignore[arg-type]
        period=Period((year, 1), (year, 12)), relation="equals", value=value,
        unit="percent" if measure == "growth" else "100m_yuan", role="outcome", calibre=calibre, vintage=vintage,
        published=dt.date(year + 1, 3, 1), trust="A",
    )  # fmt: skip


def test_levels_of_two_bases_are_never_one_series() -> None:
    old = [fact("level", y, 100.0 + y - 2005, "gdp_before_census4") for y in range(2005, 2015)]
    new = [fact("level", y, 200.0, "gdp_census4") for y in (2015, 2016)]
    found = annual_series([*old, *new], "gdp")
    assert found is not None
    assert (found.first, found.last, found.basis) == (2005, 2014, "levels")
    assert found.values[0] == 100.0


def test_growth_is_chained_to_an_index_and_a_gap_cuts_it() -> None:
    rows = [fact("growth", y, 5.0, "gdp_census4") for y in (*range(2008, 2012), *range(2013, 2022))]
    found = annual_series(rows, "gdp")
    assert found is not None
    assert (found.first, found.last, found.basis) == (2012, 2021, "chained growth")
    np.testing.assert_allclose(found.values, 1.05 ** np.arange(10), rtol=1e-12)
    assert annual_series([], "gdp") is None


def test_the_opinion_is_the_annual_forecasters(early: ScenarioDraws) -> None:
    (gdp,) = second_opinions(early, ["gdp"])
    assert gdp.series is not None
    assert gdp.quantiles is not None
    # Cautions are those of verdicts, which rest on the joint projection.
    assert [*gdp.quantiles.columns, "caution"] == list(quantile_table(early).columns)
    years = gdp.series.first + np.arange(gdp.series.values.size)
    table = pd.DataFrame({"unique_id": "gdp", "ds": years, "y": gdp.series.values})
    direct = forecast_annual(table, early.to - gdp.series.last, QUANTILES)
    np.testing.assert_allclose(gdp.quantiles["value"], direct["value"], rtol=1e-12)
    assert gdp.quantiles["year"].max() == early.to
    assert set(gdp.quantiles["quantile"]) == set(QUANTILES)


def test_chained_growth_starts_from_the_joint_level(early: ScenarioDraws) -> None:
    (real,) = second_opinions(early, ["gdp_real"])
    assert real.series is not None
    assert real.quantiles is not None
    last = float(np.median(early.paths.at("gdp_real", real.series.last)))
    first = real.quantiles[(real.quantiles["year"] == real.series.last + 1) & (real.quantiles["quantile"] == 0.5)]
    assert 0.9 < first["value"].item() / last < 1.2


def test_reasons_where_there_is_none(early: ScenarioDraws) -> None:
    reasons = {o.indicator: o.reason for o in second_opinions(early)}
    assert reasons["industrial_investment"] == "no full-year figure"
    assert "8 are needed" in reasons["value_added_real"]
    assert reasons["gdp"] == ""
