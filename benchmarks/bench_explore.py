"""Time a step of a slider in 70_explore: a real JupyterLab, a real Chromium, from the key to the redrawn page.

The browser's own clock runs from the key's event to the frame that shows another chart and another target table.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np

from tests.browser.driving import Exploring, chromium, jupyter_lab
from xtanalysis.data.paths import notebooks_dir
from xtanalysis.report.explore_words import WORDS

NOTEBOOK = notebooks_dir() / "70_explore.ipynb"


def main() -> None:
    """Step every slider and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=20, help="steps a slider; one more, untimed, comes first")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-explore-") as name, chromium() as browser:
        folder = Path(name)
        (folder / "work").mkdir()
        shutil.copy(NOTEBOOK, folder / "work")
        with jupyter_lab(folder, sys.executable, "-m", "jupyterlab", NOTEBOOK.name) as address:
            exploring = Exploring(browser, address)
            measured = {}
            for slider in ("investment", "share", "decline"):
                words = WORDS["zh"][slider]
                exploring.set_free(words, False)
                keys = ["ArrowRight", "ArrowLeft"] * (options.steps // 2 + 1)
                measured[slider] = [exploring.step(words, key) for key in keys[: options.steps + 1]][1:]
            version = browser.version
    load = os.getloadavg()[0]
    print(f"{platform.machine()}, {os.cpu_count()} processors, load {load:.1f}, Chromium {version}")
    print("| slider (each set stays set) | steps | median ms | 90 % ms | longest ms |\n|---|---|---|---|---|")
    for slider, times in measured.items():
        middle, most = np.quantile(times, [0.5, 0.9])
        print(f"| {slider} | {len(times)} | {middle:.0f} | {most:.0f} | {max(times):.0f} |")


if __name__ == "__main__":
    main()
