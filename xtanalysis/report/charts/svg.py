"""Make matplotlib's SVG small, and at home in a page: shared glyphs, unique ids, colours that follow light and dark."""

from __future__ import annotations

import re
from html import escape

from xtanalysis.report.charts.fonts import GRID, INK, MUTED, PAPER

__all__ = ["Sprite", "slim"]

BROAD = 470.0  # points; a wider figure is not shrunk to a phone's width but scrolls there
PIXELS = 1.33  # of a page for a point of a figure, as in print
_THEME = {INK: "var(--ink)", MUTED: "var(--muted)", GRID: "var(--grid)", PAPER: "var(--paper)"}
_PROLOGUE = re.compile(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->|<metadata>.*?</metadata>", re.DOTALL)
_BLANK = re.compile(r">\s+<")
_GLYPH = re.compile(r'<path id="([^"]+)"(?: d="([^"]*)")? transform="scale\(0\.015625\)"/>')
_ID = re.compile(r'\sid="([^"]+)"')
_USED = re.compile(r"(?:url\(|href=\")#([^)\"]+)")
# Not of small numbers: the scale of letters is one, and 9.5 points would become 9. Patterns that start with a letter of
# their own are found several times as fast.
_DECIMALS = re.compile(r"(\.(?:(?<=\d\.)[1-9]\d|(?<=[1-9]\.)0\d|(?<=\d\d\.)0\d))\d+")
_ZEROS = re.compile(r"\.(\d*?)0+(?!\d)")
_SPACED = [
    (" \n", "\n"),
    *((f"\n{command} ", command) for command in "MLQC"),
    ("\nz", "z"),
    ('\n"', '"'),
    ('"M ', '"M'),
]
_UNSEEN = re.compile(r'<g><path d="[^"]*" style="fill: none"/></g>')
_SHIFT = re.compile(r' transform="translate\(([-\d.]+) 0\)"/>')
_STYLE = re.compile(r' (?<=[:;] )(?=[^"<>]*"[ />])')
_COLOUR = re.compile("|".join(map(re.escape, _THEME)))
# Of an outline: matplotlib's are of whole numbers, of which steps from point to point lose nothing.
_WHOLE = re.compile(r"(?:[MLQC]-?\d+(?: -?\d+)*|z)*")
_COMMAND = re.compile(r"([MLQCz])([^MLQCz]*)")
_SIZE = re.compile(r'<svg\b[^>]*?viewBox="([^"]+)"[^>]*>', re.DOTALL)


def slim(svg: str) -> str:
    """Return the same picture in half the bytes: places to a hundredth of a point, nothing that is not seen."""
    svg = _BLANK.sub("><", _PROLOGUE.sub("", svg)).strip()
    used = set(_USED.findall(svg))
    svg = _ID.sub(lambda m: m[0] if m[1] in used else "", svg)
    for spaced, tight in _SPACED:  # of a path's commands
        svg = svg.replace(spaced, tight)
    svg = _ZEROS.sub(lambda m: f".{m[1]}" if m[1] else "", _DECIMALS.sub(r"\1", svg))
    svg = _SHIFT.sub(r' x="\1"/>', _UNSEEN.sub("", svg))
    svg = _STYLE.sub("", svg)
    return svg.replace("<defs></defs>", "").replace("<defs/>", "").replace(' style=""', "")


def _opened(box: str, name: str) -> str:
    """The tag that opens a figure: never larger than its letters are set for, and kept readable on a phone."""
    width = float(box.split()[2])
    kind = ' class="broad"' if width > BROAD else ""
    return f'<svg{kind} style="max-width:{width * PIXELS:.0f}px" viewBox="{box}" role="img" aria-label="{name}">'


def _in_steps(outline: str) -> str:
    """The same outline by steps from point to point, a third shorter; one that is not of whole numbers stays."""
    if not _WHOLE.fullmatch(outline):
        return outline
    parts: list[str] = []
    x, y, start, before = 0, 0, (0, 0), ""
    for command, numbers in _COMMAND.findall(outline):
        if command == "z":
            (x, y), before = start, "z"
            parts.append(before)
            continue
        points = [int(number) for number in numbers.split()]
        steps = [number - (y if i % 2 else x) for i, number in enumerate(points)]
        x, y = points[-2:]
        start = (x, y) if command == "M" else start
        letter = command.lower()
        if letter == "l" and 0 in steps:
            letter, steps = ("v", steps[1:]) if steps[0] == 0 else ("h", steps[:1])
        told = " ".join(map(str, steps)).replace(" -", "-")
        parts.append(told if letter == before and told[0] == "-" else f" {told}" if letter == before else letter + told)
        before = letter
    return "".join(parts)


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
            renamed[match[1]] = self._glyphs.setdefault(match[2] or "", f"g{len(self._glyphs)}")
            return ""

        # A figure that is not ours still has its prologue, and all else.
        svg = _GLYPH.sub(take_glyph, svg if svg.startswith("<svg") else slim(svg))
        svg = _ID.sub(rf' id="{prefix}\1"', svg.replace("<defs></defs>", ""))
        svg = re.sub(r'xlink:href="#([^"]+)"', lambda m: f'href="#{renamed.get(m[1]) or prefix + m[1]}"', svg)
        svg = re.sub(r"url\(#([^)]+)\)", rf"url(#{prefix}\1)", svg)
        svg = _COLOUR.sub(lambda m: _THEME[m[0]], svg)
        return _SIZE.sub(lambda m: _opened(m[1], escape(alt, quote=True)), svg, count=1)

    @property
    def html(self) -> str:
        """The glyphs, in an element that takes no room; to stand before the first figure."""
        if not self._glyphs:
            return ""
        paths = "".join(
            f'<path id="{name}" d="{_in_steps(d)}" transform="scale(.015625)"/>' for d, name in self._glyphs.items()
        )
        return f'<svg class="sprite" width="0" height="0" aria-hidden="true"><defs>{paths}</defs></svg>'
