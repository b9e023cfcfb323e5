"""Errors that say what, which, expected, found, and how to mend it; flat, one base class."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Self

__all__ = [
    "BadInput",
    "Both",
    "CannotWrite",
    "Contradiction",
    "Language",
    "NotYetKnown",
    "Problem",
    "RunFailed",
    "XtError",
    "XtWarning",
    "both",
    "in_language",
]

Language = Literal["zh", "en"]


class Both(str):
    """English text that carries its Chinese wording, so that a message is written once for both readers."""

    zh: str

    def __new__(cls, en: str, zh: str) -> Self:
        """Make the English text; ``zh`` is what a reader of Chinese is shown instead."""
        made = super().__new__(cls, en)
        made.zh = zh
        return made

    def __reduce__(self) -> tuple[type[Both], tuple[str, str]]:
        return Both, (str(self), self.zh)


def both(en: str, zh: str) -> Both:
    """Text in both languages."""
    return Both(en, zh)


def in_language(text: str, lang: Language) -> str:
    """The Chinese wording where there is one and it is asked for, else the text itself."""
    return text.zh if lang == "zh" and isinstance(text, Both) else str(text)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input, said so that the reader can mend it.

    Attributes
    ----------
    what
        What is wrong, in one clause.
    file, row, column
        Where it stands; ``row`` counts as a spreadsheet does (the header is row 1). ``None`` where it does not apply.
    sheet, cell
        The workbook's sheet where it has several, and the cell's address as a spreadsheet writes it (D5).
    found, expected
        The offending text and what would have been accepted.
    fix
        What to do about it.
    """

    what: str
    file: str | None = None
    row: int | None = None
    column: str | None = None
    found: str | None = None
    expected: str | None = None
    fix: str | None = None
    sheet: str | None = None
    cell: str | None = None

    def __str__(self) -> str:
        return self.text("en")

    def text(self, lang: Language) -> str:
        """The problem in one sentence, in Chinese or English (`both`; a part without Chinese stays English)."""
        zh = lang == "zh"
        say = _CHINESE if zh else _ENGLISH
        parts = (
            ("file", self.file), ("sheet", self.sheet), ("row", self.row), ("column", self.column or None),
            ("cell", self.cell),
        )  # fmt: skip
        place = ("，" if zh else ", ").join(
            say[key].format(in_language(f"{value}" if isinstance(value, int) else value, lang))
            for key, value in parts
            if value is not None
        )
        text = f"{place}{'：' if zh else ': '}" if place else ""
        text += in_language(self.what, lang)
        if self.found is not None:
            shown = in_language(self.found, lang)
            text += f"；现为“{shown}”" if zh else f"; found {shown!r}"
        if self.expected is not None:
            text += ("；应为" if zh else "; expected ") + in_language(self.expected, lang)
        if self.fix is not None:
            text += ("。" if zh else ". ") + in_language(self.fix, lang)
        return text


_ENGLISH = {"file": "{}", "sheet": "sheet {}", "row": "row {}", "column": "column {}", "cell": "cell {}"}
_CHINESE = {"file": "{}", "sheet": "工作表“{}”", "row": "第{}行", "column": "“{}”列", "cell": "单元格{}"}


class XtError(Exception):
    """Base of every error that this package raises on purpose; ``exit_code`` is what the command line returns."""

    exit_code = 1

    def text(self, lang: Language) -> str:
        """The message in Chinese or English."""
        return str(self)


class BadInput(XtError):
    """The input cannot be used. Carries every problem found, not only the first; nothing has been written."""

    exit_code = 2

    def __init__(self, problems: Problem | str | Iterable[Problem]) -> None:
        if isinstance(problems, str):
            problems = Problem(problems)
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(p) for p in self.problems))

    def text(self, lang: Language) -> str:
        """Every problem, a line each, in Chinese or English."""
        return "\n".join(p.text(lang) for p in self.problems)


class CannotWrite(BadInput):
    """A file or folder could not be written: no such folder, no right, no space; nothing is left half-written."""


class Contradiction(BadInput):
    """Statements that cannot all be true: names the rows and how far apart they are."""


class RunFailed(XtError):
    """A notebook or a command started and did not finish; the message holds the cell, the error and the parameters."""


class XtWarning(UserWarning):
    """Base of every warning of this package: something was done, but perhaps not what was meant."""


class NotYetKnown(XtWarning):
    """Figures were added that had not been published by the day asked about, so they change nothing."""
