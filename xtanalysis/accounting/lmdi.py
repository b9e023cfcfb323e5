"""LMDI decomposition of a table: over time (chained or not) and between regions.

The models of Ang (2015) "LMDI decomposition approach: a guide for implementation", Energy Policy 86, 233–238: additive
and multiplicative, LMDI-I and II, of a quantity or of a ratio (whatever the factors multiply to). Regions: Ang, Xu & Su
(2015) "Multi-country comparisons of energy performance: the index decomposition analysis approach", Energy Economics
47, 68–76.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from xtanalysis.accounting.divisia import FORMS, METHODS, Array, Form, Method, contributions, product
from xtanalysis.accounting.tables import ALL, Columns, Label, Panel, identity, panels
from xtanalysis.errors import BadInput, Problem
from xtanalysis.text import either, message

__all__ = ["LMDI", "TOTAL", "Decomposition", "compare_regions", "decompose", "wide"]

TOTAL = "total"
MEAN = "mean of the regions"


@dataclass(frozen=True, slots=True)
class LMDI:
    """Which of the models.

    Attributes
    ----------
    method
        ``lmdi-i`` (consistent in aggregation; the usual choice) or ``lmdi-ii`` (weights that sum to one).
    form
        ``additive`` (a change in units) or ``multiplicative`` (a ratio).
    chained
        ``True`` links year-on-year effects; ``False`` compares each period with the base only.
    """

    method: Method = "lmdi-i"
    form: Form = "additive"
    chained: bool = True

    def __post_init__(self) -> None:
        problems = [
            Problem(message("unknown word"), column=name, found=str(value), expected=either(allowed))
            for name, value, allowed in (("method", self.method, METHODS), ("form", self.form, FORMS))
            if value not in allowed
        ]
        if problems:
            raise BadInput(problems)


@dataclass(frozen=True, slots=True)
class Decomposition:
    """Effects since the base.

    Attributes
    ----------
    effects
        Long table: [region], base, period, sector (``all`` for the aggregate), factor (``total`` for the whole change),
        effect. Additive: in the unit of the aggregate. Multiplicative: a ratio (1 = no effect).
    spec
        The model used.
    residual
        Largest gap between the whole change and the effects together, relative to the aggregate at the base.
    """

    effects: pd.DataFrame
    spec: LMDI
    residual: float


def decompose(
    frame: pd.DataFrame,
    *,
    factors: Sequence[str] | None = None,
    levels: Sequence[str] | None = None,
    spec: LMDI | None = None,
    columns: Columns | None = None,
    base: Label | None = None,
) -> Decomposition:
    """Decompose the change of an aggregate over time, for each region of the table.

    Parameters
    ----------
    frame
        One row per (region,) period (and sector).
    factors
        Columns whose product is the value of a row; or give ``levels``.
    levels
        A chain of levels such as activity, energy, co2: see :func:`xtanalysis.accounting.tables.identity`.
    spec, columns
        The model (LMDI-I, additive, chained unless told) and the key columns (the usual names unless told).
    base
        The period from which effects count; the first unless told.

    Raises
    ------
    BadInput
        With every reason: see :func:`xtanalysis.accounting.tables.panels`; also a base that the table lacks, fewer than
        two periods, a factor that changes sign, a negative value where the model has no meaning for it, an aggregate
        that is not positive in a multiplicative or LMDI-II decomposition.
    """
    spec = spec or LMDI()
    columns = columns or Columns.found_in(frame)
    if (factors is None) == (levels is None):
        raise BadInput(Problem(message("give either factors or levels"), expected=message("one of the two")))
    if levels is not None:
        frame, factors = identity(frame, levels, columns)
    assert factors is not None
    tables, residual = [], 0.0
    for panel in panels(frame, factors, columns):
        start = _position(panel, base)
        pairs = _pairs(panel, start, spec.chained)
        _refuse(panel, pairs, factors, spec)
        terms = _accumulate(panel, start, spec)
        table, gap = _table(panel, terms, factors, panel.periods[start], spec)
        tables.append(table)
        residual = max(residual, gap)
    return Decomposition(pd.concat(tables, ignore_index=True), spec, residual)


def compare_regions(
    frame: pd.DataFrame,
    *,
    levels: Sequence[str],
    reference: str | None = None,
    spec: LMDI | None = None,
    columns: Columns | None = None,
) -> Decomposition:
    """Decompose how far each region stands from a reference, period by period.

    With ``reference`` a region's name every region is compared with it; with ``None`` with the mean of all regions
    (level by level, sector by sector), the multi-region model of Ang, Xu & Su (2015). ``base`` names the reference.
    """
    spec = spec or LMDI()
    columns = columns or Columns.found_in(frame)
    if columns.region is None:
        raise BadInput(Problem(message("a comparison of regions needs a column of regions"), column="region"))
    place = columns.region
    if reference is not None and reference not in set(frame[place]):
        raise BadInput(
            Problem(
                message("the reference is not in the table"),
                column=place,
                found=reference,
                expected=_listed(frame[place]),
            )
        )
    identity(frame, levels, columns)  # says what is wrong with the table itself
    if reference is None:
        keys = [name for name in (columns.period, columns.sector) if name]
        mean = frame.groupby(keys, as_index=False)[list(levels)].mean().assign(**{place: MEAN})
        frame = pd.concat([frame, mean], ignore_index=True)
    factored, factors = identity(frame, levels, columns)
    # Regions take the place of periods, and periods that of regions: the arithmetic is the same.
    swapped = Columns(period=place, sector=columns.sector, region=columns.period)
    unchained = LMDI(spec.method, spec.form, chained=False)
    result = decompose(factored, factors=factors, spec=unchained, columns=swapped, base=reference or MEAN)
    effects = result.effects.rename(columns={"period": place, "region": "period"})
    effects = effects[effects[place] != (reference or MEAN)].reset_index(drop=True)
    if pd.api.types.is_integer_dtype(frame[columns.period]):
        effects["period"] = effects["period"].astype(int)
    return Decomposition(effects, unchained, result.residual)


def wide(result: Decomposition) -> pd.DataFrame:
    """One row per region and period, one column per factor and ``total``, in the order of the factors."""
    whole = result.effects[result.effects["sector"] == ALL]
    index = [name for name in whole.columns if name not in ("base", "sector", "factor", "effect")]
    order = list(dict.fromkeys(whole["factor"]))
    return whole.pivot_table(index=index, columns="factor", values="effect", sort=False)[order]


def _listed(values: pd.Series[str]) -> str:
    return ", ".join(sorted({str(value) for value in values}))


def _position(panel: Panel, base: Label | None) -> int:
    if len(panel.periods) < 2:
        raise BadInput(Problem(message("a change needs two periods"), found=str(panel.periods[0])))
    if base is None:
        return 0
    if base not in panel.periods:
        raise BadInput(
            Problem(
                message("the base is not in the table"), found=str(base), expected=", ".join(map(str, panel.periods))
            )
        )
    return panel.periods.index(base)


def _pairs(panel: Panel, start: int, chained: bool) -> list[tuple[int, int]]:
    n = len(panel.periods)
    return [(t, t + 1) for t in range(n - 1)] if chained else [(start, t) for t in range(n) if t != start]


def _refuse(panel: Panel, pairs: list[tuple[int, int]], factors: Sequence[str], spec: LMDI) -> None:
    """Raise with every reason why the model has no meaning on these numbers."""
    problems = [*_signs(panel, pairs, factors), *_negatives(panel, spec), *_totals(panel, spec)]
    if problems:
        raise BadInput(problems)


def _signs(panel: Panel, pairs: list[tuple[int, int]], factors: Sequence[str]) -> Iterator[Problem]:
    for t0, t1 in pairs:
        for k, i in np.argwhere(panel.x[:, t0] * panel.x[:, t1] < 0):
            yield Problem(
                message(
                    "{factor} of sector {sector} changes sign between {first} and {last}, "
                    "so it has no logarithmic change",
                    factor=factors[k], sector=panel.sectors[i], first=panel.periods[t0], last=panel.periods[t1],
                ),
                found=f"{panel.x[k, t0, i]:g} → {panel.x[k, t1, i]:g}",
                fix=message("Decompose the positive and the negative part apart, or net the sector with another"),
            )  # fmt: skip


def _negatives(panel: Panel, spec: LMDI) -> Iterator[Problem]:
    if spec.method == "lmdi-i" and spec.form == "additive":
        return
    for t, i in np.argwhere(product(panel.x) < 0):
        yield Problem(
            message(
                "the value of sector {sector} in {period} is negative, which only additive LMDI-I can hold",
                sector=panel.sectors[i], period=panel.periods[t],
            ),
            found=f"{product(panel.x)[t, i]:g}",
            fix=message("Use --method lmdi-i --form additive"),
        )  # fmt: skip


def _totals(panel: Panel, spec: LMDI) -> Iterator[Problem]:
    if spec.method == "lmdi-i" and spec.form == "additive":
        return
    for t in np.flatnonzero(product(panel.x).sum(axis=-1) <= 0):
        yield Problem(
            message(
                "the aggregate in {period} is not positive, so it has no ratio and no shares", period=panel.periods[t]
            ),
            found=f"{product(panel.x)[t].sum():g}",
            fix=message("Use --method lmdi-i --form additive, or leave the period out"),
        )


def _accumulate(panel: Panel, start: int, spec: LMDI) -> Array:
    """Contributions since the base, (factors, periods, sectors)."""
    x = panel.x
    if not spec.chained:
        origin = np.broadcast_to(x[:, [start]], x.shape)
        return contributions(origin, x, spec.method, spec.form)
    steps = contributions(x[:, :-1], x[:, 1:], spec.method, spec.form)
    path = np.concatenate([np.zeros_like(x[:, :1]), np.cumsum(steps, axis=1)], axis=1)
    out: Array = path - path[:, [start]]
    return out


def _table(panel: Panel, terms: Array, factors: Sequence[str], base: Label, spec: LMDI) -> tuple[pd.DataFrame, float]:
    """Long table of the effects of one region, and its residual."""
    values = product(panel.x)
    aggregate = values.sum(axis=-1)
    origin = panel.periods.index(base)
    by_factor = np.concatenate([terms.sum(axis=-1, keepdims=True), terms], axis=-1)
    effects = np.concatenate([by_factor, by_factor.sum(axis=0, keepdims=True)])
    if spec.form == "additive":
        gap = aggregate - aggregate[origin] - effects[-1, :, 0]
        size = np.abs(values).sum(axis=-1).max() or 1.0
        residual = float(np.abs(gap).max() / size)
    else:
        effects = np.exp(effects)
        residual = float(np.abs(effects[-1, :, 0] / (aggregate / aggregate[origin]) - 1).max())
    sectors = [ALL, *panel.sectors] if panel.sectors != [ALL] else [ALL]
    index = pd.MultiIndex.from_product(
        [panel.periods, sectors, [*factors, TOTAL]], names=["period", "sector", "factor"]
    )
    flat = effects[..., : len(sectors)].transpose(1, 2, 0).ravel()
    table = pd.DataFrame({"effect": flat}, index=index).reset_index()
    table = table.assign(base=base)[["base", *table.columns]]
    if panel.region is not None:
        table = table.assign(region=panel.region)[["region", *table.columns]]
    return table, residual
