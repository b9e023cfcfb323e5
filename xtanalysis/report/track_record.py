"""The track record: what was said on the plan's day against what came, and the scores of the replay."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from xtanalysis.answers.backtest import CITIES, replay
from xtanalysis.answers.skill import relative, scores_by
from xtanalysis.data.dictionary import indicators, regions
from xtanalysis.report.charts.drawing import Drawing, finished, sheet
from xtanalysis.report.charts.fonts import Language
from xtanalysis.report.charts.plots import fan_chart
from xtanalysis.report.figures import HISTORY
from xtanalysis.report.page import Page
from xtanalysis.report.series import fact_points, quantile_frame
from xtanalysis.report.tables import Table
from xtanalysis.report.view import View
from xtanalysis.report.wording import wording
from xtanalysis.statements.grammar import Statement

__all__ = ["coverage_table", "draw_coverage", "draw_what_came", "head", "origins_of", "relative_table", "run_replay"]

COLUMNS = ("n", "crps", "crps_se", "coverage_50", "coverage_80", "coverage_80_se", "coverage_95")
NOMINAL = 0.8


def head(view: View, today: str) -> Page:
    """Title of the page: the region's record until today."""
    words = wording(view.lang)
    return Page(title=words.record_title(view.region_name), lang=view.lang, lead=words.RECORD_LEAD, as_of=today)


def origins_of(text: str) -> list[int]:
    """Years joined by commas."""
    return [int(part) for part in text.split(",") if part.strip()]


def draw_what_came(view: View, later: View, indicator: str = "value_added_real") -> Drawing:
    """Fan of the earlier day with every figure published since: those known then are filled with the rest."""
    words, then = wording(view.lang), view.projection
    first = then.origin - HISTORY // 2
    figure, grid = sheet(size=(9.2, 4.0))
    fan_chart(
        grid[0, 0],
        quantile_frame(then, indicator, "growth", first=first),
        lang=view.lang,
        title=words.said_and_came(view.indicator(indicator), then.as_of),
        unit=words.scale_unit("growth"),
        facts=fact_points(later.projection, later.facts, indicator, "growth", first=first),
        origin=then.origin,
    )
    return finished(figure, view.lang)


def run_replay(facts: Sequence[Statement], cities: str, origins: str, cells: int) -> pd.DataFrame:
    """Replay chosen cities (joined by commas; all fourteen if empty) and origins."""
    names = [name.strip() for name in cities.split(",") if name.strip()] or list(CITIES)
    return replay(facts, regions=[regions()[name].id for name in names], origins=origins_of(origins), cells=cells)


def _named(frame: pd.DataFrame, lang: Language) -> pd.DataFrame:
    words = wording(lang)
    out = frame.copy()
    out["indicator"] = [indicators()[i].zh if lang == "zh" else indicators()[i].en for i in frame["indicator"]]
    if "method" in out:
        out["method"] = [words.METHODS.get(str(m), m) for m in frame["method"]]
    return out


def coverage_table(frame: pd.DataFrame, lang: Language) -> Table:
    """CRPS and coverage of each method, with standard errors over origins."""
    words = wording(lang)
    scores = _named(scores_by(frame), lang)[["indicator", "method", *COLUMNS]]
    scores.columns = pd.Index(words.SCORE_COLUMNS)
    two = dict.fromkeys(words.SCORE_COLUMNS[3:], ".2f")
    return Table(frame=scores, name="replay_scores", caption=words.SCORE_CAPTION, formats=two, note=words.SCORE_NOTE)


def relative_table(frame: pd.DataFrame, lang: Language, method: str = "engine") -> Table:
    """CRPS of the joint model over each other method's, on the cases that both have."""
    words = wording(lang)
    others = [name for name in frame["method"].unique() if not str(name).startswith("engine")]
    parts = [relative(frame, method, other).assign(method=other) for other in others]
    table = _named(pd.concat(parts, ignore_index=True), lang)
    table = table[["indicator", "method", "n", "ratio", "low", "high", "brier_skill"]]
    table.columns = pd.Index(words.RELATIVE_COLUMNS)
    two = dict.fromkeys(words.RELATIVE_COLUMNS[3:], ".2f")
    return Table(frame=table, name="replay_relative", caption=words.RELATIVE_CAPTION, formats=two)


def draw_coverage(frame: pd.DataFrame, lang: Language) -> Drawing:
    """Share of outcomes within the 80 % band, by method: a point for each indicator, with two standard errors."""
    words = wording(lang)
    scores = _named(scores_by(frame), lang)
    names = list(scores["indicator"].unique())
    methods = [name for name in words.METHODS.values() if name in set(scores["method"])]
    figure, grid = sheet(1, len(names), size=(9.2, 3.6), sharey=True)
    for axes, name in zip(grid[0], names, strict=True):
        rows = scores[scores["indicator"] == name]
        places = [methods.index(method) for method in rows["method"]]
        axes.errorbar(rows["coverage_80"], places, xerr=2 * rows["coverage_80_se"], fmt="o", label=words.COVERAGE_80)
        axes.axvline(NOMINAL, linewidth=1, linestyle="--", label=words.NOMINAL)
        axes.set_yticks(range(len(methods)), methods)
        axes.set(xlim=(0, 1.02), ylim=(len(methods) - 0.5, -0.5), title=name)
    figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside lower left", ncols=2)
    return finished(figure, lang)
