"""Calendar quarters: when one ends, when its figures are out, and which came before."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from xtanalysis.errors import BadInput, Problem
from xtanalysis.statements.published import month_end
from xtanalysis.text import message

__all__ = ["Quarter", "months_ended"]

_FORM = re.compile(r"^\s*(\d{4})\s*[-/年]?\s*(?:Q\s*([1-4])|第?\s*([1-4一二三四])\s*季度?)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A calendar quarter.

    Examples
    --------
    >>> Quarter.parse("2025Q3").end
    datetime.date(2025, 9, 30)
    >>> str(Quarter.parse("2025Q1").previous)
    '2024Q4'
    """

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """Read ``2025Q3``, also 2025年第三季度; raises `BadInput` for anything else."""
        match = _FORM.match(str(text))
        if match is None:
            what = message("this is not a quarter")
            raise BadInput(Problem(what, column="quarter", found=str(text), expected=message("such as 2025Q3")))
        number = match[2] or match[3]
        return cls(int(match[1]), "一二三四".find(number) + 1 or int(number))

    @classmethod
    def before(cls, day: dt.date) -> Quarter:
        """Return the last quarter that had ended by ``day``."""
        this = cls(day.year, (day.month + 2) // 3)
        return this if day == this.end else this.previous

    @property
    def end(self) -> dt.date:
        """Last day."""
        return month_end(self.year, 3 * self.number)

    @property
    def known(self) -> dt.date:
        """Day by which its monthly figures are out: the end of the month after it (they appear by the 25th)."""
        month = 3 * self.number
        return month_end(self.year + month // 12, month % 12 + 1)

    @property
    def through(self) -> tuple[int, int]:
        """Last month, as (year, month)."""
        return self.year, 3 * self.number

    @property
    def previous(self) -> Quarter:
        """The quarter before."""
        return Quarter(self.year - (self.number == 1), (self.number + 2) % 4 + 1)

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"


def months_ended(day: dt.date) -> tuple[int, int]:
    """Return the last month that had ended by ``day``, as (year, month)."""
    if day == month_end(day.year, day.month):
        return day.year, day.month
    return (day.year, day.month - 1) if day.month > 1 else (day.year - 1, 12)
