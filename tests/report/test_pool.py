"""How runs are shared out, and what the process that they are forked from has done beforehand."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from xtanalysis.data.paths import scenario_notebook
from xtanalysis.report.sweeps.job import Job
from xtanalysis.report.sweeps.pool import tasks_of
from xtanalysis.report.sweeps.shared import _figures_of


def _jobs(groups: str) -> list[Job]:
    """One job a letter, which is its group; a dot has none."""
    common = {"parameters": {}, "inputs": "", "notebook": Path(), "folder": Path(), "engine": None}
    return [Job(name=str(i), group=letter.strip("."), **common) for i, letter in enumerate(groups)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("groups", "workers", "tasks"),
    [
        ("aabb", 2, ["aa", "bb"]),
        ("abab", 2, ["aa", "bb"]),
        ("aaaa", 2, ["aa", "aa"]),  # nobody stands idle
        ("aaaabbbbcccc", 2, ["aaaa", "bbbb", "cc", "cc"]),  # nor at the end
        ("aaaabbbbcccc", 3, ["aaaa", "bbbb", "cccc"]),
        ("aabbcc", 1, ["aa", "bb", "cc"]),
        ("aab", 2, ["aa", "b"]),
        ("...", 2, [".", ".", "."]),  # no group, no company
        ("", 2, []),
    ],
)
def test_runs_of_a_group_stay_together_as_long_as_all_have_work(groups: str, workers: int, tasks: list[str]) -> None:
    jobs = _jobs(groups)
    found = tasks_of(jobs, workers)
    assert ["".join(job.group or "." for job in task) for task in found] == tasks
    assert sorted(job.name for task in found for job in task) == sorted(job.name for job in jobs)


def _said(code: str, page: str) -> list[str]:
    """What a process prints that imports what runs are forked from, told of its notebook as ``start_server`` does."""
    before = f"import os; os.environ['XTANALYSIS_PAGE'] = {page!r}; import sys, xtanalysis.report.sweeps.preload\n"
    done = subprocess.run([sys.executable, "-c", before + code], capture_output=True, encoding="utf-8", check=True)
    return done.stdout.split()


@pytest.mark.parametrize(
    ("source", "loaded"), [("from xtanalysis.report import sections, desk as t", True), ("1 + 1", False)]
)
def test_the_server_imports_what_the_notebook_names(tmp_path: Path, source: str, loaded: bool) -> None:
    notebook = tmp_path / "made.ipynb"
    notebook.write_text(source, encoding="utf-8")
    always = ("pandas", "matplotlib.pyplot", "papermill")
    code = f"print('xtanalysis.report.desk' in sys.modules, set({always}) <= set(sys.modules))"
    assert _said(code, f'["{notebook.as_posix()}", {{}}]') == [str(loaded), "True"]


@pytest.mark.parametrize("source", ["import statsmodels.api as sm", "1 + 1"])
def test_what_takes_a_second_to_import_is_imported_for_those_who_name_it(tmp_path: Path, source: str) -> None:
    notebook = tmp_path / "made.ipynb"
    notebook.write_text(source, encoding="utf-8")
    told = _said("print('statsmodels.api' in sys.modules)", f'["{notebook.as_posix()}", {{}}]')
    assert told == [str("statsmodels" in source)]


def test_a_rehearsed_page_leaves_its_sheets_and_no_figure() -> None:
    page = f'["{scenario_notebook().as_posix()}", {{"as_of": "2021-05-06", "scenario": "plan"}}]'
    code = (
        "from xtanalysis.report import prepared\n"
        "from xtanalysis.report.charts import drawing\n"
        "import matplotlib.pyplot as plt\n"
        "sheets = sum(map(len, drawing._SPARES.values()))\n"
        "print(sheets, len(plt.get_fignums()), len(prepared._DRAWN), os.environ.get('XTANALYSIS_PAGE'))"
    )
    assert _said(code, page) == ["19", "0", "0", "None"]  # as many sheets as the page has figures


@pytest.mark.slow
def test_a_rehearsed_page_has_the_bytes_of_any_other() -> None:
    code = (
        "import hashlib, tempfile\nfrom pathlib import Path\n"
        "from xtanalysis.report.sweeps.runner import WARM, run_notebook\n"
        "with tempfile.TemporaryDirectory() as folder:\n"
        "    out = Path(folder) / 'out.ipynb'\n"
        f"    source = Path({str(scenario_notebook())!r})\n"
        "    run_notebook(source, out, {'as_of': '2021-09-10', 'scenario': 'downturn', 'draws': 500}, engine=WARM)\n"
        "    print(hashlib.sha256(out.read_bytes()).hexdigest())"
    )
    name = scenario_notebook().as_posix()
    (rehearsed,) = _said(code, f'["{name}", {{"as_of": "2021-05-06", "scenario": "plan"}}]')
    (plain,) = _said(code, f'["{name}", {{}}]')
    assert rehearsed == plain


def test_figures_are_found_where_a_cell_is_nothing_else(tmp_path: Path) -> None:
    sources = [
        "figures.draw_evidence(view)",
        "figures.draw_indicators(view, 'gdp', ('level',))\n",
        "figures.draw_indicators(view, chosen)",
        "figures.draw_indicators(view, scales=1)",
        "x = figures.draw_second(view)",
        "figures.draw_evidence(view)\nfigures.draw_second(view)",
    ]
    cells = [{"cell_type": "code", "source": [source]} for source in sources]
    notebook = tmp_path / "made.ipynb"
    notebook.write_text(json.dumps({"nbformat": 4, "cells": [*cells, {"cell_type": "markdown", "source": sources[0]}]}))
    assert list(_figures_of(notebook)) == [("draw_evidence", []), ("draw_indicators", ["gdp", ("level",)])]
