"""`xtanalysis project`: every target with its verdict, options told together, explanations of all targets."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from xtanalysis.cli.project import command
from xtanalysis.errors import BadInput
from xtanalysis.statements.plans import load_plan
from xtanalysis.targets.words import asks, target_name

PLAN = load_plan("xiangtan-2021-12")
FEW = ("--draws", "100")


def run(*options: str, lang: str = "zh") -> Result:
    return CliRunner(env={"COLUMNS": "400"}).invoke(command, [*options, "--lang", lang], catch_exceptions=False)


@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.slow)])
def test_every_target_is_printed_and_explained(lang: str, tmp_path: Path) -> None:
    told = run("--as-of", "2026-11-27", *FEW, "--out", str(tmp_path), "--explain", "all", lang=lang).output
    for target in PLAN.targets:
        assert target_name(target, lang) in told  # type: ignore[arg-type]
        assert asks(target.read(), lang) in told  # type: ignore[arg-type]
    opening = "目标“" if lang == "zh" else "Target “"
    assert told.count(opening) == len(PLAN.targets)
    source = "湘潭市统计局、国家统计局湘潭调查队" if lang == "zh" else "2026-04-28"
    assert source in told  # of the figures that decide
    assert [mark for mark in ("{", "None", " nan") if mark in told] == []


@pytest.mark.parametrize("day", ["2025-12-31", "2031-07-01"])  # the last day within the plan, and long after it
def test_without_a_last_year_it_works_on_any_day(day: str, tmp_path: Path) -> None:
    assert run("--as-of", day, *FEW, "--out", str(tmp_path)).exit_code == 0


def test_what_is_wrong_with_the_options_is_told_together(tmp_path: Path) -> None:
    wrong = ("--region", "湘谭", "--scenario", "downtrun", "--to", "2011", "--draws", "3", "--explain", "nothing")
    with pytest.raises(BadInput) as caught:
        run("--as-of", "2026-11-27", *wrong, "--out", str(tmp_path / "out"))
    for lang in ("zh", "en"):
        lines = caught.value.text(lang).splitlines()  # type: ignore[arg-type]
        for option in ("--region", "--scenario", "--to", "--draws", "--explain"):
            assert sum(line.startswith((f"{option}：", f"{option}: ")) for line in lines) == 1, option
    assert not (tmp_path / "out").exists()


def test_another_regions_plan_is_named_with_its_option(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"--plan: the plan is another region's; found 'xiangtan-2021-12 of 湘潭市'"):
        run("--region", "株洲市", "--plan", "xiangtan-2021-12", "--out", str(tmp_path / "out"))


def test_a_file_that_is_wrong_is_told_beside_a_wrong_option(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        run("--facts", str(tmp_path / "none.csv"), "--scenario", "nope", "--out", str(tmp_path / "out"))
    told = str(caught.value)
    assert "none.csv: no such file" in told
    assert "--scenario: no such scenario" in told
