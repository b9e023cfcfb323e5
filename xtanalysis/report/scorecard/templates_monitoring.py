"""Blank templates for the bodies that report, as CSV and Excel: filled in, they read back as facts.

A row that is left without a value is passed over when the file is read. A correction is a further row with another
version (版本) and a later date; nothing is ever overwritten.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xtanalysis.data.dictionary import Calibre, calibres, indicators, units
from xtanalysis.data.workbooks import book_bytes, put
from xtanalysis.data.writing import inert, write_file
from xtanalysis.report.scorecard.template_words import COLUMNS, TemplateWords, template_words
from xtanalysis.statements.form import places_to_choose
from xtanalysis.statements.read import FORM
from xtanalysis.targets.due import Blank
from xtanalysis.targets.quarters import Quarter
from xtanalysis.targets.words import body_name
from xtanalysis.text import Language, name_in, say

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["template_rows", "write_template_csv", "write_template_workbook"]

WIDTHS = (34, 14, 34, 14, 18, 26, 12, 14, 30, 10, 14, 16, 22, 10, 48)
TYPED = ("value", "calibre", "published")  # the cells to fill
AS_TEXT = ("id", "period", "published")
MOST_ROWS = 500  # rows below the last prefilled one that keep the drop-downs


def template_rows(blanks: Sequence[Blank], quarter: Quarter, lang: Language = "zh") -> list[dict[str, str]]:
    """Rows of the template by column of the contract; the value and the date are empty."""
    words = template_words(lang)
    return [
        {
            "id": f"{FORM}{blank.key}@{quarter}",
            "region": blank.region,
            "indicator": name_in(indicators()[blank.indicator], lang),
            "measure": words.measures[blank.measure],
            "period": str(blank.period),
            "reference": blank.reference or "",
            "value": "",
            "unit": name_in(units()[blank.unit], lang),
            "calibre": "",
            "role": words.roles[0],
            "published": "",
            "vintage": words.vintage.format(quarter=quarter),
            "source_id": blank.owner,
            "public": words.publics[-1],
            "note": "" if blank.lead == blank.owner else words.lead.format(lead=body_name(blank.lead, lang)),
        }
        for blank in blanks
    ]


def write_template_csv(blanks: Sequence[Blank], quarter: Quarter, path: Path, lang: Language = "zh") -> None:
    """Write the template as CSV (UTF-8 with a mark, so that Excel shows Chinese)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([template_words(lang).headers[column] for column in COLUMNS])
    writer.writerows([inert(row[column]) for column in COLUMNS] for row in template_rows(blanks, quarter, lang))
    write_file(path, text.getvalue().encode("utf-8-sig"), parents=True)


def write_template_workbook(blanks: Sequence[Blank], quarter: Quarter, path: Path, lang: Language = "zh") -> None:
    """Write the template as a workbook: drop-downs, a note on each header, and a sheet that says what is asked for."""
    from openpyxl import Workbook

    words = template_words(lang)
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = words.sheets[0]
    _fill(sheet, template_rows(blanks, quarter, lang), words)
    lists = _lists(book, blanks, words, lang)
    _drop_downs(sheet, lists, words, len(blanks))
    _explain(book, blanks, quarter, lang)
    book.move_sheet(words.sheets[2], offset=1)
    write_file(path, book_bytes(book), parents=True)


def _fill(sheet: Worksheet, rows: Sequence[dict[str, str]], words: TemplateWords) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font, PatternFill

    head, blank, fixed = (PatternFill("solid", fgColor=c) for c in ("2B6CA3", "FFF7DD", "F1F2F0"))
    for i, (column, width) in enumerate(zip(COLUMNS, WIDTHS, strict=True), start=1):
        cell = sheet.cell(1, i, words.headers[column])
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), head
        cell.alignment = Alignment(horizontal="center")
        if column in words.notes:
            cell.comment = Comment(words.notes[column], "xtanalysis", height=90, width=260)
        sheet.column_dimensions[_letter(column)].width = width
    for number, row in enumerate(rows, start=2):
        for i, column in enumerate(COLUMNS, start=1):
            cell = put(sheet.cell(number, i), row[column] or None)
            cell.fill = blank if column in TYPED else fixed
            if column in AS_TEXT:
                cell.number_format = "@"
    sheet.freeze_panes = "D2"
    sheet.auto_filter.ref = f"A1:{_letter(COLUMNS[-1])}{len(rows) + 1}"


def _letter(column: str) -> str:
    return "ABCDEFGHIJKLMNO"[COLUMNS.index(column)]


def _lists(book: Workbook, blanks: Sequence[Blank], words: TemplateWords, lang: Language) -> dict[str, str]:
    """Write the choices to a hidden sheet; column → reference of its list."""
    name = words.sheets[2]
    sheet = book.create_sheet(name)
    used = {blank.indicator for blank in blanks}
    dimensions = {units()[indicators()[one].unit].dimension for one in used} | {"fraction", "rank"}
    choices = {
        "region": list(dict.fromkeys(place for blank in blanks for place in places_to_choose(blank.region))),
        "indicator": [name_in(i, lang) for i in indicators().values() if i.id in used],
        "measure": list(words.measures.values()),
        "unit": [name_in(u, lang) for u in units().values() if u.dimension in dimensions],
        "calibre": [name_in(c, lang) for c in calibres().values() if c.id != "unknown" and _applies(c, used)],
        "role": list(words.roles),
        "public": list(words.publics),
    }
    where = {}
    for i, (column, values) in enumerate(choices.items(), start=1):
        letter = "ABCDEFG"[i - 1]
        sheet.cell(1, i, words.headers[column])
        for number, value in enumerate(values, start=2):
            put(sheet.cell(number, i), value)
        where[column] = f"{name}!${letter}$2:${letter}${len(values) + 1}"
    sheet.sheet_state = "hidden"
    return where


def _applies(calibre: Calibre, used: set[str]) -> bool:
    return not calibre.applies_to or not used.isdisjoint(calibre.applies_to)


def _drop_downs(sheet: Worksheet, lists: dict[str, str], words: TemplateWords, rows: int) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    last = rows + 1 + MOST_ROWS
    for column, source in lists.items():
        rule = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=True)
        rule.errorTitle, rule.error = words.choose[0], words.choose[1].format(header=words.headers[column])
        rule.add(f"{_letter(column)}2:{_letter(column)}{last}")
        sheet.add_data_validation(rule)
    number = DataValidation(type="decimal", operator="between", formula1="-1E12", formula2="1E12", allow_blank=True)
    number.errorTitle, number.error = words.number
    number.promptTitle, number.prompt = words.headers["value"], words.notes["value"]
    number.showInputMessage = number.showErrorMessage = True
    number.add(f"{_letter('value')}2:{_letter('value')}{last}")
    sheet.add_data_validation(number)


def _explain(book: Workbook, blanks: Sequence[Blank], quarter: Quarter, lang: Language) -> None:
    """Add the sheet of explanations: how to fill in, then unit and definition of every indicator asked for."""
    from openpyxl.styles import Font

    words = template_words(lang)
    sheet = book.create_sheet(words.sheets[1], 1)
    joint = say(lang, ": ")
    notes = [f"{words.headers[column]}{joint}{text}" for column, text in words.notes.items()]
    for line in (f"{quarter} {words.sheets[1]}", *notes, ""):
        sheet.append([line])
    sheet.append(list(words.explained))
    for cell in sheet[sheet.max_row]:
        cell.font = Font(bold=True)
    asked = {blank.indicator: (blank.owner, blank.calibre) for blank in blanks}
    for name, (owner, calibre) in asked.items():
        entry = indicators()[name]
        unit = units()[entry.unit]
        what = (name_in(entry, lang), name_in(unit, lang))
        own = calibres()[calibre] if calibre else None
        coverage = "" if own is None else name_in(own, lang)
        told = [*what, body_name(owner, lang), entry.description, entry.definition_source, coverage]
        row = sheet.max_row + 1
        for i, text in enumerate(told, start=1):
            put(sheet.cell(row, i), text)
    sheet["A1"].font = Font(bold=True, size=14)
    for letter, width in zip("ABCDEF", (36, 14, 18, 60, 44, 34), strict=True):
        sheet.column_dimensions[letter].width = width
