from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xtanalysis.statements.grammar import Period

years = st.integers(1949, 2060)
months = st.integers(1, 12)
points = st.tuples(years, months)


@given(points, points)
def test_every_period_survives_being_written_and_read(a: tuple[int, int], b: tuple[int, int]) -> None:
    period = Period(min(a, b), max(a, b))
    assert Period.parse(str(period)) == period


@given(points, points)
def test_months_count_both_ends(a: tuple[int, int], b: tuple[int, int]) -> None:
    period = Period(min(a, b), max(a, b))
    assert period.months == 1 + sum(
        period.start < (year, month) <= period.end
        for year in range(period.first_year, period.year + 1)
        for month in range(1, 13)
    )


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2020", (2020, 1), (2020, 12)),
        ("2021Q2", (2021, 4), (2021, 6)),
        ("2021-06", (2021, 6), (2021, 6)),
        ("2021-01/2021-06", (2021, 1), (2021, 6)),
        ("2020/2025", (2020, 1), (2025, 12)),
        (" 2020 ", (2020, 1), (2020, 12)),
    ],
)
def test_forms(text: str, start: tuple[int, int], end: tuple[int, int]) -> None:
    assert Period.parse(text) == Period(start, end)


@pytest.mark.parametrize(
    "text", ["", "20", "2021Q5", "2021-13", "2021-00/2021-06", "2021-06/2021-01", "2025/2020", "2021H1", "二〇二一"]
)
def test_other_forms_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"none of|outside|ends before"):
        Period.parse(text)
