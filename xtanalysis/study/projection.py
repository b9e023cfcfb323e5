"""What a study answers under one scenario: paths, trajectories, and the verdict on every target."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from xtanalysis.accounting.projections import effect_bands, emission_effects, energy_effects
from xtanalysis.answers.changes import Change, changes_frame, changes_of
from xtanalysis.answers.drivers import capital_accounts
from xtanalysis.answers.explain import explain
from xtanalysis.answers.project import ScenarioDraws
from xtanalysis.answers.store import quantile_table, shown_indicators, target_table, write_projection
from xtanalysis.data.dictionary import Reference, by_own_tables, indicators
from xtanalysis.data.dictionary import indicator as find_indicator
from xtanalysis.data.shown import shown_names
from xtanalysis.errors import BadInput, Problem
from xtanalysis.statements.plans import Plan
from xtanalysis.statements.scenarios import Scenario
from xtanalysis.study.frames import implied_frame
from xtanalysis.study.shown import html_block, indicator_name, lines
from xtanalysis.study.trajectory import Trajectory
from xtanalysis.targets.implied_base import implied_bases
from xtanalysis.text import Language, message

if TYPE_CHECKING:
    import xarray as xr

    from xtanalysis.study.study import Study

__all__ = ["Projection"]


class Projection:
    """A study's paths under one scenario; what :meth:`~xtanalysis.study.study.Study.project` returns.

    Attributes
    ----------
    study
        What was asked.
    record
        The arrays that functions of this package pass on.

    Examples
    --------
    >>> base = study.project()                                  # doctest: +SKIP
    >>> base["value_added_real"].growth().loc[2025, 0.5]        # doctest: +SKIP
    """

    def __init__(self, study: Study, record: ScenarioDraws) -> None:
        self.study, self.record = study, record

    @property
    def reference(self) -> Reference:
        """The study's tables."""
        return self.study.reference

    @property
    def region(self) -> str:
        """Name as published."""
        return self.record.region

    @property
    def plan(self) -> Plan:
        """Whose targets are judged."""
        return self.record.plan

    @property
    def scenario(self) -> Scenario:
        """Under which assumptions."""
        return self.record.scenario

    @property
    def as_of(self) -> dt.date:
        """Only what was published by this day was used."""
        return self.record.as_of

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader should know about the run."""
        return self.record.warnings

    @cached_property
    @by_own_tables
    def targets(self) -> pd.DataFrame:
        """One row a target and reading, with the columns of targets.csv (docs/contract.md)."""
        return target_table(self.record)

    @cached_property
    @by_own_tables
    def paths(self) -> xr.DataArray:
        """Every draw of every modelled and derived indicator, made when first asked for.

        Returns
        -------
        Dimensions draw, year, indicator; the coordinate ``unit`` along indicator holds ids of units.
        """
        import xarray as xr

        paths = self.record.paths
        names = list(shown_indicators(paths))
        values = np.stack([paths.of(name) for name in names], axis=2)
        coords = {"year": paths.years, "indicator": names, "unit": ("indicator", [indicators()[n].unit for n in names])}
        about = {"region": self.region, "scenario": self.scenario.id, "as_of": str(self.as_of)}
        return xr.DataArray(values, dims=("draw", "year", "indicator"), coords=coords, name="paths", attrs=about)

    @by_own_tables
    def __getitem__(self, indicator: str) -> Trajectory:
        """One indicator by any of its names; an unknown one is refused with near names."""
        return Trajectory(self.record, find_indicator(indicator).id)

    @by_own_tables
    def to_frame(self) -> pd.DataFrame:
        """Quantiles of every indicator by year, long, with the columns of quantiles.csv (docs/contract.md)."""
        return quantile_table(self.record)

    @by_own_tables
    def explain(self, target: str, lang: Language = "zh") -> str:
        """Say in words what decides a target's answer, and which figure would settle more.

        Raises
        ------
        BadInput
            If the plan has no such target, or for another language.
        """
        if (given := str(lang)) not in ("zh", "en"):
            raise BadInput(Problem(message("unknown language"), column="lang", found=given, expected="zh, en"))
        return explain(self.record, target, lang)

    @cached_property
    @by_own_tables
    def changed(self) -> tuple[Change, ...]:
        """What each of the user's own figures changed under this scenario; fits once more, without them."""
        study, record = self.study, self.record
        if not study.own:
            return ()
        before = study.without_own.project(record.scenario, draws=len(record.paths.values), seed=record.seed)
        return changes_of(before.record, record, study.own, study.statements)

    @by_own_tables
    def changes(self) -> pd.DataFrame:
        """The same as a frame with the columns of changes.csv (docs/contract.md); empty without own figures."""
        return changes_frame(self.changed)

    @by_own_tables
    def implied_bases(self) -> pd.DataFrame:
        """Level targets with 规划倒推, an alternative that no verdict, range or hinge rests on.

        Each is judged as if the plan's level spoke of its base, which is not known, through the growth that plans ask
        for (9 ± 6 points a year).

        Returns
        -------
        Columns target, reading, base_indicator, base_year, unit; the base by the plan's level alone, by the evidence
        and by both (plan, evidence, both; low, median, high: 10, 50, 90 %); probability and verdict with both.
        """
        return implied_frame(implied_bases(self.record))

    def write(self, folder: Path | str, *, draws: bool = True) -> None:
        """Write quantiles.csv, targets.csv, draws.parquet, run.json and, with own figures, changes.csv to a folder."""
        changes = self.changes() if self.study.own else None
        write_projection(self.record, Path(folder), draws=draws, changes=changes)

    @by_own_tables
    def effects(self, first: int, of: Literal["energy_use", "co2"] = "energy_use") -> pd.DataFrame:
        """What moves energy use or CO2, on every path (LMDI-I, additive, chained; Ang 2015): output, energy per output.

        Parameters
        ----------
        first
            Year from which effects count; that year's level is 100 on every path.
        of
            ``co2`` adds emissions per energy; it is a modelled product and no statistic.

        Returns
        -------
        Index years from ``first``, columns (factor, quantile) with quantiles 0.1, 0.5, 0.9, in points of the first
        year's 100; the factor ``total`` is the change itself.

        Raises
        ------
        BadInput
            For a year that the paths do not have, or the last.
        """
        years = [int(year) for year in self.record.paths.years]
        if first not in years[:-1]:
            expected = message("{first} to {last}", first=years[0], last=years[-2])
            raise BadInput(
                Problem(message("no year to count effects from"), column="first", found=str(first), expected=expected)
            )
        start = years.index(first)
        levels = [self.record.paths.of(name)[:, start:] for name in ("value_added_real", "energy_use", "co2")]
        output, energy, co2 = (100.0 * level / level[:, [0]] for level in levels)
        shown = years[start:]
        made = (
            energy_effects(output, energy, shown)
            if of == "energy_use"
            else emission_effects(output, energy, co2, shown)
        )
        table = effect_bands(made).pivot_table(index="year", columns=["factor", "quantile"], values="effect")
        return table.reindex(columns=list(made.factors), level="factor")

    @by_own_tables
    def growth_accounts(self, first: int, last: int | None = None) -> pd.DataFrame:
        """Growth of above-scale output and what capital gives to it, on every path; the rest is labour and efficiency.

        The stock follows from investment by perpetual inventory; share of capital and depreciation are those of
        :mod:`xtanalysis.accounting.capital`, with their sources.

        Parameters
        ----------
        first, last
            Years between which growth is taken; to the horizon unless told.

        Returns
        -------
        Rows output, investment, capital, from_capital, rest; columns the quantiles 0.1, 0.5, 0.9; log points a year.

        Raises
        ------
        BadInput
            If the years are not on the paths, or not in order.
        """
        found = capital_accounts(self.record, first, self.record.to if last is None else last)
        names = ("output", "investment", "capital", "from_capital", "rest")
        columns = pd.Index([0.1, 0.5, 0.9], name="quantile")
        return pd.DataFrame([getattr(found, name) for name in names], index=list(names), columns=columns)

    @cached_property
    @by_own_tables
    def met(self) -> pd.DataFrame:
        """Whether each draw meets each target that has paths, under its first reading; index draw, columns targets.

        Draws share their paths: the mean of a column is its probability on the draws, that of all at once the joint.
        """
        first: dict[str, str] = {}
        for key in self.record.hits:
            first.setdefault(key.partition("|")[0], key)
        return pd.DataFrame({target: self.record.hits[key] for target, key in first.items()}).rename_axis("draw")

    @by_own_tables
    def trajectories(self) -> pd.DataFrame:
        """Median and 80 % interval of the growth of the main indicators, %, from the origin on."""
        parts = {}
        for name in (n for n in shown_names("summary") if n in set(shown_indicators(self.record.paths))):
            growth = self[name].growth((0.1, 0.5, 0.9))
            rows = growth[growth.index >= self.record.origin]
            parts[indicator_name(name)] = [f"{m:.1f} ({lo:.1f} to {hi:.1f})" for lo, m, hi in rows.to_numpy()]
        return pd.DataFrame(parts, index=rows.index).T

    def _judged(self) -> pd.DataFrame:
        """The targets that have paths, under their first readings, for a screen."""
        table = self.targets[self.targets["median"].notna()].drop_duplicates("target").set_index("target")
        wanted = ("verdict", "status", "probability", "low", "median", "high", "value", "unit", "missing_figure")
        return table[[name for name in wanted if name in table]]

    @by_own_tables
    def __repr__(self) -> str:
        r, judged = self.record, self._judged()
        title = f"Projection of {r.region} as of {r.as_of}, to {r.to}: {r.scenario.id}"
        pairs = [
            ("scenario", r.scenario.en),
            ("draws", f"{len(r.paths.values):,}, seed {r.seed}"),
            (
                "targets",
                f"{self.plan.id}: {len(self.plan)}, {len(judged)} of them with paths" if len(self.plan) else "",
            ),
            ("warnings", "; ".join(r.warnings)),
        ]
        with pd.option_context("display.width", 160, "display.max_columns", 20, "display.max_colwidth", 40):
            growth = f"Growth, % (80 % interval)\n{self.trajectories()}"
            verdicts = f"{judged.to_string(float_format='{:.3g}'.format)}" if len(judged) else ""
        return "\n".join(filter(None, [lines(title, pairs), growth, verdicts]))

    @by_own_tables
    def _repr_html_(self) -> str:
        r = self.record
        title = f"Projection of {r.region} as of {r.as_of}, to {r.to}: {r.scenario.zh} {r.scenario.en}"
        judged = self._judged()
        names = {t.id: t.zh for t in self.plan.targets}
        return html_block("\n".join([title, *r.warnings]), self.trajectories(), judged.rename(index=names))
