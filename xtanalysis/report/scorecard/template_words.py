"""Words of the blank templates, in both languages; every header and word is one that the reader of facts knows."""

from __future__ import annotations

from dataclasses import dataclass

from xtanalysis.statements.columns import COLUMN_NAMES
from xtanalysis.text import Language, psay, say

__all__ = ["COLUMNS", "TemplateWords", "template_words"]

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


def template_words(lang: Language) -> TemplateWords:
    """The words of the forms in a language."""
    return TemplateWords(
        headers={column: COLUMN_NAMES[column].told(lang) for column in COLUMNS},
        notes={
            "id": say(lang, "Leave as it is. A correction is a further row: add -correction1 to the id."),
            "reference": say(lang, "The chain, for figures by chain; the group of regions, for a rank."),
            "value": say(lang, "Digits only; leave it empty where there is no figure, and the row is passed over."),
            "unit": say(lang, "Any unit of the same kind; it is converted on reading."),
            "calibre": say(
                lang, "Leave it empty for the target's own statistical coverage; else choose the one it is on."
            ),
            "published": say(
                lang, "Such as 2025-10-20; for a correction its own day. Empty: the usual day of publication."
            ),
            "vintage": say(lang, "For a correction within the quarter: correction 1, correction 2 …"),
            "public": say(lang, "public or internal; empty means internal. Internal figures stay off public pages."),
            "note": say(lang, "A figure that rests on fewer than three firms: write firms=2; it is not shown."),
        },
        measures={
            "level": psay(lang, "template", "level"),
            "growth": psay(lang, "template", "growth"),
            "share": psay(lang, "template", "share"),
            "rank": psay(lang, "template", "rank"),
            "year_to_date_level": psay(lang, "template", "year-to-date level"),
        },
        roles=(psay(lang, "template", "outcome"), psay(lang, "template", "estimate")),
        publics=(psay(lang, "template", "public"), psay(lang, "template", "internal")),
        sheets=(
            psay(lang, "template", "form"),
            psay(lang, "template", "explanations"),
            psay(lang, "template", "choices"),
        ),
        explained=(
            psay(lang, "template", "indicator"),
            psay(lang, "template", "unit"),
            psay(lang, "template", "data owner"),
            psay(lang, "template", "definition"),
            psay(lang, "template", "statistical system"),
            psay(lang, "template", "the target's coverage"),
        ),
        choose=(
            psay(lang, "template", "Choose from the list"),
            psay(lang, "template", "{header} takes a word of the list."),
        ),
        number=(
            psay(lang, "template", "Digits only"),
            psay(lang, "template", "A number without unit or per cent sign."),
        ),
        vintage=say(lang, "reported {quarter}"),
        lead=say(lang, "lead: {lead}"),
    )
