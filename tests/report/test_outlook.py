"""The years past the plan: each number of the tables against the draws, the growth around against published figures."""

from __future__ import annotations

import base64
import dataclasses
import re
from pathlib import Path

import numpy as np
import pytest

from xtanalysis.answers.outlook import around, outlook
from xtanalysis.answers.part_year import part_year_frame
from xtanalysis.report import desk, opening, sections
from xtanalysis.report.view import View, core_targets, make_view
from xtanalysis.report.wording import wording
from xtanalysis.statements.plans import load_plan
from xtanalysis.targets.book import Book
from xtanalysis.targets.verdict_words import word_text

ASKED = {"scenario": "baseline", "draws": 400, "seed": 8, "compare": ()}
EXACT = 1e-9
RANK = 3.0 / 400  # a quantile between two draws counts one of them, which may be there several times


@pytest.fixture(scope="module")
def chinese() -> View:
    asked = {**ASKED, "plan": "xiangtan-2021-12", "as_of": "2026-11-27", "to": 2030}
    return make_view("湘潭市", **asked, lang="zh")  # type: ignore[arg-type]


@pytest.fixture(scope="module", params=["zh", "en"])
def view(request: pytest.FixtureRequest, chinese: View) -> View:
    return dataclasses.replace(chinese, lang=request.param)


@pytest.mark.parametrize(
    ("name", "rises"), [("industrial_investment", True), ("energy_intensity", False), ("gdp", True)]
)
def test_reached_values_are_reached_as_often_as_they_say(view: View, name: str, rises: bool) -> None:
    paths = view.projection.paths
    start, end = paths.at(name, 2025), paths.at(name, 2030)
    found = outlook(view.projection, name, rises=rises)
    assert found.settled == (name == "gdp")  # the one whose level of 2025 is published
    values = end if found.settled else 100.0 * end / start
    for reach in found.reaches:
        good = values >= reach.value if rises else values <= reach.value
        assert good.mean() == pytest.approx(reach.chance, abs=RANK)
    pace = 100.0 * ((end / start) ** 0.2 - 1.0)
    assert found.growth[1] == pytest.approx(np.median(pace), abs=EXACT)
    assert found.better == ((end > start) if rises else (end < start)).mean()
    if not found.settled:  # the pace leads from 100 to the value
        for reach in found.reaches:
            assert 100.0 * (1.0 + reach.pace / 100.0) ** 5 == pytest.approx(reach.value, rel=1e-3)


def test_the_tables_hold_the_outlooks_numbers(view: View) -> None:
    growth, reached = desk.growth_table(view), desk.reach_table(view)
    assert growth is not None
    assert reached is not None
    assert len(growth.frame) == len(reached.frame) == 5
    one = outlook(view.projection, "energy_intensity", rises=False)
    row = [text.replace("−", "-") for text in growth.frame.iloc[1]]
    assert all(f"{value:+.1f}" in row[1] for value in one.growth)
    assert all(f"{value:.1f}" in row[2] for value in one.ends)
    cells = [text.replace("−", "-") for text in reached.frame.iloc[1][1:]]
    for text, reach in zip(cells, one.reaches, strict=True):
        assert text.startswith(f"{reach.value:.1f}")
        assert f"{reach.pace:+.1f}" in text


@pytest.mark.parametrize(("median", "zh", "en"), [(4.7, "低于全国和全省", "below"), (20.0, "高于全国和全省", "above")])
def test_a_median_away_from_the_record_is_said_to_be_below_or_above_it(median: float, zh: str, en: str) -> None:
    told = [wording(lang).away_from_record("x", median, 8.1, 9.5, 5, "why") for lang in ("zh", "en")]
    assert zh in told[0]
    assert f"two points {en}" in told[1]


def test_growth_around_is_the_last_published(view: View) -> None:
    book = Book.of(view.facts, view.projection.as_of)
    assert around(book, "湘潭市", "value_added_real") == [
        ("湘潭市", 2025, 7.6), ("湖南省", 2025, 6.2), ("中国", 2025, 5.9),
    ]  # fmt: skip
    assert around(book, "湘潭市", "gdp") == []  # what is published is the growth of its volume


def test_the_plan_is_assessed_by_its_verdicts_once_it_is_over(view: View) -> None:
    told = desk.assessment(view)
    assert told is not None
    for target, result in view.core():
        assert view.name(target) in told.data
        assert word_text(result.verdict, view.lang) in told.data
    assert "33" in told.data
    assert sections.scenario_table(view) is None  # no scenario moves a year that is over


def test_nothing_past_the_plan_is_told_of_a_projection_that_ends_with_it() -> None:
    asked = {**ASKED, "plan": "example-zhuzhou", "as_of": "2022-12-31", "to": 2025}
    view = make_view("株洲市", **asked, lang="zh")  # type: ignore[arg-type]
    assert desk.assessment(view) is desk.growth_table(view) is desk.reach_table(view) is None
    assert len(opening.verdicts(view).frame) == len(view.core()) == len(core_targets(load_plan("example-zhuzhou"))) > 0
    assert view.base == 2020


def test_the_page_holds_the_next_plan_as_a_blank_that_loads_once_filled(view: View, tmp_path: Path) -> None:
    shown = desk.assessment(view)
    assert shown is not None
    told = shown.data
    link = re.search(r'download="(plan-2026-2030\.yaml)" href="data:text/yaml;charset=utf-8;base64,([^"]+)"', told)
    assert link is not None
    text = base64.b64decode(link[2]).decode()
    (tmp_path / link[1]).write_text(text, encoding="utf-8")
    assert load_plan(tmp_path / link[1]).targets == ()
    head, _, blanks = text.partition("targets: []\n")
    blanks = re.sub(r"^# ?", "", blanks, flags=re.MULTILINE)
    numbers = iter((1500, 900, 6.5, 33, -13.5))
    blanks = re.sub(r"value: +#", lambda _: f"value: {next(numbers)}  #", blanks)
    (tmp_path / link[1]).write_text(f"{head}targets:\n{blanks}", encoding="utf-8")
    plan = load_plan(tmp_path / link[1])
    assert (plan.region, plan.ends, plan.zh) == ("湘潭市", 2030, "湘潭市“十五五”规划")
    assert [t.value for t in plan.targets] == [1500, 900, 6.5, 33, -13.5]
    assert {t.base_period.year for t in plan.targets if t.base_period} == {2025}


def test_months_of_a_year_under_way_become_a_band_for_it() -> None:
    asked = {**ASKED, "plan": "xiangtan-2021-12", "as_of": "2021-05-06", "to": 2025}
    past = make_view("湘潭市", **asked, lang="zh")  # type: ignore[arg-type]
    shown, bands = desk.part_year(past), part_year_frame(past.facts, "湘潭市", as_of=past.projection.as_of)
    assert shown is not None
    assert len(shown.frame) == len(bands) == 2
    (name, told, year, _) = shown.frame.iloc[1]
    band = bands.iloc[1]
    assert name == "规模以上工业增加值（不变价）"
    assert told == "2021年1—3月：增长16.9%"
    assert year == f"2021年：增长{band['median']:.1f}%（下降{-band['low']:.1f}%至增长{band['high']:.1f}%）"


def test_no_months_no_table(view: View) -> None:
    assert desk.part_year(view) is None
    reached = desk.reach_table(view)
    assert reached is not None
    assert {"zh": "碳", "en": "Carbon"}[view.lang] in reached.note
