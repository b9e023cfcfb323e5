"""A sweep that writes to an address: run by run, resumed from there, with the bytes of a sweep into a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest
from click.testing import CliRunner, Result
from fsspec.implementations.memory import MemoryFileSystem

from xtanalysis.cli.batch import command
from xtanalysis.errors import BadInput
from xtanalysis.report.sweeps.batch import Outcome, inputs_of, run_batch
from xtanalysis.report.sweeps.publish import place_of
from xtanalysis.report.sweeps.sweep import load_sweep, plan_runs

Files = Callable[[Path], dict[str, bytes]]
URL = "memory://sweeps/mine"
TEXT = "notebook: made.ipynb\ngrid: {n: [1, 2, 3, 4]}\n"
CELLS = ("n: int = 1", "from pathlib import Path\nPath('sub').mkdir()\nPath('sub/n.csv').write_text(str(n))\nprint(n)")


@pytest.fixture
def memory() -> Iterator[MemoryFileSystem]:
    """The file system in this process's memory, empty."""
    system = fsspec.filesystem("memory")
    system.store.clear()
    system.pseudo_dirs[:] = [""]
    yield system
    system.store.clear()


def run(sweep: Path, out: str, *options: str) -> Result:
    return CliRunner().invoke(command, [str(sweep), "--out", out, *options], catch_exceptions=False)


def there(system: MemoryFileSystem) -> dict[str, bytes]:
    found = {path.removeprefix("/sweeps/mine/"): system.cat_file(path) for path in system.find("/sweeps/mine")}
    return {path: data for path, data in found.items() if path != "durations.csv"}


@pytest.fixture(scope="module")
def asked(write_notebook: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sweep file."""
    path = tmp_path_factory.mktemp("asked") / "sweep.yaml"
    write_notebook(path.with_name("made.ipynb"), *CELLS)
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def whole(asked: Path, server: Any, files_of: Files) -> dict[str, bytes]:
    """The files of an undisturbed sweep into a folder."""
    sweep = load_sweep(asked)
    run_batch(sweep, plan_runs(sweep), asked.with_name("whole"), workers=2, context=server)
    return files_of(asked.with_name("whole"))


class ClientError(Exception):
    """As a store's client has them: no OSError, and not of this package."""


def test_a_clients_own_error_names_the_address(memory: MemoryFileSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(path: str, **_: object) -> None:
        raise ClientError("could not connect")

    monkeypatch.setattr(memory, "makedirs", gone)
    said = "memory://sweeps/mine: cannot be read or written; found 'could not connect'"
    with pytest.raises(BadInput, match=said), place_of(URL, {}):
        pass


def test_stopped_half_way_and_completed_from_the_address(
    whole: dict[str, bytes], asked: Path, memory: MemoryFileSystem, server: Any
) -> None:
    loaded = load_sweep(asked)
    inputs = inputs_of(loaded, plan_runs(loaded))
    told: list[str] = []

    def stop_after_two(outcome: Outcome) -> None:
        send(outcome.record.name)
        told.append(outcome.record.name)
        assert memory.exists(f"/sweeps/mine/runs/{outcome.record.name}/record.json"), "sent as it ends"
        if len(told) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), place_of(URL, inputs) as (folder, send):
        run_batch(loaded, plan_runs(loaded), folder, workers=1, context=server, progress=stop_after_two)
    assert not folder.exists()
    assert sorted(path.rpartition("/")[2] for path in memory.ls("/sweeps/mine/runs", detail=False)) == sorted(told)
    assert len(memory.cat_file("/sweeps/mine/runs.csv").decode().splitlines()) == 3
    again = run(asked, URL)
    assert "2 done, 2 cached" in again.stdout
    assert f"{URL}/index.html" in again.stdout
    assert there(memory) == whole


def test_what_was_changed_at_the_address_is_run_again(
    whole: dict[str, bytes], asked: Path, memory: MemoryFileSystem
) -> None:
    assert "4 done" in run(asked, URL).stdout
    memory.pipe_file("/sweeps/mine/runs/1/report.html", b"changed by hand")
    memory.pipe_file("/sweeps/mine/runs/2/stray.txt", b"from an older version")
    memory.rm("/sweeps/mine/runs/2/notebook.ipynb")
    memory.pipe_file("/sweeps/mine/runs/3/record.json", b"{half a record")
    assert "3 done, 1 cached" in run(asked, URL).stdout
    assert there(memory) == whole
    assert "4 done" in run(asked, URL, "--fresh").stdout
    assert there(memory) == whole


def test_a_record_does_not_choose_where_files_go(asked: Path, tmp_path: Path, memory: MemoryFileSystem) -> None:
    run(asked, URL)
    record = memory.cat_file("/sweeps/mine/runs/1/record.json").decode()
    outside = tmp_path / "outside"
    memory.pipe_file("/sweeps/mine/runs/1/record.json", record.replace("sub/n.csv", str(outside)).encode())
    memory.pipe_file(f"/sweeps/mine/runs/1/{outside}", b"1")
    assert "1 done, 3 cached" in run(asked, URL).stdout
    assert not outside.exists()


def test_a_file_address_is_the_folder(whole: dict[str, bytes], asked: Path, tmp_path: Path, files_of: Files) -> None:
    out = tmp_path / "by address"
    assert "4 done" in run(asked, out.as_uri().replace("%20", " ")).stdout
    assert files_of(out) == whole
    assert (out / ".lock").is_file(), "held as any folder"
    assert "4 cached" in run(asked, str(out)).stdout


@pytest.mark.parametrize(
    ("out", "message"),
    [
        ("nowhere://a", r"this address cannot be used; found 'nowhere://a \(Protocol not known"),
        ("ftp://127.0.0.1:9/a", "ftp://127.0.0.1:9/a: cannot be read or written"),
    ],
)
def test_an_address_that_cannot_be_used(asked: Path, out: str, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        run(asked, out)
