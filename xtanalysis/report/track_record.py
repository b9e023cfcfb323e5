"""The track record: what was said on the plan's day against what came, and the scores of the replay."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from xtanalysis.answers.backtest import CITIES, ENGINES, Replay, replay
from xtanalysis.answers.skill import comparisons, scores_by
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

COLUMNS = ("n", "crps", "crps_se", "cover50", "cover80", "cover80_se", "cover95")
DRAWN, DRAWN_INDICATORS = ("growth_1y", "growth_5y_average"), ("gdp_real", "secondary_value_added")
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


def run_replay(facts: Sequence[Statement], cities: str, origins: str, cells: int) -> Replay:
    """Replay chosen cities (joined by commas; all fourteen if empty) and origins."""
    names = [name.strip() for name in cities.split(",") if name.strip()] or list(CITIES)
    return replay(facts, regions=[regions()[name].id for name in names], origins=origins_of(origins), cells=cells)


def _named(frame: pd.DataFrame, lang: Language) -> pd.DataFrame:
    words = wording(lang)
    names = {key: entry.zh if lang == "zh" else entry.en for key, entry in indicators().items()}
    names["co2_per_gdp"] = words.CARBON_PER_GDP
    return frame.assign(
        quantity=frame["quantity"].map(words.QUANTITIES),
        indicator=frame["indicator"].map(names),
        method=frame["method"].map(words.METHODS),
    )


def coverage_table(replayed: Replay, lang: Language) -> Table:
    """CRPS and coverage of the joint model in everything that is scored, with standard errors over origins."""
    words = wording(lang)
    scores = scores_by(replayed.forecasts)
    scores = _named(scores[scores["method"].isin(ENGINES)], lang)[["quantity", "indicator", "method", *COLUMNS]]
    scores.columns = pd.Index(words.SCORE_COLUMNS)
    two = dict.fromkeys(words.SCORE_COLUMNS[4:], ".2f")
    return Table(frame=scores, name="replay_scores", caption=words.SCORE_CAPTION, formats=two, note=words.SCORE_NOTE)


def relative_table(replayed: Replay, lang: Language, method: str = "engine_outlooks") -> Table:
    """Scores of the joint model over the closest other method's in everything that is scored.

    Of the methods with at least half as many cases as the best covered, the one that the joint model is least ahead of.
    """
    words, key = wording(lang), ["quantity", "indicator"]
    pairs = comparisons(replayed)
    mine = pairs[(pairs["method"] == method) & ~pairs["rival"].isin(ENGINES)]
    mine = mine[mine["n"] >= 0.5 * mine.groupby(key)["n"].transform("max")]
    mine = mine.sort_values("ratio", ascending=False).drop_duplicates(key).sort_values(key)
    table = _named(mine.assign(method=mine["rival"]), lang)
    table = table[["quantity", "indicator", "method", "n", "ratio", "low90", "high90", "brier_ratio"]]
    table.columns = pd.Index(words.RELATIVE_COLUMNS)
    two = dict.fromkeys(words.RELATIVE_COLUMNS[4:], ".2f")
    return Table(frame=table, name="replay_relative", caption=words.RELATIVE_CAPTION, formats=two)


def draw_coverage(replayed: Replay, lang: Language) -> Drawing:
    """Share of outcomes within the 80 % band, by method: a panel for each indicator, a point for one year and for five.

    Bars are two standard errors over origins.
    """
    words = wording(lang)
    scores = scores_by(replayed.forecasts)
    scores = _named(scores[scores["quantity"].isin(DRAWN) & scores["indicator"].isin(DRAWN_INDICATORS)], lang)
    names = list(scores["indicator"].unique())
    methods = [name for name in words.METHODS.values() if name in set(scores["method"])]
    figure, grid = sheet(1, len(names), size=(9.2, 3.6), sharey=True)
    for axes, name in zip(grid[0], names, strict=True):
        for shift, quantity in zip((-0.15, 0.15), (words.QUANTITIES[key] for key in DRAWN), strict=True):
            rows = scores[(scores["indicator"] == name) & (scores["quantity"] == quantity)]
            places = [methods.index(method) + shift for method in rows["method"]]
            axes.errorbar(rows["cover80"], places, xerr=2 * rows["cover80_se"], fmt="o", label=quantity)
        axes.axvline(NOMINAL, linewidth=1, linestyle="--", label=words.NOMINAL)
        axes.set_yticks(range(len(methods)), methods)
        axes.set(xlim=(0, 1.02), ylim=(len(methods) - 0.5, -0.5), title=name)
    figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside lower left", ncols=3)
    return finished(figure, lang)
