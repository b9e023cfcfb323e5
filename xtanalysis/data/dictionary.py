"""The dictionary: indicators, units, calibres and regions, read once from the CSV files beside this module."""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Protocol, TypeVar

from xtanalysis.data.paths import dictionary_dir
from xtanalysis.errors import BadInput, Problem

__all__ = [
    "Calibre",
    "Indicator",
    "Region",
    "Unit",
    "calibre",
    "calibres",
    "convert",
    "fold",
    "header_names",
    "indicator",
    "indicators",
    "region",
    "regions",
    "unit",
    "units",
    "words",
]


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

    @property
    def is_share(self) -> bool:
        """Whether the level is a share between 0 and 1, modelled by its logit; other levels by their log."""
        return self.kind == "ratio" and self.upper == 1.0

    @property
    def factors(self) -> tuple[tuple[float, str], ...]:
        """The identity as powers: (+1, id) for a factor, (−1, id) for a divisor; empty where there is no form."""
        parts = re.findall(r"([*/]?)(\w+)", self.form)
        return tuple((-1.0 if sign == "/" else 1.0, name) for sign, name in parts)


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
    valid_from: int | None
    valid_to: int | None
    chain_by_growth: tuple[str, ...]
    chain_by_level: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Region:
    """One row of regions.csv; ``id`` is the name as published, ``parent`` the id of the region around it."""

    id: str
    code: str
    en: str
    parent: str | None
    kind: str
    aliases: tuple[str, ...]


class _Named(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def en(self) -> str: ...


T = TypeVar("T", bound=_Named)


def _rows(name: str) -> list[dict[str, str]]:
    with (dictionary_dir() / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _many(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("|") if part)


def _number(text: str) -> float | None:
    return float(text) if text else None


def _year(text: str) -> int | None:
    return int(text) if text else None


@cache
def indicators() -> Mapping[str, Indicator]:
    """Every indicator by id, in the order of the file."""
    return {
        row["id"]: Indicator(
            **{k: row[k] for k in ("id", "zh", "en", "unit", "kind", "role", "price_basis", "form", "description")},
            definition_source=row["definition_source"],
            lower=_number(row["lower"]),
            upper=_number(row["upper"]),
            growth_of=row["growth_of"] or None,
            aliases=_many(row["aliases"]),
        )
        for row in _rows("indicators.csv")
    }


@cache
def units() -> Mapping[str, Unit]:
    """Every unit by id."""
    return {
        row["id"]: Unit(
            row["id"], row["zh"], row["en"], row["dimension"], float(row["factor"]), _many(row["aliases"] or "")
        )
        for row in _rows("units.csv")
    }


@cache
def calibres() -> Mapping[str, Calibre]:
    """Every calibre by id."""
    plain = (
        "id",
        "zh",
        "en",
        "scope",
        "threshold",
        "method",
        "price_base",
        "energy_conversion",
        "exclusions",
        "source",
    )
    return {
        row["id"]: Calibre(
            **{key: row[key] for key in plain},
            applies_to=_many(row["applies_to"]),
            valid_from=_year(row["valid_from"]),
            valid_to=_year(row["valid_to"]),
            chain_by_growth=_many(row["chain_by_growth"]),
            chain_by_level=_many(row["chain_by_level"]),
        )
        for row in _rows("calibres.csv")
    }


@cache
def regions() -> Mapping[str, Region]:
    """Every region by id, which is its name as published (湘潭市)."""
    return {
        row["id"]: Region(
            row["id"], row["code"], row["en"], row["parent"] or None, row["kind"], _many(row["aliases"] or "")
        )
        for row in _rows("regions.csv")
    }


@cache
def header_names() -> Mapping[str, str]:
    """Map every accepted column header (folded, English or Chinese) to the contract's column."""
    names: dict[str, str] = {}
    for row in _rows("headers.csv"):
        for name in (row["column"], *_many(row["aliases"])):
            names[fold(name)] = row["column"]
    return names


@cache
def words(kind: str) -> Mapping[str, str]:
    """Map every accepted word (folded, English or Chinese) of one kind (measure, relation, role …) to the grammar's."""
    names: dict[str, str] = {}
    for row in _rows("words.csv"):
        if row["kind"] == kind:
            for name in (row["id"], row["zh"], row["en"], *_many(row["aliases"])):
                names[fold(name)] = row["id"]
    return names


@lru_cache(maxsize=4096)
def fold(name: str) -> str:
    """Return the form in which names are compared: lower case, no outer blanks, half-width brackets."""
    return name.strip().lower().replace("（", "(").replace("）", ")").replace("％", "%")


def indicator(name: str) -> Indicator:
    """Find an indicator by id, 中文, English name or alias.

    Raises
    ------
    BadInput
        If there is none; the message lists the nearest names.
    """
    return _find("indicator", name, indicators(), _indicator_names())


def unit(name: str) -> Unit:
    """Find a unit by id, 中文, English name or alias; raises `BadInput` with the nearest names."""
    return _find("unit", name, units(), _unit_names())


def region(name: str) -> Region:
    """Find a region by name, English name, administrative code or alias; raises `BadInput` with the nearest names."""
    return _find("region", name, regions(), _region_names())


def calibre(name: str) -> Calibre:
    """Find a calibre by id, 中文 or English name; raises `BadInput` with the nearest names."""
    return _find("calibre", name, calibres(), _calibre_names())


def convert(value: float, source: str, target: str) -> float:
    """Convert a value from one unit to another of the same dimension.

    Parameters
    ----------
    source, target
        Ids or names of units.

    Raises
    ------
    BadInput
        If a unit is unknown or the dimensions differ.

    Examples
    --------
    >>> convert(1.2, "万元", "yuan")
    12000.0
    """
    start, end = unit(source), unit(target)
    if start.id == end.id:
        return value
    if start.dimension != end.dimension:
        raise BadInput(
            Problem(
                f"a value in {start.zh} ({start.dimension}) cannot be given in {end.zh} ({end.dimension})",
                found=start.id,
                expected=", ".join(u.id for u in units().values() if u.dimension == end.dimension),
            )
        )
    # The ratio is rounded to 15 digits so that decimal factors such as 1e-4 stay exact.
    return value * float(f"{start.factor / end.factor:.15g}")


def _index(table: Mapping[str, T], spellings: Mapping[str, Iterable[str]]) -> dict[str, str]:
    names: dict[str, str] = {}
    for key in table:
        names.setdefault(fold(key), key)
    for key in table:
        for name in spellings[key]:
            if name:
                names.setdefault(fold(name), key)
    return names


@cache
def _indicator_names() -> Mapping[str, str]:
    return _index(indicators(), {k: (v.zh, v.en, *v.aliases) for k, v in indicators().items()})


@cache
def _unit_names() -> Mapping[str, str]:
    return _index(units(), {k: (v.zh, v.en, *v.aliases) for k, v in units().items()})


@cache
def _region_names() -> Mapping[str, str]:
    return _index(regions(), {k: (v.en, v.code, *v.aliases) for k, v in regions().items()})


@cache
def _calibre_names() -> Mapping[str, str]:
    return _index(calibres(), {k: (v.zh, v.en) for k, v in calibres().items()})


def _find(what: str, name: str, table: Mapping[str, T], names: Mapping[str, str]) -> T:
    key = names.get(fold(name))
    if key is not None:
        return table[key]
    near = difflib.get_close_matches(fold(name), list(names), n=4, cutoff=0.4)
    raise BadInput(
        Problem(
            f"unknown {what}",
            found=name,
            expected="one of " + ", ".join(near) + ", …" if near else f"one of the names in {what}s.csv",
        )
    )
