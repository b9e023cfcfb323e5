"""A hundred distinct reports by ``xtanalysis batch`` against a shell loop of ``papermill`` and ``jupyter nbconvert``.

Both run 30_scenario_report from cold, as commands, on this machine; the loop is sampled, as a hundred of its reports
take a quarter of an hour, half before and half after the batch: other work on the machine drifts.
"""

from __future__ import annotations

import argparse
import csv
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from xtanalysis.data.paths import scenario_notebook

NOTEBOOK = scenario_notebook()
SCENARIOS = ("baseline", "plan", "downturn", "green-upgrade")
# Two days a month of the years of which the plan speaks: each is an information set, and so a posterior, of its own.
DAYS = [f"{year}-{month:02d}-{day:02d}" for year in (2021, 2022) for month in range(1, 13) for day in (10, 25)]


def sweep(folder: Path, days: list[str]) -> float:
    """Return the seconds of one sweep, started as a command."""
    path = folder / "sweep.yaml"
    grid = f"grid: {{as_of: [{', '.join(days)}], scenario: [{', '.join(SCENARIOS)}]}}\n"
    path.write_text(f"notebook: {NOTEBOOK}\n{grid}", encoding="utf-8")
    started = time.perf_counter()
    command = [sys.executable, "-m", "xtanalysis", "batch", str(path), "--out", str(folder / "out"), "--fresh"]
    subprocess.run(command, check=True)
    return time.perf_counter() - started


def loop(folder: Path, days: list[str]) -> list[float]:
    """Return the seconds of each report of the shell loop."""
    seconds = []
    for i, day in enumerate(days):
        out = folder / f"loop-{i}.ipynb"
        started = time.perf_counter()
        given = ["-p", "as_of", day, "-p", "scenario", SCENARIOS[i % len(SCENARIOS)]]
        subprocess.run(
            [sys.executable, "-m", "papermill", str(NOTEBOOK), str(out), *given], check=True, capture_output=True
        )
        command = [sys.executable, "-m", "nbconvert", "--to", "html", "--no-input", str(out)]
        subprocess.run(command, check=True, capture_output=True)
        seconds.append(time.perf_counter() - started)
    return seconds


def main() -> None:
    """Run both and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posteriors", type=int, default=25, help="days; each has four scenarios")
    parser.add_argument("--sample", type=int, default=4, help="reports that the loop really makes")
    options = parser.parse_args()
    days = DAYS[: options.posteriors]
    runs = len(days) * len(SCENARIOS)
    with tempfile.TemporaryDirectory(prefix="bench-batch-") as name:
        folder = Path(name)
        before = loop(folder, days[: options.sample // 2])
        batch = sweep(folder, days)
        with (folder / "out" / "runs.csv").open(encoding="utf-8") as file:
            done = sum(row["status"] == "done" for row in csv.DictReader(file))
        pages = [p.stat().st_size / 1000 for p in folder.glob("out/runs/*/report.html")]
        single = before + loop(folder, days[options.sample // 2 : options.sample])
    each = sum(single) / len(single)
    load = os.getloadavg()[0]
    print(f"{platform.machine()}, {os.cpu_count()} processors, load {load:.1f}, Python {platform.python_version()}")
    print("| way | reports | seconds | a report |\n|---|---|---|---|")
    print(f"| xtanalysis batch | {done} of {runs} | {batch:.1f} | {batch / runs:.2f} |")
    print(f"| papermill + nbconvert, loop | {len(single)} sampled | {sum(single):.1f} | {each:.2f} |")
    print(f"ratio {each * runs / batch:.1f}; largest page {max(pages):.0f} KB")


if __name__ == "__main__":
    main()
