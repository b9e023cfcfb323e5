"""What a scenario changes: hard, soft and interval conditions against closed forms; history; contradictions."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy import stats

from tests.model.small import Array, base_prior, evidence_of, layout_of, posterior_of, say
from xtanalysis.errors import BadInput, Contradiction
from xtanalysis.model.conditions import apply_conditions, build_conditions, reweigh
from xtanalysis.model.goals import EDGE
from xtanalysis.model.likelihood import condition
from xtanalysis.model.mixture import fit_mixture
from xtanalysis.model.paths import paths_of
from xtanalysis.model.plausibility import distance
from xtanalysis.model.posterior import Draws, Posterior
from xtanalysis.statements.grammar import Statement

STATES = ["gdp_real", "value_added_real", "industrial_investment", "tech_upgrade_share", "energy_intensity"]
ORIGIN = 2019
FACTS = [
    say("gdp_real", "level", "2015", 1700.0, "100m_yuan", sd=5.0),
    *(say("gdp_real", "growth", str(year), 7.5 - 0.2 * (year - 2016), sd=0.1) for year in range(2016, 2020)),
    *(say("value_added_real", "growth", str(year), 8.0, sd=0.2) for year in range(2016, 2020)),
    say("value_added_real", "level", "2018", 700.0, "100m_yuan", sd=20.0),
    say("industrial_investment", "level", "2017", 500.0, "100m_yuan", sd=20.0),
    say("tech_upgrade_share", "share", "2018", 45.0, sd=3.0),
    say("energy_use", "level", "2018", 700.0, "10k_tce", sd=20.0),
]


def suppose(*args: object, **more: object) -> Statement:
    return say(*args, **({"role": "assumption", "condition": "hard", "sd": None} | more))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def posterior() -> Posterior:
    layout = layout_of(STATES, 2015, 2025)
    evidence = evidence_of(FACTS, layout, ORIGIN)
    return posterior_of(layout, evidence, fit_mixture(layout, evidence, base_prior(layout), cells=6), ORIGIN)


@pytest.fixture(scope="module")
def draws(posterior: Posterior) -> Draws:
    return posterior.draw(12_000, 3)


def moved(posterior: Posterior, draws: Draws, *statements: Statement, update: str = "none") -> tuple[Array, Array]:
    conditions = build_conditions(posterior, statements)
    paths = apply_conditions(posterior, draws, conditions, update, np.random.default_rng(1))
    return paths, paths @ conditions.rows.T


def test_mean_of_draws_is_the_analytic_mean(posterior: Posterior, draws: Draws) -> None:
    mean, covariance = posterior.moments(np.eye(posterior.layout.size))
    sd = np.sqrt(np.diag(covariance))
    # Four standard errors of a mean of 12,000 draws; a standard deviation is known to 3 %.
    assert (np.abs(draws.values.mean(axis=0) - mean) < 4.5 * sd / np.sqrt(12_000)).all()
    assert draws.values.std(axis=0) == pytest.approx(sd, rel=0.03)
    assert posterior.mean() == pytest.approx(mean, abs=1e-10)


def test_equal_seeds_give_equal_bytes(posterior: Posterior, draws: Draws) -> None:
    again = posterior.draw(12_000, 3)
    assert again.values.tobytes() == draws.values.tobytes()
    assert posterior.draw(12_000, 4).values.tobytes() != draws.values.tobytes()
    rule = [
        suppose("gdp_real", "growth", "2022", 5.0),
        suppose("energy_use", "growth", "2023", 0.0, relation="at_most"),
    ]
    one, other = (moved(posterior, draws, *rule)[0].tobytes() for _ in range(2))
    assert one == other


@pytest.mark.parametrize("update", ["none", "history", "all"])
def test_hard_conditions_hold_on_every_draw(posterior: Posterior, draws: Draws, update: str) -> None:
    rules = [
        suppose("gdp_real", "average_growth", "2025", 6.0, base="2020"),
        suppose("energy_intensity", "cumulative_change", "2025", -12.0, base="2020"),
        suppose("industrial_investment", "growth", "2022", -15.0),
        suppose("tech_upgrade_investment", "level", "2025", 300.0, "100m_yuan"),
        suppose("industrial_investment", "sum", "2021/2025", 3000.0, "100m_yuan"),
    ]
    values, _ = moved(posterior, draws, *rules, update=update)
    paths = paths_of(posterior.layout, "湘潭市", "s", values)
    gdp, energy = paths.of("gdp_real"), paths.of("energy_intensity")
    assert 100 * np.log(gdp[:, 10] / gdp[:, 5]) / 5 == pytest.approx(np.full(12_000, 100 * np.log(1.06)), abs=1e-9)
    assert energy[:, 10] / energy[:, 5] == pytest.approx(np.full(12_000, 0.88), abs=1e-11)
    assert paths.at("tech_upgrade_investment", 2025) == pytest.approx(np.full(12_000, 300.0), rel=1e-11)
    investment = paths.of("industrial_investment")
    assert investment[:, 6:].sum(axis=1) == pytest.approx(np.full(12_000, 3000.0), rel=1e-11)
    assert investment[:, 7] / investment[:, 6] == pytest.approx(np.full(12_000, 0.85), rel=1e-11)
    identity = paths.of("energy_intensity") * paths.of("value_added_real") / paths.of("energy_use")
    assert identity == pytest.approx(np.ones_like(identity), abs=1e-12)


def test_none_leaves_history_and_cells_alone(posterior: Posterior, draws: Draws) -> None:
    values, _ = moved(posterior, draws, suppose("industrial_investment", "growth", "2021", 0.0))
    before = np.array(posterior.layout.years) <= ORIGIN
    history = np.tile(before, len(STATES))
    assert values[:, history].tobytes() == draws.values[:, history].tobytes()
    changed, _ = moved(posterior, draws, suppose("industrial_investment", "growth", "2021", 0.0), update="history")
    assert np.abs(changed - draws.values)[:, history].max() > 0.1


def test_a_condition_that_holds_already_moves_nothing(posterior: Posterior, draws: Draws) -> None:
    rule = suppose("gdp_real", "growth", "2021", 5.0)
    once, _ = moved(posterior, draws, rule)
    twice, _ = moved(posterior, Draws(once, draws.cell, draws.seed), rule)
    assert twice == pytest.approx(once, abs=1e-9)


def test_target_distribution_is_met_as_stated(posterior: Posterior, draws: Draws) -> None:
    rule = suppose("gdp_real", "growth", "2023", 6.0, condition="target_distribution", sd=1.5)
    _, s = moved(posterior, draws, rule, update="history")
    assert s.mean() == pytest.approx(100 * np.log(1.06), abs=4 * 1.42 / np.sqrt(12_000))
    assert s.std() == pytest.approx(1.5 * 100 / 106, rel=0.03)


def test_noisy_observation_is_weighed_with_what_was_expected(posterior: Posterior) -> None:
    one = dataclasses.replace(posterior, mixture=only(posterior, 0), kept={})
    rule = suppose("gdp_real", "growth", "2023", 2.0, condition="noisy_observation", sd=1.5)
    conditions = build_conditions(one, [rule])
    mean, variance = one.moments(conditions.rows)
    error = (1.5 * 100 / 102) ** 2
    expected = (mean[0] / variance[0, 0] + conditions.value[0] / error) / (1 / variance[0, 0] + 1 / error)
    spread = 1.0 / np.sqrt(1 / variance[0, 0] + 1 / error)
    _, s = moved(one, one.draw(12_000, 5), rule, update="history")
    assert s.mean() == pytest.approx(expected, abs=4.5 * spread / np.sqrt(12_000))
    assert s.std() == pytest.approx(spread, rel=0.03)


def test_noisy_and_hard_conditions_together_are_the_joint_law(posterior: Posterior) -> None:
    one = dataclasses.replace(posterior, mixture=only(posterior, 0), kept={})
    hard = suppose("gdp_real", "growth", "2022", 3.0)
    noisy = suppose("gdp_real", "growth", "2023", 2.0, condition="noisy_observation", sd=1.5)
    conditions = build_conditions(one, [hard, noisy])
    mean, covariance = one.moments(conditions.rows)
    inner = covariance + np.diag([0.0, (1.5 * 100 / 102) ** 2])
    gain = covariance[1] @ np.linalg.inv(inner)
    expected = mean[1] + gain @ (conditions.value - mean)
    spread = np.sqrt(covariance[1, 1] - gain @ covariance[:, 1])
    _, s = moved(one, one.draw(12_000, 5), hard, noisy, update="history")
    assert np.abs(s[:, 0] - conditions.value[0]).max() < 1e-9
    assert s[:, 1].mean() == pytest.approx(expected, abs=4.5 * spread / np.sqrt(12_000))
    assert s[:, 1].std() == pytest.approx(spread, rel=0.03)


def only(posterior: Posterior, index: int):  # type: ignore[no-untyped-def]
    """The mixture with one cell."""
    mixture = posterior.mixture
    return dataclasses.replace(mixture, cells=(mixture.cells[index],), weights=np.ones(1), effective=1.0)


def test_one_interval_is_a_truncated_normal_and_keeps_ranks(posterior: Posterior) -> None:
    one = dataclasses.replace(posterior, mixture=only(posterior, 0), kept={})
    rule = suppose("gdp_real", "growth", "2021", 8.0, relation="between", value_high=9.0, condition="interval")
    conditions = build_conditions(one, [rule])
    mean, variance = one.moments(conditions.rows)
    sd = float(np.sqrt(variance[0, 0]))
    law = stats.truncnorm((conditions.value[0] - mean[0]) / sd, (conditions.high[0] - mean[0]) / sd, mean[0], sd)
    drawn = one.draw(12_000, 5)
    _, s = moved(one, drawn, rule, update="history")
    assert s.min() >= conditions.value[0] - 1e-9
    assert s.max() <= conditions.high[0] + 1e-9
    assert stats.kstest(s[:, 0], law.cdf).pvalue > 1e-3
    before = drawn.values @ conditions.rows[0]
    assert stats.spearmanr(before, s[:, 0]).statistic > 1.0 - 1e-9


def test_two_intervals_are_truncated_jointly(posterior: Posterior) -> None:
    """Against rejection: the draws of the untouched posterior that happen to lie in the box."""
    one = dataclasses.replace(posterior, mixture=only(posterior, 0), kept={})
    rules = [suppose("gdp_real", "growth", year, 6.0, relation="at_least") for year in ("2021", "2022")]
    conditions = build_conditions(one, rules)
    many = one.draw(60_000, 7).values @ conditions.rows.T
    kept = many[(many >= conditions.value).all(axis=1)]
    assert len(kept) > 3_000
    _, s = moved(one, one.draw(12_000, 5), *rules, update="history")
    assert (s >= conditions.value - 1e-9).all()
    error = kept.std(axis=0) * np.sqrt(1 / len(kept) + 1 / 12_000)
    assert (np.abs(s.mean(axis=0) - kept.mean(axis=0)) < 4.5 * error).all()
    assert s.std(axis=0) == pytest.approx(kept.std(axis=0), rel=0.05)


def test_redundant_conditions_are_dropped_and_contradictory_ones_named(posterior: Posterior, draws: Draws) -> None:
    first = suppose("gdp_real", "growth", "2021", 5.0, id="a")
    second = suppose("gdp_real", "growth", "2022", 5.0, id="b")
    both = suppose("gdp_real", "cumulative_change", "2022", 10.25, base="2020", id="c")
    values, s = moved(posterior, draws, first, second, both)
    assert np.abs(s - 100 * np.log([1.05, 1.05, 1.1025])).max() < 1e-9
    assert np.isfinite(values).all()
    wrong = dataclasses.replace(both, value=12.0)
    with pytest.raises(Contradiction, match=r"assumption \w cannot hold together with \w, \w"):
        moved(posterior, draws, first, second, wrong)


def test_a_year_that_the_projection_does_not_hold_is_refused(posterior: Posterior) -> None:
    with pytest.raises(Contradiction, match="which this projection does not hold"):
        build_conditions(posterior, [suppose("gdp_real", "growth", "2031", 5.0)])


def test_what_is_settled_cannot_be_assumed_otherwise_without_history(posterior: Posterior, draws: Draws) -> None:
    with pytest.raises(Contradiction, match="already settled"):
        moved(posterior, draws, suppose("gdp_real", "growth", "2018", 5.0))


@pytest.mark.parametrize("sd", [0.3, 2.0])
def test_the_same_sentence_as_fact_or_as_assumption_under_all(posterior: Posterior, sd: float) -> None:
    """Weights and cells given: cells weigh the same, and each cell's paths have the same mean."""
    fact = say("value_added_real", "growth", "2021", 11.0, sd=sd)
    layout, mixture = posterior.layout, posterior.mixture
    evidence = evidence_of([*FACTS, fact], layout, ORIGIN)
    robust = np.append(mixture.robust, 1.0)
    cells = [condition(layout, evidence, cell.hyper, robust) for cell in mixture.cells]
    gained = np.array([new.log_evidence - old.log_evidence for new, old in zip(cells, mixture.cells, strict=True)])
    weights = mixture.weights * np.exp(gained - gained.max())
    weights /= weights.sum()
    rule = dataclasses.replace(fact, role="assumption", condition="noisy_observation")
    conditions = build_conditions(posterior, [rule])
    weighed = reweigh(posterior, conditions).mixture
    assert weighed.weights == pytest.approx(weights, abs=1e-9)
    for new, old in zip(cells, weighed.cells, strict=True):
        covariance = old.covariance_with(layout, conditions.rows)
        inner = conditions.rows @ covariance + np.diag(conditions.sd**2)
        mean = old.mean + covariance @ np.linalg.solve(inner, conditions.value - conditions.rows @ old.mean)
        assert mean == pytest.approx(new.mean, abs=1e-8)
    mean = weights @ np.stack([cell.mean for cell in cells])
    values = apply_conditions(posterior, posterior.draw(12_000, 3), conditions, "all", np.random.default_rng(1))
    assert np.abs(values.mean(axis=0) - mean).max() < 4.5 * values.std(axis=0).max() / np.sqrt(12_000)


def test_scenarios_share_random_numbers(posterior: Posterior, draws: Draws) -> None:
    """A growth rate moved by one point moves later GDP by nearly the same on every draw."""
    low, _ = moved(posterior, draws, suppose("gdp_real", "growth", "2021", 5.0))
    high, _ = moved(posterior, draws, suppose("gdp_real", "growth", "2021", 6.0))
    place = posterior.layout.position("湘潭市", "gdp_real", 2025)
    difference = high[:, place] - low[:, place]
    assert difference.std() < 0.2 * abs(difference.mean())


def test_distance_is_mahalanobis(posterior: Posterior) -> None:
    rule = suppose("gdp_real", "growth", "2021", 12.0)
    conditions = build_conditions(posterior, [rule])
    mean, variance = posterior.moments(conditions.rows)
    z = (conditions.value[0] - mean[0]) / np.sqrt(variance[0, 0])
    far, percentile = distance(posterior, conditions)
    assert far == pytest.approx(abs(z), rel=1e-9)
    assert percentile == pytest.approx(stats.chi2.cdf(z**2, 1), abs=1e-12)
    inside = suppose("gdp_real", "growth", "2021", 1.0, relation="at_least")
    assert distance(posterior, build_conditions(posterior, [inside]))[0] == pytest.approx(0.0, abs=1e-9)


def test_plausibility_is_of_the_sum_over_the_years(posterior: Posterior) -> None:
    """Yearly growths count by their sum, as one condition of it would: what no single year makes rare adds up."""
    years = [suppose("gdp_real", "growth", str(year), 9.0) for year in range(2020, 2026)]
    conditions = build_conditions(posterior, years)
    mean, covariance = posterior.moments(conditions.rows)
    z = (conditions.value.sum() - mean.sum()) / np.sqrt(covariance.sum())
    assert distance(posterior, conditions) == pytest.approx((abs(z), stats.chi2.cdf(z**2, 1)), rel=1e-9)
    open_ended = [dataclasses.replace(s, relation="at_least", value=1.0) for s in years]
    other = suppose("energy_use", "growth", "2022", 30.0, relation="at_most")
    assert distance(posterior, build_conditions(posterior, [*open_ended, other]))[0] == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(
    ("indicator", "measure", "period", "base", "amount"),
    [
        ("industrial_investment", "growth", "2021", None, -3.0),
        ("value_added_real", "cumulative_change", "2024", "2019", -2.0),
        ("tech_upgrade_share", "share", "2023", None, 4.0),
        ("energy_use", "level", "2022", None, -10.0),
        ("value_added_real", "sum", "2020/2022", None, 5.0),
        ("value_added_real", "average_growth", "2024", "2019", 1.0),
    ],
)
def test_a_distance_from_the_baseline_holds_on_every_draw(
    posterior: Posterior, draws: Draws, indicator: str, measure: str, period: str, base: str | None, amount: float
) -> None:
    """Points are added to growth and shares, percent to levels and sums: to 1e-9 of each draw's own baseline."""
    rule = suppose(indicator, measure, period, amount, base=base, versus="baseline")
    values, _ = moved(posterior, draws, rule)
    before, after = (paths_of(posterior.layout, "湘潭市", "", v).of(indicator) for v in (draws.values, values))
    i = rule.period.year - 2015

    def quantity(levels: Array) -> Array:
        if measure == "share":
            return np.minimum(levels[:, i] + amount / 100 * (levels is before), 1.0 - EDGE)
        if measure in ("level", "sum"):
            first = rule.period.first_year - 2015
            return levels[:, first : i + 1].sum(axis=1) * (1 + amount / 100 * (levels is before))
        start = int(base or rule.period.year - 1) - 2015
        span = i - start if measure == "average_growth" else 1
        return (levels[:, i] / levels[:, start]) ** (1 / span) - 1 + amount / 100 * (levels is before)

    np.testing.assert_allclose(quantity(after), quantity(before), atol=1e-9, rtol=1e-9)


def test_a_share_stops_at_its_edge_and_a_growth_at_nothing(posterior: Posterior, draws: Draws) -> None:
    share = suppose("tech_upgrade_share", "share", "2023", 90.0, versus="baseline")
    values, _ = moved(posterior, draws, share)
    after = paths_of(posterior.layout, "湘潭市", "", values).at("tech_upgrade_share", 2023)
    assert 0.999 < after.max() < 1.0
    with pytest.raises(BadInput, match="to nothing on some paths"):
        moved(posterior, draws, suppose("energy_use", "growth", "2023", -99.9, versus="baseline"))
