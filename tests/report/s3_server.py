"""A sweep at an S3 address, against a server in this process: `make test-s3` (not collected by `make test`)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import s3fs
from moto.server import ThreadedMotoServer

from xtanalysis.report.sweeps.batch import Outcome

Sweep = Callable[..., tuple[Outcome, ...]]
Files = Callable[[Path], dict[str, bytes]]
ROOT = Path(__file__).parents[2]
URL = "s3://sweeps/mine"
TEXT = "notebook: made.ipynb\ngrid: {n: [1, 2, 3, 4]}\n"
CELLS = (
    "n: int = 1",
    "import time\nfrom pathlib import Path\nPath('n.csv').write_text(str(n))\ntime.sleep(2 * (n > 2))",
)
AS_A_PROCESS = "from xtanalysis.cli import main; main()"


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[s3fs.S3FileSystem]:
    """An S3 server with an empty bucket, told by the environment as Amazon's own tools read it."""
    running = ThreadedMotoServer(port=0)
    running.start()
    host, port = running.get_host_and_port()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}", "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    system = s3fs.S3FileSystem(endpoint_url=f"http://{host}:{port}", skip_instance_cache=True, use_listings_cache=False)
    system.mkdir("sweeps")
    yield system
    system.rm("sweeps", recursive=True)
    running.stop()


@pytest.fixture
def whole(make_notebook: Callable[..., Path], sweep: Sweep, tmp_path: Path, files_of: Files) -> dict[str, bytes]:
    """The files of an undisturbed sweep into a folder."""
    make_notebook(*CELLS)
    sweep(TEXT, tmp_path / "whole")
    return files_of(tmp_path / "whole")


def there(system: s3fs.S3FileSystem) -> dict[str, bytes]:
    found = {path.removeprefix("sweeps/mine/"): system.cat_file(path) for path in system.find("sweeps/mine")}
    return {path: data for path, data in found.items() if path != "durations.csv"}


def start(tmp_path: Path) -> subprocess.Popen[str]:
    arguments = ["batch", str(tmp_path / "sweep.yaml"), "--out", URL, "--workers", "1"]
    return subprocess.Popen(
        [sys.executable, "-c", AS_A_PROCESS, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        start_new_session=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def ended(process: subprocess.Popen[str]) -> str:
    said, _ = process.communicate(timeout=300)
    return f"{process.returncode} {said}"


def test_the_bytes_of_a_sweep_into_a_folder(whole: dict[str, bytes], tmp_path: Path, s3: s3fs.S3FileSystem) -> None:
    assert ended(start(tmp_path)).startswith("0 ")
    assert there(s3) == whole
    again = ended(start(tmp_path))
    assert again.startswith("0 ")
    assert "4 cached" in again
    assert there(s3) == whole


def test_killed_half_way_and_completed_from_the_address(
    whole: dict[str, bytes], tmp_path: Path, s3: s3fs.S3FileSystem
) -> None:
    process = start(tmp_path)
    try:
        end = time.monotonic() + 300
        while not s3.find("sweeps/mine/runs/2/record.json"):
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < end
            time.sleep(0.1)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    kept = {path for path in there(s3) if path.endswith("record.json")}
    assert kept < {path for path in whole if path.endswith("record.json")}
    said = ended(start(tmp_path))
    assert f"{len(kept)} cached" in said, said
    found = there(s3)
    assert [name for name in {*whole, *found} if whole.get(name) != found.get(name)] == []


def test_a_server_that_is_not_there_is_told(
    make_notebook: Callable[..., Path], tmp_path: Path, s3: s3fs.S3FileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_notebook(*CELLS)
    (tmp_path / "sweep.yaml").write_text(TEXT, encoding="utf-8")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    said = ended(start(tmp_path))
    assert said.startswith("2 "), said
    assert "s3://sweeps/mine" in said
    assert "Traceback" not in said
