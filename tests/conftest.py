"""What every test starts from."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from xtanalysis.data.workspace import VARIABLE


@pytest.fixture(autouse=True)
def no_workspace_of_another_test() -> Iterator[None]:
    """A command tells the processes that it starts of its workspace; the next test has none."""
    os.environ.pop(VARIABLE, None)
    yield
    os.environ.pop(VARIABLE, None)
