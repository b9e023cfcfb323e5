"""A second table below the first, whose figures would be taken for the first one's years or region."""

from __future__ import annotations

from pathlib import Path

import pytest

from xtanalysis.errors import BadInput
from xtanalysis.statements.read import Reading, read_file

HEAD = "指标,单位,2023年,2024年\n"
GDP, INVESTMENT = "地区生产总值,亿元,2737.2,2840.5\n", "工业投资,亿元,700,760\n"
OTHER = "a second head"
REGION, YEAR = "a heading that names a region", "a heading that names a year"


def read(folder: Path, text: str) -> Reading:
    path = folder / "mine.csv"
    path.write_text(text, encoding="utf-8")
    return read_file(path, region="湘潭")


@pytest.mark.parametrize(
    ("text", "what", "row"),
    [
        (HEAD + GDP + "\n表二 2022年\n指标,单位,2021年,2022年\n" + INVESTMENT, OTHER, 5),
        ("指标,单位,2023,2024\n" + GDP + "指标,单位,2021,2022\n" + INVESTMENT, OTHER, 3),
        (HEAD + GDP + "项目,单位,2024年,2023年\n" + INVESTMENT, OTHER, 3),
        (HEAD + GDP + ",,2021年,2022年\n" + INVESTMENT, OTHER, 3),
        ("湘潭市2024年\n指标,总量,增速\n地区生产总值,2840.5亿元,5.1\n指标,1-9月,增速\n工业投资,560亿元,5\n", OTHER, 4),
        ("年份,地区生产总值（亿元）\n2023,2737.2\n2024,2840.5\n年份,工业投资（亿元）\n2023,700\n", OTHER, 4),
        ("湘潭市\n" + HEAD + GDP + "株洲市\n" + HEAD + INVESTMENT, REGION, 4),
        (HEAD + "湘潭市,,,\n" + GDP + "株洲市,,,\n" + INVESTMENT, REGION, 2),
        ("指标,单位,数值,增速\n2023年,,,\n地区生产总值,亿元,2737.2,4.6\n2024年,,,\n工业投资,亿元,760,5\n", YEAR, 2),
    ],
)
def test_it_is_refused(text: str, what: str, row: int, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=what) as caught:
        read(tmp_path, text)
    (problem,) = caught.value.problems
    assert problem.row == row


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("湘潭市\n" + HEAD + GDP + "续表\n" + HEAD + INVESTMENT, 4),  # as printed pages repeat it
        ("湘潭市\n" + HEAD + "湘潭市,,,\n" + GDP, 2),
        ("湘潭市2024年\n指标,单位,数值,增速\n2024年,,,\n地区生产总值,亿元,2840.5,5.1\n", 2),
        (HEAD + "规模以上工业企业数,家,2023,2024\n" + GDP, 4),  # so many firms, not years
        ("2024年\n地区,工业投资（亿元）\n长株潭,\n湘潭市,760\n", 1),
        (HEAD + "一、总量,,,\n" + GDP, 2),
    ],
)
def test_what_is_no_second_table_is_read(text: str, count: int, tmp_path: Path) -> None:
    assert len(read(tmp_path, text).statements) == count


def test_plan_outcome_and_expectation_stand_side_by_side(tmp_path: Path) -> None:
    """As a development plan's annex prints them."""
    found = read(tmp_path, "指标,单位,2024年计划,2024年实际,2025年预期\n地区生产总值增速,%,6.0,5.1,5.5\n").statements
    told = [(str(s.period), s.role, s.value) for s in found]
    assert told == [("2024", "plan", 6.0), ("2024", "outcome", 5.1), ("2025", "plan", 5.5)]
