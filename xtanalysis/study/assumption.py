"""An assumption typed in Python, and how scenarios are named: by id, by file, or as assumptions."""

from __future__ import annotations

import datetime as dt
import math
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

from xtanalysis.data import dictionary
from xtanalysis.errors import BadInput, Problem
from xtanalysis.statements.grammar import READINGS, Measure, Period, Reading, Relation, Statement
from xtanalysis.statements.plans import Plan
from xtanalysis.statements.read import QuestionedFigure
from xtanalysis.statements.scenarios import Reason, Scenario, load_scenario, scenario_words, shipped_scenarios
from xtanalysis.statements.validate import faults
from xtanalysis.text import Language, bilingual, message, name_in, pmessage, say

__all__ = ["Assumption", "ScenarioLike", "reading_of", "scenario_of"]

MEASURES = {
    "growth": pmessage("assumed", "{name} growth"),
    "level": pmessage("assumed", "{name} level"),
    "share": pmessage("assumed", "{name} share"),
}
RELATIONS = {"at_least": message("at least {amount}"), "at_most": message("at most {amount}")}
YEARS = re.compile(r"^\s*(\d{4})\s*年?\s*(?:(?:\.\.|[-–—−－/至到~～])\s*(\d{4})\s*年?)?\s*$")
SMALL = {"growth": 0.2, "share": 1.0}  # below it a fraction may have been meant, %


@dataclass(frozen=True, slots=True, repr=False)
class Assumption:
    """One thing assumed about an indicator in some years; exactly one of growth, level and share is given.

    Parameters
    ----------
    indicator
        Any name or id. The growth of an aggregate is at constant prices, as bureaus publish it, unless its id is given.
    growth
        Growth in each of the years, %.
    level
        Level in each of the years, in ``unit``.
    share
        Share in each of the years, %.
    years
        One year (``2023``), a span with both ends (``"2022-2025"``), or the years one by one (``range(2022, 2026)``).
    unit
        Any name of the level's unit; the indicator's own unless told.
    relation
        ``equals`` · ``at_least`` (不低于, ≥) · ``at_most`` (不高于, ≤).
    region
        Any name; the study's own unless told.
    because
        Why; it stands on pages and in legends.

    Raises
    ------
    BadInput
        With every problem: unknown names (near ones are listed), no or several amounts, what is no number, years that
        are none or leave gaps, an unknown relation.

    Warns
    -----
    QuestionedFigure
        For a growth or share so small that a fraction may have been meant.

    Examples
    --------
    >>> Assumption("工业投资", growth=3, years="2022-2025", because="订单回落")
    Assumption(工业投资增速3%（2022–2025年）：订单回落)
    """

    indicator: str
    growth: float | None = field(default=None, kw_only=True)
    level: float | None = field(default=None, kw_only=True)
    share: float | None = field(default=None, kw_only=True)
    years: int | str | Sequence[int] = field(kw_only=True)
    unit: str | None = field(default=None, kw_only=True)
    relation: Relation = field(default="equals", kw_only=True)
    region: str | None = field(default=None, kw_only=True)
    because: str = field(default="", kw_only=True)

    def __post_init__(self) -> None:
        problems: list[Problem] = []
        names = (("indicator", dictionary.indicator), ("unit", dictionary.unit), ("region", dictionary.region))
        for column, find in names:
            name = getattr(self, column)
            try:
                _ = None if name is None else find(name)
            except BadInput as error:
                problems += [replace(p, column=column) for p in error.problems]
        if (count := sum(value is not None for value in self._amounts.values())) != 1:
            found, expected = message("{count} of them", count=count), message("one of growth=, level=, share=")
            problems.append(Problem(message("an assumption has one amount"), found=found, expected=expected))
        for column, amount in self._amounts.items():
            if amount is not None and not _is_number(amount):
                expected = message("a number, such as 3 for 3 %") if column != "level" else message("a number")
                what = message("this is not a number")
                problems.append(Problem(what, column=column, found=str(amount), expected=expected))
        if not self._span:
            expected = message('a year such as 2023 or a span such as "2022-2025", the first year first')
            what = message("these are not years")
            problems.append(Problem(what, column="years", found=str(self.years), expected=expected))
        text = str(self.relation)
        relation = dictionary.words("relation").get(dictionary.fold(text), text)
        if relation not in (allowed := ("equals", *RELATIONS)):
            what = message("unknown relation")
            problems.append(Problem(what, column="relation", found=text, expected=", ".join(allowed)))
        object.__setattr__(self, "relation", relation)
        if not problems:
            self._ask()
            first = self.statements(next(iter(dictionary.regions())))[0]
            problems = [Problem(what, None, None, c, got or None, want or None) for c, what, got, want in faults(first)]
        if problems:
            raise BadInput(problems)

    @property
    def _amounts(self) -> dict[Measure, float | None]:
        return {"growth": self.growth, "level": self.level, "share": self.share}

    @property
    def _span(self) -> range:
        """The years; empty if they are none, out of order, or leave gaps."""
        given: object = self.years
        if isinstance(given, str) or not isinstance(given, Sequence):
            match = YEARS.match(str(given).removesuffix(".0"))
            return range(0) if match is None else range(int(match[1]), int(match[2] or match[1]) + 1)
        listed = [int(year) for year in given if YEARS.match(str(year))]
        whole = range(listed[0], listed[-1] + 1) if len(listed) == len(given) > 0 else range(0)
        return whole if list(whole) == listed else range(0)

    def _ask(self) -> None:
        """Warn where a fraction seems to have been meant."""
        for name, least in SMALL.items():
            value = self._amounts[name]  # type: ignore[index]
            if value is not None and 0 < abs(float(value)) < least:
                told = message(
                    "{name}={value} is read as {value} %; write {meant:g} for {meant:g} %",
                    name=name,
                    value=value,
                    meant=100 * float(value),
                )
                warnings.warn(QuestionedFigure(told), stacklevel=4)

    def statements(self, region: str, name: str = "assumption") -> tuple[Statement, ...]:
        """One statement a year, about ``region`` where the assumption names none."""
        entry = dictionary.indicator(self.indicator)
        measure, value = next((m, v) for m, v in self._amounts.items() if v is not None)
        volume = measure == "growth" and entry.growth_of is not None and self.indicator != entry.id
        unit = "percent" if measure != "level" else dictionary.unit(self.unit).id if self.unit else entry.unit
        return tuple(
            Statement(
                id=f"{name}:{entry.id}:{year}",
                region=region if self.region is None else dictionary.region(self.region).id,
                indicator=str(entry.growth_of) if volume else entry.id,
                measure=measure,
                period=Period((year, 1), (year, 12)),
                relation=self.relation,
                value=float(value),
                unit=unit,
                role="assumption",
                condition="hard",
            )
            for year in self._span
        )

    def title(self, lang: Language) -> str:
        """What is assumed, in ``zh`` or ``en``, and why."""
        first = self.statements("")[0]
        entry, unit = dictionary.indicators()[first.indicator], dictionary.units()[first.unit]
        number = f"{first.value:.10g}"
        amount = bilingual(f"{number} {unit.en}", f"{number}{unit.zh}").told(lang)
        if self.relation in RELATIONS:
            amount = RELATIONS[self.relation].told(lang, amount=amount)
        what = MEASURES[first.measure].told(lang, name=name_in(entry, lang))
        span = f"{self._span[0]}" + (f"–{self._span[-1]}" if len(self._span) > 1 else "")
        said = say(lang, "{what} {amount} in {span}", what=what, amount=amount, span=span)
        return say(lang, "{said}: {why}", said=said, why=self.because) if self.because else said

    def __str__(self) -> str:
        return self.title("zh")

    def __repr__(self) -> str:
        return f"Assumption({self})"


def _is_number(value: object) -> bool:
    try:
        return math.isfinite(float(value))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False


ScenarioLike = str | Path | Scenario | Assumption | Sequence[Assumption]
"""A scenario as users name it: a shipped one's id, a YAML file, a loaded one, or assumptions typed in."""


def reading_of(reading: str) -> Reading:
    """A reading by its English or Chinese word.

    Raises
    ------
    BadInput
        For any other word.
    """
    text = str(reading)
    found = dictionary.words("reading").get(dictionary.fold(text), text)
    if found not in READINGS:
        what, expected = message("unknown reading"), ", ".join(READINGS)
        raise BadInput(Problem(what, column="reading", found=text, expected=expected))
    return cast(Reading, found)


def _shipped_id(given: str | Path) -> str | Path:
    """The id of a shipped scenario by its id or title, whatever its case; anything else as it is."""
    name = dictionary.fold(str(given)).removesuffix("情景")
    for one in shipped_scenarios():
        if name in (dictionary.fold(text).removesuffix("情景") for text in (one, *scenario_words(one)[0])):
            return one
    return given


def scenario_of(given: ScenarioLike, *, region: str, as_of: dt.date, to: int, plan: Plan) -> Scenario:
    """Return a scenario for a region and day, however it is named.

    Raises
    ------
    BadInput
        With every problem of the file, or if there is none.
    """
    if isinstance(given, Scenario):
        return given
    if isinstance(given, str | Path):
        return load_scenario(_shipped_id(given), region=region, as_of=as_of, to=to, plan=plan)
    several: object = given
    assumed = (given,) if isinstance(given, Assumption) else tuple(given) if isinstance(several, Sequence) else ()
    if not assumed or not all(isinstance(one, Assumption) for one in assumed):
        what, expected = message("not a scenario"), message("an id, a YAML file, or one or several Assumptions")
        raise BadInput(Problem(what, column="scenario", found=str(several)[:80], expected=expected))
    made = [(a, s) for i, a in enumerate(assumed, 1) for s in a.statements(region, f"own:{i}") if s.period.year <= to]
    return Scenario(
        id="own",
        zh=say("zh", "; ").join(a.title("zh") for a in assumed),
        en="; ".join(a.title("en") for a in assumed),
        reason_zh=say("zh", "; ").join(a.because for a in assumed if a.because),
        reason_en="; ".join(a.because for a in assumed if a.because),
        source=None,
        update="none",
        counterfactual=False,
        assumptions=tuple(s for _, s in made),
        reasons={s.id: Reason(a.because, a.because, None) for a, s in made},
    )
