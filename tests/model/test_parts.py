"""A part's level beside its whole's: the share that both say, and what it does not say."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest

from tests.model.small import CITY, base_prior, evidence_of, layout_of, say
from xtanalysis.model.exactness import exact_draws
from xtanalysis.model.likelihood import condition
from xtanalysis.model.nonlinear import compile_statement
from xtanalysis.model.parts import shares_beside
from xtanalysis.model.posterior import Posterior, fit_posterior
from xtanalysis.model.select import information_set
from xtanalysis.statements.facts import load_facts
from xtanalysis.statements.grammar import Period, Statement
from xtanalysis.statements.request import lineage

ORIGIN = 2019
DAY = dt.date(2017, 3, 1)
STATES = ["gdp_real", "gdp_price", "secondary_share_of_gdp", "industry_share_of_secondary"]
GDP = say("gdp", "level", "2016", 1200.0, "100m_yuan", sd=None, calibre="gdp_census5", published=DAY)
PART = dataclasses.replace(GDP, id="part", indicator="secondary_value_added", value=540.0)
SHARE = "secondary_share_of_gdp"


def test_two_levels_on_one_basis_are_a_share_with_both_roundings() -> None:
    share, rounded = shares_beside([PART, GDP], ORIGIN)["part"]
    assert (share.indicator, share.measure, share.unit) == (SHARE, "share", "percent")
    assert share.value == pytest.approx(45.0)
    assert rounded == pytest.approx(45.0 * np.hypot(1.0 / 540.0, 1.0 / 1200.0) / np.sqrt(12.0))


def test_stated_errors_of_both_make_that_of_the_share() -> None:
    part, whole = dataclasses.replace(PART, sd=5.4), dataclasses.replace(GDP, sd=24.0)
    share, rounded = shares_beside([part, whole], ORIGIN)["part"]
    assert share.sd == pytest.approx(45.0 * np.hypot(0.01, 0.02))
    assert rounded == 0.0


@pytest.mark.parametrize(
    "change",
    [
        {"value": 1200.0},
        {"calibre": "gdp_census4"},
        {"vintage": "revised"},
        {"calibre": "unknown"},
        {"sd": 5.0},
        {"relation": "at_least"},
        {"relation": "about"},
        {"role": "plan"},
        {"published": DAY - dt.timedelta(1)},
        {"period": Period.parse("2016-01/2016-06")},
        {"indicator": "industrial_value_added"},
        {"public": False, "calibre": "unknown"},
    ],
)
def test_what_is_not_on_one_basis_stays_a_level(change: dict[str, object]) -> None:
    """A part as large as its whole, another census, an own error, an older day, a whole of another kind."""
    part: Statement = dataclasses.replace(PART, **change)  # type: ignore[arg-type]
    assert not shares_beside([part, GDP], ORIGIN)


def test_the_most_trusted_whole_counts_and_the_day_after_is_too_late() -> None:
    other = dataclasses.replace(GDP, id="aa", value=1000.0, trust="C")
    assert shares_beside([PART, other, GDP], ORIGIN)["part"][0].value == pytest.approx(45.0)
    assert not shares_beside([PART, dataclasses.replace(GDP, published=DAY + dt.timedelta(1))], ORIGIN)
    chain = dataclasses.replace(PART, id="industry", indicator="industrial_value_added", value=432.0)
    assert shares_beside([chain, PART, GDP], ORIGIN)["industry"][0].value == pytest.approx(80.0)


def test_the_owners_own_levels_are_held_against_each_other() -> None:
    """A bureau's figures without a calibre are of the one asked for; a published whole may be of another."""
    part, whole = (dataclasses.replace(s, public=False, calibre="unknown") for s in (PART, GDP))
    assert not shares_beside([part, GDP], ORIGIN)
    assert shares_beside([part, whole], ORIGIN)["part"][0].value == pytest.approx(45.0)


def test_levels_say_what_the_share_itself_says() -> None:
    """The row is linear, and the posterior that of the published share with the same error."""
    layout = layout_of(STATES, 2014, 2020)
    layout = dataclasses.replace(layout, start_sd=np.full(len(STATES), 1000.0))
    part, whole = dataclasses.replace(PART, sd=5.4), dataclasses.replace(GDP, sd=12.0)
    told, _ = shares_beside([part, whole], ORIGIN)["part"]
    both = [evidence_of([*more, whole], layout, ORIGIN) for more in ([part], [dataclasses.replace(told, id="share")])]
    hyper = base_prior(layout).base
    first, second = (condition(layout, one, hyper, np.ones(len(one))) for one in both)
    assert both[0].linear.all()
    assert both[0].statements[0] == part, "what is shown is what was published"
    assert first.mean == pytest.approx(second.mean, abs=1e-9)
    place = layout.position(CITY, SHARE, 2016)
    assert place is not None
    assert first.mean[place] == pytest.approx(100.0 * np.log(0.45 / 0.55), abs=0.5)


def posterior_to(year: int) -> Posterior:
    """湘潭 as of October 2013, when no share of its GDP was known on the basis of its later accounts."""
    day, around = dt.date(2013, 10, 2), lineage(CITY)
    known = [s for s in load_facts() if s.region in around]
    return fit_posterior(CITY, information_set(known, around, day), year, cells=16)


@pytest.fixture(scope="module")
def posterior() -> Posterior:
    return posterior_to(2018)


def test_how_large_a_share_is_does_not_hang_on_how_far_one_looks(posterior: Posterior) -> None:
    """Ties of years that no figure speaks of keep their linear form: they would say how large a share is."""
    means = []
    for one in (posterior, posterior_to(2030)):
        place = one.layout.position(CITY, SHARE, 2012)
        drawn = exact_draws(one, 4000, 1).values[:, place]
        means.append((drawn.mean(), drawn.std()))
    (near, sd), (far, _) = means
    assert abs(far - near) < 0.1 * sd  # 0.3 with their exact form


def test_ties_hold_on_draws_ahead_as_they_do_in_the_past(posterior: Posterior) -> None:
    """What value added grows by beyond volume and price has the tie's spread, though its linear form was used."""
    drawn = exact_draws(posterior, 4000, 1).values
    growth = [
        compile_statement(say("value_added_scope", "growth", str(year), 0.0), posterior.layout)(drawn)[0]
        for year in (2005, 2016, 2018)
    ]
    assert [values.std() for values in growth] == pytest.approx([3.0] * 3, rel=0.25)
