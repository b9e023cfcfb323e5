"""The same sweep on a dask.distributed cluster: groups of runs go out, their folders come back as bytes."""

from __future__ import annotations

import contextlib
import io
import pickle
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from xtanalysis.data.writing import temporary_folder
from xtanalysis.errors import BadInput, Problem
from xtanalysis.report.sweeps.job import Job, perform
from xtanalysis.report.sweeps.kernels import kernel_kept
from xtanalysis.report.sweeps.pool import Finished, share, tasks_of
from xtanalysis.report.sweeps.store import Record, draft_folder, settle
from xtanalysis.text import message

__all__ = ["perform_all", "run_on_cluster"]

_PATIENCE = 20  # seconds for the scheduler to answer
_Result = tuple[str, Record, float, bytes]  # run, record, seconds, its folder as a zip file


def run_on_cluster(jobs: Sequence[Job], address: str) -> Iterator[Finished]:
    """Yield each job as its group ends on the cluster at ``address``; a group whose worker dies goes to another.

    The notebook travels with its runs; files that parameters name have to be where the workers can read them.

    Raises
    ------
    BadInput
        If dask.distributed is not installed, or nobody answers at ``address``.
    """
    try:
        from distributed import Client, as_completed
    except ImportError as error:
        fix = message("Install it: pip install 'xtanalysis[cluster]'.")
        raise BadInput(Problem(message("a cluster needs dask.distributed"), fix=fix)) from error
    try:
        client = Client(address, timeout=_PATIENCE)
    except OSError as error:
        raise BadInput(Problem(message("no scheduler answers"), found=address, expected="tcp://host:port")) from error
    with client:
        client.wait_for_workers(1)
        tasks = tasks_of(jobs, max(1, sum(client.nthreads().values())))
        sources = {job.notebook: job.notebook.read_bytes() for job in jobs}
        futures = {
            client.submit(_perform_apart, task, sources[task[0].notebook], pure=False, retries=3): task
            for task in tasks
        }
        for future in as_completed(list(futures)):
            task = futures[future]
            if future.status == "finished":
                done = {name: (record, seconds, data) for name, record, seconds, data in future.result()}
            else:
                done = {}
            for job in task:
                if job.name in done:
                    record, seconds, data = done[job.name]
                    _unpack(data, job)
                    yield Finished(job, record, seconds)
                else:
                    yield Finished(job, None, 0.0, f"{future.status}: {future.exception()}")


def _perform_apart(task: Sequence[Job], notebook: bytes) -> list[_Result]:
    """Run a group in a process of its own: a dask worker has threads, and forks of it would inherit their locks."""
    request = pickle.dumps((list(task), notebook))
    done = subprocess.run(
        [sys.executable, "-m", "xtanalysis.report.sweeps.cluster"], input=request, capture_output=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(done.stderr.decode("utf-8", "replace")[-2000:])
    results: list[_Result] = pickle.loads(done.stdout)  # from our own child
    return results


def perform_all(task: Sequence[Job], notebook: bytes) -> list[_Result]:
    """Run a group here, in a folder that is thrown away; return records and folders."""
    results: list[_Result] = []
    with temporary_folder() as folder, kernel_kept():
        source = folder / task[0].notebook.name
        source.write_bytes(notebook)
        jobs = [replace(job, notebook=source, folder=folder / "out") for job in task]
        share(jobs)
        for job in jobs:
            record, seconds = perform(job)
            results.append((job.name, record, seconds, _pack(folder / "out" / "runs" / job.name)))
    return results


def _pack(folder: Path) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            packed.write(path, path.relative_to(folder).as_posix())
    return buffer.getvalue()


def _unpack(data: bytes, job: Job) -> None:
    with draft_folder(job.folder, job.name) as draft:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            packed.extractall(draft)
        settle(draft, job.folder, job.name)


if __name__ == "__main__":
    with contextlib.redirect_stdout(sys.stderr):
        answer = perform_all(*pickle.loads(sys.stdin.buffer.read()))  # from our own parent
    sys.stdout.buffer.write(pickle.dumps(answer))
