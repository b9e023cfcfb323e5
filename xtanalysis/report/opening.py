"""The top of the scenario page, read in one minute: three trajectories with a sentence each, then the verdicts."""

from __future__ import annotations

import dataclasses

import pandas as pd

from xtanalysis.answers.outlook import HEADLINES, Outlook, outlook
from xtanalysis.report.charts.drawing import Drawing, Panels, finished, sheet
from xtanalysis.report.charts.plots import fan_chart
from xtanalysis.report.figures import plan_marks
from xtanalysis.report.row_words import progress
from xtanalysis.report.series import fact_points, quantile_frame
from xtanalysis.report.tables import Table
from xtanalysis.report.view import View
from xtanalysis.report.wording import wording
from xtanalysis.targets.evaluate import held
from xtanalysis.targets.rows import Row
from xtanalysis.targets.schedules import Schedule, schedule_of
from xtanalysis.targets.verdict_words import decided_by, hinge_text, mark_of, range_text, word_text
from xtanalysis.targets.verdicts import Verdict
from xtanalysis.targets.words import asks

__all__ = ["trajectories", "verdicts"]

BEFORE = 5  # years before the base that a trajectory shows
SIZE = (3.7, 1.85)
BAND = (0.1, 0.5, 0.9)


def trajectories(view: View) -> Panels:
    """Investment, intensity and output from before the plan to the horizon: median, 80 % band, the plan's number."""
    states = view.projection.paths.states
    drawn = tuple(_trajectory(view, name, rises) for name, rises in HEADLINES if held(name, states))
    return Panels(drawn, wording(view.lang).panels_note(view.base))


def _trajectory(view: View, name: str, rises: bool) -> Drawing:
    words, projection, base = wording(view.lang), view.projection, view.base
    found = outlook(projection, name, rises=rises)
    first = max(base - BEFORE, int(projection.paths.years[0]))
    figure, grid = sheet(size=SIZE)
    fan_chart(
        grid[0, 0],
        quantile_frame(projection, name, "index", first=first, base=base, probabilities=BAND),
        lang=view.lang,
        facts=fact_points(projection, view.facts, name, "index", first=first, base=base),
        targets=plan_marks(view, name, "index", base),
        origin=projection.origin,
        legend=False,
    )
    title, drawn = view.indicator(name), finished(figure, view.lang)
    alt = f"{title}{words.COLON}{drawn.alt}"
    return dataclasses.replace(drawn, alt=alt, caption=f"{title}\n{_heading_to(view, found)}")


def _heading_to(view: View, found: Outlook) -> str:
    """Where an indicator is heading, and how sure that is."""
    words = wording(view.lang)
    return str(words.heading_to(found.origin, found.horizon, found.change, found.growth[1], found.better, found.rises))


def verdicts(view: View) -> Table:
    """One row a core target: what it asks, the word, its range, and what settles it or what it hinges on."""
    words, rows, colour = wording(view.lang), [], {}
    for target, result in view.core():
        word = word_text(result.verdict, view.lang)
        colour[word] = mark_of(result)
        row = view.rows()[target.id]
        name = f"{view.name(target)}{words.COLON}{asks(row.target, view.lang)}"
        rows.append((name, word, range_text(result, view.lang) or "—", hinge(view, result, row)))
    frame = pd.DataFrame(rows, columns=list(words.VERDICT_COLUMNS))
    marks = {words.VERDICT_COLUMNS[1]: lambda value: colour.get(value, "")}
    return Table(frame=frame, name="verdicts", caption=words.VERDICT_CAPTION, marks=marks, fits=True)


def hinge(view: View, result: Verdict, row: Row) -> str:
    """What a verdict rests on, short: the change so far against the plan's, the deciding figures, or the hinge."""
    words, growth = wording(view.lang), row.assessment.growth
    if result.decided:
        grew = growth is not None and schedule_of(row.target) is Schedule.CHANGE
        return progress(row, view.lang) if grew else decided_by(result, view.lang)
    own = row.target.missing_zh if view.lang == "zh" else row.target.missing_en
    return hinge_text(result, view.lang, beside=row.target.indicator) or str(words.lacking(own))
