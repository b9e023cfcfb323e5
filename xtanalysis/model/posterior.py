"""The joint posterior of a region's paths: build the system, fit the mixture, answer linear questions, draw paths."""

from __future__ import annotations

import dataclasses
import math
import zlib
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xtanalysis.data.dictionary import indicators, province_of, units
from xtanalysis.model.bend import linearise_over
from xtanalysis.model.bounds import place_bounds
from xtanalysis.model.evidence import Evidence, build_evidence, reference, relinearise, with_proxy
from xtanalysis.model.exact import refuse_exact
from xtanalysis.model.likelihood import condition, covariances_of, spoken_of
from xtanalysis.model.mixture import CELLS, HyperPrior, Mixture, Mode, fit_mixture, fit_mode, hyper_prior
from xtanalysis.model.nested import set_aside_impossible
from xtanalysis.model.noise import ErrorTable, load_errors
from xtanalysis.model.nonlinear import compile_statement
from xtanalysis.model.prior import Layout, covariances_at, make_layout, path_mean
from xtanalysis.model.priors import NATION, TREND, PriorTable, priors_of
from xtanalysis.model.select import InformationSet
from xtanalysis.model.simulate import covariance_times, simulate_prior
from xtanalysis.model.threads import one_thread
from xtanalysis.model.to_date import rest_of_year
from xtanalysis.statements.grammar import Period, Statement
from xtanalysis.statements.request import FIRST_YEAR

__all__ = ["FIRST_YEAR", "Draws", "Posterior", "build_system", "fit_posterior", "layout_under", "stream"]

Array = NDArray[np.float64]

BASE_YEAR = 2020  # of constant prices
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
AT_ONCE = 512  # draws, so that what is worked on stays near the processor
SETTLING_STEPS = 8
SETTLED = 0.05  # log points by which no path moves any more
SCOPE_SD = 3.0  # log points a year by which value added grows beyond matched firms' volume and price


@dataclass(frozen=True, slots=True)
class Draws:
    """Paths drawn from the posterior.

    Attributes
    ----------
    values
        Log points, shape (draws, K·T); all draws of one position lie side by side in memory.
    cell
        The cell of each draw, shape (draws,), in ascending order.
    seed
        What they were drawn with.
    """

    values: Array
    cell: NDArray[np.intp]
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Posterior:
    """All paths of a region given an information set.

    Attributes
    ----------
    region
        The region asked about (parents are in the layout too).
    information
        What was known.
    layout, evidence, mixture
        The system, its rows, and the fitted cells.
    kept
        What every scenario and question needs, computed once; it goes when the posterior goes.
    """

    region: str
    information: InformationSet
    layout: Layout
    evidence: Evidence
    mixture: Mixture
    kept: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def origin(self) -> int:
        """Last full calendar year before the information set's day."""
        return self.information.origin

    def mean(self) -> Array:
        """Posterior mean of the paths, log points, shape (K·T,)."""
        out: Array = self.mixture.weights @ np.stack([cell.mean for cell in self.mixture.cells])
        return out

    @one_thread()
    def moments(self, rows: Array) -> tuple[Array, Array]:
        """Mean (m,) and covariance (m, m) of ``rows @ x``, rows of shape (m, K·T), over the whole mixture."""
        cells, weights = self.mixture.cells, self.mixture.weights
        means = np.stack([rows @ cell.mean for cell in cells])
        mean = weights @ means
        within = np.tensordot(weights, covariances_of(self.layout, cells, rows), axes=1)
        centred = means - mean
        return mean, np.asarray(within + (centred * weights[:, None]).T @ centred)

    @one_thread()
    def draw(self, draws: int, seed: int) -> Draws:
        """Exact draws: simulate the prior of each cell, then move every path onto the evidence (Matheron's rule).

        Streams are keyed by seed and region, so the result does not depend on how work is divided.
        """
        rng = stream(seed, self.region)
        offset = rng.random()
        edges = np.cumsum(self.mixture.weights)
        edges[-1] = 1.0
        cell = np.searchsorted(edges, (np.arange(draws) + offset) / draws, side="right")
        cell = np.minimum(cell, len(self.mixture.cells) - 1)
        values = simulate_prior(self.layout, [c.hyper for c in self.mixture.cells], cell, rng)
        if len(self.evidence):
            self._move_onto_evidence(values, cell, rng)
        _in_prices_of_base_year(self.layout, self.region, values)
        return Draws(values, cell, seed)

    def _move_onto_evidence(self, values: Array, cell: NDArray[np.intp], rng: np.random.Generator) -> None:
        """Move draws, x ← x + P·H'·S⁻¹(value − H·x − offsets − error), in place, some draws at a time."""
        evidence, pooled = self.evidence, self.mixture.cells[0].pooled
        hypers = [c.hyper for c in self.mixture.cells]
        offsets = rng.standard_normal((evidence.offset_sd.size, cell.size)) * evidence.offset_sd[:, None]
        errors = np.empty((len(evidence), cell.size))
        for row, sd in zip(errors, evidence.sd / np.sqrt(self.mixture.robust), strict=True):
            rng.standard_normal(out=row)
            row *= sd
        for start in range(0, cell.size, AT_ONCE):
            part = slice(start, start + AT_ONCE)
            mine, paths = cell[part], np.ascontiguousarray(values.T[:, part])
            gap = evidence.value[:, None] - errors[:, part]
            gap -= evidence.paths @ paths
            gap -= evidence.offsets @ np.ascontiguousarray(offsets[:, part])
            rows = pooled.taken(gap)
            for index in np.unique(mine):
                some = slice(*np.searchsorted(mine, [index, index + 1]))
                rows[:, some] = self.mixture.cells[index].solve(rows[:, some])
            paths += covariance_times(self.layout, hypers, mine, pooled.groups.forms.T @ rows)
            values.T[:, part] = paths


def _in_prices_of_base_year(layout: Layout, region: str, values: Array) -> None:
    """Give volume the level of value added at current prices in the base year, draw by draw and in place.

    Volume is known by its growth alone; its level is a choice of unit, which energy per unit of it takes up again.
    """
    keys = [(region, name) for name in _spoken_of("value_added_scope")]
    places = [layout.position(*key, BASE_YEAR) for key in keys]
    intensity = layout.position(region, "energy_intensity", BASE_YEAR)
    if any(place is None for place in places) or intensity is None:
        return
    scope = Statement(
        id="definition:base", region=region, indicator="value_added_scope", measure="level",
        period=Period.parse(str(BASE_YEAR)), relation="equals", value=100.0, unit="index_2020", role="outcome",
    )  # fmt: skip
    shift, _ = compile_statement(scope, layout)(values)
    years = len(layout.years)
    for place, sign in ((layout.position(region, "value_added_real", BASE_YEAR), 1.0), (intensity, -1.0)):
        start = int(place or 0) // years * years
        values[:, start : start + years] += sign * shift[:, None]


def stream(seed: int, *names: str) -> np.random.Generator:
    """A random stream of its own for a seed and names."""
    return np.random.Generator(np.random.Philox(key=[seed, zlib.crc32("|".join(names).encode())]))


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
    if not set(_spoken_of("value_added_scope")) <= set(states):
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


def _start(
    region: str, states: Sequence[tuple[str, str]], table: PriorTable, facts: Sequence[Statement]
) -> tuple[Array, Array]:
    """Prior mean and sd of the first year's levels, from the region's own first GDP figure and the prior's ratios."""
    mean, sd = np.zeros(len(states)), np.zeros(len(states))

    def first_level(name: str, names: tuple[str, ...]) -> float | None:
        rows = [s for s in facts if s.region == name and s.indicator in names and s.measure == "level" and s.value > 0]
        if not rows:
            return None
        s = min(rows, key=lambda s: s.period)
        value = s.value * units()[s.unit].factor
        row = table.of(name, "gdp_real")
        growth = row.loading * table.national.start + row.drift
        return 100.0 * math.log(value) - growth * (s.period.year - FIRST_YEAR)

    for k, (name, indicator) in enumerate(states):
        prior = table.of(name, indicator)
        gdp = first_level(name, ("gdp", "gdp_real")) or 100.0 * math.log(100.0)
        own = first_level(name, (indicator,))
        growth = prior.loading * table.national.start + prior.drift
        if indicator in ("gdp_price", "value_added_price"):
            mean[k], sd[k] = -growth * (2020 - FIRST_YEAR), 60.0
        elif indicator != TREND and indicators()[indicator].is_share:
            mean[k], sd[k] = 100.0 * (prior.anchor_log or 0.0), prior.anchor_sd
        elif own is not None and prior.anchor == "level":
            mean[k], sd[k] = own, 100.0
        else:
            mean[k] = gdp + 100.0 * (prior.anchor_log or 0.0)
            sd[k] = 100.0 if indicator == "gdp_real" else prior.anchor_sd
    return mean, sd


def _spoken_of(indicator: str) -> tuple[str, ...]:
    """The states that a statement about an indicator speaks of."""
    entry = indicators()[indicator]
    found = tuple(name for _, factor in entry.factors for name in _spoken_of(factor)) or (indicator,)
    return tuple(dict.fromkeys(found))


def _states(region: str, facts: Sequence[Statement], wanted: Sequence[str] | None) -> list[tuple[str, str]]:
    """The region's states, then the parents that some statement speaks of."""
    if wanted is not None:
        wanted = [state for name in wanted for state in _spoken_of(name)]
    names = [name for name in STATES if wanted is None or name in wanted]
    spoken = {(s.region, name) for s in facts for name in _spoken_of(with_proxy(s).indicator)}
    if any(s.role == "outlook" and (s.region, s.indicator) == (NATION, "gdp_real") for s in facts):
        spoken.add((NATION, TREND))
    province = province_of(region)
    around = [(province if place == PROVINCE else place, name) for place, name in PARENTS]
    parents = [(place, name) for place, name in around if place not in (None, region) and (place, name) in spoken]
    if wanted is not None:
        needed = {*wanted, "gdp_real", TREND}
        parents = [(r, name) for r, name in parents if name in (needed if r == NATION else wanted)]
    return [*((region, name) for name in names), *parents]


def layout_under(posterior: Posterior, table: PriorTable) -> Layout:
    """The layout of a posterior's paths under another prior table."""
    used, _ = set_aside_impossible(posterior.information.used)
    to = int(posterior.layout.years[-1])
    return _layout_of(posterior.region, posterior.information, used, to, None, table)[0]


def _layout_of(
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
    start_mean, start_sd = _start(region, states, table, facts)
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
    layout, facts = _layout_of(region, information, used, to, wanted, table)
    known = [*information.used, *(s for s, _ in information.set_aside)]
    around = dict.fromkeys(place for place in (region, province_of(region), NATION) if place is not None)
    rest = rest_of_year(used, known, tuple(around))
    at = reference(layout, path_mean(layout))
    evidence = build_evidence(facts, layout, at, errors, information.origin, rest)
    return layout, dataclasses.replace(evidence, unusable=(*evidence.unusable, *impossible))


def settle(layout: Layout, evidence: Evidence, mode: Mode, prior: HyperPrior) -> Evidence:
    """Take what is not linear around the path that all figures give, and cut at facts that are inequalities.

    Gauss–Newton on the paths at the mode of the hyperparameters; each step looks again at every site.
    """
    theta, weights = mode
    hyper, sd = prior.cell(theta), evidence.sd
    spread = covariances_at(layout, [hyper], spoken_of(evidence))[0]
    cell = condition(layout, evidence, hyper, weights, prior=spread)
    for step in range(SETTLING_STEPS):
        before = cell.mean
        taken = relinearise(evidence, before) if step == 0 else linearise_over(evidence, layout, cell, sd)
        evidence = place_bounds(taken, cell, weights)
        cell = condition(layout, evidence, hyper, weights, prior=spread)
        if step and np.abs(cell.mean - before).max() < SETTLED:
            break
    return evidence


@cache
def _keep_freed_memory() -> None:
    """Let the C library keep what one cell frees for the next, rather than hand it back to the system each time.

    glibc raises its thresholds to the largest block freed so far, up to 32 MB (mallopt(3), M_MMAP_THRESHOLD); this one
    is never touched. Elsewhere nothing happens.
    """
    np.empty(31 * 2**20, dtype=np.uint8)


@one_thread()
def fit_posterior(
    region: str,
    information: InformationSet,
    to: int,
    *,
    wanted: Sequence[str] | None = None,
    table: PriorTable | None = None,
    errors: ErrorTable | None = None,
    cells: int = CELLS,
) -> Posterior:
    """Condition the paths of a region, 2000 to ``to``, on an information set.

    Parameters
    ----------
    wanted
        Only these states (and the parents they need); all by default.
    table
        Priors; the shipped ones by default.
    errors
        Errors of statements; the shipped ones by default.
    cells
        Size of the mixture over hyperparameters.

    Raises
    ------
    Contradiction
        If figures stated without error exclude each other.
    """
    _keep_freed_memory()
    table, errors = table or priors_of(region), errors or load_errors()
    layout, evidence = build_system(region, information, to, wanted=wanted, table=table, errors=errors)
    prior = hyper_prior(layout, table)
    refuse_exact(layout, evidence, prior.base)
    mode = None
    if not evidence.linear.all() or evidence.bounded.size:
        mode = fit_mode(layout, evidence, prior)
        evidence = settle(layout, evidence, mode, prior)
    mixture = fit_mixture(layout, evidence, prior, cells=cells, start=mode)
    return Posterior(region, information, layout, evidence, mixture)
