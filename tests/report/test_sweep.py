"""Sweep files: every problem at once, names, grids."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from xtanalysis.errors import BadInput
from xtanalysis.report.sweeps.store import inputs_hash
from xtanalysis.report.sweeps.sweep import Run, filled, load_sweep, plan_runs

PARAMETERS = (
    'region: str = "湘潭市"\nscenario: str = "baseline"\nas_of: str = "2021-05-06"\nn: int = 1\nfile: str = ""\n'
)


@pytest.fixture
def plan(make_notebook: Callable[..., Path], tmp_path: Path) -> Callable[[str], tuple[Run, ...]]:
    make_notebook(PARAMETERS, "n")

    def planned(text: str) -> tuple[Run, ...]:
        path = tmp_path / "sweep.yaml"
        path.write_text(text, encoding="utf-8")
        return plan_runs(load_sweep(path))

    return planned


def test_grid_include_exclude(plan: Callable[[str], tuple[Run, ...]]) -> None:
    runs = plan(
        "notebook: made.ipynb\nparameters: {n: 3}\n"
        "grid: {region: [湘潭市, 株洲市], as_of: [2021-05-06, 2022-05-06]}\n"
        "exclude: [{region: 株洲市, as_of: 2022-05-06}]\ninclude: [{region: 长沙市, as_of: 2021-05-06, n: 4}]\n"
    )
    assert [run.name for run in runs] == [
        "湘潭市-2021-05-06", "湘潭市-2022-05-06", "株洲市-2021-05-06", "长沙市-2021-05-06-4",
    ]  # fmt: skip
    assert runs[0].parameters == {"n": 3, "region": "湘潭市", "as_of": "2021-05-06"}
    assert runs[-1].parameters["n"] == 4


def test_every_problem_at_once(plan: Callable[[str], tuple[Run, ...]]) -> None:
    with pytest.raises(BadInput) as caught:
        plan(
            "notebook: made.ipynb\nparameters: {m: 3}\ngrid: {region: [湘谭市], scenario: [basline], n: [one]}\n"
            "exclude: [{n: two}]\n"
        )
    text = str(caught.value)
    for said in (
        "unknown parameter",
        "parameter n has the wrong type",
        "湘谭市",
        "no such scenario",
        "excludes nothing",
    ):
        assert said in text, said
    assert len(caught.value.problems) == 5


def test_near_names_are_listed_and_another_regions_plan_is_refused(plan: Callable[[str], tuple[Run, ...]]) -> None:
    with pytest.raises(BadInput, match=r"湘谭市.*expected one of 湘潭市"):
        plan("notebook: made.ipynb\ngrid: {region: [湘谭市]}\n")
    # The plan is the notebook's default, so the sweep does not name it.
    with pytest.raises(BadInput, match=r"another region's.*湘潭市.*株洲市"):
        plan("notebook: 30_scenario_report.ipynb\ngrid: {region: [湘潭市, 株洲市]}\n")
    runs = plan("notebook: 30_scenario_report.ipynb\ninclude: [{region: 株洲市, plan: example-zhuzhou}]\n")
    assert len(runs) == 1


def test_names_that_clash(plan: Callable[[str], tuple[Run, ...]]) -> None:
    with pytest.raises(BadInput, match=r"2 runs would write to one folder; found 'a'"):
        plan('notebook: made.ipynb\nname: "a"\ngrid: {n: [1, 2]}\n')
    with pytest.raises(BadInput, match="which this run does not set"):
        plan('notebook: made.ipynb\nname: "{m}"\ngrid: {n: [1, 2]}\n')


def test_names_are_safe(plan: Callable[[str], tuple[Run, ...]]) -> None:
    names = [run.name for run in plan('notebook: made.ipynb\ngrid: {file: ["../../etc", "a/b c"]}\n')]
    assert names == ["etc", "a_b_c"]


def test_files_are_found_beside_the_sweep(plan: Callable[[str], tuple[Run, ...]], tmp_path: Path) -> None:
    (tmp_path / "mine.csv").touch()
    (run,) = plan("notebook: made.ipynb\nparameters: {file: mine.csv}\ngrid: {n: [1]}\n")
    assert run.parameters["file"] == str(tmp_path / "mine.csv")
    assert run.name == "run"
    assert run.recorded == {"file": "mine.csv", "n": 1}


def test_a_file_with_a_semicolon_in_its_name_counts(plan: Callable[[str], tuple[Run, ...]], tmp_path: Path) -> None:
    mine = tmp_path / "=2020;2021.csv"
    hashes = set()
    for text in ("a", "b"):
        mine.write_text(text, encoding="utf-8")
        (run,) = plan("notebook: made.ipynb\nparameters: {file: '=2020;2021.csv'}\ngrid: {n: [1]}\n")
        assert run.recorded["file"] == mine.name
        hashes.add(inputs_hash("", run))
    assert len(hashes) == 2


def test_records_tell_no_place(plan: Callable[[str], tuple[Run, ...]], tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "mine.csv").touch()
    (run,) = plan("notebook: made.ipynb\nparameters: {file: in/mine.csv}\ngrid: {n: [1]}\n")
    assert run.recorded["file"] == "in/mine.csv"
    (run,) = plan(f"notebook: made.ipynb\nparameters: {{file: {tmp_path}/in/mine.csv}}\ngrid: {{n: [1]}}\n")
    assert (run.parameters["file"], run.recorded["file"]) == (f"{tmp_path}/in/mine.csv", "mine.csv")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "is not a sweep"),
        ("a: [", "this is not YAML"),
        ("grid: {}", "names no notebook"),
        ("notebook: other.ipynb", "there is no such notebook"),
        ("notebook: made.ipynb", "leaves no run"),
        ("notebook: made.ipynb\ngird: {n: [1]}", "Did you mean 'grid'"),
        ("notebook: made.ipynb\ngrid: {n: 1}", r"column grid.n: is no list"),
        ("notebook: made.ipynb\ngrid: [n]", r"column grid: has the wrong shape"),
        ("notebook: made.ipynb\ninclude: [n]", r"column include: is no mapping"),
        ("notebook: made.ipynb\ngrid: {n: [1]}\ntimeout: {cell: -1}", r"column timeout: is no time-out"),
    ],
)
def test_what_is_no_sweep(plan: Callable[[str], tuple[Run, ...]], text: str, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        plan(text)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such file"):
        load_sweep(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("{as_of:%Y-%m}", "2021-05"),
        ("{n:03d}-x", "007-x"),
        ("{region}", "湘潭市"),
        ("{as_of}", "2021-05-06"),
        ("💥", None),
    ],
)
def test_patterns_of_names(pattern: str, name: str | None) -> None:
    given = {"as_of": "2021-05-06", "n": 7, "region": "湘潭市"}
    assert filled(pattern, given) == (name or pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "{as_of",
        "{",
        "}",
        "{n.real}",
        "{n[0]}",
        "{m}",
        "{n:>999999999}",
        "{n!r}",
        "{n:{n}}",
        "{region:%Y}",
        "{n:q}",
        "{}",
    ],
)
def test_patterns_that_are_no_names(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        filled(pattern, {"as_of": "2021-05-06", "n": 7, "region": "湘潭市"})


def test_long_texts_and_names_of_symbols(make_notebook: Callable[..., Path], tmp_path: Path) -> None:
    make_notebook("text: str = ''")
    texts = ["长" * 400, "长" * 401, "💥", "🙂", "a\x00b", "x"]
    grid = ", ".join(json.dumps(text, ensure_ascii=False) for text in texts)
    (tmp_path / "s.yaml").write_text(f"notebook: made.ipynb\ngrid: {{text: [{grid}]}}\n", encoding="utf-8")
    names = [run.name for run in plan_runs(load_sweep(tmp_path / "s.yaml"))]
    assert len(set(names)) == len(texts)
    assert all(0 < len(name.encode()) <= 120 for name in names)
    assert names[-1] == "x"


def test_a_file_counts_by_its_stem_in_a_name(make_notebook: Callable[..., Path], tmp_path: Path) -> None:
    make_notebook("scenario: str = ''\nn: int = 1")
    (tmp_path / "mine.yaml").write_text("id: x", encoding="utf-8")
    text = "notebook: made.ipynb\nparameters: {scenario: mine.yaml}\ngrid: {n: [1, 2]}\nname: '{scenario}-{n}'\n"
    (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
    assert [run.name for run in plan_runs(load_sweep(tmp_path / "s.yaml"))] == ["mine-1", "mine-2"]
