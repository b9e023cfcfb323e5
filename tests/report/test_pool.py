"""How runs are shared out, and what the process that workers are forked from has done beforehand."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from xtanalysis.report.sweeps.job import Job
from xtanalysis.report.sweeps.pool import tasks_of
from xtanalysis.report.sweeps.shared import _shown_by

PAGE = {"as_of": "2021-09-10", "scenario": "downturn", "draws": 500}


def _jobs(groups: str) -> list[Job]:
    """One job a letter, which is its group; a dot has none."""
    common = {
        "parameters": {},
        "recorded": {},
        "told": {},
        "inputs": "",
        "notebook": Path(),
        "folder": Path(),
        "engine": None,
    }
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


def test_the_server_imports_what_a_worker_needs_and_leaves_the_model_to_kernels() -> None:
    code = (
        "import sys, xtanalysis.report.sweeps.preload\n"
        "print([n in sys.modules for n in ('papermill', 'openpyxl', 'xtanalysis.report.html')])\n"
        "print([n in sys.modules for n in ('pandas', 'pyarrow', 'scipy', 'matplotlib')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout == "[True, True, True]\n[False, False, False, False]\n"


def test_what_is_shown_is_found_where_a_cell_is_nothing_else(tmp_path: Path) -> None:
    sources = [
        "figures.draw_evidence(view)",
        "figures.draw_indicators(view, 'gdp', ('level',))\n",
        "figures.draw_indicators(view, chosen)",
        "figures.draw_indicators(view, scales=1)",
        "x = figures.draw_second(view)",
        "figures.draw_evidence(view)\nfigures.draw_second(view)",
        "desk.part_year(view)",
    ]
    cells = [{"cell_type": "code", "source": [source]} for source in sources]
    notebook = tmp_path / "made.ipynb"
    notebook.write_text(json.dumps({"nbformat": 4, "cells": [*cells, {"cell_type": "markdown", "source": sources[0]}]}))
    assert list(_shown_by(notebook)) == [
        ("figures", "draw_evidence", []),
        ("figures", "draw_indicators", ["gdp", ("level",)]),
        ("desk", "part_year", []),
    ]
