"""The first page's figures: the latest of each target, growth since the base, place among the cities, gaps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from xtanalysis.answers.figures import CHANGES, LEVELS, Chain, Figure, chain, figure_of, latest_statement, merit
from xtanalysis.answers.project import Projection
from xtanalysis.data.dictionary import convert, indicators, regions, units
from xtanalysis.statements.facts import load_facts
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.plans import Plan, Target

__all__ = ["FEWEST_CITIES", "Gap", "Latest", "Place", "base_year", "latest_figures"]

FEWEST_CITIES = 8
REACH = 5  # years before the origin: an older comparison says nothing about today
GROWTH_LIKE = ("growth", "average_growth", "cumulative_change")


@dataclass(frozen=True, slots=True)
class Place:
    """Rank among the cities of a province, 1 the best.

    Attributes
    ----------
    position, of
        Ties share the better place; ``of`` counts the cities with a figure.
    period, measure, value, unit
        Of the region's own figure that is compared.
    """

    position: int
    of: int
    period: str
    measure: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Gap:
    """The region's figure against that of the region around it, in one period and measure.

    Attributes
    ----------
    other
        The region around it.
    value, other_value
        In ``unit``.
    points
        Difference in percentage points; ``None`` for levels, which differ in size.
    """

    other: str
    period: str
    measure: str
    value: float
    other_value: float
    unit: str
    points: float | None


@dataclass(frozen=True, slots=True)
class Latest:
    """What is published about one target's indicator.

    Attributes
    ----------
    figure
        The one that reaches furthest, ``None`` if there is none.
    parts
        Where a derived indicator has no figure of its own: the latest of each factor.
    chain
        Growth since the base on the target's own basis, ``None`` where growth says nothing about the target.
    place, place_reason
        Rank in the latest period, no older than ``REACH`` years, that at least ``FEWEST_CITIES`` cities publish, the
        region among them; else the reason.
    gaps
        Against province and nation, each in the latest period that both publish.
    """

    target: str
    indicator: str
    figure: Figure | None
    parts: tuple[Figure, ...]
    chain: Chain | None
    place: Place | None
    place_reason: str
    gaps: tuple[Gap, ...]


def base_year(target: Target, plan: Plan) -> int:
    """The year that a target counts from: its own base, the year before for a growth, else the last before the plan."""
    if target.measure == "growth":
        return target.deadline.year - 1
    return target.base_period.year if target.base_period else plan.date.year - 1


def latest_figures(projection: Projection, facts: Iterable[Statement] | None = None) -> Mapping[str, Latest]:
    """The latest published figures behind every target of the plan, by target id.

    Parameters
    ----------
    facts
        For the comparison with other cities; all shipped facts by default.
    """
    region, used = projection.region, projection.information.used
    mine = [s for s in used if s.region == region and s.tells_what_happened]
    told = [s for s in (load_facts() if facts is None else facts) if s.known_on(projection.as_of)]
    by_indicator: dict[str, list[Statement]] = {}
    for s in told:
        if s.tells_what_happened and s.period.year >= projection.origin - REACH:
            by_indicator.setdefault(s.indicator, []).append(s)
    out = {}
    for target in projection.plan.targets:
        read = target.read()
        names, measures = _names(read), _measures(read)
        best = latest_statement(mine, names, measures)
        spoken = [s for name in names for s in by_indicator.get(name, ())]
        place, reason = _place(read, region, spoken, names)
        out[target.id] = Latest(
            target=target.id,
            indicator=read.indicator,
            figure=None if best is None else figure_of(best),
            parts=() if best is not None else _parts(mine, read.indicator),
            chain=_chain(mine, read, base_year(read, projection.plan)),
            place=place,
            place_reason=reason,
            gaps=_gaps(region, spoken, names, measures),
        )
    return out


def _names(target: Target) -> tuple[str, ...]:
    """The indicator, then the one whose growth the bureau publishes as this one's."""
    twin = indicators()[target.indicator].growth_of
    return (target.indicator,) if twin is None else (target.indicator, twin)


def _measures(target: Target) -> tuple[str, ...]:
    """The target's own family of measures first, the other after it."""
    return (*CHANGES, *LEVELS) if target.measure in GROWTH_LIKE else (*LEVELS, *CHANGES)


def _parts(mine: Sequence[Statement], indicator: str) -> tuple[Figure, ...]:
    out: list[Figure] = []
    for _, name in indicators()[indicator].factors:
        found = latest_statement(mine, (name,), (*LEVELS, *CHANGES))
        out += [figure_of(found)] if found is not None else _parts(mine, name)
    return tuple(out)


def _chain(mine: Sequence[Statement], target: Target, base: int) -> Chain | None:
    if indicators()[target.indicator].kind in ("ratio", "count") and target.measure not in GROWTH_LIKE:
        return None
    return chain(mine, target.indicator, base)


def _by_period(
    told: Iterable[Statement], names: Sequence[str], measures: Sequence[str]
) -> dict[tuple[object, ...], dict[str, Statement]]:
    """(end, months, measure, indicator, vintage) → region → its best figure."""
    out: dict[tuple[object, ...], dict[str, Statement]] = {}
    for s in sorted((s for s in told if s.indicator in names and s.measure in measures), key=merit):
        key = (s.period.end, s.period.months, s.measure, s.indicator, s.vintage or "")
        out.setdefault(key, {}).setdefault(s.region, s)
    return out


def _place(target: Target, region: str, told: Sequence[Statement], names: Sequence[str]) -> tuple[Place | None, str]:
    parent = regions()[region].parent
    cities = {r.id for r in regions().values() if r.kind == "city" and r.parent == parent}
    if region not in cities:
        return None, "not a city of a province"
    most = 0
    groups = _by_period((s for s in told if s.region in cities), names, _measures(target))
    for key in sorted(groups, key=lambda k: (k[0], k[1]), reverse=True):
        group = groups[key]
        most = max(most, len(group))
        if len(group) < FEWEST_CITIES or region not in group:
            continue
        own = group[region]
        values = [convert(s.value, s.unit, own.unit) for s in group.values()]
        better = (v < own.value for v in values) if target.relation == "at_most" else (v > own.value for v in values)
        return Place(1 + sum(better), len(group), str(own.period), own.measure, own.value, own.unit), ""
    without = "" if most < FEWEST_CITIES else f", {region} not among them"
    return None, f"published for at most {most} of {len(cities)} cities in one period{without}"


def _gaps(region: str, told: Sequence[Statement], names: Sequence[str], measures: Sequence[str]) -> tuple[Gap, ...]:
    out = []
    other = regions()[region].parent
    while other is not None:
        groups = _by_period((s for s in told if s.region in (region, other)), names, measures)
        shared = [key for key, group in groups.items() if len(group) == 2]
        if shared:
            group = groups[max(shared, key=lambda k: (k[0], k[1]))]
            own, there = group[region], group[other]
            value = convert(there.value, there.unit, own.unit)
            points = None
            if units()[own.unit].dimension == "fraction":
                points = convert(own.value - value, own.unit, "point")
            out.append(Gap(other, str(own.period), own.measure, own.value, value, own.unit, points))
        other = regions()[other].parent
    return tuple(out)
