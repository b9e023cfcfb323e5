"""A figure raw and finished is one picture."""

from __future__ import annotations

from xtanalysis.report.charts.drawing import figure_data, finished, sheet
from xtanalysis.report.charts.fonts import set_theme


def test_raw_and_finished_figures_are_one_picture() -> None:
    set_theme()
    figure, grid = sheet(size=(3, 2))
    grid[0, 0].plot([0, 1], [0, 1])
    raw = figure_data(figure, "svg")
    assert b"<!DOCTYPE" in raw
    small = finished(figure, "zh").svg
    assert small.startswith("<svg ")
    assert len(small) < len(raw)
