"""How often real GDP of cities outside Hunan falls within its bands, the engine knowing their GDP alone.

    python scripts/city_coverage.py PANEL_DIR [--every 4] [--cells 8]

At every origin from 2010 each city of the panel outside Hunan (every fourth of a province, by code, by default)
is fitted as a new workspace would be that holds GDP alone: its levels and growth published by 2 October of the next
year, the nation's figures and outlooks of that day, priors learnt by then from the other provinces (replay_priors.csv).
Single years are one to five years ahead, five-year averages those of the five years after the origin. Puts the table
into docs/method.md between its marks. The rows of the panel stay where they are; counts are what ships.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import numpy as np  # noqa: E402  (threads are set before numpy is read)
import pandas as pd  # noqa: E402
from estimate_priors import LEAST_YEARS, Figures, read_figures  # noqa: E402
from panel_facts import HOME  # noqa: E402

from xtanalysis.answers.backtest import AHEAD, ORIGINS, day_of, replay_table  # noqa: E402
from xtanalysis.answers.histories import histories  # noqa: E402
from xtanalysis.answers.questions import questions  # noqa: E402
from xtanalysis.answers.replay_laws import answers_of  # noqa: E402
from xtanalysis.answers.scores import pit  # noqa: E402
from xtanalysis.data.dictionary import regions  # noqa: E402
from xtanalysis.model.posterior import fit_posterior  # noqa: E402
from xtanalysis.model.priors import NATION  # noqa: E402
from xtanalysis.model.record import learnt_errors  # noqa: E402
from xtanalysis.model.select import information_set  # noqa: E402
from xtanalysis.statements.facts import load_facts  # noqa: E402
from xtanalysis.statements.grammar import Statement  # noqa: E402

WANTED = ("gdp_real", "gdp_price")
ASKED = {"growth_1y": "single years", "growth_5y_average": "five-year averages"}
PAGE = Path(__file__).parents[1] / "docs" / "method.md"
START, END = "<!-- coverage outside Hunan: scripts/city_coverage.py -->", "<!-- end of the coverage outside Hunan -->"


def chosen(figures: Figures, every: int) -> list[str]:
    """Prefecture-level cities of the panel outside Hunan, every so many of a province."""
    found = (names[::every] for province, names in figures.cities.items() if province != HOME)
    return [name for names in found for name in names if regions()[name].kind == "city"]


def scored(figures: Figures, cities: Iterable[str], origin: int, cells: int) -> pd.DataFrame:
    """One row a city and quantity at one origin: where the outcome falls in the law."""
    shipped, day = load_facts(), day_of(origin)
    errors = learnt_errors(shipped, day)
    around = [s for s in shipped if s.region == NATION]
    own: dict[str, list[Statement]] = {}
    for s in figures.facts:
        if s.indicator in ("gdp", "gdp_real"):
            own.setdefault(s.region, []).append(s)
    rows = []
    for city in cities:
        known = [s for s in own[city] if s.known_on(day)]
        before, after = histories(known, city), histories(own[city], city)
        asked = [
            q
            for q in questions(before, after, city, origin)
            if q.outcome is not None and q.asked.indicator == "gdp_real" and q.asked.quantity in ASKED
        ]
        if not asked or len(before["gdp_real"].growth) < LEAST_YEARS:
            continue
        table = replay_table(origin, city)
        information = information_set([*known, *around], [city, NATION], day)
        posterior = fit_posterior(
            city, information, origin + AHEAD, wanted=WANTED, table=table, errors=errors, cells=cells
        )
        for q, answer in zip(asked, answers_of(posterior, asked), strict=True):
            assert q.outcome is not None
            rows.append((q.asked.quantity, origin, city, q.horizon, pit(answer.law, q.outcome)))
    return pd.DataFrame(rows, columns=["quantity", "origin", "city", "horizon", "pit"])


def summary(found: pd.DataFrame) -> pd.DataFrame:
    """Outcomes and percent within the 80 % band by quantity and origin; the row ``all`` is pooled."""
    inside = found.assign(inside=100.0 * (np.abs(found["pit"] - 0.5) <= 0.4))
    parts = [inside, inside.assign(origin="all")]
    table = pd.concat(parts).groupby(["quantity", "origin"])["inside"].agg(["size", "mean"])
    return table.rename(columns={"size": "n", "mean": "within"})


def lines_of(found: pd.DataFrame, by_horizon: Mapping[int, float]) -> list[str]:
    """The table as Markdown."""
    table, cities = summary(found), found["city"].nunique()
    origins = [*sorted(found["origin"].unique()), "all"]
    head = f"| 80 % band | {' | '.join(map(str, origins))} |"
    lines = [START, "", head, "| --- |" + " --- |" * len(origins)]
    for quantity, title in ASKED.items():
        cells = [
            f"{table.loc[(quantity, o), 'within']:.0f} %" if (quantity, o) in table.index else "–" for o in origins
        ]
        lines.append(f"| {title}, within | {' | '.join(cells)} |")
        counts = [f"{table.loc[(quantity, o), 'n']:.0f}" if (quantity, o) in table.index else "–" for o in origins]
        lines.append(f"| {title}, n | {' | '.join(counts)} |")
    provinces = len({regions()[city].parent for city in found["city"]})
    ahead = ", ".join(f"{value:.0f} % at {horizon}" for horizon, value in by_horizon.items())
    return [*lines, "", f"{cities} cities of {provinces} provinces. Single years by years ahead: {ahead}.", "", END]


def main() -> None:
    """Score every origin and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("panel", type=Path)
    parser.add_argument("--every", type=int, default=4)
    parser.add_argument("--cells", type=int, default=8)
    options = parser.parse_args()
    figures = read_figures(options.panel)
    cities = chosen(figures, options.every)
    found = pd.concat([scored(figures, cities, origin, options.cells) for origin in ORIGINS], ignore_index=True)
    single = found[found["quantity"] == "growth_1y"]
    by_horizon = single.groupby("horizon")["pit"].apply(lambda p: 100.0 * float((np.abs(p - 0.5) <= 0.4).mean()))
    lines = lines_of(found, {int(h): value for h, value in by_horizon.items()})
    print("\n".join(lines))
    text = PAGE.read_text(encoding="utf-8")
    before, after = text.split(START)[0], text.split(END)[1]
    PAGE.write_text(before + "\n".join(lines) + after, encoding="utf-8")


if __name__ == "__main__":
    main()
