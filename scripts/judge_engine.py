"""Hold the engine against what it must reach in the replay, and print each row with what was found.

    python scripts/judge_engine.py [--workers 2] [--cells 16] [--out DIR]
    python scripts/judge_engine.py --read DIR      what `xtanalysis backtest --out DIR` or --out wrote

The rows are those that a change of the model can move: five-year averages and events against "outlook plus half the
gap", single years, nominal secondary value added, reliability, and leave-one-out scores. Hunan's cities from 2010 on
judge; nothing may be tuned on them. Takes under a minute with two free cores; --out keeps the tables.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import pandas as pd  # noqa: E402  (threads are set before numpy is read)

from xtanalysis.answers.backtest import CELLS, replay  # noqa: E402
from xtanalysis.answers.leave_one_out import left_out_table  # noqa: E402
from xtanalysis.answers.skill import tables_of, write_tables  # noqa: E402
from xtanalysis.statements.facts import load_facts  # noqa: E402

ENGINE, PLAIN, RULE = "engine_outlooks", "engine", "outlook_half_gap"
FIVE = ("growth_5y_average", "cumulative_5y", "level_5y", "share_5y")
LEAST_BIN = 20
NEEDED = ("scores", "brier", "relative", "reliability", "leave_one_out")
MANY, NARROW = 150, (0.85, 1.15)  # figures from which the spread of z has bounds of its own

Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Row:
    """One requirement: what is asked, what was found, and whether it is met."""

    what: str
    must: str
    found: str
    met: bool


def _one(table: pd.DataFrame, **keys: str) -> pd.Series:
    mine = table
    for column, value in keys.items():
        mine = mine[mine[column] == value]
    if len(mine) != 1:
        raise LookupError(f"{len(mine)} rows of {keys}, expected one")
    return mine.iloc[0]


def _against(tables: Tables, quantity: str, indicator: str, rival: str, method: str = ENGINE) -> pd.Series:
    return _one(tables["relative"], quantity=quantity, indicator=indicator, method=method, rival=rival)


def five_years(tables: Tables) -> list[Row]:
    """Five-year averages of real GDP growth."""
    key = {"quantity": "growth_5y_average", "indicator": "gdp_real"}
    pair = _against(tables, "growth_5y_average", "gdp_real", RULE)
    said, plain = (_one(tables["scores"], **key, method=method) for method in (ENGINE, PLAIN))
    interval = f"{pair['ratio']:.2f} ({pair['low90']:.2f}–{pair['high90']:.2f}), n {pair['n']}"
    brier = f"{pair['brier_ratio']:.2f} ({pair['brier_low90']:.2f}–{pair['brier_high90']:.2f})"
    return [
        Row("five-year GDP: CRPS with outlooks over the rule", "≤ 1.05", interval, pair["ratio"] <= 1.05),
        Row("  its upper 90 %", "≤ 1.30", f"{pair['high90']:.2f}", pair["high90"] <= 1.30),
        Row("  bias with outlooks", "|.| ≤ .4", f"{said['bias']:+.2f}", abs(said["bias"]) <= 0.4),
        Row("  CRPS without outlooks", "< .60", f"{plain['crps']:.3f}", plain["crps"] < 0.60),
        Row("  Brier of events over the rule", "≤ 1.0", brier, pair["brier_ratio"] <= 1.0),
    ]


def reliability_rows(tables: Tables) -> list[Row]:
    """Bins of enough forecasts outside their envelope."""
    table = tables["reliability"]
    bins = table[table["quantity"].isin(FIVE) & table["method"].isin([ENGINE, PLAIN]) & (table["n"] >= LEAST_BIN)]
    rows = []
    for (quantity, indicator), group in bins.groupby(["quantity", "indicator"]):
        away = group[group["outside"]]
        told = "; ".join(
            f"{r['method']} said {r['said']:.2f} happened {r['happened']:.2f} ({r['low95']:.2f}–{r['high95']:.2f})"
            for _, r in away.iterrows()
        )
        found = f"{len(away)} of {len(group)}" + (f": {told}" if told else "")
        rows.append(Row(f"reliability, {quantity} {indicator}: bins outside", "0", found, away.empty))
    return rows


def other_rows(tables: Tables) -> list[Row]:
    """Single years, and nominal secondary value added."""
    single = _against(tables, "growth_1y", "gdp_real", RULE)
    nominal = _against(tables, "growth_5y_average", "secondary_value_added", "climatology")
    rate = _one(tables["brier"], quantity="growth_5y_average", indicator="secondary_value_added", method=ENGINE)
    found = f"{single['ratio']:.2f} ({single['low90']:.2f}–{single['high90']:.2f})"
    return [
        Row("single-year GDP: CRPS over the rule", "≤ 1.00", found, single["ratio"] <= 1.0),
        Row(
            "secondary, five years: Brier over real-time climatology",
            "≤ 1.0",
            f"{nominal['brier_ratio']:.2f}",
            nominal["brier_ratio"] <= 1.0,
        ),
        Row(
            "  its score, and that of each event's rate known in hindsight",
            "(told)",
            f"{rate['brier']:.3f}, {rate['brier_base_rate']:.3f}",
            True,
        ),
    ]


def left_out_rows(tables: Tables, by: str = "origin") -> list[Row]:
    """Spread of z by indicator, leaving one origin out at a time."""
    table = tables["leave_one_out"]
    rows = []
    mine = table[table["left_out"] == by]
    shares = mine[(mine["indicator"] == "*") & (mine["measure"] == "share")]
    for _, r in shares.iterrows():
        found = f"{r['z_sd']:.2f} ({r['low95']:.2f}–{r['high95']:.2f}), n {r['n']}"
        inside = bool(r["low95"] <= 1.0 <= r["high95"])
        rows.append(Row(f"left out by {by}, sd of z: nested shares", "1 inside", found, inside))
    for _, r in mine[mine["measure"] == "*"].iterrows():
        inside = r["low95"] <= 1.0 <= r["high95"]
        narrow = r["n"] < MANY or NARROW[0] <= r["z_sd"] <= NARROW[1]
        found = f"{r['z_sd']:.2f} ({r['low95']:.2f}–{r['high95']:.2f}), n {r['n']}"
        found += f", covers {r['cover50']:.0%} {r['cover80']:.0%} {r['cover95']:.0%}"
        few = r["n"] < LEAST_BIN
        must = "(told)" if few else "1 inside" + (", .85–1.15" if r["n"] >= MANY else "")
        rows.append(Row(f"left out by {by}, sd of z: {r['indicator']}", must, found, bool(few or (inside and narrow))))
    return rows


def main() -> None:
    """Run the replay and print the rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--cells", type=int, default=CELLS)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--read", type=Path)
    options = parser.parse_args()
    if options.read:
        tables = {name: pd.read_csv(options.read / f"{name}.csv") for name in NEEDED}
    else:
        facts = load_facts()
        found = replay(facts, cells=options.cells, workers=options.workers)
        tables = tables_of(found) | {"leave_one_out": left_out_table(facts, cells=options.cells)}
    if options.out:
        write_tables(tables, options.out)
    for row in [*five_years(tables), *reliability_rows(tables), *other_rows(tables), *left_out_rows(tables)]:
        print(f"{'ok' if row.met else '✗ ':<3}{row.what:<66} {row.must:<20} {row.found}")


if __name__ == "__main__":
    main()
