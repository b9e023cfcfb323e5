"""Parameters of the channels through which an intervention acts: a table with central values, ranges and sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from xtanalysis.accounting.divisia import Array
from xtanalysis.data.paths import PACKAGE
from xtanalysis.data.tables import made_of, table_rows

__all__ = ["Sourced", "channel_parameters", "draw_parameters"]


@dataclass(frozen=True, slots=True)
class Sourced:
    """A parameter from the literature: the value used, the range of published ones, and where each comes from."""

    value: float
    low: float
    high: float
    source: str


@cache
def channel_parameters() -> Mapping[str, Sourced]:
    """Every parameter of channels.csv by name."""
    rows = table_rows(PACKAGE / "data" / "channels.csv")
    return {row["parameter"]: made_of({**row, "value": row["central"]}, Sourced) for row in rows}


def draw_parameters(rng: np.random.Generator, draws: int) -> Mapping[str, Array]:
    """Each parameter on every path, shape (draws,): triangular over the published range, its mode the central value."""
    return {name: rng.triangular(row.low, row.value, row.high, draws) for name, row in channel_parameters().items()}
