"""LMDI against published results, hand-computed cases and its own identities."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xtanalysis.accounting.divisia import contributions, log_mean
from xtanalysis.accounting.lmdi import LMDI, Decomposition, compare_regions, decompose, wide
from xtanalysis.accounting.tables import Columns
from xtanalysis.errors import BadInput

REFERENCE = Path(__file__).parent / "reference"
PUBLISHED = 2.5e-9  # the published indices are printed to nine decimals, of figures up to 2
MANUFACTURING = 1.5e-5  # the published product and the published energy themselves differ by up to this much
EXACT = 1e-10
MODELS = [LMDI(m, f, c) for m in ("lmdi-i", "lmdi-ii") for f in ("additive", "multiplicative") for c in (True, False)]

# Two sectors: output 10 and 40, energy 30 and 20 at the start; output 40 and 40, energy 80 and 16 at the end.
TWO_SECTORS = pd.DataFrame(
    {"year": [0, 0, 1, 1], "sector": list("abab"), "activity": [10, 40, 40, 40], "energy": [30, 20, 80, 16]}
)


def effects(result: Decomposition, *row: object) -> list[float]:
    """The last row of the wide table, or the row named."""
    table = wide(result)
    return table.loc[row if len(row) > 1 else row[0]].tolist() if row else table.iloc[-1].tolist()


def test_logarithmic_mean_by_hand() -> None:
    """L(e, 1) = e − 1; L(a, a) = a; L(a, 0) = 0; L(−a, −b) = −L(a, b); no mean across zero."""
    assert log_mean(np.e, 1.0) == pytest.approx(np.e - 1, rel=1e-15)
    assert log_mean(7.0, 7.0) == 7.0
    assert log_mean(7.0, 0.0) == log_mean(0.0, 0.0) == 0.0
    assert log_mean(-np.e, -1.0) == pytest.approx(1 - np.e, rel=1e-15)
    assert np.isnan(log_mean(-1.0, 1.0))


@pytest.mark.parametrize("gap", [1e-15, 1e-12, 1e-9, 1e-6, 1e-3])
def test_logarithmic_mean_keeps_its_digits_near_equality(gap: float) -> None:
    """Between the geometric and the arithmetic mean (Carlson 1972), to rounding, where the naive quotient fails."""
    a, b = 3.0, 3.0 * (1 + gap)
    mean = float(log_mean(a, b))
    assert np.sqrt(a * b) * (1 - 1e-15) <= mean <= (a + b) / 2 * (1 + 1e-15)


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        # By hand: L(80, 30) = 50/ln(8/3) = 50.9766, L(16, 20) = 4/ln(1.25) = 17.9257;
        # activity 68.9023·ln 1.6, structure 50.9766·ln 2.5 + 17.9257·ln 0.625,
        # intensity 50.9766·ln(2/3) + 17.9257·ln 0.8.
        (LMDI("lmdi-i", "additive"), [32.384638, 38.284867, -24.669505, 46.0]),
        # Each over L(96, 50) = 46/ln 1.92, exponentiated.
        (LMDI("lmdi-i", "multiplicative"), [1.582880, 1.721020, 0.704802, 1.92]),
        # Weights of the shares L(5/6, 3/5) and L(1/6, 2/5) scaled to one: activity is then the index of output, 80/50.
        (LMDI("lmdi-ii", "additive"), [33.143235, 37.940969, -25.084204, 46.0]),
        (LMDI("lmdi-ii", "multiplicative"), [1.6, 1.712647, 0.700670, 1.92]),
    ],
)
def test_two_sector_industry(spec: LMDI, expected: list[float]) -> None:
    """The formulas of Ang (2015), table 1, worked by hand."""
    assert effects(decompose(TWO_SECTORS, levels=["activity", "energy"], spec=spec)) == pytest.approx(
        expected, abs=5e-7
    )


@pytest.fixture(scope="module")
def levels() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "us_industry_levels.csv")


@pytest.fixture(scope="module")
def results() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "us_industry_results.csv").set_index(["nest", "year"])


def lmdi_ii(frame: pd.DataFrame, **how: list[str]) -> pd.DataFrame:
    """The United States' method: chained multiplicative LMDI-II, 1985 = 1."""
    spec = LMDI("lmdi-ii", "multiplicative", chained=True)
    return wide(decompose(frame, spec=spec, columns=Columns("year", "sector"), base=1985, **how))


def assert_published(ours: pd.Series[float], published: pd.Series[float], tolerance: float = PUBLISHED) -> None:
    np.testing.assert_allclose(ours.to_numpy(), published.to_numpy(), rtol=tolerance)


def test_us_mining_every_published_effect(levels: pd.DataFrame, results: pd.DataFrame) -> None:
    """NREL/PNNL energy intensity indicators, US mining 1970–2017: every published series (reference/README.md)."""
    nest = levels[levels["nest"] == "mining"]
    ours, published = lmdi_ii(nest, levels=["value_added", "gross_output", "energy"]), results.loc["mining"]
    assert_published(ours["value_added"], published["activity"])
    assert_published(ours["structure"], published["structure"])
    assert_published(ours["gross_output_per_value_added"], published["output_over_value_added"])
    assert_published(ours["energy_per_gross_output"], published["component_intensity"])
    assert_published(ours["structure"] * ours["gross_output_per_value_added"], published["total_structure"])
    assert_published(ours["total"], published["energy"])


def test_us_non_manufacturing_nested_effects(levels: pd.DataFrame, results: pd.DataFrame) -> None:
    """The nest above: mining enters with its component intensity, the rest of its intensity is lower structure."""
    nest = levels[levels["nest"] == "nonmanufacturing"].set_index(["year", "sector"])
    above = levels[(levels["nest"] == "industrial") & (levels["sector"] == "non_manufacturing")].set_index("year")
    total = nest.index.get_level_values("year").map(above["value_added"])
    intensity = nest["energy"] / nest["gross_output"]
    mining = nest.index.get_level_values("sector") == "mining"
    own = nest.index.get_level_values("year").map(results.loc["mining"]["component_intensity"])
    component = intensity.where(~mining, own)
    frame = pd.DataFrame(
        {
            "activity": total,
            "structure": nest["value_added"] / total,
            "output_over_value_added": nest["gross_output"] / nest["value_added"],
            "lower_structure": intensity / component,
            "component_intensity": component,
        }
    )
    ours, published = lmdi_ii(frame.reset_index(), factors=list(frame.columns)), results.loc["nonmanufacturing"]
    for name in frame.columns:
        assert_published(ours[name], published[name])
    assert_published(ours["total"], published["energy"])


def test_us_industry_structure_and_intensity(levels: pd.DataFrame, results: pd.DataFrame) -> None:
    """Manufacturing against the rest; of the effects within manufacturing only the product can be had."""
    nest = levels[levels["nest"] == "industrial"]
    ours, published = lmdi_ii(nest, levels=["value_added", "energy"]), results.loc["industrial"]
    assert_published(ours["value_added"], published["activity"])
    assert_published(ours["structure"], published["structure"])
    assert_published(ours["total"], published["energy"])
    within = published["lower_structure"] * published["component_intensity"]
    assert_published(ours["energy_per_value_added"], within, MANUFACTURING)
    assert np.abs(published["product"] / published["energy"] - 1).max() == pytest.approx(5.7e-6, rel=0.05)


def panel(draw: np.random.Generator, factors: int, years: int, sectors: int, zeros: float = 0.0) -> pd.DataFrame:
    """A random table of positive factors, with zeros sprinkled in."""
    index = pd.MultiIndex.from_product([range(years), [f"s{i}" for i in range(sectors)]], names=["year", "sector"])
    values = np.exp(draw.normal(0, 2, (len(index), factors)))
    values[draw.random(values.shape) < zeros] = 0
    frame = pd.DataFrame(values, index, [f"f{k}" for k in range(factors)]).reset_index()
    frame.loc[frame["sector"] == "s0", "f0":] = np.exp(
        draw.normal(0, 1, (years, factors))
    )  # the aggregate stays positive
    return frame


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 5), st.integers(2, 4), st.integers(1, 4), st.sampled_from([0.0, 0.3]))
def test_decomposition_is_perfect_and_ignores_the_factors_order(
    seed: int, factors: int, years: int, sectors: int, zeros: float
) -> None:
    """No residual in any model, with zeros or without; shuffling the factors moves no effect."""
    frame = panel(np.random.default_rng(seed), factors, years, sectors, zeros)
    names = [f"f{k}" for k in range(factors)]
    for spec in MODELS:
        result = decompose(frame, factors=names, spec=spec)
        other = decompose(frame.sample(frac=1, random_state=1), factors=names[::-1], spec=spec)
        assert result.residual < EXACT
        np.testing.assert_allclose(wide(other)[names], wide(result)[names], rtol=1e-9, atol=1e-12)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32))
def test_time_reversal_and_aggregation(seed: int) -> None:
    """Backwards is minus forwards; LMDI-I of the sectors together is each sector's own (consistent in aggregation)."""
    rng = np.random.default_rng(seed)
    x0, x1 = np.exp(rng.normal(size=(2, 3, 5)))
    for method in ("lmdi-i", "lmdi-ii"):
        forth, back = (contributions(a, b, method, "additive") for a, b in ((x0, x1), (x1, x0)))
        np.testing.assert_allclose(forth, -back, rtol=1e-9, atol=1e-12)
    alone = np.stack([contributions(x0[:, [i]], x1[:, [i]], "lmdi-i", "additive")[:, 0] for i in range(5)], axis=-1)
    np.testing.assert_allclose(alone, contributions(x0, x1, "lmdi-i", "additive"), rtol=1e-12)


@pytest.mark.parametrize("spec", MODELS)
def test_zero_is_the_limit_of_a_vanishing_number(spec: LMDI) -> None:
    """A sector that opens: its effects are what 1e-200 gives as it vanishes, to the logarithm's slow rate."""
    frame = TWO_SECTORS.assign(activity=[0, 40, 40, 40], energy=[0, 20, 80, 16])
    exact = effects(decompose(frame, levels=["activity", "energy"], spec=spec))
    gaps = []
    for tiny in (1e-50, 1e-200):
        small = TWO_SECTORS.assign(activity=[tiny, 40, 40, 40], energy=[2 * tiny, 20, 80, 16])
        near = effects(decompose(small, levels=["activity", "energy"], spec=spec))
        gaps.append(np.abs(np.subtract(near, exact)).max())
    # L(a, δ)·c falls as 1/|ln δ|: four times the logarithm, a quarter of the gap.
    assert gaps[1] == pytest.approx(gaps[0] / 4, rel=0.1)


def test_zero_by_hand() -> None:
    """One sector, 0 → 6 = 2·3 with the first factor zero: all 6 to it; with both zero: 3 each; 6 → 0 the reverse."""
    start, end = (
        pd.DataFrame({"year": [0, 1], "f": [0, 2], "g": [5, 3]}),
        pd.DataFrame({"year": [0, 1], "f": [0, 2], "g": [0, 3]}),
    )
    assert effects(decompose(start, factors=["f", "g"])) == [6, 0, 6]
    assert effects(decompose(end, factors=["f", "g"])) == [3, 3, 6]
    assert effects(decompose(start.assign(f=[2, 0]), factors=["f", "g"])) == [-10, 0, -10]
    assert effects(decompose(start.assign(f=[0, 2], g=[3, 0]), factors=["f", "g"])) == [0, 0, 0]


def test_negative_values_keep_their_sign() -> None:
    """Net exports −10 → −20 as price 1 → 2 times volume −10: all price, L(−20, −10)·ln 2 = −10."""
    frame = pd.DataFrame({"year": [0, 1], "price": [1, 2], "volume": [-10, -10]})
    assert effects(decompose(frame, factors=["price", "volume"])) == pytest.approx([-10, 0, -10])


def test_chained_equals_unchained_on_one_step_and_differs_after() -> None:
    frame = panel(np.random.default_rng(1), 3, 3, 3)
    names = ["f0", "f1", "f2"]
    linked, direct = (decompose(frame, factors=names, spec=LMDI(chained=c)) for c in (True, False))
    assert effects(linked, 1) == pytest.approx(effects(direct, 1), rel=1e-12)
    assert effects(linked, 2)[-1] == pytest.approx(effects(direct, 2)[-1], rel=1e-12)
    assert np.abs(np.subtract(effects(linked, 2), effects(direct, 2))).max() > 0.1


REGIONS = pd.DataFrame(
    {
        "region": np.repeat(["甲", "乙", "丙"], 2),
        "year": 2020,
        "sector": list("ab") * 3,
        "activity": [10.0, 40, 40, 40, 20, 10],
        "energy": [30.0, 20, 80, 16, 30, 8],
    }
)


def test_two_regions_are_the_two_years_in_another_dress() -> None:
    result = compare_regions(REGIONS, levels=["activity", "energy"], reference="甲")
    assert effects(result, 2020, "乙") == pytest.approx([32.384638, 38.284867, -24.669505, 46.0], abs=5e-7)


@pytest.mark.parametrize("form", ["additive", "multiplicative"])
def test_many_regions_against_their_mean(form: str) -> None:
    """The multi-region model: each region's whole gap is its distance from the mean, 184/3."""
    result = compare_regions(REGIONS, levels=["activity", "energy"], spec=LMDI("lmdi-i", form))
    assert set(result.effects["base"]) == {"mean of the regions"}
    gap = wide(result).loc[2020]["total"]
    energy = pd.Series({"甲": 50.0, "乙": 96.0, "丙": 38.0})
    expected = energy - 184 / 3 if form == "additive" else energy / (184 / 3)
    pd.testing.assert_series_equal(gap.sort_index(), expected.sort_index(), check_names=False, rtol=1e-12)
    assert result.residual < EXACT


def test_regions_decompose_apart() -> None:
    frame = pd.concat([TWO_SECTORS.assign(region="甲"), TWO_SECTORS.assign(region="乙", energy=[15, 10, 40, 8])])
    result = wide(decompose(frame, levels=["activity", "energy"]))
    np.testing.assert_allclose(result.loc["甲"], 2 * result.loc["乙"], rtol=1e-12)


BAD = TWO_SECTORS.astype({"activity": float, "energy": float})
REFUSED = [
    (BAD.drop(columns="energy"), {}, "column energy: there is no such column"),
    (BAD.assign(energy=[30, "x", 80, 16]), {}, r"row 3, column energy: not a number; found 'x'"),
    (BAD.assign(energy="x"), {}, "column energy: the column holds no number; found 'x'. Name the columns"),
    (BAD.iloc[:3], {}, "sector b has no row for 1"),
    (pd.concat([BAD, BAD.iloc[:1]]), {}, "row 6: a second row for the same year, sector; found '0, a'"),
    (BAD.assign(activity=[0, 40, 40, 40]), {}, "row 2, column energy: energy is not zero where activity is zero"),
    (BAD, {"base": 7}, "the base is not in the table; found '7'; expected 0, 1"),
    (BAD.iloc[:2], {}, "a change needs two periods"),
    (BAD.assign(energy=[-30, 20, 80, 16]), {}, "energy_per_activity of sector a changes sign between 0 and 1"),
    (BAD.assign(energy=[-3, 20, -8, 16]), {"spec": LMDI("lmdi-ii")}, "value of sector a in 0 is negative"),
    (BAD.assign(energy=[0, 0, 80, 16]), {"spec": LMDI("lmdi-i", "multiplicative")}, "aggregate in 0 is not positive"),
]


@pytest.mark.parametrize(("frame", "how", "message"), REFUSED, ids=[m[:30] for *_, m in REFUSED])
def test_refused_with_the_reason(frame: pd.DataFrame, how: dict[str, object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        decompose(frame, levels=["activity", "energy"], **how)


def test_refused_before_any_number() -> None:
    with pytest.raises(BadInput, match="column method: unknown word; found 'sda'; expected lmdi-i or lmdi-ii"):
        LMDI("sda")  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="either factors or levels"):
        decompose(TWO_SECTORS)
    with pytest.raises(BadInput, match="no factors"):
        decompose(TWO_SECTORS, factors=[])
    with pytest.raises(BadInput, match="needs a column of regions"):
        compare_regions(TWO_SECTORS, levels=["activity", "energy"])
    with pytest.raises(BadInput, match="reference is not in the table; found '丁'; expected 丙, 乙, 甲"):
        compare_regions(REGIONS, levels=["activity", "energy"], reference="丁")


def test_the_input_is_left_as_it_was() -> None:
    before = TWO_SECTORS.copy()
    for spec in MODELS:
        decompose(TWO_SECTORS, levels=["activity", "energy"], spec=spec)
    pd.testing.assert_frame_equal(TWO_SECTORS, before)


def test_every_order_of_four_factors_agrees() -> None:
    frame = panel(np.random.default_rng(3), 4, 2, 2)
    names = ["f0", "f1", "f2", "f3"]
    first = wide(decompose(frame, factors=names))
    for order in itertools.permutations(names):
        np.testing.assert_allclose(
            wide(decompose(frame, factors=list(order)))[names], first[names], rtol=1e-12, atol=1e-12
        )
