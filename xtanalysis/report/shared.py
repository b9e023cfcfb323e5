"""What several runs of a sweep share: the posterior of one region and day, which scenarios only condition further."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from xtanalysis.report.parameters import Parameter, read_parameters

__all__ = ["group_of", "prepare", "write_tables"]

# The posterior and its draws depend on these parameters of a notebook (docs/contract.md), on scenario and language not.
_DECIDING = ("region", "plan", "as_of", "to", "draws", "seed", "facts")
_NEEDED = ("region", "as_of", "to", "draws", "seed", "scenario")


def group_of(known: Mapping[str, Parameter], given: Mapping[str, Any]) -> str:
    """Return a key that runs with the same posterior share; empty for a notebook without these parameters."""
    if not set(_NEEDED) <= set(known):
        return ""
    deciding = {name: given.get(name, known[name].default) for name in _DECIDING if name in known}
    return json.dumps(deciding, ensure_ascii=False, sort_keys=True)


def prepare(notebook: Path, given: Mapping[str, Any]) -> None:
    """Compute the posterior in this process, whose forked kernels then find it in the cache of ``answers.project``.

    Whatever is wrong with the parameters is left to the notebook to say.
    """
    known = read_parameters(notebook)
    if not set(_NEEDED) <= set(known):
        return
    values = {name: given.get(name, known[name].default) for name in _DECIDING if name in known}
    with contextlib.suppress(Exception):
        from xtanalysis.answers.project import project
        from xtanalysis.statements.facts import load_facts

        own = values.pop("facts", None)
        paths = [own] if isinstance(own, str) and own else list(own or ())
        values["as_of"] = dt.date.fromisoformat(values["as_of"])
        project(scenario="baseline", facts=load_facts(paths), **values)


def write_tables(projection: Any, folder: str | Path) -> None:
    """Write a projection's quantiles.csv and targets.csv, which become the workbook, the IAMC table and the index.

    A sweep keeps no draws: ten thousand paths of every run would be gigabytes (``answers.store`` writes them).
    """
    from xtanalysis.answers.store import quantile_table, target_table

    Path(folder).mkdir(parents=True, exist_ok=True)
    quantile_table(projection).to_csv(Path(folder) / "quantiles.csv", index=False)
    target_table(projection).to_csv(Path(folder) / "targets.csv", index=False)
