"""Periods: a stretch of months, and every way in which a bureau writes one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from xtanalysis.text import Message, message

__all__ = ["PERIODS", "Period", "normal", "yearless"]

PERIODS = message("2020, 2021Q2, 2021-06, 2021-01/2021-06, 2020/2025, or 2024年, 2025年1—11月, 2021年上半年")
"""The forms, for messages."""

Ends = tuple[tuple[int, int], tuple[int, int]]

_DASH = str.maketrans(dict.fromkeys("‐‑‒–—―－−～~至到", "-"))
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4}
# Five-year plans by their Chinese number: the first year of each.
_PLANS = {"九五": 1996, "十五": 2001, "十一五": 2006, "十二五": 2011, "十三五": 2016, "十四五": 2021, "十五五": 2026}
_Y = r"(\d{4})"
_SHORT = re.compile(r"['’]?(\d\d|\d{4})年?-['’]?(\d\d)(年.*)|['’]?(\d\d)(年.*)|['’](\d\d)()")
_OLDEST = 1961  # of two digits: 61 is 1961, 60 is 2060, the year for which China has set its last aim
_TAIL = r"(?:累计|止累计|止|为止)?"


def normal(text: str) -> str:
    """Half-width text without blanks, every dash and 至 written ``-``: the form in which periods are compared."""
    return "".join(unicodedata.normalize("NFKC", text).translate(_DASH).split())


def _long_years(plain: str) -> str:
    """Years of two digits before 年 in full: 22年 as 2022年, 21-25年 as 2021-2025年."""

    def full(year: str) -> str:
        return year if len(year) == 4 else str(_OLDEST + (int(year) - _OLDEST) % 100)

    if (m := _SHORT.fullmatch(plain)) is None:
        return plain
    return f"{full(m[1])}-{full(m[2])}{m[3]}" if m[1] else f"{full(m[4] or m[6])}{m[5] or ''}"


def _months(first: int, last: int) -> Callable[[re.Match[str]], Ends]:
    return lambda m: ((int(m[1]), first), (int(m[1]), last))


def _quarter(m: re.Match[str]) -> Ends:
    last = 3 * _QUARTERS.get(m[2], int(m[2]) if m[2].isdigit() else 0)
    return (int(m[1]), last - 2), (int(m[1]), last)


def _span(m: re.Match[str]) -> Ends:
    return (int(m[1]), 1), (int(m[2]), 12)


def _plan(m: re.Match[str]) -> Ends:
    return (_PLANS[m[1]], 1), (_PLANS[m[1]] + 4, 12)


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Ends]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), ends)
    for pattern, ends in (
        (rf"{_Y}(?:年度?)?(?:全年)?(?:末|底)?", _months(1, 12)),
        (rf"{_Y}(?:\[yr\1\])", _months(1, 12)),  # the World Bank's 2015 [YR2015]
        (rf"{_Y}年?第?([一二三四1-4])季度?{_TAIL}", _quarter),
        (rf"{_Y}年?-?q([1-4])", _quarter),
        (rf"{_Y}年?(?:上半年|h1){_TAIL}", _months(1, 6)),
        (rf"{_Y}年?(?:下半年|h2)", _months(7, 12)),
        (rf"{_Y}年?前三季度?{_TAIL}", _months(1, 9)),
        (rf"{_Y}(?:年|[-/.])(\d{{1,2}})(?:月(?:末|底|份)?)?", lambda m: ((int(m[1]), int(m[2])),) * 2),
        (r"((?:19|20)\d\d)(0[1-9]|1[0-2])", lambda m: ((int(m[1]), int(m[2])),) * 2),
        (
            rf"{_Y}年(\d{{1,2}})月?-(\d{{1,2}})月(?:份)?{_TAIL}",
            lambda m: ((int(m[1]), int(m[2])), (int(m[1]), int(m[3]))),
        ),
        (rf"{_Y}[-.](\d{{2}})[/-]{_Y}[-.](\d{{2}})", lambda m: ((int(m[1]), int(m[2])), (int(m[3]), int(m[4])))),
        (rf"{_Y}年(\d{{1,2}})月-{_Y}年(\d{{1,2}})月", lambda m: ((int(m[1]), int(m[2])), (int(m[3]), int(m[4])))),
        (rf"{_Y}年?[-/]{_Y}年?", _span),
        (rf"[“\"']?({'|'.join(_PLANS)})[”\"']?(?:时期|期间)?", _plan),
    )
)


_DAY = re.compile(r"\d{4}(?:年|[-/.])\d{1,2}(?:月|[-/.])\d{1,2}日?|(?:19|20)\d{6}")
_NO_YEAR = re.compile(
    r"(?:前三季度|全年|上半年|下半年|第?[一二三四]季度|\d{1,2}(?:-\d{1,2})?月(?:份)?|q[1-4])" + _TAIL, re.IGNORECASE
)


def yearless(text: str) -> bool:
    """Whether a text is a part of a year without the year: 1—11月, 前三季度."""
    return bool(_NO_YEAR.fullmatch(normal(text)))


def _refusal(text: str, plain: str) -> Message:
    if _DAY.fullmatch(plain):
        return message(
            "{text!r} is a day, and a figure is about a year or months (2024, 2024-02, 2024-01/2024-11)", text=text
        )
    if _NO_YEAR.fullmatch(plain):
        return message("{text!r} has no year; write such as 2025年{text}", text=text)
    return message(
        "{text!r} is none of 2020, 2021Q2, 2021-06, 2021-01/2021-06, 2020/2025, or 2024年, 2025年1—11月, 2021年上半年",
        text=text,
    )


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A stretch of months, from the first month of ``start`` to the last month of ``end``, both included.

    Attributes
    ----------
    start, end
        (year, month), months 1–12.

    Examples
    --------
    >>> Period.parse("2021Q2")
    Period(start=(2021, 4), end=(2021, 6))
    >>> str(Period.parse("2020/2025")), str(Period.parse("2025年1—11月累计"))
    ('2020/2025', '2025-01/2025-11')
    """

    start: tuple[int, int]
    end: tuple[int, int]

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read ``2020`` · ``2021Q2`` · ``2021-06`` · ``2021-01/2021-06`` · ``2020/2025``, and what a bureau writes.

        That is 2024年, 2023年度, 2022年全年, 2021年6月, 2021年二季度, 2021年前三季度, 2021年上半年, 2025年1—11月累计,
        2016—2020年, 22年, 21—25年 and “十四五”时期, in full or half width.

        Raises
        ------
        ValueError
            If the text has none of these forms, a month is not 1–12, the end is before the start, a day is given
            where a period is meant, or the year is missing.
        """
        plain = normal(text)
        whole = _long_years(plain)
        for pattern, ends in _FORMS:
            if m := pattern.fullmatch(whole):
                start, end = ends(m)
                if not (1 <= start[1] <= 12 and 1 <= end[1] <= 12):
                    raise ValueError(message("{text!r} has a month outside 01–12", text=text))
                if end < start:
                    raise ValueError(message("{text!r} ends before it starts", text=text))
                return cls(start, end)
        raise ValueError(_refusal(text, plain))

    @property
    def year(self) -> int:
        """The year in which the period ends."""
        return self.end[0]

    @property
    def first_year(self) -> int:
        """The year in which the period starts."""
        return self.start[0]

    @property
    def is_year(self) -> bool:
        """Whether the period is one whole calendar year."""
        return self.start == (self.year, 1) and self.end[1] == 12

    @property
    def is_span(self) -> bool:
        """Whether the period is several whole calendar years."""
        return self.first_year < self.year and self.start[1] == 1 and self.end[1] == 12

    @property
    def months(self) -> int:
        """Number of months covered."""
        return 12 * (self.end[0] - self.start[0]) + self.end[1] - self.start[1] + 1

    def __str__(self) -> str:
        if self.is_year:
            return f"{self.year}"
        if self.is_span:
            return f"{self.first_year}/{self.year}"
        if self.months == 3 and self.start[1] % 3 == 1:
            return f"{self.year}Q{self.end[1] // 3}"
        first = f"{self.start[0]}-{self.start[1]:02d}"
        return first if self.months == 1 else f"{first}/{self.end[0]}-{self.end[1]:02d}"
