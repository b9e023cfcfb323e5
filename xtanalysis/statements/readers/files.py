"""One way in for tables: a file of any accepted kind to its sheets."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from pathlib import Path

from xtanalysis.errors import BadInput, Problem
from xtanalysis.statements.readers.delimited import read_delimited
from xtanalysis.statements.readers.sheet import EXPECTED, LARGEST, MOST_ROWS, Sheet, refuse
from xtanalysis.statements.readers.xls import read_xls
from xtanalysis.statements.readers.xlsx import read_xlsx
from xtanalysis.text import Message, message

__all__ = ["SUFFIXES", "is_file", "named_files", "passed_over", "read_sheets", "regular_bytes"]

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls")
"""Names of files that hold tables; what a file is decides its content, not its name."""

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
PDF = b"%PDF"


def passed_over(path: Path) -> Message | None:
    """Why a folder's file is passed over: the lock file of an open workbook, a hidden file; else ``None``."""
    if path.name.startswith("~$"):
        return message("the lock file of an open workbook")
    if path.name.startswith("."):
        return message("a hidden file")
    return None


def is_file(path: Path | str) -> bool:
    """Whether a text names a file; one that is too long or holds what no name can hold does not."""
    try:
        return Path(path).is_file()
    except (OSError, ValueError):
        return False


def named_files(given: Sequence[str | Path] | str) -> list[Path]:
    """Files as a notebook's parameter names them: a list, or a text of names joined by ``;`` as a shell passes it.

    A text that names a file as it stands is that file, whatever its name holds.
    """
    if isinstance(given, str):
        given = [given] if is_file(given) else given.split(";")
    return [Path(name) for part in given if (name := str(part).strip())]


def regular_bytes(path: Path, expected: str = EXPECTED, largest: int = LARGEST) -> bytes:
    """Content of a regular file, be it behind a link; devices, pipes and folders are refused unread.

    Raises
    ------
    BadInput
        If there is no such file, it is no regular one, cannot be read, or is larger than ``largest`` bytes.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            kind = message("this is a folder") if path.is_dir() else message("no regular file")
            raise BadInput(Problem(kind, file=str(path), expected=expected))
        if status.st_size > largest:
            raise BadInput(
                Problem(
                    message("the file is too large"), file=path.name,
                    found=message("{size:,} bytes", size=status.st_size),
                    expected=message("at most {largest:,} bytes", largest=largest),
                )
            )  # fmt: skip
        return path.read_bytes()
    except FileNotFoundError:
        raise BadInput(Problem(message("no such file"), file=str(path), expected=expected)) from None
    except (OSError, ValueError) as error:
        closed = message("Close it where it is open, such as in Excel, or read a copy")
        raise BadInput(
            Problem(
                message("the file cannot be read"), file=str(path), found=f"{error}", expected=expected,
                fix=closed if isinstance(error, PermissionError) else None,
            )
        ) from error  # fmt: skip


def read_sheets(path: Path, *, rows: int = MOST_ROWS) -> Sequence[Sheet]:
    """Every sheet of a workbook, or the one table of a text file.

    Parameters
    ----------
    rows
        Most rows of a text file.

    Raises
    ------
    BadInput
        If it is missing, no regular file, empty, beyond the limits of `sheet`, or none of the accepted kinds.
    """
    raw = regular_bytes(path)
    name = path.name
    if not raw:
        raise refuse(name, message("the file is empty"))
    if raw.startswith(PDF):
        raise refuse(name, message("this is a PDF"), message("Copy its table into Excel"))
    if raw.startswith(OLE):
        return read_xls(raw, name)
    if raw.startswith(ZIP):
        return read_xlsx(raw, name)
    return [read_delimited(raw, name, rows)]
