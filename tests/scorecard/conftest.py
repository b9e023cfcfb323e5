"""Facts made up for the tests: a builder with the usual fields filled in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from xtanalysis.statements.grammar import Period, Statement
from xtanalysis.statements.plans import Plan, load_plan


@pytest.fixture(scope="session")
def plan() -> Plan:
    return load_plan()


@pytest.fixture
def fact() -> Callable[..., Statement]:
    def build(indicator: str, period: str, value: float, unit: str, **more: object) -> Statement:
        fields: dict[str, object] = {
            "region": "湘潭市", "measure": "level", "relation": "equals", "role": "outcome", "public": True,
            "published": dt.date(2025, 10, 20), "source_id": "测试",
        }  # fmt: skip
        fields.update(more)
        name = f"{indicator}.{period}.{fields['published']}.{fields.get('reference')}.{fields['region']}"
        return Statement(id=name, indicator=indicator, period=Period.parse(period), value=value, unit=unit, **fields)

    return build
