"""What is handed out: one version, archives that agree, figures whose rights are known."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from xtanalysis import __version__
from xtanalysis.statements.facts import load_facts, sources
from xtanalysis.statements.request import lineage

ROOT = Path(__file__).parents[1]
SHIPPED_AT_HOME = {"中国", "湖南省"}
SEALED = re.compile(r"csmar|wind_|ceic|reference_only|_panel|population", re.IGNORECASE)


def _build(folder: Path, root: Path, kind: str) -> Path:
    env = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000"}
    command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(folder)]
    subprocess.run(command, cwd=root, env=env, check=True, capture_output=True)
    (built,) = folder.glob("*.whl" if kind == "wheel" else "*.tar.gz")
    return built


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _build(tmp_path_factory.mktemp("sdist"), ROOT, "sdist")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _build(tmp_path_factory.mktemp("wheel"), ROOT, "wheel")


def _tables(archive: Path) -> Iterator[tuple[str, list[Mapping[str, str]]]]:
    """Every CSV file of an archive, by name."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as opened:
            texts = {name: opened.read(name) for name in opened.namelist() if name.endswith(".csv")}
    else:
        with tarfile.open(archive) as opened:
            members = [m for m in opened.getmembers() if m.isfile() and m.name.endswith(".csv")]
            texts = {m.name: stream.read() for m in members if (stream := opened.extractfile(m)) is not None}
    for name, text in texts.items():
        yield name, list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))


def test_the_version_stands_in_one_place_and_is_cited() -> None:
    assert 'dynamic = ["version"]' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    cited = re.search(r"^version: (.+)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)
    assert cited is not None
    assert cited[1] == __version__


def test_the_sdist_builds_the_wheel_of_the_checkout(sdist: Path, wheel: Path, tmp_path: Path) -> None:
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    (root,) = (tmp_path / "unpacked").iterdir()
    assert (root / "tests" / "test_release.py").is_file()
    (tmp_path / "built").mkdir()
    again = _build(tmp_path / "built", root, "wheel")
    assert again.name == wheel.name
    assert again.read_bytes() == wheel.read_bytes()


def test_every_source_says_on_what_ground_its_figures_are_shipped() -> None:
    named = set(re.findall(r"^([a-z_0-9.]+)   +\S", (ROOT / "data/LICENSE").read_text(encoding="utf-8"), re.MULTILINE))
    assert len(named) == 4
    assert {source.rights for source in sources().values()} == named
    assert {fact.source_id for fact in load_facts()} <= set(sources())


@pytest.mark.parametrize("kind", ["sdist", "wheel"])
def test_no_row_of_a_compilation_without_stated_rights_is_shipped(kind: str, request: pytest.FixtureRequest) -> None:
    archive: Path = request.getfixturevalue(kind)
    tables = dict(_tables(archive))
    assert not [name for name in tables if SEALED.search(name.rsplit("/", 1)[-1])]
    hunan = {fact.region for fact in load_facts()}
    facts = {name: rows for name, rows in tables.items() if "raw/" in name and "origin_id" in (rows or [{}])[0]}
    assert len(facts) == 7
    known = {row["source_id"] for name, rows in tables.items() if name.endswith("sources.csv") for row in rows}
    for name, rows in facts.items():
        assert {row["region"] for row in rows} <= hunan, name
        assert {row["source_id"] for row in rows} <= known, name


def test_the_facts_are_those_of_one_province_and_of_the_country() -> None:
    for name in {fact.region for fact in load_facts()} - SHIPPED_AT_HOME:
        assert "湖南省" in lineage(name), name
