"""The public names resolve, and are loaded only when they are used."""

from __future__ import annotations

import subprocess
import sys

import pytest

import xtanalysis


@pytest.mark.parametrize("name", xtanalysis.__all__)
def test_every_public_name_resolves(name: str) -> None:
    assert getattr(xtanalysis, name) is not None
    assert name in dir(xtanalysis)


def test_an_unknown_public_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'moon'"):
        xtanalysis.moon  # noqa: B018


def test_importing_the_package_loads_nothing_else() -> None:
    code = "import sys, xtanalysis; print(*(m for m in sys.modules if m.split('.')[0] in ('numpy', 'xtanalysis')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.split() == ["xtanalysis"]
