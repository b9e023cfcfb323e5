"""The path of docs/notebooks.md, walked: the first notebook, a figure of one's own, the report."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from xtanalysis.cli import group
from xtanalysis.report.sweeps.runner import run_notebook

DOCS = (Path(__file__).parents[1] / "docs" / "notebooks.md").read_text(encoding="utf-8")
MINE = "指标,度量,时期,数值,单位\n工业投资,水平,2020,400,亿元\n"


def run(*arguments: str) -> str:
    done = CliRunner().invoke(group, list(arguments), prog_name="xtanalysis", catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.slow
def test_from_nothing_to_a_report_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The figure of the example decides investment; a figure in a file of one's own changes it already before."""
    monkeypatch.chdir(tmp_path)
    steps = re.findall(r"^(?:xtanalysis|jupyter) (\S+)", DOCS.partition("```sh")[2].partition("```")[0], re.MULTILINE)
    assert steps == ["notebooks", "lab", "check", "report"], "what is walked here is what the page says"
    run("notebooks", "--out", "work", "--lang", "zh")
    (tmp_path / "mine.csv").write_text(MINE, encoding="utf-8")
    assert "industrial_investment" in run("check", "mine.csv", "--region", "湘潭", "--show")
    given = {"as_of": "2026-11-27", "facts": ["mine.csv"], "out": str(tmp_path / "reports"), "lang": "zh"}
    done = run_notebook(tmp_path / "work" / "00_start_here.ipynb", tmp_path / "out.ipynb", given, cell_timeout=300)
    shown = [
        output["data"]["text/plain"]
        for cell in done.notebook.cells
        for output in cell.get("outputs", ())
        if "text/plain" in output.get("data", {})
    ]
    (table,) = [text for text in shown if "before" in text and "after" in text]
    (row,) = [line for line in table.splitlines() if line.startswith("工业固定资产投资")]
    before, *_, after = re.findall(r"[\u4e00-\u9fff]+", row)[1:]
    assert before != after == "未完成"
    (page,) = (tmp_path / "reports" / "runs").glob("*/report.html")
    told = page.read_text(encoding="utf-8")
    assert "900" in told, "the figure typed in"
    assert "400" in told, "the figure of the file"
    assert "内部" in told
