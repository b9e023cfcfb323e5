"""Figures without a calibre under the declared set: which are read as in force, and what a verdict makes of them."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest

from xtanalysis.answers.project import undisturbed_paths
from xtanalysis.model.posterior import Posterior, fit_posterior
from xtanalysis.model.select import information_set
from xtanalysis.statements.facts import load_facts
from xtanalysis.statements.grammar import Period, Statement
from xtanalysis.statements.plans import load_plan
from xtanalysis.statements.request import lineage
from xtanalysis.statements.scenarios import load_scenario
from xtanalysis.targets.declared import declared_set, in_force, read_in_force
from xtanalysis.targets.judge import _probabilities, _under_calibres, judge
from xtanalysis.targets.material import Material
from xtanalysis.targets.verdicts import statement_of

CITY, DAY, TO = "湘潭市", dt.date(2021, 5, 6), 2025
INDICATOR, TARGET = "industrial_investment", "energy_intensity"


def level(year: int, value: float = 100.0, **more: object) -> Statement:
    given: dict[str, object] = {
        "region": CITY, "indicator": INDICATOR, "measure": "level", "relation": "equals", "unit": "100m_yuan",
        "role": "outcome", "calibre": "unknown", "published": dt.date(year + 1, 3, 1), "trust": "B",
    }  # fmt: skip
    found = given | more
    name = f"{found['indicator']}.{year}.{value}.{found['region']}.{found['measure']}"
    return Statement(id=name, period=Period.parse(str(year)), value=value, **found)  # type: ignore[arg-type]


def calibres_read(*statements: Statement) -> list[str]:
    return [s.calibre for s in in_force(statements, CITY)]


def test_a_run_of_levels_is_read_on_the_calibre_in_force() -> None:
    run = [level(2012), level(2015), level(2017)]
    assert calibres_read(*run) == ["investment_5m_progress"] * 3
    read = in_force(run, CITY)
    assert [dataclasses.replace(s, calibre="unknown") for s in read] == run


@pytest.mark.parametrize(
    "statements",
    [
        [level(2012)],  # one alone is differenced with nothing
        [level(2012), level(2012, 101.0)],  # nor two of one year
        [level(2010), level(2011)],  # the threshold was raised between them
        [level(2018), level(2019)],  # levels of this calibre may not be differenced
        [level(2012), level(2013, region="株洲市")],  # another's series
        [level(2012), level(2013, indicator="tech_upgrade_investment")],
        [level(2012, vintage="revised"), level(2013, vintage="revised")],  # on whichever calibre came later
        [level(2012, public=False), level(2013, public=False)],  # the owner's own are the target's already
        [level(2012, role="plan"), level(2013, role="plan")],
        [level(2012, measure="growth", unit="percent"), level(2013, measure="growth", unit="percent")],
        [level(2012, calibre="investment_500k"), level(2013)],  # what is stated stays
    ],
)
def test_other_figures_stay_as_they_are(statements: list[Statement]) -> None:
    assert in_force(statements, CITY) == statements


def posterior_with(*more: Statement) -> Posterior:
    around = lineage(CITY)
    known = information_set([s for s in [*load_facts(), *more] if s.region in around], around, DAY)
    return fit_posterior(CITY, known, TO, cells=4)


@pytest.fixture(scope="module")
def unstated() -> tuple[list[Statement], Posterior]:
    run = [
        level(year, 900.0 * 0.9 ** (year - 2012), indicator="energy_use", unit="10k_tce") for year in range(2012, 2020)
    ]
    return run, posterior_with(*run)


def test_nothing_is_fitted_again_where_nothing_is_read_otherwise() -> None:
    shipped = posterior_with()
    assert read_in_force(shipped) is shipped


def test_read_as_in_force_is_as_if_stated(unstated: tuple[list[Statement], Posterior]) -> None:
    run, posterior = unstated
    read = read_in_force(posterior, cells=4)
    assert read is read_in_force(posterior)
    stated = posterior_with(*(dataclasses.replace(s, calibre="energy_above_scale_20m") for s in run))
    np.testing.assert_allclose(read.mean(), stated.mean(), atol=1e-9)
    assert np.abs(read.mean() - posterior.mean()).max() > 1.0


def test_a_verdict_weighs_each_calibre_on_the_figures_as_it_reads_them(
    unstated: tuple[list[Statement], Posterior],
) -> None:
    _, posterior = unstated
    plan = load_plan("xiangtan-2021-12")
    scenario = load_scenario("baseline", region=CITY, as_of=DAY, to=TO, plan=plan)
    stated, read = (
        Material(CITY, plan, one, undisturbed_paths(one, one.draw(400, 8)), scenario)
        for one in (posterior, read_in_force(posterior, cells=4))
    )
    asked, calibres = statement_of(plan.target(TARGET), "", CITY), declared_set().calibres
    assert [c.figures for c in calibres] == ["in_force", "", ""]
    apart, together = (_probabilities(one, asked, calibres)[0] for one in (stated, read))
    assert abs(apart[0] - together[0]) > 0.005
    found, _ = _under_calibres(stated, read, asked, calibres)
    assert list(found) == [together[0], apart[1], apart[2]]
    # Where the calibre is known nothing is read into figures that do not state theirs.
    assert list(_under_calibres(stated, read, asked, calibres[:1])[0]) == [apart[0]]
    judged = judge(plan, CITY, posterior.information.used, DAY, posterior, stated.paths, scenario=scenario)
    verdict = next(v for v in judged.verdicts if v.target == TARGET)
    assert verdict.probability == pytest.approx(found @ [c.weight for c in calibres])
    assert verdict.probability_low is not None
    assert verdict.probability_high is not None
    assert verdict.probability_low <= found.min()
    assert verdict.probability_high >= found.max()
