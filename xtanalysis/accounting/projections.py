"""Decomposition on every draw of a projection, so that each effect has a band."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from xtanalysis.accounting.divisia import Array, contributions
from xtanalysis.accounting.lmdi import LMDI, TOTAL
from xtanalysis.errors import BadInput, Problem
from xtanalysis.text import message

__all__ = [
    "BAND",
    "ProjectedEffects",
    "effect_bands",
    "effect_summary",
    "emission_effects",
    "energy_effects",
    "project_effects",
]

BAND = (0.1, 0.5, 0.9)


@dataclass(frozen=True, slots=True)
class ProjectedEffects:
    """Effects on every draw.

    Attributes
    ----------
    factors
        Names of the first axis; the last is ``total``.
    years
        Labels of the last axis; effects count from the first.
    effects
        Shape (factors + 1, draws, years). Additive: in the aggregate's unit; multiplicative: a ratio.
    modelled
        ``True`` where a series is itself a model's product and not a statistic; pages must say so.
    """

    factors: tuple[str, ...]
    years: tuple[int, ...]
    effects: Array
    modelled: bool = False


def project_effects(
    factors: Mapping[str, Array], years: Sequence[int], spec: LMDI | None = None, *, modelled: bool = False
) -> ProjectedEffects:
    """Decompose the product of the factors on every draw.

    Parameters
    ----------
    factors
        Name → (draws, years), or (draws, years, sectors) where the user has figures by sector or chain; all positive.
    years
        Labels of the second axis; the first is the base.

    Raises
    ------
    BadInput
        If a factor is not positive and finite on every draw, or the shapes differ.
    """
    spec = spec or LMDI()
    shapes = {np.shape(value) for value in factors.values()}
    problems = [
        Problem(
            message("{name} is not positive on every draw", name=name),
            found=f"{np.nanmin(value):g}",
            fix=message("Check the level's sign."),
        )
        for name, value in factors.items()
        if not (np.isfinite(value).all() and (np.asarray(value) > 0).all())
    ]
    if len(shapes) > 1 or any(shape[1] != len(years) for shape in shapes):
        problems.append(
            Problem(
                message("the factors' shapes differ"), found=str(sorted(shapes)), expected="(draws, years[, sectors])"
            )
        )
    if problems:
        raise BadInput(problems)
    x = np.stack([np.asarray(value, float) for value in factors.values()])
    x = x[..., None] if x.ndim == 3 else x
    if spec.chained:
        steps = contributions(x[:, :, :-1], x[:, :, 1:], spec.method, spec.form).sum(axis=-1)
        terms = np.concatenate([np.zeros_like(steps[:, :, :1]), np.cumsum(steps, axis=2)], axis=2)
    else:
        terms = contributions(np.broadcast_to(x[:, :, :1], x.shape), x, spec.method, spec.form).sum(axis=-1)
    terms = np.concatenate([terms, terms.sum(axis=0, keepdims=True)])
    effects = terms if spec.form == "additive" else np.exp(terms)
    return ProjectedEffects((*factors, TOTAL), tuple(years), effects, modelled)


def energy_effects(
    value_added_real: Array, energy_use: Array, years: Sequence[int], spec: LMDI | None = None
) -> ProjectedEffects:
    """Energy use = activity × intensity; arrays (draws, years), or (draws, years, sectors) with structure between."""
    return project_effects(_chain({"activity": value_added_real, "intensity": energy_use}), years, spec)


def emission_effects(
    value_added_real: Array, energy_use: Array, co2: Array, years: Sequence[int], spec: LMDI | None = None
) -> ProjectedEffects:
    """CO2 = activity × intensity × emission factor; marked as modelled, since city CO2 is a gridded product."""
    levels = {"activity": value_added_real, "intensity": energy_use, "emission_factor": co2}
    return project_effects(_chain(levels), years, spec, modelled=True)


def effect_bands(result: ProjectedEffects, quantiles: Sequence[float] = BAND) -> pd.DataFrame:
    """Long table: year, factor, quantile, effect. Each factor's own quantiles: they do not add up (the means do)."""
    values = np.quantile(result.effects, quantiles, axis=1)
    index = pd.MultiIndex.from_product(
        [list(quantiles), list(result.factors), list(result.years)], names=["quantile", "factor", "year"]
    )
    table = pd.DataFrame({"effect": values.ravel()}, index=index).reset_index()
    order = table["factor"].map({name: k for k, name in enumerate(result.factors)})
    table = table.assign(_order=order).sort_values(["year", "_order", "quantile"], ignore_index=True)
    return table[["year", "factor", "quantile", "effect"]]


def _chain(levels: Mapping[str, Array]) -> dict[str, Array]:
    """Levels as factors: the first (its total and structure where it has sectors), then each over the one before."""
    names, values = list(levels), [np.asarray(value, float) for value in levels.values()]
    first = values[0]
    if first.ndim == 3:
        total = np.broadcast_to(first.sum(axis=-1, keepdims=True), first.shape)
        factors = {names[0]: total, "structure": first / total}
    else:
        factors = {names[0]: first}
    return factors | {name: b / a for name, a, b in zip(names[1:], values, values[1:], strict=False)}


def effect_summary(result: ProjectedEffects, year: int, band: tuple[float, float] = (0.1, 0.9)) -> pd.DataFrame:
    """Return one row per factor at ``year``: factor, mean, low, high; additive means add up to the total's mean.

    Raises
    ------
    BadInput
        If the projection has no such year.
    """
    if year not in result.years:
        known = ", ".join(map(str, result.years))
        raise BadInput(Problem(message("the projection has no such year"), found=str(year), expected=known))
    values = result.effects[:, :, result.years.index(year)]
    low, high = np.quantile(values, band, axis=1)
    return pd.DataFrame({"factor": result.factors, "mean": values.mean(axis=1), "low": low, "high": high})
