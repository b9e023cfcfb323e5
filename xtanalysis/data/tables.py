"""Tables in CSV: their rows as texts, and a row as a dataclass by the types of its fields."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from xtanalysis.errors import BadInput, Problem
from xtanalysis.text import message

__all__ = ["made_of", "many", "table_rows"]

Row = TypeVar("Row")


def table_rows(path: Path, **only: str) -> tuple[Mapping[str, str], ...]:
    """Every row of a CSV file, blank cells as empty texts; none where there is no file.

    Parameters
    ----------
    only
        By a column's name the text that its cell has to be, which spares making the other rows.
    """
    if not path.is_file():
        return ()
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = csv.reader(stream)
            names = next(rows, [])
            places = [names.index(name) if name in names else len(names) for name in only]
            asked = [(slice(i, i + 1), [text]) for i, text in zip(places, only.values(), strict=True)]
            return tuple(_named(names, row) for row in rows if row and all(row[at] == cell for at, cell in asked))
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadInput(Problem(message("this is not a CSV in UTF-8"), file=path.name, found=f"{error}")) from error


def _named(names: Sequence[str], cells: Sequence[str]) -> Mapping[str, str]:
    """A row by the names of its columns; those without a name are left out."""
    found = dict(zip(names, cells, strict=False)) | dict.fromkeys(names[len(cells) :], "")
    found.pop("", None)
    return found


def many(text: str) -> tuple[str, ...]:
    """The names in a cell, which ``|`` keeps apart."""
    return tuple(part for part in text.split("|") if part)


def made_of(row: Mapping[str, str], cls: type[Row]) -> Row:
    """A row as a dataclass: of each field the cell of its name, a blank one ``None`` where the field may be so.

    Fields are texts, numbers, or names that ``|`` keeps apart; one without a column has its default.
    """
    readers = _readers(cls)  # type: ignore[arg-type]  # a class is hashable
    return cls(**{name: read(row[name]) for name, read in readers if name in row})


_READ: dict[object, Callable[[str], Any]] = {
    float: float,
    int: lambda text: int(float(text)),
    tuple[str, ...]: many,
    float | None: lambda text: float(text) if text else None,
    int | None: lambda text: int(float(text)) if text else None,
    str | None: lambda text: text or None,
}


@cache
def _readers(cls: Any) -> tuple[tuple[str, Callable[[str], Any]], ...]:
    types = get_type_hints(cls)
    return tuple((field.name, _READ.get(types[field.name], str)) for field in fields(cls))
