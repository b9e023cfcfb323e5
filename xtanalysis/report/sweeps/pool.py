"""Workers: processes from a server with its imports done; each keeps a kernel and takes group after group of runs."""

from __future__ import annotations

import contextlib
import importlib
import math
import multiprocessing
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from multiprocessing.connection import Connection, wait
from types import ModuleType
from typing import Any

from xtanalysis.data.dictionary import using
from xtanalysis.data.writing import temporary_folder
from xtanalysis.report.sweeps.job import Job, perform
from xtanalysis.report.sweeps.kernels import call, is_shipped, kernel_kept, kill_kernels
from xtanalysis.report.sweeps.store import Record
from xtanalysis.stopping import as_worker, die_with_parent, undisturbed

__all__ = ["Finished", "run_jobs", "share", "start_server", "tasks_of"]

_LONGEST = 50  # characters of a temporary folder in which there is room for one more: a socket's path has 107
_MERCY = 1.0  # seconds for a worker that is told to stop, before it is killed
_GRACE = 65.0  # seconds past its time-out, with those of a kernel's start, after which a run's worker is killed


@dataclass(frozen=True, slots=True)
class Finished:
    """One job that has ended: its record, or why there is none."""

    job: Job
    record: Record | None
    seconds: float
    trouble: str = ""


@dataclass(slots=True)
class _Active:
    """One worker: the jobs that it still owes, the first of them running since ``started``."""

    jobs: list[Job]
    process: Any
    connection: Connection
    started: float


def start_server() -> Any:
    """Start the process that workers are forked from; return the multiprocessing context.

    Where the system cannot fork, it is one that starts each worker anew.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    from multiprocessing import forkserver, resource_tracker

    _keep_sockets()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["xtanalysis.report.sweeps.preload"])
    resource_tracker.ensure_running()  # which lets signals through again, so before the next line
    with _bare_main(), undisturbed():  # until it forks, the server would hear Ctrl-C
        forkserver.ensure_running()
    return context


@cache
def _keep_sockets() -> None:
    """Let the server's sockets lie in a temporary folder of ours, which the next start sweeps if we are killed."""
    from multiprocessing.util import Finalize, get_temp_dir

    if len(tempfile.gettempdir()) > _LONGEST:
        return
    folder = contextlib.ExitStack()
    before, tempfile.tempdir = tempfile.tempdir, str(folder.enter_context(temporary_folder()))
    try:
        get_temp_dir()  # chosen once a process, and removed by multiprocessing at its end, with priority -100
    finally:
        tempfile.tempdir = before
    Finalize(None, folder.close, exitpriority=-101)


@contextlib.contextmanager
def _bare_main() -> Iterator[None]:
    """Hide the program that asks: a process started meanwhile would run a user's script again from its top."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def tasks_of(jobs: Sequence[Job], workers: int) -> list[list[Job]]:
    """Put jobs of one group into one task, but never so many that a worker would stand idle.

    Groups that are left over after the last full round are shared out: two workers halve the last of three.
    """
    longest = max(1, math.ceil(len(jobs) / workers))
    tasks: list[list[Job]] = []
    open_tasks: dict[str, list[Job]] = {}
    for job in jobs:
        task = open_tasks.get(job.group)
        if not job.group or task is None or len(task) >= longest:
            task = open_tasks[job.group] = []
            tasks.append(task)
        task.append(job)
    full = len(tasks) - len(tasks) % workers
    parts = workers // max(1, len(tasks) - full)
    return tasks[:full] + [task[i::parts] for task in tasks[full:] for i in range(min(parts, len(task)))]


def run_jobs(jobs: Sequence[Job], workers: int, context: Any) -> Iterator[Finished]:
    """Yield each job as it ends; closing the generator, or an error in its consumer, kills what still runs."""
    waiting = tasks_of(jobs, workers)[::-1]
    active: list[_Active] = []
    try:
        while waiting or active:
            while waiting and len(active) < workers:
                with undisturbed():  # a worker that is half told what it is to do would complain
                    active.append(_start(waiting.pop(), context))
            wait([item for a in active for item in (a.connection, a.process.sentinel)], timeout=_patience(active))
            for worker in list(active):
                finished = _collect(worker)
                if finished is None:
                    continue
                worker.started = time.monotonic()
                worker.jobs.pop(0)
                if finished.record is not None and not worker.jobs and waiting and _passed_on(waiting[-1], worker):
                    waiting.pop()
                elif not worker.jobs or finished.record is None:
                    active.remove(worker)
                    _end(worker)
                    # What a lost worker still owed goes to another.
                    waiting += [worker.jobs] if worker.jobs else []
                yield finished
    finally:
        for worker in active:  # all at once, so that they unwind side by side
            worker.process.terminate()
        for worker in active:
            _end(worker)


def _passed_on(jobs: list[Job], worker: _Active) -> bool:
    """Give a worker that is done its next jobs; whether it took them."""
    try:
        worker.connection.send(jobs)
    except OSError:
        return False
    worker.jobs[:] = jobs
    return True


def _start(jobs: list[Job], context: Any) -> _Active:
    here, there = context.Pipe()
    process = context.Process(target=_work, args=(jobs, there), name=f"run {jobs[0].name}", daemon=False)
    with _bare_main():
        process.start()
    there.close()
    return _Active([*jobs], process, here, time.monotonic())


def _work(jobs: list[Job], connection: Connection) -> None:
    """Perform jobs and say how each went, as long as more come; Ctrl-C is for the sweep, which then ends us."""
    as_worker(_leave)
    if hasattr(os, "setpgid"):
        os.setpgid(0, 0)
        die_with_parent()
    importlib.import_module("xtanalysis.report.sweeps.preload")  # done already in one that is forked from the server
    try:
        with kernel_kept():
            while jobs:
                share(jobs)
                for job in jobs:
                    connection.send(perform(job))
                jobs = _more(connection)
    except Exception as error:  # noqa: BLE001  # whatever it is, the sweep goes on and shows it
        with contextlib.suppress(OSError):  # a sweep that is gone hears nothing
            connection.send(f"{type(error).__name__}: {error}")


def _more(connection: Connection) -> list[Job]:
    """The next jobs; none once the sweep has no more for us."""
    with contextlib.suppress(EOFError, OSError):
        found: list[Job] = connection.recv()
        return found
    return []


def share(jobs: Sequence[Job]) -> None:
    """Let the kernel make what pages of one group share."""
    pages = [dict(job.parameters) for job in jobs if job.room == "runs"]
    if pages and len(jobs) > 1 and jobs[0].group and is_shipped(jobs[0].notebook):
        with using(jobs[0].tables):
            call("xtanalysis.report.sweeps.shared", "prepare", str(jobs[0].notebook), pages)


def _patience(active: Sequence[_Active]) -> float | None:
    """Return how long to wait before a run is overdue."""
    now = time.monotonic()
    limits = ((a.started, a.jobs[0].run_timeout) for a in active)
    left = [started + limit + _GRACE - now for started, limit in limits if limit is not None]
    return max(0.0, min(left)) if left else None


def _collect(worker: _Active) -> Finished | None:
    """Return how a worker's present job ended, or ``None`` while it runs."""
    seconds = time.monotonic() - worker.started
    job, limit = worker.jobs[0], worker.jobs[0].run_timeout
    message: Any = None
    if worker.connection.poll():
        with contextlib.suppress(EOFError, ConnectionResetError):
            message = worker.connection.recv()
    elif worker.process.is_alive():
        if limit is None or seconds < limit + _GRACE:
            return None
        return Finished(job, None, seconds, f"TimeoutError: the run took longer than {limit:g} s")
    if isinstance(message, tuple):
        return Finished(job, message[0], message[1])
    if isinstance(message, str):
        return Finished(job, None, seconds, message)
    worker.process.join()
    code = worker.process.exitcode
    cause = signal.Signals(-code).name if code < 0 else f"exit code {code}"
    return Finished(job, None, seconds, f"WorkerDied: its process ended with {cause}")


def _end(worker: _Active) -> None:
    """Let a worker that is done go; end one that is not, and its kernel with it."""
    if worker.jobs:
        worker.process.terminate()
        worker.process.join(_MERCY)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(worker.process.pid, signal.SIGKILL)
        worker.process.kill()
    worker.connection.close()  # which tells it that nothing more comes
    worker.process.join()
    worker.process.close()


def _leave(number: int, frame: Any) -> None:
    """End this worker and its kernels; the sweep removes what it was at.

    Not as an exception does: in the midst of an event loop it becomes another, and the run would be told as failed.
    """
    kill_kernels()
    os._exit(128 + number)
