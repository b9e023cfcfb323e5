"""How long the engine takes, and how that grows.

    OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 python benchmarks/bench_engine.py [--out docs]

Times the posterior of Xiangtan, its scenarios, and many regions on two processes; a fresh process from its first
import to the first figure and the verdicts; then the cost against years, statements and regions. Writes
benchmarks_engine.md and benchmarks_engine.svg. Takes some three minutes of one core.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from xtanalysis.answers.backtest import cities
from xtanalysis.model.conditions import apply_conditions, build_conditions
from xtanalysis.model.posterior import Posterior, fit_posterior
from xtanalysis.model.select import InformationSet, information_set
from xtanalysis.statements.facts import load_facts
from xtanalysis.statements.grammar import Period, Statement
from xtanalysis.study.facts import load_facts as facts_of
from xtanalysis.study.study import Study

CITY, LINEAGE = "湘潭市", ["湘潭市", "湖南省", "中国"]
EARLY, LATE = dt.date(2021, 5, 6), dt.date(2026, 11, 23)
TWO = ("gdp_real", "secondary_value_added")
PLAN = "xiangtan-2021-12"
REPEATS = 3
BLAS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
# What a fresh process does, a step a line; each prints the processor time that it took.
STEPS = {
    "modules": "import xtanalysis as xt; xt.load_facts, xt.Study",
    "facts and plan": f"facts = xt.load_facts({CITY!r}, as_of={LATE.isoformat()!r}); study = xt.Study(facts, {PLAN!r})",
    "fit": "study.posterior",
    "draws and paths": "base = study.project()",
    "first figure": "xt.plot.fan(base, 'value_added_real').figure.canvas.draw()",
    "verdicts": "base.targets",
    "a scenario": "slump = study.project('downturn')",
    "its verdicts": "slump.targets",
}


def best(call: Callable[[], object]) -> float:
    """Least processor time of a few runs: what the code needs, whatever else the machine does."""
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return min(times)


def information(day: dt.date) -> InformationSet:
    """What was known about the city on a day."""
    return information_set(load_facts(), LINEAGE, day)


def suppose(indicator: str, measure: str, year: int, value: float, unit: str = "percent") -> Statement:
    """One hard assumption about the city."""
    return Statement(
        id=f"{indicator}{year}", region=CITY, indicator=indicator, measure=measure, period=Period.parse(str(year)),
        relation="equals", value=value, unit=unit, role="assumption", condition="hard",
    )  # type: ignore[arg-type]  # fmt: skip


def scenarios(posterior: Posterior) -> float:
    """Four scenarios of two assumptions each on 10,000 paths, one of them not linear."""
    draws = posterior.draw(10_000, 8)
    sets = [[suppose("industrial_investment", "growth", y, rate) for y in (2022, 2023)] for rate in (-15.0, 0.0, 10.0)]
    sets.append([suppose("tech_upgrade_investment", "level", 2025, 300.0, "100m_yuan"), sets[0][0]])
    posterior.kept.clear()

    def run() -> None:
        for rules in sets:
            conditions = build_conditions(posterior, rules)
            apply_conditions(posterior, draws, conditions, "none", np.random.default_rng(1))

    return best(run)


def region(index: int) -> float:
    """Fit one of many regions, a city's figures under another name, and draw 1,000 paths."""
    city = cities()[index % 13]
    known = information_set(load_facts(), [city, *LINEAGE[1:]], EARLY)
    posterior = fit_posterior(city, known, 2025, wanted=TWO)
    return float(posterior.draw(1_000, index).values[0, 0])


def several(count: int) -> list[float]:
    """Several regions one after the other."""
    return [region(i) for i in range(count)]


def regions(count: int, workers: int) -> tuple[float, float]:
    """Wall time of many regions, and the processor time of each worker."""
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    with ProcessPoolExecutor(workers) as pool:
        list(pool.map(region, range(count), chunksize=10))
    after = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    return time.perf_counter() - start, (after - before) / workers


def repeated(known: InformationSet, count: int) -> InformationSet:
    """The first ``count`` statements, the list run through again under other names where it is too short."""
    used = known.used
    more = [dataclasses.replace(s, id=f"{s.id}.{i}") for i in range(count // len(used) + 1) for s in used]
    return InformationSet(known.as_of, tuple(more[:count]), ())


def resident() -> float:
    """Memory of this process, MB (Linux)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def looked_at(days: int) -> float:
    """Memory after looking at some days in one process through a study each, verdicts too, results dropped, MB."""
    facts = facts_of(CITY, as_of=LATE)
    for i in range(days):
        len(Study(facts.on(LATE - dt.timedelta(days=20 * i)), PLAN).project().targets)
    return resident()


def fresh(environment: dict[str, str]) -> dict[str, float]:
    """Processor time of each step of a fresh process, least of a few."""
    code = "import time\nt = time.process_time()\n"
    for step in STEPS.values():
        code += f"{step}\nnow = time.process_time(); print(now - t); t = now\n"
    runs = []
    for _ in range(REPEATS):
        done = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, encoding="utf-8", check=True
        )
        runs.append([float(line) for line in done.stdout.split()])
    return dict(zip(STEPS, map(min, zip(*runs, strict=True)), strict=True))


def main() -> None:
    """Time everything and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs"))
    parser.add_argument("--regions", type=int, default=100)
    options = parser.parse_args()
    out, count = options.out, options.regions
    early, late = information(EARLY), information(LATE)
    rows = [posterior_row(EARLY, early, 2025), posterior_row(LATE, late, 2030)]
    rows.append(
        ("four scenarios on the first, 10,000 paths each", f"{scenarios(fit_posterior(CITY, early, 2025)):.2f} s")
    )
    rows.append(("14 days looked at in one process, results dropped", f"{looked_at(14):.0f} MB resident"))
    eight = repeated(late, 8 * len(late.used))
    spent = timed(fit_posterior, CITY, eight, 2030), timed(fit_posterior(CITY, eight, 2030).draw, 10_000, 8)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    rows.append(
        (
            f"the second with its statements eight times ({len(eight.used)}), 10,000 paths",
            f"{spent[0]:.2f} + {spent[1]:.2f} s; at most {peak:.0f} MB resident",
        )
    )
    free = {name: value for name, value in os.environ.items() if name not in BLAS}
    steps, held = fresh(free), fresh(free | dict.fromkeys(BLAS, "1"))
    ratio = f"{sum(steps.values()) / sum(held.values()):.2f} of that with one BLAS thread"
    rows.append(("a fresh process, all steps below, no variable set", f"{sum(steps.values()):.2f} s; {ratio}"))
    wall, each = regions(count, 2)
    many_regions = f"{count} regions, two indicators, 1,000 paths, two processes"
    rows.append((many_regions, f"{each:.0f} s of each core; {wall:.0f} s wall"))
    years = {to: timed(fit_posterior, CITY, early, to) for to in (2022, 2025, 2030, 2035, 2040)}
    cost = {n: timed(fit_posterior, CITY, repeated(late, n), 2030) for n in (100, 200, 400, 800)}
    many = {n: timed(several, n) for n in (1, 4, 16)}
    curves = {"last year": years, "statements offered": cost, "regions, two indicators, 1,000 paths": many}
    out.mkdir(parents=True, exist_ok=True)
    draw_curves(curves, out / "benchmarks_engine.svg")
    steps["all to the first figure"] = sum(list(steps.values())[: list(STEPS).index("first figure") + 1])
    lines = [
        "# Benchmarks of the engine",
        "",
        f"Made by `python benchmarks/bench_engine.py`: {platform.python_implementation()} {platform.python_version()},",
        f"numpy {np.__version__}, one BLAS thread. Least of {REPEATS} runs; seconds of one core's processor time,",
        f"unless it says wall. {os.cpu_count()} cores, load average {os.getloadavg()[2]:.0f}: compare within one run,",
        "for another machine, or a busy one, moves all of them together.",
        "",
        "| what | time |",
        "|---|---|",
        *(f"| {what} | {spent} |" for what, spent in rows),
        "",
        "![Cost of a posterior against the last year, statements and regions](benchmarks_engine.svg)",
    ]
    lines += ["", "| step of a fresh process | seconds |", "|---|---|"]
    lines += [f"| {step} | {spent:.2f} |" for step, spent in steps.items()]
    for title, curve in curves.items():
        lines += ["", f"| {title} | " + " | ".join(map(str, curve)) + " |", "|---" * (len(curve) + 1) + "|"]
        lines.append("| seconds | " + " | ".join(f"{value:.2f}" for value in curve.values()) + " |")
    (out / "benchmarks_engine.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


def timed(call: Callable[..., object], *args: object) -> float:
    """Least processor time of a call."""
    return best(lambda: call(*args))


def posterior_row(day: dt.date, known: InformationSet, to: int) -> tuple[str, str]:
    """Fit and draw the whole posterior."""
    posterior = fit_posterior(CITY, known, to)
    what = f"{len(posterior.evidence)} statements, {posterior.layout.size} unknowns, 10,000 paths"
    effective = f"effective cells {posterior.mixture.effective:.0f} of {len(posterior.mixture.cells)}"
    spent = f"{timed(fit_posterior, CITY, known, to):.2f} + {timed(posterior.draw, 10_000, 8):.2f} s"
    return f"posterior as of {day}: {what}; {effective}", spent


def draw_curves(curves: dict[str, dict[int, float]], file: Path) -> None:
    """One panel for each curve."""
    figure = Figure(figsize=(10, 3), layout="constrained")
    for axis, (title, curve) in zip(figure.subplots(1, len(curves)), curves.items(), strict=True):
        axis.plot(list(curve), list(curve.values()), marker="o", color="#1b5e8c")
        axis.set_xlabel(title)
        axis.set_ylabel("seconds of one core")
        axis.set_ylim(bottom=0)
    figure.savefig(file, metadata={"Date": None})


if __name__ == "__main__":
    main()
