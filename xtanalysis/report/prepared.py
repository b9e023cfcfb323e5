"""Projections that a sweep's worker computes once for all the runs that it forks; elsewhere plain ``project``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from xtanalysis.answers.project import Projection, project
from xtanalysis.statements.grammar import Statement

__all__ = ["kept", "projected"]

_Key = tuple[str, str, str, dt.date, int, int, int, tuple[Statement, ...]]
_KEPT: dict[_Key, Projection] = {}
_keeping = False


@contextmanager
def kept() -> Iterator[None]:
    """Keep what is projected in this block, for this process and its forks; a worker serves one region and day."""
    global _keeping
    _KEPT.clear()
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
