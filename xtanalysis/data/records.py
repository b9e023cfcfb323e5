"""Rows of the reference tables: an indicator, a unit, a calibre, a region, a correction."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache

__all__ = ["Calibre", "Correction", "Indicator", "Region", "Unit"]

NORMAL_95 = 1.959964  # standard deviations either side of the mean that hold 95 % of a normal law


@cache
def _factors(form: str) -> tuple[tuple[float, str], ...]:
    parts = re.findall(r"([*/]?)(\w+)", form)
    return tuple((-1.0 if sign == "/" else 1.0, name) for sign, name in parts)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One row of indicators.csv.

    Attributes
    ----------
    unit
        Id of the unit in which the indicator is kept.
    kind
        ``level``, ``ratio``, ``index`` or ``count``.
    role
        ``state`` (modelled), ``derived`` (an identity of states), ``evidence`` (published, informs) or ``monitored``
        (counted by a plan).
    form
        The identity, in ids joined by ``*`` and ``/``; empty where there is none.
    lower, upper
        Bounds in ``unit``, ``None`` where there is none.
    growth_of
        The constant-price counterpart whose growth the bureau publishes as this indicator's growth.
    city_low, city_high
        Between which a year's level of a Chinese prefecture-level city lies, in ``unit``; ``None`` where none is set.
        A share that is small by nature has the upper end alone.
    """

    id: str
    zh: str
    en: str
    unit: str
    kind: str
    role: str
    price_basis: str
    form: str
    lower: float | None
    upper: float | None
    description: str
    definition_source: str
    growth_of: str | None
    aliases: tuple[str, ...]
    city_low: float | None = None
    city_high: float | None = None

    @property
    def is_share(self) -> bool:
        """Whether the level is a share between 0 and 1, modelled by its logit; other levels by their log."""
        return self.kind == "ratio" and self.upper == 1.0

    @property
    def factors(self) -> tuple[tuple[float, str], ...]:
        """The identity as powers: (+1, id) for a factor, (−1, id) for a divisor; empty where there is no form."""
        return _factors(self.form)


@dataclass(frozen=True, slots=True)
class Unit:
    """One row of units.csv; ``factor`` turns a value in this unit into the dimension's base unit."""

    id: str
    zh: str
    en: str
    dimension: str
    factor: float
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Calibre:
    """One row of calibres.csv: what a figure covers and with which others it may be chained.

    Attributes
    ----------
    applies_to
        Ids of the indicators that may use it; empty means any.
    coverage
        ``unsettled`` where it says nothing of what a figure covers, which may be on any calibre; ``any`` for counts and
        series of one definition, which go with each; empty for a definition.
    census
        Year of the economic census behind these accounts, whose results revise the years up to it.
    valid_from, valid_to
        First and last year of the calibre, ``None`` where open.
    chain_by_growth, chain_by_level
        Ids of the calibres with which growth may be chained and levels differenced; itself among them where that holds.
    """

    id: str
    zh: str
    en: str
    applies_to: tuple[str, ...]
    scope: str
    threshold: str
    method: str
    price_base: str
    energy_conversion: str
    exclusions: str
    coverage: str
    valid_from: int | None
    valid_to: int | None
    chain_by_growth: tuple[str, ...]
    chain_by_level: tuple[str, ...]
    source: str
    aliases: tuple[str, ...] = ()
    census: int | None = None

    @property
    def unsettled(self) -> bool:
        """Whether it says nothing of what a figure covers."""
        return self.coverage == "unsettled"

    def covers(self, indicator: str | None, year: int | None) -> bool:
        """Whether it may be the calibre of an indicator in a year; ``None`` leaves either open."""
        if indicator is not None and self.applies_to and indicator not in self.applies_to:
            return False
        return year is None or (self.valid_from or year) <= year <= (self.valid_to or year)


@dataclass(frozen=True, slots=True)
class Region:
    """One row of regions.csv; ``id`` is the name as published, ``parent`` the id of the region around it."""

    id: str
    code: str
    en: str
    parent: str | None
    kind: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """One row of corrections.csv: a dated event after which a series' levels stand higher or lower than before.

    Attributes
    ----------
    year
        First year of the levels after it.
    kind
        ``correction`` (统计专项治理), ``threshold``, ``coverage`` (entry and exit, what is counted) or ``census``.
    low, high
        By how much levels after it stand above those before it on one calibre, %, negative for below: a 95 % range.
    """

    id: str
    region: str
    indicator: str
    year: int
    kind: str
    low: float
    high: float
    source: str

    @property
    def step(self) -> tuple[float, float]:
        """Mean and standard deviation of the step, log points."""
        low, high = (100.0 * math.log1p(percent / 100.0) for percent in (self.low, self.high))
        return 0.5 * (low + high), (high - low) / (2.0 * NORMAL_95)
