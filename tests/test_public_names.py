"""The public names resolve, are loaded only when they are used, and those of the last release still work."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest

import xtanalysis as xt


@pytest.mark.parametrize("name", xt.__all__)
def test_every_public_name_resolves(name: str) -> None:
    assert getattr(xt, name) is not None
    assert name in dir(xt)
    assert name == "__version__" or getattr(xt, name).__doc__


def test_an_unknown_public_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'moon'"):
        xt.moon  # noqa: B018


def test_importing_the_package_loads_nothing_else() -> None:
    code = "import sys, xtanalysis; print(*(m for m in sys.modules if m.split('.')[0] in ('numpy', 'xtanalysis')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.split() == ["xtanalysis"]


def test_paths_and_charts_are_imported_when_they_are_asked_for() -> None:
    code = "import sys, xtanalysis as xt; xt.Study; print(*({'xarray', 'matplotlib', 'seaborn'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.split() == []


def test_a_study_is_imported_without_what_takes_longer_to_import_than_to_fit() -> None:
    code = "import sys, xtanalysis as xt; xt.Study; print(*(n for n in sys.modules if n.count('.') < 2))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert "scipy.linalg" in done.stdout.split()
    assert not {"scipy.stats", "scipy.optimize", "scipy.interpolate", "statsmodels"} & set(done.stdout.split())


def test_the_call_forms_of_the_last_release_work_and_say_what_takes_their_place() -> None:
    with pytest.warns(DeprecationWarning, match=r"Study\(load_facts"):
        made = xt.project("湘潭市", scenario="baseline", as_of=dt.date(2012, 5, 6), to=2013, draws=100)
    assert made.paths.of("gdp_real").shape == (100, 14)
    with pytest.warns(DeprecationWarning, match=r"load_facts\(region"):
        everything = xt.load_facts()
    assert len(everything) > len(xt.load_facts("湘潭", as_of="2021-05-06"))
    with pytest.warns(DeprecationWarning, match=r"load_facts\(region"), pytest.raises(xt.BadInput):
        xt.load_facts([Path("there is none.csv")])
