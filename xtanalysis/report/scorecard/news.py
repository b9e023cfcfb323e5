"""Which figure moved the model's forecasts since the quarter before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from xtanalysis.answers.news import NewsStep, Quantity, news
from xtanalysis.data.dictionary import indicators, regions
from xtanalysis.report.tables import Table
from xtanalysis.targets.numbers import NONE, numbers_as_text, period_text, points_word
from xtanalysis.targets.words import statement_text, target_name
from xtanalysis.text import Language, bilingual, say

if TYPE_CHECKING:
    from xtanalysis.report.scorecard.files import Made

__all__ = ["news_table"]

MOST_NEWS = 3
SMALL = 5e-3  # of a change that a table of two decimals would print as nothing


def news_table(made: Made, lang: Language = "zh") -> Table:
    """How the forecasts moved since the quarter before: the figures that moved each most, and the rest in one row."""
    names = [say(lang, "Target"), say(lang, "Because of"), say(lang, "Median moves"), say(lang, "Probability moves")]
    cells: list[tuple[str, str, str, str]] = []
    if made.projection and made.before and made.projection.as_of > made.before.as_of:
        told = news(made.before, made.projection)
        for quantity in (q for q in told.quantities if q.is_target):
            cells += _news_rows(made, quantity, told.of(quantity.name), lang)
    caption = say(lang, "Which figure moved the forecasts")
    none = say(lang, "No figure published this quarter moved a forecast.")
    return Table(frame=pd.DataFrame(cells, columns=names), name="news", caption=caption, note="" if cells else none)


def _news_rows(
    made: Made, quantity: Quantity, steps: Sequence[tuple[NewsStep, float, float]], lang: Language
) -> list[tuple[str, str, str, str]]:
    """One row a figure, the largest moves first; a probability only where the target has one."""
    judged = any(row.target.id == quantity.name and row.verdict.probability for row in made.card.rows)
    ranked = sorted((step for step in steps if abs(step[1]) > SMALL), key=lambda step: -abs(step[1]))
    rows = [(_because(step, lang), median, odds) for step, median, odds in ranked[:MOST_NEWS]]
    if rest := ranked[MOST_NEWS:]:
        word = say(lang, "{rest} others", rest=len(rest))
        rows.append((word, sum(r[1] for r in rest), sum(r[2] for r in rest)))
    name, unit = target_name(made.card.plan.target(quantity.name), lang), points_word(quantity.statement.unit, lang)
    return [
        (
            name,
            why,
            f"{numbers_as_text(median, '+.2f')} {unit}".strip(),
            say(lang, "{size} points", size=numbers_as_text(100 * odds, "+.1f")) if judged else NONE,
        )
        for why, median, odds in rows
    ]


def _because(step: NewsStep, lang: Language) -> str:
    s = step.statement
    if s is None:
        return say(lang, "a year is over") if step.kind == "time" else say(lang, "re-estimation")
    entry, period = indicators()[s.indicator], period_text(s.period, lang)
    name = bilingual(f"{regions()[s.region].en} {period} {entry.en}", f"{s.region}{period}{entry.zh}")
    return say(lang, "{period} {figure}", period=name, figure=statement_text(s, lang))
