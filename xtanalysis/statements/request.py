"""What may be asked for: whose paths, as of which day, up to which year, on how many draws."""

from __future__ import annotations

import datetime as dt
from numbers import Integral

from xtanalysis.data.dictionary import regions
from xtanalysis.errors import BadInput, Problem, both
from xtanalysis.statements.plans import Plan

__all__ = ["DRAWS", "FIRST_YEAR", "NATION", "check_request", "lineage"]

NATION = "中国"
FIRST_YEAR, LAST_YEAR = 2000, 2040  # of the paths
DRAWS = 4000  # a share of draws is then known to 0.8 points; it is shown to 5
FEWEST_DRAWS = 100


def lineage(region: str) -> tuple[str, ...]:
    """A region and those around it, up to the nation."""
    out = [region]
    while (parent := regions()[out[-1]].parent) is not None:
        out.append(parent)
    return tuple(out) if NATION in out else (*out, NATION)


def check_request(region: str, plan: Plan, as_of: dt.date, to: int, draws: int = DRAWS, seed: int = 0) -> None:
    """Refuse what cannot be projected, all problems at once.

    Raises
    ------
    BadInput
        For another region's plan, a horizon before the day or too far off, a day before there are facts, too few draws.
    """
    problems = []
    if plan.region != region:
        found, expected = f"{plan.id} of {plan.region}", f"a plan of {region}"
        problems.append(Problem("the plan is another region's", column="plan", found=found, expected=expected))
    if not as_of.year <= to <= LAST_YEAR:
        expected = f"a year from {as_of.year} to {LAST_YEAR}"
        problems.append(Problem("the horizon is out of range", column="to", found=str(to), expected=expected))
    if as_of.year <= FIRST_YEAR + 5:
        expected = f"a day after {FIRST_YEAR + 5}"
        problems.append(Problem("too early for the facts", column="as_of", found=str(as_of), expected=expected))
    counts: dict[str, object] = {"draws": draws, "seed": seed}
    for column, count in counts.items():
        if not isinstance(count, Integral) or int(count) < 0:
            what = both("a whole number is needed", "应为不小于0的整数")
            problems.append(Problem(what, column=column, found=str(count)))
    if isinstance(counts["draws"], Integral) and 0 <= draws < FEWEST_DRAWS:
        problems.append(Problem("too few draws", column="draws", found=str(draws), expected=f"{FEWEST_DRAWS} or more"))
    if problems:
        raise BadInput(problems)
