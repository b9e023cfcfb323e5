"""A study: fitted once, its answers labelled, refusing what does not belong together, and gone when dropped."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from xtanalysis.answers.project import project
from xtanalysis.answers.store import QUANTILES, target_table
from xtanalysis.data.dictionary import indicators
from xtanalysis.errors import BadInput
from xtanalysis.model.contradictions import BOUND
from xtanalysis.statements.plans import load_plan
from xtanalysis.study.assumption import Assumption
from xtanalysis.study.facts import Facts, load_facts
from xtanalysis.study.projection import Projection
from xtanalysis.study.study import Study

SLUMP = {"id": "own", "title": {"zh": "下滑", "en": "Slump"}, "reason": {"zh": "试", "en": "trial"}}


def test_a_study_projects_what_one_call_projects(base: Projection) -> None:
    whole = project(as_of=base.as_of, to=2025, draws=500)
    assert np.array_equal(base.record.paths.values, whole.paths.values)
    pd.testing.assert_frame_equal(base.targets, target_table(whole))


def test_scenarios_share_their_draws(study: Study, base: Projection) -> None:
    slump = study.project("downturn", draws=500)
    assert slump.record.posterior is base.record.posterior
    assert slump.record.drawn is base.record.drawn
    assert (slump.paths.sel(year=2019) == base.paths.sel(year=2019)).all()


def test_verdicts_are_made_once_when_they_are_asked_for(study: Study) -> None:
    record = study.project(draws=100).record
    assert record.paths.of("gdp").shape[0] == 100
    assert "judged" not in vars(record)
    assert len(record.targets) == len(record.judged.verdicts) > len(study.plan)
    assert record.targets is record.targets


def test_an_assumption_is_the_scenario_of_a_file(study: Study, tmp_path: Path) -> None:
    rows = [{"indicator": "industrial_investment", "measure": "growth", "each": "2022/2024", "value": 3,
             "unit": "percent", "reason": {"zh": "试", "en": "trial"}}]  # fmt: skip
    path = tmp_path / "own.yaml"
    path.write_text(yaml.safe_dump({**SLUMP, "update": "none", "assumptions": rows}), encoding="utf-8")
    written = study.project(path, draws=500)
    typed = study.project(Assumption("工业投资", growth=3, years="2022-2024", because="订单回落"), draws=500)
    assert np.array_equal(typed.record.paths.values, written.record.paths.values)
    assert typed["工业投资"].growth().loc[2023, 0.5] == pytest.approx(3.0, abs=1e-6)
    assert "订单回落" in typed.scenario.zh


def test_trajectories_are_the_quantiles_of_the_paths(base: Projection) -> None:
    share, output = base["value_added_share"], base["规模以上工业增加值（不变价）"]
    assert output.indicator == "value_added_real"
    values = base.paths.sel(indicator="value_added_real").to_numpy()
    grown = 100 * (values[:, -1] / values[:, -2] - 1)
    assert output.growth().loc[2025].to_numpy() == pytest.approx(np.quantile(grown, QUANTILES))
    assert output.levels().loc[2025].to_numpy() == pytest.approx(np.quantile(values[:, -1], QUANTILES))
    assert output.index(2020).loc[2020].to_numpy() == pytest.approx(100.0)
    assert (output.growth().attrs["unit"], share.growth().attrs["unit"]) == ("percent", "percentage points")
    with pytest.raises(BadInput, match="2000 to 2025"):
        output.index(1999)
    with pytest.raises(BadInput, match="工业投资"):
        base["工业投姿"]


def test_paths_hold_every_indicator_with_its_unit(base: Projection) -> None:
    paths = base.paths
    assert paths.dims == ("draw", "year", "indicator")
    assert {str(name): str(unit) for name, unit in zip(paths.indicator.values, paths.unit.values, strict=True)} == {
        name: indicators()[name].unit for name in base.to_frame()["indicator"].unique()
    }
    ratio = paths.sel(indicator="value_added") / paths.sel(indicator="gdp")
    assert np.allclose(ratio, paths.sel(indicator="value_added_share"), rtol=1e-12)


def test_results_show_themselves_briefly(facts: Facts, study: Study, base: Projection) -> None:
    for result in (facts, study.plan, study, base, base["gdp"]):
        assert 0 < len(repr(result)) < 6000
        assert "<table" in result._repr_html_()


def test_answers_are_frames(study: Study) -> None:
    asked = study.missing_figures(3)
    assert len(asked) == 3
    assert asked["gain"].is_monotonic_decreasing
    assert set(study.set_aside["reason"]) > set()
    against = study.contradicted
    assert (against["errors"].abs() > BOUND).all()
    assert (against["errors"].abs().diff().dropna() <= 0).all()
    assert set(against["id"]) | set(against["against"]) <= set(study.used["id"])
    assert not (against["id"] == against["against"]).any()
    assert len(study.used) == len(study.information.used)
    beside = study.benchmark("GDP")
    assert set(beside.columns.get_level_values("method")) == {"joint", "univariate"}
    assert beside.attrs["reason"] == "" or beside["univariate"].isna().all().all()


def test_news_adds_up(study: Study, base: Projection) -> None:
    news = study.news("2021-03-31")
    for _, rows in news.groupby("quantity"):
        start, end = (rows[rows["kind"] == kind].iloc[0] for kind in ("start", "end"))
        steps = rows[~rows["kind"].isin(["start", "end"])]
        assert start["median"] + steps["median"].sum() == pytest.approx(end["median"], abs=1e-9)
        assert start["probability"] + steps["probability"].sum() == pytest.approx(end["probability"], abs=1e-9)
    with pytest.raises(BadInput, match="not earlier"):
        study.news(study.as_of)


def test_another_regions_plan_is_refused_naming_both() -> None:
    facts = load_facts("株洲", as_of="2021-05-06")
    with pytest.raises(BadInput, match=r"湘潭市.*株洲市"):
        Study(facts, load_plan("xiangtan-2021-12"))
    assert len(Study(facts).plan) == 0  # none of its own is shipped
    assert Study(load_facts("湘潭", as_of="2021-05-06")).plan.id == "xiangtan-2021-12"


def test_the_horizon_fits_plan_and_day(facts: Facts) -> None:
    assert [Study(facts.on(day)).to for day in ("2021-05-06", "2024-05-06", "2025-05-06")] == [2025, 2025, 2026]
    with pytest.raises(BadInput, match="the last year is out of range"):
        Study(facts, to=2020)
    with pytest.raises(BadInput, match="load_facts"):
        Study(list(facts))  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="too few draws"):
        Study(facts).project(draws=99)


def test_a_posterior_goes_with_its_study(facts: Facts) -> None:
    small = Study(facts.on("2012-05-06"), to=2013)
    projection = small.project(draws=100)
    small.missing_figures(1)
    held = weakref.ref(projection.record.posterior.mixture.weights)
    gc.disable()  # by counting references alone, without waiting for a collection
    try:
        del small, projection
        assert held() is None
    finally:
        gc.enable()
