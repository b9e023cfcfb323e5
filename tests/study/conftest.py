from __future__ import annotations

import pytest

from xtanalysis.study.facts import Facts, load_facts
from xtanalysis.study.projection import Projection
from xtanalysis.study.study import Study


@pytest.fixture(scope="session")
def facts() -> Facts:
    return load_facts("湘潭", as_of="2021-05-06")


@pytest.fixture(scope="session")
def study(facts: Facts) -> Study:
    return Study(facts, "xiangtan-2021-12", to=2025)


@pytest.fixture(scope="session")
def base(study: Study) -> Projection:
    return study.project(draws=500)
