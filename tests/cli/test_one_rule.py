"""What `check` refuses, every command refuses in the same words; what it asks, every command tells."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.cli.test_check_and_targets import run
from xtanalysis.data.paths import plans_dir
from xtanalysis.errors import BadInput
from xtanalysis.study.facts import load_facts

UNKNOWN = "临水县主要经济指标\n指标,单位,2024年\n地区生产总值,亿元,2750\n"
SEVERAL = "长沙市、株洲市主要经济指标\n指标,单位,2024年\n地区生产总值,亿元,2750\n"
FAR = "指标,单位,2024年\n规模以上工业增加值增速,%,45\n"
SCENARIO = """
id: mine
title: {zh: 情景, en: Scenario}
reason: {zh: 说明, en: Why}
assumptions:
  - {indicator: gdp_real, measure: growth, each: 2027/2028, value: 5, unit: percent, reason: 假定}
"""
FIX = "Add a column 地区, which check --region R --save FILE does; places of your own go to reference/regions.csv"
FIGURES = {
    "project": ["--draws", "100"],
    "scorecard": ["--draws", "0"],
    "report": ["--draws", "100", "--as-of", "2026-11-27", "--scenario", "baseline"],
}


def told_by(
    command: str, name: str, path: Path, out: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str]:
    """Exit code and standard error of a command that is given a file by an option."""
    monkeypatch.setenv("LC_ALL", "C")
    code = run(monkeypatch, command, *FIGURES[command], name, str(path), "--out", str(out))
    return code, capsys.readouterr().err


@pytest.mark.parametrize("command", FIGURES)
@pytest.mark.parametrize(("table", "found"), [(UNKNOWN, "临水县"), (SEVERAL, "长沙市, 株洲市")])
def test_a_title_that_does_not_say_whose_is_refused_everywhere(
    command: str, table: str, found: str, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    path, out = tmp_path / "mine.csv", tmp_path / "out"
    path.write_text(table, encoding="utf-8")
    monkeypatch.setattr("xtanalysis.data.dictionary.home", lambda: "湘潭市")
    monkeypatch.setenv("LC_ALL", "C")
    assert run(monkeypatch, "check", str(path)) == 2
    said = capsys.readouterr().err
    assert "whose figures are these? the title names" in said
    assert f"found {found!r}. {FIX}" in said
    code, err = told_by(command, "--facts", path, out, monkeypatch, capsys)
    assert code == 2
    assert said in err
    assert not out.exists()


def test_python_refuses_the_same_title(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(UNKNOWN, encoding="utf-8")
    with pytest.raises(BadInput, match=r"whose figures are these.*found '临水县'"):
        load_facts("湘潭", extra=path)
    path.write_text(UNKNOWN.replace("临水县", "湘潭市"), encoding="utf-8")
    (own,) = load_facts("湘潭", extra=path).added
    assert (own.region, own.value) == ("湘潭市", 2750)


@pytest.mark.parametrize("command", ["project", "scorecard"])
def test_what_the_model_did_not_expect_is_told_everywhere(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(FAR, encoding="utf-8")
    monkeypatch.setenv("LC_ALL", "C")
    assert run(monkeypatch, "check", str(path), "--region", "湘潭") == 2
    (asked,) = capsys.readouterr().err.splitlines()
    question = asked.partition(". Correct the figure")[0]
    assert "far from what the model expected" in question
    code, err = told_by(command, "--facts", path, tmp_path / "out", monkeypatch, capsys)
    assert code == 0
    assert err.splitlines().count(question) == 1


def test_an_odd_figure_is_told_once_and_in_the_readers_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(FAR.replace("45", "0.087"), encoding="utf-8")
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    arguments = ("project", *FIGURES["project"], "--facts", str(path), "--out", str(tmp_path / "out"))
    assert run(monkeypatch, *arguments) == 0
    (line,) = [line for line in capsys.readouterr().err.splitlines() if "0.087" in line]
    assert line == "mine.csv，第2行，“数值”列，单元格C2：是比率还是百分数？；现为“0.087%”；应为若为8.7%，请写8.7或8.7%"


@pytest.mark.parametrize("command", ["project", "report"])
def test_a_scenario_that_cannot_be_used_is_refused_before_anything_runs(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = tmp_path / "mine.yaml", tmp_path / "out"
    path.write_text(SCENARIO.replace("value: 5", "value: five"), encoding="utf-8")
    monkeypatch.setenv("LC_ALL", "C")
    assert run(monkeypatch, "check", str(path)) == 2
    (said,) = capsys.readouterr().err.splitlines()
    assert "assumptions[0].value: this is not a number; found 'five'" in said
    monkeypatch.setitem(FIGURES, "report", FIGURES["report"][:-2])
    code, err = told_by(command, "--scenario", path, out, monkeypatch, capsys)
    assert (code, said in err, out.exists()) == (2, True, False)


@pytest.mark.parametrize("command", ["project", "scorecard", "targets"])
def test_questions_about_a_plan_are_told_everywhere(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = yaml.safe_load((plans_dir() / "xiangtan-2021-12.yaml").read_text(encoding="utf-8"))
    target = next(t for t in plan["targets"] if t.get("unit") == "percent" and (t.get("value") or 0) > 5)
    target["value"] = 0.075
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(plan, allow_unicode=True), encoding="utf-8")
    monkeypatch.setenv("LC_ALL", "C")
    assert run(monkeypatch, "check", str(path)) == 2
    question = capsys.readouterr().err.partition(". Correct the figure")[0]
    assert "0.075" in question
    given = [*FIGURES.get(command, ["--lang", "en"]), *(["--out", str(tmp_path / "out")] if command in FIGURES else [])]
    assert run(monkeypatch, command, "--plan", str(path), *given) == 0
    assert question in capsys.readouterr().err


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ("each: 2027/2028, value: 9", True),
        ("each: 2028/2029, value: 9", True),
        ("each: 2029/2030, value: 9", False),
        ("each: 2027/2028, value: 5", False),
        ("each: 2027/2028, value: 9, condition: target_distribution, sd: 1", False),
        ("each: 2027/2028, value: 9, relation: at_least", False),
        ("period: 2070, value: 5", True),
    ],
)
def test_check_sees_what_a_projection_would_refuse(
    rows: str, wrong: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.yaml"
    row = f"  - {{indicator: gdp_real, measure: growth, {rows}, unit: percent, reason: 再假定}}\n"
    path.write_text(SCENARIO + row, encoding="utf-8")
    assert run(monkeypatch, "check", str(path)) == (2 if wrong else 0), capsys.readouterr()
