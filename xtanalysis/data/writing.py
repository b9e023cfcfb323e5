"""One way out: files and folders that appear whole wherever the name leads, and cells that a spreadsheet never runs."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from xtanalysis.errors import CannotWrite, Problem
from xtanalysis.stopping import undisturbed
from xtanalysis.text import Message, message

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "csv_bytes", "file_name", "inert", "is_free", "sweep_temporary", "temporary_folder", "whole_folder", "write_file",
]  # fmt: skip

TRIES = 3  # another writer may take the draft of one that it thinks dead
LONGEST_NAME = 200
"""Bytes of a name made from a text; file systems take 255, and a draft needs some."""

MOVES_OPEN = sys.platform != "win32"
"""Whether the system renames a file that is open; Windows does not."""
LONGEST_PATH = 259
"""Characters of a path that Windows takes where long ones are not switched on."""

TEMPORARY = ".xtanalysis-run."
MADE = ".xtanalysis-new."
HELD_BY = 60.0  # seconds within which who makes a temporary folder holds it
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|\ud800-\udfff]+")
# A number with a unit or words behind it: +1.4 个百分点, -6.2%.
_AMOUNT = re.compile(r"[+-]\s?\d[\d.,]*[^|!=()'\"<>+*^&@-]*")
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def write_file(path: Path | str, data: bytes | str, *, parents: bool = False) -> None:
    """Write a file under a name of a user's choice; text as UTF-8.

    A link is written through, to the file that it names; a device or a pipe is written to; ``-`` is standard output and
    ``~`` the home folder. A regular file appears whole or not at all, under the mode that it had or that the umask
    gives; two writers leave the file of the later one.

    Parameters
    ----------
    parents
        Whether folders that are not there are made.

    Raises
    ------
    CannotWrite
        If the folder is not there, the name is a folder's, or the system refuses.
    """
    content = data.encode("utf-8", "backslashreplace") if isinstance(data, str) else data
    if str(path) == "-":
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    with _told(path):
        target = Path(path).expanduser().resolve()
        if target.is_dir():
            raise _refused(path, message("this is a folder"))
        if target.exists() and not target.is_file():
            with target.open("wb") as stream:
                stream.write(content)
            return
        if parents:
            target.parent.mkdir(parents=True, exist_ok=True)
        if not target.parent.is_dir():
            raise _refused(path, message("there is no folder {parent}", parent=target.parent))
        _sweep(target)
        for left in range(TRIES)[::-1]:
            try:
                _replace(target, content)
                break
            except FileNotFoundError:
                if not left:
                    raise


@contextlib.contextmanager
def whole_folder(path: Path | str) -> Iterator[Path]:
    """Yield a draft that takes the folder's place when the block ends well, and goes when it does not.

    A link is written through; folders above are made; an older folder of that name goes only once the new one is whole.

    Raises
    ------
    CannotWrite
        If the name is a file's or the system refuses.
    """
    with _told(path):
        target = Path(path).expanduser().resolve()
        if target.exists() and not target.is_dir():
            raise _refused(path, message("this is not a folder"))
        target.parent.mkdir(parents=True, exist_ok=True)
        _sweep(target)
    with contextlib.ExitStack() as holds:
        with _told(path), undisturbed():
            draft = Path(tempfile.mkdtemp(prefix=_draft_prefix(target), suffix=".part", dir=target.parent))
            holds.enter_context(_held(draft))
            holds.callback(_removed, draft, os.getpid())
        yield draft
        with _told(path), undisturbed():  # between the two names there is neither folder
            draft.chmod(stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o777 & ~_umask())
            older = target.rename(draft.with_suffix(".old.part")) if target.exists() else None
            try:
                draft.rename(target)
            except OSError:
                if older is not None:
                    older.rename(target)
                raise
            if older is not None:
                holds.callback(_removed, older, os.getpid())


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    """Yield a folder of this process that goes at the end; those of processes that were killed go at its start."""
    sweep_temporary()
    with contextlib.ExitStack() as holds:
        with undisturbed():
            made = Path(tempfile.mkdtemp(prefix=MADE))
            # Renamed once it is held, so that nobody takes it for a dead one; the hold goes along.
            holds.enter_context(_held(made))
            folder = made.rename(made.with_name(made.name.replace(MADE, TEMPORARY)))
            holds.callback(_removed, folder, os.getpid())
        yield folder


def sweep_temporary() -> None:
    """Remove the temporary folders of processes that were killed."""
    root = Path(tempfile.gettempdir())
    with contextlib.suppress(OSError):
        for old in (*root.glob(f"{TEMPORARY}*"), *filter(_is_old, root.glob(f"{MADE}*"))):
            if old.is_dir() and not old.is_symlink() and is_free(old):
                shutil.rmtree(old, ignore_errors=True)


def _is_old(made: Path) -> bool:
    """Whether a folder was made so long ago that its process would hold it by now; a new one is not even tried."""
    try:
        return time.time() - made.lstat().st_mtime > HELD_BY
    except OSError:
        return False


def is_free(path: Path) -> bool:
    """Whether nobody holds a draft of ours any more; never of another user's, nor where the system has no locks."""
    if sys.platform == "win32":
        return False
    import fcntl

    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        if os.fstat(descriptor).st_uid != os.getuid():
            return False
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


def inert(text: str) -> str:
    """Text of a cell as a spreadsheet shows it and never runs it: an apostrophe before what would be a formula."""
    if not text.startswith(_FORMULA) or len(text.strip()) < 2 or _AMOUNT.fullmatch(text):
        return text
    return f"'{text}"


def csv_bytes(frame: pd.DataFrame, *, mark: bool = False, float_format: str | None = None) -> bytes:
    """A frame as CSV (UTF-8; ``mark`` for a Chinese Excel), its texts inert."""
    safe = frame.copy()
    for i, kind in enumerate(frame.dtypes):
        if kind.kind in "OU" or str(kind) in ("string", "str", "category"):
            cells = frame.iloc[:, i].tolist()
            as_written = {v: inert(v) for v in {v for v in cells if isinstance(v, str)}}  # few texts, each many times
            if any(text != written for text, written in as_written.items()):
                safe.isetitem(i, [as_written.get(v, v) if isinstance(v, str) else v for v in cells])
    safe.columns = [inert(str(name)) for name in frame.columns]
    text = safe.to_csv(index=False, lineterminator="\n", float_format=float_format)
    return text.encode("utf-8-sig" if mark else "utf-8", "backslashreplace")


def file_name(text: str, longest: int = LONGEST_NAME) -> str:
    """A text as the name of a file: no separators, no leading dot, short enough; what is cut is told by a hash."""
    name = _UNSAFE.sub("_", text).strip(" .") or "_"
    raw = name.encode()
    if len(raw) <= longest:
        return name
    import hashlib

    mark = hashlib.sha256(raw).hexdigest()[:8]
    return f"{raw[: longest - 9].decode('utf-8', 'ignore')}-{mark}"


def _refused(path: Path | str, why: str | Message) -> CannotWrite:
    return CannotWrite(Problem(message("this cannot be written"), file=str(path), found=why))


@contextlib.contextmanager
def _told(path: Path | str) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:  # the reader went away, which is no error of the name's
        raise
    except (OSError, RuntimeError, ValueError) as error:
        raise _refused(path, _reason(error, path)) from error


def _reason(error: Exception, path: Path | str, *, windows: bool = sys.platform == "win32") -> str:
    """What the system said, and what is behind it more often than not."""
    if isinstance(error, PermissionError):
        return message(
            "{error}; close it if it is open in another program, such as Excel, or choose another name", error=error
        )
    length = len(str(Path(path).expanduser().absolute()))
    if windows and length > LONGEST_PATH and isinstance(error, OSError):
        return message(
            "{error}; the path has {length} characters, and Windows takes {longest_path}: choose a shorter folder",
            error=error,
            length=length,
            longest_path=LONGEST_PATH,
        )
    return str(error)


def _draft_prefix(target: Path) -> str:
    return f".{target.name[:60]}."


def _replace(target: Path, data: bytes) -> None:
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask()
    prefix = f"{_draft_prefix(target)}{os.getpid()}."  # between its making and its lock another thread leaves it alone
    with contextlib.ExitStack() as holds:
        with undisturbed():
            handle, name = tempfile.mkstemp(dir=target.parent, prefix=prefix, suffix=".part")
            draft = Path(name)
            holds.callback(draft.unlink, missing_ok=True)
            stream = holds.enter_context(os.fdopen(handle, "wb"))
        _lock(stream.fileno())
        stream.write(data)
        stream.flush()
        draft.chmod(mode)
        if MOVES_OPEN:  # still held, so that nobody takes it for a dead one
            draft.replace(target)
        else:
            stream.close()
            draft.replace(target)


def _sweep(target: Path) -> None:
    """Remove drafts of this name that a killed process left."""
    prefix = _draft_prefix(target)
    mine = f"{prefix}{os.getpid()}."
    with contextlib.suppress(OSError):
        for old in target.parent.iterdir():
            known = old.name.startswith(prefix) and old.name.endswith(".part")
            if known and not old.name.startswith(mine) and is_free(old):
                if old.is_dir():
                    shutil.rmtree(old, ignore_errors=True)
                else:
                    old.unlink(missing_ok=True)


@contextlib.contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Hold a folder, also for the processes that are forked meanwhile."""
    if sys.platform == "win32":
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        _lock(descriptor)
        yield
    finally:
        os.close(descriptor)


def _removed(folder: Path, maker: int) -> None:
    """Remove a folder, but not in a process forked from its maker: what goes there at its end is still in use here."""
    if os.getpid() == maker:
        shutil.rmtree(folder, ignore_errors=True)


def _lock(descriptor: int) -> None:
    if sys.platform != "win32":
        import fcntl

        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
