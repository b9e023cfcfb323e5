"""Tables of the replay's words and hidden calibres: do words come true as often, what does a hidden calibre cost."""

from __future__ import annotations

import numpy as np
import pandas as pd

from xtanalysis.answers.reliability import ENVELOPE, SEED, said_and_happened, simulate_ranks, simulated_events
from xtanalysis.answers.replay_verdicts import WordReplay
from xtanalysis.answers.scores import block_error
from xtanalysis.targets.verdicts import WORDS, shown_probability

__all__ = ["FEW", "hidden_scores", "word_tables", "words_by_chance", "words_reliability"]

FEW = 20  # events below which a bin is not told
OVERLAP = 4  # origins whose five outcome years overlap
EXACT = 1e-9
ENDS = ("full", "low", "high")


def words_reliability(found: WordReplay) -> pd.DataFrame:
    """How often what each word was said of happened, beside how often it would if the probabilities were right.

    The envelope is that of :mod:`xtanalysis.answers.reliability`, with the questions of a case (not its horizons)
    correlated as the posterior holds them, on average over regions and origins.

    Returns
    -------
    quantity, indicator (``*``: all), word, n, said and happened (means), low95, high95, outside.
    """
    if found.words.empty:
        return pd.DataFrame()
    events, ranks = _simulated(found)
    rows = [
        {"quantity": quantity, "indicator": indicator} | row
        for quantity, indicator, group in _groups(events)
        for row in said_and_happened(group, ranks, group["word"].to_numpy(dtype=str), WORDS)
    ]
    return pd.DataFrame(rows).rename(columns={"bin": "word"})


def words_by_chance(found: WordReplay) -> pd.DataFrame:
    """How many bins of single quantities would lie outside their envelopes by chance, for several are looked at.

    Returns
    -------
    One row: bins (of ``FEW`` events or more), outside, chance (share of the simulations with at least as many outside).
    """
    if found.words.empty:
        return pd.DataFrame()
    events, ranks = _simulated(found)
    outside, happened = [], []
    for _, _, group in _groups(events)[1:]:
        simulated = simulated_events(group, ranks)
        for word in group["word"].unique():
            mine = (group["word"] == word).to_numpy()
            if mine.sum() >= FEW:
                shares = simulated[mine].mean(axis=0)
                low, high = np.quantile(shares, ENVELOPE)
                outside.append((shares < low) | (shares > high))
                happened.append(not low <= group["happened"].to_numpy(dtype=bool)[mine].mean() <= high)
    count = sum(happened)
    chance = float((np.sum(outside, axis=0) >= count).mean())
    return pd.DataFrame([{"bins": len(outside), "outside": count, "chance": chance}])


def _simulated(found: WordReplay) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The events, and joint ranks of their outcomes under the engine's law; questions of a case stand as horizons."""
    names = sorted(found.dependence["question"].unique())
    number = {name: i for i, name in enumerate(names, start=1)}
    held = found.dependence.rename(columns={name: f"h{i}" for name, i in number.items()})
    held = held.assign(horizon=held["question"].map(number))
    ranks = simulate_ranks(held, np.random.default_rng(SEED))
    return found.words.assign(horizon=(found.words["quantity"] + "|" + found.words["indicator"]).map(number)), ranks


def hidden_scores(hidden: pd.DataFrame) -> pd.DataFrame:
    """What hiding the calibre costs, of every quantity and of all (``*``).

    Returns
    -------
    quantity, indicator, n; inside (share of events whose range holds the probability with the calibre known) and its
    standard error by origin block; inside_shown (the same of probabilities as pages show them, in steps of 5 points);
    width (mean of the range); Brier scores with the calibre known and hidden; Brier of the hidden and of climatology in
    real time on the events that have one (n_climatology).
    """
    if hidden.empty:
        return pd.DataFrame()
    return pd.DataFrame([_hidden_row(*group) for group in _groups(hidden)])


def _groups(events: pd.DataFrame) -> list[tuple[str, str, pd.DataFrame]]:
    """All of them, then those of each quantity and indicator."""
    apart = [(str(key[0]), str(key[1]), group) for key, group in events.groupby(["quantity", "indicator"])]
    return [("*", "*", events), *apart]


def _hidden_row(quantity: str, indicator: str, group: pd.DataFrame) -> dict[str, object]:
    inside, shown = _inside(group), _inside(group.assign(**{name: group[name].map(shown_probability) for name in ENDS}))
    rivalled = group[group["climatology"].notna()]
    return {
        "quantity": quantity,
        "indicator": indicator,
        "n": len(group),
        "inside": float(inside.mean()),
        "inside_se": block_error(inside.to_numpy().astype(np.float64), group["origin"].to_numpy(), OVERLAP),
        "inside_shown": float(shown.mean()),
        "width": float((group["high"] - group["low"]).mean()),
        "brier_full": _brier(group, "full"),
        "brier_hidden": _brier(group, "hidden"),
        "n_climatology": len(rivalled),
        "brier_hidden_there": _brier(rivalled, "hidden"),
        "brier_climatology": _brier(rivalled, "climatology"),
    }


def _inside(group: pd.DataFrame) -> pd.Series:
    low, high = group["low"] - EXACT, group["high"] + EXACT
    return group["full"].between(low, high)


def _brier(group: pd.DataFrame, column: str) -> float:
    return float(((group[column] - group["happened"]) ** 2).mean()) if len(group) else float("nan")


def word_tables(found: WordReplay) -> dict[str, pd.DataFrame]:
    """Every table by the name of its file."""
    return {
        "verdicts": found.words,
        "words": words_reliability(found),
        "words_by_chance": words_by_chance(found),
        "hidden_calibre": found.hidden,
        "hidden_scores": hidden_scores(found.hidden),
    }
