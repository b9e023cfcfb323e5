"""How a command ends: one message and an exit code, whatever stopped it."""

from __future__ import annotations

import datetime as dt
import errno
import os
import platform
import shlex
import signal
import sys
import tempfile
import traceback
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from xtanalysis import __version__
from xtanalysis.errors import BadInput, Problem, XtError, XtWarning
from xtanalysis.stopping import stop_behind
from xtanalysis.text import Language, in_language, message

__all__ = ["run"]

LONGEST = 400  # characters of an unexpected error that the one line shows
DEBUG = "--debug"
SHOWN = 80  # characters of a name that no file can have
NO_NAME = (errno.ENAMETOOLONG, errno.ELOOP)
NO_FILE = message("no file can have this name")
SHORTER = message("a name of at most 255 bytes (85 Chinese characters), and no link to itself")

EMPTY = message("an argument is empty")
STOPPED = message("Stopped. What is done is kept.")
UNEXPECTED = message(
    "{doing} ended unexpectedly: {what}\nWhat was finished is kept; the traceback is in {log} ({debug} shows it)."
)


def run(group: click.Group, language: Language, arguments: Sequence[str] | None = None) -> int:
    """Run a command line and return its exit code: 0 done, 1 failed, 2 bad input, 130 and 143 when stopped.

    Package errors are their own message. Any other error becomes one line that says what was being done, and a file
    with the traceback; ``--debug`` shows that at once. A reader that goes away, as ``head`` does, ends it quietly.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    debug = DEBUG in given
    given = [argument for argument in given if argument != DEBUG]
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal that lacks a character shows its number
            stream.reconfigure(errors="backslashreplace")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always", XtWarning)
            warnings.showwarning = _Warned(language).show
            code = _run(group, given, language, debug)
        _flush()
    except BrokenPipeError:
        code = 1
        _forget_pipe()
    return code


def _run(group: click.Group, given: list[str], language: Language, debug: bool) -> int:
    try:
        if empty := [a for a in given if not a or (a.startswith("--") and a.find("=") == len(a) - 1)]:
            raise BadInput(Problem(EMPTY, found=empty[0], fix=message("Give a value, or leave the option out")))
        answer: Any = group.main(given, prog_name="xtanalysis", standalone_mode=False)
        return answer if isinstance(answer, int) else 0
    except XtError as error:
        if debug:
            traceback.print_exc()
        click.echo(error.text(language), err=True)
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BrokenPipeError:
        raise
    except (click.Abort, KeyboardInterrupt, SystemExit) as stop:
        return _stopped(stop, language)
    except Exception as error:  # noqa: BLE001  # the last word, whatever it is
        wrapped = stop_behind(error)
        return _unexpected(error, given, language, debug) if wrapped is None else _stopped(wrapped, language)


def _unexpected(error: Exception, given: Sequence[str], language: Language, debug: bool) -> int:
    unnamed = isinstance(error, OSError) and error.errno in NO_NAME
    if debug:
        traceback.print_exc()
    if unnamed or (isinstance(error, ValueError) and "embedded null" in str(error)):
        found = str(getattr(error, "filename", "") or "")[:SHOWN]
        click.echo(Problem(NO_FILE, found=found, expected=SHORTER).text(language), err=True)
        return BadInput.exit_code
    _tell(error, given, language)
    return 1


def _stopped(stop: BaseException, language: Language) -> int:
    if isinstance(stop, SystemExit):
        return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    click.echo(in_language(STOPPED, language), err=True)
    return 128 + signal.SIGINT


class _Warned:
    """Tells a warning of the package once, in the reader's language; any other as Python does."""

    def __init__(self, language: Language) -> None:
        self._language, self._otherwise = language, warnings.showwarning
        self._told: set[str] = set()

    def show(self, message: Warning | str, category: type[Warning], *where: Any, **further: Any) -> None:
        """Take the place of `warnings.showwarning`."""
        if not isinstance(message, XtWarning):
            self._otherwise(message, category, *where, **further)
        elif (said := message.text(self._language)) not in self._told:
            self._told.add(said)
            click.echo(said, err=True)


def _tell(error: Exception, given: Sequence[str], language: Language) -> None:
    doing = " ".join(["xtanalysis", *(shlex.quote(part) for part in given)])[:LONGEST]
    notes = "; ".join(getattr(error, "__notes__", ()))
    text = " ".join(f"{error}".split())[:LONGEST]
    what = f"{type(error).__name__}: {text}" if text else type(error).__name__
    log = _write_log(error, doing)
    said = in_language(UNEXPECTED, language).format(
        doing=doing, what=f"{what} ({notes})" if notes else what, log=log, debug=DEBUG
    )
    click.echo(said, err=True)


def _write_log(error: Exception, doing: str) -> str:
    """Write the traceback into a file of the temporary folder; return its path, or why there is none."""
    now = dt.datetime.now(dt.UTC)
    made = f"xtanalysis {__version__}, Python {platform.python_version()}, {platform.platform()}"
    lines = [f"{now.isoformat(timespec='seconds')}  {doing}", made, "", *traceback.format_exception(error)]
    try:
        handle, name = tempfile.mkstemp(prefix=f"xtanalysis-{now:%Y%m%d-%H%M%S}-", suffix=".log")
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as stream:
            stream.write("\n".join(lines))
        return str(Path(name))
    except OSError as refused:
        return f"({refused})"


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and not stream.closed:
            stream.flush()


def _forget_pipe() -> None:
    """Point what is left to say at nothing, lest Python complains about the reader while it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            os.dup2(nowhere, stream.fileno())
