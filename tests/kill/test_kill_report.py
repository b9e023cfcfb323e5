"""Reports that are killed at random moments; in a file of its own, so that another worker may take it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kill.driving import KILLS, REPORT, kill_at_random


@pytest.mark.slow
def test_a_report_killed_at_random_moments_is_completed_with_the_same_bytes(short: Path) -> None:
    found = kill_at_random([*REPORT, "--workers", "2"], short, KILLS["report"], seed=9)
    assert found.kills == KILLS["report"]
    assert (found.lost, found.wrong, found.orphans, found.leftovers) == ([], [], [], []), str(found)
