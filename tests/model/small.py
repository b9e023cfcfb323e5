"""Small systems: a few states and years, statements written in a line, and the prior built a second way."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from xtanalysis.model.evidence import Evidence, build_evidence, reference
from xtanalysis.model.hyper import HyperPrior, hyper_prior
from xtanalysis.model.mixture import Mixture
from xtanalysis.model.noise import load_errors
from xtanalysis.model.posterior import Posterior
from xtanalysis.model.prior import Layout, make_layout, path_mean
from xtanalysis.model.priors import Hyper, PriorTable, load_priors
from xtanalysis.model.select import InformationSet
from xtanalysis.statements.grammar import Period, Statement

Array = NDArray[np.float64]
CITY = "湘潭市"
TABLE = load_priors()


def say(indicator: str, measure: str, period: str, value: float, unit: str = "percent", **more: object) -> Statement:
    """One statement about the city; a base period as text."""
    base = more.pop("base", None)
    fields: dict[str, object] = {
        "id": f"{indicator}.{measure}.{period}.{value}",
        "region": CITY,
        "relation": "equals",
        "role": "outcome",
        "trust": "A",
        "sd": 0.5,
        "calibre": "not_applicable",
    }
    return Statement(
        indicator=indicator,
        measure=measure,  # type: ignore[arg-type]
        period=Period.parse(period),
        base_period=Period.parse(str(base)) if base else None,
        value=value,
        unit=unit,
        **(fields | more),  # type: ignore[arg-type]
    )


def layout_of(
    states: list[str] | list[tuple[str, str]], first: int, last: int, table: PriorTable = TABLE, start: float = 700.0
) -> Layout:
    """A layout of the city's states, starting around e^7."""
    pairs = [s if isinstance(s, tuple) else (CITY, s) for s in states]
    size = len(pairs)
    return make_layout(pairs, range(first, last + 1), table, np.full(size, start), np.full(size, 30.0))


def evidence_of(statements: list[Statement], layout: Layout, origin: int) -> Evidence:
    """Rows around the prior mean."""
    return build_evidence(statements, layout, reference(layout, path_mean(layout)), load_errors(), origin)


def posterior_of(layout: Layout, evidence: Evidence, mixture: Mixture, origin: int) -> Posterior:
    """A posterior whose origin is a given year."""
    import datetime as dt

    information = InformationSet(dt.date(origin + 1, 6, 1), evidence.statements, ())
    return Posterior(CITY, information, layout, evidence, mixture, TABLE)


def prior_by_recursion(layout: Layout, hyper: Hyper) -> tuple[Array, Array]:
    """Mean and covariance of the paths from the model's equations, primitive shock by primitive shock.

    Each quantity is a vector of loadings on independent standard normals; nothing is shared with the closed form.
    """
    size, steps = len(layout.states), len(layout.years) - 1
    root, gap_root = (np.linalg.cholesky(matrix) for matrix in (layout.correlation, layout.moving))
    law = layout.national
    count = 2 + 3 * size + steps * (1 + 2 * size)
    unit = iter(np.eye(count))
    start = np.array([next(unit) * sd for sd in layout.start_sd])
    long_run = next(unit) * law.long_run_spread
    national, national_mean = next(unit) * law.spread, law.start
    common = np.linalg.cholesky(layout.lasting) @ np.array([next(unit) for _ in range(size)])
    lasting = common * layout.drift_spread[:, None]

    def stationary(coefficient: Array, scale: Array) -> Array:
        covariance = layout.moving / (1.0 - np.outer(coefficient, coefficient))
        return (np.linalg.cholesky(covariance) @ np.array([next(unit) for _ in range(size)])) * scale[:, None]

    gap = stationary(layout.memory, hyper.mean_shock)
    # The remaining primitives: the first shocks come from the pool of the first step.
    error: Array | None = None
    mean = layout.start_mean.copy()
    levels, means = [start], [mean.copy()]
    pool = iter(np.eye(count)[2 + 3 * size :])
    for t in range(steps):
        if t:
            national = law.memory * national + (1.0 - law.memory) * long_run + next(pool) * hyper.national_shock
            national_mean = law.long_run + law.memory * (national_mean - law.long_run)
            fresh_gap = np.array([next(pool) for _ in range(size)])
            gap = layout.memory[:, None] * gap + (gap_root @ fresh_gap) * hyper.mean_shock[:, None]
            fresh = np.array([next(pool) for _ in range(size)])
            assert error is not None
            error = hyper.lag[:, None] * error + (root @ fresh) * hyper.shock[:, None]
        else:
            covariance = layout.correlation / (1.0 - np.outer(hyper.lag, hyper.lag))
            fresh = np.array([next(pool) for _ in range(size)])
            error = (np.linalg.cholesky(covariance) @ fresh) * hyper.shock[:, None]
        growth = layout.loading[:, None] * national + lasting + gap + error
        mean = mean + layout.loading * national_mean + layout.drift
        levels.append(levels[-1] + growth)
        means.append(mean.copy())
    loadings = np.stack(levels, axis=1).reshape(layout.size, count)
    return np.stack(means, axis=1).ravel(), loadings @ loadings.T


def quiet(prior: HyperPrior, sd: float) -> HyperPrior:
    """The same prior of hyperparameters, tighter or wider."""
    return dataclasses.replace(prior, sd=np.full_like(prior.sd, sd))


def base_prior(layout: Layout) -> HyperPrior:
    """Prior of hyperparameters of a layout under the shipped table."""
    return hyper_prior(layout, TABLE)
