"""Processes that a test starts and surely ends, and sweeps that are killed at random until they are compared."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

ROOT = Path(__file__).parents[2]
# A shell may have told us to ignore Ctrl-C (nohup, `make test &`), which children inherit.
HEARS = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\nfrom xtanalysis.cli import main; main()"
)
CLOCKS = ("durations.csv", ".lock")
MARK = "STARTED_BY_THIS_TEST"
_MARKS: dict[int, bytes] = {}
REPORT = ["report", "--as-of", "2021-05-06", "--draws", "200", "--scenario", "baseline", "--scenario", "downturn"]
BRIEF = "import time\ntime.sleep(0.1)\nprint('x' * 10_000 * n)"
"""A cell that is over soon, but not at once."""


def shared_out(kills: int) -> dict[str, int]:
    """Kill a small sweep three times for each time that a report is killed, which takes three times as long."""
    return {"batch": kills - kills // 4, "report": kills // 4}


KILLS = shared_out(int(os.environ.get("XTANALYSIS_KILLS", "6")))


@contextlib.contextmanager
def started(*arguments: str, temporary: Path | None = None) -> Iterator[subprocess.Popen[str]]:
    """Run `xtanalysis` in a session of its own, which ends with the block whatever it does."""
    mark = f"{os.getpid()}-{time.monotonic_ns()}"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), MARK: mark}
    environment |= {"TMPDIR": str(temporary)} if temporary else {}
    process = subprocess.Popen(
        [sys.executable, "-c", HEARS, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        encoding="utf-8", start_new_session=True, env=environment,
    )  # fmt: skip
    _MARKS[process.pid] = f"{MARK}={mark}".encode()
    try:
        yield process
    finally:
        end_session(process)


def end_session(process: subprocess.Popen[str]) -> None:
    """Kill a process and everything that it started, kernels in sessions of their own too."""
    process.kill()
    for pid in pids_of(process.pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.communicate()


def pids_of(first: int) -> list[int]:
    """All processes that have not ended of those that a command of ours started, in whatever session."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it may end meanwhile
            state, _, _, session = (place / "stat").read_text().rpartition(")")[2].split()[:4]
            ours = int(session) == first or _MARKS[first] in (place / "environ").read_bytes().split(b"\0")
            if ours and state != "Z":
                found.append(int(place.name))
    return found


def left_after(session: int, seconds: float) -> list[str]:
    """Command lines of what a command of ours still runs after so long."""
    end = time.monotonic() + seconds
    while (pids := pids_of(session)) and time.monotonic() < end:
        time.sleep(0.05)
    found = []
    for pid in pids:
        with contextlib.suppress(OSError):
            found.append(Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " "))
    return found


def tiny_sweep(folder: Path, code: str) -> Path:
    """Write a sweep of six runs of a notebook with this second cell."""
    made = nbformat.v4.new_notebook(metadata={"kernelspec": {"display_name": "", "name": "python3"}})
    made.cells = [
        nbformat.v4.new_code_cell("n: int = 1", id="a", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell(code, id="b"),
    ]
    (folder / "tiny.ipynb").write_text(nbformat.writes(made), encoding="utf-8")
    (folder / "tiny.yaml").write_text("notebook: tiny.ipynb\ngrid: {n: [0, 1, 2, 3, 4, 5]}\n", encoding="utf-8")
    return folder / "tiny.yaml"


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file of a sweep's folder but its clock and its lock."""
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and p.name not in CLOCKS
    }


@dataclass
class Tally:
    """What many kills did."""

    kills: int = 0
    late: int = 0
    lost: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)
    leftovers: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.kills} kills ({self.late} came after the end), {len(self.lost)} runs lost, {len(self.wrong)} files "
            f"with other bytes, {len(self.orphans)} orphans, {len(self.leftovers)} leftovers"
        )


def kill_at_random(command: Sequence[str], folder: Path, kills: int, seed: int, *, rounds: int = 4) -> Tally:
    """Start, kill and complete a command again and again; compare each completed folder with an undisturbed one.

    Parameters
    ----------
    command
        Arguments of `xtanalysis` without ``--out``.
    folder
        An empty one to work in.
    rounds
        Kills before a folder is completed and compared.
    """
    chance, tally, temporary = random.Random(seed), Tally(), folder / "tmp"
    temporary.mkdir()
    began = time.monotonic()
    complete(command, folder / "whole", temporary)
    length = time.monotonic() - began
    whole = files_of(folder / "whole")
    number = 0
    while tally.kills < kills:
        number += 1
        out = folder / f"out{number}"
        for _ in range(min(rounds, kills - tally.kills)):
            kill_once(command, out, temporary, chance.uniform(0.05, 1.05) * length, chance.random() < 0.5, tally)
        complete(command, out, temporary)
        found = files_of(out)
        tally.wrong += [name for name in {*whole, *found} if whole.get(name) != found.get(name)]
        tally.leftovers += [path.name for path in temporary.iterdir()]
    return tally


def kill_once(command: Sequence[str], out: Path, temporary: Path, delay: float, everything: bool, tally: Tally) -> None:
    """Kill the parent alone, or its whole group, after ``delay`` seconds; take note of what that did."""
    before = {p.parent.name: p.read_bytes() for p in out.glob("runs/*/record.json")}
    with started(*command, "--out", str(out), temporary=temporary) as process:
        try:
            process.wait(delay)
            tally.late += 1
        except subprocess.TimeoutExpired:
            if everything:
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
        process.wait()
        tally.kills += 1
        tally.orphans += left_after(process.pid, 90)
    after = {p.parent.name: p.read_bytes() for p in out.glob("runs/*/record.json")}
    tally.lost += [name for name, record in before.items() if after.get(name) != record]


def complete(command: Sequence[str], out: Path, temporary: Path) -> None:
    """Let the command end by itself."""
    with started(*command, "--out", str(out), temporary=temporary) as process:
        _, errors = process.communicate(timeout=600)
        assert process.returncode == 0, errors
