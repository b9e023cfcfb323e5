"""Value of information: how much of a target's uncertainty each figure not yet published would remove.

For a margin r·x with posterior covariance V and a figure h·x + error of variance R, the share removed is
(h·V·r')² / ((h·V·h' + R) · r·V·r'), in closed form and whatever the figure turns out to be (Lindley 1956; Raiffa &
Schlaifer 1961 for preposterior analysis). Targets are added up by how open their verdict is: 4p(1 − p) at the p
of its range that is nearest to even odds.
"""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xtanalysis.answers.project import ScenarioDraws
from xtanalysis.data.dictionary import Indicator, by_one_table, calibres, convert, indicators
from xtanalysis.data.shown import shown_names
from xtanalysis.model.noise import load_errors, statement_sd
from xtanalysis.model.paths import held_indicators
from xtanalysis.statements.grammar import Measure, Period, Statement
from xtanalysis.statements.plans import Plan
from xtanalysis.targets.block import Block
from xtanalysis.targets.margins import Margin, margin_block, margins, open_targets
from xtanalysis.targets.verdicts import Verdict

__all__ = ["Ask", "Information", "ask_for", "lacks", "value_of_information", "variance_removed"]

Array = NDArray[np.float64]

GROWTH_DECIMALS, LEVEL_DIGITS = 1, 5
WORTH = 1e-6  # of the variance: what removes less is not listed


@dataclass(frozen=True, slots=True)
class Information:
    """One figure not yet published.

    Attributes
    ----------
    indicator, year, measure, base
        What it is; ``base`` is the year that a cumulative change counts from.
    exists
        Whether the year is over, so that the figure can be asked for.
    removed
        Target id → share of the variance of its margin that the figure alone would remove, 0 to 1.
    total
        Sum over the targets, weighted by how open each is.
    owner
        Who publishes it.
    """

    indicator: str
    year: int
    measure: str
    base: int | None
    exists: bool
    removed: dict[str, float]
    total: float
    owner: str


@dataclass(frozen=True, slots=True)
class Ask:
    """The figures to ask for, best first, and what they remove together.

    Attributes
    ----------
    figures
        Each with what it removes by itself.
    together
        Target id → share of the variance that all of them remove.
    openness
        Target id → weight in the sum, 0 (the verdict cannot change) to 1.
    steps
        Gain of the weighted sum over targets with each further figure, shape as ``figures``.
    """

    figures: tuple[Information, ...]
    together: dict[str, float]
    openness: dict[str, float]
    steps: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _System:
    """Targets and candidate figures in one covariance: rows of targets first."""

    targets: tuple[str, ...]
    openness: Array
    candidates: tuple[Statement, ...]
    covariance: Array
    noise: Array


def variance_removed(covariance: Array, noise: Array, targets: int) -> Array:
    """Share of each target's variance that each figure alone removes, shape (figures, targets).

    Parameters
    ----------
    covariance
        Of targets, then figures, shape (targets + figures, targets + figures).
    noise
        Error variance of each figure, shape (figures,).
    """
    spread = np.diag(covariance)
    cross = covariance[targets:, :targets]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = cross**2 / ((spread[targets:] + noise)[:, None] * spread[None, :targets])
    return np.nan_to_num(share, nan=0.0, posinf=0.0)


def value_of_information(projection: ScenarioDraws) -> tuple[Information, ...]:
    """Every figure not yet published about the region, from the base year to the last deadline, most useful first."""
    system = _system(projection)
    if not system.targets:
        return ()
    removed = variance_removed(system.covariance, system.noise, len(system.targets))
    total = removed @ system.openness
    order = np.argsort(-total, kind="stable")
    owners = _owners(projection)
    return tuple(_information(projection, system, int(i), removed[i], owners) for i in order if total[i] > WORTH)


@by_one_table
def ask_for(projection: ScenarioDraws, k: int = 3, *, existing: bool = True) -> Ask:
    """The ``k`` figures that together remove most of the variance of the plan's open targets, chosen greedily.

    Targets count by how open they are. Of years that are over only what a verdict names as missing is asked for, so
    that the list is part of the table of missing figures. Each choice conditions the covariance on the figure before
    the next is made, so a figure that repeats another has nothing left to give.

    Parameters
    ----------
    existing
        Only figures that verdicts lack about years that are over; else any figure up to the last deadline.
    """
    system = _system(projection)
    count = len(system.targets)
    if not count:
        return Ask((), {}, {}, ())
    alone = variance_removed(system.covariance, system.noise, count)
    before = np.diag(system.covariance)[:count].copy()
    covariance = system.covariance.copy()
    named = [v for v in open_targets(projection) if (v.missing_year or math.inf) <= projection.origin]
    keys = {(v.missing_figure, v.missing_year, v.missing_since) for v in named}
    allowed = np.array([not existing or _key(s) in keys for s in system.candidates])
    chosen: list[int] = []
    steps: list[float] = []
    while len(chosen) < k:
        left = np.diag(covariance)[:count]
        gain = (variance_removed(covariance, system.noise, count) * (left / before)) @ system.openness
        gain[~allowed] = -np.inf
        best = int(np.argmax(gain))
        if not np.isfinite(gain[best]) or gain[best] < WORTH:
            break
        column = covariance[:, count + best]
        covariance = covariance - np.outer(column, column) / (column[count + best] + system.noise[best])
        allowed[best] = False
        chosen.append(best)
        steps.append(float(gain[best]))
    owners = _owners(projection)
    together = 1.0 - np.diag(covariance)[:count] / before
    return Ask(
        figures=tuple(_information(projection, system, i, alone[i], owners) for i in chosen),
        together=dict(zip(system.targets, together.tolist(), strict=True)),
        openness=dict(zip(system.targets, system.openness.tolist(), strict=True)),
        steps=tuple(steps),
    )


def _key(s: Statement) -> tuple[str, int, int | None]:
    return s.indicator, s.period.year, s.base_period.year if s.base_period else None


def lacks(verdict: Verdict, figure: Information) -> bool:
    """Whether a figure is the one that a verdict names as missing."""
    named = (verdict.missing_figure, verdict.missing_year, verdict.missing_since)
    return named == (figure.indicator, figure.year, figure.base)


def _information(
    projection: ScenarioDraws, system: _System, i: int, removed: Array, owners: dict[str, str]
) -> Information:
    s = system.candidates[i]
    return Information(
        indicator=s.indicator,
        year=s.period.year,
        measure=s.measure,
        base=s.base_period.year if s.base_period else None,
        exists=s.period.year <= projection.origin,
        removed=dict(zip(system.targets, removed.tolist(), strict=True)),
        total=float(removed @ system.openness),
        owner=owners.get(s.indicator, owners[""]),
    )


def _system(projection: ScenarioDraws) -> _System:
    block = margin_block(projection)
    asked = margins(projection, open_targets(projection))
    last = max([m.statement.period.year for m in asked], default=projection.to)
    candidates = [*_candidates(projection, block, last), *_cumulative(block, asked)]
    errors = load_errors()
    rows, noise = [m.row for m in asked], []
    for s in candidates:
        row, form = block.row(s)
        rows.append(row)
        noise.append(statement_sd(s, form, errors, 0) ** 2)
    stacked = np.array(rows).reshape(len(rows), block.places.size)
    names = tuple(m.result.target for m in asked)
    openness = np.array([_openness(m.result) for m in asked])
    return _System(names, openness, tuple(candidates), stacked @ block.covariance @ stacked.T, np.array(noise))


def _openness(result: Verdict) -> float:
    """4p(1 − p) at the most open p of the verdict's range."""
    if result.probability_low is None or result.probability_high is None:
        return 1.0
    p = min(max(0.5, result.probability_low), result.probability_high)
    return 4.0 * p * (1.0 - p)


def _measures(entry: Indicator) -> tuple[Measure, ...]:
    """In which form a bureau publishes an indicator: volumes by their growth, current prices by their level."""
    if entry.id in shown_names("not_published") or entry.kind == "index":
        return ()
    if entry.price_basis.startswith("constant") and entry.kind == "level":
        return ("growth",)
    if entry.kind == "ratio" and entry.unit == "fraction":
        return ("share",)
    return ("level",) if entry.growth_of else ("level", "growth")


def _candidates(projection: ScenarioDraws, block: Block, last: int) -> list[Statement]:
    layout = projection.posterior.layout
    own = {name for region, name in layout.states if region == projection.region}
    first = layout.years[int(block.places[0]) % len(layout.years)] + 1
    published = _published(projection.information.used, projection.region)
    return [
        _statement(block, projection.region, entry, measure, year)
        for entry in map(indicators().__getitem__, held_indicators(own))
        for measure in _measures(entry)
        for year in range(first, last + 1)
        if (entry.id, "level" if measure == "share" else measure, year) not in published
    ]


def _cumulative(block: Block, asked: Sequence[Margin]) -> list[Statement]:
    """The change since a target's own base, as far as each year before and at its deadline."""
    out = []
    for margin in asked:
        s = margin.statement
        if s.measure in ("average_growth", "cumulative_change") and s.base_period is not None:
            years = range(s.base_period.year + 2, s.period.year + 1)
            entry = indicators()[s.indicator]
            out += [_statement(block, s.region, entry, "cumulative_change", year, s.base_period) for year in years]
    return out


def _published(used: Iterable[Statement], region: str) -> set[tuple[str, str, int]]:
    """(indicator, level or growth, year) of full years that are out on a settled calibre, as final figures."""
    return {
        (s.indicator, "growth" if s.measure == "growth" else "level", s.period.year)
        for s in used
        if s.region == region
        and s.role == "outcome"
        and s.measure in ("level", "share", "growth")
        and s.period.is_year
        and (s.measure == "growth" or not calibres()[s.calibre].unsettled)
    }


def _statement(
    block: Block, region: str, entry: Indicator, measure: Measure, year: int, base: Period | None = None
) -> Statement:
    """The figure as it would be published by an official source, at its posterior mean."""
    unit = entry.unit if measure == "level" else "percent"
    draft = Statement(
        id=f"figure:{entry.id}.{measure}.{year}", region=region, indicator=entry.id, measure=measure,
        period=Period((year, 1), (year, 12)), base_period=base, relation="equals", value=1.0, unit=unit,
        role="outcome", trust="A",
    )  # fmt: skip
    row, form = block.row(draft)
    # Shift from the draft's value to the posterior mean on the scale of the form.
    gap = float(row @ block.mean) - form.value
    if measure in ("growth", "cumulative_change"):
        value = _printed(100.0 * math.expm1(gap / 100.0 + math.log1p(0.01)), GROWTH_DECIMALS)
    elif entry.role == "state" and entry.is_share:
        value = _printed(100.0 / (1.0 + math.exp(-float(row @ block.mean) / 100.0)), GROWTH_DECIMALS)
    elif measure == "share":
        value = _printed(min(math.exp(gap / 100.0), 99.0), GROWTH_DECIMALS)
    else:
        size = convert(1.0, unit, entry.unit) * math.exp(gap / 100.0)
        value = _printed(size, max(LEVEL_DIGITS - 1 - math.floor(math.log10(size)), 0))
    return dataclasses.replace(draft, value=value)


def _printed(value: float, decimals: int) -> float:
    """Round as published; a last digit of zero becomes one, since its precision is read off the digits."""
    out = round(value, decimals)
    return out if decimals == 0 or round(out * 10**decimals) % 10 else round(out + 10.0**-decimals, decimals)


def _owners(projection: ScenarioDraws) -> dict[str, str]:
    """Who publishes an indicator: the owner of the target about it or derived from it; ``""`` the plan's commonest."""
    out: dict[str, str] = {}
    about = _own_targets(projection.plan)
    for name, owner in about:
        out.setdefault(name, owner)
    for name, owner in about:
        for factor in _factors(name):
            out.setdefault(factor, owner)
    out[""] = Counter(owner for _, owner in about).most_common(1)[0][0] if about else ""
    return out


def _own_targets(plan: Plan) -> Sequence[tuple[str, str]]:
    return [(t.indicator, t.data_owner) for t in plan.targets if indicators()[t.indicator].role in ("state", "derived")]


def _factors(name: str) -> list[str]:
    out = []
    for _, factor in indicators()[name].factors:
        out += [factor, *_factors(factor)]
    return out
