"""Estimate the priors of growth from the cities of all provinces of a panel, and write the tables of model/.

    python scripts/estimate_priors.py PANEL_DIR [--only shipped|replay]

PANEL_DIR holds the compilations that scripts/panel_facts.py reads: GDP, its real growth, secondary value added and
modelled CO₂ of cities of 18 provinces, 2000–2023. Their rows, whose rights are not stated, are not handed on; what
ships is what they teach: priors.csv and correlations.csv (the centres of scripts/priors with the estimates in place),
replay_priors.csv (at every origin, from what was published by then, without the region itself, every second city of the
others) and panel_priors.csv (each estimate with its standard error and what it rests on).

What a panel can tell, the scales of shocks and of moving gaps and the correlations of shocks, is estimated by
empirical Bayes (xtanalysis/model/empirical.py) around the weak centres in scripts/priors: province by province, then
the mean over provinces, whose spread gives the errors. What it
cannot tell keeps its centre, whose reason stands in the column source: where growth returns to and how fast (cities
of one nation slowed down together), investment, energy and value added above scale (no panel of cities holds them;
value added and investment are estimated from Hunan's facts).
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from panel_facts import HOME, as_published, co2, read_table, revised

from xtanalysis.data.dictionary import indicators, regions
from xtanalysis.model.empirical import System, estimate, make_system, maximise
from xtanalysis.model.noise import load_errors, proxies
from xtanalysis.model.priors import NATION, Parameter, PriorTable, get, load_priors, put
from xtanalysis.model.select import information_set
from xtanalysis.statements.facts import load_facts
from xtanalysis.statements.grammar import Statement

CENTRES = Path(__file__).parent / "priors"
MODEL = Path(__file__).parents[1] / "xtanalysis" / "model"
ORIGINS = range(2010, 2022)
LAST = dt.date(2024, 10, 2)
WINDOW = 10  # years of first-published levels: the accounts of cities have become steadier, old scales are too wide
LEAST_YEARS = 8  # of real growth by the day, that a city is learnt from
LEAST_CITIES = 4  # of a province that is estimated by itself; the others are taken together
MANY_CITIES = 8  # of a province, from which every second is enough at the origins of the replay
FEW = "few"  # the group of the provinces with few cities
EVERYWHERE = "*"  # no province is left out

LEVELS = (Parameter("*", "gdp_real", "drift"), Parameter("*", "value_added_real", "drift"))


@dataclass(frozen=True)
class Step:
    """What is estimated together; each step keeps what the one before found."""

    wanted: tuple[str, ...]
    parameters: tuple[Parameter, ...]


def own(indicator: str) -> tuple[Parameter, ...]:
    """The scales of an indicator in any city."""
    return Parameter("*", indicator, "shock"), Parameter("*", indicator, "mean_shock")


NATIONAL = Step(("gdp_real",), (Parameter(NATION, "gdp_real", "shock"), Parameter(NATION, "growth_mean", "mean_shock")))
STEPS = (
    Step(("gdp_real",), (*own("gdp_real"), LEVELS[0], Parameter("gdp_real", "gdp_real", "correlation"))),
    Step(("gdp_real", "gdp_price"), own("gdp_price")),
    Step(
        ("gdp_real", "gdp_price", "secondary_share_of_gdp"),
        (*own("secondary_share_of_gdp"), Parameter("gdp_price", "secondary_share_of_gdp", "correlation")),
    ),
)
LATER = (Step(("gdp_real", "co2"), (*own("co2"), Parameter("gdp_real", "co2", "correlation"))),)
"""For the shipped table only: what the replay does not score."""

AT_HOME = (
    (
        True,
        Step(
            ("gdp_real", "value_added_real"),
            (
                *own("value_added_real"),
                LEVELS[1],
                Parameter("gdp_real", "value_added_real", "correlation"),
                Parameter("value_added_real", "value_added_real", "correlation"),
            ),
        ),
    ),
    (
        False,
        Step(("gdp_real", "fixed_asset_investment"), (Parameter("gdp_real", "fixed_asset_investment", "correlation"),)),
    ),
    (
        False,
        Step(("industrial_investment",), (Parameter("industrial_investment", "industrial_investment", "correlation"),)),
    ),
)
"""From Hunan's cities (and, where it is said, the nation and the province): no other panel holds these."""


@dataclass(frozen=True)
class Figures:
    """The facts that teach, and the cities of each province."""

    facts: tuple[Statement, ...]
    cities: dict[str, tuple[str, ...]]

    def known(self, as_of: dt.date) -> list[Statement]:
        """What happened and was known by then, without plans and outlooks; first-published levels of the window."""
        first = as_of.year - 1 - WINDOW
        return [
            s
            for s in self.facts
            if s.tells_what_happened and s.known_on(as_of) and (s.vintage != "as_published" or s.period.year >= first)
        ]


def read_figures(panel: Path) -> Figures:
    """The shipped facts, and the panel's rows of the other provinces."""
    provinces = {row["province"] for row in read_table(panel / "city_gdp_revised_real_2000_2023.csv")} - {HOME}
    shipped = load_facts()
    more = [*as_published(panel, provinces), *revised(panel, provinces), *co2(panel, provinces)]
    facts = (*shipped, *more)
    years: dict[str, int] = {}
    for s in facts:
        if (s.indicator, s.measure) == ("gdp_real", "growth"):
            years[s.region] = years.get(s.region, 0) + 1
    cities: dict[str, list[str]] = {}
    for name in sorted(years, key=lambda name: regions()[name].code):
        place = regions()[name]
        # A municipality is its own province.
        group = name if place.kind == "province" else place.parent or ""
        if years[name] >= LEAST_YEARS and group in {HOME, *provinces} and name != HOME:
            cities.setdefault(group, []).append(name)
    return Figures(facts, {group: tuple(names) for group, names in cities.items()})


@cache
def speaks_of(indicator: str) -> set[str]:
    """The states that a figure of an indicator is about."""
    stands_for = proxies()[indicator].stands_for if indicator in proxies() else indicator
    factors = indicators()[stands_for].factors
    return set().union(*(speaks_of(name) for _, name in factors)) if factors else {stands_for}


def make_systems(figures: Figures, names: Sequence[str], step: Step, as_of: dt.date, table: PriorTable) -> list[System]:
    """Every region's figures known on a day, of what the step is about."""
    states = set().union(*map(speaks_of, step.wanted))
    by_region: dict[str, list[Statement]] = {}
    for s in figures.known(as_of):
        if speaks_of(s.indicator) <= states:
            by_region.setdefault(s.region, []).append(s)
    systems = []
    for name in names:
        around = [name, *dict.fromkeys(p for p in (regions()[name].parent, NATION) if p and p != name)]
        mine = [s for place in around for s in by_region.get(place, ())]
        systems.append(make_system(name, information_set(mine, around, as_of), step.wanted, table, load_errors()))
    return systems


def without_level(table: PriorTable, base: PriorTable) -> PriorTable:
    """The scales around the panel's own mean gap, with the prior's mean.

    Local figures grew faster than the nation's in every province until 2014, which says nothing of the years to come
    but would pass for spread if it were left in.
    """
    return put(table, {parameter: get(base, parameter) for parameter in LEVELS})


@dataclass(frozen=True)
class Learnt:
    """What a panel teaches on a day.

    Attributes
    ----------
    tables
        By province that is left out; `EVERYWHERE`: none.
    errors, spread
        Of each parameter: see `Estimate`.
    alone
        Of each step, the table of each group of cities by itself.
    """

    tables: dict[str, PriorTable]
    errors: dict[Parameter, float]
    spread: dict[Parameter, float]
    alone: tuple[dict[str, PriorTable], ...]


def groups_of(figures: Figures) -> dict[str, tuple[str, ...]]:
    """The cities that are estimated together: those of a province, or of all provinces with few of them."""
    large = {group: names for group, names in figures.cities.items() if len(names) >= LEAST_CITIES}
    few = tuple(name for group, names in figures.cities.items() if group not in large for name in names)
    return large | ({FEW: few} if few else {})


def learn(
    figures: Figures,
    as_of: dt.date,
    base: PriorTable,
    steps: Sequence[Step],
    start: Sequence[dict[str, PriorTable]] = (),
) -> Learnt:
    """Estimate step by step, each group of cities by itself, and average over groups."""
    table = maximise(make_systems(figures, [NATION], NATIONAL, as_of, base), base, NATIONAL.parameters)
    groups = groups_of(figures)
    without = dict.fromkeys(groups, table)
    errors: dict[Parameter, float] = {}
    spread: dict[Parameter, float] = {}
    alone: list[dict[str, PriorTable]] = []
    for i, step in enumerate(steps):
        systems = {group: make_systems(figures, names, step, as_of, table) for group, names in groups.items()}
        found, each = estimate(systems, table, step.parameters, start[i] if i < len(start) else None)
        alone.append(each)
        errors |= found.error
        spread |= found.spread
        for group, other in found.without.items():
            values = {p: get(other, p) for p in step.parameters if p not in LEVELS}
            without[group] = put(without[group], values)
        table = without_level(found.table, base)
    tables = {province: without[province if province in groups else FEW] for province in figures.cities}
    return Learnt({EVERYWHERE: table, **tables}, errors, spread, tuple(alone))


def estimated(steps: Sequence[Step]) -> list[Parameter]:
    """All parameters that are kept, in the order of the steps."""
    return [p for step in steps for p in step.parameters if p not in LEVELS]


def learn_at_home(
    figures: Figures, as_of: dt.date, base: PriorTable, steps: Sequence[Step], without: str = ""
) -> PriorTable:
    """What Hunan's cities, whose figures ship, give by themselves on a day, without one of them."""
    table = maximise(make_systems(figures, [NATION], NATIONAL, as_of, base), base, NATIONAL.parameters)
    names = [name for name in figures.cities[HOME] if name != without]
    for step in steps:
        table = maximise(make_systems(figures, names, step, as_of, table), table, step.parameters)
    return without_level(table, base)


def write_replay(figures: Figures, base: PriorTable) -> None:
    """Write replay_priors.csv: one row per origin, region and parameter.

    A city of Hunan has what its sisters gave that day, Hunan what all of them gave; another province the mean of the
    provinces but itself.
    """
    rows: list[list[object]] = []
    start: tuple[dict[str, PriorTable], ...] = ()
    thinned = {group: names[:: 2 if len(names) >= MANY_CITIES else 1] for group, names in figures.cities.items()}
    panel = Figures(figures.facts, thinned)
    parameters = [*NATIONAL.parameters, *estimated(STEPS)]
    for origin in ORIGINS:
        as_of = dt.date(origin + 1, 10, 2)
        learnt = learn(panel, as_of, base, STEPS, start)
        start = learnt.alone
        tables = {place: table for place, table in learnt.tables.items() if place != HOME}
        tables[HOME] = learn_at_home(figures, as_of, base, STEPS)
        tables |= {city: learn_at_home(figures, as_of, base, STEPS, city) for city in figures.cities[HOME]}
        rows += [
            [origin, place, str(parameter), f"{get(table, parameter):.4g}"]
            for place, table in tables.items()
            for parameter in parameters
        ]
        print(origin, {str(p): f"{get(tables[HOME], p):.3g}" for p in parameters}, file=sys.stderr, flush=True)
    write(MODEL / "replay_priors.csv", ["origin", "region", "parameter", "value"], rows)


def write_shipped(figures: Figures, base: PriorTable) -> None:
    """Put the estimates into priors.csv and correlations.csv; write panel_priors.csv."""
    steps = (*STEPS, *LATER)
    learnt = learn(figures, LAST, base, steps)
    table = learnt.tables[EVERYWHERE]
    parameters = [*NATIONAL.parameters, *estimated(steps)]
    cities = sum(map(len, figures.cities.values()))
    panel = f"mean over {len(figures.cities)} provinces of what their {cities} cities give, figures known on {LAST}"
    notes = dict.fromkeys(parameters, f"{panel} (scripts/estimate_priors.py)")
    notes |= dict.fromkeys(NATIONAL.parameters, f"estimated from the nation's figures known on {LAST}")
    shipped = Figures(tuple(load_facts()), {HOME: figures.cities[HOME]})
    for around, step in AT_HOME:
        names = [*((NATION, HOME) if around else ()), *figures.cities[HOME]]
        table = maximise(make_systems(shipped, names, step, LAST, table), table, step.parameters)
        table = without_level(table, base)
        more = estimated([step])
        parameters += more
        notes |= dict.fromkeys(more, f"estimated from the cities of Hunan, figures known on {LAST}")
    found = {parameter: get(table, parameter) for parameter in parameters}
    put_into_tables(found, notes)
    rows = [
        [str(p), f"{found[p]:.4g}", f"{learnt.errors[p]:.2g}", f"{learnt.spread[p]:.2g}", *bounds(each, p), cities,
         len(figures.cities), figures_of(figures, step)]
        for step, each in zip(steps, learnt.alone, strict=True)
        for p in estimated([step])
    ]  # fmt: skip
    home = learn_at_home(figures, LAST, base, (*steps, *(step for _, step in AT_HOME)))
    own_rows = [[HOME, str(p), f"{get(home, p):.3g}"] for p in parameters if p not in NATIONAL.parameters]
    write(MODEL / "province_priors.csv", ["province", "parameter", "value"], own_rows)
    header = ["parameter", "value", "standard_error", "spread", "least", "most", "cities", "provinces", "figures"]
    write(MODEL / "panel_priors.csv", header, rows)
    provinces = [
        [name, len(members), *span(figures, members), "shipped" if name == HOME else "not handed on"]
        for name, members in figures.cities.items()
    ]
    write(MODEL / "panel_provinces.csv", ["province", "cities", "first", "last", "facts"], provinces)
    print({str(k): round(v, 3) for k, v in found.items()}, file=sys.stderr)


def span(figures: Figures, cities: Sequence[str]) -> tuple[int, int]:
    """The first and the last year of their figures."""
    years = {s.period.year for s in figures.known(LAST) if s.region in cities and s.period.is_year}
    return min(years), max(years)


def bounds(alone: dict[str, PriorTable], parameter: Parameter) -> tuple[str, str]:
    """The least and the greatest estimate of a group of cities by itself."""
    values = [get(table, parameter) for table in alone.values()]
    return f"{min(values):.4g}", f"{max(values):.4g}"


def figures_of(figures: Figures, step: Step) -> int:
    """How many figures of the cities a step rests on."""
    spoken = {"gdp_real": {"gdp_real"}, "gdp_price": {"gdp"}, "secondary_share_of_gdp": {"secondary_value_added"}}
    names = {name for group in figures.cities.values() for name in group}
    wanted = set().union(*(spoken.get(name, {name}) for name in step.wanted))
    return sum(s.region in names and s.indicator in wanted for s in figures.known(LAST))


def put_into_tables(found: dict[Parameter, float], notes: dict[Parameter, str]) -> None:
    """Write priors.csv and correlations.csv, the source beside each estimate."""
    for name in ("priors.csv", "correlations.csv"):
        rows = read_table(CENTRES / name)
        for row in rows:
            changed = put_estimates(row, found)
            told = "; ".join(
                f"{', '.join(p.field for p in changed if notes[p] == note)}: {note}"
                for note in dict.fromkeys(notes[p] for p in changed)
            )
            if told:
                row["source"] = told + (f"; {row['source']}" if "region" in row else "")
        write(MODEL / name, list(rows[0]), [list(row.values()) for row in rows])


def put_estimates(row: dict[str, str], found: dict[Parameter, float]) -> list[Parameter]:
    """Write what was estimated into one row of a CSV; return what changed."""
    changed = []
    for parameter, value in found.items():
        pair = {parameter.region, parameter.indicator}
        if parameter.field == "correlation":
            mine = "a" in row and {row["a"], row["b"]} == pair
        else:
            mine = (row.get("region"), row.get("indicator")) == (parameter.region, parameter.indicator)
        if mine:
            row[parameter.field] = f"{value:.3g}"
            changed.append(parameter)
    return changed


def write(path: Path, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("panel", type=Path)
    parser.add_argument("--only", choices=["shipped", "replay"])
    options = parser.parse_args()
    everything, centres = read_figures(options.panel), load_priors(CENTRES)
    if options.only != "replay":
        write_shipped(everything, centres)
    if options.only != "shipped":
        write_replay(everything, centres)
