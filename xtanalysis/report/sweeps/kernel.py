"""The forked half of the warm engine: an IPython kernel in this very process that speaks through one pipe.

It is ipykernel's own kernel (shell, display publisher, tracebacks, widgets), so that outputs are those of a stock
kernel; only its sockets are replaced, since forked sockets and their threads do not survive.
"""

from __future__ import annotations

import asyncio
import builtins
import contextlib
import ctypes
import faulthandler
import gc
import io
import json
import logging
import os
import random
import signal
import sys
import threading
import time
import traceback
import types
from collections.abc import Iterator
from multiprocessing.connection import Connection
from typing import Any

from ipykernel.ipkernel import IPythonKernel
from jupyter_client.session import Session
from traitlets import Any as AnyTrait
from traitlets.config import Config

__all__ = ["die_with_parent", "serve"]

_INLINE = "module://matplotlib_inline.backend_inline"


class _PipeSession(Session):
    """Sends every kernel message down the pipe as one JSON document (buffers follow as separate frames)."""

    def send(
        self, stream: Any, msg_or_type: Any, content: Any = None, parent: Any = None, *args: Any, **options: Any
    ) -> Any:
        if isinstance(msg_or_type, dict):
            message = msg_or_type
        else:
            metadata = options.get("metadata")
            message = self.msg(msg_or_type, content=content, parent=parent, metadata=metadata)
        buffers = [bytes(b) for b in options.get("buffers") or message.get("buffers") or ()]
        kept = {key: message[key] for key in ("msg_type", "content", "metadata")}
        stream.send(kept, buffers)
        return message


class _Pipe:
    """The pipe to the parent; whole messages even if several threads speak."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self.speaking: _Stream | None = None  # the stream that holds text back

    def send(self, message: dict[str, Any], buffers: list[bytes] | None = None) -> None:
        data = json.dumps({**message, "buffers": len(buffers or ())}, default=str).encode()
        with self._lock:
            self._connection.send_bytes(data)
            for buffer in buffers or ():
                self._connection.send_bytes(buffer)


class _Stream(io.TextIOBase):
    """``sys.stdout`` or ``sys.stderr`` of the cells: text goes into the same pipe as displays, so order is kept."""

    def __init__(self, name: str, descriptor: int, pipe: _Pipe) -> None:
        self.name = name
        self._descriptor, self._pipe = descriptor, pipe
        self._parts: list[str] = []
        self._size = 0
        self._sent = 0.0

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return "utf-8"

    def fileno(self) -> int:
        return self._descriptor

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if self._pipe.speaking not in (None, self):
            self._pipe.speaking.flush()  # what the other stream said came first
        self._pipe.speaking = self
        self._parts.append(text)
        self._size += len(text)
        # A burst of lines goes as one message; a line after a pause goes at once, lest the kernel dies on it.
        if self._size > 8192 or time.monotonic() - self._sent > 0.05:
            self.flush()
        return len(text)

    def flush(self) -> None:
        text = "".join(self._parts)
        self._parts.clear()
        self._size = 0
        self._sent = time.monotonic()
        if text:
            self._pipe.send({"msg_type": "stream", "content": {"name": self.name, "text": text}, "metadata": {}})


class _Kernel(IPythonKernel):
    """ipykernel's kernel without a debugger; asking for input fails at once, as it does under nbclient."""

    debugger_class = AnyTrait()

    @contextlib.contextmanager
    def _cancel_on_sigint(self, future: Any) -> Iterator[None]:
        yield  # an interrupt is raised in the code itself

    def raw_input(self, prompt: object = "") -> str:
        from IPython.core.error import StdinNotImplementedError

        text = "raw_input was called, but this frontend does not support input requests."
        raise StdinNotImplementedError(text)

    def getpass(self, prompt: object = "", stream: object = None, **options: object) -> str:
        return self.raw_input(prompt)


def serve(connection: Connection) -> None:
    """Run cells that arrive on ``connection`` until it closes; called in a freshly forked process, never returns."""
    code = 1
    try:
        die_with_parent()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        gc.set_threshold(100_000, 50, 100)  # a short life: less searching for garbage
        faulthandler.enable(file=2)  # a crash leaves its stack as the last output
        _forget_random_state()
        _answer(connection)
        code = 0
    except (EOFError, BrokenPipeError):
        code = 0
    except BaseException:  # noqa: BLE001  # a fault of ours: into the raw output, which becomes the kernel's last words
        os.write(2, traceback.format_exc().encode())
    finally:
        os._exit(code)  # nothing that the parent registered to run at exit is ours


def die_with_parent() -> None:
    """Ask Linux to kill this process when its parent dies, so that kill -9 of a sweep leaves nothing running."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def _forget_random_state() -> None:
    """Seed the global generators from the system, as in a new process: children must not share their draws."""
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()


def _answer(connection: Connection) -> None:
    kernel, pipe = _start_kernel(connection)
    # Not asyncio.run, whose handler would turn an interrupt of running code into a cancelled task.
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    pipe.send({"msg_type": "ready", "content": {"language_info": kernel.language_info}, "metadata": {}})
    while True:
        request = json.loads(connection.recv_bytes())
        if "comm" in request:
            kernel.comm_manager.comm_msg(None, None, request["comm"])
            continue
        parent = kernel.session.msg("execute_request", {})
        parent["header"]["msg_id"] = request["id"]
        kernel.set_parent([], parent)
        try:
            reply = loop.run_until_complete(kernel.do_execute(request["code"], False, store_history=True))
        except (KeyboardInterrupt, asyncio.CancelledError):
            reply = {"status": "error", "ename": "KeyboardInterrupt", "evalue": "", "traceback": []}
        sys.stdout.flush()
        sys.stderr.flush()
        pipe.send({"msg_type": "done", "content": reply, "metadata": {}})


def _start_kernel(connection: Connection) -> tuple[Any, _Pipe]:
    from IPython.core.history import HistoryManager

    # The real one imports a debug server, for half a second, that nobody will talk to.
    stub = types.ModuleType("ipykernel.debugger")
    stub._is_debugpy_available = False  # type: ignore[attr-defined]
    sys.modules["ipykernel.debugger"] = stub
    HistoryManager.enabled = False  # type: ignore[assignment]  # no database, no thread
    pipe = _Pipe(connection)
    session = _PipeSession(username="xtanalysis", key=b"")
    # Saved, because a notebook may be run inside a process that uses IPython itself.
    _Kernel.clear_instance()
    config = Config({"IPKernelApp": {}, "HistoryManager": {"enabled": False}})
    log = logging.getLogger(__name__)
    kernel = _Kernel.instance(session=session, iopub_socket=pipe, config=config, user_ns={}, log=log)
    for name, descriptor in (("stdout", 1), ("stderr", 2)):
        setattr(sys, name, _Stream(name, descriptor, pipe))
    kernel.shell_channel_thread = types.SimpleNamespace(parent_thread=threading.main_thread())
    builtins.input = kernel.raw_input
    _start_application(kernel)
    if "" not in sys.path:
        sys.path.insert(0, "")
    _start_matplotlib()
    return kernel, pipe


def _start_application(kernel: Any) -> None:
    """Let those who ask for the running application find this kernel: %matplotlib, %pylab, get_connection_file."""
    from ipykernel.kernelapp import IPKernelApp

    IPKernelApp.clear_instance()
    app = IPKernelApp.instance(kernel=kernel, shell=kernel.shell)
    if hasattr(os, "memfd_create"):  # it has to be there; nobody can connect to a pipe
        file = os.memfd_create("kernel.json")
        os.write(file, b"{}")
        app.connection_file = f"/proc/{os.getpid()}/fd/{file}"


def _start_matplotlib() -> None:
    """Choose the inline backend as a new kernel does, also where the parent has imported or used matplotlib."""
    os.environ["MPLBACKEND"] = _INLINE
    if "matplotlib" not in sys.modules:
        return
    import matplotlib

    matplotlib.rc_file_defaults()
    if "matplotlib.pyplot" in sys.modules:
        import matplotlib.pyplot as plt

        plt.close("all")
        plt.switch_backend(_INLINE)
    else:
        matplotlib.use(_INLINE)
    inline = sys.modules.get("matplotlib_inline.backend_inline")
    if inline is not None:
        inline._enable_matplotlib_integration()
