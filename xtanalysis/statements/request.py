"""What may be asked for: whose paths, as of which day, up to which year, on how many draws."""

from __future__ import annotations

import datetime as dt
from numbers import Integral

from xtanalysis.data.dictionary import regions
from xtanalysis.errors import BadInput, Problem, both
from xtanalysis.statements.plans import Plan

__all__ = ["DRAWS", "FIRST_YEAR", "LAST_YEAR", "NATION", "check_request", "lineage"]

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
        found = both(f"{plan.id} of {plan.region}", f"{plan.region}的{plan.id}")
        expected = both(f"a plan of {region}", f"{region}的规划")
        what = both("the plan is another region's", "规划不是本地区的")
        problems.append(Problem(what, column="plan", found=found, expected=expected))
    if not as_of.year <= to <= LAST_YEAR:
        expected = both(f"a year from {as_of.year} to {LAST_YEAR}", f"{as_of.year}年至{LAST_YEAR}年")
        what = both("the last year is out of range", "末年超出范围")
        problems.append(Problem(what, column="to", found=str(to), expected=expected))
    if as_of.year <= FIRST_YEAR + 5:
        expected = both(f"a day after {FIRST_YEAR + 5}", f"{FIRST_YEAR + 5}年以后")
        what = both("too early for the facts", "早于已有数据")
        problems.append(Problem(what, column="as_of", found=str(as_of), expected=expected))
    counts: dict[str, object] = {"draws": draws, "seed": seed}
    for column, count in counts.items():
        if not isinstance(count, Integral) or int(count) < 0:
            what = both("a whole number is needed", "应为不小于0的整数")
            problems.append(Problem(what, column=column, found=str(count)))
    if isinstance(counts["draws"], Integral) and 0 <= draws < FEWEST_DRAWS:
        expected = both(f"{FEWEST_DRAWS} or more", f"至少{FEWEST_DRAWS}")
        problems.append(
            Problem(both("too few draws", "抽样数太少"), column="draws", found=str(draws), expected=expected)
        )
    if problems:
        raise BadInput(problems)
