"""Targets of many parts or none: each period, each chain, each park, a place among regions, what holds at any time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from xtanalysis.accounting import mechanics
from xtanalysis.data.dictionary import indicators
from xtanalysis.statements.grammar import Period, Statement
from xtanalysis.statements.met import met
from xtanalysis.targets.book import FLOWS, Book, tile
from xtanalysis.targets.places import parks_of
from xtanalysis.targets.quarters import Quarter
from xtanalysis.targets.schedule import FEWEST_PERIODS, Assessment, Decision, Due, Past, Schedule

__all__ = ["MONTHS", "Against", "AtAllTimes", "EachChain", "EachPeriod", "Place"]

MONTHS = {"each_year": 12, "each_half_year": 6, "each_quarter": 3}
"""Months of one period of what is asked for each."""


class EachPeriod(Schedule):
    """A number for each year, half-year or quarter of the span."""

    __slots__ = ()

    @property
    def length(self) -> int:
        """Months of one period."""
        return MONTHS[self.target.frequency]

    def progress(self, book: Book, through: tuple[int, int], chains: Sequence[str]) -> Assessment:
        """The latest period with a figure, and the complete ones before."""
        target, length = self.target, self.length
        found = [(period, self._figures(book, period, through)) for period in self._periods()]
        entries = [(period, used) for period, used in found if used and period.start <= through]
        if not entries:
            return self.only_latest(book)
        asked = target.value or 0.0
        values = [sum(self.value_of(s) for s in used) for _, used in entries]
        past = tuple(
            Past(period, value, bool(met(target.relation, value, asked)))
            for (period, used), value in zip(entries, values, strict=True)
            if sum(s.period.months for s in used) >= length
        )
        (period, used), value = entries[-1], values[-1]
        last = used[-1].period.end
        passed = min((12 * (last[0] - period.start[0]) + last[1] - period.start[1] + 1) / length, 1)
        if target.measure == "level":
            standing = mechanics.yearly(
                value, asked, relation=target.relation, target_high=target.value_high, passed=passed
            )
        else:
            standing = mechanics.share(value, asked, relation=target.relation, passed=1, years=1)
        gap = sum(s.period.months for s in used) < round(passed * length)
        made = Assessment(
            standing, used[-1], tuple(s for _, some in entries for s in some), past=past, doubt="gap" if gap else ""
        )
        return replace(made, chance=self._chance(made, value, 1 - passed))

    def settled(self, book: Book, assessment: Assessment) -> Decision | None:
        """Missed with the first period that misses the number, met when every one has met it."""
        past = assessment.past
        if missed := [p for p in past if not p.met]:
            first, last = missed[0].period.start, missed[0].period.end
            figures = tuple(s for s in assessment.used if first <= s.period.start and s.period.end <= last)
            return Decision(False, missed[0].value, self.on_calibre(figures), figures)
        if past and len(past) == self.years * 12 // self.length:
            return Decision(True, past[-1].value, self.on_calibre(assessment.used), assessment.used)
        return None

    def due(self, quarter: Quarter, chains: Sequence[str]) -> Iterator[Due]:
        """Every period that is over, and the year to date."""
        if self.target.measure != "level":
            yield from (Due(self.target.measure, year) for year in self.complete_years(quarter))
            return
        yield from (Due("level", p) for p in self._periods() if p.end <= (quarter.year, 3 * quarter.number))
        if self.length == 12:
            yield from self.running_year(quarter)

    def _periods(self) -> list[Period]:
        return [
            Period((year, month), (year, month + self.length - 1))
            for year in range(self.start + 1, self.target.deadline.year + 1)
            for month in range(1, 13, self.length)
        ]

    def _figures(self, book: Book, period: Period, last: tuple[int, int]) -> list[Statement]:
        """Figures of one period: flows that fill it, or the share or growth of exactly that period."""
        target = self.target
        if target.measure == "level":
            return tile(book.get(target.region, target.indicator, *FLOWS), period.start, min(period.end, last))
        wanted = ("level", "share") if target.measure == "share" else (target.measure,)
        return [s for s in book.get(target.region, target.indicator, *wanted) if s.period == period]

    def _chance(self, a: Assessment, done: float, left: float) -> float | None:
        """Probability that the rest of this period and each one to the deadline reach the number, at one rate."""
        target = self.target
        counted = target.measure == "level" and indicators()[target.indicator].kind == "count"
        if not counted or len(a.past) < FEWEST_PERIODS:
            return None
        assert a.latest is not None
        later = [p for p in self._periods() if p.start > a.latest.period.end]
        from xtanalysis.accounting.counts import count_rate  # scipy.stats: a third of a second to import

        rate = count_rate([p.value for p in a.past])
        return rate.reaches_every_year(target.value or 0.0, len(later), done=done, left=left)


class _Parts(Schedule):
    """A number for each of several parts, by the deadline."""

    __slots__ = ()

    def settled(self, book: Book, assessment: Assessment) -> Decision | None:
        return self.as_it_stands(assessment)

    def _together(
        self, counts: Mapping[str, float], asked: float, names: Sequence[str], last: Statement,
        used: tuple[Statement, ...],
    ) -> Assessment:  # fmt: skip
        standing, behind = mechanics.parts(counts, asked, names, passed=self.passed(last.period), years=self.years)
        return Assessment(standing, last, used, behind=tuple(behind))


class EachChain(_Parts):
    """A number for each industry chain; a figure's reference names its chain."""

    __slots__ = ()

    def progress(self, book: Book, through: tuple[int, int], chains: Sequence[str]) -> Assessment:
        """How many chains have reached the number."""
        own = book.get(self.target.region, self.target.indicator, "level")
        latest = {s.reference: s for s in own if s.reference in chains}
        if not latest:
            return Assessment()
        used = tuple(latest[name] for name in chains if name in latest)
        counts = {str(s.reference): self.value_of(s) for s in used}
        return self._together(counts, self.target.value or 0.0, chains, max(used, key=lambda s: s.period.end), used)

    def due(self, quarter: Quarter, chains: Sequence[str]) -> Iterator[Due]:
        """The latest year's figure of each chain."""
        for year in self.complete_years(quarter)[-1:]:
            yield from (Due("level", year, reference=name) for name in chains)


class Against(_Parts):
    """Every park, or where parks have no figure the region, as high as another region in the same year."""

    __slots__ = ()

    def progress(self, book: Book, through: tuple[int, int], chains: Sequence[str]) -> Assessment:
        """How many parks are as high, else how high the region is."""
        target = self.target
        bar = {s.period: s for s in book.get(target.reference or "", target.indicator, "level")}
        parks = parks_of(target.region)
        of_parks = {name: own[-1] for name in parks if (own := self._beside(book, name, bar))}
        if of_parks:
            used = tuple(of_parks.values())
            ratios = {name: self.value_of(s) / self.value_of(bar[s.period]) for name, s in of_parks.items()}
            reached = {name: float(met(target.relation, ratio, 1.0)) for name, ratio in ratios.items()}
            last = max(used, key=lambda s: s.period.end)
            return self._together(reached, 1.0, parks, last, (*used, *{bar[s.period] for s in used}))
        own = self._beside(book, target.region, bar)
        if not own:
            return self.only_latest(book)
        last = own[-1]
        standing = mechanics.level(
            self.value_of(last), self.value_of(bar[last.period]), relation=target.relation,
            passed=self.passed(last.period), years=self.years,
        )  # fmt: skip
        return Assessment(standing, last, (last, bar[last.period]))

    def due(self, quarter: Quarter, chains: Sequence[str]) -> Iterator[Due]:
        """The latest year's figure of the other region and of each park."""
        for year in self.complete_years(quarter)[-1:]:
            yield from (
                Due("level", year, name) for name in (self.target.reference or "", *parks_of(self.target.region))
            )

    def _beside(self, book: Book, name: str, bar: Mapping[Period, Statement]) -> list[Statement]:
        return [s for s in book.get(name, self.target.indicator, "level") if s.period in bar]


class Place(_Parts):
    """A place among regions; without a numbered target there is no light."""

    __slots__ = ()

    def progress(self, book: Book, through: tuple[int, int], chains: Sequence[str]) -> Assessment:
        """The published place."""
        own = book.get(self.target.region, self.target.indicator, "rank")
        if not own:
            return self.only_latest(book)
        place = int(own[-1].value)
        asked = None if self.target.value is None else int(self.target.value)
        standing = mechanics.rank(
            place, max(place, asked or 1), asked, passed=self.passed(own[-1].period), years=self.years
        )
        return Assessment(standing, own[-1], (own[-1],))

    def due(self, quarter: Quarter, chains: Sequence[str]) -> Iterator[Due]:
        """The latest year's place."""
        yield from (Due("rank", p, reference=self.target.reference) for p in self.complete_years(quarter)[-1:])


class AtAllTimes(Schedule):
    """A level or stock that holds at any time: what stands now decides."""

    __slots__ = ()

    def progress(self, book: Book, through: tuple[int, int], chains: Sequence[str]) -> Assessment:
        """The latest figure against the number."""
        own = self.own_levels(book)
        if not own or self.target.value is None:
            return self.only_latest(book)
        standing = mechanics.level(
            self.value_of(own[-1]), self.target.value, relation=self.target.relation, passed=1, years=1
        )
        return Assessment(standing, own[-1], (own[-1],))

    def settled(self, book: Book, assessment: Assessment) -> Decision | None:
        """What stands now."""
        return self.as_it_stands(assessment, by_deadline=False)

    def due(self, quarter: Quarter, chains: Sequence[str]) -> Iterator[Due]:
        """The latest year's figure."""
        yield from (Due("level", year) for year in self.complete_years(quarter)[-1:])
