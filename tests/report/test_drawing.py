"""A figure is the same whether or not its sheet lay ready."""

from __future__ import annotations

import matplotlib as mpl
import pytest

from xtanalysis.report.charts import drawing
from xtanalysis.report.charts.drawing import figure_data, finished, sheet, spare_sheets
from xtanalysis.report.charts.fonts import set_theme


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave no sheet to other tests."""
    monkeypatch.setattr(drawing, "_SPARES", {})
    monkeypatch.setattr(drawing, "_STYLE", {})
    set_theme()


def _svg(end: float = 7.0, colour: str = "k") -> str:
    figure, grid = sheet(1, 2, size=(6, 3))
    for axes in grid[0]:
        axes.plot([2020, 2025], [1.0, end], color=colour, label="万元")
        axes.set(title="增加值 100.50", ylabel="亿元")
        axes.set_xticks([2020, 2022, 2025], ["20", "22", "25"])
        axes.tick_params(axis="y", labelsize=11, length=0)
        axes.grid(visible=True, axis="x")
        axes.set_ylim(0, 2 * end)
    figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside lower left")
    return finished(figure, "zh").svg


def test_a_spare_sheet_gives_the_bytes_of_a_new_one() -> None:
    alone = _svg(end=3.0)
    with spare_sheets():
        _svg(end=700.0)
    assert [len(spares) for spares in drawing._SPARES.values()] == [1]
    assert _svg(end=3.0) == alone
    assert not any(drawing._SPARES.values())  # it is used up
    assert _svg(end=3.0) == alone


def test_a_spare_sheet_of_another_style_stays_where_it_is() -> None:
    with spare_sheets():
        _svg()
    with mpl.rc_context({"axes.facecolor": "red"}):
        assert "#ff0000" in _svg()
    assert [len(spares) for spares in drawing._SPARES.values()] == [1]
    assert "#ff0000" not in _svg()


def test_raw_and_finished_figures_are_one_picture() -> None:
    figure, grid = sheet(size=(3, 2))
    grid[0, 0].plot([0, 1], [0, 1])
    raw = figure_data(figure, "svg")
    assert b"<!DOCTYPE" in raw
    small = finished(figure, "zh").svg
    assert small.startswith("<svg ")
    assert len(small) < len(raw)
