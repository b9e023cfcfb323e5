"""Errors that say what, which, expected, found, and how to mend it; flat, one base class."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["BadInput", "Contradiction", "NotYetKnown", "Problem", "RunFailed", "XtError", "XtWarning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input, said so that the reader can mend it.

    Attributes
    ----------
    what
        What is wrong, in one clause.
    file, row, column
        Where it stands; ``row`` counts as a spreadsheet does (the header is row 1). ``None`` where it does not apply.
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

    def __str__(self) -> str:
        place = ", ".join(
            part
            for part in (
                self.file,
                f"row {self.row}" if self.row is not None else None,
                f"column {self.column}" if self.column else None,
            )
            if part
        )
        text = f"{place}: {self.what}" if place else self.what
        if self.found is not None:
            text += f"; found {self.found!r}"
        if self.expected is not None:
            text += f"; expected {self.expected}"
        if self.fix is not None:
            text += f". {self.fix}"
        return text


class XtError(Exception):
    """Base of every error that this package raises on purpose; ``exit_code`` is what the command line returns."""

    exit_code = 1


class BadInput(XtError):
    """The input cannot be used. Carries every problem found, not only the first; nothing has been written."""

    exit_code = 2

    def __init__(self, problems: Problem | str | Iterable[Problem]) -> None:
        if isinstance(problems, str):
            problems = Problem(problems)
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(p) for p in self.problems))


class Contradiction(BadInput):
    """Statements that cannot all be true: names the rows and how far apart they are."""


class RunFailed(XtError):
    """A notebook or a command started and did not finish; the message holds the cell, the error and the parameters."""


class XtWarning(UserWarning):
    """Base of every warning of this package: something was done, but perhaps not what was meant."""


class NotYetKnown(XtWarning):
    """Figures were added that had not been published by the day asked about, so they change nothing."""
