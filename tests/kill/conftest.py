"""A place to kill in."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def short() -> Iterator[Path]:
    """A temporary folder with a short name: a socket's path has 107 characters."""
    with tempfile.TemporaryDirectory(prefix="kill-", dir="/tmp") as folder:
        yield Path(folder)
