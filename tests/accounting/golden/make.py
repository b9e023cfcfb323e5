"""Make the golden tables beside this file: ``python tests/accounting/golden/make.py``.

They hold whole tables of the accounting room on inputs that a reader can follow, so that any change of a figure shows
as a changed line. A golden table changes only with a reason that stands in the commit.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from xtanalysis.accounting import mechanics
from xtanalysis.accounting.capital import InitialStock, capital_effect, capital_stock
from xtanalysis.accounting.channels import channel_parameters
from xtanalysis.accounting.counts import count_rate
from xtanalysis.accounting.lmdi import LMDI, compare_regions, decompose

HERE = Path(__file__).parent
REFERENCE = HERE.parent / "reference"


def lmdi_models() -> pd.DataFrame:
    """Every model on United States industry (two sectors, 1985–1990), and the two sectors as regions."""
    levels = pd.read_csv(REFERENCE / "us_industry_levels.csv").query("nest == 'industrial' and 1985 <= year <= 1990")
    tables = []
    for method in ("lmdi-i", "lmdi-ii"):
        for form in ("additive", "multiplicative"):
            for chained in (True, False):
                result = decompose(levels, levels=["value_added", "energy"], spec=LMDI(method, form, chained))
                tables.append(result.effects.assign(model=f"{method} {form}", chained=chained))
    regions = levels.drop(columns=["nest", "gross_output"]).rename(columns={"sector": "region"})
    between = compare_regions(regions, levels=["value_added", "energy"]).effects
    tables.append(between.assign(model="between regions", chained=False))
    whole = pd.concat(tables, ignore_index=True).query("sector == 'all'").reset_index(drop=True)
    return whole.astype({"base": str})


def capital() -> pd.DataFrame:
    """Stocks under every initial rule and the channel, on investment growing 8 % a year from 100."""
    investment = 100 * 1.08 ** np.arange(8)
    output = 250 * 1.06 ** np.arange(8)
    table = pd.DataFrame({"year": range(2018, 2026), "investment": investment, "output": output})
    for rule, value in (("given", 800.0), ("flow_ratio", 0.10), ("steady_state", None), ("capital_output", 3.0)):
        table[rule] = capital_stock(investment, initial=InitialStock(rule, value), output=output)
    parameters = {name: np.array([row.value]) for name, row in channel_parameters().items()}
    flows = (investment[None], investment[None] * np.linspace(1, 1.4, 8))
    effect = capital_effect(*flows, output=output[:1], parameters=parameters)
    return table.assign(channel=100 * np.log(effect[0]))


def targets() -> pd.DataFrame:
    """Progress of every kind of target, year by year along one path each."""
    rows = []
    for n in range(1, 6):
        cases = {
            "average_growth": mechanics.average_growth([0.07, 0.03, 0.04, 0.06, 0.055][:n], 0.05, 5),
            "cumulative_change": mechanics.cumulative_change([0.0151, -0.022, -0.0418, -0.06, -0.05][:n], -0.17, 5),
            "level": mechanics.level(500 + 110 * n, 1050, base=500, passed=n, years=5),
            "share": mechanics.share(0.30 + 0.009 * n, 0.35, base=0.30, passed=n, years=5),
            "total": mechanics.total([35.0] * n, 200, passed=n, years=5),
            "yearly": mechanics.yearly(10.0 * n, 50, passed=n / 5),
            "rank": mechanics.rank(8 - n, 14, 3, passed=n, years=5),
        }
        for kind, s in cases.items():
            rows.append((kind, 2020 + n, s.actual, s.target, s.progress, s.time, s.required, s.met, s.light))
    columns = ["kind", "year", "actual", "target", "progress", "time", "required", "met", "light"]
    return pd.DataFrame(rows, columns=columns).sort_values(["kind", "year"], ignore_index=True)


def counts() -> pd.DataFrame:
    """Chances of a cumulative and of a yearly target after each further year of counts."""
    history = [52, 61, 48, 57]
    rows = []
    for n in range(1, 5):
        rate = count_rate(history[:n])
        low, high = rate.interval()
        total = rate.reaches(260, done=sum(history[:n]), years=5 - n)
        rows.append((n, rate.mean, low, high, total, rate.reaches_every_year(50, 5 - n)))
    return pd.DataFrame(rows, columns=["years", "mean", "low", "high", "reaches_260", "every_year_50"])


TABLES = {"lmdi_models": lmdi_models, "capital": capital, "targets": targets, "counts": counts}


def main() -> None:
    """Write every table."""
    for name, make in TABLES.items():
        make().to_csv(HERE / f"{name}.csv", index=False, lineterminator="\n", float_format="%.10g")


if __name__ == "__main__":
    main()
