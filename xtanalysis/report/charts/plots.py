"""The figures of the reports: axes in, axes out, each with the sentence that becomes its alternative text.

They take plain frames with the columns of quantiles.csv and targets.csv (docs/contract.md), so that a figure can be
drawn from a projection in memory, from its folder, or from anything shaped alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from xtanalysis.report.charts.alt import describe
from xtanalysis.report.charts.fans import bands, by_label, by_year, fan_text
from xtanalysis.report.charts.fonts import BAND, GRID, INK, MUTED, PALETTE, PAPER
from xtanalysis.report.charts.numbers import give_numbers
from xtanalysis.report.charts.tables import curve_table, end_table, fan_table, matrix_table, share_table
from xtanalysis.report.words import FIGURE_WORDS
from xtanalysis.targets.numbers import numbers_as_text
from xtanalysis.targets.verdicts import shown_percent
from xtanalysis.text import Language, all_in

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = [
    "base_curve",
    "fan_chart",
    "heat_map",
    "scenario_comparison",
    "share_bars",
]

# Shape says what kind of sentence a point is, filling how far it is trusted.
_SHAPES = {"outcome": "o", "estimate": "s", "to_date": "v", "outlook": "^", "plan": "D"}
_FILLS = {"A": "full", "B": "left", "C": "none"}
_TARGET = PALETTE[1]
_SECOND = PALETTE[2]


def fan_chart(
    axes: Axes,
    quantiles: pd.DataFrame,
    *,
    lang: Language,
    title: str = "",
    unit: str = "",
    facts: pd.DataFrame | None = None,
    targets: Sequence[tuple[int, float, str]] = (),
    origin: int | None = None,
    second: pd.DataFrame | None = None,
    second_name: str = "",
    legend: bool = True,
) -> Axes:
    """Draw a median with nested bands, every fact as a point, the targets and the year from which all is projection.

    Parameters
    ----------
    quantiles
        Columns year, quantile (0–1, symmetric pairs and 0.5), value; value in ``unit``.
    facts
        Columns year, value, kind (outcome · estimate · to_date · outlook · plan), trust (A · B · C); value in ``unit``.
    targets
        (year, value, label) of each target, a bar named in the legend; several years of one label are a line.
    origin
        Last year with full evidence; a thin rule stands after it.
    second, second_name
        A second opinion's quantiles in the same columns, drawn as a dashed median and the outermost bounds.
    legend
        Whether to explain bands and points (once is enough for a row of small figures).

    Raises
    ------
    ValueError
        If ``quantiles`` has no median.
    """
    words = all_in(FIGURE_WORDS, lang)
    wide = by_year(quantiles)
    years = wide.index.to_numpy()
    pairs = bands(wide)
    seen = 0.0  # of the layers so far: a swatch shows the colour that they add up to
    for i, (low, high) in enumerate(pairs):
        alpha = 0.16 + 0.13 * i
        axes.fill_between(years, wide[low], wide[high], color=BAND, alpha=alpha, linewidth=0, label="_")
        seen = 1.0 - (1.0 - seen) * (1.0 - alpha)
        label = words["band"].format(percent=f"{100 * (high - low):.0f}")
        axes.fill_between([], [], [], color=BAND, alpha=seen, linewidth=0, label=label)
    axes.plot(years, wide[0.5], color=BAND, linewidth=2, label=words["median"])
    if second is not None and len(second):
        other = by_year(second)
        axes.plot(other.index, other[0.5], color=_SECOND, linewidth=1.6, linestyle=(0, (5, 2)), label=second_name)
        for bound in bands(other)[0] if bands(other) else ():
            axes.plot(other.index, other[bound], color=_SECOND, linewidth=0.9, linestyle=(0, (2, 2)), label="_")
    if facts is not None and len(facts):
        _draw_facts(axes, facts, words)
    for label, marks in by_label(targets).items():
        x, y = zip(*marks, strict=True)
        # One number a year is a bar; a pace that holds for several years is a line through them.
        look: dict[str, Any] = {"marker": "_", "linestyle": ""} if len(marks) == 1 else {"linestyle": "-"}
        axes.plot(
            x, y, markersize=18, markeredgewidth=2.4, linewidth=2.4, color=_TARGET, label=label, clip_on=False, **look
        )
    if origin is not None:
        axes.axvline(origin + 0.5, color=MUTED, linewidth=0.8, linestyle=(0, (1, 2)))
    _years_axis(axes, years)
    axes.margins(x=0.02)
    axes.set(title=title)
    axes.set_ylabel(unit)
    if legend:
        _outside_legend(axes)
    describe(axes, fan_text(wide, unit, facts, targets, words))
    give_numbers(axes, fan_table(wide, unit, facts, targets, lang, second=second, second_name=second_name))
    return axes


def scenario_comparison(
    axes: Axes, quantiles: pd.DataFrame, *, lang: Language, names: Mapping[str, str], title: str = "", unit: str = ""
) -> Axes:
    """Draw each scenario's median with the outermost band of the first, named at the line's end.

    Parameters
    ----------
    quantiles
        Columns scenario, year, quantile, value; the first scenario of ``names`` is the one to compare with.
    names
        Scenario id to its title, in the order of the legend.
    """
    words = all_in(FIGURE_WORDS, lang)
    ends: list[tuple[float, str, str]] = []
    last = 0
    said = []
    for i, (scenario, name) in enumerate(names.items()):
        wide = by_year(quantiles[quantiles["scenario"] == scenario])
        years = wide.index.to_numpy()
        colour = PALETTE[i % len(PALETTE)]
        if i == 0 and bands(wide):
            low, high = bands(wide)[0]
            axes.fill_between(years, wide[low], wide[high], color=colour, alpha=0.14, linewidth=0)
        style = "-" if i == 0 else (0, ((6, 2), (3, 1.5), (1, 1.2), (6, 1.5, 1, 1.5))[(i - 1) % 4])
        axes.plot(years, wide[0.5], color=colour, linewidth=2, linestyle=style, label=name)
        ends.append((float(wide[0.5].iloc[-1]), name, colour))
        last = int(years[-1])
        value = numbers_as_text(float(wide[0.5].iloc[-1]))
        said.append(words["scenario_end"].format(name=name, year=last, value=value, unit=unit))
    _years_axis(axes, axes.lines[0].get_xdata())
    axes.set(title=title)
    axes.set_ylabel(unit)
    _label_ends(axes, last, ends)
    describe(axes, "".join(said))
    give_numbers(axes, end_table(quantiles, names, unit, lang))
    return axes


def share_bars(
    axes: Axes, labels: Sequence[str], parts: Mapping[str, Sequence[float]], *, lang: Language, title: str = ""
) -> Axes:
    """Draw one bar of parts that add up to 1 for each label, from the top.

    Parameters
    ----------
    parts
        Name of a part → its share for each label, in the order in which they are stacked.
    """
    words = all_in(FIGURE_WORDS, lang)
    start = np.zeros(len(labels))
    for (name, shares), colour in zip(parts.items(), (BAND, _SECOND, GRID), strict=False):
        axes.barh(range(len(labels)), shares, left=start, height=0.6, color=colour, linewidth=0, label=name)
        start = start + np.asarray(shares)
    axes.set_yticks(range(len(labels)), labels)
    axes.tick_params(axis="y", labelcolor=INK, length=0)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100%"])
    axes.grid(visible=False, axis="y")
    axes.spines["bottom"].set_visible(False)
    axes.set(title=title)
    _outside_legend(axes)
    said = [
        f"{label}{words['colon']}" + words["comma"].join(f"{name} {100 * v[i]:.0f}%" for name, v in parts.items())
        for i, label in enumerate(labels)
    ]
    describe(axes, words["semicolon"].join(said) + words["stop"])
    give_numbers(axes, share_table(labels, parts))
    return axes


def base_curve(
    axes: Axes,
    base: Sequence[float] | np.ndarray,
    probability: Sequence[float] | np.ndarray,
    *,
    lang: Language,
    title: str = "",
    base_label: str = "",
    unit: str = "",
    mentioned: Sequence[tuple[float, str]] = (),
    likely: tuple[float, float, str] | None = None,
) -> Axes:
    """Draw the probability of a target against the base-year level that nobody has published.

    Parameters
    ----------
    base
        Candidate base-year levels, ascending, in ``unit``, shape (n,).
    probability
        Probability of the target at each, shape (n,).
    mentioned
        (base, label) of figures that have been mentioned, drawn as rules.
    likely
        (low, high, label) of where the base is thought to be, as a band.
    """
    words = all_in(FIGURE_WORDS, lang)
    x, y = np.asarray(base, float), np.asarray(probability, float)
    axes.locator_params(axis="x", nbins=5)
    if likely is not None:
        axes.axvspan(*likely[:2], color=BAND, alpha=0.16, linewidth=0, label=likely[2])
    axes.plot(x, y, color=BAND, linewidth=2.2)
    for value, label in mentioned:
        axes.axvline(value, color=_TARGET, linewidth=1, linestyle=(0, (4, 2)))
        axes.annotate(label, (value, 1.13), (4, -2), textcoords="offset points", va="top", color=_TARGET, fontsize=9.5)
    axes.set_ylim(0, 1.13)
    axes.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1], ["0", "20", "40", "60", "80", "100%"])
    axes.set(title=title)
    axes.set_xlabel(f"{base_label}{words['unit'].format(unit=unit)}" if unit else base_label)
    axes.set_ylabel(words["probability"])
    at = [words["at"].format(base=numbers_as_text(x[i]), p=shown_percent(y[i])) for i in (0, len(x) // 2, len(x) - 1)]
    describe(axes, words["base_curve"].format(label=base_label, unit=unit, at=words["semicolon"].join(at)))
    give_numbers(axes, curve_table(x, y, axes.get_xlabel(), words["probability"]))
    return axes


def heat_map(
    axes: Axes,
    frame: pd.DataFrame,
    *,
    lang: Language,
    title: str = "",
    spec: str = ".0f",
    unit: str = "",
    centre: float | None = None,
) -> Axes:
    """Draw a matrix as colours with its numbers (rows and columns named by the frame); absent cells stay blank.

    ``centre`` makes the colours diverge around that value (e.g. zero news).
    """
    import seaborn as sns

    words = all_in(FIGURE_WORDS, lang)
    values = frame.to_numpy(float)
    colours = (
        sns.light_palette(BAND, as_cmap=True)
        if centre is None
        else sns.diverging_palette(25, 245, s=75, l=50, as_cmap=True)
    )
    notes = np.array([[numbers_as_text(v, spec) if np.isfinite(v) else "" for v in row] for row in values])
    sns.heatmap(
        frame, ax=axes, annot=notes, fmt="", cmap=colours, center=centre, cbar=False, linewidths=2, linecolor=PAPER,
        annot_kws={"fontsize": 9.5},
    )  # fmt: skip
    drawn = np.asarray(axes.collections[0].get_facecolor())[np.isfinite(values).ravel()]
    for note, colour in zip(axes.texts, drawn, strict=True):
        # Black or white, whichever stands out more (they are equal at relative luminance 0.18); fixed, in the dark too.
        light = colour[:3] ** 2.2 @ (0.2126, 0.7152, 0.0722) > 0.18
        note.set_color("#111111" if light else "#ffffff")
    axes.tick_params(length=0, labelrotation=0, labelcolor=INK)
    axes.set(title=title, xlabel="", ylabel="")
    rows = [
        f"{name}{words['colon']}"
        + words["comma"].join(f"{c} {n}" for c, n in zip(frame.columns, note, strict=True) if n)
        for name, note in zip(frame.index, notes, strict=True)
    ]
    unit_text = words["unit"].format(unit=unit) if unit else ""
    describe(axes, f"{words['matrix']}{unit_text}{words['colon']}{words['semicolon'].join(rows)}{words['stop']}")
    give_numbers(axes, matrix_table(frame))
    return axes


def _draw_facts(axes: Axes, facts: pd.DataFrame, words: Mapping[str, str]) -> None:
    for (kind, trust), rows in facts.groupby(["kind", "trust"], sort=True):
        label = words["fact"].format(kind=words[str(kind)], trust=trust)
        look: dict[str, Any] = {"marker": _SHAPES[str(kind)], "fillstyle": _FILLS[str(trust)], "label": label}
        axes.plot(
            rows["year"], rows["value"], linestyle="", color=INK, ms=6.5, mfcalt=PAPER, zorder=4, clip_on=False, **look
        )


def _years_axis(axes: Axes, years: Any) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True, min_n_ticks=3, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5))
    axes.set_xlim(float(np.min(years)), float(np.max(years)))


def _outside_legend(axes: Axes) -> None:
    """Explain below the axes, from the figure's edge on: labels of bars may take half of its width."""
    from matplotlib.transforms import blended_transform_factory

    handles, labels = axes.get_legend_handles_labels()
    if handles and axes.figure is not None:
        across = blended_transform_factory(axes.figure.transFigure, axes.transAxes)
        place: dict[str, Any] = {"loc": "upper left", "bbox_to_anchor": (0, -0.11), "bbox_transform": across}
        axes.legend(handles, labels, ncols=4, handlelength=1.6, columnspacing=1.4, borderaxespad=0, **place)


def _label_ends(axes: Axes, year: int, ends: Sequence[tuple[float, str, str]]) -> None:
    """Name each line at its end, moved apart where two would overlap."""
    low, high = axes.get_ylim()
    gap = (high - low) * 0.062
    placed = -np.inf
    for value, name, colour in sorted(ends):
        placed = max(value, placed + gap)
        axes.annotate(name, (year, placed), (6, 0), textcoords="offset points", va="center", color=colour, fontsize=10)
    # A name beside a point outside the axes is not drawn, so the axes grow with the names.
    axes.set_ylim(low, max(high, placed + gap / 2))
