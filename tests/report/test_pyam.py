"""pyam reads what a run leaves, in an environment of its own: its pins clash with the newest of the others."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from xtanalysis.report.iamc import iamc_csv

ROOT = Path(__file__).parents[2]
UV = Path(sys.executable).with_name("uv")
READ = """
import sys, pyam
found = pyam.IamDataFrame(sys.argv[1])
print(found.region, found.year, len(found.variable), sorted(found.data.value))
"""
QUANTILES = (
    "region,scenario,as_of,indicator,year,quantile,value,unit\n"
    "湘潭市,baseline,2021-05-06,value_added_real,2025,0.1,900,100m_yuan\n"
    "湘潭市,baseline,2021-05-06,value_added_real,2025,0.5,1000.5,100m_yuan\n"
    "湘潭市,baseline,2021-05-06,value_added_real,2025,0.9,1100,100m_yuan\n"
)


@pytest.mark.slow
def test_pyam_reads_the_projection(tmp_path: Path) -> None:
    (tmp_path / "iamc.csv").write_text(iamc_csv(QUANTILES), encoding="utf-8")
    ready = ROOT / ".venv-pyam" / "bin" / "python"
    python = ready if ready.is_file() else tmp_path / "pyam" / "bin" / "python"
    if not python.is_file():
        subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, tmp_path / "pyam"], check=True)
        lock = ["--require-hashes", "-r", ROOT / "requirements" / "pyam.txt"]
        subprocess.run([UV, "pip", "install", "--quiet", "--python", python, *lock], check=True)
    command = [python, "-c", READ, tmp_path / "iamc.csv"]
    # Its units library keeps a cache in the home folder, with the paths of whatever environment came first.
    environment = {**os.environ, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=tmp_path, env=environment)
    assert done.stdout.splitlines()[-1] == "['湘潭市'] [2025] 3 [900.0, 1000.5, 1100.0]"
