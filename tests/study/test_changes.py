"""What a bureau's own figures changed: expectations are those of a study without them, words those of both tables."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from xtanalysis.answers.changes import COLUMNS, Change, changes_frame, expected_of, moved_words
from xtanalysis.report.changed import changed
from xtanalysis.report.view import View, make_view
from xtanalysis.statements.grammar import Measure, Period, Statement
from xtanalysis.study.facts import Facts
from xtanalysis.study.projection import Projection
from xtanalysis.study.study import Study
from xtanalysis.targets.declared import declared_set
from xtanalysis.targets.words import target_name
from xtanalysis.text import Language

DAY = "2026-04-30"
OWN = """编号,地区,指标,度量,时期,基期,数值,单位,公开,发布日期
then,湘潭市,工业投资,水平,2020,,715,亿元,内部,2026-04-01
now,湘潭市,工业投资,水平,2025,,1180,亿元,内部,2026-04-01
output,湘潭市,规模以上工业增加值,增速,2025,,6.9,%,内部,2026-04-01
large,湘潭市,第二产业增加值,水平,2024,,4000,亿元,内部,2026-04-01
later,湘潭市,工业投资,累计增速,2026-01/2026-06,,5,%,内部,2026-07-20
open,湘潭市,工业投资,增速,2025,,1.3,%,公开,2026-04-01
"""
DRAWS = 400


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("own")


@pytest.fixture(scope="module")
def view(folder: Path) -> View:
    """A page of a bureau's file, with its projection's folder."""
    path, out = folder / "own.csv", str(folder / "out")
    path.write_text(OWN, encoding="utf-8")
    asked = {"plan": "xiangtan-2021-12", "scenario": "baseline", "as_of": DAY, "to": 2026, "draws": DRAWS, "seed": 8}
    return make_view("湘潭市", **asked, lang="zh", facts=str(path), out=out, compare=())  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def own_study(view: View) -> Study:
    return view.study


@pytest.fixture(scope="module")
def without(own_study: Study) -> Projection:
    return own_study.without_own.project(draws=DRAWS)


@pytest.fixture(scope="module")
def frame(own_study: Study) -> pd.DataFrame:
    return own_study.changes(draws=DRAWS)


def test_each_figure_stands_beside_what_was_expected_before_any(frame: pd.DataFrame, without: Projection) -> None:
    assert [s.id for s in without.study.facts.added] == ["open"]
    assert list(frame.columns) == list(COLUMNS)
    assert list(dict.fromkeys(frame["id"])) == ["then", "now", "output", "large"]  # not the later, nor the public one
    rows = frame.drop_duplicates("id").set_index("id")
    band = ["expected_low", "expected_median", "expected_high"]
    for name, year in (("then", 2020), ("now", 2025)):
        draws = without.paths.sel(indicator="industrial_investment", year=year).to_numpy()
        assert rows[band].loc[name].to_numpy() == pytest.approx(np.quantile(draws, [0.1, 0.5, 0.9]))
    growth = without["value_added_real"].growth((0.1, 0.5, 0.9)).loc[2025].to_numpy()
    assert rows[band].loc["output"].to_numpy() == pytest.approx(growth)


def test_the_words_are_those_of_the_two_tables(frame: pd.DataFrame, own_study: Study, without: Projection) -> None:
    keys, columns = ["target", "reading"], ["verdict", "probability"]
    before, after = (p.targets.set_index(keys)[columns] for p in (without, own_study.project(draws=DRAWS)))
    table = before.add_suffix("_from").join(after.add_suffix("_to"))
    differ = table[table["verdict_from"] != table["verdict_to"]]
    told = frame[frame["target"] != ""].drop_duplicates(keys).set_index(keys)[list(differ.columns)]
    pd.testing.assert_frame_equal(told.sort_index(), differ.sort_index(), check_dtype=False)
    first = frame[(frame["id"] == "now") & (frame["target"] == "industrial_investment")].iloc[0]
    assert (first["verdict_to"], first["probability_to"]) == ("met", 1.0)
    assert first["verdict_from"] not in ("met", "missed")


def test_a_change_stands_beside_the_figures_that_bear_on_it(frame: pd.DataFrame) -> None:
    beside = frame[frame["target"] == "industrial_investment"].groupby("reading")["id"].agg(set)
    assert all({"then", "now"} <= ids and "output" not in ids for ids in beside)


def test_conflicts_are_named(frame: pd.DataFrame) -> None:
    conflicts = frame.drop_duplicates("id").set_index("id")["conflicts"]
    assert conflicts["output"] == "xiangtan.value_added_real.growth.2025.xt_communique_2025"
    assert any(".gdp." in name for name in conflicts["large"].split("|"))
    assert conflicts["now"] == ""


def test_without_own_figures_there_is_nothing_to_tell(study: Study, tmp_path: Path) -> None:
    empty = study.changes(draws=200)
    assert list(empty.columns) == list(COLUMNS)
    assert empty.empty
    assert study.without_own is study
    study.project(draws=200).write(tmp_path / "out", draws=False)
    assert not (tmp_path / "out" / "changes.csv").exists()


def test_what_paths_do_not_hold_has_no_expectation(base: Projection, facts: Facts) -> None:
    paths = base.record.paths
    first, last = int(paths.years[0]), int(paths.years[-1])
    level = next(s for s in facts if s.indicator == "gdp" and s.measure == "level" and s.region == "湘潭市")

    def expected(measure: Measure, year: int, unit: str) -> bool:
        s = dataclasses.replace(level, measure=measure, period=Period.parse(str(year)), unit=unit)
        return expected_of(s, paths) is not None

    assert [expected("level", y, "100m_yuan") for y in (first - 1, first, last, last + 1)] == [False, True, True, False]
    assert [expected("growth", y, "percent") for y in (first, first + 1, last + 1)] == [False, True, False]
    others: list[dict[str, object]] = [{"region": "湖南省"}, {"period": Period.parse("2019Q1")}, {"measure": "rank"}]
    for change in others:
        assert expected_of(dataclasses.replace(level, **change), paths) is None  # type: ignore[arg-type]


def test_the_folder_holds_them_and_the_record_says_how_exact_it_is(
    own_study: Study, frame: pd.DataFrame, folder: Path, tmp_path: Path
) -> None:
    projection = own_study.project(draws=DRAWS)
    projection.write(tmp_path / "out", draws=False)
    projection.write(tmp_path / "out", draws=False)  # a folder with changes may be replaced too
    for place in (folder, tmp_path):  # the page's, and the one written by hand
        written = pd.read_csv(place / "out" / "changes.csv", keep_default_na=False)
        assert list(written.columns) == list(COLUMNS)
        assert written["verdict_to"].tolist() == frame["verdict_to"].tolist()
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    exact = record["linearised"]
    assert exact["rows"] == int((~own_study.posterior.evidence.linear).sum()) > 0
    assert 0.0 < exact["effective_share"] <= 1.0
    assert record["declared_set"]["members"] == len(declared_set().calibres) * len(declared_set().priors)


def test_an_amount_of_fewer_than_three_firms_is_left_blank(own_study: Study) -> None:
    secret: Statement = dataclasses.replace(own_study.own[0], note="企业数=2")
    assert changes_frame([Change(secret, None, (), ())])["value"].isna().all()
    assert changes_frame([Change(own_study.own[0], None, (), ())])["value"].item() == 715


def test_each_verdict_that_moved_is_one_line(view: View, frame: pd.DataFrame) -> None:
    moved = frame[frame["target"] != ""].drop_duplicates(["target", "reading"])
    plan = view.projection.plan
    lines = moved_words(view.changes, plan, "en")
    names = [target_name(plan.target(name), "en") for name in moved["target"]]
    assert [line.startswith(f"{name}, ") for line, name in zip(lines, names, strict=True)] == [True] * len(names)
    assert any(line.endswith("→ met") for line in lines)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_tells_them(view: View, lang: Language) -> None:
    table = changed(dataclasses.replace(view, lang=lang))
    assert table is not None
    assert len(table.frame) == 4
    text = table.frame.to_csv()
    assert ("→ 已完成" if lang == "zh" else "→ met") in text
    assert ("2025年所报增长6.9%与公布的" if lang == "zh" else "2025: reported +6.9%, published") in text
    assert re.search(r"亿元（\d+—\d+亿元）" if lang == "zh" else r"yuan \([\d.]+ to [\d.]+ billion yuan\)", text)
    assert ("未采用" if lang == "zh" else "not used") in text
    assert changed(dataclasses.replace(view, changes=())) is None
