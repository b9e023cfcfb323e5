"""The wheel, installed elsewhere and used from another folder, carries all that the package reads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from xtanalysis import __version__

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.slow


def call(folder: Path, *command: str | Path) -> str:
    """Run a command as a user of the wheel would, away from the checkout; its standard output."""
    env = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    done = subprocess.run(
        [str(part) for part in command], cwd=folder, env=env, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, f"{command} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    call(ROOT, sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment with the wheel; dependencies come from the running one, the package does not."""
    home = tmp_path_factory.mktemp("elsewhere")
    call(home, sys.executable, "-m", "venv", "--without-pip", "venv")  # a pip of its own takes longer than all else
    python = home / "venv" / "bin" / "python"
    call(home, sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-index", "--no-deps", wheel)
    packages = Path(call(home, python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return home


def run_python(home: Path, code: str, *options: str) -> str:
    return call(home, home / "venv" / "bin" / "python", *options, "-c", code).strip()


def xtanalysis(home: Path, *arguments: str | Path) -> str:
    return call(home, home / "venv" / "bin" / "xtanalysis", *arguments)


def test_the_wheel_holds_the_package_and_its_data_only(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
        names = set(archive.namelist())
    assert tops == {"xtanalysis", f"xtanalysis-{__version__}.data", f"xtanalysis-{__version__}.dist-info"}
    package = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "xtanalysis").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert package <= names
    raw = {f"xtanalysis/_shipped/raw/{path.name}" for path in (ROOT / "data/raw").glob("*.csv")}
    assert raw <= names
    assert not [name for name in names if "__pycache__" in name]


def test_the_package_is_the_installed_one(elsewhere: Path) -> None:
    where = Path(run_python(elsewhere, "import xtanalysis; print(xtanalysis.__file__)"))
    assert where.is_relative_to(elsewhere)


def test_help_and_targets(elsewhere: Path) -> None:
    assert "targets" in xtanalysis(elsewhere, "--help")
    assert len(json.loads(xtanalysis(elsewhere, "targets", "--json"))["targets"]) == 38


def test_the_shipped_facts_are_found_and_valid(elsewhere: Path) -> None:
    raw = Path(run_python(elsewhere, "from xtanalysis.data.paths import raw_dir; print(raw_dir())"))
    assert raw.is_relative_to(elsewhere)
    assert sorted(path.name for path in raw.glob("*.csv")) == sorted(p.name for p in (ROOT / "data/raw").glob("*.csv"))
    assert "statements" in xtanalysis(elsewhere, "check", "--accept", raw)
    counted = "from xtanalysis.statements.facts import load_facts; print(len(load_facts()))"
    assert run_python(elsewhere, counted) == call(ROOT, sys.executable, "-c", counted).strip()


def test_the_scenarios_load(elsewhere: Path) -> None:
    code = (
        "from xtanalysis.data.paths import scenarios_dir\n"
        "from xtanalysis.statements.scenarios import load_scenario\n"
        "print(*sorted(load_scenario(path.stem).id for path in scenarios_dir().glob('*.yaml')))"
    )
    expected = sorted(path.stem for path in (ROOT / "xtanalysis/data/scenarios").glob("*.yaml"))
    assert run_python(elsewhere, code).split() == expected


def test_the_notebooks_are_those_of_the_checkout(elsewhere: Path) -> None:
    found = Path(run_python(elsewhere, "from xtanalysis.data.paths import notebooks_dir; print(notebooks_dir())"))
    assert found.is_relative_to(elsewhere)
    expected = {path.name: path.read_bytes() for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert {path.name: path.read_bytes() for path in found.glob("*.ipynb")} == expected


def test_nbconvert_finds_exporter_and_template(elsewhere: Path) -> None:
    code = (
        "from nbconvert.exporters import HTMLExporter, get_exporter\n"
        "from nbformat.v4 import new_markdown_cell, new_notebook\n"
        "book = new_notebook(cells=[new_markdown_cell('# 湘潭市')])\n"
        "for exporter in (get_exporter('xtanalysis')(), HTMLExporter(template_name='xtanalysis')):\n"
        "    print('湘潭市' in exporter.from_notebook_node(book)[0])"
    )
    assert run_python(elsewhere, code).split() == ["True", "True"]
    assert (elsewhere / "venv/share/jupyter/nbconvert/templates/xtanalysis/conf.json").is_file()


def test_chinese_glyphs_have_a_font(elsewhere: Path, pytestconfig: pytest.Config) -> None:
    """No warning at all, but for those that a run on old versions passes over (`make test-lowest`)."""
    code = (
        "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt\n"
        "from xtanalysis.report.charts.fonts import set_theme\n"
        "set_theme()\nfigure, axes = plt.subplots()\naxes.set_title('湘潭市')\nfigure.canvas.draw()\nprint('drawn')"
    )
    options = [f"-W{rule}" for rule in ("error", *(pytestconfig.getoption("pythonwarnings") or ()))]
    assert run_python(elsewhere, code, *options) == "drawn"
