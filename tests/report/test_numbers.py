"""The numbers of a figure as CSV: what was drawn, in a page's own link that Excel opens."""

from __future__ import annotations

import base64
import csv
import io
import re

import nbformat
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

from xtanalysis.report.charts import plots
from xtanalysis.report.charts.drawing import finished, sheet
from xtanalysis.report.charts.numbers import figure_csv
from xtanalysis.report.html import export_page

YEARS = (2023, 2024, 2025)
DIGITS = 1e-5  # relative: six significant digits are written


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def fan() -> pd.DataFrame:
    made = [(y, q, 100.123456789 + y - 2023 + 10 * q) for q in (0.1, 0.5, 0.9) for y in YEARS]
    return pd.DataFrame(made, columns=["year", "quantile", "value"])


def test_a_fans_numbers_are_those_drawn(axes: Axes) -> None:
    facts = pd.DataFrame(
        {"year": [2023, 2023, 2024], "value": [101, 102, 103], "kind": ["outcome"] * 3, "trust": ["A", "A", "B"]}
    )
    plots.fan_chart(axes, fan(), lang="zh", unit="亿元", facts=facts, targets=[(2025, 110.0, "目标")])
    found = rows(figure_csv(axes.figure, "zh"))  # type: ignore[arg-type]
    assert [row["年份"] for row in found] == ["2023", "2023", "2024", "2025"]
    drawn = next(line for line in axes.lines if line.get_label() == "中位数").get_ydata()
    told = [float(row["中位数（亿元）"]) for row in found if row["中位数（亿元）"]]
    assert told == pytest.approx(list(drawn), rel=DIGITS)  # type: ignore[arg-type]
    assert [row["公布数（A级）"] for row in found] == ["101", "102", "", ""]
    assert [row["公布数（B级）"] for row in found] == ["", "", "103", ""]
    assert found[-1]["目标"] == "110"


def test_panels_name_their_rows_and_marks_of_no_known_chart_are_read(axes: Axes) -> None:
    figure, grid = sheet(1, 2, size=(6, 3))
    grid[0, 0].plot([1, 2], [3.5, np.nan], label="a")
    grid[0, 1].bar(["x", "y"], [5, 6], label="b")
    for one, title in zip(grid[0], ("left", "right"), strict=True):
        one.set_title(title)
    assert figure_csv(figure, "en").splitlines() == [
        "panel,series,x,value", "left,a,1,3.5", "left,a,2,", "right,b,x,5", "right,b,y,6",
    ]  # fmt: skip


@pytest.mark.parametrize(("lang", "word"), [("zh", "数据"), ("en", "Data")])
def test_a_page_holds_each_figures_numbers(axes: Axes, lang: str, word: str) -> None:
    plots.fan_chart(axes, fan(), lang=lang, title="规上 <增加值>", unit="亿元")  # type: ignore[arg-type]
    drawing = finished(axes.figure, lang)  # type: ignore[arg-type]
    data, metadata = drawing._repr_mimebundle_()
    output = nbformat.v4.new_output("display_data", data=data, metadata=metadata)
    cell = nbformat.v4.new_code_cell("1", outputs=[output])
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"papermill": {"parameters": {"lang": lang}}})
    link = re.search(
        r'<a class="data" download="([^"]+)" aria-label="([^"]+)" href="([^"]+)">([^<]+)', export_page(notebook)
    )
    assert link is not None
    name, label, address, text = link.groups()
    assert name == "规上 &lt;增加值&gt;.csv"
    assert label.startswith(text)
    assert text == word
    assert address.startswith("data:text/csv;charset=utf-8;base64,")
    content = base64.b64decode(address.partition("base64,")[2])
    assert content.startswith(b"\xef\xbb\xbf"), "without its mark Excel reads Chinese wrong"
    assert content.decode("utf-8-sig") == drawing.csv
