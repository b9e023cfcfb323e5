"""CI leaves no test out: both tiers run, here and in the workflow, and between them they have every test."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
TIERS = {"test": "not slow", "test-slow": "slow"}


def called(script: str) -> list[set[str]]:
    """The targets of each call of make."""
    return [set(re.findall(r"[a-z0-9-]+", line)) for line in re.findall(r"^\s*make (.*)$", script, re.MULTILINE)]


def test_both_tiers_are_called_wherever_one_is() -> None:
    script = ROOT / ".ci" / "run"
    if script.is_file():  # an archive of the sources is without it
        run = re.findall(r"^make (\S+)", script.read_text(encoding="utf-8"), re.MULTILINE)
        assert run == ["lint", "test", "test-slow", "docs"]
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
    steps = [step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]
    tested = [targets & set(TIERS) for step in steps for targets in called(step)]
    assert [found for found in tested if found] == [set(TIERS)] * 2


@pytest.mark.parametrize("target", TIERS)
@pytest.mark.parametrize(("given", "left_out"), [(["CI=true"], ""), (["CI=", "CHROMIUM="], " and not browser")])
def test_a_tier_is_what_its_marker_says(target: str, given: list[str], left_out: str) -> None:
    command = ["make", "--dry-run", "--assume-old=x/.test", "VENV=x", "ARGS=-k plan", *given, target]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True).stdout
    assert f"-m '{TIERS[target]}{left_out}' -k plan" in said
    assert ("No Chromium found" in said) == bool(left_out)
