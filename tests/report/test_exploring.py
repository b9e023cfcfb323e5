"""Steps of the explorer are the projections that the saved scenario gives, on common random numbers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from xtanalysis.errors import BadInput, Contradiction
from xtanalysis.report.exploring.address import asked_in_address
from xtanalysis.report.exploring.panel import Explorer
from xtanalysis.report.exploring.steps import Base, Setting, bands, base_of, offered, scenario_text, step, usual
from xtanalysis.statements.scenarios import load_scenario
from xtanalysis.study.facts import load_facts
from xtanalysis.study.study import Study

DAY = "2021-05-06"
NOTHING: tuple[Setting, ...] = ()


@pytest.fixture(scope="module")
def base() -> Base:
    return base_of(Study(load_facts("湘潭市", as_of=DAY), to=2025), 400, 8)


@pytest.fixture(scope="module")
def explorer(tmp_path_factory: pytest.TempPathFactory) -> Explorer:
    return Explorer("湘潭市", as_of=DAY, to=2025, draws=400, out=tmp_path_factory.mktemp("out"))


def test_a_step_is_the_projection_of_the_saved_scenario(base: Base, tmp_path: Path) -> None:
    settings = (
        Setting("industrial_investment", "growth", 2021, 2025, 8.0),
        Setting("tech_upgrade_share", "share", 2025, 2025, 65.0),
        Setting("energy_intensity", "average_growth", 2021, 2025, -3.0),
    )
    path = tmp_path / "own.yaml"
    path.write_text(scenario_text(settings, base), encoding="utf-8")
    whole = base.study.project(path, draws=400, seed=8).record
    mine = step(base, path.read_text(encoding="utf-8"), whole=True)
    assert mine.paths.values == pytest.approx(whole.paths.values)
    theirs = {r.target: r for r in reversed(whole.targets)}
    assert len(mine.targets) == 5
    for verdict in mine.targets:
        assert verdict.verdict == theirs[verdict.target].verdict
        for name in ("probability", "probability_low", "probability_high", "median"):
            assert getattr(verdict, name) == pytest.approx(getattr(theirs[verdict.target], name))


@pytest.mark.parametrize(
    ("setting", "held"),
    [
        (Setting("industrial_investment", "growth", 2022, 2024, 8.0), lambda x: 100 * (x[:, 3:6] / x[:, 2:5] - 1)),
        (
            Setting("value_added_real", "average_growth", 2022, 2025, 6.0),
            lambda x: 100 * ((x[:, 6] / x[:, 2]) ** 0.25 - 1),
        ),
        (Setting("energy_intensity", "cumulative_change", 2022, 2025, -10.0), lambda x: 100 * (x[:, 6] / x[:, 2] - 1)),
        (Setting("industrial_investment", "level", 2025, 2025, 900.0), lambda x: x[:, 6]),
        (Setting("tech_upgrade_share", "share", 2024, 2025, 60.0), lambda x: 100 * x[:, 5:7]),
        (Setting("value_added_share", "share", 2025, 2025, 33.0), lambda x: 100 * x[:, 6]),
    ],
    ids=lambda value: getattr(value, "measure", ""),
)
def test_what_is_set_holds_on_every_path(base: Base, setting: Setting, held: object) -> None:
    paths = step(base, scenario_text([setting], base)).paths
    first = list(paths.years).index(2019)
    assert np.asarray(held(paths.of(setting.indicator)[:, first:])) == pytest.approx(setting.value, abs=1e-6)  # type: ignore[operator]


def test_an_intervention_moves_what_it_causes_and_an_observation_more(base: Base) -> None:
    done = step(
        base, scenario_text([Setting("industrial_investment", "growth", 2021, 2025, 20.0, "intervention")], base)
    )
    before = base.projection.paths
    assert np.median(done.paths.at("value_added_real", 2025)) > np.median(before.at("value_added_real", 2025))
    assert done.paths.at("tech_upgrade_share", 2025) == pytest.approx(before.at("tech_upgrade_share", 2025))
    assert done.notes


def test_nothing_set_is_the_baseline(base: Base, tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(scenario_text(NOTHING, base), encoding="utf-8")
    assert load_scenario(path).assumptions == ()
    assert step(base, path.read_text(encoding="utf-8")).paths is base.projection.paths


def test_settings_stand_on_a_shipped_scenario_and_hold_in_another_edition(base: Base, tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    settings = [Setting("energy_intensity", "growth", 2021, 2025, -4.0)]
    path.write_text(scenario_text(settings, base, start="downturn", title="低迷", name="low"), encoding="utf-8")
    later = load_scenario(path, as_of=dt.date(2026, 11, 27), to=2030)
    shipped = load_scenario("downturn", as_of=dt.date(2026, 11, 27), to=2030)
    assert (later.id, later.zh) == ("low", "低迷")
    years = [s.period.year for s in later.assumptions if s.indicator == "energy_intensity"]
    assert years == list(range(2026, 2031))
    assert len(later.assumptions) == len(shipped.assumptions) + len(years)


def test_what_cannot_be_is_refused_in_words(base: Base) -> None:
    twice = [Setting("gdp_real", "growth", 2022, 2022, value) for value in (5.0, 6.0)]
    with pytest.raises(Contradiction):
        step(base, scenario_text(twice, base))
    with pytest.raises(BadInput):
        step(base, scenario_text([Setting("gdp_real", "growth", 2020, 2020, 9.0)], base))


def test_a_slider_stands_where_the_baseline_is(base: Base) -> None:
    low, middle, high = usual(base, Setting("gdp_real", "growth", 2021, 2025, 0.0))
    mean = 100 * ((base.projection.paths.at("gdp_real", 2025) / base.projection.paths.at("gdp_real", 2020)) ** 0.2 - 1)
    assert [low, middle, high] == pytest.approx(np.quantile(mean, (0.1, 0.5, 0.9)))
    assert offered("tech_upgrade_share") == offered("value_added_share") == ("share",)
    assert "level" in offered("gdp_real")


def test_bands_agree_with_the_trajectory(base: Base) -> None:
    trajectory = base.study.project(draws=400, seed=8)["gdp_real"]
    for scale, frame in (("growth", trajectory.growth((0.1, 0.5, 0.9))), ("level", trajectory.levels((0.1, 0.5, 0.9)))):
        years, values = bands(base.projection.paths, "gdp_real", scale, 2021, 2020)  # type: ignore[arg-type]
        assert pytest.approx(frame.loc[years].to_numpy()) == values.T
    _, index = bands(base.projection.paths, "gdp_real", "index", 2020, 2020)
    assert index[:, 0] == pytest.approx(100.0)


def test_the_first_move_takes_effect_and_can_be_handed_back(explorer: Explorer) -> None:
    row, panel = explorer.rows[0], 7 * 1  # investment is the second panel, of seven traces each
    baseline = explorer.chart.traces
    assert [trace["mode"] for trace in baseline] == ["lines"] * 6 + ["markers"] + (["lines"] * 6 + ["markers"]) * 2
    assert explorer.settings == []
    row.slider.value += 5
    assert [s.value for s in explorer.settings] == [row.slider.value]
    moved = explorer.chart.traces
    assert moved[panel + 5]["y"] != baseline[panel + 5]["y"], "investment moves"
    assert moved[panel + 2]["y"] == baseline[panel + 2]["y"], "its baseline stays"
    assert f"{row.slider.value:.1f}" in explorer.told.value
    row.free.click()
    assert explorer.settings == []
    assert explorer.chart.traces == baseline


def test_a_value_that_the_browser_sends_by_itself_is_no_move(explorer: Explorer) -> None:
    row = explorer.rows[1]
    row.slider.value += 1e-9
    assert explorer.settings == []
    row.slider.value += row.slider.step
    row.slider.value -= row.slider.step
    assert len(explorer.settings) == 1, "moved there and back, it stays set"
    row.free.click()


def test_any_indicator_span_and_reading(explorer: Explorer) -> None:
    explorer.add.click()
    row = explorer.rows[-1]
    row.indicator.value = "energy_use"
    row.measure.value = "cumulative_change"
    row.years.value = (2022, 2024)
    row.reading.value = "intervention"
    assert explorer.settings == []
    row.slider.value = -5.0
    assert explorer.settings == [Setting("energy_use", "cumulative_change", 2022, 2024, -5.0, "intervention")]
    assert {name for _, name in row.indicator.options} == set(explorer._base.names)
    row.free.click()
    explorer.rows.pop()


@pytest.mark.slow
def test_own_figures_and_another_day(explorer: Explorer) -> None:
    before = explorer.table.value
    content = "指标,度量,时期,数值,单位\n工业投资,水平,2020,400,亿元\n".encode()
    explorer.upload.value = (
        {
            "name": "mine.csv",
            "type": "",
            "size": len(content),
            "content": content,
            "last_modified": dt.datetime.now(dt.UTC),
        },
    )
    assert explorer.table.value != before
    assert len(explorer._facts.own) == 1
    explorer.as_of.value = "2022-12-31"
    assert explorer.rows[0].years.min == 2022
    assert explorer._base.projection.as_of == dt.date(2022, 12, 31)


@pytest.mark.slow
def test_saving_says_how_to_make_the_report(explorer: Explorer) -> None:
    explorer.name.value = "我的情景"
    explorer.rows[1].slider.value = 3.0
    explorer.save.click()
    path = explorer._out / "我的情景.yaml"
    assert str(path) in explorer.said.value
    assert {s.value for s in load_scenario(path, as_of=dt.date(2022, 12, 31)).assumptions} == {3.0}


def test_an_address_asks_for_what_is_shipped_and_for_no_file() -> None:
    assert asked_in_address("scenario=downturn&as_of=2021-05-06&to=2025&other=1") == {
        "scenario": "downturn", "as_of": "2021-05-06", "to": 2025,
    }  # fmt: skip
    assert asked_in_address("") == {}
    for query in ("scenario=/etc/passwd.yaml", "plan=own.yaml", "to=soon", "lang=fr", "region=" + "长" * 300):
        with pytest.raises(BadInput):
            asked_in_address(query)
