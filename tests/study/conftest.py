from __future__ import annotations

import pytest

from xtanalysis.study.projection import Projection
from xtanalysis.study.study import Study


@pytest.fixture(scope="session")
def base(study: Study) -> Projection:
    return study.project(draws=500)
