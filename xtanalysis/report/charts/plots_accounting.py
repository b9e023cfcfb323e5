"""Figures of the decomposition: a waterfall with a band for each effect, and the effects over the years."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xtanalysis.report.charts.alt import describe
from xtanalysis.report.charts.fonts import BAND, INK, MUTED, PALETTE
from xtanalysis.targets.numbers import numbers_as_text
from xtanalysis.text import Language, all_in, message

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["waterfall"]

_UP, _DOWN = PALETTE[1], PALETTE[2]
_WORDS = {
    "step": message("{name} {value} {unit} (band {low} to {high})"),
    "all": message("From {start} to {end} {unit}: {steps}. "),
    "line": message("{name}: {value} {unit} in {year}, band {low} to {high}"),
    "comma": message("; "),
    "stop": message(". "),
}


def waterfall(
    axes: Axes,
    effects: pd.DataFrame,
    *,
    start: float,
    names: Mapping[str, str],
    ends: tuple[str, str],
    lang: Language,
    unit: str = "",
    title: str = "",
) -> Axes:
    """Draw the way from the first level to the last, one step a factor, each with its band as a whisker.

    Parameters
    ----------
    effects
        Columns factor, mean, low, high, additive; the row ``total`` closes the picture
        (:func:`xtanalysis.accounting.projections.effect_summary`).
    start
        Level at the base, in ``unit``; the same on every draw.
    names
        Factor to the word shown, in the page's language.
    ends
        Labels of the first and the last bar, for example two years.
    """
    steps = effects[effects["factor"] != "total"]
    whole = effects[effects["factor"] == "total"].iloc[0]
    labels = [ends[0], *(names.get(name, name) for name in steps["factor"]), ends[1]]
    end = start + whole["mean"]
    axes.bar([0, len(steps) + 1], [start, end], width=0.62, color=BAND)
    at, said, reach = start, [], [start, end, end + whole["low"] - whole["mean"], end + whole["high"] - whole["mean"]]
    for i, (mean, low, high) in enumerate(steps[["mean", "low", "high"]].to_numpy(float).tolist(), start=1):
        axes.plot([i - 1 + 0.31, i - 0.31], [at, at], color=MUTED, linewidth=0.8)
        axes.bar(i, mean, bottom=at, width=0.62, color=_UP if mean > 0 else _DOWN)
        _whisker(axes, i, at + mean, at + low, at + high)
        said.append(_say("step", lang, name=labels[i], value=mean, unit=unit, low=low, high=high))
        reach += [at, at + mean, at + low, at + high]
        at += mean
    axes.plot([len(steps) + 0.31, len(steps) + 0.69], [at, at], color=MUTED, linewidth=0.8)
    _whisker(axes, len(steps) + 1, end, start + whole["low"], start + whole["high"])
    axes.set_xticks(range(len(labels)), labels)
    # The levels are large beside the steps: the axis starts below the lowest point and says so by its ticks.
    span = max(reach) - min(reach) or abs(start) or 1.0
    axes.set_ylim(max(0.0, min(reach) - 0.5 * span), max(reach) + 0.15 * span)
    axes.set(title=title)
    axes.set_ylabel(unit)
    words = all_in(_WORDS, lang)
    describe(axes, _say("all", lang, start=start, end=end, unit=unit, steps=words["comma"].join(said)))
    return axes


def _whisker(axes: Axes, x: float, middle: float, low: float, high: float) -> None:
    axes.errorbar(x, middle, yerr=[[middle - low], [high - middle]], color=INK, linewidth=1, capsize=3)


def _say(key: str, lang: Language, **values: object) -> str:
    plain = {k: v if isinstance(v, (str, int)) else numbers_as_text(v) for k, v in values.items()}
    return _WORDS[key].told(lang, **plain)
