"""Where one target stands by the figures in force: which were used, progress against time, what is still required."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from xtanalysis.data.dictionary import indicators
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.plans import Target
from xtanalysis.targets.book import Book
from xtanalysis.targets.by_deadline import linked
from xtanalysis.targets.chains import Chain
from xtanalysis.targets.identities import pair_of
from xtanalysis.targets.schedule import Assessment, Decision, start_year
from xtanalysis.targets.schedules import schedule_of

__all__ = ["assess", "decide"]

GROWTH_LIKE = ("growth", "average_growth", "cumulative_change")
FRESH_MONTHS = 15  # the communiqué of a year appears in the March after it


def assess(target: Target, book: Book, through: tuple[int, int], chains: Sequence[str] = ()) -> Assessment:
    """Hold the figures in force against one target (already read under the chosen readings).

    Parameters
    ----------
    target
        See :meth:`xtanalysis.statements.plans.Target.read`.
    through
        Last month (year, month): periods that end after it are not looked at.
    chains
        Names of the chains, for targets that hold for each.
    """
    assessment = schedule_of(target).progress(book, through, chains)
    latest = assessment.latest
    months = 12 * through[0] + through[1]
    stale = latest is not None and months - 12 * latest.period.end[0] - latest.period.end[1] > FRESH_MONTHS
    return replace(
        assessment,
        running=_running(target, book, through, latest),
        parts=_parts_of(target, book) if latest is None else (),
        growth=_growth(target, book),
        stale=stale,
    )


def decide(target: Target, book: Book, assessment: Assessment) -> Decision | None:
    """Say whether figures settle a target (read under its options), whatever a model says; ``None`` where they do not.

    The asked quantity of the asked year decides at once, else every change up to it, else each factor of that year,
    else a level carried forward by growth if it is clear of the number. What is asked for each year is missed with the
    first year that misses it, a total is met as soon as it is reached.
    """
    return schedule_of(target).settled(book, assessment)


def _parts_of(target: Target, book: Book) -> tuple[Statement, ...]:
    """The two figures of one year that make up the target's indicator, of the latest year that has them."""
    for year in range(book.as_of.year, start_year(target) - 1, -1):
        if pair := pair_of(book, target.region, target.indicator, year):
            return tuple(s for s, _ in pair)
    return ()


def _growth(target: Target, book: Book) -> Chain | None:
    if indicators()[target.indicator].kind in ("ratio", "count") and target.measure not in GROWTH_LIKE:
        return None
    return linked(target, book)


def _running(target: Target, book: Book, through: tuple[int, int], latest: Statement | None) -> Statement | None:
    """Return the latest part-year figure of the indicator up to that month, if it is newer than the latest figure."""
    after = latest.period.end if latest is not None else (start_year(target), 12)
    own = book.get(target.region, target.indicator, "year_to_date_growth", "year_to_date_level")
    own = tuple(s for s in own if after < s.period.end <= through)
    return own[-1] if own else None
