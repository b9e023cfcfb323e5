"""Numbers, dates and names as the pages write them in each language."""

from __future__ import annotations

import datetime as dt

from xtanalysis.data.dictionary import regions, units
from xtanalysis.report.wording.terms import Terms
from xtanalysis.statements.request import NATION
from xtanalysis.targets.words import natural
from xtanalysis.text import bilingual, pmessage, psay, say

__all__ = ["WHOLE_FROM", "Numbers"]

WHOLE_FROM = 100.0  # from here on without decimals


class Numbers(Terms):
    """Terms, and numbers, dates and regions in words."""

    def number(self, value: float, digits: int = 1) -> str:
        """One decimal as a rule, none for whole numbers; English sets commas."""
        text = f"{value:,.{digits}f}" if self.lang == "en" else f"{value:.{digits}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return "0" if text == "-0" else text.replace("-", "−")

    def signed(self, value: float) -> str:
        """A percentage with its sign."""
        return f"{value:+.1f}%".replace("-", "−")

    def day(self, value: dt.date) -> str:
        """A date."""
        return say(self.lang, "{day.day} {day:%B %Y}", day=value)

    def with_unit(self, value: float, unit: str) -> str:
        """A computed number with its unit: one decimal, from a hundred on none; in English yuan in billions."""
        shown, name = natural(value, unit) if self.lang == "en" else (value, units()[unit].zh)
        whole = abs(shown) >= WHOLE_FROM and units()[unit].dimension != "fraction"
        comma = "," if self.lang == "en" else ""
        return f"{shown:{comma}.{0 if whole else 1}f}".replace("-", "−") + name

    def given(self, value: float, unit: str) -> str:
        """A published or assumed number as it is; English has hundreds of millions of yuan as billions."""
        if self.lang == "zh":
            return f"{self.number(value)}{units()[unit].zh}"
        shown, name = natural(value, unit)
        return f"{self.number(shown, 2)}{name}"

    def told(self, value: float, unit: str, changes: bool) -> str:
        """A change with its sign, in Chinese by a word; anything else as it is."""
        if not changes:
            return self.with_unit(value, unit)
        sign = "+" if value > 0 else ""
        size = bilingual(f"{sign}{self.with_unit(value, unit)}", self.with_unit(abs(value), unit))
        return (pmessage("rise", "{size}") if value >= 0 else pmessage("fall", "{size}")).told(self.lang, size=size)

    def region_word(self, region: str) -> str:
        """A region by name; Chinese offices call the country 全国."""
        nation = psay("zh", "as a whole", "China") if region == NATION else region
        return bilingual(regions()[region].en, nation).told(self.lang)
