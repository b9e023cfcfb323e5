"""Parts and wholes: which figures cannot be true of one accounting basis.

An indicator is part of another where the one is the other times modelled shares (indicators.csv, column ``form``):
value added above scale of all industry's, that of the secondary sector's, that of GDP, technical upgrading of
industrial investment. The paths hold this on every draw. A settled figure that breaks it against another settled
figure of the same year is set aside and named, rather than bent into the paths.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from xtanalysis.data.dictionary import calibres, indicators, remembered
from xtanalysis.model.basis import is_owner
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.linear import canonical_value

__all__ = ["CONFLICT", "is_part_of", "set_aside_impossible"]

CONFLICT = "larger than the whole that it is a part of"  # how the reason of a figure set aside begins
ROUNDING = 0.005  # by which a published part may exceed its whole


@remembered
def _powers(indicator: str) -> Mapping[str, float]:
    """An indicator as powers of the modelled states."""
    entry = indicators()[indicator]
    if not entry.factors:
        return {indicator: 1.0}
    out: dict[str, float] = {}
    for power, name in entry.factors:
        for state, inner in _powers(name).items():
            out[state] = out.get(state, 0.0) + power * inner
    return {state: power for state, power in out.items() if power}


@remembered
def is_part_of(part: str, whole: str) -> bool:
    """Whether one indicator is the other times shares between 0 and 1."""
    if part == whole:
        return False
    left = dict(_powers(part))
    for state, power in _powers(whole).items():
        left[state] = left.get(state, 0.0) - power
    rest = {state: power for state, power in left.items() if power}
    return bool(rest) and all(power > 0 and indicators()[state].is_share for state, power in rest.items())


def _full_year(statement: Statement) -> bool:
    return (
        statement.tells_what_happened
        and statement.measure in ("level", "share")
        and statement.relation in ("equals", "about")
        and statement.period.is_year
        and indicators()[statement.indicator].role in ("state", "derived")
    )


def set_aside_impossible(facts: Sequence[Statement]) -> tuple[list[Statement], list[tuple[Statement, str]]]:
    """Split facts into those that can be true, and the owner's figures larger than a published whole, with the reason.

    Published parts on a basis of their own carry an offset and need not be set aside.
    """
    levels = _comparable(facts)
    aside: dict[str, str] = {}
    for (region, year), found in levels.items():
        for part, amount in found:
            if not is_owner(part):
                continue
            for whole, bound in found:
                if (
                    calibres()[whole.calibre].unsettled
                    or is_owner(whole)
                    or not is_part_of(part.indicator, whole.indicator)
                ):
                    continue
                if amount > bound * (1.0 + ROUNDING):
                    aside[part.id] = f"{CONFLICT}: {whole.id}, {whole.value:g} {whole.unit} ({region}, {year})"
    kept = [s for s in facts if s.id not in aside]
    return kept, [(s, aside[s.id]) for s in facts if s.id in aside]


def _comparable(facts: Iterable[Statement]) -> dict[tuple[str, int], list[tuple[Statement, float]]]:
    """Full-year levels and shares by region and year, in base units."""
    out: dict[tuple[str, int], list[tuple[Statement, float]]] = {}
    for s in facts:
        if _full_year(s):
            out.setdefault((s.region, s.period.year), []).append((s, canonical_value(s, s.value)))
    return out
