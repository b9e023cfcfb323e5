"""Interventions against hand-computed channels and identities, on paths made up here; then on random ones."""

from __future__ import annotations

import dataclasses
import itertools
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.model.small import Array, say
from xtanalysis.accounting.channels import channel_parameters, draw_parameters
from xtanalysis.errors import BadInput, Contradiction
from xtanalysis.model.impose import MEASURES, measured
from xtanalysis.model.interventions import CAUSES, WHOLES, Intervention, intervene
from xtanalysis.model.levels import Levels
from xtanalysis.model.paths import Paths
from xtanalysis.model.told import notes_of
from xtanalysis.statements.grammar import Statement

STATES = (
    "gdp_real", "gdp_price", "value_added_real", "value_added_price", "industrial_investment", "tech_upgrade_share",
    "energy_intensity", "fixed_asset_investment", "secondary_share_of_gdp", "industry_share_of_secondary",
    "above_scale_share_of_industry", "co2",
)  # fmt: skip
FIRST, ORIGIN, LAST, N = 2015, 2019, 2025, 40
TIGHT = {"rtol": 1e-9, "atol": 0.0}
BY_HAND = {"capital_share": 0.5, "depreciation": 0.1, "capital_output_ratio": 2.0, "capital_formation": 0.5}


def suppose(*args: object, **more: object) -> Statement:
    start = {"role": "assumption", "condition": "hard", "sd": None, "reading": "intervention"}
    return say(*args, **(start | more))  # type: ignore[arg-type]


def paths_like(rng: np.random.Generator, spread: float = 0.04) -> Paths:
    """Paths with above-scale value added within secondary within GDP, and upgrading within investment."""
    years = LAST - FIRST + 1

    def walk(start: float, growth: float) -> Array:
        steps = growth + spread * rng.standard_normal((N, years))
        return np.asarray(start * np.exp(np.cumsum(steps, axis=1)))

    gdp, gdp_price, price = walk(2000, 0.05), walk(95, 0.01), walk(95, 0.0)
    shares = [rng.uniform(low, high, (N, years)) for low, high in ((0.35, 0.5), (0.7, 0.95), (0.7, 0.99))]
    above = gdp * gdp_price * shares[0] * shares[1] * shares[2] / price
    investment = walk(500, 0.06)
    cube = {
        "gdp_real": gdp, "gdp_price": gdp_price, "value_added_real": above, "value_added_price": price,
        "industrial_investment": investment, "tech_upgrade_share": rng.uniform(0.3, 0.8, (N, years)),
        "energy_intensity": walk(900, 0.0) / above, "fixed_asset_investment": investment + walk(1500, 0.03),
        **dict(zip(STATES[8:11], shares, strict=True)), "co2": walk(2000, 0.0),
    }  # fmt: skip
    return Paths("湘潭市", "", np.arange(FIRST, LAST + 1), STATES, np.stack([cube[s] for s in STATES], axis=2))


@pytest.fixture(scope="module")
def before() -> Paths:
    return paths_like(np.random.default_rng(5))


def run(before: Paths, *rows: Statement, elasticity: float = 0.0, parameters: dict[str, float] | None = None) -> Paths:
    rng = np.random.default_rng(1)
    made = {name: np.full(N, value) for name, value in (parameters or {}).items()} or draw_parameters(rng, N)
    task = Intervention(rows, before, made, {s.id: rng.standard_normal(N) for s in rows}, elasticity)
    return intervene(before, ORIGIN, task)


def ratio(before: Paths, after: Paths, name: str) -> Array:
    return np.asarray(after.of(name) / before.of(name))


def test_the_capital_channel_by_hand() -> None:
    """K_0 = 2·100, I = 100 (half of it capital), α = ½, δ = 10 %: K = 230, 257; with half the investment 205, 209.5."""
    flat = paths_like(np.random.default_rng(0), 0.0)
    values = flat.values.copy()
    for name, level in (("value_added_real", 100.0), ("industrial_investment", 100.0), ("gdp_price", 100.0)):
        values[:, :, STATES.index(name)] = level
    flat = dataclasses.replace(flat, values=values, kept={})
    after = run(flat, suppose("industrial_investment", "growth", "2020", -50.0), parameters=BY_HAND)
    made = after.of("value_added_real")[0, ORIGIN - FIRST :]
    assert after.at("industrial_investment", 2023) == pytest.approx(50.0)
    assert made[:3] == pytest.approx([100.0, 100 * (205 / 230) ** 0.5, 100 * (209.5 / 257) ** 0.5], rel=1e-12)


def test_the_parameters_lie_in_their_published_ranges_and_have_two_citations() -> None:
    drawn = draw_parameters(np.random.default_rng(3), 4000)
    table = channel_parameters()
    assert {"capital_share", "depreciation", "capital_output_ratio"} <= set(table)
    for name, row in table.items():
        assert row.low <= drawn[name].min() < row.value < drawn[name].max() <= row.high
        # Mean of a triangular law.
        assert drawn[name].mean() == pytest.approx((row.low + row.value + row.high) / 3, rel=0.02)
        assert row.source.count(";") >= 1


@pytest.mark.parametrize("factor", [-10.3, 8.0])
def test_investment_moves_output_gdp_and_energy_draw_by_draw(before: Paths, factor: float) -> None:
    after = run(before, suppose("industrial_investment", "growth", "2020", factor, versus="baseline"))
    side = np.sign(factor)
    for name in ("industrial_investment", "tech_upgrade_investment", "fixed_asset_investment", "value_added_real",
                 "gdp_real", "industrial_value_added", "secondary_value_added", "energy_use", "co2"):  # fmt: skip
        assert (side * (ratio(before, after, name)[:, 5:] - 1) > 0).all(), name
    np.testing.assert_allclose(ratio(before, after, "energy_use"), ratio(before, after, "value_added_real"), **TIGHT)
    added = after.of("gdp") - before.of("gdp")
    np.testing.assert_allclose(added, after.of("value_added") - before.of("value_added"), atol=1e-9)
    np.testing.assert_allclose(after.of("gdp_price"), before.of("gdp_price"), rtol=0, atol=0)
    np.testing.assert_array_equal(after.values[:, :5], before.values[:, :5])


def test_an_intervention_on_intensity_leaves_output_alone(before: Paths) -> None:
    after = run(before, suppose("energy_intensity", "growth", "2021", -4.0))
    for name in ("value_added_real", "value_added", "gdp_real", "gdp", "industrial_investment"):
        np.testing.assert_array_equal(after.of(name), before.of(name), err_msg=name)
    np.testing.assert_allclose(ratio(before, after, "energy_use"), ratio(before, after, "energy_intensity"), **TIGHT)
    intensity = after.of("energy_intensity")
    assert intensity[:, 6] / intensity[:, 5] == pytest.approx(0.96, rel=1e-12)


ROWS = [
    ("growth", "2022", None, 3.0, "percent"),
    ("level", "2023", None, 700.0, "100m_yuan"),
    ("sum", "2020/2022", None, 2500.0, "100m_yuan"),
    ("average_growth", "2024", "2019", 5.0, "percent"),
    ("cumulative_change", "2024", "2017", 30.0, "percent"),
]


@pytest.mark.parametrize("indicator", ["industrial_investment", "value_added_real", "value_added", "gdp_real"])
@pytest.mark.parametrize("row", ROWS, ids=[r[0] for r in ROWS])
def test_every_measure_holds_on_every_draw_and_growth_after_it_is_the_draws_own(
    before: Paths, indicator: str, row: tuple[str, str, str | None, float, str]
) -> None:
    measure, period, base, value, unit = row
    scale = 4.0 if indicator == "gdp_real" and unit == "100m_yuan" else 1.0
    rule = suppose(indicator, measure, period, value * scale, unit, base=base)
    after = run(before, rule)
    asked = value * scale / (100.0 if unit == "percent" else 1.0)
    np.testing.assert_allclose(measured(rule, after.of(indicator), FIRST), asked, rtol=1e-9, atol=1e-11)
    last = rule.period.year - FIRST
    if indicator in ("industrial_investment", "value_added_real"):
        old, new = before.of(indicator), after.of(indicator)
        np.testing.assert_allclose(new[:, last + 1 :] / new[:, last:-1], old[:, last + 1 :] / old[:, last:-1], **TIGHT)


def test_two_of_output_energy_and_intensity_fix_the_third(before: Paths) -> None:
    output = suppose("value_added_real", "growth", "2021", 6.0)
    energy = suppose("energy_use", "growth", "2021", -3.0)
    intensity = suppose("energy_intensity", "growth", "2021", -4.0)
    first = run(before, output, energy)
    assert measured(intensity, first.of("energy_intensity"), FIRST) == pytest.approx(0.97 / 1.06 - 1)
    second = run(before, output, intensity)
    assert measured(energy, second.of("energy_use"), FIRST) == pytest.approx(1.06 * 0.96 - 1)
    third = run(before, energy, intensity)
    assert measured(output, third.of("value_added_real"), FIRST) == pytest.approx(0.97 / 0.96 - 1)
    alone = run(before, energy)
    assert measured(output, alone.of("value_added_real"), FIRST) == pytest.approx(
        0.97 * before.of("energy_intensity")[:, 5] / before.of("energy_intensity")[:, 6] - 1
    )
    with pytest.raises(Contradiction, match="all assumed on one price basis, and do not agree"):
        run(before, output, energy, intensity)
    agreeing = dataclasses.replace(output, value=100 * (0.97 / 0.96 - 1))
    np.testing.assert_allclose(run(before, agreeing, energy, intensity).values, third.values, **TIGHT)


def test_three_on_two_price_bases_imply_a_deflator(before: Paths) -> None:
    rows = (
        suppose("value_added", "growth", "2021", 6.0),
        suppose("energy_use", "growth", "2021", -3.0),
        suppose("energy_intensity", "growth", "2021", -4.0),
    )
    after = run(before, *rows)
    price = after.of("value_added_price")
    assert price[:, 6] / price[:, 5] == pytest.approx(1.06 * 0.96 / 0.97)
    for rule in rows:
        assert measured(rule, after.of(rule.indicator), FIRST) == pytest.approx(rule.value / 100)
    added = after.of("gdp") - before.of("gdp")
    np.testing.assert_allclose(added, after.of("value_added") - before.of("value_added"), atol=1e-8)
    told = [str(n) for n in notes_of(before, after, rows, SimpleNamespace(used=(), origin=ORIGIN))]  # type: ignore[arg-type]
    assert any("imply a deflator of" in text and "95 % band" in text for text in told)


def test_upgrading_as_a_share_and_as_an_amount(before: Paths) -> None:
    """A share changes what investment consists of; an amount comes on top of the other investment."""
    share = run(before, suppose("tech_upgrade_share", "share", "2023", 5.0, versus="baseline"))
    np.testing.assert_array_equal(share.of("industrial_investment"), before.of("industrial_investment"))
    np.testing.assert_array_equal(share.of("value_added_real"), before.of("value_added_real"))
    assert share.at("tech_upgrade_share", 2023) == pytest.approx(before.at("tech_upgrade_share", 2023) + 0.05)
    amount = run(before, suppose("tech_upgrade_investment", "level", "2023", 10.0, versus="baseline"))
    other = [p.of("industrial_investment") - p.of("tech_upgrade_investment") for p in (before, amount)]
    np.testing.assert_allclose(other[1], other[0], rtol=1e-9)
    assert amount.at("tech_upgrade_investment", 2023) == pytest.approx(1.1 * before.at("tech_upgrade_investment", 2023))
    assert (ratio(before, amount, "value_added_real")[:, 8:] > 1).all()
    np.testing.assert_allclose(amount.of("energy_intensity"), before.of("energy_intensity"), **TIGHT)


def test_upgrading_saves_energy_only_by_the_users_coefficient_and_output_takes_some_back(before: Paths) -> None:
    """Upgrading 10 % higher in every year: 1.1^ε on intensity, output by capital; energy is their product."""
    rows = [suppose("tech_upgrade_investment", "level", str(t), 10.0, versus="baseline") for t in range(2020, 2026)]
    after = run(before, *rows, elasticity=-0.3)
    saved, made = (ratio(before, after, n)[:, 5:] for n in ("energy_intensity", "value_added_real"))
    np.testing.assert_allclose(saved, 1.1**-0.3, **TIGHT)
    assert (made > 1).all()
    np.testing.assert_allclose(ratio(before, after, "energy_use")[:, 5:], saved * made, **TIGHT)
    told = notes_of(before, after, rows, SimpleNamespace(used=(), origin=ORIGIN))  # type: ignore[arg-type]
    assert any("rebound" in note and "回弹" in note.told("zh") for note in told)
    assert any("demand and construction" in note for note in told)


def test_a_range_moves_only_the_draws_outside_it_and_a_law_has_its_spread(before: Paths) -> None:
    rule = suppose("value_added_real", "growth", "2021", 2.0, relation="at_least")
    own, now = (measured(rule, p.of("value_added_real"), FIRST) for p in (before, run(before, rule)))
    np.testing.assert_allclose(now, np.maximum(own, 0.02), rtol=1e-9)
    between = dataclasses.replace(rule, relation="between", value_high=4.0)
    np.testing.assert_allclose(
        measured(rule, run(before, between).of("value_added_real"), FIRST), np.clip(own, 0.02, 0.04), rtol=1e-9
    )
    law = dataclasses.replace(rule, relation="equals", condition="target_distribution", sd=1.5)
    drawn = measured(rule, run(before, law).of("value_added_real"), FIRST)
    # 40 draws: four standard errors of their mean and of their spread.
    assert drawn.mean() == pytest.approx(0.02, abs=4 * 0.015 / N**0.5)
    assert drawn.std() == pytest.approx(0.015, abs=4 * 0.015 / (2 * N) ** 0.5)


def test_what_cannot_be_brought_about_is_refused_all_at_once(before: Paths) -> None:
    rows = (
        suppose("gdp_price", "growth", "2021", 2.0),
        suppose("value_added_real", "growth", "2019", 2.0),
        suppose("value_added_real", "growth", "2021", 2.0, region="湖南省"),
        suppose("value_added_real", "gap", "2021", 2.0, reference="湖南省"),
        suppose("value_added_real", "growth", "2022", 2.0, condition="noisy_observation", sd=1.0),
    )
    with pytest.raises(BadInput) as caught:
        run(before, *rows)
    text = str(caught.value)
    for what in ("no channel starts from this indicator", "acts after the last full year published; found '2019'",
                 "in the region itself", "measure cannot be brought about; found 'gap'",
                 "is seen, not brought about"):  # fmt: skip
        assert what in text


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        ([("value_added_real", "growth", "2021", 5.0), ("value_added", "growth", "2021", 5.0)], "assumed twice"),
        ([("gdp_real", "growth", "2021", 5.0), ("gdp", "growth", "2021", 5.0)], "GDP is assumed twice"),
        ([("gdp_real", "growth", "2020", -80.0)], "a part would exceed its whole"),
        ([("value_added_real", "growth", "2021", 5.0), ("value_added_real", "growth", "2021", 6.0)], "be met together"),
        ([("tech_upgrade_investment", "level", "2021", 900.0), ("industrial_investment", "level", "2021", 800.0)],
         "exceed industrial investment"),
    ],
)  # fmt: skip
def test_rows_that_exclude_each_other_are_named(
    before: Paths, rows: list[tuple[str, str, str, float]], what: str
) -> None:
    made = [suppose(*row, "100m_yuan" if row[1] == "level" else "percent") for row in rows]
    with pytest.raises(Contradiction, match=what):
        run(before, *made)


@pytest.mark.parametrize(("months", "growth", "assumed"), [(3, 16.9, 5.0), (9, 30.0, 1.0)])
def test_a_year_in_progress_keeps_its_published_months(
    before: Paths, months: int, growth: float, assumed: float
) -> None:
    """With m months at g to date and the year at a, the others grow by (1 + a − m/12·(1 + g)) / (1 − m/12) − 1."""
    fact = say("value_added_real", "year_to_date_growth", f"2020-01/2020-{months:02d}", growth)
    information = SimpleNamespace(used=(fact,), origin=ORIGIN)
    rule = suppose("value_added_real", "growth", "2020", assumed)
    told = notes_of(before, run(before, rule), [rule], information)  # type: ignore[arg-type]
    share = months / 12
    others = 100 * ((1 + assumed / 100 - share * (1 + growth / 100)) / (1 - share) - 1)
    assert any(f"implies {others:+.1f} % for the others" in note for note in told)
    slump = suppose("value_added_real", "growth", "2020", 100 * (share * (1 + growth / 100) - 1) - 0.1)
    with pytest.raises(Contradiction, match="less than nothing for the rest of 2020"):
        notes_of(before, run(before, slump), [slump], information)  # type: ignore[arg-type]


def test_a_share_that_the_model_holds_follows_from_its_part_and_its_whole(before: Paths) -> None:
    levels = Levels(before, ORIGIN)
    levels.scale("industrial_investment", np.full_like(before.of("gdp_real"), 1.2))
    levels.scale("tech_upgrade_investment", np.full_like(before.of("gdp_real"), 1.05))
    after = levels.paths("mine")
    np.testing.assert_allclose(ratio(before, after, "tech_upgrade_share")[:, 5:], 1.05 / 1.2, rtol=1e-12)
    assert after.of("tech_upgrade_investment") == pytest.approx(levels.get("tech_upgrade_investment"), rel=1e-12)


def test_a_replaced_indicator_must_follow_from_the_states(before: Paths) -> None:
    levels = Levels(before, ORIGIN)
    levels.put("gdp", before.of("gdp") * 1.1)
    with pytest.raises(ArithmeticError, match="gdp was replaced"):
        levels.paths("mine")


RULES = st.tuples(
    st.sampled_from(CAUSES), st.sampled_from(MEASURES), st.integers(2020, LAST), st.floats(-8.0, 8.0), st.booleans()
)


@settings(max_examples=60, deadline=None)
@given(rules=st.lists(RULES, min_size=2, max_size=4), seed=st.integers(0, 20))
def test_identities_and_nesting_hold_on_every_draw_whatever_is_assumed(
    rules: list[tuple[str, str, int, float, bool]], seed: int
) -> None:
    """Whatever is accepted: parts within wholes, ratios of what they are ratios of, history untouched, rows true."""
    before = paths_like(np.random.default_rng(seed))
    rows = []
    for i, (name, measure, year, value, relative) in enumerate(rules):
        share = name in ("tech_upgrade_share", "value_added_share")
        if measure in ("level", "share", "sum") and not relative:
            continue  # a number of its own would be far from these made-up levels
        if (measure == "share") != (share and measure not in ("growth", "average_growth", "cumulative_change")):
            continue
        period = f"2020/{max(year, 2021)}" if measure == "sum" else str(year)
        base = "2019" if measure in ("average_growth", "cumulative_change") else None
        versus = "baseline" if relative else None
        rows.append(suppose(name, measure, period, value, base=base, versus=versus, id=f"{i}"))
    try:
        after = run(before, *rows)
    except (BadInput, Contradiction):
        return
    np.testing.assert_array_equal(after.values[:, :5], before.values[:, :5])
    assert (after.values > 0).all()
    parts = [after.of(name) for name in ("value_added", *WHOLES)]
    assert all((part <= whole * (1 + 1e-9)).all() for part, whole in itertools.pairwise(parts))
    gdp = parts[-1]
    assert (after.of("tech_upgrade_investment") <= after.of("industrial_investment") * (1 + 1e-9)).all()
    np.testing.assert_allclose(gdp, after.of("gdp_real") * after.of("gdp_price") / 100, rtol=1e-12)
    intensity = after.of("energy_use") / after.of("value_added_real")
    np.testing.assert_allclose(after.of("energy_intensity"), intensity, rtol=1e-12)
    for rule in rows:
        if rule.versus is None:
            got = measured(rule, after.of(rule.indicator), FIRST)
            np.testing.assert_allclose(got, rule.value / 100, rtol=1e-8, atol=1e-8)
