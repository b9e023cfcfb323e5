"""How commands end: one message and an exit code, whatever stopped them."""

from __future__ import annotations

import errno
import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import click
import pytest

from xtanalysis.cli.ending import run
from xtanalysis.errors import BadInput, RunFailed


def ends(what: BaseException | None) -> click.Group:
    group = click.Group()

    @group.command("do")
    @click.argument("x", required=False)
    def do(x: str | None) -> None:
        if what is not None:
            raise what

    return group


@pytest.mark.parametrize(
    ("what", "code", "said"),
    [
        (None, 0, ""),
        (BadInput("no such thing"), 2, "no such thing"),
        (RunFailed("stopped"), 1, "stopped"),
        (KeyboardInterrupt(), 130, "Stopped"),
        (SystemExit(1), 1, ""),
        (click.UsageError("no such option"), 2, "no such option"),
        (OSError(errno.ENAMETOOLONG, "File name too long", "x" * 300), 2, "at most 255 bytes"),
        (OSError(errno.ELOOP, "Too many levels of symbolic links", "loop"), 2, "found 'loop'"),
    ],
)
def test_codes(what: BaseException | None, code: int, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(ends(what), "en", ["do"]) == code
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("error", [KeyError("x"), OSError(28, "No space left"), RecursionError(), ValueError("a\nb")])
def test_an_unexpected_error_is_a_line_and_a_log(
    error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert run(ends(error), "en", ["do", "a b"]) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"xtanalysis do 'a b' ended unexpectedly: {type(error).__name__}")
    assert "Traceback" not in said
    (log,) = tmp_path.iterdir()
    assert str(log) in said
    assert "Traceback" in log.read_text(encoding="utf-8")
    assert re.search(r"意外中止", said) is None
    assert run(ends(error), "zh", ["do", "--debug"]) == 1
    said = capsys.readouterr().err
    assert "Traceback" in said
    assert "意外中止" in said


def test_a_reader_that_goes_away_is_no_error() -> None:
    code = "import sys; sys.argv = ['xtanalysis', 'targets']\nfrom xtanalysis.cli import main\nmain()"
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([sys.executable, "-c", code], stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert done.stderr == b""
    assert done.returncode == 1


def test_a_terminal_without_chinese_shows_numbers() -> None:
    code = "import sys; sys.argv = ['xtanalysis', 'targets']\nfrom xtanalysis.cli import main\nmain()"
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "LANG": "zh_CN.UTF-8"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\\u" in done.stdout


@pytest.mark.parametrize("command", ["--help", "targets", "list indicators", "list regions", "check 没有.xlsx"])
def test_a_chinese_console_takes_whatever_is_said(command: str) -> None:
    """cp936 is what a console of Chinese Windows speaks."""
    code = f"import sys; sys.argv = ['xtanalysis', *{command.split()!r}]\nfrom xtanalysis.cli import main\nmain()"
    environment = {**os.environ, "PYTHONIOENCODING": "cp936", "LANG": "zh_CN.UTF-8"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment, check=False)
    said = done.stdout.decode("cp936") + done.stderr.decode("cp936")
    assert "Traceback" not in said
    assert "UnicodeEncodeError" not in said
    assert len(said) > 20


def test_told_to_end(capsys: pytest.CaptureFixture[str]) -> None:
    group = click.Group()
    group.command("do")(lambda: os.kill(os.getpid(), signal.SIGTERM))
    before = signal.getsignal(signal.SIGTERM)
    try:
        assert run(group, "en", ["do"]) == 143
    finally:
        signal.signal(signal.SIGTERM, before)
    assert capsys.readouterr().err == ""
