"""What the first page and the outlook past the plan say: where it is heading and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence

from xtanalysis.report.wording.terms import Terms
from xtanalysis.targets.numbers import region_text, signed_percent
from xtanalysis.text import bilingual, listed, message, nsay, pmessage, say, sentences

__all__ = ["Front"]


class Front(Terms):
    """Sentences of the first page."""

    def panels_note(self, base: int) -> str:
        """What the small charts show."""
        return say(
            self.lang,
            "Index, {base} = 100. Line: median; band: 80%; dots: published; bar: the plan's number; dotted "
            "rule: forecast from here.",
            base=base,
        )

    def heading_to(
        self, origin: int, horizon: int, change: Sequence[float], pace: float, better: float, rises: bool
    ) -> str:
        """Where it is heading and how sure that is."""
        low, middle, high = map(self._change, change)
        told = (
            message(
                "{horizon} against {origin}: {middle} (80% range {low} to {high}), {pace} a year; about {sure}% sure "
                "to rise."
            )
            if rises
            else message(
                "{horizon} against {origin}: {middle} (80% range {low} to {high}), {pace} a year; about {sure}% sure "
                "to fall."
            )
        )
        return told.told(
            self.lang, horizon=horizon, origin=origin, middle=middle, low=low, high=high, pace=self._change(pace),
            sure=min(95, max(5, round(better * 20) * 5)),
        )  # fmt: skip

    def _change(self, value: float) -> str:
        """A percentage with its sign; Chinese has a word for it."""
        size = bilingual(signed_percent(value), f"{abs(value):.1f}%")
        return (pmessage("rise", "{size}") if value >= 0 else pmessage("fall", "{size}")).told(self.lang, size=size)

    def desk_heading(self, first: int, last: int) -> str:
        """Heading of the section."""
        return say(self.lang, "The years {first}–{last}", first=first, last=last)

    def assessed(self, ends: int, told: Sequence[tuple[str, Sequence[str]]], others: int) -> str:
        """How the plan ended."""
        groups = message("<strong>{word}</strong>: {names}")
        parts = [groups.told(self.lang, word=word, names=listed(names)) for word, names in told]
        said = [
            say(
                self.lang, "The plan ended in {ends}; by the figures that are known: {parts}.",
                ends=ends, parts=self.SEMICOLON.join(parts),
            )
        ]  # fmt: skip
        if others:
            rest = message("The other {others} targets have no projected paths and await their bodies' figures.")
            said.append(rest.told(self.lang, others=others))
        return sentences(said, self.lang)

    def fill_in(self, link: str, command: str, region: str) -> str:
        """How to use the blank file of the next plan."""
        return say(
            self.lang,
            "Once the new plan is out, type its targets into this {link} and run <code>{command}</code> for "
            "this page on the new targets; <code>xtanalysis init {region}</code> makes a whole workspace "
            "with the same file and a form for figures.",
            link=link,
            command=command,
            region=region,
        )

    def growth_column(self, first: int, last: int) -> str:
        """Column."""
        return say(self.lang, "Growth a year {first}–{last} (80%)", first=first, last=last)

    def last_growth(self, name: str) -> str:
        """Column."""
        return say(self.lang, "{name}, last known growth", name=name)

    def index_note(self, origin: int) -> str:
        """Note of the table."""
        return say(
            self.lang,
            "Where no level is settled, an index ({origin} = 100). Last known growth: of the latest full "
            "year published.",
            origin=origin,
        )

    def driven_by(self, region: str, name: str, figure: str, period: str, without: float, *, ahead: bool) -> str:
        """The figures that take a median away."""
        told = (
            message("most by {region}'s outlooks of {name}, the newest {figure} ({period}); without them {without}")
            if ahead
            else message("most by {region}'s figures of {name}, the newest {figure} ({period}); without them {without}")
        )
        return told.told(
            self.lang, region=region, name=name, figure=figure, period=period, without=signed_percent(without)
        )

    def away_from_record(self, name: str, median: float, least: float, greatest: float, years: int, why: str) -> str:
        """An indicator whose median leaves what the regions around last did; follows another sentence."""
        told = (
            message(
                "{name}: {median} a year is more than two points below what nation and province did in the last "
                "{years} years ({least} to {greatest}), driven {why}."
            )
            if median < least
            else message(
                "{name}: {median} a year is more than two points above what nation and province did in the last "
                "{years} years ({least} to {greatest}), driven {why}."
            )
        )
        rates = {"median": signed_percent(median), "least": signed_percent(least), "greatest": signed_percent(greatest)}
        said = told.told(self.lang, name=name, years=years, why=why, **rates)
        return sentences(["", said], self.lang)

    def chance_column(self, chance: float) -> str:
        """Column."""
        return say(self.lang, "{chance:.0f}% sure", chance=100 * chance)

    def a_year(self, growth: Sequence[float]) -> str:
        """Growth a year with its band."""
        low, middle, high = map(signed_percent, growth)
        return self.middle_and_band(middle, low, high)

    def middle_and_band(self, middle: str, low: str, high: str) -> str:
        """Median and band."""
        return say(self.lang, "{middle} ({low} to {high})", middle=middle, low=low, high=high)

    def reached(self, value: str, pace: float) -> str:
        """The value reached and the pace."""
        return say(self.lang, "{value} ({signed} a year)", value=value, signed=signed_percent(pace))

    def grew(self, rate: float, year: int) -> str:
        """The last growth known."""
        return say(self.lang, "{signed} ({year})", signed=signed_percent(rate), year=year)

    def scenario_growth_caption(self, first: int, last: int) -> str:
        """Caption."""
        return say(self.lang, "Growth a year {first}–{last} under each scenario (median)", first=first, last=last)

    def of_region(self, region: str, series: str) -> str:
        """An indicator of a region around."""
        return say(self.lang, "{region}: {series}", region=region_text(region, self.lang), series=series)

    def learnt_from(self, years: int, own: bool) -> str:
        """How many years, and whose."""
        if own:
            return nsay(self.lang, "{count} year of its own", "{count} years of its own", years)
        return nsay(
            self.lang, "{count} year of the regions beside and around",
            "{count} years of the regions beside and around", years,
        )  # fmt: skip
