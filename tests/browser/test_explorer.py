"""The explorer in a real browser, under JupyterLab and under Voilà: the first move of a slider changes the page."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.driving import Exploring, explored, jupyter_lab, outside
from xtanalysis.data.paths import notebooks_dir
from xtanalysis.report.exploring.words import WORDS
from xtanalysis.statements.scenarios import load_scenario

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NOTEBOOK = "70_explore.ipynb"
NAMES = {"lab": "工业投资：", "voila": "Industrial fixed-asset investment:"}


@pytest.fixture(scope="module", params=["lab", "voila"])
def exploring(
    request: pytest.FixtureRequest, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Exploring, str, Path]]:
    folder = tmp_path_factory.mktemp(request.param)
    (folder / "work").mkdir()
    if request.param == "lab":
        shutil.copy(notebooks_dir() / NOTEBOOK, folder / "work")
        served = jupyter_lab(folder, sys.executable, "-m", "jupyterlab", NOTEBOOK)
    else:
        served = explored(folder / "work", "--as-of", "2021-05-06", "--scenario", "downturn")
    with served as address:
        opened = Exploring(browser, address, lab=request.param == "lab")
        yield opened, NAMES[request.param], folder / "work"
        opened.close()


def test_the_first_move_changes_chart_words_and_table(exploring: tuple[Exploring, str, Path]) -> None:
    opened, slider, _ = exploring
    before = (opened.shape(), opened.told.inner_text(), opened.table.inner_text())
    assert all(line for line in before[0])
    for _ in range(3):  # far enough for a verdict's range to move too
        opened.step(slider)
    after = (opened.shape(), opened.told.inner_text())
    assert after[0] != before[0]
    assert after[1] != before[1]


def test_the_axes_have_values_and_the_baseline_stays(exploring: tuple[Exploring, str, Path]) -> None:
    opened, _, _ = exploring
    ticks = opened.page.locator(".js-plotly-plot [class^='y'][class$='tick'] text").all_text_contents()
    assert len([text for text in ticks if text.strip()]) >= 9
    assert opened.page.locator(".js-plotly-plot .legend text").count() >= 4
    dashed = opened.page.locator(".js-plotly-plot path.js-line[style*='dasharray']")
    assert dashed.count() >= 3, "the baseline's medians"


def test_saving_writes_what_the_page_assumes(exploring: tuple[Exploring, str, Path]) -> None:
    opened, _, folder = exploring
    names = [WORDS["save"].told(lang) for lang in ("zh", "en")]
    opened.page.locator(".widget-button", has_text=re.compile("|".join(names))).click()
    opened.page.get_by_text("xtanalysis report --scenario").wait_for()
    (written,) = folder.glob("*.yaml")
    saved = load_scenario(written, region="湘潭市", as_of=dt.date(2021, 5, 6), to=2025)
    assert "industrial_investment" in {s.indicator for s in saved.assumptions}


def test_no_request_leaves_the_machine(exploring: tuple[Exploring, str, Path]) -> None:
    opened, _, _ = exploring
    assert any(url.startswith("ws://") for url in opened.requests)
    assert outside(opened.requests) == []
