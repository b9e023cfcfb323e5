"""The recipes of CONTRIBUTING.md, each followed on a copy: what it says is all that it takes."""

from __future__ import annotations

import csv
import datetime as dt
import gettext
import io
import runpy
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd
import pytest
import yaml
from matplotlib.axes import Axes

from xtanalysis.data import dictionary, file_keys
from xtanalysis.data.file_keys import keys_of
from xtanalysis.data.paths import scenarios_dir
from xtanalysis.data.reference import Reference
from xtanalysis.data.tables import table_rows
from xtanalysis.errors import Problem
from xtanalysis.report.charts.alt import describe
from xtanalysis.report.charts.drawing import finished, sheet
from xtanalysis.report.charts.numbers import give_numbers
from xtanalysis.statements import scenarios
from xtanalysis.statements.grammar import Period, Statement
from xtanalysis.statements.plans import load_plan
from xtanalysis.statements.read import read_file
from xtanalysis.statements.scenarios import load_scenario, shipped_scenarios
from xtanalysis.targets.book import Book
from xtanalysis.targets.by_part import EachPeriod
from xtanalysis.targets.places import parks_of
from xtanalysis.targets.progress import assess, decide
from xtanalysis.targets.quarters import Quarter
from xtanalysis.targets.schedule import Due
from xtanalysis.targets.schedules import BY_FREQUENCY, schedule_of
from xtanalysis.targets.words import asks
from xtanalysis.text import message

ROOT = Path(__file__).parents[1]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
DAY = dt.date(2026, 3, 1)
RECIPES = ("An indicator", "A target kind", "A chart", "A sentence", "A scenario", "A region")

PLAN = """
id: mine
region: 株洲市
title: {{zh: 规划, en: Plan}}
number: 〔2021〕1号
issuer: 市政府
date: 2021-03-01
source: 市政府
targets:
  - {{id: a, section: 一, zh: 目标, en: Target, indicator: {indicator}, measure: level, relation: at_least,
     value: {value}, unit: {unit}, deadline: 2021/2025, frequency: {frequency}, data_owner: 市统计局}}
"""


def overlay(folder: Path, name: str, **cells: str) -> Reference:
    """The shipped tables with one more row."""
    columns = list(dictionary.shipped().tables[name][0])
    with (folder / name).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns)
        writer.writeheader()
        writer.writerow(dict.fromkeys(columns, "") | cells)
    return dictionary.shipped().overlaid(folder)


def plan_file(folder: Path, **words: object) -> Path:
    path = folder / "plan.yaml"
    path.write_text(PLAN.format(**words), encoding="utf-8")
    return path


def figure(indicator: str, year: int, value: float, unit: str) -> Statement:
    whole = Period((year, 1), (year, 12))
    return Statement(
        id=f"{indicator}.{year}", region="株洲市", indicator=indicator, measure="level", period=whole,
        relation="equals", value=value, unit=unit, role="outcome", published=dt.date(year + 1, 2, 1),
    )  # fmt: skip


@pytest.mark.parametrize("name", RECIPES)
def test_the_recipe_is_there(name: str) -> None:
    assert CONTRIBUTING.count(f"**{name}.**") == 1


def test_an_indicator(tmp_path: Path) -> None:
    new = {
        "id": "exports",
        "zh": "出口总额",
        "en": "Exports",
        "unit": "100m_yuan",
        "kind": "level",
        "role": "monitored",
    }
    with dictionary.using(overlay(tmp_path, "indicators.csv", **new, aliases="外贸出口", price_basis="current prices")):
        facts = tmp_path / "facts.csv"
        facts.write_text("地区,指标,年份,数值,单位\n株洲市,外贸出口,2022,88,亿元\n", encoding="utf-8")
        (fact,) = read_file(facts).statements
        assert (fact.indicator, fact.value) == ("exports", 88)
        words = {"indicator": "出口总额", "unit": "亿元", "value": 90, "frequency": "each_year"}
        (target,) = load_plan(plan_file(tmp_path, **words)).targets
        assert asks(target, "zh") == "每年不低于90亿元"
        decision = decide(target, (book := Book.of([fact], DAY)), assess(target, book, (2025, 12)))
        assert decision is not None
        assert not decision.met
    assert "exports" not in dictionary.indicators()


class FirstYear(EachPeriod):
    """A number for the first year of the span alone."""

    __slots__ = ()

    @property
    def length(self) -> int:
        return 12

    def _periods(self) -> list[Period]:
        return [Period((self.start + 1, 1), (self.start + 1, 12))]

    def due(self, quarter: Quarter, chains: Sequence[str]) -> Iterator[Due]:
        yield from (Due("level", period) for period in self._periods())


@pytest.fixture
def longer_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The table of keys with one more word in the rows of ``frequency``."""
    text = file_keys.TABLE.read_text(encoding="utf-8")
    assert text.count("|standing,") == 2
    copy = tmp_path / "file_keys.csv"
    copy.write_text(text.replace("|standing,", "|standing|first_year,"), encoding="utf-8")
    monkeypatch.setattr(file_keys, "TABLE", copy)
    keys_of.cache_clear()
    yield
    keys_of.cache_clear()


@pytest.mark.usefixtures("longer_table")
def test_a_target_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(BY_FREQUENCY, "first_year", FirstYear)
    words = {"indicator": "incubators", "unit": "count", "value": 10, "frequency": "first_year"}
    (target,) = load_plan(plan_file(tmp_path, **words)).targets
    assert isinstance(schedule_of(target), FirstYear)
    for count, met in ((9.0, False), (10.0, True), (11.0, True)):
        book = Book.of([figure("incubators", 2021, count, "count"), figure("incubators", 2022, 0.0, "count")], DAY)
        assessment = assess(target, book, (2025, 12))
        assert [p.value for p in assessment.past] == [count]
        assert assessment.standing is not None
        assert assessment.standing.met is met
    assert [due.period.year for due in schedule_of(target).due(Quarter.parse("2025Q1"), ())] == [2021]
    assert "10" in asks(target, "en")


def steps(axes: Axes, values: pd.Series, *, title: str) -> Axes:
    """A chart as the recipe has it."""
    axes.step(values.index, values.to_numpy(), label=title)
    axes.set_title(title)
    give_numbers(axes, values.rename_axis("year").reset_index(name=title))
    describe(axes, f"{title}: {len(values)} steps.")
    return axes


def test_a_chart() -> None:
    drawing_sheet, grid = sheet(size=(4, 3))
    axes = grid.flat[0]
    assert steps(axes, pd.Series([1.0, 2.5], index=[2024, 2025]), title="Firms") is axes
    drawing = finished(drawing_sheet, "en")
    assert drawing.csv.splitlines() == ["year,Firms", "2024,1", "2025,2.5"]
    assert "Firms: 2 steps." in drawing.alt
    assert drawing.svg.startswith("<svg")


def test_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The code holds the English; `make words` brings it into the catalogue, where its Chinese is written."""
    words = runpy.run_path(str(ROOT / "scripts" / "words.py"))
    (tmp_path / "new.py").write_text('what = message("{count} figures are missing", count=3)\n', encoding="utf-8")
    monkeypatch.setitem(words["collected"].__globals__, "PACKAGE", tmp_path)
    new = words["updated"](words["catalogue"](), words["collected"]())
    (entry,) = (entry for entry in new if entry.id)
    assert (entry.id, entry.string) == ("{count} figures are missing", "")
    entry.string = "缺{count}个数"
    assert b'msgstr "\xe7\xbc\xba{count}' in words["as_po"](new)
    assert gettext.GNUTranslations(io.BytesIO(words["as_mo"](new))).gettext(entry.id).format(count=3) == "缺3个数"
    problem = Problem(message("the table has no rows"), "mine.csv")
    assert (problem.text("en"), problem.text("zh")) == ("mine.csv: the table has no rows", "mine.csv：没有数据行")


def test_a_scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "scenarios"
    shutil.copytree(scenarios_dir(), folder)
    slower = yaml.safe_load((folder / "downturn.yaml").read_text(encoding="utf-8"))
    slower |= {"id": "another", "title": {"zh": "另一情景", "en": "Another"}}
    (folder / "another.yaml").write_text(yaml.safe_dump(slower, allow_unicode=True), encoding="utf-8")
    before = shipped_scenarios()
    monkeypatch.setattr(scenarios, "scenarios_dir", lambda: folder)
    assert shipped_scenarios() == (*before, "another")
    assert [s.value for s in load_scenario("another", as_of=DAY, to=2030).assumptions] == [-10.3, -10.3]


def test_a_region(tmp_path: Path) -> None:
    park = {"id": "株洲某园区", "en": "Some Park", "parent": "株洲市", "kind": "park", "aliases": "某园区"}
    with dictionary.using(overlay(tmp_path, "regions.csv", **park)):
        assert dictionary.region("某园区").id == "株洲某园区"
        assert dictionary.province_of("株洲某园区") == "湖南省"
        assert parks_of("株洲市") == ["株洲某园区"]
        path = plan_file(tmp_path, indicator="incubators", unit="count", value=1, frequency="each_year")
        path.write_text(path.read_text(encoding="utf-8").replace("region: 株洲市", "region: 某园区"), encoding="utf-8")
        assert load_plan(path).region == "株洲某园区"
        (tmp_path / "mine.yaml").write_text(
            (scenarios_dir() / "downturn.yaml").read_text(encoding="utf-8"), encoding="utf-8"
        )
        made = load_scenario(tmp_path / "mine.yaml", region="某园区", as_of=DAY, to=2027)
        assert {s.region for s in made.assumptions} == {"株洲某园区"}
    assert table_rows(tmp_path / "regions.csv")
