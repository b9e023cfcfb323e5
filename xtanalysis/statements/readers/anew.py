"""Where a second table begins below the first, whose head would be taken for its own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from xtanalysis.data.dictionary import current
from xtanalysis.data.reference import fold
from xtanalysis.statements.readers.figures import is_blank
from xtanalysis.statements.readers.labels import read_label
from xtanalysis.statements.readers.layout import Layout
from xtanalysis.text import Message, message

__all__ = ["SPLIT", "begins_anew", "is_same_head"]

SPLIT = message("Put each table on a sheet or in a file of its own, or name region and year in columns")
_BARE = re.compile(r"\d+")  # 2023 may be so many firms


def begins_anew(layout: Layout, keys: Mapping[str, str], cells: Sequence[str]) -> Message | None:
    """What a row of a wide table is where the rows below it are not about what head and title say.

    A head that says the same as the first, as printed pages repeat it, is none.
    """
    texts = {i: cells[i] for i in layout.data if i < len(cells) and not is_blank(cells[i])}
    if texts:
        if _is_head(keys, texts) and not is_same_head(layout, cells):
            return message("a second head, with other columns than the first")
        return None
    there, title = layout.keys.values(), layout.title.label
    said = read_label(next(iter(keys.values()), ""))
    if said.region and "region" not in there and said.region != title.region and not _by_columns(layout, "region"):
        return message("a heading that names a region, of which the rows below say nothing")
    if said.period and "period" not in there and said.period != title.period and not _by_columns(layout, "period"):
        return message("a heading that names a year, of which the rows below say nothing")
    return None


def is_same_head(layout: Layout, cells: Sequence[str]) -> bool:
    """Whether a row repeats the head of its table."""
    heads = {i: fold(head) for i, head in layout.headers.items() if head}
    return bool(heads) and all(i < len(cells) and fold(cells[i]) in ("", heads[i]) for i in heads) and any(cells)


def _by_columns(layout: Layout, what: str) -> bool:
    return all(getattr(head, what) for head in layout.data.values())


def _is_head(keys: Mapping[str, str], texts: Mapping[int, str]) -> bool:
    """Whether cells under a head are one themselves: periods, measures, names; bare years beside 指标 or 地区."""
    named = any(fold(text) in current().headers for text in keys.values())
    return all(read_label(text).says and (named or not _BARE.fullmatch(text)) for text in texts.values())
