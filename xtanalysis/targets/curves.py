"""A target's probability against what is not settled: its base, its share in the base year, its progress so far.

Given the uncertain quantity u = h·x exactly, each cell's margin stays Gaussian and the cells' weights move by their
density at u; the curve is a mixture of normal probabilities. A target that is not linear on the log-paths (a sum, the
product of a level and a share) is read off the draws, each moved to u along its regression (Beaumont, Zhang & Balding
2002).
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from xtanalysis.data.dictionary import by_one_table, indicators
from xtanalysis.model.noise import load_errors
from xtanalysis.statements.grammar import Measure, Period, Statement
from xtanalysis.statements.plans import Target
from xtanalysis.targets.block import Block
from xtanalysis.targets.declared import Calibre, declared_set
from xtanalysis.targets.evaluate import values_on_draws
from xtanalysis.targets.identities import atoms
from xtanalysis.targets.margins import (
    Margin,
    Projected,
    margin_block,
    margins,
    met_probability,
    offset_probability,
)
from xtanalysis.targets.open_figures import calibre_is_open
from xtanalysis.targets.scale import from_scale, to_scale
from xtanalysis.targets.schedule import start_year
from xtanalysis.targets.verdicts import Verdict

__all__ = ["CROSSINGS", "Curve", "Hinge", "calibres_of", "curve", "hangs_on", "hinge"]

Array = NDArray[np.float64]

CROSSINGS = (0.2, 0.5, 0.8)
POINTS = 61
STEP, ROUNDS = 0.1, 3  # the largest rise between two points that a drawn curve hides, and how often a gap is halved
REACH = 3.0  # standard deviations of the uncertain quantity that the grid covers on either side
SEARCH = 8.0  # and within which a crossing is looked for
FIXED = 1e-6  # log points: a scenario that leaves less of the quantity open has said what it is


@dataclass(frozen=True, slots=True)
class Curve:
    """Probability of a target against an uncertain quantity.

    Attributes
    ----------
    kind
        ``base``, ``factor`` or ``so_far``, as the verdict's ``hinge_kind``.
    indicator, against, year, since
        ``level``, ``share`` or ``cumulative_change`` of an indicator in ``year`` (since ``since``).
    values, probabilities
        The grid, in ``unit``, ascending, and P(met | value), 61 points and more where the curve is steep, shapes alike.
    low, median, high
        10 %, 50 % and 90 % of the quantity as far as the evidence knows it.
    crossings
        (probability, value at which the curve passes it or ``None``) for 20, 50 and 80 %.
    needed
        The value at which the target is as likely as not; ``None`` if no value within reach makes it so.
    exact
        Whether it is the closed form; else read off the draws.
    """

    target: str
    reading: str
    indicator: str
    kind: str
    against: str
    year: int
    since: int | None
    unit: str
    values: Array
    probabilities: Array
    low: float
    median: float
    high: float
    crossings: tuple[tuple[float, float | None], ...]
    needed: float | None
    exact: bool


def _smooth(probability: Callable[[Array], Array], grid: Array) -> tuple[Array, Array]:
    """The grid with more points where the curve is steep, and the curve on it."""
    chances = probability(grid)
    for _ in range(ROUNDS):
        steep = np.flatnonzero(np.abs(np.diff(chances)) > STEP)
        if not steep.size:
            break
        between = 0.5 * (grid[steep] + grid[steep + 1])
        grid = np.insert(grid, steep + 1, between)
        chances = np.insert(chances, steep + 1, probability(between))
    return grid, chances


def calibres_of(projection: Projected, statement: Statement, target: Target) -> tuple[Calibre, ...]:
    """Those that a target's probability weighs: all of the declared set where its calibre is open, else the first."""
    every = declared_set().calibres
    information = projection.posterior.information
    return every if calibre_is_open(information, projection.region, target, statement) else every[:1]


@dataclass(frozen=True, slots=True)
class Hinge:
    """What a target hangs on, and where that turns it.

    Attributes
    ----------
    kind, given
        ``base``, ``factor`` or ``so_far``; the uncertain quantity, a statement at an arbitrary value.
    on_draws
        The quantity on every draw, log points, shape (N,).
    spread
        Its standard deviation, with that of the calibre where it is open, log points.
    probability
        P(met | quantity) at points, log points.
    exact
        Whether that is the closed form; else read off the draws.
    """

    kind: str
    given: Statement
    on_draws: Array
    spread: float
    probability: Callable[[Array], Array]
    exact: bool

    @property
    def band(self) -> tuple[float, float, float]:
        """10 %, 50 % and 90 % of the quantity, in its unit."""
        low, median, high = from_scale(self.given, np.quantile(self.on_draws, (0.1, 0.5, 0.9))).tolist()
        return low, median, high

    def crossing(self, level: float) -> float | None:
        """Where the probability passes a level, in the quantity's unit; ``None`` if it does not within reach."""
        middle = float(np.median(self.on_draws))
        reach = (middle - SEARCH * self.spread, middle + SEARCH * self.spread)
        return _crossing(self.probability, level, self.given, reach)


def hinge(projection: Projected, result: Verdict) -> Hinge | None:
    """What one target hangs on, ``None`` where that is nothing or the scenario fixes what there is.

    A level or a sum hangs on the level in the base year; a share on the share then or a share of the asked year that
    makes it up, whichever settles more of it; a change on the change so far (up to the origin, but not beyond the year
    before the deadline). Where the calibre is open the probability weighs the calibres as the verdict does: it averages
    to the verdict's.
    """
    (margin,) = margins(projection, (result,))
    target = projection.plan.target(result.target)
    found = hangs_on(projection, margin.statement, target)
    if found is None:
        return None
    kind, given = found
    calibres = calibres_of(projection, margin.statement, target)
    block = margin_block(projection)
    row, form = block.row(given)
    on_draws = to_scale(given, values_on_draws(given, projection.paths))
    spread = float(on_draws.std())
    if spread < FIXED:
        return None
    if len(calibres) > 1:
        spread = math.hypot(spread, load_errors().get("calibre", given.indicator))
    exact = margin.linear and form.linear and not projection.scenario.assumptions
    probability: Callable[[Array], Array]
    if exact:
        probability = partial(_mixture_probability, margin, _cells(block, margin, row), block.weights, calibres)
    else:
        logs = to_scale(margin.statement, values_on_draws(margin.statement, projection.paths))
        slope = _slope(logs, on_draws)
        probability = partial(_moved_probability, margin.statement, logs - slope * on_draws, slope, calibres)
    return Hinge(kind, given, on_draws, spread, probability, exact)


@by_one_table
def curve(projection: Projected, result: Verdict) -> Curve | None:
    """The curve of one target against what it hangs on, ``None`` where there is nothing to draw (:func:`hinge`)."""
    found = hinge(projection, result)
    if found is None:
        return None
    given, middle = found.given, float(np.median(found.on_draws))
    grid, chances = _smooth(found.probability, middle + found.spread * np.linspace(-REACH, REACH, POINTS))
    crossings = tuple((level, found.crossing(level)) for level in CROSSINGS)
    low, median, high = found.band
    return Curve(
        target=result.target,
        reading=result.reading,
        indicator=given.indicator,
        kind=found.kind,
        against=given.measure,
        year=given.period.year,
        since=given.base_period.year if given.base_period else None,
        unit=given.unit,
        values=from_scale(given, grid),
        probabilities=chances,
        low=low,
        median=median,
        high=high,
        crossings=crossings,
        needed=dict(crossings)[0.5],
        exact=found.exact,
    )


def hangs_on(projection: Projected, s: Statement, target: Target) -> tuple[str, Statement] | None:
    """What a target's answer hangs on: its kind, and a statement at an arbitrary value; ``None`` if on nothing.

    Parameters
    ----------
    s
        The target as a statement under one reading.
    """
    base = start_year(target.read())
    if s.measure in ("average_growth", "cumulative_change"):
        if s.period.year - base < 2:
            return None
        year = min(max(projection.posterior.origin, base + 1), s.period.year - 1)
        since = Period((base, 1), (base, 12))
        return "so_far", _at(s, s.indicator, "cumulative_change", year, "percent", since)
    if s.measure not in ("level", "share", "sum"):
        return None
    entry = indicators()[s.indicator]
    shares = entry.kind == "ratio" and entry.unit == "fraction"
    candidates = [("base", _at(s, s.indicator, "share" if shares else "level", base, s.unit))]
    if shares:
        parts = [name for name, power in atoms(s.indicator).items() if power == 1.0 and indicators()[name].is_share]
        candidates += [("factor", _at(s, name, "share", s.period.year, "percent")) for name in parts]
    if len(candidates) == 1:
        return candidates[0]
    logs = to_scale(s, values_on_draws(s, projection.paths))
    return max(candidates, key=lambda item: _settles(projection, item[1], logs))


def _at(s: Statement, indicator: str, measure: Measure, year: int, unit: str, since: Period | None = None) -> Statement:
    return dataclasses.replace(
        s, id=f"base:{indicator}", indicator=indicator, measure=measure, period=Period((year, 1), (year, 12)),
        base_period=since, relation="equals", value=1.0, value_high=None, unit=unit,
    )  # fmt: skip


def _settles(projection: Projected, given: Statement, logs: Array) -> float:
    """Share of a target's variance that a quantity would settle, on the draws."""
    values = to_scale(given, values_on_draws(given, projection.paths))
    if values.std() < FIXED or logs.std() < FIXED:
        return 0.0
    return float(np.corrcoef(values, logs)[0, 1] ** 2)


def _cells(block: Block, margin: Margin, given: Array) -> Array:
    """Mean and variance of the given quantity, covariance with the margin, its mean and variance; shape (5, C)."""
    pair = np.stack([given, margin.row])
    means = block.means @ pair.T
    moments = pair @ (block.covariances @ pair.T)
    return np.stack([means[:, 0], moments[:, 0, 0], moments[:, 0, 1], means[:, 1], moments[:, 1, 1]])


def _mixture_probability(
    margin: Margin, cells: Array, weights: Array, calibres: Sequence[Calibre], points: Array
) -> Array:
    """P(target met | given quantity = point) in closed form, shape of ``points`` (log points)."""
    centre, spread, cross, mean, total = cells
    gap = points[:, None] - centre
    log_weight = np.log(weights) - 0.5 * (gap**2 / spread + np.log(spread))
    weight = np.exp(log_weight - log_weight.max(axis=1, keepdims=True))
    weight /= weight.sum(axis=1, keepdims=True)
    mean = mean + cross / spread * gap
    variance = np.maximum(total - cross**2 / spread, 1e-18)
    out = np.zeros(points.shape)
    for share, shift, sd in _weighed(calibres, margin.statement):
        ends = (margin.threshold, margin.threshold_high)
        chance = met_probability(margin.statement, mean + shift, np.sqrt(variance + sd**2), *ends)
        out += share * (weight * chance).sum(axis=1)
    return out


def _weighed(calibres: Sequence[Calibre], statement: Statement) -> list[tuple[float, float, float]]:
    """Weight, mean and standard deviation of each calibre's difference."""
    total = sum(calibre.weight for calibre in calibres)
    return [(calibre.weight / total, *calibre.offset(statement)) for calibre in calibres]


def _slope(logs: Array, given: Array) -> float:
    centred = given - given.mean()
    return float(centred @ (logs - logs.mean()) / (centred @ centred))


def _moved_probability(
    statement: Statement, rest: Array, slope: float, calibres: Sequence[Calibre], points: Array
) -> Array:
    """The same from draws, each moved along the regression of what the target measures on the given quantity.

    ``rest`` is what the regression leaves over, ``logs − slope·given``.
    """
    out = np.zeros(points.shape)
    for share, shift, sd in _weighed(calibres, statement):
        out += share * np.array([offset_probability(statement, rest + slope * point, shift, sd) for point in points])
    return out


def _crossing(
    probability: Callable[[Array], Array], level: float, given: Statement, reach: tuple[float, float]
) -> float | None:
    """Where the curve passes a level, in natural units; ``None`` if it does not within reach (log points)."""

    def gap(point: float) -> float:
        return float(probability(np.array([point]))[0]) - level

    if gap(reach[0]) * gap(reach[1]) > 0.0:
        return None
    from scipy import optimize  # a fifth of a second to import

    point = optimize.brentq(gap, *reach, xtol=1e-8)
    return float(from_scale(given, np.array([point]))[0])
