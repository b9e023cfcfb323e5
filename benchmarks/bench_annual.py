r"""Compare forecasters of short annual series on the same series, in one process, on one thread.

    PYTHONPATH=.:scripts OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 \
        python benchmarks/bench_annual.py M4_YEARLY_TRAIN.parquet --panel PANEL_FOLDER [--all]

The last 6 points of each series are held back; scores as in the M4 competition. The shipped model has learnt from those
points, so this package's forecaster is first fitted again on what came before them, calibrated on earlier eras.
"""

from __future__ import annotations

import argparse
import platform
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import annual_cities
import annual_eras
import annual_fit
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from statsforecast.models import AutoARIMA, AutoETS, DynamicOptimizedTheta
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.forecasting.theta import ThetaModel
from train_annual import FEWER, FITS, NETWORKS, SHORTEST_IN_M4, city_misses, cross_fitted, fit_before

from xtanalysis.annual import forecast, forecast_annual
from xtanalysis.annual.scores import score

Array = NDArray[np.float64]
Quantiles = dict[float, Array]

HORIZON = 6
SUBSET = 500
LEVELS = annual_eras.SCORED
BANDS = (20, 40, 60, 80, 95)  # percent, whose ends are the LEVELS but the median


@dataclass(frozen=True, slots=True)
class Row:
    """One method's line of the table: name, scores in the order of COLUMNS, seconds per 1,000 series, failures."""

    name: str
    cells: tuple[float, ...]


COLUMNS = ("OWA", "sMAPE", "MASE", "MSIS 95 %", "WQL", "cover 80 %", "cover 95 %", "CPU s / 1,000", "failed")


def pooled(histories: list[Array]) -> list[Quantiles]:
    """Forecast with this package, one call for all series."""
    frame = pd.concat(
        [pd.DataFrame({"unique_id": i, "ds": range(len(y)), "y": y}) for i, y in enumerate(histories)],
        ignore_index=True,
    )
    value = forecast_annual(frame, HORIZON, LEVELS)["value"].to_numpy().reshape(len(histories), HORIZON, len(LEVELS))
    return [{q: v[:, k] for k, q in enumerate(LEVELS)} for v in value]


def by_level(middle: Array, ends: Callable[[int], tuple[Array, Array]]) -> Quantiles:
    """Quantiles at the LEVELS from the point forecast and the two ends of each band, given its percentage."""
    found = {0.5: middle}
    for band in BANDS:
        tail = (100 - band) / 200
        found[round(tail, 3)], found[round(1 - tail, 3)] = ends(band)
    return {level: found[level] for level in LEVELS}


def nixtla(make: Callable[[], Any]) -> Callable[[Array], Quantiles]:
    """Adapt a statsforecast model."""

    def run(y: Array) -> Quantiles:
        out = make().forecast(y=y, h=HORIZON, level=list(BANDS))
        return by_level(out["mean"], lambda band: (out[f"lo-{band}"], out[f"hi-{band}"]))

    return run


def annual(y: Array) -> pd.Series:
    """Give the values years, which statsmodels asks for."""
    return pd.Series(y, index=pd.period_range("1100", periods=len(y), freq="Y"))


def ets(y: Array) -> Quantiles:
    """Forecast with statsmodels' additive errors and damped trend, exact intervals."""
    result = ETSModel(annual(y), error="add", trend="add", damped_trend=True).fit(disp=False)
    prediction = result.get_prediction(start=len(y), end=len(y) + HORIZON - 1)

    def ends(band: int) -> tuple[Array, Array]:
        low, high = prediction.pred_int(alpha=1 - band / 100).to_numpy().T
        return low, high

    return by_level(prediction.predicted_mean.to_numpy(), ends)


def theta(y: Array) -> Quantiles:
    """Forecast with statsmodels' Theta and its intervals."""
    result = ThetaModel(annual(y), deseasonalize=False).fit()

    def ends(band: int) -> tuple[Array, Array]:
        low, high = result.prediction_intervals(HORIZON, alpha=1 - band / 100).to_numpy().T
        return low, high

    return by_level(result.forecast(HORIZON).to_numpy(), ends)


PEERS: dict[str, Callable[[Array], Quantiles]] = {
    "statsforecast AutoETS": nixtla(lambda: AutoETS(season_length=1)),
    "statsforecast AutoARIMA": nixtla(lambda: AutoARIMA(season_length=1)),
    "statsforecast DynamicOptimizedTheta": nixtla(lambda: DynamicOptimizedTheta(season_length=1)),
    "statsmodels ETSModel": ets,
    "statsmodels ThetaModel": theta,
}


def each(method: Callable[[Array], Quantiles], histories: list[Array]) -> tuple[list[Quantiles], int]:
    """Run a method series by series; where it fails the last value stands in at every level, and is counted."""
    out, failed = [], 0
    for y in histories:
        try:
            result = {q: np.asarray(v, np.float64) for q, v in method(y).items()}
            if not all(np.isfinite(v).all() for v in result.values()):
                raise ValueError("not finite")
        except (ValueError, ArithmeticError, np.linalg.LinAlgError, RuntimeError, IndexError):
            failed += 1
            result = dict.fromkeys(LEVELS, np.full(HORIZON, y[-1]))
        out.append(result)
    return out, failed


def line(name: str, cases: list[Quantiles], data: tuple[Array, Array, Array], seconds: float, failed: int) -> Row:
    """Score one method."""
    actual, scale, last = data
    s = score(actual, {q: np.array([case[q] for case in cases]) for q in LEVELS}, scale, last)
    cells = (
        s.owa,
        s.smape,
        s.mase,
        s.msis,
        s.wql,
        s.coverage80,
        s.coverage95,
        1000.0 * seconds / len(cases),
        float(failed),
    )
    return Row(name, cells)


def rows(histories: list[Array], data: tuple[Array, Array, Array]) -> list[Row]:
    """Run and score every method."""
    began = time.process_time()
    mine = pooled(histories)
    table = [line("**xtanalysis**", mine, data, time.process_time() - began, 0)]
    kept: dict[str, tuple[list[Quantiles], float, int]] = {}
    for name, method in PEERS.items():
        began = time.process_time()
        cases, failed = each(method, histories)
        kept[name] = (cases, time.process_time() - began, failed)
        table.append(line(name, cases, data, kept[name][1], failed))
        print(f"{name}: {kept[name][1]:.0f} s", file=sys.stderr, flush=True)
    pair = [kept["statsforecast AutoETS"], kept["statsforecast DynamicOptimizedTheta"]]
    mean = [{q: 0.5 * (a[q] + b[q]) for q in LEVELS} for a, b in zip(pair[0][0], pair[1][0], strict=True)]
    table.insert(4, line("mean of AutoETS and DOTM", mean, data, pair[0][1] + pair[1][1], pair[0][2] + pair[1][2]))
    return table


def processor() -> str:
    """Name the processor, as far as the system tells."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.is_file() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def markdown(table: list[Row], n: int) -> str:
    """Lay the table out with the machine beneath."""
    versions = {name: sys.modules[name].__version__ for name in ("numpy", "statsforecast", "statsmodels")}
    lines = ["| method | " + " | ".join(COLUMNS) + " |", "|---" * (len(COLUMNS) + 1) + "|"]
    formats = (".3f", ".2f", ".2f", ".1f", ".3f", ".1f", ".1f", ".1f", ".0f")
    lines += [
        f"| {r.name} | " + " | ".join(f"{c:{f}}" for c, f in zip(r.cells, formats, strict=True)) + " |" for r in table
    ]
    machine = f"{processor()}, one thread, Python {platform.python_version()}"
    versions_text = ", ".join(f"{name} {version}" for name, version in versions.items())
    return "\n".join([*lines, "", f"{n} series, horizon {HORIZON}. {machine}; {versions_text}."])


def main() -> None:
    """Fit, run every method, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="training split of M4 Yearly (Parquet: unique_id, t, y)")
    parser.add_argument("--panel", type=Path, required=True, help="folder of the city panel, as in training")
    parser.add_argument("--all", action="store_true", help=f"every series (about an hour), not a sample of {SUBSET}")
    options = parser.parse_args()
    series, cities = annual_fit.read(options.data), annual_cities.read_cities(options.panel)
    cuts = annual_fit.cut(series, np.random.default_rng(annual_fit.SEED))
    fits = {drop: fit_before(cuts, drop, cities, FEWER) for drop in FITS if drop > HORIZON}
    earlier = [annual_eras.misses(series, drop, model) for drop, model in fits.items()]
    of_cities = city_misses(cross_fitted(cuts, cities, FEWER))
    width = annual_eras.calibrate(earlier, of_cities, HORIZON)
    model = replace(fit_before(cuts, HORIZON, cities, NETWORKS), width=width)
    forecast.load = lambda: model
    known, actual = annual_eras.tail(series, HORIZON)
    chosen = [i for i, y in enumerate(known) if len(y) >= SHORTEST_IN_M4 and np.ptp(y) > 0]
    if not options.all:
        chosen = sorted(np.random.default_rng(1).choice(chosen, SUBSET, replace=False).tolist())
    histories, actual = [known[i] for i in chosen], actual[chosen]
    scale = np.array([np.abs(np.diff(y)).mean() for y in histories])
    last = np.array([y[-1] for y in histories])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = rows(histories, (actual, scale, last))
    print(markdown(table, len(chosen)))


if __name__ == "__main__":
    main()
