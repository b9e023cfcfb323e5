from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xtanalysis.data.dictionary import current
from xtanalysis.errors import BadInput, Problem
from xtanalysis.statements.grammar import Period, Statement
from xtanalysis.statements.read import COLUMNS, parse_row, read_file, read_statements, write_statements
from xtanalysis.statements.readers import files, xlsx
from xtanalysis.statements.readers.entries import SIGNS
from xtanalysis.statements.readers.sheet import LARGEST
from xtanalysis.statements.validate import faults

HEADER = "region,indicator,measure,period,value,unit\n"
GOOD = "湘潭市,industrial_investment,level,2022,715.2,100m_yuan\n"
CHINESE = (
    "地区,指标,度量,时期,数值,单位,性质,口径,发布日期,公开,备注\n"
    "湘潭市,规模工业增加值,增速,2024,9.1,％,实际,above_scale_20m,2025-02-01,内部,快报\n"
)


def write(folder: Path, text: str, name: str = "mine.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def problems(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(BadInput) as caught:
        read_statements(path)
    assert caught.value.exit_code == 2
    return caught.value.problems


def workbook(folder: Path, rows: list[list[object]], formats: dict[str, str] | None = None) -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    for cell, shown in (formats or {}).items():
        sheet[cell].number_format = shown
    path = folder / "mine.xlsx"
    book.save(path)
    return path


# What is accepted


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_headers_and_words_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    (statement,) = read_statements(write(tmp_path, CHINESE, encoding=encoding))
    assert (statement.region, statement.indicator, statement.measure) == ("湘潭市", "value_added_real", "growth")
    assert (statement.value, statement.unit, statement.period) == (9.1, "percent", Period.parse("2024"))
    assert statement.public is False
    assert statement.published == dt.date(2025, 2, 1)


def test_excel_and_csv_give_the_same_statement(tmp_path: Path) -> None:
    header, row = (line.split(",") for line in (HEADER.strip(), GOOD.strip()))
    from_excel = read_statements(workbook(tmp_path, [[*header], [*row[:3], 2022, 715.2, row[5]]]))
    assert from_excel == read_statements(write(tmp_path, HEADER + GOOD))


def test_a_percentage_cell_means_what_it_shows(tmp_path: Path) -> None:
    rows: list[list[object]] = [HEADER.strip().split(","), ["湘潭市", "GDP", "增速", 2024, 0.051, "%"]]
    (statement,) = read_statements(workbook(tmp_path, rows, {"E2": "0.0%"}))
    assert statement.value == pytest.approx(5.1, rel=1e-12)


def test_dates_mean_what_they_show(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        [*HEADER.strip().split(","), "published"],
        ["湘潭市", "GDP", "当月增速", dt.datetime(2021, 6, 1), 5, "%", dt.datetime(2021, 7, 20)],  # noqa: DTZ001
    ]
    (statement,) = read_statements(workbook(tmp_path, rows, {"D2": "mmm-yy", "G2": "yyyy-mm-dd"}))
    assert str(statement.period) == "2021-06"
    assert statement.published == dt.date(2021, 7, 20)


def test_a_row_without_a_mark_is_internal(tmp_path: Path) -> None:
    assert [s.public for s in read_statements(write(tmp_path, HEADER + GOOD))] == [False]


@pytest.mark.parametrize(
    ("period", "measure", "expected", "published"),
    [
        ("2022", "level", "2022", "2023-03-15"),
        ("2022年上半年", "year_to_date_level", "2022-01/2022-06", "2022-07-25"),
        ("2022年1-11月", "year_to_date_level", "2022-01/2022-11", "2022-12-25"),
        ("2022年12月", "month_growth", "2022-12", "2023-01-25"),
        ("2022年第一季度", "year_to_date_level", "2022Q1", "2022-04-25"),
    ],
)
def test_undated_rows_get_the_documented_rule(
    tmp_path: Path, period: str, measure: str, expected: str, published: str
) -> None:
    unit = "percent" if measure == "month_growth" else "亿元"
    (s,) = read_statements(write(tmp_path, f"{HEADER}湘潭市,工业投资,{measure},{period},7,{unit}\n"))
    assert str(s.period) == expected
    assert s.published == dt.date.fromisoformat(published)
    assert s.published_rule
    assert "rule" in s.published_rule


@pytest.mark.parametrize(
    ("role", "period", "published"),
    [("plan", "2025", "2025-01-31"), ("plan", "2021/2025", "2021-01-31"), ("estimate", "2024", "2025-01-31")],
)
def test_undated_plans_and_estimates_are_dated_by_the_work_report(
    tmp_path: Path, role: str, period: str, published: str
) -> None:
    measure = "sum" if "/" in period else "level"
    text = f"{HEADER.strip()},role\n湘潭市,工业投资,{measure},{period},7,亿元,{role}\n"
    (s,) = read_statements(write(tmp_path, text))
    assert s.published == dt.date.fromisoformat(published)


def test_an_id_may_name_nominal_growth_while_a_name_means_the_volume(tmp_path: Path) -> None:
    text = HEADER + "湘潭市,gdp,growth,2022,5.9,%\n湘潭市,GDP,growth,2022,4.6,%\n"
    assert [s.indicator for s in read_statements(write(tmp_path, text))] == ["gdp", "gdp_real"]


# What is refused, with place, found and expected


@pytest.mark.parametrize(
    ("row", "column", "what"),
    [
        ("湘潭,工业投资,水平,2022,七百,亿元", "value", "not a number"),
        ("湘潭,工业投资,水平,2022,\"7,6\",亿元", "value", "not a number"),
        ("湘潭,工业投资,水平,2022,inf,亿元", "value", "not a number"),
        ("湘潭,工业投资,水平,2022,7万元,亿元", "value", "not that of the row"),
        ("湘潭,工业投资,水平,2022,下降7,亿元", "value", "a level should"),
        ("湘潭,能耗降低率,增速,2022,-7,%", "indicator", "unknown indicator"),
        ("湘潭,单位规模工业增加值能耗降低率,增速,2022,-7,%", "value", "a rise or a fall"),
        ("湘潭,工业投资率,水平,2022,7,亿元", "indicator", "unknown indicator"),
        ("湘坛市,工业投资,水平,2022,7,亿元", "region", "unknown region"),
        ("湘潭,工业投资,水平,2022,7,亿美元", "unit", "unknown unit"),
        ("湘潭,工业投资,水平,2022,7,%", "unit", "cannot be in %"),
        ("湘潭,工业投资,增速,2022,7,亿元", "unit", "cannot be in 亿元"),
        ("湘潭,工业投资,水准,2022,7,亿元", "measure", "unknown measure"),
        ("湘潭,工业投资,水平,1948,7,亿元", "period", "out of range"),
        ("湘潭,工业投资,水平,2061,7,亿元", "period", "out of range"),
        ("湘潭,工业投资,水平,2022H3,7,亿元", "period", "none of"),
        ("湘潭,工业投资,水平,2022-06,7,亿元", "period", "cannot be about this period"),
        ("湘潭,工业投资,累计值,2022-02/2022-06,7,亿元", "period", "cannot be about this period"),
        ("湘潭,工业投资,水平,2022,-7,亿元", "value", "out of its bounds"),
        ("湘潭,技改占比,比重,2022,101,%", "value", "out of its bounds"),
        ("湘潭,工业投资,增速,2022,-100,%", "value", "−100"),
        ("湘潭,工业投资,年均增速,2025,7,%", "base_period", "needs the year"),
    ],
)  # fmt: skip
def test_one_bad_cell_is_named(tmp_path: Path, row: str, column: str, what: str) -> None:
    (problem,) = problems(write(tmp_path, HEADER + GOOD + row + "\n"))
    assert (problem.file, problem.row, problem.column) == ("mine.csv", 3, column)
    assert what in problem.what
    assert problem.expected


@pytest.mark.parametrize(
    ("header", "cells", "column", "what"),
    [
        ("trust", "D", "trust", "unknown trust"),
        ("calibre", "energy_gdp", "calibre", "not a calibre of"),
        ("role", "假设", "condition", "belongs to an assumption"),
        ("role", "outlook", "published", "needs the date"),
        ("published", "2022-11-30", "published", "before its period ended"),
        ("published", "30/11/2022", "published", "not a date"),
        ("relation,value_high", "between,3", "value_high", "not below the lower"),
        ("value_high", "9", "value_high", "no upper end"),
        ("sd", "-1", "sd", "negative"),
        ("base_period", "2020", "base_period", "no base period"),
    ],
)
def test_optional_columns_are_checked_too(tmp_path: Path, header: str, cells: str, column: str, what: str) -> None:
    text = f"{HEADER.strip()},{header}\n{GOOD.strip()},{cells}\n"
    found = problems(write(tmp_path, text))
    assert [p for p in found if p.column == column and p.row == 2 and what in p.what], found


def test_every_error_is_told_at_once(tmp_path: Path) -> None:
    text = HEADER + "湘坛市,工业投资率,水准,1900x,七,亿美元\n" + GOOD + "湘潭,工业投资,水平,1900,7,亿元\n"
    found = problems(write(tmp_path, text))
    assert {p.column for p in found if p.row == 2} == {"region", "indicator", "measure", "period", "value", "unit"}
    assert [p.column for p in found if p.row == 4] == ["period"]


def test_missing_and_unknown_and_repeated_columns(tmp_path: Path) -> None:
    found = problems(write(tmp_path, "region,indicator,指标,period,value,colour\n湘潭市,a,b,2022,1,red\n"))
    assert {(p.column, p.what.split(";")[0]) for p in found} == {
        ("指标", "this column stands twice"),
        ("colour", "unknown column"),
    }


def test_contradicting_rows_name_both(tmp_path: Path) -> None:
    (problem,) = problems(write(tmp_path, HEADER + GOOD + GOOD.replace("715.2", "720")))
    assert (problem.row, problem.column) == (3, "value")
    assert "two values" in problem.what
    assert "720" in str(problem.found)
    assert "row 2" in str(problem.expected)
    assert "715.2" in str(problem.expected)


def test_another_source_may_say_otherwise(tmp_path: Path) -> None:
    header = HEADER.strip() + ",source_id\n"
    text = header + GOOD.strip() + ",a\n" + GOOD.replace("715.2", "720").strip() + ",b\n"
    assert len(read_statements(write(tmp_path, text))) == 2


def test_a_row_pasted_twice_is_told(tmp_path: Path) -> None:
    (problem,) = problems(write(tmp_path, HEADER + GOOD + GOOD))
    assert "says again" in problem.what


def test_one_amount_in_two_units_is_no_contradiction(tmp_path: Path) -> None:
    (problem,) = problems(write(tmp_path, HEADER + GOOD + GOOD.replace("715.2,100m_yuan", "7152000,万元")))
    assert "says again" in problem.what


def test_a_table_of_too_many_rows_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files.read_sheets, "__kwdefaults__", {"rows": 2})
    (problem,) = problems(write(tmp_path, HEADER + GOOD * 3))
    assert "too long" in problem.what


def test_ids_are_unique(tmp_path: Path) -> None:
    header = "id," + HEADER
    text = f"{header}a,{GOOD}a,{GOOD.replace('2022', '2023')}"
    (problem,) = problems(write(tmp_path, text))
    assert (problem.row, problem.column, problem.found) == (3, "id", "a")


# Files that are no tables


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "the file is empty"),
        (b"\n  \n,,\n", "blank cells"),
        (HEADER.encode(), "no row"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00", "binary"),
        (b"region,indicator\n\xff\xfe\xfa\xff", "neither UTF-8 nor GB18030"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "no readable .xls workbook"),
        (b"PK\x03\x04 this is no workbook", "not a readable Excel workbook"),
        (b"%PDF-1.7\n", "PDF"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "web page"),
        ("这是一段文字。\n没有数据。\n".encode(), "no table of figures"),
        ("地区,指标\n湘潭市,工业投资\n".encode(), "no table of figures"),
        (b'region,indicator\n"never closed', "not a well-formed CSV"),
    ],
)
def test_no_table(tmp_path: Path, content: bytes, what: str) -> None:
    path = tmp_path / "mine.csv"
    path.write_bytes(content)
    (problem,) = problems(path)
    assert what in problem.what
    assert problem.file == "mine.csv"


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"])
@pytest.mark.parametrize("damage", [b"", b"<a><b", b"\x00\xff"])
def test_a_damaged_workbook(tmp_path: Path, part: str, damage: bytes) -> None:
    whole = zipfile.ZipFile(workbook(tmp_path, [HEADER.strip().split(",")]))
    path = tmp_path / "damaged.xlsx"
    with zipfile.ZipFile(path, "w") as broken:
        for name in whole.namelist():
            broken.writestr(name, damage if name == part else whole.read(name))
    (problem,) = problems(path)
    assert "not a readable Excel workbook" in problem.what


def test_a_workbook_that_unpacks_too_far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "LARGEST_UNPACKED", 100)
    (problem,) = problems(workbook(tmp_path, [HEADER.strip().split(",")]))
    assert "too large when unpacked" in problem.what


def test_no_such_file(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path / "none.csv")
    assert "no such file" in problem.what


def test_a_file_of_100_mb_is_refused_without_being_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "big.csv"
    with path.open("wb") as stream:
        stream.truncate(100_000_000)
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail(f"{self} was read"))
    (problem,) = problems(path)
    assert "too large" in problem.what
    assert LARGEST == 50_000_000


@pytest.mark.parametrize("text", ["=1+1", "=cmd|' /C calc'!A0", "+SUM(A1)", "@x", "-2+3"])
def test_formula_strings_are_refused_in_a_csv(tmp_path: Path, text: str) -> None:
    header = HEADER.strip() + ",note\n"
    (problem,) = problems(write(tmp_path, header + GOOD.strip() + f",{text}\n"))
    assert (problem.row, problem.column, problem.found) == (2, "note", text)
    assert "formula" in problem.what


def test_formulas_are_refused_in_excel(tmp_path: Path) -> None:
    rows: list[list[object]] = [HEADER.strip().split(","), ["湘潭市", "工业投资", "水平", 2022, "=700+15.2", "亿元"]]
    (problem,) = problems(workbook(tmp_path, rows))
    assert (problem.row, problem.column, problem.found) == (2, "value", "=700+15.2")


def test_a_row_longer_than_the_header_is_told(tmp_path: Path) -> None:
    (problem,) = problems(write(tmp_path, HEADER + GOOD.strip() + ",1050\n"))
    assert (problem.row, problem.cell, problem.found) == (2, "G2", "1050")
    assert "more cells" in problem.what


def test_a_flood_of_errors_is_cut(tmp_path: Path) -> None:
    found = problems(write(tmp_path, HEADER + GOOD.replace("715.2", "x") * 1000))
    assert len(found) == 201
    assert found[-1].what == "and more problems; these come first"


# There and back

texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")), max_size=20).filter(
    lambda text: not text.startswith(SIGNS) and text == text.strip()
)


@st.composite
def facts(draw: st.DrawFn) -> Statement:
    year = draw(st.integers(1980, 2030))
    relation = draw(st.sampled_from(["equals", "about", "at_least", "between"]))
    unit, largest = draw(st.sampled_from([("100m_yuan", 2e3), ("10k_yuan", 2e7)]))
    value = draw(st.floats(largest / 1e2, largest))
    return Statement(
        id=draw(texts.filter(bool)),
        region=draw(st.sampled_from(["湘潭市", "湖南省", "中国", "湘潭高新区"])),
        indicator="industrial_investment",
        measure="level",
        period=Period((year, 1), (year, 12)),
        relation=relation,
        value=value,
        value_high=draw(st.floats(value, largest)) if relation == "between" else None,
        unit=unit,
        role=draw(st.sampled_from(["outcome", "estimate"])),
        sd=draw(st.none() | st.floats(0, 10)),
        calibre=draw(st.sampled_from(["unknown", "investment_5m_expenditure"])),
        vintage=draw(st.none() | texts.filter(bool)),
        published=dt.date(year + 1, draw(st.integers(1, 12)), 2),
        published_rule=draw(st.none() | texts.filter(bool)),
        source_id=draw(st.none() | texts.filter(bool)),
        trust=draw(st.sampled_from(["A", "B", "C"])),
        public=draw(st.booleans()),
        note=draw(texts),
    )


@pytest.mark.parametrize(("written", "note"), [("'", "'"), ("''", "''"), ("'+1", "+1"), ("'a", "'a")])
def test_an_apostrophe_goes_only_before_what_would_be_a_formula(tmp_path: Path, written: str, note: str) -> None:
    path = write(tmp_path, HEADER.replace("\n", ",note\n") + GOOD.replace("\n", f",{written}\n"))
    assert read_file(path).statements[0].note == note


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(statement=facts())
def test_statements_survive_being_written_and_read(tmp_path: Path, statement: Statement) -> None:
    path = tmp_path / "round.csv"
    write_statements([statement], path)
    assert list(read_file(path).statements) == [statement]


WORDS = {
    "region": ["湘潭市", "Hunan", "430300", "湘坛市", ""],
    "indicator": ["GDP", "工业投资", "value_added_share", "roadshows", "co2", "工业投入", ""],
    "measure": ["水平", "growth", "比重", "rank", "gap", "sum", "累计值", "年均增速", "cumulative_change", "speed"],
    "period": ["2022", "2021Q2", "2021年上半年", "2021-06", "2020/2025", "1900", "soon"],
    "base_period": ["", "2020", "2030"],
    "reference": ["", "湖南省", "同类地区"],
    "relation": ["", "左右", "between", "至少"],
    "value": ["5", "-120", "1e400", "", "七", "5%"],
    "value_high": ["", "9", "1"],
    "unit": ["亿元", "%", "位", "次", "斤"],
    "role": ["", "目标", "outlook", "假设"],
    "condition": ["", "hard"],
    "calibre": ["", "gdp_census4", "x"],
    "published": ["", "2021-01-01", "2026-01-01", "spring"],
    "trust": ["", "A", "E"],
}


@settings(max_examples=400, deadline=None)
@given(row=st.fixed_dictionaries({column: st.sampled_from(words) for column, words in WORDS.items()}))
def test_any_row_is_either_a_sound_statement_or_told_what_is_wrong(row: dict[str, str]) -> None:
    statement, wrong = parse_row(row, default_id="x")
    assert (statement is None) == bool(wrong)
    assert all(column in COLUMNS and what for column, what, _, _ in wrong)
    if statement is not None:
        assert faults(statement) == []


def test_writing_leaves_no_part_behind(tmp_path: Path) -> None:
    write_statements(read_statements(write(tmp_path, HEADER + GOOD)), tmp_path / "out.csv")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["mine.csv", "out.csv"]


def test_the_columns_are_the_fields_of_a_statement_and_have_a_chinese_header() -> None:
    # A blank calibre is a blank cell; reading and versus belong to scenario files only.
    assert {*COLUMNS, "calibre_blank", "reading", "versus"} == set(Statement.__dataclass_fields__)
    assert set(COLUMNS) == set(current().headers.values())
