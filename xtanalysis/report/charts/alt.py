"""Alternative text for a figure, written from its own titles, labels and numbers, in the page's language."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

import numpy as np

from xtanalysis.targets.numbers import numbers_as_text
from xtanalysis.text import all_in, message

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from xtanalysis.text import Language

__all__ = ["alt_text", "describe"]

# What a drawing function knows better than its marks tell; weak, so that a closed figure takes its text along.
_SAID: weakref.WeakKeyDictionary[Axes, str] = weakref.WeakKeyDictionary()

_MOST = 12  # bars or ticks read out one by one; more become a range
_WORDS = {
    "figure": message("Figure"),
    "axes": message("Horizontal axis: {x}; vertical axis: {y}. "),
    "line": message("{name}: {y0} at {x0}, {y1} at {x1}, lowest {low}, highest {high}. "),
    "one": message("{name}: {y0} at {x0}. "),
    "points": message("{name}: {n} points from {low} to {high}. "),
    "bars": message("Bars: {items}. "),
    "many": message("{n} bars from {low} to {high}. "),
    "cells": message("{rows} rows by {columns} columns of coloured cells from {low} to {high}. "),
    "series": message("series {i}"),
    "comma": message(", "),
    "stop": message(". "),
}


def describe(axes: Axes, text: str) -> None:
    """Say in one sentence what ``axes`` shows; the sentence replaces the generic reading of its marks."""
    _SAID[axes] = text


def alt_text(figure: Figure, lang: Language) -> str:
    """Read a figure aloud: title, axes, then each line, bar, point cloud and colour map with its numbers."""
    words = all_in(_WORDS, lang)
    parts = [_sentence(figure.get_suptitle(), words)]
    for axes in figure.axes:
        if axes.get_label() == "<colorbar>" or not axes.get_visible():
            continue
        parts.append(_sentence(axes.get_title("left") or axes.get_title(), words))
        parts.append(_SAID[axes] if axes in _SAID else _axes_text(axes, words))
    text = "".join(parts).strip()
    return text or words["figure"]


def _sentence(text: str, words: dict[str, str]) -> str:
    text = " ".join(text.split())
    return text if not text or text[-1] in "。.!?？！" else text + words["stop"]


def _axes_text(axes: Axes, words: dict[str, str]) -> str:
    x, y = axes.get_xlabel(), axes.get_ylabel()
    said = [words["axes"].format(x=x or "—", y=y or "—")] if x or y else []
    said += [_line_text(axes, i, line, words) for i, line in enumerate(axes.get_lines(), 1)]
    for cloud in axes.collections:
        label = str(cloud.get_label())
        values = np.ma.getdata(cloud.get_offsets())[:, 1] if not label.startswith("_") else np.array([])
        if cloud.get_array() is not None and hasattr(cloud, "_coordinates"):  # a QuadMesh, as seaborn's heat map
            said.append(_cells_text(np.asarray(cloud.get_array(), float), words))
        elif len(values) > 1:
            low, high = _number(values.min()), _number(values.max())
            said.append(words["points"].format(name=label, n=len(values), low=low, high=high))
    said += [_cells_text(np.asarray(image.get_array(), float), words) for image in axes.images]
    bars = _bars_text(axes, words)
    return "".join([*said, bars])


def _line_text(axes: Axes, i: int, line: Any, words: dict[str, str]) -> str:
    x, y = np.asarray(line.get_xdata()), np.asarray(line.get_ydata(), dtype=float)
    keep = np.isfinite(y) if y.size else np.zeros(0, bool)
    if (
        not keep.any() or line.get_transform() != axes.transData
    ):  # reference lines across the whole plot say nothing new
        return ""
    x, y = x[keep], y[keep]
    label = str(line.get_label())
    name = words["series"].format(i=i) if label.startswith("_") else label
    ends = {"x0": _number(x[0]), "y0": _number(y[0]), "x1": _number(x[-1]), "y1": _number(y[-1])}
    if len(y) == 1:
        return words["one"].format(name=name, **ends)
    return words["line"].format(name=name, low=_number(y.min()), high=_number(y.max()), **ends)


def _bars_text(axes: Axes, words: dict[str, str]) -> str:
    from matplotlib.container import BarContainer

    bars = [bar for group in axes.containers if isinstance(group, BarContainer) for bar in group.patches]
    if not bars:
        return ""
    sideways = any(getattr(group, "orientation", "") == "horizontal" for group in axes.containers)
    sizes = np.array([bar.get_width() if sideways else bar.get_height() for bar in bars])
    if len(bars) > _MOST:
        return words["many"].format(n=len(bars), low=_number(sizes.min()), high=_number(sizes.max()))
    axis = axes.yaxis if sideways else axes.xaxis
    names = {
        round(float(t), 6): label.get_text()
        for t, label in zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=False)
    }
    middles = [
        (bar.get_y() + bar.get_height() / 2) if sideways else (bar.get_x() + bar.get_width() / 2) for bar in bars
    ]
    items = (f"{names.get(round(m, 6)) or _number(m)} {_number(size)}" for m, size in zip(middles, sizes, strict=True))
    return words["bars"].format(items=words["comma"].join(items))


def _cells_text(values: np.ndarray, words: dict[str, str]) -> str:
    rows, columns = values.shape[:2] if values.ndim > 1 else (1, values.size)
    low, high = _number(np.nanmin(values)), _number(np.nanmax(values))
    return words["cells"].format(rows=rows, columns=columns, low=low, high=high)


def _number(value: Any) -> str:
    """Four significant digits, years whole, dates as dates."""
    return str(value.astype("datetime64[D]")) if isinstance(value, np.datetime64) else numbers_as_text(value)
