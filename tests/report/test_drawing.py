"""A figure raw and finished is one picture."""

from __future__ import annotations

from collections.abc import Callable

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath
from matplotlib.ticker import MaxNLocator

from xtanalysis.report.charts.blank import one_axes
from xtanalysis.report.charts.drawing import figure_data, finished, sheet
from xtanalysis.report.charts.fonts import set_theme
from xtanalysis.report.charts.letters import Letters


def test_raw_and_finished_figures_are_one_picture() -> None:
    set_theme()
    figure, grid = sheet(size=(3, 2))
    grid[0, 0].plot([0, 1], [0, 1])
    raw = figure_data(figure, "svg")
    assert b"<!DOCTYPE" in raw
    small = finished(figure, "zh").svg
    assert small.startswith("<svg ")
    assert len(small) < len(raw)


def test_a_sheet_taken_again_gives_the_picture_of_a_new_one() -> None:
    """Whatever the figure before it had: labels, legends, words, fixed ticks, limits, more ticks, another scale."""
    set_theme()

    def plain(figure: Figure, axes: Axes) -> None:
        axes.plot([2015, 2020, 2025], [1.0, 3.0, 2.0], label="a")
        axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))

    def rich(figure: Figure, axes: Axes) -> None:
        axes.fill_between([0, 1], [2e6, 3e6], [4e6, 5e6], alpha=0.3, label="b")
        axes.axvspan(0.2, 0.4)
        axes.axvline(0.5)
        axes.plot([0, 1], [3e6, 3.5e6], marker="o", clip_on=False)
        axes.annotate("word", (0.5, 3e6), (4, -2), textcoords="offset points")
        axes.set_xticks([0, 0.5, 1], ["0", "50", "100%"])
        axes.set_ylim(0, 7e6)
        axes.margins(x=0.3)
        axes.set(title="two\nlines", xlabel="across", ylabel="up")
        figure.legend(*axes.get_legend_handles_labels(), loc="outside lower left")

    def drawn(draw: Callable[[Figure, Axes], None], *, again: bool) -> str:
        if not again:
            figure, grid = sheet(size=(3, 2))
            draw(figure, grid[0, 0])
            return finished(figure, "en").svg
        with one_axes((3, 2)) as (figure, axes):
            draw(figure, axes)
            return finished(figure, "en").svg

    new = {draw: drawn(draw, again=False) for draw in (plain, rich)}
    for draw in (plain, rich, plain, plain, rich, rich):
        assert drawn(draw, again=True) == new[draw]


def test_a_sheet_is_not_taken_again_under_other_settings() -> None:
    set_theme()
    with one_axes((3, 2)) as (before, _):
        finished(before, "en")
    with one_axes((3, 2)) as (figure, _):
        assert figure is before
        finished(figure, "en")
    with mpl.rc_context({"axes.linewidth": 5}), one_axes((3, 2)) as (figure, _):
        assert figure is not before


def test_a_text_is_measured_anew_under_other_fonts() -> None:
    set_theme()

    def place() -> str:
        with mpl.rc_context({"font.family": "sans-serif"}):
            figure, grid = sheet(size=(3, 2))
            grid[0, 0].set_ylabel("illimitable", family="sans-serif", rotation=0)
            return finished(figure, "en").svg

    with mpl.rc_context({"font.sans-serif": ["DejaVu Sans"]}):
        wide = place()
    with mpl.rc_context({"font.sans-serif": ["DejaVu Sans Mono"]}):
        other = place()
        assert place() == other != wide


def test_letters_are_those_of_matplotlib_whatever_was_found_before() -> None:
    set_theme()
    plain, kept, look = TextToPath(), Letters(), FontProperties(size=9)
    font = plain._get_font(look)  # type: ignore[attr-defined]
    for text in ("2021", "亿元 $x$", "2021", ""):
        assert kept.get_text_width_height_descent(text, look, False) == plain.get_text_width_height_descent(
            text, look, False
        )
        for known in ({}, dict.fromkeys(plain.get_glyphs_with_font(font, "20元")[1])):
            places, outlines, boxes = plain.get_glyphs_with_font(font, text, known, return_new_glyphs_only=True)
            found = kept.get_glyphs_with_font(font, text, known, return_new_glyphs_only=True)
            assert (found[0], list(found[1]), found[2]) == (places, list(outlines), boxes)
            assert all(np.array_equal(found[1][name][0], outlines[name][0]) for name in outlines)
    double = FontProperties(size=18)
    size, twice = (kept.get_text_width_height_descent("2021", at, False)[0] for at in (look, double))
    assert twice == pytest.approx(2 * size)
