"""Which statements an information set uses, and why the others are set aside."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xtanalysis.statements.facts import count_once
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.scenarios import origin_year

__all__ = ["InformationSet", "information_set"]

TO_DATE = frozenset({"year_to_date_growth", "year_to_date_level", "month_growth"})
FORWARD = frozenset({"plan", "outlook"})


@dataclass(frozen=True, slots=True)
class InformationSet:
    """What was known on a day.

    Attributes
    ----------
    as_of
        The day.
    used
        Statements that condition the posterior, in order of publication.
    set_aside
        (statement, reason) of what was known and is not used.
    """

    as_of: dt.date
    used: tuple[Statement, ...]
    set_aside: tuple[tuple[Statement, str], ...]

    @property
    def origin(self) -> int:
        """The last full calendar year before ``as_of``."""
        return origin_year(self.as_of)


def _subject(statement: Statement) -> tuple[str, str, str, str, str]:
    """What a statement is about, whatever its source."""
    return (
        statement.region,
        statement.indicator,
        statement.measure,
        str(statement.period),
        str(statement.base_period or statement.reference or ""),
    )


def information_set(facts: Iterable[Statement], regions: Sequence[str], as_of: dt.date) -> InformationSet:
    """Take what was published by ``as_of`` about these regions, each origin once, the final figure before its estimate.

    Set aside, with the reason: repetitions of one origin; estimates that an outcome has replaced; older reports of one
    figure of the same vintage; growth to date where the full year is out, or a later month of that year; plans and
    outlooks about years already published, and all but the latest for a coming year.
    """
    known = sorted(
        (s for s in facts if s.region in regions and s.known_on(as_of)),
        key=lambda s: (s.published, s.id),
    )
    aside: list[tuple[Statement, str]] = []
    told = [s for s in known if s.tells_what_happened]
    kept, repeated = _each_origin_once(told)
    aside += repeated
    full = {
        (s.region, s.indicator, s.period.year) for s in kept if s.measure in ("growth", "level") and s.period.is_year
    }
    full |= {(region, twin, year) for region, name, year in full for twin in _twins(name)}
    current, superseded = _latest_to_date(kept, full)
    aside += superseded
    coming, passed = _latest_forward([s for s in known if s.role in FORWARD], full, as_of)
    aside += passed
    used = sorted([*current, *coming], key=lambda s: (s.published, s.id))
    return InformationSet(as_of, tuple(used), tuple(aside))


def _twins(indicator: str) -> tuple[str, ...]:
    """Indicators whose full-year figure settles the same year."""
    return {"gdp": ("gdp_real",), "gdp_real": ("gdp",)}.get(indicator, ())


def _each_origin_once(
    told: Sequence[Statement],
) -> tuple[list[Statement], list[tuple[Statement, str]]]:
    """Keep one report per original figure: outcomes before estimates, then trust, then the latest."""
    # One figure may stand in two vintages or calibres, such as a growth that a later compilation repeats.
    once = {s.origin_id or s.id: s for s in count_once(told)}
    aside: list[tuple[Statement, str]] = []
    for s in told:
        report = once[s.origin_id or s.id]
        if report is not s and s.role == "estimate" and report.role == "outcome":
            aside.append((s, "the final figure has replaced this estimate"))
        elif report is not s:
            aside.append((s, f"the same original figure as {report.id}"))
    groups: dict[tuple[object, ...], list[Statement]] = {}
    for s in once.values():
        groups.setdefault((*_subject(s), s.vintage, s.calibre), []).append(s)
    kept: list[Statement] = []
    for group in groups.values():
        outcomes = [s for s in group if s.role == "outcome"]
        replaced = [s for s in group if outcomes and s.role == "estimate"]
        aside.extend((s, "the final figure has replaced this estimate") for s in replaced)
        pool = outcomes or group
        best: dict[object, Statement] = {}
        for s in sorted(pool, key=lambda s: (s.trust, -(s.published.toordinal() if s.published else 0))):
            origin = s.origin_id or (s.value, s.unit)
            if origin in best:
                aside.append((s, f"the same original figure as {best[origin].id}"))
            else:
                best[origin] = s
        kept += best.values()
    return kept, aside


def _latest_to_date(
    kept: Sequence[Statement], full: set[tuple[str, str, int]]
) -> tuple[list[Statement], list[tuple[Statement, str]]]:
    """Of figures to date, keep the latest month of each year whose full year is not out."""
    latest: dict[tuple[str, str, str, int], Statement] = {}
    current = [s for s in kept if s.measure not in TO_DATE]
    aside: list[tuple[Statement, str]] = []
    for s in sorted((s for s in kept if s.measure in TO_DATE), key=lambda s: s.period.end):
        if s.measure != "year_to_date_level" and (s.region, s.indicator, s.period.year) in full:
            aside.append((s, "the full year is published"))
            continue
        kind = "level" if s.measure == "year_to_date_level" else "growth"
        slot = (s.region, s.indicator, kind, s.period.year)
        if (earlier := latest.get(slot)) is not None:
            aside.append((earlier, f"{s.id} covers more of the year"))
        latest[slot] = s
    return [*current, *latest.values()], aside


def _latest_forward(
    forward: Sequence[Statement], full: set[tuple[str, str, int]], as_of: dt.date
) -> tuple[list[Statement], list[tuple[Statement, str]]]:
    """Of plans and outlooks, keep the latest about each coming year."""
    latest: dict[tuple[str, ...], Statement] = {}
    aside: list[tuple[Statement, str]] = []
    for s in forward:
        if s.period.year <= origin_year(as_of) or (s.region, s.indicator, s.period.year) in full:
            aside.append((s, "about a year that is over"))
            continue
        slot = (*_subject(s), s.role)
        if (earlier := latest.get(slot)) is not None:
            aside.append((earlier, f"{s.id} is more recent"))
        latest[slot] = s
    return list(latest.values()), aside
