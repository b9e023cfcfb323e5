"""What a run leaves beside its page: CSV, workbook, IAMC, figures; read back by other programs."""

from __future__ import annotations

import csv
import io
import time
from pathlib import Path

import nbformat
import numpy as np
import openpyxl
import pandas as pd
import pytest

from xtanalysis.report.artefacts import write_artefacts
from xtanalysis.report.iamc import COLUMNS, iamc_csv
from xtanalysis.report.tables import Table
from xtanalysis.report.workbook import Sheet, workbook_bytes
from xtanalysis.targets.numbers import numbers_as_text

FRAME = pd.DataFrame({"年份": [2020, 2021], "投资": [1.25, np.nan], "判断": ["有望完成", None]})
QUANTILES = (
    "region,scenario,as_of,indicator,year,quantile,value,unit\n"
    "湘潭市,baseline,2021-05-06,value_added_real,2025,0.1,900,100m_yuan\n"
    "湘潭市,baseline,2021-05-06,value_added_real,2025,0.5,1000.5,100m_yuan\n"
    "湘潭市,baseline,2021-05-06,value_added_real,2025,0.975,1100,100m_yuan\n"
)


def table(**options: object) -> Table:
    return Table(frame=FRAME, name="t", caption="表", units={"投资": "亿元"}, **options)  # type: ignore[arg-type]


def test_table_html() -> None:
    html = table(formats={"投资": ".1f"}, marks={"判断": lambda v: "fair" if v else "none"}, note="来源").to_html()
    assert '<th scope="col" class="num">投资 <span class="unit">亿元</span></th>' in html
    assert '<th scope="row">2020</th><td class="num">1.2</td><td class="short mark fair">有望完成</td>' in html
    assert '<td class="num">—</td><td class="short mark none">—</td>' in html
    assert '<p class="note">来源</p>' in html


def test_a_table_that_names_no_such_column() -> None:
    with pytest.raises(ValueError, match="table t has no column 投資"):
        Table(frame=FRAME, name="t", caption="", units={"投資": "亿元"})
    with pytest.raises(ValueError, match="made of letters"):
        Table(frame=FRAME, name="a/b", caption="")


@pytest.mark.parametrize(
    ("value", "spec", "text"),
    [
        (1.25, ".1f", "1.2"),
        (-3.0, "", "−3"),
        (0.123456, "", "0.1235"),
        (12345.6, "", "12346"),
        (1234.5, ",.0f", "1,234"),
        ("a-b", ".1f", "a-b"),
    ],
)
def test_numbers_as_text(value: object, spec: str, text: str) -> None:
    assert numbers_as_text(value, spec) == text


def test_files_of_a_run(tmp_path: Path) -> None:
    bundle = table(note="注")._repr_mimebundle_()
    svg = "<svg viewBox='0 0 1 1'></svg>"
    cells = [
        nbformat.v4.new_code_cell("t", outputs=[nbformat.v4.new_output("display_data", bundle)]),
        nbformat.v4.new_code_cell("f", outputs=[nbformat.v4.new_output("display_data", {"image/svg+xml": svg})]),
    ]
    (tmp_path / "projection").mkdir()
    (tmp_path / "projection" / "quantiles.csv").write_text(QUANTILES, encoding="utf-8")
    write_artefacts(nbformat.v4.new_notebook(cells=cells), tmp_path)
    assert (tmp_path / "figures" / "figure-01.svg").read_text() == svg
    with (tmp_path / "tables" / "t.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [
            ["年份", "投资 (亿元)", "判断"],
            ["2020", "1.25", "有望完成"],
            ["2021", "", ""],
        ]
    book = openpyxl.load_workbook(tmp_path / "workbook.xlsx")
    assert book.sheetnames == ["表", "预测区间"]
    sheet = book["表"]
    assert sheet.freeze_panes == "B3"
    assert [cell.value for cell in sheet[2]] == ["年份", "投资 (亿元)", "判断"]
    assert [cell.value for cell in sheet[3]] == [2020, 1.25, "有望完成"]
    assert sheet["A6"].value == "注"
    frame = pd.read_excel(tmp_path / "workbook.xlsx", sheet_name="预测区间", header=1)
    assert frame.columns.tolist() == ["指标", "单位", "年份", "10 %", "50 %", "97.5 %", "提示"]
    assert frame.iloc[0, :6].tolist() == ["规模以上工业增加值（不变价）", "亿元", 2025, 900, 1000, 1100]
    assert book["预测区间"]["A1"].value == "湘潭市, baseline, 2021-05-06"


def test_workbooks_of_equal_tables_are_equal_bytes() -> None:
    sheets = [Sheet("a", "caption", ("x", "y"), [[1, "=1+1"]]), Sheet("A", "", ("x",), [])]
    first = workbook_bytes(sheets)
    time.sleep(2.1)  # a zip file's clock ticks every two seconds
    assert workbook_bytes(sheets) == first
    book = openpyxl.load_workbook(io.BytesIO(first))
    assert book.sheetnames == ["a", "A-2"]
    assert (book["a"]["B3"].data_type, book["a"]["B3"].value) == ("s", "=1+1")  # text, not a formula


def test_iamc_rows() -> None:
    rows = list(csv.DictReader(io.StringIO(iamc_csv(QUANTILES))))
    assert tuple(rows[0]) == COLUMNS
    assert [row["variable"].partition("|")[2] for row in rows] == ["10th Percentile", "", "97.5th Percentile"]
    assert {row["scenario"] for row in rows} == {"baseline (2021-05-06)"}
    assert {row["unit"] for row in rows} == {"100 million yuan"}
    assert rows[1]["value"] == "1000.5"
