"""Make matplotlib's SVG small and at home in a page: shared glyphs, unique ids, colours that follow light and dark."""

from __future__ import annotations

import re
from html import escape

from xtanalysis.report.fonts import GRID, INK, MUTED, PAPER

__all__ = ["Sprite"]

_THEME = {INK: "var(--ink)", MUTED: "var(--muted)", GRID: "var(--grid)", PAPER: "var(--paper)"}
_PROLOGUE = re.compile(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->|<metadata>.*?</metadata>", re.DOTALL)
_BLANK = re.compile(r">\s+<")
_GLYPH = re.compile(r'<path id="([^"]+)"(?: d="([^"]*)")? transform="scale\(0\.015625\)"/>')
_ID = re.compile(r'\bid="([^"]+)"')
_DECIMALS = re.compile(r"(-?\d+\.\d\d)\d+")
_ZEROS = re.compile(r"\.(\d*?)0+(?!\d)")
_OUTLINE = re.compile(r' d="([^"]*)"')
_COMMAND = re.compile(r" ?([A-Za-z]) ?")
_UNSEEN = re.compile(r'<g ?><path d="[^"]*" style="fill: none"/></g>')
_SHIFT = re.compile(r' transform="translate\(([-\d.]+) 0\)"/>')
_STYLE = re.compile(r'(?<=[:;]) (?=[^"<>]*"[ />])')
_COLOUR = re.compile("|".join(map(re.escape, _THEME)))
_SIZE = re.compile(r'<svg\b[^>]*?viewBox="([^"]+)"[^>]*>', re.DOTALL)


class Sprite:
    """Figures of one page and the glyphs that they share.

    A page's Chinese glyphs are most of its bytes: each is kept once, in ``html``, and figures refer to it.
    """

    def __init__(self) -> None:
        self._glyphs: dict[str, str] = {}
        self._figures = 0

    def figure(self, svg: str, alt: str) -> str:
        """Return ``svg`` as an inline element of the page, named by ``alt``."""
        self._figures += 1
        prefix = f"f{self._figures}-"
        renamed: dict[str, str] = {}

        def take_glyph(match: re.Match[str]) -> str:
            renamed[match[1]] = self._share(match[2] or "")
            return ""

        svg = _BLANK.sub("><", _PROLOGUE.sub("", svg)).strip()
        svg = _GLYPH.sub(take_glyph, svg)
        kept = set(re.findall(r"(?:url\(|href=\")#([^)\"]+)", svg)) - set(renamed)
        svg = _ID.sub(lambda m: f'id="{prefix}{m[1]}"' if m[1] in kept else "", svg)
        svg = re.sub(r'xlink:href="#([^"]+)"', lambda m: f'href="#{renamed.get(m[1]) or prefix + m[1]}"', svg)
        svg = re.sub(r"url\(#([^)]+)\)", rf"url(#{prefix}\1)", svg)
        svg = _ZEROS.sub(lambda m: f".{m[1]}" if m[1] else "", _DECIMALS.sub(r"\1", svg))
        svg = _SHIFT.sub(r' x="\1"/>', _UNSEEN.sub("", _OUTLINE.sub(lambda m: f' d="{_tight(m[1])}"', svg)))
        svg = _STYLE.sub("", svg.replace("<g >", "<g>"))
        svg = _COLOUR.sub(lambda m: _THEME[m[0]], svg)
        svg = svg.replace("<defs></defs>", "").replace("<defs/>", "").replace(' style=""', "")
        name = escape(alt, quote=True)
        return _SIZE.sub(lambda m: f'<svg viewBox="{m[1]}" role="img" aria-label="{name}">', svg, count=1)

    @property
    def html(self) -> str:
        """The glyphs, in an element that takes no room; to stand before the first figure."""
        if not self._glyphs:
            return ""
        paths = "".join(f'<path id="{name}" d="{d}" transform="scale(.015625)"/>' for d, name in self._glyphs.items())
        return f'<svg class="sprite" width="0" height="0" aria-hidden="true"><defs>{paths}</defs></svg>'

    def _share(self, outline: str) -> str:
        return self._glyphs.setdefault(_tight(outline), f"g{len(self._glyphs)}")


def _tight(outline: str) -> str:
    """Write a path without the spaces and line ends that it does not need."""
    return _COMMAND.sub(r"\1", " ".join(outline.split()))
