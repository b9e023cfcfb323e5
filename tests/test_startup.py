"""The command line starts without what its commands will need."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {
    "IPython", "jinja2", "matplotlib", "nbclient", "nbconvert", "nbformat", "numpy", "openpyxl", "pandas", "papermill",
    "pyarrow", "rich", "scipy", "seaborn", "statsmodels", "yaml",
}  # fmt: skip


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_the_first_word_imports_nothing_heavy(argument: str) -> None:
    code = f"import sys; sys.argv[1:] = [{argument!r}]\nfrom xtanalysis.cli import main\n"
    ending = "try: main()\nexcept SystemExit: print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code + ending], capture_output=True, encoding="utf-8", check=True)
    *said, last = done.stdout.splitlines()
    assert said
    loaded = {name.split(".")[0] for name in last.split()}
    assert "click" in loaded
    assert not loaded & HEAVY
