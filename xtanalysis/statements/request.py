"""What may be asked for: whose paths, as of which day, up to which year, on how many draws."""

from __future__ import annotations

import datetime as dt
from numbers import Integral

from xtanalysis.data.dictionary import outward
from xtanalysis.errors import BadInput, Problem
from xtanalysis.statements.plans import Plan
from xtanalysis.text import message

__all__ = ["DRAWS", "FIRST_YEAR", "LAST_YEAR", "NATION", "check_request", "lineage"]

NATION = "中国"
FIRST_YEAR, LAST_YEAR = 2000, 2040  # of the paths
DRAWS = 4000  # a share of draws is then known to 0.8 points; it is shown to 5
FEWEST_DRAWS = 100
MOST_DRAWS = 200_000  # some two gigabytes


def lineage(region: str) -> tuple[str, ...]:
    """A region and those around it, up to the nation."""
    out = (region, *outward(region))
    return out if NATION in out else (*out, NATION)


def check_request(region: str, plan: Plan, as_of: dt.date, to: int, draws: int = DRAWS, seed: int = 0) -> None:
    """Refuse what cannot be projected, all problems at once.

    Raises
    ------
    BadInput
        For another region's plan, a horizon before the day or too far off, a day before there are facts, too few draws.
    """
    problems = []
    if plan.region != region:
        found = message("{plan} of {region}", plan=plan.id, region=plan.region)
        expected = message("a plan of {region}", region=region)
        what = message("the plan is another region's")
        problems.append(Problem(what, column="plan", found=found, expected=expected))
    if as_of.year > LAST_YEAR:
        expected = message("a day up to {last_year}", last_year=LAST_YEAR)
        problems.append(Problem(message("too late for the paths"), column="as_of", found=str(as_of), expected=expected))
    elif not as_of.year <= to <= LAST_YEAR:
        expected = message("a year from {year} to {last_year}", year=as_of.year, last_year=LAST_YEAR)
        what = message("the last year is out of range")
        problems.append(Problem(what, column="to", found=str(to), expected=expected))
    if as_of.year <= FIRST_YEAR + 5:
        expected = message("a day after {first_year}", first_year=FIRST_YEAR + 5)
        what = message("too early for the facts")
        problems.append(Problem(what, column="as_of", found=str(as_of), expected=expected))
    counts: dict[str, object] = {"draws": draws, "seed": seed}
    for column, count in counts.items():
        if not isinstance(count, Integral) or not 0 <= int(count) < 2**63:
            what = message("a whole number is needed")
            problems.append(Problem(what, column=column, found=str(count)))
    if isinstance(counts["draws"], Integral) and 0 <= draws < FEWEST_DRAWS:
        expected = message("{fewest_draws} or more", fewest_draws=FEWEST_DRAWS)
        problems.append(Problem(message("too few draws"), column="draws", found=str(draws), expected=expected))
    if isinstance(counts["draws"], Integral) and draws > MOST_DRAWS:
        expected = message("at most {most:,}", most=MOST_DRAWS)
        problems.append(Problem(message("too many draws"), column="draws", found=str(draws), expected=expected))
    if problems:
        raise BadInput(problems)
