"""The subset of a Chinese font that a page carries."""

from __future__ import annotations

import base64
import io
import re

from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont
from pylopdf_fonts_zh_cn import sans_path

from xtanalysis.report.webfont import face


def embedded(rule: str) -> TTFont:
    data = re.search(r"base64,([^)]+)\)", rule)
    assert data is not None
    return TTFont(io.BytesIO(base64.b64decode(data[1])))


def test_the_subset_has_the_chinese_of_the_text_and_nothing_else() -> None:
    font = embedded(face("2025年 above 亿元，“至”—湘潭"))
    assert {chr(code) for code in font.getBestCmap()} == set("年亿元，“至”—湘潭")
    assert font.flavor == "woff2"


def test_a_glyph_has_the_place_and_the_width_of_the_whole_font() -> None:
    text = "年亿元，“至”—湘潭"
    fonts = [embedded(face(text)), TTFont(sans_path())]
    for letter in text:
        names = [font.getBestCmap()[ord(letter)] for font in fonts]
        pens = [BoundsPen(font.getGlyphSet()) for font in fonts]
        for font, name, pen in zip(fonts, names, pens, strict=True):
            font.getGlyphSet()[name].draw(pen)
        assert pens[0].bounds == pens[1].bounds, letter
        assert fonts[0]["hmtx"][names[0]] == fonts[1]["hmtx"][names[1]]
    assert fonts[0]["hhea"].ascent == fonts[1]["hhea"].ascent


def test_the_subset_keeps_copyright_and_licence() -> None:
    names = {record.nameID: str(record) for record in embedded(face("年"))["name"].names}
    assert "Adobe" in names[0]
    assert "SIL Open Font License" in names[13]


def test_text_without_chinese_needs_no_font() -> None:
    assert face("2021–2025 “on course”") == ""


def test_equal_text_gives_equal_bytes() -> None:
    first = face("湘潭市")
    face.__globals__["_glyph"].cache_clear()
    assert face("市潭湘") == first
