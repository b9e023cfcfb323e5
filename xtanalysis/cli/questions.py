"""Questions about a plan or a scenario, told by the commands that use it; `xtanalysis check` waits for an answer."""

from __future__ import annotations

from collections.abc import Iterable

import click

from xtanalysis.errors import Problem
from xtanalysis.text import Language

__all__ = ["tell"]


def tell(questions: Iterable[Problem], lang: Language) -> None:
    """Write to standard error what is asked (:mod:`xtanalysis.statements.file_questions`)."""
    for question in questions:
        click.echo(question.text(lang), err=True)
