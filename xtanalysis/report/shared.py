"""What several runs of a sweep share: the posterior of one region and day, and the scenarios that pages compare."""

from __future__ import annotations

import contextlib
import gc
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from xtanalysis.errors import XtError
from xtanalysis.report.parameters import Parameter, read_parameters

__all__ = ["group_of", "prepare"]

# A projection depends on these parameters of a notebook (docs/contract.md) and on the scenario; on the language not.
_DECIDING = ("region", "plan", "as_of", "to", "draws", "seed", "facts")

# Figures that are the same on the page of every scenario.
_SHARED_FIGURES = ("compare_scenarios", "draw_evidence")


def group_of(known: Mapping[str, Parameter], given: Mapping[str, Any]) -> str:
    """Return a key that runs with the same posterior share; empty for a notebook without these parameters."""
    if not {*_DECIDING, "scenario"} <= set(known):
        return ""
    deciding = {name: given.get(name, known[name].default) for name in _DECIDING}
    return json.dumps(deciding, ensure_ascii=False, sort_keys=True)


def prepare(notebook: Path, runs: Sequence[Mapping[str, Any]]) -> None:
    """Project and draw in this process what all runs of a group need, so that their forked kernels find it done.

    Whatever is wrong with the parameters is left to the notebook to say.
    """
    known, given = read_parameters(notebook), runs[0]
    if not group_of(known, given):
        return
    with contextlib.suppress(XtError, ValueError, TypeError, LookupError):
        from xtanalysis.report import figures
        from xtanalysis.report.fonts import set_theme
        from xtanalysis.report.prepared import kept
        from xtanalysis.report.view import make_view

        values = {name: given.get(name, known[name].default) for name in _DECIDING}
        with kept():
            view = make_view(scenario="baseline", lang="zh", **values)
            set_theme()
            code = notebook.read_text(encoding="utf-8")
            for lang in {run.get("lang", known["lang"].default) for run in runs} if "lang" in known else ():
                for name in _SHARED_FIGURES:
                    if f"figures.{name}(view)" in code:
                        getattr(figures, name)(replace(view, lang=lang))
    # Kernels that never scan these objects never copy their pages.
    gc.freeze()
