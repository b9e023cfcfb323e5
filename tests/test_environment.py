"""environment.yml and the locks say what pyproject.toml says."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from rattler import MatchSpec, Version

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ENVIRONMENT: dict[str, Any] = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
SPECS = [item for item in ENVIRONMENT["dependencies"] if isinstance(item, str)]
BY_PIP = [line for item in ENVIRONMENT["dependencies"] if isinstance(item, dict) for line in item["pip"]]
PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)


def bounds(requirements: list[str]) -> dict[str, str]:
    """Canonical name to version bounds, written alike."""
    parsed = [Requirement(text) for text in requirements]
    return {canonicalize_name(r.name): str(r.specifier) for r in parsed}


def pins(name: str) -> dict[str, str]:
    return dict(PIN.findall((ROOT / "requirements" / name).read_text(encoding="utf-8")))


@pytest.mark.parametrize("text", SPECS)
def test_every_conda_spec_parses_and_allows_the_locked_version(text: str) -> None:
    spec = MatchSpec(text, strict=True)
    locked = pins("run.txt").get(spec.name.normalized)
    assert text in {"pip", "python >=3.11"} or locked, f"{text} is not in requirements/run.txt"
    if locked and spec.version:
        assert Version(locked) >= Version(str(spec.version).removeprefix(">="))


def test_names_and_bounds_are_those_of_the_project() -> None:
    conda = {spec.name.normalized: str(spec.version or "") for spec in map(MatchSpec, SPECS)}
    assert conda.pop("python") == PROJECT["requires-python"]
    assert conda.pop("pip") == ""
    packages = [line for line in BY_PIP if not line.startswith("-")]
    assert conda | bounds(packages) == bounds(PROJECT["dependencies"])
    assert "--editable ." in BY_PIP


def test_the_locks_hold_what_the_project_asks_for() -> None:
    for lock, extras in {"run.txt": (), "test.txt": ("test",), "docs.txt": ("docs",), "bench.txt": ("bench",)}.items():
        asked = [*PROJECT["dependencies"], *(r for extra in extras for r in PROJECT["optional-dependencies"][extra])]
        locked = {canonicalize_name(name): version for name, version in pins(lock).items()}
        for requirement in map(Requirement, asked):
            assert requirement.specifier.contains(locked[canonicalize_name(requirement.name)]), (lock, str(requirement))


@pytest.mark.parametrize("lock", ["run.txt", "docs.txt"])
def test_running_and_testing_lock_the_same_versions(lock: str) -> None:
    assert pins(lock).items() <= pins("test.txt").items()


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_is_hashed_and_names_no_address(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[a-z0-9])", text)
    assert len(blocks) > 3
    assert [block.split()[0] for block in blocks[1:] if "--hash=sha256:" not in block] == []
    assert not re.search(r"://|--index-url|--find-links|^/", text, re.MULTILINE)
