"""A LocalCluster of real worker processes, one of them killed half-way: every run still ends done."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import fsspec
import pytest
from click.testing import CliRunner

from xtanalysis.cli.batch import command
from xtanalysis.errors import BadInput
from xtanalysis.report.sweeps import cluster
from xtanalysis.report.sweeps.batch import Outcome
from xtanalysis.report.sweeps.cluster import run_on_cluster

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]  # dask warns of its own workings
Sweep = Callable[..., tuple[Outcome, ...]]
TEXT = "notebook: made.ipynb\nparameters: {wait: 0.5}\ngrid: {n: [1, 2, 3]}\n"  # one more than workers


def test_a_killed_worker_loses_no_run(
    make_notebook: Callable[..., Path], sweep: Sweep, tmp_path: Path, files_of: Callable[[Path], dict[str, bytes]]
) -> None:
    from distributed import Client, LocalCluster

    trace = tmp_path / "trace"
    trace.mkdir()
    make_notebook("n: int = 1\nwait: float = 0.0", f"from pathlib import Path\nPath({str(trace)!r}, str(n)).touch()",
                  "import time\ntime.sleep(wait)\nprint(n)")  # fmt: skip

    def kill_one(address: str) -> None:
        while not any(trace.iterdir()):
            time.sleep(0.05)
        with Client(address) as client:
            os.kill(next(iter(client.run(os.getpid).values())), signal.SIGKILL)

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as local:
        address = local.scheduler_address
        killer = threading.Thread(target=kill_one, args=(address,))
        killer.start()
        outcomes = sweep(TEXT, tmp_path / "cluster", execute=partial(run_on_cluster, address=address))
        killer.join()
    assert [outcome.how for outcome in outcomes] == ["done"] * 3
    assert [outcome.how for outcome in sweep(TEXT, tmp_path / "here")] == ["done"] * 3
    assert files_of(tmp_path / "cluster") == files_of(tmp_path / "here")


def test_a_cluster_writes_to_an_address(
    make_notebook: Callable[..., Path], sweep: Sweep, tmp_path: Path, files_of: Callable[[Path], dict[str, bytes]]
) -> None:
    from distributed import LocalCluster

    make_notebook("n: int = 1", "print(n)")
    text = "notebook: made.ipynb\ngrid: {n: [1]}\n"
    sweep(text, tmp_path / "here")
    memory = fsspec.filesystem("memory")
    file = tmp_path / "file"
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as local:
        for out in ("memory://by-cluster", file.as_uri()):
            given = [str(tmp_path / "sweep.yaml"), "--cluster", local.scheduler_address, "--out", out]
            ended = CliRunner().invoke(command, given, catch_exceptions=False)
            assert "1 done" in ended.stdout
    memory.get("/by-cluster/", str(tmp_path / "memory"), recursive=True)
    memory.rm("/by-cluster", recursive=True)
    assert files_of(tmp_path / "memory") == files_of(file) == files_of(tmp_path / "here")


def test_nobody_answers(make_notebook: Callable[..., Path], sweep: Sweep, monkeypatch: pytest.MonkeyPatch) -> None:
    make_notebook("n: int = 1\nwait: float = 0.0", "n")
    monkeypatch.setattr(cluster, "_PATIENCE", 1)
    with pytest.raises(BadInput, match=r"no scheduler answers; found 'tcp://127.0.0.1:9'"):
        sweep(TEXT, execute=lambda jobs: run_on_cluster(jobs, "tcp://127.0.0.1:9"))
