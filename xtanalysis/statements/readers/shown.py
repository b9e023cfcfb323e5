"""What a spreadsheet shows for a number: per cent, a date, a month, or the number itself."""

from __future__ import annotations

import datetime as dt
import math
import re
from enum import Enum

__all__ = ["Kind", "kind_of", "shown"]


class Kind(Enum):
    """How a cell's number format shows a number."""

    PLAIN = "plain"
    PERCENT = "percent"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    TIME = "time"


# Formats that a workbook names by number only (ECMA-376 part 1, 18.8.30, and its list for zh-cn).
_PERCENTS = frozenset((9, 10))
_DAYS = frozenset((14, 15, 16, 22, 27, 28, 29, 30, 31, 36, 50, 51, 53, 54, 58))
_MONTHS = frozenset((17, 52, 57))
_TIMES = frozenset((18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56))
# Quoted text, an escaped, padded or repeated character, and [colours, conditions, locales] show nothing of the number.
_LITERAL = re.compile(r'"[^"]*"|[\\_*].|\[[^\]]*\]')


def kind_of(number: int, code: str | None) -> Kind:
    """Kind of a number format; a per cent sign that is quoted or escaped is only a text."""
    if code is None:
        for numbers, kind in ((_PERCENTS, Kind.PERCENT), (_DAYS, Kind.DAY), (_MONTHS, Kind.MONTH), (_TIMES, Kind.TIME)):
            if number in numbers:
                return kind
        return Kind.PLAIN
    bare = _LITERAL.sub("", code).lower().split(";")[0]
    if "%" in bare:
        return Kind.PERCENT
    bare = bare.replace("general", "")
    if any(c in bare for c in "0#?@"):
        return Kind.PLAIN
    if "d" in bare:
        return Kind.DAY
    if "y" in bare or "e" in bare:
        return Kind.MONTH if "m" in bare else Kind.YEAR
    if "h" in bare or "s" in bare:
        return Kind.TIME
    return Kind.MONTH if "m" in bare else Kind.PLAIN


def shown(text: str, kind: Kind, date1904: bool = False) -> str:
    """Text of a number as it is meant; what is no number stays as it is.

    Parameters
    ----------
    text
        The number as the file holds it.
    kind
        How the cell shows it.
    date1904
        Whether days count from 1904, as in old workbooks of the Macintosh.
    """
    if kind is Kind.PLAIN:
        # Whole numbers and short decimals are written as they stand.
        if len(text) < 12 and "E" not in text and "e" not in text:
            return text.removesuffix(".0")
        return _plain(text)
    try:
        value = float(text)
    except ValueError:
        return text.strip()
    if kind is Kind.PERCENT:
        return f"{float(f'{value * 100:.12g}')!r}".removesuffix(".0") + "%" if math.isfinite(value) else text
    if kind is Kind.TIME or not 1 <= value < 2_958_466:
        return text
    first = dt.date(1904, 1, 1) if date1904 else dt.date(1899, 12, 30)
    day = first + dt.timedelta(days=int(value))
    if kind is Kind.DAY:
        return day.isoformat()
    return f"{day:%Y-%m}" if kind is Kind.MONTH else f"{day:%Y}"


def _plain(text: str) -> str:
    try:
        value = float(text)
    except ValueError:
        return text.strip()
    if math.isfinite(value) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    # A spreadsheet shows 15 digits: 5.1000000000000005 is 5.1.
    return f"{float(f'{value:.15g}')!r}"
