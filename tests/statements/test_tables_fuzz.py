"""Tables put together at random: each is read, or refused in both languages; nothing else ever happens."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xtanalysis.errors import BadInput
from xtanalysis.statements.read import Reading, as_csv, read_file
from xtanalysis.statements.readers.series import plain_table, read_points
from xtanalysis.statements.validate import faults

HEADS = [
    "地区", "指标", "度量", "时期", "数值", "单位", "口径", "来源", "公开", "备注", "版本", "性质", "上限",
    "关系", "标准差", "2020年", "2021", "2022年(预计)", "1-11月", "上半年", "工业投资（亿元）", "增速(%)",
    "湘潭市", "合计", "", "序号", "unique_id", "ds", "y", "单位：亿元", "年份", "year", "sector", "energy",
    "其中：技改投资", "十四五", "本月", "同比±%",
]  # fmt: skip
CELLS = [
    "湘潭市", "长沙", "全市", "工业投资", "GDP", "水平", "增速", "下降", "2024", "2024年", "2023/2/10", "900",
    "9,000", "1,05", "—", "…", "7.6%", "下降6.2", "下降-6.2", "约850", "3-5", "=1+1", "#REF!", "１０５０",
    "亿元", "万元", "%", "", "初步", "最终", "介于", "不低于", "1e308", "0", "nan", "注：x", "合计", "LONG",
    "\u3000", "500万元以上", "现行口径", "未明", "0.087", "“", "②", "2021Q2", "99999", "2024-13", "目标",
    "展望", "假设", "2025-01-01", "公开", "（亿元）", "/", "\x0b", "🙂",
]  # fmt: skip
CELLS[CELLS.index("LONG")] = "a" * 300
rows = st.lists(
    st.lists(st.sampled_from(CELLS) | st.sampled_from(HEADS), min_size=1, max_size=8), min_size=1, max_size=6
)
heads = st.lists(st.lists(st.sampled_from(HEADS), min_size=1, max_size=8), min_size=1, max_size=2)
encodings = st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(heads, rows, st.sampled_from(",\t;"), encodings, st.sampled_from([None, "湘潭"]))
def test_any_table_is_read_or_refused(
    tmp_path: Path, head: list[list[str]], body: list[list[str]], separator: str, encoding: str, region: str | None
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows(head + body)
    path = tmp_path / "any.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    refused: list[BadInput] = []
    reading: Reading | None = None
    for reader in (read_points, plain_table):
        try:
            reader(path)
        except BadInput as error:
            refused.append(error)
    try:
        reading = read_file(path, region=region)
    except BadInput as error:
        refused.append(error)
    assert all(str(error) and error.text("zh") for error in refused)
    if reading is None:
        return
    assert not [s for s in reading.statements if faults(s)]
    assert len(reading.places) == len(reading.statements)
    saved = tmp_path / "saved.csv"
    saved.write_text(as_csv(reading.statements), encoding="utf-8")
    if reading.statements:
        assert read_file(saved).statements == reading.statements


def test_the_fuzz_reaches_what_can_be_read(tmp_path: Path) -> None:
    """A table of these very pieces is read: the test above is no test of refusals only."""
    path = tmp_path / "any.csv"
    path.write_text("指标,2020年,2022年(预计)\n工业投资（亿元）,900,约850\n合计,0,0\n注：x\n", encoding="utf-8")
    assert [s.value for s in read_file(path, region="湘潭").statements] == [900, 850]
    with pytest.raises(BadInput):
        plain_table(tmp_path / "none.csv")
