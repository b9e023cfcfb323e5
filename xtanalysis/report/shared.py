"""What several runs of a sweep share: the posterior of one region and day, and the scenarios that pages compare."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from xtanalysis.errors import XtError
from xtanalysis.report.parameters import Parameter, read_parameters

__all__ = ["group_of", "prepare"]

# A projection depends on these parameters of a notebook (docs/contract.md) and on the scenario; on the language not.
_DECIDING = ("region", "plan", "as_of", "to", "draws", "seed", "facts")


def group_of(known: Mapping[str, Parameter], given: Mapping[str, Any]) -> str:
    """Return a key that runs with the same posterior share; empty for a notebook without these parameters."""
    if not {*_DECIDING, "scenario"} <= set(known):
        return ""
    deciding = {name: given.get(name, known[name].default) for name in _DECIDING}
    return json.dumps(deciding, ensure_ascii=False, sort_keys=True)


def prepare(notebook: Path, given: Mapping[str, Any]) -> None:
    """Project in this process what all runs of a group need, so that their forked kernels find it done.

    Whatever is wrong with the parameters is left to the notebook to say.
    """
    known = read_parameters(notebook)
    if not group_of(known, given):
        return
    with contextlib.suppress(XtError, ValueError, TypeError):
        from xtanalysis.answers.evidence_share import evidence_shares
        from xtanalysis.report.prepared import kept
        from xtanalysis.report.series import BASE
        from xtanalysis.report.view import make_view

        values = {name: given.get(name, known[name].default) for name in _DECIDING}
        with kept():
            view = make_view(scenario="baseline", lang="zh", **values)
        evidence_shares(view.projection, min(view.plan_ends, view.projection.to), BASE)
