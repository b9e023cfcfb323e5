"""The figures that are in force on a day: what was published by then, with every correction taken."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from xtanalysis.data.dictionary import convert, indicators
from xtanalysis.statements.grammar import Period, Statement

__all__ = ["FEWEST_FIRMS", "Book", "Key", "firms_behind", "in_unit", "key_of", "suppressed", "tile"]

FEWEST_FIRMS = 3
"""A figure that rests on fewer firms would show a single firm's business (统计法：单个统计调查对象的资料应当保密)."""

FLOWS = ("level", "sum", "year_to_date_level")
_FIRMS = re.compile(r"(?:企业数|firms)\s*[=＝:：]\s*(\d+)", re.IGNORECASE)

Key = tuple[str, str, str, Period, Period | None, str | None]
"""What a figure is about (:func:`key_of`)."""


def key_of(s: Statement) -> Key:
    """What a figure is about: two figures with one key are two reports, the later correcting the earlier."""
    measure = "level" if s.measure in ("sum", "share") else s.measure
    return (s.region, s.indicator, measure, s.period, s.base_period, s.reference)


def firms_behind(s: Statement) -> int | None:
    """Read from the note how many firms a figure rests on (``企业数=2``, ``firms=2``); ``None`` if it is silent."""
    match = _FIRMS.search(s.note)
    return int(match[1]) if match else None


def suppressed(s: Statement) -> bool:
    """Whether a figure must not be shown: an amount that rests on fewer than three firms (a count is no amount)."""
    firms = firms_behind(s)
    return firms is not None and firms < FEWEST_FIRMS and indicators()[s.indicator].kind != "count"


@dataclass(frozen=True, slots=True)
class Book:
    """Outcomes and estimates in force on ``as_of``: one for each thing.

    An outcome stands before an estimate, an owner's own figure (one that is not public) before a published one, a
    better source before a weaker one, then the latest report.

    Attributes
    ----------
    entries
        (region, indicator) → statements, by the end of their period.
    conflicts
        Id of an owner's figure in force → the published one about the same thing that says otherwise.
    """

    as_of: dt.date
    entries: dict[tuple[str, str], tuple[Statement, ...]]
    conflicts: dict[str, Statement] = field(default_factory=dict)

    @classmethod
    def of(cls, facts: Iterable[Statement], as_of: dt.date) -> Book:
        """Take the statements known on ``as_of``; the user's rows come last and win a tie of dates."""
        best: dict[Key, Statement] = {}
        published: dict[Key, Statement] = {}
        for s in facts:
            if s.tells_what_happened and s.known_on(as_of):
                key = key_of(s)
                for kept in (best, published) if s.public else (best,):
                    if key not in kept or _stands(s) >= _stands(kept[key]):
                        kept[key] = s
        conflicts = {
            own.id: published[key]
            for key, own in best.items()
            if not own.public and key in published and _differs(own, published[key])
        }
        entries: dict[tuple[str, str], list[Statement]] = {}
        for s in best.values():
            entries.setdefault((s.region, s.indicator), []).append(s)
        ordered = {k: tuple(sorted(v, key=lambda s: (s.period.end, s.id))) for k, v in entries.items()}
        return cls(as_of, ordered, conflicts)

    def get(self, region: str, indicator: str, *measures: str) -> tuple[Statement, ...]:
        """Statements of one indicator in one region, of the measures named (all without), oldest first."""
        found = self.entries.get((region, indicator), ())
        return tuple(s for s in found if not measures or s.measure in measures)


def tile(statements: Sequence[Statement], start: tuple[int, int], end: tuple[int, int]) -> list[Statement]:
    """Choose flows that follow on one another without overlap, from month ``start`` on, none reaching beyond ``end``.

    A year is taken before its quarters, a longer year-to-date before a shorter; where a stretch is missing the next
    figure after it goes on.
    """
    rest = [s for s in statements if s.measure in FLOWS and start <= s.period.start and s.period.end <= end]
    chosen: list[Statement] = []
    while rest:
        first = min(s.period.start for s in rest)
        longest = max((s for s in rest if s.period.start == first), key=lambda s: s.period.end)
        chosen.append(longest)
        rest = [s for s in rest if s.period.start > longest.period.end]
    return chosen


def in_unit(s: Statement, unit: str) -> float:
    """Return the value in another unit of the same dimension."""
    return convert(s.value, s.unit, unit)


def _stands(s: Statement) -> tuple[bool, int, dt.date]:
    rank = 1 if not s.public else -ord(s.trust)
    return s.role == "outcome", rank, s.published or dt.date.min


def _differs(a: Statement, b: Statement) -> bool:
    """Whether two figures about one thing differ by more than the coarser of them is rounded."""
    step = max(_step(a), convert(_step(b), b.unit, a.unit))
    return abs(a.value - in_unit(b, a.unit)) > step / 2 + 1e-9


def _step(s: Statement) -> float:
    """The last printed place."""
    text = f"{s.value:.10g}"
    return float(10.0 ** -len(text.partition(".")[2])) if "e" not in text else 1.0
