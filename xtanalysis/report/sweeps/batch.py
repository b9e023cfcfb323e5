"""A sweep from plan to index: what is cached, what runs, what failed. Killed, the next one completes it."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xtanalysis import __version__
from xtanalysis.data.dictionary import current, shipped
from xtanalysis.data.writing import sweep_temporary, write_file
from xtanalysis.errors import CannotWrite, RunFailed
from xtanalysis.report.sweeps.front import import_ahead, refresh_front
from xtanalysis.report.sweeps.job import Job, failed_without_page
from xtanalysis.report.sweeps.parameters import read_parameters
from xtanalysis.report.sweeps.pool import Finished, run_jobs, start_server
from xtanalysis.report.sweeps.runner import WARM
from xtanalysis.report.sweeps.shared import group_of
from xtanalysis.report.sweeps.store import (
    Record,
    Room,
    common_hash,
    held,
    inputs_hash,
    read_record,
    runs_csv,
    sweep_away,
)
from xtanalysis.report.sweeps.sweep import Run, Sweep
from xtanalysis.text import bilingual, message

__all__ = ["Outcome", "has_to_run", "inputs_of", "run_batch"]

Execute = Callable[[Sequence[Job]], Iterator[Finished]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One run after a sweep.

    Attributes
    ----------
    record
        What is known of it (``store.Record``).
    how
        ``done``, ``failed`` or ``cached``, for this sweep.
    seconds
        Wall time in this sweep; 0 if cached.
    """

    record: Record
    how: str
    seconds: float


def run_batch(
    sweep: Sweep,
    runs: Sequence[Run],
    folder: Path,
    *,
    workers: int,
    context: Any = None,
    fresh: bool = False,
    warm: bool = True,
    progress: Callable[[Outcome], None] = lambda outcome: None,
    execute: Execute | None = None,
) -> tuple[Outcome, ...]:
    """Bring ``folder`` to the state of an undisturbed sweep; return the outcomes in the order of the plan.

    Parameters
    ----------
    workers, context
        How many processes at once, and where they come from (``pool.start_server``); if there is no context, one is
        made once it is known that something has to run.
    fresh
        Whether to run also what is cached.
    warm
        Whether workers keep a kernel for shipped notebooks; otherwise each run has its own.
    progress
        Called with each outcome as it comes, cached ones first.
    execute
        Another way to run jobs, e.g. on a cluster.

    Raises
    ------
    BadInput
        If another sweep holds the folder.
    RunFailed
        If the sweep itself cannot write or reach its workers, e.g. on a full disk; what is done is kept.
    """
    folder = folder.resolve()
    with _stop_told(folder), held(folder):
        sweep_away(folder)
        sweep_temporary()
        jobs = _jobs(sweep, runs, folder, warm)
        outcomes: dict[tuple[str, str], Outcome] = {} if fresh else dict(_cached(jobs, folder))
        for outcome in (outcomes[job.key] for job in jobs if job.key in outcomes and job.room == "runs"):
            progress(outcome)
        left = [job for job in jobs if job.key not in outcomes]
        if left and execute is None and context is None:
            context = start_server()
        ended = execute(left) if execute is not None else run_jobs(left, workers, context)
        try:
            for finished in ended:
                record = finished.record or failed_without_page(finished.job, finished.trouble)
                outcomes[finished.job.key] = outcome = Outcome(record, record.status, finished.seconds)
                if finished.job.room == "runs":
                    progress(outcome)
                import_ahead(sweep)  # while workers are at the next
        finally:
            # Also after Ctrl-C: kill the workers first, then say what there is.
            with contextlib.suppress(AttributeError):
                ended.close()  # type: ignore[attr-defined]
            sweep_temporary()  # of workers that had to be killed
            shutil.rmtree(folder / ".running", ignore_errors=True)
            for job in jobs:
                there = None if job.key in outcomes else read_record(folder, job.name, job.room)
                if there is not None and there.inputs == job.inputs:  # settled, but not told before the stop
                    outcomes[job.key] = Outcome(there, there.status, 0.0)
            found = tuple(outcomes[job.key] for job in jobs if job.key in outcomes and job.room == "runs")
            _write_tables(sweep, folder, found)
        beside = [outcomes[job.key] for job in jobs if job.key in outcomes and job.room != "runs"]
        # Not after Ctrl-C: a hundred runs take seconds to draw, and the next sweep does it anyway.
        done = [o.record for o in beside if o.record.status == "done"]
        told = {path: name for run in runs for path, name in run.told.items()}
        refresh_front(sweep, folder, [o.record for o in found], done, told)
        return (*found, *(o for o in beside if o.how == "failed"))


def _cached(jobs: Sequence[Job], folder: Path) -> Iterator[tuple[tuple[str, str], Outcome]]:
    """Yield what an earlier sweep has done from the same inputs, by the job's key."""
    for job in jobs:
        record = read_record(folder, job.name, job.room)
        if record is not None and record.status == "done" and record.inputs == job.inputs:
            yield job.key, Outcome(record, "cached", 0.0)


@contextlib.contextmanager
def _stop_told(folder: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, CannotWrite) as error:
        why = bilingual(error.text("en"), error.text("zh")) if isinstance(error, CannotWrite) else error
        said = message(
            "{folder}: {why}. What is done is kept; the same command completes the rest.", folder=folder, why=why
        )
        raise RunFailed(said) from error


def inputs_of(sweep: Sweep, runs: Sequence[Run]) -> dict[str, str]:
    """Hash what each run depends on: run to ``store.inputs_hash``."""
    common = common_hash(sweep.notebook)
    return {run.name: inputs_hash(common, run) for run in runs}


def has_to_run(sweep: Sweep, runs: Sequence[Run], folder: Path) -> bool:
    """Whether some run of a sweep is not in the folder, or is there from other inputs."""
    inputs = inputs_of(sweep, runs)
    there = {run.name: read_record(folder, run.name, "runs") for run in runs}
    return any(record is None or record.inputs != inputs[name] for name, record in there.items())


def _jobs(sweep: Sweep, runs: Sequence[Run], folder: Path, warm: bool) -> list[Job]:
    """The runs, then what is computed beside them."""
    common, known = common_hash(sweep.notebook), read_parameters(sweep.notebook)
    reference = None if current() is shipped() else current()
    rooms: tuple[tuple[Room, Sequence[Run]], ...] = (("runs", runs), ("history", sweep.beside))
    return [
        Job(
            name=run.name,
            parameters=run.parameters,
            recorded=run.recorded,
            told=run.told,
            inputs=inputs_hash(common, run),
            notebook=sweep.notebook,
            folder=folder,
            engine=WARM if warm else None,
            cell_timeout=sweep.cell_timeout,
            run_timeout=sweep.run_timeout,
            group=group_of(known, run.parameters) if warm else "",
            room=room,
            reference=reference,
        )
        for room, some in rooms
        for run in some
    ]


def _write_tables(sweep: Sweep, folder: Path, outcomes: Sequence[Outcome]) -> None:
    records = [outcome.record for outcome in outcomes]
    write_file(folder / "runs.csv", runs_csv(records), parents=True)
    manifest = {
        "notebook": sweep.notebook.name,
        "version": __version__,
        "runs": {r.name: {"status": r.status, "inputs": r.inputs, "outputs": r.outputs} for r in records},
    }
    write_file(folder / "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", parents=True)
    lines = [f"{o.record.name},{o.how},{o.seconds:.3f}" for o in outcomes]
    write_file(folder / "durations.csv", "\n".join(["run,this_sweep,seconds", *lines]) + "\n", parents=True)
