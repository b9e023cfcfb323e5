"""The closing sections of the scenario page: risks, the second opinion, and the figures to obtain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from xtanalysis.answers.store import quantile_table
from xtanalysis.answers.value_of_information import ask_for, lacks
from xtanalysis.data.dictionary import indicators
from xtanalysis.model.priors import learnt_from
from xtanalysis.report.row_words import figure_named
from xtanalysis.report.sections import as_markdown, said
from xtanalysis.report.tables import Table
from xtanalysis.report.view import View
from xtanalysis.report.wording import wording
from xtanalysis.statements.request import FIRST_YEAR
from xtanalysis.targets.chains import CHANGES
from xtanalysis.targets.margins import open_targets
from xtanalysis.targets.verdict_words import missing_text
from xtanalysis.targets.words import asks, body_name
from xtanalysis.text import say

if TYPE_CHECKING:
    from IPython.display import Markdown

__all__ = ["ask", "missing_figures", "risks", "second_opinion"]

ASKED = 3
NOTABLE = 0.05  # a fall of a probability under a scenario that is worth a sentence
DOUBTED = 0.3  # a robust weight below which a figure is named as out of line with the others
WINDOW = 5  # years of a plan


def risks(view: View) -> Markdown:
    """What could make the targets be missed, and what the numbers themselves cannot say."""
    words, projection = wording(view.lang), view.projection
    lines = []
    for target, result in view.judged():
        if result.decided or result.low is None:
            continue
        above = target.relation == "at_most"
        poor = result.high if above else result.low
        if poor is None:
            continue
        changes = target.measure in CHANGES
        lines.append(words.poor_case(view.name(target), poor, result.unit, above, changes))
        worst = min(view.others.values(), key=lambda p: p.target(target.id).probability or 0.0)
        bad = worst.target(target.id)
        drop = (result.probability or 0.0) - (bad.probability or 0.0)
        if drop >= NOTABLE:
            text = said(view, bad)
            lines.append(words.worst_scenario(view.name(target), words.scenario_title(worst.scenario), text))
    doubted = sorted(zip(projection.posterior.mixture.robust, projection.posterior.evidence.statements, strict=True),
                     key=lambda pair: pair[0])  # fmt: skip
    for weight, s in [pair for pair in doubted if pair[0] < DOUBTED and pair[1].region == projection.region][:3]:
        told = figure_named(s, view.lang)
        text = words.aside(told, words.ROLE_NAMES["estimate"]) if s.role == "estimate" else told
        lines.append(words.doubted(text, float(weight)))
    lines.append(words.priors_from(learnt_from(projection.region)))
    lines.append(words.windows((projection.origin - FIRST_YEAR) // WINDOW))
    lines.append(words.NOT_CAUSES)
    return as_markdown("\n".join(f"- {line}" for line in lines))


def second_opinion(view: View) -> Table | Markdown:
    """Joint model and single-series forecast side by side, in the last year of the plan and of the projection."""
    words, projection = wording(view.lang), view.projection
    joint_ = quantile_table(projection).set_index(["indicator", "year", "quantile"])["value"]
    rows = []
    for opinion in view.second_opinions.values():
        if opinion.quantiles is None:
            continue
        alone = opinion.quantiles.set_index(["year", "quantile"])["value"]
        ahead = {year for year in (min(view.plan_ends, projection.to), projection.to) if year > projection.origin}
        years = sorted(ahead & set(alone.index.get_level_values(0)))
        unit = indicators()[opinion.indicator].unit
        for year in years:
            sources = ((joint_, (opinion.indicator, year)), (alone, (year,)))
            both = [[view.amount(float(law[*key, q]), unit) for q in (0.5, 0.1, 0.9)] for law, key in sources]
            cells = [text for m, low, high in both for text in (m, words.span(low, high))]
            rows.append((view.indicator(opinion.indicator), str(year), *cells))
    if not rows:
        return as_markdown(words.SECOND_NONE)
    frame = pd.DataFrame(rows, columns=list(words.SECOND_COLUMNS))
    return Table(frame=frame, name="second_opinion", caption=words.SECOND_CAPTION)


def missing_figures(view: View) -> Table:
    """Every target that a figure would settle or firm up: which one, and who leads and publishes it."""
    plan, words = view.projection.plan, wording(view.lang)
    rows, seen = [], set()
    for result in view.projection.targets:
        if result.target in seen:
            continue
        seen.add(result.target)
        if result.decided or not result.missing_figure:
            continue
        target = plan.target(result.target)
        rows.append(
            (view.name(target), asks(target.read(), view.lang), missing_text(result, view.lang),
             body_name(target.lead or "", view.lang) or say(view.lang, "not named in the document"),
             body_name(target.data_owner, view.lang))
        )  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(words.MISSING_COLUMNS))
    return Table(frame=frame, name="missing_figures", caption=words.MISSING_CAPTION)


def ask(view: View) -> Markdown:
    """The figures that would settle most, of those that the table above names; what several are asked as, once."""
    words = wording(view.lang)
    found = ask_for(view.projection, k=ASKED)
    lines: dict[str, str] = {}
    for figure in found.figures:
        removes = max(figure.removed.items(), key=lambda item: item[1])
        asked = next(v for v in open_targets(view.projection) if lacks(v, figure))
        text = missing_text(asked, view.lang)
        target, owner = view.projection.plan.target(removes[0]), body_name(figure.owner, view.lang)
        lines.setdefault(text, words.ask_one(len(lines) + 1, text, view.name(target), removes[1], owner))
    return as_markdown("\n".join([words.ASK_INTRO, "", *lines.values()]))
