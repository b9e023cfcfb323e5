"""Figures as tables write them: 1,050 · １０５０ · 7.6% · 下降6.2 · 约900亿元 · 3—5 · and the marks for none."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass

from xtanalysis.errors import BadInput, Problem
from xtanalysis.statements.readers.marks import without_marks
from xtanalysis.text import message

__all__ = ["Figure", "is_blank", "is_number", "read_figure"]

EXPECTED = message("digits such as 1050 or -12.5")

# What tables put where there is no figure, as folded by `_plain`.
_NONE = frozenset(
    ("", "-", "--", "---", "----", ".", "..", "...", "......", "/", "//", "\\", "n/a", "n.a.", "na", "<na>", "nan",
     "null", "none", "#n/a", "无", "暂无", "无数据", "缺", "缺失", "空", "待报", "待定", "未公布", "暂缺")
)  # fmt: skip
_DASH = str.maketrans(dict.fromkeys("‐‑‒–—―−－", "-") | {"～": "~", "〜": "~", "至": "~", "到": "~"})
_PLAIN = re.compile(r"[-+]?\d+(?:\.\d+)?%?")
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d*)?(?:e[-+]?\d+)?|\.\d+)"
_BEFORE = {
    "about": ("大约", "约", "近", "≈"),
    "at_least": ("不低于", "不少于", "至少", "达到", "≥", ">="),
    "at_most": ("不高于", "不超过", "不大于", "至多", "低于", "小于", "≤", "<=", "<"),
    "above": ("超过", "突破", "高于", "大于", "超", ">"),
}
_AFTER = {
    "about": ("左右", "上下"),
    "at_least": ("及以上", "以上"),
    "at_most": ("及以下", "以下", "以内", "之内"),
    "above": ("多", "余"),
}
_FALL = ("同比下降", "比上年下降", "较上年下降", "下降", "降低", "减少", "负增长", "降", "↓")
_RISE = ("同比增长", "比上年增长", "较上年增长", "同比上升", "增长", "上升", "提高", "增加", "增", "升", "↑")


def _choice(words: tuple[str, ...]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_WORDS_BEFORE = {word: relation for relation, words in _BEFORE.items() for word in words}
_WORDS_AFTER = {word: relation for relation, words in _AFTER.items() for word in words}
_FORM = re.compile(
    rf"(?P<before>{_choice(tuple(_WORDS_BEFORE))})?(?P<turn>{_choice((*_FALL, *_RISE))})?(?P<sign>[-+])?"
    rf"(?P<value>{_NUMBER})(?P<one>%?)(?:[~-](?P<high>{_NUMBER}))?(?P<unit>[^\d~+-]*?)"
    rf"(?P<after>{_choice(tuple(_WORDS_AFTER))})?"
)
_BRACKETED = re.compile(r"[(（][\d.,，．]+[%％]?[)）][%％]?")
_SPACED = re.compile(r"\d\s+\d")
_GROUPED = re.compile(r"\D*\d{1,3}(?:\s\d{3})+(?:\.\d+)?\D*")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as a cell says it.

    Attributes
    ----------
    value, high
        The number, negative where the cell speaks of a fall; ``high`` closes a range.
    turn
        −1 or +1 where a word says fall or rise, else 0.
    relation
        A word of the grammar where the cell has one (约, 以上), else ``None``.
    unit
        Text behind the number; empty where there is none.
    decimals
        Number of decimals written.
    """

    value: float
    high: float | None = None
    turn: int = 0
    relation: str | None = None
    unit: str = ""
    decimals: int = 0


def is_blank(text: str) -> bool:
    """Whether a cell holds none of the figures that it could hold: empty, a dash, dots, 暂无."""
    return not text or (len(text) < 9 and _plain(text) in _NONE)


def is_number(text: str) -> bool:
    """Whether a cell holds a figure."""
    if _PLAIN.fullmatch(text):
        return True
    try:
        read_figure(text)
    except BadInput:
        return False
    return True


def read_figure(text: str) -> Figure:
    """Read a figure.

    Raises
    ------
    BadInput
        If there is none, it is not finite, its commas do not stand between thousands, or sign and word disagree.
    """
    if _PLAIN.fullmatch(text) and text.isascii():
        bare = text.removesuffix("%")
        return Figure(_finite(bare, text), None, 0, None, "%" if bare != text else "", _decimals(bare))
    if _SPACED.search(text) and not _GROUPED.fullmatch(text):
        raise _wrong(text)
    match = _FORM.fullmatch(_plain(without_marks(text)))
    if match is None:
        raise _wrong(text)
    value, high = _finite(match["value"], text), match["high"]
    turn = 0 if not match["turn"] else -1 if match["turn"] in _FALL else 1
    if match["sign"] == "-":
        if turn or high:
            raise BadInput(
                Problem(
                    message("sign and word are both there"), found=text,
                    expected=message("one of them, such as -6.2"),
                )
            )  # fmt: skip
        value = -value
    relation = _WORDS_BEFORE.get(match["before"] or "") or _WORDS_AFTER.get(match["after"] or "")
    top = None if high is None else _finite(high, text)
    if top is not None:
        relation = "between"
    if turn < 0:
        value, top = (-value, None) if top is None else (-top, -value)
        relation = {"at_least": "at_most", "at_most": "at_least", "above": "at_most"}.get(relation or "", relation)
    return Figure(value, top, turn, relation, match["one"] or match["unit"] or "", _decimals(match["value"]))


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).lower().translate(_DASH).split())


def _decimals(text: str) -> int:
    return len(text.partition(".")[2])


def _finite(text: str, whole: str) -> float:
    value = float(text.replace(",", ""))
    if not math.isfinite(value):
        raise _wrong(whole)
    return value


def _wrong(text: str) -> BadInput:
    fix = None
    if re.search(r"\d,\d", text) and "." not in text:
        fix = message("A decimal is written with a point: 7.6")
    elif _BRACKETED.fullmatch(text):
        fix = message("A negative figure is written -6.2, not in brackets")
    elif text.startswith("#"):
        fix = message("This is an error of the spreadsheet; type the value")
    return BadInput(Problem(message("this is not a number"), found=text[:80], expected=EXPECTED, fix=fix))
