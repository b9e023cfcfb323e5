"""A notebook in a process forked from the one that has imported what runs need, as a worker of a sweep is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from xtanalysis.report.sweeps.runner import WARM, run_notebook


def run_apart(server: Any, notebook: Path, out: Path, given: Mapping[str, Any]) -> None:
    """Run it to its end; where the system cannot fork, by papermill's own kernel."""
    options = {"engine": WARM if hasattr(os, "fork") else None, "cell_timeout": 300}
    process = server.Process(target=run_notebook, args=(notebook, out, given), kwargs=options)
    process.start()
    process.join()
    assert process.exitcode == 0, out.read_text(encoding="utf-8")[-5000:] if out.is_file() else notebook
