"""From figures in force and a posterior to the verdict on every target: figures first, then the declared set."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xtanalysis.data.dictionary import convert, indicators
from xtanalysis.model.exactness import LEAST_EFFECTIVE
from xtanalysis.model.paths import Paths, held
from xtanalysis.model.posterior import Posterior
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.plans import Plan, Target
from xtanalysis.statements.scenarios import Scenario
from xtanalysis.targets.alone import judge_alone
from xtanalysis.targets.book import Book
from xtanalysis.targets.curves import calibres_of, hinge
from xtanalysis.targets.declared import Calibre, posteriors_under, read_in_force
from xtanalysis.targets.evaluate import answerable, met_on_draws, values_on_draws
from xtanalysis.targets.margins import Projected, first_year, margin_block, met_probability, offset_probability
from xtanalysis.targets.material import Material, Restated
from xtanalysis.targets.open_figures import missing_figures, wanted
from xtanalysis.targets.own_share import LEAST_SHARE, own_share
from xtanalysis.targets.owners import with_own_calibres
from xtanalysis.targets.progress import assess, decide
from xtanalysis.targets.quarters import months_ended
from xtanalysis.targets.releases import Release, as_released, settled_by
from xtanalysis.targets.scale import to_scale
from xtanalysis.targets.schedule import Assessment, Decision
from xtanalysis.targets.verdicts import (
    Basis,
    Verdict,
    guarded,
    is_robust,
    readings_of,
    statement_of,
    word_of,
)

__all__ = ["Judged", "has_scale", "judge", "judge_by_figures"]

Array = NDArray[np.float64]
Hits = dict[str, NDArray[np.bool_]]

BAND = (0.1, 0.5, 0.9)
FIXED = 1e-9  # of a number: a band narrower than that is none
REVISED: tuple[Release, ...] = ("annual", "preliminary", "estimate")  # the latest first
NOTHING_MISSING: dict[str, Any] = {"missing_figure": "", "missing_year": None, "missing_since": None}
AMOUNTS = ("level", "sum", "year_to_date_level")


@dataclass(frozen=True, slots=True)
class Judged:
    """Verdicts in the plan's order, every target under every reading, and the draws that meet each.

    Attributes
    ----------
    hits
        By ``target`` or ``target|reading``, for every target that has paths; shape (N,) each.
    """

    verdicts: tuple[Verdict, ...]
    hits: Mapping[str, NDArray[np.bool_]]


def judge_by_figures(
    plan: Plan, facts: Iterable[Statement], as_of: dt.date, through: tuple[int, int] | None = None
) -> tuple[Verdict, ...]:
    """Verdicts that need no model: what figures settle, and counts by the rate that they keep.

    Parameters
    ----------
    through
        Last month (year, month) that is looked at; the last that had ended by ``as_of`` unless told.
    """
    known = with_own_calibres(facts, plan)
    book = Book.of(known, as_of)
    until, chains = through or months_ended(as_of), [chain.zh for chain in plan.chains]
    drafts = [
        (read, _by_figures(target, name, read, assess(read, book, until, chains), book))
        for target in plan.targets
        for name, options in readings_of(target)
        for read in (target.read(options),)
    ]
    if not any(draft.decided for _, draft in drafts):
        return tuple(draft for _, draft in drafts)
    before = [(release, as_released(known, book, release)) for release in REVISED]
    return tuple(
        _before_revision(draft, read, before, until, chains) if draft.decided else draft for read, draft in drafts
    )


def judge(
    plan: Plan,
    region: str,
    facts: Sequence[Statement],
    as_of: dt.date,
    posterior: Posterior,
    paths: Paths,
    *,
    scenario: Scenario,
    seed: int = 8,
    priors: bool = True,
) -> Judged:
    """Judge every target of a plan under every reading.

    Parameters
    ----------
    facts
        Every statement that could be used; what was not known on ``as_of`` is left out.
    paths
        Draws of the posterior under the scenario.
    scenario, seed
        What moved the paths: the posteriors under other priors are moved alike.
    priors
        Range over the further priors of the declared set too; ``False`` saves their fits.
    """
    first = Material(region, plan, posterior, paths, scenario)
    others = posteriors_under(posterior)[1:] if priors else ()
    stated: list[Projected] = [first, *(Restated(region, plan, other, scenario, seed) for other in others)]
    alike = stated
    if (same := read_in_force(posterior)) is not posterior:
        others = posteriors_under(same) if priors else (same,)
        alike = [Restated(region, plan, other, scenario, seed) for other in others]
    material = list(zip(stated, alike, strict=True))
    known = [s for s in with_own_calibres(facts, plan) if s.known_on(as_of)]
    verdicts: list[Verdict] = []
    hits: Hits = {}
    drafts = iter(_by_figures_once(plan, facts, as_of, posterior))
    for target in plan.targets:
        for name, options in readings_of(target):
            draft, read = next(drafts), target.read(options)
            sized = has_scale(read, region, posterior.information.used)
            if draft.value is None or not sized or not _has_paths(read, paths):
                verdicts.append(judge_alone(draft, read, known, region, posterior.origin))
                continue
            statement = statement_of(target, name, region)
            values = values_on_draws(statement, paths)
            hit = met_on_draws(statement, values)
            if not draft.decided:
                low, median, high = (float(q) for q in np.quantile(values, BAND))
                draft = dataclasses.replace(draft, low=low, median=median, high=high)
                draft = _by_model(material, target, statement, draft)
            else:
                hit = np.full(hit.shape, draft.verdict == "met")
            verdicts.append(draft)
            hits[f"{target.id}|{name}" if name else target.id] = hit
    return Judged(tuple(verdicts), hits)


def _by_figures_once(
    plan: Plan, facts: Sequence[Statement], as_of: dt.date, posterior: Posterior
) -> tuple[Verdict, ...]:
    """What figures settle: the same under every scenario, so that a posterior keeps it for one plan and its facts."""
    asked = (plan, facts, as_of)
    held = posterior.kept.get("by figures")
    if held is None or any(a is not b for a, b in zip(held[0], asked, strict=True)):
        held = posterior.kept["by figures"] = asked, judge_by_figures(plan, facts, as_of)
    found: tuple[Verdict, ...] = held[1]
    return found


def has_scale(target: Target, region: str, facts: Iterable[Statement]) -> bool:
    """Whether a figure says how large the region is: without one the model knows its growth, but no amount in yuan."""
    if target.measure not in AMOUNTS or indicators()[target.indicator].kind == "ratio":
        return True
    return any(s.region == region and s.tells_what_happened and s.measure in AMOUNTS for s in facts)


def _has_paths(read: Target, paths: Paths) -> bool:
    inside = read.deadline.year <= paths.years[-1]
    return inside and answerable(read.indicator) and held(read.indicator, paths.states)


def _by_figures(target: Target, name: str, read: Target, a: Assessment, book: Book) -> Verdict:
    definition = read.relation if read.value is None else f"{read.relation} {read.value:g} {read.unit}"
    year, since = wanted(read, book.as_of.year - 1)
    draft = Verdict(
        target=target.id,
        reading=name,
        verdict="not_judged",
        basis="no_figure",
        value=read.value,
        unit=read.unit,
        met_definition=definition,
        missing_figure=read.indicator,
        missing_year=year,
        missing_since=since,
        data_owner=target.data_owner,
        figures=a.used,
    )
    decision = decide(read, book, a)
    if decision is not None:
        return _decided(draft, decision)
    if a.chance is not None:
        word, _ = word_of(a.chance)
        p = a.chance
        return dataclasses.replace(
            draft,
            verdict=word,
            basis="robust",
            probability=p,
            probability_low=p,
            probability_high=p,
            **NOTHING_MISSING,
        )
    return draft


def _before_revision(
    draft: Verdict,
    read: Target,
    before: Sequence[tuple[Release, Book]],
    through: tuple[int, int],
    chains: Sequence[str],
) -> Verdict:
    """A decided verdict with the last release before it that decided otherwise, if one did."""
    for release, book in before:
        earlier = decide(read, book, assess(read, book, through, chains))
        if earlier is not None and earlier.met != (draft.verdict == "met"):
            word = "met" if earlier.met else "missed"
            return dataclasses.replace(
                draft, earlier_release=release, earlier_verdict=word, earlier_value=earlier.value
            )
    return draft


def _decided(draft: Verdict, decision: Decision) -> Verdict:
    p, value = float(decision.met), decision.value
    return dataclasses.replace(
        draft,
        verdict="met" if decision.met else "missed",
        basis="published" if decision.settled else "reported",
        probability=p,
        probability_low=p,
        probability_high=p,
        low=value,
        median=value,
        high=value,
        **NOTHING_MISSING,
        figures=decision.figures,
        release=settled_by(decision.figures),
    )


def _by_model(
    material: Sequence[tuple[Projected, Projected]], target: Target, statement: Statement, draft: Verdict
) -> Verdict:
    """The verdict where figures do not settle the target.

    Parameters
    ----------
    material
        Under each prior: with figures as they state their calibre, and with those that do not read as in force.
    """
    first = material[0][0]
    information = first.posterior.information
    calibres = calibres_of(first, statement, target)
    weights = np.array([c.weight for c in calibres])
    table = [_under_calibres(*pair, statement, calibres) for pair in material]
    found = table[0][0] @ weights / weights.sum()
    every = np.concatenate([probabilities for probabilities, _ in table])
    word, close = word_of(float(found), table[0][1])
    low, high = min(float(every.min()), found), max(float(every.max()), found)
    basis: Basis = "robust" if is_robust(word, low, high) else "conditional"
    if not _fixed(draft) and own_share(first.posterior, statement, first_year(first)) < LEAST_SHARE:
        basis, word = "prior_only", guarded(word)
    draft = dataclasses.replace(
        draft,
        verdict=word,
        basis=basis,
        probability=float(found),
        probability_low=low,
        probability_high=high,
        close=close,
    )
    if not missing_figures(information, first.region, target, statement):
        draft = dataclasses.replace(draft, **NOTHING_MISSING)
    return _with_hinge(first, draft, [(c.id, p) for p, c in zip(table[0][0], calibres, strict=True)])


def _with_hinge(material: Projected, draft: Verdict, by_calibre: Sequence[tuple[str, float]]) -> Verdict:
    """What the word hangs on.

    That is a base, a factor or the way so far, if the word turns within its band; else the asked quantity itself, if
    the number asked lies within its band; else the calibre or the priors, whichever carry the range out of the word.
    """
    found = hinge(material, draft)
    needed = None if found is None else found.crossing(0.5)
    if found is not None and needed is not None and (band := found.band)[0] <= needed <= band[2]:
        return dataclasses.replace(
            draft,
            hinge_kind=found.kind,
            hinge=found.given.indicator,
            hinge_year=found.given.period.year,
            hinge_unit=found.given.unit,
            hinge_threshold=needed,
            hinge_low=band[0],
            hinge_high=band[2],
        )
    if draft.basis == "robust":
        return draft
    statement = statement_of(material.plan.target(draft.target), draft.reading, material.region)
    threshold, low, high = (_in_all(statement, value) for value in (draft.value, draft.low, draft.high))
    inside = threshold is not None and low is not None and high is not None and low <= threshold <= high
    inside = inside and not _fixed(draft)
    kind, member = ("result", "") if inside else _turning(draft, by_calibre)
    return dataclasses.replace(
        draft,
        hinge_kind=kind,
        hinge_member=member,
        hinge=statement.indicator,
        hinge_year=statement.period.year,
        hinge_unit=statement.unit,
        hinge_threshold=threshold,
        hinge_low=low,
        hinge_high=high,
    )


def _fixed(draft: Verdict) -> bool:
    """Whether the scenario fixes the asked quantity on every draw: then neither figures nor priors tell of it."""
    if draft.low is None or draft.high is None:
        return False
    return draft.high - draft.low <= FIXED * max(abs(draft.low), abs(draft.high))


def _turning(draft: Verdict, by_calibre: Sequence[tuple[str, float]]) -> tuple[str, str]:
    """Whether calibres or priors turn the word, and which calibre goes furthest from it."""
    assert draft.probability is not None
    turned = [(abs(p - draft.probability), name) for name, p in by_calibre if word_of(p)[0] != draft.verdict]
    return ("calibre", max(turned)[1]) if turned else ("prior", "")


def _in_all(statement: Statement, value: float | None) -> float | None:
    """An average growth as the change over all its years; anything else as it is."""
    if value is None or statement.measure != "average_growth" or statement.base_period is None:
        return value
    years = statement.period.year - statement.base_period.year
    growth = convert(value, statement.unit, "fraction")
    return convert(math.expm1(years * math.log1p(growth)), "fraction", statement.unit)


def _under_calibres(
    stated: Projected, read: Projected, statement: Statement, calibres: Sequence[Calibre]
) -> tuple[Array, float]:
    """:func:`_probabilities` of each calibre on the figures as it reads them; a calibre that is known reads none."""
    found, error = _probabilities(stated, statement, calibres)
    if read is stated or len(calibres) == 1:
        return found, error
    other, wider = _probabilities(read, statement, calibres)
    return np.where([c.figures == "in_force" for c in calibres], other, found), max(error, wider)


def _probabilities(material: Projected, statement: Statement, calibres: Sequence[Calibre]) -> tuple[Array, float]:
    """P(met) under each calibre, shape (calibres,), and its Monte Carlo standard error (0 in closed form).

    Draws are resampled: they tell as much as that share of so many which is effective at least.
    """
    block = margin_block(material)
    row, form = block.row(statement)
    if form.linear and not material.scenario.assumptions:
        mean = block.means @ row
        variance = np.einsum("cij,i,j->c", block.covariances, row, row)
        ends = (form.value, form.value_high)
        closed = [
            block.weights @ met_probability(statement, mean + shift, np.sqrt(variance + sd**2), *ends)
            for shift, sd in (calibre.offset(statement) for calibre in calibres)
        ]
        return np.array(closed), 0.0
    logs = to_scale(statement, values_on_draws(statement, material.paths))
    out = [offset_probability(statement, logs, *calibre.offset(statement)) for calibre in calibres]
    return np.array(out), math.sqrt(max(out[0] * (1.0 - out[0]), 0.0) / (LEAST_EFFECTIVE * logs.size))
