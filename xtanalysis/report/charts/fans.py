"""What a fan chart is made of: quantiles by year, the bands that they bound, marks by label; and the chart in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from xtanalysis.targets.numbers import numbers_as_text

__all__ = ["bands", "by_label", "by_year", "fan_text"]


def by_year(quantiles: pd.DataFrame) -> pd.DataFrame:
    """Return years × quantiles."""
    # By hand: pandas' reshaping takes ten times as long, and a page has fifty of these.
    years, row = np.unique(quantiles["year"].to_numpy(), return_inverse=True)
    levels, column = np.unique(quantiles["quantile"].to_numpy(), return_inverse=True)
    values = np.full((len(years), len(levels)), np.nan)
    if len(np.unique(row * len(levels) + column)) < len(row):
        raise ValueError("a fan chart needs one value for each year and quantile; some are there twice")
    values[row, column] = quantiles["value"].to_numpy()
    wide = pd.DataFrame(values, index=pd.Index(years, name="year"), columns=[round(float(q), 6) for q in levels])
    if 0.5 not in wide.columns:
        raise ValueError(f"a fan chart needs the median (quantile 0.5); found {list(wide.columns)}")
    return wide


def bands(wide: pd.DataFrame) -> list[tuple[float, float]]:
    """Return (low, high) of each symmetric band, widest first."""
    levels = [float(q) for q in wide.columns]
    return [(q, round(1 - q, 6)) for q in sorted(levels) if q < 0.5 and round(1 - q, 6) in levels]


def by_label(targets: Sequence[tuple[int, float, str]]) -> dict[str, list[tuple[int, float]]]:
    """Label → its (year, value) pairs."""
    out: dict[str, list[tuple[int, float]]] = {}
    for year, value, label in targets:
        out.setdefault(label, []).append((year, value))
    return out


def fan_text(
    wide: pd.DataFrame,
    unit: str,
    facts: pd.DataFrame | None,
    targets: Sequence[tuple[int, float, str]],
    words: Mapping[str, str],
) -> str:
    """Say where the median goes, how wide it is at the end, what is published and what is aimed at."""
    first, last = int(wide.index[0]), int(wide.index[-1])
    text = words["fan"].format(
        y0=first,
        v0=numbers_as_text(float(wide[0.5].iloc[0])),
        y1=last,
        v1=numbers_as_text(float(wide[0.5].iloc[-1])),
        unit=unit,
    )
    pairs = bands(wide)
    if pairs:
        low, high = pairs[0]
        bounds = {
            "low": numbers_as_text(float(wide[low].iloc[-1])),
            "high": numbers_as_text(float(wide[high].iloc[-1])),
        }
        text += words["fan_band"].format(year=last, percent=f"{100 * (high - low):.0f}", unit=unit, **bounds)
    if facts is not None and len(facts):
        text += words["fan_facts"].format(n=len(facts), y0=int(facts["year"].min()), y1=int(facts["year"].max()))
    for label, marks in by_label(targets).items():
        year, value = marks[-1]
        text += words["fan_target"].format(year=year, value=numbers_as_text(float(value)), unit=unit, label=label)
    return text
