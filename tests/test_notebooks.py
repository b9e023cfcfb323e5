"""Every notebook runs, is thin, and carries no output; found by glob, so that a new one is held to the same."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import nbformat
import pytest

from xtanalysis.report.html import export_page
from xtanalysis.report.sweeps.parameters import read_parameters
from xtanalysis.report.sweeps.runner import WARM, run_notebook

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
LINES = 14  # of code in a cell, beyond which it belongs into the package
# JupyterLab's own kernels run the others (tests/browser/test_lab.py); here they share the kernel that a worker keeps.
PAPERMILLS = ("30", "51", "52")
# What makes a run short without changing what is run.
QUICK: dict[str, dict[str, Any]] = {
    "51_body": {"as_of": ""}, "52_overview": {"as_of": ""},  # by the quarter, not by the clock
    "60_track_record": {"origins": [2018], "cities": ["湘潭市"], "cells": 2},
}  # fmt: skip
SMALL = {"draws": 400, "as_of": "2026-11-27"}  # the same today and in a year
# JupyterLab's test runs all as of that day; here those that can are run as of the plan's own, which is quicker.
EARLY = {"as_of": "2021-05-06", "to": 2025, "quarter": "2021Q1"}
LATE = ("00", "51", "52", "60", "80")  # speak of later figures
FIRST = ("20", "30", "51")  # not slow: one in the kernel that is kept, a report, and one of the scorecard's pages


def quick(path: Path) -> dict[str, Any]:
    known = read_parameters(path)
    return {name: value for name, value in {**SMALL, **QUICK.get(path.stem, {})}.items() if name in known}


def test_the_notebooks_that_the_readme_names_are_there() -> None:
    assert {p.stem[:2] for p in NOTEBOOKS} >= {"00", "10", "20", "30", "40", "50", "60", "70", "80"}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_thin_and_without_outputs(path: Path) -> None:
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        assert not cell["outputs"]
        assert cell["execution_count"] is None
        source = "".join(cell["source"])
        assert len(source.splitlines()) <= LINES, source
        tree = ast.parse(source)
        assert not [n for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)], source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_parameters_are_typed_and_explained(path: Path) -> None:
    parameters = read_parameters(path)
    assert parameters
    assert all(p.help for p in parameters.values())


@pytest.mark.parametrize(
    "path", [path if path.stem.startswith(FIRST) else pytest.param(path, marks=pytest.mark.slow) for path in NOTEBOOKS],
    ids=lambda p: p.stem,
)  # fmt: skip
def test_runs_to_a_page(path: Path, tmp_path: Path) -> None:
    given, out = {**quick(path), "lang": "en"}, tmp_path / "out.ipynb"
    if not path.stem.startswith(LATE):
        given |= {name: value for name, value in EARLY.items() if name in read_parameters(path)}
    run_notebook(path, out, given, engine=None if path.stem.startswith(PAPERMILLS) else WARM, cell_timeout=300)
    notebook = nbformat.read(out, 4)
    nbformat.validate(notebook)
    page = export_page(notebook)
    assert 'lang="en"' in page
    assert "Traceback" not in page
