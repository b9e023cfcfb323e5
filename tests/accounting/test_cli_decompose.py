"""``xtanalysis decompose``."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from xtanalysis.cli.decompose import command
from xtanalysis.errors import BadInput

TABLE = "year,sector,activity,energy\n0,a,10,30\n0,b,40,20\n1,a,40,80\n1,b,40,16\n"


def run(folder: Path, text: str, *options: str) -> pd.DataFrame:
    """Run the command on a table; the written effects."""
    source, out = folder / "in.csv", folder / "out.csv"
    source.write_text(text, encoding="utf-8")
    result = CliRunner().invoke(command, [str(source), "--out", str(out), *options])
    if result.exception:
        raise result.exception
    return pd.read_csv(out)


def whole(table: pd.DataFrame) -> list[float]:
    return table[(table["sector"] == "all") & (table["period"] == 1)]["effect"].tolist()


def test_the_documented_call(tmp_path: Path) -> None:
    """Hand-computed figures: see test_lmdi."""
    table = run(tmp_path, TABLE, "--method", "lmdi-i", "--form", "additive")
    assert list(table.columns) == ["base", "period", "sector", "factor", "effect"]
    assert whole(table) == pytest.approx([32.384638, 38.284867, -24.669505, 46.0], abs=5e-7)


def test_factors_that_are_given(tmp_path: Path) -> None:
    table = run(tmp_path, "year,f,g\n0,1,2\n1,3,2\n", "--factors", "f,g", "--base-year")
    assert whole(table) == pytest.approx([4, 0, 4])
    assert whole(run(tmp_path, "year,f,g\n0,1,2\n1,3,2\n")) == pytest.approx([4, 0, 4])


def test_between_regions(tmp_path: Path) -> None:
    text = "year,region,activity,energy\n1,甲,10,30\n1,乙,40,80\n"
    table = run(tmp_path, text, "--between", "--reference", "甲")
    assert table["effect"].sum() == pytest.approx(2 * 50)
    assert set(table["region"]) == {"乙"}


def test_nothing_is_written_on_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="row 3, column energy: not a number; found 'x'"):
        run(tmp_path, "year,activity,energy\n0,1,2\n1,1,x\n")
    with pytest.raises(BadInput, match="the file is empty"):
        run(tmp_path, "")
    with pytest.raises(BadInput, match="a comparison of regions needs levels"):
        run(tmp_path, "year,region,f\n0,甲,1\n0,乙,2\n", "--between")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv"]


def test_regions_without_years_are_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no column names the years"):
        run(tmp_path, "region,sector,activity,energy\na,A,1,2\nb,A,2,3\n", "--between")


@pytest.mark.parametrize(
    "names", [("--factors", "activity,activity"), ("--levels", "energy,energy"), ("--factors", "year,energy")]
)
def test_a_column_named_twice_is_told(tmp_path: Path, names: tuple[str, str]) -> None:
    with pytest.raises(BadInput, match="named twice"):
        run(tmp_path, TABLE, *names)


ROWS = "2010,A,100,50\n2010,B,200,20\n2015,A,150,60\n2015,B,260,25\n"


def test_heads_in_chinese_and_a_period_as_base(tmp_path: Path) -> None:
    english = run(tmp_path, "year,sector,activity,energy\n" + ROWS)
    chinese = run(tmp_path, "年份,行业,产值,能耗\n" + ROWS, "--levels", "产值,能耗")
    assert chinese["effect"].tolist() == english["effect"].tolist()
    plans = ROWS.replace("2010", "十二五").replace("2015", "十三五")
    later = run(tmp_path, "时期,行业,产值,能耗\n" + plans, "--levels", "产值,能耗", "--base", "十三五")
    assert set(later["base"]) == {"十三五"}
    assert set(run(tmp_path, "year,sector,activity,energy\n" + ROWS, "--base", "2015")["base"]) == {2015}
    with pytest.raises(BadInput, match="the base is not in the table; found '2011'; expected 2010, 2015"):
        run(tmp_path, "year,sector,activity,energy\n" + ROWS, "--base", "2011")


@pytest.mark.parametrize(
    "text",
    [
        "指标,2015年,2010年\n能耗,1,2\n",
        "数据库：年度数据\n时间：最近2年\n指标,2015年,2010年\n能耗(万吨),1,2\n数据来源：国家统计局\n",
        "sector\t2010\t2015\nA\t1\t2\n",
    ],
)
def test_years_across_are_named_with_their_mending(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadInput, match=r"the years stand across; .*Copy the table, paste it transposed") as caught:
        run(tmp_path, text)
    assert "转置" in caught.value.problems[0].text("zh")


def test_rows_are_those_of_the_file(tmp_path: Path) -> None:
    text = "某市能耗\n\nyear,sector,activity,energy\n2010,合计,300,70\n2010,A,,50\n2010,B,x,20\n2010,C,1,2\n"
    with pytest.raises(BadInput) as caught:
        run(tmp_path, text)
    assert [str(p).partition(";")[0] for p in caught.value.problems] == [
        "in.csv, row 5, column activity: the cell is empty", "in.csv, row 6, column activity: not a number",
    ]  # fmt: skip


def test_levels_under_chinese_heads_are_the_chain(tmp_path: Path) -> None:
    """增加值 and 能耗 are levels, whose product means nothing."""
    english = run(tmp_path, TABLE)
    chinese = run(tmp_path, TABLE.replace("activity,energy", "增加值（亿元）,能耗（万吨标准煤）"))
    assert chinese["effect"].tolist() == english["effect"].tolist()
    with pytest.raises(BadInput, match="two columns are the same level"):
        run(tmp_path, "year,增加值,产值,能耗\n0,1,2,3\n1,3,2,4\n")


def told(folder: Path, header: str) -> str:
    """What the command says of a table of two years with these heads."""
    source = folder / "in.csv"
    heads = header.count(",")
    source.write_text(f"{header}\n0{',2' * heads}\n1{',3' * heads}\n", encoding="utf-8")
    result = CliRunner().invoke(command, [str(source), "--out", str(folder / "out.csv")])
    if result.exception:
        raise result.exception
    return result.stderr


@pytest.mark.parametrize(
    ("header", "read"),
    [
        ("年份,增加值（亿元）,能耗（吨标准煤/万元）", "增加值（亿元） × 能耗（吨标准煤/万元）"),
        ("年份,增加值(亿元),能耗(单位增加值)", "增加值(亿元) × 能耗(单位增加值)"),
        ("year,activity,energy (tce per 10k yuan)", "activity × energy (tce per 10k yuan)"),
        ("年份,增加值（亿元/年）,能耗（单位：万吨标准煤）", "增加值（亿元/年） → 能耗（单位：万吨标准煤）"),
        ("year,gdp,energy,co2", ": gdp → energy → co2"),
        ("year,activity,产值,energy", ": activity → energy"),
        ("year,f,g", "f × g"),
    ],
)
def test_how_the_columns_are_read_is_told(tmp_path: Path, header: str, read: str) -> None:
    """An intensity is no level; a column of the chain's own name is."""
    assert read in told(tmp_path, header)


@pytest.mark.parametrize(
    ("old", "new", "what", "row"),
    [
        ("1,a,40,80", "1,a,400000万元,80", "the unit is another", 2),
        ("1,a,40,80", "1,a,40,80以上", "a bound or a range", 4),
        ("1,a,40,80", "1,a,40,70—90", "a bound or a range", 4),
    ],
)
def test_what_is_no_plain_figure_of_the_column_is_refused(
    old: str, new: str, what: str, row: int, tmp_path: Path
) -> None:
    text = TABLE.replace(old, new)
    text = text.replace("a,10,", "a,10亿元,").replace("b,40,", "b,40亿元,") if "万元" in new else text
    row = 4 if "万元" in new else row
    with pytest.raises(BadInput, match=what) as caught:
        run(tmp_path, text)
    assert [p.row for p in caught.value.problems] == [row]
    units = TABLE.replace(",10,", ",10亿元,").replace(",40,", ",约40亿元,")
    assert run(tmp_path, units).equals(run(tmp_path, TABLE))


@pytest.mark.parametrize(
    ("rows", "refused"),
    [
        ("0,全部工业,50,50\n1,全部工业,80,96\n", True),
        ("0,全部工业,50.02,50\n1,全部工业,80,95.98\n", True),  # the parts are rounded
        ("0,全部工业,51,50\n1,全部工业,80,96\n", False),
        ("0,全部工业,50,50\n1,全部工业,80,97\n", False),
    ],
)
def test_a_sector_that_is_the_sum_of_the_others_is_refused(rows: str, refused: bool, tmp_path: Path) -> None:
    if refused:
        with pytest.raises(BadInput, match=r"sum of the others.*全部工业"):
            run(tmp_path, TABLE + rows)
    else:
        run(tmp_path, TABLE + rows)


def test_two_equal_sectors_are_no_sum(tmp_path: Path) -> None:
    run(tmp_path, "year,sector,activity,energy\n0,a,10,30\n0,b,10,30\n1,a,40,80\n1,b,40,80\n")


def test_the_table_that_is_read_is_not_written_over(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text(TABLE, encoding="utf-8")
    with pytest.raises(BadInput, match="would be written over"):
        run(tmp_path, TABLE, "--out", str(source))
    assert source.read_text(encoding="utf-8") == TABLE


@pytest.mark.parametrize("levels", ["year,energy", "sector,energy", "activity,activity", "activity,nothing"])
def test_levels_that_are_none_are_refused(levels: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        run(tmp_path, TABLE + "1,c,40,80\n0,c,3,4\n", "--levels", levels)
