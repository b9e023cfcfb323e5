"""Marks of footnotes in cells, which say nothing of the figure: 工业投资① · 1130[1] · 8.7* · 2023年（注2）.

They go before a text is brought to half width, which would make digits of them (8.7① → 8.71).
"""

from __future__ import annotations

import re

from xtanalysis.data.reference import fold

__all__ = ["is_note", "without_marks"]

_CIRCLED = "①-⑳⑴-⒇㈠-㈩"
_MARKS = re.compile(
    rf"^[{_CIRCLED}]\s*(?=\S)"
    rf"|(?<=\S)\s*(?:[{_CIRCLED}]|\[\d{{1,2}}\]|［\d{{1,2}}］|[(（]注\s*\d{{0,2}}[)）])"
    r"|(?<=[\d%％)）\u4e00-\u9fff])[¹²³⁰⁴-⁹]+"
    r"|(?<=[\d%％)）\u4e00-\u9fff])\s*(?:\*{1,3}|[†‡※])$"
)

_NOTES = tuple(
    map(
        fold,
        (
            "注：",
            "注1",
            "注 ",
            "说明：",
            "备注：",
            "数据来源",
            "资料来源",
            "来源：",
            "制表",
            "填表",
            "填报单位",
            "填报人",
            "审核",
            "note",
            "source",
            "数据更新",
            "last updated",
            "data from database",
            "data source",
        ),
    )
)


def is_note(text: str) -> bool:
    """Whether a text is a note above or below a table (注：…, 数据来源：…)."""
    return fold(text).startswith(_NOTES)


def without_marks(text: str) -> str:
    """A text without the marks of its footnotes.

    Examples
    --------
    >>> without_marks("①工业投资②（亿元）"), without_marks("8.7¹"), without_marks("m²")
    ('工业投资（亿元）', '8.7', 'm²')
    """
    return text if text.isascii() and text[-1:] not in "*]" and "[" not in text else _MARKS.sub("", text)
