"""Which indicators are shown where: one table, so that a list changes without code."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from xtanalysis.data.tables import table_rows

__all__ = ["Shown", "shown", "shown_names"]


class Shown(NamedTuple):
    """One row of shown_indicators.csv; ``rises`` says whether more is better."""

    indicator: str
    measure: str
    rises: bool


@cache
def shown(name: str) -> tuple[Shown, ...]:
    """One list of shown_indicators.csv, in its order.

    Lists: ``ranked`` and ``leading`` (places and leading figures of the scorecard), ``headline`` (the first page),
    ``growth`` and ``economy`` (beside it on the desk), ``summary`` (a projection's repr), ``compared`` (charts of
    several scenarios), ``assumed`` (the explorer's first sliders), ``explained`` (what teaches the model),
    ``both_readings``, ``single_series`` and ``single_series_drawn`` (the benchmark), ``small_chart`` (the index),
    ``not_published`` (modelled products that no bureau can be asked for); of the replay ``scored_as_told``,
    ``several_calibres`` and ``outlook`` (of whose real growth an outlook for the nation speaks).
    """
    rows = table_rows(Path(__file__).with_name("shown_indicators.csv"))
    return tuple(Shown(row["indicator"], row["measure"], row["rises"] == "yes") for row in rows if row["list"] == name)


def shown_names(name: str) -> tuple[str, ...]:
    """Ids of the indicators of one list."""
    return tuple(row.indicator for row in shown(name))
