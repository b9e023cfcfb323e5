"""Empirical Bayes: the scales of growth that make the figures of many regions most probable together."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xtanalysis.model.evidence import Evidence, relinearise
from xtanalysis.model.hyper import hyper_prior
from xtanalysis.model.likelihood import LoosenedError, condition, robust_weights
from xtanalysis.model.noise import ErrorTable
from xtanalysis.model.prior import Layout, make_layout
from xtanalysis.model.priors import Parameter, PriorTable, get, put
from xtanalysis.model.select import InformationSet
from xtanalysis.model.system import build_system

__all__ = ["Estimate", "System", "estimate", "make_system", "maximise"]

Array = NDArray[np.float64]

UNLIKELY = 1e6  # stands for the log evidence of values whose covariance is not positive definite
EM_STEPS = 3
TRANSFORMS: dict[str, tuple[Callable[[float], float], Callable[[float], float], float]] = {
    # field → to the real line, back, and the sd of the weak prior there around the table's value
    "shock": (np.log, np.exp, 0.5),
    "mean_shock": (np.log, np.exp, 0.5),
    "drift": (float, float, 1.0),
    "drift_spread": (np.log, np.exp, 0.5),
    "lag": (np.arctanh, np.tanh, 0.2),
    "correlation": (np.arctanh, np.tanh, 0.4),
    "memory": (np.arctanh, np.tanh, 0.2),
}


@dataclass(frozen=True, slots=True)
class System:
    """One region's figures, ready to be judged under any prior table; robust weights as at the first table."""

    layout: Layout
    evidence: Evidence
    robust: Array

    def log_evidence(self, table: PriorTable) -> float:
        """Log p(figures | table); raises `LoosenedError`."""
        layout = make_layout(self.layout.states, self.layout.years, table, self.layout.start_mean, self.layout.start_sd)
        return condition(layout, self.evidence, hyper_prior(layout, table).base, self.robust).log_evidence


def make_system(
    region: str, information: InformationSet, wanted: Sequence[str], table: PriorTable, errors: ErrorTable
) -> System:
    """Build one region's system up to its origin year and weigh its figures robustly."""
    layout, evidence = build_system(region, information, information.origin, wanted=wanted, table=table, errors=errors)
    weights = np.ones(len(evidence))
    for step in range(EM_STEPS):
        cell = condition(layout, evidence, hyper_prior(layout, table).base, weights)
        if step == 0 and not evidence.linear.all():
            evidence = relinearise(evidence, cell.mean)
            cell = condition(layout, evidence, hyper_prior(layout, table).base, weights)
        weights = robust_weights(evidence, cell.pooled, cell.solved, weights)
    return System(layout, evidence, weights)


@dataclass(frozen=True, slots=True)
class Estimate:
    """What several groups of regions say of some parameters, each group estimated by itself.

    Attributes
    ----------
    table
        The prior table with the mean over the groups, taken on the real line (of a scale the geometric mean).
    error, spread
        Standard error of that mean, in the parameter's own unit, and the standard deviation between groups on the line
        (of a scale: of its log).
    without
        Table by the group that is left out of the mean.
    """

    table: PriorTable
    error: dict[Parameter, float]
    spread: dict[Parameter, float]
    without: dict[str, PriorTable]


@dataclass(frozen=True, slots=True)
class _Line:
    """Parameters as places on the real line, in standard deviations of a weak prior around a table."""

    table: PriorTable
    parameters: tuple[Parameter, ...]

    def at(self, z: Array) -> PriorTable:
        """The table at a place."""
        back = {}
        for parameter, step in zip(self.parameters, z, strict=True):
            to, fro, sd = TRANSFORMS[parameter.field]
            back[parameter] = float(fro(to(get(self.table, parameter)) + sd * step))
        return put(self.table, back)

    def place(self, table: PriorTable) -> Array:
        """The place of a table."""
        found = []
        for parameter in self.parameters:
            to, _, sd = TRANSFORMS[parameter.field]
            found.append((to(get(table, parameter)) - to(get(self.table, parameter))) / sd)
        return np.array(found)


def maximise(
    systems: Sequence[System], table: PriorTable, parameters: Sequence[Parameter], start: PriorTable | None = None
) -> PriorTable:
    """Maximise the summed log evidence of systems over the parameters, each with a weak prior around ``table``.

    Regions share their shocks, so that the sum is a composite likelihood: its maximum is consistent, its curvature
    alone would overstate what is known (Varin, Reid & Firth 2011).

    Parameters
    ----------
    start
        Where to begin; at ``table`` by default.
    """
    from scipy import optimize  # a fifth of a second to import, and a projection learns nothing

    line = _Line(table, tuple(parameters))

    def loss(z: Array) -> float:
        trial = line.at(z)
        try:
            return 0.5 * float(z @ z) - sum(system.log_evidence(trial) for system in systems)
        except LoosenedError:
            return UNLIKELY

    first = np.zeros(len(parameters)) if start is None else line.place(start)
    found = optimize.minimize(
        loss, first, method="L-BFGS-B", bounds=[(-4.0, 4.0)] * len(parameters), options={"eps": 1e-3, "ftol": 1e-6}
    )
    return line.at(found.x)


def estimate(
    groups: Mapping[str, Sequence[System]],
    table: PriorTable,
    parameters: Sequence[Parameter],
    start: Mapping[str, PriorTable] | None = None,
) -> tuple[Estimate, dict[str, PriorTable]]:
    """`maximise` in each group, and the mean over groups: provinces differ, and the largest shocks would rule a sum.

    Groups are taken as a sample of provinces (a random effect with equal weights, for what they differ by is more than
    what each is unsure of); the error is the spread between them over the root of their number.

    Parameters
    ----------
    groups
        Systems by group, two groups or more.
    start
        Where to begin, by group.

    Returns
    -------
    The estimate, and the table of each group alone.
    """
    line = _Line(table, tuple(parameters))
    alone = {name: maximise(systems, table, parameters, (start or {}).get(name)) for name, systems in groups.items()}
    places = np.stack([line.place(found) for found in alone.values()])
    mean, sd = places.mean(axis=0), places.std(axis=0, ddof=1)
    error, spread = {}, {}
    for i, parameter in enumerate(parameters):
        step = sd[i] / math.sqrt(len(alone))
        up, down = (get(line.at(mean + sign * step * np.eye(len(mean))[i]), parameter) for sign in (1.0, -1.0))
        error[parameter] = 0.5 * (up - down)
        spread[parameter] = float(sd[i]) * TRANSFORMS[parameter.field][2]
    others = {
        name: line.at((places.sum(axis=0) - own) / (len(alone) - 1)) for name, own in zip(alone, places, strict=True)
    }
    return Estimate(line.at(mean), error, spread, others), alone
