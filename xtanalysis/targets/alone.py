"""The verdict on a target whose indicator the joint model does not hold: by the indicator's own annual series.

A bureau's own indicator (a row of a workspace's overlay) has no place among the model's states. Where eight full years
of one basis are known, the pooled annual forecaster projects it, and its law gives the probability. It knows nothing
but the series, so the verdict is never robust: its range is over the series as it is and as it was a year earlier.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xtanalysis.annual.features import HORIZONS
from xtanalysis.annual.forecast import forecast_annual
from xtanalysis.data.dictionary import calibres, convert, indicators
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.met import met
from xtanalysis.statements.plans import Target
from xtanalysis.targets.own_series import FEWEST, OLDEST, Series, annual_series
from xtanalysis.targets.verdicts import Verdict, guarded, word_of

__all__ = ["judge_alone"]

Array = NDArray[np.float64]

LEVELS = np.arange(1, 200) / 200.0  # equal parts of the law, each standing for half a percent
ONE = "not_applicable"
BAND = (0.1, 0.5, 0.9)


def judge_alone(draft: Verdict, target: Target, facts: Iterable[Statement], region: str, origin: int) -> Verdict:
    """The draft with a word, a probability and a band where the region's own series can carry them.

    Parameters
    ----------
    draft
        What figures say.
    target
        Under one reading.
    facts
        Those known on the day.
    origin
        The last full year before it.
    """
    if draft.decided or draft.probability is not None or target.value is None:
        return draft
    mine = [s for s in facts if s.region == region and s.indicator == target.indicator]
    if not any(target.indicator in calibre.applies_to for calibre in calibres().values()):
        # Nothing is said to break such a series, so that figures without a calibre are of one.
        mine = [dataclasses.replace(s, calibre=ONE) if s.calibre == "unknown" else s for s in mine]
    series = annual_series(mine, target.indicator)
    if series is None or series.values.size < FEWEST or series.last < origin - OLDEST:
        return draft
    laws = [law for law in (_law(target, series, drop) for drop in (0, 1)) if law is not None]
    if not laws:
        return draft
    chances = [float(met(target.relation, law, target.value, target.value_high).mean()) for law in laws]
    # The forecaster alone never has the last word: one that is as good as sure is said a step weaker.
    word, _ = word_of(chances[0])
    low, median, high = (float(np.quantile(laws[0], q)) for q in BAND)
    return dataclasses.replace(
        draft,
        verdict=guarded(word),
        basis="conditional",
        probability=chances[0],
        probability_low=min(chances),
        probability_high=max(chances),
        low=low,
        median=median,
        high=high,
        hinge=target.indicator,
        hinge_year=target.deadline.year,
        hinge_unit=target.unit,
        hinge_threshold=target.value,
        hinge_low=low,
        hinge_high=high,
    )


def _law(target: Target, series: Series, drop: int) -> Array | None:
    """Values of what the target asks, in its unit, one for each of `LEVELS`; ``None`` where the series cannot say.

    Parameters
    ----------
    drop
        How many of the latest years are left out.
    """
    known = series.values[: series.values.size - drop]
    last, year = series.last - drop, target.deadline.year
    if known.size < FEWEST - 1 or not 1 <= year - last <= HORIZONS:
        return None
    entry = indicators()[target.indicator]
    frame = pd.DataFrame({"unique_id": target.indicator, "ds": series.first + np.arange(known.size), "y": known})
    ahead = forecast_annual(
        frame, year - last, tuple(LEVELS), upper=math.inf if entry.upper is None else float(entry.upper)
    )
    level = ahead[ahead["ds"] == year]["value"].to_numpy()
    if target.measure in ("level", "share"):
        return np.array([convert(float(v), entry.unit, target.unit) for v in level])
    base = target.base_period.year if target.base_period is not None else year - 1
    if target.measure not in ("growth", "average_growth", "cumulative_change") or not series.first <= base <= last:
        return None
    ratio = level / known[base - series.first]
    years = year - base if target.measure == "average_growth" else 1
    if (ratio <= 0).any():
        return None
    return np.array([convert(float(v), "fraction", target.unit) for v in np.expm1(np.log(ratio) / years)])
