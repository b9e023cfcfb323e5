"""Whether what was said to happen with some probability did so as often, and how far chance alone may move that.

Cities of one origin share their shocks, and neighbouring origins share outcome years, so that a bin of a hundred
forecasts holds few independent ones. The envelope is simulated from the engine's own joint law:

- across cities, one common factor: the correlation of two cities' outcomes is √(r·r'), where r is what the posterior
  holds between a city's outcome and its province's, for the engine correlates shocks alike between all pairs of
  regions; where the system holds no such path of the province, the correlation of the table's shocks. For five-year
  averages of real GDP r is .65 to .84, and one system of thirteen cities gives .68 to .79.
- across horizons of one origin, the posterior's own correlations, averaged over cities and origins.
- across origins, the share of the five outcome years that they have in common, 1 − |difference|/5: an approximation,
  for the engine is fitted anew at each origin and has no joint law over them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

__all__ = ["BINS", "ENVELOPE", "reliability", "said_and_happened", "simulate_ranks", "simulated_events"]

Array = NDArray[np.float64]

BINS = (0.0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 1.0)
SIMULATIONS, SEED = 2000, 5
SHARED = 5  # outcome years of an origin
ENVELOPE = (0.025, 0.975)


def _root(matrix: Array) -> Array:
    """A square root of a correlation matrix that may be singular or, by rounding and averaging, slightly indefinite."""
    values, vectors = np.linalg.eigh(matrix)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    out: Array = root / np.sqrt((root**2).sum(axis=1, keepdims=True))
    return out


def _horizon_correlation(rows: pd.DataFrame, horizons: Array) -> Array:
    """Mean correlation between horizons, shape (H, H)."""
    out = np.eye(horizons.size)
    for i, h in enumerate(horizons):
        mine = rows.loc[rows["horizon"] == h, [f"h{other}" for other in horizons]].mean().to_numpy()
        out[i] = np.where(np.isnan(mine), out[i], mine)
    return 0.5 * (out + out.T)


def simulate_ranks(dependence: pd.DataFrame, rng: np.random.Generator, simulations: int = SIMULATIONS) -> pd.DataFrame:
    """Joint ranks of all outcomes of one quantity and indicator under the engine's law.

    Parameters
    ----------
    dependence
        One row per region, origin and horizon, as the replay gives for one method.

    Returns
    -------
    Indexed by region, origin and horizon; one column per simulation, values in (0, 1).
    """
    regions, region = np.unique(dependence["region"].to_numpy(dtype=str), return_inverse=True)
    origins, origin = np.unique(dependence["origin"].to_numpy(), return_inverse=True)
    horizons, horizon = np.unique(dependence["horizon"].to_numpy(), return_inverse=True)
    apart = np.abs(origins[:, None] - origins[None, :])
    over_origins = _root(np.maximum(1.0 - apart / SHARED, 0.0))
    over_horizons = _root(_horizon_correlation(dependence, horizons))
    normal = rng.standard_normal((simulations, regions.size + 1, origins.size, horizons.size))
    factors = over_origins @ normal @ over_horizons.T
    share = np.clip(dependence["common"].to_numpy(), 0.0, 1.0)
    common = factors[:, -1, origin, horizon]
    own = factors[:, region, origin, horizon]
    ranks = special.ndtr(np.sqrt(share) * common + np.sqrt(1.0 - share) * own)
    return pd.DataFrame(ranks.T, index=pd.MultiIndex.from_frame(dependence[["region", "origin", "horizon"]]))


def _bin_of(probability: Array) -> NDArray[np.intp]:
    return np.clip(np.searchsorted(BINS, probability, side="right") - 1, 0, len(BINS) - 2)


def _bins(events: pd.DataFrame, ranks: pd.DataFrame) -> list[dict[str, object]]:
    """Rows of one quantity, indicator and method."""
    labels = [f"{BINS[i]:g}-{BINS[i + 1]:g}" for i in range(len(BINS) - 1)]
    bins = np.array(labels)[_bin_of(events["probability"].to_numpy())]
    return said_and_happened(events, ranks, bins, labels)


def simulated_events(events: pd.DataFrame, ranks: pd.DataFrame) -> NDArray[np.bool_]:
    """Whether each event happens in each simulation, as if the probabilities were right, shape (n, simulations)."""
    said = events["probability"].to_numpy()
    place = ranks.index.get_indexer(pd.MultiIndex.from_frame(events[["region", "origin", "horizon"]]))
    drawn = ranks.to_numpy()[place]
    at_least = events["at_least"].to_numpy(dtype=bool)[:, None]
    return np.where(at_least, drawn > 1.0 - said[:, None], drawn < said[:, None])


def said_and_happened(
    events: pd.DataFrame, ranks: pd.DataFrame, bins: NDArray[np.str_], labels: Sequence[str]
) -> list[dict[str, object]]:
    """What was said and what happened in each bin, beside what would if the probabilities were right.

    Parameters
    ----------
    events
        Columns probability, happened, at_least, region, origin, horizon.
    ranks
        As ``simulate_ranks`` gives them for the same regions, origins and horizons.
    bins
        Which each event is in, shape (n,).
    labels
        The bins, in order.
    """
    said, simulated = events["probability"].to_numpy(), simulated_events(events, ranks)
    rows: list[dict[str, object]] = []
    for label in [name for name in labels if name in set(bins.tolist())]:
        mine = bins == label
        low, high = np.quantile(simulated[mine].mean(axis=0), ENVELOPE)
        happened = float(events["happened"].to_numpy(dtype=bool)[mine].mean())
        rows.append(
            {
                "bin": label,
                "n": int(mine.sum()),
                "said": float(said[mine].mean()),
                "happened": happened,
                "low95": float(low),
                "high95": float(high),
                "outside": not low <= happened <= high,
            }
        )
    return rows


def reliability(events: pd.DataFrame, dependence: pd.DataFrame) -> pd.DataFrame:
    """Said and happened by bin for every quantity, indicator and method; empty where the engine did not run.

    Parameters
    ----------
    events, dependence
        As :class:`xtanalysis.answers.backtest.Replay` holds them. A rival's bins are held against the joint law of the
        engine without outlooks, for it has none of its own.

    Returns
    -------
    quantity, indicator, method, bin, n, said and happened (means), low95 and high95 of the share that would happen if
    the probabilities were right, and whether ``happened`` is outside.
    """
    rows: list[dict[str, object]] = []
    if dependence.empty:
        return pd.DataFrame(rows)
    for (quantity, indicator), group in events.groupby(["quantity", "indicator"], sort=True):
        held = dependence[(dependence["quantity"] == quantity) & (dependence["indicator"] == indicator)]
        for method, mine in group.groupby("method", sort=True) if len(held) else ():
            source = method if method in set(held["method"]) else "engine"
            ranks = simulate_ranks(held[held["method"] == source], np.random.default_rng(SEED))
            named = {"quantity": quantity, "indicator": indicator, "method": method}
            rows += [named | row for row in _bins(mine, ranks)]
    return pd.DataFrame(rows)
