"""Public names and call forms of the release before; they work for one more, and say what takes their place."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, overload

from xtanalysis.answers.project import ScenarioDraws
from xtanalysis.answers.project import project as project_once
from xtanalysis.statements.days import Day
from xtanalysis.statements.facts import load_facts as statements_of
from xtanalysis.statements.grammar import Statement
from xtanalysis.study.facts import Facts, Given
from xtanalysis.study.facts import load_facts as facts_of

__all__ = ["load_facts", "project"]

Files = list[Path] | list[str] | tuple[Path | str, ...]


def project(*args: Any, **options: Any) -> ScenarioDraws:
    """Fit and project in one call; a :class:`~xtanalysis.study.study.Study` is fitted once.

    Arguments as in :func:`xtanalysis.answers.project.project`.
    """
    instead = "Study(load_facts(region, as_of=…), plan, to=…).project(scenario)"
    warnings.warn(f"project(…) goes in the next release: use {instead}", DeprecationWarning, stacklevel=2)
    return project_once(*args, **options)


@overload
def load_facts(region: str, *, as_of: Day | None = None, extra: str | Path | Sequence[Given] = ()) -> Facts: ...
@overload
def load_facts(region: Files = ...) -> list[Statement]: ...
def load_facts(
    region: str | Files = (), *, as_of: Day | None = None, extra: str | Path | Sequence[Given] = ()
) -> Facts | list[Statement]:
    """Every shipped figure about a region and those around it, as known on a day.

    Parameters
    ----------
    region
        Any name of it: as published, short, English, or its administrative code.
    as_of
        Only what was published by this day is known; today unless told.
    extra
        One's own files, frames or rows; see :meth:`xtanalysis.study.facts.Facts.add`.

    Raises
    ------
    BadInput
        For an unknown region (the message lists near names), a day that is none, or rows that cannot be used.

    Examples
    --------
    >>> import xtanalysis as xt
    >>> len(xt.load_facts("湘潭", as_of="2021-05-06")) > 100
    True
    """
    if not isinstance(region, list | tuple):
        return facts_of(region, as_of=as_of, extra=extra)
    instead = "load_facts(region, as_of=…, extra=[…])"
    warnings.warn(f"load_facts([files]) goes in the next release: use {instead}", DeprecationWarning, stacklevel=2)
    return statements_of(region)
