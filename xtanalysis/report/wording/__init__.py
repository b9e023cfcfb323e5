"""The sentences of the reports: one module a language, the same names in both; nothing is translated at run time."""

from __future__ import annotations

from types import ModuleType

from xtanalysis.report.wording import en, zh

__all__ = ["wording"]


def wording(lang: str) -> ModuleType:
    """The module that writes in a language (``zh`` or ``en``)."""
    return zh if lang == "zh" else en
