"""A real Chromium and a real sweep in both languages; a machine without Chromium fails here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.driving import chromium
from xtanalysis.report.sweeps.batch import run_batch
from xtanalysis.report.sweeps.sweep import load_sweep, plan_runs

NOTEBOOK = Path(__file__).parents[1] / "report" / "notebooks" / "small.ipynb"
SWEEP = """
notebook: {notebook}
name: "{{region}}-{{scenario}}-{lang}"
parameters: {{lang: {lang}}}
grid: {{region: [湘潭市, 株洲市], scenario: [baseline, downturn]}}
include: [{{region: 长沙市, scenario: baseline, draws: -1}}]
"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def sites(tmp_path_factory: pytest.TempPathFactory, server: Any) -> dict[str, Path]:
    """One sweep a language, of four runs that end well and one that does not; language → folder."""
    found = {}
    for lang in ("zh", "en"):
        folder = tmp_path_factory.mktemp(lang)
        (folder / "sweep.yaml").write_text(SWEEP.format(notebook=NOTEBOOK, lang=lang), encoding="utf-8")
        sweep = load_sweep(folder / "sweep.yaml")
        outcomes = run_batch(sweep, plan_runs(sweep), folder / "out", workers=2, context=server)
        assert [o.how for o in outcomes] == ["done"] * 4 + ["failed"]
        found[lang] = folder / "out"
    return found
