"""Texts from files are shown, and never run, fetched, followed or taken for a formula."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook

from xtanalysis.data.workbooks import book_bytes, put, sheet_name
from xtanalysis.data.writing import csv_bytes, file_name, inert
from xtanalysis.report.inert import harmless_html, literal, without_markup
from xtanalysis.report.markdown import Contents
from xtanalysis.statements.readers.delimited import read_delimited

FORMULAS = ["=1+1", '=HYPERLINK("http://x/?"&A1)', "@SUM(A1)", "+1|x", "-1+1", "\t=1", "＝1+1", "+cmd", "-(1)"]
AMOUNTS = ["-3.1", "+1.4 个百分点", "-6.2%", "—", "-", "+", "", "x=1", "a@b", "1-2"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_becomes_a_text(text: str) -> None:
    assert inert(text) == f"'{text}"


@pytest.mark.parametrize("text", AMOUNTS)
def test_an_amount_and_other_texts_stay(text: str) -> None:
    assert inert(text) == text


def test_a_guarded_note_is_read_back_as_it_was() -> None:
    frame = pd.DataFrame({"note": ["-a", "@b", "x"], "value": [1.5, -2.0, 3.0]})
    raw = csv_bytes(frame, mark=True)
    assert raw == "\ufeffnote,value\n'-a,1.5\n'@b,-2.0\nx,3.0\n".encode()
    assert read_delimited(raw, "t.csv").rows[1:] == [["-a", "1.5"], ["@b", "-2.0"], ["x", "3.0"]]


def test_a_workbook_holds_texts_and_the_same_bytes() -> None:
    def made() -> bytes:
        book = Workbook()
        sheet = book.worksheets[0]
        for number, text in enumerate([*FORMULAS, "\x00\x0b\ud800", "#REF!", "x" * 40_000], 1):
            put(sheet.cell(number, 1), text)
        return book_bytes(book)

    first = made()
    assert first == made()
    assert {info.date_time for info in zipfile.ZipFile(io.BytesIO(first)).infolist()} == {(1980, 1, 1, 0, 0, 0)}
    cells = [row[0] for row in load_workbook(io.BytesIO(first)).worksheets[0].iter_rows()]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value for cell in cells[:9]] == [text.replace("\t", "\t") for text in FORMULAS]
    assert len(cells[-1].value) == 32_767


def test_names_of_sheets_and_files() -> None:
    taken: set[str] = set()
    names = [
        sheet_name(text, taken) for text in ("市工信局/市发改委", "市工信局?市发改委", "a" * 40, "A" * 40, "'", "")
    ]
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)
    assert len({name.casefold() for name in names}) == len(names)
    for text in ("/../../etc/EVIL", "..", "a/b", "长" * 300, "💥" * 200, "\x00", "con\n"):
        name = file_name(text)
        assert 0 < len(name.encode()) <= 200
        assert Path("x", name).parent == Path("x")
        assert name not in (".", "..")
    assert file_name("长" * 300) != file_name("长" * 301)


PAYLOADS = [
    "<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "<meta http-equiv=refresh content=0;url=http://x/>",
    "[a](javascript:alert(1))", "![a](http://127.0.0.1:9/a.png)", "<http://127.0.0.1:9/>", "http://127.0.0.1:9/",
    "$\\alpha$", "$$x$$", "\\(x\\)", "`a`", "<form action=http://x/>", "&lt;b&gt;", "www.example.org",
]  # fmt: skip


@pytest.mark.parametrize("text", PAYLOADS)
def test_markdown_shows_a_text_as_it_stands(text: str) -> None:
    for told in (literal(text), without_markup(text)):
        html = Contents().render(f"- **x**：{told}")
        assert not any(tag in html for tag in ("<img", "<script", "<meta", "<form", "<a ", "<math", "<code"))
    assert "<strong>x</strong>" in html


def test_a_page_refuses_what_runs_or_leads_elsewhere() -> None:
    html = (
        '<b>x</b><SCRIPT src="http://x/">1</SCRIPT ><Meta http-equiv=refresh><form><iframe srcdoc="a"></iframe><base>'
    )
    said = harmless_html(html, "NOTE")
    assert said == "<b>x</b>NOTE&lt;Meta http-equiv=refresh>&lt;form>NOTE&lt;base>"
    assert harmless_html("<metal>x</metal><table></table>") == "<metal>x</metal><table></table>"


@pytest.mark.parametrize("formula", ["x_1_2", "\\begin{a", "\\frac{1", "^^", "\\left("])
def test_a_formula_that_cannot_be_set_is_shown_as_its_source(formula: str) -> None:
    html = Contents().render(f"before ${formula}$ after")
    assert "before" in html
    assert "after" in html
    assert "<math" in html or 'class="formula"' in html
