"""How results show themselves: one line of text for a shell, a table for a notebook."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from xtanalysis.data.dictionary import indicators
from xtanalysis.statements.plans import Plan
from xtanalysis.targets.verdict_words import MARKS, word_text
from xtanalysis.targets.words import target_name
from xtanalysis.text import Language, name_in

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["html_block", "indicator_name", "lines", "names"]

ROWS = 60  # of a table in a notebook; more are left out in the middle


def lines(title: str, pairs: Iterable[tuple[str, str]], note: str = "") -> str:
    """A title, aligned names with what they say, and a note."""
    rows = [(name, text) for name, text in pairs if text]
    width = max((len(name) for name, _ in rows), default=0)
    body = [f"  {name.ljust(width)}  {text}" for name, text in rows]
    return "\n".join([title, *body, *([note] if note else [])])


def html_block(text: str, *frames: pd.DataFrame, index: bool = True) -> str:
    """A text as preformatted lines, then tables."""
    tables = (frame.to_html(max_rows=ROWS, na_rep="", float_format="{:.4g}".format, index=index) for frame in frames)
    return f"<pre>{escape(text)}</pre>" + "".join(tables)


def names(lang: Language = "zh", plan: Plan | None = None) -> dict[str, str]:
    """What ids are called: indicators, verdicts, and a plan's targets; for ``frame.rename`` and legends.

    Parameters
    ----------
    plan
        Whose targets are named too; a target of an indicator's id has the target's name then.

    Examples
    --------
    >>> names("en")["gdp_real"]
    'GDP at constant prices'
    """
    found = {entry.id: name_in(entry, lang) for entry in indicators().values()}
    found |= {word: word_text(word, lang) for word in MARKS}
    return found | ({target.id: target_name(target, lang) for target in plan.targets} if plan is not None else {})


def indicator_name(name: str) -> str:
    """An indicator's two names, as a heading."""
    entry = indicators()[name]
    return f"{entry.zh} {entry.en}"
