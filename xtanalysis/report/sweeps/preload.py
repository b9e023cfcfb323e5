"""What a run needs, imported once in the process that all runs are forked from; importing this module does it.

A sweep's server is told its notebook (``pool.start_server``), and imports what of this package it names.
Nothing here leaves files, sockets or threads open that children would share: fonts are only registered by name.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import re
from pathlib import Path
from typing import Any

from xtanalysis.report.sweeps.runner import import_papermill
from xtanalysis.report.sweeps.shared import PAGE, rehearse

# One thread for each worker, set before NumPy is imported: two workers with two threads each fight for two cores.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"):
    os.environ[_name] = "1"

_notebook, _given = json.loads(os.environ.pop(PAGE, "null")) or ("", {})
_code = Path(_notebook).read_text(encoding="utf-8") if _notebook else ""
# A second of imports each, for notebooks that name them.
_further = [name for name in ("scipy.stats", "seaborn", "statsmodels.api") if name.partition(".")[0] in _code]
_named = re.findall(r"from (xtanalysis[.\w]*) import ([\w ,]+)", _code)

import_papermill()
for _name in (
    "IPython.core.application",
    "IPython.core.completerlib",
    "IPython.core.crashhandler",
    "IPython.core.interactiveshell",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "bdb",
    "ipykernel.ipkernel",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "matplotlib.pyplot",
    "matplotlib.style",
    "numpy",
    "openpyxl",
    "pandas",
    "pandas.io.formats.csvs",
    "pandas.io.formats.style",
    "scipy.linalg",
    "scipy.optimize",
    "scipy.sparse.linalg",
    "scipy.special",
    "xtanalysis.report.artefacts",
    "xtanalysis.report.closing",
    "xtanalysis.report.figures",
    "xtanalysis.report.html",
    "xtanalysis.report.iamc",
    "xtanalysis.report.sections",
    "xtanalysis.report.sweeps.kernel",
    "xtanalysis.report.sweeps.warm",
    "xtanalysis.answers",
    *_further,
    *(f"{package}.{name.split()[0]}" for package, names in _named for name in names.split(",")),
):
    with contextlib.suppress(ImportError):
        importlib.import_module(_name)


def _rehearse() -> None:
    """Do once what every run would do for the first time: schemas, templates, versions and facts stay in memory."""
    import nbformat
    from matplotlib.backends.registry import backend_registry

    from xtanalysis.data.versions import versions
    from xtanalysis.report.html import export_page
    from xtanalysis.report.page import PACKAGES
    from xtanalysis.report.workbook import Sheet, workbook_bytes
    from xtanalysis.statements.facts import load_facts

    load_facts()
    versions(PACKAGES)
    registry: Any = backend_registry  # it has no types
    registry.resolve_backend("module://matplotlib_inline.backend_inline")
    registry.list_all()  # reads the entry points of all that is installed
    empty = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("1", id="a"), nbformat.v4.new_markdown_cell("#", id="b")]
    )
    export_page(nbformat.reads(nbformat.writes(empty), 4))
    workbook_bytes([Sheet("a", "", ("a",), [[1.0]])])
    if _given:
        rehearse(Path(_notebook), _given)


_rehearse()

# What is here stays: children that never scan these objects never copy their pages.
gc.collect()
gc.freeze()
