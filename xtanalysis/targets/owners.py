"""The calibre of an owner's own figure: where the owner states none, it is the target's."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from xtanalysis.data.dictionary import calibres
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.plans import Plan
from xtanalysis.targets.identities import atoms

__all__ = ["TAKEN", "with_own_calibres"]

TAKEN = "口径未填，按目标口径"
"""Note on a figure whose calibre was taken from the target."""


def with_own_calibres(facts: Iterable[Statement], plan: Plan) -> list[Statement]:
    """Give a figure that is not public and states no calibre the calibre of the target that it speaks of.

    That is the target on its own indicator, else one that is made of the same series, if the calibre applies to it.
    """
    known = _calibres_of(plan)
    out = []
    for s in facts:
        if not s.public and s.calibre == "unknown" and s.tells_what_happened and s.indicator in known:
            note = "；".join(filter(None, (s.note, TAKEN)))
            out.append(dataclasses.replace(s, calibre=known[s.indicator], note=note))
        else:
            out.append(s)
    return out


def _calibres_of(plan: Plan) -> dict[str, str]:
    """Indicator → calibre of its target."""
    found: dict[str, str] = {}
    settled = [t for t in plan.targets if t.calibre != "unknown"]
    for target in settled:
        found.setdefault(target.indicator, target.calibre)
    for target in settled:
        for name in calibres()[target.calibre].applies_to:
            if not atoms(name).keys().isdisjoint(atoms(target.indicator)):
                found.setdefault(name, target.calibre)
    return found
