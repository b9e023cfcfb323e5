"""On which accounting basis a published level stands, and by how much it may differ from the path.

A path is one series on one basis. A level on another basis (threshold, census, method) differs from it by an unknown
offset, shared by the levels that may be differenced with each other (calibres.csv, ``chain_by_level``). A level
whose basis is not settled is never a yardstick: it stands alone, with a wide and heavy-tailed error, even where it
is the only one. A figure of the region's own bureau without a calibre is of the calibre asked for and defines the
path.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from xtanalysis.data.dictionary import Correction, calibres, corrections, indicators
from xtanalysis.model.noise import ErrorTable, proxies
from xtanalysis.statements.grammar import Statement

__all__ = [
    "HEAVY",
    "LevelError",
    "References",
    "corrections_since",
    "first_print_noise",
    "is_owner",
    "is_settled",
    "level_error",
    "references_of",
    "restated_together",
    "stretch_of",
]

# Economic censuses revised the levels published before them: an offset holds between two of them.
CENSUSES = (2004, 2008, 2013, 2018)
LEVELS = frozenset({"level", "sum", "year_to_date_level", "share"})
COVERED = frozenset({"level", "year_to_date_level"})
HEAVY = 4.0  # degrees of freedom of the error of a level whose basis is not settled

Series = tuple[str, str]


def stretch_of(year: int) -> int:
    """Number of the stretch between two censuses that a year is in."""
    return sum(year >= census for census in CENSUSES)


def is_owner(statement: Statement) -> bool:
    """Whether a figure comes from the user's own bureau, not from a publication."""
    return not statement.public and statement.tells_what_happened


@dataclass(frozen=True, slots=True)
class Basis:
    """Which levels of a series share one unknown offset.

    Attributes
    ----------
    group
        Name of the offset: vintage, calibre, and for a first-published vintage the censuses passed.
    calibre, vintage
        As stated.
    settled
        Whether its levels may be differenced with each other.
    owner
        Whether it is that of the owner's own figures, of the calibre asked for.
    """

    group: str
    calibre: str
    vintage: str
    settled: bool
    owner: bool


def is_settled(statement: Statement) -> bool:
    """Whether levels of a statement's basis may be differenced with each other."""
    calibre = calibres()[statement.calibre]
    return is_owner(statement) or (not calibre.unsettled and calibre.id in calibre.chain_by_level)


def _basis(statement: Statement, revised: frozenset[Series]) -> Basis | None:
    """The basis of a level; ``None`` for what is no level."""
    if statement.measure not in LEVELS:
        return None
    owner = is_owner(statement) and statement.calibre == "unknown"
    settled = is_settled(statement)
    year = statement.period.year
    series = (statement.region, statement.indicator)
    stretch = "" if settled else str(statement.period)
    if statement.vintage == "as_published" and series in revised:
        stretch = str(stretch_of(year))
    calibre = "asked for" if owner else statement.calibre
    group = "|".join((*series, statement.vintage or "", calibre, stretch))
    return Basis(group, calibre, statement.vintage or "", settled, owner)


@dataclass(frozen=True, slots=True)
class References:
    """What the levels of one information set are held against.

    Attributes
    ----------
    revised
        Series with a revised run of levels.
    basis
        The basis without offset of each series; series without a settled one are missing.
    restated
        Years of a series that a revision tells of: its growth, or a share of which it is a part.
    """

    revised: frozenset[Series]
    basis: dict[Series, Basis]
    restated: frozenset[tuple[str, str, int]]

    def of(self, statement: Statement) -> Basis | None:
        """The basis that a level is held against: its own series', or for a part of GDP that of GDP's levels."""
        own = self.basis.get((statement.region, statement.indicator))
        if own is not None and own.owner:
            return own
        if "gdp" in calibres()[statement.calibre].applies_to:
            return self.basis.get((statement.region, "gdp"), own)
        return own


def _accounting(indicator: str, table: ErrorTable) -> float:
    """Spread of a reporting offset that all published levels of an indicator carry; 0 where there is none."""
    return table.values.get(("accounting", indicator, ""), 0.0)


def references_of(statements: Sequence[Statement], table: ErrorTable, shares: Sequence[Statement] = ()) -> References:
    """Choose the yardsticks: settled bases only, the owner's before revised ones, then trust, then reach.

    Parameters
    ----------
    shares
        What levels of parts say beside their wholes' (:mod:`xtanalysis.model.parts`).
    """
    revised = frozenset((s.region, s.indicator) for s in statements if s.measure == "level" and s.vintage == "revised")
    found: dict[Series, dict[Basis, tuple[bool, bool, int, int, int]]] = {}
    for s in (*statements, *shares):
        basis = _basis(s, revised)
        if basis is None or s.measure == "year_to_date_level" or not basis.settled:
            continue
        if _accounting(s.indicator, table) and not is_owner(s):
            continue
        mine = found.setdefault((s.region, s.indicator), {})
        _, _, trust, last, count = mine.get(basis, (False, False, -3, 0, 0))
        trust = max(trust, -"ABC".index(s.trust))
        mine[basis] = (is_owner(s), basis.vintage == "revised", trust, max(last, s.period.year), count + 1)
    best = {series: max(bases, key=lambda basis: bases[basis]) for series, bases in found.items()}
    return References(revised, best, _restated(statements))


def _restated(statements: Sequence[Statement]) -> frozenset[tuple[str, str, int]]:
    revised = [s for s in statements if s.vintage == "revised"]
    told = {
        (s.region, proxies()[s.indicator].stands_for if s.indicator in proxies() else s.indicator, s.period.year)
        for s in revised
        if s.measure == "growth" or s.indicator == "gdp_index_1978"
    }
    wholes = {"secondary_share_of_gdp": ("secondary_value_added", "gdp")}
    parts = {
        (s.region, name, s.period.year)
        for s in revised
        if s.measure == "share"
        for name in wholes.get(s.indicator, tuple(name for _, name in indicators()[s.indicator].factors))
    }
    return frozenset(told | parts)


@dataclass(frozen=True, slots=True)
class LevelError:
    """How a published level may differ from the path.

    Attributes
    ----------
    offset
        (name, coefficient, sd) of an unknown offset that it shares with others; ``None`` where there is none.
    noise
        Sd of what is its own, log points.
    heavy
        Whether that is heavy-tailed.
    """

    offset: tuple[str, float, float] | None
    noise: float
    heavy: bool = False


def level_error(original: Statement, references: References, table: ErrorTable) -> LevelError | None:
    """The offset of a level that is not on the reference basis, and the noise that such levels carry beside it.

    Levels of one calibre may still cover more or less from year to year, while growth is published on the later year's
    coverage: what pairs of both show counts as an error of each level, heavy-tailed, for most years agree to the digit.
    """
    basis = _basis(original, references.revised)
    if basis is None:
        return None
    found = _offset_error(original, basis, references, table)
    coverage = table.get("coverage", original.indicator)
    if not coverage or not basis.settled or is_owner(original) or original.measure not in COVERED:
        return found
    if found is None:
        return LevelError(None, coverage, heavy=True)
    return LevelError(found.offset, math.hypot(found.noise, coverage), heavy=True)


def _offset_error(original: Statement, basis: Basis, references: References, table: ErrorTable) -> LevelError | None:
    reference, indicator = references.of(original), original.indicator
    if not basis.settled:
        spread = max(table.get("calibre", indicator), _accounting(indicator, table))
        return LevelError(None, spread, heavy=True)
    if basis == reference or (reference is not None and basis.owner and reference.owner):
        return None
    spread = _accounting(indicator, table)
    if spread and not is_owner(original):
        return LevelError((f"accounting {basis.group}", 1.0, spread), 0.0)
    part_of_gdp = reference is not None and reference != references.basis.get((original.region, indicator))
    if part_of_gdp and reference is not None and basis.calibre == reference.calibre:
        return None
    if reference is not None and basis.calibre == reference.calibre:
        # Two vintages on one calibre: the first figure and its later revision between two censuses.
        return LevelError((f"vintage {basis.group}", 1.0, table.get("revision", indicator)), 0.0)
    if reference is not None and not part_of_gdp and {basis.vintage, reference.vintage} == {"as_published", "revised"}:
        noise = table.get("vintage_noise", indicator)
        return LevelError((f"vintage {basis.group}", 1.0, table.get("vintage", indicator)), noise)
    # A revision moves the years by different amounts, so an offset alone would claim too much.
    revision = reference is not None and "revised" in (basis.vintage, reference.vintage)
    told = (original.region, indicator, original.period.year) in references.restated
    restated = basis.calibre.startswith("gdp_") and (revision or told)
    noise = table.get("vintage_noise", indicator) if restated else 0.0
    return LevelError((f"calibre {basis.group}", 1.0, table.get("calibre", indicator)), noise)


def corrections_since(original: Statement, origin: int) -> tuple[Correction, ...]:
    """Dated events between a published level and the origin year: the path is on the basis after them.

    An event is known once the figures of its year are out.
    """
    if original.measure not in COVERED:
        return ()
    events = corrections().get((original.region, original.indicator), ())
    return tuple(event for event in events if original.period.year < event.year <= origin)


def first_print_noise(original: Statement, name: str, references: References, table: ErrorTable) -> tuple[float, bool]:
    """Noise of growth that a revision has restated since, and of levels and shares before the first census, log points.

    That of growth is heavy-tailed: most years are restated by a tenth or two, those that a census moved by points.
    """
    if _is_restated(original, name, references):
        return table.get("restatement", original.region), True
    first = original.vintage == "as_published" and original.period.year < CENSUSES[0]
    if first and original.measure in ("level", "share"):
        return table.get("before_census", original.indicator), False
    return 0.0, False


def _is_restated(original: Statement, name: str, references: References) -> bool:
    """Whether growth of an indicator was published before a revision that tells of its year."""
    first_print = original.measure in ("growth", "average_growth") and original.vintage != "revised"
    return first_print and (original.region, name, original.period.year) in references.restated


def restated_together(
    original: Statement, name: str, references: References, table: ErrorTable
) -> tuple[str, float, float] | None:
    """The unknown offset that restated growth shares with all years between two censuses: (name, coefficient, sd)."""
    spread = table.get("restatement_common", original.region)
    if not spread or not _is_restated(original, name, references):
        return None
    return f"restated {original.region}|{name}|{stretch_of(original.period.year)}", 1.0, spread
