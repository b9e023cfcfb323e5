"""The scorecard as a workbook: an overview, a sheet a body, the fields, the changes; internal sheets say so."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xtanalysis.data.workbooks import book_bytes, put, sheet_name
from xtanalysis.data.writing import write_file
from xtanalysis.report.scorecard.tables import body_table, changes_table, fields_table, full_table, overview_table
from xtanalysis.report.scorecard.words import MARKS, light_word
from xtanalysis.report.tables import Table
from xtanalysis.report.words import PAGE_WORDS
from xtanalysis.targets.scorecard import Scorecard
from xtanalysis.targets.words import body_name
from xtanalysis.text import Language, say

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["scorecard_workbook"]

FILLS = {"good": "CFE8DD", "unsure": "F6E7B4", "bad": "F3CFC9", "none": "E7E8E6"}
WIDEST = 46


def scorecard_workbook(card: Scorecard, path: Path, lang: Language = "zh", extra: Sequence[Table] = ()) -> None:
    """Write every table of the scorecard, then ``extra``, one sheet each; the file appears whole or not at all."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    names = (say(lang, "Overview"), say(lang, "All targets"), say(lang, "Fields"), say(lang, "Changes"))
    tables = [overview_table(card, lang), full_table(card, lang), fields_table(card, lang), changes_table(card, lang)]
    taken: set[str] = set()
    for name, table in zip(names, tables, strict=True):
        _fill(book.create_sheet(sheet_name(name, taken)), table, card, lang)
    for number, body in enumerate(card.bodies, start=1):
        title = sheet_name(f"{number} {body_name(body, lang)}", taken)
        _fill(book.create_sheet(title), body_table(card, body, lang), card, lang)
    for table in extra:
        _fill(book.create_sheet(sheet_name(table.caption.replace("/", " "), taken)), table, card, lang)
    write_file(path, book_bytes(book), parents=True)


def _fill(sheet: Worksheet, table: Table, card: Scorecard, lang: Language) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
    from openpyxl.worksheet.properties import PageSetupProperties

    if card.internal:
        mark = PAGE_WORDS["internal_long"].told(lang)
        sheet.append([mark])
        sheet["A1"].font = Font(bold=True, color="B03A2E", size=14)
        sheet.HeaderFooter.oddHeader = HeaderFooterItem(center=_HeaderFooterPart(text=mark, size=14))
    _append(sheet, [table.caption])
    sheet.cell(sheet.max_row, 1).font = Font(bold=True, size=13)
    _append(sheet, [str(column) for column in table.frame.columns])
    head = sheet.max_row
    for title in sheet[head]:
        title.font, title.fill = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor="2B6CA3")
    marks = {light_word(light, lang): mark for light, mark in MARKS.items()}
    for row in table.frame.itertuples(index=False, name=None):
        _append(sheet, row)
        for cell in sheet[sheet.max_row]:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if str(cell.value) in marks:
                cell.fill = PatternFill("solid", fgColor=FILLS[marks[str(cell.value)]])
    if table.note:
        sheet.append([])
        _append(sheet, [table.note])
    for i, column in enumerate(map(str, table.frame.columns), start=1):
        texts = [column, *(str(v) for v in table.frame[column])]
        widest = max(sum(2 if ord(c) > 255 else 1 for c in text) for text in texts)
        sheet.column_dimensions[get_column_letter(i)].width = min(widest + 2, WIDEST)
    sheet.freeze_panes = f"B{head + 1}"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _append(sheet: Worksheet, values: Sequence[Any]) -> None:
    """Add a row, its texts as texts."""
    from openpyxl.cell import WriteOnlyCell

    sheet.append([put(WriteOnlyCell(sheet), value) for value in values])
