"""Parameters are read from the tagged cell and checked before anything runs."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from xtanalysis.errors import BadInput
from xtanalysis.report.sweeps.parameters import Parameter, check_parameters, read_notebook, read_parameters
from xtanalysis.report.sweeps.runner import import_papermill

CELL = (
    'region: str = "湘潭市"  # whose paths\n'
    "horizon: int = 5  # years ahead\n"
    "share: float = 0.5\n"
    "deep: bool = False\n"
    "facts: list[str] | None = None  # further files\n"
    "plain = 3\n"
    'lang: str = "zh"  # of the page, one of: zh, en\n'
)


def test_names_types_defaults_and_help(make_notebook: Callable[..., Path]) -> None:
    found = read_parameters(make_notebook(CELL))
    assert found["horizon"] == Parameter("horizon", "int", 5, "years ahead")
    assert found["plain"].type == "int"
    assert found["facts"] == Parameter("facts", "list[str] | None", None, "further files")
    assert found["lang"].choices == ("zh", "en")


def test_agrees_with_papermill(make_notebook: Callable[..., Path]) -> None:
    path = make_notebook(CELL)
    theirs = import_papermill().inspect_notebook(str(path))
    ours = read_parameters(path)
    assert set(ours) - set(theirs) == {"facts"}  # an annotation with brackets, which papermill does not read
    for name, said in theirs.items():
        assert said["help"] == ours[name].help
        assert said["inferred_type_name"] in (ours[name].type, "None"), name


def test_every_problem_at_once(make_notebook: Callable[..., Path]) -> None:
    given = {"horizn": 9, "horizon": "9", "deep": 1, "share": True, "lang": "fr", "facts": [1]}
    with pytest.raises(BadInput) as caught:
        check_parameters(make_notebook(CELL), given)
    text = str(caught.value)
    assert len(caught.value.problems) == 6
    assert "found 'horizn'" in text
    assert "Did you mean 'horizon'?" in text
    assert "found \"'9' (str)\"; expected int" in text
    assert "zh or en" in text
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("given", [{}, {"share": 1}, {"facts": ["a.csv"]}, {"facts": None}, {"deep": True}])
def test_what_fits_passes(make_notebook: Callable[..., Path], given: dict[str, object]) -> None:
    assert check_parameters(make_notebook(CELL), given) == given


def test_dates_and_paths_become_text(make_notebook: Callable[..., Path]) -> None:
    path = make_notebook('as_of: str = ""\nfile: str = ""\n')
    given = {"as_of": dt.date(2021, 5, 6), "file": Path("a.csv")}
    assert check_parameters(path, given) == {"as_of": "2021-05-06", "file": "a.csv"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "there is no such notebook"),
        ("not json", "is not a notebook"),
        ('{"nbformat": 3}', "is not a notebook of format 4"),
        ('{"nbformat": 4, "cells": [], "metadata": {"kernelspec": ["python3"]}}', "is not a notebook of format 4"),
        ('{"nbformat": 4, "cells": [], "metadata": {"language_info": "python"}}', "is not a notebook of format 4"),
        ('{"cells":' + "[" * 100_000, "is not a notebook"),
        ('{"nbformat": 4, "cells": []}', "has no cell tagged `parameters`"),
        ('{"nbformat": 4, "cells": [{"source": "a = (", "metadata": {"tags": ["parameters"]}}]}', "is not Python"),
        (
            '{"nbformat": 4, "cells": [{"source": "n = 1", "metadata": {"tags": ["parameters"]}},'
            ' {"source": "n = 2", "metadata": {"tags": ["parameters"]}}]}',
            "several cells tagged `parameters` assign the same name",
        ),
        (
            '{"nbformat": 4, "metadata": {"kernelspec": {"name": "ir", "language": "R"}}, "cells": []}',
            "the notebook is in R, and its kernel is not installed",
        ),
    ],
)
def test_what_is_no_notebook(tmp_path: Path, content: str | None, message: str) -> None:
    path = tmp_path / "n.ipynb"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(BadInput, match=message):
        read_parameters(path)


def test_a_second_cell_of_other_names_runs_as_papermill_runs_it(tmp_path: Path) -> None:
    tagged = [{"source": text, "metadata": {"tags": ["parameters"]}} for text in ("n = 1", "m = 2")]
    (tmp_path / "n.ipynb").write_text(json.dumps({"nbformat": 4, "metadata": {}, "cells": tagged}), encoding="utf-8")
    assert list(read_parameters(tmp_path / "n.ipynb")) == ["n"]


@pytest.mark.parametrize(
    "cells", [[True], [{"metadata": 1}], [{"metadata": {"tags": "x"}, "source": ""}], [{"source": [1]}]]
)
def test_cells_of_another_shape_are_no_notebook(cells: list[object], tmp_path: Path) -> None:
    (tmp_path / "n.ipynb").write_text(json.dumps({"nbformat": 4, "metadata": {}, "cells": cells}), encoding="utf-8")
    with pytest.raises(BadInput, match="not a notebook"):
        read_notebook(tmp_path / "n.ipynb")
