"""The pace of a plan's own target: the number of a row that says ``value: plan``."""

from __future__ import annotations

from xtanalysis.data.dictionary import chinese_word, indicators, units
from xtanalysis.errors import BadInput, Problem
from xtanalysis.statements.grammar import Period
from xtanalysis.statements.plans import Plan
from xtanalysis.statements.targets import Target
from xtanalysis.text import Message, bilingual, listed, message

__all__ = ["asks", "last_year", "pace"]

SHOWN = 8  # targets named in a message
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
                message("the plan is another region's"),
                found=message("{plan} of {region}", plan=plan.id, region=plan.region),
                expected=message("a plan of {region}", region=region),
            )
        )
    fitting = asks(plan, indicator, measure)
    if not fitting:
        known = listed([_named(t) for t in plan.targets if t.value is not None and _rated(t)][:SHOWN])
        raise BadInput(
            Problem(
                message(
                    "the plan has no {measure} of {indicator}",
                    measure=bilingual(measure, chinese_word("measure", measure)),
                    indicator=bilingual(indicator, indicators()[indicator].zh),
                ),
                found=plan.id,
                expected=known or message("a number"),
                fix=message("give a value"),
            )
        )
    inside = [t for t in fitting if _holds(t, measure, period)]
    if not inside:
        spans = ", ".join(f"{t.base_period or t.deadline.first_year}–{t.deadline.year}" for t in fitting)
        raise BadInput(
            Problem(
                message(
                    "the plan does not speak of {indicator} in {period}",
                    indicator=bilingual(indicator, indicators()[indicator].zh), period=period,
                ),
                found=str(period), expected=spans,
                fix=message("end with the plan (each: origin+1/plan), or give a value"),
            )
        )  # fmt: skip
    target = inside[0]
    value = float(target.value or 0.0)
    if measure == "growth" and target.measure == "cumulative_change" and target.base_period is not None:
        share = units()[target.unit].factor
        years = target.deadline.year - target.base_period.year
        value = ((1.0 + value * share) ** (1.0 / years) - 1.0) / share
    return value, target.unit


def _named(target: Target) -> Message:
    """A target's indicator and measure, as a scenario names them."""
    entry, word = indicators()[target.indicator], chinese_word("measure", target.measure)
    return bilingual(f"{target.indicator} {target.measure}", f"{entry.zh}{word}")


def _rated(target: Target) -> bool:
    return target.measure in (*RATES, "level", "share", "sum")


def _fits(target: Target, measure: str) -> bool:
    return target.measure == measure or (measure == "growth" and target.measure in RATES)


def _holds(target: Target, measure: str, period: Period) -> bool:
    """Whether a target says something of this period under this measure."""
    if measure == "growth" and target.base_period is not None:
        return target.base_period.year < period.year <= target.deadline.year
    return target.deadline.first_year <= period.first_year and period.year <= target.deadline.year
