"""Which figure moved the model's forecasts since the quarter before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from xtanalysis.answers.news import NewsStep, Quantity, news
from xtanalysis.data.dictionary import indicators, regions
from xtanalysis.report.charts.fonts import Language
from xtanalysis.report.tables import Table
from xtanalysis.targets.words import NONE, numbers_as_text, period_text, points_word, statement_text, target_name

if TYPE_CHECKING:
    from xtanalysis.report.scorecard.files import Made

__all__ = ["news_table"]

MOST_NEWS = 3
SMALL = 5e-3  # of a change that a table of two decimals would print as nothing


def news_table(made: Made, lang: Language = "zh") -> Table:
    """How the forecasts moved since the quarter before: the figures that moved each most, and the rest in one row."""
    zh = lang == "zh"
    names = ["目标", "依据", "中位数变动", "可能性变动"]
    names = names if zh else ["Target", "Because of", "Median moves", "Probability moves"]
    cells: list[tuple[str, str, str, str]] = []
    if made.projection and made.before and made.projection.as_of > made.before.as_of:
        told = news(made.before, made.projection)
        for quantity in (q for q in told.quantities if q.is_target):
            cells += _news_rows(made, quantity, told.of(quantity.name), lang)
    caption = "预测因何而变" if zh else "Which figure moved the forecasts"
    none = "本季没有新公布的数影响预测。" if zh else "No figure published this quarter moved a forecast."
    return Table(frame=pd.DataFrame(cells, columns=names), name="news", caption=caption, note="" if cells else none)


def _news_rows(
    made: Made, quantity: Quantity, steps: Sequence[tuple[NewsStep, float, float]], lang: Language
) -> list[tuple[str, str, str, str]]:
    """One row a figure, the largest moves first; a probability only where the target has one."""
    judged = any(row.target.id == quantity.name and row.verdict.probability for row in made.card.rows)
    ranked = sorted((step for step in steps if abs(step[1]) > SMALL), key=lambda step: -abs(step[1]))
    rows = [(_because(step, lang), median, odds) for step, median, odds in ranked[:MOST_NEWS]]
    if rest := ranked[MOST_NEWS:]:
        word = f"其余{len(rest)}条" if lang == "zh" else f"{len(rest)} others"
        rows.append((word, sum(r[1] for r in rest), sum(r[2] for r in rest)))
    name, unit = target_name(made.card.plan.target(quantity.name), lang), points_word(quantity.statement.unit, lang)
    return [
        (
            name,
            why,
            f"{numbers_as_text(median, '+.2f')} {unit}".strip(),
            f"{numbers_as_text(100 * odds, '+.1f')}{'个百分点' if lang == 'zh' else ' points'}" if judged else NONE,
        )
        for why, median, odds in rows
    ]


def _because(step: NewsStep, lang: Language) -> str:
    s = step.statement
    if s is None:
        words = {"time": ("跨年，旧数停用", "a year is over"), "re-estimation": ("重新估计", "re-estimation")}
        return words[step.kind][0 if lang == "zh" else 1]
    entry, period = indicators()[s.indicator], period_text(s.period, lang)
    name = entry.zh if lang == "zh" else entry.en
    joint = "" if lang == "zh" else " "
    return joint.join((s.region if lang == "zh" else regions()[s.region].en, period, name, statement_text(s, lang)))
