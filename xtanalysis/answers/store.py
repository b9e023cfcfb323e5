"""A projection's folder: quantiles.csv, targets.csv, draws.parquet, run.json, changes.csv (docs/contract.md)."""

from __future__ import annotations

import json
import math
import platform
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from xtanalysis.answers.project import ScenarioDraws, data_hash
from xtanalysis.data.dictionary import indicators
from xtanalysis.data.versions import versions
from xtanalysis.data.writing import csv_bytes, whole_folder
from xtanalysis.errors import BadInput, Problem
from xtanalysis.model.paths import Paths, held_indicators
from xtanalysis.statements.grammar import Period
from xtanalysis.targets.declared import declared_version
from xtanalysis.targets.verdict_words import caution
from xtanalysis.text import listed, message

__all__ = [
    "QUANTILES",
    "quantile_table",
    "read_paths",
    "run_record",
    "shown_indicators",
    "target_table",
    "write_projection",
]

QUANTILES = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
FILES = ("quantiles.csv", "targets.csv", "draws.parquet", "run.json")
CHANGES = "changes.csv"  # only where own figures were given
PACKAGES = ("xtanalysis", "numpy", "scipy", "pandas", "statsmodels")


def shown_indicators(paths: Paths) -> Iterator[str]:
    """States, then what is derived from them."""
    yield from paths.states
    yield from (name for name in held_indicators(paths.states) if name not in paths.states)


def quantile_table(projection: ScenarioDraws, probabilities: tuple[float, ...] = QUANTILES) -> pd.DataFrame:
    """Quantiles of every modelled and derived indicator by year, long, with the columns of docs/contract.md."""
    paths, names = projection.paths, list(shown_indicators(projection.paths))
    cautions = _cautions(projection)
    years, count = paths.years, len(probabilities)
    block = years.size * count
    return pd.DataFrame(
        {
            "region": projection.region,
            "scenario": projection.scenario.id,
            "as_of": projection.as_of.isoformat(),
            "indicator": np.repeat(np.array(names, dtype=object), block),
            "year": np.tile(np.repeat(years, count), len(names)),
            "quantile": np.tile(probabilities, years.size * len(names)),
            "value": np.concatenate([paths.quantiles(name, probabilities).T.ravel() for name in names]),
            "unit": np.repeat(np.array([indicators()[name].unit for name in names], dtype=object), block),
            "caution": np.repeat(np.array([cautions.get(name, "") for name in names], dtype=object), block),
        }
    )


def _cautions(projection: ScenarioDraws) -> dict[str, str]:
    """What the numbers of an indicator must not be read without: the basis of the verdict on its target."""
    out: dict[str, str] = {}
    for verdict in projection.targets:
        indicator = projection.plan.target(verdict.target).indicator
        if verdict.basis in ("published", "no_figure") or indicator in out:
            continue
        out[indicator] = caution(verdict, "en")
    return out


def target_table(projection: ScenarioDraws) -> pd.DataFrame:
    """Every target's result, with the columns of docs/contract.md."""
    frame = pd.DataFrame([verdict.to_row() for verdict in projection.targets])
    for column in ("hinge_year", "missing_year", "missing_since"):
        frame[column] = frame[column].astype("Int64")  # a year, or absent
    frame.insert(0, "region", projection.region)
    frame.insert(1, "scenario", projection.scenario.id)
    frame.insert(2, "as_of", projection.as_of.isoformat())
    return frame


def run_record(projection: ScenarioDraws) -> dict[str, Any]:
    """What made this projection, so that it can be made again."""
    information = projection.information
    return {
        "region": projection.region,
        "plan": projection.plan.id,
        "scenario": projection.scenario.id,
        "as_of": projection.as_of.isoformat(),
        "to": projection.to,
        "draws": len(projection.paths.values),
        "seed": projection.seed,
        "data_hash": data_hash(information.used),
        "statements": len(projection.posterior.evidence),
        "set_aside": len(information.set_aside),
        "newest": _newest(projection),
        "effective_cells": round(projection.posterior.mixture.effective, 6),
        "linearised": _linearised(projection),
        "declared_set": declared_version(),
        "plausibility": projection.plausibility,
        "internal": projection.internal,
        "warnings": list(projection.warnings),
        "versions": {"python": platform.python_version(), **versions(PACKAGES)},
    }


def _newest(projection: ScenarioDraws) -> dict[str, str]:
    """Target → period of the region's newest figure of what it measures or of a factor of that, where there is one."""
    last: dict[str, Period] = {}
    known = projection.information
    for s in (*known.used, *(aside for aside, _ in known.set_aside)):
        if s.region == projection.region and s.tells_what_happened:
            last[s.indicator] = max(last.get(s.indicator, s.period), s.period, key=lambda p: p.end)
    found = {}
    for target in projection.plan.targets:
        entry = indicators().get(target.indicator)
        names = (entry.id, entry.growth_of, *(name for _, name in entry.factors)) if entry else ()
        if own := [last[name] for name in names if name in last]:
            found[target.id] = str(max(own, key=lambda p: p.end))
    return found


def _linearised(projection: ScenarioDraws) -> dict[str, float | int | None]:
    """How well figures that are not linear in the paths are stood for (:mod:`xtanalysis.model.exactness`)."""
    evidence, drawn = projection.posterior.evidence, projection.drawn
    k = round(drawn.pareto_k, 6) if math.isfinite(drawn.pareto_k) else None  # all weights alike
    rows = int((~evidence.linear).sum())
    return {"rows": rows, "pareto_k": k, "effective_share": round(drawn.effective_share, 6)}


def _draws_frame(paths: Paths) -> pd.DataFrame:
    count, years, states = paths.values.shape
    return pd.DataFrame(
        {
            "draw": np.repeat(np.arange(count, dtype=np.int32), years * states),
            "year": np.tile(np.repeat(paths.years.astype(np.int16), states), count),
            "indicator": pd.Categorical.from_codes(
                np.tile(np.arange(states), count * years), categories=pd.Index(paths.states)
            ),
            "value": paths.values.ravel(),
        }
    )


def write_projection(
    projection: ScenarioDraws, folder: Path, *, draws: bool = True, changes: pd.DataFrame | None = None
) -> None:
    """Write the files; they appear together, by renaming a finished folder.

    Parameters
    ----------
    draws
        ``False`` leaves out draws.parquet, the 20 MB of them that a page does not need.
    changes
        What own figures changed (:func:`xtanalysis.answers.changes.changes_frame`), where any were given.

    Raises
    ------
    BadInput
        If the folder exists and holds something else than a projection.
    """
    folder = folder.expanduser()
    if folder.exists() and (not folder.is_dir() or any(p.name not in (*FILES, CHANGES) for p in folder.iterdir())):
        raise BadInput(
            Problem(
                message("this is not a projection's folder"),
                found=str(folder),
                fix=message("give a new or an earlier one"),
            )
        )
    with whole_folder(folder) as draft:
        (draft / "quantiles.csv").write_bytes(csv_bytes(quantile_table(projection)))
        (draft / "targets.csv").write_bytes(csv_bytes(target_table(projection)))
        if draws:
            _draws_frame(projection.paths).to_parquet(draft / "draws.parquet", index=False)
        if changes is not None:
            (draft / CHANGES).write_bytes(csv_bytes(changes))
        text = json.dumps(run_record(projection), ensure_ascii=False, indent=1)
        (draft / "run.json").write_text(text + "\n", encoding="utf-8")


def read_paths(folder: Path) -> Paths:
    """Read the draws of a folder; derived indicators are recomputed from their identities.

    Raises
    ------
    BadInput
        If a file of the folder is missing.
    """
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise BadInput(
            Problem(
                message("not a projection's folder"),
                file=str(folder),
                found=message("no {files}", files=listed(missing)),
            )
        )
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    frame = pd.read_parquet(folder / "draws.parquet")
    states = tuple(str(name) for name in frame["indicator"].cat.categories)
    years = np.sort(frame["year"].unique()).astype(np.int64)
    values = frame["value"].to_numpy(np.float64).reshape(-1, len(years), len(states))
    return Paths(record["region"], record["scenario"], years, states, values)
