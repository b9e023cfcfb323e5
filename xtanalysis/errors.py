"""Errors that say what, which, expected, found, and how to mend it; flat, one base class."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from xtanalysis.text import Language, in_language, message, psay, say

__all__ = [
    "BadInput",
    "CannotWrite",
    "Contradiction",
    "NotYetKnown",
    "Problem",
    "RunFailed",
    "XtError",
    "XtWarning",
]


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
        """The problem in one sentence, in Chinese or English; a part that is no `Message` stays as it is."""
        places: tuple[tuple[str, str | int | None], ...] = (
            ("{}", self.file), (message("sheet {}"), self.sheet), (message("row {}"), self.row),
            (message("column {}"), self.column or None), (message("cell {}"), self.cell),
        )  # fmt: skip
        told = [
            in_language(pattern, lang).format(in_language(f"{place}" if isinstance(place, int) else place, lang))
            for pattern, place in places
            if place is not None
        ]
        said = psay(lang, "between clauses", ", ").join(told) + say(lang, ": ") if told else ""
        said += in_language(self.what, lang)
        if self.found is not None:
            said += say(lang, "; found {found!r}", found=in_language(self.found, lang))
        if self.expected is not None:
            said += say(lang, "; expected {expected}", expected=in_language(self.expected, lang))
        if self.fix is not None:
            said += say(lang, ". {fix}", fix=in_language(self.fix, lang))
        return said


class XtError(Exception):
    """Base of every error that this package raises on purpose; ``exit_code`` is what the command line returns."""

    exit_code = 1

    def text(self, lang: Language) -> str:
        """The message in Chinese or English."""
        return in_language(self.args[0], lang) if self.args else str(self)


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

    def __init__(self, told: Problem | str) -> None:
        self.told = told
        super().__init__(str(told))

    def text(self, lang: Language) -> str:
        """The warning in Chinese or English."""
        return self.told.text(lang) if isinstance(self.told, Problem) else in_language(self.told, lang)


class NotYetKnown(XtWarning):
    """Figures were added that had not been published by the day asked about, so they change nothing."""
