"""`make kill N=100`: random kills of `batch` and `report`, and what they did."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.kill.driving import BRIEF, kill_at_random, tiny_sweep

REPORT = ["report", "--as-of", "2021-05-06", "--draws", "200", "--scenario", "baseline", "--scenario", "downturn"]


def main(kills: int, seed: int) -> int:
    """Kill a small sweep three times for each time that a report is killed; return the exit code."""
    bad = 0
    with tempfile.TemporaryDirectory(prefix="kill-") as name:
        folder = Path(name)
        sweep = tiny_sweep(folder, BRIEF)
        for what, command, share in (
            ("batch", ["batch", str(sweep), "--workers", "2"], kills - kills // 4),
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
