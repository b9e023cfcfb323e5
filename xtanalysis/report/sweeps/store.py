"""The folder of a sweep: one folder a run, renamed into place when whole; what is there, and whether it still holds."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import hashlib
import io
import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from xtanalysis import __version__
from xtanalysis.data.dictionary import current, shipped
from xtanalysis.data.paths import PACKAGE, raw_dir
from xtanalysis.data.writing import inert
from xtanalysis.errors import BadInput, Problem
from xtanalysis.report.sweeps.packages import packages_of
from xtanalysis.report.sweeps.sweep import Run
from xtanalysis.statements.readers.files import is_file, named_files
from xtanalysis.text import message

__all__ = [
    "RECORD",
    "Record",
    "Room",
    "common_hash",
    "draft_folder",
    "held",
    "inputs_hash",
    "read_record",
    "runs_csv",
    "seal",
    "settle",
    "sweep_away",
]

Room = Literal["runs", "history"]
RECORD = "record.json"
_DRAFTS = ".running"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What is known of one run; the same bytes whenever and however often it was run.

    Attributes
    ----------
    name, parameters
        As planned.
    status
        ``done`` or ``failed``.
    inputs
        Hash of everything that the run depends on.
    outputs
        Hash of all its files together.
    files
        File (relative to the run's folder) to its SHA-256.
    cell, error, cause
        Where and why a failed run stopped.
    """

    name: str
    parameters: Mapping[str, Any]
    status: str
    inputs: str
    outputs: str = ""
    files: Mapping[str, str]
    cell: int | None = None
    error: str = ""
    cause: str = ""


@contextlib.contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold the folder for one sweep; the system lets go by itself when the process ends, however it ends.

    Raises
    ------
    BadInput
        If another process holds it; the message says which and since when.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("a+", encoding="utf-8") as file:
        if not _lock(file):
            file.seek(0)
            holder = file.read().strip() or message("another process")
            fix = message("Wait until it has ended, or choose another folder.")
            raise BadInput(
                Problem(message("another sweep writes here: {holder}", holder=holder), file=str(folder), fix=fix)
            )
        file.truncate(0)
        since = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        file.write(f"process {os.getpid()} on {platform.node()} since {since}")
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


def _lock(file: Any) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(1_000_000)  # a byte that nobody reads
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def sweep_away(folder: Path) -> None:
    """Remove what an interrupted sweep left half-written; only under the lock."""
    shutil.rmtree(folder / _DRAFTS, ignore_errors=True)


@contextlib.contextmanager
def draft_folder(folder: Path, name: str) -> Iterator[Path]:
    """Make a fresh folder for a run to write to and then ``settle``; an error takes it away, as on a full disk."""
    drafts = folder / _DRAFTS
    drafts.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f"{name[:60]}.", dir=drafts))
    try:
        yield draft
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def seal(draft: Path, record: Record) -> Record:
    """Hash every file of a finished run and write its record; nothing may be added afterwards."""
    files = {
        path.relative_to(draft).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(draft.rglob("*"))
        if path.is_file()
    }
    joined = "".join(f"{name} {digest}\n" for name, digest in files.items())
    sealed = Record(**{**asdict(record), "files": files, "outputs": hashlib.sha256(joined.encode()).hexdigest()})
    text = json.dumps(asdict(sealed), ensure_ascii=False, indent=1)
    (draft / RECORD).write_text(text + "\n", encoding="utf-8")
    return sealed


def settle(draft: Path, folder: Path, name: str, room: Room = "runs") -> Path:
    """Rename a sealed draft into place; an older run of that name goes first."""
    place = folder / room / name
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():
        place.rename(draft.parent / f"{draft.name}.old")
    draft.chmod(0o755)
    draft.rename(place)
    shutil.rmtree(draft.parent / f"{draft.name}.old", ignore_errors=True)
    return place


def read_record(folder: Path, name: str, room: Room = "runs", *, check: bool = True) -> Record | None:
    """Return the record of a run, or ``None`` if there is none or (``check``) a file of it is missing or changed."""
    place = folder / room / name
    try:
        record = Record(**json.loads((place / RECORD).read_text(encoding="utf-8")))
        if check:
            for file, digest in record.files.items():
                if hashlib.sha256((place / file).read_bytes()).hexdigest() != digest:
                    return None
    except (OSError, ValueError, TypeError):
        return None
    return record


def inputs_hash(common: str, run: Run) -> str:
    """Hash all that decides a run's bytes: ``common_hash``, the parameters and the files that they name."""
    digest = hashlib.sha256(common.encode())
    recorded = run.recorded
    for name in sorted(run.parameters):
        value = run.parameters[name]
        digest.update(f"\n{name}={json.dumps(recorded[name], ensure_ascii=False, sort_keys=True)}".encode())
        for text in value if isinstance(value, list | tuple) else (value,):
            for path in named_files(text) if isinstance(text, str) else ():
                if is_file(path):
                    digest.update(path.read_bytes())
    return digest.hexdigest()


def common_hash(notebook: Path) -> str:
    """Hash what all runs of a sweep share: notebook, data, reference tables in use, code and the packages imported."""
    digest = hashlib.sha256(notebook.read_bytes())
    for path in _own_files():
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    if current() is not shipped():
        digest.update(current().digest.encode())
    digest.update("\n".join(packages_of(notebook)).encode())
    digest.update(f"{__version__} {sys.version} {platform.machine()}".encode())
    return digest.hexdigest()


def _own_files() -> list[Path]:
    files = {p for folder in (PACKAGE, raw_dir()) for p in folder.rglob("*") if p.is_file() and p.suffix != ".pyc"}
    return sorted(files)


def runs_csv(records: Sequence[Record]) -> str:
    """Return the table of all runs, in the order of the plan."""
    names = list(dict.fromkeys(name for record in records for name in record.parameters))
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["run", "status", "cell", "error", "cause", "inputs", "outputs", *names])
    for record in records:
        cell = "" if record.cell is None else record.cell
        given = (_text(record.parameters.get(name, "")) for name in names)
        head = [record.name, record.status, cell, record.error, " ".join(record.cause.split())[:500]]
        writer.writerow(map(inert, map(str, [*head, record.inputs, record.outputs, *given])))
    return buffer.getvalue()


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
