"""The words of the reports: terms and sentences, told in the reader's language."""

from __future__ import annotations

from functools import cache

from xtanalysis.report.wording.sentences import Words
from xtanalysis.text import Language

__all__ = ["Words", "wording"]


@cache
def wording(lang: Language) -> Words:
    """Terms and sentences of a language (``zh`` or ``en``)."""
    return Words(lang)
