"""What an owner's own figures changed: what was expected before each, the verdicts that moved, and conflicts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xtanalysis.answers.project import ScenarioDraws, undisturbed_paths
from xtanalysis.data.dictionary import convert, indicators
from xtanalysis.model.basis import is_owner
from xtanalysis.model.exactness import exact_draws
from xtanalysis.model.impose import MEASURES, measured
from xtanalysis.model.nested import CONFLICT
from xtanalysis.model.paths import Paths, held
from xtanalysis.model.posterior import fit_posterior
from xtanalysis.model.select import information_set
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.linear import GROWTH_LIKE, base_year
from xtanalysis.statements.plans import Plan
from xtanalysis.statements.plausible import Expected
from xtanalysis.statements.request import FIRST_YEAR, lineage
from xtanalysis.targets.book import Book, suppressed
from xtanalysis.targets.evaluate import values_on_draws
from xtanalysis.targets.verdict_words import verdict_text
from xtanalysis.targets.verdicts import Verdict, options_of, statement_of
from xtanalysis.targets.words import asks, target_name
from xtanalysis.text import Language, message

__all__ = ["COLUMNS", "Change", "changes_frame", "changes_of", "expectations", "expected_of", "moved_words"]

Array = NDArray[np.float64]

BAND = (0.1, 0.5, 0.9)
BEARS = 0.05
"""Share of a target's variance, before any own figure, from which a figure counts as speaking of it."""
CELLS, DRAWS, SEED = 8, 1000, 8  # of the expectations of a file that is checked
SHARED = ("id", "region", "indicator", "measure", "period", "base_period", "value", "unit")
COLUMNS = (
    *SHARED, "expected_median", "expected_low", "expected_high", "target", "reading", "verdict_from", "verdict_to",
    "probability_from", "probability_to", "conflicts",
)  # fmt: skip
"""Of changes.csv (docs/contract.md)."""

_UNMOVED = {"target": "", "reading": "", "verdict_from": "", "verdict_to": ""}


@dataclass(frozen=True, slots=True)
class Change:
    """One figure of the owner's own, and what it did.

    Attributes
    ----------
    statement
        The figure.
    expected
        Median and 80 % band of the quantity in the figure's unit before any own figure was known, without the error of
        the figure itself; ``None`` where the paths do not hold it.
    moved
        (before, after) of each verdict whose word all own figures together changed and on which this one bears: it is
        among the figures that decide, speaks of the same indicator, or carries `BEARS` of the target's variance.
    conflicts
        Figures that say otherwise: a published one about the same thing, or a whole that this part exceeds.
    """

    statement: Statement
    expected: Expected | None
    moved: tuple[tuple[Verdict, Verdict], ...]
    conflicts: tuple[Statement, ...]


def expected_of(statement: Statement, paths: Paths) -> Expected | None:
    """Median and 80 % band of what a statement speaks of, in its unit; ``None`` where the paths do not hold it."""
    values = _values(statement, paths)
    if values is None:
        return None
    low, median, high = (float(q) for q in np.quantile(values, BAND))
    return Expected(median, low, high, statement.unit)


def changes_of(
    before: ScenarioDraws, after: ScenarioDraws, own: Sequence[Statement], facts: Iterable[Statement]
) -> tuple[Change, ...]:
    """What a user's own figures changed, one entry a figure, in their order.

    Parameters
    ----------
    before, after
        One scenario, seed and number of draws without any of these figures, and with all of them.
    own
        The figures.
    facts
        Every statement that could be used, with which they may be at odds; the own ones among them.
    """
    if not own:
        return ()
    paths = undisturbed_paths(before.posterior, before.drawn)
    moved = [
        (old, new) for old, new in zip(before.targets, after.targets, strict=True) if old.verdict != new.verdict
    ]  # one plan, so one order
    bearing = [{s.id for s in own if _bears(s, old, new, after, paths)} for old, new in moved]
    contrary = _conflicts(after, list(facts))
    return tuple(
        Change(
            s,
            expected_of(s, paths),
            # What no single figure bears on, all of them did together.
            tuple(pair for pair, ids in zip(moved, bearing, strict=True) if s.id in ids or not ids),
            contrary.get(s.id, ()),
        )
        for s in own
    )


def changes_frame(changes: Iterable[Change]) -> pd.DataFrame:
    """One row a figure and verdict that it moved, columns `COLUMNS`; a figure that moved none has one row.

    Expectations and values are in ``unit``; conflicts are ids joined by ``|``. An amount that rests on fewer than three
    firms is left blank.
    """
    rows = []
    for change in changes:
        s, e = change.statement, change.expected
        shared = {name: getattr(s, name) for name in SHARED}
        if suppressed(s):
            shared["value"] = None
        shared |= {"period": str(s.period), "base_period": str(s.base_period) if s.base_period else ""}
        band = {f"expected_{end}": None if e is None else getattr(e, end) for end in ("median", "low", "high")}
        told = {"conflicts": "|".join(other.id for other in change.conflicts)}
        rows += [shared | band | told | _moved(old, new) for old, new in change.moved] or [
            shared | band | told | _UNMOVED
        ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def moved_words(changes: Iterable[Change], plan: Plan, lang: Language) -> list[str]:
    """One line a verdict whose word the own figures changed: target, what it asks, the verdict before and after."""
    moved = {(new.target, new.reading): (old, new) for change in changes for old, new in change.moved}
    lines = []
    for (name, reading), (old, new) in moved.items():
        target = plan.target(name)
        asked = asks(target.read(options_of(reading)), lang)
        before, after = verdict_text(old, lang, short=True), verdict_text(new, lang, short=True)
        told = message("{target}, {asked}: {before} → {after}")
        lines.append(told.told(lang, target=target_name(target, lang), asked=asked, before=before, after=after))
    return lines


def expectations(statements: Sequence[Statement], facts: Sequence[Statement], as_of: dt.date) -> list[Expected | None]:
    """What the joint model expects of figures that it has not seen, for `statements.plausible.questions_of_model`.

    One fit a region, of the states that its figures speak of only: a tenth of a second to two.

    Parameters
    ----------
    statements
        The figures. One that is not an owner's own, has no path, speaks of a later year than the day's, or is of a
        region about which ``facts`` are silent has no expectation.
    facts
        What is known without them.
    as_of
        Only facts published by this day count.
    """
    told = {s.region for s in facts if s.known_on(as_of)}
    asked: dict[str, list[int]] = {}
    for i, s in enumerate(statements):
        modelled = s.measure in MEASURES and indicators()[s.indicator].role in ("state", "derived")
        if is_owner(s) and modelled and s.region in told and s.period.year <= as_of.year:
            asked.setdefault(s.region, []).append(i)
    out: list[Expected | None] = [None] * len(statements)
    for region, mine in asked.items():
        around = lineage(region)
        information = information_set([s for s in facts if s.region in around], around, as_of)
        wanted = list(dict.fromkeys(statements[i].indicator for i in mine))
        posterior = fit_posterior(region, information, as_of.year, wanted=wanted, cells=CELLS)
        paths = undisturbed_paths(posterior, exact_draws(posterior, DRAWS, SEED))
        for i in mine:
            out[i] = expected_of(statements[i], paths)
    return out


def _values(statement: Statement, paths: Paths) -> Array | None:
    s = statement
    if s.region != paths.region or s.reference is not None or s.measure not in MEASURES:
        return None
    if not held(s.indicator, paths.states) or not (s.period.is_year or (s.measure == "sum" and s.period.is_span)):
        return None
    if s.measure == "growth":
        first = s.period.year - 1
    elif s.measure in GROWTH_LIKE:
        first = base_year(s)
    else:
        first = s.period.first_year
    if first < max(FIRST_YEAR, int(paths.years[0])) or s.period.year > paths.years[-1]:
        return None
    unit = "fraction" if s.measure in GROWTH_LIKE else indicators()[s.indicator].unit
    found = measured(s, paths.of(s.indicator), int(paths.years[0]))
    return np.asarray(convert(1.0, unit, s.unit) * found)


def _bears(s: Statement, old: Verdict, new: Verdict, after: ScenarioDraws, paths: Paths) -> bool:
    statement = statement_of(after.plan.target(new.target), new.reading, after.region)
    if s.region != after.region:
        return False
    if s.id in {figure.id for figure in new.figures} or s.indicator == statement.indicator:
        return True
    values = _values(s, paths)
    if values is None or old.median is None or statement.period.year > paths.years[-1]:
        return False
    target = values_on_draws(statement, paths)
    if min(values.std(), target.std()) < 1e-12 * max(1.0, abs(float(target.mean()))):
        return False
    return float(np.corrcoef(values, target)[0, 1]) ** 2 >= BEARS


def _conflicts(after: ScenarioDraws, facts: Sequence[Statement]) -> dict[str, tuple[Statement, ...]]:
    """Id of an own figure → those that say otherwise."""
    found: dict[str, list[Statement]] = {}
    for own, published in Book.of(facts, after.as_of).conflicts.items():
        found.setdefault(own, []).append(published)
    for s, reason in after.posterior.evidence.unusable:
        if reason.startswith(CONFLICT):
            wholes = [w for w in facts if reason.startswith(f"{CONFLICT}: {w.id},")]
            named = found.setdefault(s.id, [])
            named += [w for w in dict.fromkeys(wholes) if w not in named]
    return {name: tuple(others) for name, others in found.items()}


def _moved(old: Verdict, new: Verdict) -> dict[str, object]:
    return {
        "target": new.target, "reading": new.reading, "verdict_from": old.verdict, "verdict_to": new.verdict,
        "probability_from": old.probability, "probability_to": new.probability,
    }  # fmt: skip
