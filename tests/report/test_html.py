"""Pages: one file, no script, no request; languages, tables, formulas, alt texts; found by Jupyter."""

from __future__ import annotations

import html.parser
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest

from xtanalysis.report.html import export_page, page_of
from xtanalysis.report.style import TEMPLATES
from xtanalysis.report.sweeps.runner import run_notebook


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The small notebook in both languages, each run apart: it may set warnings and fonts as it likes."""
    folder = tmp_path_factory.mktemp("pages")
    small = Path(__file__).parent / "notebooks" / "small.ipynb"
    code = (
        "import sys; from pathlib import Path\n"
        "from xtanalysis.report.sweeps.runner import run_notebook\n"
        "for lang in ('zh', 'en'):\n"
        "    run_notebook(Path(sys.argv[1]), Path(sys.argv[2]) / f'{lang}.ipynb', {'lang': lang})\n"
    )
    subprocess.run([sys.executable, "-c", code, small, folder], check=True)
    return {lang: nbformat.read(folder / f"{lang}.ipynb", as_version=4) for lang in ("zh", "en")}


class Reader(html.parser.HTMLParser):
    """Collects tags with their attributes and complains of what does not close."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def every(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    return reader


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page(executed: dict[str, Any], lang: str) -> None:
    page = export_page(executed[lang])
    reader = read(page)
    assert reader.every("html") == [{"lang": {"zh": "zh-CN", "en": "en"}[lang]}]
    assert "湘潭市：baseline</title>" in page
    assert [len(reader.every(tag)) for tag in ("script", "link", "iframe", "h1", "main", "footer")] == [
        0,
        0,
        0,
        1,
        1,
        1,
    ]
    addresses = [a[k] for _, a in reader.tags for k in ("src", "href", "xlink:href") if a.get(k)]
    assert addresses
    assert all(str(address).startswith(("#", "data:")) for address in addresses)
    policy = next(m["content"] for m in reader.every("meta") if m.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'")
    assert "script-src" not in policy
    headings = re.findall(r"<li class=\"l(\d)\"><a href=\"#([^\"]+)\">([^<]+)", page)
    assert [text for _, _, text in headings] == {
        "zh": ["一、总体判断", "二、指标进展", "数表"],
        "en": ["Summary", "Progress", "Figures"],
    }[lang]
    assert all(f'id="{anchor}"' in page for _, anchor, _ in headings)
    assert len(page.encode()) < 70_000


def test_foot_says_how_to_make_it_again(executed: dict[str, Any]) -> None:
    page = export_page(executed["zh"])
    foot = page[page.index("<footer>") :]
    for said in ("最新数据</dt><dd>2020", "信息日期</dt><dd>2021-05-06", "随机种子</dt><dd>8", "numpy ", "xtanalysis "):
        assert said in foot, said
    assert "papermill small.ipynb small-out.ipynb -p lang zh" in foot


def test_code_is_there_and_hidden(executed: dict[str, Any]) -> None:
    page = export_page(executed["zh"])
    assert ".source{display:none}" in page
    assert '<input type="checkbox" id="code">' in page
    assert "default_rng" in page


def test_default_parameters_stand_only_where_no_others_were_given(executed: dict[str, Any]) -> None:
    """Defaults name a region and a day that this page is not about."""
    book = executed["zh"]
    defaults = next(cell for cell in book.cells if "parameters" in cell.metadata.get("tags", ()))
    marker = "# only the defaults say so"
    changed = nbformat.from_dict(book)
    next(c for c in changed.cells if c.id == defaults.id).source += f"\n{marker}"
    assert "only the defaults say so" not in export_page(changed)
    changed.cells = [c for c in changed.cells if "injected-parameters" not in c.metadata.get("tags", ())]
    assert "only the defaults say so" in export_page(changed)


def test_formulas_are_mathml(executed: dict[str, Any]) -> None:
    page = export_page(executed["zh"])
    assert "<mfrac>" in page
    assert r"g = \frac{1}{n}\ln\frac{x_n}{x_0}" in page  # its accessible name
    assert "$" not in re.sub(r"<pre class=\"source\".*?</pre>", "", page, flags=re.DOTALL)


@pytest.mark.parametrize(("lang", "said"), [
    ("zh", r"湘潭市工业投资。横轴：年份；纵轴：亿元。中位数：2015 为 −0.0\d+，2025 为 (9\.\d+)，最低"),
    ("en", r"湘潭市工业投资. Horizontal axis: 年份; vertical axis: 亿元. 中位数: −0.0\d+ at 2015, (9\.\d+) at 2025"),
])  # fmt: skip
def test_alt_text_says_the_numbers_of_the_figure(executed: dict[str, Any], lang: str, said: str) -> None:
    figures = re.findall(r"<figure tabindex=\"0\"><svg[^>]*aria-label=\"([^\"]*)\"", export_page(executed[lang]))
    assert len(figures) == 1
    match = re.search(said, figures[0])
    assert match is not None, figures[0]
    table = next(
        o.data["text/html"]
        for c in executed[lang].cells
        for o in c.get("outputs", ())
        if "<table" in o.get("data", {}).get("text/html", "")
    )
    median = re.search(r'scope="row">2025</th><td[^>]*>[^<]*</td><td[^>]*class="num"[^>]*>([^<]*)', table)
    assert median is not None
    assert float(match[1]) == pytest.approx(float(median[1]), abs=0.05)  # the table rounds to 0.1


def test_tables_have_captions_scopes_and_scroll(executed: dict[str, Any]) -> None:
    reader = read(export_page(executed["zh"]))
    assert len(reader.every("caption")) == 1
    assert {th.get("scope") for th in reader.every("th")} == {"col", "row"}
    assert {"class": "scroll", "role": "group", "tabindex": "0", "aria-label": "湘潭市投资区间"} in reader.every("div")


def test_plain_tables_are_made_accessible() -> None:
    frame = pd.DataFrame({"a": [1]})._repr_html_()  # type: ignore[operator]
    cell = nbformat.v4.new_code_cell("frame", outputs=[nbformat.v4.new_output("execute_result", {"text/html": frame})])
    text = nbformat.v4.new_markdown_cell("|a|b|\n|-|-|\n|1|2|")
    page = export_page(nbformat.v4.new_notebook(cells=[cell, text]))
    tight = re.sub(r">\s+<", "><", page)
    assert re.search(r'<td></td><th scope="col">a</th></tr></thead><tbody><tr><th scope="row">0</th>', tight)
    assert "<style scoped>" not in page
    assert page.count('class="scroll"') == 2


def test_cells_of_the_other_language_are_left_out(executed: dict[str, Any]) -> None:
    assert "Mean growth" not in export_page(executed["zh"])
    assert "平均增速" not in export_page(executed["en"])


def test_internal_figures_watermark_the_page(executed: dict[str, Any]) -> None:
    notebook = nbformat.from_dict(executed["zh"])
    said = {**page_of(notebook), "internal": True}
    said.pop("versions")
    output = nbformat.v4.new_output("display_data", {"application/vnd.xtanalysis.page+json": said})
    page = export_page(
        nbformat.v4.new_notebook(cells=[*notebook.cells, nbformat.v4.new_code_cell("x", outputs=[output])])
    )
    assert '<div class="watermark" aria-hidden="true"><span>内部</span>' in page
    assert "内部资料" in page
    assert 'watermark"' not in export_page(executed["zh"])


def test_a_failed_notebook_shows_cell_error_and_parameters(make_notebook: Callable[..., Path], tmp_path: Path) -> None:
    path = make_notebook("n: int = 1", "{'a': n}['b']")
    with pytest.raises(Exception, match="KeyError") as caught:
        run_notebook(path, tmp_path / "o.ipynb", {"n": 5})
    page = export_page(caught.value.notebook)
    assert "本次运行未完成" in page
    assert "<strong>KeyError</strong>" in page
    assert "<dt>n</dt><dd>5</dd>" in page
    assert page.index('id="failed"') > page.index('href="#failed"')
    assert "\x1b[" not in page


def test_what_a_cell_prints_cannot_break_out(make_notebook: Callable[..., Path], tmp_path: Path) -> None:
    path = make_notebook("n: str = ''", "print('<script>alert(1)</script>', n)")
    executed = run_notebook(path, tmp_path / "o.ipynb", {"n": "<img src=x>"}).notebook
    assert not read(export_page(executed)).every("script")
    assert not read(export_page(executed)).every("img")


def test_the_smaller_of_svg_and_png_is_kept() -> None:
    drawn = [{"image/svg+xml": f"<svg viewBox='0 0 1 1'>{'x' * n}</svg>", "image/png": "A" * 99} for n in (10, 1000)]
    said = {"image/png": {"alt": "P"}}
    outputs = [nbformat.v4.new_output("display_data", data, metadata=said) for data in drawn]
    page = export_page(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x", outputs=outputs)]))
    assert re.findall(r"<figure[^>]*><(svg|img)", page) == ["svg", "img"]
    assert 'alt="P"' in page


@pytest.mark.slow
def test_jupyter_finds_the_template(executed: dict[str, Any], tmp_path: Path) -> None:
    """As installed: the wheel puts the template under share/jupyter, which is what JUPYTER_PATH stands for here."""
    shutil.copytree(TEMPLATES / "xtanalysis", tmp_path / "share" / "nbconvert" / "templates" / "xtanalysis")
    nbformat.write(executed["zh"], tmp_path / "done.ipynb")
    command = [
        sys.executable,
        "-m",
        "nbconvert",
        "--to",
        "html",
        "--template",
        "xtanalysis",
        str(tmp_path / "done.ipynb"),
    ]
    environment = {**__import__("os").environ, "JUPYTER_PATH": str(tmp_path / "share")}
    subprocess.run(command, check=True, capture_output=True, env=environment)
    theirs = read((tmp_path / "done.html").read_text(encoding="utf-8"))
    ours = read(export_page(executed["zh"]))
    assert [tag for tag, _ in theirs.tags] == [tag for tag, _ in ours.tags]
