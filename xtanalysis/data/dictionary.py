"""The dictionary in use: indicators, units, calibres and regions, as shipped or with a workspace's rows over them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from xtanalysis.data.paths import dictionary_dir
from xtanalysis.data.records import Calibre, Indicator, Region, Unit
from xtanalysis.data.reference import Reference, fold
from xtanalysis.data.workspace import find_workspace, read_workspace
from xtanalysis.errors import BadInput, Problem

__all__ = [
    "Calibre",
    "Indicator",
    "Reference",
    "Region",
    "Unit",
    "calibre",
    "calibres",
    "convert",
    "current",
    "fold",
    "header_names",
    "home",
    "indicator",
    "indicators",
    "province_of",
    "region",
    "regions",
    "shipped",
    "sisters",
    "unit",
    "units",
    "using",
    "words",
]

_CURRENT: ContextVar[Reference | None] = ContextVar("reference", default=None)


@cache
def shipped() -> Reference:
    """The tables of the package, read once."""
    return Reference.read(dictionary_dir())


def current() -> Reference:
    """The tables in use: those that `using` named, else those of the workspace at hand, else the shipped ones."""
    return _CURRENT.get() or _at_hand()[0]


def home() -> str | None:
    """Id of the region of the workspace at hand, which 全市 means; ``None`` without a workspace."""
    tables, name = _at_hand()
    found: str | None = None if name is None else tables.find("region", name).id
    return found


@cache
def _at_hand() -> tuple[Reference, str | None]:
    """Tables and region of the workspace that the environment names or that lies around the folder, found once."""
    folder = find_workspace()
    if folder is None:
        return shipped(), None
    workspace = read_workspace(folder)
    return workspace.overlaid(shipped()), workspace.region


@contextmanager
def using(reference: Reference) -> Iterator[Reference]:
    """Use a workspace's tables inside a ``with`` block; each thread and task has its own."""
    token = _CURRENT.set(reference)
    try:
        yield reference
    finally:
        _CURRENT.reset(token)


def indicators() -> Mapping[str, Indicator]:
    """Every indicator by id, in the order of the file."""
    return current().indicators


def units() -> Mapping[str, Unit]:
    """Every unit by id."""
    return current().units


def calibres() -> Mapping[str, Calibre]:
    """Every calibre by id."""
    return current().calibres


def regions() -> Mapping[str, Region]:
    """Every region by id, which is its name as published (湘潭市)."""
    return current().regions


def header_names() -> Mapping[str, str]:
    """Map every accepted column header (folded, English or Chinese) to the contract's column."""
    return current().headers


def words(kind: str) -> Mapping[str, str]:
    """Map every accepted word (folded, English or Chinese) of one kind (measure, relation, role …) to the grammar's."""
    return current().words.get(kind, {})


def indicator(name: str) -> Indicator:
    """Find an indicator by id, 中文, English name or alias.

    Raises
    ------
    BadInput
        If there is none; the message lists the nearest names.
    """
    found: Indicator = current().find("indicator", name)
    return found


def unit(name: str) -> Unit:
    """Find a unit by id, 中文, English name or alias; raises `BadInput` with the nearest names."""
    found: Unit = current().find("unit", name)
    return found


def region(name: str) -> Region:
    """Find a region by name, English name, administrative code or alias; raises `BadInput` with the nearest names."""
    found: Region = current().find("region", name)
    return found


def province_of(region: str) -> str | None:
    """The province that a region lies in, itself for a province; ``None`` for a nation, a group or an unknown name."""
    place = regions().get(region)
    while place is not None and place.kind != "province":
        place = regions().get(place.parent or "")
    return None if place is None else place.id


def sisters(region: str) -> tuple[str, ...]:
    """The regions of its kind under the parent that it has, itself among them, as the tables order them."""
    place = regions().get(region)
    if place is None:
        return ()
    return tuple(r.id for r in regions().values() if (r.parent, r.kind) == (place.parent, place.kind))


def calibre(name: str, *, indicator: str | None = None, year: int | None = None) -> Calibre:
    """Find a calibre by id, 中文, English name or alias, where need be the one of an indicator and a year.

    Raises
    ------
    BadInput
        If there is none, with the nearest names, or if several bear the name.
    """
    return current().calibre_of(name, indicator, year)


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
