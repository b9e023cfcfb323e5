"""What the page's figures lose in bytes they keep in sight."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from fontTools.pens.recordingPen import RecordingPen
from fontTools.svgLib.path import parse_path

from xtanalysis.report.charts.drawing import figure_data, finished, sheet
from xtanalysis.report.charts.fonts import set_theme
from xtanalysis.report.charts.svg import Sprite, _in_steps, slim

NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
HALF_A_HUNDREDTH = 0.01  # coordinates are cut after two decimals


@pytest.fixture(scope="module")
def stock() -> str:
    """A figure as matplotlib writes it."""
    set_theme()
    figure, grid = sheet(1, 2, size=(6, 3))
    for axes in grid[0]:
        axes.plot([2020, 2021, 2025], [1.0, 100.05, 7.005], marker="o", label="万元")
        axes.fill_between([2020, 2025], [0, 10], [5, 100], alpha=0.3)
        axes.set(title="增加值 100.50")
    figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside lower left")
    return figure_data(figure, "svg").decode()


def drawn(outline: str) -> list[tuple[str, tuple[tuple[float, float], ...]]]:
    """What an outline draws, as fontTools reads it."""
    pen = RecordingPen()
    parse_path(outline, pen)
    return list(pen.value)


def _paths(svg: str) -> list[np.ndarray]:
    """Coordinates of every path that is drawn, the page's shared glyphs and invisible frames aside."""
    return [
        np.array([float(x) for x in NUMBER.findall(d)])
        for d, style in re.findall(r'<path[^>]*? d="([^"]*)"[^>]*?style="([^"]*)"', svg)
        if style.replace(" ", "") != "fill:none"
    ]


def test_every_drawn_path_stays_where_it_was(stock: str) -> None:
    before, after = _paths(stock), _paths(Sprite().figure(slim(stock), "alt"))
    assert len(before) == len(after) > 8
    for old, new in zip(before, after, strict=True):
        np.testing.assert_allclose(new, old, rtol=0, atol=HALF_A_HUNDREDTH)


def test_letters_keep_their_places_sizes_and_outlines(stock: str) -> None:
    sprite = Sprite()
    page = sprite.figure(slim(stock), "alt")
    before = re.findall(r'<use xlink:href="#([\w-]+)"(?: transform="translate\(([\d.]+) 0\)")?/>', stock)
    after = re.findall(r'<use href="#(g\d+)"(?: x="([\d.]+)")?/>', page)
    assert len(before) == len(after) > 20
    assert [float(x or 0) for _, x in after] == pytest.approx([float(x or 0) for _, x in before], abs=HALF_A_HUNDREDTH)
    sizes = re.findall(r"scale\(([\d.]+ [-\d.]+)\)", page)
    assert sizes == re.findall(r"scale\(([\d.]+ [-\d.]+)\)", stock)
    assert "0.095 -0.095" in sizes  # points over a hundred: tick labels are 9.5 points high
    outlines = dict(re.findall(r'<path id="([^"]+)"(?: d="([^"]*)")?', stock))
    shared = dict(re.findall(r'<path id="([^"]+)" d="([^"]*)"', sprite.html))
    for (old, _), (new, _) in zip(before, after, strict=True):
        assert drawn(shared[new]) == drawn(outlines[old])


@pytest.mark.parametrize(
    "outline",
    ["", "M10 -5L10 20L-3 20L0 0zM1 1Q2 3 4 4C0 0 -1 -1 5 5L5 5z", "M0 0L0 0L0 7L0 9z", "M1.5 2L3 4z", "M1 2l3 4z"],
)
def test_an_outline_by_steps_is_the_same_outline(outline: str) -> None:
    told = _in_steps(outline)
    assert drawn(told) == drawn(outline)
    assert (told == outline) == (not outline or "." in outline or "l" in outline)


def test_the_page_s_figure_is_smaller_and_still_a_document(stock: str) -> None:
    small = slim(stock)
    page = Sprite().figure(small, 'what "it" shows')
    tree = ElementTree.fromstring(page)
    assert tree.attrib["aria-label"] == 'what "it" shows'
    assert len(page) < 0.6 * len(small) < 0.6 * 0.8 * len(stock)


def test_a_figure_that_is_not_ours_is_made_small_too(stock: str) -> None:
    assert Sprite().figure(stock, "alt") == Sprite().figure(slim(stock), "alt")


def test_a_figure_that_is_not_ours_keeps_its_references() -> None:
    foreign = (
        '<svg viewBox="0 0 1 1"><clipPath\nid="edge"><path d="M0 0"/></clipPath><g\n clip-path="url(#edge)"/></svg>'
    )
    page = Sprite().figure(foreign, "alt")
    assert 'id="f1-edge"' in page
    assert "url(#f1-edge)" in page


@pytest.mark.parametrize("below", ["", "a line below"], ids=["one measurement", "matplotlib's own engine"])
def test_everything_finds_room_in_its_figure(below: str) -> None:
    set_theme()
    figure, grid = sheet(2, 2, size=(8, 5))
    for axes in grid.flat:
        axes.plot([2020, 2025], [0, 123456])
        axes.set(title="a title", xlabel="years", ylabel="units")
        axes.annotate("a name at the end", (2025, 100), (6, 0), textcoords="offset points")
    line = figure.supxlabel(below) if below else None
    finished(figure, "en")
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    boxes = [axes.get_tightbbox(renderer) for axes in grid.flat]
    floor = line.get_window_extent(renderer).y1 if line else 0
    assert all(box.x0 >= 0 and box.x1 <= figure.bbox.x1 for box in boxes)
    assert all(box.y0 >= floor and box.y1 <= figure.bbox.y1 for box in boxes)
    assert not any(one.overlaps(other) for i, one in enumerate(boxes) for other in boxes[:i])
