from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from xtanalysis.cli import main
from xtanalysis.data.paths import plans_dir, raw_dir, scenarios_dir

GOOD = "地区,指标,度量,时期,数值,单位,公开\n湘潭市,工业投资,水平,2024,900,亿元,内部\n"
BAD = "地区,指标,度量,时期,数值,单位\n湘坛市,工业投资,水平,2024,九百,亿元\n"


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Run the command line as a shell does; the exit code."""
    monkeypatch.setattr("sys.argv", ["xtanalysis", *arguments])
    with pytest.raises(SystemExit) as caught:
        main()
    return int(caught.value.code or 0)


def test_check_counts_a_good_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(GOOD, encoding="gb18030")
    assert run(monkeypatch, "check", str(path)) == 0
    told = capsys.readouterr().out
    assert told == "1 file: 1 statement (1 outcome), 1 region, 1 indicator, 1 internal\n"


def test_check_tells_every_error_of_every_file_in_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(BAD, encoding="utf-8")
    (tmp_path / "notes.txt").write_text("not a table", encoding="utf-8")
    assert run(monkeypatch, "check", str(tmp_path)) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert [line.split(":")[0] for line in told.err.splitlines()] == [
        f"{name}, row 2, column {column}, cell {cell}"
        for name in ("a.csv", "b.csv")
        for column, cell in (("region", "A2"), ("value", "E2"))
    ]


def test_a_question_waits_for_an_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("指标,单位,2023年,2024年\n规模以上工业增加值增速,%,5.1,0.087\n", encoding="utf-8")
    asked = ("check", str(path), "--region", "湘潭")
    saved = tmp_path / "long.csv"
    assert run(monkeypatch, *asked, "--lang", "zh", "--save", str(saved)) == 2
    assert (
        "单元格D2：是比率还是百分数？；现为“0.087%”；应为若为8.7%，请写8.7或8.7%。请更正；若无误，请加--accept"
        in capsys.readouterr().err
    )
    assert not saved.exists()
    assert run(monkeypatch, *asked, "--accept", "--show", "--save", str(saved)) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[0].split() == [
        "region",
        "indicator",
        "measure",
        "period",
        "relation",
        "value",
        "value_high",
        "unit",
        "role",
        "calibre",
    ]
    assert shown[2].split() == [
        "湘潭市",
        "value_added_real",
        "growth",
        "2024",
        "equals",
        "0.087",
        "percent",
        "outcome",
        "-",
    ]
    path.write_text("指标,单位,2024年\n工业投资,万元,900\n", encoding="utf-8")
    assert run(monkeypatch, *asked, "--accept") == 2
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert run(monkeypatch, *asked) == 2
    assert "是否应为900亿元？" in capsys.readouterr().err


def test_check_holds_own_figures_against_what_was_expected_before_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.csv"
    head = "地区,指标,度量,时期,数值,单位,公开\n"
    # 9,000 is possible for a city, not for this one; growth of 30 % is possible, not beside what is published.
    odd = "湘潭市,工业投资,水平,2024,9000,亿元,内部\n湘潭市,规模以上工业增加值,增速,2023,30,%,内部\n"
    path.write_text(head + odd, encoding="utf-8")
    assert run(monkeypatch, "check", str(path), "--lang", "zh") == 2
    told = capsys.readouterr().err
    assert "约为模型预期的" in told
    assert "与模型预期相差很大" in told
    assert told.count("--accept") == 2
    assert run(monkeypatch, "check", str(path), "--accept") == 0
    # A public row is taken as published.
    path.write_text(head + odd.replace("内部", "公开"), encoding="utf-8")
    assert run(monkeypatch, "check", str(path)) == 0


def test_a_folder_passes_over_lock_and_hidden_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "上报.csv").write_text(GOOD, encoding="utf-8")
    for name in ("~$上报.xlsx", "._上报.xlsx"):
        (tmp_path / name).write_bytes(b"\x00\x01")
    assert run(monkeypatch, "check", str(tmp_path)) == 0
    assert capsys.readouterr().err.count("file") == 2


def test_check_finds_contradictions_between_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.csv").write_text(GOOD, encoding="utf-8")
    (tmp_path / "b.csv").write_text(GOOD.replace("900", "910"), encoding="utf-8")
    assert run(monkeypatch, "check", str(tmp_path)) == 2
    assert "b.csv, column value: two values for one thing" in capsys.readouterr().err


def test_check_reads_plans_and_scenarios(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "check", str(plans_dir() / "xiangtan-2021-12.yaml")) == 0
    assert capsys.readouterr().out == "xiangtan-2021-12.yaml: plan xiangtan-2021-12 of 湘潭市, 38 targets\n"
    assert run(monkeypatch, "check", str(scenarios_dir())) == 0
    assert capsys.readouterr().out.count(": scenario ") == len(list(scenarios_dir().glob("*.yaml")))
    path = tmp_path / "mine.yaml"
    path.write_text("id: mine\n", encoding="utf-8")
    assert run(monkeypatch, "check", str(path)) == 2
    assert "mine.yaml, column title: this key is missing" in capsys.readouterr().err


def test_check_echoes_what_it_understood_over_the_scenarios_own_years(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.yaml"
    rows = [
        '{indicator: 规模以上工业增加值, measure: growth, each: 2027/2032, value: 3, unit: "%", reason: 试}',
        '{indicator: 名义GDP, measure: growth, period: 2027, value: 4, unit: "%", reading: 干预, reason: 试}',
        '{indicator: 工业投资, measure: level, period: 2030, value: -10, unit: "%", versus: baseline, reason: 试}',
    ]
    head = "id: mine\ntitle: 我的\nreason: 试\nassumptions:\n"
    path.write_text(head + "".join(f"  - {row}\n" for row in rows), encoding="utf-8")
    assert run(monkeypatch, "check", str(path)) == 0
    assert capsys.readouterr().out.splitlines() == [
        "mine.yaml: scenario mine, 8 assumptions to 2032",
        "  each year 2027–2032: 规模以上工业增加值（不变价） (value_added_real), growth (constant 2020 prices): "
        "equals 3 %; hard, observation",
        "  2027: 地区生产总值 (gdp), growth (current prices): equals 4 %; hard, intervention",
        "  2030: 工业投资 (industrial_investment), level (current prices): 10 % below the baseline; hard, observation",
    ]


def test_check_of_an_empty_folder_or_a_missing_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "check", str(tmp_path)) == 2
    assert "the folder holds no table" in capsys.readouterr().err
    assert run(monkeypatch, "check", str(tmp_path / "none.csv")) == 2
    assert "no such file" in capsys.readouterr().err


def test_the_shipped_facts_pass_their_own_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(raw_dir(), tmp_path / "raw")
    assert run(monkeypatch, "check", str(tmp_path / "raw"), "--accept") == 0
    assert "0 internal" in capsys.readouterr().out


def test_targets_as_json_hold_every_target(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "targets", "--json") == 0
    plan = json.loads(capsys.readouterr().out)
    assert len(plan["targets"]) == 38
    investment = plan["targets"][0]
    assert (investment["value"], investment["lead"], investment["unresolved"]) == (1050, None, "base")
    assert investment["readings"][0]["default"] == "level_2025"


@pytest.mark.parametrize(
    ("lang", "words"),
    [("zh", ["规模工业增加值", "每年不低于50家", "文件未明确"]), ("en", ["at least 50 firms each year", "not named"])],
)
def test_targets_as_a_table(
    lang: str, words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "220")
    assert run(monkeypatch, "targets", "--lang", lang) == 0
    told = capsys.readouterr().out
    assert all(word in told for word in words)


def test_targets_of_an_unknown_plan(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "targets", "--plan", "none") == 2
    assert "no such plan; found 'none'" in capsys.readouterr().err
