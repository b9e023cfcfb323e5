"""Prior → evidence → posterior of one indicator, in pictures: what the model believed, was told, and concludes."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd

from xtanalysis.answers.project import Projection
from xtanalysis.data.dictionary import indicators
from xtanalysis.model.paths import paths_of
from xtanalysis.model.posterior import Posterior, fit_posterior
from xtanalysis.report.charts.drawing import Drawing, finished, sheet
from xtanalysis.report.charts.fonts import Language
from xtanalysis.report.charts.plots import fan_chart
from xtanalysis.report.series import Scale, fact_points, path_values, quantile_frame
from xtanalysis.report.tables import Table
from xtanalysis.report.wording import wording
from xtanalysis.statements.grammar import Statement

__all__ = ["Stages", "draw_stages", "learn", "width_table"]

DRAWS = 2000


@dataclasses.dataclass(frozen=True, slots=True)
class Stages:
    """One projection at three stages of knowledge.

    Attributes
    ----------
    around
        From the country and the province alone, with nothing of the region's own.
    others
        With the region's other indicators, but none of this one.
    full
        With everything known.
    indicator
        Which one.
    """

    around: Projection
    others: Projection
    full: Projection
    indicator: str

    @property
    def in_order(self) -> tuple[Projection, Projection, Projection]:
        """From the least known to the most."""
        return self.around, self.others, self.full


def _speaks_of(statement: Statement, indicator: str) -> bool:
    names = {indicator, *(name for _, name in indicators()[indicator].factors)}
    own = {statement.indicator, *(name for _, name in indicators()[statement.indicator].factors)}
    return bool(names & own)


def learn(projection: Projection, indicator: str) -> Stages:
    """Fit again with less: without the region's own figures, and without those of the indicator."""

    def again(keep: list[Statement]) -> Projection:
        information = dataclasses.replace(projection.information, used=tuple(keep))
        posterior: Posterior = fit_posterior(projection.region, information, projection.to, cells=20)
        drawn = posterior.draw(DRAWS, projection.seed)
        paths = paths_of(posterior.layout, projection.region, projection.scenario.id, drawn.values)
        return dataclasses.replace(projection, posterior=posterior, paths=paths)

    used, region = projection.information.used, projection.region
    around = again([s for s in used if s.region != region])
    others = again([s for s in used if s.region != region or not _speaks_of(s, indicator)])
    return Stages(around, others, projection, indicator)


def draw_stages(stages: Stages, facts: tuple[Statement, ...], lang: Language, scale: Scale = "growth") -> Drawing:
    """Three fans side by side on one axis range."""
    words = wording(lang)
    first = stages.full.origin - 10
    figure, grid = sheet(1, 3, size=(10.4, 4.0), sharey=True)
    for axes, projection, title in zip(grid[0], stages.in_order, words.STAGES, strict=True):
        frame = quantile_frame(projection, stages.indicator, scale, first=first)
        shown = fact_points(projection, facts, stages.indicator, scale, first=first) if axes is grid[0, -1] else None
        fan_chart(
            axes, frame, lang=lang, title=title, unit=words.scale_unit(scale), facts=shown, origin=projection.origin,
            legend=False,
        )  # fmt: skip
    figure.legend(*grid[0, -1].get_legend_handles_labels(), loc="outside lower left", ncols=5, fontsize=9)
    return finished(figure, lang)


def width_table(stages: Stages, lang: Language, scale: Scale = "growth") -> Table:
    """Width of the 80 % band in the last year at each stage."""
    words = wording(lang)
    bounds = [path_values(projection, stages.indicator, scale)[1][:, -1] for projection in stages.in_order]
    widths = [float(np.subtract(*np.quantile(values, (0.9, 0.1)))) for values in bounds]
    frame = pd.DataFrame({words.STAGE: words.STAGES, words.BAND_WIDTH: widths})
    return Table(frame=frame, name="stages", caption=words.BAND_WIDTH, formats={words.BAND_WIDTH: ".1f"})
