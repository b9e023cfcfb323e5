"""Draw the opening figure of docs/track_record.md: what could be said on the plan's day, and what was published since.

    python scripts/make_overview_figure.py [FOLDER]

Writes overview.zh.png and overview.en.png (docs/figures by default).
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Mapping
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xtanalysis.answers.project import ScenarioDraws
from xtanalysis.answers.store import QUANTILES
from xtanalysis.report.charts.fonts import INK, MUTED, PALETTE, Language, set_theme
from xtanalysis.report.charts.plots import fan_chart
from xtanalysis.statements.facts import load_facts
from xtanalysis.study.facts import load_facts as known_facts
from xtanalysis.study.study import Study
from xtanalysis.targets.verdicts import shown_probability

DAY = dt.date(2021, 5, 6)
BASE, FIRST, LAST = 2020, 2014, 2025
INDICATOR = "value_added_real"
TARGET = "value_added_growth"

WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "title": "按 {day} 以前公布的数字测算，“年均增长 {target:g}% 左右”完成的可能性约 {p:.0%}",
        "growth": "湘潭市规模以上工业增加值增速",
        "index": "规模以上工业增加值指数（可比价）",
        "percent": "%",
        "base": f"{BASE} = 100",
        "flag": "目标\n{value:.1f}",
        "note": "虚线右侧是测算；右侧的点是此后才公布的增速（右图为其连乘），测算时没有用到。模型测算，非统计数据。",
    },
    "en": {
        "title": 'Seen from {day}, the target "about {target:g}% a year" had a chance of about {p:.0%}',
        "growth": "Xiangtan, growth of above-scale industrial value added",
        "index": "Index of above-scale industrial value added, constant prices",
        "percent": "% a year",
        "base": f"{BASE} = 100",
        "flag": "target\n{value:.1f}",
        "note": "Right of the dotted line is projection; the points there were published later and were not used. "
        "Model estimates, not official statistics.",
    },
}


def published_growth(region: str) -> pd.DataFrame:
    """Whole-year growth as published, the best-trusted report of each year, in the columns of a fan chart."""
    rows = [
        (fact.period.year, fact.value, fact.role, fact.trust, fact.role != "outcome")
        for fact in load_facts()
        if fact.region == region
        and fact.indicator == INDICATOR
        and fact.measure == "growth"
        and fact.period.is_year
        and fact.tells_what_happened
    ]
    frame = pd.DataFrame(rows, columns=["year", "value", "kind", "trust", "order"])
    return frame.sort_values(["year", "order", "trust"]).drop_duplicates("year").query("@FIRST <= year <= @LAST")


def chained_index(growth: pd.DataFrame) -> pd.DataFrame:
    """Growth chained from the base year on, as far as no year is missing."""
    after = growth[growth["year"] > BASE].set_index("year")
    years = [year for year in after.index if set(range(BASE + 1, year + 1)) <= set(after.index)]
    chain = after.loc[years]
    return chain.assign(value=100 * (1 + chain["value"] / 100).cumprod()).reset_index()


def fan(years: NDArray[np.int_], draws: NDArray[np.float64]) -> pd.DataFrame:
    """Quantiles by year of draws of shape (N, T), long."""
    keep = (years >= FIRST) & (years <= LAST)
    values = np.quantile(draws[:, keep], QUANTILES, axis=0)
    count = values.shape[1]
    columns = {"year": np.tile(years[keep], len(QUANTILES)), "quantile": np.repeat(QUANTILES, count)}
    return pd.DataFrame({**columns, "value": values.ravel()})


def draw(projection: ScenarioDraws, words: Mapping[str, str], lang: Language, path: Path) -> None:
    """Draw both panels and write the image."""
    import matplotlib.pyplot as plt

    set_theme()
    paths = projection.paths
    levels = paths.of(INDICATOR)
    growth = published_growth(projection.region)
    result = projection.target(TARGET)
    goal = 100 * (1 + result.value / 100) ** (LAST - BASE)

    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 5.4), layout="none")
    figure.subplots_adjust(left=0.05, right=0.945, top=0.84, bottom=0.22, wspace=0.14)
    yearly = 100 * (levels[:, 1:] / levels[:, :-1] - 1)
    fan_chart(
        left, fan(paths.years[1:], yearly), lang=lang, title=words["growth"], unit=words["percent"], facts=growth,
        origin=projection.origin, legend=False,
    )  # fmt: skip
    base = levels[:, [BASE - int(paths.years[0])]]
    fan_chart(
        right, fan(paths.years, 100 * levels / base), lang=lang, title=words["index"], unit=words["base"],
        facts=chained_index(growth), targets=[(LAST, goal, "")], origin=projection.origin, legend=False,
    )  # fmt: skip
    flag = words["flag"].format(value=goal)
    right.annotate(flag, (LAST, goal), (14, 0), textcoords="offset points", va="center", color=PALETTE[1])
    for axes in (left, right):
        axes.set_xlim(FIRST - 0.3, LAST + 0.15)
    handles, labels = left.get_legend_handles_labels()
    figure.legend(
        handles,
        labels,
        loc="lower left",
        bbox_to_anchor=(0.045, 0.075),
        ncols=len(labels),
        columnspacing=1.3,
        handlelength=1.6,
    )
    chance = shown_probability(result.probability, result.status)
    title = words["title"].format(day=DAY.isoformat(), target=result.value, p=chance)
    figure.text(0.05, 0.94, title, fontsize=15, color=INK)
    figure.text(0.05, 0.025, words["note"], color=MUTED, fontsize=10)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=130)
    plt.close(figure)


def main() -> None:
    """Project once, draw once a language."""
    mpl.use("agg")
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/figures")
    projection = Study(known_facts("湘潭市", as_of=DAY), to=LAST).project().record
    for lang, words in WORDS.items():
        draw(projection, words, lang, folder / f"overview.{lang}.png")


if __name__ == "__main__":
    main()
