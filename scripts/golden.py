"""Freeze the numbers of the shipped runs as hashes, and say which files a change has moved.

    python scripts/golden.py check     # exit code 1 if a file differs; lists each
    python scripts/golden.py freeze    # take today's numbers as the ones to compare with

One row a file of golden.csv: quantiles.csv and targets.csv of every shipped scenario in each edition, and the scores of
the city's replay. Numbers are hashed as they are written; equal bytes hold for one lock and one kind of processor.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from xtanalysis.answers.backtest import replay
from xtanalysis.answers.skill import tables_of
from xtanalysis.answers.store import quantile_table, target_table
from xtanalysis.data.paths import scenarios_dir
from xtanalysis.study.facts import load_facts
from xtanalysis.study.study import Study

REGION, PLAN, SEED, DRAWS = "湘潭市", "xiangtan-2021-12", 8, 4000
EDITIONS = ((dt.date(2021, 5, 6), 2025), (dt.date(2026, 11, 27), 2030))  # the day of the plan, and a later one
ORIGINS = range(2010, 2022, 4)
CELLS = 4
TABLE = Path(__file__).with_suffix(".csv")
COLUMNS = ("file", "rows", "sum", "sha256")


def frozen_rows() -> Iterator[dict[str, str]]:
    """Run everything; yield a row a file."""
    for as_of, to in EDITIONS:
        study = Study(load_facts(REGION, as_of=as_of), PLAN, to)
        for scenario in sorted(path.stem for path in scenarios_dir().glob("*.yaml")):
            made = study.project(scenario, draws=DRAWS, seed=SEED).record
            folder = f"{as_of}/{scenario}"
            yield _row(f"{folder}/quantiles.csv", quantile_table(made).to_csv(index=False))
            yield _row(f"{folder}/targets.csv", target_table(made).to_csv(index=False))
    scored = replay(study.facts.statements, regions=[REGION], origins=ORIGINS, cells=CELLS)
    for name, table in sorted(tables_of(scored).items()):
        yield _row(f"replay/{name}.csv", table.to_csv(index=False))


def _row(name: str, text: str) -> dict[str, str]:
    """A file's row; the sum of its numbers says how far a change went."""
    frame = pd.read_csv(io.StringIO(text)) if text.strip() else pd.DataFrame()
    total = frame.select_dtypes("number").sum().sum()
    digest = hashlib.sha256(text.encode()).hexdigest()
    return {"file": name, "rows": str(len(frame)), "sum": f"{total:.10g}", "sha256": digest}


def differences(before: dict[str, dict[str, str]], now: dict[str, dict[str, str]]) -> list[str]:
    """One line a file that is new, gone or different."""
    out = [f"gone       {name}" for name in before if name not in now]
    out += [f"new        {name}" for name in now if name not in before]
    for name in (name for name in now if name in before):
        old, new = before[name], now[name]
        if old["sha256"] != new["sha256"]:
            out.append(f"different  {name}: {old['rows']} → {new['rows']} rows, sum {old['sum']} → {new['sum']}")
    return out


def main(command: str) -> int:
    """Check or freeze."""
    rows = {row["file"]: row for row in frozen_rows()}
    if command == "freeze":
        with TABLE.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows.values())
        print(f"{len(rows)} files frozen in {TABLE.name}")
        return 0
    with TABLE.open(encoding="utf-8", newline="") as file:
        found = differences({row["file"]: row for row in csv.DictReader(file)}, rows)
    print("\n".join(found) or f"{len(rows)} files, all equal")
    return 1 if found else 0


if __name__ == "__main__":
    if sys.argv[1:] not in (["check"], ["freeze"]):
        sys.exit("usage: python scripts/golden.py check | freeze")
    sys.exit(main(sys.argv[1]))
