"""Time a step of a slider in the explorer: a real JupyterLab or Voilà and Chromium, from the key to the redrawn page.

The browser's own clock runs from the key's event to the frame that shows other lines in the chart and other words
under it. The fit comes before; where the sliders rest for half a second the ranges are made whole, and a step may have
to wait for that.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np

from tests.browser.driving import Exploring, chromium, explored, jupyter_lab
from xtanalysis.data.paths import notebooks_dir

NOTEBOOK = notebooks_dir() / "70_explore.ipynb"
SLIDERS = {
    "lab": {
        "investment": "工业投资：",
        "output": "规模以上工业增加值（不变价）：",
        "intensity": "单位规模以上工业增加值能耗：",
    },
    "voila": {
        "investment": "Industrial fixed-asset investment:",
        "output": "Above-scale industrial value added at constant prices:",
        "intensity": "Energy per unit of above-scale industrial value added:",
    },
}


def main() -> None:
    """Step every slider under both and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=20, help="steps a slider; one more, untimed, comes first")
    options = parser.parse_args()
    rows, changed = [], {}
    with tempfile.TemporaryDirectory(prefix="bench-explore-") as name, chromium() as browser:
        version = browser.version
        for where, sliders in SLIDERS.items():
            folder = Path(name) / where
            (folder / "work").mkdir(parents=True)
            with _served(where, folder) as address:
                exploring = Exploring(browser, address, lab=where == "lab")
                before = exploring.shape()
                for slider, words in sliders.items():
                    keys = ["ArrowRight", "ArrowLeft"] * (options.steps // 2 + 1)
                    first, *times = [exploring.step(words, key) for key in keys[: options.steps + 1]]
                    changed.setdefault(where, exploring.shape() != before)
                    rows.append((where, slider, first, times))
                exploring.close()
    load = os.getloadavg()[0]
    print(f"{platform.machine()}, {os.cpu_count()} processors, load {load:.1f}, Chromium {version}")
    print(f"the chart changes on the first move: {changed}")
    print("| page | slider (each set stays set) | steps | first ms | median ms | 90 % ms | longest ms |")
    print("|---|---|---|---|---|---|---|")
    for where, slider, first, times in rows:
        middle, most = np.quantile(times, [0.5, 0.9])
        print(f"| {where} | {slider} | {len(times)} | {first:.0f} | {middle:.0f} | {most:.0f} | {max(times):.0f} |")


def _served(where: str, folder: Path) -> AbstractContextManager[str]:
    if where == "voila":
        return explored(folder / "work")
    shutil.copy(NOTEBOOK, folder / "work")
    return jupyter_lab(folder, sys.executable, "-m", "jupyterlab", NOTEBOOK.name)


if __name__ == "__main__":
    main()
