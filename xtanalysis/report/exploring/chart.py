"""The explorer's chart: bands as assumed now before the baseline's in grey, with axes and hover, drawn by plotly.js."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xtanalysis.data.dictionary import indicators, units
from xtanalysis.errors import BadInput, Problem
from xtanalysis.model.paths import Paths
from xtanalysis.report.charts.fonts import BAND, GRID, INK, MUTED
from xtanalysis.report.exploring.steps import Base, bands
from xtanalysis.report.exploring.words import WORDS
from xtanalysis.report.series import Scale, fact_points
from xtanalysis.text import Language, all_in, message, name_in, say, sentences

__all__ = ["PANELS", "Chart"]

PANELS = 3
HISTORY = 6  # years before the origin
GREY = "#8a8f96"
HEIGHT = 340  # pixels
HOVER = "%{y:.1f} (%{customdata[0]:.1f} – %{customdata[1]:.1f})"
LONGEST = 46  # letters of a panel's title
Trace = dict[str, Any]


class Chart:
    """Three panels side by side, each with the baseline, the present step and the published figures.

    Attributes
    ----------
    widget
        What shows it.
    said
        What it shows in the last year, in words: for whoever cannot see it.

    Raises
    ------
    BadInput
        If the packages that draw it are not installed.
    """

    def __init__(self, lang: Language) -> None:
        self._lang, self._words, self.said = lang, all_in(WORDS, lang), ""
        self.widget = _widget()
        self.widget.config = {"displayModeBar": False, "responsive": True}

    @property
    def traces(self) -> list[Trace]:
        """What is drawn: for each panel the baseline's band and median, the present ones', the published figures."""
        drawn: list[Trace] = self.widget.traces
        return drawn

    def show(self, base: Base, paths: Paths, names: Sequence[str], scale: Scale) -> None:
        """Draw what is assumed now (``paths``) of the named indicators."""
        origin = base.projection.origin
        traces: list[Trace] = []
        titles, said = [], []
        for panel, name in enumerate(names, 1):
            years, now = bands(paths, name, scale, origin - HISTORY, origin)
            _, before = bands(base.projection.paths, name, scale, origin - HISTORY, origin)
            points = fact_points(base.projection, base.facts, name, scale, first=origin - HISTORY, base=origin)
            axes = {"xaxis": f"x{panel}", "yaxis": f"y{panel}", "showlegend": panel == 1}
            traces += self._fan("base", years, before, GREY, "dash", axes)
            traces += self._fan("now", years, now, BAND, "solid", axes)
            traces.append(
                {
                    "x": points["year"].tolist(), "y": points["value"].round(4).tolist(), "mode": "markers",
                    "name": self._words["facts"], "legendgroup": "facts", "hovertemplate": "%{y:.1f}",
                    "marker": {"color": INK, "size": 6}, **axes,
                }
            )  # fmt: skip
            titles.append(self._title(name, scale, origin))
            entry = indicators()[name]
            low, middle, high = (f"{value:.1f}" for value in now[:, -1])
            numbers = {"low": low, "middle": middle, "high": high, "base": f"{before[1, -1]:.1f}"}
            told = self._words["chart"].format(name=name_in(entry, self._lang), year=int(years[-1]), **numbers)
            said.append(told)
        self.said = sentences(said, self._lang)
        with self.widget.hold_sync():
            self.widget.layout_ = _layout(titles)
            self.widget.alt = self.said
            self.widget.traces = traces

    def _fan(
        self, key: str, years: NDArray[Any], values: NDArray[Any], colour: str, dash: str, axes: Trace
    ) -> list[Trace]:
        """A band, as two edges, and its median."""
        x, (low, middle, high) = [int(year) for year in years], np.round(values, 4).tolist()
        name = self._words[key]
        band = say(self._lang, "{name}, {band}", name=name, band=self._words["band"])
        edge: Trace = {"x": x, "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "legendgroup": key, **axes}
        return [
            {**edge, "y": low, "showlegend": False},
            {**edge, "y": high, "name": band, "fill": "tonexty", "fillcolor": f"{colour}3d"},
            {
                "x": x, "y": middle, "name": name, "mode": "lines", "line": {"color": colour, "width": 2, "dash": dash},
                "customdata": list(zip(low, high, strict=True)), "hovertemplate": HOVER, "legendgroup": key, **axes,
            },
        ]  # fmt: skip

    def _title(self, name: str, scale: Scale, origin: int) -> str:
        entry = indicators()[name]
        share = entry.unit == "fraction"
        unit = units()["percent" if share else entry.unit]
        of = {
            "growth": self._words["unit_points" if share else "unit_growth"],
            "index": f"{origin} = 100",
            "level": name_in(unit, self._lang),
        }[scale]
        said = name_in(entry, self._lang)
        short = said if len(said) <= LONGEST else f"{said[: LONGEST - 1]}…"
        return f"{short}<br><span style='font-size:11px'>{self._words[f'scale_{scale}']}, {of}</span>"


def _layout(titles: Sequence[str]) -> Trace:
    width, gap = (1.0 - 0.07 * (len(titles) - 1)) / len(titles), 0.07
    made: Trace = {
        "height": HEIGHT, "margin": {"l": 40, "r": 10, "t": 48, "b": 40}, "hovermode": "x unified",
        "legend": {"orientation": "h", "y": -0.1}, "font": {"color": INK, "size": 12}, "annotations": [],
        "paper_bgcolor": "white", "plot_bgcolor": "white", "uirevision": "same",
    }  # fmt: skip
    for panel, title in enumerate(titles, 1):
        left = (panel - 1) * (width + gap)
        tick = {"color": MUTED}
        made[f"xaxis{panel}"] = {"domain": [left, left + width], "anchor": f"y{panel}", "dtick": 2, "showgrid": False,
                                 "linecolor": GRID, "tickfont": tick}  # fmt: skip
        made[f"yaxis{panel}"] = {"anchor": f"x{panel}", "gridcolor": GRID, "zerolinecolor": GRID, "tickfont": tick}
        made["annotations"].append(
            {"text": title, "x": left, "y": 1.0, "xref": "paper", "yref": "paper", "xanchor": "left",
             "yanchor": "bottom", "align": "left", "showarrow": False}
        )  # fmt: skip
    return made


def _widget() -> Any:
    """A widget that hands traces and layout to plotly.js.

    Not plotly's own FigureWidget: that is a module of 4.8 MB which anywidget gives two seconds to start, too few on a
    busy machine; here the library is read after the widget stands. It comes with the package plotly, so that nothing
    is asked of the world.
    """
    try:
        import anywidget
        import traitlets
        from plotly.offline import get_plotlyjs
    except ImportError as error:
        what = message("the explorer needs packages that are not installed")
        raise BadInput(Problem(what, found=str(error), fix='pip install "xtanalysis[explore]"')) from error

    class PlotlyChart(anywidget.AnyWidget):  # type: ignore[misc, unused-ignore]
        _esm = Path(__file__).with_name("chart.js").read_text(encoding="utf-8")
        library = traitlets.Unicode().tag(sync=True)
        traces: Any = traitlets.List().tag(sync=True)
        layout_ = traitlets.Dict().tag(sync=True)
        config = traitlets.Dict().tag(sync=True)
        alt = traitlets.Unicode().tag(sync=True)

    return PlotlyChart(library=get_plotlyjs())
