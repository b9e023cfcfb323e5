"""The words of the reports: for each language its terms and its sentences, under the same names in both.

Nothing is translated at run time.
"""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace

from xtanalysis.report.wording import en, en_terms, zh, zh_terms

__all__ = ["wording"]


@cache
def wording(lang: str) -> SimpleNamespace:
    """Terms and sentences of a language (``zh`` or ``en``)."""
    terms, sentences = (zh_terms, zh) if lang == "zh" else (en_terms, en)
    return SimpleNamespace(**{**vars(terms), **vars(sentences)})
