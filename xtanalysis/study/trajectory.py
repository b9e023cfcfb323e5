"""One indicator of a projection: quantiles of its level, growth and index by year, labelled and with a unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xtanalysis.answers.project import ScenarioDraws
from xtanalysis.answers.store import QUANTILES
from xtanalysis.data.dictionary import by_own_tables, current, indicators, units
from xtanalysis.errors import BadInput, Problem
from xtanalysis.statements.days import as_year
from xtanalysis.study.shown import html_block, indicator_name
from xtanalysis.text import message

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["Trajectory"]

Array = NDArray[np.float64]


def _shares(quantiles: Sequence[float] | float) -> tuple[float, ...]:
    """Quantiles as shares; one alone stands for itself.

    Raises
    ------
    BadInput
        For what is not between 0 and 1.
    """
    found = tuple(float(q) for q in np.atleast_1d(np.asarray(quantiles, dtype=float)))
    if wrong := [f"{q:g}" for q in found if not 0.0 <= q <= 1.0]:
        what, expected = message("quantiles lie between 0 and 1"), message("0.1 for the tenth per cent")
        raise BadInput(Problem(what, column="quantiles", found=", ".join(wrong), expected=expected))
    return found


class Trajectory:
    """An indicator's paths under one projection.

    Attributes
    ----------
    indicator
        Id.
    unit
        Id of the unit of its levels.
    reference
        The study's tables.
    """

    def __init__(self, record: ScenarioDraws, indicator: str) -> None:
        self.indicator, self.unit = indicator, indicators()[indicator].unit
        self.reference = current()
        self._record, self._draws = record, record.paths.of(indicator)

    def draws(self) -> xr.DataArray:
        """Every path, dimensions draw and year, in ``unit``."""
        import xarray as xr

        years = self._record.paths.years
        return xr.DataArray(
            self._draws, dims=("draw", "year"), coords={"year": years}, name=self.indicator, attrs={"unit": self.unit}
        )

    @by_own_tables
    def levels(self, quantiles: Sequence[float] | float = QUANTILES) -> pd.DataFrame:
        """Quantiles of the level by year, in ``unit`` (a share as a fraction); index years, columns quantiles."""
        quantiles = _shares(quantiles)
        values = self._record.paths.quantiles(self.indicator, tuple(quantiles))
        return self._frame(values, self._record.paths.years, quantiles, "levels", self.unit)

    def growth(self, quantiles: Sequence[float] | float = QUANTILES) -> pd.DataFrame:
        """Quantiles of growth on the year before, %; of a share the change in percentage points.

        Returns
        -------
        Index years from the second of the paths, columns quantiles; the unit is in ``attrs["unit"]``.
        """
        quantiles = _shares(quantiles)
        now, before = self._draws[:, 1:], self._draws[:, :-1]
        share = self.unit == "fraction"
        change = 100.0 * (now - before) if share else 100.0 * (now / before - 1.0)
        values = np.quantile(change, quantiles, axis=0)
        unit = "percentage points" if share else "percent"
        return self._frame(values, self._record.paths.years[1:], quantiles, "growth", unit)

    def index(self, base: int | str | None = None, quantiles: Sequence[float] | float = QUANTILES) -> pd.DataFrame:
        """Quantiles of the level by year with ``base`` = 100 on every path; the origin year unless told.

        Raises
        ------
        BadInput
            If the paths have no such year.
        """
        quantiles, years = _shares(quantiles), self._record.paths.years.tolist()
        start = self._record.origin if base is None else as_year(base, "base")
        if start not in years:
            expected = message("{first} to {last}", first=years[0], last=years[-1])
            raise BadInput(
                Problem(message("the paths have no such year"), column="base", found=str(start), expected=expected)
            )
        values = np.quantile(100.0 * self._draws / self._draws[:, [years.index(start)]], quantiles, axis=0)
        return self._frame(values, self._record.paths.years, quantiles, "index", f"{start} = 100")

    def to_frame(self) -> pd.DataFrame:
        """Quantiles of the level by year (:meth:`levels`)."""
        return self.levels()

    def _frame(
        self, values: Array, years: NDArray[np.int_], quantiles: Sequence[float], what: str, unit: str
    ) -> pd.DataFrame:
        columns = pd.Index([float(q) for q in quantiles], name="quantile")
        frame = pd.DataFrame(values.T, index=pd.Index(years, name="year"), columns=columns)
        frame.attrs = {"indicator": self.indicator, "measure": what, "unit": unit}
        return frame

    def _title(self) -> str:
        r, unit = self._record, units()[self.unit]
        return f"{indicator_name(self.indicator)} of {r.region}, {r.scenario.id}, as of {r.as_of}; {unit.zh} {unit.en}"

    def _recent(self) -> pd.DataFrame:
        frame = self.levels()
        return frame[frame.index >= self._record.origin]

    @by_own_tables
    def __repr__(self) -> str:
        table = self._recent().to_string(float_format="{:.4g}".format)
        return f"{self._title()}\n{table}\n.growth() .levels() .index() .draws()"

    @by_own_tables
    def _repr_html_(self) -> str:
        return html_block(self._title(), self._recent())
