"""Files of every kind: what a spreadsheet shows is what counts; what cannot be a table is refused before it costs."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable
from pathlib import Path

import openpyxl
import pytest

from xtanalysis.errors import BadInput
from xtanalysis.statements.readers.files import named_files, passed_over, read_sheets
from xtanalysis.statements.readers.sheet import EXCEL_ROWS, MOST_COLUMNS, address
from xtanalysis.statements.readers.shown import GENERAL, Kind, format_of, shown

HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = b"</sheetData></worksheet>"


def workbook(path: Path, sheet: Iterable[bytes]) -> Path:
    """A workbook whose sheet holds these bytes."""
    openpyxl.Workbook().save(path.with_suffix(".empty"))
    with (
        zipfile.ZipFile(path.with_suffix(".empty")) as empty,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in empty.namelist():
            if name != "xl/worksheets/sheet1.xml":
                made.writestr(name, empty.read(name))
        with made.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as stream:
            for piece in (HEAD, *sheet, TAIL):
                stream.write(piece)
    return path


def refused(path: Path) -> str:
    with pytest.raises(BadInput) as caught:
        read_sheets(path)
    (problem,) = caught.value.problems
    return problem.what


@pytest.mark.parametrize(
    ("number", "code", "kind"),
    [
        (0, None, Kind.PLAIN), (9, None, Kind.PERCENT), (10, None, Kind.PERCENT), (14, None, Kind.DAY),
        (17, None, Kind.MONTH), (164, '0.0"%"', Kind.PLAIN), (164, r"0.0\%", Kind.PLAIN), (164, "0.0_%", Kind.PLAIN),
        (164, "0.0*%", Kind.PLAIN), (164, "0.0%", Kind.PERCENT), (164, "[Red]0.00%;[Blue]-0.00%", Kind.PERCENT),
        (164, "#,##0.00", Kind.PLAIN), (164, 'yyyy"年"m"月"d"日"', Kind.DAY), (164, 'yyyy"年"m"月"', Kind.MONTH),
        (164, 'yyyy"年"', Kind.YEAR), (164, "[$-804]yyyy", Kind.YEAR), (164, "h:mm:ss", Kind.TIME),
        (164, 'General"亿元"', Kind.PLAIN), (164, "0.0!%", Kind.PLAIN), (164, "0.0％", Kind.PLAIN),
        (164, '"增长"0.0%', Kind.PERCENT), (164, "_ * 0.0%_ ;_ * -0.0%_ ", Kind.PERCENT), (164, "[h]:mm", Kind.TIME),
        (164, "[DBNum1][$-804]yyyy\"年\"m\"月\";@", Kind.MONTH), (164, "[Red]yyyy-mm", Kind.MONTH),
    ],
)  # fmt: skip
def test_number_formats(number: int, code: str | None, kind: Kind) -> None:
    assert format_of(number, code).look(12.5).kind is kind


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        # A format has a section for numbers above and below zero, or for those that it names.
        ('0.0"%";-0.0%', {"12.5": "12.5", "-0.125": "-12.5%", "0": "0"}),
        ("0.0%;[Red]-0.0%", {"0.125": "12.5%", "-0.125": "-12.5%"}),
        ('[<1]0.0%;0.0"%"', {"0.125": "12.5%", "12.5": "12.5", "1": "1"}),
        ("0.0%;;0", {"0.125": "12.5%", "-0.125": "-12.5%", "0": "0"}),
        # A comma behind the digits divides by a thousand; with a point as text between them, by ten thousand.
        ("0.0,", {"12500": "12.5", "-12500": "-12.5"}),
        ("#,##0.00,,", {"12500000": "12.5"}),
        ("0!.0,", {"125000": "12.5"}),
        (r"0\.0,", {"125000": "12.5"}),
        ('0"."00,', {"1250000": "12.5"}),
        ("#,##0", {"125000": "125000"}),
        ("#,##0.0;-#,##0.0", {"125000": "125000", "-5.1000000000000005": "-5.1"}),
        (r"0\.", {"3": "3"}),
    ],
)
def test_what_a_format_makes_of_a_number(code: str, texts: dict[str, str]) -> None:
    form = format_of(164, code)
    assert {text: shown(text, form) for text in texts} == texts


def test_what_is_shown() -> None:
    day, month, year = (format_of(164, code) for code in ("yyyy-mm-dd", "yyyy-mm", "yyyy"))
    assert shown("0.087", format_of(10, None)) == "8.7%"
    assert shown("5.1000000000000005", GENERAL) == "5.1"
    assert shown("9000000", GENERAL) == shown("9000000.0", GENERAL) == shown("9E6", GENERAL) == "9000000"
    # 43831 is 1 January 2020 in the 1900 system, 42369 in that of 1904 (1,462 days apart).
    assert shown("43831", day) == shown("42369", day, date1904=True) == "2020-01-01"
    assert (shown("43831", month), shown("43831", year)) == ("2020-01", "2020")


def test_cells_agree_with_openpyxl(tmp_path: Path) -> None:
    """The same texts as the standard reader's values, over kinds of cells that a spreadsheet has."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    rows = [["甲", "a&b<c", " x ", None, 1], [2.5, -0.125, True, "1,050", ""], [None, None, "末", 10**9, 1e-5]]
    for row in rows:
        sheet.append(row)
    sheet["ZZ9"] = "远"
    book.save(tmp_path / "kinds.xlsx")
    (found,) = read_sheets(tmp_path / "kinds.xlsx")
    values = list(openpyxl.load_workbook(tmp_path / "kinds.xlsx").worksheets[0].iter_rows(values_only=True))
    for number, cells in zip(found.numbers, found.rows, strict=True):
        said = ["" if v is None else str(v).strip().upper().replace("1E-05", "1E-05") for v in values[number - 1]]
        assert [c.upper() for c in cells] == said[: len(cells)]
        assert not any(said[len(cells) :])
    assert found.numbers == [1, 2, 3, 9]
    assert (found.rows[3].index("远"), address(9, found.rows[3].index("远"))) == (701, "ZZ9")


def test_blank_formatted_cells_do_not_count(tmp_path: Path) -> None:
    blank = b"".join(b'<c r="A%d" s="1"/>' % i for i in range(2, 5000))
    rows = (
        b'<row r="1"><c r="A1"><v>7</v></c></row><row r="2">'
        + blank
        + b'</row><row r="1048576"><c r="I1048576" s="1"/></row>'
    )
    (sheet,) = read_sheets(workbook(tmp_path / "blank.xlsx", [rows]))
    assert (sheet.numbers, sheet.rows) == ([1], [["7"]])


@pytest.mark.parametrize(
    ("pieces", "what"),
    [
        ([b" " * 1_000_000] * 201, "too large when unpacked"),
        ([b"<row/>" * (EXCEL_ROWS + 1)], "too long"),
        ([b'<row r="1000000000"><c><v>1</v></c></row>'], "too long"),
        ([b'<row r="1">', b"<c><v>1</v></c>" * (MOST_COLUMNS + 1), b"</row>"], "too wide"),
        ([b'<row r="1"><c r="AAAA1"><v>1</v></c></row>'], "not a readable"),
        ([b'<row r="1"><c t="s"><v>7</v></c></row>'], "not a readable"),
    ],
)
def test_bombs_are_refused(tmp_path: Path, pieces: list[bytes], what: str) -> None:
    assert what in refused(workbook(tmp_path / "bomb.xlsx", pieces))


def test_a_document_type_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.xlsx", "w") as made:
        made.writestr("xl/workbook.xml", '<!DOCTYPE w [<!ENTITY a "b">]><workbook/>')
    assert "not a readable" in refused(tmp_path / "x.xlsx")


def test_only_regular_files_are_read(tmp_path: Path) -> None:
    assert "folder" in refused(tmp_path)
    os.mkfifo(tmp_path / "pipe.csv")
    assert "no regular file" in refused(tmp_path / "pipe.csv")
    (tmp_path / "zero.csv").symlink_to("/dev/zero")
    assert "no regular file" in refused(tmp_path / "zero.csv")
    (tmp_path / "real.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (tmp_path / "link.csv").symlink_to("real.csv")
    assert read_sheets(tmp_path / "link.csv")[0].rows == [["a", "b"], ["1", "2"]]


@pytest.mark.parametrize(
    ("name", "over"), [("~$上报.xlsx", True), ("._上报.xlsx", True), (".x.csv", True), ("上报.xlsx", False)]
)
def test_lock_and_hidden_files_are_passed_over(name: str, over: bool) -> None:
    assert (passed_over(Path(name)) is not None) == over


def test_files_that_a_parameter_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert [str(path) for path in named_files("a.csv; b.xlsx ;")] == ["a.csv", "b.xlsx"]
    assert named_files("") == named_files(()) == []
    # What a name holds says nothing of how many files it names.
    for name in ("2020;2021.csv", "=1+1.csv", "-x.csv", "@a b.csv"):
        Path(name).touch()
        assert named_files(name) == named_files([name]) == [Path(name)]
    assert named_files(["a;b.csv", "c.csv"]) == [Path("a;b.csv"), Path("c.csv")]


def test_a_separator_that_excel_was_told(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("sep=;\r\na;b\r\n1,5;2\r\n".encode("utf-16"))
    (sheet,) = read_sheets(path)
    assert (sheet.numbers, sheet.rows) == ([2, 3], [["a", "b"], ["1,5", "2"]])
