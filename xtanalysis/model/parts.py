"""A part's level beside its whole's: the two together are a share, which is linear in the paths where it is a state.

The log of a part's level bends with the logit of its share. Where both levels were published for a year on one basis,
the part's row speaks of their ratio instead. What another basis counts otherwise is then an offset of the logit. As an
offset of the part's log it would leave how large the share is to be inferred from how little it moves, for the log of
a share is the stiffer the nearer the share is to one.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from collections.abc import Mapping, Sequence

from xtanalysis.data.dictionary import indicators
from xtanalysis.model.basis import corrections_since, is_owner, is_settled
from xtanalysis.model.noise import rounding_sd
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.linear import canonical_value

__all__ = ["shares_beside"]

Place = tuple[str, str, int, str, str, bool]  # region, indicator, year, calibre, vintage, whether the owner's own


def shares_beside(statements: Sequence[Statement], origin: int) -> Mapping[str, tuple[Statement, float]]:
    """The levels of parts whose wholes were published on the same basis, not later: what the two say.

    Parameters
    ----------
    origin
        Last full calendar year before the information set's day.

    Returns
    -------
    Id of the part's level → the share as a statement in percent, and the standard deviation of what rounding leaves of
    it, percentage points.
    """
    levels = [s for s in statements if _is_level(s, origin)]
    # The most trusted of each is the last, and stays.
    wholes = {_place(s, s.indicator): s for s in sorted(levels, key=lambda s: (s.trust, s.id), reverse=True)}
    found = ((s.id, _share(s, wholes)) for s in levels)
    return {name: share for name, share in found if share is not None}


def _share(part: Statement, wholes: Mapping[Place, Statement]) -> tuple[Statement, float] | None:
    factors = _factors(part.indicator)
    if factors is None:
        return None
    whole = wholes.get(_place(part, factors[0]))
    if whole is None or _day(whole) > _day(part):
        return None
    ratio = canonical_value(part, part.value) / canonical_value(whole, whole.value)
    if not 0.0 < ratio < 1.0 or (part.sd is None) != (whole.sd is None):
        return None
    error = 100.0 * ratio * math.hypot(_relative_error(part), _relative_error(whole))
    stated, rounded = (None, error) if part.sd is None else (error, 0.0)
    share = dataclasses.replace(
        part, indicator=factors[1], measure="share", value=100.0 * ratio, unit="percent", sd=stated
    )
    return share, rounded


def _relative_error(statement: Statement) -> float:
    return (rounding_sd(statement.value) if statement.sd is None else statement.sd) / statement.value


def _factors(indicator: str) -> tuple[str, str] | None:
    """The whole and the modelled share whose product an indicator is; ``None`` for all others."""
    match indicators()[indicator].factors:
        case ((1.0, whole), (1.0, share)) if indicators()[share].role == "state" and indicators()[share].is_share:
            return whole, share
    return None


def _is_level(statement: Statement, origin: int) -> bool:
    """Whether a figure is a year's level on a settled basis that no dated event has moved since."""
    return (
        statement.measure == "level"
        and statement.period.is_year
        and statement.relation == "equals"
        and statement.tells_what_happened
        and is_settled(statement)
        and not corrections_since(statement, origin)
    )


def _place(statement: Statement, indicator: str) -> Place:
    own = is_owner(statement) and statement.calibre == "unknown"
    year, vintage = statement.period.year, statement.vintage or ""
    return statement.region, indicator, year, statement.calibre, vintage, own


def _day(statement: Statement) -> dt.date:
    return statement.published or dt.date.min
