"""When a sentence became known, where no date is printed: one documented rule for each kind of source."""

from __future__ import annotations

import datetime as dt

from xtanalysis.statements.grammar import Period

__all__ = ["RULES", "by_rule", "default_rule", "month_end"]

RULES = {
    "communique": "rule: communique, 15 March of the next year",
    "yearbook": "rule: yearbook, 1 October of the next year",
    "monthly": "rule: monthly release, 25th of the next month",
    "work_report": "rule: government work report, 31 January",
    "compilation": "compilation: dated as if by yearbook rule (pseudo-replay)",
}
"""Id of a rule → the text that stands in the column published_rule."""


def month_end(year: int, month: int) -> dt.date:
    """Last day of a month."""
    first_of_next = dt.date(year + month // 12, month % 12 + 1, 1)
    return first_of_next - dt.timedelta(days=1)


def by_rule(rule: str, period: Period, *, role: str = "outcome") -> dt.date:
    """Date that a rule gives.

    Parameters
    ----------
    rule
        A key of `RULES`.
    period
        What the figure is about.
    role
        A ``plan`` is published in the January of the year that its period starts in, not of the year after it.
    """
    year, month = period.end
    if rule == "monthly":
        return dt.date(year + month // 12, month % 12 + 1, 25)
    if rule == "work_report":
        return dt.date(period.first_year if role == "plan" else year + 1, 1, 31)
    if rule == "communique":
        return dt.date(year + 1, 3, 15)
    return dt.date(year + 1, 10, 1)


def default_rule(period: Period, role: str) -> str:
    """Rule for a row of a user's file that names none: part-years, plans and estimates, then full years."""
    if role in ("plan", "estimate") and (period.is_year or period.is_span):
        return "work_report"
    return "communique" if period.end[1] == 12 and period.months >= 12 else "monthly"
