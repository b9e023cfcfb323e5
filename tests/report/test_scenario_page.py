"""The scenario page: both languages say the same things, sentences hold the projection's own numbers."""

from __future__ import annotations

import dataclasses

import pytest

from xtanalysis.errors import BadInput
from xtanalysis.report import closing, sections
from xtanalysis.report.prepared import kept
from xtanalysis.report.series import fact_points, quantile_frame
from xtanalysis.report.view import View, category, make_view
from xtanalysis.report.wording import wording
from xtanalysis.targets.verdict_words import verdict_text, word_text

ASKED = {"plan": "xiangtan-2021-12", "scenario": "downturn", "as_of": "2021-05-06", "to": 2025, "draws": 400, "seed": 8}


@pytest.fixture(scope="module")
def chinese() -> View:
    return make_view("湘潭市", **ASKED, lang="zh", compare=("baseline",))


@pytest.fixture(scope="module", params=["zh", "en"])
def view(request: pytest.FixtureRequest, chinese: View) -> View:
    return dataclasses.replace(chinese, lang=request.param)


def test_counts_add_up_to_the_plan(view: View) -> None:
    text = sections.counts(view).data
    assert "38" in text
    numbers = {r.target: category(r) for r in view.projection.targets}
    assert len(numbers) == 38
    assert f"{sum(c == 'awaiting' for c in numbers.values())}" in text


def test_how_the_figures_stand_is_kept_for_a_day_and_the_verdicts_are_each_scenarios_own(view: View) -> None:
    with kept():
        base, slump = (
            make_view("湘潭市", **ASKED | {"scenario": name}, lang=view.lang, compare=("baseline",))
            for name in ("baseline", "downturn")
        )
        told = base.rows, slump.rows
    assert told[1] == view.rows
    assert all(a.assessment is b.assessment for a, b in zip(*(rows.values() for rows in told), strict=True))
    assert any(a.verdict != b.verdict for a, b in zip(*(rows.values() for rows in told), strict=True))


def test_the_glance_has_each_core_target_once_with_its_verdict(view: View) -> None:
    table = sections.glance(view)
    assert len(table.frame) == 5
    judged = table.frame[table.frame.columns[-1]]
    for (_, result), text in zip(view.core(), judged, strict=True):
        assert text == verdict_text(result, view.lang)
        assert text.startswith(word_text(result.verdict, view.lang))


def test_every_core_target_carries_a_word_and_what_it_hinges_on(view: View) -> None:
    for _, result in view.core():
        assert result.probability_low <= result.probability <= result.probability_high
        assert result.verdict != "not_judged"
        assert result.basis in ("robust", "conditional", "prior_only")
        assert result.basis == "robust" or result.hinge


def test_missing_figures_name_who_leads_and_who_publishes(view: View) -> None:
    frame = closing.missing_figures(view).frame
    missing = {r.target for r in view.projection.targets if r.missing_figure}
    assert len(frame) == len(missing) >= 33
    assert (frame[frame.columns[-1]].str.len() > 0).all()
    assert frame[frame.columns[3]].isin(["文件未明确", "not named in the document"]).any()


def test_three_figures_to_ask_for(view: View) -> None:
    lines = [line for line in closing.ask(view).data.splitlines() if line[:2] in ("1.", "2.", "3.")]
    assert len(lines) == 3
    assert len(set(lines)) == 3


def test_the_scenario_says_each_assumption_and_its_distance(view: View) -> None:
    text = sections.scenario(view).data
    assert "2021" in text
    assert "2022" in text
    assert view.projection.plausibility is not None
    assert f"{100 * view.projection.plausibility[1]:.0f}" in text


def test_quantiles_and_points_stand_on_one_scale(view: View) -> None:
    frame = quantile_frame(view.projection, "value_added_real", "growth", first=2020)
    points = fact_points(view.projection, view.facts, "value_added_real", "growth", first=2020)
    median = frame[(frame["year"] == 2020) & (frame["quantile"] == 0.5)]["value"].item()
    assert points[points["year"] == 2020]["value"].item() == pytest.approx(median, abs=1.0)
    index = quantile_frame(view.projection, "value_added_real", "index", first=2020)
    assert index[index["year"] == 2020]["value"].to_numpy() == pytest.approx(100.0)


def test_index_points_chain_published_growth_without_a_gap() -> None:
    late = make_view("湘潭市", **{**ASKED, "scenario": "baseline", "as_of": "2024-12-31"}, lang="zh", compare=())
    points = fact_points(late.projection, late.facts, "value_added_real", "index", first=2020)
    # Published: +9.6, +7.3, +5.9 %.
    assert points["value"].tolist() == pytest.approx([109.6, 109.6 * 1.073, 109.6 * 1.073 * 1.059])


def test_days_and_languages() -> None:
    with pytest.raises(BadInput, match="YYYY-MM-DD"):
        make_view("湘潭市", **{**ASKED, "as_of": "6 May 2021"}, lang="zh")
    with pytest.raises(BadInput, match="zh or en"):
        make_view("湘潭市", **ASKED, lang="fr")  # type: ignore[arg-type]


def test_a_change_of_one_year_is_not_told_as_a_span() -> None:
    assert wording("zh").against("cumulative_change", 2021, 2020) == "2021年变化"
    assert wording("zh").against("cumulative_change", 2024, 2020) == "2021—2024年累计变化"
    assert wording("en").against("cumulative_change", 2021, 2020) == "change in 2021"
    assert wording("en").against("cumulative_change", 2024, 2020) == "change in all, 2021–2024"


def test_chances_beyond_what_is_shown_say_nothing_of_dependence() -> None:
    names, counts = ["甲", "乙"], [(1, 0.4)]
    assert "met together with at most 5%. At least 1 met" in wording("en").joint(names, 0.05, 0.05, None, counts)
    assert "同时完成的可能性不低于95%" in wording("zh").joint(names, 0.95, 0.95, None, counts)
    assert "基本独立" in wording("zh").joint(names, 0.2, 0.2, 0.0, counts)


def test_a_poor_fall_is_told_as_a_fall() -> None:
    told = [wording(lang).poor_case("单耗", -2.6, "percent", True, True) for lang in ("en", "zh")]
    assert told == ["单耗: one chance in ten of falling by less than 2.6%.", "单耗：有一成可能降幅不足2.6%。"]
