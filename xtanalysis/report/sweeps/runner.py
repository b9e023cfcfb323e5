"""Run one notebook: parameters checked before, written atomically, and equal runs give equal bytes."""

from __future__ import annotations

import contextlib
import importlib
import json
import re
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from xtanalysis.data.writing import temporary_folder, write_file
from xtanalysis.errors import RunFailed
from xtanalysis.report.sweeps.parameters import check_parameters, read_notebook
from xtanalysis.text import message

__all__ = ["WARM", "CellFailure", "Executed", "NotebookFailed", "import_papermill", "run_notebook"]

WARM, STOCK = "xtanalysis-warm", "xtanalysis-stock"  # their names for papermill; the first in pyproject.toml too
# Times differ from run to run; they are returned in `Executed` and kept out of the notebook.
_TIMES = ("start_time", "end_time", "duration", "output_path", "environment_variables")
_KERNEL_FILE = re.compile(r"(?:/[^\s:\"']*)?/ipykernel_\d+/\d+\.py")
_ERROR_LINE = re.compile(r"^(?:  [|+] )?((?:\w+\.)*\w*(?:Error|Exception|Group|Interrupt|Exit)): (.*)$", re.MULTILINE)
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]{6,16}")


@dataclass(frozen=True, slots=True)
class CellFailure:
    """Where and why a notebook stopped.

    Attributes
    ----------
    cell
        Number of the cell, from 1, as the notebook is written.
    source, name, text
        The cell's code, the exception's class and message.
    """

    cell: int
    source: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Executed:
    """A notebook that ran to its end.

    Attributes
    ----------
    notebook
        The nbformat node as written.
    seconds
        Wall time of the whole run.
    """

    notebook: Any
    seconds: float


class NotebookFailed(RunFailed):
    """A notebook stopped: carries the executed part, the failing cell and the parameters."""

    def __init__(self, path: Path, failure: CellFailure, parameters: Mapping[str, Any], notebook: Any) -> None:
        self.failure, self.parameters, self.notebook = failure, dict(parameters), notebook
        given = ", ".join(f"{k}={v!r}" for k, v in parameters.items()) or "defaults"
        code = "\n".join(f"    {line}" for line in failure.source.splitlines()[:8])
        told = message(
            "{notebook} stopped in cell {cell} with {error}: {said}",
            notebook=path.name,
            cell=failure.cell,
            error=failure.name,
            said=failure.text,
        )
        super().__init__(message("{told}\n{code}\n  parameters: {given}", told=told, code=code, given=given))


def run_notebook(
    notebook: Path,
    output: Path,
    parameters: Mapping[str, Any],
    *,
    engine: str | None = None,
    cwd: Path | None = None,
    told: Mapping[str, str] | None = None,
    cell_timeout: float | None = None,
    run_timeout: float | None = None,
) -> Executed:
    """Execute ``notebook`` with ``parameters`` and write the result to ``output``, whole or not at all.

    Parameters
    ----------
    notebook, output
        Source and executed notebook. On a failure, ``output`` holds what ran, with the error in its cell.
    parameters
        Checked against the notebook's parameters cell first.
    engine
        An engine of papermill's: ``None`` for a kernel of its own, ``"xtanalysis-warm"`` for the one that this process
        keeps (``kernels.kernel_kept``) where the notebook is a shipped one.
    cwd
        Working folder of the cells.
    told
        Path of a file → the name that stands for it in the executed notebook, which is to be the same in any folder.
    cell_timeout, run_timeout
        Seconds for one cell and for the notebook.

    Raises
    ------
    BadInput
        If a parameter is unknown or of the wrong type; nothing was run.
    NotebookFailed
        If a cell failed or ran out of time, or its kernel died.
    """
    given = check_parameters(notebook, parameters)
    papermill = import_papermill()
    _register(papermill)
    started = time.perf_counter()
    made = read_notebook(notebook)
    with temporary_folder() as folder:
        draft = folder / "draft.ipynb"
        # papermill formats paths with the parameters, so braces in a folder's name have to be doubled.
        crash: Exception | None = None
        try:
            papermill.execute_notebook(
                str(_sound(notebook, made, folder)).replace("{", "{{").replace("}", "}}"),
                str(draft),
                given,
                **_kernel(made),
                engine_name=engine or STOCK,
                cwd=str(cwd) if cwd is not None else None,
                execution_timeout=cell_timeout,
                progress_bar=False,
                **({"run_timeout": run_timeout} if engine in (None, WARM) else {}),
            )
        except papermill.PapermillExecutionError as error:
            crash = error
        except Exception as error:  # time-outs and dead kernels come from several libraries
            if not draft.is_file():
                raise
            crash = error
        executed = papermill.iorw.load_notebook_node(str(draft))
    names = {**(told or {}), **({} if cwd is None else {str(cwd): "."})}
    names |= {_in_code(path): _in_code(name) for path, name in names.items()}
    _without_places(executed, sorted(names.items(), key=lambda item: -len(item[0])))
    seconds = time.perf_counter() - started
    failure = _settle(executed, notebook, crash)
    _strip_times(executed, notebook)
    write_file(output, _as_text(executed), parents=True)
    if failure is not None:
        raise NotebookFailed(notebook, failure, given, executed)
    return Executed(executed, seconds)


def _without_places(node: Any, names: Sequence[tuple[str, str]]) -> Any:
    """A part of a notebook with names for paths, the longest path first; mappings and lists are changed in place."""
    if isinstance(node, str):
        for path, name in names:
            node = node.replace(path, name)
    elif isinstance(node, dict):
        for key, value in node.items():
            node[key] = _without_places(value, names)
    elif isinstance(node, list):
        node[:] = [_without_places(value, names) for value in node]
    return node


def _in_code(text: str) -> str:
    """A text as papermill writes it between quotation marks."""
    return text.encode("unicode_escape").decode("ascii").replace('"', r"\"")


def _register(papermill: ModuleType) -> None:
    """Tell papermill of the engines; they import it."""
    from xtanalysis.report.sweeps.engines import StockEngine, WarmEngine

    papermill.engines.papermill_engines.register(STOCK, StockEngine)
    papermill.engines.papermill_engines.register(WARM, WarmEngine)


def _sound(notebook: Path, made: Mapping[str, Any], folder: Path) -> Path:
    """The notebook, or a copy whose cells have lists for tags: null, as some converters write, stops papermill."""
    metadata = [cell.get("metadata") for cell in made["cells"] if isinstance(cell, dict)]
    bare = [one for one in metadata if isinstance(one, dict) and "tags" in one and one["tags"] is None]
    if not bare:
        return notebook
    for one in bare:
        del one["tags"]
    copy = folder / "source.ipynb"
    copy.write_text(json.dumps(made), encoding="utf-8")
    return copy


def _kernel(made: Mapping[str, Any]) -> dict[str, str]:
    """Kernel and language to name where the notebook names none, as those made by hand or by a converter."""
    metadata = made.get("metadata") or {}
    spec, info = metadata.get("kernelspec") or {}, metadata.get("language_info") or {}
    named = {} if spec.get("name") else {"kernel_name": "python3"}
    return named if spec.get("language") or info.get("name") else {**named, "language": "python"}


def import_papermill() -> ModuleType:
    """Import papermill in 0.3 s instead of 1.6 s.

    jsonschema's optional checks of internationalised addresses build a grammar for 1.2 s; without that optional
    library they are left out, and no schema of a notebook uses them. Arrow takes 0.1 s, for notebooks on Hadoop.
    """
    with _without("rfc3987_syntax"), _without("pyarrow"):
        return importlib.import_module("papermill")


@contextlib.contextmanager
def _without(module: str) -> Iterator[None]:
    """Make ``import module`` fail for a while, unless it is there already."""
    if module in sys.modules:
        yield
        return
    sys.modules[module] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[module]


def _settle(executed: Any, source: Path, crash: Exception | None) -> CellFailure | None:
    """Say in the notebook itself why it stopped, drop papermill's red markers, and make the cells' ids repeatable."""
    executed.cells = [c for c in executed.cells if "papermill-error-cell-tag" not in (c.metadata.get("tags") or ())]
    for i, cell in enumerate(executed.cells):
        cell["id"] = f"cell-{i + 1}"
        if "outputs" in cell:
            cell.outputs = _joined(cell.outputs)
        for output in cell.get("outputs", ()):
            _steady(output)
    if crash is None:
        return None
    for i, cell in enumerate(executed.cells):
        errors = [o for o in cell.get("outputs", ()) if o.output_type == "error"]
        if errors:
            return CellFailure(_number(executed.cells, i), cell.source, errors[0].ename, errors[0].evalue)
    # A cell that ran out of time or lost its kernel is the last that was started.
    i = max((i for i, c in enumerate(executed.cells) if c.metadata.papermill.start_time), default=0)
    cell = executed.cells[i]
    name, text = _said_on_stderr(cell) or (type(crash).__name__, str(crash).strip())
    error = {"output_type": "error", "ename": name, "evalue": text, "traceback": [f"{name}: {text}"]}
    if cell.cell_type == "code":
        from nbformat import from_dict

        cell.outputs.append(from_dict(error))
    return CellFailure(_number(executed.cells, i), cell.source, name, text)


def _number(cells: Sequence[Any], place: int) -> int:
    """A cell's number in the notebook as it was written, before its parameters were put in."""
    return place + 1 - sum("injected-parameters" in (c.metadata.get("tags") or ()) for c in cells[:place])


def _said_on_stderr(cell: Any) -> tuple[str, str] | None:
    """Class and message of an error that IPython printed instead of reporting it: a group, a magic used wrongly."""
    from nbconvert.filters import strip_ansi

    text = "".join(o.text for o in cell.get("outputs", ()) if o.output_type == "stream" and o.name == "stderr")
    found = _ERROR_LINE.findall(strip_ansi(text))
    return (found[-1][0], found[-1][1].strip()) if found else None


def _joined(outputs: list[Any]) -> list[Any]:
    """Join what one stream said in several breaths: where a kernel pauses between lines is chance."""
    found: list[Any] = []
    for output in outputs:
        last = found[-1] if found else None
        if last is not None and output.output_type == last.output_type == "stream" and output.name == last.name:
            last.text += output.text
        else:
            found.append(output)
    return found


def _steady(output: Any) -> None:
    """Replace process numbers and memory addresses, which differ from run to run."""
    if output.output_type == "stream":
        output.text = _ADDRESS.sub(" at 0x…", _KERNEL_FILE.sub("<cell>", output.text))
    elif output.output_type in ("display_data", "execute_result") and isinstance(output.data.get("text/plain"), str):
        output.data["text/plain"] = _ADDRESS.sub(" at 0x…", output.data["text/plain"])


def _strip_times(executed: Any, source: Path) -> None:
    for cell in executed.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
    for name in _TIMES:
        executed.metadata.papermill.pop(name, None)
    executed.metadata.papermill["input_path"] = source.name


def _as_text(executed: Any) -> str:
    import nbformat

    return str(nbformat.writes(executed)) + "\n"
