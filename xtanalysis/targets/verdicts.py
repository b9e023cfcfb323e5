"""Whether targets are met: probability where the figures allow one, the missing figure where they do not."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xtanalysis.data.dictionary import indicators
from xtanalysis.errors import BadInput, Problem
from xtanalysis.model.paths import Paths
from xtanalysis.model.select import InformationSet
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.plans import Plan, Target
from xtanalysis.targets.chains import chain
from xtanalysis.targets.evaluate import answerable, met_on_draws, values_on_draws

__all__ = [
    "UNSETTLED",
    "Joint",
    "TargetResult",
    "assess_targets",
    "joint_probabilities",
    "options_of",
    "readings_of",
    "shown_probability",
    "statement_of",
]

BAND = (0.1, 0.9)
RECENT = 3  # years back from the origin in which a growth figure still ties an indicator to the present
LEVEL_REACH = 5  # years back in which a level does
UNSETTLED = frozenset({"unknown", "above_scale_unsettled"})


@dataclass(frozen=True, slots=True)
class TargetResult:
    """One target under one reading.

    Attributes
    ----------
    target, reading
        Ids; the reading is ``""`` where the text leaves nothing open.
    status
        ``computed`` · ``decided`` · ``base_uncertain`` · ``calibre_uncertain`` · ``no_data``.
    probability
        ``None`` unless computed or decided.
    low, median, high
        10 %, 50 % and 90 % of what the target measures, in ``unit``; ``None`` without paths.
    value
        What the target asks for, in ``unit``.
    met_definition
        When it counts as met, as ``relation value unit``.
    missing_figure
        Indicator ids whose figure would settle it, joined by ``|``; empty where nothing is missing.
    data_owner
        Who publishes that.
    """

    target: str
    reading: str
    status: str
    probability: float | None
    low: float | None
    median: float | None
    high: float | None
    value: float | None
    unit: str
    met_definition: str
    missing_figure: str
    data_owner: str


@dataclass(frozen=True, slots=True)
class Joint:
    """Several targets at once.

    Attributes
    ----------
    targets
        Ids, those whose probability is computed.
    all_met
        Probability that every one is met.
    product
        What independence would give; the difference is what moving together adds.
    at_least
        ``at_least[k]`` is the probability that k or more are met, k = 0 … number of targets.
    at_least_product
        The same if the targets were independent (the Poisson binomial law of their probabilities).
    """

    targets: tuple[str, ...]
    all_met: float
    product: float
    at_least: tuple[float, ...]
    at_least_product: tuple[float, ...]

    @property
    def dependence(self) -> float:
        """What moving together adds to the probability that all are met."""
        return self.all_met - self.product


def shown_probability(probability: float | None, status: str) -> float | None:
    """Round to 5 points and keep within 5–95 %: more digits would claim too much. Decided by the figures: 0 or 1."""
    if probability is None:
        return None
    if status == "decided":
        return float(probability >= 0.5)
    return min(max(round(probability * 20.0) / 20.0, 0.05), 0.95)


def _full_years(facts: Iterable[Statement], region: str, indicator: str, measures: Sequence[str]) -> list[Statement]:
    return [
        s
        for s in facts
        if s.region == region
        and s.indicator == indicator
        and s.measure in measures
        and s.tells_what_happened
        and s.period.end[1] == 12
    ]


def _has_level(facts: Sequence[Statement], region: str, indicator: str, origin: int) -> bool:
    """Whether a recent full-year level of a settled calibre is published, of itself or of all its factors."""
    own = _full_years(facts, region, indicator, ("level", "share"))
    settled = (s for s in own if s.role == "outcome" and s.calibre not in UNSETTLED)
    if any(s.period.year >= origin - LEVEL_REACH for s in settled):
        return True
    factors = indicators()[indicator].factors
    return bool(factors) and all(_has_level(facts, region, name, origin) for _, name in factors)


def _has_growth(facts: Sequence[Statement], region: str, indicator: str, origin: int, settled: bool) -> bool:
    """Whether a recent full-year change is published, of itself or of all its factors; of a stated calibre if asked."""
    own = _full_years(facts, region, indicator, ("growth", "level", "average_growth", "cumulative_change"))
    if any(s.period.year > origin - RECENT and not (settled and s.calibre in UNSETTLED) for s in own):
        return True
    factors = indicators()[indicator].factors
    return bool(factors) and all(_has_growth(facts, region, name, origin, settled) for _, name in factors)


def _missing(information: InformationSet, region: str, target: Target, asked: Statement) -> tuple[str, ...]:
    """Indicators whose figure is missing for this target to have a probability.

    A change is measured on its own basis; where the plan says that the calibre is open, only figures that state theirs
    count.
    """
    facts, origin = information.used, information.origin
    change = asked.measure in ("growth", "average_growth", "cumulative_change")

    def known(name: str) -> bool:
        if change:
            return _has_growth(facts, region, name, origin, target.unresolved == "calibre")
        return _has_level(facts, region, name, origin)

    if known(asked.indicator):
        return ()
    factors = [name for _, name in indicators()[asked.indicator].factors]
    return tuple(name for name in factors if not known(name)) or (asked.indicator,)


def _status(information: InformationSet, region: str, target: Target, asked: Statement) -> tuple[str, tuple[str, ...]]:
    missing = _missing(information, region, target, asked)
    if not missing:
        return "computed", ()
    ratio = indicators()[asked.indicator].kind == "ratio"
    return ("calibre_uncertain" if ratio else "base_uncertain"), missing


def _is_decided(information: InformationSet, region: str, target: Statement) -> bool:
    """Whether published figures settle the target: its own figure, or every yearly change up to its deadline."""
    own = _full_years(information.used, region, target.indicator, (target.measure,))
    if any(s.period == target.period and s.base_period == target.base_period for s in own):
        return True
    if target.base_period is None or target.measure not in ("average_growth", "cumulative_change"):
        return False
    mine = [s for s in information.used if s.region == region and s.role == "outcome"]
    return chain(mine, target.indicator, target.base_period.year).last >= target.period.year


def assess_targets(
    plan: Plan, region: str, paths: Paths, information: InformationSet
) -> tuple[tuple[TargetResult, ...], Mapping[str, NDArray[np.bool_]]]:
    """Every target of a plan under every reading, in the plan's order.

    Returns
    -------
    The results, and for those computed or decided which draws meet them, by ``target`` or ``target|reading``.
    """
    results: list[TargetResult] = []
    hits: dict[str, NDArray[np.bool_]] = {}
    for target in plan.targets:
        for name, options in readings_of(target):
            if target.read(options).value is None:
                results.append(_unanswered(target, name, target.read(options)))
                continue
            statement = statement_of(target, name, region)
            result, hit = _assess(target, name, statement, paths, information)
            results.append(result)
            if hit is not None:
                hits[f"{target.id}|{name}" if name else target.id] = hit
    return tuple(results), hits


def readings_of(target: Target) -> list[tuple[str, dict[str, str]]]:
    """The ways to read a target: the default first, then each other option of each reading by itself.

    Returns
    -------
    (name, options) pairs; the name is ``reading:option``, and ``""`` where the text leaves nothing open.
    """
    out: list[tuple[str, dict[str, str]]] = [(";".join(f"{r.id}:{r.default.id}" for r in target.readings), {})]
    for reading in target.readings:
        out += [(f"{reading.id}:{option.id}", {reading.id: option.id}) for option in reading.options[1:]]
    return out


def options_of(reading: str) -> dict[str, str]:
    """The options that a reading's name stands for."""
    return dict(part.split(":") for part in reading.split(";") if part)


def statement_of(target: Target, reading: str, region: str) -> Statement:
    """A target under one named reading as a statement about a region's paths."""
    return dataclasses.replace(target.statement(options_of(reading)), region=region)


def _unanswered(target: Target, reading: str, read: Target) -> TargetResult:
    """A target that no path can answer."""
    value = "" if read.value is None else f" {read.value:g} {read.unit}"
    return TargetResult(
        target.id, reading, "no_data", None, None, None, None, read.value, read.unit, f"{read.relation}{value}",
        read.indicator, target.data_owner,
    )  # fmt: skip


def _assess(
    target: Target, reading: str, statement: Statement, paths: Paths, information: InformationSet
) -> tuple[TargetResult, NDArray[np.bool_] | None]:
    definition = f"{statement.relation} {statement.value:g} {statement.unit}"
    if not answerable(statement.indicator) or statement.period.year > paths.years[-1]:
        return _unanswered(target, reading, target.read(options_of(reading))), None
    values = values_on_draws(statement, paths)
    low, median, high = (float(q) for q in np.quantile(values, (BAND[0], 0.5, BAND[1])))
    status, missing = _status(information, paths.region, target, statement)
    hit = met_on_draws(statement, values)
    probability: float | None = float(hit.mean())
    if status == "computed" and _is_decided(information, paths.region, statement):
        status = "decided"
    if status not in ("computed", "decided"):
        probability = None
    result = TargetResult(
        target.id, reading, status, probability, low, median, high, statement.value, statement.unit, definition,
        "|".join(missing), target.data_owner,
    )  # fmt: skip
    return result, hit if probability is not None else None


def joint_probabilities(hits: Mapping[str, NDArray[np.bool_]], chosen: Sequence[str] | None = None) -> Joint | None:
    """Probabilities of several targets at once; ``None`` if there are fewer than two.

    Parameters
    ----------
    chosen
        Keys of ``hits``; by default every target under its first reading.

    Raises
    ------
    BadInput
        If a chosen target has no probability.
    """
    if chosen is None:
        seen: dict[str, str] = {}
        for key in hits:
            seen.setdefault(key.split("|")[0], key)
        chosen = list(seen.values())
    if unknown := [key for key in chosen if key not in hits]:
        raise BadInput(Problem("no probability of this target", found=", ".join(unknown), expected=", ".join(hits)))
    if len(chosen) < 2:
        return None
    table = np.stack([hits[key] for key in chosen])
    counts = table.sum(axis=0)
    return Joint(
        targets=tuple(chosen),
        all_met=float(table.all(axis=0).mean()),
        product=float(np.prod(table.mean(axis=1))),
        at_least=tuple(float((counts >= k).mean()) for k in range(len(chosen) + 1)),
        at_least_product=_independent(table.mean(axis=1)),
    )


def _independent(probabilities: NDArray[np.float64]) -> tuple[float, ...]:
    """P(k or more) of independent events, k = 0 … n, by convolution of their laws."""
    law = np.ones(1)
    for p in probabilities:
        law = np.convolve(law, [1.0 - p, p])
    return tuple(np.minimum(np.cumsum(law[::-1])[::-1], 1.0).tolist())
