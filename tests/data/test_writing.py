"""Files that are written: whole, through links, with the mode that the umask gives, and never in place of a device."""

from __future__ import annotations

import multiprocessing
import os
import signal
import stat
import tempfile
import time
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from xtanalysis.data import writing
from xtanalysis.data.writing import temporary_folder, whole_folder, write_file
from xtanalysis.errors import BadInput, CannotWrite


def test_a_link_is_written_through(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("old", encoding="utf-8")
    (tmp_path / "link.csv").symlink_to("real.csv")
    write_file(tmp_path / "link.csv", b"new")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_bytes() == b"new"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["link.csv", "real.csv"]


@pytest.mark.parametrize(("age", "left"), [(0.0, True), (writing.HELD_BY - 5, True), (writing.HELD_BY + 5, False)])
def test_a_temporary_folder_just_made_is_left_to_who_makes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, age: float, left: bool
) -> None:
    """Between its making and its hold another process may sweep; what a killed process left so goes later."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    made = tmp_path / f"{writing.MADE}one"
    made.mkdir()
    os.utime(made, (time.time() - age,) * 2)
    with temporary_folder():
        assert made.exists() is left


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = Thread(target=write_file, args=(pipe, b"new"))
    writer.start()
    assert pipe.read_bytes() == b"new"
    writer.join()
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_the_mode_is_the_umasks_or_what_it_was(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_file(tmp_path / "new.csv", b"x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new.csv").stat().st_mode) == 0o640
    (tmp_path / "new.csv").chmod(0o604)
    write_file(tmp_path / "new.csv", b"y")
    assert stat.S_IMODE((tmp_path / "new.csv").stat().st_mode) == 0o604


def test_where_open_files_cannot_be_renamed_the_draft_is_closed_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows; what is open at the moment of the renaming, Linux says."""
    open_then: list[bool] = []
    real = Path.replace

    def replace(draft: Path, target: Path) -> Path:
        links = [link.readlink() for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
        open_then.append(draft in links)
        return real(draft, target)

    monkeypatch.setattr(Path, "replace", replace)
    for moves_open in (True, False):
        monkeypatch.setattr(writing, "MOVES_OPEN", moves_open)
        write_file(tmp_path / "x.csv", b"x")
    assert open_then == [True, False]
    assert [p.name for p in tmp_path.iterdir()] == ["x.csv"]


def test_a_workbook_that_is_open_elsewhere_is_told() -> None:
    with pytest.raises(CannotWrite) as caught:
        write_file("/sys/kernel/结果.xlsx", b"x")  # where nobody may make a file, root neither
    assert "open in another program, such as Excel" in caught.value.text("en")
    assert "如在Excel等程序中打开，请先关闭" in caught.value.text("zh")


@pytest.mark.parametrize(("more", "told"), [(-1, False), (0, False), (1, True)])
def test_a_path_longer_than_windows_takes_is_told(more: int, told: bool) -> None:
    path = Path("/" + "规" * (writing.LONGEST_PATH - 1 + more))
    reason = writing._reason(FileNotFoundError(2, "No such file or directory"), path, windows=True)
    assert ("the path has 260 characters" in str(reason)) == told
    assert "the path has" not in str(writing._reason(FileNotFoundError(2, "No such file"), path, windows=False))


def test_home_and_standard_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    write_file(Path("~/x.csv"), b"here")
    assert (tmp_path / "x.csv").read_bytes() == b"here"
    write_file("-", b"there")
    assert capfdbinary.readouterr().out == b"there"


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for name in ("nowhere/x.csv", "file/x.csv", ".", "x" * 300):
        with pytest.raises(BadInput, match="cannot be written"):
            write_file(tmp_path / name, b"x")
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_a_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "old").touch()
    (tmp_path / "link").symlink_to("real")
    with pytest.raises(KeyError), whole_folder(tmp_path / "link") as draft:  # noqa: PT012
        (draft / "half").touch()
        raise KeyError
    assert [p.name for p in (tmp_path / "real").iterdir()] == ["old"]
    with whole_folder(tmp_path / "link") as draft:
        (draft / "new").touch()
    assert [p.name for p in (tmp_path / "real").iterdir()] == ["new"]
    assert (tmp_path / "link").is_symlink()
    with whole_folder(tmp_path / "a" / "b") as draft:
        (draft / "new").touch()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "link", "real"]
    (tmp_path / "file").touch()
    with pytest.raises(CannotWrite, match="not a folder"), whole_folder(tmp_path / "file"):
        pass


def test_what_the_dead_left_goes_and_what_the_living_hold_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / ".xtanalysis-run.dead").mkdir()
    (tmp_path / ".xtanalysis-run.dead" / "x").touch()
    (tmp_path / "xtanalysis-mine").mkdir()
    (tmp_path / ".out.csv.dead.part").touch()
    with temporary_folder() as held, temporary_folder() as other:
        assert held.is_dir()
        assert other.is_dir()
        assert not (tmp_path / ".xtanalysis-run.dead").exists()
    write_file(tmp_path / "out.csv", b"x")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.csv", "xtanalysis-mine"]


def test_two_writers_leave_a_whole_file(tmp_path: Path) -> None:
    target = tmp_path / "x.csv"
    writers = [
        Thread(target=lambda i=i: [write_file(target, bytes([65 + i]) * 50_000) for _ in range(40)]) for i in range(3)
    ]
    for writer in writers:
        writer.start()
    seen = set()
    while any(writer.is_alive() for writer in writers):
        if target.exists():
            seen.add(target.read_bytes())
    for writer in writers:
        writer.join()
    assert seen <= {bytes([65 + i]) * 50_000 for i in range(3)}
    assert [p.name for p in tmp_path.iterdir()] == ["x.csv"]


def test_a_folder_that_cannot_be_moved_leaves_the_older_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the draft's folder was taken away meanwhile."""
    target = tmp_path / "out"
    with whole_folder(target) as draft:
        (draft / "a").write_text("older", encoding="utf-8")
    with pytest.raises(CannotWrite), whole_folder(target) as draft:
        draft.rmdir()
    assert (target / "a").read_text(encoding="utf-8") == "older"
    assert list(tmp_path.iterdir()) == [target]


def test_a_stop_waits_until_a_folder_is_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C between making a folder and noting it would leave it there."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    made = tempfile.mkdtemp

    def interrupted(*arguments: Any, **options: Any) -> str:
        folder = made(*arguments, **options)
        os.kill(os.getpid(), signal.SIGINT)
        return folder

    monkeypatch.setattr(tempfile, "mkdtemp", interrupted)
    try:
        for writer in (temporary_folder(), whole_folder(tmp_path / "out")):
            with pytest.raises(KeyboardInterrupt), writer:
                pass
    finally:
        signal.signal(signal.SIGINT, before)
    assert list(tmp_path.iterdir()) == []


def test_a_forked_process_that_ends_takes_no_folder_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left at its end, the folder's generator too, goes."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with temporary_folder() as folder, whole_folder(tmp_path / "out") as draft:
        (draft / "a").write_text("a", encoding="utf-8")
        holder = temporary_folder()
        held = holder.__enter__()
        child = multiprocessing.get_context("fork").Process(target=holder.__exit__, args=(None, None, None))
        child.start()
        child.join()
        assert child.exitcode == 0
        assert folder.is_dir()
        assert held.is_dir()
        holder.__exit__(None, None, None)
        assert not held.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert (tmp_path / "out" / "a").read_text(encoding="utf-8") == "a"
