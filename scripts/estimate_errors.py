"""Learn the errors of statements from the shipped facts and write xtanalysis/model/errors.csv.

What no pair of figures tells is set by hand in set_errors.csv beside it.

python scripts/estimate_errors.py
"""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

from xtanalysis.model.noise import set_errors
from xtanalysis.model.record import learn
from xtanalysis.statements.facts import load_facts

FILE = Path(__file__).parents[1] / "xtanalysis" / "model" / "errors.csv"

if __name__ == "__main__":
    rows = learn(load_facts(), dt.date.max)
    with FILE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["kind", "indicator", "horizon", "value", "source"])
        learnt = ((key, row) for key, row in rows.items() if key not in set_errors())
        writer.writerows([*key, f"{value:.3g}", source] for key, (value, source) in learnt)
