"""A disk that is really full: the kernel refuses to write, and the same command completes the rest once it can."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from xtanalysis.report.sweeps.store import read_record

ROOT = Path(__file__).parents[2]
# A small file system that only the script's own processes see; it has to be made larger in the same place.
DISK = """
mount -t tmpfs -o size=2m none "$DISK" || exit 9
sweep full
mount -o remount,size=64m none "$DISK"
sweep again
"""
# Where nothing may be mounted: no file may grow past 400 KB (dash and POSIX count half kilobytes).
LIMIT = """
(ulimit -f 800; sweep full)
sweep again
"""
SCRIPT = """
sweep() {
    "$PYTHON" -m xtanalysis batch "$SWEEP" --out "$DISK/out" --workers 2 >"$1.out" 2>"$1.err"
    echo $? >"$1.code"
    cp -a "$DISK/out" "$1"
}
"""


def run_on_small_disk(folder: Path, sweep: Path) -> str:
    """Sweep twice, without and then with space; return what the system said to the first."""
    (folder / "disk").mkdir()
    given = {"PYTHON": sys.executable, "SWEEP": str(sweep), "DISK": str(folder / "disk"), "PYTHONPATH": str(ROOT)}

    def run(*command: str) -> int:
        done = subprocess.run(command, cwd=folder, env={**os.environ, **given}, check=False, timeout=240)
        return done.returncode

    if shutil.which("unshare") and run("unshare", "--map-root-user", "--mount", "sh", "-c", SCRIPT + DISK) == 0:
        return "No space left on device"
    assert run("sh", "-c", SCRIPT + LIMIT) == 0
    return "File too large"


@pytest.mark.slow
def test_a_full_disk(
    make_notebook: Callable[..., Path],
    sweep: Callable[..., object],
    tmp_path: Path,
    files_of: Callable[[Path], dict[str, bytes]],
) -> None:
    make_notebook("n: int = 1", "print('x' * n * 100_000)")
    sweep("notebook: made.ipynb\ngrid: {n: [1, 2, 3, 4, 5, 6]}\n", tmp_path / "whole")
    refusal = run_on_small_disk(tmp_path, tmp_path / "sweep.yaml")
    code, errors = (tmp_path / "full.code").read_text(), (tmp_path / "full.err").read_text(encoding="utf-8")
    assert code == "1\n", errors
    told = "".join(errors.replace("│", "").split())  # a narrow table breaks the line
    assert refusal.replace(" ", "") in told, errors
    assert "Traceback" not in errors
    records = [read_record(tmp_path / "full", path.name) for path in (tmp_path / "full" / "runs").iterdir()]
    assert all(record is not None for record in records), "a run is there in part"
    done = sum(record.status == "done" for record in records if record is not None)
    assert 1 <= done < 6
    said = (tmp_path / "again.out").read_text(encoding="utf-8")
    assert f"{6 - done} done, {done} cached" in said, (tmp_path / "again.err").read_text(encoding="utf-8")
    assert (tmp_path / "again.code").read_text() == "0\n"
    assert files_of(tmp_path / "again") == files_of(tmp_path / "whole")
