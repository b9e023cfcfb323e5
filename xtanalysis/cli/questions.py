"""Questions about a plan, told by the commands that use it; `xtanalysis check` waits for an answer."""

from __future__ import annotations

import click

from xtanalysis.statements.plan_questions import plan_questions
from xtanalysis.statements.plans import Plan
from xtanalysis.text import Language

__all__ = ["tell_questions"]


def tell_questions(plan: Plan, lang: Language) -> None:
    """Write to standard error what is asked about a plan's numbers."""
    for question in plan_questions(plan):
        click.echo(question.text(lang), err=True)
