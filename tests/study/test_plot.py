"""Charts on axes of one's own."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from xtanalysis import plot
from xtanalysis.errors import BadInput
from xtanalysis.study.projection import Projection
from xtanalysis.study.study import Study

mpl.use("agg")


def median_of(axes: Axes) -> np.ndarray:
    return np.asarray(axes.lines[0].get_ydata(), float)


@pytest.mark.parametrize("scale", ["growth", "index", "level"])
def test_a_fan_draws_the_trajectory_on_the_axes_given(base: Projection, scale: str) -> None:
    axes = Figure().subplots()
    before = dict(mpl.rcParams)
    assert plot.fan(base, "工业投资", scale=scale, ax=axes) is axes  # type: ignore[arg-type]
    own = base["工业投资"]
    frame = {"growth": own.growth, "index": own.index, "level": own.levels}[scale]()
    assert median_of(axes)[-1] == pytest.approx(frame.loc[2025, 0.5])
    assert dict(mpl.rcParams) == before


def test_a_comparison_has_a_panel_an_indicator(study: Study, base: Projection) -> None:
    slump = study.project("downturn", draws=500)
    panels = plot.compare(base, slump)
    assert isinstance(panels, np.ndarray)
    assert panels.shape == (3,)
    one = plot.compare(base, slump, indicator="gdp_real", ax=Figure().subplots(), lang="en")
    assert isinstance(one, Axes)
    assert len(one.lines) == 2


def test_what_cannot_be_drawn_is_refused(base: Projection) -> None:
    with pytest.raises(BadInput, match="growth, index, level"):
        plot.fan(base, "gdp", scale="logs")  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="one region"):
        plot.compare(indicator="gdp")
    with pytest.raises(BadInput, match="one axes for each"):
        plot.compare(base, ax=Figure().subplots())
