"""The plan's scorecard for one quarter: a row a target, what changed since the quarter before, and what may be shown.

Built for sections 三（六） (quarterly supervision by responsible body) and 三（七） (assessment by field) of
潭政办发〔2021〕12号.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xtanalysis.accounting.mechanics import Light
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.plans import Plan
from xtanalysis.targets.book import Book, in_unit, key_of
from xtanalysis.targets.judge import judge_by_figures
from xtanalysis.targets.owners import with_own_calibres
from xtanalysis.targets.quarters import Quarter
from xtanalysis.targets.rows import Row, rows_of
from xtanalysis.targets.verdicts import Verdict

__all__ = ["Change", "Scorecard", "scorecard"]


@dataclass(frozen=True, slots=True)
class Change:
    """What moved in one row since the quarter before.

    Attributes
    ----------
    target
        Id.
    before, after
        Traffic lights.
    new
        Figures that are used now and were not known then.
    corrected
        (figure of then, figure of now) about the same thing.
    """

    target: str
    before: Light
    after: Light
    new: tuple[Statement, ...]
    corrected: tuple[tuple[Statement, Statement], ...]


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Every target of a plan in one quarter.

    Attributes
    ----------
    quarter, as_of
        Periods up to the end of the quarter, by what was published by the day.
    rows
        In the plan's order.
    changes
        Rows that moved since the quarter before.
    public
        Whether internal rows have been left out; ``left_out`` of them.
    """

    plan: Plan
    region: str
    quarter: Quarter
    as_of: dt.date
    rows: tuple[Row, ...]
    changes: tuple[Change, ...]
    public: bool
    left_out: int

    @property
    def internal(self) -> bool:
        """Whether a page of it must be watermarked."""
        return any(row.internal for row in self.rows)

    @property
    def bodies(self) -> tuple[str, ...]:
        """Lead bodies in the order of their first target."""
        return tuple(dict.fromkeys(row.lead for row in self.rows))

    def of_body(self, body: str) -> tuple[Row, ...]:
        """Rows that a body leads."""
        return tuple(row for row in self.rows if row.lead == body)

    def lights(self, rows: Sequence[Row] | None = None) -> dict[Light, int]:
        """Count the lights, of all rows or of some."""
        chosen = self.rows if rows is None else rows
        return {light: sum(row.light == light for row in chosen) for light in ("green", "yellow", "red", "grey")}


def scorecard(
    plan: Plan,
    facts: Sequence[Statement],
    quarter: Quarter,
    *,
    as_of: dt.date | None = None,
    verdicts: Sequence[Verdict] = (),
    readings: Mapping[str, str] | None = None,
    public: bool = False,
) -> Scorecard:
    """Assess every target of a plan.

    Parameters
    ----------
    facts
        Shipped figures and the bodies' own; a correction is a further row with a later date of publication.
    quarter
        The quarter reported on.
    as_of
        Only what was published by this day; the day by which the quarter's figures are out unless told.
    verdicts
        With the joint model, made from the same facts; by figures alone without.
    readings
        Reading → option; the plan's defaults where none is named.
    public
        Leave out every row that rests on a figure that is not public.
    """
    day = as_of or quarter.known
    closed: set[str] = set()
    if public:
        everything = _rows(plan, facts, quarter, day, (), readings)
        closed = {row.target.id for row in everything if any(not s.public for s in row.assessment.used)}
        facts = [s for s in facts if s.public]
    rows = [r for r in _rows(plan, facts, quarter, day, verdicts, readings) if r.target.id not in closed]
    # The quarter before, as it was known a quarter earlier.
    earlier = _rows(plan, facts, quarter.previous, quarter.previous.known, (), readings)
    return Scorecard(plan, plan.region, quarter, day, tuple(rows), tuple(_changes(earlier, rows)), public, len(closed))


def _rows(
    plan: Plan,
    facts: Sequence[Statement],
    quarter: Quarter,
    as_of: dt.date,
    verdicts: Sequence[Verdict],
    readings: Mapping[str, str] | None,
) -> tuple[Row, ...]:
    own = with_own_calibres(facts, plan)
    known = verdicts or judge_by_figures(plan, own, as_of, quarter.through)
    return rows_of(plan, Book.of(own, as_of), quarter.through, known, readings)


def _changes(before: Sequence[Row], after: Sequence[Row]) -> list[Change]:
    then = {row.target.id: row.assessment for row in before}
    found = []
    for row in after:
        old, now = then[row.target.id], row.assessment
        before_used, now_used = ([*a.used, *filter(None, (a.running,))] for a in (old, now))
        known = {s.id for s in before_used}
        earlier = {key_of(s): s for s in before_used}
        fresh = [s for s in now_used if s.id not in known]
        again = [(earlier[key_of(s)], s) for s in fresh if key_of(s) in earlier]
        # The same value reported again is no news.
        corrected = tuple((o, s) for o, s in again if not math.isclose(o.value, in_unit(s, o.unit), rel_tol=1e-9))
        new = tuple(s for s in fresh if key_of(s) not in earlier)
        if new or corrected or old.light != now.light:
            found.append(Change(row.target.id, old.light, now.light, new, corrected))
    return found
