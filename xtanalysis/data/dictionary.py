"""The dictionary in use: indicators, units, calibres and regions, as shipped or with a workspace's rows over them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache, wraps
from typing import Any, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from xtanalysis.data.home import shipped_home
from xtanalysis.data.paths import dictionary_dir
from xtanalysis.data.records import Calibre, Correction, Indicator, Region, Unit
from xtanalysis.data.reference import Reference, fold
from xtanalysis.data.workspace import VARIABLE, find_workspace, read_workspace
from xtanalysis.errors import BadInput, Problem
from xtanalysis.text import message

__all__ = [
    "Calibre",
    "Correction",
    "Indicator",
    "Reference",
    "Region",
    "Unit",
    "bodies",
    "by_one_table",
    "by_own_tables",
    "calibre",
    "calibres",
    "chinese_word",
    "convert",
    "corrections",
    "current",
    "default_region",
    "fold",
    "home",
    "indicator",
    "indicators",
    "outward",
    "province_of",
    "region",
    "regions",
    "remembered",
    "shipped",
    "sisters",
    "unit",
    "units",
    "use_everywhere",
    "using",
    "words",
]

_CURRENT: ContextVar[Reference | None] = ContextVar("reference", default=None)
_everywhere: Reference | None = None
MOST = 512  # answers that a function remembers for one set of tables
P = ParamSpec("P")
T = TypeVar("T")


@cache
def shipped() -> Reference:
    """The tables of the package, read once."""
    return Reference.read(dictionary_dir())


def current() -> Reference:
    """The tables in use: those that `using` named, else those of the workspace at hand, else the shipped ones."""
    return _CURRENT.get() or _everywhere or _at_hand()


def home() -> str | None:
    """Id of the region of the workspace in use, which 全市 means; ``None`` without a workspace."""
    tables = current()
    found: str | None = None if tables.home is None else tables.find("region", tables.home).id
    return found


def default_region() -> str:
    """Id of the region that is meant where none is named: the workspace's, else the package's own."""
    return home() or shipped_home().region


def _at_hand() -> Reference:
    """Tables of the workspace that the environment names or that lies around the folder; of each, found once."""
    try:
        here = os.getcwd()  # noqa: PTH109  # asked thousands of times
    except FileNotFoundError:  # the folder is gone
        here = ""
    return _around(os.environ.get(VARIABLE), here)


@lru_cache(maxsize=8)
def _around(named: str | None, here: str) -> Reference:
    folder = find_workspace() if named or here else None
    return shipped() if folder is None else read_workspace(folder).overlaid(shipped())


@contextmanager
def using(reference: Reference) -> Iterator[Reference]:
    """Use a workspace's tables inside a ``with`` block; each thread and task has its own."""
    token = _CURRENT.set(reference)
    try:
        yield reference
    finally:
        _CURRENT.reset(token)


def use_everywhere(reference: Reference | None) -> None:
    """Use a workspace's tables in this whole process until told otherwise; ``None`` for those at hand again."""
    global _everywhere
    _everywhere = reference


def by_own_tables(method: Callable[P, T]) -> Callable[P, T]:
    """Let a method answer by the tables of its object (``self.reference``), whatever others are in use meanwhile."""

    @wraps(method)
    def answer(*args: P.args, **options: P.kwargs) -> T:
        own: Any = args[0]
        with using(own.reference):
            return method(*args, **options)

    return answer


def by_one_table(function: Callable[P, T]) -> Callable[P, T]:
    """Look up the tables in use once for a function that asks them many thousand times."""

    @wraps(function)
    def answer(*args: P.args, **options: P.kwargs) -> T:
        with using(current()):
            return function(*args, **options)

    return answer


def remembered(make: Callable[P, T]) -> Callable[P, T]:
    """Remember what a function of hashable arguments returns, once for each set of tables, and as long as it lives."""
    found: WeakKeyDictionary[Reference, dict[object, T]] = WeakKeyDictionary()

    @wraps(make)
    def ask(*args: P.args, **options: P.kwargs) -> T:
        mine, key = found.setdefault(current(), {}), (args, *options.items())
        if key not in mine:
            if len(mine) >= MOST:
                del mine[next(iter(mine))]  # the oldest
            mine[key] = make(*args, **options)
        return mine[key]

    return ask


def indicators() -> Mapping[str, Indicator]:
    """Every indicator by id, in the order of the file."""
    return current().indicators


def units() -> Mapping[str, Unit]:
    """Every unit by id."""
    return current().units


def calibres() -> Mapping[str, Calibre]:
    """Every calibre by id."""
    return current().calibres


def bodies() -> Mapping[str, str]:
    """English name of every responsible body by its Chinese one, without the place (市统计局)."""
    return current().bodies


def corrections() -> Mapping[tuple[str, str], tuple[Correction, ...]]:
    """Dated events after which a series' levels stand higher or lower: (region, indicator) → by year."""
    return current().corrections


def regions() -> Mapping[str, Region]:
    """Every region by id, which is its name as published (合肥市)."""
    return current().regions


def words(kind: str) -> Mapping[str, str]:
    """Map every accepted word (folded, English or Chinese) of one kind (measure, relation, role …) to the grammar's."""
    return current().words.get(kind, {})


def chinese_word(kind: str, meaning: str) -> str:
    """The Chinese name of one of the grammar's words of a kind; the word itself where it has none."""
    rows = current().tables["words.csv"]
    return next((row["zh"] for row in rows if (row["kind"], row["id"]) == (kind, meaning)), meaning)


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


def outward(region: str) -> tuple[str, ...]:
    """The regions around a region, from the inside: its city, its province, the nation."""
    found: list[str] = []
    while (parent := regions()[found[-1] if found else region].parent) is not None:
        found.append(parent)
    return tuple(found)


def province_of(region: str) -> str | None:
    """The province that a region lies in, itself for a province; ``None`` for a nation, a group or an unknown name."""
    place = regions().get(region)
    while place is not None and place.kind != "province":
        place = regions().get(place.parent or "")
    return None if place is None else place.id


@remembered
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
                message(
                    "a value in {given} ({kind}) cannot be given in {wanted} ({other})",
                    given=start.zh,
                    kind=start.dimension,
                    wanted=end.zh,
                    other=end.dimension,
                ),
                found=start.id,
                expected=", ".join(u.id for u in units().values() if u.dimension == end.dimension),
            )
        )
    # The ratio is rounded to 15 digits so that decimal factors such as 1e-4 stay exact.
    return value * float(f"{start.factor / end.factor:.15g}")
