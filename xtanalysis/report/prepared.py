"""What a sweep's worker makes once for all the runs that it forks: projections, and figures that their pages share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager

from xtanalysis.answers.project import Projection, project
from xtanalysis.report.charts.drawing import Drawing
from xtanalysis.statements.grammar import Statement

__all__ = ["kept", "once", "projected"]

_Key = tuple[str, str, str, dt.date, int, int, int, tuple[Statement, ...]]
_KEPT: dict[_Key, Projection] = {}
_DRAWN: dict[tuple[Hashable, ...], Drawing] = {}
_keeping = False


@contextmanager
def kept() -> Iterator[None]:
    """Keep what this block projects and draws, for this process and its forks; a worker serves one region and day."""
    global _keeping
    _KEPT.clear()
    _DRAWN.clear()
    _keeping = True
    try:
        yield
    finally:
        _keeping = False


def projected(
    region: str,
    *,
    plan: str,
    scenario: str,
    as_of: dt.date,
    to: int,
    draws: int,
    seed: int,
    facts: tuple[Statement, ...],
) -> Projection:
    """Return ``answers.project.project`` of the same arguments, computed once if a worker has kept it."""
    key = (region, plan, scenario, as_of, to, draws, seed, facts)
    found = _KEPT.get(key)
    if found is None:
        found = project(region, plan=plan, scenario=scenario, as_of=as_of, to=to, draws=draws, seed=seed, facts=facts)
        if _keeping:
            _KEPT[key] = found
    return found


def once(draw: Callable[[], Drawing], *key: Hashable, of: Iterable[Projection]) -> Drawing:
    """Return what ``draw`` draws, drawn once if a worker has kept it.

    Parameters
    ----------
    key
        What the figure is and everything else that it depends on.
    of
        The projections that it shows, told apart as objects: those of a worker live as long as its figures.
    """
    whole = (*key, *map(id, of))
    found = _DRAWN.get(whole)
    if found is None:
        found = draw()
        if _keeping:
            _DRAWN[whole] = found
    return found
