"""One way out: a file that appears whole, wherever the name leads."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from pathlib import Path

from xtanalysis.errors import BadInput, Problem, both

__all__ = ["write_file"]


def write_file(path: Path | str, data: bytes) -> None:
    """Write bytes under a name of a user's choice.

    A link is written through, to the file that it names; a device or a pipe is written to; ``-`` is standard output and
    ``~`` the home folder. A regular file appears whole or not at all, under the mode that it had or that the umask
    gives; two writers leave the file of the later one.

    Raises
    ------
    BadInput
        If the folder is not there, the name is a folder's, or the system refuses.
    """
    if str(path) == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        target = Path(path).expanduser().resolve()
        if target.is_dir():
            raise _refused(path, both("this is a folder", "这是文件夹"))
        if target.exists() and not target.is_file():
            with target.open("wb") as stream:
                stream.write(data)
            return
        if not target.parent.is_dir():
            raise _refused(path, both(f"there is no folder {target.parent}", f"没有文件夹{target.parent}"))
        _replace(target, data)
    except (OSError, RuntimeError, ValueError) as error:
        raise _refused(path, str(error)) from error


def _refused(path: Path | str, why: str) -> BadInput:
    return BadInput(Problem(both("the table cannot be written", "无法写入"), file=str(path), found=why))


def _replace(target: Path, data: bytes) -> None:
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask()
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:100]}.")
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        draft.chmod(mode)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
