"""A row of the explorer: one assumption, whose slider takes effect when it is moved."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from xtanalysis.data.dictionary import indicators, units
from xtanalysis.report.exploring.steps import Base, Setting, offered, usual
from xtanalysis.report.exploring.words import WORDS
from xtanalysis.text import Language, all_in, name_in, say

__all__ = ["Row"]

REACH = 4  # half-widths of the baseline's 80 % band that a slider goes to either side
READINGS = ("observation", "intervention")


class Row:
    """Widgets of one assumption; ``changed`` is called whenever what is assumed is another.

    Attributes
    ----------
    set
        Whether it is assumed at all: from the first move until it is handed back to the model.
    """

    def __init__(self, base: Base, lang: Language, changed: Callable[[], None], asked: Setting) -> None:
        self._base, self._lang, self._changed, self._words = base, lang, changed, all_in(WORDS, lang)
        self._quiet, self.set, self._placed = False, False, 0.0
        names = [(self._name(name), name) for name in base.names]
        first, last = base.projection.origin + 1, base.projection.to
        self.indicator = widgets.Dropdown(options=names, value=asked.indicator, layout={"width": "17rem"})
        self.measure = widgets.Dropdown(options=self._measures(asked.indicator), value=asked.measure)
        self.measure.layout.width = "10.5rem"
        self.years = widgets.IntRangeSlider(
            value=(max(asked.first, first), asked.last), min=first, max=last, layout={"width": "15rem"},
            continuous_update=False,
        )  # fmt: skip
        self.reading = widgets.Dropdown(
            options=[(self._words[r], r) for r in READINGS], value=asked.reading, layout={"width": "12.5rem"}
        )
        self.slider = widgets.FloatSlider(layout={"width": "46rem"}, style={"description_width": "22rem"})
        self.free = widgets.Button(description=self._words["free"], layout={"width": "10rem"}, disabled=True)
        for widget, key in ((self.indicator, "indicator"), (self.years, "years")):
            widget.tooltip = self._words[key]
        # One line to say what, one to move, whose name is what it sets.
        what = widgets.HBox([self.indicator, self.measure, self.years, self.reading])
        self.box = widgets.VBox([what, widgets.HBox([self.slider, self.free])])
        self._place()
        self.slider.observe(self._moved, "value")
        self.free.on_click(lambda _: self.hand_back())
        self.indicator.observe(self._another_indicator, "value")
        for widget in (self.measure, self.years):
            widget.observe(self._another_quantity, "value")
        self.reading.observe(lambda _: self._tell(), "value")

    @property
    def setting(self) -> Setting | None:
        """What is assumed; ``None`` where it is left to the model."""
        # Rounded, since a browser's slider adds its steps up in binary: 62.50000000000001.
        return self._asked(round(self.slider.value, 6)) if self.set else None

    def rebase(self, base: Base) -> None:
        """Take another day's baseline; what has been set stays."""
        self._base = base
        first, last = base.projection.origin + 1, base.projection.to
        self._quiet = True
        self.years.min, self.years.max = min(first, self.years.min), last
        self.years.value = (max(first, self.years.value[0]), max(first, min(last, self.years.value[1])))
        self.years.min = first
        self._quiet = False
        if not self.set:
            self._place()

    def hand_back(self) -> None:
        """Leave it to the model again."""
        was, self.set = self.set, False
        self._place()
        if was:
            self._tell()

    def _asked(self, value: float) -> Setting:
        first, last = self.years.value
        return Setting(self.indicator.value, self.measure.value, first, last, value, self.reading.value)

    def _moved(self, change: Any) -> None:
        # A browser sends a value of its own when the ends change: that is no move.
        if self._quiet or (not self.set and abs(self.slider.value - self._placed) < self.slider.step / 2):
            return
        self.set = True
        self.free.disabled = False
        self.slider.style.handle_color = "#2b6ca3"
        self._tell()

    def _another_indicator(self, change: Any) -> None:
        if self._quiet:
            return
        self._quiet = True
        self.measure.options = self._measures(self.indicator.value)
        self._quiet = False
        self.hand_back()

    def _another_quantity(self, change: Any) -> None:
        if not self._quiet:
            self.hand_back()

    def _tell(self) -> None:
        if not self._quiet:
            self._changed()

    def _place(self) -> None:
        """Put the slider where the baseline's median is, and its ends well beyond the baseline's band."""
        low, middle, high = usual(self._base, self._asked(0.0))
        half = max(high - middle, middle - low, 0.5)
        step = 10.0 ** math.floor(math.log10(half / 4))
        ends = [math.floor((middle - REACH * half) / step) * step, math.ceil((middle + REACH * half) / step) * step]
        if self.measure.value in ("level", "share"):
            ends[0] = max(ends[0], step)
        if self.measure.value == "share":
            ends[1] = min(ends[1], 100.0 - step)
        self._quiet = True
        with self.slider.hold_trait_notifications():
            self.slider.min, self.slider.max, self.slider.step = *(round(e, 6) for e in ends), step
            self.slider.value = self._placed = round(round(middle / step) * step, 6)
        self.slider.style.handle_color = "#b0b4b9"
        self.slider.readout_format = ".1f" if step >= 0.1 else ".2f"
        said = {key: text for text, key in self.measure.options}[self.measure.value]
        between = say(self._lang, ": ")
        self.slider.description = f"{self._name(self.indicator.value)}{between}{said}"
        self.free.disabled = True
        self._quiet = False

    def _measures(self, indicator: str) -> list[tuple[str, str]]:
        unit = units()[indicators()[indicator].unit]
        said = name_in(unit, self._lang)
        return [(self._words[m].format(unit=said), m) for m in offered(indicator)]

    def _name(self, indicator: str) -> str:
        entry = indicators()[indicator]
        return name_in(entry, self._lang)
