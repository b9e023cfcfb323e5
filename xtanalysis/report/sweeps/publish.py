"""Where a sweep writes to: a folder, or an address (``s3://…``, ``memory://…``) that fsspec can write to.

For an address the sweep works in a folder of its own. What the address has of the plan is fetched first, so that it
counts as cached; each run is sent as it ends, its record last, so that a record there stands for a whole run.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from xtanalysis.data.writing import temporary_folder
from xtanalysis.errors import BadInput, Problem
from xtanalysis.report.sweeps.store import RECORD
from xtanalysis.text import message

__all__ = ["Send", "place_of"]

Send = Callable[[str], None]


@contextlib.contextmanager
def place_of(out: str, wanted: Mapping[str, str]) -> Iterator[tuple[Path, Send]]:
    """Yield the folder to work in, and what to call with a run's name once it has settled.

    At the end, however it comes, the tables and whatever has not been sent follow.

    Parameters
    ----------
    out
        A folder, or an address; ``file://…`` is a folder.
    wanted
        Runs that are kept if they are there, to the hash of their inputs (``store.inputs_hash``).

    Raises
    ------
    BadInput
        If fsspec or what it needs for this address is not installed, or the address cannot be read or written.
    """
    if "://" not in out:
        yield Path(out), lambda name: None
        return
    with _told(out):
        system, root = _system_of(out)
    if "file" in _protocols(system):
        yield Path(root), lambda name: None
        return
    with temporary_folder() as folder:
        mirror = _Mirror(system, root, folder)
        with _told(out):
            system.makedirs(root, exist_ok=True)
            for run, inputs in wanted.items():
                mirror.fetch(run, inputs)

        def send(run: str) -> None:
            with _told(out):
                mirror.send(run)

        try:
            yield folder, send
        finally:
            with _told(out):
                mirror.send_rest()


class _Mirror:
    """A sweep's folder and its copy at an address."""

    def __init__(self, system: Any, root: str, folder: Path) -> None:
        self._system, self._root, self._folder = system, root, folder
        self._sent: set[Path] = set()

    def fetch(self, run: str, inputs: str) -> None:
        """Fetch a run that is done with these inputs; whether its files are whole is for ``read_record`` to say."""
        there, place = f"{self._root}/runs/{run}", self._folder / "runs" / run
        with contextlib.suppress(FileNotFoundError, ValueError, KeyError, TypeError):
            record = json.loads(self._system.cat_file(f"{there}/{RECORD}"))
            files = [name for name in record["files"] if (place / name).resolve().is_relative_to(place.resolve())]
            if record["inputs"] != inputs or record["status"] != "done":
                return
            for name in (*files, RECORD):
                (place / name).parent.mkdir(parents=True, exist_ok=True)
                self._system.get_file(f"{there}/{name}", str(place / name))
                self._sent.add(place / name)

    def send(self, run: str) -> None:
        """Replace a run: its old record goes first, its new one comes last."""
        there, place = f"{self._root}/runs/{run}", self._folder / "runs" / run
        for old in (f"{there}/{RECORD}", there):
            if self._system.exists(old):
                self._system.rm(old, recursive=True)
        files = [path for path in sorted(place.rglob("*")) if path.is_file()]
        self._put([path for path in files if path != place / RECORD])
        self._put([path for path in files if path == place / RECORD])

    def send_rest(self) -> None:
        """Send the runs that settled untold, files that came after the seal (PDF), and last the tables."""
        for place in sorted(self._folder.glob("runs/*/")):
            if place / RECORD not in self._sent:
                self.send(place.name)
        self._put([p for p in sorted(self._folder.glob("runs/*/**/*")) if p.is_file() and p not in self._sent])
        self._put([p for p in sorted(self._folder.iterdir()) if p.is_file() and not p.name.startswith(".")])

    def _put(self, paths: list[Path]) -> None:
        if paths:
            names = [path.relative_to(self._folder).as_posix() for path in paths]
            self._system.put([str(path) for path in paths], [f"{self._root}/{name}" for name in names])
            self._sent.update(paths)


def _system_of(out: str) -> tuple[Any, str]:
    try:
        from fsspec.core import url_to_fs

        system, root = url_to_fs(out)
    except (ImportError, ValueError) as error:
        fix = message("Install what it needs: pip install 'xtanalysis[cluster]', and e.g. s3fs for s3://.")
        raise BadInput(Problem(message("this address cannot be used"), found=f"{out} ({error})", fix=fix)) from error
    return system, str(root).rstrip("/")


def _protocols(system: Any) -> tuple[str, ...]:
    return (system.protocol,) if isinstance(system.protocol, str) else tuple(system.protocol)


@contextlib.contextmanager
def _told(out: str) -> Iterator[None]:
    """Say which address it was that could not be read or written.

    Clients of stores raise errors of their own, which are no OSError: botocore's, aiohttp's.
    """
    try:
        yield
    except Exception as error:
        owner = type(error).__module__.partition(".")[0]
        if owner in ("builtins", "xtanalysis") and not isinstance(error, OSError):
            raise
        what = message("cannot be read or written")
        raise BadInput(Problem(what, file=out, found=str(error)[:200])) from error
