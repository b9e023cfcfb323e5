"""Chinese glyphs inside a page: a subset of Noto Sans SC with no more than the page's own characters.

A reader's own fonts come first in the style sheet; the subset stands in where a machine has no Chinese font.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Set as AbstractSet
from functools import lru_cache

__all__ = ["FAMILY", "face"]

FAMILY = "Page Han"
# The font's own letters are not embedded: every system has letters. These signs look different in Chinese text.
SIGNS = frozenset("“”‘’—…·")
FROM = 0x2E80  # the first block of Chinese, Japanese and Korean signs
# Left out: what is for vertical text, for other languages and for composing.
DROPPED = ["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "DSIG"]


def face(text: str) -> str:
    """Return the style rule that embeds the Chinese glyphs of ``text`` as WOFF2; empty if it has none."""
    chars = set(text)
    han = frozenset(c for c in chars if ord(c) >= FROM)
    return _face(han | (chars & SIGNS)) if han else ""


@lru_cache(maxsize=32)
def _face(chars: AbstractSet[str]) -> str:
    data = base64.b64encode(_subset(chars)).decode()
    return f'@font-face{{font-family:"{FAMILY}";src:url(data:font/woff2;base64,{data}) format("woff2")}}'


def _subset(chars: AbstractSet[str]) -> bytes:
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont
    from pylopdf_fonts_zh_cn import sans_path

    options = Options(hinting=False, layout_features=[], desubroutinize=True, name_IDs=[0, 1, 2, 13, 14])
    options.drop_tables = [*options.drop_tables, *DROPPED]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=map(ord, chars))
    # The original's time stamp is kept, so that equal pages have equal bytes.
    with TTFont(sans_path(), lazy=True, recalcTimestamp=False) as font:
        subsetter.subset(font)
        font.flavor = "woff2"
        stream = io.BytesIO()
        font.save(stream)
    return stream.getvalue()
