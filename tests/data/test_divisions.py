"""China's administrative divisions and overlays of the reference tables."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from xtanalysis.data import dictionary as d
from xtanalysis.data.workspace import find_workspace, read_workspace
from xtanalysis.errors import BadInput

DIVISIONS = d.shipped().tables["divisions.csv"]


def test_the_numbers_are_the_official_ones() -> None:
    """34 provincial, 333 prefectural divisions (Ministry of Civil Affairs, end of 2023); codes as in GB/T 2260."""
    kinds = [row["kind"] for row in DIVISIONS]
    assert (kinds.count("province"), kinds.count("city")) == (34, 333)
    assert len({row["code"] for row in DIVISIONS}) == len({row["id"] for row in DIVISIONS}) == 367
    for row in DIVISIONS:
        province = next(r for r in DIVISIONS if r["code"] == row["code"][:2] + "0000")
        assert row["parent"] == ("中国" if row["kind"] == "province" else province["id"])
    ends = {"市": 293, "地区": 7, "自治州": 30, "盟": 3}
    for end, count in ends.items():
        assert sum(row["id"].endswith(end) for row in DIVISIONS if row["kind"] == "city") == count


def test_every_division_is_found_by_name_short_name_and_code() -> None:
    for row in DIVISIONS:
        found = d.region(row["code"])
        for name in (row["id"], *filter(None, row["aliases"].split("|"))):
            assert d.region(name) is found
    assert d.region("合 肥").parent == "安徽省"
    assert d.region("恩施州").en == "Enshi"
    assert (d.region("吉林").id, d.region("吉林市").en, d.region("海南").id) == ("吉林省", "Jilin City", "海南省")


def test_a_name_of_several_regions_is_asked_about() -> None:
    with pytest.raises(BadInput, match="several regions bear this name; found 'suzhou'; expected 苏州市 or 宿州市"):
        d.region("suzhou")


OVERLAY = (
    "id,code,en,parent,kind,aliases\n肥西县,340123,Feixi,合肥市,county,肥西\n合肥市,340100,Hefei,安徽省,city,庐州\n"
)


def workspace(folder: Path, regions: str = OVERLAY, toml: str = 'region = "合肥市"\nreference = "own"\n') -> Path:
    (folder / "own").mkdir(parents=True)
    (folder / "own" / "regions.csv").write_text(regions, encoding="utf-8")
    (folder / "xtanalysis.toml").write_text(toml, encoding="utf-8")
    return folder


def test_an_overlay_adds_and_replaces_rows_and_ends_with_its_block(tmp_path: Path) -> None:
    tables = read_workspace(workspace(tmp_path)).overlaid(d.shipped())
    with d.using(tables):
        assert d.region("肥西").parent == "合肥市"
        assert d.region("庐州").id == "合肥市"
        assert d.region("湘潭").id == "湘潭市"
    with pytest.raises(BadInput, match="unknown region"):
        d.region("肥西县")


def test_two_workspaces_live_in_one_process(tmp_path: Path) -> None:
    other = OVERLAY.replace("肥西县,340123,Feixi,合肥市,county,肥西", "肥东县,340122,Feidong,合肥市,county,肥东")
    tables = [
        read_workspace(workspace(tmp_path / n, text)).overlaid(d.shipped())
        for n, text in (("a", OVERLAY), ("b", other))
    ]
    seen: dict[int, bool] = {}
    gate = threading.Barrier(2)

    def look(i: int) -> None:
        with d.using(tables[i]):
            gate.wait()
            seen[i] = "肥西县" in d.regions()
            gate.wait()

    threads = [threading.Thread(target=look, args=(i,)) for i in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {0: True, 1: False}


@pytest.mark.parametrize(
    ("regions", "what"),
    [
        ("id,code,colour\n肥西县,340123,red\n", "unknown column"),
        ("id,code\n,340123\n", "the cell is empty"),
        ("id,code,parent,kind\n肥西县,340123,庐州市,county\n", "the parent of 肥西县 is not in the tables"),
    ],
)
def test_a_faulty_overlay_is_refused(tmp_path: Path, regions: str, what: str) -> None:
    with pytest.raises(BadInput, match=what):
        read_workspace(workspace(tmp_path, regions)).overlaid(d.shipped())


@pytest.mark.parametrize(
    ("toml", "what"),
    [
        ("region = 1\n", "a text is needed"),
        ('region = "合肥市"\ncolour = 1\n', "unknown key"),
        ('region = "合肥市"\nfacts = "x"\n', "a list of patterns"),
        ('region = "合肥市"\nschema = 2\n', "another version"),
        ("region = \n", "not TOML"),
    ],
)
def test_a_faulty_workspace_file_is_refused(tmp_path: Path, toml: str, what: str) -> None:
    with pytest.raises(BadInput, match=what):
        read_workspace(workspace(tmp_path, toml=toml))


def test_a_workspace_is_found_from_below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XTANALYSIS_WORKSPACE", raising=False)
    (workspace(tmp_path) / "facts" / "deep").mkdir(parents=True)
    assert find_workspace(tmp_path / "facts" / "deep") == tmp_path.resolve()
    found = read_workspace(tmp_path)
    for name in ("a.xlsx", "~$a.xlsx", ".b.xlsx", "c.txt"):
        (tmp_path / "facts" / name).write_bytes(b"")
    assert [p.name for p in found.files(("facts/*.xlsx",))] == ["a.xlsx"]
