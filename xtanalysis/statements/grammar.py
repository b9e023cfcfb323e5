"""One frozen type for facts, assumptions and targets, and the words that it may use.

Region · indicator · measure · period (and base period) · relation · value · unit · how sure · from where.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal, get_args

from xtanalysis.statements.period import Period

__all__ = [
    "MEASURES",
    "READINGS",
    "RELATIONS",
    "ROLES",
    "Condition",
    "Measure",
    "Period",
    "Reading",
    "Relation",
    "Role",
    "Statement",
    "Trust",
    "Update",
    "Versus",
]

Measure = Literal[
    "level",
    "growth",
    "average_growth",
    "cumulative_change",
    "share",
    "sum",
    "year_to_date_level",
    "year_to_date_growth",
    "month_growth",
    "gap",
    "rank",
]
Relation = Literal["equals", "about", "at_least", "at_most", "above", "between"]
Role = Literal["outcome", "estimate", "plan", "outlook", "assumption"]
Condition = Literal["hard", "target_distribution", "noisy_observation", "interval"]
Update = Literal["none", "history", "all"]
Reading = Literal["observation", "intervention"]
Versus = Literal["baseline"]
Trust = Literal["A", "B", "C"]

MEASURES: tuple[str, ...] = get_args(Measure)
RELATIONS: tuple[str, ...] = get_args(Relation)
ROLES: tuple[str, ...] = get_args(Role)
READINGS: tuple[str, ...] = get_args(Reading)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One sentence about paths: a published figure, a scenario's assumption or a plan's target.

    Attributes
    ----------
    id
        Unique within its file.
    region, indicator, calibre, source_id, unit
        Ids of regions.csv (name as published), indicators.csv, calibres.csv, sources.csv, units.csv.
    measure, relation, role, condition
        Words of the grammar. ``condition`` only for assumptions.
    reading
        Of an assumption: seen to happen (``observation``) or brought about (``intervention``); ``None`` elsewhere.
    versus
        ``baseline`` where an assumption's value is a distance from it: percentage points of a growth or share, percent
        of a level or sum.
    period, base_period
        ``base_period`` is the start of an average or cumulative change; ``None`` elsewhere.
    reference
        The other region of a gap, or the group of a rank.
    value, value_high
        In ``unit``; ``value_high`` closes ``between``.
    sd
        Standard deviation in ``unit``, ``None`` where it is to be learnt or follows from the trust.
    published, published_rule
        When the sentence became known, and how that date was set if no date is printed.
    origin_id
        Reports of one original figure share it and count once.
    calibre_blank
        Whether the row leaves its calibre open (``calibre`` is then ``unknown``). In a row that the owner of a figure
        supplies, blank means the calibre of the target; ``unknown`` that is written down means unknown.
    public
        ``False`` for a bureau's internal figure: pages that use it are watermarked.
    """

    id: str
    region: str
    indicator: str
    measure: Measure
    period: Period
    relation: Relation
    value: float
    unit: str
    role: Role
    base_period: Period | None = None
    reference: str | None = None
    value_high: float | None = None
    condition: Condition | None = None
    reading: Reading | None = None
    versus: Versus | None = None
    sd: float | None = None
    calibre: str = "unknown"
    calibre_blank: bool = False
    vintage: str | None = None
    published: dt.date | None = None
    published_rule: str | None = None
    origin_id: str | None = None
    source_id: str | None = None
    trust: Trust = "B"
    public: bool = True
    note: str = ""

    def __hash__(self) -> int:
        # Ids are unique: sets of thousands of statements are keys of caches.
        return hash(self.id)

    @property
    def tells_what_happened(self) -> bool:
        """Whether this is evidence of the past; a plan, outlook or assumption never is."""
        return self.role in ("outcome", "estimate")

    def known_on(self, as_of: dt.date) -> bool:
        """Whether the sentence had been published by ``as_of`` (an undated one never had)."""
        return self.published is not None and self.published <= as_of
