"""Words that the replay would have given, and what hiding a figure's calibre does to their probabilities.

Two things are asked of the questions that plans set (five years ahead, :mod:`xtanalysis.answers.questions`). Do targets
come true as often as the words on them say? And does a range over the declared set, made without knowing the calibre
of the scored figures, hold the probability that knowing it gives? For the second every level and growth of the
region's output and investment loses its calibre, not the scored one alone: harder than what is asked, and two fits,
for the declared set reads such figures in two ways.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xtanalysis.answers.backtest import AHEAD, CELLS, ORIGINS, Day, Rows, fit_at, tables_of_cases
from xtanalysis.answers.histories import History, histories
from xtanalysis.answers.questions import Event, Question, events_of, questions
from xtanalysis.answers.replay_laws import answers_of, linear_row
from xtanalysis.answers.scores import Mixture1D
from xtanalysis.data.shown import shown_names
from xtanalysis.model.posterior import Posterior
from xtanalysis.model.threads import one_thread
from xtanalysis.statements.grammar import Statement
from xtanalysis.targets.declared import Calibre, declared_set, posteriors_under, read_in_force
from xtanalysis.targets.own_share import LEAST_SHARE, own_shares
from xtanalysis.targets.verdicts import guarded, word_of

__all__ = ["HIDDEN", "WordReplay", "hide_calibres", "replay_verdicts"]

Array = NDArray[np.float64]

HIDDEN = shown_names("several_calibres")
"""Value added, output and investment: what is published on more than one calibre."""


@dataclass(frozen=True, slots=True)
class WordReplay:
    """What was said of every event, and what came.

    Attributes
    ----------
    words
        One row per quantity, indicator, region, origin and event: word, basis (``prior_only`` where the region's own
        figures carry under a tenth of the variance), probability, whether it happened, whether it is "at least".
    hidden
        One row per event about an indicator of ``HIDDEN``: the probability with the calibre known (full) and hidden,
        its range over the declared set (low, high), climatology's in real time, whether it happened.
    dependence
        One row per question and its region and origin: common (with other regions), and correlation with every
        question of the case, in columns named ``quantity|indicator``.
    """

    words: pd.DataFrame
    hidden: pd.DataFrame
    dependence: pd.DataFrame


def hide_calibres(facts: Iterable[Statement], region: str) -> list[Statement]:
    """The same figures, those of the region about ``HIDDEN`` without a calibre."""
    return [
        dataclasses.replace(s, calibre="unknown", calibre_blank=True)
        if s.region == region and s.indicator in HIDDEN and s.tells_what_happened
        else s
        for s in facts
    ]


def replay_verdicts(
    facts: Sequence[Statement],
    *,
    regions: Sequence[str] | None = None,
    origins: Sequence[int] = ORIGINS,
    cells: int = CELLS,
    workers: int = 1,
) -> WordReplay:
    """Give every event of every region and origin its word, with calibres known and hidden.

    Parameters
    ----------
    cells
        Size of the mixture over hyperparameters.
    workers
        Processes; the result does not depend on it.
    """
    return WordReplay(*tables_of_cases(partial(_case, cells=cells), facts, regions, origins, workers=workers))


@one_thread()
def _case(region: str, later: Mapping[str, History], day: Day, cells: int) -> Rows:
    """Words, hidden calibres and dependence of one region at one origin."""
    known = histories(day.facts, region)
    asked = [
        q for q in questions(known, later, region, day.origin) if q.horizon == AHEAD and q.asked.quantity != "growth_1y"
    ]
    asked = [q for q in asked if q.outcome is not None]
    events = [events_of(q, known[q.asked.indicator]) for q in asked]
    if not any(events):
        return [], [], []
    posterior = fit_at(region, day.origin, day.facts, day.errors, outlooks=True, cells=cells)
    answers = answers_of(posterior, asked)
    correlation, own = _moments(posterior, asked)
    words: list[dict[str, object]] = []
    dependence: list[dict[str, object]] = []
    for i, (q, answer) in enumerate(zip(asked, answers, strict=True)):
        words += [_word(q, event, answer.law, own[i]) for event in events[i]]
        with_others = {_name(other): correlation[i, j] for j, other in enumerate(asked)}
        dependence.append(q.place | {"question": _name(q), "common": answer.common} | with_others)
    scored = [i for i, q in enumerate(asked) if q.asked.indicator in HIDDEN and events[i]]
    if not scored:
        return words, [], dependence
    mine = [asked[i] for i in scored]
    blind = fit_at(region, day.origin, hide_calibres(day.facts, region), day.errors, outlooks=True, cells=cells)
    read = read_in_force(blind, errors=day.errors, cells=cells)
    stated, alike = (
        [[answer.law for answer in answers_of(one, mine)] for one in posteriors_under(each)] for each in (blind, read)
    )
    hidden: list[dict[str, object]] = []
    for k, i in enumerate(scored):
        laws = [{"": one[k], "in_force": other[k]} for one, other in zip(stated, alike, strict=True)]
        rival = day.climatology(asked[i])
        hidden += [_hidden(asked[i], event, answers[i].law, laws, rival) for event in events[i]]
    return words, hidden, dependence


def _name(question: Question) -> str:
    return f"{question.asked.quantity}|{question.asked.indicator}"


def _moments(posterior: Posterior, asked: Sequence[Question]) -> tuple[Array, Array]:
    """Correlation of the questions' quantities, shape (q, q), and the region's own share of each one's variance.

    A quantity that is no sum of the posterior's states (read off draws) stands by itself, and on its own figures.
    """
    found = [linear_row(posterior, q, posterior.mean(), {}) for q in asked]
    linear = [i for i, row in enumerate(found) if row is not None]
    correlation, own = np.eye(len(asked)), np.ones(len(asked))
    if linear:
        rows = np.vstack([row[0] for row in found if row is not None])
        covariance = posterior.moments(rows)[1]
        sd = np.sqrt(np.diag(covariance))
        correlation[np.ix_(linear, linear)] = covariance / np.outer(sd, sd)
        own[linear] = own_shares(posterior, rows)
    return correlation, own


def _word(question: Question, event: Event, law: Mixture1D, own: float) -> dict[str, object]:
    assert question.outcome is not None
    chance = event.chance(law)
    word, _ = word_of(chance)
    basis = "prior_only" if own < LEAST_SHARE else ""
    return question.place | {
        "event": event.name,
        "word": guarded(word) if basis else word,
        "basis": basis,
        "probability": chance,
        "happened": event.happened(question.outcome),
        "at_least": event.at_least,
    }


def _moved(law: Mixture1D, question: Question, calibre: Calibre) -> Mixture1D:
    """The law of what the target measures, where figures are off by the calibre's difference."""
    change = question.base == 0.0
    years = round(sum(question.weights)) if change else 0
    shift, sd = calibre.offset_of(question.asked.indicator, max(years, 1) if change else 0)
    return Mixture1D(law.weights, law.means + shift, np.sqrt(law.sds**2 + sd**2))


def _hidden(
    question: Question,
    event: Event,
    full: Mixture1D,
    under: Sequence[Mapping[str, Mixture1D]],
    rival: Mixture1D | None,
) -> dict[str, object]:
    """One event with the calibre hidden; ``under`` has, for each prior, the law by how a calibre reads the figures."""
    assert question.outcome is not None
    calibres = declared_set().calibres
    chances = np.array([[event.chance(_moved(laws[c.figures], question, c)) for c in calibres] for laws in under])
    weighed = float(chances[0] @ np.array([c.weight for c in calibres]))
    return question.place | {
        "event": event.name,
        "full": event.chance(full),
        "hidden": weighed,
        "low": min(float(chances.min()), weighed),
        "high": max(float(chances.max()), weighed),
        "climatology": event.chance(rival) if rival is not None else np.nan,
        "happened": event.happened(question.outcome),
    }
