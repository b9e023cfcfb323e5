"""From figures in force and a posterior to the verdict on every target: figures first, then the declared set."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xtanalysis.data.dictionary import convert, indicators
from xtanalysis.model.paths import Paths, paths_of
from xtanalysis.model.posterior import Posterior
from xtanalysis.model.scenario import scenario_paths
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.plans import Plan, Target
from xtanalysis.statements.scenarios import Scenario
from xtanalysis.targets.alone import judge_alone
from xtanalysis.targets.book import Book
from xtanalysis.targets.curves import curve
from xtanalysis.targets.decide import Decision, decide
from xtanalysis.targets.declared import Calibre, declared_set, posteriors_under
from xtanalysis.targets.evaluate import answerable, held, met_on_draws, values_on_draws
from xtanalysis.targets.margins import first_year, margin_block, met_probability
from xtanalysis.targets.open_figures import calibre_is_open, missing_figures
from xtanalysis.targets.own_share import LEAST_SHARE, own_share
from xtanalysis.targets.owners import with_own_calibres
from xtanalysis.targets.progress import Assessment, assess
from xtanalysis.targets.quarters import months_ended
from xtanalysis.targets.scale import to_scale
from xtanalysis.targets.verdicts import (
    Basis,
    Verdict,
    guarded,
    is_robust,
    options_of,
    readings_of,
    statement_of,
    word_of,
)

__all__ = ["Judged", "Material", "has_scale", "judge", "judge_by_figures"]

Array = NDArray[np.float64]
Hits = dict[str, NDArray[np.bool_]]

BAND = (0.1, 0.5, 0.9)
AMOUNTS = ("level", "sum", "year_to_date_level")
DRAWS = 2000  # of the paths under each further prior, where there is no closed form


@dataclass(frozen=True, slots=True)
class Material:
    """One posterior's answer material (a :class:`xtanalysis.targets.margins.Projected`)."""

    region: str
    plan: Plan
    posterior: Posterior
    paths: Paths
    scenario: Scenario
    targets: tuple[Verdict, ...] = ()


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
    book = Book.of(with_own_calibres(facts, plan), as_of)
    chains = [chain.zh for chain in plan.chains]
    return tuple(
        _by_figures(target, name, read, assess(read, book, through or months_ended(as_of), chains), book)
        for target in plan.targets
        for name, options in readings_of(target)
        for read in (target.read(options),)
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
    material = [Material(region, plan, posterior, paths, scenario)]
    if priors:
        material += [_under(material[0], other, seed) for other in posteriors_under(posterior)[1:]]
    known = [s for s in with_own_calibres(facts, plan) if s.known_on(as_of)]
    verdicts: list[Verdict] = []
    hits: Hits = {}
    drafts = iter(judge_by_figures(plan, facts, as_of))
    for target in plan.targets:
        for name, _ in readings_of(target):
            draft = next(drafts)
            read = target.read(options_of(name))
            sized = has_scale(read, region, posterior.information.used)
            if draft.value is None or not sized or not _has_paths(target, name, paths):
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


def has_scale(target: Target, region: str, facts: Iterable[Statement]) -> bool:
    """Whether a figure says how large the region is: without one the model knows its growth, but no amount in yuan."""
    if target.measure not in AMOUNTS or indicators()[target.indicator].kind == "ratio":
        return True
    return any(s.region == region and s.tells_what_happened and s.measure in AMOUNTS for s in facts)


def _has_paths(target: Target, reading: str, paths: Paths) -> bool:
    read = target.read(dict(part.split(":") for part in reading.split(";") if part))
    inside = read.deadline.year <= paths.years[-1]
    return inside and answerable(read.indicator) and held(read.indicator, paths.states)


def _by_figures(target: Target, name: str, read: Target, a: Assessment, book: Book) -> Verdict:
    definition = read.relation if read.value is None else f"{read.relation} {read.value:g} {read.unit}"
    draft = Verdict(
        target=target.id,
        reading=name,
        verdict="not_judged",
        basis="no_figure",
        value=read.value,
        unit=read.unit,
        met_definition=definition,
        missing_figure=read.indicator,
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
            draft, verdict=word, basis="robust", probability=p, probability_low=p, probability_high=p, missing_figure=""
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
        missing_figure="",
        figures=decision.figures,
    )


def _by_model(material: Sequence[Material], target: Target, statement: Statement, draft: Verdict) -> Verdict:
    """The verdict where figures do not settle the target."""
    first = material[0]
    information = first.posterior.information
    open_ = calibre_is_open(information, first.region, target, statement)
    calibres = declared_set().calibres if open_ else declared_set().calibres[:1]
    weights = np.array([c.weight for c in calibres])
    table = [_probabilities(one, statement, calibres) for one in material]
    found = table[0][0] @ weights / weights.sum()
    every = np.concatenate([probabilities for probabilities, _ in table])
    word, close = word_of(float(found), table[0][1])
    low, high = min(float(every.min()), found), max(float(every.max()), found)
    basis: Basis = "robust" if is_robust(word, low, high) else "conditional"
    if own_share(first.posterior, statement, first_year(first)) < LEAST_SHARE:
        basis, word = "prior_only", guarded(word)
    draft = dataclasses.replace(
        draft,
        verdict=word,
        basis=basis,
        probability=float(found),
        probability_low=low,
        probability_high=high,
        missing_figure="|".join(missing_figures(information, first.region, target, statement)),
        close=close,
    )
    return _with_hinge(first, draft, spread_calibre=open_)


def _with_hinge(material: Material, draft: Verdict, *, spread_calibre: bool) -> Verdict:
    """What the word hangs on: a base or the way so far, if it turns within its band, else the asked quantity itself."""
    found = curve(material, draft, spread_calibre=spread_calibre)
    if found is not None and found.needed is not None and found.low <= found.needed <= found.high:
        return dataclasses.replace(
            draft,
            hinge=found.indicator,
            hinge_year=found.year,
            hinge_unit=found.unit,
            hinge_threshold=found.needed,
            hinge_low=found.low,
            hinge_high=found.high,
        )
    if draft.basis == "robust":
        return draft
    statement = statement_of(material.plan.target(draft.target), draft.reading, material.region)
    threshold, low, high = (_in_all(statement, value) for value in (draft.value, draft.low, draft.high))
    return dataclasses.replace(
        draft,
        hinge=statement.indicator,
        hinge_year=statement.period.year,
        hinge_unit=statement.unit,
        hinge_threshold=threshold,
        hinge_low=low,
        hinge_high=high,
    )


def _in_all(statement: Statement, value: float | None) -> float | None:
    """An average growth as the change over all its years; anything else as it is."""
    if value is None or statement.measure != "average_growth" or statement.base_period is None:
        return value
    years = statement.period.year - statement.base_period.year
    growth = convert(value, statement.unit, "fraction")
    return convert(math.expm1(years * math.log1p(growth)), "fraction", statement.unit)


def _probabilities(material: Material, statement: Statement, calibres: Sequence[Calibre]) -> tuple[Array, float]:
    """P(met) under each calibre, shape (calibres,), and its Monte Carlo standard error (0 in closed form)."""
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
    values = values_on_draws(statement, material.paths)
    out = []
    for shift, sd in (calibre.offset(statement) for calibre in calibres):
        if shift == 0.0 and sd == 0.0:
            out.append(float(met_on_draws(statement, values).mean()))
            continue
        logs = to_scale(statement, values) + shift
        threshold = float(to_scale(statement, np.array([statement.value]))[0])
        high = None if statement.value_high is None else float(to_scale(statement, np.array([statement.value_high]))[0])
        out.append(float(met_probability(statement, logs, np.full(logs.shape, max(sd, 1e-9)), threshold, high).mean()))
    error = math.sqrt(max(out[0] * (1.0 - out[0]), 0.0) / values.size)
    return np.array(out), error


def _under(first: Material, posterior: Posterior, seed: int) -> Material:
    """The same questions to the posterior under other priors, on draws of its own, which its scenarios share."""
    key = ("judged on", seed)
    if key not in posterior.kept:
        drawn = posterior.draw(DRAWS, seed)
        posterior.kept[key] = drawn, paths_of(posterior.layout, first.region, "", drawn.values)
    drawn, baseline = posterior.kept[key]
    paths = scenario_paths(posterior, drawn, baseline, first.scenario).paths
    return Material(first.region, first.plan, posterior, paths, first.scenario)
