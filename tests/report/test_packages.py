"""What a run's cache key takes from the environment."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import distributions, version
from pathlib import Path

from xtanalysis.report.sweeps.packages import packages_of


def test_requirements_and_imports_count_and_nothing_else(make_notebook: Callable[..., Path]) -> None:
    plain = packages_of(make_notebook("n: int = 1", "%matplotlib inline\nimport numpy as np\nprint(n)"))
    assert f"numpy=={version('numpy')}" in plain
    assert f"tornado=={version('tornado')}" in plain  # JupyterLab needs it, and we need that
    names = {line.partition("==")[0] for line in plain}
    assert not {"ruff", "mypy", "pytest"} & names
    assert len(plain) < len({d.name for d in distributions()})
    more = packages_of(
        make_notebook("n: int = 1", "def f():\n    from pytest import approx", "broken (", name="b.ipynb")
    )
    assert set(more) - set(plain) >= {f"pytest=={version('pytest')}", f"pluggy=={version('pluggy')}"}
