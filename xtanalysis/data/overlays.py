"""The rows of a reference table, and what is wrong with those that a workspace lays over it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from xtanalysis.errors import BadInput, Problem
from xtanalysis.text import message

__all__ = ["overlay_faults", "table_rows"]

NUMBERS = ("lower", "upper", "city_low", "city_high", "factor", "valid_from", "valid_to", "year", "low", "high")


def table_rows(path: Path) -> tuple[Mapping[str, str], ...]:
    """Every row of a CSV file, blank cells as empty texts; none where there is no file."""
    if not path.is_file():
        return ()
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return tuple({k: v or "" for k, v in row.items() if k} for row in csv.DictReader(stream))
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadInput(Problem(message("this is not a CSV in UTF-8"), file=path.name, found=f"{error}")) from error


def overlay_faults(
    name: str, shipped: tuple[Mapping[str, str], ...], own: tuple[Mapping[str, str], ...]
) -> Iterable[Problem]:
    """Columns that the shipped table has not, blank ids, numbers that are none."""
    known = shipped[0].keys() if shipped else ()
    key = "column" if name == "headers.csv" else "id"
    for number, row in enumerate(own, start=2):
        for column in row:
            if column not in known:
                yield Problem(message("unknown column"), name, 1, column, expected=", ".join(known))
        if not row.get(key):
            yield Problem(message("the cell is empty"), name, number, key, expected=message("an id"))
        for column in NUMBERS:
            text = row.get(column, "")
            if text and not re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", text):
                yield Problem(message("this is not a number"), name, number, column, text)
