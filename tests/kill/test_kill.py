"""Sweeps that are killed, interrupted or told to end, anywhere."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from tests.kill.driving import (
    BRIEF,
    KILLS,
    commands_to_stop,
    kill_at_random,
    left_after,
    started,
    stop_at_random,
    tiny_sweep,
)


@pytest.mark.slow
def test_killed_at_random_moments_nothing_is_lost(tmp_path: Path, short: Path) -> None:
    sweep = tiny_sweep(tmp_path, BRIEF)
    found = kill_at_random(["batch", str(sweep), "--workers", "2"], short, KILLS["batch"], seed=8, rounds=3)
    assert found.kills == KILLS["batch"]
    assert (found.lost, found.wrong, found.orphans, found.leftovers) == ([], [], [], []), str(found)


@pytest.mark.parametrize("name", ["--help", "check"])
def test_stopped_at_random_moments_a_command_ends_in_silence(name: str, tmp_path: Path, short: Path) -> None:
    found = stop_at_random(commands_to_stop(tmp_path)[name], short, 3, seed=8)
    assert (found.stops, found.wrong) == (3, [])


@pytest.mark.slow
@pytest.mark.parametrize("name", ["project", "scorecard", "batch", "report", "backtest"])
def test_stopped_at_random_moments_a_long_command_ends_in_silence(name: str, tmp_path: Path, short: Path) -> None:
    found = stop_at_random(commands_to_stop(tmp_path)[name], short, max(1, KILLS["batch"] // 4), seed=8, longest=8)
    assert found.wrong == []


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_told_to_end_it_ends_with_all_it_started(
    tmp_path: Path, short: Path, number: signal.Signals, code: int
) -> None:
    """The signal goes to the command alone, as a service manager sends it."""
    sweep, out = tiny_sweep(tmp_path, "import time\ntime.sleep(3600 * (n > 0))"), tmp_path / "out"
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
