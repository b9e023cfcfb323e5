"""What every test starts from, and in what order files are given to workers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from xtanalysis.data.workspace import VARIABLE
from xtanalysis.study.facts import Facts, load_facts
from xtanalysis.study.study import Study

# Of either tier, the longest first: one that came last would keep a worker while the others have nothing left to do.
LONGEST = (
    "kill/test_kill.py",
    "kill/test_kill_report.py",
    "browser/test_lab.py",
    "report/test_kernels.py",
    "browser/test_pages.py",
    "test_notebooks.py",
    "model/test_mixture.py",
    "test_newcomer.py",
    "report/test_batch.py",
    "report/test_reports.py",
    "browser/test_explorer.py",
    "cli/test_examples.py",
    "report/test_cluster.py",
    "answers/test_backtest.py",
    "browser/test_site.py",
    "fuzz/test_fuzz.py",
    "scorecard/test_files.py",
    "study/test_two_workspaces.py",
    "targets/test_one_answer.py",
    "report/test_full_disk.py",
    "browser/test_payloads.py",
    "cli/test_project.py",
    "report/test_runner.py",
    "report/test_publish.py",
    "answers/test_scenarios.py",
    "targets/test_filled_form.py",
    "test_wheel.py",
)


def pytest_configure(config: pytest.Config) -> None:
    """Give files to workers in the order of collection; xdist would begin with those of many tests, which are quick."""
    config.option.loadscopereorder = False


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the longest files first where there is more than one worker."""
    if not hasattr(config, "workerinput"):
        return
    here = Path(__file__).parent
    missing = [name for name in LONGEST if not (here / name).is_file()]
    if missing:
        raise pytest.UsageError(f"{__file__}: LONGEST names files that are not there: {missing}")
    places = {here / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


@pytest.fixture(autouse=True)
def no_workspace_of_another_test() -> Iterator[None]:
    """A command tells the processes that it starts of its workspace; the next test has none."""
    os.environ.pop(VARIABLE, None)
    yield
    os.environ.pop(VARIABLE, None)


@pytest.fixture(scope="session")
def facts() -> Facts:
    """What was known on the plan's own day."""
    return load_facts("湘潭", as_of="2021-05-06")


@pytest.fixture(scope="session")
def study(facts: Facts) -> Study:
    """The study of that day, fitted once a session."""
    return Study(facts, "xiangtan-2021-12", to=2025)


@pytest.fixture(scope="session")
def server() -> Any:
    """The process that runs are forked from, its imports done once."""
    from xtanalysis.report.sweeps.pool import start_server

    return start_server()
