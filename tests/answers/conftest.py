from __future__ import annotations

import datetime as dt

import pytest

from xtanalysis.answers.project import ScenarioDraws, project
from xtanalysis.study.study import Study


@pytest.fixture(scope="session")
def early(study: Study) -> ScenarioDraws:
    return study.project(draws=4000).record


@pytest.fixture(scope="session")
def middle() -> ScenarioDraws:
    return project(as_of=dt.date(2022, 12, 31), to=2026, draws=4000)
