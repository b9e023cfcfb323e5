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

from xtanalysis.answers.due import Blank
from xtanalysis.answers.quarters import Quarter
from xtanalysis.data.dictionary import indicators, regions, units
from xtanalysis.report.runner import write_atomically
from xtanalysis.statements.read import FORM

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["HEADERS", "template_rows", "write_template_csv", "write_template_workbook"]

HEADERS = (
    "编号", "地区", "指标", "度量", "时期", "参照", "数值", "单位", "性质", "发布日期", "版本", "来源", "公开", "备注",
)  # fmt: skip
"""Chinese headers of the columns that a body fills or checks; each is one that the reader of facts knows."""

WIDTHS = (34, 14, 34, 14, 18, 26, 12, 14, 10, 14, 16, 22, 8, 48)
NOTES = {
    "编号": "请勿改动。更正时另起一行，编号末尾加“-更正1”。",
    "参照": "按产业链填报的指标填链名；排名填参照地区。",
    "数值": "只填数字，不带单位；没有数据请留空，该行读入时跳过。",
    "单位": "可改为同类单位，读入时自动换算。",
    "发布日期": "形如 2025-10-20。更正填更正之日；留空则按统计发布的惯例推定。",
    "版本": "同一期内更正时改为“更正1”“更正2”……",
    "公开": "公开或内部；留空视为内部，内部数不进公开页。",
    "备注": "不足三家企业构成的数，请写“企业数=2”，发布时自动隐去。",
}
MEASURES = {"level": "水平", "growth": "增速", "share": "比重", "rank": "位次", "year_to_date_level": "累计值"}
CHOICES = {"性质": ("实际数", "预计数"), "公开": ("公开", "内部")}
MOST_ROWS = 500  # rows below the last prefilled one that keep the drop-downs


def template_rows(blanks: Sequence[Blank], quarter: Quarter) -> list[dict[str, str]]:
    """Rows of the template by header; the value and the date are empty."""
    return [
        {
            "编号": f"{FORM}{blank.key}@{quarter}",
            "地区": blank.region,
            "指标": indicators()[blank.indicator].zh,
            "度量": MEASURES[blank.measure],
            "时期": str(blank.period),
            "参照": blank.reference or "",
            "数值": "",
            "单位": units()[blank.unit].zh,
            "性质": "实际数",
            "发布日期": "",
            "版本": f"{quarter}报送",
            "来源": blank.owner,
            "公开": "内部",
            "备注": "" if blank.lead == blank.owner else f"牵头：{blank.lead}",
        }
        for blank in blanks
    ]


def write_template_csv(blanks: Sequence[Blank], quarter: Quarter, path: Path) -> None:
    """Write the template as CSV (UTF-8 with a mark, so that Excel shows Chinese)."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, HEADERS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(template_rows(blanks, quarter))
    write_atomically(path, text.getvalue().encode("utf-8-sig"))


def write_template_workbook(blanks: Sequence[Blank], quarter: Quarter, path: Path) -> None:
    """Write the template as a workbook: drop-downs, a note on each header, and a sheet that says what is asked for."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "填报"
    _fill(sheet, template_rows(blanks, quarter))
    lists = _lists(book, blanks)
    _drop_downs(sheet, lists, len(blanks))
    _explain(book, blanks, quarter)
    book.move_sheet("选项", offset=1)
    stream = io.BytesIO()
    book.save(stream)
    write_atomically(path, stream.getvalue())


def _fill(sheet: Worksheet, rows: Sequence[dict[str, str]]) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    head, blank, fixed = (PatternFill("solid", fgColor=c) for c in ("2B6CA3", "FFF7DD", "F1F2F0"))
    for i, (header, width) in enumerate(zip(HEADERS, WIDTHS, strict=True), start=1):
        cell = sheet.cell(1, i, header)
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), head
        cell.alignment = Alignment(horizontal="center")
        if header in NOTES:
            cell.comment = Comment(NOTES[header], "xtanalysis", height=90, width=260)
        sheet.column_dimensions[get_column_letter(i)].width = width
    for number, row in enumerate(rows, start=2):
        for i, header in enumerate(HEADERS, start=1):
            cell = sheet.cell(number, i, row[header] or None)
            cell.fill = blank if header in ("数值", "发布日期") else fixed
            if header in ("时期", "发布日期", "编号"):
                cell.number_format = "@"
    sheet.freeze_panes = "D2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(HEADERS))}{len(rows) + 1}"


def _lists(book: Workbook, blanks: Sequence[Blank]) -> dict[str, str]:
    """Write the choices to a sheet; header → reference of its list."""
    sheet = book.create_sheet("选项")
    used = {blank.indicator for blank in blanks}
    dimensions = {units()[indicators()[name].unit].dimension for name in used} | {"fraction", "rank"}
    choices = {
        "地区": [r.id for r in regions().values()],
        "指标": [indicators()[name].zh for name in indicators() if name in used],
        "度量": list(dict.fromkeys(MEASURES.values())),
        "单位": [u.zh for u in units().values() if u.dimension in dimensions],
        **{header: list(allowed) for header, allowed in CHOICES.items()},
    }
    where = {}
    for i, (header, values) in enumerate(choices.items(), start=1):
        letter = "ABCDEF"[i - 1]
        sheet.cell(1, i, header)
        for number, value in enumerate(values, start=2):
            sheet.cell(number, i, value)
        where[header] = f"选项!${letter}$2:${letter}${len(values) + 1}"
    sheet.sheet_state = "hidden"
    return where


def _drop_downs(sheet: Worksheet, lists: dict[str, str], rows: int) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    last = rows + 1 + MOST_ROWS
    for header, source in lists.items():
        rule = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=True)
        rule.errorTitle, rule.error = "请从列表中选择", f"“{header}”只能填列表中的词。"
        letter = get_column_letter(HEADERS.index(header) + 1)
        rule.add(f"{letter}2:{letter}{last}")
        sheet.add_data_validation(rule)
    number = DataValidation(type="decimal", operator="between", formula1="-1E12", formula2="1E12", allow_blank=True)
    number.errorTitle, number.error = "请填数字", "只填数字，不带单位和百分号。"
    number.promptTitle, number.prompt, number.showInputMessage = "数值", NOTES["数值"], True
    letter = get_column_letter(HEADERS.index("数值") + 1)
    number.add(f"{letter}2:{letter}{last}")
    sheet.add_data_validation(number)


def _explain(book: Workbook, blanks: Sequence[Blank], quarter: Quarter) -> None:
    """Add the sheet of explanations: how to fill in, then unit and definition of every indicator asked for."""
    from openpyxl.styles import Font

    sheet = book.create_sheet("填报说明", 1)
    lines = [f"{quarter} 填报说明", *(f"{header}：{text}" for header, text in NOTES.items()), ""]
    for line in lines:
        sheet.append([line])
    sheet.append(["指标", "单位", "数据来源单位", "口径", "制度"])
    for cell in sheet[sheet.max_row]:
        cell.font = Font(bold=True)
    for name in dict.fromkeys(blank.indicator for blank in blanks):
        entry = indicators()[name]
        owner = next(blank.owner for blank in blanks if blank.indicator == name)
        sheet.append([entry.zh, units()[entry.unit].zh, owner, entry.description, entry.definition_source])
    sheet["A1"].font = Font(bold=True, size=14)
    for letter, width in zip("ABCDE", (36, 14, 18, 60, 44), strict=True):
        sheet.column_dimensions[letter].width = width
