"""Files that are written: whole, through links, with the mode that the umask gives, and never in place of a device."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from threading import Thread

import pytest

from xtanalysis.data.writing import write_file
from xtanalysis.errors import BadInput


def test_a_link_is_written_through(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("old", encoding="utf-8")
    (tmp_path / "link.csv").symlink_to("real.csv")
    write_file(tmp_path / "link.csv", b"new")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_bytes() == b"new"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["link.csv", "real.csv"]


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
