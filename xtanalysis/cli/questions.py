"""What is asked about figures, plans and scenarios: told by the commands that use them; `check` waits for an answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from xtanalysis.errors import BadInput, Problem
from xtanalysis.statements.days import today
from xtanalysis.statements.read import Reading, asked_of, read_file
from xtanalysis.text import Language

__all__ = ["against_model", "ask_of_figures", "tell"]


def tell(questions: Iterable[Problem], lang: Language) -> None:
    """Write to standard error what is asked (:mod:`xtanalysis.statements.file_questions`)."""
    for question in questions:
        click.echo(question.text(lang), err=True)


def ask_of_figures(files: Sequence[Path], region: str, lang: Language) -> None:
    """Tell what is asked about an owner's figures beside the joint model; refuse those that `check` refuses."""
    asked, refused = against_model([(path.name, read_file(path, home=region)) for path in files])
    if refused:
        raise BadInput(refused)
    tell(asked, lang)


def against_model(readings: Sequence[tuple[str, Reading]]) -> tuple[list[Problem], list[Problem]]:
    """Questions about figures far from what the model expected of them, and those that are refused.

    Figures that are asked about already are left alone.
    """
    from xtanalysis.statements.plausible import questions_of_model

    if all(s.public for _, reading in readings for s in reading.statements):
        return [], []
    from xtanalysis.answers.changes import expectations
    from xtanalysis.statements.facts import load_facts

    facts, day = load_facts(), today()
    asked: list[Problem] = []
    refused: list[Problem] = []
    for name, reading in readings:
        known = {(q.sheet, q.row, q.cell) for q in reading.questions}
        for question in questions_of_model(reading.statements, expectations(reading.statements, facts, day)):
            told = asked_of(name, reading.places, question)
            if (told.sheet, told.row, told.cell) not in known:
                (refused if question.refused else asked).append(told)
    return asked, refused
