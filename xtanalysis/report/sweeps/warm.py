"""papermill's engine ``xtanalysis-warm``: each run is forked from this process, whose imports it inherits.

What a new kernel spends on starting and importing (3 s and more) is gone; every run still has a process of its own.
The messages of the forked kernel go through nbclient's own code, so that outputs are those of stock papermill.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import time
from collections.abc import Iterator
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import from_dict
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine
from papermill.log import logger

__all__ = ["WarmEngine", "can_fork"]

_GRACE = 1.0  # seconds for an interrupted cell to end by itself
_STOPPING = (CellTimeoutError, DeadKernelError)


def can_fork() -> bool:
    """Whether this system can fork a process (Windows cannot)."""
    return hasattr(os, "fork")


class WarmEngine(NBClientEngine):  # type: ignore[misc]
    """Runs Python notebooks in a fork of this process; others, and all where there is no fork, in a stock kernel."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        log_output: bool = False,
        stdout_file: Any = None,
        stderr_file: Any = None,
        start_timeout: int = 60,
        execution_timeout: float | None = None,
        run_timeout: float | None = None,
        **options: Any,
    ) -> Any:
        """Execute all cells; ``execution_timeout`` is for a cell and ``run_timeout`` for all, in seconds."""
        logging = {"log_output": log_output, "stdout_file": stdout_file, "stderr_file": stderr_file}
        if not can_fork() or _language(nb_man.nb.metadata) != "python":
            timeouts = {"start_timeout": start_timeout, "execution_timeout": execution_timeout}
            return super().execute_managed_notebook(nb_man, kernel_name, **logging, **timeouts, **options)
        client = PapermillNotebookClient(nb_man, log=logger, record_timing=False, **logging)
        client.reset_execution_trackers()
        client.kc = _Shell()
        deadline = None if run_timeout is None else time.monotonic() + run_timeout
        with _forked() as child:
            nb_man.nb.metadata["language_info"] = child.ready()
            _execute_cells(client, child, execution_timeout, deadline)
        client.set_widgets_metadata()
        return nb_man.nb


def _language(metadata: Any) -> str:
    """The notebook's language by any of its marks; Python where it says nothing."""
    spec, info = metadata.get("kernelspec") or {}, metadata.get("language_info") or {}
    return str(spec.get("language") or info.get("name") or "python").lower()


def _execute_cells(client: Any, child: _Child, timeout: float | None, deadline: float | None) -> None:
    """Go through the cells as papermill does: stop at the first failure, with everything so far in the notebook."""
    manager = client.nb_man
    for index, cell in enumerate(client.nb.cells):
        manager.cell_start(cell, index)
        try:
            _execute_cell(client, child, cell, index, _earlier(timeout, deadline))
        except (CellExecutionError, *_STOPPING) as error:
            if isinstance(error, _STOPPING):
                # Stock papermill would lose the notebook here; the reason becomes the cell's last output instead.
                text = str(error).strip()
                name = type(error).__name__
                output = {"output_type": "error", "ename": name, "evalue": text, "traceback": [text]}
                # Before the traceback of our interrupt, which tells where the cell was.
                place = next((i for i, o in enumerate(cell.outputs) if o.output_type == "error"), len(cell.outputs))
                cell.outputs.insert(place, from_dict(output))
            manager.cell_exception(cell, cell_index=index, exception=error)
            break
        finally:
            manager.cell_complete(cell, cell_index=index)


def _execute_cell(client: Any, child: _Child, cell: Any, index: int, limit: float | None) -> None:
    tags = cell.metadata.get("tags") or ()
    if cell.cell_type != "code" or not cell.source.strip() or client.skip_cells_with_tag in tags:
        return
    cell.outputs = []
    client.clear_before_next_output = False
    ident = f"cell-{index}"
    for message in client.kc.taken():
        child.tell(message)
    child.ask(ident, cell.source)
    while (message := child.next(limit)) is not None:
        if message["msg_type"] == "done":
            reply = message["content"]
            cell["execution_count"] = reply.get("execution_count", cell.get("execution_count"))
            if reply["status"] != "ok" and not any(o.output_type == "error" for o in cell.outputs):
                # IPython printed it instead: an exception group, a magic used wrongly.
                name, text = reply.get("ename", "Error"), reply.get("evalue", "")
                error = {"output_type": "error", "ename": name, "evalue": text, "traceback": [f"{name}: {text}"]}
                cell.outputs.append(from_dict(error))
            if reply["status"] != "ok" and "raises-exception" not in tags:
                raise CellExecutionError.from_cell_and_msg(cell, {"evalue": "", "traceback": [], **reply})
            return
        _keep(client, message, cell, index)
    child.interrupt()
    for late in child.remaining(_GRACE):
        _keep(client, late, cell, index)
    seconds = 0 if limit is None else round(limit - child.asked)
    raise CellTimeoutError.error_from_timeout_and_cell("Cell execution timed out", seconds, cell)


def _keep(client: Any, message: dict[str, Any], cell: Any, index: int) -> None:
    """Hand one message to nbclient, dressed as Jupyter's protocol has it."""
    header = {"msg_type": message["msg_type"]}
    client.process_message({**message, "header": header, "parent_header": {"msg_id": f"cell-{index}"}}, cell, index)


def _earlier(timeout: float | None, deadline: float | None) -> float | None:
    """Return the moment at which a cell that starts now has to be done."""
    moments = [deadline] if deadline is not None else []
    if timeout is not None:
        moments.append(time.monotonic() + timeout)
    return min(moments, default=None)


class _Shell:
    """What an output widget takes for the kernel's client; its messages wait for the cell's end, as in a kernel."""

    def __init__(self) -> None:
        self.session = self.shell_channel = self
        self._waiting: list[dict[str, Any]] = []

    def msg(self, msg_type: str, content: Any, parent: Any = None, metadata: Any = None) -> dict[str, Any]:
        """Make a message."""
        return {"msg_type": msg_type, "content": content, "metadata": metadata or {}}

    def send(self, message: dict[str, Any]) -> None:
        """Keep a message for later."""
        self._waiting.append(message)

    def taken(self) -> list[dict[str, Any]]:
        """Return what waits, and forget it."""
        waiting, self._waiting = self._waiting, []
        return waiting


class _Child:
    """The forked kernel seen from here: its pipe, and what it writes past Python to descriptors 1 and 2."""

    def __init__(self, pid: int, connection: Connection, raw: dict[int, str]) -> None:
        self.pid = pid
        self.asked = 0.0
        self._connection = connection
        self._raw = raw  # descriptor → stream name
        self._last = ""

    def ready(self) -> Any:
        """Wait for the kernel; return its language_info."""
        while (message := self.next(None)) is not None and message["msg_type"] != "ready":
            pass
        assert message is not None
        return message["content"]["language_info"]

    def ask(self, ident: str, code: str) -> None:
        """Send one cell."""
        self.asked = time.monotonic()
        with contextlib.suppress(BrokenPipeError):  # a kernel that died says so when it is read
            self._connection.send_bytes(json.dumps({"id": ident, "code": code}).encode())

    def tell(self, message: dict[str, Any]) -> None:
        """Send a widget's message, which has no answer."""
        with contextlib.suppress(BrokenPipeError):
            self._connection.send_bytes(json.dumps({"comm": message}, default=str).encode())

    def next(self, limit: float | None) -> dict[str, Any] | None:
        """Return the next message, or ``None`` at ``limit`` (a monotonic time)."""
        while True:
            wait = None if limit is None else max(0.0, limit - time.monotonic())
            ready, _, _ = select.select([self._connection.fileno(), *self._raw], [], [], wait)
            if not ready:
                return None
            for descriptor in (d for d in ready if d in self._raw):
                text = self._read_raw(descriptor)
                if text:
                    return _stream(self._raw[descriptor], text)
            if self._connection.fileno() in ready:
                try:
                    return self._receive()
                except (EOFError, ConnectionResetError):
                    raise DeadKernelError(self._obituary()) from None

    def remaining(self, seconds: float) -> Iterator[dict[str, Any]]:
        """Yield what still comes within ``seconds``, up to the end of the cell or of the kernel."""
        limit = time.monotonic() + seconds
        with contextlib.suppress(DeadKernelError):
            while (message := self.next(limit)) is not None and message["msg_type"] != "done":
                yield message

    def interrupt(self) -> None:
        """Press Ctrl-C in the kernel."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGINT)

    def close(self) -> None:
        """End the kernel and everything that it started."""
        self._connection.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)
        for descriptor in self._raw:
            os.close(descriptor)

    def _receive(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self._connection.recv_bytes())
        message["buffers"] = [self._connection.recv_bytes() for _ in range(message["buffers"])]
        if message["msg_type"] == "stream":
            self._last = message["content"]["text"]
        return message

    def _read_raw(self, descriptor: int) -> str:
        with contextlib.suppress(BlockingIOError):
            text = os.read(descriptor, 65536).decode("utf-8", "replace")
            self._last = text or self._last
            return text
        return ""

    def _obituary(self) -> str:
        for descriptor in self._raw:
            self._read_raw(descriptor)
        _, status = os.waitpid(self.pid, 0)
        code = os.waitstatus_to_exitcode(status)
        cause = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        last = self._last.strip()[-2000:]
        return f"Kernel died ({cause}). Last output:\n{last}" if last else f"Kernel died ({cause}) without any output."


def _stream(name: str, text: str) -> dict[str, Any]:
    return {"msg_type": "stream", "content": {"name": name, "text": text}, "metadata": {}, "buffers": []}


@contextlib.contextmanager
def _forked() -> Iterator[_Child]:
    """Fork a kernel and end it, whatever happens in between."""
    from xtanalysis.report.sweeps.kernel import serve

    here, there = Pipe()
    pipes = {name: os.pipe() for name in ("stdout", "stderr")}
    pid = os.fork()
    if pid == 0:
        os.setpgid(0, 0)
        here.close()
        for (reader, writer), descriptor in zip(pipes.values(), (1, 2), strict=True):
            os.close(reader)
            os.dup2(writer, descriptor)
            os.close(writer)
        serve(there)
    there.close()
    for _, writer in pipes.values():
        os.close(writer)
    for reader, _ in pipes.values():
        os.set_blocking(reader, False)
    child = _Child(pid, here, {reader: name for name, (reader, _) in pipes.items()})
    try:
        yield child
    finally:
        child.close()
