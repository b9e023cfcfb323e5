"""The joint posterior of a region's paths: build the system, fit the mixture, answer linear questions, draw paths."""

from __future__ import annotations

import zlib
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xtanalysis.data.dictionary import by_one_table
from xtanalysis.model.bend import linearise_over
from xtanalysis.model.bounds import place_bounds
from xtanalysis.model.evidence import Evidence, relinearise
from xtanalysis.model.exact import refuse_exact
from xtanalysis.model.hyper import HyperPrior, hyper_prior
from xtanalysis.model.likelihood import condition, covariances_of, spoken_of
from xtanalysis.model.mixture import CELLS, Mixture, Mode, fit_mixture, fit_mode
from xtanalysis.model.nested import set_aside_impossible
from xtanalysis.model.noise import ErrorTable, load_errors
from xtanalysis.model.nonlinear import compile_statement
from xtanalysis.model.prior import Layout, covariances_at
from xtanalysis.model.priors import PriorTable, priors_of
from xtanalysis.model.select import InformationSet
from xtanalysis.model.simulate import covariance_times, simulate_prior
from xtanalysis.model.system import build_system, layout_of
from xtanalysis.model.threads import one_thread
from xtanalysis.statements.grammar import Period, Statement
from xtanalysis.statements.linear import states_of
from xtanalysis.statements.request import FIRST_YEAR

__all__ = ["FIRST_YEAR", "Draws", "Posterior", "fit_posterior", "layout_under", "settle", "stream"]

Array = NDArray[np.float64]

BASE_YEAR = 2020  # of constant prices
AT_ONCE = 512  # draws, so that what is worked on stays near the processor
SETTLING_STEPS = 8
SETTLED = 0.01  # of a figure's error, by which what it says of the paths moves no more
NEARBY = 0.1  # of a step, in log scale, on the way to a mode that another climb starts from


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
    pareto_k, effective_share
        Of the weights that say how far linearised figures are from exact (:mod:`xtanalysis.model.exactness`): tail
        index, and 1/(N·Σw²); −∞ and 1 where all weights are alike.
    """

    values: Array
    cell: NDArray[np.intp]
    seed: int = 0
    pareto_k: float = float("-inf")
    effective_share: float = 1.0


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
    table
        The priors that it was fitted with.
    kept
        What every scenario and question needs, computed once; it goes when the posterior goes.
    """

    region: str
    information: InformationSet
    layout: Layout
    evidence: Evidence
    mixture: Mixture
    table: PriorTable
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
        """Exact draws of the mixture: simulate the prior of each cell, then move every path onto the evidence.

        Matheron's rule. Every second path of a cell is the mirror image of the one before around the cell's mean,
        which follows the same law (antithetic variables of simulation smoothers; Durbin & Koopman 2002). What is not
        linear counts by its linear form (:func:`xtanalysis.model.exactness.exact_draws`).

        Streams are keyed by seed and region, so the result does not depend on how work is divided.
        """
        rng = stream(seed, self.region)
        offset = rng.random()
        edges = np.cumsum(self.mixture.weights)
        edges[-1] = 1.0
        cell = np.searchsorted(edges, (np.arange(draws) + offset) / draws, side="right")
        cell = np.minimum(cell, len(self.mixture.cells) - 1)
        own = (np.arange(draws) - np.searchsorted(cell, cell)) % 2 == 0
        simulated = simulate_prior(self.layout, [c.hyper for c in self.mixture.cells], cell[own], rng)
        if len(self.evidence):
            self._move_onto_evidence(simulated, cell[own], rng)
        paths, mirrored = np.empty((self.layout.size, draws)), np.flatnonzero(~own)
        paths[:, own] = simulated.T
        for path, means in zip(paths, np.stack([c.mean for c in self.mixture.cells], axis=1), strict=True):
            path[mirrored] = 2.0 * means[cell[mirrored]] - path[mirrored - 1]
        _in_prices_of_base_year(self.layout, self.region, paths.T)
        return Draws(paths.T, cell, seed)

    def _move_onto_evidence(self, values: Array, cell: NDArray[np.intp], rng: np.random.Generator) -> None:
        """Move draws onto the pooled rows, x ← x + P·F'·S⁻¹(value − F·x − error), in place, some draws at a time."""
        pooled = self.mixture.cells[0].pooled
        hypers = [c.hyper for c in self.mixture.cells]
        for start in range(0, cell.size, AT_ONCE):
            part = slice(start, start + AT_ONCE)
            mine, paths = cell[part], np.ascontiguousarray(values.T[:, part])
            rows = pooled.errors(mine.size, rng)
            rows += pooled.value[:, None]
            rows -= pooled.groups.forms @ paths
            for index in np.unique(mine):
                some = slice(*np.searchsorted(mine, [index, index + 1]))
                rows[:, some] = self.mixture.cells[index].solve(rows[:, some])
            paths += covariance_times(self.layout, hypers, mine, pooled.groups.forms.T @ rows)
            values.T[:, part] = paths


def _in_prices_of_base_year(layout: Layout, region: str, values: Array) -> None:
    """Give volume the level of value added at current prices in the base year, draw by draw and in place.

    Volume is known by its growth alone; its level is a choice of unit, which energy per unit of it takes up again.
    """
    keys = [(region, name) for name in states_of("value_added_scope")]
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
    return np.random.Generator(np.random.SFC64([seed, zlib.crc32("|".join(names).encode())]))


def layout_under(posterior: Posterior, table: PriorTable) -> Layout:
    """The layout of a posterior's paths under another prior table."""
    used, _ = set_aside_impossible(posterior.information.used)
    to = int(posterior.layout.years[-1])
    return layout_of(posterior.region, posterior.information, used, to, None, table)[0]


def settle(layout: Layout, evidence: Evidence, mode: Mode, prior: HyperPrior) -> Evidence:
    """Take what is not linear around the path that all figures give, and cut at facts that are inequalities.

    Gauss–Newton on the paths at the mode of the hyperparameters; each step looks again at every site.
    """
    hyper, weights, sd = prior.cell(mode.theta), mode.weights, evidence.sd
    spoken = spoken_of(evidence)
    spread = covariances_at(layout, [hyper], spoken)[0]
    for step in range(SETTLING_STEPS):
        cell = condition(layout, evidence, hyper, weights, prior=spread)
        left = evidence.value - evidence.paths @ cell.mean
        taken = linearise_over(evidence, cell, spoken, spread, sd) if step else relinearise(evidence, cell.mean)
        evidence = place_bounds(taken, cell, weights)
        moved = evidence.value - evidence.paths @ cell.mean - left
        if step and np.abs(moved / evidence.sd).max() < SETTLED:
            break
    return evidence


@cache
def _keep_freed_memory() -> None:
    """Let the C library keep what one cell frees for the next, rather than hand it back to the system each time.

    glibc raises its thresholds to the largest block freed so far, up to 32 MB (mallopt(3), M_MMAP_THRESHOLD); this one
    is never touched. Elsewhere nothing happens.
    """
    np.empty(31 * 2**20, dtype=np.uint8)


@by_one_table
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
        mode = fit_mode(layout, evidence, prior, tolerance=NEARBY)
        evidence = settle(layout, evidence, mode, prior)
    mixture = fit_mixture(layout, evidence, prior, cells=cells, start=mode)
    return Posterior(region, information, layout, evidence, mixture, table)
