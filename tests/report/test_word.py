"""A page as a Word document says what the page says."""

from __future__ import annotations

import io
import re
from importlib import util
from typing import Any

import pytest
from bs4 import BeautifulSoup
from docx import Document
from docx.oxml.ns import qn

from xtanalysis.errors import BadInput
from xtanalysis.report.charts.drawing import figure_data, sheet
from xtanalysis.report.charts.fonts import set_theme
from xtanalysis.report.word import MARKS, require_word, word_bytes

PAGE = """<html lang="zh"><body><header><h1>湘潭市工业目标</h1><p>测算到2030年</p><nav>目录</nav></header>
<main id="main"><section><pre class="source">facts = 1</pre><h2>一、总体判断</h2>
<p>投资<strong>不确定</strong>，<br>区间40%—55%。</p>
<table><caption>目标判断</caption><thead><tr><th>目标</th><th>判断</th></tr></thead>
<tbody><tr><th scope="row">工业投资 &lt;1050亿元&gt;</th><td class="mark unsure">不确定</td></tr>
<tr><td colspan="2">合并的一行</td></tr></tbody></table>
<ul><li>甲<ul><li>乙</li></ul></li></ul><h3>图</h3>
<div class="panels"><figure><svg aria-label="由 1 到 2"></svg>
<figcaption><strong>投资</strong><br>增长</figcaption></figure>
<figure><svg aria-label="由 3 到 4"></svg></figure></div></section></main>
<footer><dl><dt>信息日期</dt><dd>2026-11-27</dd></dl></footer></body></html>"""


@pytest.fixture(scope="module")
def picture() -> bytes:
    set_theme()
    figure, grid = sheet(size=(3, 2))
    grid[0, 0].plot([0, 1], [0, 1], label="万元")
    return figure_data(figure, "svg")


def _texts(document: Any) -> str:
    """All text in order of the document, as one string without spaces."""
    return re.sub(r"\s", "", "".join(part.text or "" for part in document.element.body.iter(qn("w:t"))))


def test_every_word_of_the_page_is_there_and_nothing_else(picture: bytes) -> None:
    document = Document(io.BytesIO(word_bytes(PAGE, [picture, picture])))
    soup = BeautifulSoup(PAGE, "html.parser")
    for left_out in soup.select("pre, nav"):
        left_out.decompose()
    assert _texts(document) == re.sub(r"\s", "", soup.get_text())


def test_headings_tables_and_figures_keep_what_they_are(picture: bytes) -> None:
    document = Document(io.BytesIO(word_bytes(PAGE, [picture, picture])))
    styles = {p.text: p.style.name for p in document.paragraphs if p.style is not None}
    assert (styles["湘潭市工业目标"], styles["一、总体判断"], styles["图"]) == ("Title", "Heading 1", "Heading 2")
    assert (styles["甲"], styles["乙"], styles["目标判断"]) == ("List Bullet", "List Bullet 2", "Caption")
    table = document.tables[0]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["目标", "判断"], ["工业投资 <1050亿元>", "不确定"], ["合并的一行", "合并的一行"],
    ]  # fmt: skip
    assert MARKS["unsure"] in table.rows[1].cells[1]._tc.xml
    assert "tblHeader" in table.rows[0]._tr.xml
    assert "tblHeader" not in table.rows[1]._tr.xml
    shown = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert shown == ["由 1 到 2", "由 3 到 4"]
    bold = [run.text for p in document.paragraphs for run in p.runs if run.bold]
    assert bold == ["不确定", "信息日期"]


def test_equal_pages_give_equal_bytes(picture: bytes) -> None:
    assert word_bytes(PAGE, [picture, picture]) == word_bytes(PAGE, [picture, picture])


def test_without_the_extra_it_is_refused_before_anything_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    require_word()
    found = util.find_spec
    monkeypatch.setattr(util, "find_spec", lambda name: None if name == "docx" else found(name))
    with pytest.raises(BadInput, match=re.escape("xtanalysis[word]")):
        require_word()
