"""The numbers of each kind of chart as a table, columns named in the page's language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from xtanalysis.report.charts.fans import by_label, by_year
from xtanalysis.report.words import FIGURE_WORDS
from xtanalysis.text import all_in

if TYPE_CHECKING:
    from xtanalysis.text import Language

__all__ = ["curve_table", "end_table", "fan_table", "matrix_table", "share_table"]

MOST = 41  # rows of a curve


def fan_table(
    wide: pd.DataFrame,
    unit: str,
    facts: pd.DataFrame | None,
    targets: Sequence[tuple[int, float, str]],
    lang: Language,
    *,
    second: pd.DataFrame | None = None,
    second_name: str = "",
) -> pd.DataFrame:
    """One row a year: quantiles, then published figures by kind and grade, targets, a second opinion.

    Parameters
    ----------
    wide
        Years × quantiles.
    facts, targets, second, second_name
        As :func:`xtanalysis.report.charts.plots.fan_chart` takes them. A year of two figures of a kind has two rows.
    """
    words = all_in(FIGURE_WORDS, lang)
    tail = words["unit"].format(unit=unit) if unit else ""
    # By hand: joining frames takes five times as long, and a page has a dozen of these.
    columns: dict[str, dict[tuple[int, int], float]] = {}  # name → (year, turn of a figure in it) → value
    for q in wide:
        columns[_quantile(q, words) + tail] = _first(zip(wide.index, wide[q], strict=True))
    if second is not None and len(second):
        other = by_year(second)
        for q in other:
            named = f"{second_name}{words['colon']}{_quantile(q, words)}"
            columns[named] = _first(zip(other.index, other[q], strict=True))
    columns |= {label: _first(marks) for label, marks in by_label(targets).items()}
    columns |= {} if facts is None else dict(sorted(_points(facts, words).items()))
    rows = sorted({row for column in columns.values() for row in column})
    told = {name: [column.get(row, np.nan) for row in rows] for name, column in columns.items()}
    return pd.DataFrame({words["year"]: [year for year, _ in rows], **told})


def _first(values: Iterable[tuple[int, float]]) -> dict[tuple[int, int], float]:
    return {(int(year), 0): value for year, value in values}


def _points(facts: pd.DataFrame, words: Mapping[str, str]) -> dict[str, dict[tuple[int, int], float]]:
    """Figures by kind and grade; the second of a kind in a year has a row of its own."""
    found: dict[str, dict[tuple[int, int], float]] = {}
    turns: Counter[tuple[str, int]] = Counter()
    for year, value, kind, trust in zip(*(facts[name] for name in ("year", "value", "kind", "trust")), strict=True):
        name = words["fact"].format(kind=words[kind], trust=trust)
        found.setdefault(name, {})[int(year), turns[name, year]] = value
        turns[name, year] += 1
    return found


def _quantile(q: Any, words: Mapping[str, str]) -> str:
    return words["median"] if q == 0.5 else words["quantile"].format(percent=f"{100 * q:g}")


def end_table(quantiles: pd.DataFrame, names: Mapping[str, str], unit: str, lang: Language) -> pd.DataFrame:
    """One row a year, each scenario's median."""
    words = all_in(FIGURE_WORDS, lang)
    tail = words["unit"].format(unit=unit) if unit else ""
    middle = quantiles[quantiles["quantile"] == 0.5]
    wide = middle.pivot_table(index="year", columns="scenario", values="value")[list(names)]
    columns = {key: f"{name}{words['colon']}{words['median']}{tail}" for key, name in names.items()}
    return wide.rename(columns=columns).rename_axis(words["year"], axis=0).rename_axis(None, axis=1).reset_index()


def share_table(labels: Sequence[str], parts: Mapping[str, Sequence[float]]) -> pd.DataFrame:
    """One row a bar, its parts beside one another."""
    return pd.DataFrame({"": list(labels), **{name: list(shares) for name, shares in parts.items()}})


def curve_table(x: np.ndarray, y: np.ndarray, across: str, up: str) -> pd.DataFrame:
    """The points of a curve, thinned out evenly to what a reader needs."""
    kept = np.unique(np.linspace(0, len(x) - 1, min(MOST, len(x))).round().astype(int))
    return pd.DataFrame({across: x[kept], up: y[kept]})


def matrix_table(frame: pd.DataFrame) -> pd.DataFrame:
    """A matrix with its rows' names in the first column."""
    return frame.rename_axis("", axis=0).reset_index()
