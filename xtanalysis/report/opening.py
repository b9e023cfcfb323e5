"""The verdicts at the top of the scenario page, short enough to be read in one minute with the trajectories."""

from __future__ import annotations

import pandas as pd

from xtanalysis.report.row_words import progress
from xtanalysis.report.tables import Table
from xtanalysis.report.view import View
from xtanalysis.report.wording import wording
from xtanalysis.targets.rows import Row
from xtanalysis.targets.schedules import Change, schedule_of
from xtanalysis.targets.verdict_words import (
    basis_text,
    decided_by,
    hinge_text,
    mark_of,
    missing_text,
    range_text,
    word_text,
)
from xtanalysis.targets.verdicts import Verdict
from xtanalysis.targets.words import asks
from xtanalysis.text import say

__all__ = ["verdicts"]


def verdicts(view: View) -> Table:
    """One row a core target: what it asks, the word, its range, and what settles it or what it hinges on."""
    words, rows, colour = wording(view.lang), [], {}
    for target, result in view.judged():
        word = word_text(result.verdict, view.lang)
        colour[word] = mark_of(result)
        row = view.rows[target.id]
        name = f"{view.name(target)}{words.COLON}{asks(row.target, view.lang)}"
        rows.append((name, word, range_text(result, view.lang) or "—", hinge(view, result, row)))
    frame = pd.DataFrame(rows, columns=list(words.VERDICT_COLUMNS))
    marks = {words.VERDICT_COLUMNS[1]: lambda value: colour.get(value, "")}
    return Table(frame=frame, name="verdicts", caption=say(view.lang, "The verdicts"), marks=marks, fits=True)


def hinge(view: View, result: Verdict, row: Row) -> str:
    """What a verdict rests on, short: the change so far against the plan's, the deciding figures, or the hinge."""
    words, growth = wording(view.lang), row.assessment.growth
    if result.decided:
        grew = growth is not None and isinstance(schedule_of(row.target), Change)
        return progress(row, view.lang) if grew else decided_by(result, view.lang)
    told, missing = hinge_text(result, view.lang, beside=row.target.indicator), missing_text(result, view.lang)
    return told or (str(words.lacking(missing)) if missing else basis_text(result, view.lang))
