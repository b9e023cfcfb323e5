"""The exploring notebook in a real JupyterLab, and ``make lab``."""

from __future__ import annotations

import datetime as dt
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser

from tests.browser.driving import ROOT, Exploring, jupyter_lab, outside
from xtanalysis.data.paths import notebooks_dir
from xtanalysis.report.explore_words import WORDS
from xtanalysis.report.sliders import Explorer
from xtanalysis.report.sweeps.parameters import read_parameters
from xtanalysis.statements.scenarios import load_scenario

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NOTEBOOK = notebooks_dir() / "70_explore.ipynb"
NAMES = WORDS["zh"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lab")
    (folder / "work").mkdir()
    shutil.copy(NOTEBOOK, folder / "work")
    return folder


@pytest.fixture(scope="module")
def exploring(browser: Browser, folder: Path) -> Iterator[Exploring]:
    with jupyter_lab(folder, sys.executable, "-m", "jupyterlab", NOTEBOOK.name) as address:
        opened = Exploring(browser, address)
        yield opened
        opened.page.close()


@pytest.fixture(scope="module")
def here(folder: Path) -> Explorer:
    """The same widgets in this process: what the page has to show."""
    given = {name: parameter.default for name, parameter in read_parameters(NOTEBOOK).items()}
    return Explorer(**{**given, "out": str(folder)})


def same(exploring: Exploring, here: Explorer) -> bool:
    """Whether the page shows the chart and the table of this process, to the letter."""
    equal = exploring.page.evaluate(
        """html => {
            const wanted = new DOMParser().parseFromString(html, 'text/html').body;
            const shown = s => document.querySelector(`.jp-OutputArea ${s}`);
            return ['svg[role=img]', 'table'].every(s => shown(s).isEqualNode(wanted.querySelector(s)));
        }""",
        here.chart.value + here.table.value,
    )
    return bool(equal)


def test_a_step_redraws_chart_and_table(exploring: Exploring, here: Explorer) -> None:
    assert same(exploring, here)
    for name in ("investment", "share", "decline"):
        exploring.set_free(NAMES[name], False)
        here.free[name].value = False
        for key, change in (("ArrowRight", 0.5), ("ArrowRight", 0.5), ("ArrowLeft", -0.5)):
            exploring.step(NAMES[name], key)
            assert not same(exploring, here), "the page showed the step before it was made"
            here.sliders[name].value += change
            assert same(exploring, here)


def test_the_button_writes_the_sliders(exploring: Exploring, here: Explorer, folder: Path) -> None:
    exploring.page.get_by_role("button", name=NAMES["save"]).click()
    exploring.page.get_by_text("xtanalysis report --scenario own-scenario.yaml").wait_for()
    path = folder / "work" / "own-scenario.yaml"
    assert path.read_text(encoding="utf-8") == here.scenario()
    saved = load_scenario(path, region="湘潭市", as_of=dt.date(2021, 5, 6), to=2025)
    assert {s.value for s in saved.assumptions} == {6.5, 62.5, -3.0}


def test_no_request_leaves_the_machine(exploring: Exploring) -> None:
    assert any(url.startswith("ws://") for url in exploring.requests)
    assert outside(exploring.requests) == []
    # What the server itself would fetch from the world for the page.
    assert not [url for url in exploring.requests if "/lab/api/news" in url or "/lab/api/update" in url]


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
