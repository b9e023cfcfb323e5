"""`make kill N=100`: random kills of `batch` and `report`, stops of every command, and what they did."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.kill.driving import BRIEF, REPORT, commands_to_stop, kill_at_random, shared_out, stop_at_random, tiny_sweep


def main(kills: int, seed: int) -> int:
    """Kill sweeps and reports so often, both together, and stop every command; return the exit code."""
    bad = 0
    with tempfile.TemporaryDirectory(prefix="kill-") as name:
        folder = Path(name)
        commands = {"batch": ["batch", str(tiny_sweep(folder, BRIEF))], "report": REPORT}
        for what, share in shared_out(kills).items():
            (folder / what).mkdir()
            command = [*commands[what], "--workers", "2"]
            found = kill_at_random(command, folder / what, share, seed) if share else None
            if found is not None:
                print(f"{what}: {found}", flush=True)
                for problem in (found.lost, found.wrong, found.orphans, found.leftovers):
                    bad += len(problem)
                    print(*problem[:10], sep="\n", end="\n" if problem else "")
        for name, command in commands_to_stop(folder).items():
            (place := folder / f"stop {name}").mkdir()
            stopped = stop_at_random(command, place, kills // 4, seed)
            print(f"{name}: {stopped}", *stopped.wrong, sep="\n", flush=True)
            bad += len(stopped.wrong)
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 8))
