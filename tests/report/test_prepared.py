"""What a worker keeps for runs of one region and day, and for how long."""

from __future__ import annotations

from xtanalysis.report.charts.fonts import set_theme
from xtanalysis.report.figures import draw_indicators
from xtanalysis.report.prepared import kept, once
from xtanalysis.report.view import View, make_view
from xtanalysis.text import Language


class Made:
    """Told apart as an object."""


def test_what_a_block_makes_is_kept_until_the_next_block() -> None:
    study = Made()
    with kept():
        figure = once(Made, "figure", "zh", of=(study,))
        assert once(Made, "figure", "zh", of=(study,)) is figure
        assert once(Made, "figure", "en", of=(study,)) is not figure
        assert once(Made, "figure", "zh", of=(figure,)) is not figure
    assert once(Made, "figure", "zh", of=(study,)) is figure
    assert once(Made, "other") is not once(Made, "other"), "outside a block nothing more is kept"
    with kept():
        assert once(Made, "figure", "zh", of=(study,)) is not figure


def test_a_figure_is_drawn_once_for_the_scenarios_that_leave_it_alone() -> None:
    set_theme()

    def view(scenario: str, lang: Language = "zh") -> View:
        asked = {"plan": "xiangtan-2021-12", "as_of": "2021-12-10", "to": 2026, "draws": 200, "seed": 8}
        return make_view("湘潭市", scenario=scenario, lang=lang, **asked)  # type: ignore[arg-type]

    with kept():
        of = {name: draw_indicators(view(name), "industrial_investment").drawings for name in ("baseline", "plan")}
        assert of["plan"][0] is of["baseline"][0]
        assert draw_indicators(view("plan", "en"), "industrial_investment").drawings[0] != of["plan"][0]
        moved = draw_indicators(view("downturn"), "industrial_investment").drawings
        assert moved[0].svg != of["baseline"][0].svg
