"""Report, scorecard, index, command and workbook say the same of all 38 targets, in both languages and editions."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from xtanalysis.answers.project import ScenarioDraws
from xtanalysis.answers.store import quantile_table
from xtanalysis.answers.value_of_information import ask_for
from xtanalysis.cli.targets import command
from xtanalysis.data.dictionary import indicators
from xtanalysis.report.iamc import iamc_csv
from xtanalysis.report.projection_sheets import projection_sheet, verdict_sheet
from xtanalysis.report.row_words import gap, latest, place
from xtanalysis.report.scorecard.files import Made, make_scorecard, tables_of, write_scorecard
from xtanalysis.report.sweeps.index import _matrix_cell
from xtanalysis.report.view import View, make_view
from xtanalysis.statements.plans import load_plan
from xtanalysis.study.facts import load_facts
from xtanalysis.study.study import Study
from xtanalysis.targets.verdict_words import (
    basis_text,
    caution,
    hinge_in_brief,
    hinge_text,
    range_text,
    verdict_text,
    word_text,
)
from xtanalysis.targets.verdicts import Verdict
from xtanalysis.targets.words import asks
from xtanalysis.text import say

# The last month of these days is the last of a quarter, so that page and scorecard look at the same months.
EDITIONS = (dt.date(2021, 6, 30), dt.date(2026, 9, 30))
SEED, DRAWS = 8, 200
HINGE = 1.5  # points: the crossing is read off 200 draws, and 37.7 % is rounded


@pytest.fixture(scope="module", params=EDITIONS, ids=str)
def edition(request: pytest.FixtureRequest) -> View:
    day = request.param
    asked = {"plan": "xiangtan-2021-12", "scenario": "baseline", "as_of": day.isoformat(), "to": max(2025, day.year)}
    return make_view("湘潭市", **asked, draws=DRAWS, seed=SEED, lang="zh", compare=())  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def made(edition: View) -> Made:
    return make_scorecard(as_of=edition.projection.as_of, draws=DRAWS, seed=SEED)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_target_is_answered_alike_everywhere(edition: View, made: Made, lang: str, tmp_path: Path) -> None:
    view = dataclasses.replace(edition, lang=lang)
    rows = view.rows
    assert len(rows) == 38
    write_scorecard(made, tmp_path, lang)  # type: ignore[arg-type]
    table = next(t for t in tables_of(made, lang) if t.name == "targets").frame  # type: ignore[arg-type]
    sheet = openpyxl.load_workbook(tmp_path / "scorecard.xlsx").worksheets[1]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    start = next(i for i, row in enumerate(cells) if row[0] == table.columns[0]) + 1
    read = _read(edition.projection, tmp_path / "targets.csv")
    for i, (mine, theirs) in enumerate(zip(rows.values(), made.card.rows, strict=True)):
        assert mine.verdict == theirs.verdict
        assert mine.assessment.latest == theirs.assessment.latest
        assert (mine.peers, mine.conflicts) == (theirs.peers, theirs.conflicts)
        said = (asks(mine.target, lang), verdict_text(mine.verdict, lang))  # type: ignore[arg-type]
        assert table.iloc[i, 2] == cells[start + i][2] == said[0]
        assert said[1] in (table.iloc[i, 9], table.iloc[i, 10])
        assert said[1] in cells[start + i]
        for write in (latest, place, gap):
            assert write(mine, lang) == write(theirs, lang)  # type: ignore[arg-type]
        _, said_there, _ = _matrix_cell(read[mine.target.id], None, mine.target.indicator, lang)  # type: ignore[arg-type]
        rest = range_text(mine.verdict, lang) or basis_text(mine.verdict, lang)  # type: ignore[arg-type]
        word = say(lang, "{word} ({told})", word=word_text(mine.verdict.verdict, lang), told=rest)  # type: ignore[arg-type]
        assert said_there in (hinge_in_brief(mine.verdict, lang, mine.target.indicator), word)  # type: ignore[arg-type]


def _read(projection: ScenarioDraws, path: Path) -> dict[str, Verdict]:
    """The table as the index reads it, first readings."""
    from xtanalysis.answers.store import target_table

    target_table(projection).to_csv(path, index=False)
    out: dict[str, Verdict] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            out.setdefault(line["target"], Verdict.from_row(line))
    return out


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_command_asks_in_the_same_words(edition: View, lang: str) -> None:
    told = CliRunner(env={"COLUMNS": "400"}).invoke(command, ["--lang", lang]).output
    for target in edition.projection.plan.targets:
        assert asks(target.read(), lang) in told  # type: ignore[arg-type]


def test_every_word_carries_its_basis_and_every_open_one_a_range(edition: View) -> None:
    core = [v for v in edition.projection.targets if v.median is not None]
    assert {v.target for v in core} >= {"industrial_investment", "value_added_growth", "energy_intensity"}
    for verdict in edition.projection.targets:
        assert (verdict.verdict == "not_judged") == (verdict.basis == "no_figure")
        if verdict.probability is not None:
            assert 0 <= verdict.probability_low <= verdict.probability <= verdict.probability_high <= 1
        if verdict.basis == "conditional":
            assert verdict.hinge
            assert verdict.hinge_threshold is not None
        if verdict.basis == "prior_only":
            assert verdict.verdict in ("likely", "uncertain", "doubtful")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_workbook_iamc_and_csv_carry_the_same_caution(edition: View, lang: str, tmp_path: Path) -> None:
    projection = edition.projection
    _read(projection, tmp_path / "targets.csv")
    quantile_table(projection).to_csv(tmp_path / "quantiles.csv", index=False)
    told = {}  # of the first verdict on each indicator that is not settled
    for v in projection.targets:
        if v.basis not in ("published", "no_figure"):
            told.setdefault(projection.plan.target(v.target).indicator, v)
    with (tmp_path / "quantiles.csv").open(encoding="utf-8", newline="") as file:
        cautions = {row["indicator"]: row["caution"] for row in csv.DictReader(file)}
    sheet = projection_sheet(tmp_path / "quantiles.csv", lang)  # type: ignore[arg-type]
    names = {(i.zh if lang == "zh" else i.en): i.id for i in indicators().values()}
    shown = {names[str(row[0])]: row[-1] for row in sheet.rows}
    exchanged = iamc_csv((tmp_path / "quantiles.csv").read_text(encoding="utf-8"))
    held = {row["variable"]: row["caution"] for row in csv.DictReader(exchanged.splitlines())}
    for name, verdict in told.items():
        assert cautions[name] == caution(verdict, "en")
        near = "概率在抽样误差内临近分界；" if lang == "zh" else "within sampling error of the bound of its word; "
        assert shown[name] == caution(verdict, lang).replace(near, "")  # type: ignore[arg-type]
        assert held[indicators()[name].en] == caution(verdict, "en")
    table = verdict_sheet(tmp_path / "targets.csv", lang)  # type: ignore[arg-type]
    words = [(row[0], row[1], row[2], row[3]) for row in table.rows]
    assert words == [
        (v.target, v.reading, word_text(v.verdict, lang), basis_text(v, lang))  # type: ignore[arg-type]
        for v in projection.targets
    ]


def test_each_hinge_has_its_kind_and_what_is_asked_for_is_what_verdicts_lack(edition: View) -> None:
    """All industry was 37.7 % of output in 2025 (the communiqué), so 35 % needs 92.8 % of it above scale."""
    projection = edition.projection
    asked = {(f.indicator, f.year, f.base) for f in ask_for(projection).figures}
    lacking = {(v.missing_figure, v.missing_year, v.missing_since) for v in projection.targets if not v.decided}
    assert asked
    assert asked <= lacking
    share = projection.target("value_added_share")
    assert share.hinge_kind == "factor"
    if projection.as_of.year == 2026:
        assert share.hinge == "above_scale_share_of_industry"
        assert share.hinge_threshold == pytest.approx(100 * 35 / 37.7, abs=HINGE)
        assert basis_text(share, "zh") == "换口径、换先验均不足以定论"


def test_a_fall_that_another_definition_puts_in_doubt_hinges_on_it() -> None:
    """Fourteen percent instead of the plan's twelve, for which the range just stays within the word."""
    plan = load_plan("xiangtan-2021-12")
    asked = (dataclasses.replace(t, value=-14.0) if t.id == "energy_intensity" else t for t in plan.targets)
    study = Study(load_facts("湘潭市", as_of=EDITIONS[1]), dataclasses.replace(plan, targets=tuple(asked)), to=2026)
    energy = study.project(draws=DRAWS, seed=SEED).record.target("energy_intensity")
    assert (energy.hinge_kind, energy.hinge_member) == ("calibre", "later_definition")
    assert (energy.missing_year, energy.missing_since) == (2025, 2020)
    assert hinge_text(energy, "zh").startswith("取决于口径：若公布数已扣除原料用能和可再生能源，可能性低至")
