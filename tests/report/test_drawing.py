"""A figure is the same whether or not its sheet lay ready and its words were known."""

from __future__ import annotations

import matplotlib as mpl
import pytest

from xtanalysis.report.charts import drawing
from xtanalysis.report.charts.drawing import figure_data, finished, sheet, spare_sheets
from xtanalysis.report.charts.fonts import set_theme
from xtanalysis.report.charts.lettering import lettering


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave no sheet to other tests."""
    monkeypatch.setattr(drawing, "_SPARES", {})
    monkeypatch.setattr(drawing, "_STYLE", {})
    lettering.cache_clear()
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


def test_known_words_are_measured_and_drawn_as_matplotlib_does() -> None:
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextToPath

    ours, stock = lettering(), TextToPath()
    for size in (9.5, 12.0):
        prop = FontProperties(family=mpl.rcParams["font.family"], size=size)
        for _ in range(2):  # unknown, then known
            assert ours.get_text_width_height_descent("工业 −12 %", prop, ismath=False) == (
                stock.get_text_width_height_descent("工业 −12 %", prop, ismath=False)
            )
            font = stock._get_font(prop)
            placed, new, _ = ours.get_glyphs_with_font(font, "工业工", glyph_map={}, return_new_glyphs_only=True)
            expected = stock.get_glyphs_with_font(font, "工业工", glyph_map={}, return_new_glyphs_only=True)
            assert (placed, list(new)) == (expected[0], list(expected[1]))
            assert ours.get_glyphs_with_font(font, "工", glyph_map=new, return_new_glyphs_only=True)[1] == {}


def test_raw_and_finished_figures_are_one_picture() -> None:
    figure, grid = sheet(size=(3, 2))
    grid[0, 0].plot([0, 1], [0, 1])
    raw = figure_data(figure, "svg")
    assert b"<!DOCTYPE" in raw
    small = finished(figure, "zh").svg
    assert small.startswith("<svg ")
    assert len(small) < len(raw)
