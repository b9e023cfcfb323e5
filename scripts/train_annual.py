"""Train the pooled forecaster of short annual series, score it on tails it has not seen, write the artefact.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python scripts/train_annual.py M4_YEARLY_TRAIN.parquet --panel PANEL_FOLDER

The data are the training split of M4 Yearly (columns unique_id, t, y) and real GDP of Chinese cities before 2015.
For each era (the last 6 points of every M4 series, the 6 before, the 6 before those) a fit on what came earlier is
scored on the era; the misses give the calibration. Cities are scored by fits that left their province out. The
artefact's own fit then uses every M4 point and every province but the one the package is for.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import platform
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import annual_cities
import annual_fit
import numpy as np
from annual_cities import City
from annual_fit import SEED
from numpy.typing import NDArray

from xtanalysis.annual.distribution import at_levels
from xtanalysis.annual.features import HORIZONS, MAX_POINTS, MIN_POINTS
from xtanalysis.annual.network import FOLDER, LENGTHS, LEVELS, Pooled, length_group, raw_quantiles, widened
from xtanalysis.annual.scores import coverage, score

Array = NDArray[np.float64]

NETWORKS = 8
TAIL = 6
ERAS = (TAIL, 2 * TAIL, 3 * TAIL)
MIDDLE = LEVELS.index(0.5)
SHORTEST_IN_M4 = 13
FEWEST = 200  # cases of one length that a factor may rest on
UNCALIBRATED = np.ones((len(LENGTHS) + 1, HORIZONS, len(LEVELS)))
SCORED = (0.025, 0.1, 0.5, 0.9, 0.975)


@dataclass(frozen=True, slots=True)
class Era:
    """One era's cases and the forecasts of a fit that ended before it.

    Attributes
    ----------
    actual
        Shape (n, horizon).
    quantiles
        Shape (n, HORIZONS, len(LEVELS)), as changes from the last value in units of the mean absolute change.
    last, scale, mad
        Shape (n,); ``scale`` is that of the features, ``mad`` that of the scores (the whole history).
    n
        Length of each history.
    """

    actual: Array
    quantiles: Array
    last: Array
    scale: Array
    mad: Array
    n: NDArray[np.int64]


def fit_before(series: list[Array], drop: int, cities: list[City], networks: int) -> Pooled:
    """Fit to the M4 series without their last ``drop`` points, and to what may be learnt of the cities."""
    samples = annual_fit.cut(series, drop, np.random.default_rng(SEED))
    learnt = [c.y for c in annual_cities.learnable(cities)]
    if learnt:
        weight = annual_fit.CITIES * float(samples.weight.sum())
        samples = annual_fit.joined(samples, annual_fit.cut_cities(learnt, weight))
    return annual_fit.fit(samples, SEED, networks)


def replay(known: list[Array], actual: Array, model: Pooled) -> Era:
    """Forecast what followed the histories ``known``; those that never moved are left out."""
    moves = np.array([np.ptp(y[-MAX_POINTS:]) > 0 for y in known])
    known, actual = [y for y, m in zip(known, moves, strict=True) if m], actual[moves]
    recent = [y[-MAX_POINTS:] for y in known]
    values = np.array([np.pad(y, (MAX_POINTS - len(y), 0), constant_values=np.nan) for y in recent])
    features = annual_fit.batched(values, np.zeros(len(values), bool))
    mad = np.array([np.abs(np.diff(y)).mean() for y in known])
    n = np.minimum([len(y) for y in known], MAX_POINTS)
    return Era(actual, raw_quantiles(features, model), features.last, features.scale, mad, n)


def tail(series: list[Array], drop: int) -> tuple[list[Array], Array]:
    """Histories that end ``drop`` points before the end of each series, and the TAIL points that follow."""
    long = [y for y in series if len(y) - drop >= MIN_POINTS]
    return [y[: len(y) - drop] for y in long], np.array([y[len(y) - drop :][:TAIL] for y in long])


def calibrate(eras: list[Era]) -> Array:
    """Find the factors that give each central band its nominal coverage, by length and horizon, eras pooled.

    Split conformal (Vovk, Gammerman & Shafer 2005): a case's score is how far the band must stretch about the median to
    hold the outcome. A band's two sides share one factor, because an era's drift to one side says little about the
    next's.
    """
    width = UNCALIBRATED.copy()
    horizons = np.arange(HORIZONS)
    for group in range(len(LENGTHS) + 1):
        for k in range(MIDDLE):
            factors = np.array([_factor(eras, group, h, k) for h in range(TAIL)])
            line = np.polynomial.Polynomial.fit(np.arange(TAIL), factors, 1)(np.minimum(horizons, TAIL - 1))
            width[group, :, k] = width[group, :, -1 - k] = line
    return width


def _factor(eras: list[Era], group: int, h: int, k: int) -> float:
    """Stretch of the band between levels k and −1−k at one horizon that covers its nominal share."""
    stretches = []
    for era in eras:
        rows = length_group(era.n) == group
        q = era.quantiles[rows, h]
        outcome = (era.actual[rows, h] - era.last[rows]) / era.scale[rows] - q[:, MIDDLE]
        side = np.where(outcome < 0, q[:, MIDDLE] - q[:, k], q[:, -1 - k] - q[:, MIDDLE])
        stretches.append(np.abs(outcome) / np.maximum(side, 1e-6))
    cases = np.concatenate(stretches)
    return float(np.quantile(cases, 1.0 - 2.0 * LEVELS[k])) if len(cases) >= FEWEST else 1.0


def in_units(era: Era, width: Array) -> dict[float, Array]:
    """Calibrated forecasts of an era at the scored levels, in the series' own units."""
    change = at_levels(widened(era.quantiles, era.n, width), np.array(SCORED))[:, : era.actual.shape[1]]
    level = era.last[:, None, None] + era.scale[:, None, None] * change
    return {q: level[:, :, i] for i, q in enumerate(SCORED)}


def score_tail(name: str, era: Era, width: Array) -> dict[str, object]:
    """Score the cases of an era that are as long as the M4 competition's, and print a line."""
    rows = era.n >= SHORTEST_IN_M4
    by_level = {q: v[rows] for q, v in in_units(era, width).items()}
    actual = era.actual[rows]
    result = {k: round(v, 4) for k, v in asdict(score(actual, by_level, era.mad[rows], era.last[rows])).items()}
    by_horizon = coverage(actual, by_level[0.025], by_level[0.975]).round(1).tolist()
    print(f"{name}: {len(actual)} series", result, by_horizon, flush=True)
    return {"series": len(actual), **result, "coverage95_by_horizon": by_horizon}


def score_cities(fits: list[tuple[Pooled, list[City]]], width: Array) -> dict[str, dict[str, dict[str, float]]]:
    """Score each fit on the cities given beside it, by indicator and origin; each city weighs the same."""
    scores: dict[str, dict[str, dict[str, float]]] = {}
    for indicator, origins in annual_cities.JUDGED.items():
        scores[indicator] = {}
        for origin in origins:
            parts = []
            for model, cities in fits:
                known, actual = annual_cities.cases(cities, indicator, origin)
                era = replay(known, actual, model)
                parts.append((len(known), annual_cities.judge(actual, known, in_units(era, width))))
            total = sum(n for n, _ in parts)
            means = {k: round(sum(n * p[k] for n, p in parts) / total, 2) for k in parts[0][1]}
            scores[indicator][str(origin)] = {"cities": total, **means}
            print(indicator, origin, scores[indicator][str(origin)], flush=True)
    return scores


def cross_fitted(series: list[Array], cities: list[City], networks: int) -> list[tuple[Pooled, list[City]]]:
    """Fits to half of the provinces, each with the cities of the other half."""
    provinces = sorted({c.province for c in cities} - {annual_cities.LEFT_OUT})
    result = []
    for fold in (0, 1):
        inside = set(provinces[fold::2])
        learnt = [c for c in cities if c.province in inside]
        judged = [c for c in cities if c.province in provinces and c.province not in inside]
        result.append((fit_before(series, 0, learnt, networks), judged))
    return result


def write(model: Pooled, facts: dict[str, object], folder: Path) -> None:
    """Write pooled.npz and pooled.json."""
    layers = range(len(model.networks[0].weights))
    arrays = {"mean": model.mean, "spread": model.spread, "width": model.width}
    arrays |= {f"weight{i}": np.stack([n.weights[i] for n in model.networks]) for i in layers}
    arrays |= {f"bias{i}": np.stack([n.biases[i] for n in model.networks]) for i in layers}
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **{k: v.astype(np.float32) for k, v in arrays.items()})
    facts = {"sha256": hashlib.sha256(buffer.getvalue()).hexdigest(), **facts}
    text = json.dumps(facts, indent=1, ensure_ascii=False) + "\n"
    for name, content in (("pooled.npz", buffer.getvalue()), ("pooled.json", text.encode())):
        part = folder / f"{name}.part"
        part.write_bytes(content)
        part.replace(folder / name)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="training split of M4 Yearly (Parquet: unique_id, t, y)")
    parser.add_argument("--panel", type=Path, required=True, help="folder of the city panel (three CSV files)")
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder of pooled.npz and pooled.json")
    options = parser.parse_args()
    began = time.perf_counter()
    series, cities = annual_fit.read(options.data), annual_cities.read_cities(options.panel)
    eras = []
    for drop in ERAS:
        eras.append(replay(*tail(series, drop), fit_before(series, drop, cities, NETWORKS // 2)))
        print(f"fit before the last {drop} points: {time.perf_counter() - began:.0f} s", flush=True)
    tails: dict[str, object] = {}
    for drop, era in zip(ERAS, eras, strict=True):
        tails[f"last {drop}, uncalibrated"] = score_tail(f"last {drop}, uncalibrated", era, UNCALIBRATED)
        others = calibrate([other for other in eras if other is not era])
        tails[f"last {drop}, calibrated on the other eras"] = score_tail(f"last {drop}, calibrated", era, others)
    width = calibrate(eras)
    without = fit_before(series, 0, [], NETWORKS // 2)
    home = [c for c in cities if c.province == annual_cities.LEFT_OUT]
    away = [c for c in cities if c.province != annual_cities.LEFT_OUT]
    final = fit_before(series, 0, cities, NETWORKS)
    by_city = {
        "other provinces, M4 alone": score_cities([(without, away)], width),
        "other provinces, each city's province left out": score_cities(
            cross_fitted(series, cities, NETWORKS // 2), width
        ),
        "湖南省, never learnt from": score_cities([(final, home)], width),
    }
    facts = {
        "data_sha256": hashlib.sha256(options.data.read_bytes()).hexdigest(),
        "panel_sha256": hashlib.sha256((options.panel / annual_cities.COLUMNS["gdp_real"][0]).read_bytes()).hexdigest(),
        "seed": SEED,
        "networks": NETWORKS,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "tails": tails,
        "cities": by_city,
    }
    write(Pooled(final.mean, final.spread, final.networks, width), facts, options.out)
    print(f"done in {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
