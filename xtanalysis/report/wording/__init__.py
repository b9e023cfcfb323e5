"""The words of the reports: for each language its terms and its sentences, under the same names in both.

Nothing is translated at run time.
"""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace

from xtanalysis.report.wording import en, en_front, en_terms, zh, zh_front, zh_terms

__all__ = ["wording"]


@cache
def wording(lang: str) -> SimpleNamespace:
    """Terms and sentences of a language (``zh`` or ``en``)."""
    modules = (zh_terms, zh_front, zh) if lang == "zh" else (en_terms, en_front, en)
    return SimpleNamespace(**{name: value for module in modules for name, value in vars(module).items()})
