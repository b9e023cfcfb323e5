"""What a kernel makes once for runs of one region and day: a study, projections, shared figures."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from xtanalysis.answers.project import Projection
from xtanalysis.statements.days import Day
from xtanalysis.statements.grammar import Reading
from xtanalysis.study.facts import load_facts
from xtanalysis.study.study import Study

__all__ = ["kept", "once", "projected", "studied"]

_STUDIES: dict[Hashable, Study] = {}
_PROJECTED: dict[tuple[int, str, int, int, Reading | None], Projection] = {}
_DRAWN: dict[tuple[Hashable, ...], Any] = {}
_Drawn = TypeVar("_Drawn")
_keeping = False


@contextmanager
def kept() -> Iterator[None]:
    """Keep what this block projects and draws, in the place of what the block before it has."""
    global _keeping
    _STUDIES.clear()
    _PROJECTED.clear()
    _DRAWN.clear()
    _keeping = True
    try:
        yield
    finally:
        _keeping = False


def studied(region: str, *, plan: str, as_of: Day, to: int, facts: Sequence[Path] = ()) -> Study:
    """Return the study of these inputs, made and fitted once if a worker has kept it."""
    key = (region, plan, str(as_of), to, tuple(facts))
    found = _STUDIES.get(key)
    if found is None:
        found = Study(load_facts(region, as_of=as_of, extra=list(facts)), plan, to)
        if _keeping:
            _STUDIES[key] = found
    return found


def projected(study: Study, scenario: str, *, draws: int, seed: int, reading: Reading | None = None) -> Projection:
    """Return a study's projection, computed once if a worker has kept it."""
    key = (id(study), scenario, draws, seed, reading)
    found = _PROJECTED.get(key)
    if found is None:
        found = study.project(scenario, draws=draws, seed=seed, reading=reading).record
        if _keeping:
            _PROJECTED[key] = found
    return found


def once(draw: Callable[[], _Drawn], *key: Hashable, of: Iterable[Projection]) -> _Drawn:
    """Return what ``draw`` draws, drawn once if a worker has kept it.

    Parameters
    ----------
    key
        What the figure is and everything else that it depends on.
    of
        The projections that it shows, told apart as objects: those of a worker live as long as its figures.
    """
    whole = (*key, *map(id, of))
    found: _Drawn | None = _DRAWN.get(whole)
    if found is None:
        found = draw()
        if _keeping:
            _DRAWN[whole] = found
    return found
