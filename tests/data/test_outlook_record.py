"""The record of outlooks and plans: signs, horizons and counts against sums done by hand."""

from __future__ import annotations

import datetime as dt
import importlib.util
import math
import sys
from dataclasses import replace
from types import ModuleType

import pytest

from xtanalysis.data.paths import PACKAGE
from xtanalysis.statements.grammar import Period, Statement


@pytest.fixture(scope="module")
def script() -> ModuleType:
    path = PACKAGE.parent / "scripts" / "outlook_record.py"
    spec = importlib.util.spec_from_file_location("outlook_record", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["outlook_record"] = module
    spec.loader.exec_module(module)
    return module


def _statement(id_: str, year: int, value: float, published: str, **changes: object) -> Statement:
    base = Statement(
        id=id_, region="中国", indicator="gdp_real", measure="growth", period=Period.parse(str(year)),
        relation="equals", value=value, unit="percent", role="outcome", calibre="unknown",
        published=dt.date.fromisoformat(published),
        trust="A", public=True,
    )  # fmt: skip
    return replace(base, **changes)  # type: ignore[arg-type]


def test_errors_are_outcome_minus_outlook_and_the_first_outcome_counts(script: ModuleType) -> None:
    facts = [
        _statement("first", 2016, 6.7, "2017-01-20"),
        _statement("revised", 2016, 6.8, "2018-01-20"),
        _statement("next", 2017, 6.9, "2018-01-18"),
        _statement("weo-a", 2016, 6.5, "2016-04-30", role="outlook", vintage="WEO 2016-04"),
        _statement("weo-b", 2017, 6.2, "2016-04-30", role="outlook", vintage="WEO 2016-04"),
        _statement("weo-c", 2017, 6.6, "2017-04-30", role="outlook", vintage="WEO 2017-04"),
    ]
    records = script.outlook_records(facts, script.first_outcomes(facts))
    now, ahead = (next(r for r in records if r.horizon == h) for h in (0, 1))
    assert (now.who, now.count) == ("IMF", 2)
    assert now.bias == pytest.approx((0.2 + 0.3) / 2)  # 6.7 − 6.5 and 6.9 − 6.6
    assert now.sd == pytest.approx(math.sqrt(2) * 0.05)
    assert ahead.bias == pytest.approx(0.7)
    assert math.isnan(ahead.sd)


def test_a_range_is_aimed_at_in_its_middle_and_reached_from_its_lower_end(script: ModuleType) -> None:
    facts = [
        _statement("outcome", 2019, 6.1, "2020-01-17"),
        _statement("plan", 2019, 6.0, "2019-03-05", role="plan", relation="between", value_high=6.5),
    ]
    (row,) = script.plan_records(facts, script.first_outcomes(facts))
    assert row.bias == pytest.approx(6.1 - 6.25)
    assert row.reached == 1


def test_a_fall_is_reached_from_above(script: ModuleType) -> None:
    energy = {"indicator": "energy_per_gdp"}
    facts = [
        _statement("outcome", 2015, -5.6, "2016-02-29", **energy),
        _statement("plan", 2015, -3.1, "2015-03-05", role="plan", **energy),
    ]
    (row,) = script.plan_records(facts, script.first_outcomes(facts))
    assert row.reached == 1


def test_pandemic_years_are_left_out_of_the_second_set(script: ModuleType) -> None:
    row = script.record("IMF", "gdp", 0, [(2019, 0.1), (2020, -4.0), (2021, 2.0), (2023, 0.3)])
    assert (row.count, row.count_calm) == (4, 2)
    assert row.bias_calm == pytest.approx(0.2)


def test_the_shipped_outlooks_span_the_years_that_the_record_is_about(script: ModuleType) -> None:
    facts = script.load_facts()
    records = script.outlook_records(facts, script.first_outcomes(facts))
    imf = {r.horizon: r for r in records if r.who == "IMF" and "October" in r.about}
    assert set(imf) == {0, 1, 2, 3, 4, 5}
    # An outlook made in October for the same year errs less than one made five years ahead.
    assert imf[0].sd < imf[5].sd
    assert imf[0].count >= 20
