"""Every notebook in a real JupyterLab: all cells run without error or warning, one language is shown; ``make lab``."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import nbformat
import pytest
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook
from playwright.sync_api import Browser, Page

from tests.browser.driving import PATIENCE, ROOT, jupyter_lab, outside, run_all
from tests.test_notebooks import PAPERMILLS, quick
from xtanalysis.data.paths import notebooks_dir

pytestmark = [pytest.mark.browser, pytest.mark.slow]
# The notebook in front: JupyterLab keeps those opened before it.
FRONT = ".jp-NotebookPanel:not(.lm-mod-hidden)"
TOGETHER = 2  # notebooks side by side
OPEN = """async name => {
    const opened = await window.jupyterapp.commands.execute('docmanager:open', {path: name});
    await opened.context.ready;
    await opened.sessionContext.ready;
}"""
DONE = f"""() => {{
    const prompts = [...document.querySelectorAll('{FRONT} .jp-CodeCell .jp-InputPrompt')].map(e => e.textContent);
    return prompts.length > 1 && prompts.every(text => /\\[\\d+\\]/.test(text));
}}"""
STREAMS = ("application/vnd.jupyter.stderr", "application/vnd.jupyter.error")
TROUBLE = ", ".join(f"{FRONT} [data-mime-type='{kind}']" for kind in STREAMS)


def start_in_lab(page: Page, name: str) -> None:
    """Open a notebook beside those opened before it (JupyterLab itself takes longer to load) and run all of it."""
    page.evaluate(OPEN, name)
    page.get_by_role("tab", name=name).wait_for()
    run_all(page)


def faults_in(page: Page, name: str) -> list[str]:
    """Wait for the last cell; what went wrong, and prose of another language than was asked for."""
    page.wait_for_function(DONE, timeout=1000 * PATIENCE, polling=500)  # not at each frame: the kernels need the time
    found = [f"{name}: {text[:300]}" for text in page.locator(TROUBLE).all_inner_texts()]
    shown = {t: page.locator(f'{FRONT} .jp-MarkdownCell:visible span[lang="{t}"]').count() for t in ("zh", "en")}
    return found if shown["zh"] and not shown["en"] else [*found, f"{name}: prose {shown}"]


def test_every_notebook_runs_in_jupyterlab(browser: Browser, tmp_path: Path) -> None:
    """All but those that papermill runs; few paths and the plan's own day make it short, what is run is the same."""
    work = tmp_path / "work"
    work.mkdir()
    names = [path.name for path in sorted(notebooks_dir().glob("*.ipynb")) if not path.name.startswith(PAPERMILLS)]
    for name in names:
        path = notebooks_dir() / name
        book = parameterize_notebook(load_notebook_node(str(path)), quick(path))
        nbformat.write(book, work / name)
    faults: list[str] = []
    requests: list[str] = []
    with jupyter_lab(tmp_path, sys.executable, "-m", "jupyterlab", names[0]) as address:
        context = browser.new_context(viewport={"width": 1400, "height": 4000})
        context.set_default_timeout(1000 * PATIENCE)
        context.on("request", lambda request: requests.append(request.url))
        pages = [context.new_page() for _ in range(TOGETHER)]
        pages[0].goto(address, wait_until="commit")
        pages[0].wait_for_url("http://**/lab/**")
        server = pages[0].url.partition("/lab")[0]
        for i, page in enumerate(pages[1:], 1):  # none has a notebook open that another one saves
            page.goto(f"{server}/lab/workspaces/{i}", wait_until="commit")
        for page in pages:
            page.wait_for_function("window.jupyterapp && window.jupyterapp.restored.then(() => true)")
        for together in (names[i : i + TOGETHER] for i in range(0, len(names), TOGETHER)):
            for page, name in zip(pages, together, strict=False):
                start_in_lab(page, name)
            for page, name in zip(pages, together, strict=False):
                faults += faults_in(page, name)
        context.close()
    assert faults == []
    assert outside(requests) == []


def test_make_lab_opens_the_first_notebook(browser: Browser, tmp_path: Path) -> None:
    """In a copy, since JupyterLab leaves checkpoints beside what it opens; the environment is this one."""
    shutil.copytree(notebooks_dir(), tmp_path / "work" / "notebooks")
    shutil.copy(ROOT / "Makefile", tmp_path / "work")
    title = next(c for c in nbformat.read(notebooks_dir() / "00_start_here.ipynb", 4).cells if c.source.startswith("#"))
    make = ("make", "lab", f"VENV={sys.prefix}", f"--assume-old={sys.prefix}/.run")
    with jupyter_lab(tmp_path, *make) as address:
        page = browser.new_page()
        page.goto(address)
        page.get_by_role("tab", name="00_start_here.ipynb").wait_for()
        heading = title.source.splitlines()[0].lstrip("# ")
        page.get_by_role("heading", name=heading).first.wait_for()
        assert page.url.split("?")[0].endswith("/lab/tree/00_start_here.ipynb")
        page.close()
