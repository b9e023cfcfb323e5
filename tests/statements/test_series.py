"""Series and plain tables from any file: the same values from every form, keys as they are written."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from xtanalysis.annual.collect import collect
from xtanalysis.cli import decompose
from xtanalysis.errors import BadInput
from xtanalysis.statements.readers.series import plain_table, read_points, year_or_day

YEARS = range(2014, 2024)
VALUES = [3031.9, 3419.1, 3938.8, 4566.8, 5127.3, 5725.9, 2228.3, 2919.7, 2044.0, 4913.0]


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "mine.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize(
    "text",
    [
        "unique_id,ds,y\n" + "".join(f"甲项,{y}年,{v}\n" for y, v in zip(YEARS, VALUES, strict=True)),
        "序列\t年份\t数值\n" + "".join(f"甲项\t{y}\t{v:,}\n" for y, v in zip(YEARS, VALUES, strict=True)),
        # The national bureau's export: titles, years across and falling, a source below.
        "数据库：年度数据\n时间：最近10年\n指标," + ",".join(f"{y}年" for y in reversed(YEARS))
        + "\n甲项," + ",".join(str(v) for v in reversed(VALUES)) + "\n数据来源：国家统计局\n",
        "年份;甲项\n" + "".join(f"{y};{v}\n" for y, v in zip(YEARS, VALUES, strict=True)) + "合计;37914.8\n",
        "指标,时期,数值,单位\n" + "".join(f"甲项,{y},{v},亿元\n" for y, v in zip(YEARS, VALUES, strict=True)),
    ],
)  # fmt: skip
def test_one_series_in_many_forms(tmp_path: Path, text: str, encoding: str) -> None:
    points = read_points(write(tmp_path, text, encoding)).points
    assert {p.series for p in points} == {"甲项"}
    assert {p.when: p.value for p in points} == dict(zip(YEARS, VALUES, strict=True))


def test_exports_of_the_world_bank_and_fred(tmp_path: Path) -> None:
    bank = (
        '"Data Source","World Development Indicators",\n\n"Last Updated Date","2024-06-28",\n\n'
        '"Country Name","Country Code","Indicator Name","Indicator Code","2020","2021","2022",\n'
        '"China","CHN","GDP (current US$)","NY.GDP.MKTP.CD","14.7","17.8",,\n'
    )
    points = read_points(write(tmp_path, bank)).points
    assert [(p.series, p.when, p.value) for p in points] == [
        ("China GDP (current US$)", 2020, 14.7), ("China GDP (current US$)", 2021, 17.8),
        ("China GDP (current US$)", 2022, None),
    ]  # fmt: skip
    fred = "observation_date,GDPCA,X\n2020-01-01,20234.1,.\n2021-01-01,21407.7,2\n"
    points = read_points(write(tmp_path, fred)).points
    assert [(p.series, p.when) for p in points if p.value is not None] == [
        ("GDPCA", dt.date(2020, 1, 1)), ("GDPCA", dt.date(2021, 1, 1)), ("X", dt.date(2021, 1, 1)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2015", 2015), ("２０１５年度", 2015), ("7", 7), ("20101231", dt.date(2010, 12, 31)),
        ("201012", dt.date(2010, 12, 1)),
        ("2012年2月29日", dt.date(2012, 2, 29)), ("2010-12-31T00:00:00Z", dt.date(2010, 12, 31)), ("2010.0", 2010),
        ("2010-12-31", dt.date(2010, 12, 31)), ("2010/1/5", dt.date(2010, 1, 5)), ("2023年(预计)", 2023),
    ],
)  # fmt: skip
def test_years_and_days(text: str, when: int | dt.date) -> None:
    assert year_or_day(text) == when


@pytest.mark.parametrize(
    ("text", "why"),
    [
        # 40543 is 31 December 2010 in a spreadsheet; 1,293,753,600 seconds are that day too.
        ("40543", "2010-12-31"), ("40543.5", "2010-12-31"), ("40543.0", "2010-12-31"),
        ("1293753600", "2010-12-31"), ("1293753600000", "2010-12-31"),
        ("2010.25", "neither"), ("201013", "neither"), ("101231", "neither"), ("31/12/2010", "neither"),
        ("12/31/2010", "neither"), ("2010-W52", "neither"), ("FY2010", "neither"), ("甲", "neither"),
        ("20101301", "no such day"), ("2010-02-30", "no such day"), ("2010-12/31", "neither"),
        ("2010Q2", "part of a year"), ("2010年上半年", "part of a year"), ("2016—2020年", "part of a year"),
    ],
)  # fmt: skip
def test_what_counts_no_years_is_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        year_or_day(text)


def test_fiscal_years_are_no_months(tmp_path: Path) -> None:
    text = "unique_id,ds,y\n" + "".join(f"a,{year}/{year - 1999:02d},1\n" for year in range(2000, 2012))
    with pytest.raises(BadInput, match="fiscal years"):
        read_points(write(tmp_path, text))
    months = "unique_id,ds,y\na,2010/11,1\na,2011/11,2\n"
    assert [p.when for p in read_points(write(tmp_path, months)).points] == [dt.date(2010, 11, 1), dt.date(2011, 11, 1)]


def test_a_column_that_stands_twice_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cell D1: this column stands twice"):
        read_points(write(tmp_path, "unique_id,ds,y,Y\na,2010,1,2\n"))


@pytest.mark.parametrize(
    ("column", "values", "what"),
    [
        ("unique_id", ["a"] * 11 + [None], "row 13, column unique_id: the series has no name"),
        ("unique_id", [1.0] * 11 + [float("nan")], "row 13, column unique_id: the series has no name"),
        ("y", [True, False] * 6, "not a number; found 'True'"),
        ("y", [*range(11), True], "row 13, column y: this is not a number; found 'True'"),
    ],
)
def test_a_frame_without_a_name_or_with_answers_for_numbers_is_refused(
    column: str, values: list[object], what: str
) -> None:
    frame = pd.DataFrame({"unique_id": ["a"] * 12, "ds": range(2000, 2012), "y": range(12)}).assign(**{column: values})
    with pytest.raises(BadInput, match=what):
        collect(frame)


@pytest.mark.parametrize("ds", [20101231, 201012, 40543, 1293753600000])
def test_a_frame_whose_ds_counts_no_years_is_refused(ds: int) -> None:
    frame = pd.DataFrame({"unique_id": ["a"] * 12, "ds": [ds + 365 * i for i in range(12)], "y": range(12)})
    with pytest.raises(BadInput, match="does not count years"):
        collect(frame)


def test_values_outside_the_last_sixty_years_do_not_make_a_series() -> None:
    years = [*range(1900, 1910), 2020]
    batch = collect(pd.DataFrame({"unique_id": ["a"] * 11, "ds": years, "y": range(11)}))
    assert "1 annual values are too few" in batch.problems[0].what


def test_ids_that_look_missing_are_names_and_a_blank_one_is_told(tmp_path: Path) -> None:
    names = ["NA", "null", "nan", "None", "N/A"]
    text = "unique_id,ds,y\n" + "".join(f"{name},{year},1.5\n" for name in names for year in (2010, 2011))
    assert list(dict.fromkeys(p.series for p in read_points(write(tmp_path, text)).points)) == names
    with pytest.raises(BadInput, match="cell A12: the series has no name"):
        read_points(write(tmp_path, text + ",2012,1\n"))


def decomposed(folder: Path, text: str) -> tuple[pd.DataFrame, str]:
    out = folder / "out.csv"
    result = CliRunner().invoke(decompose.command, [str(write(folder, text)), "--out", str(out)])
    if result.exception is not None:
        raise result.exception
    return pd.read_csv(out, keep_default_na=False, na_values=[""]), result.stderr


HEAD = "year,sector,activity,energy\n"


def test_sectors_and_regions_that_look_missing(tmp_path: Path) -> None:
    rows = "".join(
        f"{y},{s},{a},{e}\n"
        for y, s, a, e in [(2010, "A", 100, 50), (2010, "NA", 200, 20), (2015, "A", 150, 60), (2015, "NA", 260, 25)]
    )
    table, _ = decomposed(tmp_path, HEAD + rows)
    plain, _ = decomposed(tmp_path, (HEAD + rows).replace("NA", "B"))
    pd.testing.assert_series_equal(table["effect"], plain["effect"])
    with pytest.raises(BadInput, match="row 3, column sector: the cell is empty"):
        decomposed(tmp_path, (HEAD + rows).replace("NA", ""))


def test_totals_are_named_and_left_out(tmp_path: Path) -> None:
    rows = "2010,A,100,50\n2010,B,200,20\n2015,A,150,60\n2015,B,260,25\n"
    table, told = decomposed(tmp_path, HEAD + rows + "2010,合计,300,70\n2015,Total,410,85\n")
    assert told.count("a total, left out") == 2
    plain, _ = decomposed(tmp_path, HEAD + rows)
    pd.testing.assert_frame_equal(table, plain)


@pytest.mark.parametrize(
    "periods", [("十一五", "十二五", "十三五"), ("2010年", "2015年", "2020年"), ("before", "after", "at last")]
)
def test_periods_in_words_keep_their_order(tmp_path: Path, periods: tuple[str, str, str]) -> None:
    rows = "".join(f"{p},A,{100 + 50 * i},{50 + i}\n{p},B,{200 - 20 * i},{20 + 7 * i}\n" for i, p in enumerate(periods))
    table, _ = decomposed(tmp_path, HEAD + rows)
    numbered, _ = decomposed(
        tmp_path, HEAD + rows.replace(periods[0], "1").replace(periods[1], "2").replace(periods[2], "3")
    )
    pd.testing.assert_series_equal(table["effect"], numbered["effect"])


def test_a_plain_table_with_titles_and_notes(tmp_path: Path) -> None:
    text = "某市分行业能耗\n" + HEAD + "2010,A,100,50\n注：初步数\n"
    assert plain_table(write(tmp_path, text)) == (HEAD.strip().split(","), [["2010", "A", "100", "50"]], [3])
    with pytest.raises(BadInput, match="stands twice"):
        plain_table(write(tmp_path, "year,a,a\n2010,1,2\n"))


def test_a_target_is_no_observation_and_a_mark_no_digit(tmp_path: Path) -> None:
    rows = "".join(f"{y}年,{v}①\n" for y, v in zip(YEARS, VALUES, strict=True))
    found = read_points(write(tmp_path, f"年份,甲项\n{rows}2030年（目标）,9999\n"))
    assert [point.value for point in found.points] == VALUES
    assert [note.found for note in found.notes] == ["2030年（目标）"]


def test_the_footer_of_a_world_bank_table_is_a_note(tmp_path: Path) -> None:
    head = "Series Name,Country Name," + ",".join(f"{y} [YR{y}]" for y in YEARS)
    rows = "GDP,China," + ",".join(map(str, VALUES))
    found = read_points(write(tmp_path, f"{head}\n{rows}\n\nData from database: World Development Indicators\n"))
    assert {point.series for point in found.points} == {"GDP China"}
