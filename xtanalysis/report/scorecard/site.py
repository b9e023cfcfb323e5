"""The scorecard as pages: an overview and a page for each lead body, beside one another."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from xtanalysis.data.paths import notebooks_dir
from xtanalysis.data.writing import temporary_folder, write_file
from xtanalysis.report.html import export_page
from xtanalysis.report.scorecard.files import Made
from xtanalysis.report.scorecard.pages import page_names
from xtanalysis.report.sweeps.kernels import kernel_kept
from xtanalysis.report.sweeps.runner import WARM, run_notebook

__all__ = ["write_pages"]

OVERVIEW, BODY = "52_overview.ipynb", "51_body.ipynb"
HOME = "index.html"


def write_pages(made: Made, out: Path, parameters: Mapping[str, Any]) -> list[Path]:
    """Run the notebooks with the scorecard's own parameters and write index.html and a page for each body.

    Parameters
    ----------
    made
        The scorecard; its bodies are the pages.
    parameters
        Of the notebooks: plan, quarter, as_of, lang, facts, public, draws, seed.

    Raises
    ------
    NotebookFailed
        If a notebook stops; the pages before it stay.
    """
    bodies = made.card.bodies
    runs: list[tuple[str, str, dict[str, Any]]] = [(OVERVIEW, HOME, {"linked": True})]
    runs += [(BODY, name, {"body": body}) for body, name in zip(bodies, page_names(bodies), strict=True)]
    written = []
    with temporary_folder() as folder, kernel_kept():
        for notebook, name, own in runs:
            done = folder / f"{name}.ipynb"
            executed = run_notebook(notebooks_dir() / notebook, done, {**parameters, **own}, engine=WARM)
            page = export_page(executed.notebook, home=None if name == HOME else HOME)
            write_file(out / name, page, parents=True)
            written.append(out / name)
    return written
