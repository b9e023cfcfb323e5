"""Workers: one process a run, forked from a server whose imports are done; none outlives the sweep."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any

from xtanalysis.report.job import Job
from xtanalysis.report.store import Record

__all__ = ["Finished", "run_jobs", "start_server"]

_GRACE = 5.0  # seconds past its time-out after which a run's worker is killed from outside


@dataclass(frozen=True, slots=True)
class Finished:
    """One job that has ended: its record, or why there is none."""

    job: Job
    record: Record | None
    seconds: float
    trouble: str = ""


@dataclass(slots=True)
class _Active:
    job: Job
    process: Any
    connection: Connection
    started: float


def start_server() -> Any:
    """Start the process that runs are forked from, so that its imports go on while the plan is checked.

    Returns the multiprocessing context; where the system cannot fork, one that starts each worker anew.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    from multiprocessing import forkserver

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["xtanalysis.report.preload"])
    forkserver.ensure_running()
    return context


def run_jobs(jobs: Sequence[Job], workers: int, context: Any) -> Iterator[Finished]:
    """Yield each job as it ends; closing the generator, or an error in its consumer, kills what still runs."""
    waiting = list(reversed(jobs))
    active: list[_Active] = []
    try:
        while waiting or active:
            while waiting and len(active) < workers:
                active.append(_start(waiting.pop(), context))
            wait([item for a in active for item in (a.connection, a.process.sentinel)], timeout=_patience(active))
            for item in list(active):
                finished = _collect(item)
                if finished is not None:
                    active.remove(item)
                    yield finished
    finally:
        for item in active:
            _kill(item)


def _start(job: Job, context: Any) -> _Active:
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(job, there), name=f"run {job.name}", daemon=False)
    process.start()
    there.close()
    return _Active(job, process, here, time.monotonic())


def _work(job: Job, connection: Connection) -> None:
    """Perform one job and say how it went; the terminal's Ctrl-C is for the sweep, which then ends us."""
    from xtanalysis.report.job import perform
    from xtanalysis.report.kernel import die_with_parent

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "setpgid"):
        os.setpgid(0, 0)
        die_with_parent()
    try:
        connection.send(perform(job))
    except Exception as error:  # noqa: BLE001  # whatever it is, the sweep goes on and shows it
        connection.send(f"{type(error).__name__}: {error}")


def _patience(active: Sequence[_Active]) -> float | None:
    """Return how long to wait before a run is overdue."""
    now = time.monotonic()
    left = [a.started + a.job.run_timeout + _GRACE - now for a in active if a.job.run_timeout is not None]
    return max(0.0, min(left)) if left else None


def _collect(item: _Active) -> Finished | None:
    """Return how a job ended, or ``None`` while it runs."""
    seconds = time.monotonic() - item.started
    message: Any = None
    if item.connection.poll():
        with contextlib.suppress(EOFError, ConnectionResetError):
            message = item.connection.recv()
    elif item.process.is_alive():
        limit = item.job.run_timeout
        if limit is None or seconds < limit + _GRACE:
            return None
        _kill(item)
        return Finished(item.job, None, seconds, f"TimeoutError: the run took longer than {limit:g} s")
    item.process.join()
    item.connection.close()
    code = item.process.exitcode
    item.process.close()
    if isinstance(message, tuple):
        return Finished(item.job, message[0], message[1])
    if isinstance(message, str):
        return Finished(item.job, None, seconds, message)
    cause = signal.Signals(-code).name if code < 0 else f"exit code {code}"
    return Finished(item.job, None, seconds, f"WorkerDied: its process ended with {cause}")


def _kill(item: _Active) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError, ValueError):
        if hasattr(os, "killpg"):
            os.killpg(item.process.pid, signal.SIGKILL)
        item.process.kill()
    with contextlib.suppress(ValueError):
        item.process.join(1)
    item.connection.close()
