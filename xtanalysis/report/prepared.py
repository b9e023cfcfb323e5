"""What a kernel makes once for runs of one region and day: a study, its draws under each scenario, shared figures."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from xtanalysis.answers.project import ScenarioDraws
from xtanalysis.statements.days import Day
from xtanalysis.study.facts import load_facts
from xtanalysis.study.study import Study

__all__ = ["kept", "once", "projected", "studied"]

_KEPT: dict[tuple[Hashable, ...], Any] = {}
_Made = TypeVar("_Made")
_keeping = False


@contextmanager
def kept() -> Iterator[None]:
    """Keep what this block makes, in the place of what the block before it has."""
    global _keeping
    _KEPT.clear()
    _keeping = True
    try:
        yield
    finally:
        _keeping = False


def once(make: Callable[[], _Made], *key: Hashable, of: Iterable[object] = ()) -> _Made:
    """Return what ``make`` makes, made once if a worker has kept it.

    Parameters
    ----------
    key
        What it is and everything else that it depends on.
    of
        What it is made from, told apart as objects: those of a worker live as long as what is made from them.
    """
    whole = (*key, *map(id, of))
    found: _Made | None = _KEPT.get(whole)
    if found is None:
        found = make()
        if _keeping:
            _KEPT[whole] = found
    return found


def studied(region: str, *, plan: str, as_of: Day, to: int, facts: Sequence[Path] = ()) -> Study:
    """Return the study of these inputs, made and fitted once if a worker has kept it."""

    def made() -> Study:
        return Study(load_facts(region, as_of=as_of, extra=list(facts)), plan, to)

    return once(made, "study", region, plan, str(as_of), to, *facts)


def projected(study: Study, scenario: str, *, draws: int, seed: int) -> ScenarioDraws:
    """Return a study's draws under a scenario, made once if a worker has kept them."""

    def made() -> ScenarioDraws:
        return study.project(scenario, draws=draws, seed=seed).record

    return once(made, "draws", scenario, draws, seed, of=(study,))
