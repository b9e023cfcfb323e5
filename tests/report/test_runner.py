"""Real kernels: the same bytes as under papermill alone; what goes wrong is said in the notebook and the error."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from papermill.iorw import write_ipynb

from xtanalysis.errors import BadInput
from xtanalysis.report.html import export_page
from xtanalysis.report.sweeps.runner import NotebookFailed, run_notebook

TALKATIVE = (
    "import sys, os\nfrom IPython.display import display, update_display, clear_output\n"
    "print('gone')\nclear_output()\n"
    "print('one')\nhandle = display({'n': 1}, display_id='d')\nprint('two', file=sys.stderr)\nprint('three')\n"
    "update_display({'n': 2}, display_id='d')\n"
    "'result'"
)


def test_same_bytes_as_papermill(small: Path, tmp_path: Path) -> None:
    for engine in ("nbclient", None):
        run_notebook(small, tmp_path / f"{engine}.ipynb", {"slope": 2.0}, engine=engine)
    papermill, ours = ((tmp_path / f"{engine}.ipynb").read_bytes() for engine in ("nbclient", None))
    assert b"image/svg+xml" in papermill
    assert papermill == ours


def test_a_notebook_is_not_written_again_for_each_of_its_cells(
    make_notebook: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []

    def write(node: Any, path: str) -> None:
        written.append(path)
        write_ipynb(node, path)

    monkeypatch.setattr("papermill.engines.write_ipynb", write)
    counts = []
    for cells in (["1"], ["1"] * 6):
        written.clear()
        run_notebook(make_notebook(*cells), tmp_path / "out.ipynb", {})
        counts.append(len(written))
    assert 0 < counts[0] == counts[1]


@pytest.mark.slow
def test_same_outputs_as_papermill_for_every_kind_of_message(
    make_notebook: Callable[..., Path], tmp_path: Path
) -> None:
    path = make_notebook("n: int = 1", TALKATIVE, "await __import__('asyncio').sleep(0)\nn", "!echo shell")
    outputs = []
    for engine in ("nbclient", None):
        executed = run_notebook(path, tmp_path / "out.ipynb", {}, engine=engine).notebook
        kinds = [
            sorted((o.output_type, str(o.get("text", o.get("data", o.get("evalue"))))) for o in cell.get("outputs", ()))
            for cell in executed.cells
        ]
        outputs.append((kinds, [cell.execution_count for cell in executed.cells]))
    assert outputs[0] == outputs[1]
    assert "2}" in str(outputs[1][0][1])


def test_a_failing_cell(make_notebook: Callable[..., Path], tmp_path: Path) -> None:
    path = make_notebook("n: int = 1", "print('before')\n1 / n", "never = 1")
    with pytest.raises(NotebookFailed, match=r"cell 2 with ZeroDivisionError: division by zero") as caught:
        run_notebook(path, tmp_path / "o.ipynb", {"n": 0})
    assert "parameters: n=0" in str(caught.value)
    written = nbformat.read(tmp_path / "o.ipynb", as_version=4)
    assert [o.output_type for o in written.cells[2].outputs] == ["stream", "error"]
    assert written.cells[3].execution_count is None
    assert not any("papermill-error" in str(cell.metadata) for cell in written.cells)


def test_a_cell_that_takes_too_long(make_notebook: Callable[..., Path], tmp_path: Path) -> None:
    path = make_notebook("n: int = 1", "print('begun')\nimport time\ntime.sleep(600)")
    with pytest.raises(NotebookFailed, match="CellTimeoutError") as caught:
        run_notebook(path, tmp_path / "o.ipynb", {}, cell_timeout=3)  # a busy machine begins late
    outputs = caught.value.notebook.cells[1].outputs
    assert outputs[0].text == "begun\n"
    assert "KeyboardInterrupt" in str(outputs)


def test_no_place_stands_in_what_is_kept(make_notebook: Callable[..., Path], tmp_path: Path) -> None:
    """The same bytes from two folders, one with a name that Python code writes with escapes."""
    path = make_notebook("file: str = ''\nmany: list[str] = []", "import os\nprint(file, os.getcwd())\nopen(file)")
    kept = []
    for place in ("a", 'b 湘 "x"/c'):
        (tmp_path / place / "数据").mkdir(parents=True)
        mine = str(tmp_path / place / "数据" / "mine.csv")
        with pytest.raises(NotebookFailed, match="FileNotFoundError"):
            run_notebook(
                path, tmp_path / place / "o.ipynb", {"file": mine, "many": [mine]}, cwd=tmp_path / place,
                told={mine: "数据/mine.csv"},
            )  # fmt: skip
        kept.append((tmp_path / place / "o.ipynb").read_text(encoding="utf-8"))
    assert kept[0] == kept[1]
    assert "数据/mine.csv .\\n" in kept[0]
    assert str(tmp_path) not in kept[0]


def test_a_run_that_takes_too_long(make_notebook: Callable[..., Path], tmp_path: Path) -> None:
    path = make_notebook("n: int = 1", *["import time\ntime.sleep(0.3)"] * 20)
    with pytest.raises(NotebookFailed, match="CellTimeoutError") as caught:
        run_notebook(path, tmp_path / "o.ipynb", {}, run_timeout=2.5)
    assert 2 <= caught.value.failure.cell < 20


def test_a_dead_kernel_leaves_its_last_output(make_notebook: Callable[..., Path], tmp_path: Path) -> None:
    path = make_notebook("n: int = 1", "print('last words', flush=True)\nimport os\nos.kill(os.getpid(), 11)")
    with pytest.raises(NotebookFailed, match=r"(?s)DeadKernelError: Kernel died \(SIGSEGV\).*last words"):
        run_notebook(path, tmp_path / "o.ipynb", {})


def test_input_is_refused(make_notebook: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(NotebookFailed, match="StdinNotImplementedError"):
        run_notebook(make_notebook("n: int = 1", "input('name?')"), tmp_path / "o.ipynb", {})


def test_widgets_keep_their_state(make_notebook: Callable[..., Path], tmp_path: Path) -> None:
    path = make_notebook("n: int = 1", "import ipywidgets\nipywidgets.IntSlider(value=7)")
    executed = run_notebook(path, tmp_path / "o.ipynb", {}).notebook
    states = executed.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    assert any(state["state"].get("value") == 7 for state in states.values())


def test_nothing_runs_with_a_wrong_parameter(make_notebook: Callable[..., Path], tmp_path: Path) -> None:
    path = make_notebook("n: int = 1", "from pathlib import Path\nPath('trace').touch()")
    with pytest.raises(BadInput, match="unknown parameter"):
        run_notebook(path, tmp_path / "o.ipynb", {"m": 2}, cwd=tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["made.ipynb"]


def test_cells_work_in_the_given_folder(make_notebook: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "place {n}").mkdir()
    path = make_notebook("n: int = 1", "from pathlib import Path\nPath('trace').touch()", name="a {n}.ipynb")
    run_notebook(path, tmp_path / "o.ipynb", {"n": 2}, cwd=tmp_path / "place {n}")
    assert (tmp_path / "place {n}" / "trace").is_file()


GIF = "R0lGODlhAQABAIAAAAUEBAAAACwAAAAAAQABAAACAkQBADs="


@pytest.mark.parametrize(
    ("code", "name", "text"),
    [
        ("raise ExceptionGroup('two', [ValueError('a'), TypeError('b')])", "ExceptionGroup", "two (2 sub-exceptions)"),
        ("%no_such_magic", "UsageError", "Line magic function `%no_such_magic` not found."),
    ],
)
def test_an_error_that_is_only_printed_is_the_cause(
    make_notebook: Callable[..., Path], tmp_path: Path, code: str, name: str, text: str
) -> None:
    with pytest.raises(NotebookFailed) as caught:
        run_notebook(make_notebook("n: int = 1", code), tmp_path / "o.ipynb", {"n": 2})
    failure = caught.value.failure
    assert (failure.cell, failure.name) == (2, name)
    assert failure.text.startswith(text)
    page = export_page(caught.value.notebook)
    assert name in page
    assert text.split(" `")[0] in page


@pytest.mark.parametrize(
    "code",
    [
        "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])",
        "from ipykernel.connect import get_connection_file\nget_connection_file()",
        "from ipywidgets import interact\ninteract(lambda x: print('said', x), x=3)",
        "from ipywidgets import Output\nout = Output()\nwith out:\n    print('inside')\nout",
    ],
    ids=["matplotlib", "connection", "interact", "output"],
)
def test_sound_notebooks_run(make_notebook: Callable[..., Path], tmp_path: Path, code: str) -> None:
    executed = run_notebook(make_notebook("n: int = 1", code), tmp_path / "o.ipynb", {}).notebook
    assert executed.cells[1].outputs


def test_a_notebook_of_a_converter_names_no_kernel_and_has_no_tags(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "code", "id": "a", "metadata": {"tags": ["parameters"]}, "source": "n: int = 1"},
        {"cell_type": "code", "id": "b", "metadata": {"tags": None}, "source": "print(n)"},
    ]
    cells = [{**cell, "outputs": [], "execution_count": None} for cell in cells]
    made = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    (tmp_path / "bare.ipynb").write_text(json.dumps(made), encoding="utf-8")
    executed = run_notebook(tmp_path / "bare.ipynb", tmp_path / "o.ipynb", {"n": 2}).notebook
    assert executed.cells[-1].outputs[0].text == "2\n"


def test_one_bad_output_is_told_and_the_others_are_shown(make_notebook: Callable[..., Path], tmp_path: Path) -> None:
    show = "from IPython.display import display\n"
    path = make_notebook(
        "n: int = 1",
        show + "display({'application/vnd.plotly.v1+json': {'data': []}}, raw=True)",
        show + f"display({{'image/gif': '{GIF}'}}, raw=True)",
        show + "display({'text/html': '<script>var x</script><b>kept</b><meta http-equiv=refresh>'}, raw=True)",
        show + "display({'image/png': ['not', 'a', 'picture']}, raw=True)",
        show + "from IPython.display import Markdown\nMarkdown(r'before $x_1_2$ \\frac{1 after')",
    )
    page = export_page(run_notebook(path, tmp_path / "o.ipynb", {}).notebook)
    assert "application/vnd.plotly.v1+json" in page
    assert f'src="data:image/gif;base64,{GIF}"' in page
    assert "<b>kept</b>&lt;meta" in page
    assert "<script" not in page
    assert "before" in page
    assert "after" in page
