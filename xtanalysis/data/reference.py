"""Reference tables as one object: indicators, units, calibres, regions, bodies, headers and words; how names are found.

The shipped tables are one such object; a workspace lays its own rows over them (`Reference.overlaid`). Several may live
in one process: `dictionary.using` says which is meant.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, TypeVar

from xtanalysis.data.overlays import overlay_faults
from xtanalysis.data.records import Calibre, Correction, Indicator, Region, Unit
from xtanalysis.data.tables import made_of, many, table_rows
from xtanalysis.errors import BadInput, Problem
from xtanalysis.text import bilingual, either, listed, message

__all__ = ["Reference", "fold"]

Entry = TypeVar("Entry")
KINDS = {
    "indicator": message("indicator"), "unit": message("unit"), "region": message("region"),
    "calibre": message("calibre"),
}  # fmt: skip
NEAR = 4
# One word for each that bureaus use in turn; names are compared after these have been put in place of the others.
SYNONYMS = (
    ("规模以上", "规模"), ("规上", "规模"), ("技术改造", "技改"), ("地区生产总值", "gdp"), ("国内生产总值", "gdp"),
    ("生产总值", "gdp"), ("研究与试验发展", "r&d"), ("研发", "r&d"), ("固定资产投资", "固投"),
    ("的比重", "比重"), ("按可比价格计算", "不变价"), ("按不变价格计算", "不变价"), ("可比价格", "不变价"),
    ("不变价格", "不变价"), ("可比价", "不变价"), ("按当年价格计算", "现价"), ("当年价格", "现价"), ("当年价", "现价"),
)  # fmt: skip
QUOTES = dict.fromkeys(map(ord, "“”\"'‘’《》「」·"))


@lru_cache(maxsize=65536)
def fold(name: str) -> str:
    """The form in which names are compared: half width, lower case, without blanks and quotation marks."""
    plain = unicodedata.normalize("NFKC", name).lower().replace("—", "-").replace("–", "-").translate(QUOTES)
    return "".join(plain.split())


@lru_cache(maxsize=65536)
def _alike(name: str) -> str:
    """The folded form with one word for each group of synonyms."""
    plain = fold(name)
    for other, word in SYNONYMS:
        plain = plain.replace(other, word)
    return plain


@dataclass(frozen=True, eq=False)
class Reference:
    """One set of reference tables; rows as in the shipped CSV files, in their order.

    Attributes
    ----------
    tables
        Name of a file (``indicators.csv`` …) → its rows.
    home
        Any name of the region of the workspace that they are of, which 全市 means; ``None`` for the shipped ones.
    """

    tables: Mapping[str, tuple[Mapping[str, str], ...]]
    home: str | None = None

    FILES = (
        "indicators.csv", "units.csv", "calibres.csv", "regions.csv", "divisions.csv", "headers.csv", "words.csv",
        "corrections.csv", "bodies.csv",
    )  # fmt: skip

    @classmethod
    def read(cls, folder: Path) -> Reference:
        """Read the tables of a folder; one that is not there is empty."""
        return cls({name: table_rows(folder / name) for name in cls.FILES})

    def __reduce__(self) -> tuple[Any, ...]:
        """What is made of the rows is made again where it is needed."""
        return Reference, (self.tables, self.home)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of every row, which tells one set of tables from another."""
        text = json.dumps([self.home, self.tables], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def overlaid(self, folder: Path) -> Reference:
        """These tables with the rows of a folder over them: a row with a known id replaces it, others are added.

        Raises
        ------
        BadInput
            If a file is not a table with the columns of the shipped one, an id is blank, or a row names what is not
            there.
        """
        problems: list[Problem] = []
        tables = {}
        for name, rows in self.tables.items():
            own = table_rows(folder / name)
            problems += overlay_faults(name, rows, own)
            key = "column" if name == "headers.csv" else "id"
            blank = dict.fromkeys(rows[0], "") if rows else {}
            merged = {(row.get("kind", ""), row.get(key, "")): row for row in rows}
            merged |= {(row.get("kind", ""), row.get(key, "")): blank | dict(row) for row in own}
            tables[name] = tuple(merged.values())
        if problems:
            raise BadInput(problems)
        made = Reference(tables)
        made._check(folder)
        return made

    def _by_id(self, name: str, cls: type[Entry]) -> Mapping[str, Entry]:
        return {row["id"]: made_of(row, cls) for row in self.tables[name]}

    @cached_property
    def indicators(self) -> Mapping[str, Indicator]:
        """Every indicator by id, in the order of the file."""
        return self._by_id("indicators.csv", Indicator)

    @cached_property
    def units(self) -> Mapping[str, Unit]:
        """Every unit by id."""
        return self._by_id("units.csv", Unit)

    @cached_property
    def calibres(self) -> Mapping[str, Calibre]:
        """Every calibre by id."""
        return self._by_id("calibres.csv", Calibre)

    @cached_property
    def regions(self) -> Mapping[str, Region]:
        """Every region by id, which is its name as published (合肥市): those of regions.csv, then China's divisions."""
        rows = {row["id"]: row for row in self.tables["regions.csv"]}
        codes = {row["code"] for row in rows.values() if row["code"]}
        rows |= {row["id"]: row for row in self.tables["divisions.csv"] if row["code"] not in codes}
        return {key: made_of(row, Region) for key, row in rows.items()}

    @cached_property
    def corrections(self) -> Mapping[tuple[str, str], tuple[Correction, ...]]:
        """Dated events of a series, (region, indicator) → by year."""
        found: dict[tuple[str, str], list[Correction]] = {}
        for row in self.tables["corrections.csv"]:
            made = made_of(row, Correction)
            found.setdefault((made.region, made.indicator), []).append(made)
        return {series: tuple(sorted(events, key=lambda e: e.year)) for series, events in found.items()}

    @cached_property
    def bodies(self) -> Mapping[str, str]:
        """English name of every responsible body by its Chinese one, without the place (市统计局)."""
        return {row["id"]: row["en"] for row in self.tables["bodies.csv"]}

    @cached_property
    def offices(self) -> Mapping[tuple[str, str], str]:
        """The body with a duty (statistics, industry) by duty and kind of region; the last counts."""
        return {(row["duty"], row["of"]): row["id"] for row in self.tables["bodies.csv"] if row["duty"]}

    @cached_property
    def headers(self) -> Mapping[str, str]:
        """Every accepted column header (folded, English or Chinese) → the contract's column."""
        return {
            fold(name): row["column"]
            for row in self.tables["headers.csv"]
            for name in (row["column"], *many(row["aliases"]))
        }

    @cached_property
    def words(self) -> Mapping[str, Mapping[str, str]]:
        """Kind of word (measure, relation, role …) → every accepted word (folded) → the grammar's."""
        found: dict[str, dict[str, str]] = {}
        for row in self.tables["words.csv"]:
            for name in (row["id"], row["zh"], row["en"], *many(row["aliases"])):
                found.setdefault(row["kind"], {})[fold(name)] = row["id"]
        return found

    def table(self, kind: str) -> Mapping[str, Any]:
        """The table of a kind: indicator, unit, region or calibre."""
        found: Mapping[str, Any] = getattr(self, f"{kind}s")
        return found

    def _spelt(self, kind: str) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
        """Of each entry its id, what it is first known by, and its other names."""
        for entry in self.table(kind).values():
            first = (entry.id, entry.code) if kind == "region" else (entry.id,)
            others = (entry.en,) if kind == "region" else (entry.zh, entry.en)
            yield entry.id, first, (*others, *entry.aliases)

    @cached_property
    def _names(self) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
        """Kind → name as compared → the ids that bear it; an id stands before a name, a name before an alias."""
        found: dict[str, dict[str, tuple[str, ...]]] = {}
        for kind in KINDS:
            names = found.setdefault(kind, {})
            for place in (1, 2):
                new: dict[str, tuple[str, ...]] = {}
                for key, name in ((entry[0], name) for entry in self._spelt(kind) for name in entry[place]):
                    if name and key not in new.get(_alike(name), ()):
                        new[_alike(name)] = (*new.get(_alike(name), ()), key)
                for name, keys in new.items():
                    names.setdefault(name, keys)
        return found

    @cached_property
    def _spellings(self) -> Mapping[str, Mapping[str, str]]:
        """Kind → name as compared → one spelling, to be shown as a near one."""
        return {
            kind: _shown(name for _, first, others in self._spelt(kind) for name in (*first, *others)) for kind in KINDS
        }

    def ids(self, kind: str, name: str) -> tuple[str, ...]:
        """Ids that bear a name: none, one, or several (苏州 and 宿州 are both Suzhou)."""
        return self._names[kind].get(_alike(name), ())

    def find(self, kind: str, name: str) -> Any:
        """The one entry of a kind (indicator, unit, region, calibre) that bears a name.

        Raises
        ------
        BadInput
            If there is none, with the nearest names, or if several bear it.
        """
        given: object = name
        if not isinstance(given, str | int) or isinstance(given, bool):
            raise BadInput(Problem(message("not a name of any {kind}", kind=KINDS[kind]), found=str(given)))
        name = str(given)
        table = self.table(kind)
        if name in table:  # an id, as it most often is
            return table[name]
        ids = self.ids(kind, name) or (self._place(name) if kind == "region" else ())
        if len(ids) > 1 and kind == "region":
            raise BadInput(
                Problem(
                    message("several regions bear this name"), found=name,
                    expected=either(ids),
                )
            )  # fmt: skip
        if ids:
            return table[ids[0]]
        near = self.near(kind, name)
        raise BadInput(
            Problem(
                message("unknown {kind}", kind=KINDS[kind]),
                found=name,
                expected=message("one of {names}, …", names=listed(near))
                if near
                else message("one of the names in {kind}s.csv", kind=kind),
            )
        )

    def _place(self, name: str) -> tuple[str, ...]:
        """Ids of a region named with what is around it or behind it: 安徽省合肥市, Hefei City, 340100000000."""
        plain = fold(name)
        if re.fullmatch(r"\d{6}0{6}", plain):
            return self.ids("region", plain[:6])
        for word in ("city", "province"):
            if plain.endswith(word) and (found := self.ids("region", plain.removesuffix(word))):
                return found
        for cut in range(2, len(plain) - 1):
            around = self.ids("region", plain[:cut])
            if inside := [i for i in self.ids("region", plain[cut:]) if around and self.regions[i].parent in around]:
                return tuple(inside)
        return ()

    def near(self, kind: str, name: str, cutoff: float = 0.4) -> tuple[str, ...]:
        """Up to four spellings that resemble a name, by the ratio of `difflib`."""
        spelt = self._spellings[kind]
        return tuple(spelt[key] for key in difflib.get_close_matches(_alike(name), list(spelt), n=NEAR, cutoff=cutoff))

    def calibre_of(self, name: str, indicator: str | None = None, year: int | None = None) -> Calibre:
        """The calibre that a name means for an indicator in a year: 500万元以上 is one method to 2017, another since.

        Raises
        ------
        BadInput
            If the name is unknown, or means several calibres of that indicator and year.
        """
        ids = self.ids("calibre", name)
        fits = [self.calibres[key] for key in ids if self.calibres[key].covers(indicator, year)]
        if len(ids) < 2 or not fits:
            found: Calibre = self.find("calibre", name)
            return found
        if len(fits) == 1:
            return fits[0]
        raise BadInput(
            Problem(
                message("several calibres bear this name"), found=name,
                expected=either([bilingual(c.id, c.zh) for c in fits]),
            )
        )  # fmt: skip

    def _check(self, folder: Path) -> None:
        """Raise what rows refer to and is not there."""
        problems = [
            Problem(
                message("the {what} of {key} is not in the tables", what=what, key=key), f"{folder.name}/{name}",
                column=what, found=value,
            )
            for name, what, pairs, known in (
                ("regions.csv", message("parent"), ((r.id, r.parent) for r in self.regions.values()), self.regions),
                ("indicators.csv", message("unit"), ((i.id, i.unit) for i in self.indicators.values()), self.units),
                ("corrections.csv", message("region"), self._of_corrections("region"), self.regions),
                ("corrections.csv", message("indicator"), self._of_corrections("indicator"), self.indicators),
            )
            for key, value in pairs
            if value and value not in known
        ]  # fmt: skip
        problems += [
            Problem(
                message("a correction has a year and a range from low to high"),
                f"{folder.name}/corrections.csv", column="low", found=f"{row['low']} … {row['high']}",
            )
            for row in self.tables["corrections.csv"]
            if not (row["year"] and -100.0 < float(row["low"] or "nan") < float(row["high"] or "nan"))
        ]  # fmt: skip
        if problems:
            raise BadInput(problems)

    def _of_corrections(self, column: str) -> Iterable[tuple[str, str]]:
        return ((row["id"], row[column]) for row in self.tables["corrections.csv"])


def _shown(names: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in names:
        if name:
            found.setdefault(_alike(name), name)
    return found
