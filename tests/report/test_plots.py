"""Figures: what they draw and what their alternative text says, on any machine, with Chinese glyphs."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

from xtanalysis.report.charts import plots
from xtanalysis.report.charts.alt import alt_text
from xtanalysis.report.charts.drawing import figure_data
from xtanalysis.report.charts.fonts import PALETTE, PAPER, THEME, cjk_family, set_theme

YEARS = np.arange(2018, 2026)


def quantiles(shift: float = 0.0) -> pd.DataFrame:
    parts = [(0.1, -2.0), (0.5, 0.0), (0.9, 2.0)]
    rows = [(y, q, 100 + y - 2018 + z + shift) for q, z in parts for y in YEARS]
    return pd.DataFrame(rows, columns=["year", "quantile", "value"])


def said(axes: Axes, lang: str = "zh") -> str:
    return alt_text(axes.figure, lang)  # type: ignore[arg-type]


def test_what_the_theme_leaves_open_is_as_seaborn_has_it() -> None:
    """All but the fonts, the colours of pictures, and what the theme names."""
    import matplotlib as mpl
    import seaborn as sns

    own = {*THEME, "axes.prop_cycle", "font.family", "font.sans-serif", "image.cmap"}
    with mpl.rc_context():
        mpl.rcdefaults()
        sns.set_theme(context="notebook", style="white")
        theirs = dict(mpl.rcParams)
        mpl.rcdefaults()
        set_theme()
        ours = dict(mpl.rcParams)
    assert {name for name in theirs if theirs[name] != ours[name]} <= own
    taken = ("axes.linewidth", "lines.solid_capstyle", "xtick.bottom", "xtick.major.size", "ytick.minor.width")
    assert [ours[name] for name in taken] == [theirs[name] for name in taken]


def test_fan_chart_says_median_band_facts_and_target(axes: Axes) -> None:
    facts = pd.DataFrame({"year": [2018, 2020], "value": [100, 102], "kind": ["outcome", "plan"], "trust": ["A", "C"]})
    more = {"facts": facts, "targets": [(2025, 110.0, "规划目标")], "origin": 2020, "second": quantiles(1)}
    returned = plots.fan_chart(axes, quantiles(), lang="zh", title="增加值", unit="亿元", **more)  # type: ignore[arg-type]
    assert returned is axes
    assert said(axes) == (
        "增加值。中位数由2018年的100到2025年的107（亿元）。2025年80%区间为105至109。"
        "图上有2个公布的数，2018—2020年。规划目标：2025年110。"
    )
    markers = {line.get_marker(): line.get_fillstyle() for line in axes.lines if line.get_linestyle() == "None"}
    assert (markers["o"], markers["D"]) == ("full", "none")
    assert "公布数（A级）" in axes.get_legend_handles_labels()[1]


def test_a_pace_that_holds_for_years_is_a_line_with_one_entry_in_the_legend(axes: Axes) -> None:
    marks = [(year, 5.0, "年均5%") for year in (2021, 2022, 2023)]
    plots.fan_chart(axes, quantiles(), lang="zh", targets=[*marks, (2025, 110.0, "目标")])
    drawn = {line.get_label(): (line.get_linestyle(), list(line.get_xdata())) for line in axes.lines}
    assert drawn["年均5%"] == ("-", [2021, 2022, 2023])
    assert drawn["目标"] == ("None", [2025])
    assert axes.get_legend_handles_labels()[1].count("年均5%") == 1


def test_swatches_show_the_colours_that_the_bands_add_up_to(axes: Axes) -> None:
    levels = {0.025: -6.0, 0.1: -4.0, 0.25: -2.0, 0.5: 0.0, 0.75: 2.0, 0.9: 4.0, 0.975: 6.0}
    rows = [(year, q, z) for q, z in levels.items() for year in (2020, 2030)]
    plots.fan_chart(axes, pd.DataFrame(rows, columns=["year", "quantile", "value"]), lang="en", legend=False)
    axes.grid(visible=False)
    axes.figure.canvas.draw()
    image = np.asarray(axes.figure.canvas.buffer_rgba())  # type: ignore[attr-defined]
    paper = np.ones(3)  # the figure is transparent
    swatches = {
        label: handle.get_facecolor()[0]
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)
        if label.endswith("band")
    }
    assert list(swatches) == ["95% band", "80% band", "50% band"]
    for (red, green, blue, alpha), height in zip(swatches.values(), (5.0, 3.0, 1.0), strict=True):
        x, y = axes.transData.transform((2027, height))
        pixel = image[image.shape[0] - 1 - round(y), round(x)].astype(float) / 255.0
        seen = pixel[:3] * pixel[3] + paper * (1.0 - pixel[3])
        shown = np.array([red, green, blue]) * alpha + paper * (1.0 - alpha)
        assert seen == pytest.approx(shown, abs=2.5 / 255), height


def test_a_fan_chart_needs_a_median(axes: Axes) -> None:
    with pytest.raises(ValueError, match="needs the median"):
        plots.fan_chart(axes, quantiles()[lambda d: d["quantile"] != 0.5], lang="zh")


def test_scenario_comparison_names_each_line(axes: Axes) -> None:
    both = pd.concat([quantiles().assign(scenario="a"), quantiles(5).assign(scenario="b")])
    plots.scenario_comparison(axes, both, lang="en", names={"a": "Baseline", "b": "Plan"}, unit="t")
    assert said(axes, "en") == "Baseline: median 107 t in 2025. Plan: median 112 t in 2025."
    assert [text.get_text() for text in axes.texts] == ["Baseline", "Plan"]


def test_names_of_lines_that_end_together_stay_beside_the_axes(axes: Axes) -> None:
    """A name that is moved above the frame would not be drawn, and would take all room from the layout."""
    names = {name: f"Scenario {name}" for name in "abcde"}
    together = pd.concat([quantiles(0.01 * i).assign(scenario=name) for i, name in enumerate(names)])
    plots.scenario_comparison(axes, together, lang="en", names=names, unit="t")
    low, high = axes.get_ylim()
    placed = sorted(text.xy[1] for text in axes.texts)  # type: ignore[attr-defined]
    assert low < placed[0]
    assert placed[-1] < high
    assert min(np.diff(placed)) >= 0.05 * (high - low)


def test_base_curve(axes: Axes) -> None:
    plots.base_curve(
        axes, [100, 200, 300], [0.1, 0.5, 0.9], lang="en", base_label="Base", unit="t", mentioned=[(150, "said")]
    )
    assert "10% at 100; 50% at 200; 90% at 300 (t)" in said(axes, "en")


def test_heat_map_reads_every_number(axes: Axes) -> None:
    plots.heat_map(
        axes, pd.DataFrame([[1.0, np.nan], [3.0, 90.0]], index=["r", "s"], columns=["a", "b"]), lang="zh", unit="%"
    )
    assert said(axes) == "数值（%）：r：a 1；s：a 3、b 90。"
    assert {text.get_color() for text in axes.texts} == {"#111111", "#ffffff"}


def test_generic_alt_text_of_bars_and_points(axes: Axes) -> None:
    axes.bar(["x", "y"], [1, 2.5])
    axes.scatter([1, 2], [3, 4], label="dots")
    axes.set(title="Bars", ylabel="t")
    assert (
        said(axes, "en") == "Bars. Horizontal axis: —; vertical axis: t. dots: 2 points from 3 to 4. Bars: x 1, y 2.5."
    )


def test_chinese_glyphs_are_drawn_as_paths(axes: Axes) -> None:
    axes.set(title="湘潭市工业投资")
    svg = figure_data(axes.figure, "svg").decode()  # type: ignore[arg-type]
    assert "<text" not in svg
    assert len(set(re.findall(r'<path id="([^"]+)"', svg))) >= 7
    assert figure_data(axes.figure, "svg").decode() == svg  # type: ignore[arg-type]
    assert cjk_family() != "DejaVu Sans"


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


@pytest.mark.parametrize("colour", PALETTE)
def test_lines_stand_out_from_the_page(colour: str) -> None:
    """WCAG 2.2, 1.4.11: 3:1 for graphics."""
    assert (luminance(PAPER) + 0.05) / (luminance(colour) + 0.05) >= 3.0
