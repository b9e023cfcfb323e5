"""Sweeps through real workers and kernels: killed, locked, failing, changed; nothing is lost and bytes are the same."""

from __future__ import annotations

import csv
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.kill.driving import left_after, pids_of, started
from xtanalysis.cli.batch import command
from xtanalysis.errors import BadInput
from xtanalysis.report.sweeps.batch import Outcome
from xtanalysis.report.sweeps.store import held

Sweep = Callable[..., tuple[Outcome, ...]]
# Writes a figure's worth of nothing, then takes its time, so that a sweep can be met half-way.
CELLS = ("import time\ntime.sleep(wait)\nprint(n)", "1 / (n - bad)")
PARAMETERS = "n: int = 1\nwait: float = 0.0\nbad: int = -1"
GRID = "notebook: made.ipynb\nparameters: {wait: %s}\ngrid: {n: [0, 1, 2, 3, 4, 5, 6, 7]}\n"


def how(outcomes: tuple[Outcome, ...]) -> str:
    return " ".join(outcome.how for outcome in outcomes)


def command_of(folder: Path, sweep: Path) -> list[str]:
    return ["batch", str(sweep), "--out", str(folder), "--workers", "2"]


def wait_for_runs(folder: Path, count: int, process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 120
    while len(list(folder.glob("runs/*/record.json"))) < count:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.02)


def test_killed_half_way_then_completed_with_the_same_bytes(
    make_notebook: Callable[..., Path], sweep: Sweep, tmp_path: Path, files_of: Callable[[Path], dict[str, bytes]]
) -> None:
    make_notebook(PARAMETERS, *CELLS)
    text = GRID % 0.2
    assert how(sweep(text, tmp_path / "whole")) == "done " * 7 + "done"
    with started(*command_of(tmp_path / "killed", tmp_path / "sweep.yaml")) as process:
        wait_for_runs(tmp_path / "killed", 3, process)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=30)  # its pipes close: nothing of it is left
    there = len(list((tmp_path / "killed" / "runs").iterdir()))
    assert 3 <= there < 8
    time.sleep(0.5)
    assert len(list((tmp_path / "killed" / "runs").iterdir())) == there, "workers outlived the sweep"
    outcomes = sweep(text, tmp_path / "killed")
    assert how(outcomes).count("cached") == there
    assert files_of(tmp_path / "killed") == files_of(tmp_path / "whole")
    assert not (tmp_path / "killed" / ".running").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    "stuck",
    ["sum(range(10**13))", "import subprocess\n    subprocess.run(['sleep', '3600'])"],
    ids=["in C", "in a child"],
)
def test_interrupted_from_the_keyboard(
    make_notebook: Callable[..., Path],
    sweep: Sweep,
    tmp_path: Path,
    files_of: Callable[[Path], dict[str, bytes]],
    stuck: str,
) -> None:
    """Runs 0 and 1 end; the others are in code that hears no signal, for hours, until a file goes away."""
    flag = tmp_path / "stuck"
    flag.touch()
    begun = tmp_path / "begun"
    begun.mkdir()
    wait = f"if n > 1 and Path({str(flag)!r}).exists():\n    Path({str(begun)!r}, str(n)).touch()\n    {stuck}"
    make_notebook("n: int = 1", f"from pathlib import Path\n{wait}")
    text = "notebook: made.ipynb\ngrid: {n: [0, 1, 2, 3, 4]}\n"
    (tmp_path / "sweep.yaml").write_text(text, encoding="utf-8")
    with started(*command_of(tmp_path / "out", tmp_path / "sweep.yaml")) as process:
        wait_for_runs(tmp_path / "out", 2, process)
        end = time.monotonic() + 120
        while len(list(begun.iterdir())) < 2:  # the next two are in their cells, however busy the machine is
            assert time.monotonic() < end
            time.sleep(0.05)
        time.sleep(0.5)  # and past their first line
        assert len(pids_of(process.pid)) > 2
        os.killpg(process.pid, signal.SIGINT)  # a terminal sends it to the whole group
        _, errors = process.communicate(timeout=30)
        assert process.returncode == 130
        assert "What is done is kept" in errors
        assert "Traceback" not in errors
        # Those that multiprocessing keeps end when they see it gone.
        assert left_after(process.pid, 30) == []
    with (tmp_path / "out" / "runs.csv").open(encoding="utf-8") as file:
        assert [row["run"] for row in csv.DictReader(file)] == ["0", "1"]
    flag.unlink()
    assert how(sweep(text, tmp_path / "out")) == "cached cached done done done"
    sweep(text, tmp_path / "whole")
    assert files_of(tmp_path / "out") == files_of(tmp_path / "whole")


def test_what_is_unchanged_is_cached_and_what_changed_is_not(
    make_notebook: Callable[..., Path], sweep: Sweep, tmp_path: Path, files_of: Callable[[Path], dict[str, bytes]]
) -> None:
    data = tmp_path / "mine.csv"
    data.write_text("1", encoding="utf-8")
    make_notebook("n: int = 1\nfile: str = ''", "print(n, open(file).read())")
    text = "notebook: made.ipynb\nparameters: {file: mine.csv}\ngrid: {n: [1, 2, 3]}\n"
    out = tmp_path / "out"
    assert how(sweep(text)) == "done done done"
    first = files_of(out)
    assert how(sweep(text)) == "cached cached cached"
    assert how(sweep(text, fresh=True)) == "done done done"
    assert files_of(out) == first
    shutil.rmtree(out / "runs" / "2")
    (out / "runs" / "3" / "report.html").write_text("changed by hand", encoding="utf-8")
    assert how(sweep(text)) == "cached done done"
    assert files_of(out) == first
    data.write_text("2", encoding="utf-8")
    assert how(sweep(text)) == "done done done"
    make_notebook("n: int = 1\nfile: str = ''", "print(n)")
    assert how(sweep(text)) == "done done done"


def test_a_failure_does_not_stop_the_others(make_notebook: Callable[..., Path], sweep: Sweep, tmp_path: Path) -> None:
    make_notebook(PARAMETERS, *CELLS)
    text = "notebook: made.ipynb\nparameters: {bad: 2}\ngrid: {n: [1, 2, 3]}\n"
    outcomes = sweep(text)
    assert how(outcomes) == "done failed done"
    failed = outcomes[1].record
    assert (failed.cell, failed.error, failed.cause) == (3, "ZeroDivisionError", "division by zero")
    page = (tmp_path / "out" / "runs" / "2" / "report.html").read_text(encoding="utf-8")
    assert 'id="failed"' in page
    assert "division by zero" in page
    assert "<dt>bad</dt><dd>2</dd>" in page
    index = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "第3个单元格" in index
    assert how(sweep(text)) == "cached failed cached", "a failed run is tried again"


def test_a_lost_worker_is_a_failed_run(make_notebook: Callable[..., Path], sweep: Sweep) -> None:
    make_notebook("n: int = 1", "import os, signal\nif n == 2:\n    os.kill(os.getppid(), signal.SIGKILL)\nn")
    outcomes = sweep("notebook: made.ipynb\ngrid: {n: [1, 2, 3]}\n")
    assert how(outcomes) == "done failed done"
    assert outcomes[1].record.error == "WorkerDied"
    assert "SIGKILL" in outcomes[1].record.cause


def test_a_run_that_hangs(make_notebook: Callable[..., Path], sweep: Sweep) -> None:
    make_notebook("n: int = 1", "import time\ntime.sleep(600 if n == 2 else 0)")
    outcomes = sweep("notebook: made.ipynb\ngrid: {n: [1, 2]}\ntimeout: {run: 4}\n")
    assert how(outcomes) == "done failed"
    assert outcomes[1].record.error == "CellTimeoutError"


def test_two_sweeps_on_one_folder(make_notebook: Callable[..., Path], sweep: Sweep, tmp_path: Path) -> None:
    make_notebook("n: int = 1", "n")
    with held(tmp_path / "out"), pytest.raises(BadInput, match=rf"another sweep writes here: process {os.getpid()} on"):
        sweep("notebook: made.ipynb\ngrid: {n: [1]}\n")
    assert how(sweep("notebook: made.ipynb\ngrid: {n: [1]}\n")) == "done"


def test_a_disk_that_cannot_be_written(
    make_notebook: Callable[..., Path], sweep: Sweep, tmp_path: Path, files_of: Callable[[Path], dict[str, bytes]]
) -> None:
    make_notebook("n: int = 1", "from pathlib import Path\nPath('big').write_bytes(b'0' * 100)")
    text = "notebook: made.ipynb\ngrid: {n: [1, 2]}\n"
    out = tmp_path / "out"
    (out / "runs").mkdir(parents=True)
    (out / "runs" / "2").write_text("a file where a folder has to go", encoding="utf-8")
    sweep(text)
    assert (out / "runs" / "2" / "report.html").is_file()
    sweep(text, tmp_path / "fresh")
    assert files_of(out) == files_of(tmp_path / "fresh")


@pytest.mark.slow
def test_a_kernel_for_every_run_and_workers_started_anew_give_the_same_folder(
    make_notebook: Callable[..., Path], sweep: Sweep, tmp_path: Path, files_of: Callable[[Path], dict[str, bytes]]
) -> None:
    """Workers are started anew where the system cannot fork, as on Windows."""
    make_notebook("n: int = 1", "print(n)")
    text = "notebook: made.ipynb\ngrid: {n: [1, 2]}\n"
    ways: dict[str, dict[str, Any]] = {"warm": {}, "stock": {"warm": False}, "spawn": {"context": get_context("spawn")}}
    for name, options in ways.items():
        assert how(sweep(text, tmp_path / name, **options)) == "done done"
    assert files_of(tmp_path / "warm") == files_of(tmp_path / "stock") == files_of(tmp_path / "spawn")


@pytest.mark.slow
def test_on_a_chinese_console_in_a_long_chinese_folder(make_notebook: Callable[..., Path], tmp_path: Path) -> None:
    """A console of Chinese Windows (cp936) lacks many letters; a folder's name has up to 255 bytes here."""
    folder = tmp_path / ("湘潭市“十五五”规划中期评估" * 4) / ("二〇二六年第三季度各县市区工业运行情况" * 4)
    folder.mkdir(parents=True)
    make_notebook("n: int = 1", "raise ValueError('a₂ – é 😀 中文')").rename(folder / "监测.ipynb")
    (folder / "批量.yaml").write_text("notebook: 监测.ipynb\ngrid: {n: [1]}\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "xtanalysis", "batch", str(folder / "批量.yaml"), "--out", str(folder / "结果")],
        capture_output=True, check=False, env={**os.environ, "PYTHONIOENCODING": "cp936", "LANG": "zh_CN.UTF-8"},
    )  # fmt: skip
    assert done.returncode == 1
    said = done.stdout.decode("cp936") + done.stderr.decode("cp936")
    assert r"ValueError: a\u2082 – é \U0001f600 中文" in said
    assert "结果/index.html" in said
    assert (folder / "结果" / "runs" / "run" / "report.html").is_file()


def test_the_command(make_notebook: Callable[..., Path], tmp_path: Path, server: Any) -> None:
    def run_command(*arguments: object) -> Result:
        return CliRunner().invoke(command, [str(argument) for argument in arguments])

    make_notebook(PARAMETERS, *CELLS)
    path = tmp_path / "sweep.yaml"
    path.write_text("notebook: made.ipynb\nparameters: {bad: 2}\ngrid: {n: [1, 2]}\n", encoding="utf-8")
    dry = run_command(path, "--out", tmp_path / "out", "--dry-run")
    assert (dry.exit_code, dry.stdout.splitlines()[0]) == (0, "made.ipynb: 2 runs")
    assert not (tmp_path / "out").exists()
    ran = run_command(path, "--out", tmp_path / "out")
    assert ran.exit_code == 1
    assert "ZeroDivisionError" in ran.stderr
    assert "1 done, 1 failed" in ran.stdout
    path.write_text("notebook: made.ipynb\ngrid: {m: [1]}\n", encoding="utf-8")
    wrong = run_command(path, "--out", tmp_path / "other")
    assert isinstance(wrong.exception, BadInput)
    assert "unknown parameter; found 'm'" in str(wrong.exception)
    assert not (tmp_path / "other").exists()
