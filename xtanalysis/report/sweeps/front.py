"""The front page of a sweep, written again only if what it shows has changed."""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from xtanalysis.data.writing import write_file
from xtanalysis.report.sweeps.job import JUDGEMENTS
from xtanalysis.report.sweeps.store import Record
from xtanalysis.report.sweeps.sweep import Sweep

__all__ = ["import_ahead", "refresh_front"]

FILES = ("index.html", "summary.csv", "summary.xlsx")
STAMP = "index.sha256"
_NEEDED = ("fontTools.fontBuilder", "openpyxl", "xtanalysis.report.sweeps.index")
_BESIDE = ("pandas", "xtanalysis.study.history")  # where a history is shown


def import_ahead(sweep: Sweep) -> None:
    """Import what the front page takes, which at the end of a sweep everybody would wait for."""
    for name in (*_NEEDED, *(_BESIDE if sweep.beside else ())):
        importlib.import_module(name)


def refresh_front(
    sweep: Sweep, folder: Path, records: Sequence[Record], beside: Sequence[Record], told: Mapping[str, str]
) -> None:
    """Write the index, unless the one there was made from the same runs and has not been touched since.

    Parameters
    ----------
    records, beside
        Of the runs, and of what was computed beside them (``folder/history``).
    told
        Path of a file that the runs are given → its name in the records.
    """
    parts = [sweep.title, *(f"{r.name} {r.status} {r.inputs} {r.outputs}" for r in (*records, *beside))]
    stamp = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    path = folder / STAMP
    if path.is_file() and path.read_text(encoding="utf-8") == _text(stamp, folder):
        return
    from xtanalysis.report.sweeps.index import write_index

    files = [folder / "history" / record.name / JUDGEMENTS for record in beside]
    places = {name: path for path, name in told.items()}
    write_index(sweep.title, folder, records, front=sweep.front(files), files=places)
    write_file(path, _text(stamp, folder), parents=True)


def _text(stamp: str, folder: Path) -> str:
    """What the index was made from, then each file's hash, as ``sha256sum`` writes it."""
    there = [folder / name for name in FILES if (folder / name).is_file()]
    lines = (f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}" for path in there)
    return "\n".join([f"{stamp}  inputs", *lines, ""]) if len(there) == len(FILES) else ""
