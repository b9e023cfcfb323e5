"""An assumption typed in Python, and how scenarios are named: by id, by file, or as assumptions."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from xtanalysis.data import dictionary
from xtanalysis.errors import BadInput, Problem
from xtanalysis.statements.grammar import Measure, Period, Relation, Statement
from xtanalysis.statements.plans import Plan
from xtanalysis.statements.scenarios import Reason, Scenario, load_scenario
from xtanalysis.statements.validate import faults

__all__ = ["Assumption", "ScenarioLike", "scenario_of"]

MEASURES = {"growth": ("增速", "growth"), "level": ("", "level"), "share": ("", "share")}
RELATIONS = {"at_least": ("不低于", "at least "), "at_most": ("不高于", "at most ")}
YEARS = re.compile(r"^\s*(\d{4})\s*(?:[-–—/至到~]\s*(\d{4}))?\s*年?\s*$")


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
        One year (``2023``), or a span with both ends (``"2022-2025"``).
    unit
        Any name of the level's unit; the indicator's own unless told.
    relation
        ``equals`` · ``at_least`` · ``at_most``.
    region
        Any name; the study's own unless told.
    because
        Why; it stands on pages and in legends.

    Raises
    ------
    BadInput
        With every problem: unknown names (near ones are listed), no or several amounts, years that are none.

    Examples
    --------
    >>> Assumption("工业投资", growth=3, years="2022-2025", because="订单回落")
    Assumption(工业投资增速3%（2022–2025年）：订单回落)
    """

    indicator: str
    growth: float | None = field(default=None, kw_only=True)
    level: float | None = field(default=None, kw_only=True)
    share: float | None = field(default=None, kw_only=True)
    years: int | str = field(kw_only=True)
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
            found, expected = f"{count} of them", "one of growth=, level=, share="
            problems.append(Problem("an assumption has one amount", found=found, expected=expected))
        match = YEARS.match(str(self.years))
        if match is None or (match[2] or match[1]) < match[1]:
            expected = 'a year such as 2023 or a span such as "2022-2025"'
            problems.append(Problem("these are not years", column="years", found=str(self.years), expected=expected))
        if not problems:
            first = self.statements(next(iter(dictionary.regions())))[0]
            problems = [Problem(what, None, None, c, got or None, want or None) for c, what, got, want in faults(first)]
        if problems:
            raise BadInput(problems)

    @property
    def _amounts(self) -> dict[Measure, float | None]:
        return {"growth": self.growth, "level": self.level, "share": self.share}

    @property
    def _span(self) -> range:
        match = YEARS.match(str(self.years))
        assert match is not None
        return range(int(match[1]), int(match[2] or match[1]) + 1)

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

    def title(self, lang: str) -> str:
        """What is assumed, in ``zh`` or ``en``, and why."""
        first, zh = self.statements("")[0], lang == "zh"
        entry, unit = dictionary.indicators()[first.indicator], dictionary.units()[first.unit]
        measure = MEASURES[first.measure][0 if zh else 1]
        relation = RELATIONS.get(self.relation, ("", ""))[0 if zh else 1]
        span = f"{self._span[0]}" + (f"–{self._span[-1]}" if len(self._span) > 1 else "")
        if zh:
            said = f"{entry.zh}{measure}{relation}{first.value:g}{unit.zh}（{span}年）"
            return f"{said}：{self.because}" if self.because else said
        said = f"{entry.en} {measure} {relation}{first.value:g} {unit.en} in {span}"
        return f"{said}: {self.because}" if self.because else said

    def __str__(self) -> str:
        return self.title("zh")

    def __repr__(self) -> str:
        return f"Assumption({self})"


ScenarioLike = str | Path | Scenario | Assumption | Sequence[Assumption]
"""A scenario as users name it: a shipped one's id, a YAML file, a loaded one, or assumptions typed in."""


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
        return load_scenario(given, region=region, as_of=as_of, to=to, plan=plan)
    assumed = (given,) if isinstance(given, Assumption) else tuple(given)
    made = [(a, s) for i, a in enumerate(assumed, 1) for s in a.statements(region, f"own:{i}") if s.period.year <= to]
    return Scenario(
        id="own",
        zh="；".join(a.title("zh") for a in assumed),
        en="; ".join(a.title("en") for a in assumed),
        reason_zh="；".join(a.because for a in assumed if a.because),
        reason_en="; ".join(a.because for a in assumed if a.because),
        source=None,
        update="none",
        counterfactual=False,
        assumptions=tuple(s for _, s in made),
        reasons={s.id: Reason(a.because, a.because, None) for a, s in made},
    )
