"""The numbers that a figure shows, as CSV: what a drawing function gave, else what the marks tell."""

from __future__ import annotations

import csv
import io
import weakref
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xtanalysis.text import each_in, message

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from xtanalysis.text import Language

__all__ = ["figure_csv", "give_numbers"]

# Weak, so that a closed figure takes its numbers along.
_GIVEN: weakref.WeakKeyDictionary[Axes, pd.DataFrame] = weakref.WeakKeyDictionary()
DIGITS = 6
_WORDS = (
    message("panel"),
    message("series"),
    message("x"),
    message("value"),
)


def give_numbers(axes: Axes, frame: pd.DataFrame) -> None:
    """Say what ``axes`` shows as a table, its columns named in the page's language."""
    _GIVEN[axes] = frame


def figure_csv(figure: Figure, lang: Language) -> str:
    """Return the numbers of all axes, one after another; a first column names them where there are several."""
    drawn = [axes for axes in figure.axes if axes.get_visible() and axes.get_label() != "<colorbar>"]
    told = [(axes, found) for axes in drawn if len(found := _numbers(axes, lang))]
    if not told:
        return ""
    panel, many = each_in(_WORDS, lang)[0], len(told) > 1
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    heads: list[str] = []
    for axes, frame in told:
        head = [panel, *map(str, frame.columns)] if many else [str(column) for column in frame.columns]
        if head != heads:
            writer.writerow(head)
            heads = head
        title = " ".join((axes.get_title("left") or axes.get_title()).split())
        for row in frame.itertuples(index=False, name=None):
            writer.writerow([title, *map(_cell, row)] if many else [_cell(value) for value in row])
    return text.getvalue()


def _numbers(axes: Axes, lang: Language) -> pd.DataFrame:
    if axes in _GIVEN:
        return _GIVEN[axes]
    rows: list[tuple[object, ...]] = []
    for line in axes.get_lines():
        if line.get_transform() == axes.transData and not str(line.get_label()).startswith("_"):
            rows += [(line.get_label(), x, y) for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)]  # type: ignore[arg-type]
    for group in axes.containers:
        bars = getattr(group, "patches", None)
        if not bars:
            continue
        sideways = getattr(group, "orientation", "") == "horizontal"
        axis = axes.yaxis if sideways else axes.xaxis
        names = [label.get_text() for label in axis.get_ticklabels()]
        sizes = [bar.get_width() if sideways else bar.get_height() for bar in bars]
        rows += [(group.get_label(), names[i] if i < len(names) else i, size) for i, size in enumerate(sizes)]
    return pd.DataFrame(rows, columns=list(each_in(_WORDS, lang)[1:]))


def _cell(value: object) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, float | np.floating):
        return f"{value:.{DIGITS}g}"
    return str(value)
