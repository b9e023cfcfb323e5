"""Stock Jupyter kernels: one for a run, or one that a process keeps for all its runs of shipped notebooks."""

from __future__ import annotations

import contextlib
import json
import math
import os
import pickle
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any

from xtanalysis.data.dictionary import current, shipped
from xtanalysis.data.paths import notebooks_dir
from xtanalysis.data.writing import temporary_folder

__all__ = ["Kernel", "call", "is_shipped", "kernel_for", "kernel_kept", "kill_kernels"]

_MOST = 200  # runs of one kernel
_LOOK = 1  # second
_PATIENCE = 60  # seconds for it to be put back as it was
_LAST_WORDS = 2000  # characters
_LONGEST = 80  # characters of a folder in which there is room for a socket's name: its path has 107
_LEAKS = "xtanalysis.report.sweeps.leaks"
# A kernel ends with its worker, also when that is killed and the kernel is in code that hears nothing.
_WITH_PARENT = "--IPKernelApp.exec_lines=__import__('ctypes').CDLL(None).prctl(1, 9)"

_groups: set[int | None] = set()  # process groups of the kernels that this process has


class Kernel:
    """A kernel and its client, as nbclient takes them.

    Attributes
    ----------
    manager, client
        Of jupyter_client.
    runs
        How many notebooks it has run.
    failed
        Whether one of them failed.
    """

    def __init__(self, name: str, start_timeout: float = 60, *, shipped: bool = False) -> None:
        from jupyter_client.manager import AsyncKernelManager
        from jupyter_core.utils import run_sync

        from xtanalysis.report.sweeps.specs import specs_for

        self._sync = run_sync
        self.runs, self.failed = 0, False
        with contextlib.ExitStack() as stack:
            self._folder = stack.enter_context(temporary_folder())
            # What goes past Jupyter, such as the trace of a crash, would disturb the terminal of a sweep.
            self._said = stack.enter_context((self._folder / "said").open("w+b"))
            specs = specs_for(name, shipped=shipped)
            self._python = "ipykernel_launcher" in specs.get_kernel_spec(name).argv
            self.manager: Any = AsyncKernelManager(kernel_name=name, kernel_spec_manager=specs)
            stack.callback(self._end)
            run_sync(self.manager.start_kernel)(extra_arguments=self._arguments(), stdout=self._said, stderr=self._said)
            self._group = getattr(self.manager.provisioner, "pgid", None)  # of it and what it starts; none on Windows
            _groups.add(self._group)
            self.client: Any = self.manager.client()
            stack.callback(self.client.stop_channels)
            self.client.start_channels()
            _keep_looking(self.client.shell_channel)
            run_sync(self.client.wait_for_ready)(timeout=start_timeout)
            self.client.allow_stdin = False
            self._open = stack.pop_all()

    def ask(self, expression: str, code: str = "", *, limit: float = math.inf) -> str:
        """Evaluate an expression of Python beside the cells, which see nothing of it; return its ``repr``.

        Before it ``code`` runs as a cell does, with the hooks of libraries. An error there, no answer within ``limit``
        seconds and a dead kernel are a RuntimeError.
        """
        end = time.monotonic() + limit
        asked = self.client.execute(code, silent=True, store_history=False, user_expressions={"it": expression})
        while True:
            try:
                reply = self._sync(self.client.get_shell_msg)(timeout=1)
            except Empty:
                if time.monotonic() > end:
                    raise RuntimeError(f"the kernel does not answer within {limit:g} s") from None
                if self._sync(self.manager.is_alive)():
                    continue
                raise RuntimeError(self.obituary("")) from None
            if reply["parent_header"].get("msg_id") == asked:
                break
        answer = reply["content"]["user_expressions"]["it"]
        if answer["status"] != "ok":
            raise RuntimeError(f"{answer['ename']}: {answer['evalue']}")
        return str(answer["data"]["text/plain"])

    def call(self, module: str, function: str, *arguments: object, limit: float = math.inf) -> str:
        """Call a function there with arguments that JSON can carry; return the ``repr`` of its result."""
        given = json.dumps(arguments, ensure_ascii=False)
        imported = f"__import__('importlib').import_module({module!r})"
        return self.ask(f"{imported}.{function}(*__import__('json').loads({given!r}))", limit=limit)

    def learn(self) -> None:
        """Import what pages need, and note how things are before the first run."""
        self.call(_LEAKS, "load")
        self.ask("1", "pass")  # after a cell matplotlib settles in
        self.call(_LEAKS, "remember")

    def take_tables(self) -> None:
        """Let what runs there go by the tables in use here; where the package is not installed, nothing does."""
        if current() is shipped() or not self._python:
            return
        tables = self._folder / "tables.pickle"
        tables.write_bytes(pickle.dumps(current()))
        with contextlib.suppress(RuntimeError):
            self.call(_LEAKS, "use_tables", str(tables))

    def restored(self) -> bool:
        """Put it back as it was before its first run; return whether nothing is left of the last one."""
        try:
            return self.call(_LEAKS, "restore", limit=_PATIENCE) == "[]"
        except RuntimeError:
            return False

    def interrupt(self) -> None:
        """Press Ctrl-C in it."""
        self._sync(self.manager.interrupt_kernel)()

    def message(self, seconds: float) -> Any:
        """The next message about outputs; ``queue.Empty`` if none comes."""
        return self._sync(self.client.get_iopub_msg)(timeout=seconds)

    def obituary(self, shown: str) -> str:
        """How it died, and the last that it said: ``shown`` in its cell, or past Jupyter."""
        code = self._sync(self.manager.provisioner.poll)()
        cause = "unknown" if code is None else signal.Signals(-code).name if code < 0 else f"exit code {code}"
        self._said.seek(0)
        words = (shown + self._said.read().decode("utf-8", "replace")).strip()[-_LAST_WORDS:]
        said = f"Last output:\n{words}" if words else "It had said nothing."
        return f"Kernel died ({cause}). {said}"

    def close(self) -> None:
        """End it and everything that it started."""
        self._open.close()

    def _arguments(self) -> list[str]:
        if not self._python:
            return []
        if sys.platform != "win32" and len(str(self._folder)) <= _LONGEST:
            self.manager.transport = "ipc"  # no port that another kernel takes meanwhile
            self.manager.connection_file = str(self._folder / "kernel.json")
        return ["--HistoryManager.hist_file=:memory:", *([_WITH_PARENT] if sys.platform == "linux" else [])]

    def _end(self) -> None:
        if self.manager.has_kernel:
            self._sync(self.manager.shutdown_kernel)(now=True)
        _groups.discard(getattr(self, "_group", None))


def _keep_looking(channel: Any) -> None:
    """Look for replies every second: one that comes while something is sent wakes nobody (nbclient, issue 312).

    A cell with a widget, to which nbclient answers meanwhile, would then wait for ever.
    """
    at_most = channel.get_msg

    async def get_msg(timeout: float | None = None) -> Any:
        end = math.inf if timeout is None else time.monotonic() + timeout
        while (left := end - time.monotonic()) > _LOOK:
            with contextlib.suppress(Empty):
                return await at_most(timeout=_LOOK)
        return await at_most(timeout=max(left, 0.0))

    channel.get_msg = get_msg


def kill_kernels() -> None:
    """Kill every kernel of this process and what these started, at once and from anywhere, as in a signal's handler."""
    for group in [group for group in _groups if group is not None]:
        with contextlib.suppress(OSError):
            os.killpg(group, signal.SIGKILL)


class _Keeper:
    """The one kernel that a process keeps."""

    def __init__(self) -> None:
        self.kernel: Kernel | None = None

    def running(self) -> Kernel:
        if self.kernel is None:
            self.kernel = Kernel("python3", shipped=True)
            self.kernel.learn()
        return self.kernel

    def close(self) -> None:
        kernel, self.kernel = self.kernel, None
        if kernel is not None:
            kernel.close()


_keeper: _Keeper | None = None


@contextlib.contextmanager
def kernel_kept() -> Iterator[None]:
    """Within this block shipped notebooks run in one kernel, started for the first and left clean by each."""
    global _keeper
    before, _keeper = _keeper, _Keeper()
    try:
        yield
    finally:
        keeper, _keeper = _keeper, before
        keeper.close()


@contextlib.contextmanager
def kernel_for(notebook: str | None, name: str, *, reuse: bool, start_timeout: float = 60) -> Iterator[Kernel]:
    """Lend a kernel for one run in the present folder: the kept one for a shipped notebook, else a new one.

    The kept kernel is put back as it was; after a failure, after many runs, or if a difference is left, it is ended.
    """
    keeper = _keeper if reuse and notebook is not None and is_shipped(notebook) else None
    if keeper is None:
        kernel = Kernel(name, start_timeout, shipped=notebook is not None and is_shipped(notebook))
        try:
            kernel.take_tables()
            yield kernel
        finally:
            kernel.close()
        return
    kernel = keeper.running()
    clean = False
    try:
        kernel.call(_LEAKS, "begin", os.getcwd())  # noqa: PTH109
        kernel.take_tables()
        yield kernel
        kernel.runs += 1
        clean = not kernel.failed and kernel.runs < _MOST and kernel.restored()
    finally:
        if not clean:
            keeper.close()


def call(module: str, function: str, *arguments: object) -> None:
    """Call a function in the kernel that is kept, which then knows what it has computed; without one, here."""
    if _keeper is None:
        import importlib

        getattr(importlib.import_module(module), function)(*arguments)
        return
    kernel = _keeper.running()
    kernel.take_tables()
    kernel.call(module, function, *arguments)


def is_shipped(notebook: str | Path) -> bool:
    """Whether a notebook is one of the package's, byte for byte."""
    path = Path(notebook)
    if not path.is_file():
        return False
    data = path.read_bytes()
    return any(p.stat().st_size == len(data) and p.read_bytes() == data for p in notebooks_dir().glob("*.ipynb"))
