"""Templates: what is due, the round trip through Excel and CSV, corrections, drop-downs."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from xtanalysis.data.dictionary import current, indicators
from xtanalysis.errors import BadInput
from xtanalysis.report.scorecard.template_words import COLUMNS, template_words
from xtanalysis.report.scorecard.templates_monitoring import write_template_csv, write_template_workbook
from xtanalysis.statements.facts import load_facts
from xtanalysis.statements.read import read_file, read_statements
from xtanalysis.targets.book import Book
from xtanalysis.targets.due import due_figures, due_leading
from xtanalysis.targets.owners import with_own_calibres
from xtanalysis.targets.quarters import Quarter
from xtanalysis.targets.scorecard import scorecard

Q3, DAY = Quarter(2025, 3), dt.date(2025, 10, 31)
EMPTY = Book.of([], DAY)


def fill(path: Path, values: dict[str, object], published: str = "") -> None:
    """Type values into the rows of a template whose id contains a word."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    for row in range(2, sheet.max_row + 1):
        for word, value in values.items():
            if word in str(sheet.cell(row, 1).value):
                sheet.cell(row, COLUMNS.index("value") + 1, value)
                sheet.cell(row, COLUMNS.index("published") + 1, published or None)
    book.save(path)


def test_every_header_is_one_that_facts_know() -> None:
    for words in (template_words("zh"), template_words("en")):
        assert [current().headers[words.headers[column]] for column in COLUMNS] == list(COLUMNS)


def test_every_target_asks_for_something(plan) -> None:
    blanks = due_figures(plan, EMPTY, Q3)
    assert {blank.target for blank in blanks} == {target.id for target in plan.targets}
    assert len({blank.key for blank in blanks}) == len(blanks)
    assert len([b for b in blanks if b.target == "chain_leaders"]) == len(plan.chains) == 11
    assert len([b for b in blanks if b.target == "supervision_rounds"]) == 19  # quarters from 2021Q1 to 2025Q3


def test_what_is_reported_is_not_asked_again(plan, fact) -> None:
    growth = [fact("value_added_real", str(y), 5, "percent", measure="growth") for y in (2021, 2022, 2024)]
    left = [b for b in due_figures(plan, Book.of(growth, DAY), Q3) if b.target == "value_added_growth"]
    assert [str(b.period) for b in left] == ["2023"]
    quarters = [fact("hightech_firms", f"2024Q{q}", 12, "firms") for q in (1, 2, 3, 4)]
    left = [str(b.period) for b in due_figures(plan, Book.of(quarters, DAY), Q3) if b.target == "hightech_firms"]
    assert left == ["2021", "2022", "2023", "2025-01/2025-09"]


def test_one_owner_gets_its_own(plan) -> None:
    assert {b.owner for b in due_figures(plan, EMPTY, Q3, owner="市商务局")} == {"市商务局"}


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_blank_template_is_no_fact(plan, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"t.{kind}"
    write = write_template_workbook if kind == "xlsx" else write_template_csv
    write([*due_figures(plan, EMPTY, Q3), *due_leading("湘潭市", EMPTY, Q3)], Q3, path)
    assert read_statements(path) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_round_trip_through_excel(plan, tmp_path: Path, lang: str) -> None:
    """Every row of the template, filled in, reads back as the fact that was asked for, and the score moves."""
    path = tmp_path / "t.xlsx"
    blanks = [*due_figures(plan, EMPTY, Q3), *due_leading("湘潭市", EMPTY, Q3)]
    write_template_workbook(blanks, Q3, path, lang)
    fill(path, {"": 1}, published="2025-10-20")
    facts = list(read_file(path).statements)  # 1亿元 is asked about
    asked = [(b.region, b.indicator, b.measure, b.period, b.reference, b.unit) for b in blanks]
    assert [(s.region, s.indicator, s.measure, s.period, s.reference, s.unit) for s in facts] == asked
    assert all(not s.public and s.value == 1 and s.published == dt.date(2025, 10, 20) for s in facts)
    assert not due_figures(plan, Book.of(with_own_calibres(facts, plan), DAY), Q3)
    assert all(row.reported for row in scorecard(plan, facts, Q3).rows)


def test_csv_and_excel_say_the_same(plan, tmp_path: Path) -> None:
    blanks = due_figures(plan, EMPTY, Q3, owner="市科技局")
    write_template_csv(blanks, Q3, tmp_path / "t.csv")
    write_template_workbook(blanks, Q3, tmp_path / "t.xlsx")
    rows = list(csv.reader((tmp_path / "t.csv").read_text(encoding="utf-8-sig").splitlines()))
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").worksheets[0]
    assert rows == [[str(v) if v is not None else "" for v in row] for row in sheet.iter_rows(values_only=True)]


def test_history_is_kept(plan, tmp_path: Path) -> None:
    """The second quarter's report corrects the first one's: both stay, the later one counts from its day on."""
    files = []
    for quarter, value, day in ((Quarter(2025, 2), 55, "2025-07-20"), (Q3, 52, "2025-10-20")):
        path = tmp_path / f"{quarter}.xlsx"
        write_template_workbook(due_figures(plan, EMPTY, quarter, owner="市科技局"), quarter, path)
        fill(path, {"hightech_firms.level.2024": value}, published=day)
        files.append(path)
    facts = load_facts(files)
    own = [s for s in facts if s.indicator == "hightech_firms" and s.region == "湘潭市"]
    assert sorted(s.value for s in own) == [52, 55]
    change = next(c for c in scorecard(plan, facts, Q3).changes if c.target == "hightech_firms")
    assert [(old.value, new.value) for old, new in change.corrected] == [(55, 52)]


def test_two_values_for_one_thing_need_another_version(plan, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    write_template_csv(due_figures(plan, EMPTY, Q3, owner="市财政局"), Q3, path)
    head, first, *_ = path.read_text(encoding="utf-8-sig").splitlines()
    rows = [first.replace("比重", "比重"), first]
    filled = [row.replace(",,%", f",{value},%") for row, value in zip(rows, (3, 4), strict=True)]
    path.write_text("\n".join([head, filled[0], filled[1].replace("@2025Q3", "@2025Q3-更正1")]), encoding="utf-8")
    with pytest.raises(BadInput, match="two values for one thing, from one source"):
        read_statements(path)
    mended = filled[1].replace("@2025Q3", "@2025Q3-更正1").replace("2025Q3报送", "更正1")
    path.write_text("\n".join([head, filled[0], mended]), encoding="utf-8")
    assert [s.value for s in read_statements(path)] == [3, 4]


def test_a_wrong_word_is_refused_with_its_cell(plan, tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    write_template_workbook(due_figures(plan, EMPTY, Q3, owner="市科技局"), Q3, path)
    fill(path, {"hightech_firms.level.2024": "五十"})
    with pytest.raises(BadInput, match=r"row \d+, column value, cell G\d+: .*found '五十'"):
        read_statements(path)


def test_drop_downs_and_notes_are_there(plan, tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    blanks = due_figures(plan, EMPTY, Q3, owner="市工信局")
    write_template_workbook(blanks, Q3, path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["填报", "填报说明", "选项"]
    sheet, choices = book["填报"], book["选项"]
    lists = [rule for rule in sheet.data_validations.dataValidation if rule.type == "list"]
    assert len(lists) == 7
    assert "文件计数" in {c.value for row in choices.iter_rows() for c in row}
    for rule in lists:  # every prefilled cell is one of its own list's words
        column, rows = rule.formula1.split("!$")[1][0], str(rule.sqref).split(":")
        words = {cell.value for cell in choices[column][1:] if cell.value}
        cells = {row[0].value for row in sheet[f"{rows[0]}:{rows[0][0]}{len(blanks) + 1}"]}
        assert cells - {None} <= words
    assert "单位" in [c.value for c in sheet[1] if c.comment]
    explained = {row[0] for row in book["填报说明"].iter_rows(values_only=True)}
    assert {indicators()[b.indicator].zh for b in blanks} <= explained
