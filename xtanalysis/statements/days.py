"""A day as users give it: text, a date, or what pandas makes of one."""

from __future__ import annotations

import datetime as dt

from xtanalysis.errors import BadInput, Problem

__all__ = ["Day", "as_day", "today"]

Day = str | dt.date
"""What is taken for a day: ``YYYY-MM-DD``, a date, a datetime or a pandas Timestamp."""


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
        If a text is not YYYY-MM-DD.
    """
    if isinstance(day, dt.datetime):  # a Timestamp too
        return day.date()
    if isinstance(day, dt.date):
        return day
    try:
        return dt.date.fromisoformat(day.strip())
    except (AttributeError, ValueError):
        raise BadInput(Problem("not a day", column=column, found=str(day), expected="YYYY-MM-DD")) from None
