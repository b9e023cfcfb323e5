"""The subset of a Chinese font that a page carries."""

from __future__ import annotations

import base64
import io
import re

from fontTools.ttLib import TTFont

from xtanalysis.report.webfont import face


def embedded(rule: str) -> TTFont:
    data = re.search(r"base64,([^)]+)\)", rule)
    assert data is not None
    return TTFont(io.BytesIO(base64.b64decode(data[1])))


def test_the_subset_has_the_chinese_of_the_text_and_nothing_else() -> None:
    font = embedded(face("2025年 above 亿元，“至”—湘潭"))
    assert {chr(code) for code in font.getBestCmap()} == set("年亿元，“至”—湘潭")
    assert font.flavor == "woff2"


def test_the_subset_keeps_copyright_and_licence() -> None:
    names = {record.nameID: str(record) for record in embedded(face("年"))["name"].names}
    assert "Adobe" in names[0]
    assert "SIL Open Font License" in names[13]


def test_text_without_chinese_needs_no_font() -> None:
    assert face("2021–2025 “on course”") == ""


def test_equal_text_gives_equal_bytes() -> None:
    first = face("湘潭市")
    face.__globals__["_face"].cache_clear()
    assert face("市潭湘") == first
