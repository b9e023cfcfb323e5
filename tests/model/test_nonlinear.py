"""Figures that are not linear in the paths: calibration by simulation from the exact model, and the exact posterior."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest
from scipy import stats

from tests.model.small import CITY, TABLE, Array, base_prior, evidence_of, layout_of, quiet, say
from xtanalysis.model.evidence import Evidence
from xtanalysis.model.exactness import exact_draws, log_weights, smoothed
from xtanalysis.model.hyper import HyperPrior
from xtanalysis.model.likelihood import condition
from xtanalysis.model.mixture import fit_mixture, fit_mode
from xtanalysis.model.nonlinear import compile_statement, mean_forms
from xtanalysis.model.posterior import Posterior, fit_posterior, settle
from xtanalysis.model.prior import Layout
from xtanalysis.model.select import information_set
from xtanalysis.model.simulate import simulate_prior
from xtanalysis.statements.facts import load_facts
from xtanalysis.statements.grammar import Statement

STATES = [
    "gdp_real", "gdp_price", "value_added_real", "value_added_price", "industrial_investment", "energy_intensity",
    "secondary_share_of_gdp", "industry_share_of_secondary", "above_scale_share_of_industry",
]  # fmt: skip
HEADLINE = (
    ("gdp_real", "growth"), ("value_added_real", "growth"), ("value_added", "level"),
    ("industrial_investment", "level"), ("energy_intensity", "cumulative_change"), ("value_added_share", "level"),
)  # fmt: skip
LAST = 2020
FITS = 120
LEVEL = 0.01  # of the Kolmogorov–Smirnov test, over six indicators: Bonferroni
YEARS = (2015, 2016, 2017, 2018)
SURE = 0.1  # of a figure's own error
ALIKE = 0.02  # of a standard deviation: forms are taken over other posteriors
CLOSE = 0.15  # standard deviations; the linear forms alone are up to 0.4 away, in value added above scale


def small_system() -> tuple[Layout, Evidence, HyperPrior]:
    """Nine states of one city, two of its shares near the bound; a third of the figures are not linear.

    No part's level stands beside its whole's of the same year, for the two would be a share, which is linear.
    """
    layout = layout_of(STATES, 2014, LAST)
    start = layout.start_mean.copy()
    # Shares of industry in the secondary sector and of firms above scale around 95 %.
    for state, share in zip(STATES[-3:], (0.45, 0.95, 0.95), strict=True):
        start[STATES.index(state)] = 100.0 * np.log(share / (1.0 - share))
    layout = dataclasses.replace(layout, start_mean=start)
    statements = [
        say("gdp_price", "level", "2020", 100.0, "index_2020", sd=0.01),
        say("value_added_price", "level", "2020", 100.0, "index_2020", sd=0.01),
        *(say("gdp", "level", str(y), 1200.0, "100m_yuan", sd=12.0) for y in (2015, 2017, 2019)),
        *(say("gdp_real", "growth", str(y), 7.0, sd=0.3) for y in (2015, 2016, 2018, 2019)),
        *(say("value_added_real", "growth", str(y), 7.0, sd=0.5) for y in (2015, 2017, 2019)),
        *(say("secondary_value_added", "level", str(y), 600.0, "100m_yuan", sd=20.0) for y in (2014, 2016, 2018)),
        say("industrial_value_added", "level", "2017", 500.0, "100m_yuan", sd=20.0),
        *(say("value_added", "level", str(y), 450.0, "100m_yuan", sd=20.0) for y in (2015, 2018)),
        say("industrial_share_of_gdp", "share", "2017", 42.0, "percent", sd=1.0),
        *(say("industrial_investment", "growth", str(y), 10.0, sd=3.0) for y in (2015, 2017, 2019)),
        say("industrial_investment", "level", "2016", 300.0, "100m_yuan", sd=30.0),
        say("energy_intensity", "growth", "2017", -4.0, sd=1.0),
    ]
    evidence = evidence_of(statements, layout, LAST - 1)
    assert (~evidence.linear).sum() >= 6
    return layout, evidence, quiet(base_prior(layout), 0.3)


def ranks(layout: Layout, evidence: Evidence, prior: HyperPrior, rng: np.random.Generator) -> list[float]:
    """One truth from the exact model; where each headline indicator lies among draws of the fitted posterior."""
    theta = prior.mean + prior.sd * rng.standard_normal(prior.sd.size)
    truth = simulate_prior(layout, [prior.cell(theta)], np.zeros(1, dtype=np.intp), rng)
    exact = np.asarray(evidence.paths @ truth[0])
    curved = np.flatnonzero(~evidence.linear)
    exact[curved] = [form(truth)[0][0] for form in evidence.curved] - evidence.constant[curved]
    offsets = evidence.offsets @ (evidence.offset_sd * rng.standard_normal(evidence.offset_sd.size))
    value = exact + offsets + evidence.sd * rng.standard_normal(len(evidence))
    seen = dataclasses.replace(evidence, value=value, dof=np.full(len(evidence), 1e9))
    mode = fit_mode(layout, seen, prior)
    seen = settle(layout, seen, mode, prior)
    mixture = fit_mixture(layout, seen, prior, cells=24, start=mode)
    known = information_set([], [CITY], dt.date(LAST, 6, 1))
    draws = exact_draws(Posterior(CITY, known, layout, seen, mixture, TABLE), 400, 5).values
    out = []
    for indicator, measure in HEADLINE:
        base = "2015" if measure == "cumulative_change" else None
        unit = {"growth": "percent", "cumulative_change": "percent"}.get(measure)
        asked = dataclasses.replace(
            say("gdp_real", "growth", str(LAST), 5.0), indicator=indicator, measure=measure, unit=unit or "fraction",
            base_period=None if base is None else say("gdp_real", "growth", base, 5.0).period,
        )  # fmt: skip
        form = compile_statement(asked, layout)
        out.append(float(((form(draws)[0] < form(truth)[0]).sum() + rng.random()) / (len(draws) + 1)))
    return out


def test_levels_of_a_proxy_tell_what_its_growth_tells() -> None:
    """A level of another kind has a free offset, which takes up what linear forms of all its years leave over alike."""
    layout, _, prior = small_system()
    known = [say("gdp", "level", str(year), 1200.0 + 80.0 * (year - 2014), "100m_yuan", sd=12.0) for year in YEARS]
    levels = [1000.0, 1100.0, 1180.0, 1300.0]
    told_as_levels = [
        say("gross_output", "level", str(year), value, "100m_yuan", sd=SURE)
        for year, value in zip(YEARS, levels, strict=True)
    ]
    told_as_growth = [
        say("gross_output", "growth", str(year), 100.0 * (value / before - 1.0), sd=SURE)
        for year, before, value in zip(YEARS[1:], levels, levels[1:], strict=False)
    ]
    asked = np.zeros((len(YEARS) - 1, layout.size))
    for row, year in zip(asked, YEARS[1:], strict=True):
        form = compile_statement(say("value_added", "growth", str(year), 5.0), layout)
        row[form.positions] = form.at(layout.start_mean.repeat(len(layout.years)))[0]

    def spread(more: list[Statement]) -> Array:
        seen = evidence_of([*known, *more], layout, LAST - 1)
        mode = fit_mode(layout, seen, prior)
        seen = settle(layout, seen, mode, prior)
        cell = condition(layout, seen, prior.cell(mode.theta), np.ones(len(seen)))
        return np.sqrt(np.diag(asked @ cell.covariance_with(layout, asked)))

    without, growth = spread([]), spread(told_as_growth)
    assert (growth < 0.9 * without).all()
    assert spread(told_as_levels) == pytest.approx(growth, rel=ALIKE)


def test_several_forms_over_points_are_each_form_alone() -> None:
    """A level with a share, its change, and a sum of levels."""
    layout = layout_of(["fixed_asset_investment", "industrial_investment", "tech_upgrade_share"], 2015, 2019)
    asked = [
        say("tech_upgrade_investment", "level", "2018", 100.0, "100m_yuan"),
        say("tech_upgrade_investment", "growth", "2018", 5.0),
        say("industrial_investment", "sum", "2016-2018", 900.0, "100m_yuan"),
    ]
    forms = [compile_statement(statement, layout) for statement in asked]
    paths = np.random.default_rng(5).normal(0.0, 60.0, (40, layout.size))
    places = np.unique(np.concatenate([form.positions for form in forms]))
    slopes, left = mean_forms(forms, places, paths[:, places].T)
    ends = np.cumsum([form.positions.size for form in forms])
    for form, slope, rest in zip(forms, np.split(slopes, ends[:-1]), left, strict=True):
        value, gradient = form(paths)
        assert slope == pytest.approx(gradient.mean(axis=0), rel=1e-12)
        assert rest == pytest.approx(value - paths[:, form.positions] @ gradient.mean(axis=0), abs=1e-9)


@pytest.mark.slow
def test_simulation_based_calibration_from_the_nonlinear_model() -> None:
    """Ranks of the truth are uniform for six headline indicators (Talts et al. 2018), ratios near the bound too."""
    layout, evidence, prior = small_system()
    rng = np.random.default_rng(17)
    found = np.array([ranks(layout, evidence, prior, rng) for _ in range(FITS)])
    for (indicator, _), column in zip(HEADLINE, found.T, strict=True):
        assert stats.kstest(column, "uniform").pvalue > LEVEL / len(HEADLINE), indicator


@pytest.mark.slow
@pytest.mark.parametrize("city", ["湘潭市", "张家界市"])
def test_quantiles_are_those_of_the_exact_posterior(city: str) -> None:
    """10, 50 and 90 % of shares and value added beside the exact likelihood as weights on 20,000 other draws."""
    known = information_set(load_facts(), [city, "湖南省", "中国"], dt.date(2026, 11, 23))
    posterior = fit_posterior(city, known, 2030)
    draws, others = exact_draws(posterior, 4000, 8), posterior.draw(20_000, 9)
    weight, _ = smoothed(log_weights(posterior, others))
    asked = [
        (indicator, year)
        for indicator in ("value_added_share", "industrial_share_of_gdp", "secondary_share_of_gdp", "value_added")
        for year in (2020, 2025, 2030)
    ]
    exact = [_levels(posterior, others.values, *one) for one in asked]
    mine = [_levels(posterior, draws.values, *one) for one in asked]
    assert max(shift(*pair, weight) for pair in zip(mine, exact, strict=True)) < CLOSE
    assert max(shift(one, one, weight) for one in exact) > CLOSE


def _levels(posterior: Posterior, values: Array, indicator: str, year: int) -> Array:
    asked = dataclasses.replace(
        say("gdp_real", "growth", str(year), 5.0), region=posterior.region, indicator=indicator, measure="level"
    )
    return compile_statement(asked, posterior.layout)(values)[0]


def shift(mine: Array, value: Array, weight: Array) -> float:
    """Furthest of the 10, 50 and 90 % quantiles from the weighted ones of other draws, standard deviations."""
    order = np.argsort(value)
    rank = np.cumsum(weight[order]) / weight.sum()
    levels = (0.1, 0.5, 0.9)
    exact = value[order][np.minimum(np.searchsorted(rank, levels), value.size - 1)]
    return float(np.abs(exact - np.quantile(mine, levels)).max() / value.std())
