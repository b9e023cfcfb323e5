"""Tables of the replay's scores, and the files that hold them; standard errors are by origin block."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from xtanalysis.answers.backtest import ENGINES, Replay
from xtanalysis.answers.reliability import reliability
from xtanalysis.answers.scores import LEVELS, block_error, brier
from xtanalysis.data.writing import csv_bytes, write_file
from xtanalysis.model.threads import one_thread

__all__ = ["BANDS", "comparisons", "pit_table", "relative", "scores_by", "tables_of", "write_tables"]

BANDS = (0.5, 0.8, 0.95)
BINS = 10
YEARS = 5  # that forecasts beyond one year look ahead
NORMAL_95 = 1.645  # ends of a 90 % interval
CASE = ["quantity", "indicator", "region", "origin", "horizon"]
QUANTILES = [f"q{100 * level:02.0f}" for level in LEVELS]


def _overlap(group: pd.DataFrame) -> int:
    """Distance in origins up to which outcome years are shared."""
    return int(group["horizon"].max()) - 1


def scores_by(forecasts: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Scores of each quantity, indicator and method, within the groups of further columns.

    Parameters
    ----------
    forecasts
        As :class:`xtanalysis.answers.backtest.Replay` holds them.

    Returns
    -------
    One row per group: number of forecasts; mean CRPS (log points) and its standard error by origin block, neighbouring
    origins included as far as their outcome years overlap, nan for one origin; bias (forecast − outcome); share of
    outcomes within the 50, 80 and 95 % bands, and the standard error of the second.
    """
    rows = []
    names = ["quantity", "indicator", "method", *columns]
    for key, group in forecasts.groupby(names, sort=True):
        blocks, overlap = group["origin"].to_numpy(), _overlap(group)
        score = group["crps"].to_numpy()
        row: dict[str, object] = dict(zip(names, key, strict=True))
        row |= {"n": len(group), "crps": score.mean(), "crps_se": block_error(score, blocks, overlap)}
        row["bias"] = float((group["mean"] - group["outcome"]).mean())
        away = np.abs(group["pit"].to_numpy() - 0.5)
        for band in BANDS:
            row[f"cover{100 * band:.0f}"] = float((away <= band / 2.0).mean())
        row["cover80_se"] = block_error((away <= 0.4).astype(float), blocks, overlap)
        rows.append(row)
    return pd.DataFrame(rows)


def _ratio(own: np.ndarray, other: np.ndarray, origin: np.ndarray, overlap: int) -> tuple[float, float, float]:
    """A ratio of means and its 90 % interval, by the delta method on origin blocks."""
    if not other.size or not other.mean():
        return float("nan"), float("nan"), float("nan")
    ratio = float(own.mean() / other.mean())
    error = block_error(own - ratio * other, origin, overlap) / float(other.mean())
    return ratio, ratio - NORMAL_95 * error, ratio + NORMAL_95 * error


def relative(replay: Replay, method: str, rival: str) -> pd.DataFrame:
    """Scores of one method over another's on the cases that both have, paired by origin.

    Returns
    -------
    quantity, indicator, method, rival, n; ratio of CRPS with its 90 % interval (low90, high90); brier_ratio of the
    events, and its interval.
    """
    found = replay.forecasts[replay.forecasts["method"].isin([method, rival])]
    pairs = found.pivot_table(index=CASE, columns="method", values="crps")
    happened = replay.events[replay.events["method"].isin([method, rival])]
    squares = happened.assign(brier=(happened["probability"] - happened["happened"]) ** 2)
    chances = squares.pivot_table(index=[*CASE, "event"], columns="method", values="brier").dropna()
    rows: list[dict[str, object]] = []
    if not {method, rival} <= set(pairs.columns):
        return pd.DataFrame(rows)
    for (quantity, indicator), group in pairs.dropna().groupby(level=["quantity", "indicator"]):
        flat = group.reset_index()
        overlap = _overlap(flat)
        ratio, low, high = _ratio(flat[method].to_numpy(), flat[rival].to_numpy(), flat["origin"].to_numpy(), overlap)
        row = {"quantity": quantity, "indicator": indicator, "method": method, "rival": rival, "n": len(flat)}
        row |= {"ratio": ratio, "low90": low, "high90": high}
        said = chances[
            (chances.index.get_level_values("quantity") == quantity)
            & (chances.index.get_level_values("indicator") == indicator)
        ].reset_index()
        ratio, low, high = _ratio(said[method].to_numpy(), said[rival].to_numpy(), said["origin"].to_numpy(), overlap)
        rows.append(row | {"brier_ratio": ratio, "brier_low90": low, "brier_high90": high})
    return pd.DataFrame(rows)


def comparisons(replay: Replay) -> pd.DataFrame:
    """The engine, with and without outlooks, against every rival and against itself without them."""
    methods = list(dict.fromkeys(replay.forecasts["method"]))
    engines = [name for name in ENGINES if name in methods]
    rivals = sorted(set(methods) - set(engines))
    pairs = [(engine, rival) for engine in engines for rival in rivals]
    pairs += [("engine_outlooks", "engine")] if len(engines) == len(ENGINES) else []
    tables = [relative(replay, *pair) for pair in pairs]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def brier_by(events: pd.DataFrame) -> pd.DataFrame:
    """Brier score of each quantity, indicator and method.

    Returns
    -------
    n; brier and its standard error by origin block; base_rate, how often the events happened, and brier_base_rate, the
    score of a forecaster who had known that in hindsight, event by event.
    """
    rows = []
    for (quantity, indicator, method), group in events.groupby(["quantity", "indicator", "method"], sort=True):
        happened = group["happened"].to_numpy(dtype=bool)
        said = group["probability"].to_numpy()
        rate = group.groupby("event")["happened"].transform("mean").to_numpy(dtype=float)
        rows.append(
            {
                "quantity": quantity,
                "indicator": indicator,
                "method": method,
                "n": len(group),
                "brier": brier(said, happened),
                "brier_se": block_error((said - happened) ** 2, group["origin"].to_numpy(), _overlap(group)),
                "base_rate": float(happened.mean()),
                "brier_base_rate": brier(rate, happened),
            }
        )
    return pd.DataFrame(rows)


def pit_table(forecasts: pd.DataFrame) -> pd.DataFrame:
    """Share of outcomes in each tenth of the forecast distribution (0.1 if calibrated)."""
    tenth = np.minimum((forecasts["pit"] * BINS).astype(int), BINS - 1)
    names = ["quantity", "indicator", "method"]
    table = pd.crosstab([forecasts[name] for name in names], tenth, normalize="index")
    out: pd.DataFrame = table.reindex(columns=range(BINS), fill_value=0.0).reset_index()
    return out


def _annual(forecasts: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Forecasts and outcomes of single years, plain: one variable a region and indicator, one date a year."""
    single = forecasts[forecasts["quantity"] == "growth_1y"]
    plain = pd.DataFrame(
        {
            "variable": single["indicator"] + "." + single["region"],
            "source": single["method"],
            "vintage": single["origin"] + 1,
            "date": single["origin"] + single["horizon"],
            "horizon": single["horizon"],
            "value": single["q50"],
        }
    )
    came = pd.DataFrame(
        {"variable": plain["variable"], "date": plain["date"], "value": single["outcome"]}
    ).drop_duplicates()
    return plain, came.sort_values(["variable", "date"])


@one_thread()
def tables_of(replay: Replay) -> dict[str, pd.DataFrame]:
    """Every table of the replay by the name of its file, leave-one-out scores apart."""
    forecasts = replay.forecasts
    plain, outturns = _annual(forecasts)
    return {
        "scores": scores_by(forecasts),
        "by_horizon": scores_by(forecasts, "horizon"),
        "by_origin": scores_by(forecasts, "origin"),
        "pit": pit_table(forecasts),
        "relative": comparisons(replay),
        "events": replay.events[
            [*CASE[:2], "method", "event", "probability", "happened", "region", "origin", "horizon"]
        ],
        "brier": brier_by(replay.events),
        "reliability": reliability(replay.events, replay.dependence),
        "densities": forecasts[[*CASE, "method", *QUANTILES, "outcome"]],
        "forecasts": plain,
        "outturns": outturns,
    }


def write_tables(tables: Mapping[str, pd.DataFrame], folder: Path) -> None:
    """Write each table as a CSV file of its name, whole or not at all."""
    for name, table in tables.items():
        write_file(folder / f"{name}.csv", csv_bytes(table, float_format="%.6g"), parents=True)
