"""Sentences of the pages: the conclusion first, then what it rests on; figures with period and definition."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from xtanalysis.data.dictionary import regions
from xtanalysis.model.priors import LearntFrom
from xtanalysis.report.wording.scenarios import OfScenarios
from xtanalysis.statements.scenarios import Scenario
from xtanalysis.targets.numbers import day_text, number_text, rounded_amount, rounded_text, told_amount
from xtanalysis.text import bilingual, listed, message, name_in, pmessage, psay, say, sentences

__all__ = ["Words"]

SETTLES = 0.985  # share of uncertainty removed from which a figure settles


KINDS = "市州省盟"


def _here(region: str) -> str:
    """What a page in Chinese calls its own region: 本市, 本省, 本地区."""
    kind = region[-1]
    return psay("zh", "a region", "this {kind}", kind=kind) if kind in KINDS else psay("zh", "a region", "this region")


class Words(OfScenarios):
    """All that the pages say, in a language."""

    def chart_title(self, name: str, scale: str) -> str:
        """Title of a chart."""
        return say(self.lang, "{name}: {scales}", name=name, scales=self.SCALES[scale])

    def scale_unit(self, scale: str) -> str:
        """Unit of the vertical axis."""
        return self.SCALE_UNITS[scale]

    def scenario_title(self, scenario: Scenario) -> str:
        """A scenario's title."""
        return name_in(scenario, self.lang)

    def page_title(self, region: str, scenario: str) -> str:
        """Title of the page."""
        return say(
            self.lang, "{region}: will the industrial targets be met? {scenario}", region=region, scenario=scenario
        )

    def lead(self, as_of: dt.date, newest: str, region: str) -> str:
        """The caution under the title."""
        return say(
            self.lang,
            "Newest figures of {place}: {newest}; known by {day}. Results of a model, not official statistics.",
            place=bilingual(regions()[region].en, _here(region)),
            newest=newest,
            day=day_text(as_of, self.lang),
        )

    def newest(self, when: str, published: dt.date | None) -> str:
        """The newest period and the month in which it came out."""
        if published is None:
            return when
        return say(self.lang, "{when} ({published:%B %Y})", when=when, published=published)

    def counts(self, total: int, by_category: Mapping[str, int]) -> str:
        """First sentence: the targets by where they stand."""
        kinds = {
            "done": message("{count} met"), "missed": message("{count} missed"),
            "likely": message("{count} on course or likely"), "unsure": message("{count} uncertain"),
            "unlikely": message("{count} doubtful or unlikely"), "awaiting": message("{count} awaiting figures"),
        }  # fmt: skip
        always = ("done", "missed")
        parts = [
            kind.told(self.lang, count=by_category.get(name, 0))
            for name, kind in kinds.items()
            if name in always or by_category.get(name)
        ]
        told = psay(self.lang, "between clauses", ", ").join(parts)
        return say(self.lang, "Of the document's {total} targets: {told}.", total=total, told=told)

    def because(self, reason: str) -> str:
        """A reason, behind what it is the reason of."""
        stop = say("zh", "{sentence}.", sentence="")
        return say(self.lang, ". {reason}", reason=bilingual(reason, reason.rstrip(stop)))

    def foot(self, statements: int, effective: float) -> dict[str, str]:
        """Rows of the page's foot."""
        return {
            say(self.lang, "Statements used"): psay(self.lang, "statements", "{count}", count=statements),
            say(self.lang, "Effective hyperparameter cells"): f"{effective:.0f}",
        }

    def missing(self, what: str, owner: str) -> str:
        """The missing figure and who has it."""
        return say(self.lang, "{what}; {owner}", what=what, owner=owner)

    def lacking(self, what: str) -> str:
        """The missing figure."""
        return say(self.lang, "missing: {what}", what=what)

    def growth_so_far(self, base: int, last: int, change: float, average: float) -> str:
        """Growth since the base."""
        far, rate = (number_text(abs(100 * size), self.lang) for size in (change, average))
        if last == (first := base + 1):
            told = message("it grew by {far}% in {year}") if change >= 0 else message("it fell by {far}% in {year}")
            return told.told(self.lang, far=far, year=last)
        told = (
            message("it grew by {far}% in {first}–{last} in all, {rate}% a year")
            if change >= 0
            else message("it fell by {far}% in {first}–{last} in all, {rate}% a year")
        )
        return told.told(self.lang, far=far, first=first, last=last, rate=rate)

    def still_needed(self, first: int, last: int, rate: float) -> str:
        """Growth that the remaining years need."""
        size = number_text(abs(100 * rate), self.lang)
        if first == last:
            told = (
                message("even a fall of {size}% in {year} would still meet it")
                if rate <= 0
                else message("{year} must bring {size}%")
            )
            return told.told(self.lang, size=size, year=first)
        told = (
            message("even a fall of {size}% a year in {first}–{last} would still meet it")
            if rate <= 0
            else message("{first}–{last} must bring {size}% a year")
        )
        return told.told(self.lang, size=size, first=first, last=last)

    def aside(self, text: str, told: str) -> str:
        """A remark after a text."""
        return say(self.lang, "{text} ({told})", text=text, told=told)

    def counted_as(self, calibre: str) -> str:
        """What a figure covers."""
        return say(self.lang, "coverage: {calibre}", calibre=bilingual(f"{calibre[:1].lower()}{calibre[1:]}", calibre))

    def overall(self, name: str, ask: str, said: str, grounds: Sequence[str]) -> str:
        """One line of the overall judgement: the conclusion, then its grounds."""
        tail = self.SEMICOLON.join(part for part in grounds if part)
        opening = bilingual(f"{name[:1].upper()}{name[1:]}", name)
        told = [say(self.lang, "<strong>{name} ({ask}): {said}.</strong>", name=opening, ask=ask, said=said)]
        if tail:
            told.append(say(self.lang, "{sentence}.", sentence=bilingual(f"{tail[:1].upper()}{tail[1:]}", tail)))
        return sentences(told, self.lang)

    def band(self, median: float, low: float, high: float, unit: str, changes: bool) -> str:
        """The forecast band."""
        middle, low_, high_ = (told_amount(value, unit, self.lang, changes=changes) for value in (median, low, high))
        told = message("the model's median is {middle}, with 80% between {low} and {high}")
        if changes:
            told = pmessage("a change", "the model's median is {middle}, with 80% between {low} and {high}")
        return told.told(self.lang, middle=middle, low=low_, high=high_)

    def joint(
        self, names: Sequence[str], all_met: float, product: float, tilt: float | None,
        at_least: Sequence[tuple[int, float]],
    ) -> str:  # fmt: skip
        """Several targets at once; without ``tilt``, nothing on how they depend on one another."""
        several = message("at least {count} met: about {chance}%")
        parts = [several.told(self.lang, count=k, chance=number_text(100 * p, self.lang, 0)) for k, p in at_least]
        more = psay(self.lang, "of chances", "; ").join(parts)
        more = bilingual(f"{more[:1].upper()}{more[1:]}", more)
        told: dict[str, object] = {"count": len(names), "names": listed(names), "more": more}
        chance = number_text(100 * all_met, self.lang, 0)
        if tilt is None:
            few = message("All {count} that can be computed ({names}) are met together with at most {chance}%. {more}.")
            many = message(
                "All {count} that can be computed ({names}) are met together with at least {chance}%. {more}."
            )
            return (few if all_met < 0.5 else many).told(self.lang, chance=chance, **told)
        how = message("they move together") if tilt > 0 else message("they pull apart")
        how = how if abs(tilt) > 0.005 else message("they hardly depend on one another")
        return say(
            self.lang,
            "All {count} that can be computed ({names}) are met together with about {chance}%; independent, it would "
            "be {product}%, so {how}. {more}.",
            chance=chance,
            product=number_text(100 * product, self.lang, 0),
            how=how,
            **told,
        )

    def ask_one(self, rank_: int, what: str, target: str, removed: float, owner: str) -> str:
        """One figure to ask for."""
        part = message(
            "removes {share}% of the uncertainty about “{target}”",
            share=number_text(100 * removed, self.lang, 0),
            target=target,
        )
        gain = message("settles “{target}”", target=target) if removed >= SETTLES else part
        return say(
            self.lang, "{rank}. <strong>{what}</strong>, from {owner}: {gain}.",
            rank=rank_, what=what, owner=owner, gain=gain,
        )  # fmt: skip

    def front_title(self, region: str) -> str:
        """Title of the front page."""
        return say(self.lang, "{region}: will the industrial targets be met?", region=region)

    def evidence_title_of(self, base: int, year: int) -> str:
        """Title of the chart."""
        return say(
            self.lang,
            "Growth {base}–{year}: how much of the uncertainty each kind of figure removes",
            base=base + 1,
            year=year,
        )

    def against(self, kind: str, year: int, since: int | None) -> str:
        """The horizontal axis of a curve."""
        if kind == "cumulative_change" and since is not None:
            if since + 1 == year:
                return say(self.lang, "change in {year}", year=year)
            return say(self.lang, "change in all, {first}–{year}", first=since + 1, year=year)
        if kind == "share":
            return say(self.lang, "share in {year}", year=year)
        return say(self.lang, "actual level in {year}", year=year)

    def even(self, value: float) -> str:
        """Where it breaks even."""
        return say(self.lang, "break-even {number}", number=rounded_text(value, self.lang))

    def turns(self, name: str, what: str, needed: float, low: float, high: float, unit: str, below: bool) -> str:
        """A target that turns on one number alone."""
        told = (
            message(
                "{name}: met if the {what} is at most {needed}; the evidence puts it between {low} and {high} "
                "(80% band)."
            )
            if below
            else message(
                "{name}: met if the {what} is at least {needed}; the evidence puts it between {low} and {high} "
                "(80% band)."
            )
        )
        needed_, low_, high_ = (rounded_amount(value, unit, self.lang) for value in (needed, low, high))
        return told.told(self.lang, name=name, what=what, needed=needed_, low=low_, high=high_)

    def poor_case(self, name: str, value: float, unit: str, above: bool, changes: bool) -> str:
        """The poor tenth."""
        size = rounded_amount(abs(value) if changes else value, unit, self.lang)
        full = told_amount(value, unit, self.lang, changes=changes)
        far = size if changes and value < 0 else bilingual(full, size)
        if not changes:
            told = (
                message("{name}: one chance in ten of more than {far}.")
                if above
                else message("{name}: one chance in ten of less than {far}.")
            )
        elif above:
            told = (
                pmessage("a rise", "{name}: one chance in ten of more than {far}.")
                if value >= 0
                else message("{name}: one chance in ten of falling by less than {far}.")
            )
        else:
            told = (
                pmessage("a rise", "{name}: one chance in ten of less than {far}.")
                if value >= 0
                else message("{name}: one chance in ten of falling by more than {far}.")
            )
        return told.told(self.lang, name=name, far=far)

    def worst_scenario(self, name: str, scenario: str, said: str) -> str:
        """The worst of the scenarios."""
        return say(
            self.lang,
            "{name}: lowest under {scenario}, {said}.",
            name=name,
            scenario=bilingual(scenario.lower(), scenario),
            said=said,
        )

    def doubted(self, figure_: str, weight: float) -> str:
        """A figure out of line with the others."""
        return say(
            self.lang,
            "{figure}: out of line with the other figures, used at {weight}% of its weight; check it.",
            figure=figure_,
            weight=number_text(100 * weight, self.lang, 0),
        )

    def windows(self, n: int) -> str:
        """How much history there is."""
        return say(
            self.lang,
            "There are only {n} separate five-year spans since 2000, so no five-year forecast can be very "
            "sure; probabilities are rounded to 5 points.",
            n=n,
        )

    def priors_from(self, found: LearntFrom) -> str:
        """Where the priors come from; a municipality is the one city of its province."""
        if found.own > 1:
            own = message("{count} of them in this province", count=found.own)
        else:
            own = message("this city among them") if found.own else message("none of them in this province")
        industry = (
            message("{count} cities of this province", count=found.industry)
            if found.at_home
            else message("{count} cities of another province", count=found.industry)
        )
        panel = message(
            "figures of {cities} cities of {provinces} provinces in {first} to {last}",
            cities=found.cities, provinces=found.provinces, first=found.first, last=found.last,
        )  # fmt: skip
        learnt = (
            message("figures of {count} cities of this province (beside {panel})", count=found.own, panel=panel)
            if found.alone
            else message("{panel} ({own})", panel=panel, own=own)
        )
        return say(
            self.lang,
            "Priors: how much growth swings, and together, is estimated from {learnt}; for above-scale value added and "
            "investment only {industry} could be used, for energy and long-run growth national figures and the "
            "literature. The more figures of its own a region has, the less priors matter.",
            learnt=learnt,
            industry=industry,
        )

    def span(self, low: str, high: str) -> str:
        """A band."""
        return say(self.lang, "{low} to {high}", low=low, high=high)
