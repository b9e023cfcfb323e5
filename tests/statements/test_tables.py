"""Real tables: wide and long, with titles, units, notes and totals, read as the person who wrote them means."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from xtanalysis.errors import BadInput
from xtanalysis.model.select import information_set
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.read import Reading, read_file
from xtanalysis.text import in_language

HERE = Path(__file__).parent / "tables"
Row = tuple[str, str, str, str, float, str]


def brief(statement: Statement) -> Row:
    s = statement
    return s.region, s.indicator, s.measure, str(s.period), s.value, s.unit


def read(folder: Path, text: str, region: str | None = "湘潭", encoding: str = "utf-8") -> Reading:
    path = folder / "mine.csv"
    path.write_bytes(text.encode(encoding))
    return read_file(path, region=region)


def refused(folder: Path, text: str, region: str | None = "湘潭") -> str:
    with pytest.raises(BadInput) as caught:
        read(folder, text, region)
    return caught.value.text("zh")


INVESTMENT = [
    ("湘潭市", "industrial_investment", "level", str(y), v, "100m_yuan") for y, v in ((2022, 812.5), (2023, 901))
]
GROWTH = [("湘潭市", "industrial_investment", "growth", str(y), v, "percent") for y, v in ((2022, 12.5), (2023, 10.9))]
BOTH_WAYS = sorted([*INVESTMENT, *GROWTH])


@pytest.mark.parametrize(
    "text",
    [
        "指标,单位,2022年,2023年\n工业投资,亿元,812.5,901\n工业投资增速,%,12.5,10.9\n",
        "指标,2023年,2022年\n工业投资（亿元）,901,812.5\n工业投资增速(%),10.9,12.5\n",
        "单位：亿元,,\n,2022年,2023年\n其中：工业投资,812.5,901\n  增速（％）,12.5,10.9\n",
        "年份,工业投资（亿元）,增速(%)\n2022年,812.5,12.5\n2023年,901,10.9\n合计,1713.5,\n",
        "年份,工业投资,工业投资增速\n单位,亿元,%\n2022,812.5,12.5\n2023,901,10.9\n",
        "年份,工业投资,工业投资增速\n,亿元,%\n2022,812.5,12.5\n2023,901,10.9\n",
        "指标,单位,2022年,,2023年,\n,,总量,增速(%),总量,增速(%)\n工业投资,亿元,812.5,12.5,901,10.9\n",
        "湘潭市工业经济\n指标,2022年,2023年\n单位：亿元,,\n工业投资,812.5,901\n工业投资同比增长%,12.5,10.9%\n注：财务支出法。\n",
        "地区,指标,时期,数值,单位\n"
        "湘潭,工业投资,2022,812.5,亿元\n湘潭,工业投资,2023,901,亿元\n"
        "湘潭,工业投资增速,2022年,12.5,%\nXiangtan,工业投资,2023,10.9%,\n",
        "指标;单位;２０２２年;2023年度\n工业投资;万元;8,125,000;9 010 000\n工业投资增速;;增长12.5%;10.9%\n",
        "序号\t指标名称\t计量单位\t2022年\t2023全年\n1\t工业投资完成额\t亿元\t812.5\t901\n2\t工业投资增速\t%\t12.5\t10.9\n",
        "指标,湘潭市,\n,2022年,2023年\n工业投资（亿元）,812.5,901\n工业投资增速（%）,12.5,10.9\n",
    ],
)  # fmt: skip
def test_one_table_in_many_forms(tmp_path: Path, text: str) -> None:
    found = sorted(brief(s) for s in read(tmp_path, text).statements)
    values = {"10k_yuan": 1e-4}
    scaled = [
        (*row[:4], row[4] * values.get(row[5], 1.0), "100m_yuan" if row[5] in values else row[5]) for row in found
    ]
    assert scaled == BOTH_WAYS


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    text = "指标,单位,2022年,2023年\n工业投资,亿元,812.5,901\n"
    assert [brief(s) for s in read(tmp_path, text, encoding=encoding).statements] == INVESTMENT


def test_title_line_gives_region_period_and_indicator(tmp_path: Path) -> None:
    text = "株洲市2024年1—11月工业运行情况\n指标,单位,绝对值,同比增长(%)\n"
    text += "固定资产投资,亿元,1200.5,-3.2\n用电量,亿千瓦时,—,4.4\n"
    assert [brief(s) for s in read(tmp_path, text).statements] == [
        ("株洲市", "fixed_asset_investment", "year_to_date_level", "2024-01/2024-11", 1200.5, "100m_yuan"),
        ("株洲市", "fixed_asset_investment", "year_to_date_growth", "2024-01/2024-11", -3.2, "percent"),
        ("株洲市", "electricity_use", "year_to_date_growth", "2024-01/2024-11", 4.4, "percent"),
    ]
    text = "各市州规模以上工业增加值增速\n地区,2023年\n全省,5.1\n长沙,6.2\n湘潭,5.8\n全市,5.8\n"
    with pytest.raises(BadInput, match="says again"):
        read(tmp_path, text)
    found = read(tmp_path, text.replace("湘潭,5.8\n", "")).statements
    assert [(s.region, s.indicator, s.value) for s in found] == [
        ("湖南省", "value_added_real", 5.1), ("长沙市", "value_added_real", 6.2), ("湘潭市", "value_added_real", 5.8),
    ]  # fmt: skip


def test_what_the_title_gives_is_told_and_a_common_word_is_no_region(tmp_path: Path) -> None:
    table = "指标,单位,绝对值\n工业投资,亿元,812\n"
    reading = read(tmp_path, "2024年株洲工业情况\n" + table)
    assert [(s.region, s.period.year) for s in reading.statements] == [("株洲市", 2024)]
    assert [in_language(note.what, "zh") for note in reading.notes] == ["取自标题：地区株洲市、时期2024"]
    reading = read(tmp_path, "2024年发展朝阳产业情况\n" + table)
    assert [(s.region, s.period.year) for s in reading.statements] == [("湘潭市", 2024)]


def test_a_monthly_bulletin(tmp_path: Path) -> None:
    text = (
        "2025年11月湘潭市主要经济指标\n指标,计量单位,本月,本月止累计,累计同比±%,全省位次\n规模以上工业增加值,亿元,,,7.9,3\n"
        "  #工业投资,亿元,66,650.2,－3.2,4\n注：增速按可比价计算\n"
    )
    reading = read(tmp_path, text)
    assert [brief(s)[1:] for s in reading.statements] == [
        ("value_added_real", "year_to_date_growth", "2025-01/2025-11", 7.9, "percent"),
        ("industrial_investment", "year_to_date_level", "2025-01/2025-11", 650.2, "100m_yuan"),
        ("industrial_investment", "year_to_date_growth", "2025-01/2025-11", -3.2, "percent"),
    ]
    assert [note.column for note in reading.notes if note.column] == ["本月", "全省位次"]


def test_a_five_year_plans_average_counts_from_the_year_before(tmp_path: Path) -> None:
    (s,) = read(tmp_path, "指标,单位,“十四五”时期\n工业投资年均增速,%,8\n").statements
    assert (s.measure, str(s.period), str(s.base_period)) == ("average_growth", "2025", "2020")
    assert "基期" in refused(tmp_path, "指标,单位,2020—2025年\n工业投资年均增速,%,8\n")


def test_months_down_and_years_across(tmp_path: Path) -> None:
    text = "规模以上工业增加值累计增速（%）\n月份,2024年,2025年\n1-2月,7.1,6.5\n1—11月累计,7.3,6.9\n"
    periods = [str(s.period) for s in read(tmp_path, text).statements]
    assert periods == ["2024-01/2024-02", "2025-01/2025-02", "2024-01/2024-11", "2025-01/2025-11"]


def test_an_old_workbook_with_a_cover_and_a_hidden_sheet() -> None:
    reading = read_file(HERE / "merged_heads.xls")
    assert [brief(s)[1:] for s in reading.statements] == [
        ("industrial_investment", "level", "2022", 812.5, "100m_yuan"),
        ("industrial_investment", "growth", "2022", 12.5, "percent"),
        ("industrial_investment", "level", "2023", 901.2, "100m_yuan"),
        ("industrial_investment", "growth", "2023", 10.9, "percent"),  # shown 10.9% by a quoted sign
        ("tech_upgrade_investment", "level", "2022", 402.1, "100m_yuan"),
        ("tech_upgrade_investment", "growth", "2022", 8.2, "percent"),
        ("tech_upgrade_investment", "level", "2023", 431.7, "100m_yuan"),
        ("tech_upgrade_investment", "growth", "2023", 7.4, "percent"),
    ]
    assert {s.region for s in reading.statements} == {"衡阳市"}
    told = [in_language(note.what, "zh") for note in reading.notes]
    assert told == [
        "没有数据表，未读入",
        "隐藏的工作表，未读入",
        "取自标题：地区衡阳市",
        "合计行，未读入",
        "附注，未读入",
    ]


def test_sheets_are_all_read_and_named_or_one_is_chosen(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for sheet, year, value in ((book.worksheets[0], 2022, 812.5), (book.create_sheet("乙"), 2023, 901)):
        sheet.append(["指标", "单位", f"{year}年"])
        sheet.append(["工业投资", "亿元", value])
        sheet.merge_cells("A4:C4")
        sheet["A4"] = "数据来源：市统计局"
    book.save(tmp_path / "two.xlsx")
    reading = read_file(tmp_path / "two.xlsx", region="430300")
    assert [brief(s) for s in reading.statements] == INVESTMENT
    assert [note.sheet for note in reading.notes if note.what == "read"] == ["Sheet", "乙"]
    chosen = read_file(tmp_path / "two.xlsx", region="430300", sheet="乙")
    assert [s.period.year for s in chosen.statements] == [2023]
    with pytest.raises(BadInput, match="Sheet, 乙"):
        read_file(tmp_path / "two.xlsx", sheet="丙")


def test_merged_cells_hold_for_every_row_that_they_cover(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    head, first = ["地区", "指标", "单位", "2022年"], ["株洲市", "工业投资", "亿元", 900]
    for row in (head, first, [None, "地区生产总值", "亿元", 3616.8], ["湘潭市", "工业投资", "亿元", 812.5]):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    book.save(tmp_path / "merged.xlsx")
    found = read_file(tmp_path / "merged.xlsx").statements
    assert [(s.region, s.indicator) for s in found] == [
        ("株洲市", "industrial_investment"), ("株洲市", "gdp"), ("湘潭市", "industrial_investment"),
    ]  # fmt: skip


def test_qualifiers_mean_estimates_and_the_final_figure_replaces_them(tmp_path: Path) -> None:
    text = (
        "地区,指标,度量,时期,数值,单位,版本,发布日期\n"
        "湘潭市,工业投资,水平,2024,900,亿元,初步,2025/1/20\n湘潭市,工业投资,水平,2024年度,870,亿元,最终,2025年10月1日\n"
        "湘潭市,工业投资,水平,2025年(预计),880,亿元,,20260120\n"
    )
    first, last, next_year = read(tmp_path, text).statements
    assert [s.role for s in (first, last, next_year)] == ["estimate", "outcome", "estimate"]
    assert first.origin_id == last.origin_id == first.id
    assert first.published is not None
    assert last.published is not None
    assert first.published < last.published
    assert next_year.origin_id is None


def test_short_years_what_was_done_and_a_pace_over_years(tmp_path: Path) -> None:
    """Heads as offices write them: 实绩 or 目标 behind a year of two digits, 年均 behind those of a plan."""
    text = (
        "指标,单位,21年实绩,22年完成,23年目标,21—25年年均\n"
        "规模以上工业增加值,亿元,980,1040,1100,\n规模以上工业增加值增速,%,9.6,7.3,8,7.6\n"
    )
    found = read(tmp_path, text).statements
    assert [(s.measure, str(s.period), s.role, s.value) for s in found] == [
        ("level", "2021", "outcome", 980), ("level", "2022", "outcome", 1040), ("level", "2023", "plan", 1100),
        ("growth", "2021", "outcome", 9.6), ("growth", "2022", "outcome", 7.3), ("growth", "2023", "plan", 8),
        ("average_growth", "2025", "outcome", 7.6),
    ]  # fmt: skip
    assert str(found[-1].base_period) == "2020"


def test_a_revision_replaces_what_was_first_published(tmp_path: Path) -> None:
    head = "地区,指标,度量,时期,数值,单位,来源,版本,发布日期\n"
    first = "湘潭市,工业投资,水平,2024,900,亿元,快报,as_published,2025-01-20\n"
    reading = read(tmp_path, head + first + "湘潭市,工业投资,水平,2024,870,亿元,年报,revised,2025-10-01\n")
    for day, value in ((dt.date(2025, 5, 1), 900), (dt.date(2025, 11, 1), 870)):
        used = information_set(reading.statements, ["湘潭市"], day).used
        assert [s.value for s in used] == [value]


@pytest.mark.parametrize(
    ("cells", "relation", "value", "high"),
    [
        ("工业投资,水平,2023年,800以上,亿元", "at_least", 800, None),
        ("工业投资,水平,2023年,不低于800亿元,亿元", "at_least", 800, None),
        ("工业投资,水平,2023年,400—420,亿元", "between", 400, 420),
        ("工业投资,水平,2023年,约800,亿元", "about", 800, None),
        ("工业投资,增速,2023年,不超过5,%", "at_most", 5, None),
        ("工业投资,增速,2023年,下降3以上,%", "at_most", -3, None),
        ("单位规模工业增加值能耗,下降,2023年,3以上,%", "at_most", -3, None),
        ("单位规模工业增加值能耗,下降,2023年,3—4,%", "between", -4, -3),
        ("单位规模工业增加值能耗降低率,,2023年,6.2,%", "equals", -6.2, None),
        ("单位规模工业增加值能耗,增速,2023年,下降6.2%,", "equals", -6.2, None),
    ],
)
def test_relations_and_falls_keep_their_meaning(
    tmp_path: Path, cells: str, relation: str, value: float, high: float | None
) -> None:
    (s,) = read(tmp_path, f"指标,度量,时期,数值,单位\n{cells}\n").statements
    assert (s.relation, s.value, s.value_high) == (relation, value, high)


def test_bounds_are_kept_when_written_and_read_again(tmp_path: Path) -> None:
    text = "地区,指标,度量,时期,关系,数值,上限,单位,发布日期\n" + "".join(
        f"湘潭市,工业投资,水平,{2018 + i},{relation},800,{high},亿元,2026-01-01\n"
        for i, (relation, high) in enumerate([("不低于", ""), ("不高于", ""), ("超过", ""), ("介于", "900")])
    )
    assert [s.relation for s in read(tmp_path, text).statements] == ["at_least", "at_most", "above", "between"]


def test_a_blank_calibre_is_not_an_unknown_one(tmp_path: Path) -> None:
    head = "地区,指标,度量,时期,数值,单位,口径\n"
    years = [("2022", ""), ("2021", "未明"), ("2020", "同目标"), ("2016", "500万元以上"), ("2019", "500万元以上")]
    text = head + "".join(f"湘潭市,工业投资,水平,{year},800,亿元,{calibre}\n" for year, calibre in years)
    found = read(tmp_path, text).statements
    assert [(s.calibre, s.calibre_blank) for s in found] == [
        ("unknown", True), ("unknown", False), ("unknown", True),
        ("investment_5m_progress", False), ("investment_5m_expenditure", False),
    ]  # fmt: skip


def test_another_subject_is_passed_over_and_a_slip_of_the_pen_is_not(tmp_path: Path) -> None:
    text = "指标,单位,2022年,2023年\n工业投资,亿元,812.5,901\n社会消费品零售总额,亿元,800,810\n"
    reading = read(tmp_path, text)
    assert [brief(s) for s in reading.statements] == INVESTMENT
    assert [note.found for note in reading.notes] == ["社会消费品零售总额"]
    assert "不认识的指标；现为“工业投姿”" in refused(tmp_path, text.replace("社会消费品零售总额", "工业投姿"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("指标,单位,2022年\n工业投资,亿元,812,5\n", "单元格D2"),
        ("指标;单位;2022年\n工业投资;亿元;812,5\n", "小数请用点"),
        ("指标,单位,1-11月\n工业投资增速,%,7.9\n", "没有年份"),
        ("指标,2022年\n工业投资,812\n", "没有写明单位"),
        ("指标,单位,2022年,2022年\n工业投资,亿元,812,813\n", "两个数"),
        ("指标,单位,2022年\n工业投资,亿元,#REF!\n", "错误值"),
        ("指标,单位,2022年\n工业投资,亿元,下降5\n", "水平"),
        ("指标,单位,2022年,备注\n工业投资,亿元,812,=cmd|' /C calc'!A0\n", "公式"),
        ("地区,指标,单位,2022年\n湘潭,工业投资,亿元,812\n,技改投资,亿元,402\n", "地区”列"),
        ("年份,地区生产总值（亿元）,规模以上\n2022年,2697.5,3\n", "不认识的列"),
        ("地区,指标,度量,时期,数值,单位\n湘潭,工业投资,水平,2024年2月10日,900,亿元\n", "是某一天"),
        ("地区,指标,度量,时期,数值,单位\n湘潭,工业投资,水平,2024,900万元,亿元\n", "单位列不一致"),
        ("地区,指标,度量,时期,数值,单位,性质\n湘潭,工业投资,水平,2024(预计),900,亿元,实际数\n", "不一致"),
        ("地区,指标,度量,时期,数值,单位\n湘潭,单位规模工业增加值能耗,下降,2024,-6.2,%\n", "升还是降"),
        ("湘潭市,工业投资,水平,2024,900,亿元\n", "没有找到数据表"),
    ],
)
def test_what_cannot_be_read_says_cell_and_mending(tmp_path: Path, text: str, told: str) -> None:
    assert told in refused(tmp_path, text)


@pytest.mark.parametrize("row", ["规模以上工业增加值占GDP比重,个百分点,0.5", "工业投资增速,个百分点,0.5"])
def test_points_say_by_how_much_something_moved_and_are_no_figure_of_it(tmp_path: Path, row: str) -> None:
    """Half a point more is not a share, nor a growth, of half a percent."""
    path = tmp_path / "点.csv"
    path.write_text(f"指标,单位,2024年\n{row}\n", encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        read_file(path, region="合肥市")
    (problem,) = caught.value.problems
    assert "变动了多少" in problem.text("zh")
    assert "moved" in problem.text("en")
    path.write_text(f"指标,单位,2024年\n{row.replace('个百分点', '%')}\n", encoding="utf-8")
    assert read_file(path, region="合肥市").statements[0].value == 0.5


def test_home_words_need_a_home(tmp_path: Path) -> None:
    text = "地区,指标,度量,时期,数值,单位\n全市,工业投资,水平,2024,900,亿元\n全省,工业投资,增速,2024,5,%\n"
    assert [s.region for s in read(tmp_path, text).statements] == ["湘潭市", "湖南省"]
    assert refused(tmp_path, text, None).count("没有说明是哪个地区") == 2
    assert "没有写明地区" in refused(tmp_path, "指标,单位,2022年\n工业投资,亿元,812\n", None)
