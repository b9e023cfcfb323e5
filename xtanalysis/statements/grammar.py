"""One frozen type for facts, assumptions and targets, and the words that it may use.

Region · indicator · measure · period (and base period) · relation · value · unit · how sure · from where.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal, get_args

__all__ = [
    "CONDITIONS",
    "MEASURES",
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
CONDITIONS: tuple[str, ...] = get_args(Condition)

_YEAR = re.compile(r"^(\d{4})$")
_QUARTER = re.compile(r"^(\d{4})Q([1-4])$")
_MONTH = re.compile(r"^(\d{4})-(\d{2})$")
_MONTHS = re.compile(r"^(\d{4})-(\d{2})/(\d{4})-(\d{2})$")
_SPAN = re.compile(r"^(\d{4})/(\d{4})$")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A stretch of months, from the first month of ``start`` to the last month of ``end``, both included.

    Attributes
    ----------
    start, end
        (year, month), months 1–12.

    Examples
    --------
    >>> Period.parse("2021Q2")
    Period(start=(2021, 4), end=(2021, 6))
    >>> str(Period.parse("2020/2025"))
    '2020/2025'
    """

    start: tuple[int, int]
    end: tuple[int, int]

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read ``2020`` · ``2021Q2`` · ``2021-06`` · ``2021-01/2021-06`` · ``2020/2025``.

        Raises
        ------
        ValueError
            If the text has none of these forms, a month is not 1–12, or the end is before the start.
        """
        text = text.strip()
        if m := _YEAR.match(text):
            year = int(m[1])
            return cls((year, 1), (year, 12))
        if m := _QUARTER.match(text):
            year, quarter = int(m[1]), int(m[2])
            return cls((year, 3 * quarter - 2), (year, 3 * quarter))
        if m := _MONTH.match(text):
            start = end = (int(m[1]), int(m[2]))
        elif m := _MONTHS.match(text):
            start, end = (int(m[1]), int(m[2])), (int(m[3]), int(m[4]))
        elif m := _SPAN.match(text):
            start, end = (int(m[1]), 1), (int(m[2]), 12)
        else:
            raise ValueError(f"{text!r} is none of 2020, 2021Q2, 2021-06, 2021-01/2021-06, 2020/2025")
        if not (1 <= start[1] <= 12 and 1 <= end[1] <= 12):
            raise ValueError(f"{text!r} has a month outside 01–12")
        if end < start:
            raise ValueError(f"{text!r} ends before it starts")
        return cls(start, end)

    @property
    def year(self) -> int:
        """The year in which the period ends."""
        return self.end[0]

    @property
    def first_year(self) -> int:
        """The year in which the period starts."""
        return self.start[0]

    @property
    def is_year(self) -> bool:
        """Whether the period is one whole calendar year."""
        return self.start == (self.year, 1) and self.end[1] == 12

    @property
    def is_span(self) -> bool:
        """Whether the period is several whole calendar years."""
        return self.first_year < self.year and self.start[1] == 1 and self.end[1] == 12

    @property
    def months(self) -> int:
        """Number of months covered."""
        return 12 * (self.end[0] - self.start[0]) + self.end[1] - self.start[1] + 1

    def __str__(self) -> str:
        if self.is_year:
            return f"{self.year}"
        if self.is_span:
            return f"{self.first_year}/{self.year}"
        if self.months == 3 and self.start[1] % 3 == 1:
            return f"{self.year}Q{self.end[1] // 3}"
        first = f"{self.start[0]}-{self.start[1]:02d}"
        return first if self.months == 1 else f"{first}/{self.end[0]}-{self.end[1]:02d}"


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
