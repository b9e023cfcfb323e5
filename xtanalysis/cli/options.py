"""Options that cannot be used: each is named as it is typed, and all are told together."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TypeVar

from xtanalysis.errors import BadInput, Problem

__all__ = ["Options"]

T = TypeVar("T")


class Options:
    """Look at one option after the other and keep what is wrong with them."""

    def __init__(self) -> None:
        self._problems: list[Problem] = []

    def take(self, option: str, read: Callable[[], T]) -> T | None:
        """What an option stands for; ``None`` where it cannot be used, which is told later."""
        try:
            return read()
        except BadInput as error:
            self._problems += [_named(option, problem) for problem in error.problems]
            return None

    def refuse(self) -> None:
        """Tell everything that is wrong.

        Raises
        ------
        BadInput
            If anything is.
        """
        if self._problems:
            raise BadInput(list(dict.fromkeys(self._problems)))


def _named(option: str, problem: Problem) -> Problem:
    """A problem that stands in no file, with the option before it; a field of the request is an option itself."""
    if problem.file is not None or problem.row is not None:
        return problem
    own = f"--{problem.column.replace('_', '-')}" if problem.column else option
    return dataclasses.replace(problem, file=own, column=None)
