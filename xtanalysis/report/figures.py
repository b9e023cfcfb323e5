"""The figures of the scenario page: each draws one question, on axes of its own, in the page's language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import pandas as pd

from xtanalysis.answers.targets import shown_probability
from xtanalysis.report.plots import fan_chart, heat_map, probability_bars, scenario_comparison
from xtanalysis.report.series import BASE, Scale, fact_points, quantile_frame
from xtanalysis.report.view import View
from xtanalysis.report.wording import wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["HISTORY", "compare_scenarios", "draw_fan", "draw_indicators", "draw_movement", "draw_probabilities"]

HISTORY = 10  # years before the origin that a figure shows
WIDE = (9.2, 4.2)
# Indicator and the scale on which it can be shown honestly: what has no settled level is an index.
SHOWN: tuple[tuple[str, Scale], ...] = (
    ("value_added_real", "growth"),
    ("value_added_real", "index"),
    ("industrial_investment", "growth"),
    ("industrial_investment", "index"),
    ("energy_intensity", "growth"),
    ("energy_intensity", "index"),
    ("gdp_real", "growth"),
    ("tech_upgrade_share", "level"),
)


def draw_probabilities(view: View) -> None:
    """One bar a core target; an empty frame where it cannot be judged."""
    rows = view.core()
    _, axes = plt.subplots(figsize=(9.2, 0.62 * len(rows) + 1.0), layout="constrained")
    probability_bars(
        axes,
        [wording(view.lang).target_label(target) for target, _ in rows],
        [shown_probability(result.probability, result.status) for _, result in rows],
        lang=view.lang,
        title=wording(view.lang).PROBABILITY_TITLE,
    )


def _targets(view: View, indicator: str, scale: Scale) -> list[tuple[int, float, str]]:
    """The plan's numbers that this scale can show."""
    words = wording(view.lang)
    out: list[tuple[int, float, str]] = []
    for target in view.projection.plan.targets:
        if target.value is None or target.deadline.year > int(view.projection.paths.years[-1]):
            continue
        fits = {
            ("growth", "average_growth"): target.value,
            ("index", "average_growth"): 100.0 * (1.0 + target.value / 100.0) ** _span(target),
            ("index", "cumulative_change"): 100.0 + target.value,
            ("level", "share"): target.value,
        }
        value = fits.get((scale, target.measure))
        if target.indicator == indicator and value is not None:
            out.append((target.deadline.year, value, words.target_flag(target)))
    return out


def _span(target: object) -> int:
    base, deadline = getattr(target, "base_period", None), getattr(target, "deadline", None)
    return deadline.year - base.year if base is not None and deadline is not None else 1


def draw_fan(view: View, indicator: str, scale: Scale, axes: Axes, *, legend: bool = True) -> None:
    """One indicator: bands, median, every published figure, the plan's number, the origin."""
    projection, words = view.projection, wording(view.lang)
    first = min(projection.origin, BASE) if scale == "index" else projection.origin - HISTORY
    fan_chart(
        axes,
        quantile_frame(projection, indicator, scale, first=first),
        lang=view.lang,
        title=words.chart_title(view.indicator(indicator), scale),
        unit=words.scale_unit(scale),
        facts=fact_points(projection, view.facts, indicator, scale, first=first),
        targets=_targets(view, indicator, scale),
        origin=projection.origin,
        legend=legend,
    )


def draw_indicators(view: View, indicator: str, scales: Sequence[Scale] = ("growth", "index")) -> None:
    """One indicator on several scales, side by side."""
    figure, grid = plt.subplots(1, len(scales), figsize=WIDE, layout="constrained", squeeze=False)
    for place, scale in enumerate(scales):
        draw_fan(view, indicator, scale, grid[0, place], legend=False)
    figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside lower left", ncols=5, fontsize=9)


def compare_scenarios(view: View, indicators: Sequence[tuple[str, Scale]]) -> None:
    """Each scenario's median, with the band of the first."""
    words = wording(view.lang)
    names = {name: words.scenario_title(p.scenario) for name, p in view.others.items()}
    _, grid = plt.subplots(
        len(indicators), 1, figsize=(9.2, 3.3 * len(indicators)), layout="constrained", squeeze=False
    )
    for place, (indicator, scale) in enumerate(indicators):
        first = min(view.projection.origin, BASE)
        frames = [quantile_frame(p, indicator, scale, first=first) for p in view.others.values()]
        scenario_comparison(
            grid[place, 0],
            pd.concat(frames, ignore_index=True),
            lang=view.lang,
            names=names,
            title=words.chart_title(view.indicator(indicator), scale),
            unit=words.scale_unit(scale),
        )


def draw_movement(frame: pd.DataFrame, lang: str, draw: Callable[..., object] = heat_map) -> None:
    """How each target's probability moved from one day to the next: rows targets, columns days, in %."""
    _, axes = plt.subplots(figsize=(9.2, 0.6 * len(frame) + 1.2), layout="constrained")
    draw(axes, frame, lang=lang, title=wording("zh" if lang == "zh" else "en").MOVEMENT_TITLE, unit="%")
