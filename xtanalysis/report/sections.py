"""The sections of the scenario page, in order: each takes the view and returns what its cell shows."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pandas as pd

from xtanalysis.report.page import Page
from xtanalysis.report.tables import Table
from xtanalysis.report.view import View, category
from xtanalysis.report.wording import wording

if TYPE_CHECKING:
    from IPython.display import Markdown

__all__ = ["counts", "head", "missing_figures", "scenario"]


def _markdown(text: str) -> Markdown:
    from IPython.display import Markdown

    return Markdown(text)


def head(view: View) -> Page:
    """Title, caution, dates, and what the foot of the page says."""
    projection, words = view.projection, wording(view.lang)
    latest = max(s.period for s in projection.information.used if s.tells_what_happened)
    return Page(
        title=words.page_title(view.region_name, projection.plan.number, view.scenario_name),
        subtitle=words.subtitle(projection.plan.number, projection.to),
        lang=view.lang,
        lead=words.lead(projection.as_of),
        data_until=str(latest),
        as_of=projection.as_of.isoformat(),
        seed=projection.seed,
        internal=projection.internal,
        notes=words.foot(len(projection.posterior.evidence), projection.posterior.mixture.effective),
    )


def counts(view: View) -> Markdown:
    """How many targets are met, missed, open, without figures, or cannot be judged."""
    seen: dict[str, str] = {}
    for result in view.projection.targets:
        seen.setdefault(result.target, category(result))
    return _markdown(wording(view.lang).counts(len(seen), Counter(seen.values())))


def scenario(view: View) -> Markdown:
    """What the scenario assumes, why, and how far that is from the baseline."""
    projection, words = view.projection, wording(view.lang)
    lines = [words.scenario_reason(projection.scenario)]
    reasons = projection.scenario.reasons
    for statement in projection.scenario.assumptions:
        reason = reasons[statement.id]
        why = reason.zh if view.lang == "zh" else reason.en
        lines.append(f"- {words.assumption(statement, view.indicator(statement.indicator))}{words.because(why)}")
    if projection.plausibility is not None:
        lines.append("\n" + words.plausibility(projection.plausibility[1]))
    return _markdown("\n".join(lines))


def missing_figures(view: View) -> Table:
    """Every target that has no probability: which figure is missing, and who leads and publishes it."""
    plan, words = view.projection.plan, wording(view.lang)
    rows, seen = [], set()
    for result in view.projection.targets:
        if result.probability is not None or result.target in seen:
            continue
        seen.add(result.target)
        target = plan.target(result.target)
        missing = target.missing_zh if view.lang == "zh" else target.missing_en
        names = words.joined([view.indicator(name) for name in result.missing_figure.split("|") if name])
        rows.append(
            (view.name(target), words.asked(target), words.STATUS[result.status], missing or names,
             target.lead or words.LEAD_NOT_STATED, target.data_owner)
        )  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(words.MISSING_COLUMNS))
    return Table(frame=frame, name="missing_figures", caption=words.MISSING_CAPTION)
