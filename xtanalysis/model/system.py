"""What a region's joint model holds: its states, those around it, what binds them, and the rows of what is known."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from xtanalysis.data.dictionary import indicators, province_of, units
from xtanalysis.model.evidence import Evidence, build_evidence, reference
from xtanalysis.model.nested import set_aside_impossible
from xtanalysis.model.noise import ErrorTable
from xtanalysis.model.prior import Layout, make_layout, path_mean
from xtanalysis.model.priors import NATION, TREND, Growth, PriorTable
from xtanalysis.model.select import InformationSet
from xtanalysis.model.stand_ins import with_proxy
from xtanalysis.model.to_date import rest_of_year
from xtanalysis.statements.grammar import Period, Statement
from xtanalysis.statements.linear import states_of
from xtanalysis.statements.request import FIRST_YEAR

__all__ = ["build_system", "layout_of"]

Array = NDArray[np.float64]

PROVINCE = "its province"  # stands in PARENTS for the province of the region asked about
STATES = (
    "gdp_real",
    "gdp_price",
    "value_added_real",
    "value_added_price",
    "industrial_investment",
    "tech_upgrade_share",
    "energy_intensity",
    "fixed_asset_investment",
    "secondary_share_of_gdp",
    "industry_share_of_secondary",
    "above_scale_share_of_industry",
    "co2",
)
PARENTS = (
    (NATION, "gdp_real"),
    (NATION, TREND),
    (NATION, "value_added_real"),
    (PROVINCE, "gdp_real"),
    (PROVINCE, "value_added_real"),
    (PROVINCE, "industrial_investment"),
    (NATION, "value_added_price"),
    (PROVINCE, "energy_intensity"),
    (PROVINCE, "tech_upgrade_share"),
    (PROVINCE, "fixed_asset_investment"),
    (NATION, "industrial_investment"),
    (NATION, "energy_intensity"),
)
SCOPE_SD = 3.0  # log points a year by which value added grows beyond matched firms' volume and price


def _definitions(region: str, states: Sequence[str], to: int) -> list[Statement]:
    """What holds by definition, not as a figure.

    Price indices are 100 in their base year, and value added at current prices grows with volume and price but for
    firms that enter or leave the scope (growth is published on matched firms).
    """
    bases = [
        Statement(
            id=f"definition:{name}",
            region=region,
            indicator=name,
            measure="level",
            period=Period.parse("2020"),
            relation="equals",
            value=100.0,
            unit="index_2020",
            role="outcome",
            sd=0.001,
            trust="A",
            calibre="not_applicable",
        )
        for name in ("gdp_price", "value_added_price")
        if name in states
    ]
    if not set(states_of("value_added_scope")) <= set(states):
        return bases
    scope = [
        Statement(
            id=f"definition:scope:{year}",
            region=region,
            indicator="value_added_scope",
            measure="growth",
            period=Period.parse(str(year)),
            relation="equals",
            value=0.0,
            unit="percent",
            role="outcome",
            sd=SCOPE_SD,
            trust="A",
        )
        for year in range(FIRST_YEAR + 1, to + 1)
    ]
    return [*bases, *scope]


def _start(states: Sequence[tuple[str, str]], table: PriorTable, facts: Sequence[Statement]) -> tuple[Array, Array]:
    """Prior mean and sd of the first year's levels, from each region's own first GDP figure and the prior's ratios."""
    mean, sd = np.zeros(len(states)), np.zeros(len(states))

    def first_level(name: str, names: tuple[str, ...], growth: float) -> float | None:
        rows = [s for s in facts if s.region == name and s.indicator in names and s.measure == "level" and s.value > 0]
        if not rows:
            return None
        s = min(rows, key=lambda s: s.period)
        value = s.value * units()[s.unit].factor
        return 100.0 * math.log(value) - growth * (s.period.year - FIRST_YEAR)

    def growth_of(prior: Growth) -> float:
        return prior.loading * table.national.start + prior.drift

    for k, (name, indicator) in enumerate(states):
        prior = table.of(name, indicator)
        growth = growth_of(prior)
        gdp = first_level(name, ("gdp", "gdp_real"), growth_of(table.of(name, "gdp_real"))) or 100.0 * math.log(100.0)
        own = first_level(name, (indicator,), growth)
        if indicator in ("gdp_price", "value_added_price"):
            mean[k], sd[k] = -growth * (2020 - FIRST_YEAR), 60.0
        elif indicator != TREND and indicators()[indicator].is_share:
            mean[k], sd[k] = 100.0 * (prior.anchor_log or 0.0), prior.anchor_sd
        elif own is not None and prior.anchor == "level":
            mean[k], sd[k] = own, 100.0
        elif prior.anchor == "level" and prior.anchor_log is not None:
            mean[k], sd[k] = 100.0 * prior.anchor_log, prior.anchor_sd
        else:
            mean[k] = gdp + 100.0 * (prior.anchor_log or 0.0)
            sd[k] = 100.0 if indicator == "gdp_real" else prior.anchor_sd
    return mean, sd


def _states(region: str, facts: Sequence[Statement], wanted: Sequence[str] | None) -> list[tuple[str, str]]:
    """The region's states, then the parents that some statement speaks of."""
    if wanted is not None:
        wanted = [state for name in wanted for state in states_of(name)]
    names = [name for name in STATES if wanted is None or name in wanted]
    spoken = {(s.region, name) for s in facts for name in states_of(with_proxy(s).indicator)}
    if any(s.role == "outlook" and (s.region, s.indicator) == (NATION, "gdp_real") for s in facts):
        spoken.add((NATION, TREND))
    province = province_of(region)
    around = [(province if place == PROVINCE else place, name) for place, name in PARENTS]
    parents = [(place, name) for place, name in around if place not in (None, region) and (place, name) in spoken]
    if wanted is not None:
        needed = {*wanted, "gdp_real", TREND}
        parents = [(r, name) for r, name in parents if name in (needed if r == NATION else wanted)]
    return [*((region, name) for name in names), *parents]


def layout_of(
    region: str,
    information: InformationSet,
    used: Sequence[Statement],
    to: int,
    wanted: Sequence[str] | None,
    table: PriorTable,
) -> tuple[Layout, list[Statement]]:
    """The layout, and the figures with the definitions that bind its states."""
    states = _states(region, information.used, wanted)
    facts = [*used, *_definitions(region, [name for r, name in states if r == region], to)]
    start_mean, start_sd = _start(states, table, facts)
    return make_layout(states, range(FIRST_YEAR, to + 1), table, start_mean, start_sd), facts


def build_system(
    region: str,
    information: InformationSet,
    to: int,
    *,
    wanted: Sequence[str] | None = None,
    table: PriorTable,
    errors: ErrorTable,
) -> tuple[Layout, Evidence]:
    """The layout of a region's paths, 2000 to ``to``, and the rows of what is known, around the prior mean."""
    used, impossible = set_aside_impossible(information.used)
    layout, facts = layout_of(region, information, used, to, wanted, table)
    known = [*information.used, *(s for s, _ in information.set_aside)]
    around = dict.fromkeys(place for place in (region, province_of(region), NATION) if place is not None)
    rest = rest_of_year(used, known, tuple(around))
    at = reference(layout, path_mean(layout))
    evidence = build_evidence(facts, layout, at, errors, information.origin, rest)
    return layout, dataclasses.replace(evidence, unusable=(*evidence.unusable, *impossible))
