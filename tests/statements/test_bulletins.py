"""Tables as bulletins and communiqués print them: what each figure is of, and what is passed over with a word."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from xtanalysis.errors import BadInput
from xtanalysis.statements.read import Reading, read_file

Row = tuple[str, str, str, str, float]


def read(folder: Path, text: str, region: str | None = "湘潭") -> Reading:
    path = folder / "mine.csv"
    path.write_text(text, encoding="utf-8")
    return read_file(path, region=region)


def rows(reading: Reading) -> list[Row]:
    return [(s.region, s.indicator, s.measure, str(s.period), s.value) for s in reading.statements]


def of_city(*found: tuple[str, str, str, float]) -> list[Row]:
    return [("湘潭市", *row) for row in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Marks of footnotes are no digits, and no part of a name.
        (
            "指标①,单位,2023年②,2024年¹\n规模以上工业增加值增速[1],%,5.9①,8.7²\n①工业投资（注2）,亿元①,1080[1],1130*\n",
            [("value_added_real", "growth", "2023", 5.9), ("value_added_real", "growth", "2024", 8.7),
             ("industrial_investment", "level", "2023", 1080.0), ("industrial_investment", "level", "2024", 1130.0)],
        ),
        # 增长 is of the row above it, whether that has figures or is in the dictionary.
        (
            "指标,单位,2023年\n工业投资,亿元,900\n规模以上工业增加值,亿元,—\n增长,%,5.9\n房地产开发投资,亿元,250\n增长,%,-9\n",
            [("industrial_investment", "level", "2023", 900.0), ("value_added_real", "growth", "2023", 5.9)],
        ),
        # A part of a year in the title is that of the years across, unless a head has its own.
        (
            "湘潭市1-11月主要指标\n指标,单位,2024年,2025年\n工业投资增速,%,5.1,6\n",
            [("industrial_investment", "year_to_date_growth", "2024-01/2024-11", 5.1),
             ("industrial_investment", "year_to_date_growth", "2025-01/2025-11", 6.0)],
        ),
        (
            "2025年1—11月主要指标\n指标,单位,2024年,2025年\n工业投资增速,%,5.1,6\n",
            [("industrial_investment", "year_to_date_growth", "2024-01/2024-11", 5.1),
             ("industrial_investment", "year_to_date_growth", "2025-01/2025-11", 6.0)],
        ),
        (
            "2025年1—11月主要指标\n指标,单位,2024年,2025年1—11月\n工业投资增速,%,5.1,6\n",
            [("industrial_investment", "growth", "2024", 5.1),
             ("industrial_investment", "year_to_date_growth", "2025-01/2025-11", 6.0)],
        ),
        # … no plan, and no part that stands in brackets.
        (
            "湘潭市2025年1—11月主要指标\n指标,单位,2024年,2025年目标,2025年\n工业投资,亿元,800,960,900\n",
            [("industrial_investment", "year_to_date_level", "2024-01/2024-11", 800.0),
             ("industrial_investment", "level", "2025", 960.0),
             ("industrial_investment", "year_to_date_level", "2025-01/2025-11", 900.0)],
        ),
        (
            "2025年1—11月\n指标,2025年目标,累计完成,同比增长（%）\n工业投资（亿元）,960,900,8.7\n",
            [("industrial_investment", "level", "2025", 960.0),
             ("industrial_investment", "year_to_date_level", "2025-01/2025-11", 900.0),
             ("industrial_investment", "year_to_date_growth", "2025-01/2025-11", 8.7)],
        ),
        (
            "主要指标（一季度修订）\n指标,2023年,2024年\n工业投资（亿元）,850,900\n",
            [("industrial_investment", "level", "2023", 850.0), ("industrial_investment", "level", "2024", 900.0)],
        ),
        (
            "2024年分季度\n指标,单位,上半年,全年\n规模以上工业增加值增速,%,7.9,8.7\n",
            [("value_added_real", "year_to_date_growth", "2024-01/2024-06", 7.9),
             ("value_added_real", "growth", "2024", 8.7)],
        ),
        # One month stands beside the months to date, and a row of growth under 总量.
        (
            "2025年11月\n指标,单位,11月,1-11月,同比增长%\n工业投资,亿元,80,850,6\n规模以上工业增加值增速,%,7,6.1,\n",
            [("industrial_investment", "year_to_date_level", "2025-01/2025-11", 850.0),
             ("industrial_investment", "year_to_date_growth", "2025-01/2025-11", 6.0),
             ("value_added_real", "year_to_date_growth", "2025-01/2025-11", 6.1)],
        ),
        (
            "指标,2025年10月,,2025年11月,\n,当月,累计,当月,累计\n规模以上工业增加值增速（%）,7,7.5,8,8.1\n",
            [("value_added_real", "year_to_date_growth", "2025-01/2025-10", 7.5),
             ("value_added_real", "year_to_date_growth", "2025-01/2025-11", 8.1)],
        ),
        (
            "2025年上半年\n指标,单位,实绩,上年同期,同比（%）,全省排名,完成率%,环比(%)\n工业投资,亿元,450,430,6,3,50,1\n",
            [("industrial_investment", "year_to_date_level", "2025-01/2025-06", 450.0),
             ("industrial_investment", "year_to_date_growth", "2025-01/2025-06", 6.0)],
        ),
        (
            "指标,2023年,2024年,增减（百分点）\n规模以上工业增加值占地区生产总值的比重（%）,31.2,31.9,0.7\n",
            [("value_added_share", "share", "2023", 31.2), ("value_added_share", "share", "2024", 31.9)],
        ),
        # An index of the year before is a growth.
        (
            "指标,单位,2023年\n工业生产者出厂价格指数（上年=100）,%,97.1\n地区生产总值指数（上年=100）,,105.4\n",
            [("producer_price", "growth", "2023", -2.9), ("gdp_real", "growth", "2023", 5.4)],
        ),
        (
            "指标,单位,2024年,比上年增长（%）\n工业生产者出厂价格指数,%,97.1,-2.9\n",
            [("producer_price", "growth", "2024", -2.9)],
        ),
        (
            "指标,2023年,2024年,比上年增长（%）\n工业生产者出厂价格指数（%）,97.1,98.0,-2.0\n",
            [("producer_price", "growth", "2023", -2.9), ("producer_price", "growth", "2024", -2.0)],
        ),
        (
            "2024年\n指标,绝对额,比上年增长（%）\n工业生产者出厂价格指数（%）,97.1,-2.9\n",
            [("producer_price", "growth", "2024", -2.9)],
        ),
        (
            "指标,单位,2024年\n地区生产总值指数,上年=100,105.4\n固定资产投资价格指数,%,98.1\n",
            [("gdp_real", "growth", "2024", 5.4), ("investment_price", "level", "2024", 98.1)],
        ),
        (
            "指标,时期,数值,单位\n地区生产总值指数,2024,105.4,上年=100\n固定资产投资价格指数,2024,98.1,%\n"
            "工业生产者出厂价格,2024,97.1,%\n",
            [("gdp_real", "growth", "2024", 5.4), ("investment_price", "level", "2024", 98.1),
             ("producer_price", "growth", "2024", -2.9)],
        ),
        # Prices and calibre in brackets.
        (
            "指标,单位,2023年\n工业投资（500万元以上项目）,亿元,900\n地区生产总值（按可比价格计算）,%,5.4\n",
            [("industrial_investment", "level", "2023", 900.0), ("gdp_real", "growth", "2023", 5.4)],
        ),
        # What bureaus print beside it is no slip of the pen.
        (
            "指标,单位,2024年\n第一产业增加值,亿元,180\n第二产业增加值,亿元,1350\n人均地区生产总值,元,106000\n",
            [("secondary_value_added", "level", "2024", 1350.0)],
        ),
        ("年份,地区生产总值（亿元）,数据性质\n2022,2700,最终核实\n", [("gdp", "level", "2022", 2700.0)]),
        ("指标,单位,’22,2023\nIndustrial investment,billion yuan,81,90\n",
         [("industrial_investment", "level", "2022", 81.0), ("industrial_investment", "level", "2023", 90.0)]),
    ],
)  # fmt: skip
def test_what_a_figure_is_of(tmp_path: Path, text: str, expected: list[tuple[str, str, str, float]]) -> None:
    assert rows(read(tmp_path, text)) == of_city(*expected)


def test_the_calibre_in_brackets_is_the_method_of_its_year(tmp_path: Path) -> None:
    text = "指标,单位,2016年,2023年\n工业投资（500万元以上）,亿元,500,900\n"
    found = [s.calibre for s in read(tmp_path, text).statements]
    assert found == ["investment_5m_progress", "investment_5m_expenditure"]


@pytest.mark.parametrize(
    ("title", "region"),
    [
        ("湖南省株洲市2024年主要指标", "株洲市"),
        ("湖南省统计局关于湘潭市2024年数据的通知", "湘潭市"),
        ("湖南省湘潭市湘乡市2024年主要指标", "湘乡市"),
        ("2024年全省各市州主要指标", "湘潭市"),
        ("2024年1—11月上海主要指标", "上海市"),
        ("三亚2024年前三季度主要指标", "三亚市"),
        ("2024年工业园区和城市建设情况", "湘潭市"),
        ("湘潭市各县市区2024年主要指标", "湘潭市"),
        ("株洲市2024年主要指标（不含湘潭县）", "株洲市"),
        ("株洲市主要指标\n制表：湘潭县统计局", "株洲市"),
        ("湖南湘潭县2024年", "湘潭县"),
        ("湖南省统计局\n株洲市主要指标", "株洲市"),
        ("株洲市主要指标\n湘潭县统计局编制", "株洲市"),
        ("株洲市统计局\n主要指标", "株洲市"),
        ("株洲市中国式现代化主要指标", "株洲市"),
    ],
)
def test_the_innermost_region_of_a_title_counts(tmp_path: Path, title: str, region: str) -> None:
    text = f"{title}\n指标,单位,2024年\n固定资产投资,亿元,1950\n"
    assert [s.region for s in read(tmp_path, text).statements] == [region]


@pytest.mark.parametrize(
    ("title", "place"),
    [
        ("肥西县2024年主要指标", "肥西县"),
        ("2024年三台县主要指标", "三台县"),
        ("湖南省株洲市醴陵市2024年", "醴陵市"),
        ("合肥市蜀山区主要指标", "蜀山区"),
        ("长沙市望城区2024年", "望城区"),
        ("潍坊市诸城市主要指标", "诸城市"),
        ("附件1：合肥市肥西县主要指标", "肥西县"),
        ("株洲高新区2024年", "高新区"),
        ("长沙县2024年主要指标", "长沙县"),
        ("湘潭市重点区域工业投资", None),
        ("湘潭市消费品市场与工业投资", None),
        ("湘潭市新增上市企业与工业投资", None),
        ("湘潭市历年市本级工业投资", None),
        ("湘潭市下辖县工业投资", None),
        ("湘潭市国家级开发区工业投资", None),
        ("市县两级工业投资", None),
        ("规模以上市属工业", None),
        ("主城区和中心城市", None),
        ("2024年主要指标（对标株洲市、长沙市）", None),
    ],
)
def test_a_title_that_names_an_unknown_place_needs_a_word(
    tmp_path: Path, title: str, place: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"{title}\n指标,单位,2024年\n固定资产投资,亿元,950\n"
    monkeypatch.setattr("xtanalysis.data.dictionary.home", lambda: "湘潭市")
    if place is None:
        assert [s.value for s in read(tmp_path, text, None).statements] == [950]
    else:
        with pytest.raises(BadInput, match=f"whose figures are these.*found '{place}'"):
            read(tmp_path, text, None)
    assert len(read(tmp_path, text, "湘潭").statements) == 1


@pytest.mark.parametrize("title", ["长沙市与湘潭市2024年对比", "湘潭市2024年，湘潭县除外"])
def test_a_title_that_names_several_regions_needs_a_word(
    tmp_path: Path, title: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"{title}\n指标,单位,2024年\n固定资产投资,亿元,950\n"
    monkeypatch.setattr("xtanalysis.data.dictionary.home", lambda: "湘潭市")
    with pytest.raises(BadInput, match="whose figures are these"):
        read(tmp_path, text, None)
    assert [s.region for s in read(tmp_path, text, "湘潭").statements] == ["湘潭市"]


@pytest.mark.parametrize(
    "table",
    [
        "长沙市与株洲市工业投资\n单位：亿元\n城市名称,2023年,2024年\n长沙市,,3200\n株洲市,,2000\n",
        "长沙市与株洲市工业投资\n单位：亿元\n,2023年,2024年\n长沙市,,3200\n株洲市,,2000\n",
        "长沙市与株洲市主要指标\n指标,2024年\n长沙市工业投资（亿元）,3200\n株洲市工业投资（亿元）,2000\n",
        "长沙市与株洲市主要指标\n指标,时期,数值,单位\n长沙市工业投资,2024,3200,亿元\n株洲市工业投资,2024,2000,亿元\n",
    ],
)
def test_rows_that_name_the_regions_of_the_title_need_no_word(tmp_path: Path, table: str) -> None:
    found = read(tmp_path, table, None).statements
    assert [(s.region, s.value) for s in found] == [("长沙市", 3200.0), ("株洲市", 2000.0)]


@pytest.mark.parametrize(
    ("title", "row", "region"),
    [
        ("株洲市2024年主要指标", "全市工业投资", "株洲市"),
        ("株洲市2024年主要指标", "全省工业投资", "湖南省"),
        ("湖南省2024年主要指标", "全省工业投资", "湖南省"),
        ("湖南省2024年主要指标", "全市工业投资", "湘潭市"),
        ("湘潭县2024年主要指标", "全市工业投资", "湘潭市"),
        ("湘潭县2024年主要指标", "全县工业投资", "湘潭县"),
        ("2024年主要指标", "全市工业投资", "湘潭市"),
        ("株洲市2024年主要指标", "湘潭县工业投资", "湘潭县"),
    ],
)
def test_whole_city_under_a_title_is_the_titles(tmp_path: Path, title: str, row: str, region: str) -> None:
    for table in (f"指标,单位,2024年\n{row},亿元,950\n", f"指标,时期,数值,单位\n{row},2024,950,亿元\n"):
        assert [s.region for s in read(tmp_path, f"{title}\n{table}").statements] == [region]
    table = f"地区,指标,单位,2024年\n{row.removesuffix('工业投资')},工业投资,亿元,950\n"
    assert [s.region for s in read(tmp_path, f"{title}\n{table}").statements] == [region]


def test_whole_county_is_no_city(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="not said which region"):
        read(tmp_path, "合肥市2024年\n指标,单位,2024年\n全县工业投资,亿元,95\n")


def test_the_province_in_a_label_is_not_the_city(tmp_path: Path) -> None:
    text = "指标,单位,2024年\n全省规模以上工业增加值增速,%,5.1\n规模以上工业增加值增速,%,8.7\n"
    assert [(s.region, s.value) for s in read(tmp_path, text).statements] == [("湖南省", 5.1), ("湘潭市", 8.7)]
    text = "规模以上工业增加值增速（%）\n,2023年,2024年\n全省,5.0,5.1\n长沙市,6.0,6.2\n"
    assert [(s.region, s.value) for s in read(tmp_path, text).statements] == [
        ("湖南省", 5.0), ("湖南省", 5.1), ("长沙市", 6.0), ("长沙市", 6.2),
    ]  # fmt: skip


def test_a_row_of_another_subject_is_not_the_titles(tmp_path: Path) -> None:
    text = "2024年湘潭市工业投资情况\n项目,单位,2024年\n工业投资,亿元,950\n民营企业,亿元,700\n"
    reading = read(tmp_path, text)
    assert [s.value for s in reading.statements] == [950.0]
    assert "民营企业" in [note.found for note in reading.notes]


@pytest.mark.parametrize(
    ("heads", "roles"),
    [
        ("2024年完成（亿元）,2024年目标（亿元）,增速（%）", ["outcome", "plan", "outcome"]),
        ("2024年（亿元）,2025年目标（亿元）,增速（%）", ["outcome", "plan", "plan"]),
        ("2024年目标（亿元）,2024年完成（亿元）,增速（%）", ["plan", "outcome", "outcome"]),
    ],
)
def test_growth_beside_a_target_is_of_what_was_done(tmp_path: Path, heads: str, roles: list[str]) -> None:
    reading = read(tmp_path, f"指标,{heads}\n工业投资,900,905,5.9\n")
    assert [s.role for s in reading.statements] == roles


def test_a_place_of_ones_own_is_passed_over_and_told(tmp_path: Path) -> None:
    text = "地区,规模以上工业增加值增速（%）\n全市,8.7\n市本级,8.1\n湘潭县,9.1\n"
    reading = read(tmp_path, "2024年\n" + text)
    assert [s.region for s in reading.statements] == ["湘潭市", "湘潭县"]
    assert "市本级" in [note.found for note in reading.notes]
    with pytest.raises(BadInput, match="湘潭县"):
        read(tmp_path, "2024年\n" + text.replace("湘潭县", "湘谭县"))


def test_hidden_rows_and_columns_are_passed_over_and_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in ("指标,单位,2022年,2023年", "工业投资,亿元,800,900", "固定资产投资,亿元,9,2100"):
        sheet.append(row.split(","))
    sheet.column_dimensions["C"].hidden = sheet.row_dimensions[3].hidden = True
    book.save(tmp_path / "mine.xlsx")
    reading = read_file(tmp_path / "mine.xlsx", region="湘潭")
    assert [(str(s.period), s.value) for s in reading.statements] == [("2023", 900.0)]
    told = " ".join(str(note.what) for note in reading.notes)
    assert "hidden rows, passed over: 3" in told
    assert "2022年" in told


def test_an_index_typed_as_a_growth_is_asked_about(tmp_path: Path) -> None:
    reading = read(tmp_path, "指标,单位,2023年\n工业用电量增速,%,106.9\n")
    assert ["6.9 % where 106.9" in str(q.expected) for q in reading.questions] == [True]


def test_a_negative_figure_in_brackets_is_told_how_to_be_written(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="not in brackets"):
        read(tmp_path, "指标,单位,2023年\n工业投资增速,%,(6.2)\n")


def test_what_offices_add_to_a_form_is_passed_over(tmp_path: Path) -> None:
    text = "地区,指标,度量,时期,上年数,数值,单位,填报人\n湘潭市,工业投资,水平,2024,850,900,亿元,张三\n"
    reading = read(tmp_path, text)
    assert [s.value for s in reading.statements] == [900.0]
    assert [note.column for note in reading.notes] == ["上年数"]
    with pytest.raises(BadInput) as caught:
        read(tmp_path, text.replace("上年数", "数目"))
    assert "应为编号、地区、指标、度量、时期" in caught.value.text("zh")


HEAD = "指标,度量,时期,数值,单位,发布日期\n"


def test_who_types_a_figure_knows_it_today(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    day = dt.date(2026, 11, 10)  # before the 25th, and before the year's own releases
    for module in ("rows", "plausible"):
        monkeypatch.setattr(f"xtanalysis.statements.{module}.today", lambda: day)
    text = (
        HEAD
        + "工业投资,增速,2026年1—10月,3,%,\n工业投资,水平,2026年（预计）,1300,亿元,\n工业投资,水平,2024,900,亿元,\n"
    )
    reading = read(tmp_path, text)
    assert [str(s.published) for s in reading.statements] == ["2026-11-10", "2026-11-10", "2025-03-15"]
    assert not reading.questions


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("工业投资,水平,2042,900,亿元,", "a figure of what is not over"),
        ("工业投资,增速,2042年（预计）,5,%,", "a figure of what is not over"),
        ("工业投资,水平,2024,900,亿元,2042-01-20", "this day is yet to come"),
    ],
)
def test_a_figure_that_would_wait_unused_is_asked_about(tmp_path: Path, row: str, what: str) -> None:
    assert [q.what for q in read(tmp_path, HEAD + row + "\n").questions] == [what]
    assert not read(tmp_path, HEAD + "工业投资,水平,2042年（目标）,900,亿元,\n").questions


def test_bounds_are_told_in_the_rows_unit(tmp_path: Path) -> None:
    text = HEAD + "规模以上工业增加值占GDP比重,比重,2024,319,%,\n工业投资,水平,2024,-9,万元,\n"
    with pytest.raises(BadInput) as caught:
        read(tmp_path, text)
    assert [p.expected for p in caught.value.problems if "bounds" in p.what] == ["0 – 100 %", "≥ 0 万元"]
