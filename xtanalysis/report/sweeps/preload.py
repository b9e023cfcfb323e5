"""What a worker needs, imported once in the process that workers are forked from; importing this module does it.

Nothing here leaves files, sockets or threads open that children would share. What pages compute is imported in kernels.
"""

from __future__ import annotations

import gc
import importlib
import os

from xtanalysis.report.sweeps.runner import import_papermill

# One thread for each kernel, told before NumPy is imported: two with two threads each fight for two cores.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"):
    os.environ[_name] = "1"

import_papermill()
for _name in (
    "jupyter_client.manager",
    "openpyxl",
    "xtanalysis.report.artefacts",
    "xtanalysis.report.html",
    "xtanalysis.report.iamc",
    "xtanalysis.report.sweeps.engines",
):
    importlib.import_module(_name)


def _rehearse() -> None:
    """Do once what every run would do for the first time: schemas, templates and versions stay in memory."""
    import nbformat

    from xtanalysis.data.versions import versions
    from xtanalysis.report.html import export_page
    from xtanalysis.report.page import PACKAGES
    from xtanalysis.report.workbook import Sheet, workbook_bytes

    versions(PACKAGES)
    empty = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("1", id="a"), nbformat.v4.new_markdown_cell("#", id="b")]
    )
    export_page(nbformat.reads(nbformat.writes(empty), 4))
    workbook_bytes([Sheet("a", "", ("a",), [[1.0]])])


_rehearse()

# What is here stays: children that never scan these objects never copy their pages.
gc.collect()
gc.freeze()
