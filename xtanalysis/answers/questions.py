"""What the replay asks of every method: quantities of the kind that plans set, their outcomes and their events.

A question is about one region after one origin. Its quantity is a weighted sum of growth in the coming years (log
points), on a base that was known:

==================  =========================================================================================
growth_1y           growth of one calendar year, one to five years ahead
growth_5y_average   mean growth of the five years after the origin
cumulative_5y       change over the five years after the origin
level_5y            100·ln of the level in the fifth year
share_5y            100·ln of the share in the fifth year
==================  =========================================================================================

Series and outcomes are those of :mod:`xtanalysis.answers.histories`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from xtanalysis.answers.histories import YEARS, History
from xtanalysis.answers.scores import Mixture1D, pit
from xtanalysis.data.dictionary import indicators, regions
from xtanalysis.model.noise import proxies

__all__ = ["ASKED", "Asked", "Event", "Question", "events_of", "questions"]

EVENT_MARGIN = 1.0  # log points
EDGES = (0.0, 1.0, 2.0, 3.0, 4.0)  # points below the last five years' mean
DECLINES = (0.10, 0.15, 0.18, 0.20, 0.25)  # over five years, as in plans for energy and carbon since 2006
SHARE_STEPS = (-2.0, -1.0, 0.0, 1.0, 2.0)  # percentage points from the last share


@dataclass(frozen=True, slots=True)
class Asked:
    """One quantity of one indicator.

    Attributes
    ----------
    horizons
        Years ahead that are asked about, 1 to 5.
    parts
        The path as a sum of log states: (factor, state).
    noise
        What the indicator's yearly growth may differ by from that of ``parts``, log points.
    scale
        Points that one step of the events' thresholds stands for.
    around
        Whether the province and the nation are asked too.
    """

    quantity: str
    indicator: str
    horizons: tuple[int, ...]
    parts: tuple[tuple[float, str], ...]
    noise: float = 0.0
    scale: float = 1.0
    around: bool = False


def _states(indicator: str, factor: float = 1.0) -> tuple[tuple[float, str], ...]:
    """An indicator as a sum of log states, by the dictionary's identities."""
    entry = indicators()[indicator]
    parts = tuple(part for power, name in entry.factors for part in _states(name, factor * power))
    return parts or ((factor, indicator),)


ON_LEVEL = ("level_5y", "share_5y")
SINGLE, FIFTH = (1, 2, 3, 4, 5), (5,)
CARBON = (*_states("co2"), *_states("gdp_real", -1.0))
BROAD = proxies()["energy_per_gdp"]  # of the whole economy; industry's is what the system holds


def _asked(indicator: str, *, average: bool = True, scale: float = 1.0, around: bool = False) -> tuple[Asked, ...]:
    """Growth of single years, and the average of five where series are long enough."""
    parts = _states(indicator)
    single = Asked("growth_1y", indicator, SINGLE, parts, scale=scale, around=around)
    mean = Asked("growth_5y_average", indicator, FIFTH, parts, scale=scale, around=around)
    return (single, mean) if average else (single,)


ASKED = (
    *_asked("gdp_real"),
    *_asked("secondary_value_added"),
    *_asked("value_added_real", around=True),
    *_asked("fixed_asset_investment", scale=4.0, around=True),
    *_asked("industrial_investment", average=False, scale=4.0, around=True),
    *_asked("tech_upgrade_investment", average=False, scale=4.0, around=True),
    *_asked("energy_use", average=False, around=True),
    *_asked("energy_intensity", average=False, around=True),
    Asked("growth_1y", "energy_per_gdp", SINGLE, _states(BROAD.stands_for), noise=BROAD.noise, around=True),
    Asked("cumulative_5y", "energy_intensity", FIFTH, _states("energy_intensity"), around=True),
    Asked("cumulative_5y", "energy_per_gdp", FIFTH, _states(BROAD.stands_for), noise=BROAD.noise, around=True),
    Asked("growth_1y", "co2_per_gdp", SINGLE, CARBON),
    Asked("cumulative_5y", "co2_per_gdp", FIFTH, CARBON),
    Asked("level_5y", "gdp", FIFTH, _states("gdp")),
    Asked("level_5y", "secondary_value_added", FIFTH, _states("secondary_value_added")),
    Asked("share_5y", "secondary_share_of_gdp", FIFTH, _states("secondary_share_of_gdp")),
)


@dataclass(frozen=True, slots=True)
class Event:
    """Whether the quantity comes out on one side of a threshold that was known at the origin.

    Attributes
    ----------
    name
        In words.
    threshold
        Log points, as the quantity.
    at_least
        Which side happens; otherwise at most.
    """

    name: str
    threshold: float
    at_least: bool = True

    def happened(self, outcome: float) -> bool:
        """Whether it did; the threshold itself counts."""
        return outcome >= self.threshold if self.at_least else outcome <= self.threshold

    def chance(self, law: Mixture1D) -> float:
        """Probability that it happens under a law of the quantity."""
        below = pit(law, self.threshold)
        return 1.0 - below if self.at_least else below


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to forecast.

    Attributes
    ----------
    asked
        Quantity and indicator.
    weights
        On growth of the years after the origin, shape (horizon,).
    base
        What is added: the last log level known, for a level or a share; else 0.
    reference
        The quantity if growth stayed at the mean of the last five years; ``None`` where none is known.
    outcome
        Log points; ``None`` where it is not known.
    """

    asked: Asked
    region: str
    origin: int
    horizon: int
    weights: tuple[float, ...]
    base: float
    reference: float | None
    outcome: float | None

    @property
    def key(self) -> tuple[str, str, int]:
        """Quantity, indicator and horizon."""
        return self.asked.quantity, self.asked.indicator, self.horizon

    @property
    def place(self) -> dict[str, object]:
        """Quantity, indicator, region and origin, as the first columns of a table."""
        quantity, indicator = self.asked.quantity, self.asked.indicator
        return {"quantity": quantity, "indicator": indicator, "region": self.region, "origin": self.origin}


@cache
def _weights(quantity: str, horizon: int) -> tuple[float, ...]:
    """On growth of the years after the origin."""
    if quantity == "growth_1y":
        return (*(0.0,) * (horizon - 1), 1.0)
    return (1.0 / horizon if quantity == "growth_5y_average" else 1.0,) * horizon


def _outcome(asked: Asked, later: History, origin: int, weights: tuple[float, ...], base: float) -> float | None:
    growth = [(w, later.growth.get(origin + j)) for j, w in enumerate(weights, start=1) if w]
    if all(g is not None for _, g in growth):
        return base + sum(w * g for w, g in growth if g is not None)
    change = later.change.get(origin + len(weights))
    whole = asked.quantity in ("growth_5y_average", "cumulative_5y")
    return sum(weights) / YEARS * change if whole and change is not None else None


def _question(
    asked: Asked, history: History, later: History, region: str, origin: int, horizon: int
) -> Question | None:
    """One question; ``None`` where the base that it needs is not known."""
    onto = asked.quantity in ON_LEVEL
    if onto and origin not in history.level:
        return None
    recent = [history.growth[year] for year in range(origin - YEARS + 1, origin + 1) if year in history.growth]
    weights = _weights(asked.quantity, horizon)
    base = history.level[origin] if onto else 0.0
    return Question(
        asked=asked,
        region=region,
        origin=origin,
        horizon=horizon,
        weights=weights,
        base=base,
        reference=base + sum(weights) * sum(recent) / len(recent) if recent else None,
        outcome=_outcome(asked, later, origin, weights, base),
    )


def events_of(question: Question, history: History) -> tuple[Event, ...]:
    """Events of a question's quantity, with thresholds from what was known at the origin.

    Parameters
    ----------
    history
        The question's series as known then.
    """
    asked, base, known = question.asked, question.base, history.until(question.origin)
    if asked.quantity == "cumulative_5y":
        return tuple(Event(f"falls by {cut:.0%} or more", 100.0 * math.log1p(-cut), at_least=False) for cut in DECLINES)
    if question.reference is None:
        return ()
    if asked.quantity == "growth_1y":
        margin = EVENT_MARGIN * asked.scale
        name = f"at least the last rate less {margin:g} point{'s' if margin > 1 else ''}"
        return (Event(name, float(known[-1]) - margin),)
    if asked.quantity == "share_5y":
        last = math.exp(base / 100.0)
        return tuple(
            Event(f"at least the last share {step:+.0f} points", 100.0 * math.log(last + step / 100.0))
            for step in SHARE_STEPS
        )
    mean, total = float(known[-YEARS:].mean()), sum(question.weights)
    where = "at least where {} leads" if asked.quantity in ON_LEVEL else "at least {}"
    return tuple(
        Event(
            where.format(f"the last five years' mean less {edge * asked.scale:.0f} points"),
            base + total * (mean - edge * asked.scale),
        )
        for edge in EDGES
    )


def questions(
    known: Mapping[str, History], later: Mapping[str, History], region: str, origin: int, asked: Sequence[Asked] = ASKED
) -> list[Question]:
    """Every question about a region at an origin.

    Parameters
    ----------
    known
        What base and reference are taken from.
    later
        What outcomes are taken from.
    """
    made = (
        _question(entry, known[entry.indicator], later[entry.indicator], region, origin, horizon)
        for entry in asked
        if entry.around or regions()[region].kind not in ("province", "country")
        for horizon in entry.horizons
    )
    return [question for question in made if question is not None]
