"""What the pages say of a scenario: its assumptions, how far it is from the baseline, how it is read."""

from __future__ import annotations

from collections.abc import Sequence

from xtanalysis.report.wording.front import Front
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.meaning import GROWTH
from xtanalysis.targets.numbers import given_amount, number_text, signed_percent
from xtanalysis.text import bilingual, in_language, message, pmessage, psay, say

__all__ = ["OfScenarios"]

_BESIDE_BASELINE = {
    "growth": pmessage("beside the baseline", "growth"),
    "average_growth": pmessage("beside the baseline", "average growth"),
    "cumulative_change": pmessage("beside the baseline", "change in all"),
}
"""What Chinese calls a measure beside the baseline's."""


class OfScenarios(Front):
    """Sentences about a scenario."""

    def assumption(self, years: tuple[int, int], statement: Statement, name: str) -> str:
        """One assumption, about one year or several in a row."""
        first, last = years
        when = (
            message("{first}", first=first)
            if first == last
            else message("each year from {first} to {last}", first=first, last=last)
        )
        measure, value = self.MEASURES[statement.measure], statement.value
        if statement.versus is not None:
            points = statement.measure in (*GROWTH, "share")
            size = number_text(abs(value), self.lang)
            far = message("{size} points", size=size) if points else message("{size} %", size=size)
            told = (
                message("{name}, {when}: {measure} {far} above the baseline's")
                if value >= 0
                else message("{name}, {when}: {measure} {far} below the baseline's")
            )
            noun = _BESIDE_BASELINE.get(statement.measure, "")
            said = bilingual(measure, in_language(noun, "zh"))
            return told.told(self.lang, name=name, when=when, measure=said, far=far)
        amount = bilingual(*(given_amount(size, statement.unit, self.lang) for size in (value, abs(value))))
        if statement.measure == "growth":
            verb = psay("zh", "a change", "rise") if value >= 0 else psay("zh", "a change", "fall")
            measure = bilingual(measure, verb).told(self.lang)
        else:
            amount = bilingual(amount, given_amount(value, statement.unit, self.lang))
        return say(
            self.lang, "{name}, {when}: {measure} {amount}", name=name, when=when, measure=measure, amount=amount
        )

    def plausibility(self, percentile: float) -> str:
        """How far a scenario is from the baseline."""
        if percentile < 0.5:
            how = message("close to the baseline")
        elif percentile < 0.9:
            how = message("away from the baseline, but ordinary")
        else:
            how = message("far from the baseline, and rare")
        return say(
            self.lang,
            "These assumptions are {how} (percentile {percentile:.0f} of the model's own distribution; the higher, the "
            "rarer).",
            how=how,
            percentile=100 * percentile,
        )

    def two_readings(self, name: str, observed: float, brought: float) -> str:
        """An indicator under both readings."""
        seen, done = signed_percent(observed), signed_percent(brought)
        return say(self.lang, "{name} {observed} and {brought}", name=name, observed=seen, brought=done)

    def readings_lead(self, year: int, told: Sequence[str]) -> str:
        """Indicators whose direction the reading decides."""
        return say(
            self.lang,
            "The two readings differ in direction ({year} against the baseline; first as an observation, then as an "
            "intervention): {told}.",
            year=year,
            told=psay(self.lang, "between clauses", ", ").join(told),
        )

    def implied_base(self, name: str, year: int, low: str, high: str, word: str, chance: str) -> str:
        """A target judged as if its level spoke of its base."""
        return say(
            self.lang,
            "{name}: base of {year} {low} to {high} (80%), {word} ({chance})",
            name=name,
            year=year,
            low=low,
            high=high,
            word=word,
            chance=chance,
        )

    def implied_lead(self, told: Sequence[str]) -> str:
        """规划倒推 beside the verdicts."""
        return say(
            self.lang,
            "Working back from the plan (no verdict above rests on it): if a level that is asked for speaks of its "
            "base through the growth that plans ask for, 9 ± 6 points a year, then {told}.",
            told=self.SEMICOLON.join(told),
        )

    def two_words(self, name: str, observed: str, brought: str) -> str:
        """A target's word under both readings."""
        return say(self.lang, "{name}: {observed}, {brought}", name=name, observed=observed, brought=brought)

    def words_lead(self, told: Sequence[str]) -> str:
        """Targets whose word the reading decides."""
        return say(
            self.lang, "The reading changes a verdict (first as an observation, then as an intervention): {told}.",
            told=self.SEMICOLON.join(told),
        )  # fmt: skip
