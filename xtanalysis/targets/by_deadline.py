"""Targets that one number settles at the deadline: a change, a level or share, a stock, directions, a total."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from xtanalysis.accounting import mechanics
from xtanalysis.data.dictionary import convert, indicators
from xtanalysis.statements.grammar import Measure, Period, Statement
from xtanalysis.statements.plans import Target
from xtanalysis.targets.book import FLOWS, Book, tile
from xtanalysis.targets.chains import CHANGES, Chain, chain
from xtanalysis.targets.identities import composed, pair_of
from xtanalysis.targets.quarters import Quarter
from xtanalysis.targets.schedule import FEWEST_PERIODS, Assessment, Decision, Due, Schedule, comparable, start_year

__all__ = ["CARRIED", "Change", "Directions", "Level", "Stock", "Total", "linked"]

CARRIED = 3.0
"""Log points a year by which a level carried forward by growth may miss the level itself: growth is on the year's own
comparable basis, and investment's levels are corrected back without being republished (calibres.csv)."""
PARTS_OF_DIRECTION = 5
"""Directions that a target without a number names."""


def linked(target: Target, book: Book) -> Chain:
    """The changes published up to the deadline, chained from the start."""
    own = [s for s in book.get(target.region, target.indicator) if s.period.year <= target.deadline.year]
    return chain(own, target.indicator, start_year(target))


class Change(Schedule):
    """A growth, an average growth or a cumulative change up to the deadline, chained from what is published."""

    __slots__ = ()
    at_once = True

    def progress(self, book: Book, through: tuple[int, int], chains: Sequence[str]) -> Assessment:
        """The changes so far against the pace that the target asks for."""
        target, so_far = self.target, linked(self.target, book)
        if not so_far.yearly:
            return self.only_latest(book)
        asked = convert(target.value or 0.0, target.unit, "fraction")
        compute = mechanics.average_growth if target.measure == "average_growth" else mechanics.cumulative_change
        standing = compute(so_far.yearly[: self.years], asked, self.years, relation=target.relation)
        doubt = self.calibre_doubt(*so_far.statements)
        return Assessment(standing, so_far.statements[-1], so_far.statements, doubt=doubt)

    def settled(self, book: Book, assessment: Assessment) -> Decision | None:
        """The asked change itself, else every yearly one up to it."""
        target, deadline = self.target, self.target.deadline.year
        own = [s for s in book.get(target.region, target.indicator) if s.period.year <= deadline]
        for s in own:
            asked = s.measure == target.measure and s.period == target.deadline
            if asked and (s.base_period is None or s.base_period.year == self.start) and self.fits(s):
                return self.decision(self.value_of(s), [s])
        whole = chain([s for s in own if self.fits(s)], target.indicator, self.start)
        if whole.last < deadline:
            return None
        change = whole.average if target.measure == "average_growth" else whole.change
        assert change is not None
        return self.decision(convert(change, "fraction", target.unit), whole.statements)

    def due(self, quarter: Quarter, chains: Sequence[str]) -> Iterator[Due]:
        """The growth of each year."""
        yield from (Due("growth", year) for year in self.complete_years(quarter))


class Level(Schedule):
    """A level or share in the year of the deadline, counted from its base."""

    __slots__ = ()
    at_once = True

    def progress(self, book: Book, through: tuple[int, int], chains: Sequence[str]) -> Assessment:
        """The latest year's figure against the way from the base to the number."""
        target = self.target
        own = [s for s in self.own_levels(book) if s.period.is_year]
        if not own:
            return self.only_latest(book)
        latest = own[-1]
        if target.value is None:
            return Assessment(latest=latest, used=(latest,))
        if latest.period.year <= self.start:
            return Assessment(latest=latest, used=(latest,), doubt="old")
        at_base = [s for s in own if s.period.year == self.start and s.calibre == latest.calibre]
        base = self.value_of(at_base[-1]) if at_base else None
        compute = mechanics.share if target.measure == "share" else mechanics.level
        standing = compute(
            self.value_of(latest), target.value, relation=target.relation, base=base,
            passed=self.passed(latest.period), years=self.years,
        )  # fmt: skip
        return Assessment(standing, latest, (*at_base[-1:], latest), doubt=self.calibre_doubt(latest))

    def settled(self, book: Book, assessment: Assessment) -> Decision | None:
        """The figure of the asked year, else its factors, else an earlier one carried forward if it is clear."""
        target = self.target
        own = [s for s in book.get(target.region, target.indicator, "level", "share") if s.period.is_year]
        own = [s for s in own if comparable(target, s)]
        of_year = [s for s in own if s.period.year == target.deadline.year]
        if of_year:
            return self.decision(self.value_of(of_year[-1]), [of_year[-1]])
        return self._from_factors(book) or self._carried(book, own)

    def due(self, quarter: Quarter, chains: Sequence[str]) -> Iterator[Due]:
        """The base year's figure and the latest year's."""
        measure: Measure = "share" if self.target.measure == "share" else "level"
        base = Period((self.start, 1), (self.start, 12))
        yield from (Due(measure, year) for year in (base, *self.complete_years(quarter)[-1:]))

    def _from_factors(self, book: Book) -> Decision | None:
        """A ratio or product of two figures of the asked year."""
        pair = pair_of(book, self.target.region, self.target.indicator, self.target.deadline.year)
        return self.decision(composed(pair, self.target.unit), [s for s, _ in pair]) if pair else None

    def _carried(self, book: Book, levels: Sequence[Statement]) -> Decision | None:
        """The latest level before the asked year, carried forward by published growth, if it is clear of the number."""
        target = self.target
        if target.value is None or not levels or indicators()[target.indicator].kind == "ratio":
            return None
        level = levels[-1]
        years = target.deadline.year - level.period.year
        changes = book.get(target.region, target.indicator, *CHANGES)
        since = chain([s for s in changes if self.fits(s)], target.indicator, level.period.year)
        if level.value <= 0 or since.change is None or since.last != target.deadline.year:
            return None
        value = self.value_of(level) * (1.0 + since.change)
        if abs(100.0 * math.log(value / target.value)) < CARRIED * years:
            return None
        return self.decision(value, [level, *since.statements])


class Stock(Level):
    """Firms or instruments there at the deadline, counted up from none."""

    __slots__ = ()

    @property
    def indicator(self) -> str:
        """The one that holds the stock, where the dictionary keeps one beside what is added."""
        stock = f"{self.target.indicator}_stock"
        return stock if stock in indicators() else self.target.indicator

    @property
    def asked(self) -> float | None:
        """How many there must be."""
        return self.target.value

    def progress(self, book: Book, through: tuple[int, int], chains: Sequence[str]) -> Assessment:
        """Those there, against the number by the time that has passed."""
        own = self.own_levels(book)
        if not own:
            return self.only_latest(book)
        latest = own[-1]
        if latest.period.year <= self.start:
            return Assessment(latest=latest, used=(latest,), doubt="old")
        standing = mechanics.total(
            [self.value_of(latest)], self.asked or 0.0, relation=self.target.relation,
            passed=self.passed(latest.period), years=self.years,
        )  # fmt: skip
        return Assessment(standing, latest, (latest,))

    def settled(self, book: Book, assessment: Assessment) -> Decision | None:
        """Those there at the end of the deadline's year."""
        at_end = [s for s in self.own_levels(book) if s.period.end == (self.target.deadline.year, 12)]
        return self.decision(self.value_of(at_end[-1]), [at_end[-1]], self.asked) if at_end else None


class Directions(Stock):
    """Directions without a number, all of which must hold."""

    __slots__ = ()

    @property
    def indicator(self) -> str:
        """Its own: how many hold."""
        return self.target.indicator

    @property
    def asked(self) -> float | None:
        """All of them."""
        return PARTS_OF_DIRECTION


class Total(Schedule):
    """A sum or a cumulative count from the start to the deadline."""

    __slots__ = ()

    def progress(self, book: Book, through: tuple[int, int], chains: Sequence[str]) -> Assessment:
        """What has come so far, and the chance that the rest comes."""
        target = self.target
        own = book.get(target.region, target.indicator, *FLOWS)
        used = tile(own, (self.start + 1, 1), min((target.deadline.year, 12), through))
        if not used:
            return self.only_latest(book)
        passed, years, asked = self.passed(used[-1].period), self.years, target.value or 0.0
        amounts = [self.value_of(s) for s in used]
        standing = mechanics.total(amounts, asked, relation=target.relation, passed=passed, years=years)
        covered = sum(s.period.months for s in used) / 12
        chance = None
        if indicators()[target.indicator].kind == "count" and covered >= FEWEST_PERIODS:
            from xtanalysis.accounting.counts import count_rate  # scipy.stats: a third of a second to import

            rate = count_rate(amounts, [s.period.months / 12 for s in used])
            chance = rate.reaches(asked, done=sum(amounts), years=max(years - passed, 0.0))
        return Assessment(
            standing, used[-1], tuple(used), chance=chance, doubt="gap" if covered < passed - 1e-9 else ""
        )

    def settled(self, book: Book, assessment: Assessment) -> Decision | None:
        """The whole span decides, or the day on which the number is reached."""
        standing = assessment.standing
        if standing is None or self.target.value is None:
            return None
        over = standing.time >= 1 - 1e-9 and not assessment.doubt
        reached = bool(standing.met) and self.target.relation in ("at_least", "above")
        return self.decision(standing.actual, assessment.used) if over or reached else None

    def due(self, quarter: Quarter, chains: Sequence[str]) -> Iterator[Due]:
        """Each year's figure and the year to date."""
        yield from (Due("level", year) for year in self.complete_years(quarter))
        yield from self.running_year(quarter)
