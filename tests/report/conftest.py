"""Notebooks made on the spot, and sweeps of them through the real machinery."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest

from xtanalysis.report.sweeps.batch import Outcome, run_batch
from xtanalysis.report.sweeps.sweep import load_sweep, plan_runs

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SMALL = Path(__file__).parent / "notebooks" / "small.ipynb"


@pytest.fixture
def axes() -> Iterator[Axes]:
    """Axes in the house style; matplotlib is not imported for the tests without them."""
    import matplotlib as mpl

    mpl.use("agg")
    import matplotlib.pyplot as plt

    from xtanalysis.report.charts.fonts import set_theme

    set_theme()
    figure, made = plt.subplots()
    yield made
    plt.close(figure)


@pytest.fixture
def small() -> Path:
    return SMALL


@pytest.fixture(scope="session")
def write_notebook() -> Callable[..., Path]:
    """Write a notebook whose first cell holds the parameters; a cell is code, or (code, tag)."""

    def write(path: Path, parameters: str, *cells: str | tuple[str, str]) -> Path:
        made = nbformat.v4.new_notebook(
            metadata={"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
        )
        for i, cell in enumerate([(parameters, "parameters"), *cells], 1):
            source, *tags = (cell,) if isinstance(cell, str) else cell
            made.cells.append(nbformat.v4.new_code_cell(source, id=f"cell-{i}", metadata={"tags": tags}))
        path.write_text(nbformat.writes(made), encoding="utf-8")
        return path

    return write


@pytest.fixture
def make_notebook(tmp_path: Path, write_notebook: Callable[..., Path]) -> Callable[..., Path]:
    """Write one into the test's own folder."""

    def make(parameters: str, *cells: str | tuple[str, str], name: str = "made.ipynb") -> Path:
        return write_notebook(tmp_path / name, parameters, *cells)

    return make


@pytest.fixture
def sweep(tmp_path: Path, server: Any) -> Callable[..., tuple[Outcome, ...]]:
    """Run a sweep given as YAML text."""

    def run(text: str, folder: Path | None = None, **options: Any) -> tuple[Outcome, ...]:
        path = tmp_path / "sweep.yaml"
        path.write_text(text, encoding="utf-8")
        loaded = load_sweep(path)
        options = {"workers": 2, "context": server, **options}
        return run_batch(loaded, plan_runs(loaded), folder or tmp_path / "out", **options)

    return run


@pytest.fixture(scope="session")
def files_of() -> Callable[[Path], dict[str, bytes]]:
    """Every file of a sweep's folder but its clock and its lock."""

    def files(folder: Path, *, without: Sequence[str] = ("durations.csv", ".lock")) -> dict[str, bytes]:
        found = (p for p in sorted(folder.rglob("*")) if p.is_file() and p.name not in without)
        return {p.relative_to(folder).as_posix(): p.read_bytes() for p in found}

    return files
