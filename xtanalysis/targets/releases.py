"""Which release of a figure it is: estimated, preliminary, of the annual report, or revised after a census.

A year's figure is published as preliminary in the communiqué of the next spring, verified in the yearbook of the next
autumn, and revised back after an economic census (the statistics bureau's rules on publishing GDP:
初步核算, 最终核实 and census revision). A target that one of them settles may be settled otherwise by the next.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Literal, get_args

from xtanalysis.data.dictionary import calibres, indicators
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.published import by_rule
from xtanalysis.statements.readers.labels import vintage_stage
from xtanalysis.targets.book import Book, Key, key_of

__all__ = ["RELEASES", "Release", "as_released", "release_of", "settled_by"]

Release = Literal["estimate", "preliminary", "annual", "census", "not_stated"]
RELEASES: tuple[Release, ...] = get_args(Release)
"""In the order in which they appear; last, an owner's own figure that does not say."""
_CENSUS_WORDS = ("census", "普查")


def release_of(s: Statement) -> Release:
    """The release that a figure is of: as its vintage says, else by when it was published.

    What is published from the October of the next year on, the day by the yearbook rule, has been verified. An owner's
    own figure that gives no vintage says nothing.
    """
    stage = vintage_stage(s.vintage)
    if s.vintage is not None and any(word in s.vintage for word in _CENSUS_WORDS):
        return "census"
    if stage == "final":
        return "annual"
    if s.role == "estimate":
        return "estimate"
    if stage == "first":
        return "preliminary"
    census = calibres()[s.calibre].census
    if census is not None and s.period.end[0] <= census and s.published is not None and s.published.year > census:
        return "census"
    if not s.public or s.published is None:
        return "not_stated"
    return "annual" if s.published >= by_rule("yearbook", s.period) else "preliminary"


def settled_by(figures: Iterable[Statement]) -> Release | Literal[""]:
    """The release that settles: the least final among those of the figures that decide; empty for counts."""
    dated = (s for s in figures if indicators()[s.indicator].kind != "count")
    return min(map(release_of, dated), key=RELEASES.index, default="")


def as_released(facts: Iterable[Statement], book: Book, last: Release) -> Book:
    """The figures in force if, of each, nothing later than a release counted; what has no earlier one stays."""
    known: dict[Key, list[Statement]] = {}
    for s in facts:
        if s.tells_what_happened and s.known_on(book.as_of):
            known.setdefault(key_of(s), []).append(s)
    until = RELEASES.index(last)
    earlier = [[s for s in same if RELEASES.index(release_of(s)) <= until] or same for same in known.values()]
    return Book.of(itertools.chain.from_iterable(earlier), book.as_of)
