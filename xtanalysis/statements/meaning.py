"""What a row means: one reader for facts and for assumptions, and its echo in words.

The growth of an aggregate (地区生产总值, 规模工业增加值 …) is published at constant prices, so a *name* with a growth
means the volume, unless the row says nominal (名义, 现价). An *id* means the series of that id and no other.
"""

from __future__ import annotations

import re

from xtanalysis.data import dictionary
from xtanalysis.data.records import Indicator
from xtanalysis.errors import BadInput
from xtanalysis.statements.grammar import Statement
from xtanalysis.text import Message, bilingual, listed, message, psay, say

__all__ = ["GROWTH", "bare_name", "meant_indicator", "meant_series", "nominal_measure", "told"]

GROWTH = ("growth", "average_growth", "cumulative_change", "year_to_date_growth", "month_growth", "gap")
"""Measures of change, which a bureau takes at constant prices."""

_NOMINAL = re.compile(
    r"^\s*(?:名义|现价|nominal\s)\s*|\s*[（(]\s*(?:名义|现价|当年价|nominal|at current prices)\s*[）)]\s*$",
    re.IGNORECASE,
)


def nominal_measure(text: str) -> tuple[str, bool]:
    """A measure's word without its 名义, and whether it had one: 名义增速 is a growth at current prices."""
    bare = _NOMINAL.sub("", text)
    return bare, bare != text


def bare_name(text: str) -> str:
    """A name without its 名义 or （现价）."""
    return _NOMINAL.sub("", text)


def meant_indicator(text: str, measure: str | None, *, nominal: bool = False) -> str:
    """Id of the indicator that a name means beside a measure.

    ``nominal`` where the row says so elsewhere than in the name.

    Raises
    ------
    BadInput
        If there is no such indicator; the message lists the nearest names.

    Examples
    --------
    >>> meant_indicator("规模以上工业增加值", "growth")
    'value_added_real'
    >>> meant_indicator("名义规模以上工业增加值", "growth")
    'value_added'
    """
    bare = bare_name(text)
    try:
        found = dictionary.indicator(text)
    except BadInput:
        if bare == text:
            raise
        found = dictionary.indicator(bare)
    return meant_series(found, measure, nominal=nominal or bare != text or text == found.id)


def meant_series(entry: Indicator, measure: str | None, *, nominal: bool) -> str:
    """Id of the series beside a measure: the volume for a change of an aggregate, unless the row means it itself.

    ``nominal`` where it says so, or names the series by its id.
    """
    return entry.growth_of if measure in GROWTH and entry.growth_of is not None and not nominal else entry.id


def told(statement: Statement) -> Message:
    """What one row says, as it was understood, in one line with the indicator's published name."""
    entry, basis = dictionary.indicators()[statement.indicator], ""
    if "prices" in entry.price_basis:
        constant = entry.price_basis.startswith("constant")
        named = psay("zh", "basis", "constant prices") if constant else psay("zh", "basis", "current prices")
        twice = named in entry.zh  # its name says it
        basis = bilingual(f" ({entry.price_basis})", "" if twice else say("zh", " ({basis})", basis=named))
    ways = (("condition", statement.condition), ("reading", statement.reading))
    how = [bilingual(word, dictionary.chinese_word(kind, word)) for kind, word in ways if word]
    return message(
        "{series}, {measure}{basis}{since}: {amount}{how}",
        series=bilingual(f"{entry.zh} ({statement.indicator})", entry.zh),
        measure=bilingual(statement.measure.replace("_", " "), dictionary.chinese_word("measure", statement.measure)),
        basis=basis,
        since=message(" since {base}", base=statement.base_period) if statement.base_period else "",
        amount=_amount(statement),
        how=message("; {how}", how=listed(how)) if how else "",
    )


def _amount(statement: Statement) -> Message:
    number: str = f"{statement.value:.10g}"
    if statement.versus == "baseline":
        size, above = f"{abs(statement.value):.10g}", statement.value >= 0
        if statement.measure in (*GROWTH, "share"):
            if above:
                return message("{size} percentage points above the baseline", size=size)
            return message("{size} percentage points below the baseline", size=size)
        if above:
            return message("{size} % above the baseline", size=size)
        return message("{size} % below the baseline", size=size)
    if statement.value_high is not None:
        number = message("{low} and {high}", low=number, high=f"{statement.value_high:.10g}")
    unit = dictionary.units()[statement.unit]
    relation = statement.relation
    return message(
        "{relation} {number} {unit}",
        relation=bilingual(relation.replace("_", " "), dictionary.chinese_word("relation", relation)),
        number=number,
        unit=bilingual(unit.en, unit.zh),
    )
