"""The widgets of 70_explore."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import numpy as np

from xtanalysis.data.dictionary import indicators
from xtanalysis.data.writing import write_file
from xtanalysis.report.charts.fonts import Language
from xtanalysis.report.explore import Base, Step, base_of, reading_names, scenario_text, step, targets_table
from xtanalysis.report.explore_words import WORDS
from xtanalysis.report.names import target_name
from xtanalysis.study.facts import load_facts
from xtanalysis.study.study import Study

__all__ = ["Explorer"]

_DAYS = ("2018-12-31", "2019-12-31", "2020-12-31", "2021-05-06", "2022-05-06", "2023-05-06", "2024-05-06")
_WIDTH, _HEIGHT, _GAP = 190, 150, 34


class Explorer:
    """Sliders, one chart and the target table; show it with ``explorer.box`` as a cell's last expression."""

    def __init__(
        self, region: str, *, plan: str, as_of: str, to: int, draws: int, seed: int, lang: Language, out: str
    ) -> None:
        self._words, self._lang, self._out = WORDS[lang], lang, Path(out)
        self._fixed = (region, plan, to, draws, seed)
        days = sorted({*_DAYS, as_of})
        self.as_of = widgets.Dropdown(options=days, value=as_of, description=self._words["as_of"], **_wide("24rem"))
        self.sliders = {
            "investment": _slider(self._words["investment"], 6.0, -20.0, 30.0),
            "share": _slider(self._words["share"], 62.0, 30.0, 90.0),
            "decline": _slider(self._words["decline"], 2.5, 0.0, 8.0),
        }
        self.free = {
            name: widgets.Checkbox(value=True, description=self._words["free"], indent=False) for name in self.sliders
        }
        self.readings = widgets.VBox()
        self.chart, self.table, self.said = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.save = widgets.Button(description=self._words["save"], icon="save")
        self._base = self._fit()
        for widget in (*self.sliders.values(), *self.free.values()):
            widget.observe(self._redraw, "value")
        self.as_of.observe(self._refit, "value")
        self.save.on_click(self._write)
        rows = [widgets.HBox([self.sliders[name], self.free[name]]) for name in self.sliders]
        self.box = widgets.VBox([self.as_of, *rows, self.readings, self.chart, self.table, self.save, self.said])
        self._redraw()

    def scenario(self) -> str:
        """Return the sliders as a scenario file; those left to the model say nothing."""
        # Rounded, since a browser's slider adds its steps up in binary: 62.50000000000001.
        values = {name: round(slider.value, 6) for name, slider in self.sliders.items()}
        set_ = {name: None if self.free[name].value else value for name, value in values.items()}
        return scenario_text(set_["investment"], set_["share"], set_["decline"])

    def _fit(self) -> Base:
        region, plan, to, draws, seed = self._fixed
        study = Study(load_facts(region, as_of=self.as_of.value), plan, to)
        base = base_of(study, draws, seed)
        found: dict[str, list[str]] = {}
        self._free = step(base, scenario_text(None, None, None))
        for result in self._free.targets:
            found.setdefault(result.target, []).append(result.reading)
        self._chosen = {
            name: widgets.ToggleButtons(
                options=reading_names(base, name, readings, self._lang),
                description=target_name(name, self._lang),
                **_wide("auto"),
            )
            for name, readings in found.items()
            if len(readings) > 1
        }
        for switch in self._chosen.values():
            switch.observe(self._redraw, "value")
        self.readings.children = tuple(self._chosen.values())
        return base

    def _refit(self, change: Any) -> None:
        self.said.value = self._words["busy"]
        self._base = self._fit()
        self.said.value = ""
        self._redraw()

    def _redraw(self, change: Any = None) -> None:
        now = step(self._base, self.scenario())
        self.chart.value = _chart(now, self._free, self._lang)
        chosen = {name: switch.value for name, switch in self._chosen.items()}
        self.table.value = targets_table(self._base, now, chosen, self._lang).to_html()

    def _write(self, button: Any = None) -> None:
        path = self._out / "own-scenario.yaml"
        write_file(path, self.scenario(), parents=True)
        self.said.value = escape(self._words["saved"].format(path=path))


def _slider(name: str, value: float, low: float, high: float) -> widgets.FloatSlider:
    return widgets.FloatSlider(value, min=low, max=high, step=0.5, description=name, **_wide("34rem"))


def _wide(width: str) -> dict[str, Any]:
    return {"style": {"description_width": "15rem"}, "layout": widgets.Layout(width=width)}


def _chart(now: Step, free: Step, lang: Language) -> str:
    """Return small fan charts as one SVG: drawn by hand in a millisecond, where matplotlib takes a hundred.

    What the model says by itself stays behind them in grey and holds the scale, so that a step is seen to move.
    """
    parts = [_panel(i, name, now, free, lang) for i, name in enumerate(now.bands)]
    alt = "".join(text for _, text in parts)
    shapes = "".join(shape for shape, _ in parts)
    size = f"0 0 {(_WIDTH + _GAP) * len(parts)} {_HEIGHT + 46}"
    return (
        f'<svg viewBox="{size}" width="100%" role="img" aria-label="{escape(alt)}">{shapes}</svg>'
        f"<p>{escape(WORDS[lang]['legend'])}</p>"
    )


def _panel(i: int, name: str, now: Step, free: Step, lang: Language) -> tuple[str, str]:
    bands, years = now.bands[name], now.years
    low = float(min(bands.min(), free.bands[name].min()))
    high = float(max(bands.max(), free.bands[name].max()))
    left = i * (_WIDTH + _GAP) + 4

    def points(values: np.ndarray) -> list[str]:
        xs = left + _WIDTH * (years - years[0]) / max(1, years[-1] - years[0])
        ys = 26 + _HEIGHT * (high - values) / ((high - low) or 1.0)
        return [f"{x:.1f},{y:.1f}" for x, y in zip(xs, ys, strict=True)]

    def fan(values: np.ndarray, colour: str, dashes: str) -> str:
        band, middle = [*points(values[2]), *points(values[0])[::-1]], points(values[1])
        return (
            f'<polygon points="{" ".join(band)}" fill="{colour}" fill-opacity="0.25"/>'
            f'<polyline points="{" ".join(middle)}" fill="none" stroke="{colour}" stroke-width="2" '
            f'stroke-dasharray="{dashes}"/>'
        )

    words, entry = WORDS[lang], indicators()[name]
    last = [f"{bands[k, -1]:.0f}" for k in range(3)]
    style = 'font-size="11" fill="currentColor"'
    shape = (
        f'<text x="{left}" y="14" {style}>{escape(words[name])}</text>'
        f"{fan(free.bands[name], '#808080', '4 3')}{fan(bands, '#2b6ca3', 'none')}"
        f'<text x="{left}" y="{_HEIGHT + 42}" {style}>{years[0]} = 100</text>'
        f'<text x="{left + _WIDTH}" y="{_HEIGHT + 42}" text-anchor="end" {style}>'
        f"{years[-1]}: {last[1]} ({last[0]}–{last[2]})</text>"
    )
    numbers = {"low": last[0], "middle": last[1], "high": last[2], "y0": years[0], "y1": years[-1]}
    title = entry.zh if lang == "zh" else entry.en
    return shape, words["chart"].format(name=title, free=f"{free.bands[name][1, -1]:.0f}", **numbers)
