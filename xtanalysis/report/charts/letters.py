"""Sizes of texts and places of their letters, found once for all figures of a process: a fifth of a figure's time.

A page has twenty figures with the same years, units and words on them, and a worker makes hundreds of pages.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from matplotlib.textpath import TextToPath

__all__ = ["Letters"]

MOST = 4096  # texts


class Letters(TextToPath):
    """What measures and draws texts for a renderer. A font stands for itself: settings may name others meanwhile."""

    def get_text_width_height_descent(self, s: str, prop: Any, ismath: Any) -> Any:
        """Of a text; a formula is measured anew, and all where matplotlib does not tell the font beforehand."""
        if ismath or not hasattr(_plain, "_get_font"):
            return super().get_text_width_height_descent(s, prop, ismath)
        return _size(_plain._get_font(prop), s, prop.copy())

    def get_glyphs_with_font(
        self, font: Any, s: str, glyph_map: Any = None, return_new_glyphs_only: bool = False, **options: Any
    ) -> Any:
        """Letters with their places, and the outlines of those that ``glyph_map`` does not have."""
        if not return_new_glyphs_only:
            return super().get_glyphs_with_font(font, s, glyph_map, **options)
        places, outlines, boxes = _placed(font, s, tuple(options.items()))
        known = glyph_map or {}
        return places, {name: outline for name, outline in outlines.items() if name not in known}, boxes


_plain: Any = TextToPath()


@lru_cache(MOST)
def _size(font: Any, text: str, look: Any) -> Any:
    return _plain.get_text_width_height_descent(text, look, False)


@lru_cache(MOST)
def _placed(font: Any, text: str, options: tuple[tuple[str, Any], ...]) -> Any:
    return _plain.get_glyphs_with_font(font, text, **dict(options))
