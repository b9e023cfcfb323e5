"""Value of information, curves against the base and shares of evidence: closed forms and draws agree."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from xtanalysis.answers.evidence_share import evidence_shares
from xtanalysis.answers.project import ScenarioDraws
from xtanalysis.answers.value_of_information import ask_for, value_of_information, variance_removed
from xtanalysis.errors import BadInput
from xtanalysis.model.evidence import build_evidence
from xtanalysis.model.likelihood import condition
from xtanalysis.model.noise import load_errors
from xtanalysis.statements.grammar import Period, Statement
from xtanalysis.statements.met import met
from xtanalysis.study.study import Study
from xtanalysis.targets.block import Block, block_of
from xtanalysis.targets.curves import _cells, _mixture_probability, _moved_probability, _slope, curve
from xtanalysis.targets.declared import declared_set
from xtanalysis.targets.joint import joint_probabilities
from xtanalysis.targets.margins import Margin, first_readings, margin_block, margins, met_probability
from xtanalysis.targets.own_share import variances_given


def statement(indicator: str, measure: str, year: int, value: float, unit: str) -> Statement:
    return Statement(
        id=f"{indicator}.{year}", region="湘潭市", indicator=indicator, measure=measure,  # type: ignore[arg-type]
        period=Period((year, 1), (year, 12)), relation="equals", value=value, unit=unit, role="outcome", trust="A",
        calibre="investment_5m_expenditure",
    )  # fmt: skip


@pytest.fixture(scope="module")
def draws(early: ScenarioDraws) -> np.ndarray:
    return early.posterior.draw(10_000, 1).values


def test_block_moments_are_those_of_the_posterior(early: ScenarioDraws) -> None:
    block = block_of(early.posterior, 2019)
    rows = np.zeros((2, early.posterior.layout.size))
    rows[0, block.places[3]] = 1.0
    rows[1, block.places[[-1, -2]]] = 1.0, -1.0
    mean, covariance = early.posterior.moments(rows)
    small = rows[:, block.places]
    np.testing.assert_allclose(small @ block.mean, mean, rtol=1e-10)
    np.testing.assert_allclose(small @ block.covariance @ small.T, covariance, atol=1e-8)


def test_block_refuses_what_it_does_not_hold(early: ScenarioDraws) -> None:
    with pytest.raises(BadInput, match="outside this projection"):
        block_of(early.posterior, 2019).row(statement("gdp_real", "growth", 2019, 5.0, "percent"))


def test_variance_removed_is_the_squared_correlation_without_error() -> None:
    covariance = np.array([[4.0, 3.0], [3.0, 9.0]])
    assert variance_removed(covariance, np.array([0.0]), 1)[0, 0] == pytest.approx(9 / 36)
    # An error as large as the signal halves it: 3²/((9 + 9)·4).
    assert variance_removed(covariance, np.array([9.0]), 1)[0, 0] == pytest.approx(9 / 72)


def test_value_of_information_is_what_conditioning_removes(early: ScenarioDraws) -> None:
    """Adding the figure to one cell's evidence lowers the margin's variance by the share that the formula names."""
    posterior = early.posterior
    layout, evidence = posterior.layout, posterior.evidence
    cell, weights = posterior.mixture.cells[0], posterior.mixture.robust
    figure = statement("industrial_investment", "level", 2020, 412.3, "100m_yuan")
    position = layout.position("湘潭市", "industrial_investment", 2025)
    row = np.zeros((1, layout.size))
    row[0, position] = 1.0

    def variance(rows: np.ndarray, with_figure: bool) -> float:
        kept = [*evidence.statements, figure] if with_figure else list(evidence.statements)
        system = build_evidence(kept, layout, lambda _: 0.0, load_errors(), posterior.origin)
        system = dataclasses.replace(
            system,
            paths=_stack(evidence.paths, system.paths, with_figure),
            offsets=_pad(evidence.offsets, with_figure),
            offset_names=evidence.offset_names,
            offset_sd=evidence.offset_sd,
            sd=np.append(evidence.sd, system.sd[-1]) if with_figure else evidence.sd,
            value=np.append(evidence.value, system.value[-1]) if with_figure else evidence.value,
        )
        robust = np.append(weights, 1.0) if with_figure else weights
        fitted = condition(layout, system, cell.hyper, robust)
        return float((rows @ fitted.covariance_with(layout, rows)).item())

    before, after = variance(row, False), variance(row, True)
    given = np.zeros((1, layout.size))
    given[0, layout.position("湘潭市", "industrial_investment", 2020)] = 1.0
    pair = np.concatenate([row, given])
    covariance = pair @ cell.covariance_with(layout, pair)
    noise = build_evidence([figure], layout, lambda _: 0.0, load_errors(), posterior.origin).sd ** 2
    assert 1 - after / before == pytest.approx(variance_removed(covariance, noise, 1)[0, 0], rel=1e-8)


def _stack(old, new, grown):  # type: ignore[no-untyped-def]
    from scipy import sparse

    return sparse.vstack([old, new[[-1]]]).tocsr() if grown else old


def _pad(old, grown):  # type: ignore[no-untyped-def]
    from scipy import sparse

    return sparse.vstack([old, sparse.csr_array((1, old.shape[1]))]).tocsr() if grown else old


def test_figures_are_ranked_and_none_is_published(early: ScenarioDraws) -> None:
    figures = value_of_information(early)
    totals = [f.total for f in figures]
    assert totals == sorted(totals, reverse=True)
    assert all(0.0 <= share <= 1.0 + 1e-9 for f in figures for share in f.removed.values())
    published = {
        (s.indicator, s.period.year)
        for s in early.information.used
        if s.region == "湘潭市" and s.measure == "growth" and s.role == "outcome" and s.period.is_year
    }
    assert not published & {(f.indicator, f.year) for f in figures if f.measure == "growth"}
    assert len({(f.indicator, f.year, f.measure) for f in figures}) == len(figures)
    assert all(f.owner for f in figures)


def test_the_three_figures_to_ask_for_do_not_repeat_each_other(early: ScenarioDraws) -> None:
    asked = ask_for(early, 3)
    assert {f.indicator for f in asked.figures} >= {"industrial_investment", "tech_upgrade_investment"}
    assert len({(f.indicator, f.year, f.measure) for f in asked.figures}) == 3
    assert all(f.exists for f in asked.figures)
    assert sorted(asked.steps, reverse=True) == list(asked.steps)
    weighted = sum(asked.openness[name] * share for name, share in asked.together.items())
    assert sum(asked.steps) == pytest.approx(weighted, rel=1e-9)
    growth = early.target("value_added_growth")
    p = min(max(0.5, growth.probability_low), growth.probability_high)
    assert asked.openness["value_added_growth"] == pytest.approx(4 * p * (1 - p))
    best = max(f.removed["industrial_investment"] for f in asked.figures)
    assert asked.together["industrial_investment"] >= best - 1e-9


def conditional_probability(block: Block, margin: Margin, given: np.ndarray, points: np.ndarray) -> np.ndarray:
    """By the target's own calibre."""
    return _mixture_probability(
        margin, _cells(block, margin, given), block.weights, declared_set().calibres[:1], points
    )


def test_a_curve_in_closed_form_agrees_with_its_draws(early: ScenarioDraws, draws: np.ndarray) -> None:
    result = early.target("industrial_investment")
    (margin,) = margins(early, (result,))
    block = margin_block(early)
    given = block.row(statement("industrial_investment", "level", 2020, 1.0, "100m_yuan"))[0]
    base, end = draws[:, block.places] @ given, draws[:, block.places] @ margin.row
    points = base.mean() + base.std() * np.array([-1.0, 0.0, 1.0, 1.5])
    exact, slope = conditional_probability(block, margin, given, points), _slope(end, base)
    moved = _moved_probability(margin.statement, end - slope * base, slope, declared_set().calibres[:1], points)
    # Cells share one slope in the regression: 0.03 on top of the draws' own error of 0.003.
    np.testing.assert_allclose(moved, exact, atol=0.03)
    near = [np.abs(base - point) < 4.0 for point in points]
    local = [(end[mine] >= margin.threshold).mean() for mine in near]
    # Some 400 draws lie within 4 log points of each: three standard errors of a share are 0.075.
    np.testing.assert_allclose(local, exact, atol=0.075)


def test_the_curve_averages_to_the_probability(early: ScenarioDraws, draws: np.ndarray) -> None:
    (margin,) = margins(early, (early.target("value_added_growth"),))
    block = margin_block(early)
    given = block.row(statement("value_added_real", "growth", 2021, 5.0, "percent"))[0]
    mine = draws[:, block.places]
    average = conditional_probability(block, margin, given, mine @ given).mean()
    assert average == pytest.approx((mine @ margin.row >= margin.threshold).mean(), abs=0.015)


def test_curves_cross_where_they_say(early: ScenarioDraws) -> None:
    for result in first_readings(early):
        found = curve(early, result)
        assert found is not None
        assert (np.diff(found.values) > 0).all()
        assert found.low < found.median < found.high
        for level, at in found.crossings:
            if at is not None and found.values[0] < at < found.values[-1]:
                assert np.interp(at, found.values, found.probabilities) == pytest.approx(level, abs=0.03)
    level = curve(early, early.target("industrial_investment"))
    assert level is not None
    assert (level.against, level.year, level.unit, level.exact) == ("level", 2020, "100m_yuan", True)
    assert level.needed is not None
    assert 300 < level.needed < 1050
    energy = curve(early, early.target("energy_intensity"))
    assert energy is not None
    assert (energy.against, energy.since, energy.year) == ("cumulative_change", 2020, 2021)
    assert energy.probabilities[0] > energy.probabilities[-1]


def test_without_statements_the_prior_remains_and_with_all_the_posterior(early: ScenarioDraws) -> None:
    posterior = early.posterior
    rows = np.zeros((1, posterior.layout.size))
    rows[0, posterior.layout.position("湘潭市", "gdp_real", 2025)] = 1.0
    every = np.ones(len(posterior.evidence), dtype=bool)
    both = variances_given(posterior, rows, (~every, every))
    within = sum(
        w * (rows @ c.covariance_with(posterior.layout, rows)).item()
        for w, c in zip(posterior.mixture.weights, posterior.mixture.cells, strict=True)
    )
    assert both[1, 0] == pytest.approx(within, rel=1e-8)
    assert both[0, 0] > 100 * both[1, 0]


def test_shares_of_evidence_add_up_and_figures_never_blur(early: ScenarioDraws) -> None:
    shares = evidence_shares(early, 2025, 2020)
    for share in shares:
        assert share.own + share.parents + share.model == pytest.approx(1.0, abs=1e-12)
        assert min(share.own, share.parents, share.model) >= -1e-9
    growth = {s.indicator: s for s in shares if s.quantity == "growth"}
    assert growth["gdp_real"].model < growth["tech_upgrade_share"].model
    assert growth["tech_upgrade_share"].figures == 0


def test_at_least_k_against_independence() -> None:
    rng = np.random.default_rng(3)
    hits = {name: rng.random(50_000) < p for name, p in (("a", 0.5), ("b", 0.3), ("c", 0.8))}
    joint = joint_probabilities(hits)
    assert joint is not None
    # 1 − 0.5·0.7·0.2 of at least one, 0.12 of all; the draws' own error is 0.002.
    np.testing.assert_allclose(joint.at_least, [1.0, 0.93, 0.55, 0.12], atol=0.006)
    assert joint.at_least[3] == joint.all_met
    assert joint.product == pytest.approx(joint.all_met, abs=0.006)


def test_dependence_is_what_moving_together_adds() -> None:
    same = np.arange(10) < 4
    joint = joint_probabilities({"a": same, "b": same}, ("a", "b"))
    assert joint is not None
    assert joint.all_met - joint.product == pytest.approx(0.4 - 0.16)
    with pytest.raises(BadInput, match="no probability of this target"):
        joint_probabilities({"a": same}, ("a", "x"))


def test_a_scenario_is_read_off_its_draws(early: ScenarioDraws) -> None:
    wish = dataclasses.replace(
        statement("industrial_investment", "growth", 2022, 10.0, "percent"), role="assumption", condition="hard"
    )
    under = dataclasses.replace(early, scenario=dataclasses.replace(early.scenario, assumptions=(wish,)))
    found = curve(under, under.target("industrial_investment"))
    assert found is not None
    assert not found.exact


def test_there_is_no_curve_against_what_a_scenario_fixes(study: Study) -> None:
    """The shipped scenario says how far energy intensity falls in 2021, which is what its target hangs on."""
    plan = study.project("plan", draws=400).record
    energy = plan.target("energy_intensity")
    assert curve(plan, energy) is None
    # Every draw ends at the number asked: what is published, and on which calibre, decides alone.
    assert (energy.basis, energy.hinge_kind, energy.hinge_member) == ("conditional", "calibre", "later_definition")
    assert curve(plan, plan.target("industrial_investment")) is not None


@pytest.mark.parametrize(
    ("relation", "value", "high"),
    [("at_least", 5.0, None), ("above", 5.0, None), ("about", 5.0, None), ("about", -5.0, None), ("at_most", 5.0, None),
     ("between", 4.0, 6.0)],
)  # fmt: skip
def test_the_probability_of_meeting_agrees_with_met(relation: str, value: float, high: float | None) -> None:
    wanted = statement("value_added_real", "growth", 2022, value, "percent")
    wanted = dataclasses.replace(wanted, relation=relation, value_high=high)
    draws = np.random.default_rng(2).normal(5.5, 6.0, 200_000)
    chance = met_probability(wanted, np.array([5.5]), np.array([6.0]), value, high)[0]
    # 200,000 draws: a standard error of 0.0011.
    assert chance == pytest.approx(met(relation, draws, value, high).mean(), abs=0.005)
