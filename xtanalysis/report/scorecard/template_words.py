"""Words of the blank templates, in both languages; every header and word is one that the reader of facts knows."""

from __future__ import annotations

from dataclasses import dataclass

from xtanalysis.report.charts.fonts import Language

__all__ = ["COLUMNS", "WORDS", "TemplateWords"]

COLUMNS = (
    "id", "region", "indicator", "measure", "period", "reference", "value", "unit", "calibre", "role", "published",
    "vintage", "source_id", "public", "note",
)  # fmt: skip
"""Columns of the contract that a body fills or checks."""


@dataclass(frozen=True, slots=True)
class TemplateWords:
    """One language's words.

    Attributes
    ----------
    headers
        Column of the contract → header.
    notes
        Column → the note on its header.
    measures
        Measure of the grammar → word.
    roles, publics
        The words to choose from; the first role and the last public are filled in.
    vintage, lead
        Patterns for the quarter and for the body that answers for the target.
    sheets
        Names of the sheets: form, explanations, choices.
    explained
        Headers of the sheet of explanations.
    choose, number
        (title, text) of the messages that Excel shows for a wrong entry.
    """

    headers: dict[str, str]
    notes: dict[str, str]
    measures: dict[str, str]
    roles: tuple[str, str]
    publics: tuple[str, str]
    vintage: str
    lead: str
    sheets: tuple[str, str, str]
    explained: tuple[str, ...]
    choose: tuple[str, str]
    number: tuple[str, str]


WORDS: dict[Language, TemplateWords] = {
    "zh": TemplateWords(
        headers={
            "id": "编号", "region": "地区", "indicator": "指标", "measure": "度量", "period": "时期",
            "reference": "参照", "value": "数值", "unit": "单位", "calibre": "口径", "role": "性质",
            "published": "发布日期", "vintage": "版本", "source_id": "来源", "public": "公开", "note": "备注",
        },
        notes={
            "id": "请勿改动。更正时另起一行，编号末尾加“-更正1”。",
            "reference": "按产业链填报的指标填链名；排名填参照地区。",
            "value": "只填数字，不带单位；没有数据请留空，该行读入时跳过。",
            "unit": "可改为同类单位，读入时自动换算。",
            "calibre": "与目标口径一致的请留空；不一致的，请从列表中选实际口径。",
            "published": "形如 2025-10-20。更正填更正之日；留空则按统计发布的惯例推定。",
            "vintage": "同一期内更正时改为“更正1”“更正2”……",
            "public": "公开或内部；留空视为内部，内部数不进公开页。",
            "note": "不足三家企业构成的数，请写“企业数=2”，发布时自动隐去。",
        },
        measures={
            "level": "水平", "growth": "增速", "share": "比重", "rank": "位次", "year_to_date_level": "累计值",
        },
        roles=("实际数", "预计数"),
        publics=("公开", "内部"),
        vintage="{quarter}报送",
        lead="牵头：{lead}",
        sheets=("填报", "填报说明", "选项"),
        explained=("指标", "单位", "数据来源单位", "定义", "制度", "目标口径"),
        choose=("请从列表中选择", "“{header}”只能填列表中的词。"),
        number=("请填数字", "只填数字，不带单位和百分号。"),
    ),
    "en": TemplateWords(
        headers={column: column for column in COLUMNS},
        notes={
            "id": "Leave as it is. A correction is a further row: add -correction1 to the id.",
            "reference": "The chain, for figures by chain; the group of regions, for a rank.",
            "value": "Digits only; leave it empty where there is no figure, and the row is passed over.",
            "unit": "Any unit of the same kind; it is converted on reading.",
            "calibre": "Leave it empty for the target's own statistical coverage; else choose the one it is on.",
            "published": "Such as 2025-10-20; for a correction its own day. Empty: the usual day of publication.",
            "vintage": "For a correction within the quarter: correction 1, correction 2 …",
            "public": "public or internal; empty means internal. Internal figures stay off public pages.",
            "note": "A figure that rests on fewer than three firms: write firms=2; it is not shown.",
        },
        measures={
            "level": "level", "growth": "growth", "share": "share", "rank": "rank",
            "year_to_date_level": "year-to-date level",
        },
        roles=("outcome", "estimate"),
        publics=("public", "internal"),
        vintage="reported {quarter}",
        lead="lead: {lead}",
        sheets=("form", "explanations", "choices"),
        explained=("indicator", "unit", "data owner", "definition", "statistical system", "the target's coverage"),
        choose=("Choose from the list", "{header} takes a word of the list."),
        number=("Digits only", "A number without unit or per cent sign."),
    ),
}  # fmt: skip
