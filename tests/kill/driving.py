"""Processes that a test starts and surely ends, and sweeps that are killed at random until they are compared."""

from __future__ import annotations

import contextlib
import os
import random
import re
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
    "import os, signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    "from xtanalysis.__main__ import main\n"
    "ready = os.environ.pop('READY', None)\n"
    "ready and os.close(int(ready))\n"
    "main()"
)
NEXT_START = "from xtanalysis.data.writing import sweep_temporary; sweep_temporary()"
CLOCKS = ("durations.csv", ".lock")
MARK = "STARTED_BY_THIS_TEST"
PYTHONS_OWN = re.compile(
    "Traceback|Exception ignored|_releaseLock|KeyboardInterrupt|SystemExit"
    "|resource_tracker|leaked|never awaited|was destroyed"
)
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
    """Run `xtanalysis` in a session of its own, which ends with the block whatever it does.

    The block begins once Python itself has started: what a signal does before that is no command's to say.
    """
    mark = f"{os.getpid()}-{time.monotonic_ns()}"
    reader, writer = os.pipe()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), MARK: mark, "READY": str(writer)}
    environment |= {"TMPDIR": str(temporary)} if temporary else {}
    process = subprocess.Popen(
        [sys.executable, "-c", HEARS, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        encoding="utf-8", start_new_session=True, env=environment, pass_fds=[writer],
    )  # fmt: skip
    _MARKS[process.pid] = f"{MARK}={mark}".encode()
    os.close(writer)
    os.read(reader, 1)
    os.close(reader)
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


@dataclass
class Stops:
    """What commands that were told to stop said and left."""

    stops: int = 0
    late: int = 0
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.stops} stops ({self.late} came after the end), {len(self.wrong)} that went wrong"


def commands_to_stop(folder: Path) -> dict[str, list[str]]:
    """Every kind of command, with ``OUT`` where it writes."""
    figures = folder / "figures.csv"
    figures.write_text("指标,单位,2024年\n工业投资,亿元,900\n", encoding="utf-8")
    two = ["--workers", "2", "--out", "OUT"]
    return {
        "--help": ["--help"],
        "check": ["check", str(figures), "--region", "湘潭", "--save", "OUT.csv"],
        "project": ["project", "--draws", "200", "--facts", str(figures), "--out", "OUT"],
        "scorecard": ["scorecard", "--draws", "200", "--pages", "--out", "OUT"],
        "batch": ["batch", str(tiny_sweep(folder, BRIEF)), *two],
        "report": [*REPORT, *two],
        "backtest": ["backtest", "--quick", *two],
    }


def stop_at_random(command: Sequence[str], folder: Path, stops: int, seed: int, *, longest: float = 4.0) -> Stops:
    """Send Ctrl-C or a request to end within a command's first seconds, to it alone or to its group as a terminal does.

    It must end with 130 or 143 (as it ends undisturbed if it was over), say nothing of Python's own, and leave nothing
    running and, once another command has started, no temporary folder.

    Parameters
    ----------
    command
        One of `commands_to_stop`.
    """

    def arguments(name: str) -> list[str]:
        return [part.replace("OUT", str(folder / name)) for part in command]

    chance, found, temporary = random.Random(seed), Stops(), folder / "tmp"
    temporary.mkdir()
    began = time.monotonic()
    with started(*arguments("whole"), temporary=temporary) as process, contextlib.suppress(subprocess.TimeoutExpired):
        process.communicate(timeout=longest)
    length = min(longest, time.monotonic() - began)
    for i in range(stops):
        number, code = chance.choice([(signal.SIGINT, 130), (signal.SIGTERM, 143)])
        delay, everything = chance.uniform(0, length), chance.random() < 0.5
        with started(*arguments(f"out{i}"), temporary=temporary) as process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(delay)
            if process.returncode is None:
                (os.killpg if everything else os.kill)(process.pid, number)
            _, errors = process.communicate(timeout=120)
            orphans = left_after(process.pid, 90)
        found.stops += 1
        found.late += process.returncode == 0
        whom = "group" if everything else "command alone"
        case = f"{command[0]}, {number.name} to {whom} after {delay:.3f} s: exit code {process.returncode}"
        if process.returncode not in (0, code) or orphans or PYTHONS_OWN.search(errors):
            found.wrong.append(f"{case}\n{errors}{orphans}")
        subprocess.run([sys.executable, "-c", NEXT_START], env={**os.environ, "TMPDIR": str(temporary)}, check=True)
        left = [path.name for path in (*temporary.iterdir(), *folder.glob(".*"))]
        if left:
            found.wrong.append(f"{case}: {left}")
    return found


def complete(command: Sequence[str], out: Path, temporary: Path) -> None:
    """Let the command end by itself."""
    with started(*command, "--out", str(out), temporary=temporary) as process:
        _, errors = process.communicate(timeout=600)
        assert process.returncode == 0, errors
