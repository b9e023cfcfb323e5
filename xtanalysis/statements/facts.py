"""All facts: the shipped ones and the user's own, and what of them was known on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from xtanalysis.data.dictionary import remembered
from xtanalysis.data.home import shipped_home
from xtanalysis.data.paths import raw_dir
from xtanalysis.data.tables import table_rows
from xtanalysis.errors import BadInput, Problem
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.read import read_file, read_statements
from xtanalysis.statements.validate import conflicts
from xtanalysis.text import message

__all__ = [
    "FACT_FILES", "Source", "checked_together", "count_once", "known", "load_facts", "read_facts", "searched",
    "sources",
]  # fmt: skip

FACT_FILES = shipped_home().facts
"""Files of data/raw that hold statements."""

RANK = {"outcome": 0, "estimate": 1, "plan": 2, "outlook": 2, "assumption": 3}


@dataclass(frozen=True, slots=True)
class Source:
    """One row of sources.csv: who published, under what title and address, when it was read, and on what terms.

    ``rights`` is the ground on which its figures are shipped, a word of data/LICENSE.
    """

    id: str
    publisher: str
    title: str
    address: str
    retrieved: str
    terms: str
    rights: str
    trust: str


def load_facts(extra: Sequence[Path | str] = (), *, region: str | None = None) -> list[Statement]:
    """Every shipped fact, then the rows of the user's own files.

    Parameters
    ----------
    extra
        CSV or Excel files, long or wide. A row that is not marked public counts as internal.
    region
        What 全市 means in them, and what rows without a region are about.

    Raises
    ------
    BadInput
        With every problem of every file: unreadable cells, assumptions, ids that are taken, a value that contradicts a
        shipped one from the same source.
    """
    facts = list(_shipped())
    problems: list[Problem] = []
    for path in map(Path, extra):
        try:
            facts = checked_together(facts, read_facts(path, region=region), path.name)
        except BadInput as error:
            problems += error.problems
    if problems:
        raise BadInput(problems)
    return facts


def read_facts(path: Path, *, region: str | None = None) -> list[Statement]:
    """Read a user's file of figures; raises `BadInput` with every problem, an assumption among them.

    Parameters
    ----------
    region
        What 全市 means in it, and what rows without a region are about.
    """
    rows = read_statements(path, home=region)
    if problems := _not_facts(rows, path.name):
        raise BadInput(problems)
    return rows


def checked_together(facts: Sequence[Statement], rows: Sequence[Statement], name: str | None = None) -> list[Statement]:
    """Facts and a user's further rows; raises `BadInput` with every pair that cannot stand together.

    The shipped rows have been checked against each other by the tests; only pairs with a new row matter.

    Parameters
    ----------
    name
        Of the rows' file, for the message.
    """
    together = [*facts, *rows]
    problems = [
        Problem(
            what, name, None, column, together[later].id,
            message("agreement with {together}", together=together[earlier].id),
            message("Name the different source_id or vintage, or leave the row out"),
        )
        for later, earlier, column, what in conflicts(together)
        if later >= len(facts)
    ]  # fmt: skip
    if problems:
        raise BadInput(problems)
    return together


def known(facts: Iterable[Statement], as_of: dt.date) -> list[Statement]:
    """Return the statements published on or before ``as_of``."""
    return [fact for fact in facts if fact.known_on(as_of)]


def count_once(facts: Iterable[Statement]) -> list[Statement]:
    """Keep one statement for each original figure, in the order of its first report.

    Of several reports an outcome stands before the estimate that it replaced, then the better trust, then the later
    report, which is the more exact one where the earlier was rounded. A statement without an origin stands for itself.
    """
    best: dict[str, Statement] = {}
    for fact in facts:
        origin = fact.origin_id or fact.id
        if origin not in best or _merit(fact) < _merit(best[origin]):
            best[origin] = fact
    return list(best.values())


@cache
def sources() -> Mapping[str, Source]:
    """Every source of a shipped fact, by id."""
    found: dict[str, Source] = {}
    for path in sorted(raw_dir().glob("*sources.csv")):
        found |= {row["source_id"]: Source(*row.values()) for row in table_rows(path)}
    return found


@cache
def searched() -> Mapping[tuple[str, str], range]:
    """The years for which every figure of an indicator of a region was searched for, by region and indicator.

    From searched.csv; where, with which words and on which day is in docs/evidence.md.
    """
    return {
        (row["region"], row["indicator"]): range(int(row["first"]), int(row["last"]) + 1)
        for row in table_rows(raw_dir() / "searched.csv")
    }


@remembered
def _shipped() -> tuple[Statement, ...]:
    return tuple(fact for name in FACT_FILES for fact in read_file(raw_dir() / name).statements)


def _not_facts(rows: Iterable[Statement], name: str) -> list[Problem]:
    return [
        Problem(
            message("an assumption is not a fact"), name, None, "role", row.id,
            message("outcome, estimate, plan or outlook"), message("Put it in a scenario file"),
        )
        for row in rows
        if row.role == "assumption"
    ]  # fmt: skip


def _merit(fact: Statement) -> tuple[int, str, int]:
    return RANK[fact.role], fact.trust, -(fact.published or dt.date.min).toordinal()
