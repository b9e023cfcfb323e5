from __future__ import annotations

import datetime as dt

import pytest

from xtanalysis.answers.project import Projection, project


@pytest.fixture(scope="session")
def early() -> Projection:
    return project(as_of=dt.date(2021, 5, 6), to=2025, draws=4000)


@pytest.fixture(scope="session")
def middle() -> Projection:
    return project(as_of=dt.date(2022, 12, 31), to=2026, draws=4000)
