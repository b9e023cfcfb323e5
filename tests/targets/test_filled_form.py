"""A bureau fills in every row of its form, and every target that it speaks of is settled, everywhere alike."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from xtanalysis.answers.project import ScenarioDraws
from xtanalysis.answers.store import target_table
from xtanalysis.report import sections
from xtanalysis.report.scorecard.files import Made, make_scorecard, tables_of, write_templates
from xtanalysis.report.scorecard.template_words import COLUMNS
from xtanalysis.report.sweeps.index import _matrix_cell
from xtanalysis.report.view import View, make_view
from xtanalysis.targets.verdict_words import basis_text, range_text, verdict_text, word_text
from xtanalysis.targets.verdicts import Verdict

DAY = dt.date(2026, 4, 30)
FIGURES = {
    "industrial_investment.": {"2020": 715, "2025": 1180},
    "tech_upgrade_investment.": {"2020": 460, "2025": 660},
    "value_added_share.": {"2020": 31.0, "2025": 33.1},
    "energy_intensity.": {"2021": -5.1, "2022": -4.2, "2023": -3.9, "2024": -6.2, "2025": -10.0},
}
WORDS = {
    "industrial_investment": "met", "tech_upgrade_investment": "missed", "value_added_growth": "met",
    "value_added_share": "missed", "energy_intensity": "met",
}  # fmt: skip


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The form of the bureau of statistics with every row of the core targets filled in, no calibre chosen."""
    folder = tmp_path_factory.mktemp("forms")
    write_templates(make_scorecard(quarter="2026Q1", as_of=DAY, draws=0), folder)
    path = folder / "2026Q1-市统计局.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    place = {column: i + 1 for i, column in enumerate(COLUMNS)}
    asked: dict[str, set[str]] = {}
    for row in range(2, sheet.max_row + 1):
        name = str(sheet.cell(row, place["id"]).value)
        for target, values in FIGURES.items():
            if name.split(":", 1)[1].startswith(target):
                period = str(sheet.cell(row, place["period"]).value)
                asked.setdefault(target, set()).add(period)
                sheet.cell(row, place["value"], values[period])
    # The form asks for exactly these: the level then and now, the shares, energy in each year, 2025 with its calibre.
    assert asked == {target: set(values) for target, values in FIGURES.items()}
    book.save(path)
    return path


@pytest.fixture(scope="module")
def made(filled: Path) -> Made:
    return make_scorecard(quarter="2026Q1", as_of=DAY, facts=[filled], draws=200)


@pytest.fixture(scope="module")
def view(filled: Path) -> View:
    asked = {"plan": "xiangtan-2021-12", "scenario": "baseline", "as_of": DAY.isoformat(), "to": 2026, "draws": 200}
    return make_view("湘潭市", **asked, seed=8, lang="zh", facts=str(filled), compare=())  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def projection(view: View) -> ScenarioDraws:
    return view.projection


def test_every_core_target_is_settled_and_the_figure_is_what_it_measures(projection: ScenarioDraws) -> None:
    for name, word in WORDS.items():
        found = projection.target(name)
        assert (found.verdict, found.basis) == (word, "published"), name
    assert projection.target("industrial_investment").median == 1180
    assert projection.target("value_added_share").median == pytest.approx(33.1)


def test_page_scorecard_index_and_table_agree(
    view: View, made: Made, projection: ScenarioDraws, tmp_path: Path
) -> None:
    table = target_table(projection).drop_duplicates("target").set_index("target")
    path = tmp_path / "targets.csv"
    target_table(projection).to_csv(path, index=False)
    with path.open(encoding="utf-8", newline="") as file:
        read: dict[str, Verdict] = {}
        for line in csv.DictReader(file):
            read.setdefault(line["target"], Verdict.from_row(line))
    card = {t.name: t for t in tables_of(made)}["targets"].frame
    card.index = card["目标"].str.removesuffix("〔内部〕").str.removeprefix("其中：")
    page = sections.glance(view).frame
    for place, (target, result) in enumerate(view.core()):
        text = verdict_text(result, "zh")
        assert page.iloc[place, -1] == text
        assert card.loc[view.name(target), "完成可能性"] == text
        assert read[target.id].verdict == table.loc[target.id, "verdict"] == result.verdict
        _, said, _ = _matrix_cell(read[target.id], None, target.indicator, "zh")
        assert said == f"{word_text(result.verdict, 'zh')}（{range_text(result, 'zh') or basis_text(result, 'zh')}）"
    assert not [blank for blank in made.due if blank.target in WORDS]


def test_the_page_names_the_figures_that_decide(view: View) -> None:
    text = sections.overall(view).data
    assert "按2025年1180亿元" in text
    assert "2021年下降5.1%" in text


def test_a_published_figure_that_says_otherwise_is_named(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(
        "地区,指标,度量,时期,数值,单位,公开\n湘潭市,规模以上工业增加值,增速,2025,6.9,%,内部\n", encoding="utf-8"
    )
    row = next(
        r for r in make_scorecard(as_of=DAY, facts=[path], draws=0).card.rows if r.target.id == "value_added_growth"
    )
    ((own, other),) = row.conflicts
    assert (own.value, other.value) == (6.9, 7.6)
