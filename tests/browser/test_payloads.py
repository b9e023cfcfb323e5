"""Two hundred texts that would like to run, as a plan or a scenario may hold them, on a page and in JupyterLab."""

from __future__ import annotations

import sys
from itertools import product
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.driving import PATIENCE, jupyter_lab, outside, run_all
from xtanalysis.report.html import export_page
from xtanalysis.report.sweeps.runner import run_notebook

pytestmark = pytest.mark.browser
MARK = "window.executed=(window.executed||0)+1"
AWAY = "http://127.0.0.1:9/x"
LIVE = [
    f"<script>{MARK}</script>", f'<img src=x onerror="{MARK}">', f'<svg onload="{MARK}"></svg>',
    f"<svg><script>{MARK}</script></svg>", f'<body onload="{MARK}">', f'<iframe src="javascript:{MARK}"></iframe>',
    f"<iframe srcdoc='<script>parent.{MARK}</script>'></iframe>",
    f'<meta http-equiv="refresh" content="0;url={AWAY}">',
    f'<META HTTP-EQUIV=refresh CONTENT="0; {AWAY}">', f'<form action="{AWAY}"><input autofocus onfocus="{MARK}"></form>',  # noqa: E501
    f'<a href="javascript:{MARK}">x</a>', f"[x](javascript:{MARK})", f"![x]({AWAY}.png)", f'<img src="{AWAY}.png">',
    f'<link rel=stylesheet href="{AWAY}.css">', f"<style>@import '{AWAY}.css';</style>", f'<base href="{AWAY}">',
    f'<object data="{AWAY}"></object>', f'<embed src="{AWAY}">', f'<video src="{AWAY}" onerror="{MARK}"></video>',
    f'<details open ontoggle="{MARK}">x</details>', f'<div style="background:url({AWAY})">x</div>', f"<{AWAY}>",
    f"$\\href{{javascript:{MARK}}}{{x}}$", f"[x]: {AWAY}\n\n[x]",
]  # fmt: skip
AROUND = ["{}", "工业投资{}年均", "**{}**", "\n\n{}\n\n", "`{}`", "| a |\n|---|\n| {} |", "$a$ {} $b$", "</p>{}"]
PAYLOADS = [frame.format(text) for text, frame in product(LIVE, AROUND)]
CELL = """
from IPython.display import display
import pandas as pd
from xtanalysis.report.inert import literal
from xtanalysis.report.sections import as_markdown
from xtanalysis.report.tables import Table
for first in range(0, len(payloads), 20):  # JupyterLab shows 50 outputs of a cell
    some = payloads[first:first + 20]
    display(as_markdown("\\n\\n".join(f"- **{text}**：x" for text in some)))
    display(as_markdown("\\n\\n".join(f"- **{literal(text)}**：x" for text in some)))
display(Table(frame=pd.DataFrame({"a": payloads, "b": payloads}), name="t", caption=payloads[0], note=payloads[1]))
print("all " + "shown")
"""


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    )
    made.cells = [
        nbformat.v4.new_code_cell("lang: str = 'zh'", id="a", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell(f"payloads = {PAYLOADS!r}", id="b"),
        nbformat.v4.new_code_cell(CELL, id="c"),
    ]
    path = tmp_path_factory.mktemp("payloads") / "payloads.ipynb"
    path.write_text(nbformat.writes(made), encoding="utf-8")
    return path


def harmless(page: Page, requests: list[str], address: str) -> None:
    page.wait_for_timeout(1500)
    assert page.evaluate("window.executed || 0") == 0
    assert page.url.split("#")[0].split("?")[0] == address.split("?")[0]
    assert outside([url for url in requests if not url.startswith("ws")]) == []
    assert not any("127.0.0.1:9/" in url for url in requests)


def test_two_hundred_payloads() -> None:
    assert len(set(PAYLOADS)) == 200


def test_on_a_page(browser: Browser, notebook: Path) -> None:
    executed = run_notebook(notebook, notebook.with_name("done.ipynb"), {}).notebook
    html = notebook.with_name("page.html")
    html.write_text(export_page(executed), encoding="utf-8")
    page, requests = browser.new_page(), list[str]()
    page.on("request", lambda request: requests.append(request.url))
    page.on("dialog", lambda dialog: requests.append(f"http://dialog/{dialog.message}"))
    page.goto(html.as_uri())
    assert page.get_by_text("all shown").count() == 1
    harmless(page, requests, html.as_uri())
    refused = "body script, body form, body iframe, body base, body object, body embed, body link"
    assert page.locator(refused).count() == 0
    page.close()


@pytest.mark.slow
def test_in_jupyterlab(browser: Browser, notebook: Path, tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / notebook.name).write_bytes(notebook.read_bytes())
    with jupyter_lab(tmp_path, sys.executable, "-m", "jupyterlab", notebook.name) as address:
        page, requests = browser.new_page(), list[str]()
        page.set_default_timeout(1000 * PATIENCE)
        page.on("request", lambda request: requests.append(request.url))
        page.on("dialog", lambda dialog: requests.append(f"http://dialog/{dialog.message}"))
        page.goto(address)
        run_all(page)
        page.locator(".jp-OutputArea-output", has_text="all shown").last.wait_for()
        text = page.locator(".jp-OutputArea").last.inner_text()
        assert text.count("window.executed=") >= 2 * len([one for one in PAYLOADS if MARK in one])
        harmless(page, requests, page.url)
        page.close()
