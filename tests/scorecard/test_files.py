"""From the inputs to files and page: the command, the workbook, the notebook in both languages, public and internal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import nbformat
import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner

from xtanalysis.cli.scorecard import command
from xtanalysis.errors import BadInput
from xtanalysis.report.html import export_page
from xtanalysis.report.scorecard.files import make_scorecard, tables_of
from xtanalysis.report.scorecard.news import news_table
from xtanalysis.report.scorecard.pages import all_targets, body_opening, body_tables, head, opening
from xtanalysis.report.scorecard.site import write_pages
from xtanalysis.report.scorecard.tables import owed_table
from xtanalysis.report.sweeps.runner import run_notebook

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "52_overview.ipynb"
HEADER = "地区,指标,度量,时期,数值,单位,发布日期,公开,备注\n"


@pytest.fixture
def internal(tmp_path: Path) -> Path:
    """Two internal figures, one of them resting on two firms, and a public one."""
    path = tmp_path / "own.csv"
    path.write_text(
        HEADER
        + "湘潭市,“智造莲城”路演场次,水平,2024,7,场,2025-01-20,内部,\n"
        + "湘潭市,11条产业链产值,水平,2024,3210,亿元,2025-02-20,内部,企业数=2\n"
        + "湘潭市,企业家年会,水平,2024,1,次,2025-01-10,公开,\n",
        encoding="utf-8",
    )
    return path


def invoke(*options: str) -> str:
    result = CliRunner().invoke(command, list(options))
    if result.exception:
        raise result.exception
    return result.output


def test_the_command_writes_everything(tmp_path: Path, internal: Path) -> None:
    out = tmp_path / "out"
    printed = invoke("--quarter", "2025Q3", "--facts", str(internal), "--draws", "0", "--out", str(out))
    assert len(printed.splitlines()) == len([path for path in out.rglob("*") if path.is_file()])
    targets = pd.read_csv(out / "tables" / "targets.csv")
    assert len(targets) == 38
    assert targets["牵头单位"].str.endswith("（文件未明确）").sum() == 11
    book = openpyxl.load_workbook(out / "scorecard.xlsx")
    assert book.sheetnames[:4] == ["总览", "全部目标", "考核领域", "本季变化"]
    assert book["总览"]["A1"].value.startswith("内部资料")
    assert "内部" in book["总览"].oddHeader.center.text
    assert any(path.name.endswith("市商务局.xlsx") for path in (out / "templates").iterdir())


def test_public_files_hold_nothing_internal(tmp_path: Path, internal: Path) -> None:
    out = tmp_path / "out"
    invoke("--quarter", "2025Q3", "--facts", str(internal), "--draws", "0", "--public", "--out", str(out))
    text = "".join(path.read_text(encoding="utf-8-sig") for path in (out / "tables").glob("*.csv"))
    assert "路演活动" not in text  # the row; what is still due from the office is no secret
    assert "内部" not in text
    assert "企业家年会" in text
    cells = [str(c.value) for sheet in openpyxl.load_workbook(out / "scorecard.xlsx") for row in sheet for c in row]
    assert not [text for text in cells if "路演活动" in text or "内部" in text]


def test_a_figure_of_two_firms_is_nowhere(tmp_path: Path, internal: Path) -> None:
    out = tmp_path / "out"
    invoke("--quarter", "2025Q3", "--facts", str(internal), "--draws", "0", "--out", str(out))
    text = "".join(path.read_text(encoding="utf-8-sig") for path in (out / "tables").glob("*.csv"))
    assert "3210" not in text
    assert "不足三家，隐去" in text


def test_english_has_the_same_rows(internal: Path) -> None:
    made = make_scorecard(quarter="2025Q3", facts=f"{internal}", draws=0)
    for zh, en in zip(tables_of(made, "zh"), tables_of(made, "en"), strict=True):
        assert (zh.name, zh.frame.shape) == (en.name, en.frame.shape)
    assert head(made, "zh").internal
    assert all_targets(made, "en").frame.shape == all_targets(made, "zh").frame.shape == (38, 6)
    assert opening(made, "zh").startswith("截至2025年10月31日，38项目标中")
    shown = sum(len(t.frame) for body in made.card.bodies for t in body_tables(made, body))
    assert shown == 38


@pytest.mark.slow
def test_probabilities_of_the_model_stand_beside(internal: Path) -> None:
    """Growth of value added has one, investment one with what it hinges on."""
    made = make_scorecard(quarter="2024Q3", facts=[internal], draws=100)
    targets = {t.name: t for t in tables_of(made)}["targets"].frame.set_index("目标")
    assert "%" in targets.loc["规模工业增加值年均增速", "完成可能性"]
    assert "%" in targets.loc["工业固定资产投资", "完成可能性"]
    assert targets.loc["工业固定资产投资", "说明"].startswith("取决于2020年工业投资：临界值")
    moves = news_table(made).frame
    assert "湘潭市2024年1—9月规模以上工业增加值（不变价）增长9.6%" in set(moves["依据"])


def test_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="not a quarter; found '2025-09'"):
        invoke("--quarter", "2025-09", "--draws", "0", "--out", str(tmp_path / "out"))
    with pytest.raises(BadInput, match="not a day; found '2025/13/31'"):
        make_scorecard(as_of="2025/13/31", draws=0)
    with pytest.raises(BadInput, match="the plan is another region's; found '长沙市'; expected 湘潭市"):
        make_scorecard(region="长沙市", draws=0)
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_page_for_each_body(tmp_path: Path, internal: Path) -> None:
    """An overview that leads to the pages, pages that lead back; a body without internal rows has no watermark."""
    made = make_scorecard(quarter="2025Q3", facts=[internal], draws=0)
    two = tuple(row for row in made.card.rows if row.lead in ("市工信局", "市工商联"))
    few = replace(made, card=replace(made.card, rows=two))
    given = {"quarter": "2025Q3", "facts": [str(internal)], "draws": 0, "lang": "zh"}
    paths = write_pages(few, tmp_path, given)
    assert [path.name for path in paths] == ["index.html", "body-01.html", "body-02.html"]
    index, first, second = (path.read_text(encoding="utf-8") for path in paths)
    assert 'href="body-02.html"' in index
    assert 'href="index.html"' in second
    assert "市工信局：湘潭市目标任务进展" in first
    assert ("内部资料" in first, "内部资料" in second) == (True, False)
    assert "企业家大讲堂" in second


def test_a_body_that_leads_nothing(internal: Path) -> None:
    made = make_scorecard(quarter="2025Q3", facts=[internal], draws=0)
    with pytest.raises(BadInput, match="no target is led by this body; found '市水利局'; expected 市工信局, "):
        head(made, "zh", "市水利局")
    assert body_opening(made, "市工商联", "zh").startswith("市工商联牵头3项目标：绿灯1项、")
    assert body_opening(made, "市工商联", "en").startswith(
        "The Federation of Industry and Commerce leads 3 targets: 1 green"
    )
    owed = owed_table(made.due, "市工商联")
    assert len(owed.frame) == sum(blank.owner == "市工商联" for blank in made.due) > 0


@pytest.mark.slow
def test_the_notebook_in_both_languages(tmp_path: Path, internal: Path) -> None:
    """The internal page is watermarked and names every body; the public English page says what it leaves out."""
    pages = {}
    for lang, public in (("zh", False), ("en", True)):
        out = tmp_path / f"{lang}.ipynb"
        run_notebook(
            NOTEBOOK,
            out,
            {"lang": lang, "public": public, "facts": [str(internal)], "draws": 100 if lang == "zh" else 0,
             "out": str(tmp_path / lang)},
            engine="xtanalysis-warm",
        )  # fmt: skip
        pages[lang] = export_page(nbformat.read(out, 4))
        assert (tmp_path / lang / "scorecard.xlsx").is_file()
    assert "内部资料" in pages["zh"]
    assert "规模工业能耗变动的因素" in pages["zh"]
    assert "市经研金融办：尚无数的目标" in pages["zh"]
    assert "INTERNAL" not in pages["en"]
    assert "2 further targets rest on internal figures" in pages["en"]
    assert "Federation of Industry and Commerce: targets with a figure" in pages["en"]
