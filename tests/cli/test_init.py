"""`xtanalysis init`: a workspace for every prefecture-level division, and the commands that find it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from xtanalysis.cli import _say_what_to_enter, main
from xtanalysis.data import dictionary as d
from xtanalysis.data.paths import notebooks_dir
from xtanalysis.data.workspace import VARIABLE, read_workspace
from xtanalysis.statements.form import CORE, facts_workbook, places_to_choose
from xtanalysis.statements.offices import industry_office, statistics_office
from xtanalysis.statements.plans import load_plan
from xtanalysis.statements.read import read_file
from xtanalysis.statements.scenarios import load_scenario
from xtanalysis.statements.setup import blank_plan, next_base, workspace_files, workspace_texts
from xtanalysis.targets.words import body_name

DAY = dt.date(2026, 11, 27)


@pytest.fixture(autouse=True)
def _found_anew() -> Iterator[None]:
    """The workspace at hand is found once a process: forget it around each test."""
    d._around.cache_clear()
    yield
    d._around.cache_clear()


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr("sys.argv", ["xtanalysis", *arguments])
    with pytest.raises(SystemExit) as caught:
        main()
    monkeypatch.delenv(VARIABLE, raising=False)
    d._around.cache_clear()
    return int(caught.value.code or 0)


def test_every_division_gets_a_workspace() -> None:
    """Every prefecture-level division of the table: its texts name it, its code and its province, and no other's."""
    hunan = {"湘潭", "湖南", "长沙"}
    for row in d.shipped().tables["divisions.csv"]:
        region = d.region(row["code"])
        texts = workspace_texts(region, DAY)
        places = list(csv.DictReader(io.StringIO(texts["reference/regions.csv"])))
        assert {"id": region.id, "code": row["code"]}.items() <= next(p for p in places if p["id"] == region.id).items()
        assert region.kind == "province" or region.parent in {p["id"] for p in places}
        assert f'region = "{region.id}"' in texts["xtanalysis.toml"]
        if "湖南省" not in (region.id, region.parent):
            assert not [word for word in hunan for text in texts.values() if word in text]
    ids = [
        re.search(r"^id: ([a-z0-9-]+)$", workspace_texts(d.region(r), DAY)["plan.yaml"], re.MULTILINE)
        for r in ("吕梁市", "六安市")
    ]
    assert all(ids)


@pytest.mark.parametrize("region", d.shipped().regions.values(), ids=lambda region: region.id)
def test_every_listed_region_gets_a_workspace_of_its_own_offices(region: d.Region) -> None:
    """Every region that `xtanalysis list regions` names: counties, parks, groups and the nation too."""
    assert d.region(region.id) == d.region(region.code or region.id) == region
    texts = workspace_texts(region, DAY)
    place = next(p for p in csv.DictReader(io.StringIO(texts["reference/regions.csv"])) if p["id"] == region.id)
    assert (place["kind"], place["parent"]) == (region.kind, region.parent or "")
    owners = {line.split(": ")[1] for line in texts["plan.yaml"].splitlines() if "data_owner:" in line}
    assert owners == {statistics_office(region)}


def test_offices_bear_the_sign_of_their_region() -> None:
    names = (
        "湘潭市",
        "浙江省",
        "新疆维吾尔自治区",
        "天津市",
        "凉山州",
        "锡林郭勒盟",
        "阿里地区",
        "湘潭县",
        "岳塘经开区",
        "中国",
    )
    found = [(statistics_office(d.region(name)), industry_office(d.region(name))) for name in names]
    assert found == [
        ("市统计局", "市工信局"), ("省统计局", "省工信厅"), ("自治区统计局", "自治区工信厅"), ("市统计局", "市工信局"),
        ("州统计局", "州工信局"), ("盟统计局", "盟工信局"), ("地区统计局", "地区工信局"), ("县统计局", "县工信局"),
        ("区统计局", "区工信局"), ("国家统计局", "工业和信息化部"),
    ]  # fmt: skip
    english = {body_name(office, "en") for pair in found[:-1] for office in pair}
    assert english == {
            "Bureau of Statistics", "Bureau of Industry and Information Technology",
            "Department of Industry and Information Technology",
        }  # fmt: skip
    assert body_name("国家统计局", "en") == "National Bureau of Statistics"


def test_a_county_is_told_where_it_belongs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "init", "昆山市", "--lang", "en") == 2
    assert "reference/regions.csv in the workspace of its city" in capsys.readouterr().err


def test_the_next_plan_comes_after_the_one_in_force() -> None:
    assert [next_base(*years) for years in ((2025, 2025), (2025, 2030), (2027, 2020))] == [2025, 2030, 2025]
    assert "“十六五”规划" in blank_plan(d.region("湘潭市"), next_base(2025, 2030))


def filled(text: str, values: tuple[float, ...]) -> str:
    """The plan as a bureau fills it in: blanks uncommented, numbers typed."""
    head, _, rest = text.partition("targets: []\n")
    rest = re.sub(r"^# ?", "", rest, flags=re.MULTILINE)
    for value in values:
        rest = re.sub(r"value: +#", f"value: {value}  #", rest, count=1)
    return f"{head}targets:\n{rest}"


@pytest.mark.parametrize("region", ["合肥市", "430200", "伊犁州", "北京市"])
def test_the_blanks_make_a_plan_and_the_scenario_loads(tmp_path: Path, region: str) -> None:
    place = d.region(region)
    for name, text in workspace_texts(place, DAY).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert load_plan(tmp_path / "plan.yaml").targets == ()
    (tmp_path / "plan.yaml").write_text(
        filled((tmp_path / "plan.yaml").read_text(encoding="utf-8"), (2500, 900, 8, 28, -14)), encoding="utf-8"
    )
    plan = load_plan(tmp_path / "plan.yaml")
    assert [(t.indicator, t.value) for t in plan.targets] == [
        ("industrial_investment", 2500), ("tech_upgrade_investment", 900), ("value_added_real", 8),
        ("value_added_share", 28), ("energy_intensity", -14),
    ]  # fmt: skip
    assert plan.region == place.id
    assert load_scenario(
        tmp_path / "scenarios" / "investment-flat.yaml", region=place.id, as_of=DAY, to=2030
    ).assumptions


def test_the_workbook_reads_as_no_figure_until_it_is_filled_in(tmp_path: Path) -> None:
    path = tmp_path / "填报.xlsx"
    path.write_bytes(facts_workbook("合肥市", range(2020, 2026)))
    reading = read_file(path)
    assert reading.statements == ()
    assert any("54 without a figure" in note.what for note in reading.notes)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    rules = {str(rule.sqref)[0] for rule in sheet.data_validations.dataValidation}
    assert rules == {"A", "B", "C", "F", "G", "K"}
    offered = [row[0].value for row in book["选项"].iter_rows(max_col=1) if row[0].value]
    sixteen = {place.id for place in d.regions().values() if place.parent == "安徽省"}
    assert len(sixteen) == 16
    assert (offered[:2], set(offered), len(offered)) == (
        ["合肥市", "安徽省"], {"合肥市", "安徽省", "中国"} | sixteen, 18,
    )  # fmt: skip
    assert places_to_choose("湘潭市")[1] in {"湘潭县", "湘乡市", "韶山市", "雨湖区", "岳塘区"}
    assert [c.value for c in sheet[1] if c.comment][:2] == ["地区", "指标"]
    sheet["E2"], sheet["G2"] = 10045.7, "GDP，第四次经济普查口径"
    sheet["E8"] = 9.2
    book.save(path)
    level, growth = read_file(path).statements
    assert (level.indicator, level.value, level.calibre, level.calibre_blank) == ("gdp", 10045.7, "gdp_census4", False)
    assert (growth.indicator, str(growth.period), growth.calibre_blank) == ("gdp_real", "2020", True)
    assert {d.indicator(name).id for name, *_ in CORE} >= {
        "industrial_investment",
        "energy_intensity",
        "value_added_share",
    }


def test_notebooks_get_the_workspaces_parameters() -> None:
    files = workspace_files(d.region("合肥市"), DAY)
    for path in notebooks_dir().glob("*.ipynb"):
        book = json.loads(files[f"notebooks/{path.name}"])
        cells = ["".join(c["source"]) for c in book["cells"] if "parameters" in c["metadata"].get("tags", [])]
        assert all('region: str = "合肥市"' in cell and "xiangtan-2021-12" not in cell for cell in cells)
        assert all(("facts" not in cell) or 'facts: list = ["../facts/填报.xlsx"]' in cell for cell in cells)


def test_init_then_check_and_targets_need_no_option(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(monkeypatch, "init", "hefei") == 0
    folder = tmp_path / "合肥市"
    assert sorted(p.name for p in folder.iterdir()) == [
        "facts", "notebooks", "plan.yaml", "reference", "scenarios", "xtanalysis.toml",
    ]  # fmt: skip
    assert run(monkeypatch, "init", "合肥市") == 2
    assert "not empty" in capsys.readouterr().err
    with (folder / "reference" / "regions.csv").open("a", encoding="utf-8") as stream:
        stream.write("肥西县,340123,Feixi,合肥市,county,肥西\n")
    wide = "指标,单位,2023年,2024年\n工业投资,亿元,3100,3200\n"
    (folder / "facts" / "年报.csv").write_text(wide, encoding="gb18030")
    (folder / "facts" / "县.csv").write_text(
        "地区,指标,单位,2024年\n肥西,工业投资,亿元,300\n全市,工业投资增速,%,5.3\n", encoding="utf-8"
    )
    monkeypatch.chdir(folder / "facts")
    os.environ.pop(VARIABLE, None)
    assert run(monkeypatch, "check", ".", "--show") == 0
    told = capsys.readouterr().out
    assert told.count("合肥市") == 3
    assert told.count("肥西县") == 1
    assert run(monkeypatch, "check", ".", "--save", "long.csv") == 0
    assert len(read_file(Path("long.csv")).statements) == 4
    capsys.readouterr()
    for command in ("report", "targets"):
        assert run(monkeypatch, command) == 2
        assert "the plan has no target yet" in capsys.readouterr().err
    plan = folder / "plan.yaml"
    plan.write_text(filled(plan.read_text(encoding="utf-8"), (2500, 900, 8, 28, -14)), encoding="utf-8")
    assert run(monkeypatch, "targets", "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["region"], len(printed["targets"])) == ("合肥市", 5)
    (folder / "facts" / "long.csv").unlink()
    # With figures of its own nothing more is asked for; without any, those that the core targets rest on are named.
    _say_what_to_enter(read_workspace(folder))
    assert capsys.readouterr().err == ""
    for file in (folder / "facts").glob("*.csv"):
        file.unlink()
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    _say_what_to_enter(read_workspace(folder))
    told = capsys.readouterr().err
    assert "还没有合肥市本地的数据" in told
    assert all(name in told for name, *_ in CORE)


def test_a_workspace_that_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "--workspace", str(tmp_path), "check", "x.csv") == 2
    assert "no workspace here" in capsys.readouterr().err


def test_a_title_of_another_place_is_asked_about_in_a_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(monkeypatch, "init", "绵阳市", "--out", "work") == 0
    table = "指标,单位,2024年\n工业投资,亿元,500\n"
    (tmp_path / "work" / "facts" / "mine.csv").write_text(f"三台县2024年\n{table}", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "work")
    assert run(monkeypatch, "check", "facts/mine.csv", "--lang", "zh") == 2
    assert "三台县" in capsys.readouterr().err
    assert run(monkeypatch, "check", "facts/mine.csv", "--region", "绵阳", "--accept") == 0
    (tmp_path / "work" / "facts" / "mine.csv").write_text(table, encoding="utf-8")
    assert run(monkeypatch, "check", "facts/mine.csv", "--show", "--accept") == 0
    assert "绵阳市" in capsys.readouterr().out


def test_a_scenario_of_the_workspace_follows_its_own_plan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(monkeypatch, "init", "绵阳市", "--out", "work") == 0
    plan = tmp_path / "work" / "plan.yaml"
    plan.write_text(filled(plan.read_text(encoding="utf-8"), (900, 420, 8, 30, -13.5)), encoding="utf-8")
    row = "{indicator: 规模以上工业增加值, measure: growth, each: origin+1/plan, value: plan, unit: '%', reason: 理由}"
    text = f"id: pace\ntitle: 按规划\nreason: 理由\nassumptions:\n  - {row}\n"
    (tmp_path / "work" / "scenarios" / "pace.yaml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path / "work")
    assert run(monkeypatch, "check", "scenarios/pace.yaml", "--lang", "zh") == 0
    assert "等于8%" in capsys.readouterr().out
