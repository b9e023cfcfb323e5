"""papermill's engines: stock kernels through nbclient, with a limit for the whole run and the last words of a kernel.

Whatever stock papermill runs, runs here: kernel and client are Jupyter's own.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from queue import Empty
from typing import Any

from nbclient.exceptions import CellExecutionComplete, CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import from_dict
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine
from papermill.log import logger

from xtanalysis.report.sweeps.kernels import Kernel, kernel_for

__all__ = ["StockEngine", "WarmEngine"]

_GRACE = 1.0  # seconds for an interrupted cell to say where it was
_PATIENCE = 120  # seconds for outputs still under way when a cell has ended; nbclient's 4 are few on a busy machine
_STOPPING = (CellTimeoutError, DeadKernelError)


class StockEngine(NBClientEngine):  # type: ignore[misc]
    """Runs a notebook in a kernel of its own."""

    reuse = False

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
        input_path: str | None = None,
        **options: Any,
    ) -> Any:
        """Execute all cells; ``execution_timeout`` is for a cell and ``run_timeout`` for all, in seconds."""
        with kernel_for(input_path, kernel_name, reuse=cls.reuse, start_timeout=start_timeout) as kernel:
            deadline = None if run_timeout is None else time.monotonic() + run_timeout
            client = PapermillNotebookClient(
                nb_man,
                km=kernel.manager,
                log=logger,
                log_output=log_output,
                stdout_file=stdout_file,
                stderr_file=stderr_file,
                timeout_func=lambda cell: _seconds(execution_timeout, deadline),
                iopub_timeout=_PATIENCE,
                record_timing=False,
            )
            client.kc = kernel.client
            client.reset_execution_trackers()
            answer = client.wait_for_reply(kernel.client.kernel_info())
            nb_man.nb.metadata["language_info"] = answer["content"]["language_info"]
            with _unsaved(nb_man):
                _execute_cells(client, kernel)
            client.set_widgets_metadata()
        return nb_man.nb


class WarmEngine(StockEngine):
    """The same; a shipped notebook uses the kernel that this process keeps, if it keeps one."""

    reuse = True


@contextlib.contextmanager
def _unsaved(manager: Any) -> Iterator[None]:
    """Keep papermill from writing the notebook twice a cell, half of a worker's time; it does so after the last."""
    place, manager.output_path = manager.output_path, None
    try:
        yield
    finally:
        manager.output_path = place


def _execute_cells(client: Any, kernel: Kernel) -> None:
    """Go through the cells as papermill does: stop at the first failure, with everything so far in the notebook."""
    manager = client.nb_man
    for index, cell in enumerate(client.nb.cells):
        manager.cell_start(cell, index)
        try:
            _execute_cell(client, kernel, cell, index)
        except (CellExecutionError, *_STOPPING) as error:
            if isinstance(error, _STOPPING):
                # Stock papermill would lose the notebook here; the reason becomes the cell's last output instead.
                text = str(error).strip()
                name = type(error).__name__
                output = {"output_type": "error", "ename": name, "evalue": text, "traceback": [text]}
                # Before the traceback of our interrupt, which tells where the cell was.
                place = next((i for i, o in enumerate(cell.outputs) if o.output_type == "error"), len(cell.outputs))
                cell.outputs.insert(place, from_dict(output))
            kernel.failed = True
            manager.cell_exception(cell, cell_index=index, exception=error)
            break
        finally:
            manager.cell_complete(cell, cell_index=index)


def _execute_cell(client: Any, kernel: Kernel, cell: Any, index: int) -> None:
    try:
        client.execute_cell(cell, index)
    except CellTimeoutError:
        _interrupt(client, kernel, cell, index)
        raise
    except DeadKernelError:
        shown = [o.text for o in cell.get("outputs", ()) if o.output_type == "stream"]
        raise DeadKernelError(kernel.obituary("".join(shown[-1:]))) from None


def _interrupt(client: Any, kernel: Kernel, cell: Any, index: int) -> None:
    """Keep what an interrupted cell says of where it was."""
    kernel.interrupt()
    end = time.monotonic() + _GRACE
    try:
        while (left := end - time.monotonic()) > 0:
            client.process_message(kernel.message(left), cell, index)
    except (Empty, CellExecutionComplete):
        return


def _seconds(timeout: float | None, deadline: float | None) -> float | None:
    """How long a cell that starts now may take; ``None`` for as long as it likes."""
    left = [] if deadline is None else [max(deadline - time.monotonic(), 0.001)]
    return min([*left, *([] if timeout is None else [timeout])], default=None)
