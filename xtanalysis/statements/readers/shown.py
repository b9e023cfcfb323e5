"""What a spreadsheet shows for a number: per cent, a date, a month, so many thousands, or the number itself."""

from __future__ import annotations

import datetime as dt
import math
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

__all__ = ["GENERAL", "Format", "Kind", "Look", "format_of", "shown"]


class Kind(Enum):
    """How a number format shows a number."""

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
# Quoted text, an escaped (! in Chinese Excel and WPS), padded or repeated character, [colours, conditions, locales].
_PART = re.compile(r'"[^"]*"|[\\!_*].|\[[^\]]*\]|.', re.DOTALL)
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)\]")
_ELAPSED = re.compile(r"\[[hms]+\]", re.IGNORECASE)
_THOUSANDS = re.compile(r"[0#?](,+)(?![0#?,])")
_POINT = "·"  # stands for a point that is only a text
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "<>": operator.ne,
}  # fmt: skip
Condition = tuple[str, float]


@dataclass(frozen=True, slots=True)
class Look:
    """What one section of a number format makes of a number.

    Attributes
    ----------
    kind
        What it shows.
    divisor
        By what the number is divided before it is shown: 1000 for ``0.0,``, 10,000 for ``0!.0,``.
    """

    kind: Kind = Kind.PLAIN
    divisor: int = 1


@dataclass(frozen=True, slots=True)
class Format:
    """A number format: its sections, and the numbers that each but the last is for."""

    looks: tuple[Look, ...] = (Look(),)
    conditions: tuple[Condition, ...] = ()

    def look(self, value: float) -> Look:
        """The section that shows a number."""
        for look, (sign, bound) in zip(self.looks, self.conditions, strict=False):
            if _COMPARE[sign](value, bound):
                return look
        return self.looks[-1]


GENERAL = Format()


def format_of(number: int, code: str | None) -> Format:
    """The number format that a workbook names by number, or writes as a code."""
    if code is None:
        for numbers, kind in ((_PERCENTS, Kind.PERCENT), (_DAYS, Kind.DAY), (_MONTHS, Kind.MONTH), (_TIMES, Kind.TIME)):
            if number in numbers:
                return Format((Look(kind),))
        return GENERAL
    sections: list[list[str]] = [[]]
    told: list[Condition | None] = [None]
    for part in _PART.findall(code.lower()):
        condition = _CONDITION.fullmatch(part)
        if condition:
            told[-1] = (condition[1], float(condition[2]))
        elif part == ";":
            sections.append([])
            told.append(None)
        elif len(part) == 1:
            sections[-1].append(part)
        elif part in (r"\.", "!.", '"."'):
            sections[-1].append(_POINT)
        elif _ELAPSED.fullmatch(part):
            sections[-1].append("h")
    sections = sections[:3]  # the fourth is for texts
    first = _look("".join(sections[0]))
    looks = tuple(_look("".join(section)) if section else first for section in sections)
    if len(set(looks)) == 1:
        return GENERAL if looks[0] == Look() else Format((looks[0],))
    usual: list[Condition] = [(">=", 0.0)] if len(looks) == 2 else [(">", 0.0), ("<", 0.0)]
    return Format(looks, tuple(one or other for one, other in zip(told, usual, strict=False)))


def _look(bare: str) -> Look:
    """A section without its texts; a per cent sign that is quoted or escaped is only a text."""
    if "%" in bare:
        return Look(Kind.PERCENT)
    bare = bare.replace("general", "")
    if any(c in bare for c in "0#?@"):
        commas = sum(len(found) for found in _THOUSANDS.findall(bare))
        # 0!.0, shows 12345 as 1.2: the point is a text between the digits that one comma leaves.
        behind = bare.partition(_POINT)[2] if commas and bare.count(_POINT) == 1 and "." not in bare else ""
        return Look(Kind.PLAIN, 1000**commas * 10 ** sum(c in "0#?" for c in behind))
    if "d" in bare:
        return Look(Kind.DAY)
    if "y" in bare or "e" in bare:
        return Look(Kind.MONTH if "m" in bare else Kind.YEAR)
    if "h" in bare or "s" in bare:
        return Look(Kind.TIME)
    return Look(Kind.MONTH if "m" in bare else Kind.PLAIN)


def shown(text: str, form: Format, date1904: bool = False) -> str:
    """Text of a number as it is meant; what is no number stays as it is.

    Parameters
    ----------
    text
        The number as the file holds it.
    form
        How the cell shows it.
    date1904
        Whether days count from 1904, as in old workbooks of the Macintosh.
    """
    if form is GENERAL:
        # Whole numbers and short decimals are written as they stand.
        if len(text) < 12 and "E" not in text and "e" not in text:
            return text.removesuffix(".0")
        return _plain(text)
    try:
        value = float(text)
    except ValueError:
        return text.strip()
    look = form.look(value)
    if look.kind is Kind.PLAIN:
        return _plain(text) if look.divisor == 1 else _plain(repr(value / look.divisor))
    if look.kind is Kind.PERCENT:
        return f"{float(f'{value * 100:.12g}')!r}".removesuffix(".0") + "%" if math.isfinite(value) else text
    if look.kind is Kind.TIME or not 1 <= value < 2_958_466:
        return text
    first = dt.date(1904, 1, 1) if date1904 else dt.date(1899, 12, 30)
    day = first + dt.timedelta(days=int(value))
    if look.kind is Kind.DAY:
        return day.isoformat()
    return f"{day:%Y-%m}" if look.kind is Kind.MONTH else f"{day:%Y}"


def _plain(text: str) -> str:
    try:
        value = float(text)
    except ValueError:
        return text.strip()
    if math.isfinite(value) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    # A spreadsheet shows 15 digits: 5.1000000000000005 is 5.1.
    return f"{float(f'{value:.15g}')!r}"
