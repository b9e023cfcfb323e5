"""The track record as frames: the past replayed, and what was said then scored against what came."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import pandas as pd

from xtanalysis.answers.backtest import CELLS, ORIGINS, replay, replayed
from xtanalysis.answers.skill import tables_of
from xtanalysis.data.dictionary import region as find_region
from xtanalysis.errors import BadInput, Problem
from xtanalysis.statements.facts import load_facts
from xtanalysis.text import message

__all__ = ["backtest"]


def backtest(
    regions: Sequence[str] | None = None,
    *,
    origins: Iterable[int] = ORIGINS,
    cells: int = CELLS,
    workers: int = 1,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> dict[str, pd.DataFrame]:
    """Forecast from every old information set with what was known then, and score what came, beside simple rivals.

    Parameters
    ----------
    regions
        Any names; the cities of the package's own province, the province and the nation unless told.
    origins
        Last full years of the information sets.
    cells
        Size of each posterior's mixture over hyperparameters.
    workers
        Processes; the result does not depend on it.
    progress
        Told how many regions and origins are done, of how many.

    Returns
    -------
    Frames by name, with the columns of docs/contract.md (the replay's folder): ``scores`` has CRPS, bias and coverage
    by method, ``relative`` the ratio to each rival, ``events`` what was said of plan-like targets, and so on.

    Raises
    ------
    BadInput
        For unknown regions, or where nothing can be scored.
    """
    chosen = [find_region(name).id for name in (replayed() if regions is None else regions)]
    made = replay(load_facts(), regions=chosen, origins=list(origins), cells=cells, workers=workers, progress=progress)
    if made.forecasts.empty:
        raise BadInput(
            Problem(message("nothing to score: these regions have no history of growth"), found=", ".join(chosen))
        )
    return tables_of(made)
