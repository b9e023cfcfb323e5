"""What a scenario's name promises, held against what it does: a green one that uses more energy is flagged."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from xtanalysis.data.dictionary import indicators
from xtanalysis.data.paths import PACKAGE
from xtanalysis.data.tables import many, table_rows
from xtanalysis.model.paths import Paths, held
from xtanalysis.statements.scenarios import Scenario
from xtanalysis.text import Message, bilingual, message

__all__ = ["broken_promises"]


@dataclass(frozen=True, slots=True)
class _Promise:
    words: tuple[str, ...]
    indicator: str
    lower: bool


@cache
def _promises() -> tuple[_Promise, ...]:
    rows = table_rows(PACKAGE / "data" / "scenario_words.csv")
    return tuple(_Promise(many(row["words"]), row["indicator"], row["direction"] == "lower") for row in rows)


def broken_promises(scenario: Scenario, baseline: Paths, paths: Paths) -> tuple[Message, ...]:
    """One note for each thing that the scenario's name says and the median path of the last year contradicts.

    The words are those of scenario_words.csv; a scenario without assumptions promises nothing.
    """
    if not scenario.assumptions:
        return ()
    name, last, out = f"{scenario.id} {scenario.zh} {scenario.en}".lower(), int(baseline.years[-1]), []
    for promise in _promises():
        said = next((word for word in promise.words if word in name), None)
        if said is None or not held(promise.indicator, baseline.states):
            continue
        ratio = float(np.median(paths.at(promise.indicator, last) / baseline.at(promise.indicator, last)))
        if (ratio < 1.0) if promise.lower else (ratio > 1.0):
            continue
        entry, change = indicators()[promise.indicator], 100.0 * (ratio - 1.0)
        told = (
            message("The name says “{said}”, yet {name} in {year} is not lower than in the baseline ({change}).")
            if promise.lower
            else message("The name says “{said}”, yet {name} in {year} is not higher than in the baseline ({change}).")
        )
        series, far = bilingual(entry.en, entry.zh), bilingual(f"{change:+.1f} %", f"{change:+.1f}%")
        out.append(told.filled(said=said, year=last, name=series, change=far))
    return tuple(out)
