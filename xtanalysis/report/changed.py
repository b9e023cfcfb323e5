"""The section on what the owner's own figures changed; nothing where none were given."""

from __future__ import annotations

import re

import pandas as pd

from xtanalysis.answers.changes import Change
from xtanalysis.data.dictionary import regions
from xtanalysis.report.row_words import conflict_text, figure_named
from xtanalysis.report.sections import as_markdown
from xtanalysis.report.tables import Table
from xtanalysis.report.view import View
from xtanalysis.report.wording import wording
from xtanalysis.statements.grammar import Statement
from xtanalysis.targets.book import suppressed
from xtanalysis.targets.numbers import NONE, amount, significant
from xtanalysis.targets.verdict_words import verdict_text
from xtanalysis.targets.verdicts import readings_of
from xtanalysis.text import bilingual, say

__all__ = ["changed"]

DIGITS = 3  # significant, of what was expected


def changed(view: View) -> Table | None:
    """A heading, then a table: each own figure, what was expected before it, the verdicts that moved, conflicts."""
    if not view.changes:
        return None
    from IPython.display import display

    words = wording(view.lang)
    display(as_markdown(f"### {words.CHANGED_HEADING}"))
    rows = [
        (_said(view, c.statement), _expected(view, c), _moved(view, c) or say(view.lang, "none"), _conflicts(view, c))
        for c in view.changes
    ]
    frame = pd.DataFrame(rows, columns=list(words.CHANGED_COLUMNS))
    return Table(frame=frame, name="changes", caption=words.CHANGED_CAPTION, note=words.CHANGED_NOTE)


def _said(view: View, s: Statement) -> str:
    told = figure_named(s, view.lang, hidden=suppressed(s))
    if s.region == view.projection.region:
        return told
    return say(view.lang, "{region}, {told}", region=bilingual(regions()[s.region].en, s.region), told=told)


def _expected(view: View, change: Change) -> str:
    e, words = change.expected, wording(view.lang)
    if e is None:
        return say(view.lang, "not modelled")
    median, low, high = (amount(significant(value, DIGITS), e.unit, view.lang) for value in (e.median, e.low, e.high))
    # The unit once, after the upper end; percentages keep their sign on both.
    number = re.match(r"[−\d.,]+", low)
    unit = low[number.end() :] if number is not None else ""
    ends = (low.removesuffix(unit), high) if unit not in ("", "%") and high.endswith(unit) else (low, high)
    return str(words.aside(median, words.span(*ends)))


def _moved(view: View, change: Change) -> str:
    """The verdicts under each target's first reading, which is the one that the page tells; changes.csv has all."""
    words, told = wording(view.lang), []
    for old, new in change.moved:
        target = view.projection.plan.target(new.target)
        if new.reading == readings_of(target)[0][0]:
            before, after = (verdict_text(verdict, view.lang, short=True) for verdict in (old, new))
            told.append(f"{view.name(target)}{words.COLON}{before} → {after}")
    return str(words.SEMICOLON.join(told))


def _conflicts(view: View, change: Change) -> str:
    words, told, s = wording(view.lang), [], change.statement
    for other in change.conflicts:
        if other.indicator != s.indicator:
            told.append(say(view.lang, "larger than {whole}; not used", whole=_said(view, other)))
        elif suppressed(s):
            told.append(_said(view, other))
        else:
            told.append(conflict_text(s, other, view.lang))
    return words.SEMICOLON.join(told) or NONE
