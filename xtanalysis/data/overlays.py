"""What is wrong with the rows that a workspace lays over a reference table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from xtanalysis.errors import Problem
from xtanalysis.text import message

__all__ = ["overlay_faults"]

NUMBERS = ("lower", "upper", "city_low", "city_high", "factor", "valid_from", "valid_to", "year", "low", "high")


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
