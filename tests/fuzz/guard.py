"""Runs one case in this process, as the command line would, and says what no input may bring about."""

from __future__ import annotations

import contextlib
import io
import os
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz.grammar import OUT, Case
from xtanalysis.cli import group
from xtanalysis.cli.ending import run
from xtanalysis.data.workspace import VARIABLE

SECONDS = 10
PATIENCE = 600
"""Seconds of the processor that a case may take, and of the clock: a machine may be busy with other things."""

MEMORY = 1 << 30
UNEXPECTED = ("Traceback", "ended unexpectedly")


class TooSlow(BaseException):
    """A case took longer than it may; not an Exception, lest the command takes it for one of its own."""


@dataclass
class Counts:
    """What many cases did."""

    codes: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0

    def __str__(self) -> str:
        total = sum(self.codes.values())
        codes = ", ".join(f"{count} with {code}" for code, count in sorted(self.codes.items()))
        faults = ", ".join(f"{count} {what}" for what, count in self.faults.items()) or "nothing amiss"
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return f"{total} inputs: {codes}; {faults}; slowest {self.slowest:.1f} s, at most {peak:.0f} MB"


def tried(case: Case, counts: Counts) -> list[str]:
    """Run a case; return what is wrong with how it ended, nothing if it ended as it should."""
    at_first, peak = _resident(), _peak()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name, _in(Path(name), case):
        before = _files()
        began = time.process_time()
        code, said = _ended(case)
        seconds = time.process_time() - began
        after = _files()
    counts.slowest = max(counts.slowest, seconds)
    counts.codes[f"{case.arguments[0]} {code}" if code not in (0, 1, 2) else str(code)] += 1
    wrong = []
    if code not in (0, 1, 2):
        wrong.append("hang" if code == "hang" else "exit code")
    if any(word in said for word in UNEXPECTED):
        wrong.append("traceback")
    if any(name.endswith(".part") for name in after) or (code == 2 and after != before):
        wrong.append("half-written output")
    if _peak() > peak and _peak() - at_first > MEMORY:
        wrong.append("memory")
    counts.faults.update(wrong)
    return [f"{what}: {case.arguments}: {said[-1500:]}" for what in wrong]


def _peak() -> int:
    """The most that this process has held at any time, bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _resident() -> int:
    """What it holds now: tests before have left their own behind."""
    status = Path("/proc/self/statm")
    return int(status.read_text(encoding="ascii").split()[1]) * resource.getpagesize() if status.is_file() else 0


def _ended(case: Case) -> tuple[int | str, str]:
    out, errors = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))

    def late(number: int, frame: object) -> None:
        raise TooSlow

    before = [(kind, signal.signal(kind, late)) for kind in (signal.SIGALRM, signal.SIGPROF)]
    signal.alarm(PATIENCE)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    ends = signal.getsignal(signal.SIGTERM)
    code: int | str
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
            code = run(group, "en", list(case.arguments))
    except TooSlow:
        code = "hang"
    except BaseException as error:  # noqa: BLE001  # what gets past the last word is what we are after
        code = f"{type(error).__name__}: {error}"
    finally:
        signal.alarm(0)
        signal.setitimer(signal.ITIMER_PROF, 0)
        for kind, handler in before:
            signal.signal(kind, handler)
        signal.signal(signal.SIGTERM, ends)
    texts = [stream.buffer.getvalue().decode("utf-8", "replace") for stream in (out, errors)]  # type: ignore[attr-defined]
    return code, "\n".join(texts)


@contextlib.contextmanager
def _in(folder: Path, case: Case) -> Iterator[None]:
    place, said = Path.cwd(), sys.argv
    for name, raw in case.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(raw)
    (folder / OUT).mkdir(exist_ok=True)
    os.chdir(folder)
    around = dict(os.environ)
    os.environ.update(case.environment)
    sys.argv = ["xtanalysis", *case.arguments]
    try:
        yield
    finally:
        os.chdir(place)
        sys.argv = said
        os.environ.clear()
        os.environ.update(around)
        os.environ.pop(VARIABLE, None)


def _files() -> dict[str, int]:
    return {str(path): path.stat().st_size for path in Path().rglob("*") if path.is_file()}
