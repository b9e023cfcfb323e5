"""The blank workbook of figures: drop-downs, notes on units, and a row for each figure that is needed first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from xtanalysis.data.dictionary import calibres, chinese_word, indicators, outward, regions, sisters, units
from xtanalysis.data.workbooks import book_bytes, put

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["CORE", "facts_workbook", "first_figures", "places_to_choose"]

COLUMNS = (
    ("region", "地区", 14, "从列表中选：本地及所辖县区园区、本省、同省各市、全国；“全市”指本工作区的地区。"),
    ("indicator", "指标", 34, "从列表中选；别的指标写入reference/indicators.csv后也可用。"),
    ("measure", "度量", 12, "水平、增速、比重等。年内累计的增速选“累计增速”。"),
    ("period", "时期", 18, "2024、2025年1—11月、2026年前三季度、2024年（预计）。"),
    ("value", "数值", 12, "只填数字；没有数据请留空，该行跳过。下降6.2写-6.2。"),
    ("unit", "单位", 14, "亿元、万元、%等；同类单位自动换算。请核对亿元与万元。"),
    ("calibre", "口径", 34, "留空即与目标同口径；确实不知道请选“未明”。"),
    ("source_id", "来源", 18, "例如市统计局快报、市统计局年报。"),
    ("published", "发布日期", 14, "例如2025-02-20；留空按统计发布的惯例推定。"),
    ("vintage", "版本", 12, "初步或最终；同一数有两版时必填。"),
    ("public", "公开", 10, "公开或内部；留空视为内部，内部数不进公开页。"),
    ("note", "备注", 40, ""),
)
"""(column of the contract, header, width, note on the header)."""

CORE = (
    ("地区生产总值", "水平", "亿元"), ("地区生产总值", "增速", "%"), ("规模以上工业增加值", "增速", "%"),
    ("工业投资", "水平", "亿元"), ("工业投资", "增速", "%"), ("工业技改投资", "水平", "亿元"),
    ("规模以上工业增加值占GDP比重", "比重", "%"), ("单位规模以上工业增加值能耗", "增速", "%"),
    ("规模以上工业综合能源消费量", "增速", "%"),
)  # fmt: skip
"""(indicator, measure, unit) of the figures that the five core targets rest on."""

MEASURES = ("level", "growth", "share", "year_to_date_growth", "year_to_date_level")
"""What the drop-down of measures offers."""

MOST_ROWS = 2000
"""Rows that keep the drop-downs."""


def facts_workbook(region: str, years: Sequence[int]) -> bytes:
    """A workbook (.xlsx) to be filled in; as it is it reads as no figure at all.

    Parameters
    ----------
    region
        Name as published, put into every row.
    years
        For which each figure of `CORE` has a row.
    """
    from openpyxl import Workbook
    from openpyxl.comments import Comment
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "填报"
    head, blank = PatternFill("solid", fgColor="2B6CA3"), PatternFill("solid", fgColor="FFF7DD")
    for i, (_, header, width, note) in enumerate(COLUMNS, start=1):
        cell = sheet.cell(1, i, header)
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), head
        if note:
            cell.comment = Comment(note, "xtanalysis", height=90, width=260)
        sheet.column_dimensions[get_column_letter(i)].width = width
    rows = [(name, measure, year, unit) for name, measure, unit in CORE for year in years]
    for number, (name, measure, year, unit) in enumerate(rows, start=2):
        given = {"region": region, "indicator": name, "measure": measure, "period": str(year), "unit": unit}
        for i, (column, *_) in enumerate(COLUMNS, start=1):
            cell = put(sheet.cell(number, i), given.get(column))
            if column in ("value", "calibre", "published"):
                cell.fill = blank
            if column in ("period", "published"):
                cell.number_format = "@"
    sheet.freeze_panes = "B2"
    _choices(book, sheet, region)
    _explained(book)
    return book_bytes(book)


def first_figures() -> list[str]:
    """The figures that the five core targets rest on, each with what is asked of it."""
    asked: dict[str, list[str]] = {}
    for name, measure, _ in CORE:
        asked.setdefault(name, []).append(measure)
    return [f"{name}（{'和'.join(measures)}）" for name, measures in asked.items()]


def places_to_choose(region: str) -> list[str]:
    """Whose figures a region's page can use: its own, of what lies in it, of those around it and of its sisters."""
    inside = [place.id for place in regions().values() if place.parent == region]
    *below, nation = (region, *outward(region))
    return list(dict.fromkeys([region, *inside, *below[1:], *sisters(region), nation]))


def _choices(book: Workbook, sheet: Worksheet, region: str) -> None:
    """Write the lists to a hidden sheet and bind them to their columns."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    core = [name for name, *_ in CORE]
    shown = [i.zh for i in indicators().values() if i.role != "monitored"]
    lists = {
        "region": places_to_choose(region),
        "indicator": [*dict.fromkeys(core), *(name for name in shown if name not in core)],
        "measure": [chinese_word("measure", word) for word in MEASURES],
        "unit": [unit.zh for unit in units().values()],
        "calibre": [calibre.zh for calibre in calibres().values()],
        "public": [chinese_word("public", word) for word in ("true", "false")],
    }
    hidden = book.create_sheet("选项")
    hidden.sheet_state = "hidden"
    places = {column: get_column_letter(i) for i, (column, *_) in enumerate(COLUMNS, start=1)}
    for i, (column, values) in enumerate(lists.items(), start=1):
        for number, value in enumerate(values, start=1):
            put(hidden.cell(number, i), value)
        source = f"选项!${get_column_letter(i)}$1:${get_column_letter(i)}${len(values)}"
        # A warning, not a wall: aliases and other spellings are read as well.
        rule = DataValidation(type="list", formula1=source, allow_blank=True, errorStyle="warning")
        rule.add(f"{places[column]}2:{places[column]}{MOST_ROWS}")
        sheet.add_data_validation(rule)


def _explained(book: Workbook) -> None:
    """Add the sheet that says how to fill in."""
    sheet = book.create_sheet("填报说明", 1)
    lines = [f"{header}：{note}" for _, header, _, note in COLUMNS if note]
    for line in ("怎样填", *lines, "", "填好后运行：xtanalysis check facts，再运行：xtanalysis report"):
        sheet.append([line])
    sheet.column_dimensions["A"].width = 90
