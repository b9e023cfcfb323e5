"""A thousand inputs of every command: each is done or refused in words; `make fuzz N=10000` tries more."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from tests.fuzz.grammar import Case
from tests.fuzz.guard import Counts, tried
from tests.fuzz.wider import cheap

CALM = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much, HealthCheck.large_base_example]


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("inputs", [50, pytest.param(1000, marks=pytest.mark.slow)])
def test_every_input_is_done_or_refused(inputs: int) -> None:
    counts = Counts()

    @settings(max_examples=inputs, deadline=None, derandomize=True, database=None, suppress_health_check=CALM)
    @given(cheap)
    def each(case: Case) -> None:
        assert tried(case, counts) == []

    each()
    print(counts)
    assert sum(counts.codes.values()) >= inputs
