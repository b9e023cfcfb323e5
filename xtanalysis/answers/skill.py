"""Tables of the replay's scores: by method, horizon and origin, with standard errors by origin block."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from xtanalysis.answers.scores import block_error, brier

__all__ = ["BANDS", "comparisons", "pit_table", "relative", "scores_by", "write_scores"]

BANDS = (0.5, 0.8, 0.95)
REFERENCE = "ar1"
BINS = 10


def scores_by(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Scores of each method and indicator, within the groups of further columns.

    Parameters
    ----------
    frame
        As :func:`xtanalysis.answers.backtest.replay` returns.

    Returns
    -------
    One row per group: number of forecasts, mean CRPS (log points), bias (forecast − outcome), coverage of the 50, 80
    and 95 % bands, Brier score of the event; ``_se`` columns are standard errors by origin block,
    neighbouring origins included as far as their outcome years overlap; nan for one origin.
    """
    rows = []
    for key, group in frame.groupby(["indicator", "method", *columns], sort=True):
        blocks = group["origin"].to_numpy()
        overlap = int(group["horizon"].max()) - 1
        score = group["crps"].to_numpy()
        row: dict[str, object] = dict(zip(("indicator", "method", *columns), key, strict=True))
        row |= {"n": len(group), "crps": score.mean(), "crps_se": block_error(score, blocks, overlap)}
        row["bias"] = float((group["mean"] - group["outcome"]).mean())
        for band in BANDS:
            inside = (np.abs(group["pit"].to_numpy() - 0.5) <= band / 2.0).astype(float)
            name = f"coverage_{band * 100:.0f}"
            row |= {name: inside.mean(), f"{name}_se": block_error(inside, blocks, overlap)}
        row["brier"] = brier(group["probability"].to_numpy(), group["event"].to_numpy(dtype=bool))
        rows.append(row)
    return pd.DataFrame(rows)


def relative(frame: pd.DataFrame, method: str, reference: str) -> pd.DataFrame:
    """CRPS of one method over another's on the cases that both have, and the Brier skill, by indicator.

    Returns
    -------
    indicator, n, ratio, ratio_se (delta method, origin blocks), low and high of the 90 % interval, brier_skill
    (1 − Brier/Brier of the reference).
    """
    keys = ["indicator", "region", "origin", "horizon"]
    left, right = (frame[frame["method"] == name].set_index(keys) for name in (method, reference))
    both = left.join(right.add_suffix("_reference"), how="inner").reset_index()
    rows = []
    for indicator, group in both.groupby("indicator"):
        own, other = group["crps"].to_numpy(), group["crps_reference"].to_numpy()
        ratio = own.mean() / other.mean()
        overlap = int(group["horizon"].max()) - 1
        error = block_error(own - ratio * other, group["origin"].to_numpy(), overlap) / other.mean()
        event = group["event"].to_numpy(dtype=bool)
        skill = 1.0 - brier(group["probability"].to_numpy(), event) / brier(
            group["probability_reference"].to_numpy(), event
        )
        rows.append(
            {
                "indicator": indicator,
                "method": method,
                "reference": reference,
                "n": len(group),
                "ratio": ratio,
                "ratio_se": error,
                "low": ratio - 1.645 * error,
                "high": ratio + 1.645 * error,
                "brier_skill": skill,
            }
        )
    return pd.DataFrame(rows)


def pit_table(frame: pd.DataFrame) -> pd.DataFrame:
    """Share of outcomes in each tenth of the forecast distribution, by indicator and method (0.1 if calibrated)."""
    tenth = np.minimum((frame["pit"] * BINS).astype(int), BINS - 1)
    table = pd.crosstab([frame["indicator"], frame["method"]], tenth, normalize="index")
    out: pd.DataFrame = table.reindex(columns=range(BINS), fill_value=0.0).reset_index()
    return out


def comparisons(frame: pd.DataFrame) -> pd.DataFrame:
    """The engine against every rival, and with outlooks against the outlook benchmark."""
    methods = set(frame["method"])
    engines = sorted(name for name in methods if name.startswith("engine"))
    tables = [relative(frame, engine, rival) for engine in engines for rival in sorted(methods - set(engines))]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def write_scores(frame: pd.DataFrame, folder: Path) -> dict[str, pd.DataFrame]:
    """Write forecasts.csv, scores.csv, by_horizon.csv, by_origin.csv, pit.csv and relative.csv; return the tables."""
    tables = {
        "forecasts": frame,
        "scores": scores_by(frame),
        "by_horizon": scores_by(frame, "horizon"),
        "by_origin": scores_by(frame, "origin"),
        "pit": pit_table(frame),
        "relative": comparisons(frame),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        part = folder / f".{name}.csv.part"
        table.to_csv(part, index=False, float_format="%.6g", lineterminator="\n")
        part.replace(folder / f"{name}.csv")
    return tables
