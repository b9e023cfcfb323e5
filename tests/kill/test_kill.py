"""Sweeps and commands that are killed, interrupted or told to end, anywhere."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest

from tests.kill.driving import kill_at_random, left_after, started

KILLS = int(os.environ.get("XTANALYSIS_KILLS", "6"))


@pytest.fixture
def tiny(tmp_path: Path) -> Callable[[str], Path]:
    """Write a sweep of six runs of a notebook with this second cell."""

    def write(code: str) -> Path:
        made = nbformat.v4.new_notebook(metadata={"kernelspec": {"display_name": "", "name": "python3"}})
        made.cells = [
            nbformat.v4.new_code_cell("n: int = 1", id="a", metadata={"tags": ["parameters"]}),
            nbformat.v4.new_code_cell(code, id="b"),
        ]
        (tmp_path / "tiny.ipynb").write_text(nbformat.writes(made), encoding="utf-8")
        (tmp_path / "tiny.yaml").write_text("notebook: tiny.ipynb\ngrid: {n: [0, 1, 2, 3, 4, 5]}\n", encoding="utf-8")
        return tmp_path / "tiny.yaml"

    return write


@pytest.fixture
def short() -> Iterator[Path]:
    """A temporary folder with a short name: a socket's path has 107 characters."""
    with tempfile.TemporaryDirectory(prefix="kill-", dir="/tmp") as folder:
        yield Path(folder)


@pytest.mark.slow
def test_killed_at_random_moments_nothing_is_lost(tiny: Callable[[str], Path], short: Path) -> None:
    sweep = tiny("import time\ntime.sleep(0.1)\nprint('x' * 10_000 * n)")
    found = kill_at_random(["batch", str(sweep), "--workers", "2"], short, KILLS, seed=8, rounds=3)
    assert found.kills == KILLS
    assert (found.lost, found.wrong, found.orphans, found.leftovers) == ([], [], [], []), str(found)


@pytest.mark.slow
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_told_to_end_it_ends_with_all_it_started(
    tiny: Callable[[str], Path], tmp_path: Path, short: Path, number: signal.Signals, code: int
) -> None:
    """The signal goes to the command alone, as a service manager sends it."""
    sweep, out = tiny("import time\ntime.sleep(3600 * (n > 0))"), tmp_path / "out"
    with started("batch", str(sweep), "--out", str(out), "--workers", "2", temporary=short) as process:
        end = time.monotonic() + 120
        while not list(out.glob("runs/*/record.json")):
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < end
            time.sleep(0.05)
        process.send_signal(number)
        _, errors = process.communicate(timeout=60)
        assert process.returncode == code
        assert "Traceback" not in errors, errors
        assert left_after(process.pid, 30) == []
    assert list(short.iterdir()) == []
    assert [p.name for p in (out / "runs").iterdir()] == ["0"]
