"""Figures of the decomposition: what is drawn is what the table says."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from xtanalysis.accounting.projections import effect_summary, energy_effects
from xtanalysis.errors import BadInput
from xtanalysis.report.charts.alt import alt_text
from xtanalysis.report.charts.plots_accounting import waterfall

NAMES = {"activity": "产出", "intensity": "强度", "total": "合计"}


def test_waterfall_draws_the_table_and_reads_it_aloud() -> None:
    table = pd.DataFrame({"factor": ["activity", "intensity", "total"], "mean": [30.0, -20, 10]})
    table = table.assign(low=table["mean"] - 5, high=table["mean"] + 5)
    figure = Figure()
    axes = waterfall(
        figure.subplots(), table, start=100, names=NAMES, ends=("2020", "2025"), lang="zh", unit="万吨标准煤"
    )
    assert [bar.get_height() for bar in axes.patches] == [100, 110, 30, -20]
    assert [bar.get_y() for bar in axes.patches] == [0, 0, 100, 130]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["2020", "产出", "强度", "2025"]
    text = alt_text(figure, "zh")
    assert "由 100 到 110 万吨标准煤" in text
    assert "强度 −20 万吨标准煤（区间 −25 至 −15）" in text


def test_summary_means_add_up() -> None:
    rng = np.random.default_rng(2)
    paths = [np.exp(np.cumsum(rng.normal(0.02, 0.03, (200, 4)), axis=1)) for _ in range(2)]
    summary = effect_summary(energy_effects(paths[0], paths[1], (2020, 2021, 2022, 2023)), 2023)
    assert summary["mean"].iloc[:-1].sum() == pytest.approx(summary["mean"].iloc[-1], rel=1e-10)
    assert (summary["low"] <= summary["high"]).all()
    with pytest.raises(BadInput, match="no such year; found '2030'; expected 2020, 2021, 2022, 2023"):
        effect_summary(energy_effects(paths[0], paths[1], (2020, 2021, 2022, 2023)), 2030)
