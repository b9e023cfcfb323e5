"""Write the replay's tables into docs/method.md and docs/replay_scores.csv.

    python scripts/write_replay.py [--workers 2]        run the replay, a minute with two free cores
    python scripts/write_replay.py --read DIR           take the tables that `xtanalysis backtest --out DIR` wrote

Everything between the two markers of docs/method.md is replaced, what is worse than a rival included.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import pandas as pd  # noqa: E402  (threads are set before numpy is read)

from xtanalysis.answers.backtest import replay  # noqa: E402
from xtanalysis.answers.leave_one_out import left_out_table  # noqa: E402
from xtanalysis.answers.replay_verdicts import replay_verdicts  # noqa: E402
from xtanalysis.answers.skill import tables_of  # noqa: E402
from xtanalysis.answers.word_scores import FEW, word_tables  # noqa: E402
from xtanalysis.data.dictionary import indicators  # noqa: E402
from xtanalysis.statements.facts import load_facts  # noqa: E402
from xtanalysis.targets.verdict_words import word_text  # noqa: E402

DOCS = Path(__file__).parents[1] / "docs"
BEGIN, END = "<!-- tables of the replay: scripts/write_replay.py -->", "<!-- end of the replay's tables -->"
NEEDED = ("scores", "brier", "relative", "reliability", "leave_one_out", "words", "words_by_chance", "hidden_scores")
METHODS = {
    "engine": "engine, without outlooks",
    "engine_outlooks": "engine, with outlooks",
    "outlook_half_gap": "outlook + half the gap",
    "climatology": "climatology in real time",
    "ar1": "AR(1)",
    "ets": "exponential smoothing",
    "naive": "last rate",
    "drift": "mean of the past",
    "annual": "pooled annual forecaster",
}
QUANTITIES = {
    "growth_1y": "growth of single years",
    "growth_5y_average": "five-year average of growth",
    "cumulative_5y": "change over five years",
    "level_5y": "level in the fifth year",
    "share_5y": "share in the fifth year",
}
IN_FULL = (
    ("growth_5y_average", "gdp_real"),
    ("growth_1y", "gdp_real"),
    ("growth_5y_average", "secondary_value_added"),
    ("growth_1y", "secondary_value_added"),
)

Tables = Mapping[str, pd.DataFrame]


def indicator(name: str) -> str:
    """An indicator in English."""
    if name == "co2_per_gdp":
        return "CO₂ per unit of real GDP"
    entry = indicators().get(name)
    return name if entry is None else entry.en


def asked(quantity: str, name: str) -> str:
    """A quantity of an indicator in English."""
    return f"{indicator(name)}, {QUANTITIES[quantity]}"


def pct(share: float) -> str:
    """A share in whole percent."""
    return f"{100 * share:.0f} %"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def in_full(tables: Tables, quantity: str, name: str) -> str:
    """Every method's scores of one quantity."""
    key = ["quantity", "indicator", "method"]
    found = tables["scores"].merge(tables["brier"][[*key, "brier", "base_rate", "brier_base_rate"]], on=key)
    mine = found[(found["quantity"] == quantity) & (found["indicator"] == name)].set_index("method")
    rows = [
        [
            METHODS[method],
            str(r["n"]),
            f"{r['crps']:.2f} ± {r['crps_se']:.2f}",
            f"{r['bias']:+.1f}",
            pct(r["cover50"]),
            f"{pct(r['cover80'])} ± {pct(r['cover80_se'])}",
            pct(r["cover95"]),
            f"{r['brier']:.3f}",
        ]
        for method in METHODS
        if method in mine.index
        for r in [mine.loc[method]]
    ]
    engine = mine.loc["engine"]
    note = (
        f"Events happened in {pct(engine['base_rate'])} of cases; a forecaster who had known each threshold's rate in "
        f"hindsight would have scored {engine['brier_base_rate']:.3f}."
    )
    head = ("method", "n", "CRPS", "bias", "in 50 %", "in 80 %", "in 95 %", "Brier")
    return f"**{asked(quantity, name)}**\n\n{table(head, rows)}\n\n{note}"


def in_short(tables: Tables) -> str:
    """The engine with outlooks for every other quantity, beside the rival that it has least over."""
    scores, pairs = tables["scores"], tables["relative"]
    rows = []
    for (quantity, name), group in scores.groupby(["quantity", "indicator"]):
        if (quantity, name) in IN_FULL:
            continue
        engine = group[group["method"] == "engine_outlooks"].iloc[0]
        against = pairs[
            (pairs["quantity"] == quantity)
            & (pairs["indicator"] == name)
            & (pairs["method"] == "engine_outlooks")
            & (pairs["rival"] != "engine")
            & (pairs["n"] >= FEW)
        ].sort_values("ratio", ascending=False)
        rival = "no rival has the history" if against.empty else _ratio(against.iloc[0])
        covers = " · ".join(pct(engine[f"cover{band}"]) for band in (50, 80, 95))
        rows.append(
            [asked(quantity, name), str(engine["n"]), f"{engine['crps']:.2f}", f"{engine['bias']:+.1f}", covers, rival]
        )
    head = ("asked", "n", "CRPS", "bias", "in 50 · 80 · 95 %", "CRPS over the closest rival's")
    return f"**Everything else, engine with outlooks**\n\n{table(head, rows)}"


def _ratio(row: pd.Series) -> str:
    return f"{row['ratio']:.2f} ({row['low90']:.2f}–{row['high90']:.2f}), {METHODS[row['rival']]}, n {row['n']}"


def worse(tables: Tables) -> str:
    """Where the engine with outlooks loses, and where what it said did not happen as often."""
    pairs = tables["relative"]
    mine = pairs[(pairs["method"] == "engine_outlooks") & (pairs["rival"] != "engine") & (pairs["n"] >= FEW)]
    lines = []
    for _, r in mine[(mine["ratio"] > 1.0) | (mine["brier_ratio"] > 1.0)].iterrows():
        brier = f"{r['brier_ratio']:.2f} ({r['brier_low90']:.2f}–{r['brier_high90']:.2f})"
        ratio = f"{r['ratio']:.2f} ({r['low90']:.2f}–{r['high90']:.2f})"
        lines.append([asked(r["quantity"], r["indicator"]), METHODS[r["rival"]], str(r["n"]), ratio, brier])
    bins = tables["reliability"]
    away = bins[(bins["method"] == "engine_outlooks") & bins["outside"] & (bins["n"] >= FEW)]
    rows = [
        [
            asked(r["quantity"], r["indicator"]),
            str(r["n"]),
            pct(r["said"]),
            pct(r["happened"]),
            f"{pct(r['low95'])}–{pct(r['high95'])}",
        ]
        for _, r in away.iterrows()
    ]
    lost = table(("asked", "rival", "n", "CRPS over the rival's", "Brier over the rival's"), lines)
    outside = table(("asked", "n", "said", "happened", "envelope"), rows)
    return (
        f"**Where the engine with outlooks does worse than a rival** (ratio above 1, 90 % interval)\n\n{lost}\n\n"
        f"**Bins of {FEW} or more outside their 95 % envelope**\n\n{outside if rows else 'None.'}"
    )


def reliability(tables: Tables) -> str:
    """Bins of the events of five-year averages of real GDP."""
    bins = tables["reliability"]
    mine = bins[(bins["quantity"] == "growth_5y_average") & (bins["indicator"] == "gdp_real")]
    rows = [
        [
            METHODS[r["method"]],
            r["bin"].replace("-", "–"),
            str(r["n"]),
            pct(r["said"]),
            pct(r["happened"]),
            f"{pct(r['low95'])}–{pct(r['high95'])}",
        ]
        for method in ("engine", "engine_outlooks", "outlook_half_gap")
        for _, r in mine[mine["method"] == method].iterrows()
    ]
    head = ("method", "bin", "n", "said", "happened", "95 % envelope")
    title = "Reliability: average real growth of five years is at least that of the last five less 0 to 4 points"
    return f"**{title}**\n\n{table(head, rows)}"


def words(tables: Tables) -> str:
    """How often what each word is said of happens, of all questions; then the bins that lie outside."""
    found = tables["words"]
    head = ("word", "n", "said", "happened", "95 % envelope")
    rows = [[word_text(r["word"], "en"), *_bin(r)] for _, r in found[found["quantity"] == "*"].iterrows()]
    apart = found[(found["quantity"] != "*") & (found["n"] >= FEW)]
    outside = [
        [asked(r["quantity"], r["indicator"]), word_text(r["word"], "en"), *_bin(r)]
        for _, r in apart[apart["outside"]].iterrows()
    ]
    told = table(("asked", *head), outside) if outside else "None."
    chance = tables["words_by_chance"].iloc[0]
    as_many = f" (as many or more by chance: {pct(chance['chance'])} of simulations)" if outside else ""
    return (
        f"**Do targets come true as often as the words on them say?** Every question of five years, with outlooks\n\n"
        f"{table(head, rows)}\n\n"
        f"Of {len(apart)} bins of {FEW} or more of single quantities outside the envelope{as_many}:\n\n{told}"
    )


def _bin(r: pd.Series) -> list[str]:
    return [str(r["n"]), pct(r["said"]), pct(r["happened"]), f"{pct(r['low95'])}–{pct(r['high95'])}"]


def hidden(tables: Tables) -> str:
    """What a hidden calibre costs."""
    rows = []
    for _, r in tables["hidden_scores"].iterrows():
        climatology = "–" if pd.isna(r["brier_climatology"]) else f"{r['brier_climatology']:.3f}"
        rows.append(
            [
                "all" if r["quantity"] == "*" else asked(r["quantity"], r["indicator"]),
                str(r["n"]),
                f"{100 * r['inside']:.1f} % ± {pct(r['inside_se'])}",
                f"{100 * r['inside_shown']:.1f} %",
                f"{r['width']:.2f}",
                f"{r['brier_full']:.3f}",
                f"{r['brier_hidden']:.3f}",
                climatology,
            ]
        )
    held = ("range holds the known one's", "as pages show both, in fives")
    head = ("asked", "n", *held, "its width", "Brier, known", "Brier, hidden", "climatology's")
    title = "The calibres of value added, GDP and investment hidden: probabilities over the declared set"
    return f"**{title}**\n\n{table(head, rows)}"


def left_out(tables: Tables) -> str:
    """Leave-one-out scores by indicator."""
    found = tables["leave_one_out"]
    mine = found[(found["measure"] == "*") & (found["n"] >= FEW)]
    rows = []
    for name in mine.loc[mine["left_out"] == "origin", "indicator"]:
        row = ["all" if name == "*" else indicator(name)]
        for by in ("origin", "source"):
            (r,) = (line for _, line in mine[(mine["left_out"] == by) & (mine["indicator"] == name)].iterrows())
            covers = " · ".join(pct(r[f"cover{band}"]) for band in (50, 80, 95))
            row += [str(r["n"])] if by == "origin" else []
            row += [covers, f"{r['z_sd']:.2f} ({r['low95']:.2f}–{r['high95']:.2f})"]
        rows.append(row)
    head = ("figures of", "n", "origin left out: in 50 · 80 · 95 %", "sd of z", "source left out", "sd of z")
    return f"**Figures predicted from all others, as of 2 October 2024**\n\n{table(head, rows)}"


def section(tables: Tables) -> str:
    """Everything between the markers."""
    parts = [
        *(in_full(tables, *key) for key in IN_FULL),
        reliability(tables),
        in_short(tables),
        worse(tables),
        words(tables),
        hidden(tables),
        left_out(tables),
    ]
    return "\n\n".join(parts)


def read(folder: Path) -> dict[str, pd.DataFrame]:
    """The tables that a backtest wrote."""
    return {name: pd.read_csv(folder / f"{name}.csv") for name in NEEDED}


def main() -> None:
    """Write both files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--read", type=Path)
    options = parser.parse_args()
    if options.read:
        tables = read(options.read)
    else:
        facts = load_facts()
        tables = tables_of(replay(facts, workers=options.workers)) | {"leave_one_out": left_out_table(facts)}
        tables |= word_tables(replay_verdicts(facts, workers=options.workers))
    key = ["quantity", "indicator", "method"]
    brier = tables["brier"][[*key, "brier", "brier_se", "base_rate", "brier_base_rate"]]
    scores = tables["scores"].merge(brier, on=key, how="left")
    scores.to_csv(DOCS / "replay_scores.csv", index=False, float_format="%.6g", lineterminator="\n")
    page = DOCS / "method.md"
    before, rest = page.read_text(encoding="utf-8").split(BEGIN)
    _, after = rest.split(END)
    page.write_text(f"{before}{BEGIN}\n\n{section(tables)}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
