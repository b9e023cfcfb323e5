"""Sizes and outlines of texts, found once for a process and its forks: a sweep's pages say the same words again."""

from __future__ import annotations

from functools import cache
from typing import Any

import matplotlib as mpl
from matplotlib.textpath import TextToPath

__all__ = ["lettering"]


class _Remembering(TextToPath):
    """matplotlib's own answers; it forgets them with every figure, and its fonts with every fork."""

    def __init__(self) -> None:
        super().__init__()
        self._sizes: dict[Any, tuple[float, float, float]] = {}
        self._shapes: dict[Any, tuple[list[Any], dict[str, Any]]] = {}

    def get_text_width_height_descent(self, s: str, prop: Any, ismath: Any) -> tuple[float, float, float]:
        if ismath:
            return super().get_text_width_height_descent(s, prop, ismath)
        key = (hash(prop), *_families(), s)
        if key not in self._sizes:
            self._sizes[key] = super().get_text_width_height_descent(s, prop, ismath)
        return self._sizes[key]

    def get_glyphs_with_font(
        self,
        font: Any,
        s: str,
        glyph_map: dict[str, Any] | None = None,
        return_new_glyphs_only: bool = False,
        *,
        features: Any = None,
        language: Any = None,
    ) -> tuple[list[Any], dict[str, Any], list[Any]]:
        key = (font.fname, *_families(), s, features, language)
        if key not in self._shapes:
            placed, outlines, _ = super().get_glyphs_with_font(font, s, features=features, language=language)
            self._shapes[key] = placed, outlines
        placed, outlines = self._shapes[key]
        known = {} if glyph_map is None else glyph_map
        new = {name: outline for name, outline in outlines.items() if name not in known}
        return placed, new if return_new_glyphs_only else {**known, **new}, []


def _families() -> tuple[str, ...]:
    """What else decides which face gives a glyph."""
    return (*mpl.rcParams["font.family"], *mpl.rcParams["font.sans-serif"])


@cache
def lettering() -> TextToPath:
    """Return what a renderer may ask for sizes and outlines instead of its own, which forgets."""
    return _Remembering()
