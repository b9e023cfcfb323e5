"""Estimate the scales of growth from the cities of Hunan, and write priors.csv, correlations.csv, replay_priors.csv.

What a panel of thirteen cities can tell, the scales of shocks and gaps and the correlations of shocks, is estimated by
empirical Bayes (xtanalysis/model/empirical.py) around the weak centres in scripts/priors. What cities that slowed down
together cannot tell (where growth returns to, how fast, the lag beside the moving gap) keeps its centre, whose reason
stands in the column source. For the replay the same is done at every origin with the scored city left out and nothing
published later.

    python scripts/estimate_priors.py
"""

from __future__ import annotations

import csv
import datetime as dt
import sys
from pathlib import Path

from xtanalysis.model.empirical import Parameter, System, get, make_system, maximise, put
from xtanalysis.model.noise import load_errors
from xtanalysis.model.priors import NATION, PriorTable, load_priors
from xtanalysis.model.select import information_set
from xtanalysis.statements.facts import load_facts
from xtanalysis.statements.grammar import Statement

CENTRES = Path(__file__).parent / "priors"
MODEL = Path(__file__).parents[1] / "xtanalysis" / "model"
CITIES = (
    "长沙市", "株洲市", "湘潭市", "衡阳市", "邵阳市", "岳阳市", "常德市", "张家界市", "益阳市", "郴州市", "永州市",
    "怀化市", "娄底市",
)  # fmt: skip
PROVINCE = "湖南省"
ORIGINS = range(2010, 2022)
LAST = dt.date(2024, 10, 2)
WINDOW = 10  # years of first-published levels: the accounts of cities have become steadier, old scales are too wide

STEPS: tuple[tuple[tuple[str, ...], tuple[str, ...], tuple[Parameter, ...]], ...] = (
    # regions, indicators, parameters: each step keeps what the one before found
    (
        (NATION,),
        ("gdp_real",),
        (Parameter(NATION, "gdp_real", "shock"), Parameter(NATION, "growth_mean", "mean_shock")),
    ),
    (
        CITIES,
        ("gdp_real",),
        (
            Parameter("*", "gdp_real", "shock"),
            Parameter("*", "gdp_real", "mean_shock"),
            Parameter("*", "gdp_real", "drift"),
            Parameter("gdp_real", "gdp_real", "correlation"),
        ),
    ),
    (
        CITIES,
        ("gdp_real", "gdp_price"),
        (Parameter("*", "gdp_price", "shock"), Parameter("*", "gdp_price", "mean_shock")),
    ),
    (
        CITIES,
        ("gdp_real", "gdp_price", "secondary_share_of_gdp"),
        (
            Parameter("*", "secondary_share_of_gdp", "shock"),
            Parameter("*", "secondary_share_of_gdp", "mean_shock"),
            Parameter("gdp_price", "secondary_share_of_gdp", "correlation"),
        ),
    ),
)

LEVELS = (Parameter("*", "gdp_real", "drift"), Parameter("*", "value_added_real", "drift"))

# For the shipped table only: what the replay does not score.
FURTHER: tuple[tuple[tuple[str, ...], tuple[str, ...], tuple[Parameter, ...]], ...] = (
    (
        (NATION, PROVINCE, *CITIES),
        ("gdp_real", "value_added_real"),
        (
            Parameter("*", "value_added_real", "shock"),
            Parameter("*", "value_added_real", "mean_shock"),
            Parameter("*", "value_added_real", "drift"),
            Parameter("gdp_real", "value_added_real", "correlation"),
            Parameter("value_added_real", "value_added_real", "correlation"),
        ),
    ),
    (
        CITIES,
        ("gdp_real", "fixed_asset_investment"),
        (Parameter("gdp_real", "fixed_asset_investment", "correlation"),),
    ),
    (
        (PROVINCE, *CITIES),
        ("industrial_investment",),
        (Parameter("industrial_investment", "industrial_investment", "correlation"),),
    ),
    (
        CITIES,
        ("gdp_real", "co2"),
        (
            Parameter("*", "co2", "shock"),
            Parameter("*", "co2", "mean_shock"),
            Parameter("gdp_real", "co2", "correlation"),
        ),
    ),
)


def systems(
    facts: list[Statement], regions: tuple[str, ...], wanted: tuple[str, ...], as_of: dt.date, table: PriorTable
) -> dict[str, System]:
    """Every region's figures known on a day, without plans and outlooks."""
    first = as_of.year - 1 - WINDOW
    told = [s for s in facts if s.tells_what_happened and (s.vintage != "as_published" or s.period.year >= first)]
    return {
        region: make_system(
            region,
            information_set(told, [region, PROVINCE, NATION], as_of),
            wanted,
            table,
            load_errors(),
        )
        for region in regions
    }


def estimate(facts: list[Statement], as_of: dt.date, base: PriorTable) -> tuple[PriorTable, dict[str, PriorTable]]:
    """The table from all cities known on a day, and for each city the table from the others."""
    table = base
    without = dict.fromkeys(CITIES, base)
    for regions, wanted, parameters in STEPS:
        built = systems(facts, regions, wanted, as_of, table)
        found = maximise(list(built.values()), table, parameters)
        if len(regions) == 1:
            without = dict.fromkeys(CITIES, found)
        else:
            for city in CITIES:
                others = [system for name, system in built.items() if name != city]
                without[city] = without_level(maximise(others, without[city], parameters, start=found), base)
        table = without_level(found, base)
    return table, without


def without_level(table: PriorTable, base: PriorTable) -> PriorTable:
    """The scales around the panel's own mean gap, with the prior's mean.

    Local figures grew faster than the nation's in every province until 2014, which says nothing of the years to come
    but would pass for spread if it were left in.
    """
    return put(table, {parameter: get(base, parameter) for parameter in LEVELS})


def every_parameter() -> tuple[Parameter, ...]:
    """All parameters that are estimated, in the order of the steps."""
    return tuple(parameter for _, _, parameters in STEPS for parameter in parameters if parameter not in LEVELS)


def write_replay(facts: list[Statement], base: PriorTable) -> None:
    """Write replay_priors.csv: one row per origin, left-out city and parameter."""
    rows = []
    for origin in ORIGINS:
        _, without = estimate(facts, dt.date(origin + 1, 10, 2), base)
        rows += [
            [origin, city, str(parameter), f"{get(table, parameter):.4g}"]
            for city, table in without.items()
            for parameter in every_parameter()
        ]
        print(origin, {str(p): f"{get(without[CITIES[2]], p):.3g}" for p in every_parameter()}, file=sys.stderr)
    with (MODEL / "replay_priors.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["origin", "left_out", "parameter", "value"])
        writer.writerows(rows)


def write_shipped(facts: list[Statement], base: PriorTable) -> None:
    """Put the estimates from all cities into priors.csv and correlations.csv, the source beside each."""
    table, _ = estimate(facts, LAST, base)
    parameters = list(every_parameter())
    for regions, wanted, more in FURTHER:
        table = maximise(list(systems(facts, regions, wanted, LAST, table).values()), table, more)
        table = without_level(table, base)
        parameters += [parameter for parameter in more if parameter not in LEVELS]
    note = f"estimated from the cities of Hunan, figures known on {LAST} (scripts/estimate_priors.py)"
    found = {parameter: get(table, parameter) for parameter in parameters}
    for name in ("priors.csv", "correlations.csv"):
        with (CENTRES / name).open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            header, rows = list(reader.fieldnames or []), list(reader)
        for row in rows:
            fields = put_estimates(row, found)
            if fields:
                row["source"] = f"{', '.join(fields)}: {note}" + (f"; {row['source']}" if "region" in row else "")
        with (MODEL / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, header, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    print({str(k): round(v, 3) for k, v in found.items()}, file=sys.stderr)


def put_estimates(row: dict[str, str], found: dict[Parameter, float]) -> list[str]:
    """Write what was estimated into one row of a CSV; return the columns that changed."""
    changed = []
    for parameter, value in found.items():
        pair = {parameter.region, parameter.indicator}
        if parameter.field == "correlation":
            mine = "a" in row and {row["a"], row["b"]} == pair
        else:
            mine = (row.get("region"), row.get("indicator")) == (parameter.region, parameter.indicator)
        if mine:
            row[parameter.field] = f"{value:.3g}"
            changed.append(parameter.field)
    return changed


if __name__ == "__main__":
    shipped, start = load_facts(), load_priors(CENTRES)
    write_replay(shipped, start)
    write_shipped(shipped, start)
