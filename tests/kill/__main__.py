"""`make kill N=100`: random kills of `batch` and `report`, and what they did."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import nbformat

from tests.kill.driving import kill_at_random

REPORT = ["report", "--as-of", "2021-05-06", "--draws", "200", "--scenario", "baseline", "--scenario", "downturn"]


def main(kills: int, seed: int) -> int:
    """Kill a small sweep three times for each time that a report is killed; return the exit code."""
    bad = 0
    with tempfile.TemporaryDirectory(prefix="kill-") as name:
        folder = Path(name)
        made = nbformat.v4.new_notebook(metadata={"kernelspec": {"display_name": "", "name": "python3"}})
        made.cells = [
            nbformat.v4.new_code_cell("n: int = 1", id="a", metadata={"tags": ["parameters"]}),
            nbformat.v4.new_code_cell("import time\ntime.sleep(0.1)\nprint('x' * 10_000 * n)", id="b"),
        ]
        (folder / "tiny.ipynb").write_text(nbformat.writes(made), encoding="utf-8")
        (folder / "tiny.yaml").write_text("notebook: tiny.ipynb\ngrid: {n: [0, 1, 2, 3, 4, 5]}\n", encoding="utf-8")
        for what, command, share in (
            ("batch", ["batch", str(folder / "tiny.yaml"), "--workers", "2"], kills - kills // 4),
            ("report", [*REPORT, "--workers", "2"], kills // 4),
        ):
            (folder / what).mkdir()
            found = kill_at_random(command, folder / what, share, seed) if share else None
            if found is not None:
                print(f"{what}: {found}", flush=True)
                for problem in (found.lost, found.wrong, found.orphans, found.leftovers):
                    bad += len(problem)
                    print(*problem[:10], sep="\n", end="\n" if problem else "")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 8))
