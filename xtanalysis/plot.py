"""Charts of projections on axes of one's own: ``xtanalysis.plot.fan``, ``compare`` and ``verdicts``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xtanalysis.data.dictionary import indicator as find_indicator
from xtanalysis.data.dictionary import indicators, units, using
from xtanalysis.data.shown import shown_names
from xtanalysis.errors import BadInput, Problem
from xtanalysis.report.charts.alt import describe
from xtanalysis.report.charts.fonts import GRID, PALETTE, cjk_family
from xtanalysis.report.charts.plots import fan_chart, scenario_comparison
from xtanalysis.report.series import Scale, fact_points, quantile_frame
from xtanalysis.report.wording import wording
from xtanalysis.statements.days import as_year
from xtanalysis.study.projection import Projection
from xtanalysis.targets.verdict_words import MARKS, word_text
from xtanalysis.targets.words import target_name
from xtanalysis.text import Language, either, message, name_in, say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["compare", "fan", "verdicts"]

SCALES = ("growth", "index", "level")
HISTORY = 10  # years before the origin that are shown
COMPARED = shown_names("compared")
READINGS = {"observation": message("if it happens"), "intervention": message("if it is done")}
PANEL = (8.0, 3.2)  # inches
VERDICT_COLOURS = {
    "good": PALETTE[2], "fair": PALETTE[0], "unsure": PALETTE[3], "poor": PALETTE[1], "bad": PALETTE[1],
    "none": PALETTE[6],
}  # fmt: skip


def fan(
    projection: Projection,
    indicator: str,
    *,
    scale: Scale = "growth",
    base: int | str | None = None,
    ax: Axes | None = None,
    lang: Language = "zh",
    facts: bool = True,
) -> Axes:
    """Draw an indicator's median with nested bands, and every published figure as a point.

    Parameters
    ----------
    indicator
        Any name of it.
    scale
        ``growth`` in %, ``index`` (``base`` = 100 on every path) or ``level`` in the indicator's unit.
    base
        Year that is 100; the origin year unless told.
    ax
        Axes to draw on; a new figure's unless told.
    lang
        Of titles and legend.
    facts
        Whether to show the published figures.

    Returns
    -------
    The axes, for whatever you want to add.

    Raises
    ------
    BadInput
        For an unknown indicator or scale.
    """
    _check_language(lang)
    with using(projection.reference):
        name, record = _named(indicator, scale), projection.record
        start = record.origin if base is None else as_year(base, "base")
        first = min(record.origin, start) if scale == "index" else record.origin - HISTORY
        points = None
        if facts:
            known = projection.study.facts.statements
            points = fact_points(record, known, name, scale, first=first, base=start)
        with _fonts():
            axes = ax if ax is not None else _panels(1)[0]
            quantiles = quantile_frame(record, name, scale, first=first, base=start)
            title, unit = _title(name, scale, lang), _unit(name, scale, start, lang)
            fan_chart(axes, quantiles, lang=lang, title=title, unit=unit, facts=points, origin=record.origin)
        return axes


def compare(
    *projections: Projection,
    indicator: str | Sequence[str] = COMPARED,
    scale: Scale = "index",
    base: int | str | None = None,
    ax: Axes | Sequence[Axes] | None = None,
    lang: Language = "zh",
) -> Axes | NDArray[Any]:
    """Draw the medians of several projections of one region with the band of the first; small multiples of indicators.

    Parameters
    ----------
    projections
        Two or more, the one to compare with first.
    indicator
        Any name, or several for a panel each.
    ax
        Axes to draw on, one an indicator; a new figure's unless told.

    Returns
    -------
    The axes; an array of them, shape (indicators,), for several indicators.

    Raises
    ------
    BadInput
        For an unknown indicator or scale, projections of different regions, or another number of axes.
    """
    regions = sorted({p.region for p in projections})
    given = [] if ax is None else list(np.ravel(np.asarray(ax, dtype=object)))
    if len(regions) != 1:
        found = ", ".join(regions) or message("no projection")
        raise BadInput(
            Problem(message("compare projections of one region"), found=found, expected=message("one region"))
        )
    _check_language(lang)
    with using(projections[0].reference):
        names = [_named(one, scale) for one in ([indicator] if isinstance(indicator, str) else indicator)]
        if given and len(given) != len(names):
            raise BadInput(
                Problem(
                    message("one axes for each indicator"), column="ax", found=f"{len(given)}", expected=f"{len(names)}"
                )
            )
        start = projections[0].record.origin if base is None else as_year(base, "base")
        # Two scenarios typed in have one id; a number tells them apart.
        labels = {f"{p.scenario.id} {i}": _label(p, projections, lang) for i, p in enumerate(projections)}
        with _fonts():
            panels = given or _panels(len(names))
            for axes, name in zip(panels, names, strict=True):
                frames = [
                    quantile_frame(p.record, name, scale, first=start, base=start).assign(scenario=label)
                    for p, label in zip(projections, labels, strict=True)
                ]
                title, unit = _title(name, scale, lang), _unit(name, scale, start, lang)
                scenario_comparison(
                    axes, pd.concat(frames, ignore_index=True), lang=lang, names=labels, title=title, unit=unit
                )
        return panels[0] if isinstance(indicator, str) else np.array(panels, dtype=object)


def _check_language(lang: str) -> None:
    if lang not in ("zh", "en"):
        raise BadInput(
            Problem(message("unknown language"), column="lang", found=str(lang), expected=either(["zh", "en"]))
        )


def verdicts(projection: Projection, *, ax: Axes | None = None, lang: Language = "zh") -> Axes:
    """Draw each target's probability as a point with its range over calibres and priors; first readings.

    Targets that figures have settled stand at 0 or 100 %; those without a figure are left out.

    Parameters
    ----------
    ax
        Axes to draw on; a new figure's unless told.
    lang
        Of names and words.

    Raises
    ------
    BadInput
        If no target has a probability.
    """
    names = {target.id: target_name(target, lang) for target in projection.plan.targets}
    table = projection.targets.dropna(subset="probability").drop_duplicates("target").iloc[::-1]
    if table.empty:
        raise BadInput(
            Problem(message("no target has a probability"), column="plan", found=projection.plan.id or message("none"))
        )
    with _fonts():
        axes = ax if ax is not None else _panels(1)[0]
        low, middle, high = (100.0 * table[f"probability{part}"] for part in ("_low", "", "_high"))
        colours = [VERDICT_COLOURS[MARKS[word]] for word in table["verdict"]]
        axes.hlines(range(len(table)), low, high, colors=colours, linewidth=4, alpha=0.45)
        axes.scatter(middle, range(len(table)), c=colours, s=55, zorder=3)
        labels = [f"{names[t]}  {word_text(w, lang)}" for t, w in zip(table["target"], table["verdict"], strict=True)]
        axes.set_yticks(range(len(table)), labels)
        axes.set(xlim=(-3, 103), ylim=(-0.6, len(table) - 0.4))
        axes.set_xlabel(say(lang, "Probability of being met, %"))
        for bound in (20, 40, 60, 80):
            axes.axvline(bound, color=GRID, linewidth=0.8, zorder=0)
        told = (f"{label} {m:.0f} %" for label, m in zip(labels, middle, strict=True))
        describe(axes, "; ".join(told))
    return axes


def _label(projection: Projection, beside: Sequence[Projection], lang: Language) -> str:
    """A scenario's title, with how it is read where the same stands there twice."""
    titles = [name_in(p.scenario, lang) for p in beside]
    title = name_in(projection.scenario, lang)
    readings = {row.reading or "observation" for row in projection.scenario.assumptions}
    if titles.count(title) == 1 or len(readings) != 1:
        return title
    words = READINGS[readings.pop()]
    return say(lang, "{title} ({words})", title=title, words=words)


def _fonts() -> Any:
    """Chinese glyphs first, in these charts only; the reader's own style is left alone."""
    return mpl.rc_context({"font.family": [cjk_family(), *mpl.rcParams["font.family"]], "axes.unicode_minus": False})


def _panels(count: int) -> list[Axes]:
    """A new figure's axes, one below the other."""
    import matplotlib.pyplot as plt

    size = (PANEL[0], PANEL[1] * count)
    _, grid = plt.subplots(count, squeeze=False, figsize=size, layout="constrained")
    return list(grid[:, 0])


def _named(indicator: str, scale: str) -> str:
    if scale not in SCALES:
        raise BadInput(Problem(message("unknown scale"), column="scale", found=scale, expected=", ".join(SCALES)))
    return find_indicator(indicator).id


def _title(name: str, scale: Scale, lang: Language) -> str:
    entry = indicators()[name]
    said = name_in(entry, lang)
    return said if scale == "level" else str(wording(lang).chart_title(said, scale))


def _unit(name: str, scale: Scale, base: int, lang: Language) -> str:
    if scale == "index":
        return f"{base} = 100"
    unit = units()["percent" if scale == "growth" or indicators()[name].unit == "fraction" else indicators()[name].unit]
    return name_in(unit, lang)
