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
        ("２０２４", (2024, 1), (2024, 12)),
        ("2023年度", (2023, 1), (2023, 12)),
        ("2022全年", (2022, 1), (2022, 12)),
        ("2022年1—12月", (2022, 1), (2022, 12)),
        ("2024年末", (2024, 1), (2024, 12)),
        ("2015 [YR2015]", (2015, 1), (2015, 12)),
        ("2025年1—11月累计", (2025, 1), (2025, 11)),
        ("2019年1～6月", (2019, 1), (2019, 6)),
        ("2019年1至6月", (2019, 1), (2019, 6)),
        ("2026年前三季度", (2026, 1), (2026, 9)),
        ("2021年第二季度", (2021, 4), (2021, 6)),
        ("2021H1", (2021, 1), (2021, 6)),
        ("2021年6月份", (2021, 6), (2021, 6)),
        ("2021/6", (2021, 6), (2021, 6)),
        ("202106", (2021, 6), (2021, 6)),
        ("2016—2020年", (2016, 1), (2020, 12)),
        ("“十四五”时期", (2021, 1), (2025, 12)),
        ("十五五", (2026, 1), (2030, 12)),
        ("22年", (2022, 1), (2022, 12)),
        ("’22年", (2022, 1), (2022, 12)),
        ("22年1—11月", (2022, 1), (2022, 11)),
        ("21—25年", (2021, 1), (2025, 12)),
        ("2021年—25年", (2021, 1), (2025, 12)),
        ("60年", (2060, 1), (2060, 12)),
        ("61年", (1961, 1), (1961, 12)),
    ],
)
def test_forms(text: str, start: tuple[int, int], end: tuple[int, int]) -> None:
    assert Period.parse(text) == Period(start, end)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "20",
        "5年",
        "122年",
        "2021Q5",
        "2021-13",
        "2021-00/2021-06",
        "2021-06/2021-01",
        "2025/2020",
        "2021H3",
        "二〇二一",
        "1-11月累计",
        "前三季度",
        "2024年2月10日",
        "2023/2/10",
        "20240210",
        "2021年13月",
    ],
)
def test_other_forms_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"none of|outside|ends before|no year|is a day"):
        Period.parse(text)
