"""Numbers of a plan or a scenario that cannot be meant: asked about as figures are."""

from __future__ import annotations

from pathlib import Path

from xtanalysis.data.dictionary import indicators, units
from xtanalysis.errors import Problem
from xtanalysis.statements.meaning import told
from xtanalysis.statements.plans import Plan
from xtanalysis.statements.plausible import RATES, Question, questions
from xtanalysis.statements.scenarios import Scenario
from xtanalysis.statements.targets import Target
from xtanalysis.text import message

__all__ = ["plan_questions", "scenario_questions"]


def plan_questions(plan: Plan) -> list[Problem]:
    """Ask about every target whose number, as the document's default reading takes it, is outside what can be.

    A fall of an intensity that is written as a rise is asked about too.
    """
    read = [(i, target.read()) for i, target in enumerate(plan.targets)]
    read = [(i, target) for i, target in read if target.value is not None]
    asked = questions([target.statement() for _, target in read])
    found = [_problem(plan, *read[q.index], q) for q in asked]
    return found + [_turned(plan, i, target) for i, target in read if _rises(target)]


def scenario_questions(scenario: Scenario, file: str) -> list[Problem]:
    """Ask about every assumption whose number is outside what can be, once for all its years."""
    rows = {told(s): s for s in reversed(scenario.assumptions) if s.versus is None}
    asked = questions(list(rows.values()))
    found = ((str(list(rows.values())[q.index].id).split(":")[1], q) for q in asked)
    return [
        Problem(q.what, file, None, f"assumptions[{int(number) - 1}].value", q.found, q.expected) for number, q in found
    ]


def _problem(plan: Plan, place: int, target: Target, question: Question) -> Problem:
    key = f"targets[{place}].value"
    return Problem(question.what, Path(plan.file).name, None, key, question.found, question.expected)


def _rises(target: Target) -> bool:
    """Whether an intensity (energy for a unit of value added) is to rise by at most so much."""
    per_money = units()[indicators()[target.indicator].unit].dimension.endswith("_per_money")
    falls = per_money and target.measure in RATES and target.relation in ("at_most", "about", "equals")
    return falls and target.value is not None and target.value > 0


def _turned(plan: Plan, place: int, target: Target) -> Problem:
    what = message("is a rise or a fall meant? a fall is negative")
    meant = f"{-(target.value or 0.0):g}"
    return Problem(what, Path(plan.file).name, None, f"targets[{place}].value", f"{target.value:g}", meant)
