"""A day or a year as users give it: text, a date, a number, or what pandas makes of one."""

from __future__ import annotations

import datetime as dt
import re

from xtanalysis.errors import BadInput, Problem
from xtanalysis.text import message

__all__ = ["Day", "as_day", "as_year", "today"]

Day = str | dt.date
"""What is taken for a day: ``YYYY-MM-DD``, also 2021/5/6 and 2021年5月6日, a date, a datetime, a pandas Timestamp."""

DAY = re.compile(r"^\s*(\d{4})(?:\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?|(\d\d)(\d\d))\s*$")
YEAR = re.compile(r"^\s*(\d{4})(?:\.0)?\s*年?\s*$")


def today() -> dt.date:
    """Today's date, UTC."""
    return dt.datetime.now(tz=dt.UTC).date()


def as_day(day: Day, column: str = "as_of") -> dt.date:
    """Return a day as a date.

    Parameters
    ----------
    column
        What a message calls it.

    Raises
    ------
    BadInput
        If a text is no day.
    """
    if isinstance(day, dt.datetime):  # a Timestamp too
        return day.date()
    if isinstance(day, dt.date):
        return day
    match = DAY.match(str(day))
    try:
        if match is None:
            raise ValueError
        year, *rest = (int(part) for part in match.groups() if part)
        return dt.date(year, *rest)
    except ValueError:
        what = message("not a day")
        raise BadInput(Problem(what, column=column, found=str(day), expected="YYYY-MM-DD")) from None


def as_year(year: int | str, column: str = "to") -> int:
    """Return a year as a number: 2025, "2025" and "2025年" are one.

    Raises
    ------
    BadInput
        If it is no year.
    """
    match = YEAR.match(str(year))
    if match is None:
        raise BadInput(Problem(message("not a year"), column=column, found=str(year), expected="2025"))
    return int(match[1])
