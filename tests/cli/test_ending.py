"""How commands end: one message and an exit code, whatever stopped them."""

from __future__ import annotations

import errno
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from xtanalysis.cli import group
from xtanalysis.cli.ending import run
from xtanalysis.errors import BadInput, Problem, RunFailed, XtWarning
from xtanalysis.stopping import hear, undisturbed
from xtanalysis.text import message


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


@pytest.mark.parametrize(("stop", "code", "said"), [(KeyboardInterrupt(), 130, "Stopped"), (SystemExit(143), 143, "")])
def test_a_stop_while_a_class_names_its_fields_is_a_stop(
    stop: BaseException, code: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """Python before 3.12 raises RuntimeError from it; from 3.12 on the stop itself."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    group = click.Group()

    class Named:
        def __set_name__(self, owner: type, name: str) -> None:
            raise stop

    @group.command("do")
    def do() -> None:
        type("Made", (), {"field": Named()})

    assert run(group, "en", ["do"]) == code
    assert capsys.readouterr().err.startswith(said)
    assert not list(tmp_path.iterdir()), "no log: nothing was unexpected"


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


@pytest.mark.parametrize(("number", "code", "said"), [(signal.SIGTERM, 143, ""), (signal.SIGINT, 130, "\nStopped.")])
def test_told_to_end(
    number: signal.Signals, code: int, said: str, heard: None, capsys: pytest.CaptureFixture[str]
) -> None:
    group = click.Group()
    group.command("do")(lambda: os.kill(os.getpid(), number))
    assert run(group, "en", ["do"]) == code
    os.kill(os.getpid(), number)  # unwinding is under way
    assert capsys.readouterr().err.startswith(said)


@pytest.fixture
def heard() -> Iterator[None]:
    """Signals heard as a command hears them, also where a shell told us to ignore Ctrl-C."""
    before = {n: signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)}, sys.unraisablehook
    signal.signal(signal.SIGINT, signal.default_int_handler)
    hear()
    yield
    for n, handler in before[0].items():
        signal.signal(n, handler)
    sys.unraisablehook = before[1]


class Silent:
    """Where Python cannot raise, as in what it calls around a fork."""

    def __del__(self) -> None:
        signal.raise_signal(signal.SIGINT)


def test_ctrl_c_where_python_cannot_raise_is_not_lost(heard: None, capsys: pytest.CaptureFixture[str]) -> None:
    hear()  # again: old versions of pytest put a hook of their own in front as a test begins
    silent = Silent()
    with pytest.raises(KeyboardInterrupt):  # noqa: PT012  # a moment later
        del silent
        time.sleep(60)
    assert capsys.readouterr().err == ""


def test_a_moment_that_is_over_before_python_goes_on_is_waited_for_again(
    heard: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On a busy machine, where the hook of Python's that caught the first one is still at work."""
    arm, armed = signal.setitimer, []

    def at_once(which: int, seconds: float) -> None:
        if seconds:
            armed.append(seconds)
        if seconds and len(armed) < 4:
            signal.raise_signal(signal.SIGALRM)
        else:
            arm(which, seconds)

    monkeypatch.setattr(signal, "setitimer", at_once)
    hear()
    silent = Silent()
    with pytest.raises(KeyboardInterrupt):  # noqa: PT012
        del silent
        time.sleep(60)
    assert "Exception ignored" not in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["do", ""], ["do", "--x="], ["", "do"]])
def test_an_empty_argument_is_no_value(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """As an unset variable of a shell gives it: it would mean the present folder."""
    assert run(ends(None), "en", arguments) == 2
    assert capsys.readouterr().err.startswith("an argument is empty")


def test_a_warning_of_the_package_is_told_once_in_the_readers_language(capsys: pytest.CaptureFixture[str]) -> None:
    group = click.Group()

    @group.command("do")
    def do() -> None:
        for _ in range(2):
            warnings.warn(XtWarning(Problem(message("this is a folder"), "a")), stacklevel=1)

    assert run(group, "zh", ["do"]) == 0
    assert capsys.readouterr().err == "a：这是文件夹\n"


@pytest.mark.parametrize("draws", ["200001", "1000000000"])
def test_more_draws_than_memory_holds_are_refused(
    draws: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = ["--draws", draws, "--out", str(tmp_path / "out")]
    for command in ("project", "report", "scorecard"):
        assert run(group, "en", [command, *out]) == 2
        assert "too many draws" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["report", "scorecard"])
def test_a_file_where_a_folder_is_written_is_refused(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    assert run(group, "en", [command, "--out", str(tmp_path / "out")]) == 2
    assert "this is not a folder" in capsys.readouterr().err
    assert (tmp_path / "out").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(("name", "said"), [("mine.csv", "would be written over"), ("x.xlsx", "in .csv")])
def test_check_saves_no_table_under_a_wrong_name(
    name: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("指标,单位,2024年\n工业投资,亿元,900\n", encoding="utf-8")
    before = path.read_bytes()
    assert run(group, "en", ["check", str(path), "--region", "湘潭", "--save", str(tmp_path / name)]) == 2
    assert said in capsys.readouterr().err
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_stop_waits_while_a_process_is_made_whatever_thread_hears_it(heard: None) -> None:
    """The system gives a signal to any thread that takes it."""
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    noted: list[int] = []
    try:
        with pytest.raises(KeyboardInterrupt), undisturbed():  # noqa: PT012
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.05)
            with undisturbed():
                noted.append(1)
            noted.append(2)
    finally:
        done.set()
        other.join()
    assert noted == [1, 2]


def test_a_name_that_holds_a_null_is_no_file(capsys: pytest.CaptureFixture[str]) -> None:
    """As a scenario or a workspace may hold it."""
    assert run(group, "en", ["check", "a\0b"]) == 2
    assert "no file can have this name" in capsys.readouterr().err
