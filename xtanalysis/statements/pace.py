"""The pace of a plan's own target: the number of a row that says ``value: plan``."""

from __future__ import annotations

from xtanalysis.data.dictionary import units
from xtanalysis.errors import BadInput, Problem
from xtanalysis.statements.grammar import Period
from xtanalysis.statements.plans import Plan
from xtanalysis.statements.targets import Target

__all__ = ["asks", "last_year", "pace"]

RATES = ("growth", "average_growth", "cumulative_change")


def last_year(plan: Plan) -> int:
    """Last year that a plan speaks of."""
    return max(target.deadline.year for target in plan.targets)


def asks(plan: Plan, indicator: str, measure: str) -> list[Target]:
    """Targets of a plan with a number for an indicator under a measure, or one from which it follows."""
    return [t for t in plan.targets if t.indicator == indicator and t.value is not None and _fits(t, measure)]


def pace(plan: Plan, region: str, indicator: str, measure: str, period: Period) -> tuple[float, str]:
    """Value and unit that a plan asks of an indicator in one year, under the default reading of each target.

    A yearly growth follows an average growth as it stands and a cumulative change evenly: (1 + c)^(1/n) − 1; n years
    at that pace reproduce the target. Anything else is asked for the deadline alone.

    Raises
    ------
    BadInput
        If the plan is another region's, has no number for this, or ends before the period.
    """
    if plan.region != region:
        raise BadInput(
            Problem(
                "the plan is of another region", found=f"{plan.id} of {plan.region}", expected=f"a plan of {region}"
            )
        )
    fitting = asks(plan, indicator, measure)
    if not fitting:
        known = ", ".join(f"{t.indicator} {t.measure}" for t in plan.targets if t.value is not None and _rated(t))
        raise BadInput(
            Problem(
                f"the plan has no {measure} of {indicator}",
                found=plan.id,
                expected=known or "a number",
                fix="give a value",
            )
        )
    inside = [t for t in fitting if _holds(t, measure, period)]
    if not inside:
        spans = ", ".join(f"{t.base_period or t.deadline.first_year} to {t.deadline.year}" for t in fitting)
        raise BadInput(
            Problem(
                f"the plan does not speak of {indicator} in {period}", found=str(period), expected=spans,
                fix="end with the plan (each: origin+1/plan), or give a value",
            )
        )  # fmt: skip
    target = inside[0]
    value = float(target.value or 0.0)
    if measure == "growth" and target.measure == "cumulative_change" and target.base_period is not None:
        share = units()[target.unit].factor
        years = target.deadline.year - target.base_period.year
        value = ((1.0 + value * share) ** (1.0 / years) - 1.0) / share
    return value, target.unit


def _rated(target: Target) -> bool:
    return target.measure in (*RATES, "level", "share", "sum")


def _fits(target: Target, measure: str) -> bool:
    return target.measure == measure or (measure == "growth" and target.measure in RATES)


def _holds(target: Target, measure: str, period: Period) -> bool:
    """Whether a target says something of this period under this measure."""
    if measure == "growth" and target.base_period is not None:
        return target.base_period.year < period.year <= target.deadline.year
    return target.deadline.first_year <= period.first_year and period.year <= target.deadline.year
