"""News adds up exactly, leaks nothing, and each step is what conditioning on that set of figures gives."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest

from xtanalysis.answers.news import mixture_medians, news
from xtanalysis.answers.news_system import build_system
from xtanalysis.answers.project import ScenarioDraws, project
from xtanalysis.errors import BadInput
from xtanalysis.model.evidence import build_evidence
from xtanalysis.model.likelihood import condition
from xtanalysis.model.noise import load_errors
from xtanalysis.model.posterior import fit_posterior
from xtanalysis.model.select import information_set
from xtanalysis.statements.facts import load_facts


@pytest.fixture(scope="module")
def later() -> ScenarioDraws:
    return project(as_of=dt.date(2021, 12, 31), to=2025, draws=500)


def test_news_adds_up_exactly(early: ScenarioDraws, later: ScenarioDraws) -> None:
    found = news(early, later)
    total = sum(step.median for step in found.steps)
    np.testing.assert_allclose(total, found.end_median - found.start_median, rtol=1e-10, atol=1e-10)
    targets = [q.is_target for q in found.quantities]
    chance = sum(step.probability for step in found.steps)
    np.testing.assert_allclose(
        chance[targets], (found.end_probability - found.start_probability)[targets], rtol=1e-10, atol=1e-10
    )
    assert np.isnan(found.start_probability[~np.array(targets)]).all()
    assert found.steps[-1].kind == "re-estimation"


def test_news_comes_in_order_of_publication_and_from_between_the_days(
    early: ScenarioDraws, later: ScenarioDraws
) -> None:
    days = [step.statement.published for step in news(early, later).steps if step.statement is not None]
    assert days == sorted(days)
    assert all(early.as_of < day <= later.as_of for day in days)
    assert len(days) > 5


def test_closed_forms_agree_with_the_draws(early: ScenarioDraws, later: ScenarioDraws) -> None:
    found = news(early, later)
    i = [q.name for q in found.quantities].index("value_added_growth")
    result = early.target("value_added_growth")
    # Of draws with an sd of 2, from the exact law, whose median is up to a twentieth of that from the linearised one.
    assert found.start_median[i] == pytest.approx(result.median, abs=0.2)
    assert found.start_probability[i] == pytest.approx(result.probability, abs=0.03)
    figure = max(found.of("value_added_growth"), key=lambda row: abs(row[1]))
    assert figure[0].kind == "figure"
    with pytest.raises(BadInput, match="no such forecast"):
        found.of("moon")


def test_projections_must_match(early: ScenarioDraws, later: ScenarioDraws) -> None:
    with pytest.raises(BadInput, match="not later"):
        news(later, early)
    with pytest.raises(BadInput, match="differ in last year"):
        news(early, dataclasses.replace(later, to=2030))


def test_each_step_is_a_conditioning_on_its_figures() -> None:
    facts = load_facts()
    early = information_set(facts, ("湘潭市", "中国"), dt.date(2019, 6, 1))
    late = information_set(facts, ("湘潭市", "中国"), dt.date(2020, 6, 1))
    posterior = fit_posterior("湘潭市", early, 2022, wanted=("gdp_real", "gdp_price"), cells=3)
    layout = posterior.layout
    rows = np.zeros((2, layout.size))
    rows[0, layout.position("湘潭市", "gdp_real", 2022)] = 1.0
    rows[1, [layout.position("湘潭市", "gdp_real", y) for y in (2021, 2020)]] = 1.0, -1.0
    system = build_system(posterior, rows, early.used, [late.used])
    assert system.active[0].size
    assert set(system.active[0]) != set(system.active[1])

    path = posterior.mean()
    definitions = [s for s in posterior.evidence.statements if s.id.startswith("definition:")]
    union = list({s.id: s for s in (*early.used, *late.used)}.values()) + definitions
    evidence = build_evidence(
        union, layout, lambda key: float(path[layout.position(*key) or 0]), load_errors(), posterior.origin
    )
    known = {s.id: w for s, w in zip(posterior.evidence.statements, posterior.mixture.robust, strict=True)}
    for step, (mean, variance) in enumerate(system.moments()):
        ids = {s.id for s in ((early.used, late.used)[step])} | {s.id for s in definitions}
        kept = np.array([s.id in ids for s in evidence.statements])
        part = dataclasses.replace(
            evidence,
            statements=tuple(s for s in evidence.statements if s.id in ids),
            paths=evidence.paths[kept],
            offsets=evidence.offsets[kept],
            value=evidence.value[kept],
            sd=evidence.sd[kept],
            dof=evidence.dof[kept],
            linear=evidence.linear[kept],
        )
        weights = np.array([known.get(s.id, 1.0) for s in part.statements])
        for c, cell in enumerate(posterior.mixture.cells):
            direct = condition(layout, part, cell.hyper, weights)
            np.testing.assert_allclose(mean[c], rows @ direct.mean, rtol=1e-8, atol=1e-7)
            spread = np.diag(rows @ direct.covariance_with(layout, rows))
            np.testing.assert_allclose(variance[c], spread, rtol=1e-6)


def test_medians_of_mixtures() -> None:
    one = mixture_medians(np.array([1.0]), np.array([[3.0]]), np.array([[2.0]]))
    assert one[0] == pytest.approx(3.0, abs=1e-12)
    pair = mixture_medians(np.array([0.5, 0.5]), np.array([[-4.0], [6.0]]), np.array([[1.0], [1.0]]))
    assert pair[0] == pytest.approx(1.0, abs=1e-9)
