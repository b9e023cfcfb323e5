"""Questions about a plan or a scenario, told by the commands that use it; `xtanalysis check` waits for an answer."""

from __future__ import annotations

import click

from xtanalysis.statements.file_questions import plan_questions, scenario_questions
from xtanalysis.statements.plans import Plan
from xtanalysis.statements.scenarios import Scenario
from xtanalysis.text import Language

__all__ = ["tell_of_scenario", "tell_questions"]


def tell_questions(plan: Plan, lang: Language) -> None:
    """Write to standard error what is asked about a plan's numbers."""
    for question in plan_questions(plan):
        click.echo(question.text(lang), err=True)


def tell_of_scenario(scenario: Scenario, lang: Language) -> None:
    """Write to standard error what is asked about a scenario's numbers."""
    for question in scenario_questions(scenario, scenario.id):
        click.echo(question.text(lang), err=True)
