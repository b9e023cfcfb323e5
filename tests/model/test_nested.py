"""Parts and wholes, yardsticks, inequalities, growth to date: what the joint paths do with the figures of a bureau."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import stats

from tests.model.small import CITY, say
from xtanalysis.model import exactness
from xtanalysis.model.basis import HEAVY
from xtanalysis.model.bounds import truncated_moments
from xtanalysis.model.exactness import exact_draws, log_weights, smoothed
from xtanalysis.model.mixture import FEWEST_CELLS, HEAVIEST_CELL
from xtanalysis.model.nested import CONFLICT, is_part_of, set_aside_impossible
from xtanalysis.model.paths import Paths, paths_of
from xtanalysis.model.posterior import Posterior, fit_posterior
from xtanalysis.model.priors import NATION
from xtanalysis.model.select import information_set
from xtanalysis.model.to_date import AROUND, BASE, rest_of_year
from xtanalysis.statements.facts import load_facts
from xtanalysis.statements.grammar import Statement

PROVINCE = "湖南省"
AS_OF = dt.date(2026, 11, 27)
NESTED = ("value_added", "industrial_value_added", "secondary_value_added", "gdp")
SHIPPED = tuple(load_facts())


def fit(city: str = CITY, own: tuple[Statement, ...] = (), as_of: dt.date = AS_OF, cells: int = 8) -> Posterior:
    around = (city, PROVINCE, NATION)
    facts = [s for s in (*SHIPPED, *own) if s.region in around]
    return fit_posterior(city, information_set(facts, around, as_of), as_of.year, cells=cells)


def draw(posterior: Posterior, count: int = 400) -> Paths:
    return paths_of(posterior.layout, posterior.region, "baseline", posterior.draw(count, 8).values)


def own(indicator: str, measure: str, year: int, value: float, unit: str, **more: object) -> Statement:
    return say(
        indicator, measure, str(year), value, unit, sd=None, public=False, published=dt.date(2026, 11, 1),
        **{"calibre": "unknown", **more},
    )  # fmt: skip


@pytest.fixture(scope="module")
def today() -> Posterior:
    return fit()


def last_growth(posterior: Posterior) -> np.ndarray:
    """Real growth of the last year on 2,000 draws, log points."""
    return np.asarray(100.0 * np.diff(np.log(draw(posterior, 2000).of("gdp_real")))[:, -1])


def assert_nested(paths: Paths) -> None:
    whole = [paths.of(name) for name in NESTED]
    assert all((part <= bound * (1 + 1e-9)).all() for part, bound in itertools.pairwise(whole))
    assert (paths.of("tech_upgrade_investment") <= paths.of("industrial_investment") * (1 + 1e-9)).all()


def test_parts_lie_within_their_wholes_and_identities_hold_on_every_draw(today: Posterior) -> None:
    paths = draw(today)
    assert_nested(paths)
    share = paths.of("value_added") / paths.of("gdp")
    assert paths.of("value_added_share") == pytest.approx(share, rel=1e-12)
    intensity = 1e4 * paths.of("energy_use") * 1e4 / (paths.of("value_added_real") * 1e8)
    assert paths.of("energy_intensity") == pytest.approx(intensity, rel=1e-12)
    # In the prices of its base year, volume is value added at current prices.
    assert paths.at("value_added_real", 2020) == pytest.approx(paths.at("value_added", 2020), rel=1e-4)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["value_added", "industrial_value_added", "secondary_value_added"]),
            st.integers(2012, 2024),
            st.floats(50.0, 5000.0),
        ),
        min_size=1,
        max_size=4,
        unique_by=lambda row: row[:2],
    )
)
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
def test_parts_lie_within_their_wholes_whatever_is_reported(rows: list[tuple[str, int, float]]) -> None:
    told = tuple(own(name, "level", year, value, "100m_yuan", region="湘西自治州") for name, year, value in rows)
    assert_nested(draw(fit("湘西自治州", told, cells=4), 100))


def test_the_published_share_of_all_industry_is_met_and_bounds_that_of_its_part(today: Posterior) -> None:
    paths = draw(today)
    assert np.median(paths.at("industrial_share_of_gdp", 2025)) == pytest.approx(0.377, abs=0.001)
    assert paths.at("value_added_share", 2025).max() < 0.378


def test_a_settled_share_of_the_owner_s_defines_the_path_and_an_impossible_one_is_named() -> None:
    low = draw(fit(own=(own("value_added_share", "share", 2025, 27.7, "percent"),)))
    assert np.median(low.at("value_added_share", 2025)) == pytest.approx(0.277, abs=0.002)
    high = own("value_added_share", "share", 2025, 40.0, "percent")
    posterior = fit(own=(high,))
    reason = next(why for s, why in posterior.evidence.unusable if s.id == high.id)
    assert reason.startswith(CONFLICT)
    assert "37.7" in reason
    assert np.median(draw(posterior).at("value_added_share", 2025)) < 0.377


@pytest.mark.parametrize(("value", "kept"), [(37.6, True), (37.7, True), (37.88, True), (37.9, False)])
def test_a_part_may_exceed_its_whole_by_rounding_only(value: float, kept: bool) -> None:
    whole = say("industrial_share_of_gdp", "share", "2025", 37.7, calibre="gdp_census5")
    part = own("value_added_share", "share", 2025, value, "percent")
    assert (part in set_aside_impossible([whole, part])[0]) is kept


def test_part_and_whole_follow_from_the_dictionary() -> None:
    assert all(is_part_of(part, whole) for part, whole in itertools.pairwise(NESTED))
    assert is_part_of("tech_upgrade_investment", "industrial_investment")
    assert not is_part_of("gdp", "value_added")
    assert not is_part_of("gdp", "gdp")
    assert not is_part_of("value_added_real", "gdp_real")


def test_a_settled_level_leaves_the_share_moving_with_the_growth_published_since() -> None:
    paths = draw(fit(own=(own("value_added", "level", 2020, 780.0, "100m_yuan"),)))
    assert np.median(paths.at("value_added", 2020)) == pytest.approx(780.0, rel=0.01)
    volume = np.median(paths.at("value_added_real", 2025) / paths.at("value_added_real", 2020))
    assert volume == pytest.approx(1.091 * 1.07 * 1.057 * 1.083 * 1.076, rel=0.03)


def test_an_unsettled_level_is_never_the_yardstick_even_alone(today: Posterior) -> None:
    rows = {s.id: i for i, s in enumerate(today.evidence.statements)}
    spread = {
        s.period.year: today.evidence.sd[rows[s.id]]
        for s in today.evidence.statements
        if (s.region, s.indicator, s.measure, s.calibre) == (CITY, "value_added", "level", "above_scale_unsettled")
    }
    assert min(spread.values()) > 10.0
    energy = next(i for s, i in ((s, rows[s.id]) for s in today.evidence.statements) if s.indicator == "energy_use")
    assert today.evidence.dof[energy] == HEAVY or today.evidence.statements[energy].calibre != "unknown"


def test_a_fact_that_is_an_inequality_cuts_and_says_nothing_where_it_does_not_bind() -> None:
    def growth(**more: object) -> np.ndarray:
        told = say("gdp_real", "growth", "2026", 6.0, relation="equals", published=dt.date(2026, 11, 1), sd=0.1)
        return (
            np.diff(np.log(draw(fit(own=(dataclasses.replace(told, **more),), cells=4), 2000).of("gdp_real")))[:, -1]
            * 100
        )

    free = last_growth(fit(cells=4))
    above = growth(relation="at_least", value=6.0)
    silent = growth(relation="at_least", value=-20.0)
    assert np.median(above) > 5.7 > np.median(free)
    assert (above < 5.0).mean() < 0.1
    assert silent.mean() == pytest.approx(free.mean(), abs=0.1)
    assert growth(relation="at_most", value=3.0).mean() < 3.2
    between = growth(relation="between", value=2.0, value_high=3.0)
    assert np.quantile(between, (0.05, 0.95)) == pytest.approx([2.0, 3.0], abs=0.4)


@pytest.mark.parametrize(
    ("mean", "sd", "low", "high"),
    [
        (0.0, 1.0, -1.0, 2.0),
        (3.0, 2.0, -np.inf, 1.0),
        (-2.0, 0.5, 1.0, np.inf),
        (5.0, 1.0, 0.0, 0.5),
        (0.0, 1.0, -9, 9),
    ],
)
def test_truncated_moments_are_scipy_s(mean: float, sd: float, low: float, high: float) -> None:
    arrays = (np.array([v]) for v in (mean, sd, low, high))
    found = truncated_moments(*arrays)
    expected = stats.truncnorm.stats((low - mean) / sd, (high - mean) / sd, mean, sd, moments="mv")
    assert [float(found[0][0]), float(found[1][0])] == pytest.approx([float(v) for v in expected], rel=1e-6)


def test_growth_to_date_follows_its_aggregate_or_its_base() -> None:
    half = say("industrial_investment", "year_to_date_growth", "2021-01/2021-06", 54.8)
    aggregate = [
        say("fixed_asset_investment", "year_to_date_growth", "2021-01/2021-06", 19.7),
        say("fixed_asset_investment", "growth", "2021", 9.1),
    ]
    lineage = (CITY, PROVINCE, NATION)
    found = rest_of_year([half], [half, *aggregate], lineage)[half.id]
    moved = 100 * (np.log(1.091) - np.log(1.197))
    ratio = np.log(1.548) / np.log(1.197)
    assert found.move == pytest.approx(AROUND * moved * ratio, rel=1e-9)
    base = [
        say("industrial_investment", "year_to_date_growth", "2020-01/2020-06", -20.0),
        say("industrial_investment", "growth", "2020", 3.0),
    ]
    found = rest_of_year([half], [half, *base], lineage)[half.id]
    assert found.move == pytest.approx(-BASE * 100 * (np.log(1.03) - np.log(0.8)), rel=1e-9)
    assert rest_of_year([half], [half], lineage) == {}


def test_a_city_with_figures_of_its_own_alone_is_projected() -> None:
    facts = [
        say("gdp", "level", str(y), 900.0 * 1.07 ** (y - 2015), "100m_yuan", calibre="gdp_census4")
        for y in (2015, 2018)
    ]
    facts.append(say("value_added_real", "growth", "2018", 7.0))
    posterior = fit_posterior(CITY, information_set(facts, [CITY], dt.date(2019, 6, 1)), 2022, cells=4)
    assert_nested(draw(posterior, 50))


def test_linearised_figures_are_near_the_exact_ones(today: Posterior) -> None:
    found = exact_draws(today, 2000, 8)
    assert (~today.evidence.linear).sum() > 50
    assert found.pareto_k < 0.7
    assert found.effective_share > 0.5


def test_draws_are_taken_as_often_as_they_weigh(today: Posterior) -> None:
    """Systematic resampling: a draw of weight w comes floor or ceil N·w times, in the order of the cells."""
    plain, found = today.draw(2000, 8), exact_draws(today, 2000, 8)
    weight, _ = smoothed(log_weights(today, plain))
    place = {value: i for i, value in enumerate(plain.values[:, -1])}
    taken = np.array([place[value] for value in found.values[:, -1]])
    assert (np.diff(taken) >= 0).all()
    times = np.bincount(taken, minlength=2000)
    assert np.abs(times - 2000 * weight / weight.sum()).max() < 1.0
    assert times.max() > 1
    np.testing.assert_array_equal(found.values, plain.values[taken])
    np.testing.assert_array_equal(found.cell, plain.cell[taken])
    assert found.effective_share == pytest.approx(weight.sum() ** 2 / (weight**2).sum() / 2000)


@pytest.mark.parametrize(
    ("bound", "beyond", "moved"),
    [
        ("TRUSTED", 0.0, False),
        ("TRUSTED", 1e-9, True),
        ("LEAST_EFFECTIVE", 0.0, True),
        ("LEAST_EFFECTIVE", 1e-9, False),
    ],
)
def test_weights_that_cannot_be_trusted_move_nothing(
    today: Posterior, bound: str, beyond: float, moved: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, found = today.draw(500, 8), exact_draws(today, 500, 8)
    at = found.pareto_k if bound == "TRUSTED" else found.effective_share
    monkeypatch.setattr(exactness, bound, at + beyond)
    monkeypatch.setattr(exactness, "MORE", 1)
    again = exact_draws(today, 500, 8)
    assert (again.values != plain.values).any() == moved
    assert (again.pareto_k, again.effective_share) == (found.pareto_k, found.effective_share)


def test_more_draws_are_weighed_where_too_few_count(today: Posterior, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as were asked for come of the law that the weights of four times as many give."""
    monkeypatch.setattr(exactness, "LEAST_EFFECTIVE", exact_draws(today, 2000, 8).effective_share + 1e-9)
    found, plain = exact_draws(today, 2000, 8), today.draw(8000, 8)
    weight, _ = smoothed(log_weights(today, plain))
    assert found.effective_share == pytest.approx(weight.sum() ** 2 / (weight**2).sum() / 8000)
    assert found.values.shape == (2000, today.layout.size)
    assert found.cell.shape == (2000,)
    expected = weight @ plain.values / weight.sum()
    spread = np.sqrt(weight @ (plain.values - expected) ** 2 / weight.sum())
    moved = spread > 1e-6
    away = ((found.values.mean(axis=0) - expected) / spread)[moved]
    assert away == pytest.approx(np.zeros(away.size), abs=4.0 / np.sqrt(1000))


@pytest.mark.parametrize(("beyond", "tried"), [(0.0, True), (1e-9, False)])
def test_more_draws_are_tried_where_they_may_do(
    today: Posterior, beyond: float, tried: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, found = today.draw(500, 8), exact_draws(today, 500, 8)
    monkeypatch.setattr(exactness, "LEAST_EFFECTIVE", found.effective_share + 1e-9)
    monkeypatch.setattr(exactness, "WORTH_MORE", found.effective_share + beyond)
    again = exact_draws(today, 500, 8)
    assert (again.values != plain.values).any() == tried
    assert (again.effective_share != found.effective_share) == tried


def test_draws_of_figures_that_are_all_linear_stay_as_they_are() -> None:
    known_on = dt.date(2019, 3, 1)
    facts = [say("gdp_real", "growth", str(year), 7.0, published=known_on) for year in (2016, 2018)]
    known = information_set(facts, [CITY], dt.date(2019, 6, 1))
    posterior = fit_posterior(CITY, known, 2022, wanted=["gdp_real"], cells=4)
    assert posterior.evidence.linear.all()
    found = exact_draws(posterior, 100, 8)
    np.testing.assert_array_equal(found.values, posterior.draw(100, 8).values)
    assert (found.pareto_k, found.effective_share) == (float("-inf"), 1.0)


def test_the_tail_index_is_that_of_the_law_it_was_drawn_from() -> None:
    rng = np.random.default_rng(3)
    heavy, light = rng.pareto(1 / 0.9, 20_000) + 1.0, np.exp(0.05 * rng.standard_normal(20_000))
    assert smoothed(np.log(heavy))[1] == pytest.approx(0.9, abs=0.15)
    weights, index = smoothed(np.log(light))
    assert index < 0.3
    assert weights / weights.mean() == pytest.approx(light / light.mean(), rel=0.05)


@pytest.mark.slow
def test_no_cell_carries_the_mixture_of_a_city_whose_cells_collapsed_before() -> None:
    for city in ("郴州市", "株洲市"):
        mixture = fit(city, cells=80).mixture
        assert mixture.effective >= FEWEST_CELLS
        assert mixture.weights.max() <= HEAVIEST_CELL
