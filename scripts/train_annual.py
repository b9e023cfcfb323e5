"""Train the pooled forecaster of short annual series, score it on tails it has not seen, write the artefact.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python scripts/train_annual.py M4_YEARLY_TRAIN.parquet --panel PANEL_FOLDER

The data are the training split of M4 Yearly (columns unique_id, t, y) and real GDP of Chinese cities before 2015.
For each era (the last 6 points of every M4 series, the 6 before, the 6 before those) a fit on what came earlier, with
widths from what was known then, is scored on the era. The misses of these fits, and of one more that ends before all,
give the calibration. Cities are scored by fits that left their province out. The artefact's own fit then uses every M4
point and every province but the one the package is for.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import platform
import time
from dataclasses import asdict, replace
from pathlib import Path

import annual_cities
import annual_eras
import annual_fit
import numpy as np
from annual_cities import City
from annual_eras import TAIL, Era
from annual_fit import SEED, Cuts
from numpy.typing import NDArray

from xtanalysis.annual.features import MIN_POINTS
from xtanalysis.annual.network import FOLDER, WIDTHS, Pooled
from xtanalysis.annual.scores import coverage, score

Array = NDArray[np.float64]

NETWORKS = 12
FEWER = 6  # in the fits that are only scored
ERAS = (TAIL, 2 * TAIL, 3 * TAIL)
# The fit before the last 24 points is not scored: it gives the widths for the earliest era.
FITS = (*ERAS, 4 * TAIL)
SHORTEST_IN_M4 = 13
UNCALIBRATED = np.ones(WIDTHS)


def fit_before(cuts: Cuts, drop: int, cities: list[City], networks: int) -> Pooled:
    """Fit to what was known of M4 ``drop`` points before its end, and to what may be learnt of the cities."""
    known = annual_fit.before(cuts, drop)
    learnt = [c.y for c in annual_cities.learnable(cities)]
    if learnt:
        weight = annual_fit.CITIES * float(known.weight.sum(dtype=np.float64))
        known = annual_fit.joined(known, annual_fit.cut_cities(learnt, weight))
    return annual_fit.fit(known, SEED, networks)


def score_tail(name: str, era: Era, width: Array) -> dict[str, object]:
    """Score the cases of an era that are as long as the M4 competition's, and print a line."""
    rows = era.n >= SHORTEST_IN_M4
    by_level = {q: v[rows] for q, v in annual_eras.in_units(era, width).items()}
    actual = era.actual[rows]
    result = {k: round(v, 4) for k, v in asdict(score(actual, by_level, era.mad[rows], era.last[rows])).items()}
    by_horizon = {
        f"coverage{percent}_by_horizon": coverage(actual, by_level[low], by_level[high]).round(1).tolist()
        for percent, low, high in ((80, 0.1, 0.9), (95, 0.025, 0.975))
    }
    print(f"{name}: {len(actual)} series", result, by_horizon, flush=True)
    return {"series": len(actual), **result, **by_horizon}


def score_cities(fits: list[tuple[Pooled, list[City]]], width: Array) -> dict[str, dict[str, dict[str, float]]]:
    """Score each fit on the cities given beside it, by indicator and origin; each city weighs the same."""
    scores: dict[str, dict[str, dict[str, float]]] = {}
    for indicator, origins in annual_cities.JUDGED.items():
        scores[indicator] = {}
        for origin in origins:
            parts = []
            for model, cities in fits:
                known, actual = annual_cities.cases(cities, indicator, origin)
                era = annual_eras.replay(known, actual, model)
                parts.append((len(known), annual_cities.judge(actual, known, annual_eras.in_units(era, width))))
            total = sum(n for n, _ in parts)
            means = {k: round(sum(n * p[k] for n, p in parts) / total, 2) for k in parts[0][1]}
            scores[indicator][str(origin)] = {"cities": total, **means}
            print(indicator, origin, scores[indicator][str(origin)], flush=True)
    return scores


def cross_fitted(cuts: Cuts, cities: list[City], networks: int) -> list[tuple[Pooled, list[City]]]:
    """Fits to half of the provinces, each with the cities of the other half."""
    provinces = sorted({c.province for c in cities} - {annual_cities.LEFT_OUT})
    result = []
    for fold in (0, 1):
        inside = set(provinces[fold::2])
        learnt = [c for c in cities if c.province in inside]
        judged = [c for c in cities if c.province in provinces and c.province not in inside]
        result.append((fit_before(cuts, 0, learnt, networks), judged))
    return result


def city_misses(fits: list[tuple[Pooled, list[City]]]) -> list[annual_eras.Misses]:
    """Misses of each fit on what may be learnt of the cities beside it, at every origin with enough years before it."""
    misses = []
    for model, cities in fits:
        known = [c.y for c in annual_cities.learnable(cities)]
        origins = annual_cities.LEARN_BEFORE - annual_cities.FIRST - MIN_POINTS
        misses.append(annual_eras.misses(known, origins, model, origins))
    return misses


def write(model: Pooled, facts: dict[str, object], folder: Path) -> None:
    """Write pooled.npz and pooled.json."""
    arrays = {"mean": model.mean, "spread": model.spread, "width": model.width}
    for k, network in enumerate(model.networks):
        arrays |= {f"weight{k}.{i}": part for i, part in enumerate(network.weights)}
        arrays |= {f"bias{k}.{i}": part for i, part in enumerate(network.biases)}
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
    cuts = annual_fit.cut(series, np.random.default_rng(SEED))
    print(f"{len(cuts.left)} histories described: {time.perf_counter() - began:.0f} s", flush=True)
    eras, missed = {}, []
    for drop in FITS:
        model = fit_before(cuts, drop, cities, FEWER)
        missed.append(annual_eras.misses(series, drop, model))
        if drop in ERAS:
            eras[drop] = annual_eras.replay(*annual_eras.tail(series, drop), model)
        print(f"fit before the last {drop} points: {time.perf_counter() - began:.0f} s", flush=True)
    halves = cross_fitted(cuts, cities, FEWER)
    of_cities = city_misses(halves)
    tails: dict[str, object] = {}
    for drop, era in eras.items():
        tails[f"last {drop}, uncalibrated"] = score_tail(f"last {drop}, uncalibrated", era, UNCALIBRATED)
        before = annual_eras.calibrate(missed, of_cities, drop)
        tails[f"last {drop}, widths from before"] = score_tail(f"last {drop}, widths from before", era, before)
    width = annual_eras.calibrate(missed, of_cities, 0)
    without = fit_before(cuts, 0, [], FEWER)
    home = [c for c in cities if c.province == annual_cities.LEFT_OUT]
    away = [c for c in cities if c.province != annual_cities.LEFT_OUT]
    final = fit_before(cuts, 0, cities, NETWORKS)
    by_city = {
        "other provinces, M4 alone": score_cities([(without, away)], width),
        "other provinces, each city's province left out": score_cities(halves, width),
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
    write(replace(final, width=width), facts, options.out)
    print(f"done in {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
