"""Numbers of a plan or a scenario that cannot be meant: asked about as figures are."""

from __future__ import annotations

from pathlib import Path

from xtanalysis.data.dictionary import indicators, units
from xtanalysis.errors import Problem
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.meaning import told
from xtanalysis.statements.plans import Plan
from xtanalysis.statements.plausible import RATES, Question, questions
from xtanalysis.statements.scenarios import Scenario
from xtanalysis.statements.targets import Target
from xtanalysis.text import message

__all__ = ["plan_questions", "scenario_questions"]

UPWARD = ("at_least", "above")
FALLING = ("energy_per_money", "electricity_per_money", "emission_per_money")


def plan_questions(plan: Plan) -> list[Problem]:
    """Ask about every target whose number, as the document's default reading takes it, is outside what can be.

    A fall of energy for a unit of money that is written as a rise, or as the least change, is asked about too.
    """
    read = [(i, target.read()) for i, target in enumerate(plan.targets)]
    read = [(i, target) for i, target in read if target.value is not None]
    asked = questions([target.statement() for _, target in read])
    found = [_problem(plan, *read[q.index], q) for q in asked]
    return found + [_turned(plan, i, target) for i, target in read if _rises(target)]


def scenario_questions(scenario: Scenario, file: str) -> list[Problem]:
    """Ask about every assumption whose number is outside what can be, once for all its years."""
    rows = list({told(s): s for s in reversed(scenario.assumptions) if s.versus is None}.values())
    return [_about(scenario, file, rows[q.index], q) for q in questions(rows)]


def _about(scenario: Scenario, file: str, row: Statement, question: Question) -> Problem:
    """A question at its row of the file, whose number the assumption's id holds behind the scenario's."""
    number = row.id.removeprefix(f"{scenario.id}:").partition(":")[0]
    place = f"assumptions[{int(number) - 1}].{question.column}" if number.isdecimal() else row.id
    return Problem(question.what, file, None, place, question.found, question.expected)


def _problem(plan: Plan, place: int, target: Target, question: Question) -> Problem:
    key = f"targets[{place}].{question.column}"
    return Problem(question.what, Path(plan.file).name, None, key, question.found, question.expected)


def _rises(target: Target) -> bool:
    """Whether energy for a unit of money is to rise, or to fall by no more than so much.

    下降13.5%以上 is easily typed as at_least 13.5 or at_least -13.5.
    """
    falls = units()[indicators()[target.indicator].unit].dimension in FALLING and target.measure in RATES
    return falls and target.value is not None and (target.value > 0 or (target.value < 0 and target.relation in UPWARD))


def _turned(plan: Plan, place: int, target: Target) -> Problem:
    value = target.value or 0.0
    up = message("is a rise or a fall meant? a fall is negative")
    what = up if value > 0 else message("is a fall of no more than this meant? one of more is at_most")
    meant = f"{-abs(value):g}" + (", relation: at_most" if target.relation in UPWARD else "")
    return Problem(what, Path(plan.file).name, None, f"targets[{place}].value", f"{value:g}", meant)
