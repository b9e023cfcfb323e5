"""Chinese glyphs inside a page: a subset of Noto Sans SC with no more than the page's own characters.

A reader's own fonts come first in the style sheet; the subset stands in where a machine has no Chinese font.
"""

from __future__ import annotations

import base64
import io
import struct
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

__all__ = ["FAMILY", "face"]

FAMILY = "Page Han"
# The font's own letters are not embedded: every system has letters. These signs look different in Chinese text.
SIGNS = frozenset("“”‘’—…·")
FROM = 0x2E80  # the first block of Chinese, Japanese and Korean signs
NAMES = (0, 1, 2, 13, 14)  # copyright, family, style, licence and its address
KEPT = ("head", "hhea", "OS/2", "name", "post")  # tables that do not speak of single glyphs
LOSSLESS = 1 << 11  # of head's flags, as WOFF2 asks for
# Brotli's next level makes a page 2 % smaller, for five times as long: a third of what a page costs its worker.
QUALITY = 9
_HEADER = struct.Struct(">4s4sLHHLLHHLLLLL")
_TABLE = struct.Struct(">4s4xLL")  # of an OpenType font's directory: tag, checksum, offset, length


class _Glyph(NamedTuple):
    """Advance and left bearing in units of the font, and the outline without hints and subroutines."""

    metrics: tuple[int, int]
    outline: Any


def face(text: str) -> str:
    """Return the style rule that embeds the Chinese glyphs of ``text`` as WOFF2; empty if it has none."""
    chars = set(text)
    han = {c for c in chars if ord(c) >= FROM}
    if not han:
        return ""
    data = base64.b64encode(_packed(_subset(sorted(han | (chars & SIGNS))))).decode()
    return f'@font-face{{font-family:"{FAMILY}";src:url(data:font/woff2;base64,{data}) format("woff2")}}'


@cache
def _source() -> TTFont:
    """The whole font, in memory: processes that are forked from this one must not share a file's place."""
    from pathlib import Path

    from fontTools.ttLib import TTFont
    from pylopdf_fonts_zh_cn import sans_path

    font = TTFont(io.BytesIO(Path(sans_path()).read_bytes()), lazy=True, recalcTimestamp=False)
    font["name"].names = [record for record in font["name"].names if record.nameID in NAMES]
    font["head"].flags |= LOSSLESS
    return font


@lru_cache(maxsize=4096)
def _glyph(name: str) -> _Glyph:
    """One glyph, drawn once for all pages of a process."""
    from fontTools.pens.t2CharStringPen import T2CharStringPen

    metrics = _source()["hmtx"][name]
    pen = T2CharStringPen(metrics[0], None)
    _source().getGlyphSet()[name].draw(pen)
    outline = pen.getCharString()
    outline.compile()
    return _Glyph(metrics, outline)


def _subset(chars: Iterable[str]) -> bytes:
    """An OpenType font of these characters, as far as the font has them."""
    from fontTools.fontBuilder import FontBuilder

    source = _source()
    known = source.getBestCmap()
    codes = {ord(c): known[ord(c)] for c in chars if ord(c) in known}
    glyphs = {name: _glyph(name) for name in (".notdef", *codes.values())}
    builder = FontBuilder(source["head"].unitsPerEm, isTTF=False)
    builder.font.recalcBBoxes = False  # the boxes of the whole font hold every glyph
    for table in KEPT:
        builder.font[table] = source[table]
    builder.setupGlyphOrder([*glyphs])
    builder.setupCharacterMap(codes)
    box = {"FontBBox": source["CFF "].cff[0].FontBBox}
    builder.setupCFF(FAMILY.replace(" ", ""), box, {name: glyph.outline for name, glyph in glyphs.items()}, {})
    builder.setupHorizontalMetrics({name: glyph.metrics for name, glyph in glyphs.items()})
    stream = io.BytesIO()
    builder.save(stream)
    return stream.getvalue()


def _packed(font: bytes) -> bytes:
    """An OpenType font as WOFF2, its tables as they are (W3C: WOFF File Format 2.0, section 4)."""
    import brotli
    from fontTools.ttLib.woff2 import getKnownTagIndex, packBase128

    count = int.from_bytes(font[4:6], "big")
    tables = [_TABLE.unpack_from(font, 12 + _TABLE.size * i) for i in range(count)]
    directory = b"".join(bytes([getKnownTagIndex(tag.decode())]) + packBase128(length) for tag, _, length in tables)
    whole = b"".join(font[offset : offset + length] for _, offset, length in tables)
    data: bytes = brotli.compress(whole, mode=brotli.MODE_FONT, quality=QUALITY)
    size = -(-(_HEADER.size + len(directory) + len(data)) // 4) * 4
    head = _HEADER.pack(b"wOF2", font[:4], size, count, 0, len(font), len(data), 1, 0, 0, 0, 0, 0, 0)
    return (head + directory + data).ljust(size, b"\0")
