"""Where one target stands by the figures in force: which were used, progress against time, what is still required."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from xtanalysis.accounting import mechanics
from xtanalysis.accounting.mechanics import Light, Standing
from xtanalysis.data.dictionary import convert, indicators, regions
from xtanalysis.statements.grammar import Period, Statement
from xtanalysis.statements.met import met
from xtanalysis.statements.plans import Target
from xtanalysis.targets.book import FLOWS, Book, in_unit, tile
from xtanalysis.targets.chains import UNSETTLED, Chain, chain
from xtanalysis.targets.identities import pair_of
from xtanalysis.targets.schedules import MONTHS, PARTS_OF_DIRECTION, Schedule, schedule_of, stock_of

__all__ = ["Assessment", "Past", "assess", "comparable", "start_year"]

OPEN = frozenset({*UNSETTLED, "not_applicable", "plan_count"})
GROWTH_LIKE = ("growth", "average_growth", "cumulative_change")
FRESH_MONTHS = 15  # the communiqué of a year appears in the March after it
FEWEST_PERIODS = 2  # complete periods before a count says anything about its rate

Doubt = Literal["", "old", "calibre", "gap"]


@dataclass(frozen=True, slots=True)
class Past:
    """One complete period of a target that holds each year, half-year or quarter."""

    period: Period
    value: float
    met: bool


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the figures say about one target.

    Attributes
    ----------
    standing
        ``None`` where no figure can be held against the target.
    latest
        The latest figure, ``None`` without one.
    used
        Every figure that the standing rests on.
    behind
        Chains or parks that have not reached their number.
    past
        Complete periods so far, for targets of each period.
    chance
        Probability from the posterior of the counts that what is left of the period is reached; ``None`` otherwise.
    running
        The latest figure for a part of a year after ``latest``, ``None`` without one: it informs and decides nothing.
    parts
        Where a ratio or product has no figure of its own: two that make it up, of the latest year that has them.
    growth
        Growth since the base as far as it is published; ``None`` where growth says nothing about the target.
    stale
        Whether the latest figure ends more than 15 months before the last month looked at: a later one should be out.
    doubt
        ``old``: the figure is from before the plan, or of another measure. ``calibre``: it is not known to be on the
        target's calibre. ``gap``: a stretch of the period has no figure. Empty otherwise.
    """

    standing: Standing | None = None
    latest: Statement | None = None
    used: tuple[Statement, ...] = ()
    behind: tuple[str, ...] = ()
    past: tuple[Past, ...] = ()
    chance: float | None = None
    running: Statement | None = None
    parts: tuple[Statement, ...] = ()
    growth: Chain | None = None
    stale: bool = False
    doubt: Doubt = ""

    @property
    def light(self) -> Light:
        """Traffic light; grey where the figure is from before the plan or its calibre is not settled."""
        return "grey" if self.standing is None or self.doubt in ("old", "calibre") else self.standing.light


def start_year(target: Target) -> int:
    """Return the year whose end the target counts from.

    That is its base, the year before the growth of one year, the year before a span, else the last before the plan.
    """
    if target.base_period is not None:
        return target.base_period.year
    if target.measure == "growth" and not target.deadline.is_span:
        return target.deadline.year - 1
    return target.deadline.first_year - 1 if target.deadline.is_span else target.published.year - 1


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
    assessment = _assess(target, book, through, chains)
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


def _parts_of(target: Target, book: Book) -> tuple[Statement, ...]:
    """The two figures of one year that make up the target's indicator, of the latest year that has them."""
    for year in range(book.as_of.year, start_year(target) - 1, -1):
        if pair := pair_of(book, target.region, target.indicator, year):
            return tuple(s for s, _ in pair)
    return ()


def _growth(target: Target, book: Book) -> Chain | None:
    if indicators()[target.indicator].kind in ("ratio", "count") and target.measure not in GROWTH_LIKE:
        return None
    return _linked(target, book)


def _linked(target: Target, book: Book) -> Chain:
    """The changes published up to the deadline."""
    own = [s for s in book.get(target.region, target.indicator) if s.period.year <= target.deadline.year]
    return chain(own, target.indicator, start_year(target))


def comparable(target: Target, s: Statement) -> bool:
    """Whether a level may be held against the target: of its calibre, or one of the two leaves it open."""
    return s.calibre == target.calibre or s.calibre in OPEN or target.calibre in OPEN


def _assess(target: Target, book: Book, through: tuple[int, int], chains: Sequence[str]) -> Assessment:
    match schedule_of(target):
        case Schedule.EACH_CHAIN:
            return _per_chain(target, book, chains)
        case Schedule.EACH_PERIOD:
            return _each_period(target, book, through)
        case Schedule.AGAINST:
            return _reference(target, book)
        case Schedule.PLACE:
            return _rank(target, book)
        case Schedule.CHANGE:
            return _change(target, book)
        case Schedule.TOTAL:
            return _sum(target, book, through)
        case Schedule.STANDING:
            return _at_any_time(target, book)
        case Schedule.STOCK | Schedule.DIRECTIONS:
            return _stock(target, book)
        case Schedule.LEVEL:
            return _level(target, book)


def _running(target: Target, book: Book, through: tuple[int, int], latest: Statement | None) -> Statement | None:
    """Return the latest part-year figure of the indicator up to that month, if it is newer than the latest figure."""
    after = latest.period.end if latest is not None else (start_year(target), 12)
    own = book.get(target.region, target.indicator, "year_to_date_growth", "year_to_date_level")
    own = tuple(s for s in own if after < s.period.end <= through)
    return own[-1] if own else None


def _years(target: Target) -> int:
    return target.deadline.year - start_year(target)


def _passed(target: Target, period: Period) -> float:
    return period.end[0] - start_year(target) - 1 + period.end[1] / 12


def _change(target: Target, book: Book) -> Assessment:
    """Average growth or cumulative change, chained from what is published."""
    linked, years = _linked(target, book), _years(target)
    if not linked.yearly:
        return _only_latest(target, book)
    asked = convert(target.value or 0.0, target.unit, "fraction")
    compute = mechanics.average_growth if target.measure == "average_growth" else mechanics.cumulative_change
    standing = compute(linked.yearly[:years], asked, years, relation=target.relation)
    last = linked.statements[-1]
    return Assessment(standing, last, linked.statements, doubt=_calibre(target, *linked.statements))


def _own_levels(target: Target, book: Book) -> list[Statement]:
    own = book.get(target.region, stock_of(target), "level", "share")
    return [s for s in own if comparable(target, s)]


def _at_any_time(target: Target, book: Book) -> Assessment:
    """A level or stock that holds at any time."""
    own = _own_levels(target, book)
    if not own or target.value is None:
        return _only_latest(target, book)
    value = in_unit(own[-1], target.unit)
    standing = mechanics.level(value, target.value, relation=target.relation, passed=1, years=1)
    return Assessment(standing, own[-1], (own[-1],))


def _stock(target: Target, book: Book) -> Assessment:
    """Firms, instruments or directions by the deadline, counted up from none."""
    own = _own_levels(target, book)
    if not own:
        return _only_latest(target, book)
    latest = own[-1]
    if latest.period.year <= start_year(target):
        return Assessment(latest=latest, used=(latest,), doubt="old")
    asked = PARTS_OF_DIRECTION if target.value is None else target.value
    passed, years = _passed(target, latest.period), _years(target)
    amounts = [in_unit(latest, target.unit)]
    standing = mechanics.total(amounts, asked, relation=target.relation, passed=passed, years=years)
    return Assessment(standing, latest, (latest,))


def _level(target: Target, book: Book) -> Assessment:
    """A level or a share by the deadline."""
    start = start_year(target)
    own = [s for s in _own_levels(target, book) if s.period.is_year]
    if not own:
        return _only_latest(target, book)
    latest, value = own[-1], in_unit(own[-1], target.unit)
    if target.value is None:
        return Assessment(latest=latest, used=(latest,))
    if latest.period.year <= start:
        return Assessment(latest=latest, used=(latest,), doubt="old")
    passed, years = _passed(target, latest.period), _years(target)
    at_base = [s for s in own if s.period.year == start and s.calibre == latest.calibre]
    base = in_unit(at_base[-1], target.unit) if at_base else None
    compute = mechanics.share if target.measure == "share" else mechanics.level
    standing = compute(value, target.value, relation=target.relation, base=base, passed=passed, years=years)
    return Assessment(standing, latest, (*at_base[-1:], latest), doubt=_calibre(target, latest))


def _sum(target: Target, book: Book, through: tuple[int, int]) -> Assessment:
    """A total or a cumulative count from the start to the deadline."""
    start = start_year(target)
    own = book.get(target.region, target.indicator, *FLOWS)
    used = tile(own, (start + 1, 1), min((target.deadline.year, 12), through))
    if not used:
        return _only_latest(target, book)
    passed, years = _passed(target, used[-1].period), _years(target)
    amounts = [in_unit(s, target.unit) for s in used]
    standing = mechanics.total(amounts, target.value or 0.0, relation=target.relation, passed=passed, years=years)
    covered = sum(s.period.months for s in used) / 12
    chance = None
    if indicators()[target.indicator].kind == "count" and covered >= FEWEST_PERIODS:
        from xtanalysis.accounting.counts import count_rate  # scipy.stats: a third of a second to import

        rate = count_rate(amounts, [s.period.months / 12 for s in used])
        chance = rate.reaches(target.value or 0.0, done=sum(amounts), years=max(years - passed, 0.0))
    doubt: Doubt = "gap" if covered < passed - 1e-9 else ""
    return Assessment(standing, used[-1], tuple(used), chance=chance, doubt=doubt)


def _each_period(target: Target, book: Book, through: tuple[int, int]) -> Assessment:
    """A number for each year, half-year or quarter: the latest period with a figure, and the complete ones before."""
    length = MONTHS[target.frequency]
    found = [(period, _of_period(target, book, period, through)) for period in _periods(target, length)]
    entries = [(period, used) for period, used in found if used and period.start <= through]
    if not entries:
        return _only_latest(target, book)
    asked = target.value or 0.0
    values = [sum(in_unit(s, target.unit) for s in used) for _, used in entries]
    past = tuple(
        Past(period, value, bool(met(target.relation, value, asked)))
        for (period, used), value in zip(entries, values, strict=True)
        if sum(s.period.months for s in used) >= length
    )
    (period, used), value = entries[-1], values[-1]
    passed = min(
        (12 * (used[-1].period.end[0] - period.start[0]) + used[-1].period.end[1] - period.start[1] + 1) / length, 1
    )
    if target.measure == "level":
        standing = mechanics.yearly(
            value, asked, relation=target.relation, target_high=target.value_high, passed=passed
        )
    else:
        standing = mechanics.share(value, asked, relation=target.relation, passed=1, years=1)
    everything = tuple(s for _, some in entries for s in some)
    doubt: Doubt = "gap" if sum(s.period.months for s in used) < round(passed * length) else ""
    assessment = Assessment(standing, used[-1], everything, past=past, doubt=doubt)
    return replace(assessment, chance=_chance_each(target, assessment, value, passed, length))


def _chance_each(target: Target, a: Assessment, done: float, passed: float, length: int) -> float | None:
    """Probability that the rest of this period and each one to the deadline reach the number, at one common rate."""
    if target.measure != "level" or indicators()[target.indicator].kind != "count" or len(a.past) < FEWEST_PERIODS:
        return None
    from xtanalysis.accounting.counts import count_rate

    assert a.latest is not None
    later = [p for p in _periods(target, length) if p.start > a.latest.period.end]
    return count_rate([p.value for p in a.past]).reaches_every_year(
        target.value or 0.0, len(later), done=done, left=1 - passed
    )


def _periods(target: Target, length: int) -> list[Period]:
    first = start_year(target) + 1
    return [
        Period((year, month), (year, month + length - 1))
        for year in range(first, target.deadline.year + 1)
        for month in range(1, 13, length)
    ]


def _of_period(target: Target, book: Book, period: Period, last: tuple[int, int]) -> list[Statement]:
    """Figures of one period: flows that fill it, or the share or growth of exactly that period."""
    if target.measure == "level":
        return tile(book.get(target.region, target.indicator, *FLOWS), period.start, min(period.end, last))
    wanted = ("level", "share") if target.measure == "share" else (target.measure,)
    return [s for s in book.get(target.region, target.indicator, *wanted) if s.period == period]


def _per_chain(target: Target, book: Book, chains: Sequence[str]) -> Assessment:
    """A number for each chain; the column reference names the chain."""
    latest = {s.reference: s for s in book.get(target.region, target.indicator, "level") if s.reference in chains}
    if not latest:
        return Assessment()
    used = tuple(latest[name] for name in chains if name in latest)
    counts = {str(s.reference): in_unit(s, target.unit) for s in used}
    last = max(used, key=lambda s: s.period.end)
    return _parts(target, counts, chains, last, used)


def _reference(target: Target, book: Book) -> Assessment:
    """Every park, or where parks have no figure the city, against the reference region's figure of the same year."""
    bar = {s.period: s for s in book.get(target.reference or "", target.indicator, "level")}
    parks = [r.id for r in regions().values() if r.kind == "park" and r.parent == target.region]
    found = {}
    for name in parks:
        own = [s for s in book.get(name, target.indicator, "level") if s.period in bar]
        if own:
            found[name] = own[-1]
    if not found:
        own = [s for s in book.get(target.region, target.indicator, "level") if s.period in bar]
        if not own:
            return _only_latest(target, book)
        found, parks = {target.region: own[-1]}, [target.region]
    used = tuple(found.values())
    last = max(used, key=lambda s: s.period.end)
    ratios = {name: in_unit(s, target.unit) / in_unit(bar[s.period], target.unit) for name, s in found.items()}
    if parks == [target.region]:
        passed, years = _passed(target, last.period), _years(target)
        value, asked = in_unit(last, target.unit), in_unit(bar[last.period], target.unit)
        standing = mechanics.level(value, asked, relation=target.relation, passed=passed, years=years)
        return Assessment(standing, last, (last, bar[last.period]))
    reached = {name: float(met(target.relation, ratio, 1.0)) for name, ratio in ratios.items()}
    return _parts(replace(target, value=1.0), reached, parks, last, (*used, *{bar[s.period] for s in used}))


def _parts(
    target: Target, counts: Mapping[str, float], names: Sequence[str], last: Statement, used: tuple[Statement, ...]
) -> Assessment:
    standing, behind = mechanics.parts(
        counts, target.value or 0.0, names, passed=_passed(target, last.period), years=_years(target)
    )
    return Assessment(standing, last, used, behind=tuple(behind))


def _rank(target: Target, book: Book) -> Assessment:
    """A published place; without a numbered target there is no light."""
    own = book.get(target.region, target.indicator, "rank")
    if not own:
        return _only_latest(target, book)
    place = int(own[-1].value)
    asked = None if target.value is None else int(target.value)
    passed, years = _passed(target, own[-1].period), _years(target)
    standing = mechanics.rank(place, max(place, asked or 1), asked, passed=passed, years=years)
    return Assessment(standing, own[-1], (own[-1],))


def _only_latest(target: Target, book: Book) -> Assessment:
    """The latest figure of the indicator, of whatever measure, where none can be held against the target."""
    own = [s for s in book.get(target.region, target.indicator) if s.period.months >= 12 and not s.reference]
    return Assessment(latest=own[-1], used=(own[-1],), doubt="old") if own else Assessment()


def _calibre(target: Target, *figures: Statement) -> Doubt:
    return "calibre" if target.unresolved == "calibre" and any(s.calibre in UNSETTLED for s in figures) else ""
