"""One run of a sweep, from parameters to a sealed folder; what a worker does, here or on another machine."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from xtanalysis.data.dictionary import Reference, shipped, using
from xtanalysis.data.writing import write_file
from xtanalysis.errors import CannotWrite
from xtanalysis.report.sweeps.kernels import call
from xtanalysis.report.sweeps.parameters import read_parameters
from xtanalysis.report.sweeps.runner import NotebookFailed, run_notebook
from xtanalysis.report.sweeps.store import Record, Room, draft_folder, seal, settle
from xtanalysis.statements.readers.files import named_files

__all__ = ["JUDGEMENTS", "Job", "failed_without_page", "perform", "write_judgements_of"]

JUDGEMENTS = "judgements.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a worker is told.

    Attributes
    ----------
    name, parameters, inputs
        Of the run.
    recorded, told
        The parameters as the record tells them, and each file among them → its name there (``sweep.Run``).
    notebook, folder
        What to run and the sweep's folder.
    engine
        papermill's engine, ``None`` for a kernel of its own.
    cell_timeout, run_timeout
        Seconds.
    group
        Runs of one group share what ``shared.prepare`` computes; empty for none.
    room
        Folder of the sweep that its own goes to: ``runs``, or ``history`` for one day of a history, without a page.
    reference
        The tables in use where it was planned; ``None`` for the shipped ones.
    """

    name: str
    parameters: Mapping[str, Any]
    recorded: Mapping[str, Any]
    told: Mapping[str, str]
    inputs: str
    notebook: Path
    folder: Path
    engine: str | None
    cell_timeout: float | None = None
    run_timeout: float | None = None
    group: str = ""
    room: Room = "runs"
    reference: Reference | None = None

    @property
    def tables(self) -> Reference:
        """The tables that it goes by."""
        return self.reference or shipped()

    @property
    def key(self) -> tuple[str, str]:
        """Which of a sweep's jobs it is."""
        return self.room, self.name


def perform(job: Job) -> tuple[Record, float]:
    """Run, export, seal and settle; return the record and the seconds taken. A failed notebook is a record too."""
    started = time.perf_counter()
    with draft_folder(job.folder, job.name) as draft, using(job.tables):
        record = seal(draft, _run(job, draft) if job.room == "runs" else _judge(job, draft))
        settle(draft, job.folder, job.name, job.room)
    return record, time.perf_counter() - started


def _run(job: Job, draft: Path) -> Record:
    """Fill the draft; return the record but for its hashes."""
    from xtanalysis.report.artefacts import write_artefacts
    from xtanalysis.report.html import export_page

    given = dict(job.parameters)
    # The cells work in the run's own folder, so that a projection written to `out` is part of the run.
    if "out" in read_parameters(job.notebook) and "out" not in given:
        given["out"] = "projection"
    common: dict[str, Any] = {"name": job.name, "parameters": job.recorded, "inputs": job.inputs, "files": {}}
    try:
        executed = run_notebook(
            job.notebook,
            draft / "notebook.ipynb",
            given,
            engine=job.engine,
            cwd=draft,
            told=job.told,
            cell_timeout=job.cell_timeout,
            run_timeout=job.run_timeout,
        ).notebook
        record = Record(status="done", **common)
    except NotebookFailed as error:
        executed, failure = error.notebook, error.failure
        record = Record(status="failed", cell=failure.cell, error=failure.name, cause=failure.text, **common)
    try:
        write_file(draft / "report.html", export_page(executed))
        write_artefacts(executed, draft)
    except (OSError, CannotWrite):
        raise  # a full disk is not the page's fault: the sweep ends, and the next one goes on from there
    except Exception as error:  # noqa: BLE001  # the executed notebook is kept, whatever became of its page
        cause = f"the page could not be made: {error}"
        record = replace(record, status="failed", error=type(error).__name__, cause=cause)
        write_file(draft / "report.html", export_page(_only_error(job, record.error, cause)))
    return record


def _judge(job: Job, draft: Path) -> Record:
    """One day of a history: its judgements as a file, made in the kernel that may have fitted the day already."""
    call(__name__, "write_judgements_of", dict(job.parameters), str(draft / JUDGEMENTS))
    return Record(name=job.name, parameters=job.recorded, inputs=job.inputs, files={}, status="done")


def write_judgements_of(given: Mapping[str, Any], file: str) -> None:
    """Judge every target as of a day; ``given`` are a page's parameters."""
    from xtanalysis.report.prepared import projected, studied
    from xtanalysis.study.history import judged, write_judgements

    asked = {name: given[name] for name in ("plan", "as_of", "to")}
    study = studied(given["region"], **asked, facts=named_files(given["facts"]))
    baseline = projected(study, "baseline", draws=given["draws"], seed=given["seed"])
    write_judgements(judged(baseline), Path(file))


def failed_without_page(job: Job, trouble: str) -> Record:
    """Make the record and page of a run whose worker ended before it could (killed, disk full, a fault of ours)."""
    from xtanalysis.report.html import export_page

    name, _, text = trouble.partition(": ")
    record = Record(
        name=job.name, parameters=job.recorded, inputs=job.inputs, files={}, status="failed", error=name, cause=text
    )
    if job.room != "runs":
        return record
    notebook = _only_error(job, name, text)
    # On a full disk the record is still told, and the next sweep tries again.
    with contextlib.suppress(OSError, CannotWrite), draft_folder(job.folder, job.name) as draft:
        write_file(draft / "report.html", export_page(notebook))
        record = seal(draft, record)
        settle(draft, job.folder, job.name)
    return record


def _only_error(job: Job, name: str, text: str) -> Any:
    """A notebook that holds nothing but what went wrong, for a page of its own."""
    from nbformat.v4 import new_code_cell, new_notebook, new_output

    error = new_output("error", ename=name, evalue=text, traceback=[f"{name}: {text}" if text else name])
    cell = new_code_cell(f"# {job.notebook.name}", outputs=[error], id="cell-1")
    return new_notebook(cells=[cell], metadata={"papermill": {"parameters": dict(job.recorded)}})
