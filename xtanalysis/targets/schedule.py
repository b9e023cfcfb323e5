"""What every schedule of a target shares: what its figures say, what settles it, which figures are due."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, NamedTuple

from xtanalysis.accounting.mechanics import Light, Standing
from xtanalysis.data.dictionary import calibres
from xtanalysis.statements.grammar import Measure, Period, Statement
from xtanalysis.statements.met import met
from xtanalysis.statements.plans import Target
from xtanalysis.targets.book import Book, in_unit
from xtanalysis.targets.chains import CHANGES, Chain
from xtanalysis.targets.quarters import Quarter

__all__ = ["FEWEST_PERIODS", "Assessment", "Decision", "Due", "Past", "Schedule", "comparable", "start_year"]

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


@dataclass(frozen=True, slots=True)
class Decision:
    """A target settled by figures.

    Attributes
    ----------
    value
        What the figures make of the asked quantity, in the target's unit.
    settled
        Whether each of them is stated to be on the target's calibre (or one that may be chained with it).
    figures
        The figures, in order of their periods.
    """

    met: bool
    value: float
    settled: bool
    figures: tuple[Statement, ...]


class Due(NamedTuple):
    """One figure that a target needs; of the target's own region where ``region`` is empty."""

    measure: Measure
    period: Period
    region: str = ""
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Schedule(ABC):
    """How a target (read under its options) falls due.

    Attributes
    ----------
    at_once
        Whether no further figure is asked for once it is settled.
    """

    target: Target
    at_once: ClassVar[bool] = False

    @abstractmethod
    def progress(self, book: Book, through: tuple[int, int], chains: Sequence[str]) -> Assessment:
        """Hold the figures in force, up to a month (year, month), against the target; ``chains`` names all."""

    @abstractmethod
    def settled(self, book: Book, assessment: Assessment) -> Decision | None:
        """What figures decide; ``None`` where they do not."""

    @abstractmethod
    def due(self, quarter: Quarter, chains: Sequence[str]) -> Iterator[Due]:
        """Every figure that it needs by the end of a quarter, reported or not."""

    @property
    def indicator(self) -> str:
        """Id of the indicator whose figures count."""
        return self.target.indicator

    @property
    def start(self) -> int:
        """The year whose end it counts from."""
        return start_year(self.target)

    @property
    def years(self) -> int:
        """Years from the start to the deadline."""
        return self.target.deadline.year - self.start

    def passed(self, period: Period) -> float:
        """Years from the start to the end of a period."""
        return period.end[0] - self.start - 1 + period.end[1] / 12

    def own_levels(self, book: Book) -> list[Statement]:
        """Levels and shares that may be held against it."""
        own = book.get(self.target.region, self.indicator, "level", "share")
        return [s for s in own if comparable(self.target, s)]

    def only_latest(self, book: Book) -> Assessment:
        """The latest figure of the indicator, of whatever measure, where none can be held against the target."""
        own = [s for s in book.get(self.target.region, self.target.indicator) if s.period.months >= 12]
        own = [s for s in own if not s.reference]
        return Assessment(latest=own[-1], used=(own[-1],), doubt="old") if own else Assessment()

    def calibre_doubt(self, *figures: Statement) -> Doubt:
        """``calibre`` where the plan leaves it open and so does a figure."""
        open_ = self.target.unresolved == "calibre" and any(calibres()[s.calibre].unsettled for s in figures)
        return "calibre" if open_ else ""

    def complete_years(self, quarter: Quarter) -> list[Period]:
        """Its years that are over by the end of a quarter."""
        last = quarter.year if quarter.number == 4 else quarter.year - 1
        return [Period((y, 1), (y, 12)) for y in range(self.start + 1, min(last, self.target.deadline.year) + 1)]

    def running_year(self, quarter: Quarter) -> Iterator[Due]:
        """The year to date at the end of a quarter, inside its span."""
        if quarter.number < 4 and self.start < quarter.year <= self.target.deadline.year:
            yield Due("year_to_date_level", Period((quarter.year, 1), (quarter.year, 3 * quarter.number)))

    def decision(self, value: float, figures: Sequence[Statement], asked: float | None = None) -> Decision | None:
        """What a value decides against the number asked for, the target's own unless it is given."""
        asked = self.target.value if asked is None else asked
        if asked is None:
            return None
        hit = bool(met(self.target.relation, value, asked, self.target.value_high))
        return Decision(hit, value, self.on_calibre(figures), tuple(figures))

    def as_it_stands(self, a: Assessment, *, by_deadline: bool = True) -> Decision | None:
        """What stands decides; where it is for the deadline, only by a figure of that year."""
        if a.standing is None or a.standing.met is None or a.latest is None:
            return None
        if by_deadline and a.latest.period.end < (self.target.deadline.year, 12):
            return None
        return Decision(a.standing.met, a.standing.actual, self.on_calibre(a.used), a.used)

    def on_calibre(self, figures: Sequence[Statement]) -> bool:
        """Whether each figure is stated to be on the target's calibre."""
        return all(_stated(self.target, s) for s in figures)

    def fits(self, s: Statement) -> bool:
        """Whether a change may stand for one on the target's calibre: the table chains them, or one leaves it open."""
        target = self.target
        open_ = calibres()[s.calibre].unsettled or calibres()[target.calibre].unsettled
        return open_ or s.calibre == target.calibre or s.calibre in calibres()[target.calibre].chain_by_growth

    def value_of(self, s: Statement) -> float:
        """A figure in the target's unit."""
        return in_unit(s, self.target.unit)


def start_year(target: Target) -> int:
    """Return the year whose end the target counts from.

    That is its base, the year before the growth of one year, the year before a span, else the last before the plan.
    """
    if target.base_period is not None:
        return target.base_period.year
    if target.measure == "growth" and not target.deadline.is_span:
        return target.deadline.year - 1
    return target.deadline.first_year - 1 if target.deadline.is_span else target.published.year - 1


def comparable(target: Target, s: Statement) -> bool:
    """Whether a level may be held against the target: of its calibre, or one of the two leaves it open."""
    known = calibres()
    return s.calibre == target.calibre or bool(known[s.calibre].coverage or known[target.calibre].coverage)


def _stated(target: Target, s: Statement) -> bool:
    """Whether a figure is stated to be on the target's calibre; of another indicator, whether it states one at all."""
    if s.calibre == target.calibre:
        return s.calibre != "unknown"
    if calibres()[s.calibre].unsettled:
        return False
    if s.indicator != target.indicator:
        return True
    return s.measure in CHANGES and s.calibre in calibres()[target.calibre].chain_by_growth
