"""The explorer's chart: bands as assumed now before the baseline's in grey, with axes and hover, drawn by plotly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from xtanalysis.data.dictionary import indicators, units
from xtanalysis.errors import BadInput, Problem, both
from xtanalysis.report.charts.fonts import BAND, GRID, INK, MUTED, Language
from xtanalysis.report.exploring.steps import Base, bands
from xtanalysis.report.exploring.words import WORDS
from xtanalysis.report.series import Scale, fact_points

__all__ = ["PANELS", "Chart"]

PANELS = 3
HISTORY = 6  # years before the origin
GREY = "#8a8f96"
HEIGHT = 330  # pixels
SHOWN_DIGITS = ".1f"


class Chart:
    """Three panels side by side, each with the baseline, the present step and the published figures.

    Attributes
    ----------
    figure
        The widget.
    said
        What it shows in the last year, in words: for whoever cannot see it.
    """

    def __init__(self, lang: Language) -> None:
        FigureWidget, make_subplots = _plotly()
        self._lang, self._words = lang, WORDS[lang]
        made = make_subplots(rows=1, cols=PANELS, horizontal_spacing=0.06, subplot_titles=[" "] * PANELS)
        for column in range(1, PANELS + 1):
            for trace in self._traces(legend=column == 1):
                made.add_trace(trace, row=1, col=column)
        self.figure = FigureWidget(made)
        self.figure._config = {"displayModeBar": False, "responsive": True}
        self.figure.update_layout(
            height=HEIGHT, margin={"l": 40, "r": 10, "t": 40, "b": 60}, hovermode="x unified", showlegend=True,
            legend={"orientation": "h", "y": -0.16, "font": {"color": INK}}, paper_bgcolor="white",
            plot_bgcolor="white", font={"color": INK, "size": 12},
        )  # fmt: skip
        self.figure.update_xaxes(dtick=2, showgrid=False, linecolor=GRID, tickfont={"color": MUTED})
        self.figure.update_yaxes(gridcolor=GRID, zerolinecolor=GRID, tickfont={"color": MUTED})
        self.said = ""

    def _traces(self, *, legend: bool) -> list[Any]:
        from plotly.graph_objects import Scatter

        def line(name: str, colour: str, **more: Any) -> Any:
            style = {"color": colour, **more.pop("line", {})}
            return Scatter(x=[], y=[], name=name, line=style, legendgroup=name, showlegend=legend, **more)

        out = []
        for key, colour, fill, dash in (
            ("base", GREY, "rgba(138,143,150,0.22)", "dash"),
            ("now", BAND, "rgba(43,108,163,0.25)", "solid"),
        ):
            name = self._words[key]
            edge = {"width": 0}
            out.append(Scatter(x=[], y=[], line=edge, mode="lines", hoverinfo="skip", showlegend=False))
            out.append(
                Scatter(
                    x=[], y=[], line=edge, mode="lines", fill="tonexty", fillcolor=fill, hoverinfo="skip",
                    name=f"{name}，{self._words['band']}" if self._lang == "zh" else f"{name}, {self._words['band']}",
                    showlegend=legend,
                )
            )  # fmt: skip
            hover = "%{y:.1f} (%{customdata[0]:.1f} – %{customdata[1]:.1f})"
            out.append(line(name, colour, mode="lines", line={"width": 2, "dash": dash}, hovertemplate=hover))
        out.append(
            line(
                self._words["facts"], INK, mode="markers", marker={"color": INK, "size": 6},
                hovertemplate="%{y:.1f}",
            )
        )  # fmt: skip
        return out

    def show(self, base: Base, paths: Any, names: Sequence[str], scale: Scale, *, settle_axes: bool = True) -> None:
        """Draw what is assumed now (``paths``) of the named indicators.

        Parameters
        ----------
        settle_axes
            Draw baseline, figures and titles anew too; a slider's step leaves them as they are.
        """
        origin, each = base.projection.origin, len(self.figure.data) // PANELS
        said = []
        with self.figure.batch_update():
            for panel, name in enumerate(names):
                traces = self.figure.data[panel * each : (panel + 1) * each]
                years, now = bands(paths, name, scale, origin - HISTORY, origin)
                _, before = bands(base.projection.paths, name, scale, origin - HISTORY, origin)
                _draw(traces[3:6], years, now)
                if settle_axes:
                    _draw(traces[:3], years, before)
                    points = fact_points(base.projection, base.facts, name, scale, first=origin - HISTORY, base=origin)
                    traces[6].x, traces[6].y = points["year"].tolist(), points["value"].tolist()
                    self.figure.layout.annotations[panel].text = self._title(name, scale, origin)
                said.append(self._told(name, int(years[-1]), now[:, -1], before[1, -1]))
        self.said = " ".join(said)

    def _title(self, name: str, scale: Scale, origin: int) -> str:
        entry = indicators()[name]
        share = entry.unit == "fraction"
        unit = units()["percent" if share else entry.unit]
        of = {
            "growth": self._words["unit_points" if share else "unit_growth"],
            "index": f"{origin} = 100",
            "level": unit.zh if self._lang == "zh" else unit.en,
        }[scale]
        said = entry.zh if self._lang == "zh" else entry.en
        short = said if len(said) <= 34 else said[:33] + "…"
        return f"{short}<br><span style='font-size:11px'>{self._words[f'scale_{scale}']}, {of}</span>"

    def _told(self, name: str, year: int, now: Any, base: float) -> str:
        entry = indicators()[name]
        low, middle, high = (format(float(v), SHOWN_DIGITS) for v in now)
        said = entry.zh if self._lang == "zh" else entry.en
        numbers = {"low": low, "middle": middle, "high": high, "base": format(float(base), SHOWN_DIGITS)}
        return self._words["chart"].format(name=said, year=year, **numbers)


def _plotly() -> tuple[Any, Any]:
    """What draws, or a word on how to get it."""
    try:
        from plotly.graph_objects import FigureWidget
        from plotly.subplots import make_subplots

        FigureWidget()  # it wants anywidget
    except ImportError as error:
        what = both("the explorer needs packages that are not installed", "探索页需要另装软件包")
        fix = 'pip install "xtanalysis[explore]"'
        raise BadInput(Problem(what, found=str(error).split(chr(10))[0], fix=fix)) from error
    return FigureWidget, make_subplots


def _draw(traces: Sequence[Any], years: Any, values: Any) -> None:
    """A band and its median."""
    x = np.asarray(years).tolist()
    low, middle, high = np.round(values, 4)
    traces[0].x, traces[0].y = x, low.tolist()
    traces[1].x, traces[1].y = x, high.tolist()
    traces[2].x, traces[2].y = x, middle.tolist()
    traces[2].customdata = np.column_stack([low, high]).tolist()
