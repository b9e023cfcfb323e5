"""The figures of the scenario page: each draws one question, on axes of its own, in the page's language."""

from __future__ import annotations

import dataclasses
import math
import textwrap
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from xtanalysis.answers.evidence_share import evidence_shares
from xtanalysis.answers.outlook import HEADLINES, Outlook, outlook
from xtanalysis.data.dictionary import indicators
from xtanalysis.data.shown import shown_names
from xtanalysis.model.paths import held
from xtanalysis.report.charts.blank import one_axes
from xtanalysis.report.charts.drawing import Drawing, Panels, finished, sheet
from xtanalysis.report.charts.plots import base_curve, fan_chart, scenario_comparison, share_bars
from xtanalysis.report.page import Parts
from xtanalysis.report.prepared import once
from xtanalysis.report.sections import axis_of, standing, turns_at_once
from xtanalysis.report.series import BASE, INDEX_PROBABILITIES, Scale, fact_points, quantile_frame
from xtanalysis.report.view import View
from xtanalysis.report.wording import wording
from xtanalysis.statements.plans import Target
from xtanalysis.targets.margins import first_year
from xtanalysis.targets.numbers import natural
from xtanalysis.targets.words import asks
from xtanalysis.text import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "HISTORY",
    "compare_scenarios",
    "draw_base_curves",
    "draw_evidence",
    "draw_indicators",
    "draw_targets",
    "draw_trajectories",
    "plan_marks",
]

HISTORY = 10  # years before the origin that a figure shows
BEFORE = 5  # years before the base that a trajectory shows
OUTER = (0.1, 0.5, 0.9)
THIRD = (3.7, 1.85)  # of three panels side by side
HALF = (4.6, 3.7)  # of two panels side by side
LABEL = {"zh": 10, "en": 22}  # letters of a bar's name on one line
TITLE = {"zh": 15, "en": 30}  # letters of a title over bars with names on one line
LEGEND = 30  # letters of a legend's entry on one line
PANEL = 46  # letters of a title that fit over one of two panels
LEVELS = shown_names("single_series_drawn")  # drawn beside the annual forecaster
COMPARED: tuple[tuple[str, Scale], ...] = tuple((name, "index") for name in shown_names("compared"))
EXPLAINED = shown_names("explained")


def draw_trajectories(view: View) -> Panels:
    """Investment, intensity and output from before the plan to the horizon: median, 80 % band, the plan's number."""
    states = view.projection.paths.states
    drawn = tuple(_trajectory(view, name, rises) for name, rises in HEADLINES if held(name, states))
    return Panels(drawn, wording(view.lang).panels_note(view.base))


def _trajectory(view: View, name: str, rises: bool) -> Drawing:
    words, projection, base = wording(view.lang), view.projection, view.base
    found = outlook(projection, name, rises=rises)
    first = max(base - BEFORE, int(projection.paths.years[0]))
    frame = quantile_frame(projection, name, "index", first=first, base=base, probabilities=OUTER)

    def draw() -> Drawing:
        with one_axes(THIRD) as (figure, axes):
            fan_chart(
                axes,
                frame,
                lang=view.lang,
                facts=fact_points(projection, view.facts, name, "index", first=first, base=base),
                targets=plan_marks(view, name, "index", base),
                origin=projection.origin,
                legend=False,
            )
            return finished(figure, view.lang)

    drawn = _where_alike(view, draw, frame, "trajectory", name)
    title = view.indicator(name)
    alt = f"{title}{words.COLON}{drawn.alt}"
    return dataclasses.replace(drawn, alt=alt, caption=f"{title}\n{_heading_to(view, found)}")


def _where_alike(view: View, draw: Callable[[], Drawing], frame: pd.DataFrame, *what: str) -> Drawing:
    """A drawing, once for the pages of a day that show the same: many a scenario leaves an indicator alone."""
    return once(draw, *what, view.lang, frame["value"].to_numpy().tobytes(), of=view.shared)


def _heading_to(view: View, found: Outlook) -> str:
    """Where an indicator is heading, and how sure that is."""
    words = wording(view.lang)
    return str(words.heading_to(found.origin, found.horizon, found.change, found.growth[1], found.better, found.rises))


def plan_marks(view: View, indicator: str, scale: Scale, base: int = BASE) -> list[tuple[int, float, str]]:
    """The plan's numbers that a scale can show, as (year, value, label); on an index those that count from its base."""
    words = wording(view.lang)
    out: list[tuple[int, float, str]] = []
    for target in view.projection.plan.targets:
        if target.value is None or target.deadline.year > int(view.projection.paths.years[-1]):
            continue
        fits = {
            ("growth", "average_growth"): target.value,
            ("index", "average_growth"): 100.0 * (1.0 + target.value / 100.0) ** (target.deadline.year - base),
            ("index", "cumulative_change"): 100.0 + target.value,
            ("level", "share"): target.value,
        }
        value = fits.get((scale, target.measure))
        since = target.base_period.year if target.base_period is not None else base
        if target.indicator == indicator and value is not None and (scale != "index" or since == base):
            last = target.deadline.year
            years = range(since + 1, last + 1) if scale == "growth" else (last,)  # a pace holds for all of them
            out += [(year, value, f"{words.TARGET}{asks(target.read(), view.lang)}") for year in years]
    return out


def _wrapped(title: str) -> str:
    """A title in lines that fit over half a page."""
    return textwrap.fill(title, PANEL)


def _fan(view: View, indicator: str, scale: Scale) -> Drawing:
    """One indicator: bands, median, every published figure, the plan's number, the origin."""
    projection, words = view.projection, wording(view.lang)
    first = min(projection.origin, BASE) if scale == "index" else projection.origin - HISTORY
    frame = quantile_frame(projection, indicator, scale, first=first)

    def draw() -> Drawing:
        with one_axes(HALF) as (figure, axes):
            fan_chart(
                axes,
                frame,
                lang=view.lang,
                title=_wrapped(words.chart_title(view.indicator(indicator), scale)),
                unit=words.scale_unit(scale),
                facts=fact_points(projection, view.facts, indicator, scale, first=first),
                targets=plan_marks(view, indicator, scale),
                origin=projection.origin,
                legend=False,
            )
            _legend(figure, axes)
            return finished(figure, view.lang)

    return _where_alike(view, draw, frame, "fan", indicator, scale)


def draw_indicators(view: View, indicator: str, scales: Sequence[Scale] = ("growth", "index")) -> Panels:
    """One indicator on several scales: side by side, on a phone below one another."""
    return Panels(tuple(_fan(view, indicator, scale) for scale in scales))


def draw_targets(view: View) -> Parts:
    """Each core target on its own: what is known of it, then what it speaks of."""
    return Parts(tuple(part for t, _ in view.core() for part in (standing(view, t.id), _target(view, t))))


def _target(view: View, target: Target) -> Panels:
    """A share as it is, anything else as growth and as an index."""
    share = indicators()[target.indicator].is_share
    return draw_indicators(view, target.indicator, ("level",) if share else ("growth", "index"))


def _legend(figure: Figure, axes: Axes) -> None:
    """Explain below the axes what they show."""
    handles, labels = axes.get_legend_handles_labels()
    folded = [textwrap.fill(label, LEGEND) for label in labels]
    figure.legend(handles, folded, loc="outside lower left", ncols=2, fontsize=9)


def compare_scenarios(view: View, chosen: Sequence[tuple[str, Scale]] = COMPARED) -> Panels:
    """Each scenario's median, with the band of the first."""
    return once(lambda: _comparison(view, chosen), "comparison", view.lang, *chosen, of=view.others.values())


def _comparison(view: View, chosen: Sequence[tuple[str, Scale]]) -> Panels:
    words, drawn = wording(view.lang), []
    names = {name: words.scenario_title(p.scenario) for name, p in view.others.items()}
    for indicator, scale in chosen:
        first = min(view.projection.origin, BASE)
        frames = [quantile_frame(p, indicator, scale, first=first) for p in view.others.values()]
        with one_axes(HALF) as (figure, axes):
            scenario_comparison(
                axes,
                pd.concat(frames, ignore_index=True),
                lang=view.lang,
                names=names,
                title=_wrapped(words.chart_title(view.indicator(indicator), scale)),
                unit=words.scale_unit(scale),
            )
            drawn.append(finished(figure, view.lang))
    return Panels(tuple(drawn))


def draw_base_curves(view: View) -> Panels | None:
    """For each core target that hinges on a base or on the way so far: how its probability depends on that."""
    words, drawn = wording(view.lang), []
    for target, found in view.open_curves:
        if turns_at_once(found):
            continue
        scale, unit = _axis_unit(view, found.unit)
        with one_axes(HALF) as (figure, axes):
            base_curve(
                axes,
                found.values * scale,
                found.probabilities,
                lang=view.lang,
                title="\n".join(map(_wrapped, (view.name(target), asks(target.read(), view.lang)))),
                base_label=_wrapped(axis_of(view, found)),
                unit=unit,
                mentioned=[(found.needed * scale, words.even(found.needed * scale))]
                if found.needed is not None
                else [],
                likely=(found.low * scale, found.high * scale, say(view.lang, "where the evidence puts it (80%)")),
            )
            _legend(figure, axes)
            drawn.append(finished(figure, view.lang))
    return Panels(tuple(drawn)) if drawn else None


def _axis_unit(view: View, unit: str) -> tuple[float, str]:
    """What values are multiplied by for an axis, and its unit: per cent for fractions, natural units in English."""
    if unit == "fraction":
        return 100.0, "%"
    if view.lang == "zh":
        return 1.0, view.unit(unit)
    factor, word = natural(1.0, unit)
    return factor, word.strip() if factor != 1.0 else view.unit(unit)


def draw_evidence(view: View) -> Drawing:
    """How much of each indicator's uncertainty the figures removed: own, those of the regions around, what is left.

    It is the same under every scenario: an assumption is no evidence.
    """
    return once(lambda: _evidence(view), "evidence", view.lang, of=view.shared)


def _evidence(view: View) -> Drawing:
    words, projection = wording(view.lang), view.projection
    year = min(view.plan_ends, projection.to)
    base = max(view.base, first_year(projection))  # a plan of later years has a later block
    shares = [s for s in evidence_shares(projection, year, base) if s.quantity == "growth" and s.indicator in EXPLAINED]
    labels = [_folded(view.indicator(s.indicator), LABEL[view.lang]) for s in shares]
    figure, grid = sheet(size=(5.2, 0.56 * len(shares) + 1.3))
    share_bars(
        grid[0, 0],
        labels,
        {name: [getattr(s, field) for s in shares] for field, name in words.EVIDENCE_PARTS.items()},
        lang=view.lang,
        title=textwrap.fill(words.evidence_title_of(base, year), TITLE[view.lang]),
    )
    return finished(figure, view.lang)


def _folded(name: str, letters: int) -> str:
    """A name on lines of so many letters; what stands in Chinese brackets stays together, and no letter alone."""
    if len(name) <= letters:
        return name
    head, bracket, rest = name.partition("（")
    if " " not in head:  # words may be broken anywhere: lines of one length
        letters = math.ceil(len(head) / math.ceil(len(head) / letters))
    return textwrap.fill(head, letters) + (f"\n{bracket}{rest}" if bracket else "")


def draw_second(view: View) -> Panels | None:
    """The single-series forecast beside the joint projection, where an indicator has enough annual figures."""
    projection, drawn = view.projection, []
    opinions = view.second_opinions
    for name in LEVELS:
        alone = opinions[name].quantiles
        if alone is None:
            continue
        first = projection.origin - HISTORY
        own = quantile_frame(projection, name, "level", first=first, probabilities=INDEX_PROBABILITIES)
        points = fact_points(projection, view.facts, name, "level", first=first)
        alone = alone[alone["quantile"].isin((0.1, 0.5, 0.9))]
        scale, unit = _axis_unit(view, indicators()[name].unit)
        own, points, alone = (frame.assign(value=frame["value"] * scale) for frame in (own, points, alone))
        with one_axes(HALF) as (figure, axes):
            fan_chart(
                axes,
                own,
                lang=view.lang,
                title=view.indicator(name),
                unit=unit,
                facts=points,
                origin=projection.origin,
                second=alone,
                second_name=say(view.lang, "single series"),
                legend=False,
            )
            _legend(figure, axes)
            drawn.append(finished(figure, view.lang))
    return Panels(tuple(drawn)) if drawn else None
